package diagram

import (
	"fmt"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

func (p *Picture) prefix() string {
	if id := ident.Suggest(p.Prefix); id != "" {
		return string(id)
	}
	return "picture"
}

func (p *Picture) title() string {
	if t := tidy(p.Title); t != "" {
		return t
	}
	name := tidy(p.Service.Service.Name)
	if name == "" {
		name = string(p.Service.Service.ID)
	}
	for i := range p.Service.Architecture.Zones {
		if z := &p.Service.Architecture.Zones[i]; z.ID == p.Zone && p.Zone != "" {
			zone := area{zone: z}
			title, _ := zone.title()
			return name + ": " + title
		}
	}
	if p.Overview {
		return name + ": its zones"
	}
	return name
}

func (s *scene) description() string {
	if d := tidy(s.picture.Description); d != "" {
		return d
	}
	return s.counts()
}

func (s *scene) counts() string {
	zones, components, flows := 0, 0, 0
	for i := range s.areas {
		if s.areas[i].zone != nil {
			zones++
		}
	}
	for i := range s.boxes {
		components += s.boxes[i].count
	}
	for i := range s.links {
		if !s.links[i].hidden {
			flows += len(s.links[i].flows)
		}
	}
	if s.crowded {
		return fmt.Sprintf("Data-flow diagram. There are too many zones to be drawn. Components: %d. Flows drawn: %d.", components, flows)
	}
	return fmt.Sprintf("Data-flow diagram by trust zone. Zones: %d. Components: %d. Flows drawn: %d.", zones, components, flows)
}

func (s *scene) nameByID(id ident.ID) string {
	for i := range s.picture.Service.Architecture.Components {
		if c := &s.picture.Service.Architecture.Components[i]; c.ID == id {
			return nameOf(c)
		}
	}
	return string(id)
}

// wordsOf says in a line what a box is.
func (s *scene) wordsOf(b *box) string {
	name, kind := nameOf(b.first), kindOf(b.first)
	if b.group {
		name, kind = strings.Join(b.name, " "), b.kind
	}
	zone, _ := s.areas[b.area].title()
	out := []string{name, kind, zone}
	for _, t := range b.tags {
		out = append(out, t.words)
	}
	return strings.Join(out, "; ")
}

// plural counts things: nothing for none.
func plural(n int, thing string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
