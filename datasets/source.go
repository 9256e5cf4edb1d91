package datasets

import (
	"bytes"
	"context"
	"fmt"

	"hengxin/credit"
)

// Source is where a build finds histories: a record file, or a database. All functions give one state of the records,
// that of [Plan]'s position, and may be called by several goroutines at once. Only Histories is needed; the others, where
// they are not nil, spare work and change no result.
type Source struct {
	// Histories yields the subjects from <= s < to that have a record, in that order, each with all its records in
	// (known date, id) order. An empty to has no end. The slice and the bodies are the callee's after yield returns.
	Histories func(ctx context.Context, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error

	// Subjects yields every subject that has a record, in ascending order of the subject's bytes.
	Subjects func(ctx context.Context, yield func(credit.Subject) error) error

	// Ranges cuts all subjects into at most n ascending ranges of about as many records each, without a gap.
	Ranges func(ctx context.Context, n int) ([]PartRange, error)

	// HistoriesOf is Histories, and may leave out records that are neither of the kinds nor followers, and subjects that
	// have no record of the kinds. Ids need not be verified.
	HistoriesOf func(ctx context.Context, kinds []credit.Kind, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error
}

// Source gives the histories of a sorted file; [credit.ErrInvalid] where the file is not sorted, though it may say so.
func (f *RecordFile) Source() (Source, error) {
	if !f.Sorted {
		return Source{}, fmt.Errorf("record file is not sorted by %s (import it, or export it from a database): %w", sortedOrder, credit.ErrInvalid)
	}
	spans, err := f.spans()
	if err != nil {
		return Source{}, err
	}
	return Source{
		Subjects: func(ctx context.Context, yield func(credit.Subject) error) error { return f.subjects(ctx, yield) },
		Histories: func(ctx context.Context, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error {
			r := historyReader{file: f, from: from, to: to, yield: yield}
			return r.read(ctx, spans)
		},
		Ranges: func(_ context.Context, n int) ([]PartRange, error) { return cutSpans(spans, n), nil },
		HistoriesOf: func(ctx context.Context, kinds []credit.Kind, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error {
			r := historyReader{file: f, from: from, to: to, yield: yield, kinds: kinds}
			return r.read(ctx, spans)
		},
	}, nil
}

// cutSpans cuts the subjects at the borders of row groups.
func cutSpans(spans []span, n int) []PartRange {
	cuts := []PartRange{{}}
	for i := 1; i < n && len(spans) > 0; i++ {
		if at := spans[i*len(spans)/n].first; at > cuts[len(cuts)-1].From {
			cuts[len(cuts)-1].To = at
			cuts = append(cuts, PartRange{From: at})
		}
	}
	return cuts
}

// span is the first and last subject of a row group.
type span struct{ first, last credit.Subject }

// spans reads the subject column and checks its order. What the file's statistics say is not taken on trust: a wrong
// bound would lose histories in silence.
func (f *RecordFile) spans() ([]span, error) {
	spans := make([]span, len(f.groups))
	last := credit.Subject("")
	for i := range f.groups {
		err := f.groupSubjects(i, func(s credit.Subject) error {
			if s < last {
				return fmt.Errorf("row group %d: subject %s after %s in a file that says it is sorted: %w", i, s, last, credit.ErrInvalid)
			}
			if spans[i].first == "" {
				spans[i].first = s
			}
			spans[i].last, last = s, s
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("record file: %w", err)
		}
	}
	return spans, nil
}

// groupSubjects yields the subject of each run of equal subjects in a row group.
func (f *RecordFile) groupSubjects(i int, yield func(credit.Subject) error) error {
	column, err := f.file.cells(i, colSubject)
	if err != nil {
		return fmt.Errorf("row group %d, column subject: %w", i, err)
	}
	column.spell()
	last := int32(-1)
	for _, at := range column.index {
		if at == last {
			continue
		}
		if at < 0 || len(column.texts[at]) == 0 {
			return fmt.Errorf("row group %d: a record without subject: %w", i, credit.ErrInvalid)
		}
		last = at
		if err := yield(credit.Subject(column.texts[at])); err != nil {
			return err
		}
	}
	return nil
}

func (f *RecordFile) subjects(ctx context.Context, yield func(credit.Subject) error) error {
	last := credit.Subject("")
	for i := range f.groups {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := f.groupSubjects(i, func(s credit.Subject) error {
			if s == last {
				return nil
			}
			last = s
			return yield(s)
		})
		if err != nil {
			return fmt.Errorf("record file: %w", err)
		}
	}
	return nil
}

// historyReader collects the records of one subject after another, across row groups.
type historyReader struct {
	file     *RecordFile
	from, to credit.Subject
	kinds    []credit.Kind // not nil: only these and followers, of subjects that have one of these
	yield    func(credit.Subject, []credit.Record) error
	records  []credit.Record
}

func (h *historyReader) read(ctx context.Context, spans []span) error {
	for i, s := range spans {
		if s.last < h.from {
			continue
		}
		if h.to != "" && s.first >= h.to {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := h.group(i); err != nil {
			return err
		}
	}
	return h.flush()
}

// group reads the subjects of a row group; the last one stays, since the next group may go on with it.
func (h *historyReader) group(i int) error {
	g, err := h.file.group(i)
	if err != nil {
		return err
	}
	if h.kinds != nil {
		g.narrow(h.kinds)
	}
	err = h.rows(g)
	for i := range h.records { // the group's memory is used again
		h.records[i].Body = bytes.Clone(h.records[i].Body)
	}
	g.release()
	return err
}

// rows reads the subjects of the range that the group has.
func (h *historyReader) rows(g *recordGroup) error {
	for row := 0; row < g.rows; {
		end := g.run(row)
		s := g.subject(row)
		if h.to != "" && s >= h.to {
			return nil
		}
		if s >= h.from {
			if err := h.subject(g, s, row, end); err != nil {
				return err
			}
		}
		row = end
	}
	return nil
}

// subject takes the rows of one subject. Where only some kinds are asked for, a subject that has none of them in this
// row group is passed over, unless it lies on the group's edge, where the rest of it is not known.
func (h *historyReader) subject(g *recordGroup, s credit.Subject, row, end int) error {
	if n := len(h.records); n > 0 && h.records[n-1].Subject != s {
		if err := h.flush(); err != nil {
			return err
		}
	}
	if g.asked != nil && row > 0 && end < g.rows && !g.hasAsked(row, end) {
		return nil
	}
	if len(h.records)+end-row > credit.MaxHistory {
		return fmt.Errorf("subject %s: more than %d records: %w", s, credit.MaxHistory, credit.ErrInvalid)
	}
	for ; row < end; row++ {
		if g.kept != nil && !g.kept[g.columns[colKind].index[row]] {
			continue
		}
		h.records = append(h.records, credit.Record{})
		n := len(h.records) - 1
		if err := g.record(row, &h.records[n]); err != nil {
			return err
		}
		if n > 0 && h.records[n-1].Compare(&h.records[n]) >= 0 {
			return fmt.Errorf("record %d: not after the one before, in a file that says it is sorted: %w", g.first+int64(row)+1, credit.ErrInvalid)
		}
	}
	return nil
}

func (h *historyReader) flush() error {
	if len(h.records) == 0 {
		return nil
	}
	err := h.yield(h.records[0].Subject, h.records)
	h.records = h.records[:0]
	return err
}
