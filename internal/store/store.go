// Package store is the record of an organisation on a disk: entries with their leaves and sealed bodies, the projections
// worked out from them, and the working tables of the server. It runs on SQLite and on PostgreSQL with one text for each
// statement.
//
// What counts is written by Write alone, which keeps the entry, what follows from it and its leaf in one transaction; so
// a change without a record cannot be written, and a record without its change cannot either. What a reader is told was
// written is on the disk. Nothing inside a transaction reads a clock or makes an id.
//
// The package never decides who may do what, never judges, and never gives out the content of a body to be kept
// anywhere else than with its caller.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/deflated"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// Config says where the record is kept.
type Config struct {
	Database string           // a file of SQLite, or a URL that begins with postgres://
	Ring     *seal.Ring       // the keys that bodies are sealed with
	Now      func() time.Time // the clock; nil for the machine's
	Rand     io.Reader        // where ids come from; nil for the machine's
	ReadOnly bool             // open what is there and write nothing, as verify does
	Log      *slog.Logger     // is told of rows that this server did not make; nil for none
}

// Store is an open record.
type Store struct {
	dialect  dialect
	write    *sql.DB // of SQLite: one connection
	read     *sql.DB
	turns    turns
	queue    chan *change  // changes that wait for the one that writes
	stopping chan struct{} // closed when the writer is to finish what waits
	stopped  chan struct{} // closed when it has
	closing  sync.Once
	prepared sync.Map // on SQLite: text -> *sql.Stmt of read
	ring     *seal.Ring
	clock    clock
	rand     io.Reader
	parts    deflated.Maker // of what is sent around what is kept compressed
	log      *slog.Logger
	unmarked atomic.Int64 // rows met that would have let somebody in
	Instance string       // the id of this record, made when it was
}

// Open opens a record, makes its tables when it is new, and brings older tables to the form of today.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{ring: c.Ring, rand: c.Rand, clock: clock{now: c.Now}, log: c.Log}
	if s.rand == nil {
		s.rand = rand.Reader
	}
	if s.clock.now == nil {
		s.clock.now = time.Now
	}
	if err := s.connect(ctx, c); err != nil {
		return nil, err
	}
	if err := s.begin(ctx, c.ReadOnly); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// begin migrates, finds the instance and where the clock of the record stands, and starts the writer.
func (s *Store) begin(ctx context.Context, readOnly bool) error {
	if readOnly {
		if err := s.known(ctx); err != nil {
			return err
		}
	} else {
		if err := s.migrate(ctx); err != nil {
			return told(err)
		}
		if err := s.found(ctx); err != nil {
			return told(err)
		}
	}
	var at civil.Instant
	err := s.reader().row(ctx, `SELECT instance.id, head.at FROM instance, head`).Scan(&s.Instance, &at)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "this %s database is not a record of Bulkhead", s.dialect.name)
	}
	s.clock.last = at
	if !readOnly {
		s.queue, s.stopping, s.stopped = make(chan *change, 1024), make(chan struct{}), make(chan struct{})
		go s.commitGroups()
	}
	return nil
}

// found makes the first rows of a new record.
func (s *Store) found(ctx context.Context) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	now := s.clock.Now()
	return s.alone(ctx, func(t *Tx) error {
		if err := t.exec(ctx, `INSERT INTO instance (one, id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, id); err != nil {
			return err
		}
		return t.exec(ctx, `INSERT INTO head (one, size, at) VALUES (1, 0, $1) ON CONFLICT (one) DO NOTHING`, now)
	})
}

// Close finishes the writes that were begun and lets go of the database.
func (s *Store) Close() (err error) {
	s.closing.Do(func() {
		if s.queue != nil {
			close(s.stopping)
			<-s.stopped
		}
		s.prepared.Range(func(_, stmt any) bool { _ = stmt.(*sql.Stmt).Close(); return true })
		if s.read != nil && s.read != s.write {
			err = s.read.Close()
		}
		if s.write != nil {
			if e := s.write.Close(); err == nil {
				err = e
			}
		}
	})
	return err
}

// Ready says whether the record can be read now.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	if err := s.reader().row(ctx, `SELECT one FROM head`).Scan(&one); err != nil {
		return fault.Wrap(fault.Internal, err, "the database does not answer")
	}
	return nil
}

// Now gives the time by the record's clock, which never goes back.
func (s *Store) Now() civil.Instant { return s.clock.Now() }

// clock is the machine's clock, held to never go back: an entry that came later never looks earlier.
type clock struct {
	mu   sync.Mutex
	now  func() time.Time
	last civil.Instant
}

// Now gives the time, or that of the last entry where the machine's clock was set back.
func (c *clock) Now() civil.Instant {
	return c.since(0)
}

// told gives what the machine's clock says, whatever entries say; 0 for a backup, which has none.
func (c *clock) told() civil.Instant {
	if c.now == nil {
		return 0
	}
	return civil.Of(c.now())
}

// since gives the time, or that of an entry where another replica's clock is ahead of this one.
func (c *clock) since(entry civil.Instant) civil.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.last, entry, civil.Of(c.now()))
	return c.last
}
