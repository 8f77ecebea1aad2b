package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// change runs a function that keeps no entries in a transaction: one of its own where the engine has many writers.
func (s *Store) change(ctx context.Context, do func(*Tx) error) error {
	if s.dialect.file {
		return s.together(ctx, do)
	}
	return s.tried(ctx, func() error { return s.alone(ctx, do) })
}

// together runs a function in a transaction with whatever else waits to be written: they wait for the disk once.
func (s *Store) together(ctx context.Context, do func(*Tx) error) error {
	if s.queue == nil { // what is opened to be read has nobody who writes
		return told(s.alone(ctx, do))
	}
	return s.tried(ctx, func() error { return s.wait(ctx, do) })
}

// tried does something again while the database says that it may succeed then.
func (s *Store) tried(ctx context.Context, do func() error) error {
	for try := 0; ; try++ {
		err := do()
		if err == nil || !s.dialect.retry(err) || try == 9 || ctx.Err() != nil {
			return told(err)
		}
	}
}

// told gives what to tell of an error: a fault as it is, and what a database said as a fault.
func told(err error) error { return broken(err) }

// alone runs a function in a transaction of its own.
func (s *Store) alone(ctx context.Context, do func(*Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := s.safely(&Tx{conn: conn{on: tx}, dialect: s.dialect, marker: s.marker()}, do); err != nil {
		return err
	}
	return tx.Commit()
}

// safely runs a function and makes an error of its panic, so that one change cannot end the writer.
func (s *Store) safely(t *Tx, do func(*Tx) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault.New(fault.Internal, "a change went wrong inside Bulkhead and was not made: %v", r)
		}
	}()
	return do(t)
}

// change is one that waits for the writer.
type change struct {
	ctx  context.Context
	do   func(*Tx) error
	done chan error
}

// groupMost is how many changes are committed together at the most: enough for a slow disk, few enough that none waits
// long for the others.
const groupMost = 128

// wait hands a change to the writer and waits for the disk. A change that the writer has begun is waited for even when
// its caller gives up, so that the answer is always true.
func (s *Store) wait(ctx context.Context, do func(*Tx) error) error {
	c := &change{ctx: ctx, do: do, done: make(chan error, 1)}
	select {
	case s.queue <- c:
	case <-s.stopping:
		return stopping()
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-c.done:
		return told(err)
	case <-s.stopped:
	}
	select {
	case err := <-c.done:
		return told(err)
	default:
		return stopping() // it came when the writer had gone, and was not made
	}
}

func stopping() error {
	return fault.New(fault.Internal, "the server is stopping: try again in a moment")
}

// commitGroups is the one that writes entries. All changes that wait are made in one transaction, each inside a savepoint,
// and are answered together once the disk has them.
func (s *Store) commitGroups() {
	defer close(s.stopped)
	w := &groupWriter{store: s, prepared: map[string]*sql.Stmt{}}
	defer w.drop()
	for {
		select {
		case c := <-s.queue:
			w.commit(s.waiting(c))
		case <-s.stopping:
			for len(s.queue) > 0 {
				w.commit(s.waiting(<-s.queue))
			}
			return
		}
	}
}

// waiting gives a change and those that wait behind it, as many as are committed together.
func (s *Store) waiting(first *change) []*change {
	group := []*change{first}
	for len(group) < groupMost {
		select {
		case next := <-s.queue:
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

// headPatience is for how long a group waits for another replica to let go of the head, before all in it are told that they
// could not be written.
const headPatience = 30 * time.Second

// groupWriter is the writer's connection, with its prepared statements where the driver does not keep them itself.
type groupWriter struct {
	store    *Store
	on       *sql.Conn
	prepared map[string]*sql.Stmt
}

// commit makes a group of changes and answers each.
func (w *groupWriter) commit(group []*change) {
	answers := make([]error, len(group))
	err := w.transact(context.Background(), group, answers) // one caller who gives up must not undo the changes of the others
	if err != nil {
		w.drop() // the connection may be in any state: the next group begins with a new one
	}
	for i, c := range group {
		c.done <- errors.Join(answers[i], err)
	}
}

// transact makes a group of changes in one transaction. It tells what broke the group, such as a full disk that undid the whole
// transaction, apart from what only one change was answered.
func (w *groupWriter) transact(ctx context.Context, group []*change, answers []error) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for i, c := range group {
		var broke error
		if answers[i], broke = w.one(ctx, c); broke != nil {
			return broke
		}
	}
	if err := w.run(ctx, "COMMIT"); err != nil || w.store.dialect.file {
		return err
	}
	w.leave() // others may have it, and whether it still stands is asked before it is used again
	return nil
}

// begin begins a transaction. Where another replica may write too, the head is held first, as whoever writes does: what the
// changes of a group need after that, they need of nobody who waits for them.
func (w *groupWriter) begin(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, headPatience)
	defer cancel()
	if w.on == nil {
		if w.on, err = w.store.write.Conn(ctx); err != nil {
			return err
		}
	}
	if w.store.dialect.file {
		return w.run(ctx, "BEGIN IMMEDIATE")
	}
	if err := w.run(ctx, "BEGIN"); err != nil {
		return err
	}
	return (&Tx{conn: conn{on: w.on}, dialect: w.store.dialect}).hold(ctx)
}

// conn gives the connection for the statements of one change among others.
func (w *groupWriter) conn() conn {
	c := conn{on: w.on, shared: true}
	if w.store.dialect.file {
		c.prep = w.prepare
	}
	return c
}

// one makes one change of a group inside a savepoint.
func (w *groupWriter) one(ctx context.Context, c *change) (answer, broke error) {
	if err := c.ctx.Err(); err != nil {
		return err, nil
	}
	if err := w.run(ctx, "SAVEPOINT one"); err != nil {
		return nil, err
	}
	answer = w.store.safely(&Tx{conn: w.conn(), dialect: w.store.dialect, marker: w.store.marker()}, c.do)
	if answer != nil {
		if err := w.run(ctx, "ROLLBACK TO one"); err != nil {
			return answer, err
		}
	}
	return answer, w.run(ctx, "RELEASE one")
}

func (w *groupWriter) run(ctx context.Context, text string) error {
	_, err := w.on.ExecContext(ctx, text)
	return err
}

// preparedMost bounds the statements kept prepared: those of this package are fewer.
const preparedMost = 500

func (w *groupWriter) prepare(ctx context.Context, query string) *sql.Stmt {
	if stmt := w.prepared[query]; stmt != nil || len(w.prepared) >= preparedMost {
		return stmt
	}
	stmt, err := w.on.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	w.prepared[query] = stmt
	return stmt
}

// drop lets go of the connection; what it had not committed is undone.
func (w *groupWriter) drop() {
	for _, stmt := range w.prepared {
		_ = stmt.Close()
	}
	clear(w.prepared)
	if w.on != nil {
		_, _ = w.on.ExecContext(context.Background(), "ROLLBACK") // there may be nothing to undo
		w.leave()
	}
}

func (w *groupWriter) leave() {
	_ = w.on.Close()
	w.on = nil
}
