// Command pit runs the product's fold over the point-in-time benchmark: the 40 indicators of the benchmark's spec.md, from
// its records.parquet to one Parquet file of firms x days rows.
//
//	pit DATA_DIR OUT.parquet
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"hengxin/credit"
)

// meta is the benchmark's meta.json.
type meta struct {
	Firms   int      `json:"firms"`
	Records int      `json:"records"`
	AsOf    []string `json:"as_of"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: pit DATA_DIR OUT.parquet")
		os.Exit(2)
	}
	debug.SetGCPercent(30) // the rows are one large block that stays: collecting often costs little and holds memory down
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "pit:", err)
		os.Exit(1)
	}
}

func run(dir, out string) error {
	text, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil {
		return err
	}
	var m meta
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("read meta.json: %w", err)
	}
	days := make([]credit.Date, len(m.AsOf))
	for i, s := range m.AsOf {
		if days[i], err = credit.ParseDate(s); err != nil {
			return fmt.Errorf("read meta.json: %w", err)
		}
	}
	log, err := readLog(filepath.Join(dir, "records.parquet"), m.Firms)
	if err != nil {
		return err
	}
	return writeRows(out, log, m.Firms, days)
}
