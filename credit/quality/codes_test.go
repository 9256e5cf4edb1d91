package quality

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

func codesOf(t require.TestingT, histories ...string) CodeReport {
	c := NewCodes()
	c.table.size = 256
	for _, again := range []bool{false, true} {
		for _, h := range histories {
			if again {
				c.Again(parseCase(t, h))
			} else {
				c.Subject(parseCase(t, h))
			}
		}
	}
	return c.Report()
}

func TestDead(t *testing.T) {
	r := codesOf(t, "registration | closure status=注销 event=2023-05-01 known=2023-05-02 | penalty | headcount count=3 event=2024-04-01")
	require.Len(t, r.Dead, 1)
	assert.Equal(t, []any{codeA, credit.NewDate(2023, 5, 1), 3, credit.NewDate(2024, 4, 1)}, []any{r.Dead[0].Subject, r.Dead[0].Closed, r.Dead[0].Later, r.Dead[0].Last})
	assert.Len(t, codesOf(t, "registration status=cancelled event=2023-05-01 | penalty").Dead, 1)
	assert.Len(t, codesOf(t, "change item=status after=revoked event=2023-05-01 | penalty").Dead, 1)
	assert.Empty(t, codesOf(t, "closure status=moved event=2023-05-01 | penalty").Dead, "moved to another register")
	assert.Empty(t, codesOf(t, "registration | closure status=注销 event=2024-05-01").Dead, "nothing later")
	assert.Empty(t, codesOf(t, "closure status=注销 event=2023-05-01 | withdrawal target=1 | penalty").Dead, "the closure was withdrawn")
	assert.Empty(t, codesOf(t, "penalty event=2023-01-01 | closure status=注销 event=2023-05-01 | repair_approval target=1").Dead, "a follower is no new fact")
}

func TestShared(t *testing.T) {
	r := codesOf(t, "registration name=甲厂", "registration subject=91320594MA1TE5T0X1 name=乙厂", "registration subject=92320106MA2KQ8J46R name=甲（厂）",
		"change subject=x:1 item=名称变更 before=甲厂 after=丙厂 | registration subject=x:1 name=丙厂")
	assert.Equal(t, []SharedCode{
		{By: "organisation", Value: "MA1TE5T0X", Subjects: []credit.Subject{codeA, "91320594MA1TE5T0X1"}},
		{By: "name", Value: "甲厂", Subjects: []credit.Subject{codeA, codeC}},
	}, r.Shared)
}

func TestMerged(t *testing.T) {
	r := codesOf(t, "succession subject=x:1 counterpart=x:2", "succession subject=x:2 counterpart=x:3 event=2024-03-02",
		"succession subject=y:1 counterpart=y:2", "succession subject=y:2 counterpart=y:1",
		"succession subject=z:1 counterpart=z:2 | succession subject=z:1 counterpart=z:3",
		"succession subject=w:1 counterpart=甲厂")
	require.Len(t, r.Merged, 1)
	assert.Equal(t, []credit.Subject{"x:1", "x:2", "x:3"}, r.Merged[0].Subjects)
	assert.Len(t, r.Merged[0].Records, 2)
	require.Len(t, r.Refused, 4)
	assert.Contains(t, r.Refused[0], "w:1")
	assert.Contains(t, r.Refused[1], "lead back to y:1")
	assert.Contains(t, r.Refused[3], "two successors of z:1")
}

// TestChains: whatever succeeds whatever, following ends, and the report does not depend on the order of subjects.
func TestChains(t *testing.T) {
	subjects := []string{"x:1", "x:2", "x:3", "x:4", "x:5"}
	rapid.Check(t, func(t *rapid.T) {
		var histories []string
		for _, s := range subjects {
			if to := rapid.SampledFrom(append(subjects, "")).Draw(t, s); to != "" {
				histories = append(histories, "succession subject="+s+" counterpart="+to)
			}
		}
		r := codesOf(t, histories...)
		backward := make([]string, len(histories))
		for i, h := range histories {
			backward[len(histories)-1-i] = h
		}
		require.Equal(t, r, codesOf(t, backward...))
		for _, chain := range r.Merged {
			require.Len(t, chain.Days, len(chain.Subjects)-1)
		}
	})
}
