// Command ingest measures the record log: append, append again, history and scan, on SQLite and PostgreSQL, both
// keeping what is committed through a loss of power. It makes its records itself.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hengxin/credit"
	"hengxin/store"
	"hengxin/store/storetest"

	"golang.org/x/sync/errgroup"
)

type config struct {
	records, batch int
	readers        int
	profile        string
}

func main() {
	var c config
	databases := flag.String("db", "sqlite,postgres", "databases to measure")
	sizes := flag.String("records", "100000,500000,2000000,5000000", "how many records to append")
	flag.IntVar(&c.batch, "batch", 100_000, "records of one append")
	flag.IntVar(&c.readers, "readers", 2, "readers of the parallel scan")
	flag.StringVar(&c.profile, "profile", "", "write a CPU profile of the first append here")
	flag.Parse()
	fmt.Println(header)
	for _, database := range strings.Split(*databases, ",") {
		for _, size := range strings.Split(*sizes, ",") {
			if _, err := fmt.Sscan(size, &c.records); err != nil {
				exit(err)
			}
			if err := measure(database, c); err != nil {
				exit(err)
			}
		}
	}
}

func exit(err error) {
	fmt.Fprintln(os.Stderr, "ingest:", err)
	os.Exit(1)
}

const header = `| database | records | batch | append k/s | last tenth k/s | longest append ms | wall us | CPU us | last tenth CPU us | again k/s | history p50 us | p99 us | scan s | scan, 2 readers s | in order s | data MB | peak MB |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|`

func measure(database string, c config) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "hengxin-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	url := filepath.Join(dir, "log.db")
	r := run{config: c, server: func() time.Duration { return 0 }}
	if database == "postgres" {
		server, err := storetest.StartServer(ctx, storetest.ServerOptions{Durable: true, Settings: map[string]string{
			"shared_buffers": "512MB", "max_wal_size": "4GB"}})
		if err != nil {
			return err
		}
		defer server.Stop()
		r.server = server.CPU
		if url, err = server.Create(ctx, "bench", "template0"); err != nil {
			return err
		}
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer db.Close()
	r.db, r.url = db, url
	for _, step := range []func(context.Context) error{r.append, r.again, r.histories, r.scan, r.scanParts, r.inOrder} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	fmt.Printf("| %s | %d | %d | %.0f | %.0f | %d | %.2f | %.2f | %.2f | %.0f | %d | %d | %.2f | %.2f | %.2f | %d | %d |\n", database, c.records, c.batch,
		r.rate, r.lastTenth, r.longest.Milliseconds(), r.wall, r.cpu, r.cpuLastTenth, r.rateAgain, r.p50.Microseconds(), r.p99.Microseconds(),
		r.scanned.Seconds(), r.scannedParts.Seconds(), r.ordered.Seconds(), r.size>>20, peak()>>20)
	return nil
}

type run struct {
	config
	db     *store.DB
	url    string
	server func() time.Duration // processor time of the server's processes

	rate, lastTenth, rateAgain float64 // 1,000 records/s
	longest                    time.Duration
	p50, p99                   time.Duration
	scanned, scannedParts      time.Duration
	ordered                    time.Duration
	added                      int
	wall, cpu, cpuLastTenth    float64 // us a record, the first two with what the database leaves until its next checkpoint
	size                       int64
}

// used is the processor time of both sides so far.
func (r *run) used() time.Duration { return cpuTime() + r.server() }

// cost is what one append took.
type cost struct{ wall, cpu time.Duration }

// offer appends all records in batches; making them is not counted.
func (r *run) offer(ctx context.Context) (took []cost, added int, err error) {
	m := storetest.NewMaker(1, r.records)
	var batch []credit.Record
	for done := 0; done < r.records; done += len(batch) {
		batch = m.Make(batch[:0], min(r.batch, r.records-done))
		start, used := time.Now(), r.used()
		a, err := r.db.Append(ctx, batch)
		if err != nil {
			return nil, 0, err
		}
		took = append(took, cost{time.Since(start), r.used() - used})
		added += a.Added
	}
	return took, added, nil
}

func sum(all []cost) (total cost) {
	for _, one := range all {
		total.wall += one.wall
		total.cpu += one.cpu
	}
	return total
}

func (r *run) append(ctx context.Context) error {
	stop := profile(r.profile)
	took, added, err := r.offer(ctx)
	stop()
	if err != nil {
		return err
	}
	r.added = added
	whole := sum(took)
	r.rate = float64(r.records) / 1000 / whole.wall.Seconds()
	tenth := max(1, len(took)/10)
	last, records := sum(took[len(took)-tenth:]), float64(min(tenth*r.batch, r.records))
	r.lastTenth = records / 1000 / last.wall.Seconds()
	r.cpuLastTenth = last.cpu.Seconds() * 1e6 / records
	r.longest = slices.MaxFunc(took, func(a, b cost) int { return cmp.Compare(a.wall, b.wall) }).wall
	start, used := time.Now(), r.used()
	if err := r.settle(ctx); err != nil {
		return err
	}
	r.wall = (whole.wall + time.Since(start)).Seconds() * 1e6 / float64(r.records)
	r.cpu = (whole.cpu + r.used() - used).Seconds() * 1e6 / float64(r.records)
	return nil
}

func (r *run) again(ctx context.Context) error {
	took, added, err := r.offer(ctx)
	if err == nil && added > 0 {
		err = fmt.Errorf("appending again added %d records", added)
	}
	r.rateAgain = float64(r.records) / 1000 / sum(took).wall.Seconds()
	return err
}

func (r *run) histories(ctx context.Context) error {
	m := storetest.NewMaker(1, r.records)
	var took []time.Duration
	var h []credit.Record
	for i := range 5000 {
		s := storetest.Subject(i * 7919 % m.Subjects)
		start := time.Now()
		var err error
		if h, err = r.db.History(ctx, h[:0], s, store.Latest); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	r.p50, r.p99 = took[len(took)/2], took[len(took)*99/100]
	return nil
}

func (r *run) scan(ctx context.Context) error {
	start, n := time.Now(), 0
	err := r.db.Scan(ctx, store.Latest, func(_ credit.Subject, records []credit.Record) error { n += len(records); return nil })
	r.scanned = time.Since(start)
	return r.all(n, err)
}

func (r *run) all(n int, err error) error {
	if err == nil && n != r.added {
		return fmt.Errorf("read %d records of %d", n, r.added)
	}
	return err
}

func (r *run) scanParts(ctx context.Context) error {
	start := time.Now()
	ranges, err := r.db.Ranges(ctx, r.readers)
	if err != nil {
		return err
	}
	counts := make([]int, len(ranges))
	var g errgroup.Group
	for i, part := range ranges {
		g.Go(func() error {
			return r.db.ScanRange(ctx, part, store.Latest, func(_ credit.Subject, records []credit.Record) error {
				counts[i] += len(records)
				return nil
			})
		})
	}
	err = g.Wait()
	r.scannedParts = time.Since(start)
	n := 0
	for _, c := range counts {
		n += c
	}
	return r.all(n, err)
}

func (r *run) inOrder(ctx context.Context) error {
	start, n := time.Now(), 0
	err := r.db.Records(ctx, 1, store.Latest, func(credit.Position, *credit.Record) error { n++; return nil })
	r.ordered = time.Since(start)
	return r.all(n, err)
}

// peak is the most memory that this process held, from the kernel.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kb int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}
