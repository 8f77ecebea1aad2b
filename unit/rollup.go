package unit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// view is a service as the questions look at it.
type view struct {
	service    *Service
	controls   map[ident.ID]*shown // by the control of the library
	activities map[ident.ID]*shown
	lifecycle  library.Lifecycle
}

// shown is what a service shows of a control or an activity. What applies and is neither good nor bad is not shown: it is
// claimed, planned, out of date, not due for long, or nobody has said.
type shown struct {
	ref     ident.Ref
	applies bool
	good    bool
	bad     bool
}

func (v *view) id() ident.ID { return v.service.Posture.Service }

func look(s *Service, l *library.Library) *view {
	v := &view{service: s, controls: map[ident.ID]*shown{}, activities: map[ident.ID]*shown{}}
	if p := l.Phase(s.Posture.Context.Phase); p != nil {
		v.lifecycle = p.Lifecycle
	}
	for i := range s.Posture.Controls {
		v.control(&s.Posture.Controls[i])
	}
	for i := range s.Posture.Activities {
		a := &s.Posture.Activities[i]
		v.activities[a.ID] = &shown{
			ref:     ident.To(ident.KindActivity, string(a.ID)).In(v.id()),
			applies: a.Standing != judge.NotDue && a.Standing != judge.NotAskedHere,
			good:    a.Standing == judge.Current,
			bad:     a.Standing == judge.Overdue,
		}
	}
	return v
}

// control notes a control. Where a team claims one in several parts, all that apply must be evidenced, and the part that
// speaks against it is the one that is named.
func (v *view) control(c *judge.Control) {
	id := c.Control
	if id == "" {
		id = c.ID
	}
	now := &shown{ref: ident.To(ident.KindControl, string(c.ID)).In(v.id())}
	if c.Applicability != judge.NotApplicable {
		required := c.State == judge.Missing && c.Weight == judge.RequiredWeight && c.Applicability == judge.Applicable
		now.applies = true
		now.good = c.State == judge.Evidenced && c.Applicability == judge.Applicable
		now.bad = c.State == judge.Failing || required
	}
	before := v.controls[id]
	switch {
	case before == nil || !before.applies:
		v.controls[id] = now
	case !now.applies:
	case before.bad || !before.good && !now.bad: // the graver of the two is kept
	case now.bad || !now.good:
		v.controls[id] = now
	}
}

// of gives what the service shows of a thing that a question is shown by. A control that the service does not speak of is
// not known to be in place, so it applies and is not shown; to leave a claim out must not look better than to make it.
func (v *view) of(by *library.Support, l *library.Library) *shown {
	if by.Control != "" {
		if s := v.controls[by.Control]; s != nil {
			return s
		}
	} else if s := v.activities[by.Activity]; s != nil {
		return s
	} else if a := l.Activity(by.Activity); a != nil && a.Item.Lifecycle != "" && v.lifecycle != "" && a.Item.Lifecycle != v.lifecycle {
		return &shown{}
	}
	return &shown{ref: ident.To(ident.KindService, string(v.id())), applies: true}
}

// rolled is what the services of a unit show of a question.
type rolled struct {
	whole    bool        // something would show all of it; otherwise only parts of it can be shown
	share    judge.Share // the services in which it is shown, of those to which it applies
	parts    int         // services in which only a part of it is shown
	proposal Standing    // met, partly or nothing
	good     []ident.Ref
	lacking  []ident.Ref // in the services in which it is not shown
	without  []string    // those services
	bad      []ident.Ref // what is failing, missing though required, or overdue
}

// rollUp works out what the services show of each question. It does not depend on the moment, because they are as they
// are until the first of them changes.
func (s *subject) rollUp() {
	s.rolled = make([]rolled, len(s.asked))
	for i := range s.asked {
		r, st := &s.rolled[i], s.asked[i].Statement
		for k := range st.ShownBy {
			r.whole = r.whole || proposes(&st.ShownBy[k]) && equals(&st.ShownBy[k])
		}
		for _, v := range s.views {
			r.add(v, st, s.library)
		}
		r.propose()
	}
}

// proposes says whether a mapping may propose an answer: only one that was reviewed.
func proposes(by *library.Support) bool { return by.Reviewed == model.Yes }

func equals(by *library.Support) bool {
	return by.Relation == library.Equal || by.Relation == library.Superset
}

// add adds one service. As in the judgement of a service, one thing that is equal to what is asked, or more, is enough
// to show it there. What is bad speaks against it even by a mapping that nobody reviewed.
func (r *rolled) add(v *view, st *library.Statement, l *library.Library) {
	var applies, enough, part bool
	var lacking []ident.Ref
	for i := range st.ShownBy {
		by := &st.ShownBy[i]
		now := v.of(by, l)
		if now.applies && now.bad {
			r.bad = append(r.bad, now.ref)
		}
		if !now.applies || !proposes(by) {
			continue
		}
		counts := equals(by) || !r.whole
		applies = applies || counts
		switch {
		case now.good:
			r.good = append(r.good, now.ref)
			enough, part = enough || counts, part || !equals(by)
		case counts:
			lacking = append(lacking, now.ref)
		}
	}
	if applies {
		r.share.Of++
	}
	switch {
	case enough:
		r.share.N++
	case applies:
		r.lacking, r.without = append(r.lacking, lacking...), append(r.without, string(v.id()))
	}
	if part && !(enough && r.whole) {
		r.parts++
	}
}

// propose proposes an answer: met when all of it is shown wherever it applies, and nothing speaks against it; partly when
// some of it is shown somewhere. It never proposes "not met": that the services do not show something is not to say that
// it is not so.
func (r *rolled) propose() {
	for _, refs := range []*[]ident.Ref{&r.good, &r.lacking, &r.bad} {
		slices.SortFunc(*refs, ident.Ref.Compare)
		*refs = slices.Compact(*refs)
	}
	switch {
	case len(r.good) == 0:
	case r.whole && r.share.Of > 0 && r.share.N == r.share.Of && len(r.bad) == 0:
		r.proposal = Met
	default:
		r.proposal = Partly
	}
}

// reasons says what the services show, and what speaks against it.
func (r *rolled) reasons(ref ident.Ref) (out []judge.Reason) {
	why := append(slices.Clone(r.good), ref)
	if r.whole && r.share.Of > 0 {
		out = append(out, because("unit.shown-in", why, arg("n", num(r.share.N)), arg("of", num(r.share.Of))))
	}
	if r.parts > 0 && r.proposal == Partly {
		out = append(out, because("unit.shown-in-part", why, arg("n", num(r.parts))))
	}
	if len(r.without) > 0 && r.proposal != "" {
		out = append(out, because("unit.not-shown-in", r.lacking, arg("services", some(r.without))))
	}
	if len(r.bad) > 0 {
		var what []string
		for _, b := range r.bad {
			what = append(what, string(b.Service)+"/"+b.Path)
		}
		out = append(out, because("unit.contradicted", r.bad, arg("n", num(len(r.bad))), arg("what", some(what))))
	}
	return out
}

// mostNamed is how many things a sentence names; the references name all.
const mostNamed = 3

func some(names []string) string {
	list := strings.Join(names[:min(len(names), mostNamed)], ", ")
	if left := len(names) - mostNamed; left > 0 {
		list += " and " + num(left) + " more"
	}
	return list
}

func num(n int) string { return strconv.Itoa(n) }
