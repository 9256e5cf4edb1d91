package datasets

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"hengxin/credit"
)

// datasetFormat names the form of parts and manifest.
const datasetFormat = "dataset/1"

const manifestName = "manifest.json"

// Manifest describes a dataset; it is written last, so that a directory with a manifest is whole.
type Manifest struct {
	Format     string          `json:"format"`
	Code       string          `json:"code"`
	Generated  bool            `json:"generated"` // a record that the build read is of a generated province, not of a real firm
	AsOf       []credit.Date   `json:"as_of"`
	Position   credit.Position `json:"position,omitempty"`
	Set        credit.Digest   `json:"set"`
	Policy     *credit.Digest  `json:"policy"`          // null: built without law
	Coverage   *credit.Digest  `json:"coverage"`        // null: built as if every source covered everything
	Peers      *credit.Digest  `json:"peers,omitempty"` // table of peers of the set; absent: none was given, or no indicator needs one
	Labels     *LabelSpec      `json:"labels,omitempty"`
	LabelFile  *credit.Digest  `json:"label_file,omitempty"`
	LabelRows  int             `json:"label_rows,omitempty"`
	OtherDays  int             `json:"labels_of_other_days,omitempty"` // labels whose day is no as-of day of this dataset
	Columns    []ColumnInfo    `json:"columns"`
	Indicators []string        `json:"indicators"`
	Subjects   int             `json:"subjects"`
	Pseudonyms *Pseudonyms     `json:"pseudonyms,omitempty"` // absent: the subjects are codes or ids as the source has them
	Plan       credit.Digest   `json:"plan"`
	Counts
	Parts []Part `json:"parts"`
}

// ColumnInfo is a column as the manifest lists it.
type ColumnInfo struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
}

// Counts are what a part, or all of them, hold.
type Counts struct {
	Rows       int64 `json:"rows"`
	Bad        int64 `json:"bad,omitempty"`         // rows with outcome 1
	AlreadyBad int64 `json:"already_bad,omitempty"` // labelled firm-days left out: the outcome had come by the as-of day
	NoRecord   int64 `json:"no_record"`             // rows of firms without any record at the position
}

func (c *Counts) add(o Counts) {
	c.Rows, c.Bad, c.AlreadyBad, c.NoRecord = c.Rows+o.Rows, c.Bad+o.Bad, c.AlreadyBad+o.AlreadyBad, c.NoRecord+o.NoRecord
}

// Part is one file of a dataset.
type Part struct {
	Name      string        `json:"name"`
	From      string        `json:"from"` // subjects from here on, up to the next part's
	Bytes     int64         `json:"bytes"`
	SHA256    credit.Digest `json:"sha256"`
	Generated bool          `json:"generated,omitempty"` // a record of its range of subjects is of a generated province
	Counts
}

var typeNames = [...]string{Text: "text", Bytes: "bytes", ID: "id", Int32: "int32", Int64: "int64", Date: "date", Double: "double"}

// describe is the manifest of a spec, without its parts.
func describe(s *Spec, subjects int) Manifest {
	m := Manifest{Format: datasetFormat, Code: s.Code, Generated: s.Generated, AsOf: s.AsOf, Position: s.Position,
		Set: s.Set.Digest(), Indicators: s.Set.IDs(), Subjects: subjects, Pseudonyms: s.Pseudonyms}
	if s.Policy != nil {
		d := s.Policy.Digest()
		m.Policy = &d
	}
	if s.Coverage != nil {
		d := s.Coverage.Digest()
		m.Coverage = &d
	}
	if p := s.Set.Peers(); p != nil {
		d := p.Digest()
		m.Peers = &d
	}
	if s.Labels != nil {
		m.Labels, m.LabelFile = &s.Labels.Spec, &s.Labels.File
		m.LabelRows, m.OtherDays = s.Labels.Len(), s.Labels.otherDays(s.AsOf)
	}
	for _, c := range datasetColumns(s) {
		m.Columns = append(m.Columns, ColumnInfo{Name: c.Name, Type: typeNames[c.Type], Nullable: c.Optional})
	}
	return m
}

// ReadManifest reads the manifest of a dataset's directory.
func ReadManifest(dir string) (*Manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", dir, err)
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("dataset %s: manifest: %w: %w", dir, err, credit.ErrInvalid)
	}
	if m.Format != datasetFormat {
		return nil, fmt.Errorf("dataset %s: manifest of format %q, want %q: %w", dir, m.Format, datasetFormat, credit.ErrInvalid)
	}
	return &m, nil
}

// writeJSON writes v to a file that is there whole or not at all, also after a crash.
func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	f, err := createWhole(path)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		f.drop()
		return err
	}
	return f.commit()
}

// wholeFile is a file that gets its name only when it is complete and on disk.
type wholeFile struct {
	*os.File
	path string
}

func createWhole(path string) (*wholeFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	return &wholeFile{f, path}, nil
}

func (f *wholeFile) commit() error {
	if err := f.Chmod(0o644); err != nil {
		f.drop()
		return err
	}
	if err := f.Sync(); err != nil {
		f.drop()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

func (f *wholeFile) drop() {
	f.Close()
	os.Remove(f.Name())
}
