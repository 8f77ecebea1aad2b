package signin

import "github.com/bulkhead-assurance/bulkhead/civil"

const (
	freeFailures = 5       // nobody waits before the fifth failure in a row
	firstWait    = 10      // seconds
	longestWait  = 15 * 60 // seconds
)

// Lockout says when somebody may try again who failed a number of times in a row, the last time at last; it is now at. That
// is at once before the fifth failure; from then on ten seconds after the last failure, doubled with each further one, and
// never more than fifteen minutes after now, even when a clock was wrong. The caller keeps the count, and begins again at
// zero once somebody succeeds.
func Lockout(failures int, last, at civil.Instant) civil.Instant {
	until := min(last, at) + civil.Instant(wait(failures))
	return max(until, at)
}

// wait gives the seconds between a failure and the next try.
func wait(failures int) int {
	if failures < freeFailures {
		return 0
	}
	doublings := min(failures-freeFailures, 7) // 10 seconds doubled seven times is over the longest wait
	return min(firstWait<<doublings, longestWait)
}
