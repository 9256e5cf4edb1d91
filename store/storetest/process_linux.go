package storetest

import "syscall"

// process runs a program as cred says, and has the kernel stop it when the thread that started it dies.
func process(cred *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred, Pdeathsig: syscall.SIGQUIT}
}
