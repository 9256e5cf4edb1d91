package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Format names the version of the artifact's form; other versions are refused.
const Format = "hengxin-artifact-1"

// Artifact is a fitted model with all that is needed to use it, to explain it and to know where it came from.
// ARTIFACT.md describes its bytes.
type Artifact struct {
	Format     string          `json:"format"`
	Kind       string          `json:"kind"` // card, ...: who can read Parameters
	Outcome    Outcome         `json:"outcome"`
	Columns    []Spec          `json:"columns"` // in the order of a row
	Scale      Scale           `json:"scale"`
	Grades     []Grade         `json:"grades"`     // best first
	Parameters json.RawMessage `json:"parameters"` // the kind's own
	Reference  Reference       `json:"reference"`
	Provenance Provenance      `json:"provenance"`
}

// Outcome says what the model predicts.
type Outcome struct {
	Name     string `json:"name"`     // the target column
	Positive string `json:"positive"` // its value that means the bad outcome
	Text     Text   `json:"text"`
}

// Text is a short text in the languages of our users.
type Text struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

// Spec describes one column of a row.
type Spec struct {
	Name      string   `json:"name"`
	Type      Type     `json:"type"`
	Levels    []string `json:"levels,omitempty"`    // of a category, ascending
	Direction int      `json:"direction,omitempty"` // declared: 1 a higher value is riskier, -1 safer, 0 nothing declared
	Reason    string   `json:"reason"`              // id of the reason that this column gives, distinct
	Text      Text     `json:"text"`                // what the reason says
}

// Grade is a band of points: from From up to the next better grade's.
type Grade struct {
	Name string   `json:"name"`
	From *float64 `json:"from"` // lowest points; null for the last grade
	Text Text     `json:"text"`
}

// Reference holds the distributions that the model was fitted on, to measure drift against.
type Reference struct {
	Points  Histogram   `json:"points"`
	Columns []Histogram `json:"columns"` // one by column, in order
}

// Histogram counts rows (by weight). A number's cell i holds Edges[i-1] <= x < Edges[i]; a category's cell i is level
// i and has no edges.
type Histogram struct {
	Name    string    `json:"name"`
	Edges   []float64 `json:"edges"`  // ascending
	Counts  []float64 `json:"counts"` // one more than edges; of a category one by level
	Missing float64   `json:"missing"`
}

// Provenance says what the model was fitted on.
type Provenance struct {
	Dataset   string          `json:"dataset"`             // digest of the dataset's manifest, or of the file
	Catalogue string          `json:"catalogue,omitempty"` // digest of the indicator set
	Policy    string          `json:"policy,omitempty"`    // digest of the policy tables
	Peers     string          `json:"peers,omitempty"`     // digest of the table of peers, where a column is relative to one
	Position  int64           `json:"position,omitempty"`  // of the log
	AsOf      []string        `json:"as_of,omitempty"`     // days of the rows
	Label     string          `json:"label,omitempty"`     // definition, horizon and maturity
	Generated bool            `json:"generated,omitempty"` // made from generated data: not for decisions
	Rows      int             `json:"rows"`                // fitted on
	Events    int             `json:"events"`              // of them bad
	Weight    float64         `json:"weight"`              // sum of weights
	BadWeight float64         `json:"bad_weight"`          // sum of the weights of the bad
	Recipe    json.RawMessage `json:"recipe"`              // all choices of the fit
	Remarks   []string        `json:"remarks,omitempty"`   // what the fit warned of
}

// Bytes returns the canonical bytes. Errors are those of Check.
func (a *Artifact) Bytes() ([]byte, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	return Canonical(a)
}

// Digest returns the SHA-256 of the canonical bytes in hex: the version of the model.
func (a *Artifact) Digest() (string, error) {
	b, err := a.Bytes()
	if err != nil {
		return "", err
	}
	return DigestOf(b), nil
}

// DigestOf returns the SHA-256 of b in hex.
func DigestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Decode reads canonical bytes. It returns [ErrInvalid] for anything else: unknown or repeated fields, keys out of
// order, numbers not in their shortest form, values that Check refuses. Parameters are the business of the kind.
func Decode(b []byte) (*Artifact, error) {
	if len(b) > MaxArtifactSize {
		return nil, fmt.Errorf("artifact: %d bytes, %d at most: %w", len(b), MaxArtifactSize, ErrInvalid)
	}
	var a Artifact
	if err := DecodeStrict(b, &a); err != nil {
		return nil, fmt.Errorf("artifact: %w", err)
	}
	if err := a.Check(); err != nil {
		return nil, err
	}
	return &a, nil
}

// DecodeStrict reads one JSON document into v and returns [ErrInvalid] unless its bytes are what [Canonical] writes
// of v: this refuses unknown and repeated fields, other number forms and blanks all at once.
func DecodeStrict(b []byte, v any) error {
	if err := checkDepth(b); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%v: %w", err, ErrInvalid)
	}
	again, err := Canonical(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(b, again) {
		return fmt.Errorf("bytes are not canonical from byte %d: %w", firstDifference(b, again), ErrInvalid)
	}
	return nil
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Grade returns the grade of points; an artifact without grades gives "".
func (a *Artifact) Grade(points float64) string {
	for _, g := range a.Grades {
		if g.From == nil || points >= *g.From {
			return g.Name
		}
	}
	return ""
}

// Bind returns the columns of f that the artifact names, in its order and meaning (see [Spec.Fit]): value [c][i] is what
// column c of row i gives a [Model]. It returns [ErrInvalid], naming the column, where f lacks one.
func (a *Artifact) Bind(f *Frame) ([][]float64, error) {
	bound := make([][]float64, len(a.Columns))
	for i := range a.Columns {
		s := &a.Columns[i]
		c := f.Column(s.Name)
		if c == nil {
			return nil, fmt.Errorf("column %q: the model needs it and the table has none: %w", s.Name, ErrInvalid)
		}
		bound[i] = s.Fit(c)
	}
	return bound, nil
}
