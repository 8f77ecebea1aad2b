package diagram

// rect is a part of the picture, in pixels.
type rect struct{ x, y, w, h int }

func (a rect) overlaps(b rect) bool {
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h
}

// label is the words on a link; no width: there are none, or there is no room.
type label struct {
	words string
	rect
}

// labels gives words and numbers their places on the lines: never on a box, a title or each other, and off other lines
// where that can be.
type labels struct {
	r       *router
	taken   []rect
	borders []rect
}

func (s *scene) labelAll(r *router) {
	ls := &labels{r: r}
	for i := range s.boxes {
		b := &s.boxes[i]
		ls.taken = append(ls.taken, rect{b.x*unit - 2, b.y*unit - 2, b.w*unit + 4, b.h*unit + 4})
		for k := range b.here {
			at := point{(b.x+b.w)*unit - 4 - 24*k, b.y * unit}
			s.steps[b.here[k]].at = at
			ls.taken = append(ls.taken, rect{at.x - 12, at.y - 12, 24, 24})
		}
	}
	for i := range s.areas {
		if a := &s.areas[i]; !a.bare {
			t := a.titleSpot()
			ls.borders = append(ls.borders, rect{a.x*unit + unit/2, a.y*unit + unit/2, a.w*unit - unit, a.h*unit - unit})
			ls.taken = append(ls.taken, rect{t.x * unit, t.y * unit, t.w * unit, t.h * unit})
		}
	}
	for i := range s.links {
		s.numberSteps(ls, &s.links[i])
	}
	for i := range s.links {
		l := &s.links[i]
		l.label.words = s.caption(l)
		if l.label.words != "" && !l.hidden {
			l.label.rect, _ = ls.find(l.route, measure(l.label.words, smallSize, false)+8, 15)
		}
	}
}

// numberSteps gives the numbers of the steps along a link their place, side by side.
func (s *scene) numberSteps(ls *labels, l *link) {
	if !l.marked() {
		return
	}
	n := len(l.steps)
	at, ok := ls.find(l.route, 24*n, 24)
	if !ok {
		mid := l.route[len(l.route)/2]
		at = rect{mid.x*unit - 12*n, mid.y*unit - 12, 24 * n, 24}
	}
	for k, i := range l.steps {
		s.steps[i].at = point{at.x + 24*k + 12, at.y + 12}
	}
}

// find finds the best place along a line for something so wide and high, and takes it.
func (ls *labels) find(route []point, w, h int) (rect, bool) {
	var best rect
	least := 1 << 30
	for i := 1; i < len(route); i++ {
		p, q := route[i-1], route[i]
		level := p.y == q.y
		from, to := min(p.x, q.x)*unit, max(p.x, q.x)*unit
		size := w
		if !level {
			from, to, size = min(p.y, q.y)*unit, max(p.y, q.y)*unit, h
		}
		for at := from; at <= to; at += unit / 2 {
			c := rect{at - w/2, p.y*unit - h/2, w, h}
			if !level {
				c = rect{p.x*unit - w/2, at - h/2, w, h}
			}
			bad := ls.bad(c, level) + ls.onBorder(c) + abs(2*at-from-to)/24
			if at-size/2 < from+10 || at+size/2 > to-10 {
				bad += 25 // it hides a corner or an end
			}
			if bad < least && ls.free(c) {
				best, least = c, bad
			}
		}
	}
	if least == 1<<30 {
		return rect{}, false
	}
	ls.taken = append(ls.taken, best)
	return best, true
}

func (ls *labels) free(c rect) bool {
	for _, t := range ls.taken {
		if t.overlaps(c) {
			return false
		}
	}
	return true
}

// onBorder says how much a place would hide of the borders of zones.
func (ls *labels) onBorder(c rect) (sum int) {
	for i := range ls.borders {
		b := ls.borders[i]
		in := c.x > b.x && c.y > b.y && c.x+c.w < b.x+b.w && c.y+c.h < b.y+b.h
		if !in && b.overlaps(c) {
			sum += 12
		}
	}
	return sum
}

// bad counts the lines that a place would hide, besides the one that it is on.
func (ls *labels) bad(c rect, level bool) (sum int) {
	r := ls.r
	across, along := 0, 0
	for y := max(0, (c.y+unit)/unit); y*unit < c.y+c.h && y < r.h; y++ {
		for x := max(0, (c.x+unit)/unit); x*unit < c.x+c.w && x < r.w; x++ {
			at := y*r.w + x
			if r.vline[at] > 0 {
				across++
			}
			if r.hline[at] > 0 {
				along++
			}
		}
	}
	if level {
		mid := (c.y + c.h/2) / unit
		own := 0
		for x := max(0, (c.x+unit)/unit); x*unit < c.x+c.w && x < r.w; x++ {
			if mid < r.h && r.hline[mid*r.w+x] > 0 {
				own++
			}
		}
		return 30 * (across + along - own)
	}
	mid := (c.x + c.w/2) / unit
	own := 0
	for y := max(0, (c.y+unit)/unit); y*unit < c.y+c.h && y < r.h; y++ {
		if mid < r.w && r.vline[y*r.w+mid] > 0 {
			own++
		}
	}
	return 10 + 30*(across+along-own)
}
