package datasets

import (
	"fmt"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"hengxin/credit"
)

// Type is the type of a column in a file that [Writer] writes.
type Type uint8

// The column types, and the value that stands for a null where the column is optional.
const (
	Text   Type = iota // UTF-8; ""
	Bytes              // any bytes; none
	ID                 // 16 bytes; all zero
	Int32              // [NoInt32]
	Int64              // credit.NoFen, which is the smallest int64
	Date               // days since 1970-01-01; credit.NoDate
	Double             // NaN
)

// NoInt32 stands for a null in an optional Int32 column.
const NoInt32 = int32(credit.NoDate)

// Column is one column of a file.
type Column struct {
	Name     string
	Type     Type
	Optional bool // the value that the type lists as null is written as null
	Plain    bool // do not try a dictionary
	Raw      bool // do not compress: random bytes do not shrink
}

// Vector holds one column's values of one row group; the field that the type calls for is used.
type Vector struct {
	Doubles []float64
	Int32s  []int32 // Int32 and Date
	Int64s  []int64
	Bytes   []byte   // Text, Bytes: the values one after another; ID: 16 bytes each
	Ends    []uint32 // Text, Bytes: where each value ends in Bytes
	Sparse  *Sparse  // Double, optional: where not nil, in place of Doubles
}

// AppendBytes appends one value of a Text or Bytes column.
func (v *Vector) AppendBytes(b []byte) {
	v.Bytes = append(v.Bytes, b...)
	v.Ends = append(v.Ends, uint32(len(v.Bytes)))
}

// AppendText appends one value of a Text or Bytes column.
func (v *Vector) AppendText(s string) {
	v.Bytes = append(v.Bytes, s...)
	v.Ends = append(v.Ends, uint32(len(v.Bytes)))
}

// Reset empties the vector and keeps its memory.
func (v *Vector) Reset() {
	v.Doubles, v.Int32s, v.Int64s = v.Doubles[:0], v.Int32s[:0], v.Int64s[:0]
	v.Bytes, v.Ends = v.Bytes[:0], v.Ends[:0]
}

// rows is the number of values in v for a column of type t.
func (v *Vector) rows(t Type) int {
	switch t {
	case Double:
		if v.Sparse != nil {
			return v.Sparse.Rows
		}
		return len(v.Doubles)
	case Int32, Date:
		return len(v.Int32s)
	case Int64:
		return len(v.Int64s)
	case ID:
		return len(v.Bytes) / 16
	}
	return len(v.Ends)
}

// physical is how Parquet stores each type.
var physical = [...]format.Type{Text: format.ByteArray, Bytes: format.ByteArray, ID: format.FixedLenByteArray,
	Int32: format.Int32, Int64: format.Int64, Date: format.Int32, Double: format.Double}

// element is the column's place in the schema.
func (c Column) element() format.SchemaElement {
	e := format.SchemaElement{Name: c.Name, Type: thrift.New(physical[c.Type]), RepetitionType: thrift.New(format.Required)}
	if c.Optional {
		e.RepetitionType = thrift.New(format.Optional)
	}
	switch c.Type {
	case Text:
		e.ConvertedType = thrift.New(deprecated.UTF8)
		e.LogicalType = format.LogicalType{Value: &format.StringType{}}
	case Date:
		e.ConvertedType = thrift.New(deprecated.Date)
		e.LogicalType = format.LogicalType{Value: &format.DateType{}}
	case ID:
		e.TypeLength = thrift.New(int32(16))
	}
	return e
}

func checkColumns(columns []Column) error {
	seen := map[string]bool{}
	for _, c := range columns {
		if c.Name == "" || seen[c.Name] || c.Type > Double {
			return fmt.Errorf("column %q: no name, a name used twice, or no such type: %w", c.Name, credit.ErrInvalid)
		}
		seen[c.Name] = true
	}
	return nil
}
