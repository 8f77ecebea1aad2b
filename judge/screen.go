package judge

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// screen is the data-protection screen: the criteria of the library, met by what the data is and what the team said. While
// a question is not answered that could make an assessment necessary, nobody knows that none is; nor while nobody has said
// what data there is at all.
func (j *judging) screen() Screen {
	s := j.service()
	personal, protected := model.No, model.No
	if len(s.Data) == 0 {
		personal = model.Unknown
	}
	why := []ident.Ref{}
	for i := range s.Data {
		d := &s.Data[i]
		personal, protected = graver(personal, d.Personal), graver(protected, special(d))
		if d.Personal != model.No {
			why = append(why, dataRef(d.ID))
		}
	}
	met, open := j.criteriaMet()
	out := Screen{Criteria: []string{}, Outcome: together(met)}
	for _, c := range met {
		out.Criteria = append(out.Criteria, c.Item.Title)
		why = append(why, c.Ref)
	}
	switch {
	case personal == model.No:
		out.Outcome = "not-indicated"
	case personal == model.Unknown:
		out.Outcome = "unknown"
	case protected == model.Unknown:
		out.Outcome = graverScreen(out.Outcome, "likely")
	case out.Outcome == "not-indicated" && together(append(slices.Clone(met), open...)) != "not-indicated":
		out.Outcome = "unknown"
		out.Reasons = []Reason{because("context.screen-unanswered", append(why, criteria(open)...), Arg{"questions", questions(open)})}
		return out
	}
	if len(why) == 0 {
		why = refs(ident.Claim("service"))
	}
	out.Reasons = []Reason{because("context.data-protection-"+out.Outcome, why, Arg{"criteria", strings.Join(out.Criteria, "; ")})}
	return out
}

type criterion = *library.Entry[library.Criterion]

// together gives what criteria that are met come to.
func together(met []criterion) string {
	outcome := "not-indicated"
	for _, c := range met {
		alone := c.Item.Alone
		if len(met) > 1 && c.Item.Together != "" {
			alone = c.Item.Together
		}
		outcome = graverScreen(outcome, string(alone))
	}
	return outcome
}

func criteria(list []criterion) (out []ident.Ref) {
	for _, c := range list {
		out = append(out, c.Ref)
	}
	return out
}

// questions names the questions of the screen that criteria wait for, as they are written in the service file.
func questions(list []criterion) string {
	var names []string
	for _, c := range list {
		if name := string(c.Item.Said); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// graverScreen gives the graver of two outcomes.
func graverScreen(a, b string) string {
	order := []string{"not-indicated", "likely", "required"}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// criteriaMet gives the criteria that are met, in their order, and those that would be if a question that nobody has
// answered were answered yes.
func (j *judging) criteriaMet() (met, open []criterion) {
	for i := range j.library.Screen {
		c := &j.library.Screen[i]
		if aboutData(c.Item) && !slices.ContainsFunc(j.service().Data, func(d model.Data) bool { return concerns(c.Item, &d) }) {
			continue
		}
		switch {
		case c.Item.Said == "" || j.screenAnswer(c.Item.Said) == model.Yes:
			met = append(met, c)
		case j.screenAnswer(c.Item.Said) == model.Unknown:
			open = append(open, c)
		}
	}
	return met, open
}

// screenAnswer gives the team's answer to a question of the screen.
func (j *judging) screenAnswer(q library.ScreenQuestion) model.Attribute {
	p := &j.service().Context.DataProtection
	return map[library.ScreenQuestion]model.Attribute{
		"innovative_technology": p.InnovativeTechnology, "automated_decisions": p.AutomatedDecisions, "profiling": p.Profiling, "matching": p.Matching,
		"invisible_processing": p.InvisibleProcessing, "tracking": p.Tracking, "public_monitoring": p.PublicMonitoring, "physical_harm": p.PhysicalHarm,
	}[q]
}

func aboutData(c *library.Criterion) bool {
	return c.Special == model.Yes || len(c.Categories) > 0 || len(c.Subjects) > 0 || c.Records > 0
}

// concerns says whether a data item is all that a criterion asks. Data that is not personal meets none; how many records
// there are, where nobody has said, is taken to be enough.
func concerns(c *library.Criterion, d *model.Data) bool {
	if d.Personal == model.No {
		return false
	}
	categories := slices.ContainsFunc(c.Categories, func(id ident.ID) bool {
		return slices.Contains(d.SpecialCategories, model.SpecialCategory(id)) || id == "criminal-offence" && d.CriminalOffence == model.Yes
	})
	subjects := slices.ContainsFunc(c.Subjects, func(p model.People) bool { return slices.Contains(d.Subjects, p) })
	return (c.Special != model.Yes || special(d) == model.Yes) && (len(c.Categories) == 0 || categories) &&
		(len(c.Subjects) == 0 || subjects) && (d.Records == 0 || d.Records >= c.Records)
}
