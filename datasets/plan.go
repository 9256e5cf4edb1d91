package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"hengxin/credit"
	"hengxin/features"
)

// Spec is everything that a dataset rests on.
type Spec struct {
	Source    Source
	SourceID  string          // names the state of the records: a file's digest, or a database's record at Position
	Position  credit.Position // the rows are as known at this position of the log; 0 where the source has none
	Generated bool            // the records are of a generated province

	Set      *features.Set
	Policy   *credit.Policy
	Coverage *credit.Coverage // nil states nothing: everything counts as covered
	Code     string           // version of the program

	AsOf     []credit.Date    // ascending, distinct
	Labels   *Labels          // nil: rows without outcome
	Subjects []credit.Subject // the firms of the dataset; nil: those of Labels, or else all that have a record
}

// Plan cuts a dataset into parts: ranges of subjects that do not depend on who builds them.
type Plan struct {
	Spec       *Spec
	Parts      []PartRange
	Digest     credit.Digest // of all that the bytes of the parts rest on
	Neighbours *features.Neighbours
	manifest   Manifest // all but the parts
	columns    []Column
	population []credit.Subject // nil: whoever has a record
}

// PartRange is the subjects From <= s < To of one part; an empty To has no end.
type PartRange struct {
	From credit.Subject `json:"from"`
	To   credit.Subject `json:"to"`
}

// rowsPerPart bounds a part: work for a few seconds, so that a part lost to a crash is little lost, and enough rows that
// files stay few.
const rowsPerPart = 8 * rowsPerGroup

// NewPlan checks the spec, cuts the parts and, where the set has indicators that read neighbours, reads the histories
// once for what is known against each subject, on so many threads. It returns [ErrImmature] for labels that are not
// mature and [credit.ErrInvalid] for a spec that cannot be built.
func NewPlan(ctx context.Context, s *Spec, threads int) (*Plan, error) {
	p := &Plan{Spec: s, columns: datasetColumns(s)}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("plan dataset: %w", err)
	}
	p.population = s.population()
	each := max(1, rowsPerPart/len(s.AsOf))
	n := 0
	err := p.eachSubject(ctx, func(subject credit.Subject) error {
		if n%each == 0 {
			if n > 0 {
				p.Parts[len(p.Parts)-1].To = subject
				p.Parts = append(p.Parts, PartRange{From: subject})
			} else {
				p.Parts = append(p.Parts, PartRange{})
			}
		}
		n++
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("plan dataset: %w", err)
	}
	if n == 0 {
		return nil, fmt.Errorf("plan dataset: no subject: no records up to the position, or an empty list: %w", credit.ErrInvalid)
	}
	p.manifest = describe(s, n)
	if p.Digest, err = p.digest(); err != nil {
		return nil, fmt.Errorf("plan dataset: %w", err)
	}
	p.manifest.Plan = p.Digest
	if err := p.survey(ctx, threads); err != nil {
		return nil, fmt.Errorf("plan dataset: neighbours: %w", err)
	}
	return p, nil
}

func (p *Plan) check() error {
	s := p.Spec
	switch {
	case len(s.AsOf) == 0:
		return fmt.Errorf("no as-of day: %w", credit.ErrInvalid)
	case !slices.IsSorted(s.AsOf) || len(slices.Compact(slices.Clone(s.AsOf))) != len(s.AsOf) || len(s.AsOf) > maxDays:
		return fmt.Errorf("as-of days out of order, twice, or more than %d: %w", maxDays, credit.ErrInvalid)
	}
	if err := checkColumns(p.columns); err != nil {
		return err
	}
	if s.Labels != nil {
		return s.Labels.check(s.AsOf)
	}
	return nil
}

// population lists the firms of the dataset in order; nil stands for all that have a record.
func (s *Spec) population() []credit.Subject {
	var all []credit.Subject
	switch {
	case s.Subjects != nil:
		all = slices.Clone(s.Subjects)
		slices.Sort(all)
		all = slices.Compact(all)
		if s.Labels != nil {
			all = slices.DeleteFunc(all, func(x credit.Subject) bool { return len(s.Labels.of(x)) == 0 })
		}
		return slices.Concat([]credit.Subject{}, all)
	case s.Labels != nil:
		all = []credit.Subject{}
		for i := range s.Labels.rows {
			all = append(all, s.Labels.rows[i].subject)
		}
		return slices.Compact(all)
	}
	return nil
}

func (p *Plan) eachSubject(ctx context.Context, yield func(credit.Subject) error) error {
	if p.population == nil {
		return p.Spec.Source.Subjects(ctx, yield)
	}
	for _, s := range p.population {
		if err := yield(s); err != nil {
			return err
		}
	}
	return nil
}

// digest covers the manifest's description and the cuts.
func (p *Plan) digest() (d credit.Digest, err error) {
	list := sha256.New()
	for _, s := range p.population {
		fmt.Fprintln(list, s)
	}
	text, err := json.Marshal(struct {
		Manifest   Manifest
		Parts      []PartRange
		Source     string
		Population []byte
	}{p.manifest, p.Parts, p.Spec.SourceID, list.Sum(nil)})
	return sha256.Sum256(text), err
}

// survey fills p.Neighbours, if the set reads them, from all histories and not only those of the population.
func (p *Plan) survey(ctx context.Context, threads int) error {
	if !p.Spec.Set.ReadsNeighbours() {
		return nil
	}
	found := make([]*features.Neighbours, len(p.Parts))
	err := inParallel(ctx, threads, len(p.Parts), func(ctx context.Context, i int) error {
		found[i] = features.NewNeighbours(p.Spec.Policy)
		r, add := p.Parts[i], func(_ credit.Subject, records []credit.Record) error { return found[i].Add(records) }
		if p.Spec.Source.HistoriesOf != nil {
			return p.Spec.Source.HistoriesOf(ctx, features.NeighbourKinds(), r.From, r.To, add)
		}
		return p.Spec.Source.Histories(ctx, r.From, r.To, add)
	})
	if err != nil {
		return err
	}
	p.Neighbours = features.NewNeighbours(p.Spec.Policy)
	for _, n := range found {
		p.Neighbours.Merge(n)
	}
	return nil
}
