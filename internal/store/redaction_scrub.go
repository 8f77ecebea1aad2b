package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Scrub has the database write its files anew, so that nothing that was deleted or overwritten is left in them. It takes
// as long as copying the record does, and on PostgreSQL nobody can read the tables meanwhile. What the engine keeps
// elsewhere (archives of PostgreSQL's log, replicas, backups) is for the runbook.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect.file {
		return s.scrubSQLite(ctx)
	}
	for _, t := range tables() {
		switch t.name {
		case "body", "service", "revision", "evidence", "decision", "rest", "item", "offer", "line", "advice", "proposal", "agreement", "answer", "organisation", "pack", "person", "passkey", "used":
			if err := s.reader().exec(ctx, `VACUUM (FULL) `+t.name); err != nil {
				return fault.Wrap(fault.Internal, err, "what was redacted is destroyed, and the table %s still has to be written anew", t.name)
			}
		}
	}
	return nil
}

// scrubSQLite writes the file anew over a connection of its own: the writer's is always within a transaction or about to be.
func (s *Store) scrubSQLite(ctx context.Context) error {
	var seq int
	var name, file string
	if err := s.reader().row(ctx, `PRAGMA database_list`).Scan(&seq, &name, &file); err != nil {
		return broken(err)
	}
	db, err := sql.Open("sqlite", sqliteName(file, false))
	if err != nil {
		return broken(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if err := s.patiently(ctx, func() error { _, err := db.ExecContext(ctx, `VACUUM`); return err }); err != nil {
		return scrubbed(err)
	}
	return scrubbed(s.patiently(ctx, func() error {
		var busy, pages, moved int
		if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
			return err
		}
		if busy != 0 {
			return errBusy
		}
		return nil
	}))
}

var errBusy = fault.New(fault.Conflict, "somebody is reading the record all the time")

// patiently tries again while others are at the database.
func (s *Store) patiently(ctx context.Context, do func() error) error {
	for try := 0; ; try++ {
		err := do()
		if err == nil || try == 9 || !s.dialect.retry(err) && err != error(errBusy) { //nolint:errorlint // made here and never wrapped
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond << min(try, 5)):
		}
	}
}

func scrubbed(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Internal, err, "what was redacted is destroyed, and the database's file still has to be written anew")
}
