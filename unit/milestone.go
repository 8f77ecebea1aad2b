package unit

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// MilestoneStanding is where a milestone of adoption stands.
type MilestoneStanding string

// The standings of a milestone.
const (
	Reached MilestoneStanding = "reached"
	Planned MilestoneStanding = "planned"
	Overdue MilestoneStanding = "overdue"
	Open    MilestoneStanding = "open"
)

// Milestone is a milestone of adoption.
type Milestone struct {
	ID       ident.ID          `json:"id"`
	Number   int               `json:"number"`
	Title    string            `json:"title"`
	Stage    string            `json:"stage"`
	Standing MilestoneStanding `json:"standing"`
	Owner    string            `json:"owner"`
	Done     civil.Date        `json:"done"`
	Due      civil.Date        `json:"due"`
	Reasons  []judge.Reason    `json:"reasons"`
}

// MilestoneCounts says how many milestones are where.
type MilestoneCounts struct {
	Reached int `json:"reached"`
	Planned int `json:"planned"`
	Overdue int `json:"overdue"`
	Open    int `json:"open"`
	Of      int `json:"of"`
}

func (j *judging) milestones() []Milestone {
	list := Milestones(j.library)
	out := make([]Milestone, len(list))
	for i := range list {
		out[i] = j.milestone(&list[i])
	}
	return out
}

// milestone judges one milestone. That it was reached is something that happened on a day, and is taken as it is written:
// nothing else in a posture rests on it. Where no document bears it out, that is said beside it.
func (j *judging) milestone(e *library.Entry[library.Milestone]) Milestone {
	m := e.Item
	out := Milestone{ID: m.ID, Number: m.Number, Title: m.Title, Stage: m.Stage, Standing: Open}
	why := []ident.Ref{e.Ref}
	record := j.recordOf(m.ID)
	if record == nil {
		out.Reasons = []judge.Reason{because("unit.milestone-open", why)}
		return out
	}
	self := j.at("assessment", "milestones", string(m.ID))
	why = []ident.Ref{self, e.Ref}
	out.Owner, out.Done, out.Due = record.Owner, record.Done, record.Due
	say := func(code string) {
		out.Reasons = append(out.Reasons, because(code, why, arg("done", out.Done.String()), arg("due", out.Due.String()), arg("owner", out.Owner)))
	}
	if !out.Done.IsZero() && j.watch.Reached(j.zone.Start(out.Done)) {
		out.Standing = Reached
		say("unit.milestone-reached")
		if count, _ := j.documents(record.Evidence, self); count == 0 {
			say("unit.milestone-words-only")
		}
		return out
	}
	if !out.Done.IsZero() {
		say("unit.milestone-in-future")
	}
	ends := j.zone.End(out.Due)
	switch {
	case out.Due.IsZero():
		say("unit.milestone-open")
	case j.watch.Passed(ends):
		out.Standing = Overdue
		say("unit.milestone-overdue")
	default:
		out.Standing = Planned
		j.note(ends, self, "unit.change-milestone")
		say("unit.milestone-planned")
	}
	return out
}

func (j *judging) recordOf(milestone ident.ID) *org.MilestoneRecord {
	for i := range j.unit.Assessment.Milestones {
		if r := &j.unit.Assessment.Milestones[i]; r.ID == milestone {
			return r
		}
	}
	return nil
}
