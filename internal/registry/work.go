package registry

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// lease is how long a worker may take for one posture before another takes it over.
const lease = time.Minute

// claimMost is how many postures a worker takes at once.
const claimMost = 8

// A service is judged at most once in judgePause, however much of it changes, and what to do next is worked out once it
// has stood for advisePause.
const (
	judgePause  = time.Second
	advisePause = 3 * time.Second
)

// adviseRest is how many times as long as an advice took there is none after it, so that much to advise on leaves the
// machine to those who wait for it.
const adviseRest = 3

// lookEvery is how often it is looked for work that nothing woke the workers for.
const lookEvery = 200 * time.Millisecond

// Work judges what has to be judged again until the context ends: what was marked by a change, and what its next change
// has come for. Any number of replicas may work on one record; each posture is judged by one of them. What was begun and
// not finished is given back; where the machine stopped, it is taken up again when its lease ends.
func (r *Registry) Work(ctx context.Context, holder string, workers int, log *slog.Logger) error {
	defer func() { _ = r.store.GiveBack(context.WithoutCancel(ctx), holder) }() // else its lease ends
	look, mark := time.NewTicker(lookEvery), time.NewTicker(time.Second)
	defer look.Stop()
	defer mark.Stop()
	advise := time.NewTimer(advisePause)
	defer advise.Stop()
	for ctx.Err() == nil {
		var err error
		select {
		case <-ctx.Done():
		case <-mark.C:
			_, err = r.store.MarkDue(ctx, r.store.Now(), r.now())
		case <-advise.C:
			begun, some := time.Now(), false
			some, err = r.adviseOne(ctx)
			advise.Reset(restAfter(some, time.Since(begun)))
		case <-r.wake:
		case <-look.C:
		}
		if err == nil {
			err = r.judgeAll(ctx, holder, workers, store.Pace{Pause: judgePause}, log)
		}
		if err != nil && ctx.Err() == nil {
			log.Error("background work failed and is tried again", "error", err.Error())
		}
	}
	return nil
}

// restAfter gives for how long nothing is advised after an advice that took so long, or after there was nothing to advise on.
func restAfter(some bool, took time.Duration) time.Duration {
	if !some {
		return advisePause
	}
	return max(lookEvery, adviseRest*took)
}

// judgeAll judges what is due now.
func (r *Registry) judgeAll(ctx context.Context, holder string, workers int, pace store.Pace, log *slog.Logger) error {
	for n := 1; n > 0 && ctx.Err() == nil; {
		var err error
		if n, err = r.judgeSome(ctx, holder, workers, pace, log); err != nil {
			return err
		}
	}
	return nil
}

// JudgeDirty judges some of the services that are marked, as many at once as there are workers, and says how many it
// took. One that cannot be judged is put back for later and does not keep the others.
func (r *Registry) JudgeDirty(ctx context.Context, holder string, workers int) (int, error) {
	return r.judgeSome(ctx, holder, workers, store.Pace{}, slog.New(slog.DiscardHandler))
}

// judgeSome does that at a pace, and logs which it could not judge.
func (r *Registry) judgeSome(ctx context.Context, holder string, workers int, pace store.Pace, log *slog.Logger) (int, error) {
	claimed, err := r.store.Claim(ctx, holder, r.now(), lease, pace, claimMost)
	if err != nil || len(claimed) == 0 {
		return 0, err
	}
	g, err := r.current(ctx)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	next := make(chan store.Dirty)
	errs := make(chan error, len(claimed))
	for range min(workers, len(claimed)) {
		wg.Go(func() {
			for d := range next {
				errs <- r.judgeClaimed(ctx, g, d, log)
			}
		})
	}
	for _, d := range claimed {
		next <- d
	}
	close(next)
	wg.Wait()
	close(errs)
	for e := range errs {
		if e != nil {
			err = e
		}
	}
	return len(claimed), err
}

// judgeClaimed judges one service; what keeps it from being judged is kept with its mark.
func (r *Registry) judgeClaimed(ctx context.Context, g *ground, d store.Dirty, log *slog.Logger) error {
	j, err := r.judgeSafely(ctx, g, d)
	if err == nil {
		err = r.keep(ctx, d, j)
	}
	if err == nil || ctx.Err() != nil {
		return nil
	}
	log.LogAttrs(ctx, slog.LevelError, "a service could not be judged and is tried again", slog.String("service", string(d.Service)), slog.String("error", err.Error()))
	return r.store.Trouble(ctx, d, r.now(), err.Error())
}

// judgeSafely makes an error of a panic, so that one poisoned record cannot end the work on all others.
func (r *Registry) judgeSafely(ctx context.Context, g *ground, d store.Dirty) (j *judging, err error) {
	defer func() {
		if p := recover(); p != nil {
			j, err = nil, fault.New(fault.Internal, "judging %s went wrong inside Bulkhead: %s", d.Service, fmt.Sprint(p))
		}
	}()
	return r.judge(ctx, g, d.Service, r.store.Now())
}

// adviseOne works out what to do next for one posture for which that has not been done, and says whether there was one.
func (r *Registry) adviseOne(ctx context.Context) (bool, error) {
	id, body, err := r.store.Unadvised(ctx, r.now(), store.Pace{Pause: advisePause})
	if err != nil || id == "" {
		return false, err
	}
	g, err := r.current(ctx)
	if err != nil {
		return false, err
	}
	if err := r.advise(ctx, g, id, body); err != nil {
		return true, r.store.Advise(ctx, id, body, []byte(`[]`)) // a posture without advice is still a posture
	}
	return true, nil
}

// again does something at once and then every so often. It ends with the context, or with the first fault that did not come
// of that.
func again(ctx context.Context, every time.Duration, do func() error) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := do(); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
