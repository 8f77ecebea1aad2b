package schema

import "strconv"

// merging brings the changes of two sides together, on what was said rather than on how it was written.
type merging struct{ conflicts []Conflict }

// way leads to a value, and remembers the items that it passes through.
type way struct {
	up   *way
	name string
	item *value // where the name is the id of an item of a list
}

func (w *way) String() string {
	if w == nil || w.up == nil {
		return ""
	}
	return w.up.String() + "/" + w.name
}

// value merges one value. What one side left as it was is as the other side has it.
func (m *merging) value(at way, base, mine, theirs *value) *value {
	switch {
	case alike(base, theirs):
		if alike(base, mine) {
			return theirs
		}
		return mine
	case alike(base, mine), alike(mine, theirs):
		return theirs
	case wordy(base, mine, theirs):
		return mergedWords(base.asWords(), mine.asWords(), theirs.asWords())
	case base.is(senseItems) && mine.is(senseItems) && theirs.is(senseItems):
		return m.items(at, base, mine, theirs)
	case base.is(senseKeys) && mine.is(senseKeys) && theirs.is(senseKeys) && mine != nil && theirs != nil:
		return m.keys(at, base, mine, theirs)
	}
	m.conflict(at, base, mine, theirs)
	return theirs
}

func (m *merging) keys(at way, base, mine, theirs *value) *value {
	out := &value{sense: senseKeys}
	for i, key := range theirs.names {
		out.put(key, m.value(way{up: &at, name: key}, base.at(key), mine.at(key), theirs.parts[i]))
	}
	for i, key := range mine.names {
		if theirs.at(key) == nil {
			out.put(key, m.value(way{up: &at, name: key}, base.at(key), mine.parts[i], nil))
		}
	}
	return out.orNothing() // what neither side has any more is gone
}

// mergedWords keeps each word that neither side took out.
func mergedWords(base, mine, theirs *value) *value {
	out := &value{sense: senseWords}
	for i, word := range theirs.named() {
		if mine.at(word) != nil || base.at(word) == nil {
			out.put(word, theirs.parts[i])
		}
	}
	for i, word := range mine.named() {
		if theirs.at(word) == nil && base.at(word) == nil {
			out.put(word, mine.parts[i])
		}
	}
	return out.orNothing()
}

// outcome is one item of a merged list, with what it comes from.
type outcome struct {
	at                way
	base, mine, their *value
	item              *value
}

func (m *merging) items(at way, base, mine, theirs *value) *value {
	ofMine, ofTheirs := pairs(base, mine), pairs(base, theirs)
	var found []*outcome
	merged := func(id string, base, mine, theirs *value) {
		o := &outcome{at: way{up: &at, name: id, item: first(base, mine, theirs)}, base: base, mine: mine, their: theirs}
		o.item = m.value(o.at, base, mine, theirs)
		found = append(found, o)
	}
	for i, id := range base.named() {
		merged(id, base.parts[i], mine.at(ofMine[id]), theirs.at(ofTheirs[id]))
	}
	added := map[string]bool{} // by mine
	for _, id := range unpaired(mine, ofMine) {
		added[id] = true
	}
	for _, id := range unpaired(theirs, ofTheirs) {
		var same *value
		if added[id] {
			same = mine.at(id)
			delete(added, id)
		}
		merged(id, nil, same, theirs.at(id))
	}
	for _, id := range mine.named() {
		if added[id] {
			merged(id, nil, mine.at(id), nil)
		}
	}
	m.distinct(found)
	out := &value{sense: senseItems}
	for _, o := range found {
		out.put(o.item.id(), o.item)
	}
	return out.orNothing()
}

func first(values ...*value) *value {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
}

// distinct finds items that came to one id on different ways, such as one that mine renamed and one that theirs added.
// The item of theirs keeps the id.
func (m *merging) distinct(found []*outcome) {
	for again := true; again; {
		again = false
		holder := make(map[string]*outcome, len(found))
		for _, o := range found {
			id := o.item.id()
			other := holder[id]
			switch {
			case o.item == nil:
				continue
			case other == nil:
				holder[id] = o
				continue
			case o.their.id() == id:
				holder[id], o, other = o, other, o
			}
			m.twice(o, other)
			again = true
		}
	}
}

// twice takes back the id that mine gave to an item and that another item of theirs has; an item that is new in mine is
// left out.
func (m *merging) twice(o, other *outcome) {
	c := Conflict{Path: o.at.String(), Mine: o.mine.yaml(), Theirs: other.item.yaml(), Text: o.at.sameID(o.base, o.mine, other.item)}
	if o.their == nil {
		o.item = nil
		m.conflicts = append(m.conflicts, c)
		return
	}
	c.Path, c.Base, c.Mine, c.Theirs = c.Path+"/id", o.base.keyed("id"), o.mine.keyed("id"), o.their.keyed("id")
	m.conflicts = append(m.conflicts, c)
	item := &value{sense: senseKeys}
	for i, key := range o.item.names {
		part := o.item.parts[i]
		if key == "id" {
			part = o.their.at("id")
		}
		item.put(key, part)
	}
	o.item = item
}

func (m *merging) conflict(at way, base, mine, theirs *value) {
	m.conflicts = append(m.conflicts, Conflict{
		Path: at.String(), Base: base.yaml(), Mine: mine.yaml(), Theirs: theirs.yaml(), Text: at.sentence(base, mine, theirs),
	})
}

// inner gives the part of a value that a segment of a path names: a key, the id of an item, or a number.
func (v *value) inner(segment string) *value {
	if v == nil {
		return nil
	}
	if part := v.at(segment); part != nil {
		return part
	}
	if i, err := strconv.Atoi(segment); err == nil && v.sense != senseKeys && i >= 0 && i < len(v.parts) {
		return v.parts[i]
	}
	return nil
}
