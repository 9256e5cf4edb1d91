package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hengxin/scoring"
)

// demoCmd does the main job once, on a generated province, by the commands that a user would type.
type demoCmd struct {
	Dir      string `default:"hengxin-demo" placeholder:"DIR" help:"Directory for everything that the demonstration writes; it is emptied first."`
	Subjects int    `default:"20000" help:"Size of the generated province."`
	Lang     string `enum:"zh,en" default:"zh" help:"Language of the printed score: ${enum}."`
	Serve    bool   `help:"Leave the service running at the end, until it is interrupted."`
}

// Help shows an example.
func (c *demoCmd) Help() string {
	return `Generates a province, puts its records into a log, builds a dataset, fits a scorecard, promotes it, serves, and asks for
one firm's score over HTTP. Each step is printed as the command that does it, so that any of them can be typed again. The
data are GENERATED: they show how the product works and prove nothing about real firms.

  hengxin demo --dir out/demo
  hengxin demo --dir out/demo --serve`
}

// demoMark is a file that only a demonstration's directory has: no other directory is emptied.
const demoMark = "GENERATED-DEMO"

// demoDay is the last day of the generated records, on which the demonstration asks.
const demoDay = "2025-12-31"

// demoClasses are the classes of data that the firm lets the bank read.
const demoClasses = "score,public,tax,social_insurance,commitment,utility"

// demoBank is the bank that asks.
const demoBank = "RB01"

// Run does the steps in order.
func (c *demoCmd) Run(ctx context.Context, _ *cli) error {
	if err := c.prepare(); err != nil {
		return err
	}
	began := time.Now()
	d := demo{ctx: ctx, dir: c.Dir, began: began}
	province, db := d.path("province"), d.path("hengxin.db")
	firm := ""
	steps := []func() error{
		func() error {
			return d.run("A generated province, its records into the log", "--db", db, "synth", "--subjects", strconv.Itoa(c.Subjects), "--seed", "1", "--out", province, "--into-db")
		},
		func() error {
			return d.run("A dataset: every borrower as it was known on each observation day", "--db", db, "dataset", "build",
				"--labels", filepath.Join(province, "synth-labels.csv"), "--coverage", filepath.Join(province, "synth-coverage.csv"), "--out", d.path("dataset"))
		},
		func() error {
			return d.run("A scorecard, tested on firms that it has not seen, with its report", "fit", d.path("dataset"), "--test", "hash:", "--out", d.path("card"))
		},
		func() error {
			return d.run("The scorecard decides from now on", "--db", db, "promote", d.path("card/artifact.json"), "--coverage", filepath.Join(province, "synth-coverage.csv"), "--reason", "demonstration")
		},
		func() (err error) { firm, err = d.firm(); return err },
		func() error {
			return d.run("The firm signs a consent", "--db", db, "consent", "grant", firm, "--bank", demoBank, "--from", demoDay, "--loan", "DEMO-1", "--classes", demoClasses, "--evidence", d.path(demoMark))
		},
		func() error { return d.ask(c, db, firm) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// prepare empties the directory of an earlier demonstration, and refuses any other that holds something.
func (c *demoCmd) prepare() error {
	entries, err := os.ReadDir(c.Dir)
	if err == nil && len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(c.Dir, demoMark)); err != nil {
			return fmt.Errorf("demo: %s holds files that are not a demonstration's: name another directory with --dir", c.Dir)
		}
		if err := os.RemoveAll(c.Dir); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	note := []byte("Everything in this directory is generated. This file stands in for a signed consent.\n")
	return os.WriteFile(filepath.Join(c.Dir, demoMark), note, 0o644)
}

// firm is the enterprise with the fewest points on the last observation day: its history has something to say.
func (d *demo) firm() (string, error) {
	f, err := os.Open(d.path("card/predictions.csv"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	rows, err := csv.NewReader(bufio.NewReader(f)).ReadAll()
	if err != nil {
		return "", err
	}
	key, points := slices.Index(rows[0], "key"), slices.Index(rows[0], "points")
	best, least, last := "", 0.0, ""
	for _, row := range rows[1:] {
		code, day, _ := strings.Cut(row[key], "@")
		p, err := strconv.ParseFloat(row[points], 64)
		if err != nil || !strings.HasPrefix(code, "91") || day < last {
			continue
		}
		if day > last || p < least || p == least && code < best {
			best, least, last = code, p, day
		}
	}
	if best == "" {
		return "", errors.New("the province has no enterprise with a loan: ask for more --subjects")
	}
	return best, nil
}

// demo runs the steps and says what it runs.
type demo struct {
	ctx   context.Context
	dir   string
	began time.Time
}

func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

func (d *demo) say(title string, args []string) {
	fmt.Printf("\n[%5.1f s] %s\n  $ hengxin %s\n", time.Since(d.began).Seconds(), title, strings.Join(args, " "))
}

// command is this program with other arguments.
func (d *demo) command(args []string) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(d.ctx, exe, args...)
	cmd.Args[0] = "hengxin"
	return cmd, nil
}

// run does one step in a process of its own; what it notes on the way is shown only where it fails.
func (d *demo) run(title string, args ...string) error {
	d.say(title, args)
	cmd, err := d.command(args)
	if err != nil {
		return err
	}
	var out, notes bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &notes
	err = cmd.Run()
	for line := range strings.Lines(out.String()) {
		fmt.Print("  ", line)
	}
	if err != nil {
		return fmt.Errorf("hengxin %s: %w\n%s", args[0], err, notes.String())
	}
	return nil
}

// ask makes a key, starts the service, asks it for the firm's score over HTTP and prints the answer.
func (d *demo) ask(c *demoCmd, db, firm string) (err error) {
	key, err := d.key(db)
	if err != nil {
		return err
	}
	serve, url, err := d.serve(db)
	if err != nil {
		return err
	}
	defer func() {
		if c.Serve && err == nil {
			fmt.Println("\nServing until interrupted (Ctrl-C).")
			err = serve.Wait()
			return
		}
		err = errors.Join(err, serve.Process.Signal(syscall.SIGTERM), serve.Wait())
	}()
	body := fmt.Sprintf(`{"subject":%q,"purpose":"pre_loan_review","day":%q}`, firm, demoDay)
	fmt.Printf("\n[%5.1f s] The bank asks over HTTP\n  $ curl -H 'Authorization: Bearer KEY' -H 'Content-Type: application/json' -d '%s' %s/v1/scores\n\n",
		time.Since(d.began).Seconds(), body, url)
	if err := postScore(d.ctx, url, key, body, c.Lang); err != nil {
		return err
	}
	fmt.Printf("\n[%5.1f s] Done. Everything is in %s; the model's report is %s.\nAsk for another, or for this one again:\n", time.Since(d.began).Seconds(), d.dir, d.path("card/report.html"))
	fmt.Printf("  ./bin/hengxin --db %s score %s --bank %s --on %s --lang en\n  ./bin/hengxin --db %s serve      # then curl as above, KEY from: hengxin --db %s key create --bank %s --role bank\n",
		db, firm, demoBank, demoDay, db, db, demoBank)
	return nil
}

func (d *demo) key(db string) (string, error) {
	args := []string{"--db", db, "key", "create", "--bank", demoBank, "--role", "bank"}
	d.say("A key for the bank", args)
	cmd, err := d.command(args)
	if err != nil {
		return "", err
	}
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// serve starts the service on a free port and waits until it says where it listens.
func (d *demo) serve(db string) (*exec.Cmd, string, error) {
	args := []string{"--db", db, "serve", "--listen", "127.0.0.1:0"}
	d.say("The service", args)
	cmd, err := d.command(args)
	if err != nil {
		return nil, "", err
	}
	notes, err := cmd.StderrPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	lines := bufio.NewReader(notes)
	var said strings.Builder
	for {
		line, err := lines.ReadString('\n')
		said.WriteString(line)
		if err != nil {
			return nil, "", fmt.Errorf("serve: %w\n%s", errors.Join(cmd.Wait()), said.String())
		}
		if _, after, ok := strings.Cut(line, "serving on "); ok {
			go func() { _, _ = io.Copy(io.Discard, lines) }() // its log of requests
			return cmd, strings.Fields(after)[0], nil
		}
	}
}

// postScore asks the service and prints the score as the command line would.
func postScore(ctx context.Context, url, key, body, lang string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/scores", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusCreated {
		return fmt.Errorf("the service answered %s: %s", res.Status, text)
	}
	var answer struct {
		Score json.RawMessage `json:"score"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return err
	}
	score, err := scoring.Parse(answer.Score)
	if err != nil {
		return err
	}
	return printScore(os.Stdout, scoring.IDOf(answer.Score), score, wordsOf(lang))
}
