package judge

import (
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// tailorings is stage 4(a): which tailoring decisions bind. They rest on the context and on the state of a named
// alternative, never on the control that they put aside.
func (j *judging) tailorings(c *contexts, states []claimState) *verdicts {
	v := newVerdicts()
	for i := range j.decided {
		d := &j.decided[i]
		if d.Kind != decision.Tailoring {
			continue
		}
		facts, gone := j.tailoringFacts(d, c, states)
		v.at[i] = j.verdict(i, facts, gone)
	}
	return v
}

func notApplicable(out Control, why Reason) Control {
	out.Applicability, out.Strength, out.Until = NotApplicable, "", 0
	out.Reasons = append(out.Reasons, why)
	return out
}

// putAside says which binding tailoring decision puts a control aside wherever it would be. One that names components
// puts it aside there only, and takes them out of where.
func (j *judging) putAside(id ident.ID, tailored *verdicts, where evidence.Cover) ident.ID {
	for i := range j.decided {
		d := &j.decided[i]
		v, is := tailored.at[i]
		if !is || !v.State.Binds() || requirementID(d.Subject[0]) != id {
			continue
		}
		named := boundTo(d, "components")
		if len(named) == 0 {
			return d.ID
		}
		for _, comp := range named {
			if at, ok := j.components[ident.ID(comp)]; ok {
				where.Drop(at)
			}
		}
		if where.Empty() {
			return d.ID
		}
	}
	return ""
}

func boundTo(d *decision.Decision, path string) []string {
	for i := range d.Basis.Fields {
		if d.Basis.Fields[i].Path == path {
			return d.Basis.Fields[i].Value
		}
	}
	return nil
}
