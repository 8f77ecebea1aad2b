package store

import (
	"context"
	"database/sql"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Paper is what a service says of itself and its newest posture, which together say all that is to be decided by.
type Paper struct {
	Texts   []Text
	Posture []byte
}

// Papers gives those of some services, of which each has been judged: of one that has not, there is none.
func (s *Store) Papers(ctx context.Context, services []ident.ID) (map[ident.ID]Paper, error) {
	type row struct {
		service ident.ID
		says    string
		body    Sealed
	}
	list, args := in(nil, services)
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append([]any{&r.service, &r.says}, r.body.fields()...)...)
	}, `SELECT service.id, service.body, `+sealedColumns+` FROM service JOIN line ON line.service = service.id
		JOIN body ON body.id IN (service.body, line.body) WHERE service.id IN `+list, args...)
	if err != nil {
		return nil, err
	}
	out := map[ident.ID]Paper{}
	for i := range some {
		r := &some[i]
		one := out[r.service]
		if err := s.readPaper(&r.body, &one, r.body.ID == r.says); err != nil {
			return nil, err
		}
		out[r.service] = one
	}
	return out, nil
}

// readPaper reads either side of a paper.
func (s *Store) readPaper(b *Sealed, into *Paper, says bool) error {
	if !says {
		var j Judged
		err := s.readJudged(b, &j)
		into.Posture = j.Posture
		return err
	}
	var r Revised
	err := s.into(b, &r)
	into.Texts = r.Texts
	return err
}
