package judge

import "github.com/bulkhead-assurance/bulkhead/ident"

// candidates are the result of stage 2: what could be done to which element, with the controls that would answer it. The
// stage knows no control's state. It is the seam that the threat rules come in by: until then no rule fires, and nothing
// is suggested.
type candidates struct {
	suggested []ident.ID // controls of the library that would answer a threat not yet triaged
}

// candidates is stage 2.
func (j *judging) candidates(_ *contexts) candidates { return candidates{} }

// threats is stage 5: the status of each threat, and the attack graph, from the candidates and the controls. It is the
// seam that the attack graph comes in by.
func (j *judging) threats(_ candidates, _ *controls) []Threat { return []Threat{} }
