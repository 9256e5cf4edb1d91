// Command build measures the dataset build with the whole catalogue: 30 records a firm, five as-of days, from the
// product's own record file, from SQLite and from PostgreSQL.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hengxin/store/storetest"
)

const (
	from = "2020-01-01" // gives 30 records a firm
	asOf = "2024-12-31,2025-03-31,2025-06-30,2025-09-30,2025-12-31"
	days = 5
)

func main() {
	subjects := flag.Int("subjects", 150_000, "firms of the generated province; its dense profile has about 33 records each")
	dir := flag.String("dir", "out/bench-build", "directory to work in; it is emptied")
	runs := flag.Int("runs", 3, "builds from each source; the median counts")
	binary := flag.String("hengxin", "bin/hengxin", "the program")
	set := flag.String("indicators", "all", "indicator set to build")
	flag.Parse()
	if err := run(*binary, *dir, *set, *subjects, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(binary, dir, set string, subjects, runs int) error {
	ctx := context.Background()
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	server, err := storetest.StartServer(ctx, storetest.ServerOptions{Durable: true, Settings: map[string]string{"shared_buffers": "512MB", "max_wal_size": "4GB"}})
	if err != nil {
		return err
	}
	defer server.Stop()
	url, err := server.Create(ctx, "build", "template1")
	if err != nil {
		return err
	}
	province, lite := filepath.Join(dir, "province"), filepath.Join(dir, "build.db")
	records := filepath.Join(province, "synth-records.parquet")
	prepare := [][]string{
		{"synth", "--subjects", strconv.Itoa(subjects), "--profile", "dense", "--from", from, "--out", province},
		{"--db", lite, "records", "import", records},
		{"--db", url, "records", "import", records},
	}
	fmt.Println("| step | wall s | CPU s | peak MB |\n|---|---|---|---|")
	for i, args := range prepare {
		took, err := measure(binary, args)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %.1f | %.1f | %d |\n", [...]string{"synth into a record file", "import into SQLite", "import into PostgreSQL"}[i], took.wall, took.cpu, took.peakMB)
	}
	fmt.Println("\n| build from | wall s (each) | median firm-dates/s | CPU s | peak MB |\n|---|---|---|---|---|")
	for _, source := range []struct {
		name string
		args []string
	}{{"record file", []string{"--records", records}}, {"SQLite", []string{"--db", lite}}, {"PostgreSQL", []string{"--db", url}}} {
		if err := builds(binary, dir, source.name, set, source.args, subjects, runs); err != nil {
			return err
		}
	}
	return nil
}

// builds runs one source's builds and prints its line.
func builds(binary, dir, name, set string, source []string, subjects, runs int) error {
	var walls []float64
	var last taken
	for range runs {
		out := filepath.Join(dir, "dataset")
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		args := append([]string{"dataset", "build", "--as-of", asOf, "--indicators", set, "--out", out}, source...)
		took, err := measure(binary, args)
		if err != nil {
			return err
		}
		walls, last = append(walls, took.wall), took
	}
	text := make([]string, len(walls))
	for i, w := range walls {
		text[i] = fmt.Sprintf("%.2f", w)
	}
	fmt.Printf("| %s | %s | %.0f | %.1f | %d |\n", name, strings.Join(text, " "), float64(subjects*days)/median(walls), last.cpu, last.peakMB)
	return nil
}

type taken struct {
	wall, cpu float64
	peakMB    int64
}

// measure runs the program and takes the operating system's account of it.
func measure(binary string, args []string) (taken, error) {
	cmd := exec.Command(binary, args...)
	var notes strings.Builder
	cmd.Stderr = &notes
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return taken{}, fmt.Errorf("%s %s: %w\n%s", binary, strings.Join(args, " "), err, notes.String())
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return taken{time.Since(began).Seconds(), (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), usage.Maxrss / 1024}, nil
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[len(sorted)/2]
}
