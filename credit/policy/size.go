package policy

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"hengxin/credit"
)

//go:embed size.csv
var sizeCSV []byte

// Size is a firm's class by the standard for small and medium firms (domain page 3.4).
type Size uint8

const (
	SizeUnknown Size = iota // it cannot be told: [Sized.Why] says what is missing
	SizeMicro               // 微型
	SizeSmall               // 小型
	SizeMedium              // 中型
	SizeLarge               // 大型
)

var sizeNames = []struct{ name, zh string }{{"unknown", "未知"}, {"micro", "微型"}, {"small", "小型"}, {"medium", "中型"}, {"large", "大型"}}

// String returns unknown, micro, small, medium or large.
func (s Size) String() string { return sizeNames[s].name }

// Zh returns the Chinese name.
func (s Size) Zh() string { return sizeNames[s].zh }

// MarshalText writes the name.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// NoPeople stands for a number of people employed that is not stated.
const NoPeople int64 = -1

// SizeFacts is what the standard asks of a firm. What is not stated is [NoPeople] or [credit.NoFen], never zero.
type SizeFacts struct {
	Industry string     // GB/T 4754 code, of as many digits as are known
	People   int64      // employed
	Revenue  credit.Fen // of the year
	Assets   credit.Fen // total, at its end
}

// Why a size cannot be told.
const (
	WhyNoStandard      = "no_standard_in_force"
	WhyNoIndustry      = "industry_missing"
	WhyBadIndustry     = "industry_invalid"
	WhyCoarseIndustry  = "industry_too_coarse" // K70 holds developers and property managers, who are measured differently
	WhyOutside         = "industry_outside"    // the standard does not speak of finance, education, health and public bodies
	WhyMeasureMissing  = "measure_missing"
	WhyMeasureNegative = "measure_negative"
)

// Sized is a size with what it rests on.
type Sized struct {
	Size    Size     `json:"size"`
	Row     string   `json:"row,omitempty"`     // id of the row of the standard
	Why     string   `json:"why,omitempty"`     // of SizeUnknown
	Missing []string `json:"missing,omitempty"` // measures the row asks for and that are not stated: people, revenue, assets
}

// sizeRow is one row of the standard. Bounds are lower bounds of large, medium and small, people or fen; NaN-free: a
// measure that does not count is nil.
type sizeRow struct {
	credit.Row
	industry string
	prefixes []string
	bounds   [3]*[3]int64 // people, revenue, assets
}

var measureNames = [3]string{"people", "revenue", "assets"}

var sizeTable = sync.OnceValue(func() []sizeRow {
	rows, err := parseSizes(sizeCSV)
	if err != nil {
		panic("policy: embedded " + err.Error())
	}
	return rows
})

var sizeHeader = []string{"id", "published", "in_force_from", "in_force_to", "industry", "zh", "industries",
	"people_large", "people_medium", "people_small", "revenue_large", "revenue_medium", "revenue_small",
	"assets_large", "assets_medium", "assets_small", "citation", "verified", "note"}

func parseSizes(text []byte) ([]sizeRow, error) {
	lines, err := factRows("size.csv", text, sizeHeader...)
	if err != nil {
		return nil, err
	}
	var rows []sizeRow
	for _, cells := range lines {
		r, err := parseSize(cells)
		if err != nil {
			return nil, fmt.Errorf("size.csv: row %s: %w", cells[0], err)
		}
		for _, old := range rows {
			if old.ID == r.ID || overlap(old, r) {
				return nil, fmt.Errorf("size.csv: row %s: overlaps %s: %w", r.ID, old.ID, credit.ErrInvalid)
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func overlap(a, b sizeRow) bool {
	if a.To != credit.NoDate && a.To < b.From || b.To != credit.NoDate && b.To < a.From {
		return false
	}
	return slices.ContainsFunc(a.prefixes, func(p string) bool { return slices.Contains(b.prefixes, p) })
}

func parseSize(cells []string) (r sizeRow, err error) {
	r.ID, r.industry, r.Citation, r.Note = cells[0], cells[4], cells[16], cells[18]
	r.Published, r.From, r.To = credit.NoDate, credit.NoDate, credit.NoDate
	for i, d := range []*credit.Date{&r.Published, &r.From, &r.To} {
		if err := setDate(d, cells[1+i]); err != nil {
			return r, err
		}
	}
	if err := r.Verified.UnmarshalText([]byte(cells[17])); err != nil {
		return r, err
	}
	if r.ID == "" || r.Citation == "" || r.From == credit.NoDate || r.To != credit.NoDate && r.To < r.From {
		return r, fmt.Errorf("want id, citation and days in order: %w", credit.ErrInvalid)
	}
	for _, p := range strings.Split(cells[6], ";") {
		if row, err := Industry(p); err != nil || row.Code != p {
			return r, fmt.Errorf("industries: %q: want a code with its section: %w", p, credit.ErrInvalid)
		}
		r.prefixes = append(r.prefixes, p)
	}
	for m := range r.bounds {
		if r.bounds[m], err = parseBounds(cells[7+3*m:10+3*m], m > 0); err != nil {
			return r, fmt.Errorf("%s: %w", measureNames[m], err)
		}
	}
	return r, nil
}

// wan is 万元 in fen.
const wan = 1_000_000

// parseBounds reads the bounds of large, medium and small; money is in 万元. All empty: the measure does not count.
func parseBounds(cells []string, money bool) (*[3]int64, error) {
	if strings.Join(cells, "") == "" {
		return nil, nil
	}
	var b [3]int64
	for i, s := range cells {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/wan {
			return nil, fmt.Errorf("bounds %v: want three whole numbers: %w", cells, credit.ErrInvalid)
		}
		b[i] = n
	}
	if b[0] <= b[1] || b[1] <= b[2] {
		return nil, fmt.Errorf("bounds %v: want large above medium above small: %w", cells, credit.ErrInvalid)
	}
	if money {
		for i := range b {
			b[i] *= wan
		}
	}
	return &b, nil
}

// SizeClass returns the size of a firm by the row of the standard in force on the day: large, medium and small need every
// measure of the row at its lower bound or above, and a firm is micro where one measure is below that of small. So one
// measure below decides even where another is not stated; otherwise a measure that is not stated makes the size unknown,
// with the reason, and nothing is guessed. Source: 工信部联企业〔2011〕300号.
func SizeClass(f SizeFacts, on credit.Date) Sized {
	row, why := findSize(f.Industry, on)
	if row == nil {
		return Sized{Why: why}
	}
	if !slices.ContainsFunc(row.bounds[:], func(b *[3]int64) bool { return b != nil }) {
		return Sized{Row: row.ID, Why: WhyOutside}
	}
	values := [3]int64{f.People, int64(f.Revenue), int64(f.Assets)}
	stated := [3]bool{f.People != NoPeople, f.Revenue != credit.NoFen, f.Assets != credit.NoFen}
	return row.classify(values, stated)
}

func (r *sizeRow) classify(values [3]int64, stated [3]bool) Sized {
	done := Sized{Size: SizeLarge, Row: r.ID}
	for m, bounds := range r.bounds {
		switch {
		case bounds == nil:
			continue
		case !stated[m]:
			done.Missing = append(done.Missing, measureNames[m])
			continue
		case values[m] < 0:
			return Sized{Row: r.ID, Why: WhyMeasureNegative}
		}
		own := SizeMicro
		for i, lower := range bounds {
			if values[m] >= lower {
				own = SizeLarge - Size(i)
				break
			}
		}
		done.Size = min(done.Size, own)
	}
	if len(done.Missing) > 0 && done.Size != SizeMicro {
		done.Size, done.Why = SizeUnknown, WhyMeasureMissing
	}
	return done
}

// findSize returns the row in force whose beginning of a code is the longest that the industry has.
func findSize(industry string, on credit.Date) (best *sizeRow, why string) {
	if strings.TrimSpace(industry) == "" {
		return nil, WhyNoIndustry
	}
	in, err := Industry(industry)
	if err != nil {
		return nil, WhyBadIndustry
	}
	longest, rows := 0, sizeTable()
	why = WhyNoStandard
	for i := range rows {
		r := &rows[i]
		if on < r.From || r.To != credit.NoDate && on > r.To {
			continue
		}
		if why == WhyNoStandard {
			why = WhyOutside
		}
		for _, p := range r.prefixes {
			switch {
			case strings.HasPrefix(in.Code, p) && len(p) > longest:
				best, longest = r, len(p)
			case strings.HasPrefix(p, in.Code):
				why = WhyCoarseIndustry
			}
		}
	}
	return best, why
}
