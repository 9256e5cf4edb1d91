package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"hengxin/credit"
)

// Checked is what Check found.
type Checked struct {
	Records  int64    `json:"records"`
	Subjects int64    `json:"subjects"`
	Erased   int64    `json:"erased"` // records whose body was destroyed
	Digest   Digest   `json:"digest"` // of the log: see DB.Digest
	Problems []string `json:"problems"`
}

// OK reports whether nothing is wrong.
func (c *Checked) OK() bool { return len(c.Problems) == 0 }

// maxProblems is how many problems of one kind are written out: a damaged table has a million.
const maxProblems = 20

func (c *Checked) problem(format string, args ...any) {
	switch n := len(c.Problems); {
	case n < maxProblems:
		c.Problems = append(c.Problems, fmt.Sprintf(format, args...))
	case n == maxProblems:
		c.Problems = append(c.Problems, "and more")
	}
}

// Check reads everything and compares it with itself: positions without gaps and up to the head, every id the digest of
// its content and in the log once, the order by subject the same records at the same positions as the order by
// position, every document what its digest says, and the chain of the audit. What is wrong is in the result; the error
// is for what could not be read.
func (db *DB) Check(ctx context.Context) (c Checked, err error) {
	c.Problems = []string{}
	for _, check := range db.checks() {
		part := Checked{}
		if err := check.run(ctx, &part); err != nil {
			part.problem("%v", err)
		}
		if err := ctx.Err(); err != nil {
			return c, err
		}
		for _, p := range part.Problems {
			c.Problems = append(c.Problems, check.name+": "+p)
		}
		c.Records, c.Subjects = max(c.Records, part.Records), max(c.Subjects, part.Subjects)
		c.Erased = max(c.Erased, part.Erased)
		if !part.Digest.IsZero() {
			c.Digest = part.Digest
		}
	}
	return c, nil
}

type check struct {
	name string
	run  func(context.Context, *Checked) error
}

// checks is the list of what Check looks at.
func (db *DB) checks() []check {
	return []check{{"log", db.checkLog}, {"documents", db.checkDocuments}, {"audit", db.checkAudit}}
}

// multiset is a sum of digests: equal for the same records at the same positions, in whatever order they come.
type multiset struct {
	n      int64
	lo, hi uint64
	buf    []byte
}

func (m *multiset) add(at credit.Position, r *credit.Record) {
	m.buf = r.AppendTo(binary.BigEndian.AppendUint64(m.buf[:0], uint64(at)))
	sum := sha256.Sum256(m.buf)
	m.addSum([16]byte(sum[:16]))
}

func (m *multiset) addSum(sum [16]byte) {
	var carry uint64
	m.lo, carry = bits.Add64(m.lo, binary.LittleEndian.Uint64(sum[:]), 0)
	m.hi, _ = bits.Add64(m.hi, binary.LittleEndian.Uint64(sum[8:]), carry)
	m.n++
}

func (m *multiset) equal(o *multiset) bool { return m.n == o.n && m.lo == o.lo && m.hi == o.hi }

func (db *DB) checkLog(ctx context.Context, c *Checked) error {
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	inOrder, err := db.checkOrder(ctx, c, head)
	if err != nil {
		return err
	}
	bySubject, err := db.checkSubjects(ctx, c, head)
	if err != nil {
		return err
	}
	if !inOrder.equal(bySubject) {
		c.problem("by subject there are %d records, in order of position %d, or they are not the same ones", bySubject.n, inOrder.n)
	}
	return nil
}

func (db *DB) checkOrder(ctx context.Context, c *Checked, head credit.Position) (*multiset, error) {
	var all, known multiset
	var ids idSet
	log, erased := sha256.New(), map[credit.ID]tombstone{}
	want := credit.Position(1)
	err := db.Records(ctx, 1, head, func(at credit.Position, r *credit.Record) error {
		if at != want {
			c.problem("position %d follows %d", at, want-1)
		}
		want = at + 1
		all.add(at, r)
		log.Write(all.buf[8:])
		if on, gone := r.Erased(); gone {
			erased[r.ID] = tombstone{at, on}
		} else if id := sealedID(r); id != r.ID {
			c.problem("position %d: the content of record %s has the id %s", at, r.ID, id)
		}
		known.addSum(r.ID)
		if !ids.add(r.ID) {
			c.problem("position %d: record %s is there twice", at, r.ID)
		}
		return nil
	})
	if want != head+1 {
		c.problem("the last position is %d, the head %d", want-1, head)
	}
	c.Records = all.n
	c.Digest = Digest(log.Sum(nil))
	if err == nil {
		err = db.checkErasures(ctx, c, erased)
	}
	if err != nil {
		return nil, err
	}
	return &all, db.checkIDs(ctx, c, &known)
}

// checkIDs compares the ids by which an append knows what is in the log with those of the records.
func (db *DB) checkIDs(ctx context.Context, c *Checked, want *multiset) error {
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var ids multiset
	err = db.log.ids(ctx, tx, 0, func(id credit.ID) { ids.addSum(id) })
	if !ids.equal(want) {
		c.problem("the %d ids by which duplicates are known are not those of the %d records", ids.n, want.n)
	}
	return err
}

// tombstone is where one lies in the log and the day that it states.
type tombstone struct {
	at credit.Position
	on credit.Date
}

// checkErasures compares the tombstones of the log with the table of erasures: a record cannot be made to vanish by
// putting a tombstone in its place, nor come back by taking its erasure away.
func (db *DB) checkErasures(ctx context.Context, c *Checked, found map[credit.ID]tombstone) error {
	all, err := db.Erasures(ctx)
	if err != nil {
		return err
	}
	c.Erased = int64(len(all))
	for _, e := range all {
		switch t, ok := found[e.ID]; {
		case !ok:
			c.problem("record %s was erased, but the log holds it whole", e.ID)
		case t != tombstone{e.Position, e.Day}:
			c.problem("record %s is erased at position %d on %s, by its erasure at position %d on %s", e.ID, t.at, t.on, e.Position, e.Day)
		case !e.Purged:
			c.problem("record %s is erased, but freed space may still hold its body: run \"hengxin erase --finish\"", e.ID)
		}
		delete(found, e.ID)
	}
	for _, id := range slices.SortedFunc(maps.Keys(found), credit.ID.Compare) {
		c.problem("position %d: record %s is a tombstone, and no erasure speaks of it", found[id].at, id)
	}
	return nil
}

// sealedID is the id that r's content has, whatever id it bears.
func sealedID(r *credit.Record) credit.ID {
	sealed := *r
	sealed.Seal()
	return sealed.ID
}

func (db *DB) checkSubjects(ctx context.Context, c *Checked, head credit.Position) (*multiset, error) {
	var all multiset
	last := credit.Subject("")
	err := db.log.scan(ctx, Range{}, head, func(records []credit.Record, at []credit.Position) error {
		if s := records[0].Subject; c.Subjects > 0 && s <= last {
			c.problem("subject %s follows %s", s, last)
		}
		c.Subjects++
		last = records[0].Subject
		for i := range records {
			if records[i].Subject != last {
				c.problem("record %s of %s lies with %s", records[i].ID, records[i].Subject, last)
			}
			all.add(at[i], &records[i])
		}
		return nil
	})
	return &all, err
}

func (db *DB) checkDocuments(ctx context.Context, c *Checked) error {
	rows, err := db.read.QueryContext(ctx, "SELECT digest, kind, bytes FROM documents")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var d Digest
		var kind string
		var b []byte
		if err := rows.Scan(&d, &kind, &b); err != nil {
			return err
		}
		if DigestOf(b) != d {
			c.problem("%s %s: its bytes have the digest %s", kind, d, DigestOf(b))
		}
	}
	return rows.Err()
}

func (db *DB) checkAudit(ctx context.Context, _ *Checked) error {
	_, err := db.VerifyAudit(ctx, AuditHead{})
	return err
}

// Digest returns the SHA-256 of the records up to the position, in their order, as [credit.Record.AppendTo] writes
// them: two logs with the same digest hold the same records at the same positions.
func (db *DB) Digest(ctx context.Context, upTo credit.Position) (Digest, error) {
	sum := sha256.New()
	var buf []byte
	err := db.Records(ctx, 1, upTo, func(_ credit.Position, r *credit.Record) error {
		buf = r.AppendTo(buf[:0])
		sum.Write(buf)
		return nil
	})
	return Digest(sum.Sum(nil)), err
}
