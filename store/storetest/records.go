package storetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"

	"hengxin/credit"
)

// Maker makes records that were never facts: the same ones for the same seed, and nothing else.
type Maker struct {
	Subjects int // how many they speak of
	Repeats  int // of a hundred, how many are one made before

	rng  *rand.Rand
	made []credit.Record // some of them, to repeat
}

// NewMaker returns a maker of about 30 records a subject.
func NewMaker(seed uint64, records int) *Maker {
	return &Maker{Subjects: records/30 + 1, Repeats: 2, rng: rand.New(rand.NewPCG(seed, 1))}
}

const remembered = 4096

// Make appends n records to dst, of subjects taken by chance. Their bodies are in one piece of memory.
func (m *Maker) Make(dst []credit.Record, n int) []credit.Record {
	bodies := make([]byte, 0, 100*n)
	for range n {
		if len(m.made) > 0 && m.rng.IntN(100) < m.Repeats {
			dst = append(dst, m.made[m.rng.IntN(len(m.made))])
			continue
		}
		var r credit.Record
		r, bodies = m.record(bodies)
		dst = append(dst, r)
		m.remember(r)
	}
	return dst
}

func (m *Maker) remember(r credit.Record) {
	if len(m.made) >= remembered && m.rng.IntN(100) > 0 {
		return
	}
	r.Body = bytes.Clone(r.Body) // or it would hold the bodies of its whole batch
	if len(m.made) < remembered {
		m.made = append(m.made, r)
		return
	}
	m.made[m.rng.IntN(remembered)] = r
}

// Subject names the i-th subject: it looks like a unified social credit code and is none.
func Subject(i int) credit.Subject {
	return credit.Subject(fmt.Sprintf("91%06dMA%06XXX", 330000+i%1000, i))
}

var authorities = []string{"杭州市市场监督管理局", "宁波市生态环境局", "温州市应急管理局", "嘉兴市税务局", "绍兴市人民法院"}

func (m *Maker) record(bodies []byte) (credit.Record, []byte) {
	event := credit.NewDate(2015, 1, 1) + credit.Date(m.rng.IntN(3650))
	r := credit.Record{
		Subject: Subject(m.rng.IntN(m.Subjects)), Kind: credit.KindPenalty,
		Severity: credit.Severity(1 + m.rng.IntN(3)), Received: m.rng.IntN(10) == 0,
		Event: event, Known: event + credit.Date(m.rng.IntN(60)),
		Source: "made", Amount: credit.Fen(m.rng.IntN(10_000_000)),
	}
	at := len(bodies)
	body := credit.AppendBody(bodies, credit.FieldAuthority, authorities[m.rng.IntN(len(authorities))])
	body = credit.AppendBody(body, credit.FieldDocNo, fmt.Sprintf("浙罚〔2020〕%d号", m.rng.IntN(1<<30)))
	body = credit.AppendBody(body, credit.FieldType, "fine")
	r.Body = body[at:len(body):len(body)]
	r.Seal()
	return r, body
}
