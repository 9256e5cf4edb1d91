package synth

import (
	"encoding/csv"
	"math"
	"strconv"
	"strings"

	"hengxin/credit"
)

// FileRaw is the penalties as departments would send them: the 双公示 table of 2018 with the flaws of domain page 6.3.
const FileRaw = "synth-penalties-raw.csv"

// rawColumns are the columns of the table that are filled (domain page 2.5), with the procedure, day and field that
// provinces add.
var rawColumns = []string{"CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK",
	"CF_NR_WFFF", "CF_JDRQ", "CF_YXQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "BZ", "CF_AJCX", "CF_GSRQ", "CF_LY"}

// rawTypes and rawFields are how people write our codes.
var rawTypes = strings.NewReplacer("confiscate_gain", "没收违法所得", "confiscate_property", "没收非法财物", "suspend_licence", "暂扣许可证件",
	"downgrade_qualification", "降低资质等级", "revoke_licence", "吊销许可证件", "restrict_operation", "限制开展生产经营活动", "suspend_business", "责令停产停业",
	"no_apply_licence", "不得申请行政许可", "demolish", "责令限期拆除", "warning", "警告", "criticism", "通报批评", "fine", "罚款", "close", "责令关闭", "other", "其他")

var rawFields = map[string]string{"food": "食品", "drug": "药品", "special_equipment": "特种设备", "work_safety": "安全生产", "fire": "消防"}

// Flaws counts the flawed rows of the raw table, copies included.
type Flaws struct {
	Rows           int64 `json:"rows"`
	NoCode         int64 `json:"no_code"`
	FailingCheck   int64 `json:"failing_check"`
	OddlyWritten   int64 `json:"oddly_written"`
	WrongUnit      int64 `json:"wrong_unit"`
	SuppliedBefore int64 `json:"supplied_before"`
	Duplicate      int64 `json:"duplicate"`
	SameName       int64 `json:"same_name"`
	Repairs        int64 `json:"repair_rows"`    // of the raw table of repairs
	Orphans        int64 `json:"repair_orphans"` // of these, about a decision that was never supplied
}

// rawTable writes the table.
type rawTable struct {
	out     *csv.Writer
	repairs *csv.Writer
	cells   [20]string
	flaws   Flaws
}

// write writes a row, or two, for every decision that arrives in time.
func (t *rawTable) write(w *worker) error {
	s := newStream(w.seed, w.world.firm.Index, partRaw)
	for i := range w.world.penalties {
		p := &w.world.penalties[i]
		if err := t.repair(w, p); err != nil {
			return err
		}
		if p.record.IsZero() {
			continue
		}
		t.fill(w, p, &s)
		row := t.spoil(w, p, &s)
		if err := t.put(row); err != nil {
			return err
		}
		if s.chance(w.rates.Flaws.Duplicate) {
			t.cells[15], t.cells[16] = "合成汇总平台", "GENERATED, second source"
			row.Duplicate = 1
			if err := t.put(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// put writes the row and counts its flaws.
func (t *rawTable) put(row Flaws) error {
	f := &t.flaws
	f.Rows++
	f.NoCode += row.NoCode
	f.FailingCheck += row.FailingCheck
	f.OddlyWritten += row.OddlyWritten
	f.WrongUnit += row.WrongUnit
	f.SuppliedBefore += row.SuppliedBefore
	f.Duplicate += row.Duplicate
	f.SameName += row.SameName
	return t.out.Write(t.cells[:])
}

// fill writes the row as it should be.
func (t *rawTable) fill(w *worker, p *penalty, s *stream) {
	f := &w.world.firm
	d := &w.rates.Penalties.Departments[p.department]
	nature, procedure := "法人及非法人组织", "02"
	if f.Individual() {
		nature = "个体工商户"
	}
	if p.simple {
		procedure = "01"
	}
	w.body().putDoc(p.day, p.number)
	types := rawTypes.Replace(p.types)
	t.cells = [20]string{f.Name, nature, string(f.Subject), w.end().Text(credit.FieldDocNo), d.Acts[p.act], "合成事实", "合成依据", types,
		"合成：" + types, tenThousands(p.fine), tenThousands(p.confiscated), p.day.String(), "2099/12/31", w.authority(p.department),
		w.agencyCode(p.department), w.authority(p.department), "GENERATED", procedure,
		w.arrival(source(p.department), p.day+credit.Date(w.rawLag(s))).String(), rawFields[w.sector(p)]}
}

func (w *worker) rawLag(s *stream) int {
	return int(math.Round(min(s.logNormal(w.rates.Penalties.LagMedianDays, w.lagSD), 120)))
}

// spoil puts at most one flaw of the code, and others by themselves, into the row, and says which.
func (t *rawTable) spoil(w *worker, p *penalty, s *stream) (row Flaws) {
	r, u := &w.rates.Flaws, s.unit()
	code := t.cells[2]
	switch {
	case u < r.MissingCode:
		t.cells[2] = ""
		row.NoCode = 1
	case u < r.MissingCode+r.FailingCheck:
		at := codeValue[code[17]]
		t.cells[2] = code[:17] + string(codeAlphabet[(int(at)+1+s.below(29))%31])
		row.FailingCheck = 1
	case u < r.MissingCode+r.FailingCheck+r.OddlyWritten:
		t.cells[2] = [...]string{strings.ToLower(code), " " + code[:8] + " " + code[8:], fullWidth(code)}[s.below(3)]
		row.OddlyWritten = 1
	}
	if p.fine > 0 && s.chance(r.FineInWrongUnit) {
		t.cells[9] = strconv.FormatInt(int64(p.fine)/100, 10)
		row.WrongUnit = 1
	}
	if s.chance(r.SuppliedBeforeDecided) {
		t.cells[18] = (p.day - credit.Date(1+s.below(20))).String()
		row.SuppliedBefore = 1
	}
	if s.chance(r.SameName) {
		t.cells[0] = places[w.world.firm.city].zh + "合成同名" + strconv.Itoa(s.below(50)) + "号" + nameEnding(w.world.firm.Class)
		row.SameName = 1
	}
	return row
}

// tenThousands writes 万元 with six decimals, exactly; nothing for 0.
func tenThousands(f credit.Fen) string {
	if f == 0 {
		return ""
	}
	digits := strconv.FormatInt(int64(f)%1_000_000, 10)
	return strconv.FormatInt(int64(f)/1_000_000, 10) + "." + strings.Repeat("0", 6-len(digits)) + digits
}

func fullWidth(s string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteRune(c + 0xfee0)
	}
	return b.String()
}

// agencyCode is a made-up code of a department of the firm's city, with right checks.
func (w *worker) agencyCode(department uint8) string {
	b := []byte("11" + places[w.world.firm.city].code + "00MB0000" + "  ")
	b = append(b[:14], codeAlphabet[department/10], codeAlphabet[department%10], 0, 0)
	b[16] = organisationCheck(b[8:16])
	b[17] = codeCheck(b[:17])
	return string(b)
}
