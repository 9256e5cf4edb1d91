//go:build unix

package storetest

import (
	"os/signal"
	"syscall"
)

// limitFiles lets no file of this process grow past size bytes: a disk that is full, as a program sees it.
func limitFiles(size uint64) error {
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size})
}
