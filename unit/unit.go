// Package unit judges a unit of the organisation as a subject of its own: the questions asked of organisations, the
// milestones of adoption, its maturity and what it may bear.
//
// Two things are kept apart. What the services below a unit show is rolled up and proposed: a question is proposed as met
// when what it is shown by is shown in every service to which it applies. People confirm: an answer in the organisation
// file counts when a role that somebody holds is put to it with a sentence. Neither makes the other. A proposal never
// counts by itself, and an answer is never better than what the services contradict, nor more than claimed while nothing
// shows it.
//
// The package promises that a posture holds unchanged from its time until its next change, that the order in which
// services are given does not matter, that a better service never makes a proposal worse, and that what is not known of a
// service is never taken for good. It never reads a clock, a file or the network, and never works out what a service is
// like: that is what package assess gave.
package unit

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Version is the form of a posture of a unit.
const Version = "unit/v1"

// Service is a service as it stands, and where in the organisation it is.
type Service struct {
	Posture *assess.Posture // at the moment at which the units are judged
	Name    string
	Unit    ident.ID
}

// Posture is where a unit stands at a moment, why, and until when that holds.
type Posture struct {
	Bulkhead   string        `json:"bulkhead"`
	At         civil.Instant `json:"at"`
	NextChange civil.Instant `json:"next_change"` // 0 when nothing changes by itself
	Exact      bool          `json:"next_change_exact"`
	Judgement
}

// Judgement is what follows from the organisation file and the services of a unit at a moment. Lists are in order of id
// unless said otherwise, and numbers in an id are in the order of numbers: p2 before p10.
type Judgement struct {
	Unit       ident.ID       `json:"unit"`
	Name       string         `json:"name"`
	Parent     ident.ID       `json:"parent"` // the unit above; empty for none
	Owner      string         `json:"owner"`  // the role that answers for the assessment
	Marking    string         `json:"marking"`
	Appetite   Appetite       `json:"appetite"`
	Services   []Row          `json:"services"` // of this unit and of all below it
	Questions  []Question     `json:"questions"`
	Principles []Principle    `json:"principles"`
	Milestones []Milestone    `json:"milestones"` // by number
	Maturity   Maturity       `json:"maturity"`
	Counts     Counts         `json:"counts"`
	Changes    []judge.Change `json:"changes"` // in order of time
}

// Standing is where a question, or a principle as a whole, stands.
type Standing string

// The standings. What a person confirmed and something shows is met or partly; what a person confirmed on words alone is
// claimed; what nobody confirmed is proposed.
const (
	Met           Standing = "met"
	Partly        Standing = "partly"
	NotMet        Standing = "not-met"
	BeingAssessed Standing = "being-assessed"
	NotStarted    Standing = "not-started"
	Claimed       Standing = "claimed"
	Proposed      Standing = "proposed"
	Stale         Standing = "stale"
	Unanswered    Standing = "unanswered"
)

// Question is a question asked of organisations.
type Question struct {
	ID        ident.ID       `json:"id"`
	Principle ident.ID       `json:"principle"`
	Text      string         `json:"text"`
	Standing  Standing       `json:"standing"`
	Answer    Standing       `json:"answer"`   // what the organisation file says; empty where it says nothing
	By        string         `json:"by"`       // the role that was put to it
	Proposal  Standing       `json:"proposal"` // what the services show: met, partly, or nothing
	Maturity  org.Maturity   `json:"maturity"` // as the answer says it
	Services  judge.Share    `json:"services"` // those in which it is shown, of those to which it applies
	Reasons   []judge.Reason `json:"reasons"`
}

// Principle sums up the questions of a principle.
type Principle struct {
	ID       ident.ID       `json:"id"`
	Title    string         `json:"title"`
	Standing Standing       `json:"standing"`
	Met      judge.Share    `json:"met"`
	Reasons  []judge.Reason `json:"reasons"`
}

// Counts says how many questions and milestones are where.
type Counts struct {
	Met           int             `json:"met"`
	Partly        int             `json:"partly"`
	NotMet        int             `json:"not_met"`
	BeingAssessed int             `json:"being_assessed"`
	NotStarted    int             `json:"not_started"`
	Claimed       int             `json:"claimed"`
	Proposed      int             `json:"proposed"`
	Stale         int             `json:"stale"`
	Unanswered    int             `json:"unanswered"`
	Of            int             `json:"of"`
	Milestones    MilestoneCounts `json:"milestones"`
}

// Assess gives the posture of each unit that has an assessment of its own or a service at or below it, in order of id. It
// fails only where the zone of the organisation's dates is not known.
func Assess(o *org.Organisation, l *library.Library, services []Service, at civil.Instant) ([]*Posture, error) {
	zone, err := o.FindZone()
	if err != nil {
		return nil, err
	}
	views := make([]*view, len(services))
	for i := range services {
		views[i] = look(&services[i], l)
	}
	slices.SortFunc(views, func(a, b *view) int { return cmp.Compare(a.id(), b.id()) })
	asked := Questions(o, l)
	out := []*Posture{}
	for i := range o.Units {
		s := &subject{org: o, library: l, zone: zone, unit: &o.Units[i], asked: asked}
		s.views = s.below(views)
		if a := &s.unit.Assessment; len(s.views) == 0 && a.Owner == "" && len(a.Answers) == 0 && len(a.Milestones) == 0 {
			continue
		}
		s.rollUp()
		out = append(out, s.posture(at))
	}
	slices.SortFunc(out, func(a, b *Posture) int { return cmp.Compare(a.Unit, b.Unit) })
	return out, nil
}

// subject is a unit with all that it is judged by and that does not depend on the moment.
type subject struct {
	org     *org.Organisation
	library *library.Library
	zone    civil.Zone
	unit    *org.Unit
	asked   []Asked
	views   []*view  // of the services at or below it, in order of id
	rolled  []rolled // by place in asked
}

// below gives the services of a unit and of all units below it.
func (s *subject) below(all []*view) (mine []*view) {
	for _, v := range all {
		if slices.ContainsFunc(chain(s.org, v.service.Unit), func(u *org.Unit) bool { return u.ID == s.unit.ID }) {
			mine = append(mine, v)
		}
	}
	return mine
}

// chain gives a unit and those above it, the nearest first. It ends even where units are inside themselves.
func chain(o *org.Organisation, id ident.ID) (out []*org.Unit) {
	for u := o.Unit(id); u != nil && len(out) < len(o.Units); u = o.Unit(u.Parent) {
		out = append(out, u)
	}
	return out
}

func (s *subject) posture(at civil.Instant) *Posture {
	w := civil.NewWatch(at)
	p := &Posture{Bulkhead: Version, At: at, Judgement: *s.judge(w)}
	p.NextChange, p.Exact = s.horizon(p, w.Next())
	return p
}

// judging is a judgement being made.
type judging struct {
	*subject
	watch   *civil.Watch
	changes []judge.Change
}

func (s *subject) judge(w *civil.Watch) *Judgement {
	j := &judging{subject: s, watch: w, changes: []judge.Change{}}
	u := s.unit
	out := &Judgement{
		Unit: u.ID, Name: u.Name, Parent: u.Parent, Owner: u.Assessment.Owner, Marking: s.marking(), Appetite: s.appetite(),
		Services: make([]Row, len(s.views)), Questions: make([]Question, len(s.asked)),
	}
	for i, v := range s.views {
		out.Services[i] = v.row()
		if v.service.Posture.Exact {
			j.note(v.service.Posture.NextChange, ident.To(ident.KindService, string(v.id())), "unit.change-service")
		}
	}
	confirmed := make([]bool, len(s.asked))
	for i := range s.asked {
		out.Questions[i], confirmed[i] = j.question(&s.asked[i], &s.rolled[i])
	}
	out.Milestones = j.milestones()
	out.Principles = s.principles(out.Questions)
	out.Maturity = maturity(out.Questions, confirmed)
	out.Counts = count(out.Questions, out.Milestones)
	out.Changes = j.changes
	slices.SortFunc(out.Changes, func(a, b judge.Change) int {
		return cmp.Or(cmp.Compare(a.At, b.At), a.ID.Compare(b.ID), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// note lists a dated change that is still to come.
func (j *judging) note(at civil.Instant, ref ident.Ref, code string) {
	if at != 0 && !j.watch.Reached(at) {
		j.changes = append(j.changes, judge.Change{At: at, ID: ref, Code: code})
	}
}

// horizon finds the first moment at which the judgement differs, as package assess does for a service: by judging again
// at the moments that were compared with, up to a bound. The services are known only until the first of them changes, so
// that is as far as it looks. That moment is exact where the service's own is; one that was only bounded may pass with
// nothing happening.
func (s *subject) horizon(p *Posture, next civil.Instant) (civil.Instant, bool) {
	end, exact := s.servicesHold()
	for range max(s.library.Settings.MaxProbes, 1) {
		if next == 0 || end != 0 && next >= end {
			return end, exact
		}
		w := civil.NewWatch(next)
		if !reflect.DeepEqual(s.judge(w), &p.Judgement) {
			return next, true
		}
		next = w.Next()
	}
	if next == 0 || end != 0 && next >= end {
		return end, exact
	}
	return next, false
}

// servicesHold gives the moment until which all services are known to stay as they are; 0 for always.
func (s *subject) servicesHold() (end civil.Instant, exact bool) {
	exact = true
	for _, v := range s.views {
		switch p := v.service.Posture; {
		case p.NextChange == 0:
			exact = exact && p.Exact
		case end == 0 || p.NextChange < end:
			end, exact = p.NextChange, p.Exact
		case p.NextChange == end:
			exact = exact || p.Exact
		}
	}
	return end, exact
}

// because makes a reason.
func because(code string, why []ident.Ref, args ...judge.Arg) judge.Reason {
	if why == nil {
		why = []ident.Ref{}
	}
	return judge.Reason{Code: code, Args: args, Because: why}
}

func arg(name, value string) judge.Arg { return judge.Arg{Name: name, Value: value} }

// at gives a reference into the unit's part of the organisation file.
func (s *subject) at(way ...string) ident.Ref {
	path := "/units/" + string(s.unit.ID)
	for _, w := range way {
		path += "/" + w
	}
	return ident.To(ident.KindOrganisation, path)
}

// inForce says whether a principle is in force: those that are not for everybody only where the organisation adopts
// them.
func inForce(o *org.Organisation, p *library.Principle) bool {
	return p.Adopt != model.Yes || slices.Contains(o.Adopts, p.ID)
}
