package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// dialect is all that the two engines differ in. Both are asked with the same texts, in which a LIMIT is cast: SQLite would
// compile the statement anew for each value of a bare one.
type dialect struct {
	name   string
	file   bool              // the record is a file, which one at a time may write to
	types  *strings.Replacer // what {{bytes}}, {{key}}, {{strict}} and {{clustered}} (by its key) are in a migration
	lock   string            // what follows a SELECT to hold a row against others until the end of the transaction
	skip   string            // the same, passing over rows that others hold
	unique func(error) bool  // whether an error says that a row of that key is there already
	retry  func(error) bool  // whether an error says that the same transaction may succeed when tried again
}

var sqliteDialect = dialect{
	name:  "SQLite",
	file:  true,
	types: strings.NewReplacer("{{bytes}}", "BLOB", "{{key}}", "TEXT", "{{strict}}", "STRICT", "{{clustered}}", "STRICT, WITHOUT ROWID", "BIGINT", "INTEGER"),
	unique: func(err error) bool {
		e, is := errors.AsType[*sqlite.Error](err)
		return is && (e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE)
	},
	retry: func(error) bool { return false }, // it has waited for the other writer by then
}

var postgresDialect = dialect{
	name:  "PostgreSQL",
	types: strings.NewReplacer("{{bytes}}", "BYTEA", "{{key}}", `TEXT COLLATE "C"`, "{{strict}}", "", "{{clustered}}", ""),
	lock:  " FOR UPDATE",
	skip:  " FOR UPDATE SKIP LOCKED",
	unique: func(err error) bool {
		e, is := errors.AsType[*pgconn.PgError](err)
		return is && e.Code == "23505"
	},
	retry: func(err error) bool {
		e, is := errors.AsType[*pgconn.PgError](err)
		return is && (e.Code == "40001" || e.Code == "40P01")
	},
}

// IsPostgres says whether a database is named by a URL of PostgreSQL.
func IsPostgres(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://")
}

func (s *Store) connect(ctx context.Context, c Config) error {
	if IsPostgres(c.Database) {
		return s.connectPostgres(ctx, c.Database, c.ReadOnly)
	}
	return s.connectSQLite(ctx, c.Database, c.ReadOnly)
}

func (s *Store) connectPostgres(ctx context.Context, database string, readOnly bool) error {
	s.dialect = postgresDialect
	at, err := pgx.ParseConfig(database)
	if err != nil {
		return fault.New(fault.Invalid, "the address of the database cannot be read: write postgres://USER@HOST/NAME") // the error would hold the password
	}
	if readOnly {
		at.RuntimeParams["default_transaction_read_only"] = "on"
	}
	db := stdlib.OpenDB(*at)
	db.SetMaxOpenConns(4 * runtime.GOMAXPROCS(0))
	db.SetMaxIdleConns(4 * runtime.GOMAXPROCS(0))
	s.write, s.read, s.turns = db, db, make(turns, 2*runtime.GOMAXPROCS(0)) // the rest is for who writes
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return fault.New(fault.Internal, "PostgreSQL does not answer: %s", reachable(err))
	}
	return nil
}

// reachable says why a server could not be reached, without the address, which may hold a password.
func reachable(err error) string {
	if e, is := errors.AsType[*pgconn.PgError](err); is {
		return e.Message
	}
	return "look whether it runs, and whether the address and the password are right"
}

func (s *Store) connectSQLite(ctx context.Context, file string, readOnly bool) error {
	s.dialect = sqliteDialect
	if readOnly {
		if _, err := os.Stat(file); err != nil {
			return fault.New(fault.NotFound, "there is no record at %s", file)
		}
	} else if err := private(file); err != nil {
		return err
	}
	name := sqliteName(file, true)
	if readOnly && frozen(ctx, file, name) {
		name += "&immutable=1"
	}
	read, err := sql.Open("sqlite", name)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the record cannot be opened")
	}
	read.SetMaxOpenConns(2 * runtime.GOMAXPROCS(0))
	read.SetMaxIdleConns(2 * runtime.GOMAXPROCS(0))
	s.read, s.write, s.turns = read, read, make(turns, 2*runtime.GOMAXPROCS(0))
	if readOnly {
		return nil
	}
	s.write, err = sql.Open("sqlite", sqliteName(file, false))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the record cannot be opened")
	}
	s.write.SetMaxOpenConns(1)
	s.write.SetConnMaxLifetime(0)
	if err := s.write.PingContext(ctx); err != nil {
		return fault.Wrap(fault.Invalid, err, "the record at %s cannot be opened: look whether the disk is full or read-only, and who may write there", file)
	}
	return nil
}

// frozen says whether a file is on a disk that cannot be written, such as an auditor's copy: SQLite then needs to be told
// that nobody changes it. A file with a log beside it, which holds what is newer, is not taken for one.
func frozen(ctx context.Context, file, name string) bool {
	if _, err := os.Stat(file + "-wal"); err == nil {
		return false
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return false
	}
	defer func() { _ = db.Close() }()
	e, is := errors.AsType[*sqlite.Error](db.PingContext(ctx))
	return is && e.Code()&0xff == sqlite3.SQLITE_CANTOPEN
}

// private makes the file of a record, where there is none, so that only its owner reads it. SQLite gives the files that it
// puts beside it the same mode.
func private(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fault.Wrap(fault.Invalid, err, "the folder for the record cannot be made")
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the record at %s cannot be written: look whether the disk is full or read-only, and who may write there", file)
	}
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return fault.Wrap(fault.Invalid, err, "the record at %s cannot be made private: it belongs to somebody else", file)
	}
	return nil
}

// sqliteName gives the name under which a file is opened: changes are on the disk before they are acknowledged.
func sqliteName(file string, readOnly bool) string {
	q := url.Values{}
	for _, pragma := range []string{"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "foreign_keys(1)", "cell_size_check(1)"} {
		q.Add("_pragma", pragma)
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Add("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: q.Encode()}).String()
}
