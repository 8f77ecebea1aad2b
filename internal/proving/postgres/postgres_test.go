package postgres

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// value asks a database for one value.
func value(t *testing.T, url, query string) string {
	t.Helper()
	got, err := first(t.Context(), url, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

func first(ctx context.Context, url, query string) (got string, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	return got, conn.QueryRow(ctx, query).Scan(&got)
}

func do(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

func must(t *testing.T, url, statement string) {
	t.Helper()
	if err := do(t.Context(), url, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

const notes = "CREATE TABLE notes (said TEXT)"

func TestTwoDatabasesAreSeparate(t *testing.T) {
	prepared := 0
	prepare := func(url string) error {
		prepared++
		return do(t.Context(), url, notes)
	}
	Template(t, prepare)
	Template(t, prepare)
	if prepared != 1 {
		t.Errorf("the template was prepared %d times", prepared)
	}
	one, two := Database(t), Database(t)
	must(t, one, "INSERT INTO notes VALUES ('here')")
	if got := value(t, one, "SELECT count(*)::text FROM notes"); got != "1" {
		t.Errorf("the first has %s notes", got)
	}
	if got := value(t, two, "SELECT count(*)::text FROM notes"); got != "0" {
		t.Errorf("the second has %s notes of the first", got)
	}
}

func TestDatabasesGoAfterTheirTest(t *testing.T) {
	var url string
	t.Run("a test", func(t *testing.T) {
		url = Database(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	})
	if _, err := first(t.Context(), url, "SELECT 'still there'"); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("asking it gives %v", err)
	}
}

func TestABrokenTemplateIsSaid(t *testing.T) {
	s := Start(t)
	wrong := errors.New("the statement is wrong")
	for range 2 {
		var inner stub
		inner.TB = t
		func() {
			defer func() { _ = recover() }()
			s.Template(&inner, func(string) error { return wrong })
		}()
		if !strings.Contains(inner.said, wrong.Error()) {
			t.Errorf("it said %q", inner.said)
		}
	}
}

func TestRestartAndKillKeepWhatWasCommitted(t *testing.T) {
	s := Start(t, "fsync = on")
	url := s.Database(t)
	if got := value(t, url, "SHOW fsync"); got != "on" {
		t.Errorf("fsync is %s", got)
	}
	if got := value(t, url, "SHOW lc_collate"); got != "C.UTF-8" {
		t.Errorf("the order of words is that of %s", got)
	}
	must(t, url, notes)
	for _, down := range []func(){func() { s.Stop(t) }, func() { s.Kill(t) }, func() {}} {
		must(t, url, "INSERT INTO notes VALUES ('kept')")
		before := value(t, url, "SELECT pg_postmaster_start_time()::text")
		held, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		down()
		if _, err := first(t.Context(), url, "SELECT 'up'"); !s.running() && err == nil {
			t.Error("it still answers")
		}
		s.Restart(t)
		if err := held.Ping(t.Context()); err == nil {
			t.Error("a connection outlived its server")
		}
		_ = held.Close(t.Context())
		after := value(t, url, "SELECT pg_postmaster_start_time()::text")
		if after == before {
			t.Error("it is the same server still")
		}
	}
	if got := value(t, url, "SELECT count(*)::text FROM notes"); got != "3" {
		t.Errorf("%s of 3 notes are left", got)
	}
}

func TestAServerMayBeDownWhenItsTestEnds(t *testing.T) {
	var dir string
	t.Run("a test", func(t *testing.T) {
		s := Start(t)
		dir = s.dir
		s.Database(t)
		s.Kill(t)
	})
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its folder is left over: %v", err)
	}
}

// TestNothingOutlivesAKilledTest starts this test binary again, with a server in it, and kills it.
func TestNothingOutlivesAKilledTest(t *testing.T) {
	if os.Getenv("BULKHEAD_TO_BE_KILLED") == "1" {
		s := Start(t)
		os.Stdout.WriteString("server in " + s.dir + "\n")
		select {}
	}
	needed(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "BULKHEAD_TO_BE_KILLED=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	dir, found := strings.CutPrefix(strings.TrimSpace(line), "server in ")
	server := number(t, filepath.Join(dir, "data", "postmaster.pid"))
	if kill := child.Process.Kill(); err != nil || !found || kill != nil {
		t.Fatalf("it said %q: %v %v", line, err, kill)
	}
	_ = child.Wait()
	for until := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		_, err := os.Stat(dir)
		folder, process := !errors.Is(err, fs.ErrNotExist), !errors.Is(syscall.Kill(server, 0), syscall.ESRCH)
		if !folder && !process {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("its folder is there: %v; its process is there: %v", folder, process)
		}
	}
}

// number reads the number on the first line of a file.
func number(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	n, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhereTheProgramsAre(t *testing.T) {
	root := t.TempDir()
	put := func(dir string, names ...string) string {
		t.Helper()
		dir = filepath.Join(root, dir)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	all := []string{"initdb", "pg_ctl", "postgres"}
	older, newer := put("versions/9/bin", all...), put("versions/15/bin", all...)
	put("versions/16/bin", "pg_ctl")
	other := put("other", all...)
	for _, c := range []struct {
		versions string
		others   []string
		want     string
	}{
		{filepath.Join(root, "versions"), []string{other}, newer},
		{filepath.Join(root, "none"), []string{filepath.Join(root, "none"), other}, other},
		{filepath.Join(root, "none"), nil, ""},
	} {
		got, err := programs(c.versions, c.others)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("in %s it finds %q, not %q: %v", c.versions, got, c.want, err)
		}
		if err != nil && !strings.Contains(err.Error(), "postgresql-15") {
			t.Errorf("it does not say what to install: %v", err)
		}
	}
	if err := os.RemoveAll(newer); err != nil {
		t.Fatal(err)
	}
	if got, err := programs(filepath.Join(root, "versions"), nil); got != older {
		t.Errorf("it finds %q: %v", got, err)
	}
}

func TestItCanBeLeftOut(t *testing.T) {
	t.Setenv(without, "1")
	skipped := t.Run("a test", func(t *testing.T) {
		Database(t)
		t.Error("it was not skipped")
	})
	if !skipped {
		t.Error("it failed")
	}
}

// stub is a test that keeps what made it end.
type stub struct {
	testing.TB
	said string
}

func (s *stub) Fatalf(format string, args ...any) {
	for _, a := range args {
		if err, ok := a.(error); ok {
			s.said = format + err.Error()
		}
	}
	panic(s.said)
}
