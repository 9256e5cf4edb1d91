package quality

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

// TestChecksDescribed: RULES.md has every check, every check has a rule, and the vocabulary fits a view.
func TestChecksDescribed(t *testing.T) {
	page, err := os.ReadFile("RULES.md")
	require.NoError(t, err)
	used := map[string]bool{}
	for _, r := range testRules(t).List() {
		used[r.Check] = true
	}
	for name := range checks {
		assert.Contains(t, string(page), "\n| "+name+" |")
		assert.True(t, used[name], "no rule uses %s", name)
	}
	for _, f := range credit.Fields() {
		assert.Less(t, int(f.Field), maxFields)
	}
}

func TestRulesRefused(t *testing.T) {
	head := strings.Join(ruleHeader, ",") + "\n"
	row := func(cells string) string { return head + cells + "\n" }
	for _, c := range []struct{ text, says string }{
		{strings.Replace(head, "kinds", "kind", 1), "header"},
		{"id,kind\n", "fields"},
		{row("X,penalty,completeness,error,required,name,,,en,ours,no"), "words"},
		{row("X,penalty,completeness,error,required,name,,zh,en,,no"), "citation"},
		{row("X,fine,completeness,error,required,name,,zh,en,ours,no"), "fine"},
		{row("X,*,beauty,error,required,name,,zh,en,ours,no"), "beauty"},
		{row("X,*,validity,fatal,required,name,,zh,en,ours,no"), "fatal"},
		{row("X,*,validity,error,requires,name,,zh,en,ours,no"), "requires"},
		{row("X,*,validity,error,required,nom,,zh,en,ours,no"), "nom"},
		{row("X,*,validity,error,required,name,,zh,en,ours,maybe"), "maybe"},
		{row("X,*,validity,error,range,name,1..2,zh,en,ours,no"), "no number"},
		{row("X,*,validity,error,range,count,2..1,zh,en,ours,no"), "LOW..HIGH"},
		{row("X,*,validity,error,format,name,(,zh,en,ours,no"), "regular"},
		{row("X,*,validity,error,implies,,name,zh,en,ours,no"), "A -> B"},
		{row("X,*,validity,error,implies,,nom -> name,zh,en,ours,no"), "nom"},
		{row("X,*,validity,error,date_order,,event<=name,zh,en,ours,no"), "no day"},
		{row("X,*,validity,error,late,event,soon,zh,en,ours,no"), "working days"},
		{row("X,*,validity,error,flag,,red,zh,en,ours,no"), "flag"},
		{row("X,*,validity,error,repeat_key,,any,zh,en,ours,no"), "same_source"},
		{row("X,*,validity,error,conflict,,day,zh,en,ours,no"), "a;b -> c"},
		{row("X,*,validity,error,garbled,,,zh,en,ours,no\nX,*,validity,error,garbled,,,zh,en,ours,no"), "twice"},
	} {
		_, err := ParseRules(c.text, Law{})
		require.ErrorIs(t, err, credit.ErrInvalid, c.text)
		assert.ErrorContains(t, err, c.says)
	}
}

// TestUntold: where the law has no answer a record is neither good nor bad.
func TestUntold(t *testing.T) {
	rules, err := DefaultRules(Law{})
	require.NoError(t, err)
	c := NewChecker(rules, Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate})
	report := feed(c, parseCase(t, "registration industry=Z9 division=1 name=甲厂 | penalty event=2024-01-01"))
	told := map[string]int64{}
	for _, r := range report.Sources[0].Rules {
		if r.Undetermined > 0 {
			assert.Zero(t, r.Findings, r.Rule)
			told[r.Rule] = r.Undetermined
		}
	}
	assert.Equal(t, map[string]int64{"ALL-03": 2, "ALL-04": 1, "ALL-22": 2, "PEN-19": 1, "REG-08": 1, "REG-09": 1, "REG-10": 1}, told)
	c = NewChecker(testRules(t), Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate})
	checked, findings := of(c, feed(c, parseCase(t, "penalty event=1999-01-01 known=1999-06-01")), "PEN-19")
	assert.Equal(t, []int64{1, 0}, []int64{checked, findings}, "no table of working days of that year")
}

// TestReport: counts by day and by rule add up, a filter counts what it takes and no more, and histories stay whole under it.
func TestReport(t *testing.T) {
	rules := testRules(t)
	rapid.Check(t, func(t *rapid.T) {
		records := anyRecords(t)
		all := NewChecker(rules, Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate, Examples: 2})
		whole := feed(all, records)
		sum := int64(0)
		for _, s := range whole.Sources {
			byRule, byDay, seen := int64(0), int64(0), int64(0)
			for _, r := range s.Rules {
				byRule += r.Findings
				assert.LessOrEqual(t, len(r.Examples), 2)
				assert.LessOrEqual(t, r.Findings+r.Undetermined, r.Checked, r.Rule)
			}
			for _, d := range s.Days {
				byDay += d.Findings
				seen += d.Records
			}
			require.Equal(t, byRule, byDay)
			require.Equal(t, s.Findings, byDay)
			require.Equal(t, s.Records, seen)
			sum += seen
		}
		require.Equal(t, int64(len(records)), sum)
		for _, s := range whole.Sources {
			one := NewChecker(rules, Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate, Examples: 2, Source: s.Source})
			part := feed(one, records)
			require.Equal(t, s, part.Sources[0])
			require.Len(t, part.Sources, 1)
			for _, d := range s.Days {
				day := NewChecker(rules, Options{bits: 256, On: testOn, From: d.Day, To: d.Day, Examples: 2, Source: s.Source})
				got := feed(day, records).Sources[0].Days
				require.Len(t, got, 1)
				require.Equal(t, without(d, "ALL-21"), got[0])
			}
		}
	})
}

// without leaves a rule out of a day: silence is seen over more days than one.
func without(d DayReport, rule string) DayReport {
	var kept []DayRule
	for _, r := range d.Rules {
		if r.Rule == rule {
			d.Findings -= r.Findings
			continue
		}
		kept = append(kept, r)
	}
	d.Rules = kept
	return d
}

// anyRecords draws histories that meet often.
func anyRecords(t *rapid.T) []credit.Record {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	n := rapid.IntRange(1, 12).Draw(t, "records")
	var parts []string
	for range n {
		parts = append(parts, fmt.Sprintf("%s subject=%s source=%s known=2024-0%s-05 doc_no=%s authority=%s name=%s amount=%s penalty_types=%s",
			pick("kind", "penalty", "registration", "permit", "enforcement"), pick("subject", string(codeA), string(codeB), string(codeC)),
			pick("source", "one", "two"), pick("month", "3", "4", "6"), pick("doc", "一号", "二号", "无"), pick("authority", "a", "b"),
			pick("name", "甲厂", "乙厂", "无"), pick("amount", "0", "500", "90000000"), pick("types", "fine", "warning", "fine;warning")))
	}
	return parseCase(t, strings.Join(parts, " | "))
}

// TestSharedNaive: documents shared between subjects are those that comparing every record with every other finds.
func TestSharedNaive(t *testing.T) {
	rules := testRules(t)
	rapid.Check(t, func(t *rapid.T) {
		records := anyRecords(t)
		want := int64(0)
		for i, r := range records {
			for j, o := range records {
				same := r.Body.Text(credit.FieldDocNo) == o.Body.Text(credit.FieldDocNo) && r.Body.Text(credit.FieldAuthority) == o.Body.Text(credit.FieldAuthority)
				if i != j && r.Kind == credit.KindPenalty && o.Kind == r.Kind && r.Subject != o.Subject && same {
					want++
					break
				}
			}
		}
		c := NewChecker(rules, Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate})
		_, got := of(c, feed(c, records), "PEN-23")
		require.Equal(t, want, got)
	})
}

// TestPersonalNotShown: no example holds what a rule found to be personal.
func TestPersonalNotShown(t *testing.T) {
	c := NewChecker(testRules(t), Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate, Examples: 9})
	report := feed(c, parseCase(t, "penalty fact=11010519491231002X name=13812345678 doc_no=13812345678"))
	assert.NotContains(t, fmt.Sprintf("%+v", report.Sources), "13812345678")
	assert.NotContains(t, fmt.Sprintf("%+v", report.Sources), "11010519491231002X")
}

// TestErased: a record whose body was destroyed is counted and not judged.
func TestErased(t *testing.T) {
	records := parseCase(t, "registration name=甲厂 | penalty name=丙厂 event=2018-01-01")
	for i := range records {
		records[i] = records[i].Tombstone(testOn)
	}
	c := NewChecker(testRules(t), Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate})
	report := feed(c, records)
	assert.Equal(t, []int64{2, 0}, []int64{report.Records, report.Findings}, "%+v", report.Sources)
}

// TestPage: the page stands alone, in both languages, and shows what the report has.
func TestPage(t *testing.T) {
	c := NewChecker(testRules(t), Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate, Examples: 1})
	report := feed(c, parseCase(t, "penalty fact=<br>x source=a&b | permit type=<script>"))
	for lang, says := range map[string]string{"zh": "<h1>数据质量报告</h1>", "en": "<h1>Data quality</h1>"} {
		var page strings.Builder
		require.NoError(t, report.WritePage(&page, lang))
		for _, want := range []string{says, "a&amp;b", "PEN-01", "PMT-09", "&lt;script&gt;", "2024-03-04"} {
			assert.Contains(t, page.String(), want)
		}
		for _, not := range []string{"<script", "http", "ZgotmplZ"} {
			assert.NotContains(t, page.String(), not)
		}
	}
	for key, w := range words {
		assert.NotEmpty(t, w[0], key)
		assert.NotEmpty(t, w[1], key)
	}
}
