package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// How a row differs from what the record says.
const (
	RowChanged = "changed" // there is one, and it says something else
	RowMissing = "missing" // the record says that there is one
	RowAdded   = "added"   // the record says that there is none
	NotPlayed  = "refused" // an entry that cannot follow from those before it

	ShapeChanged = "shape" // a table, an index or a trigger is not the one that Bulkhead makes
	Torn         = "torn"  // the file of the database is not whole
)

// Difference is a row that is not what follows from the record. It never holds what the row says.
type Difference struct {
	Table   string      `json:"table"`
	Key     string      `json:"key"`               // what tells the row apart, such as portal, risk:r1
	What    string      `json:"what"`              // changed, missing, added, refused, shape or torn
	Columns []string    `json:"columns,omitempty"` // of a row that was changed: which
	Record  int64       `json:"record"`            // the record that it has to follow from; -1 for none
	Kind    ledger.Kind `json:"kind,omitempty"`    // of that record
	Service ident.ID    `json:"service,omitempty"` // and its service
	Reason  string      `json:"reason,omitempty"`  // of an entry that was refused; what is torn
}

// String says what differs, without the record.
func (d Difference) String() string {
	row := fmt.Sprintf("the row %s of table %s", d.Key, d.Table)
	switch d.What {
	case RowChanged:
		return row + " was changed: " + strings.Join(d.Columns, ", ")
	case RowMissing:
		return row + " is missing"
	case RowAdded:
		return row + " should not be there"
	case ShapeChanged:
		return "the " + d.Key + " is not the one that Bulkhead makes, so what it shows may not be what is there"
	case Torn:
		return "the file of the database is not whole: " + d.Reason
	}
	return "this entry cannot follow from those before it: " + d.Reason
}

// lines reads the rows of a table in order of their key.
type lines struct {
	rows    *sql.Rows
	columns []string
	key     []int // where the key's columns are
	now     []any // the row that is next; nil after the last
}

func readLines(ctx context.Context, c conn, t table, columns []string) (*lines, error) {
	l := &lines{columns: columns}
	for _, k := range t.key {
		l.key = append(l.key, slices.Index(columns, k))
	}
	rows, err := c.on.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+t.name+` ORDER BY `+strings.Join(t.key, ", "))
	if err != nil {
		return nil, broken(err)
	}
	l.rows = rows
	return l, l.next()
}

func (l *lines) next() error {
	l.now = nil
	if !l.rows.Next() {
		return broken(l.rows.Err())
	}
	row := make([]any, len(l.columns))
	into := make([]any, len(row))
	for i := range row {
		into[i] = &row[i]
	}
	if err := l.rows.Scan(into...); err != nil {
		return broken(err)
	}
	for i, v := range row {
		if b, is := v.([]byte); is {
			row[i] = string(b)
		}
	}
	l.now = row
	return nil
}

func (l *lines) close() { _ = l.rows.Close() }

// name gives the key of the row in words.
func (l *lines) name() string {
	words := make([]string, len(l.key))
	for i, at := range l.key {
		words[i] = fmt.Sprint(l.now[at])
	}
	return strings.Join(words, ", ")
}

// order compares the keys of two rows; no row comes after all others.
func order(a, b *lines) int {
	if a.now == nil || b.now == nil {
		return cmp.Compare(btoi(a.now == nil), btoi(b.now == nil))
	}
	for i := range a.key {
		var c int
		switch x := a.now[a.key[i]].(type) {
		case int64:
			y, _ := b.now[b.key[i]].(int64)
			c = cmp.Compare(x, y)
		default:
			c = cmp.Compare(fmt.Sprint(x), fmt.Sprint(b.now[b.key[i]]))
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// columns gives the columns of a table, in their order.
func columns(ctx context.Context, c conn, t table) ([]string, error) {
	rows, err := c.on.QueryContext(ctx, `SELECT * FROM `+t.name+` WHERE 1 = 0`)
	if err != nil {
		return nil, broken(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return nil, broken(err)
	}
	return names, broken(rows.Err())
}

// compare holds the rows of a projection against those that were played again.
func (r *replay) compare(ctx context.Context, live conn, t table, found func(Difference)) error {
	scratch := conn{on: r.writer.on}
	names, err := columns(ctx, scratch, t)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(markColumns, name) })
	want, err := readLines(ctx, scratch, t, names)
	if err != nil {
		return err
	}
	defer want.close()
	have, err := readLines(ctx, live, t, names)
	if err != nil {
		return err
	}
	defer have.close()
	for want.now != nil || have.now != nil {
		switch c := order(want, have); {
		case c < 0:
			found(Difference{Table: t.name, Key: want.name(), What: RowMissing})
			err = want.next()
		case c > 0:
			found(Difference{Table: t.name, Key: have.name(), What: RowAdded})
			err = have.next()
		default:
			if changed := unlike(names, want.now, have.now); changed != nil {
				found(Difference{Table: t.name, Key: have.name(), What: RowChanged, Columns: changed})
			}
			if err = want.next(); err == nil {
				err = have.next()
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unlike gives the columns in which two rows differ.
func unlike(names []string, a, b []any) (out []string) {
	for i, name := range names {
		if a[i] != b[i] {
			out = append(out, name)
		}
	}
	return out
}
