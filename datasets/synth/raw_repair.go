package synth

import "hengxin/credit"

// FileRawRepairs are the results of repair as the credit site would send them (mapping credit-repair): lost ones are not in
// it, and some are about decisions that never came.
const FileRawRepairs = "synth-repairs-raw.csv"

var rawRepairColumns = []string{"企业名称", "统一社会信用代码", "行政处罚决定文书号", "处罚机关统一社会信用代码", "处罚机关", "履行完毕日期",
	"申请日期", "受理日期", "办结日期", "办理结果", "不予修复原因"}

// repair writes the rows of what became of an application: a rejection and an approval are a row each.
func (t *rawTable) repair(w *worker, p *penalty) error {
	if p.applied == never || p.arrived == credit.NoDate || p.record.IsZero() && !p.astray {
		return nil
	}
	if p.rejected != never {
		if err := t.repairRow(w, p, p.applied, p.rejected, "不予修复"); err != nil {
			return err
		}
	}
	if p.arrived > w.to {
		return nil
	}
	applied := p.applied
	if p.rejected != never {
		applied = p.rejected + 30
	}
	return t.repairRow(w, p, applied, p.repaired, "准予修复")
}

func (t *rawTable) repairRow(w *worker, p *penalty, applied, closed credit.Date, result string) error {
	if closed > w.to {
		return nil
	}
	reason := ""
	if result == "不予修复" {
		reason = "合成：材料不全"
	}
	w.body().putDoc(p.day, p.number)
	f := &w.world.firm
	t.flaws.Repairs++
	t.flaws.Orphans += int64(bit(p.astray))
	return t.repairs.Write([]string{f.Name, string(f.Subject), w.end().Text(credit.FieldDocNo), w.agencyCode(p.department), w.authority(p.department),
		p.performed.String(), applied.String(), (applied + 2).String(), closed.String(), result, reason})
}
