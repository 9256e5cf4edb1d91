//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockDir waits until no other holds the lock of the directory. The file itself must not be opened for a lock: closing
// it again would drop the locks that SQLite holds on it in this process (see "Posix Advisory Locks" on SQLite's page
// How To Corrupt An SQLite Database File).
func lockDir(dir string) (unlock func() error, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking directory %s: %w", dir, err), f.Close())
	}
	return f.Close, nil
}
