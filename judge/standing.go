package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// risks is the result of stage 8.
type risks struct {
	list []Risk
	byID map[ident.ID]int
}

// standings is stage 8: where each risk stands against what may be borne, as claimed and as evidenced, and by what the
// phase judges.
func (j *judging) standings(c *contexts, residuals []residual, acceptances *verdicts, attack *Attack) *risks {
	s := j.service()
	out := &risks{list: make([]Risk, 0, len(s.Risks)), byID: make(map[ident.ID]int, len(s.Risks))}
	for i := range s.Risks {
		risk := j.standing(&s.Risks[i], &residuals[i], c, acceptances)
		if w := j.endangered(&s.Risks[i], attack); w != nil {
			risk.Reasons = append(slices.Clip(risk.Reasons), because("risk.path", refs(pathRef(w.ID), w.Target.Of), Arg{"path", string(w.ID)}, Arg{"target", w.Target.Title}, Arg{"n", num(w.Steps)}))
		}
		out.list = append(out.list, risk)
	}
	slices.SortFunc(out.list, func(a, b Risk) int { return cmp.Compare(a.ID, b.ID) })
	for i := range out.list {
		out.byID[out.list[i].ID] = i
	}
	return out
}

func (j *judging) standing(r *model.Risk, res *residual, c *contexts, acceptances *verdicts) Risk {
	out := Risk{
		ID: r.ID, Title: r.Title, Kind: r.Kind, Inherent: j.level(r.Inherent), ResidualClaimed: j.level(res.claimed), ResidualEvidenced: j.level(res.evidenced),
		Target: j.level(res.target), Appetite: c.bears(r.Kind), Due: r.Due, JudgedBy: c.result.JudgedBy, Reasons: res.reasons,
	}
	if out.Reasons == nil {
		out.Reasons = []Reason{}
	}
	if !res.judged {
		out.Inherent, out.Target = Level{}, Level{}
		out.StandingClaimed, out.StandingEvidenced, out.Standing = Unjudged, Unjudged, Unjudged
		if j.supposed != nil && slices.Contains(j.supposed.Judged, r.ID) {
			out.Standing = Escalated // it may turn out to be above
		}
		return out
	}
	var why Reason
	limit := limit{band: out.Appetite}
	if out.Appetite != c.appetite("") {
		limit.of = string(r.Kind)
	}
	out.StandingClaimed, _ = j.against(r, &out.ResidualClaimed, limit, library.ByClaimed, acceptances)
	out.StandingEvidenced, why = j.against(r, &out.ResidualEvidenced, limit, library.ByEvidenced, acceptances)
	out.Standing = out.StandingEvidenced
	switch out.JudgedBy {
	case library.ByTarget:
		out.Standing, why = j.byTarget(r, &out, limit, acceptances)
	case library.ByClaimed:
		out.Standing, why = j.against(r, &out.ResidualClaimed, limit, library.ByClaimed, acceptances)
	}
	if j.supposed != nil && slices.Contains(j.supposed.Planned, r.ID) && out.Standing == Above {
		out.Standing = Treating
	}
	if out.Standing == Above || out.Standing == Treating || out.Standing == Escalated {
		out.Reasons = append(out.Reasons, j.noLonger(r, acceptances)...)
	}
	out.Reasons = append(out.Reasons, why)
	return out
}

// noLonger says which acceptances of a risk do not hold any more, or do not count.
func (j *judging) noLonger(r *model.Risk, acceptances *verdicts) (reasons []Reason) {
	for i := range j.decided {
		d := &j.decided[i]
		v, is := acceptances.at[i]
		id := ident.ID(d.Subject[0].Path)
		if !is || d.Kind != decision.Acceptance || v.State.Binds() || id != r.ID && !slices.Contains(r.Formerly, id) {
			continue
		}
		if v.State == decision.Lapsed || v.State == decision.Suspended || v.State == decision.Proposed {
			reasons = append(reasons, because("risk.acceptance-"+string(v.State), refs(decisionRef(d.ID)), Arg{"decision", string(d.ID)}))
		}
	}
	return reasons
}

// limit is what may be borne, and of which kind of risk where that differs from the rest.
type limit struct {
	band model.Band
	of   string
}

// against says where a residual stands. A risk that could bring an unacceptable loss is never within on its score alone.
func (j *judging) against(r *model.Risk, at *Level, most limit, by library.Basis, acceptances *verdicts) (Standing, Reason) {
	self := ident.Ref{Kind: ident.KindClaim, Path: "/risks/" + string(r.ID)}
	args := Args{{"band", string(at.Band)}, {"score", num(at.Score)}, {"appetite", string(most.band)}, {"kind", most.of}, {"by", string(by)}}
	because := func(code string, refs []ident.Ref, more ...Arg) Reason {
		return Reason{Code: code, Args: append(slices.Clone(args), more...), Because: refs}
	}
	why := refs(self, ident.To(ident.KindContext, "appetite"))
	inside := most.band != "" && at.Band != "" && at.Band.Rank() <= most.band.Rank()
	if inside && len(r.Losses) == 0 {
		return Within, because("risk.within", why)
	}
	if id, ok := j.accepted(r, acceptances, by); ok {
		return Accepted, because("risk.accepted", append(why, decisionRef(id)), Arg{"decision", string(id)})
	}
	escalated := !r.Escalation.Raised.IsZero() && r.Escalation.Closed.IsZero() && j.watch.Reached(j.zone.Start(r.Escalation.Raised))
	treated := r.Response != model.Accept && r.Owner != "" && !r.Due.IsZero() && !j.watch.Passed(j.zone.End(r.Due))
	if inside { // above only for the loss that it could bring
		args = append(args, Arg{"loss", string(slices.Min(r.Losses))})
	}
	switch {
	case escalated && inside:
		return Escalated, because("risk.escalated-loss", why, Arg{"to", r.Escalation.To}, Arg{"since", r.Escalation.Raised.String()})
	case escalated:
		return Escalated, because("risk.escalated", why, Arg{"to", r.Escalation.To}, Arg{"since", r.Escalation.Raised.String()})
	case treated && inside:
		return Treating, because("risk.treating-loss", why, Arg{"due", r.Due.String()}, Arg{"owner", r.Owner})
	case treated:
		return Treating, because("risk.treating", why, Arg{"due", r.Due.String()}, Arg{"owner", r.Owner})
	case inside:
		return Above, because("risk.unacceptable-loss", why)
	case r.Response == model.Accept:
		return Above, because("risk.above-no-acceptance", why)
	case r.Due.IsZero() || r.Owner == "":
		return Above, because("risk.above-no-plan", why)
	}
	return Above, because("risk.above-plan-late", why, Arg{"due", r.Due.String()}, Arg{"owner", r.Owner})
}

// byTarget is how discovery and alpha judge: where the plan will bring the risk, if there is one whose day has not passed.
func (j *judging) byTarget(r *model.Risk, out *Risk, most limit, acceptances *verdicts) (Standing, Reason) {
	reached, why := j.against(r, &out.ResidualClaimed, most, library.ByClaimed, acceptances)
	if reached != Above && reached != Treating {
		return reached, why
	}
	self := ident.Ref{Kind: ident.KindClaim, Path: "/risks/" + string(r.ID)}
	planned := r.Target.Known() && r.Owner != "" && !r.Due.IsZero() && !j.watch.Passed(j.zone.End(r.Due))
	if planned && len(r.Losses) == 0 && out.Target.Band.Rank() <= out.Appetite.Rank() {
		return Treating, because("risk.target-planned", refs(self, ident.To(ident.KindContext, "appetite")), Arg{"band", string(out.Target.Band)}, Arg{"due", r.Due.String()}, Arg{"owner", r.Owner}, Arg{"appetite", string(out.Appetite)}, Arg{"kind", most.of})
	}
	if id, ok := j.accepted(r, acceptances, library.ByTarget); ok && r.Target.Known() {
		return Accepted, because("risk.accepted", refs(self, ident.To(ident.KindContext, "appetite"), decisionRef(id)), Arg{"band", string(out.Target.Band)}, Arg{"score", num(out.Target.Score)}, Arg{"appetite", string(out.Appetite)}, Arg{"kind", most.of}, Arg{"decision", string(id)})
	}
	return reached, why
}

// accepted finds a decision that bears the risk as it stands: one made on the evidenced residual covers only that, one on
// the claimed or target residual covers the ones that it speaks of.
func (j *judging) accepted(r *model.Risk, acceptances *verdicts, by library.Basis) (ident.ID, bool) {
	for i := range j.decided {
		d := &j.decided[i]
		v, is := acceptances.at[i]
		if !is || d.Kind != decision.Acceptance || !v.State.Binds() || !covers(d.StandingOn, by) {
			continue
		}
		if id := ident.ID(d.Subject[0].Path); id == r.ID || slices.Contains(r.Formerly, id) {
			return d.ID, true
		}
	}
	return "", false
}

// covers says whether an acceptance on one residual bears another. The evidenced residual is never below the claimed one,
// nor that below the target, so whoever bears the graver bears the lighter.
func covers(on, by library.Basis) bool { return basisRank(on) >= basisRank(by) }

func basisRank(b library.Basis) int {
	return slices.Index([]library.Basis{library.ByTarget, library.ByClaimed, library.ByEvidenced}, b)
}

// condition says how a linked risk stands for an exception: within what may be borne or accepted.
func (r *risks) condition(id ident.ID) decision.Fact {
	fact := decision.Fact{Path: "risks/" + string(id), Value: decision.Value{decision.CondGone}}
	if i, ok := r.byID[id]; ok {
		fact.Value = decision.Value{decision.CondBad}
		if s := r.list[i].Standing; s == Within || s == Accepted {
			fact.Value = decision.Value{decision.CondGood}
		}
	}
	return fact
}

// above names the risks above what may be borne that nobody has accepted.
func (r *risks) above() (out decision.Value) {
	for i := range r.list {
		if s := r.list[i].Standing; s == Above || s == Unjudged || s == Escalated {
			out = append(out, string(r.list[i].ID))
		}
	}
	return out
}

// borne names the risks whose acceptance holds, and of those that were borne when something was signed the ones that need
// no acceptance any more.
func (r *risks) borne(then []string) (out decision.Value) {
	for i := range r.list {
		risk := &r.list[i]
		if risk.Standing == Accepted || risk.Standing == Within && slices.Contains(then, string(risk.ID)) {
			out = append(out, string(risk.ID))
		}
	}
	return out
}
