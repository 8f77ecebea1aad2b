package store_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/postgres"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// TestAFailoverLosesNothing has two servers of PostgreSQL, of which the second confirms each commit of the first, and an
// address that names both. The first is killed under load and the second takes over: the same open record goes on, and all
// that was acknowledged is there.
func TestAFailoverLosesNothing(t *testing.T) {
	primary := postgres.Start(t, "fsync = on")
	first := primary.Database(t)
	second := standby(t, first)
	said(t, first, `ALTER SYSTEM SET synchronous_standby_names = '*'`)
	said(t, first, `SELECT pg_reload_conf()::text`)
	until(t, "the second server", func() bool {
		return said(t, first, `SELECT COALESCE(MAX(sync_state), '') FROM pg_stat_replication`) == "sync"
	})

	s := opened(t, store.Config{Database: eitherOf(t, first, second), Ring: ring(t)})
	var made []ident.ID
	var mu sync.Mutex
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(made) }
	var ended atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		writeMany(s, 0, func(id ident.ID, err error) {
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				made = append(made, id)
			}
		}, ended.Load)
	})
	until(t, "the first changes", func() bool { return count() > 50 })
	primary.Kill(t)
	if got := said(t, second, `SELECT pg_promote()::text`); got != "true" {
		t.Fatalf("the second server does not take over: %s", got)
	}
	before := count()
	until(t, "a change on the second server", func() bool { return count() > before+50 })
	ended.Store(true)
	wg.Wait()
	there(t, s, made)
	whole(t, s, 0)
}

// said gives what a server says to one statement.
func said(t *testing.T, address, statement string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	rows, err := conn.Query(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&answer); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return answer
}

// moved gives an address with another folder of the socket.
func moved(t *testing.T, address string, hosts, ports string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("host", hosts)
	q.Set("port", ports)
	u.RawQuery = q.Encode()
	return u.String()
}

func folder(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("host")
}

// eitherOf gives the address of whichever of two servers can be written.
func eitherOf(t *testing.T, first, second string) string {
	t.Helper()
	return moved(t, first, folder(t, first)+","+folder(t, second), "5432,5432") + "&target_session_attrs=read-write"
}

// standby makes a second server that follows the one of an address, and gives the address of the same database on it. It
// ends with the test, or with the test binary.
func standby(t *testing.T, primary string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bulkhead-standby-") // where the user postgres may go, too
	if err != nil {
		t.Fatal(err)
	}
	as := &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		who, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(who.Uid)
		gid, _ := strconv.Atoi(who.Gid)
		as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	programs := filepath.Dir(said(t, primary, `SELECT setting || '/postgres' FROM pg_config WHERE name = 'BINDIR'`))
	// the shell ends the server when its input does, as it does however the test ends
	const script = `"$1/pg_basebackup" -D "$2/data" -R -c fast -h "$3" -U postgres || exit 1
		"$1/postgres" -D "$2/data" -k "$2" 2>"$2/log" & read -r _; kill -QUIT $!; wait; rm -rf "$2"`
	watcher := exec.Command("/bin/sh", "-c", script, "watcher", programs, dir, folder(t, primary))
	watcher.Dir, watcher.SysProcAttr, watcher.Stderr = dir, as, os.Stderr
	life, err := watcher.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watcher.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = life.Close(); _ = watcher.Wait() })
	second := moved(t, primary, dir, "5432")
	until(t, "the second server", func() bool {
		conn, err := pgx.Connect(t.Context(), second)
		if err != nil {
			return false
		}
		return conn.Close(t.Context()) == nil
	})
	return second
}
