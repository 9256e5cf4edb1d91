package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"hengxin/credit"
	"hengxin/features"
)

// Spec is everything that a dataset rests on.
type Spec struct {
	Source    Source
	SourceID  string          // names the state of the records: a digest of the file, or of ids all over a database's log
	Position  credit.Position // the rows are as known at this position of the log; 0 where the source has none
	Generated bool            // the records are known to be of a generated province; a build sees for itself where it is false
	Scratch   string          // directory where a survey may set histories aside, so that they are read once; "" = it does not

	Set      *features.Set
	Policy   *credit.Policy
	Coverage *credit.Coverage // nil states nothing: everything counts as covered
	Code     string           // version of the program

	AsOf     []credit.Date    // ascending, distinct
	Labels   *Labels          // nil: rows without outcome
	Subjects []credit.Subject // the firms of the dataset; nil: those of Labels, or else all that have a record

	Pseudonyms *Pseudonyms // not nil: made by [Spec.WithPseudonyms]; subjects are pseudonyms, records name the real ones
	real       map[credit.Subject]credit.Subject
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
	spill      *spill           // nil: parts read the source
	rooms      sync.Pool        // of *partRoom: memory, no state
}

// histories reads what the parts are made of.
func (p *Plan) histories(ctx context.Context, r PartRange, yield func(credit.Subject, []credit.Record) error) error {
	if p.spill != nil {
		return p.spill.histories(ctx, r.From, r.To, yield)
	}
	return p.Spec.Source.Histories(ctx, r.From, r.To, yield)
}

// PartRange is the subjects From <= s < To of one part; an empty To has no end.
type PartRange struct {
	From credit.Subject `json:"from"`
	To   credit.Subject `json:"to"`
}

// rowsPerPart bounds a part: work for a second or less, so that little is lost to a crash and threads end together, and
// enough rows that files stay few.
const rowsPerPart = 4 * rowsPerGroup

// NewPlan checks the spec, cuts the parts and, where the set has indicators that read neighbours, reads the histories
// once for what is known against each subject, on so many threads. It returns [ErrImmature] for labels that are not
// mature and [credit.ErrInvalid] for a spec that cannot be built.
func NewPlan(ctx context.Context, s *Spec, threads int) (*Plan, error) {
	p := &Plan{Spec: s, columns: datasetColumns(s)}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("plan dataset: %w", err)
	}
	p.population = s.population()
	listed, err := p.survey(ctx, threads)
	if err != nil {
		return nil, fmt.Errorf("plan dataset: %w", err)
	}
	n := 0
	each := max(1, rowsPerPart/len(s.AsOf))
	if err := p.eachSubject(ctx, listed, func(subject credit.Subject) error {
		if n%each == 0 {
			p.cutAt(subject)
		}
		n++
		return nil
	}); err != nil {
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
	return p, nil
}

// MostRows is the number of rows that the plan's subjects and days make: with labels, which speak of some days only, fewer
// may be written.
func (p *Plan) MostRows() int64 { return int64(p.manifest.Subjects) * int64(len(p.Spec.AsOf)) }

// cutAt begins a part at the subject; the first part begins before all subjects.
func (p *Plan) cutAt(s credit.Subject) {
	if n := len(p.Parts); n > 0 {
		p.Parts[n-1].To = s
		p.Parts = append(p.Parts, PartRange{From: s})
		return
	}
	p.Parts = []PartRange{{}}
}

func (p *Plan) check() error {
	s := p.Spec
	switch {
	case len(s.AsOf) == 0:
		return fmt.Errorf("no as-of day: %w", credit.ErrInvalid)
	case !slices.IsSorted(s.AsOf) || len(slices.Compact(slices.Clone(s.AsOf))) != len(s.AsOf) || len(s.AsOf) > maxDays:
		return fmt.Errorf("as-of days out of order, twice, or more than %d: %w", maxDays, credit.ErrInvalid)
	}
	if s.Set.Len() == 0 {
		return fmt.Errorf("a set without indicators: %w", credit.ErrInvalid)
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
		return append([]credit.Subject{}, all...) // an empty list is not everybody
	case s.Labels != nil:
		all = []credit.Subject{}
		for i := range s.Labels.rows {
			all = append(all, s.Labels.rows[i].subject)
		}
		return slices.Compact(all)
	}
	return nil
}

// eachSubject yields the population; listed is what the survey found, nil where it did not look for subjects.
func (p *Plan) eachSubject(ctx context.Context, listed []credit.Subject, yield func(credit.Subject) error) error {
	if p.population != nil {
		listed = p.population
	} else if listed == nil {
		return p.Spec.Source.Subjects(ctx, yield)
	}
	for _, s := range listed {
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

// survey fills p.Neighbours, if the set reads them, from all histories and not only those of the population. Where the
// source cannot list its subjects and they are needed, it lists them on the same way.
func (p *Plan) survey(ctx context.Context, threads int) ([]credit.Subject, error) {
	src, near := &p.Spec.Source, p.Spec.Set.ReadsNeighbours()
	list := p.population == nil && (src.Subjects == nil || near && src.HistoriesOf == nil)
	if !list && !near {
		return nil, nil
	}
	ranges := []PartRange{{}}
	if src.Ranges != nil {
		var err error
		if ranges, err = src.Ranges(ctx, 4*max(1, threads)); err != nil {
			return nil, err
		}
	}
	found := make([]surveyed, len(ranges))
	err := inParallel(ctx, threads, len(ranges), func(ctx context.Context, i int) (err error) {
		found[i], err = p.surveyRange(ctx, ranges[i], list)
		return err
	})
	if err != nil {
		return nil, err
	}
	var subjects [][]credit.Subject
	p.Neighbours = features.NewNeighbours(p.Spec.Policy)
	for i := range found {
		subjects = append(subjects, found[i].subjects)
		p.Neighbours.Merge(found[i].neighbours)
		if w := found[i].aside; w != nil {
			if p.spill == nil {
				p.spill = &spill{}
			}
			p.spill.blocks = append(p.spill.blocks, w.blocks...)
		}
	}
	if !near {
		p.Neighbours = nil
	}
	if !list {
		return nil, nil
	}
	return append([]credit.Subject{}, slices.Concat(subjects...)...), nil
}

// surveyed is what the survey of one range found.
type surveyed struct {
	subjects   []credit.Subject
	neighbours *features.Neighbours
	aside      *spillWriter // nil: not asked for
}

func (p *Plan) surveyRange(ctx context.Context, r PartRange, list bool) (s surveyed, err error) {
	src := &p.Spec.Source
	s.neighbours = features.NewNeighbours(p.Spec.Policy)
	near := p.Spec.Set.ReadsNeighbours()
	if !list && src.HistoriesOf != nil {
		return s, src.HistoriesOf(ctx, features.NeighbourKinds(), r.From, r.To, func(_ credit.Subject, records []credit.Record) error {
			return s.neighbours.Add(records)
		})
	}
	if p.Spec.Scratch != "" {
		if s.aside, err = newSpillWriter(p.Spec.Scratch); err != nil {
			return s, fmt.Errorf("set histories aside: %w", err)
		}
	}
	err = src.Histories(ctx, r.From, r.To, func(subject credit.Subject, records []credit.Record) error {
		if list {
			s.subjects = append(s.subjects, subject)
		}
		if near {
			if err := s.neighbours.Add(records); err != nil {
				return err
			}
		}
		if s.aside != nil {
			return s.aside.add(records)
		}
		return nil
	})
	if err == nil && s.aside != nil {
		err = s.aside.w.Flush()
	}
	return s, err
}
