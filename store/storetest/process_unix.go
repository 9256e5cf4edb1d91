//go:build unix && !linux

package storetest

import "syscall"

// process runs a program as cred says. It outlives a test process that is killed.
func process(cred *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred}
}
