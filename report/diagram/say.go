package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Words are what a picture shows, for those who cannot see it, in the order in which it is read: from the most exposed zone
// to the best kept.
type Words struct {
	Parts   []Part
	Flows   []Line
	Path    []string // each step, in order
	Reached []string // each component that is marked
}

// Part is a component, or several that are drawn as one.
type Part struct {
	ID    ident.ID // none for several
	Zone  string   // with those around it, outermost first
	Name  string
	Kind  string   // none where the name says it
	Notes []string // what is written on it
}

// Line is a flow, or where several components are drawn as one, all flows between two of those.
type Line struct {
	ID       ident.ID // none for several
	From, To string
	Name     string
	How      string // such as "https, encrypted: standard"
	Crosses  bool   // from one zone to another
}

// Words gives what the picture shows in words.
func (p *Picture) Words() Words {
	s := newScene(p)
	var out Words
	var place []int
	for _, at := range s.reading(s.tops) {
		for _, b := range s.areas[at].boxes {
			place = append(place, b)
			out.Parts = append(out.Parts, s.part(b))
		}
	}
	for _, b := range place {
		for i := range s.links {
			if l := &s.links[i]; l.from == b {
				out.Flows = append(out.Flows, s.lines(l)...)
			}
		}
	}
	for i := range s.steps {
		out.Path = append(out.Path, s.stepWords(&s.steps[i]))
	}
	for _, r := range p.Marks.Reached {
		out.Reached = append(out.Reached, s.nameByID(r.Component)+": "+r.How.String())
	}
	for _, t := range p.Marks.Targets {
		out.Reached = append(out.Reached, s.nameByID(t)+": a target")
	}
	return out
}

// reading gives areas in reading order, those inside after what they are in.
func (s *scene) reading(areas []int) (out []int) {
	order := slices.Clone(areas)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(band(s.areas[b].trust()), band(s.areas[a].trust())) })
	for _, a := range order {
		out = append(append(out, a), s.reading(s.areas[a].areas)...)
	}
	return out
}

func (s *scene) part(i int) Part {
	b := &s.boxes[i]
	out := Part{ID: b.first.ID, Zone: s.zonePath(b.area), Name: nameOf(b.first), Kind: kindOf(b.first)}
	if b.group {
		out.ID, out.Name, out.Kind = "", strings.Join(b.name, " "), b.kind
	}
	if strings.EqualFold(out.Kind, out.Name) {
		out.Kind = ""
	}
	for _, n := range b.here {
		out.Notes = append(out.Notes, "Step "+strconv.Itoa(n+1)+" "+s.steps[n].Status.String())
	}
	for _, t := range b.tags {
		out.Notes = append(out.Notes, t.words)
	}
	return out
}

// about gives what a part is and what is written on it.
func (p Part) about() []string {
	if p.Kind == "" {
		return p.Notes
	}
	return append([]string{p.Kind}, p.Notes...)
}

func (s *scene) zonePath(at int) string {
	var names []string
	for ; at >= 0; at = s.areas[at].parent {
		name, trust := s.areas[at].title()
		names = append(names, name+" ("+trust+")")
	}
	slices.Reverse(names)
	return strings.Join(names, ", in it ")
}

// lines gives each flow of a link, or all together where either end is several components.
func (s *scene) lines(l *link) (out []Line) {
	from, to := s.part(l.from), s.part(l.to)
	if from.ID == "" || to.ID == "" {
		if len(l.flows) == 0 {
			return nil
		}
		if !l.forth {
			from, to = to, from
		}
		return []Line{{From: from.Name + ", " + from.Zone, To: to.Name + ", " + to.Zone, Name: plural(len(l.flows), "flow"), Crosses: l.crosses}}
	}
	for _, f := range l.flows {
		out = append(out, Line{ID: f.ID, From: s.nameByID(f.Source), To: s.nameByID(f.Destination), Name: tidy(f.Name), How: carried(f), Crosses: l.crosses})
	}
	return out
}

// carried says how a flow is carried. What is not stated is said to be so.
func carried(f *model.Flow) string {
	protocol := tidy(f.Protocol)
	if protocol == "" {
		protocol = "protocol not stated"
	}
	encryption := "encryption not stated"
	switch f.Encryption {
	case "", "unknown":
	case "none":
		encryption = "not encrypted"
	default:
		encryption = "encrypted: " + string(f.Encryption)
	}
	out := protocol + ", " + encryption
	if f.Bidirectional == model.Yes {
		out += ", both ways"
	}
	return out
}

// Text gives the words of the picture as plain text.
func (p *Picture) Text() string {
	w := p.Words()
	var b strings.Builder
	if marking := tidy(p.Marking); marking != "" {
		b.WriteString(marking + "\n\n")
	}
	b.WriteString(p.title() + "\n")
	zone := ""
	for _, part := range w.Parts {
		if part.Zone != zone {
			zone = part.Zone
			fmt.Fprintf(&b, "\n%s\n", zone)
		}
		b.WriteString("  - " + part.Name)
		if about := part.about(); len(about) > 0 {
			b.WriteString(": " + strings.Join(about, "; "))
		}
		b.WriteString("\n")
	}
	section(&b, "Flows", flowTexts(w.Flows), false)
	section(&b, "The path", w.Path, true)
	section(&b, "What is reached", w.Reached, false)
	return b.String()
}

func flowTexts(lines []Line) (out []string) {
	for _, l := range lines {
		words := l.From + " to " + l.To
		for _, more := range []string{l.Name, l.How} {
			if more != "" {
				words += "; " + more
			}
		}
		if l.Crosses {
			words += "; from one zone to another"
		}
		out = append(out, words)
	}
	return out
}

func section(b *strings.Builder, title string, items []string, numbered bool) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for i, item := range items {
		sign := "-"
		if numbered {
			sign = strconv.Itoa(i+1) + "."
		}
		fmt.Fprintf(b, "  %s %s\n", sign, item)
	}
}
