package diagram

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// gaps are distances in steps of the lattice.
type gaps struct {
	column, row int // between boxes
	side, foot  int // from a zone's border to what is in it
	zone        int // between zones
}

func spaced(more int) gaps {
	return gaps{column: 6 + 2*more, row: 3 + more, side: 3 + more, foot: 3 + more, zone: 4 + 2*more}
}

// grid is where the boxes of a zone stand: in columns and rows, with a place of its own for each, or none (-1).
type grid struct {
	cols, rows int
	slots      []int // by column, then row
	lows, ends []int // where each row begins and ends, from the top of the grid
	left, top  int
	stride     int // from a column to the next
}

// middle gives the middle of a place.
func (g *grid) middle(slot int) (x, y int) {
	col, row := slot/g.rows, slot%g.rows
	return g.left + col*g.stride + boxWide/2, g.top + (g.lows[row]+g.ends[row])/2
}

func (g *grid) at(col, row int) int { return g.slots[col*g.rows+row] }

// place gives everything a place: zones from the most exposed to the best kept, in columns that make a page which is half as
// wide again as it is high, and what is connected near each other.
func (s *scene) place(g gaps) {
	best, least := 0, 0
	for _, high := range []int{24, 32, 40, 50, 62, 78, 98, 122, 152, 190, 240, 300, 400, 600, 1000} {
		w, h := s.layOut(high, g, true)
		if size := max(w*2, h*3); least == 0 || size < least {
			best, least = high, size
		}
	}
	s.layOut(best, g, true)
	s.settle(best, g)
	s.drift(best, g)
	if s.swapBoxes(s.near()) {
		s.layOut(best, g, false)
		s.drift(best, g)
	}
}

// layOut makes the grids anew, or keeps them, and gives everything its place. It gives the size of all.
func (s *scene) layOut(high int, g gaps, anew bool) (w, h int) {
	for _, top := range s.tops {
		s.size(top, high, g, anew)
	}
	x, columns := g.zone, s.columns(s.tops, high, g)
	for _, column := range columns {
		y, wide := g.zone, 0
		for _, a := range column {
			s.move(a, x, y, g)
			y += s.areas[a].h + g.zone
			wide = max(wide, s.areas[a].w)
		}
		x += wide + g.zone + 1
		h = max(h, y)
	}
	return x, h
}

// drift moves the zones of each column down to the height of what they are connected to, as far as the tallest column lets
// them.
func (s *scene) drift(high int, g gaps) {
	low := 0
	for _, top := range s.tops {
		low = max(low, s.areas[top].y+s.areas[top].h)
	}
	columns := s.columns(s.tops, high, g)
	for range 2 {
		pulls := s.pulls()
		for _, column := range columns {
			rest := -g.zone
			for _, a := range column {
				rest += s.areas[a].h + g.zone
			}
			y := g.zone
			for _, a := range column {
				y = min(max(y, s.areas[a].y+pulls[a]), low-rest)
				s.move(a, s.areas[a].x, y, g)
				y += s.areas[a].h + g.zone
				rest -= s.areas[a].h + g.zone
			}
		}
	}
}

// pulls says for each top area how far down what it is connected to stands: the middle one of its links.
func (s *scene) pulls() map[int]int {
	all := map[int][]int{}
	for i := range s.links {
		l := &s.links[i]
		from, to := s.top(s.boxes[l.from].area), s.top(s.boxes[l.to].area)
		p, q := &s.boxes[l.from], &s.boxes[l.to]
		if down := q.y + q.h/2 - p.y - p.h/2; from != to {
			all[from], all[to] = append(all[from], down), append(all[to], -down)
		}
	}
	out := make(map[int]int, len(all))
	for a, list := range all {
		slices.Sort(list)
		out[a] = list[len(list)/2]
	}
	return out
}

func (s *scene) top(at int) int {
	for s.areas[at].parent >= 0 {
		at = s.areas[at].parent
	}
	return at
}

// columns sets zones one below the other, those of one trust in columns of their own, as long as they are no higher than
// they should be.
func (s *scene) columns(areas []int, high int, g gaps) (out [][]int) {
	order := slices.Clone(areas)
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(band(s.areas[b].trust()), band(s.areas[a].trust()))
	})
	fill := 0
	for i, a := range order {
		tall := s.areas[a].h + g.zone
		if i == 0 || fill+tall > high || band(s.areas[a].trust()) != band(s.areas[order[i-1]].trust()) {
			out, fill = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], a)
		fill += tall
	}
	return out
}

// band says how far to the left zones of a trust stand: all that is outside together, and what is not stated with it.
func band(t model.Trust) int {
	switch t {
	case model.Isolated:
		return 0
	case model.Internal:
		return 1
	}
	return 2
}

// size gives an area its size, from the inside out.
func (s *scene) size(at, high int, g gaps, anew bool) {
	a := &s.areas[at]
	room := high - 8
	for _, in := range a.areas {
		s.size(in, room, g, anew)
	}
	if anew {
		s.makeGrid(a, room, g)
	}
	w, h := s.gridSize(a, g)
	w, h = s.withAreas(a, w, h, g)
	if a.bare {
		a.w, a.h = w, h
		return
	}
	name, trust := a.title()
	wide := max(w, min(24, measure(name, titleSize, true)/unit+2), measure(trust, smallSize, false)/unit+2)
	a.lines = wrap(name, titleSize, wide*unit-6, 2, true)
	a.w, a.h = wide+2*g.side, h+a.head(g)+g.foot
}

// head is how high the title of an area is, with what parts it from the boxes.
func (a *area) head(g gaps) int {
	if a.bare {
		return 0
	}
	return (len(a.lines)*18+16+unit-1)/unit + g.row
}

// makeGrid sets the boxes of an area into columns no higher than they may be, each after those that flows to it come from.
func (s *scene) makeGrid(a *area, room int, g gaps) {
	n := len(a.boxes)
	if n == 0 {
		a.grid = grid{}
		return
	}
	tallest := 0
	for _, b := range a.boxes {
		tallest = max(tallest, s.boxes[b].h)
	}
	rows := min(n, max(1, (room+g.row)/(tallest+g.row)))
	cols := (n + rows - 1) / rows
	rows = (n + cols - 1) / cols
	a.grid = grid{cols: cols, rows: rows, slots: make([]int, cols*rows)}
	for i := range a.grid.slots {
		a.grid.slots[i] = -1
	}
	copy(a.grid.slots, s.inOrder(a.boxes))
}

// inOrder sorts boxes along the flows between them, a flow that closes a circle left out of account.
func (s *scene) inOrder(boxes []int) []int {
	rank := make(map[int]int, len(boxes))
	for _, b := range boxes {
		rank[b] = 0
	}
	for range min(len(boxes), 12) {
		for i := range s.links {
			l := &s.links[i]
			from, ok1 := rank[l.from]
			to, ok2 := rank[l.to]
			if ok1 && ok2 && l.from != l.to && to <= from && from < len(boxes) {
				rank[l.to] = from + 1
			}
		}
	}
	out := slices.Clone(boxes)
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	return out
}

func (s *scene) gridSize(a *area, g gaps) (w, h int) {
	if a.grid.cols == 0 {
		return 0, 0
	}
	a.grid.lows, a.grid.ends, a.grid.stride = a.grid.lows[:0], a.grid.ends[:0], boxWide+g.column
	for row := range a.grid.rows {
		tall := 0
		for col := range a.grid.cols {
			if b := a.grid.at(col, row); b >= 0 {
				tall = max(tall, s.boxes[b].h)
			}
		}
		a.grid.lows, a.grid.ends = append(a.grid.lows, h), append(a.grid.ends, h+tall)
		h += tall + g.row
	}
	return a.grid.cols*(boxWide+g.column) - g.column, h - g.row
}

// withAreas adds the size of the areas inside, beside the boxes or below them.
func (s *scene) withAreas(a *area, w, h int, g gaps) (int, int) {
	if len(a.areas) == 0 {
		return w, h
	}
	wide, tall := s.innerWidth(a, h, g), 0
	for _, column := range s.columns(a.areas, s.limit(a, h), g) {
		high := -g.zone
		for _, in := range column {
			high += s.areas[in].h + g.zone
		}
		tall = max(tall, high)
	}
	switch {
	case w == 0:
		return wide, tall
	case a.side == below:
		return max(w, wide), h + g.zone + tall
	}
	return w + g.zone + wide, max(h, tall)
}

// innerWidth is how wide the areas inside are together; nothing when there are none.
func (s *scene) innerWidth(a *area, h int, g gaps) int {
	sum := -g.zone
	for _, column := range s.columns(a.areas, s.limit(a, h), g) {
		wide := 0
		for _, in := range column {
			wide = max(wide, s.areas[in].w)
		}
		sum += wide + g.zone
	}
	return max(0, sum)
}

// limit is how high areas inside may be stacked: as high as the boxes beside them, or as wide as they are.
func (s *scene) limit(a *area, h int) int {
	total, tallest := 0, 0
	for _, in := range a.areas {
		total += s.areas[in].h * s.areas[in].w
		tallest = max(tallest, s.areas[in].h)
	}
	side := 1
	for side*side < total {
		side++
	}
	return max(h, tallest, side) + 4
}

// move gives an area, and all in it, its place.
func (s *scene) move(at, x, y int, g gaps) {
	a := &s.areas[at]
	a.x, a.y = x, y
	if !a.bare {
		x, y = x+g.side, y+a.head(g)
	}
	w, h := s.gridSize(a, g)
	inX, inY := x, y
	switch {
	case w == 0:
	case a.side == below:
		inY += h + g.zone
	case a.side == ahead:
		x += s.innerWidth(a, h, g) + g.zone
	default:
		inX += w + g.zone
	}
	a.grid.left, a.grid.top = x, y
	for slot, i := range a.grid.slots {
		if i >= 0 {
			mx, my := a.grid.middle(slot)
			s.boxes[i].x, s.boxes[i].y = mx-boxWide/2, my-s.boxes[i].h/2
		}
	}
	for _, column := range s.columns(a.areas, s.limit(a, h), g) {
		low, wide := inY, 0
		for _, in := range column {
			s.move(in, inX, low, g)
			low += s.areas[in].h + g.zone
			wide = max(wide, s.areas[in].w)
		}
		inX += wide + g.zone
	}
}

// near lists for each box the links that end at it.
func (s *scene) near() [][]int {
	out := make([][]int, len(s.boxes))
	for i := range s.links {
		l := &s.links[i]
		out[l.from] = append(out[l.from], i)
		if l.from != l.to {
			out[l.to] = append(out[l.to], i)
		}
	}
	return out
}
