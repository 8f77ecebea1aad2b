// Package tmlibrary reads the designs that the OWASP Threat Model Library keeps as JSON, in the form 1.0, as a draft of a
// service file.
//
// What goes where:
//
//   - Actors, components and data stores become components. The form does not say what a component is, so it is called a
//     process; an actor is a person, or an external system where it is one or a third party.
//   - Data sets become data: pii is personal, phi is personal and about health, cred is credentials; the other words of
//     sensitivity stay in the note. Where they are placed is what a store holds, and a store is encrypted when every data
//     set placed in it says so.
//   - A flow has a way of signing in when one boundary, and one way only, stands between its two zones. Where a boundary
//     lists several, the form does not say whether one is enough, so it stays unknown.
//   - An assumption is kept unless it was rejected; one that nobody confirmed says so in its words.
//   - A persona becomes somebody who might attack. A level of capability is given only where harm is meant and a skill is
//     said, in the order in which the form has them, from a beginner with ready-made tools (1) to one backed by a state
//     (5); an insider is a position and not a skill.
//   - A risk keeps its likelihood and its impact as the inherent judgement: nothing says that controls were counted. The
//     impact has no axis in the form; it is put on the operational one. A threat that no risk names becomes a risk that
//     nobody has judged.
//   - A control that is active is implemented; one that is approved or scheduled is not started, and is an action of each
//     risk whose threats it answers; one that is suggested or under review is kept without a status. One that is assumed
//     is an assumption and not a control. Retired controls and those that nobody wants are left out. No control lowers a
//     risk by itself: the form does not say by how much. Ids of controls begin with tml-, so that none is taken for a
//     control of the library of Bulkhead by the accident of a name. On which components a control is, nothing says.
//
// What nothing says stays unknown: whether somebody wrote "encrypted: false" is said, whether nobody wrote it is not.
//
// Ids are the symbolic names of the file, made different where two kinds of things become one. The reader is pure and
// bounded, and opens nothing that the file names. Diagrams and extensions are left behind.
package tmlibrary

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

const form = "the Threat Model Library"

// Format is the JSON of the Threat Model Library.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "tmlibrary", Title: "OWASP Threat Model Library 1.0", Sniff: Sniff, Read: Read}
}

// Sniff says whether text looks like a model of the Threat Model Library.
func Sniff(text []byte) bool {
	if !foreign.IsObject(text) {
		return false
	}
	for _, key := range []string{`"scope"`, `"trust_zones"`, `"data_flows"`} {
		if !bytes.Contains(text, []byte(key)) {
			return false
		}
	}
	return true
}

// Read reads a model of the Threat Model Library. What is not one, or is of another version, is a fault.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	var f file
	j, err := foreign.ReadJSON(form, text, limits, &f)
	if err != nil {
		return foreign.Design{}, err
	}
	r := &reader{
		file: j, out: &model.Service{Bulkhead: "v1"},
		at: map[ident.ID]int{}, between: map[[2]ident.ID][]model.SignIn{}, vaults: map[ident.ID]vault{}, threats: map[string]*threat{},
	}
	if err := check(&f); err != nil {
		return foreign.Design{}, err
	}
	r.notes.Add(oddKey, f.odd, f.firstOdd)
	if err := r.all(&f); err != nil {
		return foreign.Design{}, err
	}
	return foreign.Design{Format: "tmlibrary", Service: r.out, Dropped: r.notes.Sentences()}, nil
}

// check says whether the file is of a version that is read. The form is named by an address with the version in it.
func check(f *file) error {
	const marker = "/www-project-threat-model-library/blob/v"
	_, rest, named := strings.Cut(f.Schema, marker)
	version, _, _ := strings.Cut(rest, "/")
	if f.Schema != "" && !(named && strings.HasPrefix(version, "1.0.")) {
		said, _ := foreign.Line(f.Schema, 120)
		return foreign.InvalidAt("/$schema", fmt.Sprintf("this says that it follows %q; version 1.0 of the form of the OWASP Threat Model Library is read (1.0.0 to 1.0.2): save it in that form", said))
	}
	if f.Scope == nil || f.Zones.Absent() || f.Flows.Absent() {
		return foreign.InvalidAt("", "there is no scope, trust_zones or data_flows, so this is no file of the OWASP Threat Model Library; version 1.0 of its form is read (1.0.0 to 1.0.2)")
	}
	return nil
}

// reader makes one draft of one file.
type reader struct {
	file  *foreign.JSON
	notes foreign.Notes
	out   *model.Service

	zones, parts, flows, data, controls, personas, risks list

	at      map[ident.ID]int               // the place of a component among the components
	between map[[2]ident.ID][]model.SignIn // how one signs in between two zones, whichever is named first
	vaults  map[ident.ID]vault             // what is said of the encryption of a store
	threats map[string]*threat
	ordered []*threat // as they come
	assumed foreign.IDs
}

// list is one list of the draft: which symbolic name has which id in it.
type list struct {
	ids   map[string]ident.ID
	given foreign.IDs
}

// claim gives a symbolic name its id, made of the first text that has anything in it; false when the name is taken, which
// is said.
func (r *reader) claim(in *list, symbol string, texts ...string) (ident.ID, bool) {
	if _, twice := in.ids[symbol]; twice && symbol != "" {
		r.notes.Add(duplicate, 1, symbol)
		return "", false
	}
	if in.ids == nil {
		in.ids = map[string]ident.ID{}
	}
	id := in.given.Take(texts...)
	in.ids[symbol] = id
	return id, true
}

// find gives the id that a symbolic name stands for; none, which is said, when there is none.
func (r *reader) find(in *list, symbol string) ident.ID {
	if symbol == "" {
		return ""
	}
	id, known := in.ids[symbol]
	if !known {
		r.notes.Add(dangling, 1, symbol)
	}
	return id
}

func (r *reader) all(f *file) error {
	r.identity(f)
	for _, step := range []func(*file) error{
		r.readZones, r.readBoundaries, r.readActors, r.readComponents, r.readStores, r.readSets, r.readFlows,
		r.readAssumptions, r.readPersonas, r.readThreats, r.readControls, r.readRisks,
	} {
		if err := step(f); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) identity(f *file) {
	s := r.out
	s.Service.Name, s.Service.Phase, s.Service.Purpose = r.name(f.Scope.Title), model.Discovery, r.line(f.Description)
	if s.Service.Name == "" {
		s.Service.Name = foreign.Untitled
		r.notes.Add(foreign.NoTitle, 1, "")
	}
	s.Service.ID = cmp.Or(ident.Suggest(s.Service.Name), foreign.Untitled)
	s.Context.Scope.Statement = r.line(f.Scope.Description)
	s.Context.BusinessImpact.Criticality = criticality(f.Scope.Criticality)
	s.Threats.Model = model.Artefact{Title: "Threat model of " + s.Service.Name, Version: r.name(f.Version)}
	for _, l := range []struct{ title, at string }{{"Source code", f.Repository}, {"Documentation of the release", f.Documents}} {
		if place := foreign.Place(l.at); place != "" {
			s.Service.Links = append(s.Service.Links, model.Link{Title: l.title, Location: place})
		}
	}
	r.leave(f)
}

// leave says what of the file as a whole has no place.
func (r *reader) leave(f *file) {
	for _, s := range []struct {
		note foreign.Note
		said string
	}{{tier, f.Scope.Tier}, {exposure, f.Scope.Exposure}} {
		if s.said != "" {
			r.notes.Add(s.note, 1, s.said)
		}
	}
	for _, date := range []string{f.Released, f.ProductRelease, f.Reviewed} {
		if date != "" {
			r.notes.Add(dates, 1, date)
		}
	}
	for _, part := range []struct {
		note foreign.Note
		raw  foreign.Raw
	}{{sensitivity, f.Scope.Sensitivity}, {diagrams, f.Diagrams}, {extensions, f.Extensions}} {
		if !part.raw.Absent() && len(part.raw.RawMessage) > 2 {
			r.notes.Add(part.note, 1, "")
		}
	}
}

// line gives a text as one line, and counts it when it had to be cut.
func (r *reader) line(s string) string { return r.notes.Cut(s, foreign.MaxText) }

// name gives a name as one line.
func (r *reader) name(s string) string { return r.notes.Cut(s, foreign.MaxName) }
