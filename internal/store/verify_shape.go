package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
)

// shape holds what the database is made of to what this version makes: a trigger, a view or an index that somebody put in
// or changed shows others than the rows that are compared, or waits to change what is written next.
func (v *verifying) shape(ctx context.Context) error {
	if !v.store.dialect.file {
		return v.planted(ctx)
	}
	blank, err := newReplay(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = blank.close() }()
	have, err := pieces(ctx, v.conn)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		switch want, is := blank.shape[name]; {
		case name == "table form": // which counts the steps, and is made before them
		case !is:
			v.unlike(name, RowAdded)
		case want != have[name]:
			v.unlike(name, ShapeChanged)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(blank.shape)) {
		if _, is := have[name]; !is {
			v.unlike(name, RowMissing)
		}
	}
	return v.whole(ctx)
}

func (v *verifying) unlike(name, what string) {
	v.found = append(v.found, Difference{Table: shapeTable, Key: name, What: what, Record: -1})
}

// shapeTable is where SQLite says what a database is made of.
const shapeTable = "sqlite_schema"

// pieces gives what an SQLite database is made of, by kind and name, each as it was made.
func pieces(ctx context.Context, c conn) (map[string]string, error) {
	out := map[string]string{}
	_, err := collect(ctx, c, func(rows *sql.Rows, _ *struct{}) error {
		var kind, name, text string
		err := rows.Scan(&kind, &name, &text)
		out[kind+" "+name] = text
		return err
	}, `SELECT type, name, tbl_name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_stat%' ESCAPE '\'`)
	return out, err
}

// whole has SQLite hold every index against its table, since a row that an index does not lead to is there and is not shown.
func (v *verifying) whole(ctx context.Context) error {
	said, err := collect(ctx, v.conn, func(rows *sql.Rows, text *string) error { return rows.Scan(text) }, `PRAGMA integrity_check(20)`)
	if err != nil {
		return err
	}
	for _, text := range said {
		if text != "ok" {
			v.found = append(v.found, Difference{Table: shapeTable, What: Torn, Reason: firstLine(text), Record: -1})
		}
	}
	return nil
}

// planted finds what in PostgreSQL changes rows as they are written, or shows others than there are: none is ours.
func (v *verifying) planted(ctx context.Context) error {
	const ours = ` JOIN pg_class ON pg_class.oid = `
	const here = ` WHERE pg_class.relnamespace = current_schema()::regnamespace`
	names, err := collect(ctx, v.conn, func(rows *sql.Rows, name *string) error { return rows.Scan(name) },
		`SELECT 'trigger ' || tgname FROM pg_trigger`+ours+`tgrelid`+here+` AND NOT tgisinternal
		UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite`+ours+`ev_class`+here+` AND pg_class.relkind IN ('r', 'p')
		UNION ALL SELECT 'policy ' || polname FROM pg_policy`+ours+`polrelid`+here+` ORDER BY 1`)
	for _, name := range names {
		v.found = append(v.found, Difference{Table: "pg_class", Key: name, What: RowAdded, Record: -1})
	}
	return err
}
