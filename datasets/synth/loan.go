package synth

import (
	"fmt"
	"math"
	"strconv"

	"hengxin/credit"
)

// Bank is a generated lender.
type Bank struct {
	Code string   `yaml:"code" json:"code"`
	Name string   `yaml:"name" json:"name"`
	Home []string `yaml:"home,omitempty" json:"home,omitempty"` // cities of a regional bank
}

// Loan is one loan with its months.
type Loan struct {
	ID      string
	Subject credit.Subject
	Bank    string
	Start   credit.Date
	Months  int // term
	Amount  credit.Fen
	Rate    float64 // percent a year
	Size    string
	States  []LoanState
	Seen    []Observation
}

// LoanState is a loan at the end of a month.
type LoanState struct {
	Day     credit.Date
	Overdue int    // days past due
	Class   string // pass, special_mention, substandard, doubtful or loss (domain page 4.4)
	Balance credit.Fen
}

// Observation is a day on which a loan is in order and its next twelve months are asked about: its first day, and each
// anniversary within the term.
type Observation struct {
	AsOf        credit.Date
	Probability float64 // true probability of default within 12 months
	Logit       float64 // its log odds
	Visible     float64 // log odds without the unseen firm factor, what nobody reports, and what the law of the day hides
	Unseen      float64 // the firm's unseen factor, standard normal
	Bad         bool    // the outcome that was drawn: more than 90 days overdue within 12 months
	BadDay      credit.Date
	Mature      bool // the twelve months are over by the end of the province's time
	Factors     [numFactors]uint8
}

// Horizon is the number of months that a label looks ahead.
const Horizon = 12

// loans makes the loans of the world's subject, one after the other, until one fails or the time is over. The records
// must have been reported: what a lender sees rests on them.
func (w *worker) loans(dst []Loan) []Loan {
	f := &w.world.firm
	s := newStream(w.seed, f.Index, partLoans)
	r := &w.rates.Loans
	if !s.chance(r.Borrowers.of(f.Individual())) {
		return dst
	}
	from, to, ok := w.span(f)
	bank := w.bank(&s)
	day := max(w.from.AddMonths(12), f.Established+180)
	if ok {
		day = w.cohort(day + credit.Date(s.below(min(365, int(to-from)+1))))
	}
	controller := w.controller()
	for n := 0; ok && day < to; n++ {
		if n > 0 && s.chance(0.2) {
			bank = w.bank(&s)
		}
		loan, next := w.loan(&s, day, controller)
		loan.ID = fmt.Sprintf("SL%09d%03d", f.Index, n)
		loan.Bank = w.rates.Banks.Rows[bank].Code
		dst = append(dst, loan)
		if next == never {
			break
		}
		for day = next; s.chance(r.Idle); {
			day = w.cohort(day + 1)
		}
	}
	return dst
}

// cohort is the first day on or after the given one on which loans are paid out.
func (g *gen) cohort(day credit.Date) credit.Date {
	_, month, _ := day.YMD()
	months := g.rates.Loans.CohortMonths
	return day.AddMonths((months - month%months) % months).MonthEnd()
}

// loan makes one loan from its first day; next is the day on which it is paid back, never where it is not.
func (w *worker) loan(s *stream, start credit.Date, controller *world) (loan Loan, next credit.Date) {
	f, r := &w.world.firm, &w.rates.Loans
	loan = Loan{Subject: f.Subject, Start: start, Size: f.Size}
	loan.Months, _ = strconv.Atoi(w.terms.names[w.terms.draw(s)])
	yuan := s.logNormal(r.AmountMedian.of(f.Individual()), r.AmountSD.of(f.Individual()))
	if !f.Individual() {
		yuan *= r.SizeFactor[f.Size]
	}
	loan.Amount = credit.Fen(max(1, math.Round(min(yuan, 3e8)/1e4))) * 1_000_000
	loan.Rate = math.Round(max(2, r.RateMean+float64(r.RateSD*s.normal()))*100) / 100
	bad := never
	for m := 0; m < loan.Months && bad == never; m += Horizon {
		day := start.AddMonths(m).MonthEnd()
		if day > w.to {
			break
		}
		o := w.observe(s, day, controller)
		loan.Seen = append(loan.Seen, o)
		bad = o.BadDay
	}
	if bad == never {
		w.performing(s, &loan)
		return loan, start.AddMonths(loan.Months).MonthEnd()
	}
	w.failing(s, &loan, bad)
	return loan, never
}

// observe draws the outcome of twelve months from the true probability of the day.
func (w *worker) observe(s *stream, day credit.Date, controller *world) Observation {
	o := Observation{AsOf: day, Unseen: w.world.firm.unseen, BadDay: never, Mature: day.AddMonths(Horizon) <= w.to}
	o.Factors = w.factors(day)
	if controller != nil && w.world.links.holder.since <= day && controller.troubled(day) {
		o.Factors[controllerTroubled] = 1
	}
	seen, err := w.visibleFactors(day, o.Factors)
	if err != nil {
		panic("synth: generated history: " + err.Error()) // the generator made the history, so it is at fault
	}
	o.Visible = w.logit(day, &seen)
	o.Logit = w.logit(day, &o.Factors) + float64(w.rates.Loans.FirmSD*w.world.firm.unseen)
	o.Probability = logistic(o.Logit)
	u, month := s.unit(), s.between(4, Horizon)
	if u < o.Probability {
		// A loan in order on the day is more than 90 days overdue in the fourth month at the earliest.
		o.Bad, o.BadDay = true, day.AddMonths(month).MonthEnd()
	}
	return o
}

// controller is the world, lists and courts only, of the enterprise that holds half or more of the subject.
func (w *worker) controller() *world {
	h := w.world.links.holder
	if h.since == 0 || h.share < 50 {
		return nil
	}
	var c world
	w.firm(h.index, &c.firm)
	w.liveSpells(&c)
	return &c
}

// performing lays out the months of a loan that is paid back, some of them late.
func (w *worker) performing(s *stream, loan *Loan) {
	r := &w.rates.Loans
	late := 0 // months in a row
	for m := 1; m <= loan.Months; m++ {
		switch {
		case late > 0 && late < 3 && s.chance(r.SlipOn):
			late++
		case late == 0 && m < loan.Months && s.chance(r.Slip):
			late = 1
		default:
			late = 0
		}
		days := 0
		if late > 0 {
			days = 30*(late-1) + 1 + s.below(29)
		}
		if !w.addState(loan, m, days) {
			return
		}
	}
	loan.States[len(loan.States)-1].Balance = 0
}

// failing lays out the months of a loan that is more than 90 days overdue on the day bad, until it is resolved.
func (w *worker) failing(s *stream, loan *Loan, bad credit.Date) {
	r := &w.rates.Loans
	missed := bad - 91
	resolved := bad + credit.Date(min(s.logNormal(r.ResolvedMedianMonths, r.ResolvedSD), 60)*30.4)
	for m := 1; ; m++ {
		day := loan.Start.AddMonths(m).MonthEnd()
		if day > resolved {
			break
		}
		if !w.addState(loan, m, max(0, int(day-missed))) {
			return
		}
	}
	if n := len(loan.States); n > 0 {
		loan.States[n-1].Balance = 0
	}
}

// addState appends the state of month m; it reports false past the end of the province's time.
func (w *worker) addState(loan *Loan, m, overdue int) bool {
	day := loan.Start.AddMonths(m).MonthEnd()
	if day > w.to {
		return false
	}
	loan.States = append(loan.States, LoanState{Day: day, Overdue: overdue, Class: classOf(overdue), Balance: loan.Amount})
	return true
}

// classOf is the class by days overdue (2023 No. 1): 90 is special mention and 91 substandard, and so on.
func classOf(overdue int) string {
	switch {
	case overdue <= 0:
		return "pass"
	case overdue <= 90:
		return "special_mention"
	case overdue <= 270:
		return "substandard"
	case overdue <= 360:
		return "doubtful"
	}
	return "loss"
}

// layBanks weighs the banks by class and city: regional banks lend at home, each bank has its own appetite.
func (g *gen) layBanks() {
	for class := range g.banks {
		for c, p := range places {
			sum := 0.0
			for _, b := range g.rates.Banks.Rows {
				weight := b.Share
				if indexOf(b.Home, p.code) >= 0 {
					weight *= g.rates.Banks.HomeFactor
				}
				if class == 1 {
					weight *= b.Individuals
				}
				sum += weight
				g.banks[class][c] = append(g.banks[class][c], sum)
			}
		}
	}
}

func (w *worker) bank(s *stream) int {
	class := 0
	if w.world.firm.Individual() {
		class = 1
	}
	return search(w.banks[class][w.world.firm.city], s.unit())
}

// Loans returns the loans of the subject with that index, in order of their first days.
func (p *Province) Loans(index uint64) []Loan {
	w := p.newWorker()
	w.live(index)
	w.report()
	return w.loans(nil)
}
