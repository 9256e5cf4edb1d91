package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"hengxin/credit"
	"hengxin/credit/source"
	"hengxin/store"
)

// retryOf reads the quarantine file of --retry into the command and the options: its file, its mapping and its lines,
// where the command line does not say otherwise.
func (c *ingestCmd) retryOf(o *source.Options) (head *source.QuarantineHead, err error) {
	f, err := os.Open(c.Retry)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var h source.QuarantineHead
	if h, o.Only, err = source.ReadQuarantine(f); err != nil {
		return nil, fmt.Errorf("--retry %s: %w", c.Retry, err)
	}
	if c.Mapping == "" {
		c.Mapping = h.Mapping
	}
	switch len(c.Files) {
	case 0:
		c.Files = []string{h.File}
	case 1:
	default:
		return nil, fmt.Errorf("--retry %s: %d files: name the one that was quarantined, or none", c.Retry, len(c.Files))
	}
	return &h, nil
}

// onlyText names the lines of a retry, "" where every line is read.
func onlyText(only map[int]bool) string {
	if only == nil {
		return ""
	}
	return fmt.Sprintf(" lines %v", slices.Sorted(maps.Keys(only)))
}

// sameFile refuses a file whose bytes are not those that were quarantined: its lines would be other rows.
func (in *ingest) sameFile(path string, digest store.Digest) error {
	if in.retry != nil && in.retry.SHA256 != credit.Digest(digest) {
		return fmt.Errorf("the file has changed since its rows were quarantined (SHA-256 %s, not %s): ingest it whole, without --retry", digest, in.retry.SHA256)
	}
	return nil
}
