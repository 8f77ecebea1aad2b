package decision

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// The codes of a decision whose maker has left.
const (
	CodeMakerLeft      Code = "decision.maker-left"
	CodeNotReconfirmed Code = "decision.not-reconfirmed"
)

// Leaver is who made a decision and has left the role in which they did: by leaving altogether, or because their
// appointment ended.
type Leaver struct {
	Who   ident.ID
	Since civil.Instant
	Next  []ident.ID // who holds the role now
}

// Left says whether everybody who made a standing decision has left the role since. What was decided in a role that was
// lent is answered for by its holder, and what a board decided by the board, whoever sits on it now. Events are not asked
// about: they happened.
func Left(d *Decision, o *org.Organisation, m Matter, zone civil.Zone, w *civil.Watch) (Leaver, bool) {
	then := civil.NewWatch(zone.From(d.Made))
	if o == nil || !mustEnd(d.Kind) && d.Kind != Tailoring || o.Decides(d.deciders(), d.Role, m.Unit, zone, then) != nil {
		return Leaver{}, false
	}
	var last Leaver
	for _, who := range d.deciders() {
		if h, _ := o.Holding(who, d.Role, m.Unit, m.Service, zone, then); h.Through != "" {
			who = h.Through
		}
		if o.Holds(who, d.Role, m.Unit, m.Service, zone, w) {
			return Leaver{}, false
		}
		if ended := o.Ended(who, d.Role, m.Unit, m.Service, zone, w); ended > last.Since {
			last = Leaver{Who: who, Since: ended}
		}
	}
	last.Next = o.Holders(d.Role, m.Unit, m.Service, zone, w)
	return last, last.Since != 0
}

// Reconfirm says what becomes of a decision whose maker has left. It still holds, and whoever holds the role now is asked
// to decide it again in time; after that it is suspended until they do, by a decision that supersedes it, or the maker
// comes back. It never lapses by this, and what is worse for another reason stays as it is.
func Reconfirm(v Verdict, d *Decision, left Leaver, in Setting) Verdict {
	if !v.State.Binds() || in.Settings.ReconfirmWithin.IsZero() {
		return v
	}
	due := in.Zone.Add(left.Since, in.Settings.ReconfirmWithin)
	switch {
	case in.Watch.Passed(due):
		v.State, v.Code, v.Since = Suspended, CodeNotReconfirmed, due
	case v.State == Reaffirm: // for its wording: deciding it again settles both
		v.Until = sooner(v.Until, due)
		return v
	default:
		v.State, v.Code, v.Since, v.Until = Reaffirm, CodeMakerLeft, left.Since, sooner(v.Until, due)
	}
	v.Field, v.Was, v.Is = string(d.Role), string(left.Who), list(left.Next)
	return v
}

// sooner gives the earlier of an end and a date; no end never comes.
func sooner(end, due civil.Instant) civil.Instant {
	if end == 0 {
		return due
	}
	return min(end, due)
}
