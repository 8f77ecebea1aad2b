package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// replay plays the entries of a record again, into empty tables of its own, by the same functions that made the rows when
// the entries were written. What it makes lies in a file that goes when it is closed, and that no other process can open.
type replay struct {
	db      *sql.DB
	writer  groupWriter
	remains map[string]*Destroyed // of bodies that were redacted: what their entries still say
	removed map[string]bool       // bodies of postures that were removed under the rules of retention
	played  int64
	unread  int64             // entries that could not be played, since their content could not be read
	shape   map[string]string // what the empty tables are made of
}

// newReplay makes empty tables.
func newReplay(ctx context.Context) (*replay, error) {
	db, err := sql.Open("sqlite", "") // a file without a name
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the record cannot be played again")
	}
	db.SetMaxOpenConns(1)
	r := &replay{db: db}
	r.writer = groupWriter{store: &Store{dialect: sqliteDialect, write: db}, prepared: map[string]*sql.Stmt{}}
	if err := r.begin(ctx); err != nil {
		return nil, errors.Join(fault.Wrap(fault.Internal, err, "the record cannot be played again"), r.close())
	}
	return r, nil
}

func (r *replay) begin(ctx context.Context) error {
	if err := r.writer.begin(ctx); err != nil {
		return err
	}
	t := &Tx{conn: conn{on: r.writer.on}, dialect: sqliteDialect}
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, step := range steps {
		if err := t.step(ctx, step); err != nil {
			return err
		}
	}
	if r.shape, err = pieces(ctx, t.conn); err != nil {
		return err
	}
	return r.trace(ctx)
}

// trace notes for every row of a projection which record it comes from last, so that a row that is wrong can be told with
// the record that says what is right.
func (r *replay) trace(ctx context.Context) error {
	texts := []string{
		`CREATE TABLE playing (number INTEGER)`, `INSERT INTO playing (number) VALUES (0)`,
		`CREATE TABLE origin (name TEXT, key TEXT, number INTEGER, PRIMARY KEY (name, key)) WITHOUT ROWID`,
	}
	for _, t := range projections() {
		for event, row := range map[string]string{"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"} {
			key := row + "." + strings.Join(t.key, " || ', ' || "+row+".")
			texts = append(texts, `CREATE TRIGGER trace_`+t.name+`_`+event+` AFTER `+event+` ON `+t.name+` BEGIN
				DELETE FROM origin WHERE name = '`+t.name+`' AND key = `+key+`;
				INSERT INTO origin (name, key, number) SELECT '`+t.name+`', `+key+`, number FROM playing; END`)
		}
	}
	for _, text := range texts {
		if err := r.writer.run(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// origin gives the record that a row of a projection comes from last; -1 where none ever said anything of it.
func (r *replay) origin(ctx context.Context, table, key string) (number int64, err error) {
	err = r.writer.on.QueryRowContext(ctx, `SELECT number FROM origin WHERE name = $1 AND key = $2`, table, key).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return number, err
}

// play plays an entry. The answer says why it cannot be played, which a record that nobody changed never gives.
func (r *replay) play(ctx context.Context, number int64, leaf *ledger.Leaf, content []byte) (answer, err error) {
	remains := r.remains[leaf.Body]
	removed := leaf.Kind == ledger.PostureJudged && r.removed[leaf.Body]
	if leaf.Body != "" && content == nil && remains == nil && !removed {
		r.unread++
		return nil, nil
	}
	r.played++
	return r.writer.one(ctx, &change{ctx: ctx, do: func(t *Tx) error {
		if err := t.exec(ctx, `UPDATE playing SET number = $1`, number); err != nil {
			return err
		}
		if leaf.Body != "" && content == nil {
			if remains == nil {
				return stayed(ctx, t, leaf)
			}
			return remains.stay(ctx, t, leaf)
		}
		return t.apply(ctx, leaf, content)
	}})
}

func (r *replay) close() error {
	r.writer.drop()
	return r.db.Close()
}
