package scoring

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"hengxin/credit"
)

// Format is the version of the canonical form of a score, which SCORE.md describes.
const Format = 1

// Score is the answer to one question, and the record of one decision: everything a bank is told, everything an
// auditor needs to make it again. Equal questions about equal facts under equal rules give equal scores, bit for bit.
type Score struct {
	Format      int             `json:"format"`
	Subject     credit.Subject  `json:"subject"`
	Bank        string          `json:"bank"`
	Purpose     credit.Purpose  `json:"purpose"`
	Classes     []string        `json:"data_classes"` // that the model reads and the consent names
	Day         credit.Date     `json:"day"`          // as of this day: nothing known later counts
	Position    credit.Position `json:"position"`     // as of this place in the record log
	Points      float64         `json:"points"`
	Probability float64         `json:"probability"` // of default within the artifact's horizon
	LogOdds     float64         `json:"log_odds"`    // of default
	Grade       string          `json:"grade"`       // from the points, or from a veto
	Vetoes      []Veto          `json:"vetoes"`      // rules that decide the grade whatever the points are
	Reasons     []Reason        `json:"reasons"`     // most points lost first
	Disputed    bool            `json:"disputed"`    // a record behind the score is under objection
	Freshness   []Freshness     `json:"freshness"`   // by source name
	Warnings    []Warning       `json:"warnings"`
	Provenance  Provenance      `json:"provenance"`
}

// Provenance names everything that the score came from. With the record log it is enough to make the score again.
type Provenance struct {
	Artifact  string    `json:"artifact"`      // SHA-256 of the model's canonical bytes
	Set       string    `json:"indicator_set"` // digest of the definitions of the indicators that the model reads
	Policy    string    `json:"policy"`        // digest of the policy rows
	Coverage  string    `json:"coverage"`      // digest of the source coverage rows
	Catalogue string    `json:"catalogue"`     // digest of the indicator set that the model was fitted on
	Consent   credit.ID `json:"consent"`       // id of the consent under which the question was asked
	Code      string    `json:"code"`          // versions of the formats that the code wrote
}

// Reason is one indicator that cost the subject points, and why.
type Reason struct {
	Indicator string     `json:"indicator"`
	Zh        string     `json:"zh"`
	En        string     `json:"en"`
	Value     *float64   `json:"value"`             // null where it is missing
	Missing   string     `json:"missing,omitempty"` // why it is missing
	Bin       string     `json:"bin"`
	Points    float64    `json:"points"`
	Lost      float64    `json:"points_lost"` // points of the indicator's best bin less its own
	Records   []Evidence `json:"records"`     // newest first, at most maxEvidence
	More      int        `json:"more_records"`
}

// Evidence is a record behind a reason, as it reads and stands on the score's day.
type Evidence struct {
	ID         credit.ID      `json:"id"`
	Subject    credit.Subject `json:"subject,omitempty"` // of a neighbour's record; "" for the subject's own
	Kind       credit.Kind    `json:"kind"`
	Source     string         `json:"source"`
	Event      credit.Date    `json:"event"`
	Known      credit.Date    `json:"known"`
	Zh         string         `json:"zh"`
	En         string         `json:"en"`
	Standing   string         `json:"standing"` // name of its state; "" for records that have none of their own
	StandingZh string         `json:"standing_zh"`
	WhyZh      string         `json:"why_zh"` // why it has that state
	Why        string         `json:"why"`
	Rule       string         `json:"rule"` // id of the deciding policy row; "" where no rule is in force
	Counted    bool           `json:"counted"`
	Disputed   bool           `json:"disputed"`       // an objection is open
	Earliest   credit.Date    `json:"repair_from"`    // first day on which repair may be applied for; "" where it may not
	End        credit.Date    `json:"publicity_ends"` // first day on which publicity ends by itself; "" where it does not
}

// Veto is a policy row that decides the grade, and the records that brought it about.
type Veto struct {
	Rule    string     `json:"rule"` // id of the policy row
	Zh      string     `json:"zh"`
	En      string     `json:"en"`
	Records []Evidence `json:"records"`
}

// Freshness says how old the newest record of a source is on the score's day.
type Freshness struct {
	Source  string      `json:"source"`
	Latest  credit.Date `json:"latest"` // known date of the newest record
	AgeDays int         `json:"age_days"`
}

// Warning tells the reader of a score what to be careful about.
type Warning struct {
	Code      string `json:"code"`
	Indicator string `json:"indicator,omitempty"`
	Zh        string `json:"zh"`
	En        string `json:"en"`
}

// AllowedBy returns nil where the consent lets the bank use every class of data that the score reads, on both the day of
// asking and the score's own day, and else the refusal, which wraps [credit.ErrConsent].
func (s *Score) AllowedBy(c Consent, asked credit.Date) error {
	classes := make([]credit.DataClass, len(s.Classes))
	for i, name := range s.Classes {
		if err := classes[i].UnmarshalText([]byte(name)); err != nil {
			return err
		}
	}
	return allows(&c, Question{Subject: s.Subject, Bank: s.Bank, Purpose: s.Purpose, Day: s.Day}, classes, asked)
}

// Bytes returns the canonical bytes of the score: JSON with the fields in the order of the type, no blanks, no escapes
// that JSON does not need, floats in the shortest text that reads back to the same bits.
func (s *Score) Bytes() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("score of %s: %w", s.Subject, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// IDOf returns the id of the score with those canonical bytes: the first 16 bytes of their SHA-256.
func IDOf(canonical []byte) credit.ID {
	sum := sha256.Sum256(canonical)
	return credit.ID(sum[:16])
}

// Parse reads canonical bytes. It returns [credit.ErrInvalid] for bytes that are not exactly what Bytes writes of the
// score they hold, and [ErrUnknownFormat] for those of a later format.
func Parse(canonical []byte) (*Score, error) {
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(canonical, &head); err != nil {
		return nil, fmt.Errorf("score bytes: %v: %w", err, credit.ErrInvalid)
	}
	if head.Format != Format {
		return nil, fmt.Errorf("score bytes of format %d, this program reads %d: %w", head.Format, Format, ErrUnknownFormat)
	}
	s := new(Score)
	if err := json.Unmarshal(canonical, s); err != nil {
		return nil, fmt.Errorf("score bytes: %v: %w", err, credit.ErrInvalid)
	}
	again, err := s.Bytes()
	if err != nil || !bytes.Equal(again, canonical) {
		return nil, fmt.Errorf("score bytes are not canonical: %w", credit.ErrInvalid)
	}
	return s, nil
}
