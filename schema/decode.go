package schema

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	dec := &decoder{doc: d, draft: draft, plans: d.plans, known: map[string]map[ident.ID]*yaml.Node{}}
	dec.root = dec.plans.of(v.Type())
	dec.value(d.root, dec.root, v, nil, trail{})
	if len(dec.problems) == 0 {
		dec.references()
	}
	return d.Fail(dec.problems, dec.hidden)
}

type decoder struct {
	doc      *Document
	draft    bool // what must be there may be missing
	plans    *plans
	root     *plan // of the whole document
	problems []fault.Field
	hidden   int                                // problems beyond those kept
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

// maxKept problems are kept to be put in order; the rest are counted.
const maxKept = 20 * MaxProblems

func (dec *decoder) bad(n *yaml.Node, at trail, format string, args ...any) {
	if dec.enough() {
		dec.hidden++
		return
	}
	dec.problems = append(dec.problems, dec.doc.field(n, at.String(), fmt.Sprintf(format, args...)))
}

// enough says that no more problems are kept, so that nothing costly need be done to describe one.
func (dec *decoder) enough() bool { return len(dec.problems) >= maxKept }

// count gives how many problems were found.
func (dec *decoder) count() int { return len(dec.problems) + dec.hidden }

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
		dec.bad(n, at, "expected keys and values here, one a line (%s); found %s%s", some(pl.names), found(n), colonHint(n))
		return
	}
	var seen uint64
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, child := n.Content[i], n.Content[i+1]
		fi, ok := pl.byKey[k.Value]
		if !ok {
			seen |= dec.unknownKey(k, pl, at)
			continue
		}
		f := &pl.fields[fi]
		before := dec.count()
		dec.value(child, f.plan, v.Field(f.index), f, at.down(f.key))
		if isNull(child) {
			continue
		}
		seen |= 1 << uint(fi)
		if f.need && !dec.draft && dec.count() == before && f.plan.empty(v.Field(f.index)) {
			dec.bad(child, at.down(f.key), "%s says nothing: expected %s", quote(f.key), lowerFirst(f.doc))
		}
	}
	for fi := range pl.fields {
		if f := &pl.fields[fi]; f.need && !dec.draft && seen&(1<<uint(fi)) == 0 {
			dec.bad(n, at, "%s is missing: %s", quote(f.key), lowerFirst(f.doc))
		}
	}
}

// empty says whether a value that must be there is there and yet says nothing: no text, or a word such as unknown.
func (pl *plan) empty(v reflect.Value) bool {
	switch pl.shape {
	case shapeText, shapeID, shapeWord:
		return v.String() == ""
	}
	return false
}

// colonHint says what is wrong with a line such as "name:Benefits".
func colonHint(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Style == 0 && strings.Contains(n.Value, ":") && !strings.Contains(n.Value, "://") {
		return "; put a space after the colon"
	}
	return ""
}

// unknownKey tells of a key that is not known where it stands. It gives the field that was most likely meant, so that
// this is not told once more as missing.
func (dec *decoder) unknownKey(k *yaml.Node, pl *plan, at trail) (meant uint64) {
	if dec.enough() {
		dec.hidden++
		return 0
	}
	places := pl.inside(k.Value)
	near := ident.Nearest(k.Value, pl.names)
	_, top := dec.root.byKey[k.Value]
	hint := "expected one of " + strings.Join(pl.names, ", ")
	switch inner := ident.Nearest(k.Value, pl.inner()); {
	case len(places) > 0:
		hint = "it goes inside " + either(places)
	case near != "":
		hint, meant = "did you mean "+near+"?", 1<<uint(pl.byKey[near])
	case top && at.up != nil && at.up.up == nil:
		hint = fmt.Sprintf("it does not go inside %s but at the start of a line", at.seg)
	case inner != "":
		hint = fmt.Sprintf("did you mean %s, inside %s?", inner, either(pl.inside(inner)))
	}
	dec.bad(k, at, "the key %s is not known here; %s", quote(k.Value), hint)
	return meant
}

// inside gives the keys of a struct that hold keys and values of their own, a given key among them.
func (pl *plan) inside(key string) (places []string) {
	for i := range pl.fields {
		if f := &pl.fields[i]; f.plan.shape == shapeStruct && slices.Contains(f.plan.names, key) {
			places = append(places, f.key)
		}
	}
	return places
}

// inner gives the keys one level further in.
func (pl *plan) inner() (names []string) {
	for i := range pl.fields {
		if f := &pl.fields[i]; f.plan.shape == shapeStruct {
			names = append(names, f.plan.names...)
		}
	}
	return names
}

// either joins at most a few names with "or".
func either(names []string) string {
	if len(names) > 4 {
		names = names[:4]
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func (dec *decoder) list(n *yaml.Node, pl *plan, v reflect.Value, f *field, at trail) {
	if n.Kind == yaml.ScalarNode && pl.elem.shape != shapeStruct && pl.elem.shape != shapeList {
		n = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}, Line: n.Line, Column: n.Column} // one value is a list of one
	}
	if n.Kind != yaml.SequenceNode {
		dec.bad(n, at, "expected a list, each item starting with \"- \" (for none leave the key out); found %s", found(n))
		return
	}
	dec.items(n, pl, v, f, at)
	if f != nil && f.bounded && (int64(len(n.Content)) < f.min || int64(len(n.Content)) > f.max) {
		dec.bad(n, at, "expected %d to %d items; found %d", f.min, f.max, len(n.Content))
	}
}

// items decodes the items of a list. Once more is wrong than is told, they are only checked and counted: a text of many
// items that say nothing would take far more room than it has.
func (dec *decoder) items(n *yaml.Node, pl *plan, v reflect.Value, f *field, at trail) {
	made := min(len(n.Content), 8*maxKept)
	v.Set(reflect.MakeSlice(v.Type(), made, made))
	ids := dec.idsOf(f)
	for i, item := range n.Content {
		into := dec.slot(v, i)
		where := at.down(segment(item, i))
		before := dec.count()
		dec.value(item, pl.elem, into, f, where)
		if isNull(item) || dec.count() == before && pl.elem.shape == shapeText && into.Len() == 0 {
			dec.bad(item, where, "this item is empty; write it, or take the line out")
			continue
		}
		if f != nil && f.kind != "" {
			dec.register(item, ids, pl.elem, into, where)
		}
	}
}

// slot gives the place of the item at an index of a list, the list grown to it, or a place of its own to be forgotten.
func (dec *decoder) slot(v reflect.Value, i int) reflect.Value {
	if i < v.Len() {
		return v.Index(i)
	}
	if dec.enough() {
		return reflect.New(v.Type().Elem()).Elem()
	}
	v.Grow(1)
	v.SetLen(i + 1)
	return v.Index(i)
}

// segment names an item of a list in a path: its id, or its number.
func segment(item *yaml.Node, i int) string {
	if id := lookup(item, "id"); id != nil {
		return id.Value
	}
	return strconv.Itoa(i)
}

// idsOf gives the ids known so far among which those of a list must be unique.
func (dec *decoder) idsOf(f *field) map[ident.ID]*yaml.Node {
	if f == nil || f.kind == "" {
		return nil
	}
	if ids := dec.known[f.kind]; ids != nil && !f.here {
		return ids
	}
	ids := map[ident.ID]*yaml.Node{}
	if !f.here {
		dec.known[f.kind] = ids
	}
	return ids
}

func (dec *decoder) register(item *yaml.Node, ids map[ident.ID]*yaml.Node, pl *plan, v reflect.Value, at trail) {
	if pl.shape != shapeStruct || pl.id < 0 {
		return
	}
	id := ident.ID(v.Field(pl.fields[pl.id].index).String())
	if id == "" {
		return // already told as missing or wrong
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
		dec.bad(n, at, "expected keys and values; found %s%s", found(n), colonHint(n))
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
	w, ok := pl.words[fold(text)]
	switch {
	case !ok && dec.enough():
		dec.hidden++
	case !ok:
		dec.bad(n, at, "%s", pl.notAWord(text))
	case w.Not != "":
		dec.bad(n, at, "%s", w.Not)
	case !w.Absent:
		v.SetString(w.Name)
	}
}

func (dec *decoder) number(n *yaml.Node, text string, v reflect.Value, f *field, at trail) {
	digits, ok := ungroup(text)
	if !ok {
		dec.bad(n, at, "expected a whole number; found %s", quote(text))
		return
	}
	low, high := int64(0), int64(1<<53-1)
	if f != nil && f.bounded {
		low, high = f.min, f.max
	}
	switch i, err := strconv.ParseInt(digits, 10, 64); {
	case err == nil && low <= i && i <= high:
		v.SetInt(i)
	case f != nil && f.bounded:
		dec.bad(n, at, "expected a whole number from %d to %d; found %s", low, high, quote(text))
	case strings.HasPrefix(text, "-"):
		dec.bad(n, at, "expected a whole number, 0 or more; found %s", quote(text))
	default:
		dec.bad(n, at, "this number is too large: at most %d is read", high)
	}
}

// ungroup gives the digits of a whole number, perhaps written in groups of three as in 1,000 or 1_000. Any other use of a
// comma is refused: to many it parts whole from half.
func ungroup(text string) (digits string, ok bool) {
	unsigned := strings.TrimPrefix(text, "-")
	sep := ","
	if strings.Contains(unsigned, "_") {
		sep = "_"
	}
	groups := strings.Split(unsigned, sep)
	for i, g := range groups {
		grouped := len(groups) == 1 || len(g) == 3 || i == 0 && len(g) < 3
		if g == "" || !grouped || strings.Trim(g, "0123456789") != "" {
			return "", false
		}
	}
	return text[:len(text)-len(unsigned)] + strings.Join(groups, ""), true
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
		switch {
		case dec.has(u):
		case dec.enough():
			dec.hidden++
		default:
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
	dec.bad(u.node, u.at, "there is no %s %s%s; add it, or take this out", what, quote(string(u.id)), dec.otherKind(u.id))
}

// otherKind says of what kind an id is that was looked for among others.
func (dec *decoder) otherKind(id ident.ID) string {
	for _, kind := range slices.Sorted(maps.Keys(dec.known)) {
		if _, ok := dec.known[kind][id]; ok {
			return " (there is one of the kind " + kind + ")"
		}
	}
	return ""
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
