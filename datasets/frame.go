package datasets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"hengxin/credit"
	"hengxin/models"
)

// Dataset is a dataset in memory: the frame, and for each row the key by which splits go.
type Dataset struct {
	Manifest *Manifest
	Frame    models.Frame // columns in the order of the manifest's indicators; Target and Weights where it has labels
	Keys     []Key
}

// LoadFrame reads a dataset's directory whole, or only the named indicators of it. Every part is checked against the
// digest in the manifest and against what its own footer says; [credit.ErrInvalid] names the part that differs. Missing
// values are NaN, and keys are written subject@day.
func LoadFrame(ctx context.Context, dir string, indicators ...string) (*Dataset, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	if len(indicators) == 0 {
		indicators = m.Indicators
	}
	names := []string{nameSubject, nameAsOf}
	if m.Labels != nil {
		names = append(names, nameLabel, nameWeight)
	}
	d := &Dataset{Manifest: m}
	for _, id := range indicators {
		d.Frame.Columns = append(d.Frame.Columns, models.Column{Name: id, Type: models.Number, Values: make([]float64, 0, m.Rows)})
	}
	for i := range m.Parts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t, err := readPart(dir, m, i, append(names[:len(names):len(names)], indicators...))
		if err != nil {
			return nil, fmt.Errorf("dataset %s, %s: %w", dir, m.Parts[i].Name, err)
		}
		if err := d.append(t, len(names)); err != nil {
			return nil, fmt.Errorf("dataset %s, %s: %w", dir, m.Parts[i].Name, err)
		}
	}
	if int64(len(d.Keys)) != m.Rows {
		return nil, fmt.Errorf("dataset %s: %d rows, the manifest says %d: %w", dir, len(d.Keys), m.Rows, credit.ErrInvalid)
	}
	return d, nil
}

// Verify compares every part of a dataset with the manifest, digest and footer, and returns the manifest;
// [credit.ErrInvalid] names the part that differs.
func Verify(ctx context.Context, dir string) (*Manifest, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	for i := range m.Parts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, _, err := openPart(dir, m, i)
		if err != nil {
			return nil, fmt.Errorf("dataset %s, %s: %w", dir, m.Parts[i].Name, err)
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// openPart opens a part that is what the manifest says.
func openPart(dir string, m *Manifest, i int) (f *os.File, size int64, err error) {
	path := filepath.Join(dir, m.Parts[i].Name)
	sum, err := FileDigest(path)
	if err != nil {
		return nil, 0, err
	}
	if sum != m.Parts[i].SHA256 {
		return nil, 0, fmt.Errorf("digest %s, the manifest says %s: %w", sum, m.Parts[i].SHA256, credit.ErrInvalid)
	}
	if f, err = os.Open(path); err != nil {
		return nil, 0, err
	}
	if err := checkFooter(f, m.Parts[i].Bytes, m); err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, m.Parts[i].Bytes, nil
}

// readPart checks a part and reads the named columns of it.
func readPart(dir string, m *Manifest, i int, names []string) (*Table, error) {
	f, size, err := openPart(dir, m, i)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadParquet(f, size, TableOptions{Columns: names})
}

// checkFooter compares what a part says of itself with the manifest.
func checkFooter(f *os.File, size int64, m *Manifest) error {
	file, err := openParquet(f, size)
	if err != nil {
		return err
	}
	want := map[string]string{keyFormat: datasetFormat, keyPlan: m.Plan.String(), keySet: m.Set.String(), keyCode: m.Code,
		keyPolicy: digestText(m.Policy), keyCoverage: digestText(m.Coverage), keyPseudonyms: m.Pseudonyms.fingerprint()}
	for key, value := range want {
		if got, _ := file.Lookup(key); got != value {
			return fmt.Errorf("footer: %s is %q, the manifest says %q: %w", key, got, value, credit.ErrInvalid)
		}
	}
	return nil
}

func digestText(d *credit.Digest) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// append takes over the rows of one part, whose first columns are the fixed ones.
func (d *Dataset) append(t *Table, fixed int) error {
	for i := range t.Rows {
		day, err := credit.ParseDate(t.Columns[1].Texts[i])
		if err != nil {
			return err
		}
		k := Key{Subject: credit.Subject(t.Columns[0].Texts[i]), AsOf: day, Row: int64(len(d.Keys))}
		d.Keys = append(d.Keys, k)
		d.Frame.Keys = append(d.Frame.Keys, string(k.Subject)+"@"+day.String())
	}
	if d.Manifest.Labels != nil {
		d.Frame.Target = append(d.Frame.Target, t.Columns[2].Numbers...)
		d.Frame.Weights = append(d.Frame.Weights, t.Columns[3].Numbers...)
	}
	for i, c := range t.Columns[fixed:] {
		if c.Numbers == nil && t.Rows > 0 {
			return fmt.Errorf("column %s holds no numbers: %w", c.Name, credit.ErrInvalid)
		}
		d.Frame.Columns[i].Values = append(d.Frame.Columns[i].Values, c.Numbers...)
	}
	return nil
}
