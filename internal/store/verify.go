package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// What a leaf of store.created and of key.rotated says in Meta, where everybody can read it.
const (
	MetaInstance  = "instance"   // the id of the record
	MetaPublicKey = "public-key" // of checkpoints from here on
)

// Verification is what was found in a record that was checked as a whole.
type Verification struct {
	Instance    string         `json:"instance"`
	Record      *ledger.Report `json:"record"`          // leaves, bodies and checkpoints
	Played      int64          `json:"played"`          // entries that were played again
	Unplayed    int64          `json:"unplayed"`        // entries that were not, since their content could not be read
	First       *Bad           `json:"first,omitempty"` // the first record that is wrong; nil where none is
	Differences []Difference   `json:"differences"`     // rows that are not what follows; at most a hundred, by record
	Rest        int            `json:"rest"`            // how many more there are
	Keys        []string       `json:"keys"`            // the public keys that the record itself names
	Beside      []string       `json:"beside"`          // tables of what the server works with, which no entry says, so that they were not compared
}

// Bad is a record that is wrong, or from which something follows that is not so.
type Bad struct {
	Record  int64       `json:"record"` // -1 where it cannot be said which
	Kind    ledger.Kind `json:"kind,omitempty"`
	Service ident.ID    `json:"service,omitempty"`
	Text    string      `json:"text"`
}

// Sound says that no damage was found.
func (v *Verification) Sound() bool { return v.First == nil }

// differencesMost is how many differences are listed.
const differencesMost = 100

// snapshot reads within one transaction, so that what is read belongs together whatever others write meanwhile.
func (s *Store) snapshot(ctx context.Context, read func(c conn) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return broken(err)
	}
	defer func() { _ = tx.Rollback() }()
	return read(conn{on: tx})
}

// Verify checks the record as a whole: leaves, bodies and checkpoints, those kept elsewhere too, and every row that follows
// from them, by playing all entries again. A record that is being written to is checked as it was when this began. Without
// keys for checkpoints, those that the record names are used.
func (s *Store) Verify(ctx context.Context, against []string, keys []note.Verifier) (v *Verification, err error) {
	err = s.snapshot(ctx, func(c conn) error {
		v, err = s.verify(ctx, c, against, keys)
		return err
	})
	return v, err
}

func (s *Store) verify(ctx context.Context, c conn, against []string, keys []note.Verifier) (*Verification, error) {
	if err := formed(ctx, c); err != nil {
		return nil, err
	}
	v := &verifying{store: s, conn: c, out: &Verification{Instance: s.Instance, Beside: beside()}}
	if err := v.begin(ctx, &keys); err != nil {
		return nil, err
	}
	if v.replay != nil {
		defer func() { _ = v.replay.close() }()
	}
	stored, err := collect(ctx, c, func(rows *sql.Rows, text *string) error { return rows.Scan(text) }, `SELECT text FROM checkpoint ORDER BY size`)
	if err != nil {
		return nil, err
	}
	v.out.Record, err = ledger.Verify(ledger.Input{Records: v.records(ctx), Checkpoints: stored, Against: against, Keys: keys, Now: s.clock.told()})
	if err != nil {
		return nil, err
	}
	return v.out, v.finish(ctx)
}

// formed says whether the tables are in the form that this version knows.
func formed(ctx context.Context, c conn) error {
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	var have int
	if err := c.row(ctx, `SELECT step FROM form`).Scan(&have); err != nil {
		return fault.Wrap(fault.Invalid, err, "this is not a record of Bulkhead")
	}
	if have != len(steps) {
		return fault.New(fault.Invalid, "the record has form %d, and this version of Bulkhead knows %d: use the version that wrote it last", have, len(steps))
	}
	return nil
}

// verifying is a record that is being verified.
type verifying struct {
	store  *Store
	conn   conn
	replay *replay // nil where no key is at hand, so that nothing can be played
	found  []Difference
	out    *Verification
	leaves int64
	last   civil.Instant // what the last leaf says

	redacted map[string]bool // the bodies that redactions name
	removed  map[string]bool // those of postures that entries say were removed; unknown without the keys
}

// begin makes the tables in which the record is played again, and finds out what was redacted and which keys the record
// names.
func (v *verifying) begin(ctx context.Context, keys *[]note.Verifier) (err error) {
	if err := v.named(ctx); err != nil {
		return err
	}
	if len(*keys) == 0 {
		for _, text := range v.out.Keys {
			if key, err := note.NewVerifier(text); err == nil {
				*keys = append(*keys, key)
			}
		}
	}
	if v.store.ring == nil {
		return nil
	}
	if err := v.fits(ctx); err != nil {
		return err
	}
	if v.replay, err = newReplay(ctx); err != nil {
		return err
	}
	if v.removed, err = v.outlived(ctx); err != nil {
		return err
	}
	v.replay.removed = v.removed
	v.replay.remains, err = v.remains(ctx)
	return err
}

// fits says whether the keys are those of the record. With none that fits, everything would look as if it were damaged.
func (v *verifying) fits(ctx context.Context) error {
	used, err := collect(ctx, v.conn, func(rows *sql.Rows, id *string) error { return rows.Scan(id) }, `SELECT DISTINCT key_id FROM body WHERE wrapped IS NOT NULL`)
	if err != nil || len(used) == 0 {
		return err
	}
	have := v.store.ring.IDs()
	if !slices.ContainsFunc(used, func(id string) bool { return slices.Contains(have, id) }) {
		return fault.New(fault.Invalid, "these are the keys of another record: none of them seals anything in this one. Name those that belong to it with --keys")
	}
	return nil
}

// named reads the public keys and the redacted bodies that the record names, and the id that it was begun with.
func (v *verifying) named(ctx context.Context) error {
	v.redacted = map[string]bool{}
	texts, err := collect(ctx, v.conn, func(rows *sql.Rows, b *[]byte) error { return rows.Scan(b) },
		`SELECT leaf FROM leaf WHERE kind IN ($1, $2, $3) ORDER BY number`, string(ledger.StoreCreated), string(ledger.KeyRotated), string(ledger.RedactionMade))
	if err != nil {
		return err
	}
	for _, text := range texts {
		leaf, err := ledger.ReadLeaf(text)
		if err != nil {
			continue // it is found when it is its turn
		}
		if body := leaf.Redacts(); body != "" {
			v.redacted[body] = true
		}
		if key := leaf.Meta[MetaPublicKey]; key != "" && !slices.Contains(v.out.Keys, key) {
			v.out.Keys = append(v.out.Keys, key)
		}
		if id := leaf.Meta[MetaInstance]; leaf.Kind == ledger.StoreCreated && id != v.out.Instance {
			v.found = append(v.found, Difference{Table: "instance", Key: "1", What: RowChanged, Columns: []string{"id"}, Record: -1})
		}
	}
	return nil
}

// outlived reads which bodies of postures were removed under the rules of retention.
func (v *verifying) outlived(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	err := v.contents(ctx, ledger.PostureRemoved, func(content []byte) {
		var r Removed
		if err := json.Unmarshal(content, &r); err == nil {
			for _, body := range r.Bodies {
				out[body] = true
			}
		}
	})
	return out, err
}

// remains reads what the redactions say of the entries whose content they destroyed.
func (v *verifying) remains(ctx context.Context) (map[string]*Destroyed, error) {
	out := map[string]*Destroyed{}
	err := v.contents(ctx, ledger.RedactionMade, func(content []byte) {
		var d Destroyed
		if err := json.Unmarshal(content, &d); err == nil {
			out[d.Body] = &d
		}
	})
	return out, err
}

// contents reads the contents of all entries of a kind. One that cannot be opened is found when it is its turn.
func (v *verifying) contents(ctx context.Context, kind ledger.Kind, each func(content []byte)) error {
	bodies, err := collect(ctx, v.conn, scanSealed, `SELECT `+sealedColumns+` FROM leaf JOIN body ON body.id = leaf.body WHERE leaf.kind = $1`, string(kind))
	for i := range bodies {
		if content, err := v.store.open(&bodies[i]); err == nil {
			each(content)
		}
	}
	return err
}

// pageMost is how many entries are read at once.
const pageMost = 100

// records gives every entry with its body, opened where it can be, and plays it on the way.
func (v *verifying) records(ctx context.Context) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for from := int64(-1); ; {
			page, err := collect(ctx, v.conn, scanEntry, `SELECT number, leaf, hash, kind, at, service, subject, actor, leaf.body, body.id, body.key_id, body.wrapped, body.sealed
				FROM leaf LEFT JOIN body ON body.id = leaf.body WHERE number > $1 ORDER BY number LIMIT CAST($2 AS BIGINT)`, from, pageMost)
			if err != nil {
				yield(ledger.Record{}, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for i := range page {
				r, err := v.record(ctx, &page[i])
				if !yield(r, err) || err != nil {
					return
				}
			}
			from = page[len(page)-1].Number
		}
	}
}

// entryRow is a leaf with its body.
type entryRow struct {
	LeafRow
	bodyID, keyID sql.NullString
	body          Sealed
}

func scanEntry(rows *sql.Rows, e *entryRow) error {
	l := &e.LeafRow
	err := rows.Scan(&l.Number, &l.Leaf, &l.Hash, &l.Kind, &l.At, &l.Service, &l.Subject, &l.Actor, &l.Body, &e.bodyID, &e.keyID, &e.body.Wrapped, &e.body.Bytes)
	e.body.ID, e.body.KeyID = e.bodyID.String, e.keyID.String
	return err
}

// record gives an entry as it is verified, and plays it.
func (v *verifying) record(ctx context.Context, e *entryRow) (ledger.Record, error) {
	v.leaves++
	r := ledger.Record{Index: e.Number, Leaf: e.Leaf}
	if copy(r.Hash[:], e.Hash); len(e.Hash) != len(r.Hash) || r.Hash == [32]byte{} {
		r.Hash = [32]byte{1} // there is always one, so it was changed
	}
	if e.bodyID.Valid {
		v.opened(&r, &e.body)
	}
	leaf, err := ledger.ReadLeaf(e.Leaf)
	if err != nil {
		return r, nil //nolint:nilerr // the ledger says so in the report
	}
	v.indexed(e, &leaf)
	v.last = leaf.At
	if v.replay == nil {
		return r, nil
	}
	refused, err := v.replay.play(ctx, e.Number, &leaf, r.Content)
	if refused != nil {
		v.found = append(v.found, Difference{Table: "leaf", Key: number(e.Number), What: NotPlayed, Record: e.Number, Reason: refused.Error()})
	}
	return r, err
}

// opened reads a body into a record. A body that a redaction names, or an entry about removed postures, is one that is
// gone, even where it can be opened: then it was put back.
func (v *verifying) opened(r *ledger.Record, b *Sealed) {
	r.Redacted = len(b.Wrapped) == 0 || v.redacted[b.ID] || v.removed[b.ID]
	if !bytes.Equal(b.Bytes, emptied) {
		r.Sealed = b.Bytes
	}
	if v.store.ring == nil {
		r.OpenError = ledger.ErrNoKey
		if r.Redacted && len(b.Wrapped) > 0 {
			v.found = append(v.found, Difference{Table: "body", Key: b.ID, What: RowChanged, Columns: []string{"wrapped"}, Record: r.Index})
		}
		return
	}
	var err error
	if r.Salt, r.Content, err = seal.Open(v.store.ring, b.ID, b.KeyID, b.Wrapped, b.Bytes); err != nil && !errors.Is(err, seal.ErrDestroyed) {
		r.OpenError = err
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// indexed holds the columns by which leaves are looked for to what the leaf says.
func (v *verifying) indexed(e *entryRow, leaf *ledger.Leaf) {
	var changed []string
	for _, c := range []struct {
		name  string
		wrong bool
	}{
		{"kind", e.Kind != leaf.Kind},
		{"at", e.At != leaf.At},
		{"service", e.Service != leaf.Service},
		{"subject", e.Subject != leaf.Subject},
		{"actor", e.Actor != leaf.Actor},
		{"body", e.Body != leaf.Body},
	} {
		if c.wrong {
			changed = append(changed, c.name)
		}
	}
	if changed != nil {
		v.found = append(v.found, Difference{Table: "leaf", Key: number(e.Number), What: RowChanged, Columns: changed, Record: e.Number})
	}
}

// finish compares every row that follows from the record, and says of each that differs which record it follows from.
func (v *verifying) finish(ctx context.Context) error {
	if err := v.head(ctx); err != nil {
		return err
	}
	if err := v.shape(ctx); err != nil {
		return err
	}
	if v.replay != nil {
		v.out.Played, v.out.Unplayed = v.replay.played, v.replay.unread
		for _, t := range projections() {
			if err := v.replay.compare(ctx, v.conn, t, func(d Difference) { v.found = append(v.found, d) }); err != nil {
				return err
			}
		}
	}
	for i := range v.found {
		if err := v.origin(ctx, &v.found[i]); err != nil {
			return err
		}
	}
	slices.SortStableFunc(v.found, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(btoi(a.Record < 0), btoi(b.Record < 0)), cmp.Compare(a.Record, b.Record))
	})
	v.out.Differences = append([]Difference{}, v.found[:min(len(v.found), differencesMost)]...)
	v.out.Rest = len(v.found) - len(v.out.Differences)
	return v.first(ctx)
}

// head holds the head to the leaves, and the bodies to having one.
func (v *verifying) head(ctx context.Context) error {
	var size int64
	var at civil.Instant
	if err := v.conn.row(ctx, `SELECT COALESCE(MAX(size), -1), COALESCE(MAX(at), 0) FROM head`).Scan(&size, &at); err != nil {
		return broken(err)
	}
	if size != v.leaves {
		v.found = append(v.found, Difference{Table: "head", Key: "1", What: RowChanged, Columns: []string{"size"}, Record: min(size, v.leaves)})
	} else if at != v.last && v.leaves > 0 { // or nobody could write before that time has come
		v.found = append(v.found, Difference{Table: "head", Key: "1", What: RowChanged, Columns: []string{"at"}, Record: size - 1})
	}
	if err := v.dated(ctx); err != nil {
		return err
	}
	alone, err := collect(ctx, v.conn, func(rows *sql.Rows, id *string) error { return rows.Scan(id) },
		`SELECT id FROM body WHERE NOT EXISTS (SELECT 1 FROM leaf WHERE leaf.body = body.id) ORDER BY id`)
	for _, id := range alone {
		v.found = append(v.found, Difference{Table: "body", Key: id, What: RowAdded, Record: -1})
	}
	return err
}

// dated holds the times at which checkpoints were made, of which their texts say nothing, to lie after the last record of
// each and in the order of the checkpoints, as nearly as clocks agree.
func (v *verifying) dated(ctx context.Context) error {
	type made struct {
		size         int64
		at, recorded civil.Instant
	}
	all, err := collect(ctx, v.conn, func(rows *sql.Rows, m *made) error { return rows.Scan(&m.size, &m.at, &m.recorded) },
		`SELECT checkpoint.size, checkpoint.at, leaf.at FROM checkpoint JOIN leaf ON leaf.number = checkpoint.size - 1 ORDER BY checkpoint.size DESC`)
	next := v.store.clock.told()
	for _, m := range all {
		if m.at+ledger.ClockSlack < m.recorded || next != 0 && m.at > next+ledger.ClockSlack {
			v.found = append(v.found, Difference{Table: "checkpoint", Key: number(m.size), What: RowChanged, Columns: []string{"at"}, Record: m.size - 1})
		} else {
			next = m.at
		}
	}
	return err
}

// origin says from which record a row that differs follows.
func (v *verifying) origin(ctx context.Context, d *Difference) (err error) {
	if slices.ContainsFunc(projections(), func(t table) bool { return t.name == d.Table }) {
		if d.Record, err = v.replay.origin(ctx, d.Table, d.Key); err != nil {
			return broken(err)
		}
	}
	if d.Record < 0 {
		return nil
	}
	return none(v.conn.row(ctx, `SELECT kind, service FROM leaf WHERE number = $1`, d.Record).Scan(&d.Kind, &d.Service))
}

// first names the first record that is wrong; a row that no record speaks of comes after all that one does.
func (v *verifying) first(ctx context.Context) error {
	var bad *Bad
	if f := v.out.Record.First; f != nil {
		bad = &Bad{Record: f.Index, Kind: f.Kind, Text: f.Text()}
	}
	for _, d := range v.found {
		if bad == nil || d.Record >= 0 && (bad.Record < 0 || d.Record < bad.Record) {
			bad = &Bad{Record: d.Record, Text: d.String()}
		}
	}
	if v.out.First = bad; bad == nil || bad.Record < 0 {
		return nil
	}
	return none(v.conn.row(ctx, `SELECT kind, service FROM leaf WHERE number = $1`, bad.Record).Scan(&bad.Kind, &bad.Service))
}
