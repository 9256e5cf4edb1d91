package datasets

import (
	"crypto/sha256"
	"io"
	"os"

	"hengxin/credit"
)

// FileDigest is the SHA-256 of a file's bytes.
func FileDigest(path string) (d credit.Digest, err error) {
	f, err := os.Open(path)
	if err != nil {
		return d, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return d, err
	}
	h.Sum(d[:0])
	return d, nil
}
