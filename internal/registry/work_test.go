package registry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// record is a log that is written and read at once.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// Whoever runs the server finds in its log why a service cannot be judged.
func TestWhatCannotBeJudgedIsLogged(t *testing.T) {
	d := open(t)
	d.portal(d.person("p1"))
	if _, err := d.store.Write(t.Context(), []store.Entry{{
		Kind: ledger.ServiceRevised, Actor: "terminal", Service: "portal", Subject: "service:portal",
		Content: &store.Revised{Service: "portal", Number: 2, Parent: 1, Name: "Portal", Digest: "x", Texts: []store.Text{{File: "bulkhead.yaml", Text: "no service: ["}}},
	}}, func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, time.Now(), "portal") }); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log, done := &record{}, make(chan error)
	go func() { done <- d.Work(ctx, "test", 1, slog.New(slog.NewTextHandler(log, nil))) }()
	for end := time.Now().Add(time.Minute); !strings.Contains(log.String(), "bulkhead.yaml:1"); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the log says %q", log)
		}
	}
	if text := log.String(); !strings.Contains(text, "service=portal") || !strings.Contains(text, "could not be judged") {
		t.Errorf("the log says %q", text)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Whoever stops does not keep others from what it has not finished.
func TestWorkThatStopsGivesBackWhatItHolds(t *testing.T) {
	d := open(t)
	d.portal(d.person("p1"))
	now := time.Now()
	within(t, d, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.MarkDirty(ctx, now, "portal"); err != nil {
			return err
		}
		return tx.Enqueue(ctx, "j1", store.Job{Kind: "none", Name: "n1", Payload: []byte("{}")}, now)
	})
	claimed := func(holder string) (int, int) {
		postures, err := d.store.Claim(t.Context(), holder, now, time.Hour, store.Pace{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		jobs, err := d.store.ClaimJobs(t.Context(), holder, now, time.Hour, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(postures), len(jobs)
	}
	if postures, jobs := claimed("one"); postures != 1 || jobs != 1 {
		t.Fatalf("%d postures and %d jobs are given", postures, jobs)
	}
	if postures, jobs := claimed("two"); postures+jobs != 0 {
		t.Fatalf("%d postures and %d jobs are given twice", postures, jobs)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	log := slog.New(slog.DiscardHandler)
	if err := errors.Join(d.Work(stopped, "one", 1, log), d.WorkJobs(stopped, "one", nil, log)); err != nil {
		t.Fatal(err)
	}
	if postures, jobs := claimed("two"); postures != 1 || jobs != 1 {
		t.Errorf("%d postures and %d jobs are given back", postures, jobs)
	}
}

// within changes working tables.
func within(t *testing.T, d desk, do func(context.Context, *store.Tx) error) {
	t.Helper()
	if _, err := d.store.Write(t.Context(), nil, do); err != nil {
		t.Fatal(err)
	}
}
