package tmlibrary

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// criticality gives the criticality for a degree of the form.
func criticality(degree string) model.Criticality {
	switch degree {
	case "minimal", "low":
		return "low"
	case "moderate":
		return "medium"
	case "high":
		return "high"
	case "maximal":
		return "critical"
	}
	return ""
}

func (r *reader) readPersonas(f *file) error {
	skills := []string{"script_kid", "engineer", "expert_engineer", "oc_sponsored", "state_sponsored"}
	return foreign.Each(r.file, f.Personas, "/threat_personas", func(p *persona, _ string) error {
		id, fresh := r.claim(&r.personas, p.Symbol, p.Symbol, p.Title, "persona")
		if !fresh {
			return nil
		}
		a := model.Actor{ID: id, Name: r.name(p.Title)}
		if a.Name == "" {
			a.Name = string(id)
		}
		switch {
		case p.Malicious == nil:
		case *p.Malicious:
			a.Kind = "adversarial"
			a.Capability = model.Level(slices.Index(skills, p.Skill) + 1)
		case p.Person:
			a.Kind = "accidental"
		}
		r.describes(&p.named)
		r.notes.Add(reach, 1, "")
		r.out.Threats.Actors = append(r.out.Threats.Actors, a)
		return nil
	})
}

// threat is what is kept of a threat until the risks are read.
type threat struct {
	symbol, title, text string
	known               string // its weaknesses and mechanisms in the lists of others
	components          []ident.ID
	planned             []*model.Control
	named               bool // by a risk
}

func (r *reader) readThreats(f *file) error {
	return foreign.Each(r.file, f.Threats, "/threats", func(e *event, path string) error {
		if r.threats[e.Symbol] != nil && e.Symbol != "" {
			r.notes.Add(duplicate, 1, e.Symbol)
			return nil
		}
		t := &threat{symbol: e.Symbol, title: r.name(e.Title), text: e.Description}
		err := foreign.Each(r.file, e.Affected, path+"/components_affected", func(symbol *string, _ string) error {
			if id := r.find(&r.parts, keyed(ofComponent, *symbol)); id != "" {
				t.components = append(t.components, id)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if t.known, err = r.known(e, path); err != nil {
			return err
		}
		r.notes.Add(origin, 1, e.Title)
		r.threats[e.Symbol] = t
		r.ordered = append(r.ordered, t)
		return nil
	})
}

// known gives the first of the weaknesses and mechanisms that a threat names.
func (r *reader) known(e *event, path string) (string, error) {
	var all []string
	add := func(kind string, n json.Number) {
		if id, err := strconv.ParseInt(string(n), 10, 32); err == nil && id > 0 && len(all) < 6 {
			all = append(all, kind+"-"+strconv.FormatInt(id, 10))
		}
	}
	err := foreign.Each(r.file, e.Weaknesses, path+"/weaknesses", func(one *entry, _ string) error {
		add("CWE", one.CWE)
		return nil
	})
	if err == nil {
		err = foreign.Each(r.file, e.Mechanisms, path+"/attack_mechanisms", func(one *entry, _ string) error {
			add("CAPEC", one.CAPEC)
			return nil
		})
	}
	return strings.Join(all, ", "), err
}

func (r *reader) readControls(f *file) error {
	return foreign.Each(r.file, f.Controls, "/controls", func(c *control, path string) error {
		threats, err := r.named(c.Threats, path+"/threats")
		if err != nil {
			return err
		}
		if !c.Boundary.Absent() {
			r.notes.Add(atBoundary, 1, c.Title)
		}
		progress, kept := r.progress(c)
		if !kept {
			return nil
		}
		id, fresh := r.claim(&r.controls, c.Symbol, "tml-"+c.Symbol+suffix(c))
		if !fresh {
			return nil
		}
		out := model.Control{ID: id, Title: r.name(c.Title), Description: r.line(c.Description), Progress: progress}
		out.Note = foreign.Sentences(labelled("Status in the file: ", r.word(c.Status)), labelled("Priority: ", r.word(c.Priority)), labelled("Answers: ", r.titles(threats)))
		r.out.Controls = append(r.out.Controls, out)
		if progress == model.NotStarted {
			for _, t := range threats {
				t.planned = append(t.planned, &out)
			}
		}
		return nil
	})
}

// suffix gives a name to a control that has no symbolic one.
func suffix(c *control) string {
	if c.Symbol != "" {
		return ""
	}
	return c.Title
}

// progress gives what a status says of a control; false where the control is not kept as one.
func (r *reader) progress(c *control) (model.Progress, bool) {
	switch c.Status {
	case "active":
		r.notes.Add(active, 1, c.Title)
		return model.Implemented, true
	case "approved", "scheduled":
		return model.NotStarted, true
	case "assumed":
		r.notes.Add(assumed, 1, c.Title)
		title := r.title(c.Title, ident.ID(r.word(c.Symbol)))
		r.assume(title, foreign.Sentences("It is taken to be so that this control is there: "+title, r.line(c.Description)))
		return "", false
	case "retired", "wont_do":
		r.notes.Add(unwanted, 1, c.Title)
		return "", false
	}
	r.notes.Add(suggested, 1, c.Title)
	return "", true
}

// named gives the threats of a list of symbolic names, each once.
func (r *reader) named(from foreign.Raw, path string) ([]*threat, error) {
	var all []*threat
	seen := map[*threat]bool{}
	err := foreign.Each(r.file, from, path, func(symbol *string, _ string) error {
		switch t := r.threats[*symbol]; {
		case t == nil:
			r.notes.Add(dangling, 1, *symbol)
		case !seen[t]:
			seen[t] = true
			all = append(all, t)
		}
		return nil
	})
	return all, err
}

func (r *reader) readRisks(f *file) error {
	err := foreign.Each(r.file, f.Risks, "/risks", func(one *risk, path string) error {
		threats, err := r.named(one.Threats, path+"/threats")
		if err != nil {
			return err
		}
		for _, t := range threats {
			t.named = true
		}
		id, fresh := r.claim(&r.risks, one.Symbol, one.Symbol, one.Title, "risk")
		if !fresh {
			return nil
		}
		out := model.Risk{ID: id, Title: r.title(one.Title, id), Statement: foreign.Sentences(r.line(one.Description), r.line(one.Meaning))}
		out.Inherent = r.judged(one)
		return r.add(out, threats, path)
	})
	if err != nil {
		return err
	}
	for _, t := range r.ordered {
		if t.named {
			continue
		}
		r.notes.Add(unnamed, 1, t.title)
		id := r.risks.given.Take(t.symbol, t.title, "threat")
		out := model.Risk{ID: id, Title: r.title(t.title, id), Statement: r.line(t.text)}
		if err := r.add(out, []*threat{t}, "/threats"); err != nil {
			return err
		}
	}
	return nil
}

// add puts a risk into the register, with what follows from its threats. What it copies counts as read, because a short
// file can name a long list many times.
func (r *reader) add(out model.Risk, threats []*threat, path string) error {
	actions := map[ident.ID]bool{}
	for _, t := range threats {
		for range len(t.components) + len(t.planned) {
			if err := r.file.Spend(path); err != nil {
				return err
			}
		}
		out.Components = append(out.Components, t.components...)
		for _, c := range t.planned {
			if !actions[c.ID] {
				actions[c.ID] = true
				text := "Put in place: " + r.title(c.Title, c.ID)
				out.Actions = append(out.Actions, model.Action{ID: c.ID, Text: text, Progress: model.NotStarted, Controls: []ident.ID{c.ID}})
			}
		}
	}
	out.Components = foreign.Union(out.Components)
	out.Note = foreign.Sentences(labelled("Threats: ", r.titles(threats)))
	r.out.Risks = append(r.out.Risks, out)
	return nil
}

// titles gives the titles of the first threats.
func (r *reader) titles(threats []*threat) string {
	const shown = 4
	var all []string
	for _, t := range threats[:min(len(threats), shown)] {
		title := r.title(t.title, ident.ID(r.word(t.symbol)))
		if t.known != "" {
			title += " (" + t.known + ")"
		}
		all = append(all, title)
	}
	if more := len(threats) - shown; more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, "; ")
}

// title gives the title of a thing, or its id where it has none.
func (r *reader) title(title string, id ident.ID) string {
	if title = r.name(title); title != "" {
		return title
	}
	return string(id)
}

// word gives one of the form's words as a person would write it.
func (r *reader) word(s string) string { return strings.ReplaceAll(r.name(s), "_", " ") }

func labelled(label, s string) string {
	if s == "" {
		return ""
	}
	return label + s
}

// judged gives the likelihood and impact of a risk, where both are said in the words of the form.
func (r *reader) judged(one *risk) model.Judgement {
	likelihood := 1 + slices.Index([]string{"rare", "unlikely", "possible", "likely", "certain"}, one.Likelihood)
	impact := 1 + slices.Index([]string{"negligible", "minor", "moderate", "major", "severe"}, one.Impact)
	if likelihood == 0 || impact == 0 {
		r.notes.Add(unjudged, 1, one.Title)
		return model.Judgement{}
	}
	r.notes.Add(inherent, 1, one.Title)
	if score := string(one.Score); score != "" && score != strconv.Itoa(likelihood*impact) {
		r.notes.Add(otherScore, 1, one.Title)
	}
	return model.Judgement{Likelihood: model.Level(likelihood), Impact: model.Impact{Operational: model.Level(impact)}}
}
