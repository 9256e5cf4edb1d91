package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// meterEvery is how often a line is printed where there is no terminal.
const meterEvery = 10 * time.Second

// meter shows on stderr how far a job has come: a bar with rate and time left on a terminal, plain lines elsewhere.
// It is for use by several goroutines at once.
type meter struct {
	mu          sync.Mutex
	what        string
	done, total int64 // total is 0 where it is not known
	began, told time.Time
	bar         *progressbar.ProgressBar
}

func newMeter(what string, total int64) *meter {
	m := &meter{what: what, total: total, began: time.Now(), told: time.Now()}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		shown := total
		if shown == 0 {
			shown = -1
		}
		m.bar = progressbar.NewOptions64(shown, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(200*time.Millisecond),
			progressbar.OptionClearOnFinish())
	}
	return m
}

// add counts n more.
func (m *meter) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done += int64(n)
	if m.bar != nil {
		m.bar.Add(n)
		return
	}
	if time.Since(m.told) >= meterEvery {
		m.told = time.Now()
		fmt.Fprintln(os.Stderr, m.line())
	}
}

// line is what is printed where there is no terminal.
func (m *meter) line() string {
	spent := time.Since(m.began)
	rate := float64(m.done) / max(spent.Seconds(), 1e-3)
	s := fmt.Sprintf("%s: %d, %.0f/s", m.what, m.done, rate)
	if m.total > m.done && rate > 0 {
		left := time.Duration(float64(m.total-m.done) / rate * float64(time.Second)).Round(time.Second)
		s += fmt.Sprintf(", %.0f %%, %s left", 100*float64(m.done)/float64(m.total), left)
	}
	return s
}

// end takes the bar away and returns the time spent and the rate.
func (m *meter) end() (time.Duration, float64) {
	if m.bar != nil {
		m.bar.Finish()
	}
	spent := time.Since(m.began)
	return spent, float64(m.done) / max(spent.Seconds(), 1e-3)
}
