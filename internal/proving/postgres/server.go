// Package postgres gives tests a real PostgreSQL: [Database] is a new database for one test, on a server that all tests of a
// package share, and [Start] is a server for a test that stops it, kills it and starts it again.
//
// A server is a child of the test binary, with its files in a temporary folder and its socket beside them, so that it meets
// no other. It ends, and its folder goes, when the test binary ends, even where that is killed. A server of PostgreSQL will
// not run as root: under root it runs as the user postgres. The package is for test files only, and never reaches a server
// that it did not start.
package postgres

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take to start or stop on a busy machine.
const patience = 60 * time.Second

// Server is a PostgreSQL of a test's own.
type Server struct {
	dir  string // holds data/, log and the socket
	bin  string // the folder of PostgreSQL's programs
	as   *syscall.SysProcAttr
	life io.WriteCloser // the watcher ends the server when this closes
	dead chan struct{}  // closed when the watcher has ended

	made     atomic.Int64 // databases so far
	mu       sync.Mutex
	template string // the database that others are copies of; empty before there is one
	broken   error  // what went wrong when the template was prepared
}

// Start starts a server for one test, which is stopped and removed after it. Settings are lines of postgresql.conf: commits
// do not wait for the disk unless one is "fsync = on".
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	bin := needed(t)
	s, err := start(bin, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.end)
	return s
}

func start(bin string, settings []string) (*Server, error) {
	dir, err := os.MkdirTemp("", "bulkhead-postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, as: &syscall.SysProcAttr{Setsid: true}}
	if err := s.lower(); err != nil {
		return nil, fmt.Errorf("%w %w", err, os.RemoveAll(dir))
	}
	if err := s.watch(); err != nil {
		return nil, fmt.Errorf("%w %w", err, os.RemoveAll(dir))
	}
	if err := s.set(settings); err != nil {
		s.end()
		return nil, err
	}
	if err := s.up(); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// lower has the server run as the user postgres where the tests run as root.
func (s *Server) lower() error {
	if os.Geteuid() != 0 {
		return nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("PostgreSQL does not run as root, and this machine has no user postgres: run the tests as another user: %w", err)
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	s.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.dir, uid, gid)
}

// watch starts a shell that waits until the test binary lets go of it, as it does however it ends, and then ends the server.
// It has a session of its own, so that what ends the tests does not end it too.
func (s *Server) watch() error {
	const script = `trap '' INT TERM HUP; read -r _; "$1/pg_ctl" stop -s -w -m immediate -D "$2/data"; rm -rf "$2"`
	watcher := s.command("/bin/sh", "-c", script, "watcher", s.bin, s.dir)
	life, err := watcher.StdinPipe()
	if err != nil {
		return err
	}
	if err := watcher.Start(); err != nil {
		return err
	}
	s.life, s.dead = life, make(chan struct{})
	go func() {
		_ = watcher.Wait()
		close(s.dead)
	}()
	return nil
}

// end stops the server and removes its folder.
func (s *Server) end() {
	_ = s.life.Close()
	<-s.dead
}

// set makes the server's files.
func (s *Server) set(settings []string) error {
	data := filepath.Join(s.dir, "data")
	if err := s.run("initdb", "-D", data, "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust", "--username=postgres"); err != nil {
		return err
	}
	conf, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer conf.Close()
	lines := append([]string{
		"",
		"listen_addresses = ''",
		"port = 5432",
		"unix_socket_directories = '" + s.dir + "'",
		"max_connections = 200",
		"fsync = off",
	}, settings...)
	_, err = conf.WriteString(strings.Join(lines, "\n") + "\n")
	return err
}

func (s *Server) up() error {
	return s.control("start", "-l", filepath.Join(s.dir, "log"))
}

// control asks PostgreSQL's own program to start or stop the server, and waits until that is done.
func (s *Server) control(verb string, more ...string) error {
	err := s.run("pg_ctl", append([]string{verb, "-s", "-w", "-t", strconv.Itoa(int(patience.Seconds())), "-D", filepath.Join(s.dir, "data")}, more...)...)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("%w\nits log ends so:\n%s", err, log[max(0, len(log)-2000):])
	}
	return nil
}

// run runs a program of PostgreSQL to its end.
func (s *Server) run(program string, args ...string) error {
	said, err := s.command(filepath.Join(s.bin, program), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, said)
	}
	return nil
}

// command is a command as the server's user, that nothing set for other servers reaches.
func (s *Server) command(path string, args ...string) *exec.Cmd {
	c := exec.Command(path, args...)
	c.Dir, c.SysProcAttr = s.dir, s.as
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	return c
}

// running says whether the server is up, or thinks so.
func (s *Server) running() bool {
	_, err := os.Stat(filepath.Join(s.dir, "data", "postmaster.pid"))
	return err == nil
}

// Stop ends the server as its keeper would: connections are closed, what was committed is on the disk.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if err := s.control("stop", "-m", "fast"); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the server at once, as a crash would: nothing is tidied up, and the next start recovers what was committed.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if err := s.control("stop", "-m", "immediate"); err != nil {
		t.Fatal(err)
	}
}

// Restart starts the server, after it was stopped or killed, or else stops it first. Databases keep their addresses.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if s.running() {
		s.Stop(t)
	}
	if err := s.up(); err != nil {
		t.Fatal(err)
	}
}
