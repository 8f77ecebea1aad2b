package app

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// Imported is a service file that was drafted from a design in somebody else's format.
type Imported struct {
	Format    exchange.DesignFormat
	Service   *model.Service
	Text      []byte // of the service file
	Dropped   []string
	Questions []report.Asking // what nobody has said, those first on which most threats hang
	Undated   bool            // nobody said the phase
}

// Naming is what somebody says of a service that is drafted from a file. What is empty is as the file has it.
type Naming struct{ ID, Name, Phase string }

// Import drafts a service file from a design. The draft is read back before it is given; the file that it is made from is
// all that is read of what it names.
func Import(where Where, format, file string, naming Naming) (*Imported, error) {
	home, err := loadHome(where)
	if err != nil {
		return nil, err
	}
	design, err := readDesign(format, file)
	if err != nil {
		return nil, err
	}
	out := &Imported{Service: design.Service, Dropped: design.Dropped}
	if out.Format, err = exchange.DesignNamed(design.Format); err != nil {
		return nil, err
	}
	if err := out.call(naming); err != nil {
		return nil, err
	}
	if out.Text, err = home.whole(out.Service); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the draft would not be whole, so nothing was written")
	}
	out.Questions = questions(out.Service, home.Library)
	return out, nil
}

// readDesign reads a file as a design.
func readDesign(format, file string) (exchange.Design, error) {
	if format != "" && format != exchange.Auto {
		if _, err := exchange.DesignNamed(format); err != nil {
			return exchange.Design{}, err
		}
	}
	source, err := folder.ReadUpTo(file, int64(exchange.Default().Bytes))
	if err != nil {
		return exchange.Design{}, err
	}
	return exchange.ReadDesign(format, file, source.Text)
}

// call gives a draft the names that were said. No format says the phase of a service in a way that can be relied on, and
// where nobody says it the draft is live, of which the most is asked: nobody gains by saying nothing.
func (i *Imported) call(naming Naming) error {
	said := Said{}
	for _, a := range []struct {
		flag, answer string
		take         func(*Said, string) error
	}{
		{"--id", naming.ID, takeID},
		{"--name", naming.Name, takeText(foreign.MaxName, func(s *Said) *string { return &s.Name })},
		{"--phase", naming.Phase, takeWord(func(s *Said) *model.Phase { return &s.Phase })},
	} {
		if a.answer == "" {
			continue
		}
		if err := a.take(&said, a.answer); err != nil {
			return fault.Wrap(fault.Invalid, err, "%s", a.flag)
		}
	}
	s := &i.Service.Service
	s.ID, s.Name = cmp.Or(said.ID, ident.Suggest(said.Name), s.ID), cmp.Or(said.Name, s.Name)
	s.Phase, i.Undated = cmp.Or(said.Phase, model.Live), said.Phase == ""
	return nil
}

// whole writes a service file, once reading it again gives the same service and everything that it names is there.
func (h Home) whole(s *model.Service) ([]byte, error) {
	text, err := model.Write(s)
	if err != nil {
		return nil, err
	}
	back, document, err := model.Read(schema.Source{File: model.File, Text: text})
	if err != nil {
		return nil, err
	}
	said, err := ident.Sum(s)
	if err != nil {
		return nil, err
	}
	if got, err := ident.Sum(back); err != nil || got != said {
		return nil, fault.New(fault.Internal, "it does not say what was to be said")
	}
	return text, fault.At(h.unknown(back, document))
}

// questions runs the threat rules over a draft, and gives what they ask: those first on which most threats hang.
func questions(s *model.Service, lib *library.Library) (out []report.Asking) {
	book, _ := threat.NewRulebook(lib) // what is wrong with a rule was told when its pack was linted
	at := map[string]int{}
	for _, c := range book.Candidates(threat.Arrange(s, lib)) {
		counted := map[string]bool{}
		for _, q := range c.Asks {
			asking := answerable(s, q)
			if _, is := at[asking.Ref]; !is {
				at[asking.Ref] = len(out)
				out = append(out, asking)
			}
			if strings.HasPrefix(asking.Ref, strings.TrimPrefix(q.Of.Path, "/")+"/") {
				out[at[asking.Ref]].Text = asking.Text // asked of the element itself, which is clearer than of what holds it
			}
			if !counted[asking.Ref] {
				out[at[asking.Ref]].Threats++
			}
			counted[asking.Ref] = true
		}
	}
	slices.SortStableFunc(out, func(a, b report.Asking) int { return cmp.Or(b.Threats-a.Threats, cmp.Compare(a.Ref, b.Ref)) })
	return out
}

// answerable says where a question is answered in the service file. How exposed a component is follows from its zone, so
// that is asked about, once for all that is in it. What has no key of its own is answered somewhere at the element.
func answerable(s *model.Service, q threat.Question) report.Asking {
	element := strings.TrimPrefix(q.Of.Path, "/")
	if id, is := strings.CutPrefix(element, "architecture/components/"); is {
		switch q.Is {
		case "exposure":
			return exposed(s, ident.ID(id))
		case "personal":
			return report.Asking{Ref: unsaid(s, ident.ID(id)), Text: q.Text}
		}
	}
	if kind, _, _ := strings.Cut(strings.TrimPrefix(element, "architecture/"), "/"); !hasKey(kind, q.Is) {
		return report.Asking{Ref: element, Text: q.Text}
	}
	return report.Asking{Ref: element + "/" + q.Is, Text: q.Text}
}

// unsaid gives the place of the first data in a component of which nobody said whether it is about people.
func unsaid(s *model.Service, id ident.ID) string {
	element := "architecture/components/" + string(id)
	for i := range s.Architecture.Components {
		c := &s.Architecture.Components[i]
		if c.ID != id {
			continue
		}
		if len(c.Holds)+len(c.Handles) == 0 {
			return element + "/handles"
		}
		for j := range s.Data {
			if d := &s.Data[j]; d.Personal == "" && (slices.Contains(c.Holds, d.ID) || slices.Contains(c.Handles, d.ID)) {
				return "data/" + string(d.ID) + "/personal"
			}
		}
	}
	return element
}

// exposed asks for what decides how exposed a component is: its zone, and who can be expected there.
func exposed(s *model.Service, id ident.ID) report.Asking {
	a := &s.Architecture
	for i := range a.Components {
		c := &a.Components[i]
		if c.ID != id {
			continue
		}
		for j := range a.Zones {
			if z := &a.Zones[j]; z.ID == c.Zone {
				return report.Asking{Ref: "architecture/zones/" + string(z.ID) + "/trust", Text: "Who can be expected in the zone " + cmp.Or(z.Name, string(z.ID)) + "?"}
			}
		}
		return report.Asking{Ref: "architecture/components/" + string(id) + "/zone", Text: "Which zone is " + cmp.Or(c.Name, string(id)) + " in, and who can be expected there?"}
	}
	return report.Asking{Ref: "architecture/components/" + string(id), Text: "Who can reach " + string(id) + "?"}
}

// hasKey says whether elements of a kind have a key in the service file.
func hasKey(kind, key string) bool {
	of := map[string]reflect.Type{
		"components": reflect.TypeFor[model.Component](), "flows": reflect.TypeFor[model.Flow](), "identities": reflect.TypeFor[model.Account](),
		"runtimes": reflect.TypeFor[model.Runtime](), "zones": reflect.TypeFor[model.Zone](), "data": reflect.TypeFor[model.Data](), "suppliers": reflect.TypeFor[model.Engagement](),
	}[kind]
	if of == nil {
		return false
	}
	for f := range of.Fields() {
		if f.Tag.Get("json") == key {
			return true
		}
	}
	return false
}

// Write writes the draft to a new file. One that is there already is never written over.
func (i *Imported) Write(file string) error { return writeNew(file, i.Text) }

// writeNew writes a file that is not there yet.
func writeNew(file string, text []byte) error {
	err := folder.Create(file, text)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return fault.New(fault.Conflict, "%s is there already and is left as it is: name another file, or move it away first", file)
	}
	return err
}

// Carried counts what was carried over.
func (i *Imported) Carried() report.Carried {
	s := i.Service
	a := &s.Architecture
	return report.Carried{
		Components: len(a.Components), Flows: len(a.Flows), Data: len(s.Data), Zones: len(a.Zones), Runtimes: len(a.Runtimes), Identities: len(a.Identities),
		Risks: len(s.Risks), Controls: len(s.Controls), Assumptions: len(s.Assumptions),
	}
}
