package scoring_test

import (
	"context"
	"fmt"
	"testing"

	"hengxin/scoring"
)

// A scorer over records, consents and rules in memory: one firm, asked about once, and replayed.
func ExampleScorer() {
	t := new(testing.T)
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	score, canonical, err := w.scorer.Score(context.Background(), question(), noon)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(score.Points, score.Grade)
	for _, r := range score.Reasons[:1] {
		fmt.Println(r.Zh)
		fmt.Println(r.Records[0].Event, r.Records[0].StandingZh)
	}
	again, err := w.scorer.Replay(context.Background(), score)
	fmt.Println(scoring.IDOf(again) == scoring.IDOf(canonical), err)
	// Output:
	// 663 BBB
	// 近12个月行政处罚次数：1，比最优情形少 36 分
	// 2024-02-10 公示中
	// true <nil>
}
