package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// uses says of each piece of evidence what it is used for and how long it holds for the shortest of its uses.
func (j *judging) uses(controls *controls, f *findings) []EvidenceUse {
	set := j.evidence
	out := make([]EvidenceUse, len(set.Records), len(set.Records)+len(set.Conflicts))
	for i := range set.Records {
		r := &set.Records[i]
		out[i] = EvidenceUse{ID: r.ID, Uses: []ident.Ref{}, State: "unused", Until: j.zone.Until(r.ValidUntil)}
		if !j.watch.Reached(j.seen[i]) {
			out[i].State = "not-yet"
		}
	}
	for i := range j.service().Controls {
		st, ref := &controls.states[i], controlRef(j.service().Controls[i].ID)
		j.used(out, st.cleared, ref, "cleared")
		for _, by := range st.offer.why {
			if by.Kind == ident.KindEvidence {
				j.used(out, []ident.ID{ident.ID(by.Path)}, ref, "counts")
			}
		}
		j.used(out, st.stales, ref, "out-of-date")
		j.used(out, st.passes, ref, "counts")
		j.ends(out, i, st.passes)
		j.used(out, st.fails, ref, "failed")
	}
	for i := range f.all {
		if f.all[i].Open() {
			j.used(out, f.all[i].Seen, findingRef(f.all[i].ID), "counts")
		}
	}
	for i := range j.service().Threats.Actors {
		a := &j.service().Threats.Actors[i]
		state := "out-of-date"
		if _, shown := j.capability(a); shown {
			state = "counts"
		}
		j.used(out, []ident.ID{a.Assessment}, ident.Claim("threats", "actors", string(a.ID)), state)
	}
	if len(set.Conflicts) == 0 {
		return out // in order of id already
	}
	for _, id := range set.Conflicts {
		out = append(out, EvidenceUse{ID: id, Uses: []ident.Ref{}, State: "two-contents"})
	}
	slices.SortFunc(out, func(a, b EvidenceUse) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// used notes a use; the gravest state of several is kept.
func (j *judging) used(out []EvidenceUse, ids []ident.ID, ref ident.Ref, state string) {
	for _, id := range ids {
		i, found := slices.BinarySearchFunc(out, id, func(u EvidenceUse, id ident.ID) int { return cmp.Compare(u.ID, id) })
		if !found {
			continue
		}
		u := &out[i]
		if n := len(u.Uses); n == 0 || u.Uses[n-1] != ref {
			u.Uses = append(u.Uses, ref)
		}
		if gravity(state) > gravity(u.State) {
			u.State = state
		}
	}
}

// ends notes when evidence stops counting for a claim: when it holds for none of the checks that it answers any more. Of
// several claims the first end counts.
func (j *judging) ends(out []EvidenceUse, claim int, passes []ident.ID) {
	checks := j.checksOf(j.library.Control(j.service().Controls[claim].Requires()))
	for k := range j.items[claim] {
		r := j.items[claim][k].Record
		if _, counts := slices.BinarySearch(passes, r.ID); !counts {
			continue
		}
		last := civil.Instant(0)
		for i := range checks {
			if evidence.Answers(r, &checks[i]) && r.Strength.Rank() >= checks[i].Strength.Rank() {
				last = max(last, evidence.Until(r, checks[i].Fresh, j.zone))
			}
		}
		if i, found := slices.BinarySearchFunc(out, r.ID, func(u EvidenceUse, id ident.ID) int { return cmp.Compare(u.ID, id) }); found {
			out[i].Until = earlier(out[i].Until, last)
		}
	}
}

// gravity orders the states of evidence from the one that says least.
func gravity(state string) int {
	switch state {
	case "not-yet":
		return 1
	case "cleared":
		return 2
	case "counts":
		return 3
	case "out-of-date":
		return 4
	case "failed":
		return 5
	}
	return 0
}

// changes gives the next dated change of each item that has one still to come, in order of time.
func (j *judging) changes(out *Judgement, controls *controls) ([]Change, []Notice) {
	list := []Change{}
	add := func(at civil.Instant, ref ident.Ref, code string) {
		if at != 0 && !j.watch.Reached(at) {
			list = append(list, Change{At: at, ID: ref, Code: code})
		}
	}
	for i := range out.Controls {
		k := &out.Controls[i]
		code := "change.evidence-ends"
		if at, is := j.claimAt[k.ID]; is && k.Until != 0 && controls.states[at].offer.until == k.Until {
			code = "change.offer-ends" // that is when something of the provider changes, whatever it is
		}
		add(k.Until, controlRef(k.ID), code)
	}
	for i := range out.Decisions {
		if d := &out.Decisions[i]; d.State != "lapsed" && d.State != "superseded" && d.State != "retracted" && d.State != "proposed" {
			add(d.Until, decisionRef(d.ID), "change.decision-ends")
		}
	}
	for i := range out.Activities {
		a := &out.Activities[i]
		if a.Standing == Current || a.Standing == EstablishBy || a.Standing == Due {
			add(j.zone.End(a.Until), activityRef(a.ID), "change.activity-due")
		}
	}
	for i := range out.Risks {
		if r := &out.Risks[i]; r.Standing == Treating || r.StandingClaimed == Treating || r.StandingEvidenced == Treating {
			add(j.zone.End(r.Due), riskRef(r.ID), "change.treatment-due")
		}
	}
	for i := range out.Findings.Top {
		f := &out.Findings.Top[i]
		if f.Accepted == "" {
			add(f.Deadline, findingRef(f.ID), "change.deadline")
		}
		add(f.Escalates, findingRef(f.ID), "change.escalation")
	}
	for i := range j.service().Suppliers {
		e := &j.service().Suppliers[i]
		for k := range e.Certificates {
			add(j.zone.End(e.Certificates[k].Until), supplierClaim(e.ID, "certificates", string(e.Certificates[k].ID)), "change.certificate-ends")
		}
	}
	for i := range j.library.Principles {
		p := j.library.Principles[i].Item
		if !j.judgedBy(p) {
			continue
		}
		add(j.zone.End(p.NextReview), ident.To(ident.KindPrinciple, string(p.ID)), "change.review-due")
	}
	notices := j.notices(add)
	slices.SortFunc(list, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.At, b.At), a.ID.Compare(b.ID), cmp.Compare(a.Code, b.Code))
	})
	return list, notices
}
