package schema

import (
	"bytes"
	"slices"
	"strings"
)

// Merged is what comes of two changes that were made on one base.
type Merged struct {
	Sources   []Source // where there is a conflict they say what theirs say, so they are not to be kept
	Mine      []Change // that lead from the base to mine
	Theirs    []Change // that lead from the base to theirs
	Conflicts []Conflict

	result *value
}

// Conflict is what two people changed in ways that cannot both be. The path names items as the base does; base, mine and
// theirs are the YAML of the three values, empty for nothing. The text says it to the person whose change is mine.
type Conflict struct {
	Path               string
	Base, Mine, Theirs string
	Text               string
}

// Merge brings two changes of one base together: item by item and key by key, lists of words word by word. Where only
// one side changed anything, its text is the result. Otherwise the result is the text of theirs, with its remarks and its
// layout, and the changes of mine in it; it says what both said, nothing less. Whether that still makes sense, as where
// one side removed what the other began to refer to, is for the caller to check.
//
// The error is a fault of the text that cannot be read, or says that a change cannot be written into the text of theirs.
func Merge(base, mine, theirs []Source) (*Merged, error) {
	b, err := Parse(base...)
	if err != nil {
		return nil, err
	}
	m, err := b.Again(mine...)
	if err != nil {
		return nil, err
	}
	t, err := b.Again(theirs...)
	if err != nil {
		return nil, err
	}
	return b.Merge(m, t)
}

// Merge is [Merge] of documents that were read before, of which this is the base.
func (d *Document) Merge(mine, theirs *Document) (*Merged, error) {
	b := d.meaning()
	m, t := version{mine, b}, version{theirs, b}
	if !sameSources(mine.sources, d.sources) {
		m.value = mine.meaning()
	}
	if !sameSources(theirs.sources, d.sources) {
		t.value = theirs.meaning()
	}
	out := &Merged{Mine: compare(b, m.value), Theirs: compare(b, t.value)}
	switch {
	case equal(mine.sources, d.sources), len(out.Mine) == 0 && len(out.Theirs) > 0:
		out.Sources, out.result = theirs.sources, t.value
		return out, nil
	case len(out.Theirs) == 0 && sameFiles(d.sources, theirs.sources):
		out.Sources, out.result = mine.sources, m.value
		return out, nil
	}
	var w merging
	out.result = w.value(way{}, b, m.value, t.value)
	out.Conflicts = w.conflicts
	var err error
	out.Sources, err = theirs.reworded(t.value, out.result, desks{})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// version is a document with what it means.
type version struct {
	doc   *Document
	value *value
}

func sameSources(a, b []Source) bool { return equal(a, b) && sameFiles(a, b) }

func equal(a, b []Source) bool {
	return slices.EqualFunc(a, b, func(a, b Source) bool { return bytes.Equal(a.Text, b.Text) })
}

// sameFiles says whether a document is still kept in the same files: to split it is worth keeping.
func sameFiles(a, b []Source) bool {
	return slices.EqualFunc(a, b, func(a, b Source) bool { return a.File == b.File })
}

// Behind gives the changes of each side that a problem at a path of the result can come from: those that touch what is
// there, and those that removed, or gave a new id to, an item that it names.
func (m *Merged) Behind(path string) (mine, theirs []Change) {
	named := m.nameAt(path)
	behind := func(changes []Change) (found []Change) {
		for _, c := range changes {
			if c.touches(path) || named != "" && c.retires(named) {
				found = append(found, c)
			}
		}
		return found
	}
	return behind(m.Mine), behind(m.Theirs)
}

// nameAt is the text at a path of the result; empty where there is more, or less, than a text.
func (m *Merged) nameAt(path string) string {
	v := m.result
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if v = v.inner(segment); v == nil {
			return ""
		}
	}
	return v.text
}

// touches says whether a change is at a path, in it or around it. An item with a new id is meant by both ids.
func (c Change) touches(path string) bool {
	if within(c.Path, path) || within(path, c.Path) {
		return true
	}
	list, ok := c.renames()
	return ok && within(path, list+"/"+c.Is)
}

// renames gives the list of an item that is given a new id.
func (c Change) renames() (list string, ok bool) {
	item, ok := strings.CutSuffix(c.Path, "/id")
	if !ok || c.Op != OpSet {
		return "", false
	}
	return item[:max(strings.LastIndexByte(item, '/'), 0)], true
}

// retires says whether a change leaves no item with an id.
func (c Change) retires(id string) bool {
	_, renamed := c.renames()
	return renamed && c.Was == id || c.Op == OpRemove && last(c.Path) == id
}
