package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Dirty is a service whose posture has to be judged again, as one worker holds it.
type Dirty struct {
	Service ident.ID
	Mark    int64     // goes up with every change: what was judged from an older mark is not clean yet
	Since   time.Time // the first change that the posture does not show
	Tries   int64     // how often it was tried
}

// micros gives a moment as working tables keep it: whole microseconds since 1970, in UTC.
func micros(t time.Time) int64 { return t.UnixMicro() }

// A service that was retired is not marked, whatever it rests on: what was marked before that is still judged, so that its
// last posture shows all that was said of it, and then no more but what a redaction leaves.

// MarkDirty notes, in the transaction of a change, that the postures of services have to be judged again.
func (t *Tx) MarkDirty(ctx context.Context, now time.Time, services ...ident.ID) error {
	for _, service := range services {
		err := t.exec(ctx, `INSERT INTO dirty (service, mark, since, due, lease, holder, tries, trouble) SELECT $1, 1, $2, $2, 0, '', 0, ''
			WHERE NOT EXISTS (SELECT 1 FROM service WHERE id = $1 AND retired > 0)`+markedAgain, string(service), micros(now))
		if err != nil {
			return err
		}
	}
	return nil
}

// markedAgain is what becomes of a mark that stands already.
const markedAgain = `
		ON CONFLICT (service) DO UPDATE SET mark = dirty.mark + 1, due = CASE WHEN dirty.due < excluded.due THEN dirty.due ELSE excluded.due END`

// markRedacted marks a service, retired or not, of which a posture was destroyed: another takes its place.
func (t *Tx) markRedacted(ctx context.Context, now time.Time, service ident.ID) error {
	return t.exec(ctx, `INSERT INTO dirty (service, mark, since, due, lease, holder, tries, trouble) VALUES ($1, 1, $2, $2, 0, '', 0, '')`+markedAgain, string(service), micros(now))
}

// hold keeps others from keeping entries until the transaction ends. Marking what rests on something needs it where
// transactions run beside each other: a posture that begins to rest on it, and is being kept, would be passed over.
func (t *Tx) hold(ctx context.Context) error {
	if t.lock == "" {
		return nil
	}
	var size int64
	return t.row(ctx, `SELECT size FROM head WHERE one = 1`+t.lock).Scan(&size)
}

// MarkResting marks, in a transaction, every service that rests on a thing.
func (t *Tx) MarkResting(ctx context.Context, now time.Time, on Rest) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO dirty (service, mark, since, due, lease, holder, tries, trouble) SELECT service.id, 1, $3, $3, 0, '', 0, '' FROM rest JOIN service ON service.id = rest.service WHERE rest.kind = $1 AND rest.name = $2 AND service.retired = 0`+markedAgain, on.Kind, on.Name, micros(now))
}

// MarkRestingIn marks, in a transaction, the services of a scope that rest on a thing.
func (t *Tx) MarkRestingIn(ctx context.Context, now time.Time, on Rest, scope Scope) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	where, args := scope.where(`service.id`, `service.unit`, []any{on.Kind, on.Name, micros(now)})
	return t.exec(ctx, `INSERT INTO dirty (service, mark, since, due, lease, holder, tries, trouble)
		SELECT service.id, 1, $3, $3, 0, '', 0, '' FROM rest JOIN service ON service.id = rest.service WHERE rest.kind = $1 AND rest.name = $2 AND service.retired = 0 AND `+where+markedAgain, args...)
}

// MarkAll marks every service that has a revision.
func (t *Tx) MarkAll(ctx context.Context, now time.Time) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO dirty (service, mark, since, due, lease, holder, tries, trouble) SELECT id, 1, $1, $1, 0, '', 0, '' FROM service WHERE number > 0 AND retired = 0`+markedAgain, micros(now))
}

// MarkDue marks the services whose next change has come.
func (s *Store) MarkDue(ctx context.Context, at civil.Instant, now time.Time) (int64, error) {
	var n int64
	err := s.change(ctx, func(t *Tx) (err error) {
		n, err = t.change(ctx, `INSERT INTO dirty (service, mark, since, due, lease, holder, tries, trouble)
			SELECT line.service, 1, $2, $2, 0, '', 0, '' FROM line JOIN service ON service.id = line.service WHERE line.next_change > 0 AND line.next_change <= $1 AND service.retired = 0
			ON CONFLICT (service) DO NOTHING`, int64(at), micros(now))
		return err
	})
	return n, err
}

// NextDue gives the first moment at which a posture changes by itself; 0 for none.
func (s *Store) NextDue(ctx context.Context) (at civil.Instant, err error) {
	err = s.reader().row(ctx, `SELECT COALESCE(MIN(line.next_change), 0) FROM line JOIN service ON service.id = line.service WHERE line.next_change > 0 AND service.retired = 0`).Scan(&at)
	return at, broken(err)
}

// Pace is how often the posture of a service is judged at the most, so that much that comes at once is judged together.
// The zero Pace is as often as something changes.
type Pace struct{ Pause time.Duration }

// waits is a condition that holds for a service that was judged less than the pause before $1 at the time $2. A time to
// come, as after the clock was set back, keeps nothing.
func (p Pace) waits(service, now string, args []any, at time.Time) (string, []any) {
	args = append(args, micros(at.Add(-p.Pause)))
	return fmt.Sprintf(`EXISTS (SELECT 1 FROM pace WHERE pace.service = %s AND pace.judged > $%d AND pace.judged <= %s)`, service, len(args), now), args
}

// Claim takes services whose postures are due, for the time of a lease: nobody else is given them until it ends. Those
// that wait longest come first.
func (s *Store) Claim(ctx context.Context, holder string, now time.Time, lease time.Duration, pace Pace, limit int) (out []Dirty, err error) {
	if some, err := s.anyDirty(ctx, now, pace); err != nil || !some {
		return nil, err // so that an idle worker does not write
	}
	waits, args := pace.waits(`dirty.service`, `$3`, []any{micros(now.Add(lease)), holder, micros(now), limit}, now)
	err = s.change(ctx, func(t *Tx) error {
		out, err = collect(ctx, t.conn, func(rows *sql.Rows, d *Dirty) error {
			var since int64
			err := rows.Scan(&d.Service, &d.Mark, &since, &d.Tries)
			d.Since = time.UnixMicro(since)
			return err
		}, `WITH next AS MATERIALIZED (SELECT service FROM dirty WHERE due <= $3 AND lease <= $3 AND NOT `+waits+` ORDER BY due, service LIMIT CAST($4 AS BIGINT)`+t.skip+`)
			UPDATE dirty SET lease = $1, holder = $2, tries = tries + 1 WHERE service IN (SELECT service FROM next)
			RETURNING service, mark, since, tries`, args...)
		return err
	})
	return out, err
}

func (s *Store) anyDirty(ctx context.Context, now time.Time, pace Pace) (bool, error) {
	var n int
	waits, args := pace.waits(`dirty.service`, `$1`, []any{micros(now)}, now)
	err := s.reader().row(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM dirty WHERE due <= $1 AND lease <= $1 AND NOT `+waits+` LIMIT 1) AS waiting`, args...).Scan(&n)
	return n > 0, broken(err)
}

// Clean notes, in the transaction that keeps a posture, that a service is clean, unless it was marked again since it was
// claimed: then it is due again at once, unless another worker was given it since.
func (t *Tx) Clean(ctx context.Context, d Dirty, now time.Time) error {
	err := t.exec(ctx, `INSERT INTO pace (service, judged) VALUES ($1, $2) ON CONFLICT (service) DO UPDATE SET judged = excluded.judged`, string(d.Service), micros(now))
	if err != nil {
		return err
	}
	n, err := t.change(ctx, `DELETE FROM dirty WHERE service = $1 AND mark = $2`, string(d.Service), d.Mark)
	if err != nil || n == 1 {
		return err
	}
	return t.exec(ctx, `UPDATE dirty SET lease = 0, holder = '', tries = 0, trouble = '', since = $2, due = $2 WHERE service = $1 AND tries = $3`, string(d.Service), micros(now), d.Tries)
}

// Trouble gives a claimed service back after judging it failed: it is tried again later, ever less often, and what went
// wrong is kept to be seen. When it was marked again since, it is tried at once. Where the lease had ended and another
// worker was given the service, nothing is done: the number of tries tells the claims apart.
func (s *Store) Trouble(ctx context.Context, d Dirty, now time.Time, trouble string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE dirty SET lease = 0, holder = '', due = CASE WHEN mark = $4 THEN CAST($2 AS BIGINT) ELSE $3 END, trouble = $5 WHERE service = $1 AND tries = $6`,
			string(d.Service), micros(now.Add(BackOff(d.Tries))), micros(now), d.Mark, trouble, d.Tries)
	})
}

// backOffMost is the longest that anything waits before it is tried again.
const backOffMost = time.Hour

// BackOff gives how long to wait after a number of tries: a second, and then twice as long each time, up to an hour.
func BackOff(tries int64) time.Duration {
	if tries < 1 {
		return 0
	}
	if tries > 12 {
		return backOffMost
	}
	return min(time.Second<<(tries-1), backOffMost)
}

// failingColumn is since when the posture of a service cannot be judged: the first change that it does not show. It is 0
// while judging works.
const failingColumn = `CASE WHEN dirty.trouble <> '' THEN dirty.since ELSE 0 END`

// failing reads it.
func failing(since int64) civil.Instant {
	if since == 0 {
		return 0
	}
	return civil.Of(time.UnixMicro(since))
}
