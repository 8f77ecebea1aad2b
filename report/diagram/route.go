package diagram

import (
	"cmp"
	"slices"
)

// What a line costs. A line takes the cheapest way: short, with few bends, not through a zone that has nothing to do with it,
// and on top of another line only where there is no other way at all.
const (
	costStep    = 2
	costBend    = 14
	costCross   = 12
	costShare   = 400
	costTouch   = 60 // a bend where another line is
	costNear    = 3  // along the wall of a box
	costForeign = 2
	costTitle   = 40
)

// prices are what a line costs in one search.
type prices struct {
	bend, share, cross, foreign, touch int32
	ahead                              int // what a step still to go is taken to cost
	states                             int // how many states are looked at before the search is given up
}

// exact finds the cheapest line. The other two find one that is nearly so much sooner: they hasten to the end.
func exact() prices {
	return prices{bend: costBend, share: costShare, cross: costCross, foreign: costForeign, touch: costTouch, ahead: costStep, states: 60_000}
}

func hasty() prices {
	return prices{bend: 4 * costBend, share: costShare / 8, cross: costCross / 2, foreign: costForeign / 2, touch: costTouch / 3, ahead: 4 * costStep, states: 4_000}
}

func blunt() prices {
	return prices{bend: 8 * costBend, share: costStep, ahead: 8 * costStep, states: 1 << 30}
}

// mostExact is how many links each get the very cheapest line. With more, one that is nearly so is found much sooner.
const mostExact = 250

// point is a place on the lattice.
type point struct{ x, y int }

type heading int

const (
	right heading = iota
	down
	left
	up
	atStart // no step came before
)

// closed is added to the heading that a state was come to from, once the way on from it was looked at.
const closed = 8

func (d heading) step(p point) point {
	return [...]point{right: {p.x + 1, p.y}, down: {p.x, p.y + 1}, left: {p.x - 1, p.y}, up: {p.x, p.y - 1}}[d]
}

func (d heading) level() bool { return d == right || d == left }

// router draws lines between boxes along a lattice, so that lines that run side by side have a distance.
type router struct {
	s    *scene
	w, h int

	wall  []int32 // the box that covers a point, from 1
	zone  []int32 // the innermost area, from 1
	toll  []uint8 // what a point costs beyond a step: words, or the wall of a box
	hline []uint8 // how many lines run from a point to the right
	vline []uint8 // and down

	spent []int32 // the least cost of a state, which is a point and a heading
	round []int32 // the search that the cost is of
	came  []uint8
	now   int32
	queue queue
	prices
	mine []bool // areas that the two ends are in
}

func newRouter(s *scene, g gaps) *router {
	w, h := 2, 2
	for _, top := range s.tops {
		a := &s.areas[top]
		w, h = max(w, a.x+a.w+g.zone+1), max(h, a.y+a.h+g.zone+1)
	}
	n := w * h
	r := &router{
		s: s, w: w, h: h,
		wall: make([]int32, n), zone: make([]int32, n), toll: make([]uint8, n),
		hline: make([]uint8, n), vline: make([]uint8, n),
		spent: make([]int32, 4*n), round: make([]int32, 4*n), came: make([]uint8, 4*n), mine: make([]bool, len(s.areas)+1),
	}
	for _, top := range s.tops {
		r.addArea(top)
	}
	for i := range s.boxes {
		b := &s.boxes[i]
		r.fill(spot{b.x - 1, b.y - 1, b.w + 2, b.h + 2}, func(at int) { r.toll[at] += costNear })
		r.fill(b.spot, func(at int) { r.wall[at] = int32(i + 1) })
	}
	return r
}

func (r *router) addArea(at int) {
	a := &r.s.areas[at]
	r.fill(a.spot, func(i int) { r.zone[i] = int32(at + 1) })
	if !a.bare {
		t := a.titleSpot()
		r.fill(t, func(i int) { r.toll[i] = costTitle })
	}
	for _, in := range a.areas {
		r.addArea(in)
	}
}

// titleSpot is where the words at the head of an area are.
func (a *area) titleSpot() spot {
	wide := 0
	for _, line := range a.lines {
		wide = max(wide, measure(line, titleSize, true))
	}
	_, trust := a.title()
	wide = max(wide, measure(trust, smallSize, false))
	return spot{a.x, a.y, (wide+unit-1)/unit + 2, (len(a.lines)*18 + 22) / unit}
}

func (r *router) fill(s spot, do func(at int)) {
	for y := max(0, s.y); y <= min(r.h-1, s.y+s.h); y++ {
		for x := max(0, s.x); x <= min(r.w-1, s.x+s.w); x++ {
			do(y*r.w + x)
		}
	}
}

// routeAll gives every link its line: those of the path first, then the short ones, and once more in the same order when
// each knows where the others are. It says how many pieces of lines lie on top of each other.
func (r *router) routeAll() (shared int) {
	links := r.s.links
	order := make([]int, len(links))
	for i := range order {
		order[i] = i
	}
	long := func(l *link) int {
		p, q := &r.s.boxes[l.from], &r.s.boxes[l.to]
		n := abs(p.x+p.w/2-q.x-q.w/2) + abs(p.y+p.h/2-q.y-q.h/2)
		if l.marked() {
			n -= 1 << 20
		}
		return n
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(long(&links[a]), long(&links[b])) })
	for _, i := range order {
		if !links[i].hidden {
			r.route(&links[i])
		}
	}
	const again = 120 // with more links once is all that there is time for
	if len(links) <= again {
		for _, i := range order {
			r.take(links[i].route, -1)
			r.route(&links[i])
		}
	}
	for i := range r.hline {
		shared += max(0, int(r.hline[i])-1) + max(0, int(r.vline[i])-1)
	}
	return shared
}

func (r *router) route(l *link) {
	if l.from == l.to {
		l.route = r.loop(&r.s.boxes[l.from])
	} else {
		l.route = r.find(l)
	}
	r.take(l.route, 1)
}

// loop is the line of a flow from a box to itself, around its upper right corner.
func (r *router) loop(b *box) []point {
	x, y := b.x+b.w, b.y
	return []point{{x, y + 2}, {x + 1, y + 2}, {x + 1, y - 1}, {x - 3, y - 1}, {x - 3, y}}
}

// take notes that a line runs along a route, or does so no longer.
func (r *router) take(route []point, n int) {
	for i := 1; i < len(route); i++ {
		p, q := route[i-1], route[i]
		for y := min(p.y, q.y); y < max(p.y, q.y); y++ {
			r.vline[y*r.w+p.x] += uint8(n)
		}
		for x := min(p.x, q.x); x < max(p.x, q.x); x++ {
			r.hline[p.y*r.w+x] += uint8(n)
		}
	}
}

// find finds a line from a box to another: the cheapest, or in a picture with many lines a cheap one.
func (r *router) find(l *link) []point {
	from, to := &r.s.boxes[l.from], &r.s.boxes[l.to]
	tries := []prices{exact(), hasty(), blunt()}
	if len(r.s.links) > mostExact {
		tries = tries[1:]
	}
	for _, p := range tries {
		if route := r.search(l, p); route != nil {
			return route
		}
	}
	return []point{{from.x + from.w/2, from.y + from.h/2}, {to.x + to.w/2, to.y + to.h/2}}
}

// search finds the cheapest line at some prices, or none.
func (r *router) search(l *link, p prices) []point {
	r.prices = p
	from, to := &r.s.boxes[l.from], &r.s.boxes[l.to]
	r.now++
	r.queue.clear()
	clear(r.mine)
	for _, b := range []*box{from, to} {
		for a := b.area; a >= 0; a = r.s.areas[a].parent {
			r.mine[a+1] = true
		}
	}
	r.mine[0] = true
	for _, d := range []heading{right, down, left, up} {
		for p, off := range from.doors(d) {
			r.offer(p, d, int32(off), atStart, to)
		}
	}
	for range p.states {
		next, ok := r.queue.pop()
		if !ok {
			break
		}
		state := int(next)
		if r.came[state] >= closed {
			continue
		}
		if r.wall[state/4] == int32(l.to+1) {
			return r.trace(state)
		}
		r.came[state] += closed
		r.goOn(point{state / 4 % r.w, state / 4 / r.w}, heading(state%4), l.to, to)
	}
	return nil
}

// goOn offers the next steps from a point, not back.
func (r *router) goOn(p point, d heading, goal int, to *box) {
	at := p.y*r.w + p.x
	spent := r.spent[at*4+int(d)]
	for _, next := range []heading{right, down, left, up} {
		if (next+2)%4 == d || next != d && r.wall[at] != 0 {
			continue
		}
		q := next.step(p)
		if q.x < 0 || q.y < 0 || q.x >= r.w || q.y >= r.h {
			continue
		}
		cost, ok := r.price(p, q, d, next, goal, to)
		if ok {
			r.offer(q, next, spent+cost, d, to)
		}
	}
}

// price is what a step costs; false when a box is in the way.
func (r *router) price(p, q point, d, next heading, goal int, to *box) (int32, bool) {
	at, on := p.y*r.w+p.x, q.y*r.w+q.x
	cost := int32(costStep)
	switch in := r.wall[on]; {
	case in == int32(goal+1):
		off, ok := to.door(q, next)
		if !ok {
			return 0, false
		}
		cost += int32(off)
	case in != 0:
		return 0, false
	}
	line := r.vline
	if next.level() {
		line = r.hline
	}
	cost += r.share * int32(line[min(at, on)])
	if next != d {
		cost += r.bend
		if r.busy(at) {
			cost += r.touch
		}
	}
	if next.level() && (r.vline[on] > 0 || q.y > 0 && r.vline[on-r.w] > 0) || !next.level() && (r.hline[on] > 0 || q.x > 0 && r.hline[on-1] > 0) {
		cost += r.cross
	}
	cost += int32(r.toll[on])
	if !r.mine[r.zone[on]] {
		cost += r.foreign
	}
	return cost, true
}

// busy says whether a line comes past a point.
func (r *router) busy(at int) bool {
	return r.hline[at] > 0 || r.vline[at] > 0 || at > 0 && r.hline[at-1] > 0 || at >= r.w && r.vline[at-r.w] > 0
}

// offer notes a way to a state, if it is the cheapest so far. From is the heading before.
func (r *router) offer(p point, d heading, cost int32, from heading, to *box) {
	state := (p.y*r.w+p.x)*4 + int(d)
	if r.round[state] == r.now && (r.came[state] >= closed || r.spent[state] <= cost) {
		return
	}
	r.round[state], r.spent[state], r.came[state] = r.now, cost, uint8(from)
	r.queue.push(int(cost)+r.atLeast(p, d, to), uint32(state))
}

// atLeast is what the way from a point to a box costs at least: the length, and the bends that it must have.
func (r *router) atLeast(p point, d heading, to *box) int {
	dx, dy := max(0, to.x-p.x, p.x-to.x-to.w), max(0, to.y-p.y, p.y-to.y-to.h)
	var along, across int // how far on in the direction of the heading, and to a side
	switch d {
	case right:
		along, across = to.x-p.x, dy
	case left:
		along, across = p.x-to.x-to.w, dy
	case down:
		along, across = to.y-p.y, dx
	default:
		along, across = p.y-to.y-to.h, dx
	}
	bends := 1
	switch {
	case across == 0 && along >= 0:
		bends = 0
	case across == 0:
		bends = 3
	case along < 0 && !r.within(p, d, to):
		bends = 2
	}
	return (dx+dy)*r.ahead + bends*int(r.bend)
}

// within says whether a line that turns now would run straight into the box.
func (r *router) within(p point, d heading, to *box) bool {
	if d.level() {
		return p.x >= to.x && p.x <= to.x+to.w
	}
	return p.y >= to.y && p.y <= to.y+to.h
}

// trace goes back from the end to the start, and gives the corners in order.
func (r *router) trace(state int) (out []point) {
	for {
		p, d := point{state / 4 % r.w, state / 4 / r.w}, heading(state%4)
		out = append(out, p)
		from := heading(r.came[state] & 7)
		if from == atStart {
			slices.Reverse(out)
			return straight(out)
		}
		q := ((d + 2) % 4).step(p)
		state = (q.y*r.w+q.x)*4 + int(from)
	}
}

// straight leaves out points that are no corners.
func straight(in []point) []point {
	var out []point
	for _, p := range in {
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		if n := len(out); n > 1 && (out[n-2].x == out[n-1].x && out[n-1].x == p.x || out[n-2].y == out[n-1].y && out[n-1].y == p.y) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}

// doors gives the points where a line may leave a box in a direction, with how far each is from the middle.
func (b *box) doors(d heading) func(yield func(point, int) bool) {
	return func(yield func(point, int) bool) {
		if d.level() {
			x := b.x
			if d == right {
				x += b.w
			}
			for y := b.y + 1; y < b.y+b.h; y++ {
				if !yield(point{x, y}, abs(2*y-2*b.y-b.h)/2) {
					return
				}
			}
			return
		}
		y := b.y
		if d == down {
			y += b.h
		}
		for x := b.x + 2; x <= b.x+b.w-2; x++ {
			if !yield(point{x, y}, abs(2*x-2*b.x-b.w)/2) {
				return
			}
		}
	}
}

// door says whether a line may come into a box at a point in a direction, and how far from the middle that is.
func (b *box) door(p point, d heading) (off int, ok bool) {
	for q, off := range b.doors((d + 2) % 4) {
		if q == p {
			return off, true
		}
	}
	return 0, false
}

// queue gives the states in the order of what they cost at least; of those that cost the same, the one that came last, which
// is the nearest to the end.
type queue struct {
	states [][]uint32 // by cost
	least  int
}

func (q *queue) push(cost int, state uint32) {
	cost = max(cost, q.least)
	for len(q.states) <= cost {
		q.states = append(q.states, nil)
	}
	q.states[cost] = append(q.states[cost], state)
}

func (q *queue) pop() (state uint32, ok bool) {
	for q.least < len(q.states) && len(q.states[q.least]) == 0 {
		q.least++
	}
	if q.least == len(q.states) {
		return 0, false
	}
	list := q.states[q.least]
	q.states[q.least] = list[:len(list)-1]
	return list[len(list)-1], true
}

func (q *queue) clear() {
	for i := q.least; i < len(q.states); i++ {
		q.states[i] = q.states[i][:0]
	}
	q.least = 0
}
