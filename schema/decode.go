package schema

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"go.yaml.in/yaml/v4"
)

// Decode fills a document type from the tree and checks all that the tags say. The error is a fault with every place.
// What into held before is kept where the document says nothing.
func (d *Document) Decode(into any) error { return d.decode(into, false) }

// DecodeDraft decodes a document that need not be complete yet.
func (d *Document) DecodeDraft(into any) error { return d.decode(into, true) }

func (d *Document) decode(into any, draft bool) error {
	v := reflect.ValueOf(into).Elem()
	dec := &decoder{doc: d, draft: draft, plans: planner{}, known: map[string]map[ident.ID]*yaml.Node{}}
	dec.value(d.root, dec.plans.of(v.Type()), v, nil, trail{})
	if len(dec.problems) == 0 {
		dec.references()
	}
	return fault.At(dec.problems)
}

type decoder struct {
	doc      *Document
	draft    bool // what must be there may be missing
	plans    planner
	problems []fault.Field
	known    map[string]map[ident.ID]*yaml.Node // kind -> id -> where it is first
	uses     []use
}

// use is an id that must name something of one of the kinds.
type use struct {
	node  *yaml.Node
	id    ident.ID
	kinds []string
	at    trail
}

// trail is the path to a node, kept as a chain so that nothing is joined until there is a problem to tell.
type trail struct {
	up  *trail
	seg string
}

func (t trail) down(seg string) trail { return trail{up: &t, seg: seg} }

func (t trail) String() string {
	if t.up == nil {
		return ""
	}
	return t.up.String() + "/" + t.seg
}

func (dec *decoder) bad(n *yaml.Node, at trail, format string, args ...any) {
	if len(dec.problems) < MaxProblems {
		dec.problems = append(dec.problems, dec.doc.field(n, at.String(), fmt.Sprintf(format, args...)))
	}
}

func (dec *decoder) value(n *yaml.Node, pl *plan, v reflect.Value, f *field, at trail) {
	if isNull(n) {
		return // said, but with nothing in it: the same as not said
	}
	switch pl.shape {
	case shapeStruct:
		dec.structure(n, pl, v, at)
	case shapeList:
		dec.list(n, pl, v, f, at)
	case shapeMap:
		dec.mapping(n, pl, v, at)
	default:
		dec.scalar(n, pl, v, f, at)
	}
}

func (dec *decoder) structure(n *yaml.Node, pl *plan, v reflect.Value, at trail) {
	if n.Kind != yaml.MappingNode {
		dec.bad(n, at, "expected keys and values here, one a line (%s); found %s", some(pl.names), found(n))
		return
	}
	var seen uint64
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		fi, ok := pl.byKey[k.Value]
		if !ok {
			dec.unknownKey(k, pl, at)
			continue
		}
		f := &pl.fields[fi]
		if !isNull(n.Content[i+1]) {
			seen |= 1 << uint(fi)
		}
		dec.value(n.Content[i+1], f.plan, v.Field(f.index), f, at.down(f.key))
	}
	for fi := range pl.fields {
		if f := &pl.fields[fi]; f.need && !dec.draft && seen&(1<<uint(fi)) == 0 {
			dec.bad(n, at, "%s is missing: %s", quote(f.key), lowerFirst(f.doc))
		}
	}
}

func (dec *decoder) unknownKey(k *yaml.Node, pl *plan, at trail) {
	if near := ident.Nearest(k.Value, pl.names); near != "" {
		dec.bad(k, at, "the key %s is not known here; did you mean %s?", quote(k.Value), near)
		return
	}
	dec.bad(k, at, "the key %s is not known here; expected one of %s", quote(k.Value), strings.Join(pl.names, ", "))
}

func (dec *decoder) list(n *yaml.Node, pl *plan, v reflect.Value, f *field, at trail) {
	if n.Kind == yaml.ScalarNode && pl.elem.shape != shapeStruct && pl.elem.shape != shapeList {
		n = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}, Line: n.Line, Column: n.Column} // one value is a list of one
	}
	if n.Kind != yaml.SequenceNode {
		dec.bad(n, at, "expected a list; found %s: start each item with \"- \"", found(n))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		where := at.down(segment(item, i))
		if isNull(item) {
			dec.bad(item, where, "this item is empty")
			continue
		}
		dec.value(item, pl.elem, out.Index(i), f, where)
		if f != nil && f.kind != "" {
			dec.register(item, f.kind, pl.elem, out.Index(i), where)
		}
	}
	v.Set(out)
	if f != nil && f.bounded && (int64(len(n.Content)) < f.min || int64(len(n.Content)) > f.max) {
		dec.bad(n, at, "expected %d to %d items; found %d", f.min, f.max, len(n.Content))
	}
}

// segment names an item of a list in a path: its id, or its number.
func segment(item *yaml.Node, i int) string {
	if id := lookup(item, "id"); id != nil {
		return id.Value
	}
	return strconv.Itoa(i)
}

func (dec *decoder) register(item *yaml.Node, kind string, pl *plan, v reflect.Value, at trail) {
	if pl.shape != shapeStruct || pl.id < 0 {
		return
	}
	id := ident.ID(v.Field(pl.fields[pl.id].index).String())
	if id == "" {
		return // already told as missing or wrong
	}
	ids := dec.known[kind]
	if ids == nil {
		ids = map[ident.ID]*yaml.Node{}
		dec.known[kind] = ids
	}
	node := lookup(item, "id")
	if first, twice := ids[id]; twice {
		p := dec.doc.place(first)
		dec.bad(node, at, "the id %s is used twice; it is first at %s:%d:%d", quote(string(id)), p.File, p.Line, p.Column)
		return
	}
	ids[id] = node
}

func (dec *decoder) mapping(n *yaml.Node, pl *plan, v reflect.Value, at trail) {
	if n.Kind != yaml.MappingNode {
		dec.bad(n, at, "expected keys and values; found %s", found(n))
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Content)/2))
	keys := dec.plans.of(v.Type().Key())
	for i := 0; i+1 < len(n.Content); i += 2 {
		where := at.down(n.Content[i].Value)
		key := reflect.New(v.Type().Key()).Elem()
		dec.value(n.Content[i], keys, key, nil, where)
		value := reflect.New(v.Type().Elem()).Elem()
		dec.value(n.Content[i+1], pl.elem, value, nil, where)
		v.SetMapIndex(key, value)
	}
}

func (dec *decoder) scalar(n *yaml.Node, pl *plan, v reflect.Value, f *field, at trail) {
	if n.Kind != yaml.ScalarNode {
		dec.bad(n, at, "expected one value; found %s", found(n))
		return
	}
	text := strings.TrimSpace(n.Value)
	if why := unprintable(text); why != "" {
		dec.bad(n, at, "%s", why)
		return
	}
	switch pl.shape {
	case shapeText:
		v.SetString(text)
	case shapeID:
		dec.id(n, text, v, f, at)
	case shapeWord:
		dec.word(n, text, pl, v, at)
	case shapeInt:
		dec.number(n, text, v, f, at)
	case shapeBool:
		dec.boolean(n, text, v, at)
	case shapeParsed:
		if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
			dec.bad(n, at, "%s", err)
		}
	}
}

// unprintable says why a text may not be kept: it must be safe to print on any terminal and read as it is stored.
func unprintable(text string) string {
	if utf8.RuneCountInString(text) > maxText {
		return fmt.Sprintf("this text is longer than %d characters; keep it in a document and name its location", maxText)
	}
	for _, r := range text {
		if r == '\n' || r == '\t' {
			continue
		}
		if unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0xFEFF {
			return fmt.Sprintf("this text holds a character that cannot be seen (U+%04X); take it out", r)
		}
	}
	return ""
}

func (dec *decoder) id(n *yaml.Node, text string, v reflect.Value, f *field, at trail) {
	id, err := ident.ParseID(text)
	if err != nil {
		dec.bad(n, at, "%s", err)
		return
	}
	v.SetString(string(id))
	if f != nil && len(f.refs) > 0 {
		dec.uses = append(dec.uses, use{node: n, id: id, kinds: f.refs, at: at})
	}
}

func (dec *decoder) word(n *yaml.Node, text string, pl *plan, v reflect.Value, at trail) {
	switch w, ok := pl.words[fold(text)]; {
	case ok && w.Not != "":
		dec.bad(n, at, "%s", w.Not)
		return
	case ok && w.Absent:
		return
	case ok:
		v.SetString(w.Name)
		return
	}
	hint := ""
	if near := ident.Nearest(text, pl.names); near != "" {
		hint = "; did you mean " + near + "?"
	}
	dec.bad(n, at, "%s is not one of %s%s", quote(text), strings.Join(pl.names, ", "), hint)
}

func (dec *decoder) number(n *yaml.Node, text string, v reflect.Value, f *field, at trail) {
	i, err := strconv.ParseInt(strings.NewReplacer("_", "", ",", "").Replace(text), 10, 64)
	if err != nil {
		dec.bad(n, at, "expected a whole number; found %s", quote(text))
		return
	}
	low, high := int64(0), int64(1<<53-1)
	if f != nil && f.bounded {
		low, high = f.min, f.max
	}
	if i < low || i > high {
		dec.bad(n, at, "expected a whole number from %d to %d; found %d", low, high, i)
		return
	}
	v.SetInt(i)
}

func (dec *decoder) boolean(n *yaml.Node, text string, v reflect.Value, at trail) {
	switch strings.ToLower(text) {
	case "yes", "true":
		v.SetBool(true)
	case "no", "false":
		v.SetBool(false)
	default:
		dec.bad(n, at, "expected yes or no; found %s", quote(text))
	}
}

// references checks that every id that names something names something that is there.
func (dec *decoder) references() {
	for _, u := range dec.uses {
		if !dec.has(u) {
			dec.dangling(u)
		}
	}
}

func (dec *decoder) has(u use) bool {
	for _, kind := range u.kinds {
		if _, ok := dec.known[kind][u.id]; ok {
			return true
		}
	}
	return false
}

func (dec *decoder) dangling(u use) {
	var ids []string
	for _, kind := range u.kinds {
		for id := range dec.known[kind] {
			ids = append(ids, string(id))
		}
	}
	what := strings.Join(u.kinds, " or ")
	if near := ident.Nearest(string(u.id), ids); near != "" {
		dec.bad(u.node, u.at, "there is no %s %s; did you mean %s?", what, quote(string(u.id)), near)
		return
	}
	dec.bad(u.node, u.at, "there is no %s %s; add it, or take this out", what, quote(string(u.id)))
}

func found(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	default:
		return quote(n.Value)
	}
}

func some(names []string) string {
	if len(names) > 4 {
		return strings.Join(names[:4], ", ") + " ..."
	}
	return strings.Join(names, ", ")
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
