package diagram

// settle brings together what is connected: it exchanges zones of one trust, areas inside others, and boxes of one zone,
// as long as that makes the lines shorter and straighter.
func (s *scene) settle(high int, g gaps) {
	near := s.near()
	for range 4 {
		better := s.swapBoxes(near)
		s.layOut(high, g, false)
		better = s.swapAreas(high, g) || better
		better = s.turnAreas(high, g) || better
		if !better {
			break
		}
	}
}

// swapBoxes exchanges what stands in two places of a grid. In a large one the two are not far apart: trying all pairs would
// take longer than anybody waits.
func (s *scene) swapBoxes(near [][]int) (better bool) {
	const far = 48
	for range 6 {
		moved := false
		for at := range s.areas {
			a := &s.areas[at]
			for i := range a.grid.slots {
				for j := i + 1; j < min(len(a.grid.slots), i+far); j++ {
					moved = s.swapTwo(a, i, j, near) || moved
				}
			}
		}
		if !moved {
			break
		}
		better = true
	}
	return better
}

func (s *scene) swapTwo(a *area, i, j int, near [][]int) bool {
	before := s.costAt(a.grid.slots[i], near) + s.costAt(a.grid.slots[j], near)
	s.exchange(a, i, j)
	if s.costAt(a.grid.slots[i], near)+s.costAt(a.grid.slots[j], near) < before {
		return true
	}
	s.exchange(a, i, j)
	return false
}

// exchange swaps two places. Rows may grow by that; until all is laid out again the middles are near enough.
func (s *scene) exchange(a *area, i, j int) {
	p, q := a.grid.slots[i], a.grid.slots[j]
	a.grid.slots[i], a.grid.slots[j] = q, p
	xi, yi := a.grid.middle(i)
	xj, yj := a.grid.middle(j)
	if p >= 0 {
		s.boxes[p].x, s.boxes[p].y = xj-s.boxes[p].w/2, yj-s.boxes[p].h/2
	}
	if q >= 0 {
		s.boxes[q].x, s.boxes[q].y = xi-s.boxes[q].w/2, yi-s.boxes[q].h/2
	}
}

func (s *scene) costAt(b int, near [][]int) (sum int) {
	if b < 0 {
		return 0
	}
	for _, i := range near[b] {
		sum += s.cost(&s.links[i])
	}
	return sum
}

// cost is how bad a link is to look at: its length, a bend, going backwards, and what stands in between.
func (s *scene) cost(l *link) int {
	if l.from == l.to || l.hidden {
		return 0
	}
	p, q := &s.boxes[l.from], &s.boxes[l.to]
	dx, dy := q.x+q.w/2-p.x-p.w/2, q.y+q.h/2-p.y-p.h/2
	sum := abs(dx) + abs(dy)
	aside, level := abs(dx) >= boxWide-1, 2*abs(dy) >= p.h+q.h-2
	if aside && level {
		sum += 12
	}
	if l.forth && !l.back && dx < -boxWide || l.back && !l.forth && dx > boxWide {
		sum += 10
	}
	if p.area == q.area {
		sum += 20 * s.between(p, q)
	}
	if l.marked() {
		sum *= 3
	}
	return sum
}

// between counts the boxes of a zone that stand on the straight line between two of one row or column.
func (s *scene) between(p, q *box) (n int) {
	left, right := min(p.x, q.x), max(p.x, q.x)
	top, foot := min(p.y+p.h/2, q.y+q.h/2), max(p.y+p.h/2, q.y+q.h/2)
	if foot-top > 2 && left != right {
		return 0
	}
	for _, i := range s.areas[p.area].boxes {
		b := &s.boxes[i]
		mid := b.y + b.h/2
		if b == p || b == q {
			continue
		}
		sameRow := foot-top <= 2 && abs(mid-top) <= 2 && left < b.x && b.x < right
		sameColumn := left == right && b.x == left && top < mid && mid < foot
		if sameRow || sameColumn {
			n++
		}
	}
	return n
}

func (s *scene) total() (sum int) {
	for i := range s.links {
		sum += s.cost(&s.links[i])
	}
	return sum
}

// swapAreas exchanges zones that stand in one another's place.
func (s *scene) swapAreas(high int, g gaps) (better bool) {
	lists := [][]int{s.tops}
	for i := range s.areas {
		lists = append(lists, s.areas[i].areas)
	}
	best := s.measured(high, g)
	for _, list := range lists {
		for i := range list {
			for j := i + 1; j < len(list) && len(list) <= 40; j++ {
				if band(s.areas[list[i]].trust()) != band(s.areas[list[j]].trust()) {
					continue
				}
				list[i], list[j] = list[j], list[i]
				if now := s.measured(high, g); now < best {
					best, better = now, true
					continue
				}
				list[i], list[j] = list[j], list[i]
			}
		}
	}
	s.layOut(high, g, false)
	return better
}

// turnAreas sets the areas inside another after its boxes, before them or below them.
func (s *scene) turnAreas(high int, g gaps) (better bool) {
	best := s.measured(high, g)
	for i := range s.areas {
		a := &s.areas[i]
		if len(a.areas) == 0 || len(a.boxes) == 0 {
			continue
		}
		kept := a.side
		for _, side := range []side{after, ahead, below} {
			a.side = side
			if now := s.measured(high, g); now < best {
				best, better, kept = now, true, side
			}
		}
		a.side = kept
	}
	s.layOut(high, g, false)
	return better
}

// measured is how bad all is: the links, and a page that is larger than it need be.
func (s *scene) measured(high int, g gaps) int {
	w, h := s.layOut(high, g, false)
	return s.total() + max(w*2, h*3)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
