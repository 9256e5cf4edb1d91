package datasets

import (
	"fmt"
	"io"
	"math"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"hengxin/credit"
)

// ReadParquet reads a flat Parquet file of any writer. Integers, floats, booleans (0 and 1) and decimals become numbers;
// texts, days and times become texts; integers past 2^53, which a float64 cannot hold, become texts too.
func ReadParquet(r io.ReaderAt, size int64, o TableOptions) (t *Table, err error) {
	defer contain(&err)
	file, err := openParquet(r, size)
	if err != nil {
		return nil, err
	}
	leaves := file.Root().Columns()
	names := make([]string, len(leaves))
	for i, l := range leaves {
		names[i] = l.Name()
	}
	picked, err := pickColumns(names, o.Columns)
	if err != nil {
		return nil, err
	}
	t = &Table{}
	if err := t.count(file, len(picked)); err != nil {
		return nil, err
	}
	for _, c := range picked {
		column, err := readLeaf(file, leaves[c])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", names[c], err)
		}
		t.Columns = append(t.Columns, column)
	}
	for i := range t.Columns {
		t.Columns[i].drop(o.Missing)
	}
	return t, nil
}

// count adds up the rows, within limits.
func (t *Table) count(file *parquetFile, columns int) error {
	for _, g := range file.RowGroups() {
		if t.Rows += int(g.NumRows()); t.Rows > maxCells/max(columns, 1) {
			return fmt.Errorf("more than %d cells (name fewer columns): %w", maxCells, credit.ErrInvalid)
		}
	}
	return nil
}

// drop makes the texts that mean missing empty.
func (c *TableColumn) drop(missing []string) {
	for i, s := range c.Texts {
		for _, m := range missing {
			if s == m {
				c.Texts[i] = ""
			}
		}
	}
}

func readLeaf(file *parquetFile, leaf *parquet.Column) (TableColumn, error) {
	c := TableColumn{Name: leaf.Name()}
	if !leaf.Leaf() || leaf.Repeated() {
		return c, fmt.Errorf("nested or repeated (leave it out): %w", credit.ErrInvalid)
	}
	convert, text, err := converter(leaf)
	if err != nil {
		return c, err
	}
	for i := range file.RowGroups() {
		cells, err := file.cells(i, leaf.Index())
		if err != nil {
			return c, fmt.Errorf("row group %d: %w", i, err)
		}
		if err := c.append(cells, convert, text); err != nil {
			return c, fmt.Errorf("row group %d: %w", i, err)
		}
	}
	if c.Numbers == nil && c.Texts == nil {
		c.Numbers = []float64{}
	}
	return c, nil
}

func (c *TableColumn) append(cells *cells, convert func(*cells, int32) float64, text func(*cells, int32) string) error {
	cells.spell()
	if convert != nil && c.Texts == nil && !cells.beyondFloat() {
		for _, at := range cells.index {
			x := math.NaN()
			if at >= 0 {
				x = convert(cells, at)
			}
			c.Numbers = append(c.Numbers, x)
		}
		return nil
	}
	if c.Numbers != nil { // an earlier row group still fitted
		for i := range c.Numbers {
			c.Texts = append(c.Texts, c.Text(i))
		}
		c.Numbers = nil
	}
	texts := make([]string, cells.values())
	for i := range texts {
		texts[i] = text(cells, int32(i))
		if !utf8.ValidString(texts[i]) {
			return fmt.Errorf("value %q is not UTF-8 (leave the column out): %w", texts[i], credit.ErrInvalid)
		}
	}
	if c.Texts == nil {
		c.Texts = []string{}
	}
	for _, at := range cells.index {
		s := ""
		if at >= 0 {
			s = texts[at]
		}
		c.Texts = append(c.Texts, s)
	}
	return nil
}

// beyondFloat reports whether an integer is too large for a float64 to hold exactly.
func (c *cells) beyondFloat() bool {
	for _, x := range c.int64s {
		if x > 1<<53 || x < -1<<53 {
			return true
		}
	}
	return false
}

// converter says how values of the leaf become numbers, nil where they do not, and texts.
func converter(leaf *parquet.Column) (number func(*cells, int32) float64, text func(*cells, int32) string, err error) {
	logical := format.LogicalType{}
	if l := leaf.Type().LogicalType(); l != nil {
		logical = *l
	}
	switch l := logical.Value.(type) {
	case *format.DateType:
		return nil, func(c *cells, i int32) string { return credit.Date(c.int32s[i]).String() }, nil
	case *format.TimestampType:
		return nil, timestamp(l), nil
	case *format.DecimalType:
		if leaf.Type().Kind() != parquet.Int32 && leaf.Type().Kind() != parquet.Int64 {
			return nil, nil, fmt.Errorf("decimals in bytes (cast the column to double): %w", credit.ErrInvalid)
		}
		scale := math.Pow10(int(l.Scale))
		return func(c *cells, i int32) float64 { return c.integer(i) / scale },
			func(c *cells, i int32) string { return decimal(c.int64s[i], int(l.Scale)) }, nil
	}
	digits := func(c *cells, i int32) string { return fmt.Sprint(c.int64s[i]) }
	unsigned := false
	if l, ok := logical.Value.(*format.IntType); ok {
		unsigned = !l.IsSigned
	}
	switch leaf.Type().Kind() {
	case parquet.Double:
		return func(c *cells, i int32) float64 { return c.doubles[i] }, nil, nil
	case parquet.Float:
		return func(c *cells, i int32) float64 { return float64(c.floats[i]) }, nil, nil
	case parquet.Int32:
		if unsigned {
			return func(c *cells, i int32) float64 { return float64(uint32(c.int32s[i])) }, nil, nil
		}
		return (*cells).integer, nil, nil
	case parquet.Int64:
		if unsigned {
			digits = func(c *cells, i int32) string { return fmt.Sprint(uint64(c.int64s[i])) }
		}
		return (*cells).integer, digits, nil
	case parquet.Boolean:
		return func(c *cells, i int32) float64 { return float64(bit(c.bools[i])) }, nil, nil
	case parquet.ByteArray:
		return nil, func(c *cells, i int32) string { return string(c.texts[i]) }, nil
	}
	return nil, nil, fmt.Errorf("type %s (leave the column out): %w", leaf.Type(), credit.ErrInvalid)
}

// decimal writes n with scale digits after the point.
func decimal(n int64, scale int) string {
	s := fmt.Sprintf("%0*d", scale+1, n)
	return s[:len(s)-scale] + "." + s[len(s)-scale:]
}

func (c *cells) integer(i int32) float64 {
	if c.int32s != nil {
		return float64(c.int32s[i])
	}
	return float64(c.int64s[i])
}

// timestamp writes the day, and the time where it is not midnight.
func timestamp(l *format.TimestampType) func(*cells, int32) string {
	return func(c *cells, i int32) string {
		var t time.Time
		switch l.Unit.Value.(type) {
		case *format.MilliSeconds:
			t = time.UnixMilli(c.int64s[i])
		case *format.MicroSeconds:
			t = time.UnixMicro(c.int64s[i])
		default:
			t = time.Unix(0, c.int64s[i])
		}
		if t = t.UTC(); t.Equal(t.Truncate(24 * time.Hour)) {
			return t.Format(time.DateOnly)
		}
		return t.Format("2006-01-02T15:04:05.999999999")
	}
}
