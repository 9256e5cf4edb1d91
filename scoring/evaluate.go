package scoring

import (
	"fmt"
	"math"
	"slices"

	"hengxin/credit"
	"hengxin/features"
	"hengxin/models"
)

// facts are all that a score is made from beside its method: whose, as of when, and the records.
type facts struct {
	question   Question
	position   credit.Position
	records    []credit.Record
	neighbours *features.Neighbours   // nil where the subject has none
	foreign    map[credit.ID]Evidence // records that may count against neighbours
}

// evaluation is a score under way: every indicator with what the model made of it.
type evaluation struct {
	logOdds float64
	points  float64
	lines   []Line
	short   int // indicators whose window begins before the coverage of their sources does
	dossier *dossier
}

// Line is one indicator of a score: its value, what the model made of it, and the records behind it.
type Line struct {
	Indicator string     `json:"indicator"`
	Dimension string     `json:"dimension"`
	NameZh    string     `json:"name_zh"`
	Name      string     `json:"name"`
	Unit      string     `json:"unit"`
	Value     *float64   `json:"value"`   // null where it is missing
	Missing   string     `json:"missing"` // why it is missing, "" where it is not
	Bin       string     `json:"bin"`
	Points    float64    `json:"points"`      // above or below a subject that is neutral in this indicator
	Lost      float64    `json:"points_lost"` // points of the indicator's best bin less its own
	Novel     string     `json:"novel"`       // in what way the value is one that training did not have
	Records   []Evidence `json:"records"`
	More      int        `json:"more_records"` // records behind it that the list leaves out
}

// evaluate is the one way from records to numbers: live, replayed and explained scores all come through it.
func (m *Method) evaluate(f *facts) (*evaluation, error) {
	day := f.question.Day
	fold, done, err := m.fold(f.neighbours)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := fold.Load(f.question.Subject, f.records); err != nil {
		return nil, err
	}
	if err := fold.Rebuildable(day); err != nil {
		return nil, err
	}
	row := fold.Row(make([]float64, 0, m.set.Len()), day)
	history := new(credit.History)
	if err := m.policy.Resolve(history, f.records); err != nil {
		return nil, err
	}
	e := &evaluation{logOdds: m.model.LogOdds(row), dossier: newDossier(m.policy, history, day)}
	e.dossier.foreign = f.foreign
	if math.IsNaN(e.logOdds) {
		return nil, fmt.Errorf("model %s gives no number: %w", m.provenance.Artifact, models.ErrInvalid)
	}
	e.points = m.model.Points(row)
	parts := m.model.parts(row)
	var ids []credit.ID
	for i := range row {
		line := m.line(i, row[i], &parts[i])
		if math.IsNaN(row[i]) {
			line.Missing = fold.Missing(i, day).String()
		}
		ids = fold.Evidence(fold.NeighbourEvidence(ids[:0], i, day), i, day)
		line.Records, line.More = e.dossier.evidence(ids)
		e.lines = append(e.lines, line)
		if fold.CutShort(i, day) {
			e.short++
		}
	}
	return e, nil
}

// line says what the model made of one value.
func (m *Method) line(i int, value float64, p *part) Line {
	ind, text := m.set.At(i), m.artifact.Columns[i].Text
	line := Line{Indicator: ind.ID, Dimension: ind.Dimension, NameZh: ind.Zh, Name: ind.En, Unit: ind.Unit,
		Bin: p.bin, Points: p.points, Lost: p.lost, Novel: p.novel}
	if text.Zh != "" && text.Zh != ind.ID { // the model has words of its own
		line.NameZh, line.Name = text.Zh, text.En
	}
	if !math.IsNaN(value) {
		line.Value = &value
	}
	return line
}

// score makes the answer out of an evaluation.
func (m *Method) score(f *facts, e *evaluation, consent credit.ID) *Score {
	q := f.question
	s := &Score{Format: Format, Subject: q.Subject, Bank: q.Bank, Purpose: q.Purpose, Classes: namesOf(m.classes), Day: q.Day, Position: f.position,
		LogOdds: e.logOdds, Points: e.points, Probability: models.Probability(e.logOdds), Provenance: m.provenance}
	s.Provenance.Consent = consent
	s.Vetoes = m.vetoes(e.dossier)
	s.Grade = m.artifact.Grade(s.Points)
	if n := len(m.artifact.Grades); n > 0 && len(s.Vetoes) > 0 {
		s.Grade = m.artifact.Grades[n-1].Name
	}
	s.Reasons = reasons(e.lines)
	s.Disputed = e.dossier.disputed()
	told := tellable(e.dossier, m.classes)
	s.Freshness = freshness(told, q.Day)
	s.Warnings = m.warnings(f, e, told)
	return s
}

func namesOf(classes []credit.DataClass) []string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.String()
	}
	return names
}

// reasons are the lines that lost points, most lost first, at most maxReasons.
func reasons(lines []Line) []Reason {
	lost := make([]*Line, 0, len(lines))
	for i := range lines {
		if lines[i].Lost > 0 {
			lost = append(lost, &lines[i])
		}
	}
	slices.SortStableFunc(lost, func(a, b *Line) int {
		switch {
		case a.Lost > b.Lost:
			return -1
		case a.Lost < b.Lost:
			return 1
		}
		return 0
	})
	out := make([]Reason, 0, maxReasons)
	for _, line := range lost[:min(len(lost), maxReasons)] {
		out = append(out, line.reason())
	}
	return out
}
