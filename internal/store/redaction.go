package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Doubted is the content of redaction.proposed: somebody wants contents destroyed for good. The redaction has the id of
// its body.
type Doubted struct {
	Service  ident.ID `json:"service"` // empty for what is no service's
	Reason   string   `json:"reason"`
	Subjects []string `json:"subjects"` // such as revision:3, evidence:e1 and decision:d1; without a service organisation:2, pack:own/1 and person:p1
	By       string   `json:"by"`       // who said so, as in the ledger; filled in when it is written
}

func (d *Doubted) saidBy(actor string) { d.By = actor }

func (d *Doubted) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	return t.exec(ctx, `INSERT INTO redaction (id, body, proposed_by, at, made) VALUES ($1, $1, $2, $3, 0)`, leaf.Body, leaf.Actor, int64(leaf.At))
}

// Destroyed is the content of redaction.made: one body, and what is still known of its entry. From that the entry's rows
// can be made as they are after the redaction, without what it said.
type Destroyed struct {
	Redaction string        `json:"redaction"`
	Service   ident.ID      `json:"service"`
	Body      string        `json:"body"`
	Kind      ledger.Kind   `json:"kind"`               // of the entry whose content it was
	Subject   string        `json:"subject"`            // and its subject
	Number    int64         `json:"number,omitempty"`   // of a revision
	Parent    int64         `json:"parent,omitempty"`   // and the one before it
	At        civil.Instant `json:"at,omitempty"`       // of a posture
	Revision  int64         `json:"revision,omitempty"` // and what it was judged from
	Engine    string        `json:"engine,omitempty"`   // and by what
}

// emptied is what stands in the place of what was sealed, once that is destroyed. It is not empty, since no bytes and
// nothing are the same to some drivers.
var emptied = []byte{0}

// apply destroys the body and what shows its content.
func (d *Destroyed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	err := t.exec(ctx, `INSERT INTO redacted (body, redaction, at) VALUES ($1, $2, $3)`, d.Body, d.Redaction, int64(leaf.At))
	if t.unique(err) {
		return fault.New(fault.Conflict, "body %s was redacted already", d.Body)
	}
	if err != nil {
		return err
	}
	if d.Kind != ledger.PostureJudged { // postures go first, and what was asked for last
		if err := t.exec(ctx, `UPDATE redaction SET made = $1 WHERE id = $2 AND made = 0`, int64(leaf.At), d.Redaction); err != nil {
			return err
		}
	}
	if err := t.exec(ctx, `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id = $2`, emptied, d.Body); err != nil {
		return err
	}
	return d.clear(ctx, t)
}

// clear takes the rows away that show the content; those that only say that there was one stay, without what it said.
func (d *Destroyed) clear(ctx context.Context, t *Tx) error {
	switch d.Kind {
	case ledger.ServiceRevised:
		return t.exec(ctx, `UPDATE revision SET digest = '' WHERE body = $1`, d.Body)
	case ledger.EvidenceRecorded:
		return t.exec(ctx, `DELETE FROM evidence WHERE body = $1`, d.Body)
	case ledger.PostureJudged:
		return clearLine(ctx, t, d.Service, d.Body)
	}
	if d.Service == "" {
		return d.clearCommon(ctx, t)
	}
	for _, table := range []string{"decision", "proposal"} {
		if err := t.exec(ctx, `DELETE FROM `+table+` WHERE body = $1`, d.Body); err != nil {
			return err
		}
	}
	_, id, _ := strings.Cut(d.Subject, ":")
	return t.exec(ctx, `DELETE FROM agreement WHERE service = $1 AND decision = $2`, string(d.Service), id)
}

// clearLine takes away what a service shows of a posture, where it shows that one; of any where none is named.
func clearLine(ctx context.Context, t *Tx, service ident.ID, body string) error {
	for _, table := range []string{"rest", "item", "offer", "advice", "line"} { // line last, since it says which posture is shown
		err := t.exec(ctx, `DELETE FROM `+table+` WHERE service = $1 AND ($2 = '' OR EXISTS (SELECT 1 FROM line WHERE service = $1 AND body = $2))`, string(service), body)
		if err != nil {
			return err
		}
	}
	return nil
}

// stay makes the rows of an entry whose content was destroyed, as they are after that.
func (d *Destroyed) stay(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	service := string(d.Service)
	switch d.Kind {
	case ledger.ServiceRevised:
		err := t.one(ctx, `UPDATE service SET number = $1, body = $2, digest = '', changed = $3 WHERE id = $4 AND number = $5`, d.Number, leaf.Body, int64(leaf.At), service, d.Parent)
		if err != nil {
			return err
		}
		return t.exec(ctx, `INSERT INTO revision (service, number, parent, body, digest, at, actor) VALUES ($1, $2, $3, $4, '', $5, $6)`,
			service, d.Number, d.Parent, leaf.Body, int64(leaf.At), leaf.Actor)
	case ledger.PostureJudged:
		err := t.exec(ctx, `INSERT INTO posture (service, body, at, revision, engine) VALUES ($1, $2, $3, $4, $5)`, service, leaf.Body, int64(d.At), d.Revision, d.Engine)
		if err != nil {
			return err
		}
		return clearLine(ctx, t, d.Service, "")
	}
	if d.Service == "" {
		return d.stayCommon(ctx, t, leaf)
	}
	return nil
}

// Redaction is one that was proposed, and perhaps made.
type Redaction struct {
	ID       string
	By       string // who proposed it, as in the ledger
	At       civil.Instant
	Made     civil.Instant // 0 while it waits
	Service  ident.ID
	Reason   string
	Subjects []string
}

// Redactions lists the redactions of the services in a scope after an id, in order of id.
func (s *Store) Redactions(ctx context.Context, scope Scope, after string, limit int) ([]Redaction, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{after, limit})
	type row struct {
		Redaction
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append([]any{&r.ID, &r.By, &r.At, &r.Made}, r.body.fields()...)...)
	}, `SELECT redaction.id, redaction.proposed_by, redaction.at, redaction.made, `+sealedColumns+` FROM redaction JOIN body ON body.id = redaction.body
		WHERE redaction.id > $1 AND EXISTS (SELECT 1 FROM leaf LEFT JOIN service ON service.id = leaf.service WHERE leaf.body = redaction.body AND `+where+`)
		ORDER BY redaction.id LIMIT CAST($2 AS BIGINT)`, args...)
	if err != nil {
		return nil, err
	}
	out := make([]Redaction, 0, len(some))
	for i := range some {
		if made, err := s.readRedaction(&some[i].body, &some[i].Redaction); err != nil {
			return nil, err
		} else if made {
			out = append(out, some[i].Redaction)
		}
	}
	return out, nil
}

// Redaction gives one redaction.
func (s *Store) Redaction(ctx context.Context, id string) (r Redaction, err error) {
	var b Sealed
	row := s.reader().row(ctx, `SELECT redaction.id, redaction.proposed_by, redaction.at, redaction.made, `+sealedColumns+` FROM redaction JOIN body ON body.id = redaction.body WHERE redaction.id = $1`, id)
	if err := row.Scan(append([]any{&r.ID, &r.By, &r.At, &r.Made}, b.fields()...)...); err != nil {
		return r, missing(err, "there is no redaction %s", id)
	}
	made, err := s.readRedaction(&b, &r)
	if err == nil && !made {
		err = fault.New(fault.NotFound, "there is no redaction %s", id)
	}
	return r, err
}

// readRedaction reads what was proposed to be destroyed, and says whether the row is one that this server made of that.
func (s *Store) readRedaction(b *Sealed, into *Redaction) (made bool, err error) {
	var d Doubted
	if err := s.into(b, &d); err != nil {
		return false, err
	}
	if d.By != into.By || b.ID != into.ID {
		return s.marker().strange("redaction"), nil
	}
	into.Service, into.Reason, into.Subjects = d.Service, d.Reason, d.Subjects
	return true, nil
}

// Doomed gives the bodies that a redaction of some subjects of a service destroys, or without one of what is no service's:
// their own, and those of the postures that could have been judged from them. A subject of which there is no content gives a fault of kind NotFound.
func (s *Store) Doomed(ctx context.Context, service ident.ID, subjects []string) ([]Destroyed, error) {
	return doomed(ctx, s.reader(), service, subjects)
}

func doomed(ctx context.Context, c conn, service ident.ID, subjects []string) (out []Destroyed, err error) {
	if service == "" {
		return doomedCommon(ctx, c, subjects)
	}
	first := int64(-1) // the first record of evidence or of a decision: a posture after it may show it
	var numbers []int64
	for _, subject := range subjects {
		kind, id, _ := strings.Cut(subject, ":")
		switch kind {
		case "revision":
			d, err := doomedRevision(ctx, c, service, id)
			if err != nil {
				return nil, err
			}
			numbers, out = append(numbers, d.Number), append(out, d)
		case "evidence", "decision":
			some, from, err := doomedRecords(ctx, c, service, subject)
			if err != nil {
				return nil, err
			}
			if out = append(out, some...); first < 0 || from < first {
				first = from
			}
		default:
			return nil, fault.New(fault.Invalid, "%q cannot be redacted of a service: name revision:NUMBER, evidence:ID or decision:ID", subject)
		}
	}
	postures, err := doomedPostures(ctx, c, service, numbers, first)
	if err != nil {
		return nil, err
	}
	return unrepeated(append(out, postures...)), nil
}

// unrepeated gives each body once, in the order of the bodies' ids.
func unrepeated(all []Destroyed) []Destroyed {
	slices.SortFunc(all, func(a, b Destroyed) int { return strings.Compare(a.Body, b.Body) })
	return slices.CompactFunc(all, func(a, b Destroyed) bool { return a.Body == b.Body })
}

func doomedRevision(ctx context.Context, c conn, service ident.ID, id string) (d Destroyed, err error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return d, fault.New(fault.Invalid, "revision:%s: a revision has a number, such as revision:3", id)
	}
	d = Destroyed{Service: service, Kind: ledger.ServiceRevised, Subject: "service:" + string(service), Number: number}
	var current int64
	err = c.row(ctx, `SELECT revision.parent, revision.body, service.number FROM revision JOIN service ON service.id = revision.service
		WHERE revision.service = $1 AND revision.number = $2 AND revision.body NOT IN (SELECT body FROM redacted)`, string(service), number).Scan(&d.Parent, &d.Body, &current)
	if err != nil {
		return d, missing(err, "%s has no content of revision %d", service, number)
	}
	if current == number {
		return d, fault.New(fault.Conflict, "revision %d of %s is the current one: change the service first, so that a revision without it is there, and redact then", number, service)
	}
	return d, nil
}

// doomedRecords gives all entries about one record of evidence or one decision, as from its proposal on.
func doomedRecords(ctx context.Context, c conn, service ident.ID, subject string) (out []Destroyed, first int64, err error) {
	kinds := []ledger.Kind{ledger.EvidenceRecorded, ledger.DecisionProposed, ledger.DecisionAgreed, ledger.DecisionRecorded, ledger.DecisionConfirmed, ledger.DecisionLapsed}
	list, args := in([]any{string(service), subject}, kinds)
	first = -1
	out, err = collect(ctx, c, func(rows *sql.Rows, d *Destroyed) error {
		var number int64
		err := rows.Scan(&number, &d.Kind, &d.Body)
		if d.Service, d.Subject = service, subject; first < 0 {
			first = number
		}
		return err
	}, `SELECT number, kind, body FROM leaf WHERE service = $1 AND subject = $2 AND kind IN `+list+` AND body <> '' AND body NOT IN (SELECT body FROM redacted) ORDER BY number`, args...)
	if err == nil && len(out) == 0 {
		err = fault.New(fault.NotFound, "%s has no content of %s", service, subject)
	}
	return out, first, err
}

// doomedPostures gives the postures of some revisions, and those judged after a record.
func doomedPostures(ctx context.Context, c conn, service ident.ID, revisions []int64, first int64) ([]Destroyed, error) {
	all, err := collect(ctx, c, func(rows *sql.Rows, d *Destroyed) error {
		return rows.Scan(&d.Parent, &d.Body, &d.At, &d.Revision, &d.Engine)
	}, `SELECT leaf.number, posture.body, posture.at, posture.revision, posture.engine FROM posture JOIN leaf ON leaf.body = posture.body
		WHERE posture.service = $1 AND posture.body NOT IN (SELECT body FROM redacted) ORDER BY leaf.number`, string(service))
	if err != nil {
		return nil, err
	}
	var out []Destroyed
	for _, d := range all {
		number := d.Parent
		d.Parent, d.Service, d.Kind, d.Subject = 0, service, ledger.PostureJudged, "service:"+string(service)
		if first >= 0 && number > first || slices.Contains(revisions, d.Revision) {
			out = append(out, d)
		}
	}
	return out, nil
}

// redactMost is how many bodies are destroyed in one transaction, so that nobody who writes has to wait for long.
const redactMost = 1000

// Redact makes a redaction: it destroys bodies and what shows their content, marks for judging the services that showed it
// and those who rest on them, and keeps an entry for each body. Where the bodies are not those of now, as when the service
// was judged meanwhile, it is a conflict. It takes several transactions where there is much to destroy: what was asked for
// goes with the last, so that a redaction that was broken off is one that still waits. Call Scrub after it, so that nothing
// is left in the database's files.
func (s *Store) Redact(ctx context.Context, actor, redaction string, service ident.ID, subjects []string, now time.Time) (out []Written, err error) {
	for {
		bodies, err := s.Doomed(ctx, service, subjects)
		if err != nil {
			return out, err
		}
		some := posturesFirst(bodies)
		some = some[:min(len(some), redactMost)]
		written, err := s.redact(ctx, actor, redaction, service, subjects, bodies, some, now)
		if out = append(out, written...); err != nil || len(some) == len(bodies) {
			return out, err
		}
	}
}

// posturesFirst gives the same bodies, those of postures before all others.
func posturesFirst(bodies []Destroyed) []Destroyed {
	out := slices.Clone(bodies)
	slices.SortStableFunc(out, func(a, b Destroyed) int {
		return btoi(a.Kind != ledger.PostureJudged) - btoi(b.Kind != ledger.PostureJudged)
	})
	return out
}

// redact destroys some of the bodies of a redaction, if those are all that it has to destroy now.
func (s *Store) redact(ctx context.Context, actor, redaction string, service ident.ID, subjects []string, bodies, some []Destroyed, now time.Time) ([]Written, error) {
	return s.Write(ctx, destroying(actor, redaction, some), func(ctx context.Context, t *Tx) error {
		again, err := doomed(ctx, t.conn, service, subjects)
		if err != nil {
			return err
		}
		if !slices.Equal(again, bodies) {
			return fault.New(fault.Conflict, "what is to be redacted was changed, or judged by, meanwhile: try again")
		}
		return t.redacting(ctx, redaction, service, some, now)
	})
}

// destroying gives the entries of a redaction.
func destroying(actor, redaction string, bodies []Destroyed) []Entry {
	entries := make([]Entry, len(bodies))
	for i := range bodies {
		d := bodies[i]
		d.Redaction = redaction
		entries[i] = Entry{
			Kind: ledger.RedactionMade, Actor: actor, Service: d.Service, Subject: "redaction:" + redaction, Content: &d,
			Meta: map[string]string{ledger.MetaBody: d.Body},
		}
	}
	return entries
}

// redacting holds a redaction to being made once, has what is deleted written over, and marks what has to be judged again.
func (t *Tx) redacting(ctx context.Context, redaction string, service ident.ID, bodies []Destroyed, now time.Time) error {
	var made int64
	if err := t.row(ctx, `SELECT made FROM redaction WHERE id = $1`+t.lock, redaction).Scan(&made); err != nil {
		return missing(err, "there is no redaction %s", redaction)
	}
	if made != 0 {
		return fault.New(fault.Conflict, "this redaction was made already")
	}
	if t.file {
		var on int
		if err := t.row(ctx, `PRAGMA secure_delete = ON`).Scan(&on); err != nil {
			return err
		}
	}
	if err := t.emptyAnswers(ctx); err != nil {
		return err
	}
	if service == "" {
		if err := t.forgetPasskeys(ctx); err != nil {
			return err
		}
		return t.markShown(ctx, now, bodies)
	}
	if err := t.MarkResting(ctx, now, Rest{Kind: "service", Name: string(service)}); err != nil {
		return err
	}
	return t.markRedacted(ctx, now, service)
}

// stale gives the postures that were judged from contents before they were redacted and kept only after: a judgement that
// was under way. They have to be redacted too, which Sweep does.
func (s *Store) stale(ctx context.Context, since civil.Instant) ([]Destroyed, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, d *Destroyed) error {
		d.Kind = ledger.PostureJudged
		err := rows.Scan(&d.Redaction, &d.Service, &d.Body, &d.At, &d.Revision, &d.Engine)
		d.Subject = "service:" + string(d.Service)
		return err
	}, `SELECT DISTINCT redacted.redaction, posture.service, posture.body, posture.at, posture.revision, posture.engine
		FROM redacted JOIN leaf made ON made.kind = $1 AND made.at = redacted.at AND made.subject = 'redaction:' || redacted.redaction
		JOIN leaf judged ON judged.service = made.service AND judged.kind = $2 AND judged.number > made.number
		JOIN posture ON posture.body = judged.body
		WHERE redacted.at >= $3 AND posture.at <= redacted.at AND posture.body NOT IN (SELECT body FROM redacted) ORDER BY posture.body`,
		string(ledger.RedactionMade), string(ledger.PostureJudged), int64(since))
}

// Sweep redacts what was judged from contents while they were being redacted, since a moment, and says how many postures
// that were.
func (s *Store) Sweep(ctx context.Context, since civil.Instant, now time.Time) (int, error) {
	bodies, err := s.stale(ctx, since)
	if err != nil || len(bodies) == 0 {
		return 0, err
	}
	bodies = unrepeated(bodies)
	entries := make([]Entry, 0, len(bodies))
	for i := range bodies {
		entries = append(entries, destroying("system", bodies[i].Redaction, bodies[i:i+1])...)
	}
	_, err = s.Write(ctx, entries, func(ctx context.Context, t *Tx) error {
		for i := range bodies {
			if err := t.markRedacted(ctx, now, bodies[i].Service); err != nil {
				return err
			}
		}
		return nil
	})
	return len(bodies), err
}

// RedactedAt says when the content of something of a service was redacted, such as evidence:e1 or revision:3, or without
// one such as organisation:2; 0 where it was not.
func (s *Store) RedactedAt(ctx context.Context, service ident.ID, subject string) (at civil.Instant, err error) {
	if number, is := strings.CutPrefix(subject, "organisation:"); is {
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, nil //nolint:nilerr // what has no number was never there
		}
		err = s.reader().row(ctx, `SELECT redacted.at FROM organisation JOIN redacted ON redacted.body = organisation.body WHERE organisation.number = $1`, n).Scan(&at)
		return at, none(err)
	}
	if number, is := strings.CutPrefix(subject, "revision:"); is {
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, nil //nolint:nilerr // what has no number was never there
		}
		err = s.reader().row(ctx, `SELECT redacted.at FROM revision JOIN redacted ON redacted.body = revision.body WHERE revision.service = $1 AND revision.number = $2`, string(service), n).Scan(&at)
		return at, none(err)
	}
	err = s.reader().row(ctx, `SELECT COALESCE(MAX(redacted.at), 0) FROM leaf JOIN redacted ON redacted.body = leaf.body WHERE leaf.service = $1 AND leaf.subject = $2`, string(service), subject).Scan(&at)
	return at, none(err)
}

// none takes a row that is not there for no fault.
func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return broken(err)
}

// IsRedacted says whether an error is because a content was destroyed for good.
func IsRedacted(err error) bool { return errors.Is(err, seal.ErrDestroyed) }

// RedactedSince gives the services of which something was redacted after a moment, and when the last of it was.
func (s *Store) RedactedSince(ctx context.Context, since civil.Instant) (services []ident.ID, last civil.Instant, err error) {
	services, err = collect(ctx, s.reader(), func(rows *sql.Rows, id *ident.ID) error {
		var at civil.Instant
		err := rows.Scan(id, &at)
		last = max(last, at)
		return err
	}, `SELECT leaf.service, MAX(redacted.at) FROM redacted CROSS JOIN leaf WHERE leaf.body = redacted.body AND redacted.at > $1 GROUP BY leaf.service ORDER BY leaf.service`, int64(since)) // crossed, since SQLite would rather go through all leaves
	return services, last, err
}

// RedactAgain makes the redactions again that a later state of this record knows of, from a record on: their contents are
// back, since this record was restored from a backup made before them. It says how many contents that were, and how many
// stay, since they are of the organisation file or a pack in force here, without which nobody could do anything.
func (s *Store) RedactAgain(ctx context.Context, later *Store, from int64) (again, stay int, err error) {
	made, err := collect(ctx, later.reader(), scanSealed, `SELECT `+sealedColumns+` FROM leaf JOIN body ON body.id = leaf.body WHERE leaf.kind = $1 AND leaf.number >= $2 ORDER BY leaf.number`,
		string(ledger.RedactionMade), from)
	if err != nil {
		return 0, 0, err
	}
	var entries []Entry
	for i := range made {
		var d Destroyed
		if err := later.into(&made[i], &d); err != nil {
			return 0, 0, err
		}
		force, err := d.inForce(ctx, s.reader())
		if err != nil {
			return 0, 0, err
		}
		if force {
			stay++
			continue
		}
		var back int
		if err := s.reader().row(ctx, `SELECT COUNT(*) FROM body WHERE id = $1 AND wrapped IS NOT NULL`, d.Body).Scan(&back); err != nil {
			return 0, 0, broken(err)
		}
		if back > 0 {
			entries = append(entries, destroying("terminal", d.Redaction, []Destroyed{d})...)
		}
	}
	if len(entries) == 0 {
		return 0, stay, nil
	}
	if _, err := s.Write(ctx, entries, nil); err != nil {
		return 0, 0, err
	}
	return len(entries), stay, s.Scrub(ctx)
}
