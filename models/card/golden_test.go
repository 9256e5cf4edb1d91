package card_test

// goldenDigest changes only when models are meant to change; say so in the changelog.
const goldenDigest = "e14ff6acd0904ed1ac2f29f65a04e66f3f02399361b1661e4edfd71e21fbc11e"
