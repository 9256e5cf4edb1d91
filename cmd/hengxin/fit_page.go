package main

import (
	"fmt"
	"path/filepath"

	"hengxin/models"
	"hengxin/models/additive"
	"hengxin/models/eval"
	"hengxin/models/forest"
	"hengxin/models/trees"
)

// fillPage adds to the page of a fit what the kind tells of itself, the data, and the reasons of sample rows.
func (j *judged) fillPage() error {
	f := j.fitted
	j.page.Data = eval.Describe(j.table.train())
	switch m := f.model.(type) {
	case *additive.Model:
		j.page.Explained = additivePage{m, f.weights}
	case *trees.Model:
		j.page.Explained = usedColumns(treeUses(f.uses))
	case *forest.Model:
		j.page.Explained = usedColumns(forestUses(f.splits))
	}
	if f.card != nil {
		j.page.Edits = j.ledger()
	}
	front, k := j.table.train(), 0
	if j.samples[1] != nil {
		front, k = j.table.test(), 1
	}
	j.page.Samples[0].LogOdds = j.samples[k].logOdds
	j.page.Predict = j.result.PredictSeconds
	var err error
	j.page.Rows, err = eval.SampleRows(f.artifact, f.model, front, j.samples[k].points)
	return err
}

// ledger lists the bins set by hand, in the order of the columns.
func (j *judged) ledger() (out []eval.Edit) {
	for i := range j.table.train().Columns {
		name := j.table.train().Columns[i].Name
		e := j.table.rules.Columns[name].Edit
		if e == nil {
			continue
		}
		what := fmt.Sprintf("edges 切点 %v", e.Edges)
		if len(e.Groups) > 0 {
			what = fmt.Sprintf("groups 分组 %q", e.Groups)
		}
		out = append(out, eval.Edit{Column: name, What: what, Reason: e.Reason, By: e.By, Day: e.Day})
	}
	return out
}

// writeSeveral writes one page of all kinds, the first in front.
func writeSeveral(dir string, all []*judged) error {
	first := all[0].page
	for _, j := range all[1:] {
		first.Others = append(first.Others, &j.page)
	}
	return writeFile(filepath.Join(dir, "report.html"), first.WriteHTML)
}

// additivePage shows an additive model: eval.Explained.
type additivePage struct {
	model *additive.Model
	uses  []additive.Use
}

// Courses implements eval.Explained.
func (p additivePage) Courses() (out []eval.Course) {
	for _, t := range p.model.Parameters().Terms {
		c := eval.Course{Name: t.Variable.Name, Values: t.Values}
		for i, b := range t.Variable.Bins {
			c.Labels, c.Rows = append(c.Labels, t.Variable.Label(i)), append(c.Rows, b.Rows)
		}
		out = append(out, c)
	}
	return out
}

// Pairs implements eval.Explained.
func (p additivePage) Pairs() (out []eval.Grid) {
	for _, q := range p.model.Parameters().Pairs {
		g := eval.Grid{First: q.First.Name, Second: q.Second.Name, Values: q.Values}
		for i := range q.First.Bins {
			g.FirstLabels = append(g.FirstLabels, q.First.Label(i))
		}
		for i := range q.Second.Bins {
			g.SecondLabels = append(g.SecondLabels, q.Second.Label(i))
		}
		out = append(out, g)
	}
	return out
}

// Uses implements eval.Explained.
func (p additivePage) Uses() (out []eval.ColumnUse) {
	for _, u := range p.uses {
		out = append(out, eval.ColumnUse{Name: u.Name, Size: u.Weight, What: models.Text{En: "mean size in log odds", Zh: "平均贡献"}})
	}
	return out
}

// usedColumns is what a kind without courses shows: eval.Explained.
type usedColumns []eval.ColumnUse

// Courses implements eval.Explained.
func (u usedColumns) Courses() []eval.Course { return nil }

// Pairs implements eval.Explained.
func (u usedColumns) Pairs() []eval.Grid { return nil }

// Uses implements eval.Explained.
func (u usedColumns) Uses() []eval.ColumnUse { return u }

func treeUses(uses []trees.Use) (out []eval.ColumnUse) {
	for _, u := range uses {
		out = append(out, eval.ColumnUse{Name: u.Name, Size: u.Gain, What: models.Text{En: "gain, twice the log likelihood", Zh: "增益"}})
	}
	return out
}

func forestUses(uses []forest.Use) (out []eval.ColumnUse) {
	for _, u := range uses {
		out = append(out, eval.ColumnUse{Name: u.Name, Size: float64(u.Splits), What: models.Text{En: "splits", Zh: "分裂次数"}})
	}
	return out
}
