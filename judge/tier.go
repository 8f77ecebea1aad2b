package judge

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// exposed gives the widest exposure of the service's own components; unknown counts as public where there is anything.
func (j *judging) exposed(c *contexts) model.Trust {
	widest := model.Trust("")
	for i := range c.components {
		if c.out[i] {
			continue
		}
		e := c.components[i].Exposure
		if e == "" {
			return ""
		}
		if e.Rank() > widest.Rank() {
			widest = e
		}
	}
	return widest
}

// tier works out how much risk the service carries. The stricter of that and what the team says applies, until someone
// with the authority has signed a tier for it.
func (j *judging) tier(c *contexts) {
	s := j.service()
	rank, reasons := j.derivedTier(c)
	derived := j.library.Tiers[rank-1].ID
	if stated := j.library.TierRank(s.Service.Tier); stated > rank {
		rank = stated
		reasons = []Reason{because("context.tier-stated", refs(ident.Claim("service")), Arg{"tier", string(s.Service.Tier)}, Arg{"derived", string(derived)})}
	}
	t := Signed{Value: string(j.library.Tiers[rank-1].ID), State: "proposed", Reasons: reasons}
	by := j.signed(c, decision.OfTier, func(d *decision.Decision) decision.Facts {
		return decision.Facts{{Path: "tier", Value: boundTo(d, "tier")}, {Path: "derived", Value: value(string(derived))}} // the tier is what it signs
	}, &t)
	if by != nil {
		if own := j.library.TierRank(ident.ID(first(boundTo(by, "tier")))); own > 0 {
			rank = own
			t.Value = string(j.library.Tiers[rank-1].ID)
		}
	}
	c.result.Tier, c.tierRank = t, rank
}

// derivedTier gives the rank of the highest tier that any condition gives, and why.
func (j *judging) derivedTier(c *contexts) (int, []Reason) {
	for rank := len(j.library.Tiers); rank > 1; rank-- {
		t := &j.library.Tiers[rank-1]
		for i := range t.When {
			if why, supposed, is := j.matches(&t.When[i], c); is {
				return rank, []Reason{because(tierCode(supposed), why, Arg{"tier", string(t.ID)}, Arg{"why", t.When[i].Why})}
			}
		}
	}
	return 1, []Reason{because("context.tier-lowest", refs(ident.Claim("service")), Arg{"tier", string(j.library.Tiers[0].ID)})}
}

// tierCode tells a tier that follows from what was said from one that follows from what was not.
func tierCode(supposed bool) string {
	if supposed {
		return "context.tier-not-said"
	}
	return "context.tier"
}

// matches says whether a condition is so, what makes it so, and whether it is only supposed to be so because nobody has
// said that it is not: nobody lowers a tier by saying nothing.
func (j *judging) matches(when *library.Condition, c *contexts) (why []ident.Ref, supposed, is bool) {
	why = append(why, ident.Claim("service"))
	if when.Classification != "" {
		if c.result.Classification.Rank() < when.Classification.Rank() {
			return nil, false, false
		}
		why = append(why, ident.Claim("context"))
	}
	if when.Marking != "" && !slices.Contains(c.result.Markings, when.Marking) ||
		when.Criticality != "" && j.criticality().Rank() < when.Criticality.Rank() || when.Safety == model.Yes && !j.endangers() {
		return nil, false, false
	}
	if when.Exposure != "" {
		if !j.reached(when.Exposure, c) {
			return nil, false, false
		}
		supposed = c.result.Exposure == ""
	}
	if when.Personal == model.Yes || when.SpecialCategory == model.Yes || when.Records > 0 {
		data, unsure := j.personalData(when)
		if data == nil {
			return nil, false, false
		}
		why, supposed = append(why, dataRef(data.ID)), supposed || unsure
	}
	return why, supposed, true
}

// reached says whether somebody of a kind can reach a component of the service's own, as far as anybody has said.
func (j *judging) reached(by model.Trust, c *contexts) bool {
	if len(j.service().Architecture.Components) == 0 {
		return false
	}
	return c.result.Exposure == "" || c.result.Exposure.Rank() >= by.Rank()
}

// personalData finds the first data item that answers to what a condition says of personal data: one of which that is
// said, or else one of which nobody has said that it does not.
func (j *judging) personalData(when *library.Condition) (found *model.Data, unsure bool) {
	s := j.service()
	for i := range s.Data {
		d := &s.Data[i]
		if d.Personal == model.No || when.SpecialCategory == model.Yes && special(d) == model.No || d.Records > 0 && d.Records < when.Records {
			continue
		}
		if d.Personal == model.Yes && d.Records >= when.Records && (when.SpecialCategory != model.Yes || special(d) == model.Yes) {
			return d, false
		}
		if found == nil {
			found = d
		}
	}
	return found, found != nil
}

func (j *judging) criticality() model.Criticality {
	s := j.service()
	most := s.Context.BusinessImpact.Criticality
	for i := range s.Context.Functions {
		if f := &s.Context.Functions[i]; f.Criticality.Rank() > most.Rank() {
			most = f.Criticality
		}
	}
	return most
}

func (j *judging) endangers() bool {
	s := j.service()
	for i := range s.Context.Functions {
		if s.Context.Functions[i].Safety == model.Yes {
			return true
		}
	}
	return s.Context.BusinessImpact.Worst.Safety >= 3
}
