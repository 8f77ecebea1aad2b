package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// markedTable is a table by whose rows somebody is let in, or counts as who decided. Whoever can write the database could put
// such a row in, or change one; so each carries a mark over all of that, which only the keys make, and counts for nothing
// without it.
type markedTable struct {
	name string
	says []string // the columns that the mark is over, in order
	key  []string // those that tell a row apart
}

// markedTables gives the tables whose rows carry marks.
func markedTables() []markedTable {
	return []markedTable{
		{"session", []string{"id", "hash", "earlier", "person", "how", "held", "begun", "made", "seen", "idle", "expires"}, []string{"id"}},
		{"link", []string{"hash", "purpose", "person", "payload", "expires"}, []string{"hash"}},
		{"token", []string{"id", "hash", "body", "maker", "scope", "created", "expires", "revoked"}, []string{"id"}},
		{"passkey", []string{"id", "person", "body", "at"}, []string{"id"}},
		{"person", []string{"id", "identity", "left_at"}, []string{"id"}},
		{"decision", []string{"service", "id", "body", "attested", "awaits"}, []string{"service", "id"}},
	}
}

// markColumns are where a row has its mark. They follow from the keys and not from the record, so verify does not compare
// them.
var markColumns = []string{"key_id", "mark"}

// marker makes marks and holds rows to them. It says which ones were not made by it.
type marker struct {
	ring     *seal.Ring // nil where nothing can be marked, as when a record is played again
	instance string
	log      *slog.Logger // nil for none
	unmarked *atomic.Int64
}

// marker gives what marks the rows of this record. Another record has other marks, also where it has the same keys.
func (s *Store) marker() marker {
	return marker{ring: s.ring, instance: s.Instance, log: s.log, unmarked: &s.unmarked}
}

// Unmarked says how often a row was met, since the record was opened, that would have let somebody in or counted as what
// they said, and that this server did not make, or not as it is.
func (s *Store) Unmarked() int64 { return s.unmarked.Load() }

// words gives what a row says, as it is marked. A value is a text or a whole number.
func (m marker) words(table string, says []any) []string {
	out := append(make([]string, 0, len(says)+2), m.instance, table)
	for _, v := range says {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case int64:
			out = append(out, strconv.FormatInt(v, 10))
		default:
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

// over gives the mark of a row that says something.
func (m marker) over(table string, says ...any) seal.Mark {
	if m.ring == nil {
		return seal.Mark{Bytes: emptied}
	}
	return m.ring.Mark(m.words(table, says)...)
}

// holds says whether a row carries its mark. Of one that does not it tells, by the first of what it says.
func (m marker) holds(is seal.Mark, table string, says ...any) bool {
	if m.ring == nil {
		return false
	}
	return m.ring.Marked(is, m.words(table, says)...) || m.strange(table)
}

// trusts is holds for a row of which a change is made, which needs no mark where a record is played again.
func (m marker) trusts(is seal.Mark, table string, says ...any) bool {
	return m.ring == nil || m.holds(is, table, says...)
}

// strange tells of a row of a table that this server did not make, or not as it is. It gives false.
func (m marker) strange(table string) bool {
	m.unmarked.Add(1)
	if m.log != nil {
		m.log.LogAttrs(context.Background(), slog.LevelError, "a row in the database was not made by this server, or was changed, and does not count: run bulkhead verify", slog.String("table", table))
	}
	return false
}

// markMost is how many rows are marked anew in one transaction.
const markMost = 500

// remark marks rows anew that another than the ring's current key marks, and says how many: 0 when none is left. A row
// whose mark is wrong loses it.
func (s *Store) remark(ctx context.Context) (n int64, err error) {
	for _, t := range markedTables() {
		some, err := s.remarkSome(ctx, t)
		if n += some; err != nil || n > 0 {
			return n, err
		}
	}
	return n, nil
}

// markedRow is a row with what it says, in the order of its table.
type markedRow struct {
	says []any
	mark seal.Mark
}

func (t *markedTable) scan(rows *sql.Rows, r *markedRow) error {
	r.says = make([]any, len(t.says))
	into := make([]any, len(t.says), len(t.says)+2)
	for i := range into {
		into[i] = &r.says[i]
	}
	return rows.Scan(append(into, &r.mark.KeyID, &r.mark.Bytes)...)
}

func (s *Store) remarkSome(ctx context.Context, t markedTable) (n int64, err error) {
	current := s.ring.Current()
	rows, err := collect(ctx, s.reader(), t.scan, `SELECT `+strings.Join(t.says, ", ")+`, key_id, mark FROM `+t.name+` WHERE key_id <> $1 AND key_id <> '' LIMIT CAST($2 AS BIGINT)`, current, markMost)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	update := `UPDATE ` + t.name + ` SET key_id = $1, mark = $2 WHERE key_id = $3 AND mark = $4`
	for i, k := range t.key {
		update += ` AND ` + k + ` = $` + strconv.Itoa(i+5)
	}
	m := s.marker()
	err = s.change(ctx, func(tx *Tx) error {
		n = 0
		for _, r := range rows {
			anew := seal.Mark{Bytes: emptied}
			if m.holds(r.mark, t.name, r.says...) {
				anew = m.over(t.name, r.says...)
			}
			args := []any{anew.KeyID, anew.Bytes, r.mark.KeyID, r.mark.Bytes}
			for _, k := range t.key {
				args = append(args, r.says[slices.Index(t.says, k)])
			}
			changed, err := tx.change(ctx, update, args...)
			if err != nil {
				return err
			}
			n += changed
		}
		return nil
	})
	return n, err
}

// markedBy gives, as a part of a query, the keys that rows are marked with.
func markedBy() string {
	var out strings.Builder
	for _, t := range markedTables() {
		out.WriteString(` UNION ALL SELECT key_id FROM ` + t.name + ` WHERE key_id <> ''`)
	}
	return out.String()
}
