package threatdragon

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
)

const maxBoxes = 500 // that are compared in one diagram

// drawing is what stands where in one diagram.
type drawing struct{ parts, boxes []spot }

// spot is where something is drawn, and which zone or component it is.
type spot struct {
	rect
	index int
}

// rect is an upright rectangle, in whole pixels, with its corner of the smallest x and y.
type rect struct{ x, y, width, height int64 }

type point struct {
	X pixels `json:"x"`
	Y pixels `json:"y"`
}

type size struct {
	Width  pixels `json:"width"`
	Height pixels `json:"height"`
}

// pixels is a length or a place in a drawing. The tool writes fractions, which mean nothing to anybody: this is the one
// place that sees them.
type pixels int64

const farthest = 1_000_000_000 // so that no sum and no area is too large for an integer

func (p *pixels) UnmarshalJSON(text []byte) error {
	var f float64
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	*p = pixels(math.Round(max(-farthest, min(farthest, f))))
	return nil
}

// rect gives where a cell is drawn; an empty rectangle where that is not said.
func (c *cell) rect() rect {
	if c.drawn.Position == nil || c.drawn.Size == nil {
		return rect{}
	}
	return rect{int64(c.drawn.Position.X), int64(c.drawn.Position.Y), int64(c.drawn.Size.Width), int64(c.drawn.Size.Height)}
}

func (a rect) known() bool { return a.width > 0 && a.height > 0 }

func (a rect) area() int64 { return a.width * a.height }

// holds says whether the centre of another rectangle is inside. Twice the centre is compared, which is a whole number.
func (a rect) holds(b rect) bool {
	x, y := 2*b.x+b.width, 2*b.y+b.height
	return 2*a.x <= x && x <= 2*(a.x+a.width) && 2*a.y <= y && y <= 2*(a.y+a.height)
}

// encloses says whether another rectangle is inside as a whole.
func (a rect) encloses(b rect) bool {
	return a.x <= b.x && b.x+b.width <= a.x+a.width && a.y <= b.y && b.y+b.height <= a.y+a.height
}

// place puts the components of a diagram into its zones, and zones into zones.
func (r *reader) place(here *drawing) {
	boxes := r.sizes(here.boxes)
	for i, box := range boxes {
		if at := smallest(boxes[:i], box.rect, rect.encloses); at >= 0 {
			r.out.Architecture.Zones[box.index].Parent = r.out.Architecture.Zones[boxes[at].index].ID
		}
	}
	for _, part := range here.parts {
		c := &r.out.Architecture.Components[part.index]
		if !part.known() {
			if len(boxes) > 0 {
				r.notes.Add(unplaced, 1, c.Name)
			}
			continue
		}
		at := smallest(boxes, part.rect, rect.holds)
		if at < 0 {
			continue
		}
		c.Zone = r.out.Architecture.Zones[boxes[at].index].ID
		if slices.ContainsFunc(boxes[:at], func(b spot) bool { return b.holds(part.rect) && !b.encloses(boxes[at].rect) }) {
			r.notes.Add(overlap, 1, c.Name)
		}
	}
}

// sizes gives the boxes that have a size, from the largest; of two that are alike, the one that was drawn first is the
// outer one.
func (r *reader) sizes(boxes []spot) []spot {
	known := slices.DeleteFunc(slices.Clone(boxes), func(b spot) bool { return !b.known() })
	r.notes.Add(unsized, len(boxes)-len(known), "")
	r.notes.Add(moreBoxes, len(known)-maxBoxes, "")
	known = known[:min(len(known), maxBoxes)]
	slices.SortStableFunc(known, func(a, b spot) int { return cmp.Compare(b.area(), a.area()) })
	return known
}

// smallest gives the last of the boxes, which is the smallest, that has a rectangle in it; -1 when none has.
func smallest(boxes []spot, inner rect, has func(outer, inner rect) bool) int {
	for at, box := range slices.Backward(boxes) {
		if has(box.rect, inner) {
			return at
		}
	}
	return -1
}
