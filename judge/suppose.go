package judge

import (
	"cmp"
	"maps"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// Supposition is a change that is only thought of: the posture that would follow is worked out, and nothing is recorded.
type Supposition struct {
	Without  []ident.ID // controls that are not in place
	With     []ident.ID // controls that are in place and shown to work everywhere
	Done     []ident.ID // activities that are done, with their outputs
	Mended   []ident.ID // findings that are closed
	Planned  []ident.ID // risks above what may be borne that have an owner and a day
	Judged   []ident.ID // risks that were not judged, and are; how, nobody knows
	Answered []ident.ID // principles all of whose statements have an answer
	Renewed  []ident.ID // decisions that lapsed or are suspended, and hold again
	Signed   []decision.Of
	Said     []ident.Ref // what nobody had said about these

	Compromised []ident.ID // components, identities, runtimes or suppliers that are in an attacker's hands
}

// Supposing gives the same inputs with a supposition.
func (in *Inputs) Supposing(s *Supposition) *Inputs {
	supposed := *in
	supposed.supposed = s
	return &supposed
}

// Base is a judgement with the results of its stages, from which what would follow from a supposition is worked out
// without doing again what the supposition does not touch. It is never changed, so that many may be tried beside each
// other.
type Base struct {
	in     *Inputs
	at     civil.Instant
	stages *stages
}

// NewBase judges prepared inputs at a moment, and keeps the results of the stages.
func NewBase(in *Inputs, at civil.Instant) *Base {
	j := &judging{Inputs: in, watch: civil.NewWatch(at)}
	return &Base{in: in, at: at, stages: j.run(nil)}
}

// Judgement gives the judgement of the base.
func (b *Base) Judgement() *Judgement {
	j := &judging{Inputs: b.in, watch: civil.NewWatch(b.at)}
	return j.judgement(b.stages)
}

// Suppose gives the judgement that would follow.
func (b *Base) Suppose(s *Supposition) *Judgement {
	j := &judging{Inputs: b.in.Supposing(s), watch: civil.NewWatch(b.at)}
	return j.judgement(j.run(b.stages))
}

// Attack gives the attack graph as it is, for what is asked beyond the posture.
func (b *Base) Attack() *Attack { return b.stages.attack }

// Capability gives what an actor of the threat assessment is capable of, and whether evidence in date shows it: until then
// the actor is taken to be capable of anything.
func (b *Base) Capability(a *model.Actor) (level int, shown bool) {
	j := &judging{Inputs: b.in, watch: civil.NewWatch(b.at)}
	return j.capability(a)
}

// Measures gives what would be counted.
func (b *Base) Measures(s *Supposition) []Measured {
	j := &judging{Inputs: b.in.Supposing(s), watch: civil.NewWatch(b.at)}
	return j.run(b.stages).counts.list()
}

// touches says which stages are other ones than those of a base, each for what it rests on.
type touches struct {
	context, controls, acceptances, findings, risks, activities, principles bool
}

// touches says what a supposition touches, beside a base. Without one there is everything to do.
func (j *judging) touches(base *stages) touches {
	if base == nil || j.supposed == nil {
		return touches{true, true, true, true, true, true, true}
	}
	s := j.supposed
	t := touches{context: len(s.Signed) > 0 || j.renews(decision.SignOff), activities: len(s.Done) > 0}
	t.controls = t.context || len(s.Compromised) > 0 || len(s.With) > 0 || len(s.Without) > 0 || j.renews(decision.Tailoring)
	t.acceptances = t.controls || len(s.Renewed) > 0
	t.findings = t.acceptances || len(s.Mended) > 0
	t.risks = t.acceptances || len(s.Planned) > 0 || len(s.Judged) > 0
	t.principles = t.risks || t.activities || len(s.Answered) > 0
	return t
}

// renews says whether a decision of a kind is supposed to hold again.
func (j *judging) renews(kind decision.Kind) bool {
	return slices.ContainsFunc(j.supposed.Renewed, func(id ident.ID) bool {
		i, found := j.find(id)
		return found && j.decided[i].Kind == kind
	})
}

// supposeSaid takes out of the context what nobody had said, and is supposed to be said. What was said is not known, so
// that nothing else follows.
func (j *judging) supposeSaid(c *contexts) *contexts {
	if len(j.supposed.Said) == 0 {
		return c
	}
	out := *c
	out.result.Unknowns = []Obstacle{}
	for _, o := range c.result.Unknowns {
		if !slices.Contains(j.supposed.Said, o.ID) {
			out.result.Unknowns = append(out.result.Unknowns, o)
		}
	}
	return &out
}

// of says what is supposed of a control: that it is lost, or shown; empty for nothing.
func (s *Supposition) of(names ...ident.ID) string {
	switch {
	case s == nil:
		return ""
	case among(s.Without, names...):
		return "lost"
	case among(s.With, names...):
		return "shown"
	}
	return ""
}

// supposeStates gives the states of claims as a supposition has them.
func (j *judging) supposeStates(c *contexts, states []claimState) []claimState {
	if len(j.supposed.With) == 0 && len(j.supposed.Without) == 0 && len(j.supposed.Compromised) == 0 {
		return states
	}
	out := slices.Clone(states)
	j.compromise(out)
	for i := range out {
		claim := &j.service().Controls[i]
		switch {
		case j.supposed.of(claim.ID, claim.Requires()) == "lost":
			out[i] = j.notInPlace(&out[i])
		case j.supposed.of(claim.ID, claim.Requires()) == "shown":
			out[i] = j.inPlace(&out[i], j.library.Control(claim.Requires()), j.unclaimed(claim.Requires(), i, c, states))
		}
	}
	return out
}

// supposeControls judges again the controls that are supposed to be otherwise, and takes over the rest. That can be done
// where nothing but their states is another.
func (j *judging) supposeControls(base *controls, states []claimState, tailored *verdicts) *controls {
	out := &controls{states: states, within: base.within, byID: base.byID, partial: maps.Clone(base.partial), suggested: base.suggested, list: slices.Clone(base.list)}
	for i := range out.list {
		c := &out.list[i]
		id, at := c.ID, -1
		if n, is := j.claimAt[c.ID]; is && j.service().Controls[n].ID == c.ID {
			id, at = j.service().Controls[n].Requires(), n
		}
		switch {
		case !j.supposes(c.ID, id):
		case at >= 0:
			if j.controlAt[id][0] == at { // which is the one that tells of it
				delete(out.partial, id)
			}
			*c = j.claim(at, out, tailored)
		case c.Weight == RequiredWeight:
			*c = j.absent(base.within.required[id], RequiredWeight, tailored, base.within)
		case c.Weight == Suggested:
			*c = j.absent(base.suggests(id), Suggested, tailored, base.within)
		}
	}
	return out
}

// supposedControls gives the controls of which something is supposed, by every id that they go by.
func (j *judging) supposedControls() []ident.ID {
	out := slices.Concat(j.supposed.With, j.supposed.Without)
	for _, id := range out {
		if at, is := j.claimAt[id]; is {
			out = append(out, j.service().Controls[at].ID, j.service().Controls[at].Requires())
		}
	}
	return out
}

// supposeThreats judges again the threats that a control which is supposed to be otherwise would answer.
func (j *judging) supposeThreats(base []Threat, from candidates, works threat.Works) []Threat {
	touched, out := j.supposedControls(), slices.Clone(base)
	for i, c := range from.list {
		if slices.ContainsFunc(c.Rule.Item.Answers, func(id ident.ID) bool { return slices.Contains(touched, id) }) {
			out[i] = j.threat(c, from.disposed[i], works)
		}
	}
	return out
}

// suggests gives why a control is suggested; nil where it is not.
func (c *controls) suggests(id ident.ID) *demand {
	i, is := slices.BinarySearchFunc(c.suggested, id, func(d *demand, id ident.ID) int { return cmp.Compare(d.control, id) })
	if !is {
		return nil
	}
	return c.suggested[i]
}

// supposes says whether anything is supposed of a control, or of another claim of the same control of the library.
func (j *judging) supposes(claim, id ident.ID) bool {
	return j.supposed.of(claim, id) != "" || slices.ContainsFunc(j.controlAt[id], func(i int) bool { return j.supposed.of(j.service().Controls[i].ID) != "" })
}

// same says whether the verdicts are the same ones.
func (v *verdicts) same(other *verdicts) bool { return maps.Equal(v.at, other.at) }

func among(ids []ident.ID, any ...ident.ID) bool {
	return slices.ContainsFunc(any, func(id ident.ID) bool { return slices.Contains(ids, id) })
}

// compromise takes out what works on components that are in an attacker's hands: nothing there can be relied on.
func (j *judging) compromise(states []claimState) {
	lost := evidence.NewCover(j.places())
	for _, id := range j.supposed.Compromised {
		if i, is := j.components[id]; is {
			lost.Add(i)
		}
	}
	for i := range states {
		st := &states[i]
		if !meets(st.universe, lost) {
			continue
		}
		here := lost.Clone()
		here.Meet(st.universe)
		st.failing, st.evidenced = st.failing.Clone(), st.evidenced.Clone()
		st.failing.Join(here)
		st.evidenced.Less(here)
	}
}

// notInPlace is a claim of which nothing is there. Where it is shown to fail, it goes on failing: to think a control away
// does not make known what was known against it untrue, and nothing looks better for it.
func (j *judging) notInPlace(st *claimState) claimState {
	none := evidence.NewCover(j.places())
	return claimState{universe: st.universe, says: Missing, evidenced: none, failing: st.failing, fails: st.fails, stale: none}
}

// inPlace is a claim that is shown to work everywhere, where no claim is yet among that.
func (j *judging) inPlace(st *claimState, cat *library.Control, unclaimed evidence.Cover) claimState {
	none, universe := evidence.NewCover(j.places()), st.universe.Clone()
	if unclaimed != nil {
		universe.Join(unclaimed)
	}
	out := claimState{universe: universe, says: Claimed, evidenced: universe, failing: none, stale: none, offer: st.offer}
	for _, check := range j.checksOf(cat) {
		if out.strength == "" || check.Strength.Rank() < out.strength.Rank() {
			out.strength = check.Strength
		}
	}
	return out
}

// supposeFindings takes out what is supposed to be mended.
func (j *judging) supposeFindings(f *findings) *findings {
	if len(j.supposed.Mended) == 0 {
		return f
	}
	out := &findings{all: f.all}
	for i := range f.open {
		if !slices.Contains(j.supposed.Mended, f.open[i].ID) {
			out.open = append(out.open, f.open[i])
		}
	}
	return out
}
