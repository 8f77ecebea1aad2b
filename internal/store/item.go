package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Found is an item of a posture with where it is.
type Found struct {
	Item
	Service ident.ID
	Name    string // of the service
	Unit    ident.ID
}

const foundColumns = `service.id, service.name, service.unit, item.ref, item.kind, item.title, item.state, item.until`

func scanFound(rows *sql.Rows, f *Found) error {
	return rows.Scan(&f.Service, &f.Name, &f.Unit, &f.Ref, &f.Kind, &f.Title, &f.State, &f.Until)
}

// Items lists the items of a kind of one service after a reference, in order of it.
func (s *Store) Items(ctx context.Context, service ident.ID, kind, after string, limit int) ([]Item, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, i *Item) error { return rows.Scan(&i.Ref, &i.Kind, &i.Title, &i.State, &i.Until) },
		`SELECT ref, kind, title, state, until FROM item WHERE service = $1 AND kind = $2 AND ref > $3 ORDER BY ref LIMIT CAST($4 AS BIGINT)`, string(service), kind, after, limit)
}

// ItemsTitled lists the items of a kind across the services of a scope that are in use, whose titles begin with a text,
// after a service and a reference, in order of both.
func (s *Store) ItemsTitled(ctx context.Context, scope Scope, kind, beginning string, after [2]string, limit int) ([]Found, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{kind, escaped(beginning) + `%`, after[0], after[1], limit})
	return collect(ctx, s.reader(), scanFound, `SELECT `+foundColumns+` FROM item JOIN service ON service.id = item.service
		WHERE item.kind = $1 AND item.title LIKE $2 ESCAPE '!' AND service.retired = 0 AND (service.id > $3 OR service.id = $3 AND item.ref > $4) AND `+where+`
		ORDER BY service.id, item.ref LIMIT CAST($5 AS BIGINT)`, args...)
}

// ItemsNamed lists the items of a kind across the services of a scope that are in use, whose titles are among the first so
// many after a title, in order of title, service and reference: so a title always comes with all of its items.
func (s *Store) ItemsNamed(ctx context.Context, scope Scope, kind, after string, titles int) ([]Found, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{kind, after, titles})
	return collect(ctx, s.reader(), scanFound, `SELECT `+foundColumns+` FROM item JOIN service ON service.id = item.service
		WHERE item.kind = $1 AND service.retired = 0 AND `+where+` AND item.title IN (
			SELECT DISTINCT item.title FROM item JOIN service ON service.id = item.service
			WHERE item.kind = $1 AND item.title > $2 AND service.retired = 0 AND `+where+` ORDER BY item.title LIMIT CAST($3 AS BIGINT))
		ORDER BY item.title, service.id, item.ref`, args...)
}

// Tally is how many items of a kind have a reference and a state.
type Tally struct {
	Ref   string
	State string
	Count int
}

// ItemsCounted counts the items of a kind across the services of a scope that are in use, by reference and state.
func (s *Store) ItemsCounted(ctx context.Context, scope Scope, kind string) ([]Tally, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{kind})
	return collect(ctx, s.reader(), func(rows *sql.Rows, t *Tally) error { return rows.Scan(&t.Ref, &t.State, &t.Count) },
		`SELECT item.ref, item.state, COUNT(*) FROM item JOIN service ON service.id = item.service
		WHERE item.kind = $1 AND service.retired = 0 AND `+where+` GROUP BY item.ref, item.state ORDER BY item.ref, item.state`, args...)
}

// TitleTally is how many items of a kind have a title and a state.
type TitleTally struct {
	Title string
	State string
	Count int
}

// TitlesCounted counts the items of a kind across the services of a scope that are in use, whose titles begin with a text,
// by title and state.
func (s *Store) TitlesCounted(ctx context.Context, scope Scope, kind, beginning string) ([]TitleTally, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{kind, escaped(beginning) + `%`})
	return collect(ctx, s.reader(), func(rows *sql.Rows, t *TitleTally) error { return rows.Scan(&t.Title, &t.State, &t.Count) },
		`SELECT item.title, item.state, COUNT(*) FROM item JOIN service ON service.id = item.service
		WHERE item.kind = $1 AND item.title LIKE $2 ESCAPE '!' AND service.retired = 0 AND `+where+` GROUP BY item.title, item.state ORDER BY item.title, item.state`, args...)
}

// Sight is what somebody may find: the services of one scope, items of the kinds that are named in theirs, and all other
// items in the scope of the rest.
type Sight struct {
	Services Scope
	Items    Scope
	Kinds    map[string]Scope
}

// kinds are those of a Sight in an order that is always the same, so that a statement is.
var kinds = []string{"decision", "finding", "supplier"}

// where gives the condition for items.
func (v *Sight) where(args []any) (string, []any) {
	text, args := v.Items.where(`service.id`, `service.unit`, args)
	text += ` AND item.kind NOT IN ('` + strings.Join(kinds, `', '`) + `')`
	for _, kind := range kinds {
		var where string
		where, args = v.Kinds[kind].where(`service.id`, `service.unit`, args)
		text += ` OR item.kind = '` + kind + `' AND ` + where
	}
	return `(` + text + `)`, args
}

// Search finds services and items whose id or title holds a text, in whatever case, after a service and a reference, in
// order of both; a service itself has no reference and comes before its items.
func (s *Store) Search(ctx context.Context, see Sight, text string, after [2]string, limit int) ([]Found, error) {
	args := []any{`%` + escaped(strings.ToLower(text)) + `%`, after[0], after[1], limit}
	services, args := see.Services.where(`service.id`, `service.unit`, args)
	items, args := see.where(args)
	return collect(ctx, s.reader(), scanFound, `SELECT id, name, unit, ref, kind, title, state, until FROM (
			SELECT service.id, service.name, service.unit, '' AS ref, 'service' AS kind, service.name AS title, '' AS state, 0 AS until FROM service
			WHERE (LOWER(service.id) LIKE $1 ESCAPE '!' OR LOWER(service.name) LIKE $1 ESCAPE '!') AND `+services+`
			UNION ALL SELECT `+foundColumns+` FROM item JOIN service ON service.id = item.service
			WHERE (LOWER(item.ref) LIKE $1 ESCAPE '!' OR LOWER(item.title) LIKE $1 ESCAPE '!') AND `+items+`) AS found
		WHERE id > $2 OR id = $2 AND ref > $3 ORDER BY id, ref LIMIT CAST($4 AS BIGINT)`, args...)
}

// escaped writes a text so that LIKE takes every character of it as it is.
func escaped(text string) string {
	return strings.NewReplacer(`!`, `!!`, `%`, `!%`, `_`, `!_`).Replace(text)
}
