package models

import (
	"fmt"
	"math"

	"hengxin/exact"
)

// GradeRule is a grade by the highest probability it may have; the last has none.
type GradeRule struct {
	Name string  `json:"name"`
	PD   float64 `json:"pd"` // 0: no bound
	Text Text    `json:"text"`
}

// DefaultGrades halve the probability of default from grade to grade.
func DefaultGrades() []GradeRule {
	return []GradeRule{
		{"AAA", 0.005, Text{En: "excellent", Zh: "优秀"}}, {"AA", 0.01, Text{En: "very good", Zh: "优良"}},
		{"A", 0.02, Text{En: "good", Zh: "良好"}}, {"BBB", 0.04, Text{En: "fair", Zh: "较好"}},
		{"BB", 0.08, Text{En: "medium", Zh: "一般"}}, {"B", 0.16, Text{En: "weak", Zh: "偏弱"}},
		{"CCC", 0.32, Text{En: "poor", Zh: "较差"}}, {"CC", 0.5, Text{En: "very poor", Zh: "差"}},
		{"C", 0, Text{En: "worst", Zh: "极差"}},
	}
}

// CheckGrades returns [ErrInvalid] unless probabilities ascend within 0 and 1 and the last grade, and it alone, has none.
func CheckGrades(rules []GradeRule) error {
	for i, g := range rules {
		last := i == len(rules)-1
		if last != (g.PD == 0) || !last && !(g.PD > 0 && g.PD < 1) || i > 0 && !last && g.PD <= rules[i-1].PD {
			return fmt.Errorf("recipe: grade %q: probabilities must ascend within 0 and 1, the last has none: %w", g.Name, ErrInvalid)
		}
	}
	return nil
}

// Grades turns probabilities into lowest points on the scale.
func (s Scale) Grades(rules []GradeRule) []Grade {
	var out []Grade
	unit := [...]float64{1, 10, 100, 1000}[s.Decimals]
	for _, g := range rules {
		grade := Grade{Name: g.Name, Text: g.Text}
		if g.PD > 0 {
			from := math.Ceil((s.Base-float64(s.Factor()*(exact.Log(g.PD/(1-g.PD))+exact.Log(s.Odds))))*unit) / unit
			grade.From = &from
		}
		out = append(out, grade)
	}
	return out
}
