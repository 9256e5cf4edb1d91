package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/datasets"
	"hengxin/features"
	"hengxin/store"
)

// datasetCmd builds and shows datasets.
type datasetCmd struct {
	Build datasetBuildCmd `cmd:"" help:"Build a point-in-time dataset: a row of indicators for each firm and as-of day."`
	Mask  datasetMaskCmd  `cmd:"" help:"Name the rows of a dataset that a model may not be trained on."`
	Show  datasetShowCmd  `cmd:"" help:"Check a dataset against its manifest and print what it holds."`
}

type datasetBuildCmd struct {
	AsOf       string `placeholder:"DATES" help:"As-of days: a list of days and ranges, 2024-06-30,2023-01-31..2023-12-31/1m. The label file's own days unless given."`
	Out        string `required:"" placeholder:"DIR" help:"Directory to write; empty or absent, or a build of the same dataset to go on with."`
	Records    string `placeholder:"FILE" help:"Read histories from this sorted record file instead of the database."`
	UpTo       int64  `placeholder:"POSITION" help:"As known at this position of the log; the head unless given."`
	Indicators string `default:"lending" placeholder:"SET" help:"lending (all that a lending model may read), all, bench, or ids joined by commas."`
	Coverage   string `placeholder:"FILE" help:"Coverage rows (CSV): where no source covers, a value is missing and not zero. Without it every source counts as covering everything."`
	Peers      string `type:"existingfile" placeholder:"FILE" help:"Table of peers (hengxin indicators peers): peer-relative indicators are missing without it."`
	labelFlags
	Subjects         string `placeholder:"FILE" help:"Only these firms, with or without records: one a line, or a table with a column (--subjects-column)."`
	SubjectsColumn   string `placeholder:"COLUMN" help:"Column of the subject in the table of --subjects."`
	SubjectNamespace string `placeholder:"NAME" help:"Put before the ids of --subjects and a colon, as in bdci:p1."`
	PseudonymKey     string `type:"existingfile" placeholder:"FILE" help:"Write subjects as pseudonyms under the key in this file (16 random bytes or more): for analysts."`
	Threads          int    `help:"Parts at a time; the number of processors unless given. The bytes do not depend on it."`
	Shard            string `placeholder:"I/N" help:"Make only every Nth part, from part I on; the shard that finishes last writes the manifest."`
}

// labelFlags describe the label file; they may lie beside it as FILE.yaml instead.
type labelFlags struct {
	Labels             string `placeholder:"FILE" help:"Outcomes: CSV or Parquet with a subject and an outcome of 0 or 1. Only labelled firms get rows."`
	LabelSpec          string `placeholder:"FILE" help:"What the columns are and mean (YAML); labels.csv.yaml beside labels.csv, where it is there."`
	LabelSubject       string `placeholder:"COLUMN" help:"Column of the subject (subject)."`
	LabelNamespace     string `placeholder:"NAME" help:"Put before the subject and a colon, as in bdci:p1."`
	LabelOutcome       string `placeholder:"COLUMN" help:"Column of the outcome (outcome)."`
	LabelAsOf          string `placeholder:"COLUMN" help:"Column of the as-of day of each label."`
	LabelEvent         string `placeholder:"COLUMN" help:"Column of the day on which the bad outcome came."`
	LabelWeight        string `placeholder:"COLUMN" help:"Column of weights."`
	LabelDefinition    string `placeholder:"TEXT" help:"What outcome 1 means, in words. Must be stated."`
	LabelHorizon       string `placeholder:"TERM" help:"How long after the as-of day an outcome counts: months or days (24m, 90d). Must be stated."`
	LabelObservedUntil string `placeholder:"DAY" help:"Last day on which outcomes were observed: a label whose horizon ends later is refused. Must be stated."`
	LabelMissing       string `placeholder:"TEXT" help:"A text of the file that means no value."`
}

// Help shows an example.
func (c *datasetBuildCmd) Help() string {
	return `Builds Parquet files of one row a firm and as-of day, nothing known after the day being read, and a manifest, which is
written last. The same inputs give the same bytes for any number of threads and shards; a build that was stopped goes
on with the parts it has finished. Formats: datasets/FORMAT.md.

  hengxin dataset build --as-of 2023-01-31..2024-12-31/1m --labels labels.csv --label-horizon 12m \
      --label-observed-until 2025-12-31 --label-definition "90 days past due" --label-event default_day --out train`
}

// Run plans and builds.
func (c *datasetBuildCmd) Run(ctx context.Context, g *cli) error {
	debug.SetGCPercent(400) // what a build holds is small and bounded; collecting less often is faster on few processors
	spec, db, err := c.spec(ctx, g)
	if db != nil {
		defer db.Close()
	}
	if err != nil {
		return err
	}
	shard, shards, err := parseShard(c.Shard)
	if err != nil {
		return err
	}
	if c.Threads == 0 {
		c.Threads = runtime.GOMAXPROCS(0)
	}
	began := time.Now()
	if spec, err = c.pseudonyms(ctx, spec); err != nil {
		return err
	}
	plan, err := datasets.NewPlan(ctx, spec, c.Threads)
	if err != nil {
		return err
	}
	total := plan.MostRows()
	fmt.Fprintf(os.Stderr, "%d rows at most in %d parts, planned in %s\n", total, len(plan.Parts), time.Since(began).Round(time.Millisecond))
	if shards > 1 || spec.Labels != nil {
		total = 0 // a shard's share, and how many days have labels, are not known before
	}
	m := newMeter("rows", total)
	manifest, err := datasets.Build(ctx, plan, c.Out, datasets.BuildOptions{Threads: c.Threads, Shard: shard, Shards: shards, Progress: m.add})
	_, rate := m.end()
	if errors.Is(err, datasets.ErrUnfinished) && shards > 1 {
		fmt.Fprintf(os.Stderr, "shard %d of %d is done; the dataset is whole when the other shards are\n", shard, shards)
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d rows of %d firms in %s (%.0f rows/s after planning)\n", manifest.Rows, manifest.Subjects, time.Since(began).Round(time.Millisecond), rate)
	if db != nil {
		if err := registerDataset(ctx, db, c.Out, spec, manifest); err != nil {
			return err
		}
	}
	return printManifest(g, c.Out, manifest)
}

// registerDataset keeps the manifest, and what the rows rest on, in the database.
func registerDataset(ctx context.Context, db *store.DB, dir string, s *datasets.Spec, m *datasets.Manifest) error {
	if _, err := db.PutDocument(ctx, store.DocumentPolicy, s.Policy.Canonical()); err != nil {
		return err
	}
	if s.Coverage != nil {
		if _, err := db.PutDocument(ctx, store.DocumentCoverage, s.Coverage.Canonical()); err != nil {
			return err
		}
	}
	if p := s.Set.Peers(); p != nil {
		if _, err := db.PutDocument(ctx, store.DocumentPeers, p.Canonical()); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	_, err = db.PutDataset(ctx, text, store.Dataset{Dir: dir, Position: m.Position, Day: today()})
	return err
}

// spec turns the flags into what is to be built; db is open where histories come from it.
func (c *datasetBuildCmd) spec(ctx context.Context, g *cli) (s *datasets.Spec, db *store.DB, err error) {
	s = &datasets.Spec{Policy: policy.Default(), Code: codeVersion()}
	if s.Set, err = indicatorSet(c.Indicators, c.Peers); err != nil {
		return nil, nil, err
	}
	if c.Coverage != "" {
		if s.Coverage, err = readCoverage(c.Coverage); err != nil {
			return nil, nil, err
		}
	}
	if s.Labels, err = c.read(); err != nil {
		return nil, nil, err
	}
	if s.AsOf, err = c.days(s.Labels); err != nil {
		return nil, nil, err
	}
	if c.Subjects != "" {
		if s.Subjects, err = readSubjects(c.Subjects, c.SubjectsColumn, c.SubjectNamespace); err != nil {
			return nil, nil, err
		}
	}
	if c.Records != "" {
		return s, nil, fileSource(s, c.Records)
	}
	if db, err = store.Open(ctx, g.DB, store.Existing()); err != nil {
		return nil, nil, err
	}
	if db.Name() == "postgres" { // a second reading would cost more than the disk
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return nil, db, err
		}
		s.Scratch = c.Out
	}
	return s, db, storeSource(ctx, s, db, credit.Position(c.UpTo))
}

func (c *datasetBuildCmd) days(l *datasets.Labels) ([]credit.Date, error) {
	if c.AsOf != "" {
		return datasets.ParseDays(c.AsOf)
	}
	if l == nil || len(l.AsOf()) == 0 {
		return nil, errors.New("--as-of is missing, and no label names its day")
	}
	return l.AsOf(), nil
}

// read reads the label file, nil where there is none.
func (f *labelFlags) read() (*datasets.Labels, error) {
	if f.Labels == "" {
		return nil, nil
	}
	spec := datasets.LabelSpec{Subject: "subject", Outcome: "outcome"}
	path := f.LabelSpec
	if path == "" {
		if _, err := os.Stat(f.Labels + ".yaml"); err == nil {
			path = f.Labels + ".yaml"
		}
	}
	if path != "" {
		read, err := datasets.ReadLabelSpec(path)
		if err != nil {
			return nil, err
		}
		overlay(&read.Subject, spec.Subject, read.Subject)
		overlay(&read.Outcome, spec.Outcome, read.Outcome)
		spec = read
	}
	for field, flag := range map[*string]string{&spec.Subject: f.LabelSubject, &spec.Namespace: f.LabelNamespace, &spec.Outcome: f.LabelOutcome,
		&spec.AsOf: f.LabelAsOf, &spec.Event: f.LabelEvent, &spec.Weight: f.LabelWeight, &spec.Definition: f.LabelDefinition,
		&spec.Horizon: f.LabelHorizon, &spec.ObservedUntil: f.LabelObservedUntil, &spec.Missing: f.LabelMissing} {
		overlay(field, *field, flag)
	}
	if err := f.stated(&spec); err != nil {
		return nil, err
	}
	return datasets.ReadLabels(f.Labels, spec)
}

// stated refuses labels of which it is not known what they say: nobody else can know.
func (f *labelFlags) stated(spec *datasets.LabelSpec) error {
	var flags, keys []string
	for _, x := range []struct{ text, flag, key string }{{spec.Definition, "--label-definition", "definition"}, {spec.Horizon, "--label-horizon", "horizon"},
		{spec.ObservedUntil, "--label-observed-until", "observed_until"}} {
		if x.text == "" {
			flags, keys = append(flags, x.flag), append(keys, x.key)
		}
	}
	if len(flags) == 0 {
		return nil
	}
	return fmt.Errorf("--labels %s: what the outcomes mean is not stated: give %s, or put %s into %s.yaml", f.Labels, strings.Join(flags, ", "), strings.Join(keys, ", "), f.Labels)
}

// overlay sets dst to the last of the texts that is not empty.
func overlay(dst *string, texts ...string) {
	for _, t := range texts {
		if t != "" {
			*dst = t
		}
	}
}

// indicatorSet reads --indicators, and --peers where it names a file.
func indicatorSet(s, peers string) (set *features.Set, err error) {
	switch s {
	case "lending":
		set = features.Lending()
	case "all":
		set = features.All()
	case "bench":
		set = features.Bench()
	default:
		if set, err = features.NewSet(strings.Split(s, ",")...); err != nil {
			return nil, err
		}
	}
	if peers == "" {
		return set, nil
	}
	table, err := readPeers(peers)
	if err != nil {
		return nil, err
	}
	return set.WithPeers(table)
}

func readPeers(path string) (*features.Peers, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	table, err := features.ReadPeers(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return table, nil
}

func readCoverage(path string) (*credit.Coverage, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := credit.ReadCoverage(f)
	if err != nil {
		return nil, fmt.Errorf("coverage %s: %w", path, err)
	}
	return c, nil
}

// readSubjects reads the firms of --subjects.
func readSubjects(path, column, namespace string) ([]credit.Subject, error) {
	texts := []string{}
	if column != "" {
		t, err := datasets.OpenTable(path, datasets.TableOptions{Columns: []string{column}})
		if err != nil {
			return nil, err
		}
		for i := range t.Rows {
			texts = append(texts, t.Columns[0].Text(i))
		}
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		for in := bufio.NewScanner(f); in.Scan(); {
			texts = append(texts, strings.TrimSpace(in.Text()))
		}
	}
	subjects := []credit.Subject{}
	for i, s := range texts {
		if s == "" {
			return nil, fmt.Errorf("%s, row %d: no subject", path, i+1)
		}
		if namespace != "" {
			s = namespace + ":" + s
		}
		subjects = append(subjects, credit.Subject(s))
	}
	return subjects, nil
}

func parseShard(s string) (shard, shards int, err error) {
	if s == "" {
		return 0, 1, nil
	}
	if n, err := fmt.Sscanf(s, "%d/%d", &shard, &shards); err != nil || n != 2 || shard < 0 || shard >= shards {
		return 0, 0, fmt.Errorf("--shard %q: want I/N with I from 0 to N-1", s)
	}
	return shard, shards, nil
}

// codeVersion names the program: the module's version, or the commit it was built from.
func codeVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, key := range []string{"vcs.revision"} {
		if i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == key }); i >= 0 {
			return info.Settings[i].Value
		}
	}
	return info.Main.Version
}

type datasetShowCmd struct {
	Dir string `arg:"" help:"Directory of the dataset."`
}

// Help shows an example.
func (c *datasetShowCmd) Help() string {
	return `Reads every part of a dataset, compares digests and footers with the manifest, and prints the manifest.

  hengxin dataset show train`
}

// Run checks and prints.
func (c *datasetShowCmd) Run(ctx context.Context, g *cli) error {
	m, err := datasets.Verify(ctx, c.Dir)
	if err != nil {
		return err
	}
	return printManifest(g, c.Dir, m)
}

func printManifest(g *cli, dir string, m *datasets.Manifest) error {
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(m)
	}
	days := m.AsOf[0].String()
	if n := len(m.AsOf); n > 1 {
		days = fmt.Sprintf("%d days from %s to %s", n, days, m.AsOf[n-1])
	}
	fmt.Printf("%s: %d rows of %d firms, %d indicators, as of %s, %d parts\n", dir, m.Rows, m.Subjects, len(m.Indicators), days, len(m.Parts))
	fmt.Printf("without any record: %d rows\n", m.NoRecord)
	if m.Labels != nil {
		fmt.Printf("outcome: %s, within %s: %d of %d rows bad; left out because it had come before the day: %d\n",
			m.Labels.Definition, m.Labels.Horizon, m.Bad, m.Rows, m.AlreadyBad)
	}
	if m.Coverage == nil {
		fmt.Println("coverage: not stated; where a source has no record, counts are zero")
	}
	if m.Pseudonyms != nil {
		fmt.Printf("subjects: pseudonyms under the key of fingerprint %s\n", m.Pseudonyms.Key)
	}
	if m.Generated {
		fmt.Println("generated: these are not real firms")
	}
	return nil
}
