package features

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
)

const meanings = "testdata/meanings.csv"

// TestMeaningsAreVersioned: an indicator that comes out otherwise on the same records under the same policy has another
// meaning, and needs another version or id (rulings 10): a score names the digest of its definitions, which holds the
// version, and is refused a replay where they are not the same. With UPDATE_MEANINGS=1 the file is written anew; that
// too fails for a changed meaning under an old version.
func TestMeaningsAreVersioned(t *testing.T) {
	inputs, got := meaningsNow(t)
	held := map[string]string{}
	b, err := os.ReadFile(meanings)
	if !os.IsNotExist(err) {
		require.NoError(t, err)
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		require.NoError(t, err)
		for _, row := range rows {
			held[row[0]] = row[1]
		}
	}
	for _, m := range got {
		if was, ok := held[m[0]]; ok && held["inputs"] == inputs {
			require.Equal(t, was, m[1], "%s means something else now: raise its version in the catalogue", m[0])
		}
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	require.NoError(t, w.WriteAll(append([][]string{{"inputs", inputs}}, got...)))
	if os.Getenv("UPDATE_MEANINGS") != "" {
		require.NoError(t, os.WriteFile(meanings, out.Bytes(), 0o644))
		return
	}
	require.Equal(t, string(b), out.String(), "policy, test histories, ids or versions changed: UPDATE_MEANINGS=1 go test ./features -run Meanings")
}

// rareKinds are what some indicators need many of before they say anything.
var rareKinds = slices.Concat(slices.Repeat([]credit.Kind{credit.KindSnapshot}, 30),
	slices.Repeat([]credit.Kind{credit.KindHeadcount, credit.KindShareholding, credit.KindGuarantee, credit.KindOfficer, credit.KindUtility,
		credit.KindAnnualReport, credit.KindTaxGrade}, 6))

// followedUp is a history of few commitments of which much is said.
func followedUp(d draw) (records []credit.Record) {
	for i := range 60 {
		r := freshOf(d, credit.KindCommitment)
		if i >= 6 {
			r = follower(d, records[d(6)])
		}
		r.Seal()
		records = append(records, r)
	}
	return records
}

// unheard are indicators whose own values are compared with peers that the table of these tests has none of; how they
// compare is pinned by the other peer-relative ones.
var unheard = []string{"peer_use_power_change 1", "peer_tax_grade 1", "peer_ann_growth 1"}

// TestPinnedMeaningsCanFail: an indicator that comes out the same of every history tried would keep its pin whatever
// became of it.
func TestPinnedMeaningsCanFail(t *testing.T) {
	_, rows := meaningsNow(t)
	same := map[string][]string{}
	for _, row := range rows {
		if slices.Contains(unheard, row[0]) {
			continue
		}
		same[row[1]] = append(same[row[1]], row[0])
	}
	for _, ids := range same {
		require.Len(t, ids, 1, "of one digest: they are blank wherever they are tried")
	}
}

// meaningsNow returns the digest of what indicators are tried on, and for each its id and version, and the digest of its
// values.
func meaningsNow(t *testing.T) (inputs string, rows [][]string) {
	set, h := All(), sha256.New()
	policyDigest := policy.Default().Digest()
	h.Write(policyDigest[:])
	values := make([][]byte, set.Len())
	f := newFold(t, set)
	for seed := range uint64(30) {
		d := seeded(1000 + seed)
		try(t, h, f, values, history(d, 100), someDays(d, 6))
	}
	for i, kind := range append(freshKinds, reportKinds...) {
		d := seeded(2000 + uint64(i))
		try(t, h, f, values, focused(d, kind, 40), someDays(d, 6))
	}
	for i, kind := range rareKinds {
		d := seeded(3000 + uint64(i))
		try(t, h, f, values, focused(d, kind, 60), someDays(d, 20))
	}
	for i := range uint64(12) {
		d := seeded(4000 + i)
		try(t, h, f, values, followedUp(d), someDays(d, 20))
	}
	for i := range set.Len() {
		ind := set.At(i)
		sum := sha256.Sum256(values[i])
		rows = append(rows, []string{ind.ID + " " + strconv.Itoa(ind.Version), fmt.Sprintf("%x", sum[:8])})
	}
	return credit.Digest(h.Sum(nil)).String(), rows
}

// TestCanonicalIsWhatTheDigestIsOf: whoever holds the bytes can name them.
func TestCanonicalIsWhatTheDigestIsOf(t *testing.T) {
	for _, set := range []*Set{Lending(), All(), Bench()} {
		require.Equal(t, set.Digest(), credit.Digest(sha256.Sum256(set.Canonical())))
		require.Contains(t, string(set.Canonical()), set.At(0).ID)
	}
	require.NotEqual(t, All().Digest(), Lending().Digest())
}

// try adds what the records come to on the days to values, one list of bits an indicator, and both to the inputs.
func try(t *testing.T, inputs io.Writer, f *Fold, values [][]byte, records []credit.Record, days []credit.Date) {
	for i := range records {
		inputs.Write(records[i].AppendTo(nil))
	}
	fmt.Fprint(inputs, days)
	for i, x := range rowsOf(t, f, records, days...) {
		if math.IsNaN(x) {
			x = math.NaN() // of one bit pattern
		}
		at := i % len(values)
		values[at] = binary.BigEndian.AppendUint64(values[at], math.Float64bits(x))
	}
}
