package schema

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// sense is what a value is, as far as comparing goes.
type sense int

const (
	senseWord  sense = iota // one text
	senseKeys               // keys, each with a value
	senseItems              // a list whose items all have an id of their own
	senseWords              // a list of texts, none of them twice
	senseList               // any other list: one value
)

// value is what a node means. How it is laid out, the order of keys, items and words, and white space around a text are
// not part of that. Nil is nothing: what is not there, or is there and says nothing.
type value struct {
	sense sense
	text  string         // of a word
	names []string       // keys, ids or words, in the order of the text
	parts []*value       // beside the names, or the items of a list
	index map[string]int // of the names, where there are many

	tree *tree      // where it is said; nil for what a merge put together
	node *yaml.Node // there, or a copy of it that more was laid into
}

const fewNames = 8 // are looked through faster than looked up

// meaning gives what the whole document says, which nobody changes.
func (d *Document) meaning() *value { return d.means() }

// valueOf gives what a node says: a copy, by what was laid into it, and any other as its tree has it.
func (d *Document) valueOf(n *yaml.Node) *value {
	t := d.trees[d.owner(n)]
	if d.copies[n] == nil {
		return t.meaning(n)
	}
	return t.value(n, d.valueOf)
}

func (t *tree) valueOf(n *yaml.Node) *value { return t.value(n, t.valueOf) }

// value gives what a node says whose parts are told apart.
func (t *tree) value(n *yaml.Node, part func(*yaml.Node) *value) *value {
	v := &value{tree: t, node: n}
	switch n.Kind {
	case yaml.MappingNode:
		v.sense = senseKeys
		for i := 0; i+1 < len(n.Content); i += 2 {
			v.put(n.Content[i].Value, part(n.Content[i+1]))
		}
		return v.orNothing()
	case yaml.SequenceNode:
		for _, item := range n.Content {
			v.parts = append(v.parts, part(item))
		}
		v.nameItems()
		return v.orNothing()
	}
	if v.text = strings.TrimSpace(n.Value); v.text == "" || isNull(n) {
		return nil
	}
	return v
}

// put adds a part under a name; nothing is not added.
func (v *value) put(name string, part *value) {
	if part == nil {
		return
	}
	if v.index != nil {
		v.index[name] = len(v.names)
	}
	v.names, v.parts = append(v.names, name), append(v.parts, part)
	if v.index == nil && len(v.names) > fewNames {
		v.number()
	}
}

func (v *value) number() {
	v.index = make(map[string]int, 2*len(v.names))
	for i, name := range v.names {
		v.index[name] = i
	}
}

func (v *value) orNothing() *value {
	if len(v.parts) == 0 {
		return nil
	}
	return v
}

// nameItems finds out what kind of list it is.
func (v *value) nameItems() {
	v.sense = senseList
	names := make([]string, len(v.parts))
	seen := make(map[string]bool, len(v.parts))
	found := senseWords
	for i, p := range v.parts {
		one := senseWords
		switch {
		case p == nil:
			return
		case p.sense == senseWord:
			names[i] = p.text
		case p.id() != "":
			one, names[i] = senseItems, p.id()
		}
		if i == 0 {
			found = one
		}
		if names[i] == "" || seen[names[i]] || one != found {
			return
		}
		seen[names[i]] = true
	}
	v.sense, v.names = found, names
	if len(names) > fewNames {
		v.number()
	}
}

// at gives the part of a name; nil if there is none.
func (v *value) at(name string) *value {
	if v == nil {
		return nil
	}
	i := -1
	if v.index == nil {
		i = slices.Index(v.names, name)
	} else if known, ok := v.index[name]; ok {
		i = known
	}
	if i < 0 {
		return nil
	}
	return v.parts[i]
}

// named gives the names; none of nothing.
func (v *value) named() []string {
	if v == nil {
		return nil
	}
	return v.names
}

// id is the id that keys and values have; empty for none.
func (v *value) id() string { return v.keyed("id") }

// keyed is the text of a key; empty if there is none.
func (v *value) keyed(key string) string {
	if v == nil || v.sense != senseKeys {
		return ""
	}
	if part := v.at(key); part != nil && part.sense == senseWord {
		return part.text
	}
	return ""
}

// is says whether it is nothing or of one sense.
func (v *value) is(s sense) bool { return v == nil || v.sense == s }

// asWords takes one text for a list of it, as the reader does where a list is expected.
func (v *value) asWords() *value {
	if v == nil || v.sense != senseWord {
		return v
	}
	return &value{sense: senseWords, names: []string{v.text}, parts: []*value{v}}
}

// wordy says whether values can be compared word by word: lists of words, or a text where another has a list of words.
func wordy(values ...*value) bool {
	lists := 0
	for _, v := range values {
		switch {
		case v.is(senseWords):
			if v != nil {
				lists++
			}
		case v.sense != senseWord:
			return false
		}
	}
	return lists > 0
}

// alike says whether two values mean the same.
func alike(a, b *value) bool {
	switch {
	case a == b:
		return true
	case a == nil || b == nil:
		return false
	case a.sense != b.sense && wordy(a, b):
		return alike(a.asWords(), b.asWords())
	case a.sense != b.sense || a.text != b.text || len(a.parts) != len(b.parts):
		return false
	case a.sense == senseList:
		return slices.EqualFunc(a.parts, b.parts, alike)
	}
	for i, name := range a.names {
		if !alike(a.parts[i], b.at(name)) {
			return false
		}
	}
	return true
}

// pairs matches the items of two lists: by id, and where an item has none of its own in the other list, by a former id
// that is not used there any more. It gives the id in b of each id in a that has one.
func pairs(a, b *value) map[string]string {
	of := make(map[string]string, len(a.named()))
	for _, id := range a.named() {
		if b.at(id) != nil {
			of[id] = id
		}
	}
	var fresh []string
	for _, id := range b.named() {
		if a.at(id) == nil {
			fresh = append(fresh, id)
		}
	}
	slices.Sort(fresh)
	for _, id := range fresh {
		for _, former := range b.at(id).formerly() {
			if _, taken := of[former]; !taken && a.at(former) != nil {
				of[former] = id
				break
			}
		}
	}
	return of
}

// formerly gives the ids that an item had before, in an order that does not depend on the text.
func (v *value) formerly() (ids []string) {
	list := v.at("formerly").asWords()
	if list == nil {
		return nil
	}
	for _, part := range list.parts {
		if part != nil && part.sense == senseWord {
			ids = append(ids, part.text)
		}
	}
	slices.Sort(ids)
	return ids
}

// unpaired gives the ids in b that no id in a has become.
func unpaired(b *value, of map[string]string) (ids []string) {
	taken := make(map[string]bool, len(of))
	for _, id := range of {
		taken[id] = true
	}
	for _, id := range b.named() {
		if !taken[id] {
			ids = append(ids, id)
		}
	}
	return ids
}
