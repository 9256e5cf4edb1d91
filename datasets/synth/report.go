package synth

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
)

// worker holds the memory of one goroutine: a world and the records made of it.
type worker struct {
	*gen
	world     world
	made      []credit.Record
	bytes     []byte // all bodies of the subject
	begin     int    // where the body being written begins
	now       stream // lags and flaws
	doc       int    // running number of documents
	text      []byte // a document number
	law       lawful
	handovers []credit.Date   // days on which the register changed the legal representative
	strays    []credit.Record // decisions under a code of which the check character fails
}

func (p *Province) newWorker() *worker { return &worker{gen: &p.gen} }

func (w *worker) live(index uint64) { w.gen.live(index, &w.world) }

// report makes the records of the world that are known by the end of the province's time, sealed and in (known date,
// id) order. They are valid until the next call.
func (w *worker) report() []credit.Record {
	w.made, w.bytes, w.doc, w.law.done = w.made[:0], w.bytes[:0], 0, false
	w.handovers, w.strays = w.handovers[:0], w.strays[:0]
	w.now = newStream(w.seed, w.world.firm.Index, partReports)
	w.reportRegistration()
	for i := range w.world.penalties {
		w.reportPenalty(&w.world.penalties[i])
	}
	w.reportSpells()
	w.reportPromises()
	w.reportActivity()
	w.reportPapers()
	w.reportLinks()
	w.reportBlocks()
	sortRecords(w.made)
	// Two facts of a day that read alike, such as two changes of address, are one record.
	w.made = slices.CompactFunc(w.made, func(a, b credit.Record) bool { return a.ID == b.ID })
	return w.made
}

// Body writing: begin, then values in ascending field order, then end.

func (w *worker) body() *worker { w.begin = len(w.bytes); return w }

func (w *worker) put(f credit.Field, text string) *worker {
	w.bytes = credit.AppendBody(w.bytes, f, text)
	return w
}

func (w *worker) putInt(f credit.Field, n int64) *worker {
	var buf [24]byte
	return w.put(f, string(strconv.AppendInt(buf[:0], n, 10)))
}

func (w *worker) putDate(f credit.Field, d credit.Date) *worker {
	var buf [16]byte
	return w.put(f, string(d.AppendTo(buf[:0])))
}

// putDoc writes a document number of the subject: 合成, the year, the subject's index and a running number.
func (w *worker) putDoc(day credit.Date, number int) *worker {
	year, _, _ := day.YMD()
	b := append(w.text[:0], "合成〔"...)
	b = strconv.AppendInt(b, int64(year), 10)
	b = append(b, "〕"...)
	b = strconv.AppendUint(b, w.world.firm.Index, 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, int64(number), 10)
	w.text = append(b, "号"...)
	return w.put(credit.FieldDocNo, string(w.text))
}

// putCase writes the number of a court's case: the year, 合成, the subject's index and a running number.
func (w *worker) putCase(day credit.Date, number int) *worker {
	year, _, _ := day.YMD()
	b := append(w.text[:0], "（"...)
	b = strconv.AppendInt(b, int64(year), 10)
	b = append(b, "）合成民"...)
	b = strconv.AppendUint(b, w.world.firm.Index, 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, int64(number), 10)
	w.text = append(b, "号"...)
	return w.put(credit.FieldDocNo, string(w.text))
}

// putPromise writes the twenty digits of a commitment's number: division, day, serial.
func (w *worker) putPromise(day credit.Date, number int) *worker {
	b := append(w.text[:0], w.world.firm.Division...)
	year, month, dom := day.YMD()
	b = strconv.AppendInt(b, int64(year*10_000+month*100+dom), 10)
	b = strconv.AppendInt(b, int64(number%1_000_000), 10)
	w.text = b
	return w.put(credit.FieldDocNo, string(b))
}

// putWords writes the texts that every commitment must have.
func (w *worker) putWords() *worker {
	return w.put(credit.FieldCause, "合成事由").put(credit.FieldContent, "合成承诺").put(credit.FieldCommitTerms, "合成责任").put(credit.FieldPublicity, "public")
}

func (w *worker) end() credit.Body { return credit.Body(w.bytes[w.begin:len(w.bytes):len(w.bytes)]) }

// fact is one record before it is known.
type fact struct {
	kind   credit.Kind
	src    source
	event  credit.Date
	lag    int // days until it is known, before outages
	target credit.ID
	amount credit.Fen
	flags  credit.Flags
}

// add seals a record with the body just written and returns its id. A record that is known only after the province's
// time is left out and has the zero id, and so are its followers.
func (w *worker) add(f fact) credit.ID {
	known := w.arrival(f.src, f.event+credit.Date(f.lag))
	if known > w.to || f.kind.IsFollower() && f.target.IsZero() && f.kind != credit.KindBankruptcy && f.kind != credit.KindRepairBan {
		return credit.ID{}
	}
	w.made = append(w.made, credit.Record{Subject: w.world.firm.Subject, Kind: f.kind, Flags: f.flags, Event: f.event, Known: known,
		Source: markedSources[f.src], Target: f.target, Amount: f.amount, Body: w.end()})
	r := &w.made[len(w.made)-1]
	r.Seal()
	return r.ID
}

// lag draws the days until a department's decision is supplied.
func (w *worker) lag() int {
	return int(math.Round(min(w.now.logNormal(w.rates.Penalties.LagMedianDays, w.lagSD), 120)))
}

// each calls yield with the subject's records and, where decisions went astray, with those of each misspelt code, in
// ascending order of codes: they differ in the last character only.
func (w *worker) each(records []credit.Record, yield func(credit.Subject, []credit.Record) error) error {
	own := w.world.firm.Subject
	if len(w.strays) == 0 {
		return yield(own, records)
	}
	slices.SortFunc(w.strays, func(a, b credit.Record) int {
		return cmp.Or(strings.Compare(string(a.Subject), string(b.Subject)), a.Compare(&b))
	})
	told := false
	for rest := w.strays; len(rest) > 0 || !told; {
		if !told && (len(rest) == 0 || own < rest[0].Subject) {
			told = true
			if err := yield(own, records); err != nil {
				return err
			}
			continue
		}
		n := 1
		for n < len(rest) && rest[n].Subject == rest[0].Subject {
			n++
		}
		if err := yield(rest[0].Subject, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

func sortRecords(records []credit.Record) {
	// Insertion sort: histories are short and nearly in order by part; swapping 130-byte records is the cost.
	for i := 1; i < len(records); i++ {
		if records[i-1].Compare(&records[i]) <= 0 {
			continue
		}
		r := records[i]
		j := i
		for ; j > 0 && records[j-1].Compare(&r) > 0; j-- {
			records[j] = records[j-1]
		}
		records[j] = r
	}
}

func (w *worker) authority(department uint8) string {
	return w.authorities[w.world.firm.city][department]
}

// reportRegistration writes the registration, and the end of the firm as a registration of another status.
func (w *worker) reportRegistration() {
	f := &w.world.firm
	w.registrationBody("active")
	w.add(fact{kind: credit.KindRegistration, src: srcRegister, event: f.Established, amount: credit.NoFen})
	if f.Ceased != credit.NoDate {
		w.registrationBody("cancelled")
		w.add(fact{kind: credit.KindRegistration, src: srcRegister, event: f.Ceased, lag: 1, amount: credit.NoFen})
	}
}

func (w *worker) registrationBody(status string) {
	f := &w.world.firm
	b := w.body().put(credit.FieldName, f.Name).put(credit.FieldStatus, status)
	if f.Capital != credit.NoFen {
		b.putInt(credit.FieldCapital, int64(f.Capital))
	}
	nature := "legal_person"
	if f.Individual() {
		nature = "individual_business"
	}
	b.put(credit.FieldIndustry, f.industryCode()).put(credit.FieldDivision, f.Division).put(credit.FieldClass, classNames[f.Class]).
		putDate(credit.FieldEstablished, f.Established).put(credit.FieldNature, nature)
}

var classNames = map[string]string{"91": "有限责任公司", "92": "个体工商户", "93": "农民专业合作社"}

func (f *Firm) industryCode() string { return f.Section + f.Industry }
