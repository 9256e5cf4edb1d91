package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"hengxin/credit"
	"hengxin/scoring"
)

// gradeCmd grades subjects for supervision.
type gradeCmd struct {
	Subject string `arg:"" optional:"" name:"code" help:"One subject; every subject of the log unless given."`
	On      string `placeholder:"DAY" help:"As of this day (2026-06-30); today in China unless given."`
	CSV     string `name:"csv" placeholder:"FILE" help:"Write a row a subject to this file; - is standard output."`
	Closed  bool   `help:"Also subjects that are struck off, revoked or gone: they are left out unless asked for."`
	Policy  string `placeholder:"P" help:"Directory, file or digest of a policy; the built-in one unless given."`
	Lang    string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *gradeCmd) Help() string {
	return `Grades subjects for random inspections (分级分类监管): the public-credit grade that the evaluator gave, held down by records
that count on the day, and for each grade the share of firms drawn in a year and the least months between two inspections, by
dated rows of the policy (supervision, downgrades). A first offence and a minor one hold no grade down (轻罚免罚). What was
repaired, is over or is not publicised does not count. A subject that nobody graded has the grade "-", and a row of its own.

  hengxin grade 91320500MA1MTEXT2D --on 2026-06-30
  hengxin grade --on 2026-06-30 --csv grades.csv`
}

// gradeTotal counts the subjects of one grade.
type gradeTotal struct {
	Grade     credit.CreditGrade `json:"grade"`
	Subjects  int                `json:"subjects"`
	HeldDown  int                `json:"held_down"` // graded worse than the evaluator did
	Spared    int                `json:"spared"`    // with a first or minor offence that does not count
	RatioFrom float64            `json:"ratio_from"`
	RatioTo   float64            `json:"ratio_to"`
	Every     int                `json:"every_months"`
	Row       string             `json:"row"`
	Citation  string             `json:"citation"`
	Verified  string             `json:"verified"`

	row *credit.SupervisionRow
}

// Run grades one subject or all.
func (c *gradeCmd) Run(ctx context.Context, g *cli) error {
	day, err := dayOr("--on", c.On)
	if err != nil {
		return err
	}
	law, err := openPolicy(ctx, g, c.Policy)
	if err != nil {
		return fmt.Errorf("--policy %s: %w", c.Policy, err)
	}
	if _, ok := law.Supervision(credit.Ungraded, day); !ok {
		return fmt.Errorf("grade: no row of supervision is in force on %s: give a policy with one (hengxin policy list --table supervision)", day)
	}
	if c.Subject != "" {
		return c.one(ctx, g, law, day)
	}
	return c.all(ctx, g, law, day)
}

func (c *gradeCmd) one(ctx context.Context, g *cli, law *credit.Policy, day credit.Date) error {
	subject, _, err := credit.ParseSubject(c.Subject)
	if err != nil {
		return err
	}
	records, err := knownRecords(ctx, g, subject, day)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return fmt.Errorf("grade: nothing is known of %s on %s", subject, day)
	}
	var h credit.History
	if err := law.Resolve(&h, records); err != nil {
		return err
	}
	graded := scoring.GradeOf(law, &h, day)
	if c.CSV != "" {
		return writeGrades(c.CSV, func(add func(*scoring.Graded) error) error { return add(&graded) })
	}
	if g.JSON {
		return printJSON(gradedAsJSON(&graded))
	}
	printGraded(os.Stdout, &graded, c.Lang == "zh")
	return nil
}

// all grades every subject of the log, one at a time.
func (c *gradeCmd) all(ctx context.Context, g *cli, law *credit.Policy, day credit.Date) error {
	db, head, err := g.atHead(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var totals [credit.GradeD + 1]gradeTotal
	closed := 0
	scan := func(add func(*scoring.Graded) error) error {
		var h credit.History
		return db.Scan(ctx, head, func(_ credit.Subject, records []credit.Record) error {
			if err := law.Resolve(&h, records); err != nil {
				return err
			}
			graded := scoring.GradeOf(law, &h, day)
			if graded.Unknown {
				return nil
			}
			if graded.Closed && !c.Closed {
				closed++
				return nil
			}
			count(&totals[graded.Grade], &graded)
			return add(&graded)
		})
	}
	if c.CSV != "" {
		err = writeGrades(c.CSV, scan)
	} else {
		err = scan(func(*scoring.Graded) error { return nil })
	}
	if err != nil || c.CSV == "-" {
		return err
	}
	list := finishTotals(law, &totals, day)
	if g.JSON {
		return printJSON(struct {
			On     credit.Date     `json:"on"`
			Policy credit.Digest   `json:"policy"`
			At     credit.Position `json:"position"`
			Closed int             `json:"closed_left_out"`
			Grades []gradeTotal    `json:"grades"`
		}{day, law.Digest(), head, closed, list})
	}
	printTotals(os.Stdout, list, day, closed, c.Lang == "zh")
	return nil
}

func count(t *gradeTotal, g *scoring.Graded) {
	t.Subjects++
	if g.Grade > g.Given {
		t.HeldDown++
	}
	if len(g.Spared) > 0 {
		t.Spared++
	}
}

// finishTotals puts what the policy says of each grade beside its count.
func finishTotals(law *credit.Policy, totals *[credit.GradeD + 1]gradeTotal, day credit.Date) []gradeTotal {
	var list []gradeTotal
	for _, grade := range []credit.CreditGrade{credit.GradeA, credit.GradeB, credit.GradeC, credit.GradeD, credit.Ungraded} {
		t := totals[grade]
		t.Grade = grade
		if row, ok := law.Supervision(grade, day); ok {
			t.row, t.RatioFrom, t.RatioTo, t.Every = row, row.RatioFrom, row.RatioTo, row.EveryMonths
			t.Row, t.Citation, t.Verified = row.ID, row.Citation, row.Verified.String()
		}
		list = append(list, t)
	}
	return list
}

// gradeColumns are the columns of the exported table.
var gradeColumns = []string{"subject", "on", "grade", "given", "given_on", "held_down_by", "spared", "ratio_from_percent", "ratio_to_percent",
	"every_months", "treatment", "row", "verified", "closed"}

// writeGrades writes a row a subject, whole or not at all.
func writeGrades(path string, scan func(add func(*scoring.Graded) error) error) error {
	write := func(out io.Writer) (n int64, err error) {
		w := csv.NewWriter(out)
		if err := w.Write(gradeColumns); err != nil {
			return 0, err
		}
		err = scan(func(g *scoring.Graded) error { n++; return w.Write(gradeCells(g)) })
		w.Flush()
		return n, errors.Join(err, w.Error())
	}
	if path == "-" {
		out := bufio.NewWriter(os.Stdout)
		_, err := write(out)
		return errors.Join(err, out.Flush())
	}
	_, err := writeWhole(path, write)
	return err
}

func gradeCells(g *scoring.Graded) []string {
	var caps, spared []string
	for _, x := range g.Caps {
		caps = append(caps, x.Row+" "+x.Record.String())
	}
	for _, x := range g.Spared {
		spared = append(spared, x.Row+" "+x.Record.String())
	}
	cells := []string{string(g.Subject), g.On.String(), g.Grade.String(), g.Given.String(), dayOrNothing(g.GivenOn), strings.Join(caps, ";"), strings.Join(spared, ";"),
		"", "", "", "", "", "", strconv.FormatBool(g.Closed)}
	if t := g.Treatment; t != nil {
		copy(cells[7:], []string{strconv.FormatFloat(t.RatioFrom, 'g', -1, 64), strconv.FormatFloat(t.RatioTo, 'g', -1, 64), strconv.Itoa(t.EveryMonths), t.Zh, t.ID,
			t.Verified.String()})
	}
	return cells
}

func dayOrNothing(d credit.Date) string {
	if d == credit.NoDate {
		return ""
	}
	return d.String()
}

// gradedAsJSON is a graded subject with its treatment.
func gradedAsJSON(g *scoring.Graded) any {
	type treatment struct {
		RatioFrom float64 `json:"ratio_from"`
		RatioTo   float64 `json:"ratio_to"`
		Every     int     `json:"every_months"`
		Zh        string  `json:"zh"`
		En        string  `json:"en"`
		Row       string  `json:"row"`
		Citation  string  `json:"citation"`
		Verified  string  `json:"verified"`
	}
	out := struct {
		*scoring.Graded
		Treatment *treatment `json:"treatment,omitempty"`
	}{Graded: g}
	if t := g.Treatment; t != nil {
		out.Treatment = &treatment{t.RatioFrom, t.RatioTo, t.EveryMonths, t.Zh, t.En, t.ID, t.Citation, t.Verified.String()}
	}
	return out
}

func printGraded(out io.Writer, g *scoring.Graded, zh bool) {
	w := func(a, b string) string { return pickText(zh, a, b) }
	fmt.Fprintf(out, "%s  %s  %s %s\n", g.Subject, g.On, w("监管等级", "grade for supervision"), g.Grade)
	fmt.Fprintf(out, "  %s %s  %s\n", w("公共信用评价", "public-credit grade given"), g.Given, dayOrNothing(g.GivenOn))
	for _, x := range g.Caps {
		fmt.Fprintf(out, "  %s %s: %s %s  %s  [%s]\n", w("不高于", "no better than"), x.Grade, x.Event, x.Kind, x.Record, x.Row)
	}
	for _, x := range g.Spared {
		fmt.Fprintf(out, "  %s: %s %s  [%s]\n", w("初次或轻微，不降级", "first or minor, does not count"), x.Event, x.Record, x.Row)
	}
	if t := g.Treatment; t != nil {
		fmt.Fprintf(out, "  %s\n  %s %s, %s %d %s  [%s, %s; %s: %s]\n", w(t.Zh, t.En), w("年抽查比例", "drawn in a year"), rangeText(t.RatioFrom, t.RatioTo, "%"),
			w("间隔不少于", "not within"), t.EveryMonths, w("个月", "months"), t.ID, t.Citation, w("核对", "verified"), verifiedText(zh, t.Verified.String()))
	}
}

func printTotals(out io.Writer, list []gradeTotal, day credit.Date, closed int, zh bool) {
	w := func(a, b string) string { return pickText(zh, a, b) }
	all := 0
	for _, t := range list {
		all += t.Subjects
	}
	fmt.Fprintf(out, w("截至 %s，%d 个主体（另有 %d 个已注销、吊销或迁出，未列入）\n", "on %s, %d subjects (%d more are struck off, revoked or gone, and left out)\n"), day, all, closed)
	for _, t := range list {
		share := 0.0
		if all > 0 {
			share = 100 * float64(t.Subjects) / float64(all)
		}
		fmt.Fprintf(out, "  %s  %8d  %6.2f%%  %s %s, %s %s, %s %d %s; %s %d, %s %d  [%s]\n", t.Grade, t.Subjects, share, w("年抽查", "drawn in a year"), rangeText(t.RatioFrom, t.RatioTo, "%"),
			rangeText(float64(int(float64(t.Subjects)*t.RatioFrom/100)), float64(int(float64(t.Subjects)*t.RatioTo/100+0.999)), ""), w("户", "firms"), w("间隔", "not within"), t.Every, w("个月", "months"),
			w("被压低", "held down"), t.HeldDown, w("初次轻微未降级", "spared"), t.Spared, t.Row)
	}
}

// rangeText writes a range, and one number where it is one.
func rangeText(from, to float64, unit string) string {
	if from == to {
		return fmt.Sprintf("%v%s", from, unit)
	}
	return fmt.Sprintf("%v%s-%v%s", from, unit, to, unit)
}

func pickText(zh bool, a, b string) string {
	if zh {
		return a
	}
	return b
}
