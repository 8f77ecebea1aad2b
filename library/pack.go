package library

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// ReadPack reads a pack as it is written, checks all that can be checked of one pack alone, and gives it with its digest.
// What it says of other packs is for [Lint].
func ReadPack(source schema.Source) (Pack, error) {
	doc, err := schema.Parse(source)
	if err != nil {
		return Pack{}, err
	}
	var p Pack
	if err := doc.Decode(&p); err != nil {
		return Pack{}, err
	}
	problems := lintPack(&p)
	problems = problems[:min(len(problems), schema.MaxProblems)]
	for i, problem := range problems {
		place := doc.Where(problem.Path)
		problems[i].File, problems[i].Line, problems[i].Column = place.File, place.Line, place.Column
	}
	if err := fault.At(problems); err != nil {
		return Pack{}, err
	}
	p.Digest, err = ident.Sum(p)
	return p, err
}

// Item is one item of a pack, as far as all items are alike.
type Item struct {
	Kind string // the key of the list that it is in
	ID   string // unique among its kind, save that a statement is unique in its pack only
	Text string // what it is called or, for want of that, what it is about
	Mark Mark   // its own mark, or that of its pack
	Path string // where it stands in the pack
}

// Items gives every item of a pack that has a mark, in the order of the pack. The statements of a principle follow it.
func (p *Pack) Items() []Item {
	list := itemList{mark: p.Mark}
	for _, x := range p.Areas {
		list.add("areas", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Roles {
		list.add("roles", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Phases {
		list.add("phases", ident.ID(x.ID), x.Title, x.Mark)
	}
	for _, x := range p.Tiers {
		list.add("tiers", x.ID, x.Title, x.Mark)
	}
	for i, x := range p.Matrix {
		list.put("matrix", "matrix/"+strconv.Itoa(i), string(x.Band), string(x.Band), x.Mark)
	}
	for _, x := range p.Activities {
		list.add("activities", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Principles {
		list.add("principles", x.ID, x.Title, x.Mark)
		for _, s := range x.Statements {
			list.put("statements", "principles/"+string(x.ID)+"/statements/"+string(s.ID), string(s.ID), s.Text, s.Mark)
		}
	}
	for _, x := range p.Controls {
		list.add("controls", x.ID, x.Title, x.Mark)
	}
	list.addRules(p)
	return list.items
}

type itemList struct {
	mark  Mark
	items []Item
}

func (l *itemList) addRules(p *Pack) {
	for _, x := range p.Baselines {
		l.add("baselines", x.ID, string(x.Tier), x.Mark)
	}
	for _, x := range p.Authority {
		l.add("authority", x.ID, string(x.Decision), x.Mark)
	}
	for _, x := range p.Profiles {
		l.add("profiles", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Gates {
		l.add("gates", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Deadlines {
		l.add("deadlines", x.ID, string(x.Severity), x.Mark)
	}
	for i := range p.Frameworks {
		l.addFramework(&p.Frameworks[i])
	}
	for _, x := range p.Obligations {
		l.add("obligations", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Categories {
		l.add("categories", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Screen {
		l.add("screen", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Milestones {
		l.add("milestones", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Clauses {
		l.add("clauses", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Training {
		l.add("training", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Threats {
		l.add("threats", x.ID, x.Title, x.Mark)
	}
	for _, x := range p.Steps {
		l.add("steps", x.ID, x.Title, x.Mark)
	}
}

// addFramework adds a framework with its requirements, profiles and migrations. Ids of requirements are those of the
// framework, in its own letters.
func (l *itemList) addFramework(f *Framework) {
	at := "frameworks/" + string(f.ID) + "@" + f.Version
	l.put("frameworks", at, string(f.ID), f.Title, f.Mark)
	within := *l
	if f.Mark != "" {
		within.mark = f.Mark
	}
	for _, r := range f.Requirements {
		within.put("requirements", at+"/requirements/"+r.ID, r.ID, r.Title, r.Mark)
	}
	for _, m := range f.Profiles {
		within.put("minimums", at+"/profiles/"+string(m.ID), string(m.ID), m.Title, m.Mark)
	}
	for _, m := range f.Migrations {
		within.put("migrations", at+"/migrations/"+m.From, m.From, "from "+m.From, m.Mark)
	}
	l.items = within.items
}

func (l *itemList) add(kind string, id ident.ID, text string, mark Mark) {
	l.put(kind, kind+"/"+string(id), string(id), text, mark)
}

func (l *itemList) put(kind, path, id, text string, mark Mark) {
	if mark == "" {
		mark = l.mark
	}
	l.items = append(l.items, Item{Kind: kind, ID: id, Text: text, Mark: mark, Path: "/" + path})
}
