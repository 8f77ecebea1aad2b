package app

import (
	"errors"
	"os"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// Compared is what differs between two states of the services at a place, service by service.
type Compared struct {
	Differences []*impact.Difference // in order of service
	Zone        civil.Zone
	At          civil.Instant
	Names       map[ident.ID]string
	Before      *Checked
	After       *Checked

	Blasts []report.BlastRadius // of what is supposed to be in an attacker's hands
	Of     *report.Told         // the service that this is in
}

// Worse says whether anything is worse.
func (c *Compared) Worse() bool {
	for _, d := range c.Differences {
		if len(d.Worse()) > 0 {
			return true
		}
	}
	return false
}

// Diff compares two files, folders or git revisions at one moment. A revision is of the folder at where, and is judged by
// the organisation file that it holds, or else by the one that applies there.
func Diff(where Where, a, b string, at When) (*Compared, error) {
	before, err := checkAt(where, a, at)
	if err != nil {
		return nil, err
	}
	after, err := checkAt(where, b, at)
	if err != nil {
		return nil, err
	}
	return compare(before, after), nil
}

// Against compares the services at a place with how they were in a revision, file or folder.
func Against(where Where, base string, at When, now *Checked) (*Compared, error) {
	if base == "" {
		return nil, nil //nolint:nilnil // nothing to compare with is no comparison, and no error: the rule that needs one says so
	}
	before, err := checkAt(where, base, at)
	if err != nil {
		return nil, err
	}
	return compare(before, now), nil
}

// When gives the moment to judge, once the zone of the dates is known.
type When func(civil.Zone) (civil.Instant, error)

// checkAt judges one side of a comparison: what lies at a path, or else a revision of what lies at where. A name that is
// both is refused: whoever commits a folder called like the branch that is compared with would choose what that was.
func checkAt(where Where, side string, at When) (_ *Checked, err error) {
	if _, missing := os.Stat(side); missing == nil {
		too, err := folder.IsRevision(where.Path, side)
		if err != nil {
			return nil, err
		}
		if too {
			return nil, fault.New(fault.Invalid, "%s is both a file or folder and a git revision: write ./%[1]s for the one, or %[1]s^0 for the other", side)
		}
		return judgeAt(Where{Path: side, Organisation: where.Organisation}, at)
	}
	revision, err := folder.AtRevision(where.Path, side)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, revision.Close()) }()
	inside := Where{Path: revision.Path(), Organisation: where.Organisation}
	if inside.Organisation == "" {
		if inside.Organisation, err = revision.Organisation(); err != nil {
			return nil, err
		}
	}
	if inside.Organisation == "" {
		if inside.Organisation, err = folder.Organisation(where.Path, ""); err != nil {
			return nil, err
		}
	}
	inside.Alone = inside.Organisation == ""
	checked, err := judgeAt(inside, at)
	return checked, shownAs(err, revision)
}

// shownAs names places in a revision as people know them.
func shownAs(err error, revision *folder.Revision) error {
	f, is := errors.AsType[*fault.Error](err)
	if !is {
		return err
	}
	told := *f
	told.Text = revision.Shown(told.Text)
	told.Fields = nil
	for _, field := range f.Fields {
		field.File, field.Text = revision.Shown(field.File), revision.Shown(field.Text)
		told.Fields = append(told.Fields, field)
	}
	return &told
}

// judgeAt judges the services at a place without working out what to do next.
func judgeAt(where Where, at When) (*Checked, error) {
	estate, out, err := gather(where)
	if err != nil {
		return nil, err
	}
	if err := out.judge(estate, at); err != nil {
		return nil, err
	}
	return out, nil
}

// compare compares what was judged, service by service. One that is alone on both sides is the same service, whatever
// its id: it may have been renamed.
func compare(before, after *Checked) *Compared {
	out := &Compared{Differences: []*impact.Difference{}, Zone: after.Zone, Names: map[ident.ID]string{}, Before: before, After: after}
	was, is := byService(before), byService(after)
	for id, name := range before.Names {
		out.Names[id] = name
	}
	for id, name := range after.Names {
		out.Names[id] = name
	}
	alone := len(before.Postures) == 1 && len(after.Postures) == 1
	for _, p := range after.Postures {
		out.At = p.At
		old := was[p.Service]
		if alone {
			old = &before.Postures[0].Judgement
		}
		out.add(old, &p.Judgement)
	}
	for _, p := range before.Postures {
		if is[p.Service] == nil && !alone {
			out.add(&p.Judgement, nil)
		}
	}
	return out
}

func (c *Compared) add(before, after *judge.Judgement) {
	d := impact.Compare(before, after)
	told := after
	if after == nil {
		told = before
	}
	report.SayDifference(d, told.Context.Vocabulary)
	c.Differences = append(c.Differences, d)
}

func byService(c *Checked) map[ident.ID]*judge.Judgement {
	out := make(map[ident.ID]*judge.Judgement, len(c.Postures))
	for _, p := range c.Postures {
		out[p.Service] = &p.Judgement
	}
	return out
}

// Suppose judges the services at a place as they are, and as they would be: with evidence that is only thought to be
// handed in, controls lost or in place.
func Suppose(where Where, s judge.Supposition, files []string, service ident.ID, at When) (*Compared, error) {
	cases, many, err := Load(where)
	if err != nil {
		return nil, err
	}
	before, err := judged(cases, many, at, nil)
	if err != nil {
		return nil, err
	}
	i, err := chosen(cases, service, &s)
	if err != nil {
		return nil, err
	}
	if err := cases[i].hasControls(&s, before.Postures[before.index(cases[i].Sources.Service.Service.ID)]); err != nil {
		return nil, err
	}
	if err := cases[i].handIn(files, before.moment); err != nil {
		return nil, err
	}
	after, err := judged(cases, many, at, map[ident.ID]*judge.Supposition{cases[i].Sources.Service.Service.ID: &s})
	if err != nil {
		return nil, err
	}
	out := compare(before, after)
	return out, out.spread(cases[i].Sources.Service.Service.ID, s.Compromised)
}

// spread notes what is reached from what is supposed to be in an attacker's hands.
func (c *Compared) spread(service ident.ID, from []ident.ID) error {
	if len(from) == 0 {
		return nil
	}
	of := c.Before.told(c.Before.Postures[c.Before.index(service)])
	base, err := c.Before.base(of.Posture)
	if err != nil {
		return err
	}
	a := &attacking{told: of, base: base, attack: base.Attack(), at: c.Before.moment, ask: Asked{From: from}}
	if named := a.names(); !a.has() {
		return unknown(a.ask, named)
	}
	c.Blasts, c.Of = a.blasts(), &of
	return nil
}

func (c *Checked) index(id ident.ID) int {
	for i, p := range c.Postures {
		if p.Service == id {
			return i
		}
	}
	return 0
}

// chosen gives the service that a supposition is about: the one that is named, the only one, or the only one that claims
// what is named.
func chosen(cases []Case, service ident.ID, s *judge.Supposition) (int, error) {
	var names []string
	found := []int{}
	for i := range cases {
		id := cases[i].Sources.Service.Service.ID
		names = append(names, string(id))
		if id == service || service == "" && (len(cases) == 1 || claims(&cases[i], s)) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case service != "":
		return 0, fault.New(fault.NotFound, "there is no service %s here%s", service, didYouMean(string(service), names))
	}
	return 0, fault.New(fault.Invalid, "this is a folder of %d services: say with --service which one is meant", len(cases))
}

// claims says whether a service claims all the controls that a supposition names, and has all that it takes to be
// compromised.
func claims(c *Case, s *judge.Supposition) bool {
	for _, id := range append(append([]ident.ID{}, s.Without...), s.With...) {
		if !c.claims(id) {
			return false
		}
	}
	here := elements(c.Sources.Service)
	for _, id := range s.Compromised {
		if !slices.Contains(here, string(id)) {
			return false
		}
	}
	return len(s.Without)+len(s.With)+len(s.Compromised) > 0
}

func (c *Case) claims(id ident.ID) bool {
	for i := range c.Sources.Service.Controls {
		if k := &c.Sources.Service.Controls[i]; k.ID == id || k.Requires() == id {
			return true
		}
	}
	return false
}

// hasControls refuses controls that the service neither claims nor is asked for.
func (c *Case) hasControls(s *judge.Supposition, p *assess.Posture) error {
	var names []string
	for i := range p.Controls {
		names = append(names, string(p.Controls[i].ID))
	}
	for _, id := range append(append([]ident.ID{}, s.Without...), s.With...) {
		listed := false
		for _, n := range names {
			listed = listed || n == string(id)
		}
		if !listed && !c.claims(id) {
			return fault.New(fault.NotFound, "%s neither claims nor needs a control called %s%s", p.Service, id, didYouMean(string(id), names))
		}
	}
	return nil
}

// handIn puts evidence beside the rest, as if it had been recorded.
func (c *Case) handIn(files []string, now civil.Instant) error {
	for _, f := range files {
		some, err := readEvidence(f, Observation{}, now)
		if err != nil {
			return err
		}
		for i := range some {
			if err := c.ready(&some[i], now); err != nil {
				return err
			}
			c.Sources.Evidence = append(c.Sources.Evidence, some[i].Record)
		}
	}
	return nil
}
