package datasets

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
	"hengxin/features"
)

// The columns of a dataset: these, the indicators in the order of the set, and last the reasons.
const (
	nameSubject = "subject"
	nameAsOf    = "as_of"
	nameLabel   = "label"
	nameWeight  = "weight"
	nameMissing = "missing"
)

// missingLetters write [features.Missing] in the column missing, one letter an indicator.
const missingLetters = ".corsnp"

func datasetColumns(s *Spec) []Column {
	columns := []Column{{Name: nameSubject, Type: Text}, {Name: nameAsOf, Type: Date}}
	if s.Labels != nil {
		columns = append(columns, Column{Name: nameLabel, Type: Int32}, Column{Name: nameWeight, Type: Double})
	}
	for _, id := range s.Set.IDs() {
		columns = append(columns, Column{Name: id, Type: Double, Optional: true})
	}
	return append(columns, Column{Name: nameMissing, Type: Text})
}

// buildPart makes part i of the plan in dir and nothing else: the same bytes whoever calls it, and wherever. Calls share
// the plan, which none of them changes. progress, where not nil, is told the rows of each row group. It holds one of the
// places while it computes, and gives it up before it waits for the disk.
func buildPart(ctx context.Context, p *Plan, i int, dir string, progress func(rows int), places chan struct{}) (Part, error) {
	part := Part{Name: fmt.Sprintf("part-%05d.parquet", i), From: string(p.Parts[i].From)}
	f, err := createWhole(filepath.Join(dir, part.Name))
	if err != nil {
		return part, fmt.Errorf("build %s: %w", part.Name, err)
	}
	sum := sha256.New()
	size := countBytes(0)
	places <- struct{}{}
	b, err := newPartBuilder(p, i, io.MultiWriter(f, sum, &size), progress)
	if err == nil {
		err = b.run(ctx)
		p.rooms.Put(b.partRoom)
	}
	<-places
	if err != nil {
		f.drop()
		return part, fmt.Errorf("build %s: %w", part.Name, err)
	}
	if err := f.commit(); err != nil {
		return part, fmt.Errorf("build %s: %w", part.Name, err)
	}
	part.Counts, part.Bytes, part.Generated = b.counts, int64(size), b.generated
	sum.Sum(part.SHA256[:0])
	return part, nil
}

type countBytes int64

func (c *countBytes) Write(b []byte) (int, error) {
	*c += countBytes(len(b))
	return len(b), nil
}

// partBuilder folds the histories of one part into row groups.
type partBuilder struct {
	*partRoom
	plan     *Plan
	part     int
	bounds   PartRange
	next     []credit.Subject // of the population, those not yet written
	w        *Writer
	rows     int        // in the group
	blanks   []blankRow // that rows of the group rest on
	blank    *blankRow  // that of the last row
	counts   Counts
	progress func(int)

	generated bool // a record that was read is of a generated province
}

// partRoom is the memory that one part after another is built in.
type partRoom struct {
	fold   *features.Fold
	enc    *chunkEncoder
	group  []Vector
	values []Sparse // of each indicator
	row    features.Sparse
	mark   []int64 // of each indicator, 1 + number of the last row that differ met with records of it
	why    []byte  // the reasons as letters
}

// room returns memory that an earlier part of the plan has left, or new memory.
func (p *Plan) room() (*partRoom, error) {
	if r, ok := p.rooms.Get().(*partRoom); ok {
		return r, nil
	}
	fold, err := features.NewFold(p.Spec.Set, p.Spec.Policy, p.Spec.Coverage, p.Neighbours)
	if err != nil {
		return nil, err
	}
	enc, err := newChunkEncoder()
	n := p.Spec.Set.Len()
	return &partRoom{fold: fold, enc: enc, group: make([]Vector, len(p.columns)), values: make([]Sparse, n), mark: make([]int64, n)}, err
}

func newPartBuilder(p *Plan, i int, out io.Writer, progress func(int)) (*partBuilder, error) {
	room, err := p.room()
	if err != nil {
		return nil, err
	}
	w, err := newWriter(out, room.enc, p.columns, nameSubject, nameAsOf)
	if err != nil {
		return nil, err
	}
	clear(room.mark)
	for i := range room.group {
		room.group[i].Reset() // a part that failed leaves rows
	}
	b := &partBuilder{partRoom: room, plan: p, part: i, bounds: p.Parts[i], w: w, progress: progress, generated: p.Spec.Generated}
	b.next = within(p.population, b.bounds)
	return b, nil
}

// within returns the subjects of the ordered list that lie in the range.
func within(list []credit.Subject, r PartRange) []credit.Subject {
	from, _ := slices.BinarySearch(list, r.From)
	to := len(list)
	if r.To != "" {
		to, _ = slices.BinarySearch(list, r.To)
	}
	return list[from:to]
}

// footer is what a part says of itself, keys ascending.
func footer(p *Plan, i int, generated bool) [][2]string {
	s := p.Spec
	days := make([]string, len(s.AsOf))
	for i, d := range s.AsOf {
		days[i] = d.String()
	}
	kv := [][2]string{{"hengxin.as_of", strings.Join(days, ",")}, {keyCode, s.Code}}
	if s.Coverage != nil {
		kv = append(kv, [2]string{keyCoverage, s.Coverage.Digest().String()})
	}
	kv = append(kv, [2]string{keyFormat, datasetFormat})
	if generated {
		kv = append(kv, [2]string{keyGenerated, "true"})
	}
	kv = append(kv, [2]string{"hengxin.part", fmt.Sprintf("%d of %d", i, len(p.Parts))}, [2]string{keyPlan, p.Digest.String()})
	if s.Policy != nil {
		kv = append(kv, [2]string{keyPolicy, s.Policy.Digest().String()})
	}
	if s.Position > 0 {
		kv = append(kv, [2]string{keyPosition, strconv.FormatInt(int64(s.Position), 10)})
	}
	if s.Pseudonyms != nil {
		kv = append(kv, [2]string{keyPseudonyms, s.Pseudonyms.Key.String()})
	}
	return append(kv, [2]string{keySet, s.Set.Digest().String()})
}

func (b *partBuilder) run(ctx context.Context) error {
	err := b.plan.histories(ctx, b.bounds, func(s credit.Subject, records []credit.Record) error {
		for i := 0; i < len(records) && !b.generated; i++ {
			b.generated = IsGenerated(&records[i])
		}
		if b.plan.population == nil {
			return b.add(s, records)
		}
		for len(b.next) > 0 && b.next[0] < s {
			if err := b.skip(); err != nil {
				return err
			}
		}
		if len(b.next) == 0 || b.next[0] != s {
			return nil
		}
		b.next = b.next[1:]
		return b.add(s, records)
	})
	for err == nil && len(b.next) > 0 {
		err = b.skip()
	}
	if err == nil {
		err = b.flush()
	}
	if err != nil {
		return err
	}
	for _, kv := range footer(b.plan, b.part, b.generated) {
		b.w.Set(kv[0], kv[1])
	}
	return b.w.Close()
}

// skip writes the rows of the next firm of the population, which has no record.
func (b *partBuilder) skip() error {
	s := b.next[0]
	b.next = b.next[1:]
	return b.add(s, nil)
}

// add writes the rows of one subject: every as-of day, or where there are labels the days that have one.
func (b *partBuilder) add(s credit.Subject, records []credit.Record) error {
	if err := b.fold.Load(b.plan.Spec.realSubject(s, records), records); err != nil {
		return err
	}
	labels := b.plan.Spec.Labels
	var mine []label
	if labels != nil {
		mine = labels.of(s)
	}
	for _, day := range b.plan.Spec.AsOf {
		outcome, weight := int32(0), 1.0
		if labels != nil {
			verdict, of := labels.find(mine, day)
			if verdict == alreadyBad {
				b.counts.AlreadyBad++
			}
			if verdict == notThatDay || verdict == alreadyBad {
				continue
			}
			outcome, weight = bit(verdict == badOutcome), of.weight
		}
		if err := b.fold.Rebuildable(day); err != nil {
			return err
		}
		b.put(s, day, outcome, weight)
		if len(records) == 0 {
			b.counts.NoRecord++
		}
		if b.rows == rowsPerGroup {
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// realSubject is whose history it is, which the code's class and division are read from.
func (s *Spec) realSubject(subject credit.Subject, records []credit.Record) credit.Subject {
	if s.Pseudonyms == nil {
		return subject
	}
	if len(records) > 0 {
		return records[0].Subject
	}
	return s.real[subject] // a firm without records comes from a list
}

// find returns the verdict of the subject's label that speaks of the day.
func (l *Labels) find(mine []label, day credit.Date) (verdict, *label) {
	for i := range mine {
		if v := l.on(&mine[i], day); v != notThatDay {
			return v, &mine[i]
		}
	}
	return notThatDay, nil
}

// put appends one row to the group.
func (b *partBuilder) put(s credit.Subject, day credit.Date, outcome int32, weight float64) {
	b.fold.Sparse(&b.row, day)
	g := b.group
	g[0].AppendText(string(s))
	g[1].Int32s = append(g[1].Int32s, int32(day))
	g = g[2:]
	if b.plan.Spec.Labels != nil {
		g[0].Int32s = append(g[0].Int32s, outcome)
		g[1].Doubles = append(g[1].Doubles, weight)
		b.counts.Bad += int64(outcome)
		g = g[2:]
	}
	b.spread()
	g[len(b.values)].AppendBytes(b.why)
	b.rows++
	b.counts.Rows++
}

// blankRow is the row without records that a row rests on, as the group needs it.
type blankRow struct {
	values  []float64
	letters []byte
	other   []int32 // the indicators in which it is not the base of the group
}

// is reports whether these are the values of r.
func (r *blankRow) is(values []float64) bool { return &r.values[0] == &values[0] }

// spread puts the values of b.row into their columns, and its reasons into b.why.
func (b *partBuilder) spread() {
	if b.rows == 0 {
		for i, x := range b.row.Blank {
			b.values[i].reset(x)
		}
		b.blanks, b.blank = b.blanks[:0], nil
	}
	if b.blank == nil || !b.blank.is(b.row.Blank) {
		b.turn()
	}
	b.why = append(b.why[:0], b.blank.letters...)
	for i, at := range b.row.At {
		b.values[at].put(b.rows, b.row.Values[i])
		b.why[at] = missingLetters[b.row.Missing[i]]
	}
	if len(b.blank.other) > 0 {
		b.differ()
	}
}

// turn takes another blank row.
func (b *partBuilder) turn() {
	if i := slices.IndexFunc(b.blanks, func(r blankRow) bool { return r.is(b.row.Blank) }); i >= 0 {
		b.blank = &b.blanks[i]
		return
	}
	r := blankRow{values: b.row.Blank}
	for i, x := range r.values {
		r.letters = append(r.letters, missingLetters[b.row.Absent[i]])
		if base := b.values[i].Base; x != base && (x == x || base == base) {
			r.other = append(r.other, int32(i))
		}
	}
	b.blanks = append(b.blanks, r)
	b.blank = &b.blanks[len(b.blanks)-1]
}

// differ puts the values of the blank row that are not the base into the columns for which the row has no records.
func (b *partBuilder) differ() {
	for _, at := range b.row.At {
		b.mark[at] = b.counts.Rows + 1
	}
	for _, i := range b.blank.other {
		if b.mark[i] != b.counts.Rows+1 {
			b.values[i].put(b.rows, b.blank.values[i])
		}
	}
}

func (b *partBuilder) flush() error {
	first := len(b.group) - 1 - len(b.values)
	for i := range b.values {
		b.values[i].Rows = b.rows
		b.group[first+i].Sparse = &b.values[i]
	}
	err := b.w.WriteGroup(b.group)
	for i := range b.group {
		b.group[i].Reset()
	}
	if err == nil && b.progress != nil && b.rows > 0 {
		b.progress(b.rows)
	}
	b.rows = 0
	return err
}
