// Package cost lets tests hold work to growing with its input and no faster. It compares what two sizes cost in one run, in
// time of the processor and in memory, so that neither a slow machine nor a busy one fails a test, as a number of seconds
// would. It is for files of tests only.
package cost

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// Times is how many times as large the large input is as the small one.
const Times = 8

const (
	most   = 3 * Times // what grows with its input costs Times as much, and what grows with the square of it Times squared
	rounds = 3         // of measuring, of which the least counts: what else the process does costs too
	moment = time.Millisecond
	little = 64 << 10 // bytes
)

// Cost is what work took.
type Cost struct {
	Time  time.Duration // of the processor, of all threads of the process
	Bytes int64         // that were allocated
}

// Linear fails the test where the large work, whose input is Times times as large as that of the small, costs far more than
// Times as much. It gives what the large work cost.
func Linear(t testing.TB, name string, small, large func()) Cost {
	t.Helper()
	a, b := of(small), of(large)
	for range rounds {
		if b.Time <= most*max(a.Time, moment) && b.Bytes <= most*max(a.Bytes, little) {
			return b
		}
		a, b = a.less(of(small)), b.less(of(large))
	}
	t.Errorf("%s: what is %d times as large took not %d times %v of the processor and %d bytes at most, but %v and %d", name, Times, most, a.Time, a.Bytes, b.Time, b.Bytes)
	return b
}

func (c Cost) less(o Cost) Cost { return Cost{min(c.Time, o.Time), min(c.Bytes, o.Bytes)} }

// of does work, and tells what it cost.
func of(work func()) Cost {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	from := spent()
	work()
	took := spent() - from
	runtime.ReadMemStats(&after)
	return Cost{took, int64(after.TotalAlloc - before.TotalAlloc)}
}

// spent is how long the process has had a processor so far.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // which happens for no process that may ask of itself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
