package assess_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"pgregory.net/rapid"
)

// The stages, in order. A reason of one names inputs, or results of an earlier one. Tier and appetite are results of the
// first stage that rest on what it worked out before them.
const (
	inContext = iota
	inTier
	inAppetite
	inFindings
	inControls
	inThreats
	inRisks // which rest on decisions by their records, and those are inputs
	inActivities
	inAreas
	inStatements
	inPrinciples
	inProfiles
)

func TestLaw2Explained(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		in := prepare(t, s)
		p := assess.Ready(in, now)
		x := explaining{T: t, sources: s, in: in, items: in.Service().Items(), requirements: requirements(s), results: results(p)}
		x.context(p)
		x.list(p)
		noNulls(t, p)
	})
}

// explaining follows every reason of a posture.
type explaining struct {
	*rapid.T
	sources      judge.Sources
	in           *judge.Inputs
	items        map[string]any
	requirements map[ident.Ref]bool
	results      map[ident.Ref]int // the stage of each
}

func (x *explaining) because(of string, stage int, reasons []judge.Reason) {
	x.Helper()
	if len(reasons) == 0 {
		x.Fatalf("%s has no reason", of)
	}
	for _, r := range reasons {
		if r.Code == "" || len(r.Because) == 0 {
			x.Fatalf("%s: the reason %q rests on nothing", of, r.Code)
		}
		for _, ref := range r.Because {
			x.follow(of+": "+r.Code, stage, ref)
		}
	}
}

func (x *explaining) follow(of string, stage int, ref ident.Ref) {
	x.Helper()
	if x.isInput(ref) {
		return
	}
	at, is := x.results[ref]
	switch {
	case !is:
		x.Fatalf("%s because of %s, which does not exist", of, ref)
	case at >= stage:
		x.Fatalf("%s because of %s, which is no result of an earlier stage", of, ref)
	}
}

func (x *explaining) isInput(ref ident.Ref) bool {
	if ref.Service != "" {
		offer, is := x.sources.Offers[ref.Service]
		return is && (ref.Kind == ident.KindService || offersOne(&offer, ref.Path))
	}
	switch ref.Kind {
	case ident.KindClaim:
		_, is := x.items[ref.Path]
		return is
	case ident.KindEvidence:
		return x.in.Evidence().Find(ident.ID(ref.Path)) != nil
	case ident.KindDecision:
		return slices.ContainsFunc(x.sources.Decisions, func(d decision.Decision) bool { return string(d.ID) == ref.Path })
	case ident.KindRequirement:
		return x.requirements[ref]
	case ident.KindOrganisation:
		return x.sources.Organisation != nil
	case ident.KindService:
		_, is := x.sources.Offers[ident.ID(ref.Path)]
		return is
	}
	return false
}

func offersOne(o *judge.Offer, id string) bool {
	return slices.ContainsFunc(o.Controls, func(c judge.OfferedControl) bool { return string(c.ID) == id || string(c.Control) == id })
}

// requirements are all that the packs in force ask.
func requirements(s judge.Sources) map[ident.Ref]bool {
	out := map[ident.Ref]bool{}
	for _, p := range s.Library.Packs {
		for _, item := range p.Items() {
			out[ident.Requirement(string(p.ID), p.Version, item.ID)] = true
		}
		for _, b := range p.Baselines {
			for _, item := range b.Items {
				out[ident.Requirement(string(p.ID), p.Version, string(item.Control))] = true
			}
		}
	}
	return out
}

// results are the things in a posture that a reason can name, with the stage of each.
func results(p *assess.Posture) map[ident.Ref]int {
	out := map[ident.Ref]int{ident.To(ident.KindContext, "register"): inContext, ident.To(ident.KindContext, "scope"): inContext, ident.To(ident.KindContext, "tier"): inTier, ident.To(ident.KindContext, "appetite"): inAppetite}
	add := func(kind string, id ident.ID, stage int) { out[ident.To(kind, string(id))] = stage }
	for i := range p.Findings.Top {
		add(ident.KindFinding, p.Findings.Top[i].ID, inFindings)
	}
	for i := range p.Controls {
		add(ident.KindControl, p.Controls[i].ID, inControls)
	}
	for i := range p.Risks {
		add(ident.KindRisk, p.Risks[i].ID, inRisks)
	}
	for i := range p.Threats {
		add(ident.KindThreat, p.Threats[i].ID, inThreats)
		add(ident.KindThreat, p.Threats[i].Group, inThreats)
	}
	for i := range p.Paths {
		add(ident.KindPath, p.Paths[i].ID, inThreats)
	}
	for i := range p.Activities {
		add(ident.KindActivity, p.Activities[i].ID, inActivities)
	}
	for i := range p.Areas {
		add(ident.KindArea, p.Areas[i].ID, inAreas)
	}
	for i := range p.Principles {
		add(ident.KindPrinciple, p.Principles[i].ID, inPrinciples)
	}
	for i := range p.Gates {
		add(ident.KindGate, p.Gates[i].ID, inProfiles)
	}
	return out
}

func (x *explaining) context(p *assess.Posture) {
	c := &p.Context
	x.because("register", inContext, c.Register.Reasons)
	x.because("scope", inContext, c.Scope.Reasons)
	x.because("tier", inTier, c.Tier.Reasons)
	x.because("appetite", inAppetite, c.Appetite.Reasons)
	x.because("data protection", inContext, c.DataProtection.Reasons)
	for i := range c.Components {
		x.because("component "+string(c.Components[i].ID), inContext, c.Components[i].Reasons)
	}
	x.way("unknowns", inContext, c.Unknowns)
}

func (x *explaining) way(of string, stage int, way []judge.Obstacle) {
	for _, o := range way {
		if _, is := x.results[o.ID]; !is && !x.isInput(o.ID) {
			x.Fatalf("%s: %s stands in the way and does not exist", of, o.ID)
		}
		x.because(of+" "+o.ID.String(), stage, []judge.Reason{o.Reason})
	}
}

func (x *explaining) list(p *assess.Posture) {
	for i := range p.Findings.Top {
		x.because("finding "+string(p.Findings.Top[i].ID), inFindings, p.Findings.Top[i].Reasons)
	}
	for i := range p.Controls {
		x.because("control "+string(p.Controls[i].ID), inControls, p.Controls[i].Reasons)
	}
	for i := range p.Threats {
		x.threat(&p.Threats[i])
	}
	for i := range p.Archived {
		x.because("archived "+string(p.Archived[i].ID), inThreats, p.Archived[i].Reasons)
	}
	for i := range p.Paths {
		x.because("path "+string(p.Paths[i].ID), inThreats, p.Paths[i].Reasons)
	}
	for i := range p.Risks {
		x.because("risk "+string(p.Risks[i].ID), inRisks, p.Risks[i].Reasons)
	}
	for i := range p.Activities {
		x.because("activity "+string(p.Activities[i].ID), inActivities, p.Activities[i].Reasons)
	}
	for i := range p.Areas {
		x.because("area "+string(p.Areas[i].ID), inAreas, p.Areas[i].Reasons)
	}
	for i := range p.Principles {
		for k := range p.Principles[i].Statements {
			x.because("statement "+string(p.Principles[i].Statements[k].ID), inStatements, p.Principles[i].Statements[k].Reasons)
		}
		x.because("principle "+string(p.Principles[i].ID), inPrinciples, p.Principles[i].Reasons)
	}
	x.assurance(p)
	x.endings(p)
}

// threat follows what a threat rests on. That it is accepted follows from the risk, which is known only later.
func (x *explaining) threat(t *judge.Threat) {
	for _, r := range t.Reasons {
		stage := inThreats
		if r.Code == "threat.accepted" {
			stage = inStatements
		}
		x.because("threat "+string(t.ID), stage, []judge.Reason{r})
	}
}

// assurance follows what suppliers, obligations, duties and frameworks rest on, and what the dated changes speak of.
func (x *explaining) assurance(p *assess.Posture) {
	for i := range p.Frameworks {
		f := &p.Frameworks[i]
		x.because("framework "+string(f.ID), inProfiles, f.Reasons)
		for k := range f.Requirements {
			x.because("requirement "+f.Requirements[k].Ref.String(), inStatements, f.Requirements[k].Reasons)
			if !x.isInput(f.Requirements[k].Ref) {
				x.Fatalf("%s is in no pack", f.Requirements[k].Ref)
			}
		}
	}
	for i := range p.Suppliers {
		x.because("supplier "+string(p.Suppliers[i].ID), inContext, p.Suppliers[i].Reasons)
	}
	for i := range p.Duties {
		x.because("duty "+string(p.Duties[i].Activity), inContext, p.Duties[i].Reasons)
	}
	for i := range p.Context.Obligations {
		x.because("obligation "+string(p.Context.Obligations[i].ID), inContext, p.Context.Obligations[i].Reasons)
	}
	for i := range p.Notices {
		x.follow("notice", inContext, p.Notices[i].ID)
		x.because("notice of "+p.Notices[i].ID.String(), inContext, p.Notices[i].Reasons)
	}
	for i := range p.Changes {
		if _, is := x.results[p.Changes[i].ID]; !is && !x.isInput(p.Changes[i].ID) {
			x.Fatalf("%s is to change at %s, and does not exist", p.Changes[i].ID, p.Changes[i].At)
		}
	}
	for i := range p.Evidence {
		for _, ref := range p.Evidence[i].Uses {
			if _, is := x.results[ref]; !is && !x.isInput(ref) && ref.Kind != ident.KindFinding { // of which the posture lists the most pressing
				x.Fatalf("%s is used for %s, which does not exist", p.Evidence[i].ID, ref)
			}
		}
	}
	for i := range p.Actions {
		a := &p.Actions[i]
		if _, is := x.results[a.About]; !is && !x.isInput(a.About) {
			x.Fatalf("the action %s is about %s, which does not exist", a.ID, a.About)
		}
	}
}

// endings follows what says why something is not better: the causes of decisions, and what stands in the way.
func (x *explaining) endings(p *assess.Posture) {
	for i := range p.Decisions {
		d := &p.Decisions[i]
		if d.Cause != nil {
			x.because("decision "+string(d.ID), inContext, []judge.Reason{*d.Cause})
		} else if d.State != string(decision.Holds) {
			x.Fatalf("decision %s is %s for no reason", d.ID, d.State)
		}
	}
	for i := range p.Profiles {
		r := &p.Profiles[i]
		if highest := x.sources.Library.Profiles[i].Item.Levels[0].ID; r.Level != highest && len(r.InTheWay) == 0 {
			x.Fatalf("%s is %s and nothing stands in the way of more", r.Scheme, r.Level)
		}
		x.way(string(r.Scheme), inProfiles, r.InTheWay)
	}
	for i := range p.Gates {
		g := &p.Gates[i]
		if !g.Ready && len(g.InTheWay) == 0 {
			x.Fatalf("gate %s is not ready and nothing stands in the way", g.ID)
		}
		x.way(string(g.ID), inProfiles+1, g.InTheWay)
	}
}

// noNulls fails where a list that programs read is null: only times and causes may be.
func noNulls(t *rapid.T, p *assess.Posture) {
	var tree any
	if err := json.Unmarshal(written(t, p), &tree); err != nil {
		t.Fatal(err)
	}
	walkNulls(t, "", tree)
}

var mayBeNull = []string{"at", "next_change", "until", "since", "cause", "done", "due", "from", "deadline", "escalates", "first_seen"}

func walkNulls(t *rapid.T, path string, v any) {
	switch v := v.(type) {
	case nil:
		if !slices.Contains(mayBeNull, path[strings.LastIndexByte(path, '/')+1:]) {
			t.Fatalf("%s is null", path)
		}
	case map[string]any:
		for k, sub := range v {
			walkNulls(t, path+"/"+k, sub)
		}
	case []any:
		for _, sub := range v {
			walkNulls(t, path, sub)
		}
	}
}
