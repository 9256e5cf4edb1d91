package datasets

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"hengxin/credit"
	"hengxin/features"
)

// MaskSpec is what a mask rests on besides its dataset.
type MaskSpec struct {
	Rule     string      // key of the policy's settings; [credit.SettingTrainRepaired] is the one there is
	On       credit.Date // repairs known by this day count, and the rule's row in force on it decides
	Policy   *credit.Policy
	Source   Source
	SourceID string          // as [Spec].SourceID
	Position credit.Position // of the log, 0 where the source has none; not before that of the dataset
	Key      []byte          // of a dataset under pseudonyms
}

// Mask names rows of one finished dataset that a model may not be trained on (rulings 4): rows that counted a record whose
// publicity has ended since by repair or by removal from its list. It is made of a policy row and changes no row of the
// dataset. Records that count against a firm held are not looked at.
type Mask struct {
	Rule     string          `json:"rule"`
	Row      string          `json:"row"`   // id of the policy row in force
	Value    string          `json:"value"` // of that row: no leaves nothing out
	On       credit.Date     `json:"on"`
	Policy   credit.Digest   `json:"policy"`
	Plan     credit.Digest   `json:"plan"`    // of the dataset
	Dataset  credit.Digest   `json:"dataset"` // of its manifest
	Source   string          `json:"source"`
	Position credit.Position `json:"position,omitempty"`
	Rows     int64           `json:"rows"`     // of the dataset
	Out      int64           `json:"left_out"` // rows that the mask names
	Digest   credit.Digest   `json:"digest"`   // of the file

	out map[credit.Subject][]maskedDay
}

// maskedDay is a row that a mask names, and the record for whose sake: the first in the order of the history.
type maskedDay struct {
	day    credit.Date
	record credit.ID
}

// LeavesOut reports whether the mask names the row.
func (m *Mask) LeavesOut(s credit.Subject, day credit.Date) bool {
	return slices.ContainsFunc(m.out[s], func(d maskedDay) bool { return d.day == day })
}

// Of returns [credit.ErrInvalid] unless the mask was made of the dataset with this manifest digest.
func (m *Mask) Of(manifest credit.Digest) error {
	if m.Dataset != manifest {
		return fmt.Errorf("mask %s: made of the dataset with manifest %s, this is %s (make it anew with hengxin dataset mask): %w", m.Digest, m.Dataset, manifest, credit.ErrInvalid)
	}
	return nil
}

// WriteMask makes the mask of the dataset in dir and writes it to path, there whole or not at all; the bytes rest on the
// dataset and the spec alone. It returns [credit.ErrInvalid] for a rule that there is not, no row of it in force, a
// source that is older than the dataset, and a wrong key; [credit.ErrErased] where a row rests on a body that is gone.
func WriteMask(ctx context.Context, dir string, s *MaskSpec, path string) (*Mask, error) {
	m, err := s.begin(dir)
	if err != nil {
		return nil, fmt.Errorf("mask of dataset %s: %w", dir, err)
	}
	f, err := createWhole(path)
	if err != nil {
		return nil, fmt.Errorf("mask of dataset %s: %w", dir, err)
	}
	sum := sha256.New()
	if err = m.find(ctx, dir, s); err == nil {
		err = m.write(ctx, dir, io.MultiWriter(f, sum))
	}
	if err != nil {
		f.drop()
		return nil, fmt.Errorf("mask of dataset %s: %w", dir, err)
	}
	sum.Sum(m.Digest[:0])
	return m, f.commit()
}

func (s *MaskSpec) begin(dir string) (*Mask, error) {
	manifest, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	if s.Rule != credit.SettingTrainRepaired {
		return nil, fmt.Errorf("rule %q: there is only %s: %w", s.Rule, credit.SettingTrainRepaired, credit.ErrInvalid)
	}
	row, ok := s.Policy.Setting(s.Rule, s.On)
	switch {
	case !ok:
		return nil, fmt.Errorf("rule %s: no row of the policy is in force on %s: %w", s.Rule, s.On, credit.ErrInvalid)
	case manifest.Position > 0 && s.Position > 0 && s.Position < manifest.Position:
		return nil, fmt.Errorf("records up to position %d, the dataset was built up to %d: %w", s.Position, manifest.Position, credit.ErrInvalid)
	case s.On < manifest.AsOf[len(manifest.AsOf)-1]:
		return nil, fmt.Errorf("as known on %s, before the dataset's last day %s: %w", s.On, manifest.AsOf[len(manifest.AsOf)-1], credit.ErrInvalid)
	case manifest.Pseudonyms != nil && string(s.Key) == "":
		return nil, fmt.Errorf("its subjects are pseudonyms: the key is needed: %w", credit.ErrInvalid)
	case manifest.Pseudonyms != nil && keyed(s.Key, []byte(pseudonymKeyText)) != manifest.Pseudonyms.Key:
		return nil, fmt.Errorf("another key than that of its pseudonyms: %w", credit.ErrInvalid)
	case manifest.Pseudonyms == nil && len(s.Key) > 0:
		return nil, fmt.Errorf("its subjects are no pseudonyms, and a key is given: %w", credit.ErrInvalid)
	}
	m := &Mask{Rule: s.Rule, Row: row.ID, Value: row.Value, On: s.On, Policy: s.Policy.Digest(), Plan: manifest.Plan, Source: s.SourceID, Position: s.Position, out: map[credit.Subject][]maskedDay{}}
	m.Dataset, err = FileDigest(filepath.Join(dir, manifestName))
	return m, err
}

// find fills m.out with the firm-days that the rule leaves out, rows of the dataset or not.
func (m *Mask) find(ctx context.Context, dir string, s *MaskSpec) error {
	if m.Value != "yes" {
		return nil
	}
	manifest, err := ReadManifest(dir)
	if err != nil {
		return err
	}
	set, err := features.NewSet(manifest.Indicators...)
	if err != nil {
		return err
	}
	var read [256]bool
	for i := range set.Len() {
		for _, k := range set.At(i).Sources {
			read[k] = true
		}
	}
	var h credit.History
	return s.Source.Histories(ctx, "", "", func(subject credit.Subject, records []credit.Record) error {
		if err := s.Policy.Resolve(&h, records); err != nil {
			return err
		}
		var out []maskedDay
		for _, day := range manifest.AsOf {
			if err := h.NeedsErased(day); err != nil {
				return err
			}
			if id, ok := repairedSince(&h, &read, day, m.On); ok {
				out = append(out, maskedDay{day, id})
			}
		}
		if len(s.Key) > 0 {
			if subject, err = credit.Pseudonym(s.Key, subject); err != nil {
				return err
			}
		}
		m.out[credit.Subject(string(subject))] = out // of every firm of the log: see strangers
		return nil
	})
}

// repairedSince finds a record of the kinds read that counts on the day and is repaired, or removed from its list, on a
// later one.
func repairedSince(h *credit.History, read *[256]bool, day, later credit.Date) (credit.ID, bool) {
	for i := range h.Entries {
		e := &h.Entries[i]
		if e.Copy || !read[e.Record.Kind] {
			continue
		}
		then, now := credit.SpanOn(e.Spans, day), credit.SpanOn(e.Spans, later)
		if then != nil && then.Counted && (now.State == credit.StateRepaired || now.State == credit.StateRemoved) {
			return e.Record.ID, true
		}
	}
	return credit.ID{}, false
}

const maskFormat = "mask/1"

var maskColumns = []Column{{Name: nameSubject, Type: Text}, {Name: nameAsOf, Type: Date}, {Name: "record", Type: ID, Optional: true}}

// write writes the rows of the dataset that m.out names. Under pseudonyms it names no record.
func (m *Mask) write(ctx context.Context, dir string, out io.Writer) error {
	manifest, err := ReadManifest(dir)
	if err != nil {
		return err
	}
	w, err := NewWriter(out, maskColumns, nameSubject, nameAsOf)
	if err != nil {
		return err
	}
	group := make([]Vector, len(maskColumns))
	strangers := int64(0) // rows of firms that the log does not know
	for i := range manifest.Parts {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, err := readPart(dir, manifest, i, []string{nameSubject, nameAsOf})
		if err != nil {
			return fmt.Errorf("%s: %w", manifest.Parts[i].Name, err)
		}
		m.Rows += int64(t.Rows)
		for row := range t.Rows {
			if _, known := m.out[credit.Subject(t.Columns[0].Texts[row])]; !known && m.Value == "yes" {
				strangers++
			}
			if err := m.row(group, credit.Subject(t.Columns[0].Texts[row]), t.Columns[1].Texts[row], manifest.Pseudonyms != nil); err != nil {
				return err
			}
		}
		if err := w.WriteGroup(group); err != nil {
			return err
		}
		for c := range group {
			group[c].Reset()
		}
	}
	if strangers > manifest.NoRecord {
		return fmt.Errorf("%d rows are of firms without any record in the source, and %d were when it was built: another log? %w", strangers, manifest.NoRecord, credit.ErrInvalid)
	}
	m.Out = w.Rows()
	for _, kv := range m.footer() {
		w.Set(kv[0], kv[1])
	}
	return w.Close()
}

// row adds a row of the dataset to the group, if the mask names it.
func (m *Mask) row(group []Vector, s credit.Subject, asOf string, nameless bool) error {
	day, err := credit.ParseDate(asOf)
	if err != nil {
		return err
	}
	for _, d := range m.out[s] {
		if d.day != day {
			continue
		}
		group[0].AppendText(string(s))
		group[1].Int32s = append(group[1].Int32s, int32(day))
		if nameless {
			d.record = credit.ID{}
		}
		group[2].Bytes = append(group[2].Bytes, d.record[:]...)
	}
	return nil
}

// Footer keys of a mask, ascending.
const (
	keyMaskDataset = "hengxin.dataset"
	keyMaskOn      = "hengxin.on"
	keyMaskRow     = "hengxin.row"
	keyMaskRows    = "hengxin.rows"
	keyMaskRule    = "hengxin.rule"
	keyMaskSource  = "hengxin.source"
	keyMaskValue   = "hengxin.value"
)

func (m *Mask) footer() [][2]string {
	return [][2]string{{keyMaskDataset, m.Dataset.String()}, {keyFormat, maskFormat}, {keyMaskOn, m.On.String()}, {keyPlan, m.Plan.String()},
		{keyPolicy, m.Policy.String()}, {keyPosition, strconv.FormatInt(int64(m.Position), 10)}, {keyMaskRow, m.Row},
		{keyMaskRows, strconv.FormatInt(m.Rows, 10)}, {keyMaskRule, m.Rule}, {keyMaskSource, m.Source}, {keyMaskValue, m.Value}}
}

// OpenMask reads a mask; [credit.ErrInvalid] for a file that is none.
func OpenMask(path string) (*Mask, error) {
	m := &Mask{out: map[credit.Subject][]maskedDay{}}
	var err error
	if m.Digest, err = FileDigest(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := m.read(f, info.Size()); err != nil {
		return nil, fmt.Errorf("mask %s: %w", path, err)
	}
	return m, nil
}

func (m *Mask) read(f io.ReaderAt, size int64) error {
	file, err := openParquet(f, size)
	if err != nil {
		return err
	}
	if got, _ := file.Lookup(keyFormat); got != maskFormat {
		return fmt.Errorf("format %q, want %q: %w", got, maskFormat, credit.ErrInvalid)
	}
	text := func(key string) string { v, _ := file.Lookup(key); return v }
	m.Rule, m.Row, m.Value, m.Source = text(keyMaskRule), text(keyMaskRow), text(keyMaskValue), text(keyMaskSource)
	rows, err := strconv.ParseInt(text(keyMaskRows), 10, 64)
	if err != nil {
		return fmt.Errorf("footer: %w: %w", err, credit.ErrInvalid)
	}
	position, err := strconv.ParseInt(text(keyPosition), 10, 64)
	if err != nil {
		return fmt.Errorf("footer: %w: %w", err, credit.ErrInvalid)
	}
	m.Rows, m.Position = rows, credit.Position(position)
	if m.On, err = credit.ParseDate(text(keyMaskOn)); err != nil {
		return err
	}
	for key, d := range map[string]*credit.Digest{keyMaskDataset: &m.Dataset, keyPlan: &m.Plan, keyPolicy: &m.Policy} {
		if err := d.UnmarshalText([]byte(text(key))); err != nil {
			return err
		}
	}
	t, err := ReadParquet(f, size, TableOptions{Columns: []string{nameSubject, nameAsOf}})
	if err != nil {
		return err
	}
	for i := range t.Rows {
		day, err := credit.ParseDate(t.Columns[1].Texts[i])
		if err != nil {
			return err
		}
		s := credit.Subject(t.Columns[0].Texts[i])
		m.out[s] = append(m.out[s], maskedDay{day: day})
	}
	m.Out = int64(t.Rows)
	return nil
}
