package policy

import "testing"

func TestDefault(t *testing.T) {
	p := Default()
	t.Log(p.Digest(), len(p.Canonical()))
	q, err := Parse(Encode(p))
	if err != nil || q.Digest() != p.Digest() {
		t.Fatal(err)
	}
}
