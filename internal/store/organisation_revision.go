package store

import "context"

// OrganisationRevision gives one revision of the organisation file.
func (s *Store) OrganisationRevision(ctx context.Context, number int64) (r OrganisationRevision, err error) {
	var b Sealed
	row := s.reader().row(ctx, `SELECT organisation.at, organisation.actor, `+sealedColumns+` FROM organisation JOIN body ON body.id = organisation.body WHERE organisation.number = $1`, number)
	if err := row.Scan(append([]any{&r.At, &r.Actor}, b.fields()...)...); err != nil {
		return r, missing(err, "the organisation file has no revision %d", number)
	}
	return r, s.into(&b, &r.Organised)
}
