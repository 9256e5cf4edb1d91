package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hengxin/credit"
)

// BuildOptions say who does which part; they do not change a byte of the result.
type BuildOptions struct {
	Threads  int            // parts at a time
	Shard    int            // of a build by several processes: this one makes the parts p with p mod Shards = Shard
	Shards   int            // 0 is 1
	Progress func(rows int) // told of rows written, from several goroutines
}

// ErrUnfinished is returned by [Build] for a shard that has made its parts while parts of other shards are missing.
var ErrUnfinished = errors.New("parts of other shards are missing")

// Build makes the parts of the plan that belong to this shard and, when all parts are there, the manifest. A part that a
// run before has finished is kept: beside each finished part lies a note with its digest and that of the plan, written
// after the part, and the note is believed only where the part has that size and digest. After kill -9 at any point there
// is no manifest, and the same call again gives the bytes that an undisturbed run gives.
//
// It returns [credit.ErrInvalid] for a directory that holds another dataset.
func Build(ctx context.Context, p *Plan, dir string, o BuildOptions) (*Manifest, error) {
	if o.Shards = max(o.Shards, 1); o.Shard < 0 || o.Shard >= o.Shards {
		return nil, fmt.Errorf("build dataset: shard %d of %d: %w", o.Shard, o.Shards, credit.ErrInvalid)
	}
	if err := prepare(dir, p, o.Shards == 1); err != nil {
		return nil, fmt.Errorf("build dataset %s: %w", dir, err)
	}
	places := make(chan struct{}, max(1, o.Threads)) // more parts wait for the disk than are computed
	err := inParallel(ctx, 2*max(1, o.Threads), len(p.Parts), func(ctx context.Context, i int) error {
		if i%o.Shards != o.Shard {
			return nil
		}
		if part, ok := finished(p, i, dir); ok {
			if o.Progress != nil {
				o.Progress(int(part.Rows))
			}
			return nil
		}
		part, err := buildPart(ctx, p, i, dir, o.Progress, places)
		if err != nil {
			return err
		}
		return writeJSON(notePath(dir, i), note{Plan: p.Digest, Part: part})
	})
	if err != nil {
		return nil, fmt.Errorf("build dataset %s: %w", dir, err)
	}
	m, err := p.complete(dir)
	if err != nil {
		return nil, fmt.Errorf("build dataset %s: %w", dir, err)
	}
	return m, nil
}

// note lies beside a finished part until the manifest is there.
type note struct {
	Plan credit.Digest `json:"plan"`
	Part Part          `json:"part"`
}

func notePath(dir string, i int) string {
	return filepath.Join(dir, fmt.Sprintf("part-%05d.done", i))
}

// prepare makes the directory and refuses one that holds anything but this dataset, finished or not. Alone, it removes
// the unnamed files that a killed run leaves; other shards may still be writing theirs.
func prepare(dir string, p *Plan, alone bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	m, err := ReadManifest(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		if m.Plan != p.Digest {
			return fmt.Errorf("the directory holds another dataset (build into an empty one): %w", credit.ErrInvalid)
		}
		return reopen(dir, m)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasPrefix(name, ".part-") || strings.HasPrefix(name, "."+manifestName):
			if !alone {
				continue
			}
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		case !strings.HasPrefix(name, "part-"):
			return fmt.Errorf("the directory holds %s, which is no part of a dataset (build into an empty one): %w", name, credit.ErrInvalid)
		}
	}
	return nil
}

// reopen writes the notes of a finished dataset again, so that its parts are checked and made anew where they were
// damaged.
func reopen(dir string, m *Manifest) error {
	for i, part := range m.Parts {
		if err := writeJSON(notePath(dir, i), note{Plan: m.Plan, Part: part}); err != nil {
			return err
		}
	}
	return nil
}

// finished returns the part that a run before has made, if it is there whole.
func finished(p *Plan, i int, dir string) (Part, bool) {
	n, err := readNote(dir, i)
	if err != nil || n.Plan != p.Digest {
		return Part{}, false
	}
	d, err := FileDigest(filepath.Join(dir, n.Part.Name))
	return n.Part, err == nil && d == n.Part.SHA256
}

func readNote(dir string, i int) (n note, err error) {
	b, err := os.ReadFile(notePath(dir, i))
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(b, &n)
}

// complete writes the manifest where every part has a note of this plan, and then removes the notes.
func (p *Plan) complete(dir string) (*Manifest, error) {
	m := p.manifest
	for i := range p.Parts {
		n, err := readNote(dir, i)
		if err != nil || n.Plan != p.Digest {
			if written, err := ReadManifest(dir); err == nil && written.Plan == p.Digest {
				return written, nil // another shard was last, and has removed the notes
			}
			return nil, fmt.Errorf("part %d of %d: %w", i, len(p.Parts), ErrUnfinished)
		}
		m.Parts = append(m.Parts, n.Part)
		m.Counts.add(n.Part.Counts)
		m.Generated = m.Generated || n.Part.Generated
	}
	if err := writeJSON(filepath.Join(dir, manifestName), m); err != nil {
		return nil, err
	}
	return &m, tidy(dir, &m)
}

// tidy removes the notes, and the parts of an older plan that was never finished.
func tidy(dir string, m *Manifest) error {
	keep := map[string]bool{}
	for _, p := range m.Parts {
		keep[p.Name] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "part-") && !keep[e.Name()] {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
