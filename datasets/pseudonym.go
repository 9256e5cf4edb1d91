package datasets

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"hengxin/credit"
)

// Pseudonyms is what a manifest says of a dataset whose subjects are pseudonyms.
type Pseudonyms struct {
	Method string        `json:"method"` // see [credit.Pseudonym]
	Key    credit.Digest `json:"key"`    // fingerprint: the key's HMAC-SHA256 of a fixed text; two datasets of one key can be joined
}

// fingerprint is the key's, as text; "" without pseudonyms.
func (p *Pseudonyms) fingerprint() string {
	if p == nil {
		return ""
	}
	return p.Key.String()
}

const (
	pseudonymMethod  = "hmac-sha256/128"
	pseudonymKeyText = "hengxin pseudonym key" // the fingerprint is of this, which is no subject
)

// WithPseudonyms returns a spec of the same rows whose subjects are pseudonyms under the key, in the order of the
// pseudonyms: labels, the list of subjects, cuts and splits go by them, and only the indicators are folded from the real
// subject, whose code says its class and its division. It reads all histories once, on so many threads, and sets them
// aside in a file without a name in the directory scratch. It returns [credit.ErrInvalid] for a key that
// [credit.Pseudonym] refuses, and for a subject that is no subject or a pseudonym already.
func (s *Spec) WithPseudonyms(ctx context.Context, key []byte, scratch string, threads int) (*Spec, error) {
	t := &pseudonymTable{key: key, real: map[credit.Subject]credit.Subject{}}
	p := *s
	p.Scratch, p.real = "", t.real
	var err error
	if s.Labels != nil {
		if p.Labels, err = t.labels(s.Labels); err != nil {
			return nil, err
		}
	}
	if s.Subjects != nil {
		p.Subjects = make([]credit.Subject, len(s.Subjects))
		for i, subject := range s.Subjects {
			if p.Subjects[i], err = t.of(subject); err != nil {
				return nil, fmt.Errorf("subject %d of the list: %w", i+1, err)
			}
		}
	}
	aside, err := setAside(ctx, &s.Source, key, scratch, threads)
	if err != nil {
		return nil, fmt.Errorf("pseudonyms: %w", err)
	}
	p.Source = Source{Histories: aside.histories, Ranges: aside.ranges}
	p.Pseudonyms = &Pseudonyms{Method: pseudonymMethod, Key: keyed(key, []byte(pseudonymKeyText))}
	return &p, nil
}

func keyed(key, text []byte) (d credit.Digest) {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	mac.Sum(d[:0])
	return d
}

// pseudonymTable keeps the real subjects behind the pseudonyms that labels and lists name.
type pseudonymTable struct {
	key  []byte
	real map[credit.Subject]credit.Subject
}

func (t *pseudonymTable) of(s credit.Subject) (credit.Subject, error) {
	p, err := credit.Pseudonym(t.key, s)
	if err == nil {
		t.real[p] = s
	}
	return p, err
}

// labels returns the labels by pseudonym. The digest of their file becomes a keyed one: a short file of codes could be
// guessed from a plain one.
func (t *pseudonymTable) labels(l *Labels) (*Labels, error) {
	p := *l
	p.File, p.rows = keyed(t.key, l.File[:]), slices.Clone(l.rows)
	for i := range p.rows {
		var err error
		if p.rows[i].subject, err = t.of(p.rows[i].subject); err != nil {
			return nil, fmt.Errorf("labels, row %d: %w", p.rows[i].line, err)
		}
	}
	return &p, p.order("under pseudonyms")
}

const (
	asideBuckets = 256     // by the first byte of the pseudonym
	asideBlock   = 1 << 16 // bytes of a bucket that are written at a time
)

// aside is all histories by pseudonym. A bucket holds them in no order: it is sorted when it is read.
type aside struct {
	file    *os.File
	mu      sync.Mutex
	size    int64
	buckets [asideBuckets]asideBucket
}

type asideBucket struct {
	buf    []byte // not yet in the file
	blocks []asideSpan
}

type asideSpan struct {
	at   int64
	size int
}

// setAside reads every history of the source once.
func setAside(ctx context.Context, src *Source, key []byte, dir string, threads int) (*aside, error) {
	f, err := os.CreateTemp(dir, ".part-histories-*") // prepare takes away what a kill between these two leaves
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	a, ranges := &aside{file: f}, []PartRange{{}}
	if src.Ranges != nil {
		if ranges, err = src.Ranges(ctx, 4*max(1, threads)); err != nil {
			return nil, err
		}
	}
	err = inParallel(ctx, threads, len(ranges), func(ctx context.Context, i int) error {
		var buf []byte
		return src.Histories(ctx, ranges[i].From, ranges[i].To, func(s credit.Subject, records []credit.Record) error {
			p, err := credit.Pseudonym(key, s)
			if err != nil {
				return err
			}
			buf = appendAside(buf[:0], p, records)
			return a.add(buf)
		})
	})
	for i := range a.buckets {
		if err == nil {
			err = a.write(&a.buckets[i])
		}
	}
	return a, err
}

// appendAside appends the 16 bytes of the pseudonym, the length of what follows, and the records as the log has them.
func appendAside(dst []byte, p credit.Subject, records []credit.Record) []byte {
	raw, err := hex.DecodeString(string(p[1:]))
	if err != nil {
		panic("datasets: a pseudonym that is no hexadecimal number")
	}
	at := len(dst) + len(raw)
	dst = append(append(dst, raw...), 0, 0, 0, 0)
	dst = binary.AppendUvarint(dst, uint64(len(records)))
	for i := range records {
		dst = records[i].AppendTo(dst)
	}
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}

func (a *aside) add(entry []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := &a.buckets[entry[0]]
	if b.buf = append(b.buf, entry...); len(b.buf) < asideBlock {
		return nil
	}
	return a.write(b)
}

func (a *aside) write(b *asideBucket) error {
	if len(b.buf) == 0 {
		return nil
	}
	if _, err := a.file.WriteAt(b.buf, a.size); err != nil {
		return err
	}
	b.blocks = append(b.blocks, asideSpan{a.size, len(b.buf)})
	a.size += int64(len(b.buf))
	b.buf = b.buf[:0]
	return nil
}

// bucketStart is the first subject that a bucket may hold; "" for the first bucket.
func bucketStart(i int) credit.Subject {
	if i == 0 {
		return ""
	}
	return credit.Subject(fmt.Sprintf("~%02x", i))
}

// histories is [Source].Histories by pseudonym; the records still name the real subject.
func (a *aside) histories(ctx context.Context, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error {
	for i := range a.buckets {
		if i+1 < asideBuckets && bucketStart(i+1) <= from || to != "" && bucketStart(i) >= to {
			continue
		}
		if err := a.bucket(&a.buckets[i], from, to, yield); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// bucket yields the histories of the range that one bucket has.
func (a *aside) bucket(b *asideBucket, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error {
	type entry struct {
		subject credit.Subject
		history []byte
	}
	var entries []entry
	for _, block := range b.blocks {
		buf := make([]byte, block.size)
		if _, err := a.file.ReadAt(buf, block.at); err != nil {
			return fmt.Errorf("histories set aside: %w", err)
		}
		for rest := buf; len(rest) > 0; {
			n := 20 + int(binary.LittleEndian.Uint32(rest[16:]))
			s := credit.Subject("~" + hex.EncodeToString(rest[:16]))
			if s >= from && (to == "" || s < to) {
				entries = append(entries, entry{s, rest[20:n]})
			}
			rest = rest[n:]
		}
	}
	slices.SortFunc(entries, func(x, y entry) int {
		return cmp.Or(cmp.Compare(x.subject, y.subject), bytes.Compare(x.history, y.history))
	})
	var d credit.Decoder
	var records []credit.Record
	for i, e := range entries {
		if i > 0 && entries[i-1].subject == e.subject {
			return fmt.Errorf("two subjects have the pseudonym %s: build with another key: %w", e.subject, credit.ErrInvalid)
		}
		var err error
		if records, err = decodeHistory(&d, records[:0], e.history); err != nil {
			return fmt.Errorf("histories set aside: %w", err)
		}
		if err := yield(e.subject, records); err != nil {
			return err
		}
	}
	return nil
}

// ranges is [Source].Ranges: pseudonyms are spread evenly.
func (a *aside) ranges(_ context.Context, n int) ([]PartRange, error) {
	n = min(max(n, 1), asideBuckets)
	cuts := make([]PartRange, n)
	for i := 1; i < n; i++ {
		cuts[i].From = bucketStart(i * asideBuckets / n)
		cuts[i-1].To = cuts[i].From
	}
	return cuts, nil
}
