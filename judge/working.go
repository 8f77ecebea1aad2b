package judge

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// worksOn says whether what is relied on counts, as claimed and as evidenced, on some components: on all of them where
// it can be, or wherever it is when it is on none of them. What the team itself says is not applicable does not count;
// that nobody asks for it any more, because it was tailored, does not stop it working.
func (c *controls) worksOn(j *judging, id ident.ID, where []ident.ID) (claimed, evidenced bool, is bool) {
	claims := j.meant(id)
	if len(claims) == 0 {
		return false, false, false
	}
	claimed, evidenced = true, true
	for _, part := range c.parts(j, claims, where) {
		state := Unknown
		if j.service().Controls[part.claim].Applicability != model.NotApplicable {
			state = c.states[part.claim].at(part.on)
		}
		claimed = claimed && (state == Claimed || state == Stale || state == Evidenced)
		evidenced = evidenced && state == Evidenced
	}
	return claimed, evidenced, true
}

// part is the components on which one claim of a control is relied on.
type part struct {
	claim int
	on    evidence.Cover
}

// uncovered says whether a control of the catalogue could be on one of some components and no claim of it is.
func (j *judging) uncovered(c *controls, claims []int, where []ident.ID) bool {
	cat := j.library.Control(j.service().Controls[claims[0]].Requires())
	if cat == nil || cat.On == library.OnService || len(where) == 0 {
		return false
	}
	could := j.universe(nil, cat, c.within)
	for _, w := range where {
		i, known := j.components[w]
		if !known || !could.Has(i) {
			continue
		}
		if !slices.ContainsFunc(claims, func(claim int) bool { return c.states[claim].universe.Has(i) }) {
			return true
		}
	}
	return false
}

func (c *controls) parts(j *judging, claims []int, where []ident.ID) []part {
	var whole, touched []part
	if j.uncovered(c, claims, where) {
		return []part{{claims[0], evidence.NewCover(j.places())}} // it could be on one of them and is not: it works on nothing there
	}
	for _, claim := range claims {
		universe := c.states[claim].universe
		whole = append(whole, part{claim, universe})
		on := evidence.NewCover(j.places())
		for _, w := range where {
			if i, ok := j.components[w]; ok {
				on.Add(i)
			}
		}
		if on.Meet(universe); !on.Empty() {
			touched = append(touched, part{claim, on})
		}
	}
	if len(touched) > 0 {
		return touched
	}
	return whole
}
