package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// activities is stage 9: what is due. An activity is current until a date or a trigger, rather than done.
func (j *judging) activities(c *contexts) []Activity {
	triggers := j.triggers()
	out := make([]Activity, 0, len(j.library.Activities))
	for i := range j.library.Activities {
		if e := &j.library.Activities[i]; j.inLifecycle(e.Item.Lifecycle) {
			out = append(out, j.activity(e, c, triggers))
		}
	}
	slices.SortFunc(out, func(a, b Activity) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// trigger is something that happened, from the log, the incidents and the changes.
type trigger struct {
	kind model.TriggerKind
	date civil.Date
	ref  ident.Ref
}

// triggers gives what happened by now, the latest first.
func (j *judging) triggers() []trigger {
	s := j.service()
	var all []trigger
	for i := range s.Operation.Triggers {
		t := &s.Operation.Triggers[i]
		all = append(all, trigger{t.Kind, t.Date, ident.Claim("operation", "triggers", string(t.ID))})
	}
	for i := range s.Incidents {
		all = append(all, trigger{"incident", s.Incidents[i].Date, ident.Claim("incidents", string(s.Incidents[i].ID))})
	}
	for i := range s.Operation.Changes {
		if ch := &s.Operation.Changes[i]; ch.Major == model.Yes {
			all = append(all, trigger{"change", ch.Date, ident.Claim("operation", "changes", string(ch.ID))})
		}
	}
	all = slices.DeleteFunc(all, func(t trigger) bool { return !j.watch.Reached(j.zone.Start(t.date)) })
	slices.SortFunc(all, func(a, b trigger) int { return cmp.Or(b.date.Compare(a.date), a.ref.Compare(b.ref)) })
	return all
}

func (j *judging) activity(e *library.Entry[library.Activity], c *contexts, triggers []trigger) Activity {
	a := e.Item
	out := Activity{ID: a.ID, Title: a.Title, Area: a.Area}
	why := refs(e.Ref)
	var claim model.Activity
	if i, ok := j.duties[a.ID]; ok {
		claim = j.service().Plan.Activities[i]
		why = append(why, ident.Claim("plan", "activities", string(a.ID)))
		out.Done, out.Outputs = claim.Done, j.complete(&claim)
	}
	if j.supposed != nil && slices.Contains(j.supposed.Done, a.ID) {
		out.Standing = Current
		out.Reasons = append(out.Reasons, because("activity.supposed", why))
		return out
	}
	d := j.dueness(a, &claim, out.Outputs, c.result.Stage, triggers)
	if d.future {
		out.Reasons = append(out.Reasons, because("activity.done-in-future", why, Arg{"done", claim.Done.String()}))
	}
	if d.lacking {
		out.Reasons = append(out.Reasons, because("activity.output-incomplete", why, Arg{"n", num(out.Outputs.N)}, Arg{"of", num(out.Outputs.Of)}))
	}
	if d.by != (ident.Ref{}) {
		why = append(why, d.by)
	}
	out.Standing, out.Until = d.standing, d.until
	out.Reasons = append(out.Reasons, because(d.code, why, d.args...))
	return out
}

// dueness is where an activity stands, and why.
type dueness struct {
	standing ActivityStanding
	code     string
	args     Args
	until    civil.Date
	by       ident.Ref // what made it due again
	future   bool      // the day on which it was done is still to come
	lacking  bool      // some output lacks something that makes it count
}

func say(standing ActivityStanding, code string, args ...Arg) dueness {
	return dueness{standing: standing, code: code, args: args}
}

// dueness judges an activity. That its time is over counts before what happened since: an incident must not turn what is
// overdue into what is merely due again.
func (j *judging) dueness(a *library.Activity, claim *model.Activity, outputs Share, stage int, triggers []trigger) dueness {
	done := !claim.Done.IsZero() && j.watch.Reached(j.zone.Start(claim.Done))
	switch {
	case stage == 0:
		return say(UnknownWhen, "activity.phase-unknown")
	case a.Until != "" && stage > j.library.Stage(a.Until):
		return say(NotAskedHere, "activity.no-longer-asked", Arg{"phase", string(a.Until)})
	case !done && stage < j.library.Stage(a.From):
		return say(NotDue, "activity.not-due", Arg{"phase", string(a.From)})
	case !done:
		d := j.neverDone(a, claim, stage)
		d.future = !claim.Done.IsZero()
		return d
	}
	d := j.wasDone(a, claim, triggers)
	d.lacking = outputs.N < outputs.Of || outputs.Of == 0 && len(a.Outputs) > 0
	switch {
	case stage < j.library.Stage(a.From) && (d.standing != Current || d.lacking): // done too early to count, and not asked for yet
		return say(NotDue, "activity.not-due", Arg{"phase", string(a.From)})
	case !d.lacking || outputs.N > 0 || d.standing == Overdue:
		return d
	}
	if d = j.neverDone(a, claim, stage); d.standing != Overdue { // without an output it counts for nothing
		d = say(Due, "activity.no-output", Arg{"done", claim.Done.String()})
	}
	d.lacking = true
	return d
}

// wasDone judges an activity that was done by now.
func (j *judging) wasDone(a *library.Activity, claim *model.Activity, triggers []trigger) dueness {
	done := Arg{"done", claim.Done.String()}
	until := currentUntil(a, claim)
	if j.watch.Passed(j.zone.End(until)) {
		d := say(Overdue, "activity.out-of-date", done, Arg{"until", until.String()})
		d.until = until
		return d
	}
	if t, is := reopens(a, claim.Done, triggers); is {
		d := say(Reopened, "activity.re-opened", done, Arg{"trigger", string(t.kind)}, Arg{"date", t.date.String()})
		d.by = t.ref
		return d
	}
	if until.IsZero() {
		return say(Current, "activity.current", done)
	}
	d := say(Current, "activity.current-until", done, Arg{"until", until.String()})
	d.until = until
	return d
}

func (j *judging) complete(claim *model.Activity) Share {
	share := Share{Of: len(claim.Outputs)}
	for i := range claim.Outputs {
		if j.inDate(&claim.Outputs[i]) {
			share.N++
		}
	}
	return share
}

// inDate says whether a document can be found and is in date: one whose day is still to come, or whose last day is over,
// bears nothing out.
func (j *judging) inDate(a *model.Artefact) bool {
	return a.Complete() && j.watch.Within(j.zone.Start(a.Date), j.zone.End(a.ValidUntil))
}

// neverDone judges an activity whose phase has come and that was never done. A service adopted in mid-life has a time to
// establish what the phases up to its adoption ask: that gives it time, and never makes overdue what is not yet.
func (j *judging) neverDone(a *library.Activity, claim *model.Activity, stage int) (d dueness) {
	id := &j.service().Service
	overdue := stage >= j.library.Stage(a.By) && stage > j.library.Stage(a.From)
	if entered := j.library.Stage(id.EnteredAtPhase); entered > 0 && j.library.Stage(a.From) <= entered && !id.AdoptedAt.IsZero() && j.watch.Reached(j.zone.Start(id.AdoptedAt)) {
		until := id.AdoptedAt.Add(j.library.Settings.EstablishWithin)
		d = say(EstablishBy, "activity.establish-by", Arg{"until", until.String()}, Arg{"adopted", id.AdoptedAt.String()})
		passed := j.watch.Passed(j.zone.End(until))
		if passed {
			d = say(Overdue, "activity.not-established", Arg{"until", until.String()})
		}
		if d.until = until; overdue || !passed {
			return d
		}
	}
	switch {
	case !claim.Due.IsZero() && j.watch.Passed(j.zone.End(claim.Due)):
		d = say(Overdue, "activity.plan-late", Arg{"due", claim.Due.String()})
	case overdue:
		d = say(Overdue, "activity.overdue", Arg{"phase", string(a.By)})
	default:
		d = say(Due, "activity.due", Arg{"phase", string(a.From)}, Arg{"by", string(a.By)})
	}
	d.until = claim.Due
	return d
}

// reopens finds the first thing that happened after the activity was done and that makes it due again: since then it is.
func reopens(a *library.Activity, done civil.Date, triggers []trigger) (trigger, bool) {
	for _, t := range slices.Backward(triggers) {
		if t.date.After(done) && slices.Contains(a.Triggers, t.kind) {
			return t, true
		}
	}
	return trigger{}, false
}

// currentUntil gives the last day on which an activity is current: the sooner of what the library and the team say.
func currentUntil(a *library.Activity, claim *model.Activity) civil.Date {
	until := civil.Date{}
	if !a.Every.IsZero() {
		until = claim.Done.Add(a.Every)
	}
	if next := claim.Next; !next.IsZero() && (until.IsZero() || next.Before(until)) {
		until = next
	}
	return until
}

// areas sums up the activities of each of the seven areas. An area is current when nothing in it is due.
func (j *judging) areas(activities []Activity) []AreaResult {
	out := make([]AreaResult, len(j.library.Areas))
	for i := range j.library.Areas {
		r := AreaResult{ID: j.library.Areas[i].ID, Title: j.library.Areas[i].Title}
		var all, pressing []ident.Ref
		for k := range activities {
			a := &activities[k]
			if a.Area != r.ID {
				continue
			}
			all = append(all, activityRef(a.ID))
			switch a.Standing {
			case Current:
				r.Current++
			case Overdue:
				r.Overdue++
				pressing = append(pressing, activityRef(a.ID))
			case Due, Reopened, EstablishBy, UnknownWhen:
				r.Due++
				pressing = append(pressing, activityRef(a.ID))
			}
		}
		if len(pressing) == 0 {
			pressing = all
		}
		r.Standing = areaStanding(&r)
		r.Reasons = []Reason{because("area."+string(r.Standing), pressing, Arg{"current", num(r.Current)}, Arg{"due", num(r.Due)}, Arg{"overdue", num(r.Overdue)})}
		out[i] = r
	}
	return out
}

func areaStanding(r *AreaResult) ActivityStanding {
	switch {
	case r.Overdue > 0:
		return Overdue
	case r.Due > 0:
		return Due
	case r.Current > 0:
		return Current
	}
	return NotDue
}
