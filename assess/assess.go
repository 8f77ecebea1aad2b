// Package assess is the front door of the library: give it the inputs of a service and a time, and it gives the posture,
// with how long that holds.
//
// A posture is a judgement (package judge), the first moment at which the judgement will differ if nothing is done, and,
// for several services, the offers that they make each other, judged in the order of providers. The package promises that
// a posture holds unchanged from its time until its next change, that judging again only what changed gives the same as
// judging everything, and that services that rest on each other in a ring are told so and not guessed at. It is pure: it
// never reads a clock, a file or the network.
package assess

import (
	"reflect"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Version is the form of a posture.
const Version = "posture/v1"

// Posture is how secure by design a service is at a moment, why, and until when that holds.
type Posture struct {
	Bulkhead   string        `json:"bulkhead"`
	At         civil.Instant `json:"at"`
	NextChange civil.Instant `json:"next_change"` // 0 when nothing changes by itself
	Exact      bool          `json:"next_change_exact"`
	judge.Judgement
	Actions []impact.Action `json:"actions"` // by gain
}

// Assess gives the posture of a service at a moment. It fails only when a source cannot be made ready: see judge.Prepare.
func Assess(sources judge.Sources, at civil.Instant) (*Posture, error) {
	in, err := judge.Prepare(sources)
	if err != nil {
		return nil, err
	}
	p := Ready(in, at)
	p.Actions = impact.Actions(in, at)
	return p, nil
}

// Ready gives the posture from inputs that were made ready before, without what to do next, which costs more than all the
// rest: see impact.Actions.
func Ready(in *judge.Inputs, at civil.Instant) *Posture {
	watch := civil.NewWatch(at)
	p := &Posture{Bulkhead: Version, At: at, Judgement: *judge.Judge(in, watch), Actions: []impact.Action{}}
	p.NextChange, p.Exact = horizon(in, p, watch.Next())
	return p
}

// horizon finds the first moment at which the judgement differs. Between two moments that were compared with, nothing
// can differ, so only those need judging. A bound on how many are judged may make the answer early, never late; so may a
// provider's offer, which ends at the provider's next change whatever that brings.
func horizon(in *judge.Inputs, p *Posture, next civil.Instant) (civil.Instant, bool) {
	for range max(in.Library().Settings.MaxProbes, 1) {
		if next == 0 {
			return 0, true
		}
		if dated(p, next) {
			return next, !in.OfferEnds(next)
		}
		watch := civil.NewWatch(next)
		if !same(judge.Judge(in, watch), &p.Judgement) {
			return next, !in.OfferEnds(next)
		}
		next = watch.Next()
	}
	return next, next == 0
}

// same compares two judgements; first what differs most often, and costs least to compare.
func same(a, b *judge.Judgement) bool {
	if len(a.Evidence) != len(b.Evidence) {
		return false
	}
	for i := range a.Evidence {
		if a.Evidence[i].State != b.Evidence[i].State {
			return false
		}
	}
	return reflect.DeepEqual(a, b)
}

// dated says whether the judgement itself lists a change at a moment. The list holds what is still to come, so it is
// another list from that moment on, and nothing needs judging to know that.
func dated(p *Posture, at civil.Instant) bool {
	if len(p.Changes) > 0 && p.Changes[0].At == at {
		return true
	}
	for i := range p.Evidence { // what counts for something until then does not any more
		if p.Evidence[i].Until == at && p.Evidence[i].State == "counts" {
			return true
		}
	}
	return false
}
