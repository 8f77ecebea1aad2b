package diagram

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// anyPicture draws pictures of all sorts: zones inside each other or inside themselves, components in none, circles of
// flows, flows to oneself, names of any letters.
func anyPicture(t *rapid.T) *Picture {
	s := &model.Service{Service: model.Identity{ID: "any", Name: rapid.String().Draw(t, "name")}}
	zones := rapid.IntRange(0, 7).Draw(t, "zones")
	pick := func(kind string, n int) ident.ID {
		if i := rapid.IntRange(-1, n-1).Draw(t, kind); i >= 0 {
			return ident.ID(fmt.Sprintf("%s%d", kind, i))
		}
		return ""
	}
	for i := range zones {
		trust := rapid.SampledFrom([]model.Trust{"", model.Public, model.Partner, model.Internal, model.Isolated}).Draw(t, "trust")
		s.Architecture.Zones = append(s.Architecture.Zones, model.Zone{ID: ident.ID(fmt.Sprintf("z%d", i)), Name: rapid.String().Draw(t, "zone"), Trust: trust, Parent: pick("z", zones)})
	}
	parts := rapid.IntRange(0, 25).Draw(t, "parts")
	kinds := model.ComponentType("").Words()
	for i := range parts {
		kind := model.ComponentType(rapid.SampledFrom(kinds).Draw(t, "kind").Name)
		s.Architecture.Components = append(s.Architecture.Components, model.Component{ID: ident.ID(fmt.Sprintf("c%d", i)), Name: rapid.String().Draw(t, "part"), Type: kind, Zone: pick("z", zones), InternetFacing: rapid.SampledFrom([]model.Attribute{"", model.Yes, model.No}).Draw(t, "facing")})
	}
	for i := range rapid.IntRange(0, 2*parts).Draw(t, "flows") {
		s.Architecture.Flows = append(s.Architecture.Flows, model.Flow{ID: ident.ID(fmt.Sprintf("f%d", i)), Source: pick("c", parts), Destination: pick("c", parts), Protocol: rapid.SampledFrom([]string{"", "https", "sql over something long"}).Draw(t, "protocol")})
	}
	p := &Picture{Service: s, Overview: rapid.Bool().Draw(t, "overview"), Marking: rapid.SampledFrom([]string{"", "OFFICIAL"}).Draw(t, "marking")}
	if rapid.Bool().Draw(t, "one zone") {
		p.Zone = pick("z", zones)
	}
	for range rapid.IntRange(0, 5).Draw(t, "steps") {
		p.Marks.Steps = append(p.Marks.Steps, Step{From: pick("c", parts), To: pick("c", parts), Label: rapid.String().Draw(t, "label"), Status: Status(rapid.IntRange(0, 2).Draw(t, "status"))})
	}
	for range rapid.IntRange(0, 4).Draw(t, "reached") {
		p.Marks.Reached = append(p.Marks.Reached, Reach{pick("c", parts), How(rapid.IntRange(0, 3).Draw(t, "how"))})
	}
	return p
}

func (s spot) rect() rect { return rect{s.x * unit, s.y * unit, s.w * unit, s.h * unit} }

func within(in, out rect) bool {
	return in.x >= out.x && in.y >= out.y && in.x+in.w <= out.x+out.w && in.y+in.h <= out.y+out.h
}

// TestNothingOverlaps: boxes and zones have places of their own, no line runs through a box, and no words lie on a box or on
// each other.
func TestNothingOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(anyPicture(t))
		s.draw()
		checkBoxes(t, s)
		checkAreas(t, s)
		checkLines(t, s)
	})
}

func checkBoxes(t *rapid.T, s *scene) {
	for i := range s.boxes {
		b := &s.boxes[i]
		for j := range i {
			if b.rect().overlaps(s.boxes[j].rect()) {
				t.Fatalf("the boxes of %s and %s overlap", b.first.ID, s.boxes[j].first.ID)
			}
		}
		for at := b.area; at >= 0; at = s.areas[at].parent {
			if a := &s.areas[at]; !within(b.rect(), a.rect()) || !a.bare && b.rect().overlaps(a.titleSpot().rect()) {
				t.Fatalf("the box of %s is not inside area %d, or on its title", b.first.ID, at)
			}
		}
	}
}

func checkAreas(t *rapid.T, s *scene) {
	for i := range s.areas {
		a := &s.areas[i]
		if a.parent >= 0 && !within(a.rect(), s.areas[a.parent].rect()) {
			t.Fatalf("area %d is not inside area %d", i, a.parent)
		}
		for j := range i {
			if s.areas[j].parent == a.parent && a.rect().overlaps(s.areas[j].rect()) {
				t.Fatalf("the areas %d and %d overlap", i, j)
			}
		}
		for k := range s.boxes {
			if b := &s.boxes[k]; !slices.Contains(s.around(b.area), i) && b.rect().overlaps(a.rect()) {
				t.Fatalf("the box of %s is on area %d, where it is not", b.first.ID, i)
			}
		}
	}
}

func (s *scene) around(at int) (out []int) {
	for ; at >= 0; at = s.areas[at].parent {
		out = append(out, at)
	}
	return out
}

func checkLines(t *rapid.T, s *scene) {
	for i := range s.links {
		l := &s.links[i]
		for k := 1; k < len(l.route); k++ {
			p, q := l.route[k-1].pixels(), l.route[k].pixels()
			if p.x != q.x && p.y != q.y {
				t.Fatalf("link %d is not along rows and columns: %v", i, l.route)
			}
			for b := range s.boxes {
				in := s.boxes[b].rect()
				in = rect{in.x + 1, in.y + 1, in.w - 2, in.h - 2}
				if in.overlaps(rect{min(p.x, q.x), min(p.y, q.y), abs(p.x-q.x) + 1, abs(p.y-q.y) + 1}) {
					t.Fatalf("link %d runs through the box of %s", i, s.boxes[b].first.ID)
				}
			}
		}
		if l.label.w == 0 {
			continue
		}
		for b := range s.boxes {
			if s.boxes[b].rect().overlaps(l.label.rect) {
				t.Fatalf("the words %q lie on the box of %s", l.label.words, s.boxes[b].first.ID)
			}
		}
		for j := range i {
			if o := s.links[j].label; o.w > 0 && o.overlaps(l.label.rect) {
				t.Fatalf("the words of links %d and %d overlap", i, j)
			}
		}
	}
}

// TestAllIsThere: every component is in one box and every flow on one line, and in a picture of the whole none is missing.
func TestAllIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPicture(t)
		p.Zone, p.Overview = "", rapid.Bool().Draw(t, "in groups")
		s := newScene(p)
		count := 0
		for i := range s.boxes {
			count += s.boxes[i].count
		}
		if all := len(p.Service.Architecture.Components); count != all {
			t.Fatalf("%d of %d components are in a box", count, all)
		}
		drawn := map[ident.ID]int{}
		for i := range s.links {
			for _, f := range s.links[i].flows {
				drawn[f.ID]++
			}
		}
		for _, f := range p.Service.Architecture.Flows {
			want := 1
			from, ok1 := s.boxOf[f.Source]
			to, ok2 := s.boxOf[f.Destination]
			if !ok1 || !ok2 || from == to && s.boxes[from].count > 1 {
				want = 0
			}
			if drawn[f.ID] != want {
				t.Fatalf("the flow %s is drawn %d times, not %d", f.ID, drawn[f.ID], want)
			}
		}
	})
}

// TestWidthOfWords: no line of a name is wider than its box, whatever it is made of.
func TestWidthOfWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := tidy(rapid.String().Draw(t, "words"))
		wide := rapid.IntRange(40, 200).Draw(t, "wide")
		lines := wrap(words, nameSize, wide, 3, true)
		if len(lines) > 3 {
			t.Fatalf("%d lines", len(lines))
		}
		for _, line := range lines {
			if got := measure(line, nameSize, true); got > wide {
				t.Fatalf("%q is %d wide, more than %d", line, got, wide)
			}
		}
	})
}

// TestContrast: words stand out 4.5 to 1 from what they are on, lines 3 to 1, by the formula of the accessibility guidelines.
func TestContrast(t *testing.T) {
	grounds := []string{white, pink, yellow}
	for _, trust := range []model.Trust{"", model.Public, model.Partner, model.Internal, model.Isolated} {
		b := borderOf(trust)
		grounds = append(grounds, b.ground)
		if c := contrast(b.line, white); c < 3 {
			t.Errorf("the border of %q has %.1f", trust, c)
		}
	}
	for _, ground := range grounds {
		for _, letters := range []string{black, grey} {
			if c := contrast(letters, ground); c < 4.5 {
				t.Errorf("%s on %s has %.1f", letters, ground, c)
			}
		}
		for _, st := range []Status{Open, Hindered, Blocked} {
			if c := contrast(lineOfStep(st).colour, ground); c < 3 {
				t.Errorf("a step that is %s on %s has %.1f", st, ground, c)
			}
		}
	}
	for _, tone := range []tone{exposedTone, dataTone, goalTone, originTone, controlledTone, readTone} {
		if ground, letters := tone.colours(); contrast(ground, letters) < 4.5 {
			t.Errorf("tone %d has %.1f", tone, contrast(ground, letters))
		}
	}
	if contrast(white, red) < 4.5 || contrast(white, green) < 4.5 {
		t.Error("the numbers of steps do not stand out")
	}
}
