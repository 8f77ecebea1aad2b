package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// Job is background work that is done at least once, by one worker at a time.
type Job struct {
	ID      string
	Kind    string
	Name    string // with the kind, what makes it the same work: work that waits already is not added again
	Payload json.RawMessage
	Tries   int64
}

// triesMost is how often work is tried before it is put aside for a person to look at.
const triesMost = 12

// Enqueue adds work in the transaction of the change that it follows from. Work that was put aside waits again.
func (t *Tx) Enqueue(ctx context.Context, id string, j Job, due time.Time) error {
	return t.exec(ctx, `INSERT INTO job (id, kind, name, payload, due, lease, holder, tries, trouble, dead) VALUES ($1, $2, $3, $4, $5, 0, '', 0, '', 0)
		ON CONFLICT (kind, name) DO UPDATE SET payload = excluded.payload, due = excluded.due, tries = 0, trouble = '', dead = 0 WHERE job.dead = 1`, id, j.Kind, j.Name, string(j.Payload), micros(due))
}

// Enqueue adds work in a transaction of its own.
func (s *Store) Enqueue(ctx context.Context, j Job, due time.Time) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	return s.change(ctx, func(t *Tx) error { return t.Enqueue(ctx, id, j, due) })
}

// ClaimJobs takes work that is due, for the time of a lease.
func (s *Store) ClaimJobs(ctx context.Context, holder string, now time.Time, lease time.Duration, limit int) (out []Job, err error) {
	var n int
	err = s.reader().row(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE dead = 0 AND due <= $1 AND lease <= $1 LIMIT 1) AS waiting`, micros(now)).Scan(&n)
	if err != nil || n == 0 {
		return nil, broken(err)
	}
	err = s.change(ctx, func(t *Tx) error {
		out, err = collect(ctx, t.conn, scanJob, `WITH next AS MATERIALIZED (SELECT id FROM job WHERE dead = 0 AND due <= $3 AND lease <= $3 ORDER BY due, id LIMIT CAST($4 AS BIGINT)`+t.skip+`)
			UPDATE job SET lease = $1, holder = $2, tries = tries + 1 WHERE id IN (SELECT id FROM next)
			RETURNING id, kind, name, payload, tries`, micros(now.Add(lease)), holder, micros(now), limit)
		return err
	})
	return out, err
}

func scanJob(rows *sql.Rows, j *Job) error {
	var payload string
	err := rows.Scan(&j.ID, &j.Kind, &j.Name, &payload, &j.Tries)
	j.Payload = json.RawMessage(payload)
	return err
}

// Done takes finished work away.
func (s *Store) Done(ctx context.Context, j Job) error {
	return s.change(ctx, func(t *Tx) error { return t.exec(ctx, `DELETE FROM job WHERE id = $1`, j.ID) })
}

// Failed gives work back after it failed: it is tried again later, ever less often, and put aside in the end. Where the
// lease had ended and another worker was given it, nothing is done.
func (s *Store) Failed(ctx context.Context, j Job, now time.Time, trouble string) error {
	dead := 0
	if j.Tries >= triesMost {
		dead = 1
	}
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE job SET lease = 0, holder = '', due = $2, trouble = $3, dead = $4 WHERE id = $1 AND tries = $5`, j.ID, micros(now.Add(BackOff(j.Tries))), trouble, dead, j.Tries)
	})
}

// Waiting says how much work waits, for the metrics.
type Waiting struct {
	Postures int64
	Oldest   time.Time // the first change that a posture does not show yet; the zero time where none waits
	Troubled int64     // postures whose judging failed the last time
	Jobs     int64
	Dead     int64 // jobs that were put aside
}

// Waiting counts the work that waits.
func (s *Store) Waiting(ctx context.Context) (w Waiting, err error) {
	var since int64
	err = s.reader().row(ctx, `SELECT (SELECT COUNT(*) FROM dirty), (SELECT COALESCE(MIN(since), 0) FROM dirty), (SELECT COUNT(*) FROM dirty WHERE trouble <> ''),
		(SELECT COUNT(*) FROM job WHERE dead = 0), (SELECT COUNT(*) FROM job WHERE dead = 1)`).Scan(&w.Postures, &since, &w.Troubled, &w.Jobs, &w.Dead)
	if since != 0 {
		w.Oldest = time.UnixMicro(since).UTC()
	}
	return w, broken(err)
}
