package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Count is how many statements were run.
type Count struct{ n atomic.Int64 }

// Statements gives how many statements were run so far.
func (c *Count) Statements() int64 { return c.n.Load() }

type countKey struct{}

// Counting gives a context whose statements are counted.
func Counting(ctx context.Context) (context.Context, *Count) {
	c := &Count{}
	return context.WithValue(ctx, countKey{}, c), c
}

func counted(ctx context.Context) {
	if c, is := ctx.Value(countKey{}).(*Count); is {
		c.n.Add(1)
	}
}

// runner is what statements are run on: a pool, or a transaction.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// conn runs statements and counts them. On SQLite it keeps them prepared, since reading their text takes longer than
// running most of them; PostgreSQL's driver does that by itself.
type conn struct {
	on     runner
	prep   func(ctx context.Context, query string) *sql.Stmt // nil, or giving nil, to run the text as it is
	shared bool                                              // the transaction has changes of others in it too
	turns  turns                                             // of who reads outside a transaction; else nil
}

// turns lets as many read at once as there are connections, in the order in which they came. A pool hands its connections
// to whom it likes: among many who wait, some would wait long.
type turns chan struct{}

func (t turns) take(ctx context.Context) error {
	if t == nil {
		return nil
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turns) leave() {
	if t != nil {
		<-t
	}
}

// single is the first row of what was asked, with the turn in which it is read.
type single struct {
	row   *sql.Row
	turns turns
	err   error
}

// Scan reads the row, once.
func (l single) Scan(into ...any) error {
	if l.err != nil {
		return l.err
	}
	defer l.turns.leave()
	return l.row.Scan(into...)
}

// several are the rows of what was asked, with the turn in which they are read.
type several struct {
	*sql.Rows
	turns turns
}

// Close ends the reading, once.
func (l several) Close() error {
	defer l.turns.leave()
	return l.Rows.Close()
}

// asked counts a statement and gives the context that it runs in. Where a transaction is shared, a statement that was
// begun ends, even when who asked for it has gone: breaking it off would undo the changes of the others.
func (c conn) asked(ctx context.Context) context.Context {
	counted(ctx)
	if c.shared {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (c conn) exec(ctx context.Context, query string, args ...any) error {
	_, err := c.change(ctx, query, args...)
	return err
}

// change runs a statement and gives how many rows it changed.
func (c conn) change(ctx context.Context, query string, args ...any) (int64, error) {
	ctx = c.asked(ctx)
	var result sql.Result
	var err error
	if stmt := c.stmt(ctx, query); stmt != nil {
		result, err = stmt.ExecContext(ctx, args...)
	} else {
		result, err = c.on.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c conn) row(ctx context.Context, query string, args ...any) single {
	ctx = c.asked(ctx)
	if err := c.turns.take(ctx); err != nil {
		return single{err: err}
	}
	if stmt := c.stmt(ctx, query); stmt != nil {
		return single{row: stmt.QueryRowContext(ctx, args...), turns: c.turns}
	}
	return single{row: c.on.QueryRowContext(ctx, query, args...), turns: c.turns}
}

func (c conn) rows(ctx context.Context, query string, args ...any) (out several, err error) {
	ctx = c.asked(ctx)
	if err := c.turns.take(ctx); err != nil {
		return out, err
	}
	out.turns = c.turns
	if stmt := c.stmt(ctx, query); stmt != nil {
		out.Rows, err = stmt.QueryContext(ctx, args...)
	} else {
		out.Rows, err = c.on.QueryContext(ctx, query, args...)
	}
	if err != nil {
		c.turns.leave()
	}
	return out, err
}

func (c conn) stmt(ctx context.Context, query string) *sql.Stmt {
	if c.prep == nil {
		return nil
	}
	return c.prep(ctx, query)
}

// collect runs a query and reads each row of it.
func collect[T any](ctx context.Context, c conn, scan func(*sql.Rows, *T) error, query string, args ...any) (out []T, err error) {
	rows, err := c.rows(ctx, query, args...)
	if err != nil {
		return nil, broken(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one T
		if err := scan(rows.Rows, &one); err != nil {
			return nil, broken(err)
		}
		out = append(out, one)
	}
	if err := rows.Err(); err != nil {
		return nil, broken(err)
	}
	return out, nil
}

// reader gives a connection for reading outside a transaction.
func (s *Store) reader() conn {
	c := conn{on: s.read, turns: s.turns}
	if s.dialect.file {
		c.prep = s.prepare
	}
	return c
}

// prepare gives the prepared form of a text; nil when it cannot be prepared, so that running it tells why.
func (s *Store) prepare(ctx context.Context, query string) *sql.Stmt {
	if stmt, is := s.prepared.Load(query); is {
		return stmt.(*sql.Stmt)
	}
	stmt, err := s.read.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	if other, was := s.prepared.LoadOrStore(query, stmt); was {
		_ = stmt.Close()
		return other.(*sql.Stmt)
	}
	return stmt
}

// broken makes a fault of what a database said, which is for the log and not for the reader.
func broken(err error) error {
	if err == nil {
		return nil
	}
	if _, is := errors.AsType[*fault.Error](err); is || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Wrap(fault.Internal, err, "the record could not be read or written: %s", firstLine(err.Error()))
}

// missing makes a fault of a row that is not there.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, format, args...)
	}
	return broken(err)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
