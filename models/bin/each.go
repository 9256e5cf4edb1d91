package bin

import "hengxin/models"

// Each returns a variable of which every cell is a bin of its own (the rare levels of a category together), and the bin of
// each row.
func (f *Fine) Each() (v *Variable, rows []int32) {
	if f.column.Type == models.Number {
		v = &Variable{Name: f.column.Name, Type: models.Number, Trend: None, Edges: f.edges, Special: f.special}
		v.weigh(f.counts, &f.base, f.rules)
		return v, f.cell
	}
	n := len(f.column.Levels)
	v = &Variable{Name: f.column.Name, Type: models.Category, Trend: None, Edges: []float64{}, Special: []float64{}, Levels: f.column.Levels, Groups: make([]int, n)}
	var kept []Counts
	var rare Counts
	for i, c := range f.counts[:n] {
		if v.Groups[i] = -1; c.Rows < int64(max(f.rules.MinRows, 1)) {
			rare.Add(c)
			continue
		}
		v.Groups[i] = len(kept)
		kept = append(kept, c)
	}
	v.weigh(append(kept, f.counts[n], rare, f.counts[n+1]), &f.base, f.rules)
	place := make([]int32, n+2)
	for i, g := range v.Groups {
		if g < 0 {
			g = v.Rare()
		}
		place[i] = int32(g)
	}
	place[n], place[n+1] = int32(v.Missing()), int32(len(v.Bins)-1)
	rows = make([]int32, len(f.cell))
	for i, c := range f.cell {
		rows[i] = place[c]
	}
	return v, rows
}
