package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/bits"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Entry is what happened: who did what to what. Content is the body, one of the types named after kinds in this package;
// nil for an entry that is all in its leaf.
type Entry struct {
	Kind    ledger.Kind
	Actor   string   // who: person:ID, token:ID or system
	Service ident.ID // of which service; empty for the organisation
	Subject string   // what: a reference such as evidence:e1
	Content any
	Meta    map[string]string // what stays in the leaf for ever: never personal
}

// Written is an entry that was kept.
type Written struct {
	Number int64         // of its leaf, from 0
	At     civil.Instant // when
	Body   string        // the id of its body
}

// kept is an entry on its way into the record.
type kept struct {
	leaf     ledger.Leaf
	text     []byte // of the leaf
	hash     [32]byte
	content  []byte
	envelope seal.Envelope
}

// Tx is a transaction.
type Tx struct {
	conn
	dialect
	marker marker
}

// Write keeps entries in one transaction with what follows from them. The guard, which may be nil, is asked first: what
// it returns ends the transaction and is given back. What Write says was written is on the disk.
func (s *Store) Write(ctx context.Context, entries []Entry, guard func(ctx context.Context, t *Tx) error) ([]Written, error) {
	ready, err := s.seal(entries)
	if err != nil {
		return nil, err
	}
	record := s.together
	if len(ready) == 0 {
		record = s.change
	}
	var out []Written
	err = record(ctx, func(t *Tx) (err error) {
		size, err := s.number(ctx, t, ready)
		if err != nil {
			return err
		}
		if guard != nil {
			if err := guard(ctx, t); err != nil {
				return err
			}
		}
		for i := range ready {
			if err := t.keep(ctx, &ready[i]); err != nil {
				return err
			}
		}
		out, err = t.append(ctx, ready, size)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// seal makes the leaves and the sealed bodies of entries, before the transaction begins.
func (s *Store) seal(entries []Entry) ([]kept, error) {
	at := s.clock.Now()
	ready := make([]kept, len(entries))
	for i, e := range entries {
		if err := s.sealOne(&ready[i], e, at); err != nil {
			return nil, err
		}
	}
	return ready, nil
}

// sealOne makes the leaf and the sealed body of an entry.
func (s *Store) sealOne(k *kept, e Entry, at civil.Instant) (err error) {
	k.leaf = ledger.Leaf{Version: 1, Kind: e.Kind, Actor: e.Actor, Service: e.Service, Subject: e.Subject, Meta: e.Meta}
	if e.Content != nil {
		if err := s.sealBody(k, e); err != nil {
			return err
		}
	}
	return k.date(at)
}

// date gives the leaf its time, and with it its text.
func (k *kept) date(at civil.Instant) (err error) {
	k.leaf.At = at
	if k.text, err = k.leaf.Bytes(); err != nil {
		return err
	}
	k.hash = ledger.Hash(k.text)
	return nil
}

func (s *Store) sealBody(k *kept, e Entry) (err error) {
	if by, is := e.Content.(saidBy); is {
		by.saidBy(e.Actor)
	}
	if k.content, err = written(e.Content); err != nil {
		return fault.Wrap(fault.Internal, err, "the entry %s has no written form", e.Kind)
	}
	if zeroed(k.content) {
		return fault.New(fault.Invalid, "a text in %s has a zero character in it (U+0000), which cannot be kept: take it out", e.Subject)
	}
	if k.leaf.Body, err = s.newID(); err != nil {
		return err
	}
	var from, to int
	if part, is := e.Content.(parted); is {
		from, to = part.part(k.content)
	}
	if k.envelope, err = seal.SealPart(s.ring, k.leaf.Body, k.content, from, to); err != nil {
		return err
	}
	k.leaf.Content, k.leaf.Sealed = ledger.Content(k.envelope.Salt, k.content), k.envelope.Digest
	return nil
}

// saidBy is a content that says itself who made the entry, so that a row by which somebody counts as the one who proposed
// can be held to what only the keys can have sealed.
type saidBy interface{ saidBy(actor string) }

// parted is a content of which a part is often sent as it is: from one place of its bytes to another.
type parted interface {
	part(content []byte) (from, to int)
}

// written gives the bytes of a content: its own form, where it has one, or JSON, in which the canonical form of a record
// stands as it is.
func written(content any) ([]byte, error) {
	if own, is := content.(interface{ Bytes() ([]byte, error) }); is {
		return own.Bytes()
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(content); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte{'\n'}), nil
}

// zeroed says whether a text in a content, which is JSON, has a zero character in it. PostgreSQL keeps none.
func zeroed(content []byte) bool {
	escape := []byte(`\u0000`)
	for {
		i := bytes.Index(content, escape)
		if i < 0 {
			return false
		}
		if slashes := i - len(bytes.TrimRight(content[:i], `\`)); slashes%2 == 0 { // or else the backslash is itself escaped
			return true
		}
		content = content[i+len(escape):]
	}
}

// newID makes an id that nobody can guess.
func (s *Store) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.rand, b[:]); err != nil {
		return "", fault.Wrap(fault.Internal, err, "the machine gives no random numbers")
	}
	return hex.EncodeToString(b[:]), nil
}

// keep stores the body of an entry and what follows from it.
func (t *Tx) keep(ctx context.Context, k *kept) error {
	if k.leaf.Body != "" {
		err := t.exec(ctx, `INSERT INTO body (id, key_id, wrapped, sealed) VALUES ($1, $2, $3, $4)`,
			k.leaf.Body, k.envelope.KeyID, k.envelope.Wrapped, k.envelope.Sealed)
		if err != nil {
			return err
		}
	}
	return t.apply(ctx, &k.leaf, k.content)
}

// number gives entries their numbers from the one head row, and says how many leaves there are with them. It comes first:
// whoever writes waits for the head and for nothing else, so that no two wait for each other. Entries that were sealed
// before one that came first are given the time of that one, so that times never go back.
func (s *Store) number(ctx context.Context, t *Tx, ready []kept) (size int64, err error) {
	if len(ready) == 0 {
		return 0, nil // a change of working tables alone
	}
	at := ready[0].leaf.At
	var last civil.Instant
	err = t.row(ctx, `UPDATE head SET size = size + $1, at = CASE WHEN at > $2 THEN at ELSE $2 END WHERE one = 1 RETURNING size, at`, len(ready), int64(at)).Scan(&size, &last)
	if err != nil || last == at {
		return size, err
	}
	s.clock.since(last) // another replica's clock may be ahead: what comes next is sealed with its time
	for i := range ready {
		if err := ready[i].date(last); err != nil {
			return 0, err
		}
	}
	return size, nil
}

// append keeps the leaves of numbered entries.
func (t *Tx) append(ctx context.Context, ready []kept, size int64) ([]Written, error) {
	out := make([]Written, len(ready))
	for i := range ready {
		leaf := &ready[i].leaf
		number := size - int64(len(ready)-i)
		err := t.exec(ctx, `INSERT INTO leaf (number, leaf, hash, kind, at, service, subject, actor, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			number, ready[i].text, ready[i].hash[:], string(leaf.Kind), int64(leaf.At), string(leaf.Service), leaf.Subject, leaf.Actor, leaf.Body)
		if err != nil {
			return nil, err
		}
		out[i] = Written{Number: number, At: leaf.At, Body: leaf.Body}
	}
	return out, nil
}

// in gives a list of parameters from the n-th on, such as ($3, $4), and the values after those that are there. The list
// of no values holds nothing. The last value is repeated until their number is a power of two, so that a query has few
// texts, which are kept prepared.
func in[T ~string](args []any, values []T) (string, []any) {
	if len(values) == 0 {
		return `(NULL)`, args
	}
	var b strings.Builder
	b.WriteByte('(')
	last := len(values) - 1
	for i := range 1 << bits.Len(uint(last)) {
		if i > 0 {
			b.WriteString(", ")
		}
		args = append(args, string(values[min(i, last)]))
		fmt.Fprintf(&b, "$%d", len(args))
	}
	b.WriteByte(')')
	return b.String(), args
}
