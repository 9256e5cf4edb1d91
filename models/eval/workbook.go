package eval

import (
	"fmt"
	"io"
	"math"

	"github.com/xuri/excelize/v2"
)

// sheet is one table of the workbook.
type sheet struct {
	name  string
	width []float64 // of the first columns, in characters
	rows  [][]any   // the first is the heading
}

// WriteWorkbook writes the card as an Excel workbook: sheets for points, bins, candidates with their reasons, measures and,
// where there are any, edits. Numbers are numbers, NaN is an empty cell, and a text that begins like a formula stays text. The same page gives the same
// cells. A page of another kind has the sheets that it can have: measures and edits.
func (p *Page) WriteWorkbook(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}})
	if err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	for i, s := range p.sheets() {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.name)
		} else {
			_, err = f.NewSheet(s.name)
		}
		if err == nil {
			err = s.write(f, head)
		}
		if err != nil {
			return fmt.Errorf("workbook: sheet %s: %w", s.name, err)
		}
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	return nil
}

func (s *sheet) write(f *excelize.File, head int) error {
	out, err := f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for i, width := range s.width {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range s.rows {
		cells := make([]any, len(row))
		for k, v := range row {
			if x, ok := v.(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
				v = nil
			}
			cells[k] = v
			if i == 0 {
				cells[k] = excelize.Cell{StyleID: head, Value: v}
			}
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (p *Page) sheets() []sheet {
	var out []sheet
	if p.Card != nil {
		out = append(out, p.pointsSheet(), p.binsSheet())
	}
	if len(p.Candidates) > 0 {
		out = append(out, p.candidatesSheet())
	}
	out = append(out, p.measuresSheet())
	if len(p.Edits) > 0 {
		s := sheet{name: "edits 调整台账", width: []float64{24, 40, 40, 16, 12}, rows: [][]any{{"column 列", "edit 调整", "reason 理由", "by 调整人", "day 日期"}}}
		for _, e := range p.Edits {
			s.rows = append(s.rows, []any{e.Column, e.What, e.Reason, e.By, e.Day})
		}
		out = append(out, s)
	}
	return out
}

func (p *Page) pointsSheet() sheet {
	s := sheet{name: "points 分数", width: []float64{28, 48, 12}, rows: [][]any{{"column 列", "bin 分箱", "points 分"}, {"base 基础分", "", p.Card.Parameters().Base}}}
	for _, c := range p.Card.Parameters().Characteristics {
		for i, v := range c.Points {
			s.rows = append(s.rows, []any{c.Variable.Name, c.Variable.Label(i), v})
		}
	}
	return s
}

func (p *Page) binsSheet() sheet {
	s := sheet{name: "bins 分箱", width: []float64{28, 48}, rows: [][]any{{"column 列", "bin 分箱", "rows 行", "bad 坏", "weight 权重", "bad weight 坏权重", "bad rate 坏账率", "WoE",
		"points 分", "coefficient 系数", "error 标准误", "IV", "AUC", "trend 趋势"}}}
	for _, c := range p.Card.Parameters().Characteristics {
		v := c.Variable
		for i, b := range v.Bins {
			s.rows = append(s.rows, []any{v.Name, v.Label(i), b.Rows, b.Events, b.Weight, b.Bad, b.Rate(), b.WoE, c.Points[i], c.Coefficient, c.Error, v.IV, v.AUC, string(v.Trend)})
		}
	}
	return s
}

func (p *Page) candidatesSheet() sheet {
	s := sheet{name: "candidates 候选列", width: []float64{28, 12, 8, 10, 10, 12, 8, 60, 60}, rows: [][]any{{"column 列", "type 类型", "bins 分箱", "IV", "AUC", "coefficient 系数", "used 入选", "reason 未入选原因", "remark 提示"}}}
	for _, c := range p.Candidates {
		v := c.Variable
		s.rows = append(s.rows, []any{v.Name, string(v.Type), len(v.Bins), v.IV, v.AUC, c.Coefficient, c.Used, c.Reason, c.Remark})
	}
	return s
}

func (p *Page) measuresSheet() sheet {
	s := sheet{name: "measures 指标", width: []float64{20, 28, 14, 14, 14}, rows: [][]any{{"sample 样本", "measure 指标", "value 值", "low 下限", "high 上限"}}}
	for _, q := range p.Samples {
		m, name := q.Measures, q.Name.En+" "+q.Name.Zh
		s.rows = append(s.rows, []any{name, "rows 行", m.Rows}, []any{name, "bad 坏", m.Events}, []any{name, "predicted 预测", m.Expected}, []any{name, "observed 实际", m.Observed})
		for _, k := range []struct {
			name string
			v    Interval
		}{{"AUC", m.AUC}, {"KS", m.KS}, {"Gini", m.Gini}, {"average precision", m.Precision}, {"Brier", m.Brier}, {"log loss 对数损失", m.LogLoss},
			{"calibration intercept 校准截距", m.Line.Intercept}, {"calibration slope 校准斜率", m.Line.Slope}} {
			s.rows = append(s.rows, []any{name, k.name, k.v.Value, k.v.Low, k.v.High})
		}
		for _, t := range m.Lift {
			s.rows = append(s.rows, []any{name, "lift of the riskiest " + number(100*t.Flagged, 0) + " % 提升", t.Lift.Value, t.Lift.Low, t.Lift.High})
		}
	}
	for _, d := range p.Drift {
		s.rows = append(s.rows, []any{"drift 稳定性", "PSI " + d.Name, d.PSI, d.Low, d.High})
	}
	return s
}
