package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Text is one text of a document: a service file may be kept in parts.
type Text struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// Texts gives the texts of sources.
func Texts(sources []schema.Source) []Text {
	out := make([]Text, len(sources))
	for i, s := range sources {
		out[i] = Text{File: s.File, Text: string(s.Text)}
	}
	return out
}

// Sources gives texts as they are read.
func Sources(texts []Text) []schema.Source {
	out := make([]schema.Source, len(texts))
	for i, t := range texts {
		out[i] = schema.Source{File: t.File, Text: []byte(t.Text)}
	}
	return out
}

// Repository says where the one writer of a service is: a service with one is changed from there only.
type Repository struct {
	Address string `json:"address"` // such as https://git.example/team/service
	Folder  string `json:"folder"`
}

// Registered is the content of service.registered: a service gets its place in the organisation.
type Registered struct {
	Service ident.ID    `json:"service"`
	Name    string      `json:"name"`
	Unit    ident.ID    `json:"unit"`
	KeptIn  *Repository `json:"kept_in,omitempty"`
}

func (r *Registered) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	kept, err := keptIn(r.KeptIn)
	if err != nil {
		return err
	}
	err = t.exec(ctx, `INSERT INTO service (id, name, unit, kept_in, number, body, digest, changed, registered, retired) VALUES ($1, $2, $3, $4, 0, '', '', $5, $5, 0)`,
		string(r.Service), r.Name, string(r.Unit), kept, int64(leaf.At))
	if t.unique(err) {
		return fault.New(fault.Conflict, "there is a service %s already: choose another id", r.Service)
	}
	return err
}

func keptIn(r *Repository) (string, error) {
	if r == nil {
		return "", nil
	}
	text, err := json.Marshal(r)
	return string(text), err
}

// Moved is the content of service.moved: a service is given to another unit, or to another writer.
type Moved struct {
	Service ident.ID    `json:"service"`
	Unit    ident.ID    `json:"unit"`
	KeptIn  *Repository `json:"kept_in,omitempty"`
}

func (m *Moved) apply(ctx context.Context, t *Tx, _ *ledger.Leaf) error {
	kept, err := keptIn(m.KeptIn)
	if err != nil {
		return err
	}
	return t.one(ctx, `UPDATE service SET unit = $1, kept_in = $2 WHERE id = $3`, string(m.Unit), kept, string(m.Service))
}

// Retired is the content of service.retired: its record stays, its posture is no longer judged.
type Retired struct {
	Service ident.ID `json:"service"`
	Reason  string   `json:"reason"`
}

func (r *Retired) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	return t.one(ctx, `UPDATE service SET retired = $1 WHERE id = $2 AND retired = 0`, int64(leaf.At), string(r.Service))
}

// one runs a statement that must change one row.
func (t *Tx) one(ctx context.Context, query string, args ...any) error {
	n, err := t.change(ctx, query, args...)
	if err == nil && n != 1 {
		return fault.New(fault.Conflict, "what you changed was changed by somebody else, or is no longer there: look at it again")
	}
	return err
}

// Revised is the content of service.revised: the whole service file as it is from now on. Number follows Parent, the
// revision that the change was made on; when another came in between, the change is refused as a conflict.
type Revised struct {
	Service ident.ID     `json:"service"`
	Number  int64        `json:"number"` // from 1
	Parent  int64        `json:"parent"` // 0 for the first
	Name    string       `json:"name"`
	Digest  ident.Digest `json:"digest"`           // of the model, in canonical form
	Commit  string       `json:"commit,omitempty"` // of the repository that it came from
	Note    string       `json:"note,omitempty"`

	Since map[string]civil.Instant `json:"since,omitempty"` // for items, by path, when each last changed, where that is known
	Texts []Text                   `json:"texts"`           // last, since they are sent as they are kept
}

// part is the texts.
func (r *Revised) part(content []byte) (from, to int) {
	const name = `"texts":`
	at := bytes.Index(content, []byte(name+"[")) // a quote inside a text has a backslash
	if at < 0 {
		return 0, 0
	}
	return at + len(name), len(content) - len("}")
}

// Read reads what [Revised.apply] needs: all but the texts, which are most of it, and are left out.
func (r *Revised) Read(content []byte) error {
	if from, to := r.part(content); from > 0 {
		content = slices.Concat(content[:from], []byte("null"), content[to:])
	}
	return json.Unmarshal(content, r)
}

func (r *Revised) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	n, err := t.change(ctx, `UPDATE service SET name = $1, number = $2, body = $3, digest = $4, changed = $5 WHERE id = $6 AND number = $7`,
		r.Name, r.Number, leaf.Body, string(r.Digest), int64(leaf.At), string(r.Service), r.Parent)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "the service %s was changed by somebody else meanwhile: look at it again", r.Service)
	}
	err = t.exec(ctx, `INSERT INTO revision (service, number, parent, body, digest, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(r.Service), r.Number, r.Parent, leaf.Body, string(r.Digest), int64(leaf.At), leaf.Actor)
	if err != nil {
		return err
	}
	return nil
}

// Service is a service as the record has it.
type Service struct {
	ID         ident.ID
	Name       string
	Unit       ident.ID
	KeptIn     *Repository
	Number     int64 // of the current revision; 0 when there is none yet
	Digest     ident.Digest
	Changed    civil.Instant
	Registered civil.Instant
	Retired    civil.Instant // 0 while it is in use
}

const serviceColumns = `service.id, service.name, service.unit, service.kept_in, service.number, service.digest, service.changed, service.registered, service.retired`

// scanned fills a service, and what else was asked for, from a row.
func (v *Service) scanned(scan func(...any) error, more ...any) error {
	var kept string
	if err := scan(append([]any{&v.ID, &v.Name, &v.Unit, &kept, &v.Number, &v.Digest, &v.Changed, &v.Registered, &v.Retired}, more...)...); err != nil {
		return err
	}
	if kept == "" {
		return nil
	}
	v.KeptIn = &Repository{}
	return json.Unmarshal([]byte(kept), v.KeptIn)
}

// Service gives a service without its file.
func (s *Store) Service(ctx context.Context, id ident.ID) (v Service, err error) {
	err = v.scanned(s.reader().row(ctx, `SELECT `+serviceColumns+` FROM service WHERE id = $1`, string(id)).Scan)
	return v, missing(err, "there is no service %s", id)
}

// Revision is one revision of a service file.
type Revision struct {
	Revised
	At    civil.Instant
	Actor string
}

// Head gives a service with its current revision, in one statement. A service without a revision has Number 0.
func (s *Store) Head(ctx context.Context, id ident.ID) (Service, Revision, error) {
	v, r, b, err := s.headOf(ctx, id)
	if err != nil || v.Number == 0 {
		return v, r, err
	}
	return v, r, s.into(&b, &r.Revised)
}

func (s *Store) headOf(ctx context.Context, id ident.ID) (v Service, r Revision, b Sealed, err error) {
	var bodyID, keyID, actor sql.NullString
	row := s.reader().row(ctx, `SELECT `+serviceColumns+`, body.id, body.key_id, body.wrapped, body.sealed, revision.actor FROM service
		LEFT JOIN revision ON revision.service = service.id AND revision.number = service.number LEFT JOIN body ON body.id = service.body WHERE service.id = $1`, string(id))
	if err = v.scanned(row.Scan, &bodyID, &keyID, &b.Wrapped, &b.Bytes, &actor); err != nil {
		return v, r, b, missing(err, "there is no service %s", id)
	}
	b.ID, b.KeyID = bodyID.String, keyID.String
	r.At, r.Actor = v.Changed, actor.String
	return v, r, b, nil
}

// HeadSent is [Store.Head] of which the texts are left as they are sent: a list, in JSON. The digest of the model and the
// note are read.
func (s *Store) HeadSent(ctx context.Context, id ident.ID) (v Service, r Revision, texts Sent, err error) {
	v, r, b, err := s.headOf(ctx, id)
	if err != nil || v.Number == 0 {
		return v, r, texts, err
	}
	before, texts, err := s.openSent(&b)
	if err != nil {
		return v, r, texts, err
	}
	if err := json.Unmarshal(slices.Concat(before, []byte("null"), texts.End), &r.Revised); err != nil {
		return v, r, texts, fault.Wrap(fault.Internal, err, "the body %s is not what its kind says", b.ID)
	}
	texts.End = nil
	return v, r, texts, nil
}

// Headed is a service in use with the texts of its current revision.
type Headed struct {
	ID    ident.ID
	Texts []Text
}

// Heads lists the services in use that have a revision after an id, in order of id.
func (s *Store) Heads(ctx context.Context, after ident.ID, limit int) ([]Headed, error) {
	type row struct {
		id   ident.ID
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error { return rows.Scan(append([]any{&r.id}, r.body.fields()...)...) },
		`SELECT service.id, `+sealedColumns+` FROM service JOIN body ON body.id = service.body WHERE service.retired = 0 AND service.id > $1 ORDER BY service.id LIMIT CAST($2 AS BIGINT)`, string(after), limit)
	out := make([]Headed, len(some))
	for i := range some {
		var r Revised
		if err := s.into(&some[i].body, &r); err != nil {
			return nil, err
		}
		out[i] = Headed{some[i].id, r.Texts}
	}
	return out, err
}

// Revision gives one revision of a service.
func (s *Store) Revision(ctx context.Context, service ident.ID, number int64) (r Revision, err error) {
	var b Sealed
	row := s.reader().row(ctx, `SELECT revision.at, revision.actor, `+sealedColumns+` FROM revision JOIN body ON body.id = revision.body WHERE revision.service = $1 AND revision.number = $2`,
		string(service), number)
	if err := row.Scan(append([]any{&r.At, &r.Actor}, b.fields()...)...); err != nil {
		return r, missing(err, "the service %s has no revision %d", service, number)
	}
	return r, s.into(&b, &r.Revised)
}

// RevisionAt gives the revision that was current at a moment.
func (s *Store) RevisionAt(ctx context.Context, service ident.ID, at civil.Instant) (r Revision, err error) {
	var b Sealed
	row := s.reader().row(ctx, `SELECT revision.at, revision.actor, `+sealedColumns+` FROM revision JOIN body ON body.id = revision.body
		WHERE revision.service = $1 AND revision.at <= $2 ORDER BY revision.number DESC LIMIT 1`, string(service), int64(at))
	if err := row.Scan(append([]any{&r.At, &r.Actor}, b.fields()...)...); err != nil {
		return r, missing(err, "the service %s had no revision then", service)
	}
	return r, s.into(&b, &r.Revised)
}

// RevisionLine is a revision without its text.
type RevisionLine struct {
	Number int64
	Parent int64
	Digest ident.Digest
	At     civil.Instant
	Actor  string
}

// Revisions lists the revisions of a service below a number, newest first. Below 0 begins at the newest.
func (s *Store) Revisions(ctx context.Context, service ident.ID, below int64, limit int) ([]RevisionLine, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, r *RevisionLine) error {
		return rows.Scan(&r.Number, &r.Parent, &r.Digest, &r.At, &r.Actor)
	}, `SELECT number, parent, digest, at, actor FROM revision WHERE service = $1 AND (CAST($2 AS BIGINT) < 0 OR number < $2) ORDER BY number DESC LIMIT CAST($3 AS BIGINT)`, string(service), below, limit)
}

// Scope says of which services a reader may know: all, or those of some units and some by themselves.
type Scope struct {
	All     bool
	Units   []ident.ID
	Singles []access.Single
}

// None says whether there is no service of which a reader may know.
func (c Scope) None() bool { return !c.All && len(c.Units) == 0 && len(c.Singles) == 0 }

// With gives the services that are in either of two scopes.
func (c Scope) With(other Scope) Scope {
	return Scope{All: c.All || other.All, Units: slices.Concat(c.Units, other.Units), Singles: slices.Concat(c.Singles, other.Singles)}
}

// where gives the condition of a scope on two columns, and the parameters with those that it needs.
func (c Scope) where(service, unit string, args []any) (string, []any) {
	if c.All {
		return `1 = 1`, args
	}
	var anywhere []ident.ID
	var placed []access.Single
	for _, single := range c.Singles {
		if single.Unit == "" {
			anywhere = append(anywhere, single.Service)
		} else {
			placed = append(placed, single)
		}
	}
	text, list := `1 = 0`, ``
	if len(c.Units) > 0 {
		list, args = in(args, c.Units)
		text += ` OR ` + unit + ` IN ` + list
	}
	if len(anywhere) > 0 {
		list, args = in(args, anywhere)
		text += ` OR ` + service + ` IN ` + list
	}
	if len(placed) > 0 {
		list, args = inPairs(args, placed)
		text += ` OR (` + service + `, ` + unit + `) IN ` + list
	}
	return `(` + text + `)`, args
}

// inPairs gives a list of pairs of parameters, such as (VALUES ($3, $4), ($5, $6)), as in does of single ones.
func inPairs(args []any, values []access.Single) (string, []any) {
	last := len(values) - 1
	pairs := make([]string, 1<<bits.Len(uint(last)))
	for i := range pairs {
		v := values[min(i, last)]
		args = append(args, string(v.Service), string(v.Unit))
		pairs[i] = fmt.Sprintf(`($%d, $%d)`, len(args)-1, len(args))
	}
	return `(VALUES ` + strings.Join(pairs, `, `) + `)`, args
}

// ServiceLine is a service with the line of its posture.
type ServiceLine struct {
	Service
	At         civil.Instant   // of the posture; 0 when there is none yet
	NextChange civil.Instant   // of the posture; 0 for none
	Summary    json.RawMessage // of the posture; nil when there is none yet
	Dirty      bool            // something changed that the posture does not show yet
	Failing    civil.Instant   // since when judging it fails; 0 while it does not
}

// Services lists services after an id, in order of id, of those in a scope.
func (s *Store) Services(ctx context.Context, scope Scope, after ident.ID, limit int) ([]ServiceLine, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{string(after), limit})
	return collect(ctx, s.reader(), func(rows *sql.Rows, l *ServiceLine) error {
		var at, next sql.NullInt64
		var since int64
		var summary, dirty sql.NullString
		if err := l.scanned(rows.Scan, &at, &next, &summary, &dirty, &since); err != nil {
			return err
		}
		l.At, l.NextChange, l.Dirty = civil.Instant(at.Int64), civil.Instant(next.Int64), dirty.Valid
		l.Failing = failing(since)
		if summary.Valid {
			l.Summary = json.RawMessage(summary.String)
		}
		return nil
	}, `SELECT `+serviceColumns+`, line.at, line.next_change, line.summary, dirty.service, `+failingColumn+` FROM service
		LEFT JOIN line ON line.service = service.id LEFT JOIN dirty ON dirty.service = service.id
		WHERE service.id > $1 AND `+where+` ORDER BY service.id LIMIT CAST($2 AS BIGINT)`, args...)
}
