package server

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// The pause before a loop that failed is begun again, doubled with each failure in a row.
const (
	firstPause   = time.Second
	longestPause = time.Minute
)

// begin starts the loops. They end when the context does, and the group is done when all have.
func (s *server) begin(ctx context.Context) *sync.WaitGroup {
	var running sync.WaitGroup
	for _, loop := range s.Loops {
		running.Go(func() { s.keepGoing(ctx, loop) })
	}
	return &running
}

func (s *server) keepGoing(ctx context.Context, loop Loop) {
	pause := firstPause
	for {
		began := time.Now()
		err := loop.once(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		if time.Since(began) > longestPause {
			pause = firstPause
		}
		s.meter.failed(loop.Name)
		s.Log.LogAttrs(ctx, slog.LevelError, "work in the background failed, and is begun again", slog.String("loop", loop.Name),
			slog.String("error", err.Error()), slog.Duration("pause", pause))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		}
	}
}

// once runs a loop, and makes an error of a panic.
func (l Loop) once(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("%v\n%s", v, debug.Stack()), "a defect")
		}
	}()
	return l.Run(ctx)
}
