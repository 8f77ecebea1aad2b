// Package threatdragon reads the designs that OWASP Threat Dragon saves as JSON, of its versions 1 and 2, as a draft of a
// service file.
//
// Actors, processes and stores become components, and flows become flows. A boundary that is drawn as a box becomes a
// zone: what has its centre inside is in that zone, the smallest where boxes are nested, and a box inside a box has it
// for its parent. A boundary that is drawn as a curve says nothing of what it parts, so it is counted and left out.
//
// A tick in Threat Dragon that is not set says nothing: false is what the tool writes when nobody looked. So only a tick
// that is set is carried over, and "not encrypted" becomes unknown, never "no encryption". What is ticked and has no
// attribute of ours is kept in the tags or the note of its component, or in the note of its flow.
//
// An open threat becomes a risk in the register that nobody has judged yet: its severity is one word for two judgements,
// so it stays in the note. Open threats that say the same become one risk. An accepted or transferred threat becomes a
// risk with that treatment, because somebody still bears it and a decision is needed for that. What is mitigated, avoided,
// eliminated or not applicable is counted and left out: a register with all of those hides those that matter.
// The type of a threat is carried over as STRIDE; one of another method (LINDDUN, CIA, DIE, PLOT4ai) as its category.
//
// Ids are made from names and are the same whenever the same file is read. Elements of one name in two diagrams are two;
// elements of one id are one, as first drawn. Names of people are left out.
//
// The reader is pure and bounded, and opens nothing that the file names.
package threatdragon

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Format is the JSON of Threat Dragon.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "threatdragon", Title: "OWASP Threat Dragon 1 or 2", Sniff: Sniff, Read: Read}
}

// Sniff says whether text looks like a model of Threat Dragon.
func Sniff(text []byte) bool {
	if !foreign.IsObject(text) || bytes.Contains(text, []byte(`"bomFormat"`)) {
		return false
	}
	for _, key := range []string{`"summary"`, `"detail"`, `"diagrams"`} {
		if !bytes.Contains(text, []byte(key)) {
			return false
		}
	}
	return true
}

// file is what a file holds.
type file struct {
	Version string `json:"version"`
	Summary *struct {
		Title       string `json:"title"`
		Owner       string `json:"owner"`
		Description string `json:"description"`
	} `json:"summary"`
	Detail *struct {
		Reviewer     string      `json:"reviewer"`
		Contributors foreign.Raw `json:"contributors"`
		Diagrams     foreign.Raw `json:"diagrams"`
	} `json:"detail"`
}

// diagram has its cells in one of two places: version 1 has them one level further down.
type diagram struct {
	Type        string      `json:"diagramType"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Cells       foreign.Raw `json:"cells"`
	JSON        struct {
		Cells foreign.Raw `json:"cells"`
	} `json:"diagramJson"`
}

// Read reads a model of Threat Dragon. What is not one, or is of another version, is a fault.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	var f file
	j, err := foreign.ReadJSON("Threat Dragon", text, limits, &f)
	if err != nil {
		return foreign.Design{}, err
	}
	if err := check(&f); err != nil {
		return foreign.Design{}, err
	}
	r := &reader{file: j, out: &model.Service{Bulkhead: "v1"}, byCell: map[string]int{}, same: map[threat]int{}}
	if err := r.all(&f); err != nil {
		return foreign.Design{}, err
	}
	return foreign.Design{Format: "threatdragon", Service: r.out, Dropped: r.notes.Sentences()}, nil
}

// check says whether the file is of a version that is read. Version 1 says none, so what is there decides for it.
func check(f *file) error {
	major, _, _ := strings.Cut(f.Version, ".")
	switch {
	case major != "" && major != "1" && major != "2":
		version, _ := foreign.Line(f.Version, 40)
		return foreign.InvalidAt("/version", fmt.Sprintf("this says that it is of version %q; versions 1 and 2 of Threat Dragon are read: save it as one of them", version))
	case f.Summary == nil:
		return foreign.InvalidAt("/summary", "there is no summary, so this is no model of Threat Dragon; versions 1 and 2 are read: give the file that it saved")
	case f.Detail == nil:
		return foreign.InvalidAt("/detail", "there is no detail, so this is no model of Threat Dragon; versions 1 and 2 are read: give the file that it saved")
	}
	return nil
}

// reader makes one draft of one file.
type reader struct {
	file   *foreign.JSON
	notes  foreign.Notes
	out    *model.Service
	things []thing
	byCell map[string]int // the thing that a cell became, by the id of the cell
	drafts []draft
	same   map[threat]int // the draft of a threat, by all that is said of it

	zones, components, flows, data, risks foreign.IDs
}

// thing is a cell of a diagram, and what became of it.
type thing struct {
	name           string
	component      ident.ID // empty where it is none
	flow           *details // nil where it is none
	source, target string   // of a flow: the cells at its ends
}

func (r *reader) all(f *file) error {
	if err := r.identity(f); err != nil {
		return err
	}
	err := foreign.Each(r.file, f.Detail.Diagrams, "/detail/diagrams", r.diagram)
	if err != nil {
		return err
	}
	r.connect()
	r.register()
	return nil
}

func (r *reader) identity(f *file) error {
	id := &r.out.Service
	id.Name, id.Phase, id.Purpose = r.name(f.Summary.Title), model.Discovery, r.line(f.Summary.Description)
	if id.Name == "" {
		id.Name = foreign.Untitled
		r.notes.Add(foreign.NoTitle, 1, "")
	}
	id.ID = cmp.Or(ident.Suggest(id.Name), foreign.Untitled)
	names := 0
	for _, person := range []string{f.Summary.Owner, f.Detail.Reviewer} {
		if strings.TrimSpace(person) != "" {
			names++
		}
	}
	err := foreign.Each(r.file, f.Detail.Contributors, "/detail/contributors", func(*struct{}, string) error {
		names++
		return nil
	})
	r.notes.Add(people, names, "")
	return err
}

func (r *reader) diagram(d *diagram, path string) error {
	if strings.TrimSpace(d.Title+d.Description) != "" {
		r.notes.Add(titles, 1, d.Title)
	}
	cells, at := d.Cells, path+"/cells"
	if cells.Absent() {
		cells, at = d.JSON.Cells, path+"/diagramJson/cells"
	}
	if cells.Absent() {
		r.notes.Add(empty, 1, d.Title)
	}
	var here drawing
	err := foreign.Each(r.file, cells, at, func(c *cell, path string) error { return r.cell(c, path, d, &here) })
	if err == nil {
		r.place(&here)
	}
	return err
}

// line gives a text as one line, and counts it when it had to be cut.
func (r *reader) line(s string) string { return r.notes.Cut(s, foreign.MaxText) }

// name gives a name as one line.
func (r *reader) name(s string) string { return r.notes.Cut(s, foreign.MaxName) }
