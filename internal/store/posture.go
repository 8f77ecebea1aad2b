package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Rest is a thing outside the service that its posture rests on: a change of it is a reason to judge again.
type Rest struct {
	Kind string `json:"kind"` // such as pack, statement, service, supplier, role
	Name string `json:"name"`
}

// Item is one thing in a posture, for search and for lists across services.
type Item struct {
	Ref   string        `json:"ref"` // such as risk:r1
	Kind  string        `json:"kind"`
	Title string        `json:"title"`
	State string        `json:"state"`
	Until civil.Instant `json:"until"` // its next dated change; 0 for none
}

// Offered is what a service offers to those that rest on it.
type Offered struct {
	Digest ident.Digest    `json:"digest"`
	Until  civil.Instant   `json:"until"`
	Offer  json.RawMessage `json:"offer"`
}

// Judged is the content of posture.judged. The posture itself stands behind the rest, byte for byte as it was written.
type Judged struct {
	Service    ident.ID        `json:"service"`
	Revision   int64           `json:"revision"`
	Engine     string          `json:"engine"`
	At         civil.Instant   `json:"at"`
	NextChange civil.Instant   `json:"next_change"`
	Summary    json.RawMessage `json:"summary"` // the one line of the service
	Rests      []Rest          `json:"rests"`
	Items      []Item          `json:"items"`
	Offer      Offered         `json:"offer"`
	Posture    []byte          `json:"-"`
}

// Bytes gives the content: one line for what follows from the posture, and then the posture.
func (j *Judged) Bytes() ([]byte, error) {
	head, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	return append(append(head, '\n'), j.Posture...), nil
}

// Read reads what Bytes gives.
func (j *Judged) Read(content []byte) error {
	head, posture, found := bytes.Cut(content, []byte{'\n'})
	if !found {
		return fault.New(fault.Internal, "a posture cannot be read back")
	}
	j.Posture = posture
	return json.Unmarshal(head, j)
}

// withoutActions is how a posture ends, which is kept without what to do next.
const withoutActions = `[]}`

// part is the posture up to what to do next.
func (j *Judged) part(content []byte) (from, to int) {
	from, to = bytes.IndexByte(content, '\n')+1, len(content)
	if bytes.HasSuffix(content, []byte(`"actions":`+withoutActions)) {
		to -= len(withoutActions)
	}
	return from, to
}

func (j *Judged) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	service := string(j.Service)
	err := t.exec(ctx, `INSERT INTO posture (service, body, at, revision, engine) VALUES ($1, $2, $3, $4, $5)`, service, leaf.Body, int64(j.At), j.Revision, j.Engine)
	if err != nil {
		return err
	}
	err = t.exec(ctx, `INSERT INTO line (service, body, at, next_change, offer, summary) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (service) DO UPDATE SET body = excluded.body, at = excluded.at, next_change = excluded.next_change, offer = excluded.offer, summary = excluded.summary`,
		service, leaf.Body, int64(j.At), int64(j.NextChange), string(j.Offer.Digest), string(j.Summary))
	if err != nil {
		return err
	}
	err = t.exec(ctx, `INSERT INTO offer (service, digest, until, offer) VALUES ($1, $2, $3, $4)
		ON CONFLICT (service) DO UPDATE SET digest = excluded.digest, until = excluded.until, offer = excluded.offer`,
		service, string(j.Offer.Digest), int64(j.Offer.Until), string(j.Offer.Offer))
	if err != nil {
		return err
	}
	if err := j.applyRests(ctx, t); err != nil {
		return err
	}
	return j.applyItems(ctx, t)
}

// applyRests writes only what differs from before, which is most often nothing.
func (j *Judged) applyRests(ctx context.Context, t *Tx) error {
	had, err := collect(ctx, t.conn, func(rows *sql.Rows, r *Rest) error { return rows.Scan(&r.Kind, &r.Name) },
		`SELECT kind, name FROM rest WHERE service = $1`, string(j.Service))
	if err != nil {
		return err
	}
	gone := map[Rest]bool{}
	for _, r := range had {
		gone[r] = true
	}
	for _, r := range j.Rests {
		if gone[r] {
			delete(gone, r)
			continue
		}
		if err := t.exec(ctx, `INSERT INTO rest (service, kind, name) VALUES ($1, $2, $3) ON CONFLICT (service, kind, name) DO NOTHING`, string(j.Service), r.Kind, r.Name); err != nil {
			return err
		}
	}
	for r := range gone {
		if err := t.exec(ctx, `DELETE FROM rest WHERE service = $1 AND kind = $2 AND name = $3`, string(j.Service), r.Kind, r.Name); err != nil {
			return err
		}
	}
	return nil
}

func (j *Judged) applyItems(ctx context.Context, t *Tx) error {
	had, err := collect(ctx, t.conn, func(rows *sql.Rows, i *Item) error { return rows.Scan(&i.Ref, &i.Kind, &i.Title, &i.State, &i.Until) },
		`SELECT ref, kind, title, state, until FROM item WHERE service = $1`, string(j.Service))
	if err != nil {
		return err
	}
	gone := map[string]Item{}
	for _, i := range had {
		gone[i.Ref] = i
	}
	for _, i := range j.Items {
		was, there := gone[i.Ref]
		delete(gone, i.Ref)
		if there && was == i {
			continue
		}
		err := t.exec(ctx, `INSERT INTO item (service, ref, kind, title, state, until) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (service, ref) DO UPDATE SET kind = excluded.kind, title = excluded.title, state = excluded.state, until = excluded.until`,
			string(j.Service), i.Ref, i.Kind, i.Title, i.State, int64(i.Until))
		if err != nil {
			return err
		}
	}
	for ref := range gone {
		if err := t.exec(ctx, `DELETE FROM item WHERE service = $1 AND ref = $2`, string(j.Service), ref); err != nil {
			return err
		}
	}
	return nil
}

// Standing is a posture as it is kept, with where its service belongs and whether something has changed since.
type Standing struct {
	Service Service
	Judged  Judged // its Posture is nil when none was judged yet
	Body    string
	Dirty   bool            // something changed that the posture does not show yet
	Failing civil.Instant   // since when judging it fails; 0 while it does not
	Actions json.RawMessage // what to do next; nil while that is worked out
}

// Posture gives the newest posture of a service, in one statement.
func (s *Store) Posture(ctx context.Context, service ident.ID) (p Standing, err error) {
	p, b, err := s.standing(ctx, service)
	if err != nil || p.Body == "" {
		return p, err
	}
	return p, s.readJudged(&b, &p.Judged)
}

// PostureSent is [Store.Posture] of which the posture is left as it is sent: up to what to do next, and then none. The rest
// of Judged is not read.
func (s *Store) PostureSent(ctx context.Context, service ident.ID) (p Standing, sent Sent, err error) {
	p, b, err := s.standing(ctx, service)
	if err != nil || p.Body == "" {
		return p, sent, err
	}
	_, sent, err = s.openSent(&b)
	return p, sent, err
}

func (s *Store) standing(ctx context.Context, service ident.ID) (p Standing, b Sealed, err error) {
	var id, keyID, dirty, actions sql.NullString
	var since int64
	row := s.reader().row(ctx, `SELECT `+serviceColumns+`, body.id, body.key_id, body.wrapped, body.sealed, dirty.service, advice.actions, `+failingColumn+` FROM service
		LEFT JOIN line ON line.service = service.id LEFT JOIN body ON body.id = line.body LEFT JOIN dirty ON dirty.service = service.id
		LEFT JOIN advice ON advice.service = service.id AND advice.posture = line.body WHERE service.id = $1`, string(service))
	if err := p.Service.scanned(row.Scan, &id, &keyID, &b.Wrapped, &b.Bytes, &dirty, &actions, &since); err != nil {
		return p, b, missing(err, "there is no service %s", service)
	}
	p.Dirty, p.Failing = dirty.Valid, failing(since)
	if id.Valid && actions.Valid {
		p.Actions = json.RawMessage(actions.String)
	}
	b.ID, b.KeyID, p.Body = id.String, keyID.String, id.String
	return p, b, nil
}

// PostureKnown gives the posture that the record had at a moment, after comparing it with what its leaf says.
func (s *Store) PostureKnown(ctx context.Context, service ident.ID, at civil.Instant) (j Judged, body string, err error) {
	var b Sealed
	var text []byte
	var there sql.NullString
	row := s.reader().row(ctx, `SELECT leaf.leaf, posture.body, `+sealedColumns+` FROM leaf LEFT JOIN posture ON posture.service = leaf.service AND posture.body = leaf.body JOIN body ON body.id = leaf.body
		WHERE leaf.service = $1 AND leaf.kind = $2 AND leaf.at <= $3 ORDER BY leaf.number DESC LIMIT 1`, string(service), string(ledger.PostureJudged), int64(at))
	if err := row.Scan(append([]any{&text, &there}, b.fields()...)...); err != nil {
		return j, "", missing(err, "no posture of %s was known then", service)
	}
	if !there.Valid {
		return j, "", fault.New(fault.NotFound, "the posture of %s that was known then is kept no longer: newer ones took its place, and its content was removed after the time that keep.postures says", service)
	}
	leaf, err := ledger.ReadLeaf(text)
	if err != nil {
		return j, "", err
	}
	salt, content, err := seal.Open(s.ring, b.ID, b.KeyID, b.Wrapped, b.Bytes)
	if err != nil {
		return j, "", err
	}
	if ledger.Content(salt, content) != leaf.Content {
		return j, "", fault.New(fault.Internal, "the posture of %s is not the one that the ledger tells of: run bulkhead verify", service)
	}
	return j, b.ID, j.Read(content)
}

func (s *Store) readJudged(b *Sealed, j *Judged) error {
	content, err := s.open(b)
	if err != nil {
		return err
	}
	return j.Read(content)
}

// Shared is what a posture was judged by that others can change meanwhile: the organisation and the library, and what
// providers offered.
type Shared struct {
	Basis     Basis
	Providers []ident.ID
	Offers    map[ident.ID]ident.Digest // of those that had offered something
	Rings     []ident.ID                // those that rest on the service in turn
}

// Still says, in the transaction that keeps a posture, whether what it was judged by is still so. Nothing else can mark
// what rests on something, or keep a posture, until that transaction ends.
func (t *Tx) Still(ctx context.Context, service ident.ID, by *Shared) (bool, error) {
	if err := t.hold(ctx); err != nil {
		return false, err
	}
	var basis Basis
	if err := t.row(ctx, `SELECT `+basisColumns).Scan(&basis.Organisation, &basis.Packs); err != nil || basis != by.Basis {
		return false, err
	}
	if len(by.Providers) == 0 {
		return true, nil
	}
	offers, err := t.offers(ctx, by.Providers)
	if err != nil || len(offers) != len(by.Offers) {
		return false, err
	}
	for id, o := range offers {
		if by.Offers[id] != o.Digest {
			return false, nil
		}
	}
	rings, err := t.restingOn(ctx, service, by.Providers)
	return slices.Equal(rings, by.Rings), err
}

// Offers gives what services offer, of those that have offered something.
func (s *Store) Offers(ctx context.Context, services []ident.ID) (map[ident.ID]Offered, error) {
	return s.reader().offers(ctx, services)
}

func (c conn) offers(ctx context.Context, services []ident.ID) (map[ident.ID]Offered, error) {
	if len(services) == 0 {
		return nil, nil
	}
	type one struct {
		service ident.ID
		Offered
	}
	list, args := in(nil, services)
	some, err := collect(ctx, c, func(rows *sql.Rows, o *one) error {
		var offer string
		err := rows.Scan(&o.service, &o.Digest, &o.Until, &offer)
		o.Offer = json.RawMessage(offer)
		return err
	}, `SELECT service, digest, until, offer FROM offer WHERE service IN `+list, args...)
	out := map[ident.ID]Offered{}
	for _, o := range some {
		out[o.service] = o.Offered
	}
	return out, err
}

// RestsOn gives the services whose posture rests on a thing, in order of id.
func (s *Store) RestsOn(ctx context.Context, on Rest) ([]ident.ID, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, id *ident.ID) error { return rows.Scan(id) },
		`SELECT service FROM rest WHERE kind = $1 AND name = $2 ORDER BY service`, on.Kind, on.Name)
}

// Advise keeps what to do next for a posture, unless there is a newer posture by now.
func (s *Store) Advise(ctx context.Context, service ident.ID, posture string, actions json.RawMessage) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `INSERT INTO advice (service, posture, actions) SELECT service, body, $3 FROM line WHERE service = $1 AND body = $2
			ON CONFLICT (service) DO UPDATE SET posture = excluded.posture, actions = excluded.actions`, string(service), posture, string(actions))
	})
}

// RestingOn gives those of some providers that rest on a service in turn, over however many others.
func (s *Store) RestingOn(ctx context.Context, service ident.ID, providers []ident.ID) ([]ident.ID, error) {
	return s.reader().restingOn(ctx, service, providers)
}

func (c conn) restingOn(ctx context.Context, service ident.ID, providers []ident.ID) ([]ident.ID, error) {
	list, args := in([]any{string(service)}, providers)
	return collect(ctx, c, func(rows *sql.Rows, id *ident.ID) error { return rows.Scan(id) },
		`WITH RECURSIVE reach (first, at) AS (
			SELECT id, id FROM service WHERE id IN `+list+`
			UNION SELECT reach.first, rest.name FROM reach JOIN rest ON rest.service = reach.at AND rest.kind = 'service')
		SELECT DISTINCT first FROM reach WHERE at = $1 ORDER BY first`, args...)
}

// MarkConsumers marks, in the transaction that keeps a posture and before it does, what rests on the service: those who
// use what it offers when that has changed, and all who rest on it over others when it rests on other services than
// before, since that can close or open a ring.
func (t *Tx) MarkConsumers(ctx context.Context, now time.Time, j *Judged) error {
	before, err := collect(ctx, t.conn, func(rows *sql.Rows, r *Rest) error { return rows.Scan(&r.Kind, &r.Name) },
		`SELECT kind, name FROM rest WHERE service = $1 AND kind IN ('service', 'ring') ORDER BY kind, name`, string(j.Service))
	if err != nil {
		return err
	}
	var after []Rest
	for _, r := range j.Rests {
		if r.Kind == "service" || r.Kind == "ring" {
			after = append(after, r)
		}
	}
	var same int
	err = t.row(ctx, `SELECT COUNT(*) FROM offer WHERE service = $1 AND digest = $2`, string(j.Service), string(j.Offer.Digest)).Scan(&same)
	if err != nil {
		return err
	}
	slices.SortFunc(after, func(a, b Rest) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	if !slices.Equal(before, after) {
		return t.markFar(ctx, now, j.Service)
	}
	if same == 0 {
		return t.MarkResting(ctx, now, Rest{Kind: "service", Name: string(j.Service)})
	}
	return nil
}

// markFar marks all that rest on a service, over however many others.
func (t *Tx) markFar(ctx context.Context, now time.Time, service ident.ID) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO dirty (service, mark, since, due, lease, holder, tries, trouble)
		SELECT id, 1, $2, $2, 0, '', 0, '' FROM service WHERE id <> $1 AND retired = 0 AND id IN (
			WITH RECURSIVE far (id) AS (
				SELECT service FROM rest WHERE kind = 'service' AND name = $1
				UNION SELECT rest.service FROM far JOIN rest ON rest.kind = 'service' AND rest.name = far.id)
			SELECT id FROM far)`+markedAgain, string(service), micros(now))
}

// Unadvised gives a service whose newest posture has no advice yet, with the body of that posture; an empty id for none.
// One that was judged less than the pause ago is left, since the next posture may be near.
func (s *Store) Unadvised(ctx context.Context, now time.Time, pace Pace) (id ident.ID, body string, err error) {
	waits, args := pace.waits(`line.service`, `$1`, []any{micros(now)}, now)
	err = s.reader().row(ctx, `SELECT line.service, line.body FROM line LEFT JOIN advice ON advice.service = line.service AND advice.posture = line.body
		WHERE advice.service IS NULL AND NOT `+waits+` LIMIT 1`, args...).Scan(&id, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	return id, body, broken(err)
}
