package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"time"
)

// settle has the database do what it left for later: until its next checkpoint what was appended is in its journal
// only. It counts as part of the cost, or a small log would look cheaper than a large one by what it still owes.
func (r *run) settle(ctx context.Context) error {
	driver, command, size := "sqlite", "PRAGMA wal_checkpoint(TRUNCATE)", "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
	if strings.HasPrefix(r.url, "postgres:") {
		driver, command, size = "pgx", "CHECKPOINT", "SELECT pg_database_size(current_database())"
	}
	db, err := sql.Open(driver, r.url)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, command); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return db.QueryRowContext(ctx, size).Scan(&r.size)
}

// cpuTime is the processor time of this process.
func cpuTime() time.Duration {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var ticks, n int64
	for _, field := range fields[11:13] { // user and system time, in hundredths of a second
		if _, err := fmt.Sscan(field, &n); err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
