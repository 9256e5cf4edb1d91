package policy

import (
	"fmt"
	"strconv"
	"strings"

	"hengxin/credit"
)

// table is one file: its columns, and how its rows go into the tables of a policy.
type table struct {
	name   string
	header []string
	read   func(t *credit.Tables, name string, lines [][]string) error
}

// column is one column of a file: its name and how a cell goes into a row.
type column[T any] struct {
	name string
	set  func(row *T, cell string) error
}

// tables are the files of a policy, in canonical order.
var tables = []table{
	fileOf("rules.csv", ruleColumns, func(t *credit.Tables) *[]credit.RuleRow { return &t.Rules }),
	fileOf("classes.csv", classColumns, func(t *credit.Tables) *[]credit.ClassRow { return &t.Classes }),
	fileOf("settings.csv", settingColumns, func(t *credit.Tables) *[]credit.SettingRow { return &t.Settings }),
	fileOf("thresholds.csv", thresholdColumns, func(t *credit.Tables) *[]credit.ThresholdRow { return &t.Thresholds }),
	fileOf("leniency.csv", leniencyColumns, func(t *credit.Tables) *[]credit.LeniencyRow { return &t.Leniency }),
	fileOf("retention.csv", retentionColumns, func(t *credit.Tables) *[]credit.RetentionRow { return &t.Retention }),
	fileOf("suspensions.csv", suspensionColumns, func(t *credit.Tables) *[]credit.SuspensionRow { return &t.Suspensions }),
	fileOf("lists.csv", listColumns, func(t *credit.Tables) *[]credit.ListRow { return &t.Lists }),
	fileOf("clocks.csv", clockColumns, func(t *credit.Tables) *[]credit.ClockRow { return &t.Clocks }),
	fileOf("reasons.csv", reasonColumns, func(t *credit.Tables) *[]credit.ReasonRow { return &t.Reasons }),
	fileOf("words.csv", wordColumns, func(t *credit.Tables) *[]credit.WordRow { return &t.Words }),
	fileOf("items.csv", itemColumns, func(t *credit.Tables) *[]credit.ItemRow { return &t.Items }),
	fileOf("supervision.csv", supervisionColumns, func(t *credit.Tables) *[]credit.SupervisionRow { return &t.Supervision }),
	fileOf("downgrades.csv", downgradeColumns, func(t *credit.Tables) *[]credit.DowngradeRow { return &t.Downgrades }),
	fileOf("benchmarks.csv", benchmarkColumns, func(t *credit.Tables) *[]credit.BenchmarkRow { return &t.Benchmarks }),
}

func fileOf[T any](name string, columns []column[T], of func(*credit.Tables) *[]T) table {
	t := table{name: name}
	for _, c := range columns {
		t.header = append(t.header, c.name)
	}
	t.read = func(tables *credit.Tables, file string, lines [][]string) error {
		for _, cells := range lines {
			var row T
			for i, c := range columns {
				if err := c.set(&row, cells[i]); err != nil {
					return fmt.Errorf("%s: row %s: field %s: %w", file, cells[0], c.name, err)
				}
			}
			*of(tables) = append(*of(tables), row)
		}
		return nil
	}
	return t
}

// with puts the columns that every dated row has around the columns of its table.
func with[T any](file string, row func(*T) *credit.Row, own ...column[T]) []column[T] {
	head := []column[T]{
		{"id", func(t *T, s string) error { row(t).ID, row(t).Table = s, file; return nil }},
		{"published", func(t *T, s string) error { return setDate(&row(t).Published, s) }},
		{"in_force_from", func(t *T, s string) error { return setDate(&row(t).From, s) }},
		{"in_force_to", func(t *T, s string) error { return setDate(&row(t).To, s) }},
	}
	tail := []column[T]{
		{"citation", func(t *T, s string) error { row(t).Citation = s; return nil }},
		{"verified", func(t *T, s string) error { return row(t).Verified.UnmarshalText([]byte(s)) }},
		{"note", func(t *T, s string) error { row(t).Note = s; return nil }},
	}
	return append(append(head, own...), tail...)
}

var ruleColumns = with("rules.csv", func(r *credit.RuleRow) *credit.Row { return &r.Row }, []column[credit.RuleRow]{
	{"kind", func(r *credit.RuleRow, s string) (err error) { r.Kind, err = credit.ParseKind(s); return err }},
	{"precedence", func(r *credit.RuleRow, s string) error { return setInt(&r.Precedence, s) }},
	{"site", func(r *credit.RuleRow, s string) error { r.Site = s; return nil }},
	{"decides", func(r *credit.RuleRow, s string) error { return setBool(&r.Decides, s) }},
	{"tier", func(r *credit.RuleRow, s string) error { return setTier(&r.Tier, s) }},
	{"tier_stated", func(r *credit.RuleRow, s string) error { return setBool(&r.TierStated, s) }},
	{"publicise", func(r *credit.RuleRow, s string) error { return setBool(&r.Publicise, s) }},
	{"repair", func(r *credit.RuleRow, s string) error { return setBool(&r.Repair, s) }},
	{"min_months", func(r *credit.RuleRow, s string) error { return setMonths(&r.MinMonths, s) }},
	{"max_months", func(r *credit.RuleRow, s string) error { return setMonths(&r.MaxMonths, s) }},
	{"end_stated", func(r *credit.RuleRow, s string) error { return setBool(&r.EndStated, s) }},
	{"start", func(r *credit.RuleRow, s string) error { return setStart(&r.Start, s) }},
	{"min_from", func(r *credit.RuleRow, s string) error { return setMinFrom(&r.MinFromDone, s) }},
	{"needs", func(r *credit.RuleRow, s string) error { return setWords(&r.Needs, s, conditions) }},
	{"end_needs", func(r *credit.RuleRow, s string) error { return setWords(&r.EndNeeds, s, conditions) }},
	{"hold", func(r *credit.RuleRow, s string) error { return setBool(&r.Hold, s) }},
}...)

var classColumns = with("classes.csv", func(r *credit.ClassRow) *credit.Row { return &r.Row }, []column[credit.ClassRow]{
	{"rule", func(r *credit.ClassRow, s string) error { r.Rule = s; return nil }},
	{"order", func(r *credit.ClassRow, s string) error { return setInt(&r.Order, s) }},
	{"procedure", func(r *credit.ClassRow, s string) error { r.Procedure = s; return nil }},
	{"types_any", func(r *credit.ClassRow, s string) error { return setWords(&r.TypesAny, s, nil) }},
	{"types_only", func(r *credit.ClassRow, s string) error { return setWords(&r.TypesOnly, s, nil) }},
	{"types_none", func(r *credit.ClassRow, s string) error { return setBool(&r.TypesNone, s) }},
	{"sectors", func(r *credit.ClassRow, s string) error { return setWords(&r.Sectors, s, nil) }},
	{"severity", func(r *credit.ClassRow, s string) error { return setTier(&r.Severity, s) }},
	{"fine_below", func(r *credit.ClassRow, s string) error { r.FineBelow = s; return nil }},
	{"fine_from", func(r *credit.ClassRow, s string) error { r.FineFrom = s; return nil }},
	{"lists", func(r *credit.ClassRow, s string) error { return setWords(&r.Lists, s, nil) }},
	{"publicity", func(r *credit.ClassRow, s string) error { r.Publicity = s; return nil }},
}...)

var settingColumns = with("settings.csv", func(r *credit.SettingRow) *credit.Row { return &r.Row }, []column[credit.SettingRow]{
	{"key", func(r *credit.SettingRow, s string) error { r.Key = s; return nil }},
	{"value", func(r *credit.SettingRow, s string) error { r.Value = s; return nil }},
}...)

var thresholdColumns = with("thresholds.csv", func(r *credit.ThresholdRow) *credit.Row { return &r.Row }, []column[credit.ThresholdRow]{
	{"sector", func(r *credit.ThresholdRow, s string) error { r.Sector = s; return nil }},
	{"class", func(r *credit.ThresholdRow, s string) error { return setClass(&r.Class, s) }},
	{"small_yuan", func(r *credit.ThresholdRow, s string) error { return setYuan(&r.Small, s) }},
	{"large_yuan", func(r *credit.ThresholdRow, s string) error { return setYuan(&r.Large, s) }},
	{"huge_yuan", func(r *credit.ThresholdRow, s string) error { return setYuan(&r.Huge, s) }},
}...)

var leniencyColumns = with("leniency.csv", func(r *credit.LeniencyRow) *credit.Row { return &r.Row }, []column[credit.LeniencyRow]{
	{"when", func(r *credit.LeniencyRow, s string) error { r.When = s; return nil }},
	{"weight", func(r *credit.LeniencyRow, s string) error { return setFloat(&r.Weight, s) }},
	{"months", func(r *credit.LeniencyRow, s string) error { return setCount(&r.Months, s) }},
	{"industries", func(r *credit.LeniencyRow, s string) error { return setWords(&r.Industries, s, nil) }},
}...)

var retentionColumns = with("retention.csv", func(r *credit.RetentionRow) *credit.Row { return &r.Row }, []column[credit.RetentionRow]{
	{"kinds", func(r *credit.RetentionRow, s string) error { return setKinds(&r.Kinds, s) }},
	{"class", func(r *credit.RetentionRow, s string) error { return setClass(&r.Class, s) }},
	{"months", func(r *credit.RetentionRow, s string) error { return setInt(&r.Months, s) }},
}...)

var suspensionColumns = with("suspensions.csv", func(r *credit.SuspensionRow) *credit.Row { return &r.Row })

var listColumns = with("lists.csv", func(r *credit.ListRow) *credit.Row { return &r.Row }, []column[credit.ListRow]{
	{"code", func(r *credit.ListRow, s string) error { return setSome(&r.Code, s) }},
	{"zh", func(r *credit.ListRow, s string) error { return setSome(&r.Zh, s) }},
	{"recogniser", func(r *credit.ListRow, s string) error { r.Recogniser = s; return nil }},
	{"veto", func(r *credit.ListRow, s string) error { return setBool(&r.Veto, s) }},
}...)

var clockColumns = with("clocks.csv", func(r *credit.ClockRow) *credit.Row { return &r.Row }, []column[credit.ClockRow]{
	{"regime", func(r *credit.ClockRow, s string) error { return setSome(&r.Regime, s) }},
	{"step", func(r *credit.ClockRow, s string) error { return setSome(&r.Step, s) }},
	{"workdays", func(r *credit.ClockRow, s string) error { return setInt(&r.Workdays, s) }},
}...)

var reasonColumns = []column[credit.ReasonRow]{
	{"name", func(r *credit.ReasonRow, s string) error { return setSome(&r.Name, s) }},
	{"zh", func(r *credit.ReasonRow, s string) error { return setSome(&r.Zh, s) }},
	{"en", func(r *credit.ReasonRow, s string) error { return setSome(&r.En, s) }},
}

var wordColumns = with("words.csv", func(r *credit.WordRow) *credit.Row { return &r.Row }, []column[credit.WordRow]{
	{"set", func(r *credit.WordRow, s string) error { return setSome(&r.Set, s) }},
	{"word", func(r *credit.WordRow, s string) error { r.Word = s; return nil }},
	{"mean", func(r *credit.WordRow, s string) error { r.Mean = s; return nil }},
}...)

// conditions are the words of needs and end_needs.
var conditions = []string{"performed", "corrected", "commitment", "minimum", "training", "credit_report", "no_repeat", "removal_decision"}

func bad(why, cell string) error { return fmt.Errorf("%q: %s: %w", cell, why, credit.ErrInvalid) }

func setSome(dst *string, s string) error {
	if *dst = s; s == "" {
		return bad("empty", s)
	}
	return nil
}

func setDate(dst *credit.Date, s string) error { return dst.UnmarshalText([]byte(s)) }

func setBool(dst *bool, s string) error {
	switch s {
	case "yes":
		*dst = true
	case "no", "":
		*dst = false
	default:
		return bad("want yes or no", s)
	}
	return nil
}

func setInt(dst *int, s string) (err error) {
	if *dst, err = strconv.Atoi(s); err != nil {
		return bad("want a whole number", s)
	}
	return nil
}

// setCount reads an integer, and nothing as 0.
func setCount(dst *int, s string) error {
	if *dst = 0; s == "" {
		return nil
	}
	return setInt(dst, s)
}

// setMonths reads months, and nothing as no period.
func setMonths(dst *int, s string) error {
	if *dst = credit.NoMonths; s == "" {
		return nil
	}
	if err := setInt(dst, s); err != nil {
		return err
	}
	if *dst < 0 {
		return bad("want 0 or more", s)
	}
	return nil
}

func setFloat(dst *float64, s string) (err error) {
	if *dst, err = strconv.ParseFloat(s, 64); err != nil {
		return bad("want a number", s)
	}
	return nil
}

func setYuan(dst *credit.Fen, s string) (err error) {
	*dst, err = credit.ParseDecimal(s, 100)
	return err
}

func setTier(dst *credit.Severity, s string) error {
	for tier, name := range map[credit.Severity]string{credit.SeverityNone: "", credit.SeverityMinor: "minor",
		credit.SeverityGeneral: "general", credit.SeveritySerious: "serious"} {
		if s == name {
			*dst = tier
			return nil
		}
	}
	return bad("want minor, general, serious or nothing", s)
}

func setStart(dst *credit.StartBasis, s string) error {
	switch s {
	case "event":
		*dst = credit.StartEvent
	case "publicity":
		*dst = credit.StartPublicity
	default:
		return bad("want event or publicity", s)
	}
	return nil
}

func setMinFrom(done *bool, s string) error {
	if *done = s == "performed"; !*done && s != "start" {
		return bad("want start or performed", s)
	}
	return nil
}

func setClass(dst *credit.SubjectClass, s string) (err error) {
	if *dst = credit.ClassUnknown; s == "" {
		return nil
	}
	*dst, err = credit.ParseSubjectClass(s)
	return err
}

// setWords reads words joined by ';'; known, where stated, are those that may stand there.
func setWords(dst *[]string, s string, known []string) error {
	if *dst = nil; s == "" {
		return nil
	}
	for w := range strings.SplitSeq(s, ";") {
		w = strings.TrimSpace(w)
		if w == "" {
			return bad("empty word", s)
		}
		ok := known == nil
		for _, k := range known {
			ok = ok || k == w
		}
		if !ok {
			return bad("no such word", w)
		}
		*dst = append(*dst, w)
	}
	return nil
}

func setKinds(dst *[]credit.Kind, s string) error {
	for name := range strings.SplitSeq(s, ";") {
		k, err := credit.ParseKind(strings.TrimSpace(name))
		if err != nil {
			return err
		}
		*dst = append(*dst, k)
	}
	return nil
}
