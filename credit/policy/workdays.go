package policy

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"

	"hengxin/credit"
)

//go:embed workdays.csv
var workdaysCSV string

// Calendar knows which days are working days: weekends and statutory holidays are not, make-up days on weekends are
// (domain page 1.7). It knows the years of its table and refuses every other: a guess would be a wrong deadline.
type Calendar struct {
	changed map[credit.Date]bool // days unlike the plain week: true for working days
	years   map[int]bool
}

// Workdays returns the calendar that comes with the program, made from the State Council's yearly notices.
func Workdays() *Calendar { return workdays() }

var workdays = sync.OnceValue(func() *Calendar {
	c, err := ParseCalendar(workdaysCSV)
	if err != nil {
		panic("policy: embedded calendar: " + err.Error())
	}
	return c
})

// ParseCalendar reads rows of day, is (off or work) and name. It returns [credit.ErrInvalid] and the row at fault. A
// year is known where a row speaks of it.
func ParseCalendar(text string) (*Calendar, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.FieldsPerRecord = '#', 3
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("calendar: %w: %w", err, credit.ErrInvalid)
	}
	c := &Calendar{changed: map[credit.Date]bool{}, years: map[int]bool{}}
	for i, row := range rows {
		if i == 0 && row[0] == "day" {
			continue
		}
		day, err := credit.ParseDate(row[0])
		if err != nil || row[1] != "off" && row[1] != "work" {
			return nil, fmt.Errorf("calendar: row %d: %q: want a day, and off or work: %w", i, row, credit.ErrInvalid)
		}
		c.changed[day] = row[1] == "work"
		y, _, _ := day.YMD()
		c.years[y] = true
	}
	return c, nil
}

// IsWorkday reports whether day is a working day; [credit.ErrInvalid] for a year without a table.
func (c *Calendar) IsWorkday(day credit.Date) (bool, error) {
	if y, _, _ := day.YMD(); !c.years[y] {
		return false, fmt.Errorf("working days of %d: no table for that year: add its rows to workdays.csv: %w", y, credit.ErrInvalid)
	}
	if work, ok := c.changed[day]; ok {
		return work, nil
	}
	weekday := (int(day)%7 + 11) % 7 // 1970-01-01 was a Thursday: 0 is Sunday
	return weekday != 0 && weekday != 6, nil
}

// Add returns the day on which a limit of n working days ends that begins on day, which is itself not counted.
func (c *Calendar) Add(day credit.Date, n int) (credit.Date, error) {
	for n > 0 {
		day++
		work, err := c.IsWorkday(day)
		if err != nil {
			return credit.NoDate, err
		}
		if work {
			n--
		}
	}
	return day, nil
}
