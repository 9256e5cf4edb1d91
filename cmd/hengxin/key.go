package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"hengxin/store"
)

// keyCmd makes, revokes and lists API keys.
type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make an API key and print it: this is its only copy."`
	Revoke keyRevokeCmd `cmd:"" help:"End an API key, at once."`
	List   keyListCmd   `cmd:"" help:"List API keys."`
}

// Help shows an example.
func (c *keyCmd) Help() string {
	return `Calls over HTTP carry a key: Authorization: Bearer KEY. The database keeps its hash only. Roles: a bank asks for scores
of its own, the platform supplies records and consents, an auditor reads every score.

  hengxin key create --bank bank-a --role bank
  hengxin key revoke 0d7f3a...`
}

type keyCreateCmd struct {
	Bank string `required:"" help:"The bank that the key belongs to, or the platform's name."`
	Role string `required:"" enum:"bank,platform,auditor" help:"What its holder may do: ${enum}."`
	Note string `help:"Who holds it."`
}

// Help shows an example.
func (c *keyCreateCmd) Help() string {
	return `  hengxin key create --bank bank-a --role bank --note "risk department"`
}

// Run makes the key.
func (c *keyCreateCmd) Run(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	by := asking()
	secret, key, err := db.CreateAPIKey(ctx, store.APIKey{Bank: c.Bank, Role: store.Role(c.Role), Note: c.Note, Created: by.At}, by.Actor)
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(map[string]string{"id": key.ID, "key": secret})
	}
	fmt.Println(secret)
	fmt.Fprintf(os.Stderr, "key %s of %s, role %s; it is not shown again\n", key.ID, key.Bank, key.Role)
	return nil
}

type keyRevokeCmd struct {
	ID string `arg:"" help:"Id of the key: its 16 digits after hx1_."`
}

// Help shows an example.
func (c *keyRevokeCmd) Help() string {
	return `  hengxin key revoke 554cec380456301f      the id that key list shows`
}

// Run revokes the key.
func (c *keyRevokeCmd) Run(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	by := asking()
	return db.RevokeAPIKey(ctx, c.ID, by.At, by.Actor)
}

type keyListCmd struct{}

// Help shows an example.
func (c *keyListCmd) Help() string {
	return `  hengxin --json key list`
}

// Run lists the keys, revoked ones included.
func (c *keyListCmd) Run(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	keys, err := db.APIKeys(ctx)
	if err != nil {
		return err
	}
	type row struct {
		ID      string `json:"id"`
		Bank    string `json:"bank"`
		Role    string `json:"role"`
		Note    string `json:"note"`
		Created string `json:"created"`
		Revoked string `json:"revoked"`
	}
	rows := make([]row, 0, len(keys))
	for _, k := range keys {
		r := row{ID: k.ID, Bank: k.Bank, Role: string(k.Role), Note: k.Note, Created: k.Created.Format(time.RFC3339)}
		if !k.Revoked.IsZero() {
			r.Revoked = k.Revoked.Format(time.RFC3339)
		}
		rows = append(rows, r)
	}
	if g.JSON {
		return printJSON(rows)
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "ID\tBANK\tROLE\tCREATED\tREVOKED\tNOTE")
	for _, r := range rows {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Bank, r.Role, r.Created, r.Revoked, r.Note)
	}
	return out.Flush()
}
