package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// doomedCommon gives the bodies that a redaction of what is no service's destroys: revisions of the organisation file and
// of packs, with the postures that were judged by them, and all that was recorded of people.
func doomedCommon(ctx context.Context, c conn, subjects []string) (out []Destroyed, err error) {
	for _, subject := range subjects {
		var some []Destroyed
		kind, id, _ := strings.Cut(subject, ":")
		switch kind {
		case "organisation":
			some, err = doomedOrganisation(ctx, c, id)
		case "pack":
			some, err = doomedPack(ctx, c, id)
		case "person":
			some, err = doomedPerson(ctx, c, id)
		default:
			err = fault.New(fault.Invalid, "%q cannot be redacted without a service: name organisation:NUMBER, pack:ID/NUMBER or person:ID", subject)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return unrepeated(out), nil
}

func doomedOrganisation(ctx context.Context, c conn, id string) ([]Destroyed, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, fault.New(fault.Invalid, "organisation:%s: a revision of the organisation file has a number, such as organisation:3", id)
	}
	d := Destroyed{Kind: ledger.OrganisationRevised, Subject: "organisation", Number: number, Parent: number - 1}
	return doomedRuling(ctx, c, d, "the organisation file", `SELECT this.body, begun.number, ended.number FROM organisation this JOIN leaf begun ON begun.body = this.body
		LEFT JOIN organisation next ON next.number = this.number + 1 LEFT JOIN leaf ended ON ended.body = next.body
		WHERE this.number = $1 AND this.body NOT IN (SELECT body FROM redacted)`, number)
}

func doomedPack(ctx context.Context, c conn, name string) ([]Destroyed, error) {
	id, which, _ := strings.Cut(name, "/")
	number, err := strconv.ParseInt(which, 10, 64)
	if err != nil {
		return nil, fault.New(fault.Invalid, "pack:%s: say which of the packs of that id, counted from 1 in the order in which they came into force, such as pack:own/2", name)
	}
	d := Destroyed{Kind: ledger.PackRecorded, Subject: "pack:" + id, Number: number}
	return doomedRuling(ctx, c, d, "the pack "+id, `SELECT this.body, begun.number, ended.number FROM pack this JOIN leaf begun ON begun.body = this.body
		LEFT JOIN pack next ON next.id = this.id AND next.number = this.number + 1 LEFT JOIN leaf ended ON ended.body = next.body
		WHERE this.id = $1 AND this.number = $2 AND this.body NOT IN (SELECT body FROM redacted)`, id, number)
}

// doomedRuling gives the body of what services are judged by, and those of the postures that were judged by it: none can
// be kept once another has come into force.
func doomedRuling(ctx context.Context, c conn, d Destroyed, name, text string, args ...any) ([]Destroyed, error) {
	var begun int64
	var ended sql.NullInt64
	if err := c.row(ctx, text, args...).Scan(&d.Body, &begun, &ended); err != nil {
		return nil, missing(err, "there is no content of revision %d of %s", d.Number, name)
	}
	if !ended.Valid {
		return nil, fault.New(fault.Conflict, "revision %d of %s is in force: replace it first by one without what has to go, and redact then", d.Number, name)
	}
	postures, err := collect(ctx, c, scanDoomedPosture, `SELECT posture.service, posture.body, posture.at, posture.revision, posture.engine
		FROM leaf JOIN posture ON posture.service = leaf.service AND posture.body = leaf.body
		WHERE leaf.kind = $1 AND leaf.number > $2 AND leaf.number < $3 AND posture.body NOT IN (SELECT body FROM redacted)`, string(ledger.PostureJudged), begun, ended.Int64)
	return append(postures, d), err
}

func scanDoomedPosture(rows *sql.Rows, d *Destroyed) error {
	err := rows.Scan(&d.Service, &d.Body, &d.At, &d.Revision, &d.Engine)
	d.Kind, d.Subject = ledger.PostureJudged, "service:"+string(d.Service)
	return err
}

// doomedPerson gives all entries about somebody who has left.
func doomedPerson(ctx context.Context, c conn, id string) ([]Destroyed, error) {
	var left civil.Instant
	if err := c.row(ctx, `SELECT left_at FROM person WHERE id = $1`, id).Scan(&left); err != nil {
		return nil, missing(err, "nothing was recorded of the person %s", id)
	}
	if left == 0 {
		return nil, fault.New(fault.Conflict, "%s was invited or can sign in, and what that rests on would go: remove them first, and redact then. They can be invited again after that", id)
	}
	subject := "person:" + id
	list, args := in([]any{subject}, []ledger.Kind{ledger.PersonInvited, ledger.PersonKnown, ledger.PersonLeft, ledger.SignedIn, ledger.SessionEnded})
	out, err := collect(ctx, c, func(rows *sql.Rows, d *Destroyed) error {
		d.Subject = subject
		return rows.Scan(&d.Kind, &d.Body)
	}, `SELECT kind, body FROM leaf WHERE service = '' AND subject = $1 AND kind IN `+list+` AND body <> '' AND body NOT IN (SELECT body FROM redacted)`, args...)
	if err == nil && len(out) == 0 {
		err = fault.New(fault.NotFound, "there is no content about the person %s any more", id)
	}
	return out, err
}

// clearCommon takes the rows away that show the content of an entry of no service, and blanks those that stay.
func (d *Destroyed) clearCommon(ctx context.Context, t *Tx) error {
	switch d.Kind {
	case ledger.OrganisationRevised:
		return t.exec(ctx, `UPDATE organisation SET digest = '' WHERE body = $1`, d.Body)
	case ledger.PackRecorded:
		return t.exec(ctx, `UPDATE pack SET digest = '', version = '' WHERE body = $1`, d.Body)
	case ledger.PersonKnown:
		if err := t.exec(ctx, `DELETE FROM passkey WHERE body = $1`, d.Body); err != nil {
			return err
		}
		return t.marked(ctx, d.person(), func() error { return t.exec(ctx, `UPDATE person SET identity = '' WHERE id = $1`, string(d.person())) })
	}
	return nil
}

// stayCommon makes the rows of an entry of no service as they are after its content was destroyed.
func (d *Destroyed) stayCommon(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	switch d.Kind {
	case ledger.OrganisationRevised:
		return (&Organised{Number: d.Number, Parent: d.Parent}).apply(ctx, t, leaf)
	case ledger.PackRecorded:
		_, id, _ := strings.Cut(d.Subject, ":")
		return (&Packed{ID: ident.ID(id)}).apply(ctx, t, leaf)
	case ledger.PersonInvited:
		return (&Invited{Person: d.person()}).apply(ctx, t, leaf)
	case ledger.PersonKnown:
		return (&Known{Person: d.person()}).apply(ctx, t, leaf)
	case ledger.PersonLeft:
		return (&Departed{Person: d.person()}).apply(ctx, t, leaf)
	}
	return nil
}

// person gives whom an entry is about.
func (d *Destroyed) person() ident.ID {
	_, id, _ := strings.Cut(d.Subject, ":")
	return ident.ID(id)
}

// markShown marks the services that show one of the postures, and all that rest on them.
func (t *Tx) markShown(ctx context.Context, now time.Time, bodies []Destroyed) error {
	var postures []string
	for i := range bodies {
		if bodies[i].Kind == ledger.PostureJudged {
			postures = append(postures, bodies[i].Body)
		}
	}
	list, args := in(nil, postures)
	services, err := collect(ctx, t.conn, func(rows *sql.Rows, id *ident.ID) error { return rows.Scan(id) }, `SELECT service FROM line WHERE body IN `+list+` ORDER BY service`, args...)
	for i := 0; err == nil && i < len(services); i++ {
		if err = t.MarkResting(ctx, now, Rest{Kind: "service", Name: string(services[i])}); err == nil {
			err = t.markRedacted(ctx, now, services[i])
		}
	}
	return err
}

// inForce says whether services are judged by a content now, since it is that of the newest organisation file, or of the
// newest pack of its id.
func (d *Destroyed) inForce(ctx context.Context, c conn) (bool, error) {
	var n int
	err := c.row(ctx, `SELECT (SELECT COUNT(*) FROM organisation WHERE body = $1 AND number = (SELECT MAX(number) FROM organisation))
		+ (SELECT COUNT(*) FROM pack WHERE body = $1 AND number = (SELECT MAX(number) FROM pack newest WHERE newest.id = pack.id))`, d.Body).Scan(&n)
	return n > 0, broken(err)
}
