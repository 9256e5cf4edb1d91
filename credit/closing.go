package credit

// Closing is what a record says of the end of its subject.
type Closing uint8

// The ends of a firm.
const (
	NotClosing    Closing = iota // nothing, or in a word that is not known
	ClosingStruck                // 注销, 吊销
	ClosingMoved                 // 迁出: it goes on in another register
)

var closingWords = map[string]Closing{
	"cancelled": ClosingStruck, "revoked": ClosingStruck, "注销": ClosingStruck, "吊销": ClosingStruck, "已注销": ClosingStruck, "已吊销": ClosingStruck,
	"moved": ClosingMoved, "迁出": ClosingMoved, "已迁出": ClosingMoved,
}

// Closing returns what the record says of the end of its subject: a closure, a registration in such a state, or such a
// change. Whether it counts on a day is for its standing to say.
func (r *Record) Closing() Closing {
	switch r.Kind {
	case KindClosure, KindRegistration:
		status, _ := r.Body.Get(FieldStatus)
		return closingWords[string(status)]
	case KindChange:
		item, _ := r.Body.Get(FieldItem)
		if string(item) == "status" {
			item, _ = r.Body.Get(FieldAfter)
		}
		return closingWords[string(item)]
	}
	return NotClosing
}
