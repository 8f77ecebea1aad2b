package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/deflated"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// Sealed is a body as it is kept.
type Sealed struct {
	ID      string
	KeyID   string
	Wrapped []byte // empty when the key was destroyed: the content is gone for good
	Bytes   []byte
}

// sealedColumns are what fills a Sealed, in a query that calls the table body.
const sealedColumns = `body.id, body.key_id, body.wrapped, body.sealed`

func (b *Sealed) fields() []any { return []any{&b.ID, &b.KeyID, &b.Wrapped, &b.Bytes} }

// open gives the content of a body.
func (s *Store) open(b *Sealed) ([]byte, error) {
	_, content, err := seal.Open(s.ring, b.ID, b.KeyID, b.Wrapped, b.Bytes)
	return content, err
}

// into reads the content of a body.
func (s *Store) into(b *Sealed, v any) error {
	content, err := s.open(b)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, v); err != nil {
		return fault.Wrap(fault.Internal, err, "the body %s is not what its kind says", b.ID)
	}
	return nil
}

// Sent is a text as it is sent: a part that is compressed already, and a few bytes after it.
type Sent struct {
	End []byte

	part  deflated.Part
	maker *deflated.Maker
}

// Text gives the text itself.
func (s *Sent) Text() ([]byte, error) {
	text, err := s.part.Text(seal.Limit)
	return append(text, s.End...), err
}

// worthFrom is how many bytes are worth compressing.
const worthFrom = 2048

// Gzip gives the text with more before and after it, as a gzip stream.
func (s *Sent) Gzip(before, after []byte) []byte {
	return deflated.Stream(s.piece(before), s.part, s.piece(slices.Concat(s.End, after)))
}

func (s *Sent) piece(text []byte) deflated.Part {
	if len(text) < worthFrom {
		return deflated.Plain(text)
	}
	return s.maker.Of(text)
}

// openSent opens a body of which a part is sent, and gives what stands before that part too.
func (s *Store) openSent(b *Sealed) (before []byte, sent Sent, err error) {
	o, err := seal.OpenPart(s.ring, b.ID, b.KeyID, b.Wrapped, b.Bytes)
	return o.Before, Sent{part: o.Part, End: o.After, maker: &s.parts}, err
}

// Body gives the content of a body by its id.
func (s *Store) Body(ctx context.Context, id string) ([]byte, error) {
	var b Sealed
	if err := s.reader().row(ctx, `SELECT `+sealedColumns+` FROM body WHERE id = $1`, id).Scan(b.fields()...); err != nil {
		return nil, missing(err, "there is no body %s", id)
	}
	return s.open(&b)
}
