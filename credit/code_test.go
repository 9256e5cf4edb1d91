package credit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hengxin/credit"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The worked codes of domain page 2.1, with what they are and their organisation code.
var workedCodes = []struct {
	code, org string
	class     credit.SubjectClass
	division  string
}{
	{"91100000100003962T", "100003962", credit.ClassEnterprise, "100000"},
	{"914403001922038216", "192203821", credit.ClassEnterprise, "440300"},
	{"9144030071526726XG", "71526726X", credit.ClassEnterprise, "440300"},
	{"91330100799655058B", "799655058", credit.ClassEnterprise, "330100"},
	{"91320000796544598E", "796544598", credit.ClassEnterprise, "320000"},
	{"91320500MA1TE5T0X4", "MA1TE5T0X", credit.ClassEnterprise, "320500"},
	{"91320594MA7ABCD124", "MA7ABCD12", credit.ClassEnterprise, "320594"},
	{"92320106MA2KQ8J46R", "MA2KQ8J46", credit.ClassIndividual, "320106"},
	{"92320303MA4D7TK003", "MA4D7TK00", credit.ClassIndividual, "320303"},
	{"93320682MAC0N7P29C", "MAC0N7P29", credit.ClassCooperative, "320682"},
	{"5232000050912345XY", "50912345X", credit.ClassNonProfit, "320000"},
	{"91320200123456788H", "123456788", credit.ClassEnterprise, "320200"},
	{"91320106MA11001060", "MA1100106", credit.ClassEnterprise, "320106"}, // remainder 0
	{"91320106MA1100050W", "MA1100050", credit.ClassEnterprise, "320106"}, // organisation check 11, written 0
	{"91320106MA110000XH", "MA110000X", credit.ClassEnterprise, "320106"}, // organisation check 10, written X
}

func TestWorkedCodes(t *testing.T) {
	for _, w := range workedCodes {
		c, err := credit.ParseCode(w.code)
		require.NoError(t, err, w.code)
		last, org := c.Checks()
		require.True(t, last && org, w.code)
		require.Zero(t, c.Flags(), w.code)
		require.False(t, c.Excepted())
		require.Equal(t, w.org, c.Organisation())
		require.Equal(t, w.class, c.Class(), w.code)
		require.Equal(t, w.class, c.Subject().Class(), w.code)
		require.Equal(t, w.division, c.Division())
		require.NoError(t, c.Subject().Check())
	}
}

// Every single wrong character in the checked part fails the last check: 31 is prime and no weight is 0.
func TestOneWrongCharacterFails(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for _, w := range workedCodes {
		for i := range 18 {
			for _, a := range alphabet {
				wrong := w.code[:i] + string(a) + w.code[i+1:]
				c, err := credit.ParseCode(wrong)
				if errors.Is(err, credit.ErrCodePersonal) {
					continue
				}
				require.NoError(t, err)
				last, _ := c.Checks()
				require.Equal(t, wrong == w.code, last, wrong)
			}
		}
	}
}

func TestFailingChecks(t *testing.T) {
	c, err := credit.ParseCode("91350203M0001QAY9B") // issued so; the standard gives 9
	require.NoError(t, err)
	last, _ := c.Checks()
	require.False(t, last)
	require.True(t, c.Excepted())
	require.Zero(t, c.Flags())

	c, err = credit.ParseCode("9144030071528807XQ") // W, and 9 within
	require.NoError(t, err)
	last, org := c.Checks()
	require.False(t, last)
	require.False(t, org)
	require.False(t, c.Excepted())
	require.Equal(t, credit.FlagCheckFailed, c.Flags())
}

func TestNormalCodes(t *testing.T) {
	for _, text := range []string{
		"91320594MA7ABCD124", "91320594ma7abcd124", " 91320594MA7ABCD124\t", "91320594 MA7ABCD12 4", "９１３２０５９４ＭＡ７ＡＢＣＤ１２４",
		"９１３２０５９４ｍａ７ａｂｃｄ１２４", "91320594\u200bMA7ABCD124", "\ufeff91320594MA7ABCD124", "91320594　MA7ABCD124", "91320594\u00a0MA7ABCD124\r\n",
	} {
		c, err := credit.ParseCode(text)
		require.NoError(t, err, text)
		require.Equal(t, "91320594MA7ABCD124", c.String())
	}
}

func TestRefusedCodes(t *testing.T) {
	for _, r := range []struct {
		text string
		want error
		at   int
	}{
		{"", credit.ErrCodeEmpty, -1},
		{" 　\u200b", credit.ErrCodeEmpty, -1},
		{"320106000012345", credit.ErrCodeOldNo, -1},
		{"３２０１０６０００１２３４５６", credit.ErrCodeOldNo, -1},
		{"91320594IA7ABCD124", credit.ErrCodeLetter, 8},
		{"91320594OA7ABCD124", credit.ErrCodeLetter, 8},
		{"91320594SA7ABCD124", credit.ErrCodeLetter, 8},
		{"91320594VA7ABCD124", credit.ErrCodeLetter, 8},
		{"91320594ZA7ABCD124", credit.ErrCodeLetter, 8},
		{"91320594z", credit.ErrCodeLetter, 8},
		{"91320594-A7ABCD124", credit.ErrCodeLetter, 8},
		{"公司", credit.ErrCodeLetter, 0},
		{"91320594MA7ABCD12", credit.ErrCodeLength, -1},
		{"91320594MA7ABCD1244", credit.ErrCodeLength, -1},
		{"MA7ABCD12", credit.ErrCodeLength, -1},
		{"110105194912310029", credit.ErrCodePersonal, -1}, // made up, check by GB 11643
		{"11010519491231002X", credit.ErrCodePersonal, -1},
	} {
		_, err := credit.ParseCode(r.text)
		if r.text == "110105194912310029" {
			require.NoError(t, err) // its own check fails, so it is only a code whose check fails
			continue
		}
		require.ErrorIs(t, err, r.want, r.text)
		require.ErrorIs(t, err, credit.ErrInvalid, r.text)
		var e *credit.CodeError
		require.ErrorAs(t, err, &e)
		require.Equal(t, r.at, e.At, r.text)
	}
	_, err := credit.ParseCode("11010519491231002X")
	require.NotContains(t, err.Error(), "19491231")
}

func TestSubjects(t *testing.T) {
	key := []byte("0123456789abcdef")
	p, err := credit.Pseudonym(key, "91320594MA7ABCD124")
	require.NoError(t, err)
	// HMAC-SHA256 as openssl gives it: printf 91320594MA7ABCD124 | openssl dgst -sha256 -hmac 0123456789abcdef
	require.Equal(t, credit.Subject("~"+opensslHMAC[:32]), p)
	require.NoError(t, p.Check())
	require.True(t, p.IsPseudonym())
	require.Equal(t, credit.ClassUnknown, p.Class())
	other, err := credit.Pseudonym([]byte("0123456789abcdeg"), "91320594MA7ABCD124")
	require.NoError(t, err)
	require.NotEqual(t, p, other)
	_, err = credit.Pseudonym(key[:15], "91320594MA7ABCD124")
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = credit.Pseudonym(key, p)
	require.ErrorIs(t, err, credit.ErrInvalid)

	o, err := credit.OpaqueSubject("bdci", "p155")
	require.NoError(t, err)
	require.Equal(t, credit.Subject("bdci:p155"), o)
	require.True(t, o.IsOpaque())
	require.Empty(t, o.Division())
	for _, bad := range [][2]string{{"", "p1"}, {"bdci", ""}, {"BDCI", "p1"}, {"b:c", "p1"}, {"b", "p 1"}, {"b", "编号"}, {"b", strings.Repeat("x", 63)}} {
		_, err := credit.OpaqueSubject(bad[0], bad[1])
		require.ErrorIs(t, err, credit.ErrInvalid, "%q", bad)
	}
	for _, bad := range []credit.Subject{"", "~", "~12", "~" + "G0000000000000000000000000000000", "~ABCDEF00000000000000000000000000", "91320594ma7abcd124", "x"} {
		require.ErrorIs(t, bad.Check(), credit.ErrInvalid, "%q", bad)
	}
	s, flags, err := credit.ParseSubject(" 91320594ma7abcd123 ")
	require.NoError(t, err)
	require.Equal(t, credit.Subject("91320594MA7ABCD123"), s)
	require.Equal(t, credit.FlagCheckFailed, flags)
	_, ok := s.Code()
	require.True(t, ok)
	_, ok = o.Code()
	require.False(t, ok)
}

const opensslHMAC = "0bc95e6f240979f00ab329b4bbe7e8f60e4e8195cabdd1c7da4281ff6db3e243"

func TestSubjectClassNames(t *testing.T) {
	for c := credit.ClassUnknown; c <= credit.ClassOther; c++ {
		back, err := credit.ParseSubjectClass(c.String())
		require.NoError(t, err)
		require.Equal(t, c, back)
		require.NotEmpty(t, c.Zh())
	}
	require.Equal(t, credit.ClassOther, credit.Subject("19320594MA7ABCD124").Class())
	require.Equal(t, credit.ClassUnknown, credit.Subject("B9320594MA7ABCD124").Class())
}

// naiveCheck is the standard's text, without tables: weights are powers of 3 mod 31.
func naiveCheck(s string) byte {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum, w := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(alphabet, s[i]) * w
		w = w * 3 % 31
	}
	return alphabet[(31-sum%31)%31]
}

func TestCheckEqualsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9ABCDEFGHJKLMNPQRTUWXY]{17}`).Draw(t, "code")
		c, err := credit.ParseCode(s + string(naiveCheck(s)))
		if err != nil {
			t.Fatal(err)
		}
		if last, _ := c.Checks(); !last {
			t.Fatal(c)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, w := range workedCodes {
		f.Add(w.code)
	}
	for _, s := range []string{"", "320106000012345", "９１", "91320594\u200bMA7ABCD124", "11010519491231002X", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := credit.ParseCode(s)
		if err != nil {
			if !errors.Is(err, credit.ErrInvalid) || err.Error() == "" {
				t.Fatal(err)
			}
			return
		}
		again, err := credit.ParseCode(c.String())
		if err != nil || again != c {
			t.Fatalf("%q: %v, %v", s, again, err)
		}
		if err := c.Subject().Check(); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkParseCode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := credit.ParseCode("91320594MA7ABCD124"); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleParseCode() {
	c, err := credit.ParseCode("９１３２０５９４ ma7abcd124")
	fmt.Println(c, c.Class().Zh(), c.Division(), c.Flags() == 0, err)
	_, err = credit.ParseCode("320106000012345")
	fmt.Println(errors.Is(err, credit.ErrCodeOldNo))
	// Output:
	// 91320594MA7ABCD124 企业 320594 true <nil>
	// true
}
