package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// migrations are the steps from one form of the tables to the next, in order. A step that was released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables to the form of today. Many replicas may do so at once: one does it and the others wait.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	return s.alone(ctx, func(t *Tx) error {
		if !s.dialect.file {
			if err := t.exec(ctx, `SELECT pg_advisory_xact_lock(7283462)`); err != nil {
				return err
			}
		}
		if err := t.exec(ctx, `CREATE TABLE IF NOT EXISTS form (one INTEGER PRIMARY KEY CHECK (one = 1), step INTEGER NOT NULL)`); err != nil {
			return err
		}
		if err := t.exec(ctx, `INSERT INTO form (one, step) VALUES (1, 0) ON CONFLICT (one) DO NOTHING`); err != nil {
			return err
		}
		var have int
		if err := t.row(ctx, `SELECT step FROM form`).Scan(&have); err != nil {
			return err
		}
		if have > len(steps) {
			return newer(have, len(steps))
		}
		for i := have; i < len(steps); i++ {
			if err := t.step(ctx, steps[i]); err != nil {
				return fault.Wrap(fault.Internal, err, "the tables could not be brought to form %d", i+1)
			}
		}
		return t.exec(ctx, `UPDATE form SET step = $1`, len(steps))
	})
}

func newer(have, known int) error {
	return fault.New(fault.Invalid, "the record was made by a newer Bulkhead (its form is %d, this one knows %d): use that version or a newer one", have, known)
}

// known says whether a record that is opened to be read has the form of today.
func (s *Store) known(ctx context.Context) error {
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	var have int
	if err := s.reader().row(ctx, `SELECT step FROM form`).Scan(&have); err != nil {
		return fault.Wrap(fault.Invalid, err, "this %s database is not a record of Bulkhead", s.dialect.name)
	}
	switch {
	case have > len(steps):
		return newer(have, len(steps))
	case have < len(steps):
		return fault.New(fault.Invalid, "the record was made by an older Bulkhead (its form is %d, this one has %d): start the server with it once, which brings it to the form of today", have, len(steps))
	}
	return nil
}

// step runs the statements of one step, which end with a semicolon at the end of a line.
func (t *Tx) step(ctx context.Context, name string) error {
	text, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	for statement := range strings.SplitSeq(t.types.Replace(string(text)), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if err := t.exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", firstLine(strings.TrimSpace(statement)), err)
		}
	}
	return nil
}
