package oscal

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// walk visits every group below one, and every control in it or in them.
func (s *section) walk(group func(*section), each func(*control)) {
	walkControls(s.controls, each)
	for _, below := range s.sections {
		group(below)
		below.walk(group, each)
	}
}

func walkControls(all []*control, each func(*control)) {
	for _, c := range all {
		each(c)
		walkControls(c.enhancements, each)
	}
}

// prune takes out the groups that have no controls in them, in whatever group they are.
func (s *section) prune(left func(*section)) {
	s.sections = slices.DeleteFunc(s.sections, func(below *section) bool {
		below.prune(left)
		bare := len(below.controls)+len(below.sections) == 0
		if bare {
			left(below)
		}
		return bare
	})
}

// section makes the requirements of a group's own controls, and then those of the groups in it.
func (m *maker) section(s *section, group string) error {
	for _, c := range s.controls {
		if err := m.control(c, nil, group); err != nil {
			return err
		}
	}
	for _, below := range s.sections {
		id := string(m.ids[below.key])
		r := library.Requirement{ID: id, Title: cmp.Or(below.title, below.id, id), Parent: group, Group: model.Yes}
		if err := m.put(&r); err != nil {
			return err
		}
		if err := m.section(below, id); err != nil {
			return err
		}
	}
	return nil
}

// control makes the requirement of a control and, behind it, those of its enhancements.
func (m *maker) control(c, of *control, group string) error {
	id := string(m.ids[c.key])
	if m.made[id] {
		m.notes.Add(foreign.Duplicate, 1, c.id)
	} else {
		r := library.Requirement{ID: id, Title: m.titled(c, of, id), Text: m.asked(c), Parent: group}
		if err := m.put(&r); err != nil {
			return err
		}
		m.counted(c, of)
	}
	for _, e := range c.enhancements {
		if err := m.control(e, c, group); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) titled(c, of *control, id string) string {
	title := cmp.Or(c.title, c.id, id)
	if of != nil && of.title != "" {
		title = m.notes.Cut(of.title+": "+title, foreign.MaxName)
	}
	if c.withdrawn {
		title += " (withdrawn)"
	}
	return title
}

// asked gives the text of a requirement.
func (m *maker) asked(c *control) string {
	if c.withdrawn {
		return m.gone(c)
	}
	s := m.statement(c)
	if s == "" {
		m.notes.Add(wordless, 1, c.id)
	}
	return s
}

func (m *maker) counted(c, of *control) {
	m.count.controls++
	if of != nil {
		m.count.enhancements++
		m.notes.Add(enhancements, 1, "")
	}
	if c.withdrawn {
		m.count.withdrawn++
		m.notes.Add(withdrawn, 1, c.id)
	}
	if string(m.ids[c.key]) != c.id {
		m.notes.Add(foreign.Renamed, 1, c.id)
	}
}

// put keeps a requirement, as far as the bounds allow.
func (m *maker) put(r *library.Requirement) error {
	if len(m.requirements) == MaxRequirements {
		return fault.New(fault.TooLarge, "the catalog has more than %d controls and groups, the most that is read; give the part that you need, such as the resolved catalog of a profile", MaxRequirements)
	}
	if m.bytes += len(r.ID) + len(r.Title) + len(r.Text) + len(r.Parent); m.bytes > maxPack {
		return fault.New(fault.TooLarge, "the texts of the catalog come to more than %d MiB, the most that a pack holds; give the part that you need, such as the resolved catalog of a profile", maxPack>>20)
	}
	m.made[r.ID] = true
	m.requirements = append(m.requirements, *r)
	return nil
}
