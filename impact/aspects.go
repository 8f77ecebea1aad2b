package impact

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// context compares what the service is, holds and may bear. More to lose, or more who can reach it, is worse.
func (c *comparing) context(before, after *judge.ContextResult) {
	tiers := []string{"very-high", "high", "medium", "low"}
	c.value("tier", before.Tier.Value, after.Tier.Value, slices.Index(tiers, before.Tier.Value), slices.Index(tiers, after.Tier.Value), after.Tier.Reasons)
	c.value("classification", string(before.Classification), string(after.Classification), -before.Classification.Rank(), -after.Classification.Rank(), nil)
	c.value("exposure", string(before.Exposure), string(after.Exposure), -before.Exposure.Rank(), -after.Exposure.Rank(), nil)
	c.value("phase", string(before.Phase), string(after.Phase), 0, 0, nil)
	c.value("appetite", before.Appetite.Value, after.Appetite.Value, 0, 0, after.Appetite.Reasons)
	screens := []string{"required", "unknown", "likely", "not-indicated"}
	c.value("data-protection", before.DataProtection.Outcome, after.DataProtection.Outcome, slices.Index(screens, before.DataProtection.Outcome), slices.Index(screens, after.DataProtection.Outcome), after.DataProtection.Reasons)
	c.items("signed", signed(before), signed(after))
	c.items("exposure", exposures(before), exposures(after))
	c.both("classification", classes(before), classes(after))
	c.items("special-category", specials(before), specials(after))
	c.items("unknown", unknowns(before), unknowns(after))
	c.items("applies", obligations(before), obligations(after))
}

// value compares one value of the context.
func (c *comparing) value(name, was, now string, wasRank, nowRank int, why []judge.Reason) {
	if was == now || was == "" && now == "" {
		return
	}
	d := Delta{ident.To(ident.KindContext, name), name, "value", was, now, way(wasRank, nowRank), why}
	switch {
	case was == "":
		d.Way = New
	case now == "":
		d.Way = Gone
	}
	c.add(d)
}

func signed(r *judge.ContextResult) (out []thing) {
	for name, s := range map[string]*judge.Signed{"appetite": &r.Appetite, "register": &r.Register, "scope": &r.Scope, "tier": &r.Tier} {
		if s.State == "" {
			continue
		}
		rank := 0
		if s.State == "signed" {
			rank = 1
		}
		out = append(out, thing{id: ident.To(ident.KindContext, name), title: name, state: s.State, rank: rank, reasons: s.Reasons})
	}
	slices.SortFunc(out, func(a, b thing) int { return a.id.Compare(b.id) })
	return out
}

func component(id ident.ID) ident.Ref { return ident.Claim("architecture", "components", string(id)) }

func exposures(r *judge.ContextResult) (out []thing) {
	for i := range r.Components {
		x := &r.Components[i]
		state := string(x.Exposure)
		if state == "" {
			state = "unknown"
		}
		rank := -x.Exposure.Rank()
		if x.Exposure == "" {
			rank = -model.Public.Rank() // it may be anybody
		}
		out = append(out, thing{id: component(x.ID), title: string(x.ID), state: state, rank: rank, bad: x.Exposure == model.Public, reasons: x.Reasons})
	}
	return out
}

func classes(r *judge.ContextResult) (out []thing) {
	for i := range r.Components {
		if x := &r.Components[i]; x.Classification != "" {
			out = append(out, thing{id: component(x.ID), title: string(x.ID), state: string(x.Classification), rank: -x.Classification.Rank(), reasons: x.Reasons})
		}
	}
	return out
}

func specials(r *judge.ContextResult) (out []thing) {
	ranks := map[model.Attribute]int{model.Yes: 0, model.Unknown: 1, model.No: 2}
	for i := range r.Components {
		x := &r.Components[i]
		if x.Special == model.No {
			continue
		}
		out = append(out, thing{id: component(x.ID), title: string(x.ID), state: orUnknown(x.Special), rank: ranks[x.Special], bad: x.Special == model.Yes, reasons: x.Reasons})
	}
	return out
}

func orUnknown(a model.Attribute) string {
	if a == "" {
		return "unknown"
	}
	return string(a)
}

// unknowns are what nobody has said: one more is worse.
func unknowns(r *judge.ContextResult) (out []thing) {
	for i := range r.Unknowns {
		o := &r.Unknowns[i]
		what := o.Reason.Args.Get("what")
		if n := len(out); n > 0 && out[n-1].id == o.ID {
			last := &out[n-1]
			last.state, last.rank, last.reasons = last.state+"; "+what, last.rank-1, append(last.reasons, o.Reason)
			continue
		}
		out = append(out, thing{id: o.ID, title: o.ID.Path, state: what, bad: true, reasons: []judge.Reason{o.Reason}})
	}
	return out
}

func obligations(r *judge.ContextResult) (out []thing) {
	for i := range r.Obligations {
		o := &r.Obligations[i]
		out = append(out, thing{id: ident.Claim("context", "obligations", string(o.ID)), title: o.Title, state: orUnknown(o.Applies), reasons: o.Reasons})
	}
	return out
}

// judged compares risks, controls, findings and decisions.
func (c *comparing) judged(before, after *judge.Judgement) {
	c.items("standing", standings(before), standings(after))
	c.both("residual-evidenced", scores(before, evidenced), scores(after, evidenced))
	c.both("residual-claimed", scores(before, claimed), scores(after, claimed))
	c.attacked(before, after)
	c.items("state", controls(before), controls(after))
	c.both("components", coverage(before), coverage(after))
	c.items("finding", findings(before), findings(after))
	c.items("decision", decisions(before), decisions(after))
	c.items("supplier", suppliers(before), suppliers(after))
	c.kept(before.Evidence, after.Evidence)
}

func standings(j *judge.Judgement) (out []thing) {
	for i := range j.Risks {
		r := &j.Risks[i]
		bad := r.Standing == judge.Above || r.Standing == judge.Unjudged || r.Standing == judge.Escalated
		out = append(out, thing{id: ident.To(ident.KindRisk, string(r.ID)), title: r.Title, state: string(r.Standing), rank: r.Standing.Rank(), bad: bad, reasons: r.Reasons})
	}
	return out
}

func evidenced(r *judge.Risk) *judge.Level { return &r.ResidualEvidenced }
func claimed(r *judge.Risk) *judge.Level   { return &r.ResidualClaimed }

func scores(j *judge.Judgement, of func(*judge.Risk) *judge.Level) (out []thing) {
	for i := range j.Risks {
		r := &j.Risks[i]
		if l := of(r); l.Score > 0 {
			out = append(out, thing{id: ident.To(ident.KindRisk, string(r.ID)), title: r.Title, state: string(l.Band) + " (" + num(l.Score) + ")", rank: -l.Score, reasons: r.Reasons})
		}
	}
	return out
}

func controls(j *judge.Judgement) (out []thing) {
	for i := range j.Controls {
		k := &j.Controls[i]
		t := thing{id: ident.To(ident.KindControl, string(k.ID)), title: k.Title, state: string(k.State), rank: 2 * k.State.Rank(), reasons: k.Reasons}
		switch {
		case k.Applicability == judge.NotApplicable:
			t.state, t.rank = "not-applicable", 2*judge.Claimed.Rank()-1 // not the worst, and no more than claimed
		default:
			required := k.Weight == judge.RequiredWeight
			t.bad = k.State == judge.Failing || required && (k.State == judge.Missing || k.State == judge.Unknown)
			t.good = k.State == judge.Evidenced || k.State == judge.Claimed
		}
		out = append(out, t)
	}
	return out
}

// coverage is on how many of the components a control is shown to work.
func coverage(j *judge.Judgement) (out []thing) {
	for i := range j.Controls {
		k := &j.Controls[i]
		if k.Applicability == judge.Applicable && k.Components.Of > 1 {
			out = append(out, thing{id: ident.To(ident.KindControl, string(k.ID)), title: k.Title, state: num(k.Components.N) + " of " + num(k.Components.Of), rank: k.Components.N * 1000 / k.Components.Of})
		}
	}
	return out
}

func findings(j *judge.Judgement) (out []thing) {
	all := j.Findings.Open() // and not the top ones only: what moves up when another is mended was there before
	for i := range all {
		f := &all[i]
		t := thing{id: ident.To(ident.KindFinding, string(f.ID)), title: f.Weakness, state: "open", rank: 1, bad: true, reasons: f.Reasons}
		switch {
		case f.Overdue:
			t.state, t.rank = "overdue", 0
		case f.Accepted != "":
			t.state, t.rank, t.bad = "accepted", 2, false
		}
		out = append(out, t)
	}
	return out
}

// decisions compares the states of decisions. A lapse says which field it was, in its reason. Where an id is used for two
// contents, what counts of it is compared. A record that ended another is missed when it is gone: the other may hold again.
func decisions(j *judge.Judgement) (out []thing) {
	order := []string{"lapsed", "suspended", "proposed", "retracted", "superseded", "reaffirm", "holds"}
	for i := range j.Decisions {
		d := &j.Decisions[i]
		t := thing{id: ident.To(ident.KindDecision, string(d.ID)), title: d.Kind, state: d.State, rank: slices.Index(order, d.State), bad: d.State == "lapsed"}
		t.good = d.Kind == string(decision.Retraction) || d.Kind == string(decision.Lapse)
		if d.Cause != nil {
			t.reasons = []judge.Reason{*d.Cause}
		}
		if n := len(out); n > 0 && out[n-1].id == t.id {
			continue
		}
		out = append(out, t)
	}
	return out
}

// kept tells of records that spoke against the service and are no longer there. Records are only ever added: a failure ends
// by a newer result, never by being taken away.
func (c *comparing) kept(before, after []judge.EvidenceUse) {
	there := map[ident.ID]bool{}
	for i := range after {
		there[after[i].ID] = true
	}
	for i := range before {
		e, was := &before[i], ""
		switch {
		case there[e.ID]:
		case e.State == "failed":
			was = "a failure"
		case slices.ContainsFunc(e.Uses, func(r ident.Ref) bool { return r.Kind == ident.KindFinding }):
			was = "a record of open weaknesses"
		}
		if was != "" {
			c.add(Delta{ID: ident.To(ident.KindEvidence, string(e.ID)), What: "evidence", Was: was, Way: Worse})
		}
	}
}

func suppliers(j *judge.Judgement) (out []thing) {
	for i := range j.Suppliers {
		s := &j.Suppliers[i]
		out = append(out, thing{id: ident.Claim("suppliers", string(s.ID)), title: s.Name, state: string(s.Standing), rank: s.Standing.Rank(), bad: s.Standing == judge.SupplierBlocked, reasons: s.Reasons})
	}
	return out
}

// checked compares activities, statements, requirements, profiles and gates.
func (c *comparing) checked(before, after *judge.Judgement) {
	c.items("standing", activities(before), activities(after))
	c.items("answer", statements(before), statements(after))
	both, now := aims(before), aims(after)
	for a := range both {
		both[a] = now[a]
	}
	c.items("aim", frameworks(before), frameworks(after))
	c.items("answer", requirements(before, both), requirements(after, both))
	c.items("profile", profiles(before), profiles(after))
	c.items("gate", gates(before), gates(after))
}

func activities(j *judge.Judgement) (out []thing) {
	for i := range j.Activities {
		a := &j.Activities[i]
		out = append(out, thing{id: ident.To(ident.KindActivity, string(a.ID)), title: a.Title, state: string(a.Standing), rank: a.Standing.Rank(), bad: a.Standing == judge.Overdue, reasons: a.Reasons})
	}
	return out
}

func statements(j *judge.Judgement) (out []thing) {
	for i := range j.Principles {
		p := &j.Principles[i]
		for k := range p.Statements {
			s := &p.Statements[k]
			out = append(out, thing{id: ident.To(ident.KindPrinciple, string(p.ID)+"."+string(s.ID)), title: p.Title, state: string(s.Standing), rank: s.Standing.Rank(), bad: s.Standing == judge.NotMet, reasons: s.Reasons})
		}
	}
	return out
}

// aim is a profile of a framework that is aimed at.
type aim struct{ framework, version, profile string }

func aimOf(f *judge.Framework) aim { return aim{string(f.ID), f.Version, f.Profile} }

func aims(j *judge.Judgement) map[aim]bool {
	out := map[aim]bool{}
	for i := range j.Frameworks {
		out[aimOf(&j.Frameworks[i])] = true
	}
	return out
}

// frameworks compares which profiles are aimed at: to aim lower makes nothing better.
func frameworks(j *judge.Judgement) (out []thing) {
	profiles := map[ident.Ref][]string{}
	for i := range j.Frameworks {
		f := &j.Frameworks[i]
		id := ident.To(ident.KindFramework, string(f.ID)+"@"+f.Version)
		if profiles[id] == nil {
			out = append(out, thing{id: id, title: f.Title})
		}
		profiles[id] = append(profiles[id], cmp.Or(f.Profile, "no profile"))
	}
	for i := range out {
		aimed := profiles[out[i].id]
		slices.Sort(aimed)
		out[i].state = strings.Join(slices.Compact(aimed), " and ")
	}
	return out
}

// requirements compares what requirements come to. A framework that was chosen twice, for two profiles, has each of them
// twice, with the same answer. Only a profile that both sides aim at is spoken of.
func requirements(j *judge.Judgement, both map[aim]bool) (out []thing) {
	at := map[ident.Ref]int{}
	below := map[ident.Ref][]string{} // the profiles that a requirement is below
	for i := range j.Frameworks {
		f := &j.Frameworks[i]
		for k := range f.Requirements {
			r := &f.Requirements[k]
			if _, is := at[r.Ref]; !is {
				at[r.Ref] = len(out)
				out = append(out, answered(r))
			}
			if r.Meets == judge.MeetsNo && both[aimOf(f)] && !slices.Contains(below[r.Ref], f.Profile) {
				below[r.Ref] = append(below[r.Ref], f.Profile)
			}
		}
	}
	for ref, profiles := range below {
		t := &out[at[ref]]
		t.rank -= len(profiles)
		t.state += ", below the profile " + strings.Join(profiles, " and ")
	}
	return out
}

func answered(r *judge.RequirementResult) thing {
	t := thing{id: r.Ref, title: r.Title, state: string(r.Standing), rank: 1000*r.Standing.Rank() + 100*r.Rank(), bad: r.Standing == judge.NotMet, reasons: r.Reasons}
	if r.Level != "" {
		t.state = string(r.Level)
	}
	return t
}

func profiles(j *judge.Judgement) (out []thing) {
	for i := range j.Profiles {
		p := &j.Profiles[i]
		levels := []string{"low", "medium", "high"}
		out = append(out, thing{id: ident.To(ident.KindProfile, string(p.Scheme)), title: string(p.Scheme), state: string(p.Level), rank: slices.Index(levels, string(p.Level))})
	}
	return out
}

func gates(j *judge.Judgement) (out []thing) {
	for i := range j.Gates {
		g := &j.Gates[i]
		state, rank := "not ready", 0
		if g.Ready {
			state, rank = "ready", 1
		}
		if g.Passed {
			state, rank = state+", passed", rank+2
		}
		out = append(out, thing{id: ident.To(ident.KindGate, string(g.ID)), title: g.Title, state: state, rank: rank})
	}
	return out
}
