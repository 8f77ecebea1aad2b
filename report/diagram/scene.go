package diagram

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// scene is what is in a picture, before it has places.
type scene struct {
	picture *Picture
	grain   grain
	hidden  int // links that are not drawn
	areas   []area
	boxes   []box
	links   []link
	tops    []int // areas that are in no other
	steps   []step

	crowded bool             // there are more zones than can be drawn: there are none
	boxOf   map[ident.ID]int // component -> its box
	pixels  frame
}

// area is a zone. One without a zone holds the components that are in none.
type area struct {
	zone   *model.Zone
	parent int
	boxes  []int
	areas  []int
	bare   bool // without a border: the service has no zones

	spot
	lines []string // the title as it is set
	grid  grid
	side  side // where the areas inside stand
}

// side is where the areas inside an area stand: after its boxes, before them or below them.
type side int

const (
	after side = iota
	ahead
	below
)

// box is a component, or several that are drawn as one.
type box struct {
	first *model.Component
	count int // how many components it stands for
	group bool
	area  int
	shape shape

	name []string // as it is set
	kind string
	tags []tag
	how  How
	goal bool // somebody is after it
	here []int
	spot
}

// tag is a strip of a box that says what matters about it.
type tag struct {
	words string
	tone  tone
}

// spot is a place: in steps of the lattice.
type spot struct{ x, y, w, h int }

type shape int

const (
	process shape = iota
	outside
	store
)

// link is what is drawn between two boxes: all flows between them, in either direction.
type link struct {
	from, to int
	forth    bool // something goes from the first to the second
	back     bool
	flows    []*model.Flow
	hidden   bool  // left to the words
	steps    []int // of the path that go along it
	crosses  bool  // from one zone to another
	plain    bool  // a flow of it is said not to be encrypted

	route []point
	label label
}

// step is a step of the path where it is drawn.
type step struct {
	Step
	box  int // where it is drawn when no link has it; -1: not in the picture
	link int
	at   point // in pixels
}

func (l *link) marked() bool { return len(l.steps) > 0 }

// grain says how much of what is shown is drawn together.
type grain int

const (
	alone grain = iota
	byType
	byZone
)

// newScene takes from the service what the picture shows: each component alone, or as many together as it takes for the
// rest to be told apart.
func newScene(p *Picture) *scene {
	s := gather(p, alone)
	for g := byType; g <= byZone && (len(s.boxes) > mostDrawn || len(s.links) > mostLinks); g++ {
		s = gather(p, g)
	}
	s.thin()
	for i := range s.boxes {
		s.set(&s.boxes[i])
	}
	return s
}

func gather(p *Picture, g grain) *scene {
	s := &scene{picture: p, grain: g, boxOf: map[ident.ID]int{}}
	shown := s.choose()
	s.addAreas(shown)
	s.addBoxes(shown)
	s.addMarks()
	s.addLinks()
	s.addSteps()
	return s
}

// thin leaves the lines that carry least to the words, where there are more than anybody could follow.
func (s *scene) thin() {
	if len(s.links) <= mostLinks {
		return
	}
	order := make([]*link, len(s.links))
	for i := range s.links {
		order[i] = &s.links[i]
	}
	slices.SortStableFunc(order, func(a, b *link) int {
		return cmp.Or(cmp.Compare(len(b.steps), len(a.steps)), cmp.Compare(len(b.flows), len(a.flows)))
	})
	for _, l := range order[mostLinks:] {
		if !l.marked() {
			l.hidden = true
			s.hidden++
		}
	}
}

// zones gives the zones by their ids; only the first of an id counts.
func (s *scene) zones() map[ident.ID]*model.Zone {
	all := s.picture.Service.Architecture.Zones
	out := make(map[ident.ID]*model.Zone, len(all))
	for i := range all {
		if out[all[i].ID] == nil {
			out[all[i].ID] = &all[i]
		}
	}
	return out
}

// inside gives the zones that a zone is in, itself first. A zone inside itself ends the way out.
func inside(zones map[ident.ID]*model.Zone, id ident.ID) (out []ident.ID) {
	for z := zones[id]; z != nil && !slices.Contains(out, z.ID); z = zones[z.Parent] {
		out = append(out, z.ID)
	}
	return out
}

// choose gives the components that are shown: all, or those in the zone and what they are connected to.
func (s *scene) choose() []*model.Component {
	arch := &s.picture.Service.Architecture
	zones := s.zones()
	seen, within, wanted := map[ident.ID]bool{}, map[ident.ID]bool{}, map[ident.ID]bool{}
	for i := range arch.Components {
		c := &arch.Components[i]
		within[c.ID] = s.picture.Zone == "" || slices.Contains(inside(zones, c.Zone), s.picture.Zone)
	}
	for i := range arch.Flows {
		f := &arch.Flows[i]
		if within[f.Source] || within[f.Destination] {
			wanted[f.Source], wanted[f.Destination] = true, true
		}
	}
	var out []*model.Component
	for i := range arch.Components {
		c := &arch.Components[i]
		if !seen[c.ID] && (within[c.ID] || wanted[c.ID]) {
			out = append(out, c)
		}
		seen[c.ID] = true
	}
	return out
}

// addAreas adds the zones of what is shown, and in a picture of the whole the empty ones too.
func (s *scene) addAreas(shown []*model.Component) {
	zones := s.zones()
	needed := map[ident.ID]bool{s.picture.Zone: true}
	for _, c := range shown {
		for _, z := range inside(zones, c.Zone) {
			needed[z] = true
		}
	}
	at := map[ident.ID]int{}
	for i := range s.picture.Service.Architecture.Zones {
		z := &s.picture.Service.Architecture.Zones[i]
		if zones[z.ID] == z && (needed[z.ID] || s.picture.Zone == "") {
			at[z.ID] = len(s.areas)
			s.areas = append(s.areas, area{zone: z, parent: -1})
		}
	}
	if len(s.areas) > mostDrawn {
		s.areas, at, s.crowded = nil, nil, true
	}
	loose := slices.ContainsFunc(shown, func(c *model.Component) bool { _, ok := at[c.Zone]; return !ok })
	for i := range s.areas {
		a := &s.areas[i]
		parent, shown := at[a.zone.Parent]
		if around := inside(zones, a.zone.Parent); shown && !slices.Contains(around, a.zone.ID) {
			a.parent = parent
			s.areas[parent].areas = append(s.areas[parent].areas, i)
			continue
		}
		s.tops = append(s.tops, i)
	}
	if loose {
		s.tops = append(s.tops, len(s.areas))
		s.areas = append(s.areas, area{parent: -1, bare: len(s.areas) == 0})
	}
}

// areaOf gives the area of a component: its zone, or the one for those in none.
func (s *scene) areaOf() map[ident.ID]int {
	out := map[ident.ID]int{}
	for i := range s.areas {
		if z := s.areas[i].zone; z != nil {
			out[z.ID] = i
		}
	}
	return out
}

// addBoxes adds a box for each component, or for several where there are too many to be told apart.
func (s *scene) addBoxes(shown []*model.Component) {
	areas := s.areaOf()
	groups := map[string]int{}
	for _, c := range shown {
		at, ok := areas[c.Zone]
		if !ok {
			at = len(s.areas) - 1
		}
		key := s.groupOf(c, at, len(shown))
		if i, ok := groups[key]; ok && key != "" {
			s.boxes[i].count++
			s.boxOf[c.ID] = i
			continue
		}
		groups[key], s.boxOf[c.ID] = len(s.boxes), len(s.boxes)
		s.areas[at].boxes = append(s.areas[at].boxes, len(s.boxes))
		s.boxes = append(s.boxes, box{first: c, count: 1, area: at, shape: shapeOf(c)})
	}
	for i := range s.boxes {
		s.boxes[i].group = s.boxes[i].count > 1
	}
}

// groupOf gives what a component is drawn together with, or "" when it is drawn alone.
func (s *scene) groupOf(c *model.Component, at, shown int) string {
	far := s.picture.Zone != "" && !s.isWithin(at)
	switch {
	case s.grain == byZone, s.picture.Overview, far && shown > mostInOne:
		return "zone " + strconv.Itoa(at)
	case s.grain == byType:
		return "type " + strconv.Itoa(at) + " " + string(c.Type)
	}
	return ""
}

// isWithin says whether an area is the zone that the picture is of, or inside it.
func (s *scene) isWithin(at int) bool {
	for ; at >= 0; at = s.areas[at].parent {
		if z := s.areas[at].zone; z != nil && z.ID == s.picture.Zone {
			return true
		}
	}
	return false
}

func shapeOf(c *model.Component) shape {
	switch c.Type {
	case "person", "external-system":
		return outside
	case "datastore", "file-store", "queue", "secrets-store", "log-store", "code-repository":
		return store
	}
	return process
}

// addMarks says of each box how it is reached: the gravest of what it stands for.
func (s *scene) addMarks() {
	for _, r := range s.picture.Marks.Reached {
		if i, ok := s.boxOf[r.Component]; ok {
			s.boxes[i].how = max(s.boxes[i].how, r.How)
		}
	}
	for _, t := range s.picture.Marks.Targets {
		if i, ok := s.boxOf[t]; ok {
			s.boxes[i].goal = true
		}
	}
}

// addLinks bundles the flows between each two boxes. Flows within a group of components are left to the words.
func (s *scene) addLinks() {
	at := map[[2]int]int{}
	for i := range s.picture.Service.Architecture.Flows {
		f := &s.picture.Service.Architecture.Flows[i]
		from, ok1 := s.boxOf[f.Source]
		to, ok2 := s.boxOf[f.Destination]
		if !ok1 || !ok2 || s.leftOut(from, to) {
			continue
		}
		l := s.linkBetween(at, from, to)
		l.flows = append(l.flows, f)
		l.plain = l.plain || f.Encryption == "none"
		ahead := l.from == from
		l.forth = l.forth || ahead || f.Bidirectional == model.Yes
		l.back = l.back || !ahead || f.Bidirectional == model.Yes
	}
}

// leftOut says whether a flow is not drawn: within one group, or between two that the picture is not of.
func (s *scene) leftOut(from, to int) bool {
	if from == to && s.boxes[from].group {
		return true
	}
	return s.picture.Zone != "" && !s.isWithin(s.boxes[from].area) && !s.isWithin(s.boxes[to].area)
}

func (s *scene) linkBetween(at map[[2]int]int, from, to int) *link {
	key := [2]int{min(from, to), max(from, to)}
	i, ok := at[key]
	if !ok {
		i = len(s.links)
		at[key] = i
		s.links = append(s.links, link{from: from, to: to, crosses: s.boxes[from].area != s.boxes[to].area})
	}
	return &s.links[i]
}

// addSteps puts the steps of the path on the links that they go along. One that goes along no flow has a link of its own.
func (s *scene) addSteps() {
	at := map[[2]int]int{}
	for i := range s.links {
		l := &s.links[i]
		at[[2]int{min(l.from, l.to), max(l.from, l.to)}] = i
	}
	for n, st := range s.picture.Marks.Steps {
		from, ok1 := s.boxOf[st.From]
		to, ok2 := s.boxOf[st.To]
		s.steps = append(s.steps, step{Step: st, box: -1, link: -1})
		switch placed := &s.steps[n]; {
		case ok2 && (!ok1 || from == to):
			placed.box = to
			s.boxes[to].here = append(s.boxes[to].here, n)
		case ok1 && ok2:
			l := s.linkBetween(at, from, to)
			l.steps = append(l.steps, n)
			placed.link = at[[2]int{min(from, to), max(from, to)}]
			l.forth, l.back = l.forth || l.from == from, l.back || l.from != from
		}
	}
}

// markedAtAll says whether something stands out, so that the rest does not.
func (s *scene) markedAtAll() bool {
	m := &s.picture.Marks
	return len(m.Steps)+len(m.Reached)+len(m.Targets) > 0
}

// dimmed says whether a box is part of that rest.
func (s *scene) dimmed(b *box) bool {
	if !s.markedAtAll() || b.how != NotReached || b.goal || len(b.here) > 0 {
		return false
	}
	for _, st := range s.steps {
		for _, end := range []ident.ID{st.From, st.To} {
			if i, ok := s.boxOf[end]; ok && &s.boxes[i] == b {
				return false
			}
		}
	}
	return true
}

// caption gives the words on a link: how it is carried, and how many flows it is.
func (s *scene) caption(l *link) string {
	if len(l.flows) == 0 {
		return "not along a flow"
	}
	if s.boxes[l.from].group && s.boxes[l.to].group {
		return plural(len(l.flows), "flow")
	}
	var ways []string
	for _, f := range l.flows {
		if way := tidy(f.Protocol); way != "" && !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	words := strings.Join(ways, ", ")
	if len(ways) > 2 {
		words = strings.Join(ways[:2], ", ") + ", …"
	}
	if len(l.flows) > 1 {
		words = strings.TrimSpace(words + " ×" + strconv.Itoa(len(l.flows)))
	}
	return cut(words, smallSize, 150, false)
}
