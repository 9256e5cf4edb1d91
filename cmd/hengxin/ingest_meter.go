package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// fileMeter shows how far a file is read: a bar with rate and time left on a terminal, a plain line now and then elsewhere.
type fileMeter struct {
	name    string
	size    int64
	read    *countingReader
	bar     *progressbar.ProgressBar // nil where standard error is no terminal
	started time.Time
	said    time.Time
	every   time.Duration // between plain lines
}

func newFileMeter(f *os.File, read *countingReader, every time.Duration) (*fileMeter, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	m := &fileMeter{name: filepath.Base(f.Name()), size: info.Size(), read: read, started: time.Now(), every: every}
	m.said = m.started
	if term.IsTerminal(int(os.Stderr.Fd())) {
		m.name = fitName(m.name, meterName)
		m.bar = progressbar.NewOptions64(m.size, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(m.name),
			progressbar.OptionSetWidth(barColumns()), progressbar.OptionSetElapsedTime(false), progressbar.OptionSetPredictTime(false),
			progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return m, nil
}

// What a line of the bar holds beside the bar itself, so that it never runs into a second line, which a terminal could not
// take back.
const (
	meterName = 22
	meterRest = meterName + len(" 100,000,000 rows, 1,000,000/s, 1h59m59s left 100% ||") + 1
)

// barColumns is the width of the bar on this terminal: what the rest of the line leaves, between 4 and 40.
func barColumns() int {
	columns, _, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || columns <= 0 {
		columns = 80
	}
	return max(4, min(40, columns-meterRest))
}

// fitName cuts a name down to so many columns of a terminal; Chinese characters take two.
func fitName(name string, columns int) string {
	at, cut := 0, 0
	for i, c := range name {
		if at < columns {
			cut = i
		}
		at++
		if c >= 0x1100 {
			at++
		}
	}
	if at <= columns {
		return name
	}
	return name[:cut] + "…"
}

// thousands writes a count with separators.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// show says that rows of the file are in the log.
func (m *fileMeter) show(rows int64) {
	seconds := time.Since(m.started).Seconds()
	rate := float64(rows) / max(seconds, 1e-9)
	done := m.read.n.Load()
	left := seconds * float64(m.size-done) / max(float64(done), 1)
	if m.bar != nil {
		m.bar.Describe(fmt.Sprintf("%s %s rows, %s/s, %s left", m.name, thousands(rows), thousands(int64(rate)), time.Duration(left)*time.Second))
		_ = m.bar.Set64(done) // a bar that cannot be drawn is no reason to stop an import
		return
	}
	if time.Since(m.said) < m.every || m.size == 0 {
		return
	}
	m.said = time.Now()
	fmt.Fprintf(os.Stderr, "%s: %d rows, %.0f %%, %.0f rows/s, %.0f s left\n", m.name, rows, 100*float64(done)/float64(m.size), rate, left)
}

func (m *fileMeter) done() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}
