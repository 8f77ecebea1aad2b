package judge

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Duty is who answers for an activity of the team's plan, and whether anybody holds that role.
type Duty struct {
	Activity    ident.ID        `json:"activity"`
	Accountable string          `json:"accountable"`
	Held        model.Attribute `json:"held"` // unknown where the organisation appoints nobody to such a role
	Reasons     []Reason        `json:"reasons"`
}

// listDuties says of each line of the plan's table of responsibilities whether the one role that answers for it is held, and
// where somebody both helps and is only told. That exactly one role answers is seen to when the file is read.
func (j *judging) listDuties() []Duty {
	out := make([]Duty, 0, len(j.service().Plan.RASCI))
	for i := range j.service().Plan.RASCI {
		d := &j.service().Plan.RASCI[i]
		duty := Duty{Activity: d.Activity, Held: model.Unknown, Reasons: []Reason{}}
		if len(d.Accountable) > 0 {
			duty.Accountable = d.Accountable[0]
			duty.Held = j.heldBy(ident.ID(duty.Accountable))
		}
		self := refs(ident.Claim("plan"))
		who := Args{{"role", duty.Accountable}, {"activity", string(d.Activity)}}
		switch duty.Held {
		case model.Yes:
			duty.Reasons = append(duty.Reasons, because("duty.held", self, who...))
		case model.No:
			duty.Reasons = append(duty.Reasons, because("duty.vacant", self, who...))
		default:
			duty.Reasons = append(duty.Reasons, because("duty.not-appointed", self, who...))
		}
		for _, role := range d.Supportive {
			if slices.Contains(d.Informed, role) {
				duty.Reasons = append(duty.Reasons, because("duty.overlap", self, Arg{"role", role}, Arg{"activity", string(d.Activity)}))
			}
		}
		out = append(out, duty)
	}
	return out
}

// heldBy says whether anybody holds a role for the service now. Where the organisation never appointed anybody to it, that
// is not known.
func (j *judging) heldBy(role ident.ID) model.Attribute {
	if j.org == nil || !j.org.Appointed(role) {
		return model.Unknown
	}
	id := &j.service().Service
	held := model.No
	for i := range j.org.People {
		if j.org.Holds(j.org.People[i].ID, role, id.Unit, id.ID, j.zone, j.watch) {
			held = model.Yes
		}
	}
	return held
}
