package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// TestWordsOfEveryKind: what is remembered of words says what the policy says, for every kind and every field with words.
func TestWordsOfEveryKind(t *testing.T) {
	rules := policy.Default()
	w := &wordCheck{rules: rules, known: map[string]error{}}
	refused := 0
	for range 2 { // asked, then remembered
		for _, info := range credit.Kinds() {
			for _, f := range credit.Fields() {
				for _, word := range []string{"no such word", "performed", "fine", "SXBZXR", "open"} {
					if f.Form != credit.FormText && f.Form != credit.FormCodes {
						continue
					}
					r := &credit.Record{Kind: info.Kind, Body: credit.AppendBody(nil, f.Field, word)}
					want, got := rules.CheckWords(r), w.check(r)
					require.Equal(t, want == nil, got == nil, "%s with %s %q", info.Name, f.Name, word)
					if got != nil {
						require.Equal(t, want.Error(), got.Error())
						refused++
					}
				}
			}
		}
	}
	require.NotZero(t, refused)
}

func TestDivisionFlags(t *testing.T) {
	day := credit.NewDate(2026, 11, 20)
	require.Zero(t, divisionFlags("320506", day))
	require.Equal(t, credit.FlagDivisionOld, divisionFlags("320503", day))
	require.Equal(t, credit.FlagDivisionUnknown, divisionFlags("999999", day))
	require.Zero(t, divisionFlags("320594", credit.NoDate)&credit.FlagDivisionUnknown, "a development zone that registers firms")
}
