package card_test

// goldenDigest changes only when models are meant to change; say so in the changelog.
const goldenDigest = "811342b9f3935bdf46c32be70d724610afb444e32954c1bc08b42c9e72e9284f"
