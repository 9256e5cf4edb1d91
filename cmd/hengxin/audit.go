package main

import (
	"context"
	"fmt"
	"time"

	"hengxin/credit"
	"hengxin/store"
)

// auditCmd reads and checks the audit.
type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check the whole chain."`
	Head   auditHeadCmd   `cmd:"" help:"Print the head, to be kept outside."`
	List   auditListCmd   `cmd:"" help:"List entries, of a subject or all."`
}

// Help shows an example.
func (c *auditCmd) Help() string {
	return `Every entry carries the hash of the one before it. A head that was printed and kept outside proves later that nothing up
to it was changed and nothing cut off.

  hengxin audit head > head.txt
  hengxin audit verify --head "$(cat head.txt)"
  hengxin audit list --subject 91320500MA1MTEXT2D     who asked about this firm`
}

type auditVerifyCmd struct {
	Head string `placeholder:"SEQ:HASH" help:"A head that was kept outside; the chain must pass through it."`
}

// Help shows an example.
func (c *auditVerifyCmd) Help() string {
	return `  hengxin audit verify --head "$(cat head.txt)"`
}

// Run checks the chain.
func (c *auditVerifyCmd) Run(ctx context.Context, g *cli) error {
	var anchor store.AuditHead
	if c.Head != "" {
		var err error
		if anchor, err = store.ParseAuditHead(c.Head); err != nil {
			return err
		}
	}
	return withAudit(ctx, g, func(db *store.DB) error {
		head, err := db.VerifyAudit(ctx, anchor)
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(map[string]any{"entries": head.Seq, "head": head.String(), "anchored": c.Head != ""})
		}
		fmt.Printf("the chain of %d entries holds; head %s\n", head.Seq, head)
		return nil
	})
}

type auditHeadCmd struct{}

// Help shows an example.
func (c *auditHeadCmd) Help() string {
	return `  hengxin audit head > head.txt`
}

// Run prints the head.
func (c *auditHeadCmd) Run(ctx context.Context, g *cli) error {
	return withAudit(ctx, g, func(db *store.DB) error {
		head, err := db.AuditHead(ctx)
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(map[string]string{"head": head.String()})
		}
		fmt.Println(head)
		return nil
	})
}

type auditListCmd struct {
	Subject string `placeholder:"CODE" help:"Only what concerns this subject."`
	After   int64  `help:"Only entries after this number."`
}

// auditRow is an entry as --json prints it, one a line.
type auditRow struct {
	Seq     int64  `json:"seq"`
	At      string `json:"at"`
	Actor   string `json:"actor"`
	Action  string `json:"action"`
	Object  string `json:"object"`
	Subject string `json:"subject"`
	Detail  string `json:"detail"`
}

// Help shows an example.
func (c *auditListCmd) Help() string {
	return `  hengxin audit list --subject 91320500MA1MTEXT2D     who asked about this firm`
}

// Run lists the entries.
func (c *auditListCmd) Run(ctx context.Context, g *cli) error {
	subject := credit.Subject(c.Subject)
	if c.Subject != "" {
		var err error
		if subject, _, err = credit.ParseSubject(c.Subject); err != nil {
			return err
		}
	}
	return withAudit(ctx, g, func(db *store.DB) error {
		return db.EachAudit(ctx, c.After, func(e *store.AuditEntry) error {
			if subject != "" && e.Subject != string(subject) {
				return nil
			}
			r := auditRow{e.Seq, e.At.Format(time.RFC3339Nano), e.Actor, e.Action, e.Object, e.Subject, e.Detail}
			if g.JSON {
				return printJSON(r)
			}
			_, err := fmt.Printf("%6d  %s  %-24s  %-16s  %s  %s  %s\n", r.Seq, r.At, r.Actor, r.Action, r.Object, r.Subject, r.Detail)
			return err
		})
	})
}

func withAudit(ctx context.Context, g *cli, do func(*store.DB) error) error {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}
