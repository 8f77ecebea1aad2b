package diagram

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// Colours are those of the GOV.UK palette and tints of them. On what they stand on, words have a contrast of at least
// 4.5 to 1 and lines of at least 3 to 1: a test works it out.
const (
	black  = "#0b0c0c"
	grey   = "#505a5f"
	white  = "#ffffff"
	red    = "#d4351c"
	green  = "#005a30"
	purple = "#4c2c92"
	blue   = "#003078"
	pale   = "#f3f2f1"
	pink   = "#f9e1dd"
	yellow = "#fff7bf"
	bright = "#ffdd00"
)

// tone is the colours of a strip.
type tone int

const (
	exposedTone tone = iota
	dataTone
	goalTone
	originTone
	controlledTone
	readTone
)

func (t tone) colours() (ground, letters string) {
	switch t {
	case exposedTone:
		return purple, white
	case dataTone:
		return blue, white
	case controlledTone:
		return red, white
	case readTone:
		return bright, black
	}
	return black, white
}

// border is how the border of a zone is drawn.
type border struct{ line, ground, dash, width string }

func (a *area) border() border { return borderOf(a.trust()) }

func borderOf(t model.Trust) border {
	switch t {
	case model.Public:
		return border{"#912b88", "#f9f0f8", "8 5", "2"}
	case model.Partner:
		return border{"#1d70b8", "#f0f5fa", "12 4 2 4", "2"}
	case model.Internal:
		return border{grey, "#f6f6f5", "", "1.5"}
	case model.Isolated:
		return border{blue, "#e9eef5", "", "3"}
	}
	return border{black, white, "2 4", "2"}
}

// SVG writes the picture as a document that can stand alone or in a page.
func (p *Picture) SVG() []byte {
	s := newScene(p)
	s.draw()
	w := &writer{}
	s.write(w)
	return w.Bytes()
}

// frame is where things are on the whole picture, in pixels.
type frame struct {
	left, top int // of the lattice
	wide      int
}

// draw gives everything its place: closer at first, and with more room when lines would lie on top of each other.
func (s *scene) draw() {
	const most = 3
	for more := s.room(); ; more++ {
		g := spaced(more)
		s.place(g)
		r := newRouter(s, g)
		if shared := r.routeAll(); shared == 0 || more >= most || len(s.links) > mostExact {
			s.labelAll(r)
			return
		}
	}
}

// room is how much more room there is than the least: some where a path or many lines are to be seen.
func (s *scene) room() int {
	if len(s.steps) > 0 || len(s.links) > 2*len(s.boxes) {
		return 1
	}
	return 0
}

// bounds is the part of the lattice that is drawn on, in pixels.
func (s *scene) bounds() (left, top, right, foot int) {
	left, top = 1<<30, 1<<30
	add := func(r rect) {
		left, top = min(left, r.x), min(top, r.y)
		right, foot = max(right, r.x+r.w), max(foot, r.y+r.h)
	}
	for _, at := range s.tops {
		a := &s.areas[at]
		add(rect{a.x * unit, a.y * unit, a.w * unit, a.h * unit})
	}
	for i := range s.links {
		for _, p := range s.links[i].route {
			add(rect{p.x*unit - 4, p.y*unit - 4, 8, 8})
		}
		if l := s.links[i].label; l.w > 0 {
			add(l.rect)
		}
	}
	for i := range s.steps {
		if st := &s.steps[i]; st.box >= 0 || st.link >= 0 {
			add(rect{st.at.x - 12, st.at.y - 12, 24, 24})
		}
	}
	if left > right {
		return 0, 0, 0, 0
	}
	return left, top, right, foot
}

type writer struct{ bytes.Buffer }

func (w *writer) say(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// escape makes words out of anything that could be taken for a part of the document.
func escape(words string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(tidy(words))
}

func (w *writer) text(x, y, size int, fill, more, words string) {
	if words != "" {
		w.say(`<text x="%d" y="%d" font-size="%d" fill="%s"%s>%s</text>`+"\n", x, y, size, fill, more, escape(words))
	}
}

const (
	bold   = ` font-weight="bold"`
	centre = ` text-anchor="middle"`
)

// write writes the picture from its head to its foot.
func (s *scene) write(w *writer) {
	prefix := s.picture.prefix()
	left, top, right, foot := s.bounds()
	wide := max(right-left+2*margin, 560, measure(s.picture.title(), 22, true)+2*margin)
	s.pixels = frame{left: (wide-right+left)/2 - left, top: margin + 40 - top, wide: wide}
	if s.picture.Marking != "" {
		s.pixels.top += 24
	}
	low := &writer{}
	high := s.writeFoot(low, s.pixels.top+foot+20)
	if s.picture.Marking != "" {
		low.text(wide/2, high+14, 14, black, bold+centre, s.picture.Marking)
		high += 24
	}
	high += margin - 8
	w.say(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="%s-title %s-desc" font-family="Arial, sans-serif">`+"\n", wide, high, wide, high, prefix, prefix)
	w.say("<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", prefix, escape(s.picture.title()), prefix, escape(s.description()))
	w.say(`<rect width="%d" height="%d" fill="%s"/>`+"\n", wide, high, white)
	top = margin
	if s.picture.Marking != "" {
		w.text(wide/2, top+8, 14, black, bold+centre, s.picture.Marking)
		top += 24
	}
	w.text(margin, top+20, 22, black, bold, s.picture.title())
	w.say(`<g transform="translate(%d %d)">`+"\n", s.pixels.left, s.pixels.top)
	s.writeMap(w)
	w.say("</g>\n")
	w.Write(low.Bytes())
	w.say("</svg>\n")
}

const margin = 24

// writeMap draws the zones, then lines, then what may not be hidden by a line.
func (s *scene) writeMap(w *writer) {
	for _, top := range s.tops {
		s.writeArea(w, top)
	}
	for _, marked := range []bool{false, true} {
		for i := range s.links {
			if l := &s.links[i]; l.marked() == marked && !l.hidden {
				s.writeLink(w, l)
			}
		}
	}
	for i := range s.boxes {
		s.writeBox(w, &s.boxes[i])
	}
	for i := range s.links {
		s.writeLabel(w, &s.links[i])
	}
	for i := range s.areas {
		s.writeTitle(w, &s.areas[i])
	}
	for i := range s.steps {
		if st := &s.steps[i]; st.box >= 0 || st.link >= 0 {
			w.circle(st.at.x, st.at.y, i+1, st.Status)
		}
	}
}

func (s *scene) writeArea(w *writer, at int) {
	a := &s.areas[at]
	if !a.bare {
		b := a.border()
		w.say(`<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="%s" stroke="%s" stroke-width="%s"%s/>`+"\n", a.x*unit+unit/2, a.y*unit+unit/2, a.w*unit-unit, a.h*unit-unit, b.ground, b.line, b.width, dashed(b.dash))
	}
	for _, in := range a.areas {
		s.writeArea(w, in)
	}
}

func dashed(dash string) string {
	if dash == "" {
		return ""
	}
	return ` stroke-dasharray="` + dash + `"`
}

func (s *scene) writeTitle(w *writer, a *area) {
	if a.bare {
		return
	}
	x, y := a.x*unit+unit/2+10, a.y*unit+unit/2+18
	for _, line := range a.lines {
		w.text(x, y, titleSize, black, bold, line)
		y += 18
	}
	_, trust := a.title()
	w.text(x, y-2, smallSize, grey, "", trust)
}

// line is how a link is drawn.
type line struct{ colour, width, dash string }

func (s *scene) lineOf(l *link) line {
	if l.marked() {
		return lineOfStep(s.worst(l))
	}
	return s.lineOfFlow(l.crosses, l.plain)
}

// lineOfFlow is thicker from one zone to another, and broken when the flow is not encrypted.
func (s *scene) lineOfFlow(crosses, plain bool) line {
	out := line{colour: grey, width: "1.2"}
	switch {
	case crosses && s.markedAtAll():
		out.width = "1.8"
	case crosses:
		out = line{colour: black, width: "1.8"}
	}
	if plain {
		out.dash = "6 4"
	}
	return out
}

// worst is what the least hindered step along a link meets.
func (s *scene) worst(l *link) Status {
	worst := Blocked
	for _, i := range l.steps {
		worst = min(worst, s.steps[i].Status)
	}
	return worst
}

func lineOfStep(st Status) line {
	switch st {
	case Open:
		return line{red, "4", ""}
	case Hindered:
		return line{red, "4", "10 5"}
	}
	return line{green, "4", "2 5"}
}

func (s *scene) writeLink(w *writer, l *link) {
	look := s.lineOf(l)
	size := 9
	if l.marked() {
		size = 13
	}
	var path strings.Builder
	n := len(l.route)
	start, end := l.route[0].pixels(), l.route[n-1].pixels()
	if l.back {
		start = towards(start, l.route[1].pixels(), size-2)
	}
	if l.forth {
		end = towards(end, l.route[n-2].pixels(), size-2)
	}
	fmt.Fprintf(&path, "M%d %d", start.x, start.y)
	for i := 1; i < n-1; i++ {
		at := l.route[i].pixels()
		in, out := towards(at, l.route[i-1].pixels(), 5), towards(at, l.route[i+1].pixels(), 5)
		fmt.Fprintf(&path, "L%d %dQ%d %d %d %d", in.x, in.y, at.x, at.y, out.x, out.y)
	}
	fmt.Fprintf(&path, "L%d %d", end.x, end.y)
	w.say(`<path d="%s" fill="none" stroke="%s" stroke-width="%s"%s/>`+"\n", path.String(), look.colour, look.width, dashed(look.dash))
	if l.forth {
		w.arrow(l.route[n-1].pixels(), l.route[n-2].pixels(), size, look.colour)
	}
	if l.back {
		w.arrow(l.route[0].pixels(), l.route[1].pixels(), size, look.colour)
	}
}

func (p point) pixels() point { return point{p.x * unit, p.y * unit} }

// towards gives the point so many pixels from one towards another on the same row or column.
func towards(from, to point, n int) point {
	switch {
	case to.x > from.x:
		return point{from.x + n, from.y}
	case to.x < from.x:
		return point{from.x - n, from.y}
	case to.y > from.y:
		return point{from.x, from.y + n}
	case to.y < from.y:
		return point{from.x, from.y - n}
	}
	return from
}

func (w *writer) arrow(tip, behind point, size int, colour string) {
	base := towards(tip, behind, size)
	half := size * 4 / 9
	if base.y == tip.y {
		w.say(`<path d="M%d %dL%d %dL%d %dZ" fill="%s"/>`+"\n", tip.x, tip.y, base.x, base.y-half, base.x, base.y+half, colour)
		return
	}
	w.say(`<path d="M%d %dL%d %dL%d %dZ" fill="%s"/>`+"\n", tip.x, tip.y, base.x-half, base.y, base.x+half, base.y, colour)
}

func (s *scene) writeLabel(w *writer, l *link) {
	if l.label.w == 0 {
		return
	}
	c := l.label
	w.say(`<rect x="%d" y="%d" width="%d" height="%d" rx="2" fill="%s"/>`+"\n", c.x, c.y, c.w, c.h, white)
	w.text(c.x+c.w/2, c.y+c.h-4, smallSize, black, centre, c.words)
}

// writeBox draws a box: its shape, its name, what it is, and the strips of what matters.
func (s *scene) writeBox(w *writer, b *box) {
	x, y, wide, high := b.x*unit, b.y*unit, b.w*unit, b.h*unit
	fill, line, width, letters := white, black, "1.5", black
	switch {
	case b.how == Origin || b.goal && b.how == NotReached:
		width = "4"
	case b.how == Controlled:
		fill, line, width = pink, red, "4"
	case b.how == Read:
		fill, width = yellow, "3"
	case s.dimmed(b):
		line, width, letters = grey, "1", grey
	}
	paint := fmt.Sprintf(` fill="%s" stroke="%s" stroke-width="%s"`, fill, line, width)
	w.say("<g>\n<title>%s</title>\n", escape(s.wordsOf(b)))
	w.shape(b.shape, b.count > 1, x, y, wide, high, paint)
	mid := x + wide/2
	if b.shape == store {
		y += 8
		high -= 12
	}
	y += (high-b.content())/2 + nameHigh - 4
	for _, line := range b.name {
		w.text(mid, y, nameSize, letters, bold+centre, line)
		y += nameHigh
	}
	if b.kind != "" {
		w.text(mid, y, smallSize, grey, centre, b.kind)
		y += nameHigh
	}
	y -= 7
	for _, t := range b.tags {
		ground, words := t.tone.colours()
		w.say(`<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", x+7, y, wide-14, tagHigh-2, ground)
		w.text(mid, y+tagHigh-6, smallSize, words, bold+centre, cut(t.words, smallSize, wide-18, true))
		y += tagHigh
	}
	w.say("</g>\n")
}

// shape draws the outline of a box. Several components that are drawn as one have a second outline behind.
func (w *writer) shape(sh shape, several bool, x, y, wide, high int, paint string) {
	const flat = 6 // half the height of a cylinder's lid
	if several {
		w.say(`<rect x="%d" y="%d" width="%d" height="%d" rx="6"%s/>`+"\n", x+4, y+4, wide-4, high-4, paint)
		wide, high = wide-4, high-4
	}
	switch sh {
	case outside:
		w.say(`<rect x="%d" y="%d" width="%d" height="%d"%s/>`+"\n", x, y, wide, high, paint)
	case store:
		w.say(`<path d="M%d %dA%d %d 0 0 1 %d %dV%dA%d %d 0 0 1 %d %dZ"%s/>`+"\n", x, y+flat, wide/2, flat, x+wide, y+flat, y+high-flat, wide/2, flat, x, y+high-flat, paint)
		w.say(`<path d="M%d %dA%d %d 0 0 0 %d %d"%s/>`+"\n", x, y+flat, wide/2, flat, x+wide, y+flat, paint)
	default:
		w.say(`<rect x="%d" y="%d" width="%d" height="%d" rx="14"%s/>`+"\n", x, y, wide, high, paint)
	}
}

// circle draws the number of a step.
func (w *writer) circle(x, y, n int, st Status) {
	fill, letters, line := red, white, red
	switch st {
	case Hindered:
		fill, letters = white, red
	case Blocked:
		fill, line = green, green
	}
	w.say(`<circle cx="%d" cy="%d" r="10" fill="%s" stroke="%s" stroke-width="2"/>`+"\n", x, y, fill, line)
	w.text(x, y+4, 12, letters, bold+centre, strconv.Itoa(n))
}
