package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/scoring"
	"hengxin/store"
)

// accounts reads who is registered, verified and has authorised, and says what each rests on.
func (c *kpiCmd) accounts(ctx context.Context, db *store.DB) (map[credit.Subject]*scoring.Account, []basisLine, error) {
	all := map[credit.Subject]*scoring.Account{}
	at := func(s credit.Subject) *scoring.Account {
		if all[s] == nil {
			all[s] = &scoring.Account{Registered: credit.NoDate, Verified: credit.NoDate}
		}
		return all[s]
	}
	basis := []basisLine{{"平台注册、实名认证：" + c.Accounts, "registered and verified: " + c.Accounts}, {"有效授权：数据库中的授权", "authorised: consents of the database"}}
	if c.Accounts != "" {
		if err := readAccounts(c.Accounts, at); err != nil {
			return nil, nil, err
		}
	} else {
		basis[0] = basisLine{"平台注册：数据库主体登记表；实名认证：签署过授权的主体", "registered: the register of names of the database; verified: who signed a consent, which takes a check of the real name"}
		if err := eachRow(ctx, db, "subjects", func(row struct {
			Subject credit.Subject `json:"subject"`
			Day     credit.Date    `json:"day"`
		}) error {
			at(row.Subject).Registered = row.Day
			return nil
		}); err != nil {
			return nil, nil, err
		}
	}
	err := eachRow(ctx, db, "consents", func(row struct {
		Subject credit.Subject `json:"subject"`
		Bytes   string         `json:"bytes"`
		Ended   string         `json:"withdrawn_day"`
	}) error {
		return addConsent(at(row.Subject), row.Bytes, row.Ended, c.Accounts == "")
	})
	return all, basis, err
}

// addConsent adds the period of a consent, as the database exports it; verifies says that its signature is also what
// registration and verification rest on.
func addConsent(a *scoring.Account, text, ended string, verifies bool) error {
	b, err := hex.DecodeString(strings.TrimPrefix(text, "\\x"))
	if err != nil {
		return fmt.Errorf("consent: %w", err)
	}
	var form struct{ From, To, Signed credit.Date }
	if err := json.Unmarshal(b, &form); err != nil {
		return fmt.Errorf("consent: %w", err)
	}
	period := scoring.Period{From: form.From, To: form.To}
	if ended != "" {
		day, err := credit.ParseDate(ended)
		if err != nil {
			return fmt.Errorf("consent: withdrawn: %w", err)
		}
		if period.To == credit.NoDate || day-1 < period.To {
			period.To = day - 1
		}
	}
	a.Authorised = append(a.Authorised, period)
	if !verifies {
		return nil
	}
	if a.Verified == credit.NoDate || form.Signed < a.Verified {
		a.Verified = form.Signed
	}
	if a.Registered == credit.NoDate || form.Signed < a.Registered { // who signs is on the platform
		a.Registered = form.Signed
	}
	return nil
}

// eachRow reads a table of the database as a stream.
func eachRow[T any](ctx context.Context, db *store.DB, table string, fn func(T) error) error {
	r, w := io.Pipe()
	go func() {
		_, err := db.ExportTable(ctx, table, w)
		w.CloseWithError(err)
	}()
	defer r.Close()
	lines := bufio.NewReader(r)
	for dec := json.NewDecoder(lines); ; {
		var row T
		if err := dec.Decode(&row); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading table %s: %w", table, err)
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}

// tableOf opens a table and finds columns in it; those after the bar may be missing.
func tableOf(path string, columns ...string) (*datasets.Table, map[string]*datasets.TableColumn, error) {
	t, err := datasets.OpenTable(path, datasets.TableOptions{})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	found, optional := map[string]*datasets.TableColumn{}, false
	for _, name := range columns {
		if name == "|" {
			optional = true
			continue
		}
		if found[name] = t.Column(name); found[name] == nil && !optional {
			return nil, nil, fmt.Errorf("%s: no column %s: want %s", path, name, strings.Join(columns, ", "))
		}
	}
	return t, found, nil
}

// textAt is a cell as text, "" where it is missing or the column is.
func textAt(c *datasets.TableColumn, i int) string {
	switch {
	case c == nil:
		return ""
	case c.Texts != nil:
		return c.Texts[i]
	case math.IsNaN(c.Numbers[i]):
		return ""
	}
	return fmt.Sprintf("%.0f", c.Numbers[i])
}

// readAccounts reads subject, registered and verified.
func readAccounts(path string, at func(credit.Subject) *scoring.Account) error {
	t, col, err := tableOf(path, "subject", "registered", "verified")
	if err != nil {
		return err
	}
	for i := range t.Rows {
		subject, _, err := credit.ParseSubject(textAt(col["subject"], i))
		if err != nil {
			return fmt.Errorf("%s: row %d: %w", path, i+1, err)
		}
		a := at(subject)
		for _, cell := range []struct {
			name string
			day  *credit.Date
		}{{"registered", &a.Registered}, {"verified", &a.Verified}} {
			if s := textAt(col[cell.name], i); s != "" {
				if *cell.day, err = credit.ParseDate(s); err != nil {
					return fmt.Errorf("%s: row %d: %s: %w", path, i+1, cell.name, err)
				}
			}
		}
	}
	return nil
}

// securities are the words of what stands behind a loan.
var securities = map[string]scoring.Security{"": scoring.SecurityUnknown, "credit": scoring.SecurityNone, "信用": scoring.SecurityNone,
	"guarantee": scoring.SecurityAny, "保证": scoring.SecurityAny, "mortgage": scoring.SecurityAny, "抵押": scoring.SecurityAny,
	"pledge": scoring.SecurityAny, "质押": scoring.SecurityAny}

// readLoans joins loans and balances by loan.
func readLoans(loans, balances string) (map[credit.Subject][]scoring.LoanBalance, []basisLine, error) {
	if loans == "" && balances == "" {
		return nil, []basisLine{{"贷款：未提供（--loans、--balances）", "loans: none given (--loans, --balances)"}}, nil
	}
	if loans == "" || balances == "" {
		return nil, nil, fmt.Errorf("kpi: --loans and --balances belong together")
	}
	t, col, err := tableOf(loans, "loan", "subject", "|", "security")
	if err != nil {
		return nil, nil, err
	}
	type loan struct {
		subject  credit.Subject
		security scoring.Security
	}
	byID := make(map[string]loan, t.Rows)
	for i := range t.Rows {
		subject, _, err := credit.ParseSubject(textAt(col["subject"], i))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: row %d: %w", loans, i+1, err)
		}
		word := textAt(col["security"], i)
		security, ok := securities[word]
		if !ok {
			return nil, nil, fmt.Errorf("%s: row %d: security %q: want credit, guarantee, mortgage or pledge", loans, i+1, word)
		}
		byID[textAt(col["loan"], i)] = loan{subject, security}
	}
	basis := []basisLine{{fmt.Sprintf("贷款：%s %d 笔，余额 %s", loans, t.Rows, balances), fmt.Sprintf("loans: %d of %s, balances of %s", t.Rows, loans, balances)}}
	if col["security"] == nil {
		basis = append(basis, basisLine{"贷款：无 security 列，信用贷款余额不详", "loans: no column security: balances without collateral are not known"})
	}
	t, col, err = tableOf(balances, "loan", "day", "balance_fen")
	if err != nil {
		return nil, nil, err
	}
	out := map[credit.Subject][]scoring.LoanBalance{}
	for i := range t.Rows {
		l, ok := byID[textAt(col["loan"], i)]
		if !ok {
			return nil, nil, fmt.Errorf("%s: row %d: loan %s is not in %s", balances, i+1, textAt(col["loan"], i), loans)
		}
		day, err := credit.ParseDate(textAt(col["day"], i))
		if err != nil || col["balance_fen"].Numbers == nil || !(col["balance_fen"].Numbers[i] >= 0) {
			return nil, nil, fmt.Errorf("%s: row %d: want a day and a balance in fen of 0 or more", balances, i+1)
		}
		out[l.subject] = append(out[l.subject], scoring.LoanBalance{Day: day, Fen: credit.Fen(col["balance_fen"].Numbers[i]), Security: l.security})
	}
	return out, basis, nil
}

// readBenchmarks reads averages: measure, value, from, to, citation. None of them is believed without its citation.
func readBenchmarks(path string) ([]credit.BenchmarkRow, error) {
	if path == "" {
		return nil, nil
	}
	t, col, err := tableOf(path, "measure", "value", "from", "to", "citation")
	if err != nil {
		return nil, err
	}
	var rows []credit.BenchmarkRow
	for i := range t.Rows {
		bad := func(why string) error { return fmt.Errorf("%s: row %d: %s", path, i+1, why) }
		r := credit.BenchmarkRow{Row: credit.Row{Table: path, To: credit.NoDate, Citation: textAt(col["citation"], i)}, Measure: textAt(col["measure"], i)}
		if r.From, err = credit.ParseDate(textAt(col["from"], i)); err != nil {
			return nil, bad("from: " + err.Error())
		}
		if s := textAt(col["to"], i); s != "" {
			if r.To, err = credit.ParseDate(s); err != nil {
				return nil, bad("to: " + err.Error())
			}
		}
		values := col["value"].Numbers
		switch {
		case !contains(credit.Measures(), r.Measure):
			return nil, bad("measure " + r.Measure + ": want one of " + strings.Join(credit.Measures(), ", "))
		case values == nil || !(values[i] >= 0 && values[i] <= 1):
			return nil, bad("value: want a share of 0 to 1")
		case r.Citation == "":
			return nil, bad("no citation")
		}
		r.Value = values[i]
		rows = append(rows, r)
	}
	return rows, nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
