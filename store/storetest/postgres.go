package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver called pgx
)

// Server is a throwaway PostgreSQL server in a directory of its own, reached through a socket in it.
type Server struct {
	dir  string
	bin  string
	cred *syscall.Credential // whom it runs as, nil for ourselves

	process *os.Process
	ended   chan error
	log     bytes.Buffer // what it said; for reading after ended
}

// ServerOptions choose a server.
type ServerOptions struct {
	Durable  bool              // keep what is committed through a loss of power, as in production; tests need not
	Fetch    bool              // take fetched binaries even where the machine has its own
	Settings map[string]string // more settings
}

// StartServer starts a server and returns when it answers. The binaries are the machine's own where it has any, and are
// fetched otherwise. As root it runs the server as another user, for PostgreSQL refuses root.
func StartServer(ctx context.Context, o ServerOptions) (*Server, error) {
	s := &Server{ended: make(chan error, 1)}
	if err := s.start(ctx, o); err != nil {
		if s.process != nil {
			_ = s.Stop()
		}
		_ = os.RemoveAll(s.dir)
		return nil, fmt.Errorf("starting postgres: %w\n%s", err, s.log.String())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, o ServerOptions) (err error) {
	if s.dir, err = os.MkdirTemp("", "hengxin-pg"); err != nil {
		return err
	}
	if s.bin, err = binaries(s.dir, o.Fetch); err != nil {
		return err
	}
	if err := s.leaveRoot(); err != nil {
		return err
	}
	if err := s.initialise(ctx); err != nil {
		return err
	}
	go s.serve(s.arguments(o))
	return s.await(ctx)
}

// leaveRoot picks the user to run as and gives it the directory.
func (s *Server) leaveRoot() error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return os.Chown(s.dir, uid, gid)
	}
	return errors.New("running as root, and there is no user postgres or nobody to run it as")
}

// initialise makes the data directory, with an order of texts that is not that of bytes where the server can: a query
// that relies on the order of bytes without saying so then fails its test.
func (s *Server) initialise(ctx context.Context) error {
	args := []string{"-D", s.data(), "-A", "trust", "-U", "hengxin", "-E", "UTF8", "--no-sync", "--locale=C"}
	icu := append([]string{"--locale-provider=icu", "--icu-locale=en-US"}, args...)
	if s.command(ctx, "initdb", icu).Run() == nil {
		return nil
	}
	if err := os.RemoveAll(s.data()); err != nil {
		return err
	}
	return s.command(ctx, "initdb", args).Run()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(ctx context.Context, name string, args []string) *exec.Cmd {
	c := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	c.Dir, c.Stdout, c.Stderr = s.dir, &s.log, &s.log
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	c.SysProcAttr = process(s.cred)
	return c
}

func (s *Server) arguments(o ServerOptions) []string {
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "log_min_messages=fatal", "-c", "max_connections=200"}
	if !o.Durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	for name, value := range o.Settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// serve runs the server to its end. The thread that starts it must live as long: its death is what tells the kernel to
// stop the server when this process is killed.
func (s *Server) serve(args []string) {
	runtime.LockOSThread()
	c := s.command(context.Background(), "postgres", args)
	err := c.Start()
	if err == nil {
		s.process = c.Process
		err = c.Wait()
	}
	s.ended <- err
}

func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case ended := <-s.ended:
			s.process = nil
			return fmt.Errorf("it ended: %w", ended)
		case <-tick.C:
		}
	}
}

// URL names a database of the server.
func (s *Server) URL(database string) string {
	return "postgres://hengxin@/" + database + "?host=" + s.dir
}

// Create makes a database as a copy of another, of template0 for an empty one, and returns its URL.
func (s *Server) Create(ctx context.Context, database, from string) (string, error) {
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return "", err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "CREATE DATABASE "+database+" TEMPLATE "+from)
	return s.URL(database), err
}

// Stop stops the server and removes its directory.
func (s *Server) Stop() error {
	err := s.process.Signal(syscall.SIGINT)
	if err == nil {
		err = <-s.ended
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// binaries finds the directory that holds initdb and postgres.
func binaries(dir string, fetch bool) (string, error) {
	if !fetch {
		for _, c := range candidates() {
			if isFile(filepath.Join(c, "initdb")) && isFile(filepath.Join(c, "postgres")) {
				return c, nil
			}
		}
	}
	return fetched(dir)
}

func candidates() (dirs []string) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"} {
		more, _ := filepath.Glob(pattern)
		dirs = append(dirs, more...)
	}
	return dirs
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// fetched gets the binaries into dir. The library starts a server of its own to do so, which fails under root after
// the binaries are there; where it does not, that server is stopped at once.
func fetched(dir string) (string, error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	to := filepath.Join(dir, "pgsql")
	server := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().Version(embeddedpostgres.V16).Port(port).
		BinariesPath(to).RuntimePath(filepath.Join(dir, "fetching")).Logger(new(bytes.Buffer)))
	if err = server.Start(); err == nil {
		err = server.Stop()
	}
	bin := filepath.Join(to, "bin")
	if !isFile(filepath.Join(bin, "initdb")) {
		return "", fmt.Errorf("fetching the binaries (or install PostgreSQL 14 or later): %w", err)
	}
	return bin, os.RemoveAll(filepath.Join(dir, "fetching"))
}

func freePort() (uint32, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return uint32(l.Addr().(*net.TCPAddr).Port), nil
}
