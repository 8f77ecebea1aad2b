package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// applicationID marks a file of SQLite as a backup of a record: "BKHB".
const applicationID = 0x424b4842

// magic is how every file of SQLite begins.
const magic = "SQLite format 3\x00"

// Backup writes the record as it is at this moment to a new file, while others go on writing. Whatever engine the record
// is on, the file is the same: a database of SQLite with all tables but those that are of no use elsewhere, such as
// sessions. Bodies stay sealed, and no key is in it. A file that is there already is a conflict.
func (s *Store) Backup(ctx context.Context, file string) (size int64, err error) {
	part := file + ".part"
	for _, name := range []string{file, part} {
		if _, err := os.Lstat(name); err == nil {
			return 0, fault.New(fault.Conflict, "%s is there already, and is not written over", name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return 0, unwrittenBackup(file, err)
		}
	}
	size, err = s.backup(ctx, part)
	if err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		return 0, unwrittenBackup(file, errors.Join(err, discard(part)))
	}
	return size, settle(filepath.Dir(file))
}

func unwrittenBackup(file string, err error) error {
	if _, is := errors.AsType[*fault.Error](err); is {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "the backup %s could not be written", file)
}

func discard(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// settle waits until the disk knows a new file by its name.
func settle(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return unwrittenBackup(dir, err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil {
		return unwrittenBackup(dir, err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, part string) (size int64, err error) {
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // before SQLite makes it with other rights
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: part}).EscapedPath(), RawQuery: "_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	to := &Store{dialect: sqliteDialect, write: db, read: db}
	if err := to.migrate(ctx); err != nil {
		return 0, err
	}
	if err := s.snapshot(ctx, func(c conn) error {
		if err := formed(ctx, c); err != nil {
			return err
		}
		return to.alone(ctx, func(t *Tx) error { return t.copyAll(ctx, c) })
	}); err != nil {
		return 0, err
	}
	if err := db.QueryRowContext(ctx, `SELECT size FROM head`).Scan(&size); err != nil {
		return 0, err
	}
	if _, err := db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID)); err != nil {
		return 0, err
	}
	return size, f.Sync()
}

// copyAll copies every table that a backup holds from another record into this one, whose tables are empty.
func (t *Tx) copyAll(ctx context.Context, from conn) error {
	for _, one := range tables() {
		if one.role == passing {
			continue
		}
		if err := t.copyTable(ctx, from, one); err != nil {
			return fmt.Errorf("table %s: %w", one.name, err)
		}
	}
	return t.exec(ctx, `UPDATE dirty SET lease = 0, holder = ''`)
}

func (t *Tx) copyTable(ctx context.Context, from conn, one table) error {
	names, err := columns(ctx, t.conn, one)
	if err != nil {
		return err
	}
	marks := make([]string, len(names))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	rows, err := from.on.QueryContext(ctx, `SELECT `+strings.Join(names, ", ")+` FROM `+one.name+` ORDER BY `+strings.Join(one.key, ", "))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	put, err := t.on.(interface {
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}).PrepareContext(ctx, `INSERT INTO `+one.name+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if _, err := put.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// IsFile says whether a file is a database of SQLite: a backup, or a record itself.
func IsFile(file string) (bool, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, fault.New(fault.NotFound, "there is no file %s", file)
	} else if err != nil {
		return false, fault.Wrap(fault.Invalid, err, "%s cannot be read", file)
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(f, head); err != nil {
		return false, nil //nolint:nilerr // too short to be one
	}
	return string(head) == magic, nil
}

// OpenBackup opens a backup for reading, and changes nothing about its file. The ring may be nil: then bodies stay shut.
func OpenBackup(ctx context.Context, file string, ring *seal.Ring) (*Store, error) {
	if is, err := IsFile(file); err != nil || !is {
		return nil, errors.Join(err, map[bool]error{true: notBackup(file)}[err == nil])
	}
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: "mode=ro&immutable=1&_pragma=query_only(1)&_pragma=cell_size_check(1)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, notBackup(file)
	}
	s := &Store{dialect: sqliteDialect, read: db, write: db, ring: ring}
	var id int64
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil || id != applicationID {
		return nil, errors.Join(notBackup(file), s.Close())
	}
	if err := s.begin(ctx, true); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func notBackup(file string) error {
	return fault.New(fault.Invalid, "%s is not a backup of a record: bulkhead backup makes one", file)
}

// What a leaf of store.restored says in Meta.
const MetaSize = "size" // how many records the backup had

// Restore puts a backup in the place of this record, which has to be one in which nothing has happened, and keeps an entry
// of that. Every service is marked to be judged again. The store has to be opened again after it.
func (s *Store) Restore(ctx context.Context, backup *Store) error {
	if err := s.empty(ctx); err != nil {
		return err
	}
	err := backup.snapshot(ctx, func(c conn) error {
		if err := formed(ctx, c); err != nil {
			return err
		}
		return s.change(ctx, func(t *Tx) error {
			for _, text := range []string{`DELETE FROM instance`, `DELETE FROM head`} {
				if err := t.exec(ctx, text); err != nil {
					return err
				}
			}
			if err := t.copyAll(ctx, c); err != nil {
				return broken(err)
			}
			return t.MarkAll(ctx, s.clock.now())
		})
	})
	if err != nil {
		return err
	}
	return s.restored(ctx)
}

// empty says whether nothing has happened in this record.
func (s *Store) empty(ctx context.Context) error {
	for _, t := range tables() {
		if slices.Contains([]string{"instance", "head"}, t.name) {
			continue
		}
		var n int
		if err := s.reader().row(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+t.name+` LIMIT 1) AS any_row`).Scan(&n); err != nil {
			return broken(err)
		}
		if n > 0 {
			return fault.New(fault.Conflict, "there is a record already: a backup is restored into an empty place only")
		}
	}
	return nil
}

// restored keeps an entry that says from what the record goes on.
func (s *Store) restored(ctx context.Context) error {
	var at civil.Instant
	var size int64
	if err := s.reader().row(ctx, `SELECT instance.id, head.size, head.at FROM instance, head`).Scan(&s.Instance, &size, &at); err != nil {
		return broken(err)
	}
	s.clock.mu.Lock()
	s.clock.last = max(s.clock.last, at)
	s.clock.mu.Unlock()
	_, err := s.Write(ctx, []Entry{{Kind: ledger.StoreRestored, Actor: "terminal", Subject: "record", Meta: map[string]string{MetaSize: number(size)}}}, nil)
	return err
}
