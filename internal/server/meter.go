package server

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// meter counts what the server does, for Prometheus. Its labels are routes, statuses and names of loops, of which there
// are as many as the program has: nobody who asks can add one.
type meter struct {
	set    *metrics.Set
	panics *metrics.Counter
	store  *store.Store
	build  string
}

func newMeter(p Parts) *meter {
	set := metrics.NewSet()
	return &meter{
		set: set, panics: set.NewCounter("bulkhead_panics_total"), store: p.Store,
		build: fmt.Sprintf("bulkhead_build_info{version=%q,engine=%q,go=%q}", p.Version, p.Engine, runtime.Version()),
	}
}

func (m *meter) request(route string, status int, took time.Duration, statements int64) {
	label := strconv.Quote(route)
	m.set.GetOrCreateCounter(fmt.Sprintf("bulkhead_requests_total{route=%s,status=\"%d\"}", label, status)).Inc()
	m.set.GetOrCreateSummary("bulkhead_request_seconds{route=" + label + "}").Update(took.Seconds())
	m.set.GetOrCreateSummary("bulkhead_request_statements{route=" + label + "}").Update(float64(statements))
}

func (m *meter) failed(loop string) {
	m.set.GetOrCreateCounter("bulkhead_loop_failures_total{loop=" + strconv.Quote(loop) + "}").Inc()
}

// write gives all that was counted, how much work waits, and what the runtime says of itself.
func (m *meter) write(ctx context.Context, w io.Writer) {
	metrics.WriteGaugeUint64(w, m.build, 1)
	m.set.WritePrometheus(w)
	metrics.WriteCounterUint64(w, "bulkhead_rows_unmarked_total", uint64(m.store.Unmarked()))
	m.waiting(ctx, w)
	metrics.WriteProcessMetrics(w)
}

// waiting writes how far the postures are behind. Where the record does not answer, it leaves them out: a 0 would say that
// all is well.
func (m *meter) waiting(ctx context.Context, w io.Writer) {
	waiting, err := m.store.Waiting(ctx)
	if err != nil {
		return
	}
	metrics.WriteGaugeUint64(w, "bulkhead_postures_waiting", uint64(waiting.Postures))
	metrics.WriteGaugeFloat64(w, "bulkhead_postures_waiting_seconds", age(waiting.Oldest, time.Now()))
	metrics.WriteGaugeUint64(w, "bulkhead_postures_troubled", uint64(waiting.Troubled))
	metrics.WriteGaugeUint64(w, "bulkhead_jobs_waiting", uint64(waiting.Jobs))
	metrics.WriteGaugeUint64(w, "bulkhead_jobs_dead", uint64(waiting.Dead))
	next, err := m.store.NextDue(ctx)
	if err != nil {
		return
	}
	late := 0.0
	if now := m.store.Now(); next > 0 && now > next {
		late = now.Time().Sub(next.Time()).Seconds()
	}
	metrics.WriteGaugeFloat64(w, "bulkhead_postures_stale_seconds", late)
}

// age is how long ago something was, in seconds; 0 for nothing, and where the clocks of replicas differ.
func age(since, now time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(now.Sub(since).Seconds(), 0)
}
