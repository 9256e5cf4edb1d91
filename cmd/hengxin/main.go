// Command hengxin is the platform's and the analyst's tool: it ingests public credit records, builds datasets, fits and
// promotes models, scores, serves and replays.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/alecthomas/kong"
)

// cli is the whole command line: one field a command, each in a file of its own.
type cli struct {
	DB   string `help:"Database: a SQLite file, or a postgres:// URL." default:"hengxin.db" env:"HENGXIN_DB"`
	JSON bool   `name:"json" help:"Print the result as one JSON document."`

	Database dbCmd `cmd:"" name:"db" help:"Make, check and export the database."`

	Records recordsCmd `cmd:"" help:"Import and export records in our own format."`
	Erase   eraseCmd   `cmd:"" help:"Destroy the bodies of records whose years are over, or on request."`
	Dataset datasetCmd `cmd:"" help:"Build and check datasets."`
	Worker  workerCmd  `cmd:"" help:"Turn sorted records on standard input into rows: the shard step, for a distributed engine."`

	Ingest ingestCmd `cmd:"" help:"Read tables of departments into the log."`

	Quality qualityCmd `cmd:"" help:"Report the quality of the records of each source."`
	Resolve resolveCmd `cmd:"" help:"Find whose names and codes are."`

	Demo  demoCmd  `cmd:"" help:"Do the main job once, on a generated province."`
	Synth synthCmd `cmd:"" help:"Generate a province for demonstrations and tests."`

	Fit      fitCmd      `cmd:"" help:"Fit a model to a flat table or a dataset."`
	Predict  predictCmd  `cmd:"" help:"Score a table with a model."`
	Evaluate evaluateCmd `cmd:"" help:"Measure a model on rows whose outcome is known."`
	Rejects  rejectsCmd  `cmd:"" help:"Fit a card under several assumptions about rejected applicants."`

	Indicators indicatorsCmd `cmd:"" help:"List the indicators, or write their page."`

	Policy   policyCmd   `cmd:"" help:"The law as rows: what is in force, what a row says, what a change would do."`
	Grade    gradeCmd    `cmd:"" help:"Grade subjects for inspections by public-credit grade."`
	KPI      kpiCmd      `cmd:"" name:"kpi" help:"Count what the policy asks for, by city and month."`
	Standing standingCmd `cmd:"" help:"Show what the law says of a subject's records on a day."`

	Score   scoreCmd   `cmd:"" help:"Score one subject."`
	Explain explainCmd `cmd:"" help:"Show everything behind a score."`
	Replay  replayCmd  `cmd:"" help:"Make a recorded score again and compare."`
	Serve   serveCmd   `cmd:"" help:"Serve scores, records and consents over HTTP."`
	Consent consentCmd `cmd:"" help:"Enter, withdraw and list consents."`
	Key     keyCmd     `cmd:"" help:"Make, revoke and list API keys."`
	Promote promoteCmd `cmd:"" help:"Give a fitted model a stage."`
	Audit   auditCmd   `cmd:"" help:"Check and read the audit."`
}

func main() { os.Exit(run(os.Args[1:])) }

// run parses and runs one command line; it returns the exit code: 0 done, 1 the work could not be done, 2 it was not
// understood, 3 stopped by a signal.
func run(args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("hengxin"),
		kong.Description("融资信用风险评分 · financing credit risk scoring for public credit records."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "hengxin:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	kctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hengxin:", err)
		return 2
	}
	kctx.BindTo(ctx, (*context.Context)(nil))
	if err := kctx.Run(&c); err != nil {
		fmt.Fprintln(os.Stderr, "hengxin:", err)
		if ctx.Err() != nil {
			return 3
		}
		return 1
	}
	return 0
}
