package diagram

import (
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// writeFoot writes what stands below the map, from a height in pixels on: the path in words, and what the shapes, lines and
// borders mean. It gives the height where it ends.
func (s *scene) writeFoot(w *writer, y int) int {
	for i := range s.steps {
		if i == 0 {
			w.text(margin, y+14, titleSize, black, bold, "The path")
			y += 24
		}
		st := &s.steps[i]
		w.circle(margin+10, y+10, i+1, st.Status)
		words := s.stepWords(st)
		if st.box < 0 && st.link < 0 {
			words += ", not in this picture"
		}
		for _, line := range wrap(words, nameSize, s.pixels.wide-2*margin-32, 4, false) {
			w.text(margin+30, y+14, nameSize, black, "", line)
			y += 18
		}
		y += 8
	}
	return s.writeLegend(w, y+8)
}

// key is one thing of the legend: how it looks, and what it means.
type key struct {
	words string
	look  func(w *writer, x, y int)
}

func (s *scene) writeLegend(w *writer, y int) int {
	w.text(margin, y+14, titleSize, black, bold, "What the signs mean")
	x, row := margin, y+26
	for _, k := range s.keys() {
		wide := 52 + measure(k.words, smallSize, false) + 20
		if x > margin && x+wide > s.pixels.wide-margin {
			x, row = margin, row+28
		}
		k.look(w, x, row)
		w.text(x+50, row+14, smallSize, black, "", k.words)
		x += wide
	}
	if s.hidden > 0 {
		row += 28
		w.text(margin, row+14, smallSize, black, "", "Too many flows to be drawn: lines that are left out, "+strconv.Itoa(s.hidden))
	}
	return row + 36
}

// keys gives what is in the picture, and nothing else.
func (s *scene) keys() (out []key) {
	out = append(out, s.shapeKeys()...)
	out = append(out, s.borderKeys()...)
	out = append(out, s.lineKeys()...)
	return append(out, s.markKeys()...)
}

func (s *scene) shapeKeys() (out []key) {
	words := [...]string{process: "Process", outside: "Person or system outside", store: "Store"}
	for _, sh := range []shape{outside, process, store} {
		for i := range s.boxes {
			if b := &s.boxes[i]; b.shape == sh && !b.group {
				out = append(out, key{words[sh], func(w *writer, x, y int) {
					w.shape(sh, false, x, y, 40, 20, ` fill="`+white+`" stroke="`+black+`" stroke-width="1.5"`)
				}})
				break
			}
		}
	}
	for i := range s.boxes {
		if s.boxes[i].group {
			return append(out, key{"Several components", func(w *writer, x, y int) {
				w.shape(process, true, x, y, 40, 20, ` fill="`+white+`" stroke="`+black+`" stroke-width="1.5"`)
			}})
		}
	}
	return out
}

func (s *scene) borderKeys() (out []key) {
	for _, t := range []model.Trust{model.Public, model.Partner, model.Internal, model.Isolated, ""} {
		for i := range s.areas {
			if a := &s.areas[i]; !a.bare && a.trust() == t {
				out = append(out, key{"Zone, " + trustWords(t), func(w *writer, x, y int) {
					b := borderOf(t)
					w.say(`<rect x="%d" y="%d" width="40" height="20" rx="4" fill="%s" stroke="%s" stroke-width="%s"%s/>`+"\n", x, y, b.ground, b.line, b.width, dashed(b.dash))
				}})
				break
			}
		}
	}
	return out
}

func (s *scene) lineKeys() (out []key) {
	for _, k := range []struct {
		words          string
		crosses, plain bool
	}{
		{"Flow", false, false},
		{"Flow from one zone to another", true, false},
		{"Flow not encrypted", false, true},
		{"Flow not encrypted, from one zone to another", true, true},
	} {
		for i := range s.links {
			if l := &s.links[i]; !l.marked() && l.crosses == k.crosses && l.plain == k.plain {
				out = append(out, lineKey(k.words, s.lineOfFlow(k.crosses, k.plain), 9))
				break
			}
		}
	}
	for i := range s.links {
		if l := &s.links[i]; len(l.flows) > 1 && strings.Contains(l.label.words, "×") {
			return append(out, key{"Three flows drawn as one", func(w *writer, x, y int) { w.text(x+20, y+14, smallSize, black, centre, "×3") }})
		}
	}
	return out
}

func lineKey(words string, look line, size int) key {
	return key{words, func(w *writer, x, y int) {
		w.say(`<path d="M%d %dL%d %d" fill="none" stroke="%s" stroke-width="%s"%s/>`+"\n", x, y+10, x+42-size, y+10, look.colour, look.width, dashed(look.dash))
		w.arrow(point{x + 40, y + 10}, point{x, y + 10}, size, look.colour)
	}}
}

func (s *scene) markKeys() (out []key) {
	for _, st := range []Status{Open, Hindered, Blocked} {
		for i := range s.steps {
			if s.steps[i].Status == st {
				out = append(out, lineKey("Step of the path, "+st.String(), lineOfStep(st), 13))
				break
			}
		}
	}
	return out
}

// stepWords gives a step in words.
func (s *scene) stepWords(st *step) string {
	from, to := s.nameByID(st.From), s.nameByID(st.To)
	var out strings.Builder
	switch {
	case st.From == "":
		out.WriteString("To " + to)
	case st.From == st.To:
		out.WriteString("In " + to)
	default:
		out.WriteString("From " + from + " to " + to)
	}
	if label := tidy(st.Label); label != "" {
		out.WriteString(": " + label)
	}
	return out.String() + " (" + st.Status.String() + ")"
}
