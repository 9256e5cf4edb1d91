package scoring

import (
	"cmp"
	"slices"

	"hengxin/credit"
)

// Indicators of the policy itself by city and month (苏信用办发〔2023〕11号 一（二）): how many firms there are, have
// registered on the platform, are verified by real name and have authorised a bank; what share of the loan balance is
// without collateral; and what share of the firms is on a severe list or was penalised.

// KPICell is one city in one month. Shares are NaN-free: a share without a base is absent, and its Why says so.
type KPICell struct {
	City         string      `json:"city"` // four digits of the division, "" where neither record nor code says
	Day          credit.Date `json:"day"`  // the month's last day, or the last day asked for
	Firms        int         `json:"firms"`
	Accounts     int         `json:"accounts"`   // registered on the platform
	Verified     int         `json:"verified"`   // of these, verified by real name
	Authorised   int         `json:"authorised"` // of these, with a consent in force
	Severe       int         `json:"severe"`     // on a severe list on the day
	Counted      int         `json:"counted"`    // with a penalty that counts on the day
	Penalised    int         `json:"penalised"`  // penalised in the twelve months before
	Balance      credit.Fen  `json:"balance_fen"`
	Credit       credit.Fen  `json:"credit_balance_fen"`  // of loans without collateral
	UnknownLoans credit.Fen  `json:"unknown_balance_fen"` // of loans whose security is not stated: in no share
}

// Account is what the platform knows of a subject beside its records.
type Account struct {
	Registered credit.Date // on the platform; NoDate where it is not
	Verified   credit.Date // by real name; NoDate where it is not
	Authorised []Period    // consents
}

// Period is a stretch of days; To is NoDate while it has no end.
type Period struct{ From, To credit.Date }

// holds reports whether the day lies within.
func (p Period) holds(d credit.Date) bool { return d >= p.From && (p.To == credit.NoDate || d <= p.To) }

// LoanBalance is what a subject owes at a month's end.
type LoanBalance struct {
	Day      credit.Date
	Fen      credit.Fen
	Security Security
}

// Security is what stands behind a loan.
type Security uint8

// Securities; only loans without any are credit loans (信用贷款).
const (
	SecurityUnknown Security = iota
	SecurityNone             // 信用
	SecurityAny              // 保证, 抵押, 质押
)

// KPI counts subjects into cells, one subject after the other: its memory is cities times days, whatever the log holds.
type KPI struct {
	days  []credit.Date
	cells map[string][]KPICell
}

// NewKPI counts on the given days, which it puts in order.
func NewKPI(days []credit.Date) *KPI {
	days = slices.Clone(days)
	slices.Sort(days)
	return &KPI{days: slices.Compact(days), cells: map[string][]KPICell{}}
}

// Add counts one subject by its resolved history, which may be empty, its account and its loans. A firm is a subject
// whose registration is known on the day and that is not struck off, revoked or gone; only firms are counted. Its city is
// that of its registration's division as of the day, and where the record states none, of its code.
func (k *KPI) Add(h *credit.History, subject credit.Subject, a *Account, loans []LoanBalance) {
	for i, day := range k.days {
		firm, closed, division := registeredOn(h, day)
		if !firm || closed {
			continue
		}
		c := k.cell(cityOf(subject, division), i)
		c.Firms++
		k.account(c, a, day)
		k.adverse(c, h, day)
		for _, l := range loans {
			if l.Day != day {
				continue
			}
			c.Balance += l.Fen
			switch l.Security {
			case SecurityNone:
				c.Credit += l.Fen
			case SecurityUnknown:
				c.UnknownLoans += l.Fen
			}
		}
	}
}

// Cells returns the cells by city and day, and with them the sums over all cities, under city "all".
func (k *KPI) Cells() []KPICell {
	var out []KPICell
	sums := make([]KPICell, len(k.days))
	for _, cells := range k.cells {
		for i := range cells {
			if cells[i].Firms > 0 {
				out = append(out, cells[i])
			}
			sums[i].add(&cells[i])
		}
	}
	for i := range sums {
		sums[i].City, sums[i].Day = "all", k.days[i]
	}
	out = append(out, sums...)
	slices.SortFunc(out, func(a, b KPICell) int {
		return cmp.Or(cmp.Compare(a.City, b.City), cmp.Compare(a.Day, b.Day))
	})
	return out
}

func (c *KPICell) add(o *KPICell) {
	c.Firms += o.Firms
	c.Accounts += o.Accounts
	c.Verified += o.Verified
	c.Authorised += o.Authorised
	c.Severe += o.Severe
	c.Counted += o.Counted
	c.Penalised += o.Penalised
	c.Balance += o.Balance
	c.Credit += o.Credit
	c.UnknownLoans += o.UnknownLoans
}

// Share returns a share that has a benchmark; ok is false where it has no base.
func (c *KPICell) Share(measure string) (share float64, ok bool) {
	part, whole := 0.0, 0.0
	switch measure {
	case credit.MeasureCreditLoanShare:
		part, whole = float64(c.Credit), float64(c.Balance-c.UnknownLoans)
	case credit.MeasureSevereShare:
		part, whole = float64(c.Severe), float64(c.Firms)
	case credit.MeasurePenalisedShare:
		part, whole = float64(c.Penalised), float64(c.Firms)
	}
	if whole <= 0 {
		return 0, false
	}
	return part / whole, true
}

func (k *KPI) cell(city string, i int) *KPICell {
	cells := k.cells[city]
	if cells == nil {
		cells = make([]KPICell, len(k.days))
		for j := range cells {
			cells[j].City, cells[j].Day = city, k.days[j]
		}
		k.cells[city] = cells
	}
	return &cells[i]
}

func (k *KPI) account(c *KPICell, a *Account, day credit.Date) {
	if a == nil || a.Registered == credit.NoDate || a.Registered > day {
		return
	}
	c.Accounts++
	if a.Verified == credit.NoDate || a.Verified > day {
		return
	}
	c.Verified++
	if slices.ContainsFunc(a.Authorised, func(p Period) bool { return p.holds(day) }) {
		c.Authorised++
	}
}

// adverse counts the firm once for each share, however many records it has.
func (k *KPI) adverse(c *KPICell, h *credit.History, day credit.Date) {
	severe, counted, penalised := false, false, false
	for i := range h.Entries {
		e := &h.Entries[i]
		kind := e.Record.Kind
		if kind != credit.KindSevereListing && kind != credit.KindPenalty {
			continue
		}
		span, r := standingOn(e, day)
		switch {
		case span == nil || span.State == credit.StateRevoked:
		case kind == credit.KindSevereListing:
			severe = severe || span.Counted
		default:
			counted = counted || span.Counted
			penalised = penalised || r.Event > day.AddMonths(-12) && span.State != credit.StateNotPublicised
		}
	}
	c.Severe += one(severe)
	c.Counted += one(counted)
	c.Penalised += one(penalised)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cityOf is the prefecture of a division, or of the code's registering division; "" where there is neither.
func cityOf(s credit.Subject, division string) string {
	if len(division) < 4 && s.Class() != credit.ClassUnknown && len(s) == 18 {
		division = string(s[2:8])
	}
	if len(division) < 4 {
		return ""
	}
	return division[:4]
}
