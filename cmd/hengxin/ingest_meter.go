package main

import (
	"fmt"
	"os"
	"path/filepath"
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
		m.bar = progressbar.NewOptions64(m.size, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(m.name),
			progressbar.OptionShowBytes(true), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond))
	}
	return m, nil
}

// show says that rows of the file are in the log.
func (m *fileMeter) show(rows int64) {
	seconds := time.Since(m.started).Seconds()
	rate := float64(rows) / max(seconds, 1e-9)
	done := m.read.n.Load()
	if m.bar != nil {
		m.bar.Describe(fmt.Sprintf("%s %d rows, %.0f rows/s", m.name, rows, rate))
		_ = m.bar.Set64(done) // a bar that cannot be drawn is no reason to stop an import
		return
	}
	if time.Since(m.said) < m.every || m.size == 0 {
		return
	}
	m.said = time.Now()
	left := seconds * float64(m.size-done) / max(float64(done), 1)
	fmt.Fprintf(os.Stderr, "%s: %d rows, %.0f %%, %.0f rows/s, %.0f s left\n", m.name, rows, 100*float64(done)/float64(m.size), rate, left)
}

func (m *fileMeter) done() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}
