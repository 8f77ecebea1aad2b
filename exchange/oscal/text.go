package oscal

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
)

// maxWithin is how far parameters are followed into the values and choices of others.
const maxWithin = 4

// maxNow is how many controls are named that took in one that was withdrawn.
const maxNow = 20

// flat makes the text of one requirement. It stops when it is full, so that naming a long parameter often stays cheap.
type flat struct {
	*file
	strings.Builder
}

// statement gives what a control asks, as one line.
func (f *file) statement(c *control) string {
	t := &flat{file: f}
	for _, p := range c.statement {
		t.part(p)
	}
	return f.notes.Cut(t.String(), maxStatement)
}

func (t *flat) full() bool { return t.Len() > 4*maxStatement } // in bytes

func (t *flat) write(s string) { t.WriteString(s[:min(len(s), 4*maxStatement)]) }

func (t *flat) part(p *part) {
	for _, s := range []string{p.label, p.title} {
		if s != "" {
			t.write(s + " ")
		}
	}
	t.prose(p.prose, 0)
	for _, below := range p.parts {
		if t.full() {
			return
		}
		t.write(" ")
		t.part(below)
	}
}

// prose writes a text with its parameters put in.
func (t *flat) prose(s string, within int) {
	for !t.full() {
		before, rest, opened := strings.Cut(s, "{{")
		inside, after, closed := strings.Cut(rest, "}}")
		if !opened || !closed {
			t.write(s)
			return
		}
		t.write(before)
		t.insert(inside, within)
		s = after
	}
}

// insert writes what stands between two pairs of braces: "insert: param, ID", or the id alone, as early catalogs have it.
func (t *flat) insert(said string, within int) {
	id := strings.TrimSpace(said)
	if what, named, ok := strings.Cut(id, ","); ok && strings.Join(strings.Fields(what), "") == "insert:param" {
		id = strings.TrimSpace(named)
	}
	p := t.parameters[id]
	switch {
	case p == nil:
		t.notes.Add(unknown, 1, id)
		t.write("[" + id + "]")
	case len(p.values) > 0 && within < maxWithin:
		t.several(p.values, within+1)
	case len(p.choices) > 0 && within < maxWithin:
		t.notes.Add(parametric, 1, "")
		t.write("[" + howMany(p) + " of: ")
		t.several(p.choices, within+1)
		t.write("]")
	default:
		t.notes.Add(parametric, 1, "")
		t.write("[" + cmp.Or(p.label, id) + "]")
	}
}

func howMany(p *parameter) string {
	if p.howMany == "one-or-more" {
		return "one or more"
	}
	return "one"
}

func (t *flat) several(all []string, within int) {
	for i, s := range all {
		if t.full() {
			return
		}
		if i > 0 {
			t.write("; ")
		}
		t.prose(s, within)
	}
}

// gone says of a control that was withdrawn what became of it.
func (m *maker) gone(c *control) string {
	said := []string{"Withdrawn by its publisher, so that it asks nothing any more"}
	for _, how := range []struct{ rel, words string }{{"incorporated-into", "It was taken into "}, {"moved-to", "It was moved to "}} {
		var now []string
		for _, l := range c.became {
			if l.how != how.rel {
				continue
			}
			if id := m.holder[strings.TrimPrefix(l.to, "#")]; id != "" && len(now) < maxNow && !slices.Contains(now, id) {
				now = append(now, id)
			}
		}
		if len(now) > 0 {
			said = append(said, how.words+strings.Join(now, ", "))
		}
	}
	return foreign.Sentences(append(said, m.statement(c))...)
}
