package quality

import (
	"bytes"
	"encoding/csv"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"hengxin/credit"
)

func TestNormal(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"南京苏果超市有限公司", "南京苏果超市有限责任公司"},
		{"南京（苏果）超市有限公司", "南京(苏果) 超市有限公司"},
		{"南京【苏果】超市有限公司", "南京〔苏果〕超市有限公司"},
		{"ＡＢＣ科技有限公司", "abc 科技有限公司"},
		{"苏州１２３贸易股份公司", "苏州123贸易股份有限公司"},
		{"苏州\u200b某某\u3000厂", "苏州某某厂"},
		{"苏州·某某厂", "苏州•某某厂"},
	} {
		assert.Equal(t, Normal(c.a), Normal(c.b), c.a)
	}
	for _, c := range []struct{ a, b string }{
		{"南京苏果超市有限公司", "南京苏果超市有限公司分公司"},
		{"南京苏果超市有限公司", "南京苏果超市股份有限公司"},
		{"南京苏果超市有限公司", "南京苏果超市"},
		{"南京苏果一店", "南京苏果二店"},
		{"A&B公司", "AB公司"},
	} {
		assert.NotEqual(t, Normal(c.a), Normal(c.b), c.a)
	}
	assert.Empty(t, Normal("（ ）"))
	assert.Empty(t, Normal("\xff\xfe"))
	assert.Empty(t, Normal(strings.Repeat("长", 400)))
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"南京（苏果）超市有限责任公司", "股份有限责任公司", "有限责任有限责任公司公司", "ａ Ｂ·c", "\xff", "股份股份公司公司"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Normal(s)
		if Normal(n) != n {
			t.Fatalf("%q: %q becomes %q", s, n, Normal(n))
		}
		if !utf8.ValidString(n) || strings.ContainsAny(n, " \t\n()（）") {
			t.Fatalf("%q: %q", s, n)
		}
		if core, ending := form(n); core+ending != n {
			t.Fatalf("%q: %q and %q", n, core, ending)
		}
		if n != "" && Normal(" "+s+"　") == "" && len(s) < 900 {
			t.Fatalf("%q: blanks around it take it away", s)
		}
	})
}

// The subjects of the tests: codes made up for the domain page.
const (
	codeA = credit.Subject("91320500MA1TE5T0X4")
	codeB = credit.Subject("91320594MA7ABCD124")
	codeC = credit.Subject("92320106MA2KQ8J46R")
)

func named(s credit.Subject, name string) Named {
	return Named{Subject: s, Name: name, Basis: BasisRegistered, Source: "register", Day: credit.NewDate(2020, 1, 1)}
}

// anyNamed draws a register whose names meet often.
func anyNamed(t *rapid.T) []Named {
	place := rapid.SampledFrom([]string{"南京", "苏州", "江苏", ""})
	word := rapid.SampledFrom([]string{"苏果", "恒信", "华天科技", "大", "ABC"})
	end := rapid.SampledFrom([]string{"有限公司", "有限责任公司", "厂", "", "（集团）有限公司"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Named {
		return Named{Subject: rapid.SampledFrom([]credit.Subject{codeA, codeB, codeC, "x:1", "x:2", "x:3", "x:4"}).Draw(t, "subject"),
			Name:  place.Draw(t, "place") + word.Draw(t, "word") + end.Draw(t, "end"),
			Basis: rapid.SampledFrom([]Basis{BasisRegistered, BasisFormer}).Draw(t, "basis"),
			Day:   credit.Date(rapid.IntRange(18000, 18003).Draw(t, "day")), Source: "s"}
	}), 0, 25).Draw(t, "names")
}

// TestOrder: neither the register nor an inquiry depends on the order in which names are seen, and both agree.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := anyNamed(t)
		var asked []string
		for _, n := range anyNamed(t) {
			asked = append(asked, n.Name)
		}
		other := slices.Clone(names)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		r1, r2, q1, q2 := NewRegister(nil), NewRegister(nil), NewInquiry(asked, nil), NewInquiry(asked, nil)
		for i := range names {
			r1.Add(names[i])
			q1.See(names[i])
			r2.Add(other[i])
			q2.See(other[i])
		}
		for _, name := range asked {
			s1, e1, ok1 := r1.Code(name)
			s2, e2, ok2 := r2.Code(name)
			require.Equal(t, ok1, ok2)
			require.Equal(t, s1, s2)
			require.Equal(t, e1, e2)
			a1, a2 := q1.Answer(name), q2.Answer(name)
			require.Equal(t, a1, a2)
			require.Equal(t, ok1, a1.Outcome == Resolved, "%+v", a1)
			require.Equal(t, s1, a1.Evidence.Subject)
		}
	})
}

// TestNaive: a name is resolved exactly where one subject, and no other, has it, and it is no person's.
func TestNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := anyNamed(t)
		r := NewRegister(nil)
		for _, n := range names {
			r.Add(n)
		}
		for _, asked := range anyNamed(t) {
			owners := map[credit.Subject]bool{}
			for _, n := range names {
				if Normal(n.Name) == Normal(asked.Name) {
					owners[n.Subject] = true
				}
			}
			_, _, ok := r.Code(asked.Name)
			require.Equal(t, len(owners) == 1 && !personal(Normal(asked.Name)), ok, asked.Name)
		}
	})
}

// TestHomonym: one more subject of the same name turns an answer into a question, whoever it is.
func TestHomonym(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := anyNamed(t)
		r := NewRegister(nil)
		for _, n := range names {
			r.Add(n)
		}
		for _, n := range names {
			before, _, ok := r.Code(n.Name)
			if !ok {
				continue
			}
			q := NewInquiry([]string{n.Name}, nil)
			for _, m := range names {
				q.See(m)
			}
			require.Equal(t, Resolved, q.Answer(n.Name).Outcome)
			homonym := named("y:homonym", strings.ReplaceAll(n.Name, "有限公司", "有限责任公司"))
			r.Add(homonym)
			q.See(homonym)
			_, _, ok = r.Code(n.Name)
			require.False(t, ok, "still %s", before)
			require.Equal(t, Review, q.Answer(n.Name).Outcome)
			require.Equal(t, WhyShared, q.Answer(n.Name).Why)
		}
	})
}

func TestInquiry(t *testing.T) {
	q := NewInquiry([]string{"南京苏果超市", "苏州恒信科技有限责任公司", "王小明", "北京甲乙丙丁", "", "苏州恒新科技有限公司"}, nil)
	for _, n := range []Named{named(codeA, "南京苏果超市有限公司"), named(codeB, "苏州恒信科技有限公司"), named(codeC, "王小明")} {
		q.See(n)
	}
	for _, c := range []struct {
		name    string
		outcome Outcome
		why     string
		first   credit.Subject
	}{
		{"南京苏果超市", Review, WhyLike, codeA},
		{"苏州恒信科技有限责任公司", Resolved, "", codeB},
		{"苏州恒新科技有限公司", Review, WhyLike, codeB},
		{"王小明", Review, WhyPersonal, codeC},
		{"北京甲乙丙丁", Unresolved, WhyNone, ""},
		{"", Unresolved, WhyNoName, ""},
	} {
		a := q.Answer(c.name)
		assert.Equal(t, c.outcome, a.Outcome, c.name)
		assert.Equal(t, c.why, a.Why, c.name)
		if len(a.Candidates) > 0 {
			assert.Equal(t, c.first, a.Candidates[0].Subject, c.name)
		} else {
			assert.Equal(t, c.first, a.Evidence.Subject, c.name)
		}
	}
}

// TestNamesOf: what stands is registered, what stood before is former, from registrations and from changes.
func TestNamesOf(t *testing.T) {
	day := credit.NewDate(2020, 1, 1)
	record := func(kind credit.Kind, known credit.Date, values map[string]string) credit.Record {
		body, err := credit.BodyOf(values)
		require.NoError(t, err)
		r := credit.Record{Subject: codeA, Kind: kind, Event: known, Known: known, Source: "reg", Amount: credit.NoFen, Body: body}
		r.Seal()
		return r
	}
	history := []credit.Record{
		record(credit.KindRegistration, day, map[string]string{"name": "旧名有限公司"}),
		record(credit.KindChange, day+5, map[string]string{"item": "名称变更", "before": "更旧有限公司", "after": "旧名有限公司"}),
		record(credit.KindChange, day+6, map[string]string{"item": "地址变更", "before": "一路", "after": "二路"}),
		record(credit.KindRegistration, day+9, map[string]string{"name": "新名有限公司"}),
	}
	var got []string
	NamesOf(history, func(n Named) { got = append(got, n.Name+" "+n.Basis.String()) })
	assert.Equal(t, []string{"旧名有限公司 former", "更旧有限公司 former", "旧名有限公司 former", "新名有限公司 registered"}, got)
}

func TestReviewThereAndBack(t *testing.T) {
	asked := []string{"南京苏果超市", "苏州恒新科技有限公司", "王小明"}
	see := []Named{named(codeA, "南京苏果超市有限公司"), named(codeB, "苏州恒信科技有限公司"), named(codeC, "王小明")}
	q := NewInquiry(asked, nil)
	for _, n := range see {
		q.See(n)
	}
	var answers []Answer
	for _, name := range asked {
		answers = append(answers, q.Answer(name))
	}
	var file bytes.Buffer
	require.NoError(t, WriteReview(&file, answers))
	rows, err := csv.NewReader(&file).ReadAll()
	require.NoError(t, err)
	rows[1][9], rows[1][10] = "yes", "李, 2024-03-01: 同一地址"
	rows[2][9] = "no"
	decisions, err := ReadDecisions(bytes.NewReader(csvText(t, rows)))
	require.NoError(t, err)
	again, register := NewInquiry(asked, decisions), NewRegister(decisions)
	assert.Equal(t, Resolved, again.Answer("南京苏果超市").Outcome)
	assert.Equal(t, "李, 2024-03-01: 同一地址", again.Answer("南京苏果超市").Evidence.Note)
	assert.Equal(t, WhyDecidedNo, again.Answer("苏州恒新科技有限公司").Why)
	assert.Equal(t, WhyNone, again.Answer("王小明").Why, "not decided")
	s, e, ok := register.Code("南京 苏果超市")
	assert.True(t, ok)
	assert.Equal(t, codeA, s)
	assert.Equal(t, BasisDecision, e.Basis)
	_, _, ok = register.Code("苏州恒新科技有限公司")
	assert.False(t, ok)
}

func csvText(t *testing.T, rows [][]string) []byte {
	var b bytes.Buffer
	require.NoError(t, csv.NewWriter(&b).WriteAll(rows))
	return b.Bytes()
}

func TestDecisionsRefused(t *testing.T) {
	line := func(subject, word, note string) []string {
		return []string{"某某厂", "only_alike", subject, "某某工厂", "registered", "s", "", "2020-01-01", "0.8", word, note}
	}
	for _, c := range []struct {
		says string
		rows [][]string
	}{
		{"header", [][]string{append([]string{"nom"}, reviewHeader[1:]...)}},
		{"perhaps", [][]string{reviewHeader, line(string(codeA), "perhaps", "x")}},
		{"want one", [][]string{reviewHeader, line(string(codeA), "yes", "x"), line(string(codeB), "yes", "x")}},
		{"without a note", [][]string{reviewHeader, line(string(codeA), "yes", "")}},
		{"subject code", [][]string{reviewHeader, line("9132", "yes", "x")}},
	} {
		_, err := ReadDecisions(bytes.NewReader(csvText(t, c.rows)))
		require.ErrorIs(t, err, credit.ErrInvalid)
		assert.ErrorContains(t, err, c.says)
	}
}

// TestDecisionsOfASpreadsheet: a byte order mark is no fault, and names in another encoding are refused, not nobody's.
func TestDecisionsOfASpreadsheet(t *testing.T) {
	text := strings.Join(reviewHeader, ",") + "\n苏州恒信科贸,only_alike,91320594MA7ABCD124,,former,register,,2020-01-02,0.99,yes,李\n"
	for _, in := range []string{text, "\ufeff" + text} {
		decisions, err := ReadDecisions(strings.NewReader(in))
		require.NoError(t, err)
		require.Len(t, decisions, 1)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	require.NoError(t, err)
	_, err = ReadDecisions(strings.NewReader(gbk))
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "line 2: not UTF-8")
}
