package app

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

// Organised is the units of an organisation, judged with the services at a place.
type Organised struct {
	Units    []*unit.Posture // in order of id
	Outside  []ident.ID      // services that name no unit of the organisation, in order of id
	Services *Checked
	file     *org.Organisation
}

// Organisation judges the units of the organisation that the services at a place belong to. There may be no services yet.
func Organisation(where Where, at When) (*Organised, error) {
	cases, err := servicesAt(where)
	if err != nil {
		return nil, err
	}
	var h Home
	if len(cases) > 0 {
		h = Home{Organisation: cases[0].Sources.Organisation, Library: cases[0].Sources.Library, Zone: cases[0].Zone}
	} else if h, err = loadHome(where); err != nil {
		return nil, err
	}
	if h.Organisation == nil {
		return nil, noOrganisation(where)
	}
	estate, checked, err := ready(cases, true, nil)
	if err != nil {
		return nil, err
	}
	checked.Zone = h.Zone // there may be no service to know it from
	checked.files = append(checked.files, organisationFile(where))
	if err := checked.judge(estate, at); err != nil {
		return nil, err
	}
	out := &Organised{Services: checked, Outside: []ident.ID{}, file: h.Organisation}
	services := make([]unit.Service, len(checked.Postures))
	for i, p := range checked.Postures {
		of := &checked.Services[p.Service].Service
		services[i] = unit.Service{Posture: p, Name: of.Name, Unit: of.Unit}
		if h.Organisation.Unit(of.Unit) == nil {
			out.Outside = append(out.Outside, p.Service)
		}
	}
	if out.Units, err = unit.Assess(h.Organisation, h.Library, services, checked.moment); err != nil {
		return nil, err
	}
	for _, u := range out.Units {
		report.SayUnit(u)
	}
	return out, nil
}

// organisationFile gives the file that the organisation was read from.
func organisationFile(where Where) string {
	if where.Organisation != "" {
		return where.Organisation
	}
	found, _ := folder.Organisation(where.Path, "") // it was found before
	return found
}

// Withheld says why only counts may be shown in a log, as [Withheld] does of services. Where there is no service that
// could say that its log may show more, it may not.
func (o *Organised) Withheld(ci string) string {
	if why := Withheld(ci, o.Services); why != "" || len(o.Services.Services) > 0 || !InPipeline(ci) {
		return why
	}
	return "because this is a pipeline (CI is set) and there is no service file here that says that its log may show weaknesses. To have all: write it to a file with --out FILE, or add --show."
}

// Unit gives the posture of one unit.
func (o *Organised) Unit(id string) (*unit.Posture, error) {
	for _, u := range o.Units {
		if strings.EqualFold(string(u.Unit), id) {
			return u, nil
		}
	}
	var names []string
	for i := range o.file.Units {
		names = append(names, string(o.file.Units[i].ID))
	}
	if slices.Contains(names, id) {
		return nil, fault.New(fault.NotFound, "the unit %s has no `assessment` in the organisation file, and no service here is of it or of a unit below it", id)
	}
	return nil, fault.New(fault.NotFound, "there is no unit in the organisation file called %s%s", id, didYouMean(id, names))
}

// servicesAt loads the services at a place; a folder may hold none.
func servicesAt(where Where) ([]Case, error) {
	if _, _, err := folder.Find(where.Path); fault.KindOf(err) == fault.NotFound && err != nil {
		if info, absent := os.Stat(where.Path); absent == nil && info.IsDir() {
			return nil, nil
		}
		return nil, err
	}
	cases, _, err := Load(where)
	return cases, err
}

func noOrganisation(where Where) error {
	return fault.New(fault.NotFound, `there is no %[2]s in %[1]s, nor in a folder above it, so there are no units to judge.

Name the file with --organisation, or begin with a new %[2]s:

    bulkhead: v1
    id: my-organisation
    name: My organisation
    units:
      - {id: my-unit, name: My unit}`, where.Path, org.File)
}

// answersKnown finds what the organisation file names that the library does not have: questions, milestones, and
// principles to adopt.
func (h Home) answersKnown(source schema.Source) error {
	if h.Organisation == nil {
		return nil
	}
	doc, err := schema.Parse(source)
	if err != nil {
		return err
	}
	problems := h.unknownAdopted(doc)
	questions, notAdopted := h.questions()
	var milestones []string
	for _, m := range unit.Milestones(h.Library) {
		milestones = append(milestones, string(m.Item.ID))
	}
	for i := range h.Organisation.Units {
		u := &h.Organisation.Units[i]
		for k := range u.Assessment.Answers {
			id := string(u.Assessment.Answers[k].ID)
			path := "/units/" + string(u.ID) + "/assessment/answers/" + id + "/id"
			switch asked := questions[id]; {
			case len(asked) > 1:
				problems = append(problems, doc.Fault(path, "the principles %s all ask a question %s, so one answer could mean any of them; give that of the organisation's own another id", strings.Join(asked, ", "), id))
			case len(asked) == 0 && notAdopted[id] != "":
				problems = append(problems, doc.Fault(path, "the question %s is asked by the principle %s, which is only for those who adopt it: add it to `adopts`", id, notAdopted[id]))
			case len(asked) == 0:
				problems = append(problems, doc.Fault(path, "there is no question asked of organisations called %s%s", id, didYouMean(id, keys(questions))))
			}
		}
		for k := range u.Assessment.Milestones {
			if id := string(u.Assessment.Milestones[k].ID); !slices.Contains(milestones, id) {
				problems = append(problems, doc.Fault("/units/"+string(u.ID)+"/assessment/milestones/"+id+"/id", "there is no milestone of adoption called %s%s", id, didYouMean(id, milestones)))
			}
		}
	}
	return doc.Fail(problems, 0)
}

// unknownAdopted finds principles to adopt that are not there.
func (h Home) unknownAdopted(doc *schema.Document) (problems []fault.Field) {
	var all []string
	for _, p := range h.Library.Principles {
		all = append(all, string(p.Item.ID))
	}
	for i, id := range h.Organisation.Adopts {
		if !slices.Contains(all, string(id)) {
			problems = append(problems, doc.Fault("/adopts/"+strconv.Itoa(i), "there is no principle in the library called %s%s", id, didYouMean(string(id), all)))
		}
	}
	return problems
}

// questions gives the principles that ask each question of the organisation, and for each other question the principle
// that would ask it if it were adopted.
func (h Home) questions() (asked map[string][]string, notAdopted map[string]string) {
	asked, notAdopted = map[string][]string{}, map[string]string{}
	for _, q := range unit.Questions(h.Organisation, h.Library) {
		asked[string(q.Statement.ID)] = append(asked[string(q.Statement.ID)], string(q.Principle.ID))
	}
	for _, p := range h.Library.Principles {
		for _, st := range p.Item.Statements {
			if st.AskedOf == library.OfOrganisation && asked[string(st.ID)] == nil {
				notAdopted[string(st.ID)] = string(p.Item.ID)
			}
		}
	}
	return asked, notAdopted
}

func keys[V any](m map[string]V) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
