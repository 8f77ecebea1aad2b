package diagram

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Mermaid gives the picture as a block of Markdown that GitHub, GitLab and others draw by themselves. They draw up to some
// 500 lines and 50,000 letters.
func (p *Picture) Mermaid() []byte {
	m := &mermaid{s: newScene(p)}
	m.say("```mermaid\nflowchart LR\n")
	title := p.title()
	if marking := tidy(p.Marking); marking != "" {
		title = marking + ": " + title
	}
	m.say("  accTitle: %s\n  accDescr: %s\n", plain(title), plain(m.s.description()))
	if marking := tidy(p.Marking); marking != "" {
		m.say("  marking[%s]\n", quoted(marking))
	}
	for _, top := range m.s.tops {
		m.area(top, "  ")
	}
	m.links()
	m.classes()
	m.say("```\n")
	return m.Bytes()
}

type mermaid struct {
	bytes.Buffer
	s     *scene
	count int              // of links so far
	lines map[Status][]int // which links are steps
}

func (m *mermaid) say(format string, args ...any) { fmt.Fprintf(m, format, args...) }

// quoted makes a label of which nothing can be a part of the picture, or of the document around it.
func quoted(words string) string { return `"` + coded(words) + `"` }

// coded writes every sign that Mermaid or Markdown could read as more than itself by its number. At the beginning those are
// also the ones that would make a list.
func coded(words string) string {
	var b strings.Builder
	number := true
	for _, r := range tidy(words) {
		list := number && strings.ContainsRune("-+.)", r)
		number = number && r >= '0' && r <= '9'
		if list || strings.ContainsRune("#&;\"`<>[](){}|\\*_~$%", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain is for titles, in which Mermaid knows no codes: what could end one is left out.
func plain(words string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("#;`{}<>%\"", r) {
			return ' '
		}
		return r
	}, tidy(words))
}

func (m *mermaid) area(at int, indent string) {
	a := &m.s.areas[at]
	inner := indent
	if !a.bare {
		name, trust := a.title()
		m.say("%ssubgraph z%d[%s]\n", indent, at+1, quoted(name+" · "+trust))
		inner += "  "
	}
	for _, b := range a.boxes {
		m.box(b, inner)
	}
	for _, in := range a.areas {
		m.area(in, inner)
	}
	if !a.bare {
		m.say("%send\n", indent)
	}
}

func (m *mermaid) box(i int, indent string) {
	b := &m.s.boxes[i]
	part := m.s.part(i)
	label := coded(part.Name)
	for _, more := range part.about() {
		label += "<br>" + coded(more)
	}
	shapes := [...][2]string{process: {"(", ")"}, outside: {"[", "]"}, store: {"[(", ")]"}}
	m.say("%sn%d%s\"%s\"%s\n", indent, i+1, shapes[b.shape][0], label, shapes[b.shape][1])
}

// links draws what goes one way first, as Mermaid's arrows point ahead.
func (m *mermaid) links() {
	m.lines = map[Status][]int{}
	for i := range m.s.links {
		l := &m.s.links[i]
		if l.hidden {
			continue
		}
		from, to, arrow := l.from, l.to, "-->"
		switch {
		case l.forth && l.back:
			arrow = "<-->"
		case l.back:
			from, to = to, from
		}
		words := m.s.caption(l)
		if l.marked() {
			var numbers []string
			for _, n := range l.steps {
				numbers = append(numbers, strconv.Itoa(n+1)+" "+m.s.steps[n].Status.String())
			}
			words = strings.TrimSpace("step " + strings.Join(numbers, ", ") + " " + words)
			worst := m.s.worst(l)
			m.lines[worst] = append(m.lines[worst], m.count)
		} else if l.plain {
			arrow = strings.NewReplacer("-->", "-.->").Replace(arrow)
			words = strings.TrimSpace(words + " not encrypted")
		}
		label := ""
		if words != "" {
			label = "|" + quoted(words) + "|"
		}
		m.say("  n%d %s%s n%d\n", from+1, arrow, label, to+1)
		m.count++
	}
}

// classes colours what is marked, and draws the borders of zones as the SVG does.
func (m *mermaid) classes() {
	for at := range m.s.areas {
		if a := &m.s.areas[at]; !a.bare {
			b := a.border()
			dash := ""
			if b.dash != "" {
				dash = ",stroke-dasharray:" + b.dash
			}
			m.say("  style z%d fill:%s,stroke:%s,stroke-width:%spx,color:%s%s\n", at+1, b.ground, b.line, b.width, black, dash)
		}
	}
	m.say("  classDef default fill:%s,stroke:%s,color:%s\n", white, black, black)
	m.say("  classDef origin stroke-width:4px\n  classDef controlled fill:%s,stroke:%s,stroke-width:4px\n  classDef read fill:%s,stroke-width:3px\n  classDef target stroke-width:4px\n", pink, red, yellow)
	for i := range m.s.boxes {
		b := &m.s.boxes[i]
		name := [...]string{"", "read", "controlled", "origin"}[b.how]
		if name == "" && b.goal {
			name = "target"
		}
		if name != "" {
			m.say("  class n%d %s\n", i+1, name)
		}
	}
	for _, st := range []Status{Open, Hindered, Blocked} {
		for _, n := range m.lines[st] {
			look := lineOfStep(st)
			dash := ""
			if look.dash != "" {
				dash = ",stroke-dasharray:" + look.dash
			}
			m.say("  linkStyle %d stroke:%s,stroke-width:%spx%s\n", n, look.colour, look.width, dash)
		}
	}
}
