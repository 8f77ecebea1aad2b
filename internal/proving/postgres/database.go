package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// shared is the server of the test binary, started when a test first asks for it. It ends with the binary.
var shared = sync.OnceValues(func() (*Server, error) {
	bin, err := programs(installed, pathed())
	if err != nil {
		return nil, err
	}
	return start(bin, nil)
})

func common(t testing.TB) *Server {
	t.Helper()
	needed(t)
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Database makes a database for one test on the server that the tests of a package share, and gives its address for pgx. It
// is a copy of the template, where there is one, or else empty; after the test it is removed.
func Database(t testing.TB) string {
	t.Helper()
	return common(t).Database(t)
}

// Template prepares the database that those of [Database] are copies of from then on: it gives prepare the address of an
// empty one. Only the first call prepares; prepare closes the connections that it opens.
func Template(t testing.TB, prepare func(url string) error) {
	t.Helper()
	common(t).Template(t, prepare)
}

// Database is as [Database], on this server.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	template := s.template
	s.mu.Unlock()
	name := "test" + strconv.FormatInt(s.made.Add(1), 10)
	if err := s.create(name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.ask("DROP DATABASE " + name + " WITH (FORCE)"); err != nil && s.running() {
			t.Errorf("database %s is left over: %v", name, err)
		}
	})
	return s.url(name)
}

// Template is as [Template], on this server.
func (s *Server) Template(t testing.TB, prepare func(url string) error) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.template == "" {
		s.template = "prepared"
		s.broken = s.create(s.template, "")
		if s.broken == nil {
			s.broken = prepare(s.url(s.template))
		}
	}
	if s.broken != nil {
		t.Fatalf("the template could not be prepared: %v", s.broken)
	}
}

// create makes a database as a copy of another; empty where none is named.
func (s *Server) create(name, from string) error {
	if from == "" {
		from = "template0"
	}
	return s.ask("CREATE DATABASE " + name + " TEMPLATE " + from)
}

// ask has the server do one thing that concerns no database of a test. On a busy machine a connection that was closed may go
// on for longer than the five seconds for which the server itself waits until nobody uses the database any more.
func (s *Server) ask(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		err := s.askOnce(ctx, statement)
		said, is := errors.AsType[*pgconn.PgError](err)
		if !is || said.Code != inUse || ctx.Err() != nil {
			return err
		}
	}
}

// inUse is how PostgreSQL says that somebody is connected to a database.
const inUse = "55006"

func (s *Server) askOnce(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// url is the address of a database of this server.
func (s *Server) url(database string) string {
	where := url.Values{"host": {s.dir}, "port": {"5432"}, "user": {"postgres"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + where.Encode()
}
