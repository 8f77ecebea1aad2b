package diagram

import (
	"fmt"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Sizes in pixels. A step of the lattice is the least distance of two lines that run side by side.
const (
	unit      = 12
	boxWide   = 13 // in steps
	nameSize  = 13
	smallSize = 11
	titleSize = 15
	nameHigh  = 15
	tagHigh   = 17
)

// set wraps the words of a box and gives it its size.
func (s *scene) set(b *box) {
	words, kind := nameOf(b.first), kindOf(b.first)
	if b.group {
		words, kind = s.groupWords(b)
	} else {
		b.tags = append(b.tags, s.exposure(b.first)...)
	}
	wide := boxWide*unit - 16
	b.name = wrap(words, nameSize, wide, 3, true)
	if strings.EqualFold(kind, words) {
		kind = ""
	}
	b.kind = cut(kind, smallSize, wide, false)
	b.tags = append(s.markTags(b), b.tags...)
	high := b.content() + 14
	if b.shape == store {
		high += 12
	}
	b.w, b.h = boxWide, max(4, (high+unit-1)/unit)
}

// content is how high the words of a box are together, in pixels.
func (b *box) content() int {
	high := len(b.name)*nameHigh + len(b.tags)*tagHigh
	if b.kind != "" {
		high += nameHigh
	}
	if len(b.tags) > 0 {
		high += 4
	}
	return high
}

func nameOf(c *model.Component) string {
	if name := tidy(c.Name); name != "" {
		return name
	}
	return string(c.ID)
}

// kindOf says what a component is, and whether somebody else answers for it.
func kindOf(c *model.Component) string {
	kind := kindWords(c.Type)
	if c.OutOfScope == model.Yes {
		kind += ", not ours"
	}
	return kind
}

func kindWords(t model.ComponentType) string {
	switch t {
	case "":
		return "Kind not stated"
	case "api":
		return "API"
	case "ai-model":
		return "AI model"
	case "datastore":
		return "Database"
	case "person":
		return "People"
	}
	words := strings.ReplaceAll(tidy(string(t)), "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// groupWords says what a box of several components is.
func (s *scene) groupWords(b *box) (name, kind string) {
	var exposed, holding int
	for i := range s.picture.Service.Architecture.Components {
		c := &s.picture.Service.Architecture.Components[i]
		if s.boxOf[c.ID] != b.index(s) {
			continue
		}
		if c.InternetFacing == model.Yes {
			exposed++
		}
		if len(c.Holds) > 0 {
			holding++
		}
	}
	if exposed > 0 {
		b.tags = append(b.tags, tag{fmt.Sprintf("%d face the internet", exposed), exposedTone})
	}
	if holding > 0 {
		b.tags = append(b.tags, tag{fmt.Sprintf("%d hold data", holding), dataTone})
	}
	name = plural(b.count, "component")
	if s.grain == byZone || s.picture.Overview || s.picture.Zone != "" && !s.isWithin(b.area) {
		b.shape = process
		return name, "of several kinds"
	}
	return name, kindWords(b.first.Type)
}

func (b *box) index(s *scene) int { return s.boxOf[b.first.ID] }

// exposure says what an attacker asks first: can I reach it, and what would I find.
func (s *scene) exposure(c *model.Component) (tags []tag) {
	if c.InternetFacing == model.Yes {
		tags = append(tags, tag{"Faces the internet", exposedTone})
	}
	if len(c.Holds) > 0 {
		tags = append(tags, tag{s.holding(c.Holds), dataTone})
	}
	return tags
}

// holding says what the gravest of some data is.
func (s *scene) holding(held []ident.ID) string {
	grade, words := 0, ""
	for _, id := range held {
		for i := range s.picture.Service.Data {
			if d := &s.picture.Service.Data[i]; d.ID == id {
				if g, w := gradeOf(d); g > grade {
					grade, words = g, w
				}
			}
		}
	}
	switch {
	case grade > 0:
		return strings.ToUpper(words[:1]) + words[1:]
	case len(held) == 1:
		return "Holds data"
	}
	return fmt.Sprintf("Holds %d kinds of data", len(held))
}

func gradeOf(d *model.Data) (int, string) {
	switch {
	case d.Classification.Rank() > model.Official.Rank():
		return 10 + d.Classification.Rank(), string(d.Classification) + " data"
	case d.Credentials == model.Yes:
		return 9, "credentials"
	case d.IsSpecial() == model.Yes:
		return 8, "special category data"
	case d.CriminalOffence == model.Yes:
		return 7, "data on offences"
	case d.Personal == model.Yes:
		return 6, "personal data"
	}
	return 0, ""
}

// markTags are the strips for what is marked.
func (s *scene) markTags(b *box) (tags []tag) {
	if b.goal {
		tags = append(tags, tag{"Target", goalTone})
	}
	switch b.how {
	case Origin:
		tags = append(tags, tag{"Attack starts here", originTone})
	case Controlled:
		tags = append(tags, tag{"Under attacker's control", controlledTone})
	case Read:
		tags = append(tags, tag{"Data can be read", readTone})
	}
	return tags
}

// title gives the words at the head of a zone.
func (a *area) title() (name, trust string) {
	if a.zone == nil {
		return "In no zone", "where trust changes is not stated"
	}
	name = tidy(a.zone.Name)
	if name == "" {
		name = string(a.zone.ID)
	}
	return name, trustWords(a.trust())
}

func (a *area) trust() model.Trust {
	if a.zone == nil {
		return ""
	}
	return a.zone.Trust
}

func trustWords(t model.Trust) string {
	switch t {
	case model.Public:
		return "public: anybody"
	case model.Partner:
		return "partner: known organisations"
	case model.Internal:
		return "internal: the organisation"
	case model.Isolated:
		return "isolated: the team's own"
	}
	return "trust not stated"
}
