package quality

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
)

// history is one subject's records, in their order, as rules that compare records see them.
type history struct {
	records []credit.Record
	views   []view
	mine    *[256]bool // kinds of the rule that looks
	on      credit.Date
	targets map[credit.ID]int // record by id and by business key, made where a rule asks
	names   map[string]bool   // normal names, likewise
	named   bool
}

func (h *history) reset(records []credit.Record, on credit.Date) {
	for len(h.views) < len(records) {
		h.views = append(h.views, view{})
	}
	h.records, h.on, h.named = records, on, false
	for i := range records {
		h.views[i].fill(&records[i])
	}
	clear(h.targets)
	clear(h.names)
}

// each calls fn for the records of the rule's kinds; one whose body was destroyed says nothing.
func (h *history) each(fn func(i int, v *view)) {
	for i := range h.records {
		if h.mine[h.records[i].Kind] && h.records[i].Flags&credit.FlagErased == 0 {
			fn(i, &h.views[i])
		}
	}
}

// target returns the record that a follower names; ok is false where the history has none.
func (h *history) target(id credit.ID) (int, bool) {
	if len(h.targets) == 0 {
		if h.targets == nil {
			h.targets = map[credit.ID]int{}
		}
		for i := len(h.records) - 1; i >= 0; i-- { // the first record of a key stays
			r := &h.records[i]
			h.targets[r.ID] = i
			if key := r.Key(); !key.IsZero() {
				h.targets[key] = i
			}
		}
	}
	i, ok := h.targets[id]
	return i, ok
}

// orphan: a follower's target is in the history.
func orphan(c *compiled, _ Law) error {
	c.history = func(h *history, mark func(int, verdict)) {
		h.each(func(i int, v *view) {
			if v.r.Target.IsZero() {
				return
			}
			_, ok := h.target(v.r.Target)
			mark(i, holds(ok))
		})
	}
	return nil
}

// targetOrder: a follower is no earlier than what it speaks of.
func targetOrder(c *compiled, _ Law) error {
	c.history = func(h *history, mark func(int, verdict)) {
		h.each(func(i int, v *view) {
			if at, ok := h.target(v.r.Target); ok && !v.r.Target.IsZero() {
				mark(i, holds(v.r.Event >= h.records[at].Event))
			}
		})
	}
	return nil
}

// repeatKey: "same_source" or "other_source": no earlier record has the business key (kind, authority, document number,
// subject), from the same source or from another. What another source repeats confirms it, and is counted once.
func repeatKey(c *compiled, _ Law) error {
	if c.Args != "same_source" && c.Args != "other_source" {
		return c.wrong("same_source or other_source")
	}
	same := c.Args == "same_source"
	c.history = func(h *history, mark func(int, verdict)) {
		first := map[credit.ID]string{}
		h.each(func(i int, v *view) {
			key := v.r.Key()
			if key.IsZero() {
				return
			}
			source, seen := first[key]
			if !seen {
				first[key] = v.r.Source
			}
			mark(i, holds(!seen || (source == v.r.Source) != same))
		})
	}
	return nil
}

// parseTexts returns how to read several values of a record as one text; ok is false where one is not stated. day is the
// day of the event, source and target what they say.
func parseTexts(names string) (func(v *view) (string, bool), error) {
	var of []func(v *view) string
	for _, name := range strings.Split(names, ";") {
		switch name {
		case "day":
			of = append(of, func(v *view) string { return v.r.Event.String() })
		case "source":
			of = append(of, func(v *view) string { return v.r.Source })
		case "target":
			of = append(of, func(v *view) string { return v.r.Target.String() })
		default:
			value, err := parseText(name)
			if err != nil {
				return nil, err
			}
			of = append(of, value)
		}
	}
	return func(v *view) (string, bool) {
		var b strings.Builder
		b.WriteByte(byte(v.r.Kind))
		for _, value := range of {
			text := value(v)
			if text == "" {
				return "", false
			}
			fmt.Fprintf(&b, "%d:%s", len(text), text)
		}
		return b.String(), true
	}, nil
}

// repeat: no earlier record of the kind says the same in the fields a;b;c and has another business key.
func repeat(c *compiled, _ Law) error {
	say, err := parseTexts(c.Args)
	if err != nil {
		return err
	}
	c.history = func(h *history, mark func(int, verdict)) {
		seen := map[string]credit.ID{}
		h.each(func(i int, v *view) {
			text, ok := say(v)
			if !ok {
				return
			}
			key, before := seen[text]
			if !before {
				seen[text] = v.r.Key()
			}
			mark(i, holds(!before || !key.IsZero() && key == v.r.Key()))
		})
	}
	return nil
}

// conflict: "a;b -> c": records that say the same in a and b say the same in c.
func conflict(c *compiled, _ Law) error {
	left, right, ok := strings.Cut(c.Args, " -> ")
	if !ok {
		return c.wrong("a;b -> c")
	}
	key, err := parseTexts(left)
	if err != nil {
		return err
	}
	value, err := parseTexts(right)
	if err != nil {
		return err
	}
	c.history = func(h *history, mark func(int, verdict)) {
		said := map[string]string{}
		h.each(func(i int, v *view) {
			k, okK := key(v)
			text, okV := value(v)
			if !okK || !okV {
				return
			}
			first, before := said[k]
			if !before {
				said[k] = text
			}
			mark(i, holds(!before || first == text))
		})
	}
	return nil
}

// established: nothing happened before the firm was there, as its first registration that says so states; DAYS of grace.
func established(c *compiled, _ Law) error {
	days, err := strconv.Atoi(c.Args)
	if err != nil {
		return c.wrong("days of grace")
	}
	c.history = func(h *history, mark func(int, verdict)) {
		founded := credit.NoDate
		for i := range h.records {
			if d, ok := credit.DateOf(h.views[i].text[credit.FieldEstablished]); ok && h.records[i].Kind == credit.KindRegistration {
				founded = d
				break
			}
		}
		if founded == credit.NoDate {
			return
		}
		h.each(func(i int, v *view) { mark(i, holds(v.r.Event+credit.Date(days) >= founded)) })
	}
	return nil
}

// closed: nothing happened more than DAYS after the firm was closed.
func closed(c *compiled, _ Law) error {
	days, err := strconv.Atoi(c.Args)
	if err != nil {
		return c.wrong("days of grace")
	}
	c.history = func(h *history, mark func(int, verdict)) {
		end := closure(h.records, func(*credit.Record) bool { return true })
		if end == nil {
			return
		}
		h.each(func(i int, v *view) { mark(i, holds(v.r.Event <= end.Event+credit.Date(days))) })
	}
	return nil
}

// registered: the history has a registration; where it has none, its first record is marked.
func registered(c *compiled, _ Law) error {
	c.history = func(h *history, mark func(int, verdict)) {
		has := slices.ContainsFunc(h.records, func(r credit.Record) bool { return r.Kind == credit.KindRegistration })
		first := true
		h.each(func(i int, v *view) {
			if first {
				mark(i, holds(has))
			}
			first = false
		})
	}
	return nil
}

// monthOf counts the months of a period written 2023-05; ok is false for any other.
func monthOf(text []byte) (int, bool) {
	if len(text) != 7 {
		return 0, false
	}
	d, ok := credit.DateOf(append(append([]byte{}, text...), "-01"...))
	y, m, _ := d.YMD()
	return y*12 + m, ok
}

// seriesGap: "N": between two months that one source states of one type no more than N are missing; the record after is marked.
func seriesGap(c *compiled, _ Law) error {
	most, err := strconv.Atoi(c.Args)
	if err != nil || most < 0 {
		return c.wrong("months")
	}
	c.history = func(h *history, mark func(int, verdict)) {
		series := map[string][][2]int{}
		h.each(func(i int, v *view) {
			if m, ok := monthOf(v.text[credit.FieldPeriod]); ok {
				key := v.r.Kind.String() + "\x00" + v.r.Source + "\x00" + string(v.text[credit.FieldType])
				series[key] = append(series[key], [2]int{m, i})
			}
		})
		for _, months := range series {
			slices.SortFunc(months, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
			for j, m := range months {
				mark(m[1], holds(j == 0 || m[0]-months[j-1][0] <= most+1))
			}
		}
	}
	return nil
}

// jump: "FACTOR;FLOOR": from one record of a source and type to the next the number does not grow or shrink by more than the
// factor, where either is at least the floor.
func jump(c *compiled, _ Law) error {
	number, err := parseNumber(c.Field)
	if err != nil {
		return err
	}
	a, b, _ := strings.Cut(c.Args, ";")
	factor, errA := strconv.ParseFloat(a, 64)
	floor, errB := strconv.ParseFloat(b, 64)
	if errA != nil || errB != nil || factor <= 1 {
		return c.wrong("FACTOR;FLOOR")
	}
	c.history = func(h *history, mark func(int, verdict)) {
		last := map[string]float64{}
		h.each(func(i int, v *view) {
			n, ok := number(v)
			if !ok {
				return
			}
			key := v.r.Kind.String() + "\x00" + v.r.Source + "\x00" + string(v.text[credit.FieldType])
			before, seen := last[key]
			last[key] = n
			mark(i, holds(!seen || max(n, before) < floor || max(n, before) <= float64(factor*min(n, before))))
		})
	}
	return nil
}

// openLong: "DAYS": what nothing removed, performed, repaired, withdrew, answered or ended is no older, on the day of the report.
func openLong(c *compiled, _ Law) error {
	days, err := strconv.Atoi(c.Args)
	if err != nil || days <= 0 {
		return c.wrong("days")
	}
	c.history = func(h *history, mark func(int, verdict)) {
		ended, asked := map[int]bool{}, map[credit.ID]int{}
		for i := range h.records {
			switch h.records[i].Kind {
			case credit.KindObjection: // a second one of the same target answers the first
				if first, ok := asked[h.records[i].Target]; ok {
					ended[first], ended[i] = true, true
				} else {
					asked[h.records[i].Target] = i
				}
			case credit.KindRemoval, credit.KindWithdrawal, credit.KindRepairApproval, credit.KindPerformance:
				if at, ok := h.target(h.records[i].Target); ok {
					ended[at] = true
				}
			}
		}
		h.each(func(i int, v *view) {
			end, stated := credit.DateOf(v.text[credit.FieldValidTo])
			mark(i, holds(ended[i] || stated && end <= h.on || v.r.Event+credit.Date(days) >= h.on))
		})
	}
	return nil
}

// nameDiffers: the name that a record states is one that the subject has or had, where its names are known.
func nameDiffers(c *compiled, _ Law) error {
	c.history = func(h *history, mark func(int, verdict)) {
		if !h.named {
			if h.names == nil {
				h.names = map[string]bool{}
			}
			NamesOf(h.records, func(n Named) { h.names[Normal(n.Name)] = true })
			h.named = true
		}
		if len(h.names) == 0 {
			return
		}
		h.each(func(i int, v *view) {
			if v.text[credit.FieldName] != nil {
				mark(i, holds(h.names[Normal(string(v.text[credit.FieldName]))]))
			}
		})
	}
	return nil
}

// sharedDoc: no other subject has a record of the kind with the authority and document number.
func sharedDoc(c *compiled, _ Law) error {
	c.shared = func(v *view) (string, bool) {
		doc, authority := v.text[credit.FieldDocNo], v.text[credit.FieldAuthority]
		return string(v.r.Kind) + string(authority) + "\x00" + string(doc), doc != nil && authority != nil
	}
	return nil
}

// sharedName: no other subject is registered under the name.
func sharedName(c *compiled, _ Law) error {
	c.shared = func(v *view) (string, bool) {
		normal := Normal(string(v.text[credit.FieldName]))
		return normal, normal != ""
	}
	return nil
}

// sharedOrganisation: no other code holds the organisation code.
func sharedOrganisation(c *compiled, _ Law) error {
	c.shared = func(v *view) (string, bool) {
		code, ok := v.r.Subject.Code()
		return code.Organisation(), ok
	}
	return nil
}

// silence: "DAYS": a source between its first and its last arrival is never silent for longer.
func silence(c *compiled, _ Law) error {
	days, err := strconv.Atoi(c.Args)
	if err != nil || days <= 0 {
		return c.wrong("days")
	}
	c.silence = days
	return nil
}
