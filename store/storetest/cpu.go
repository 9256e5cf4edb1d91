package storetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// CPU returns the processor time of the server and of all processes that it has started, those that ended included. It
// is 0 where the system has no /proc.
func (s *Server) CPU() time.Duration {
	ticks := int64(0)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		var pid, parent int
		var own, ended [2]int64
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has just ended
		}
		end := strings.LastIndexByte(string(text), ')')
		if _, err := fmt.Sscan(string(text), &pid); err != nil || end < 0 {
			continue
		}
		f := strings.Fields(string(text[end+1:]))
		if _, err := fmt.Sscan(strings.Join([]string{f[1], f[11], f[12], f[13], f[14]}, " "), &parent, &own[0], &own[1], &ended[0], &ended[1]); err != nil {
			continue
		}
		switch s.process.Pid {
		case pid:
			ticks += own[0] + own[1] + ended[0] + ended[1]
		case parent:
			ticks += own[0] + own[1]
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
