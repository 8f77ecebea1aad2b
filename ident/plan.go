package ident

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// op is how values of a type are written.
type op uint8

const (
	opBool op = iota
	opInt
	opUint
	opNumber // json.Number
	opString
	opText // encoding.TextMarshaler
	opPointer
	opInterface
	opSlice
	opMap
	opStruct
)

// plan is all that reflection has to say about a type, worked out once.
type plan struct {
	op      op
	typ     reflect.Type
	list    bool // of a slice: the order means something; of an interface: pass it on
	keyText bool // of a map: keys are text marshalers, not strings
	elem    *plan
	fields  []field // of a struct, in the order they are written
}

type field struct {
	index []int
	step  string // how the field is named in a Go path, such as ".Score"
	name  string
	head  []byte // the name, quoted, and the colon
	plan  *plan
}

// planKey is a type as it stands in a field: with the mark of a list a slice is written differently.
type planKey struct {
	typ  reflect.Type
	list bool
}

// refusal is why a value has no canonical form. The path is put together while unwinding, which costs nothing until
// something is refused.
type refusal struct {
	path string
	kind fault.Kind
	text string
}

func (r *refusal) at(step string) *refusal {
	r.path = step + r.path
	return r
}

func (r *refusal) fault(t reflect.Type) error {
	root := t.String()
	if t.Name() != "" {
		root = t.Name()
	}
	return fault.New(r.kind, "%s %s", root+r.path, r.text)
}

// defect refuses a type: no value of it will do, so it is the program that wants mending.
func defect(text string) *refusal { return &refusal{kind: fault.Internal, text: text} }

// planner makes plans. What it makes counts only when the whole type is good, so that a type is refused alike whichever
// part of it was seen first.
type planner struct {
	known, fresh map[planKey]*plan
}

func (b *planner) plan(t reflect.Type, list bool) (*plan, *refusal) {
	key := planKey{t, list}
	if p := b.known[key]; p != nil {
		return p, nil
	}
	if p := b.fresh[key]; p != nil {
		return p, nil
	}
	p := &plan{typ: t, list: list}
	b.fresh[key] = p // before its parts, for types that hold themselves
	return p, b.fill(p)
}

func (b *planner) fill(p *plan) *refusal {
	t := p.typ
	switch {
	case t == reflect.TypeFor[json.Number]():
		p.op = opNumber
		return nil
	case t.Kind() == reflect.Pointer:
		return b.fillPointer(p)
	case t.Kind() == reflect.Interface:
		p.op = opInterface
		return nil
	case isText(t):
		p.op = opText
		return nil
	}
	switch t.Kind() {
	case reflect.Bool:
		p.op = opBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.op = opInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.op = opUint
	case reflect.String:
		p.op = opString
	case reflect.Slice:
		return b.fillSlice(p)
	case reflect.Map:
		return b.fillMap(p)
	case reflect.Struct:
		return b.fillStruct(p)
	case reflect.Float32, reflect.Float64:
		return defect("is a " + t.Kind().String() + ", which has no canonical form: use a whole number of a smaller unit, or a decimal string")
	default:
		return defect("is a " + t.Kind().String() + ", which has no canonical form")
	}
	return nil
}

func isText(t reflect.Type) bool {
	marshaler := reflect.TypeFor[encoding.TextMarshaler]()
	return t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler)
}

func (b *planner) fillPointer(p *plan) (r *refusal) {
	p.op = opPointer
	elem := p.typ.Elem()
	// Also what keeps a ring of pointers from being followed for ever: any other ring goes through an object or array.
	if elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Interface {
		return defect("is a pointer to a " + elem.Kind().String() + ", which has no canonical form: point at the value")
	}
	p.elem, r = b.plan(elem, p.list)
	return r
}

func (b *planner) fillSlice(p *plan) (r *refusal) {
	p.op = opSlice
	if p.typ.Elem().Kind() == reflect.Uint8 && !isText(p.typ.Elem()) {
		return defect("is a slice of bytes, which has no canonical form: use text, or a digest of it")
	}
	if p.elem, r = b.plan(p.typ.Elem(), false); r != nil {
		return r.at("[]")
	}
	return nil
}

func (b *planner) fillMap(p *plan) (r *refusal) {
	p.op = opMap
	key := p.typ.Key()
	// As encoding/json has it: a string is its own key even when it could marshal itself.
	if key.Kind() != reflect.String {
		if !key.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
			return defect("is a map whose keys are neither strings nor text marshalers")
		}
		p.keyText = true
	}
	if p.elem, r = b.plan(p.typ.Elem(), p.list); r != nil {
		return r.at("[]")
	}
	return nil
}

func (b *planner) fillStruct(p *plan) *refusal {
	p.op = opStruct
	if r := b.collect(p, p.typ, nil, ""); r != nil {
		return r
	}
	slices.SortFunc(p.fields, func(x, y field) int { return compareUTF16(x.name, y.name) })
	for i := 1; i < len(p.fields); i++ {
		if p.fields[i].name == p.fields[i-1].name {
			return defect("has two members called " + quote(p.fields[i].name)).at(p.fields[i].step)
		}
	}
	return nil
}

// collect gathers the fields of t, and of the structs embedded in it, into p.
func (b *planner) collect(p *plan, t reflect.Type, index []int, path string) *refusal {
	if len(index) > maxDepth {
		return defect("embeds itself")
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		at, step := append(slices.Clone(index), i), path+"."+f.Name
		list, skip, r := marks(f)
		switch embedded := embeddedStruct(f); {
		case r != nil:
			return r.at(step)
		case skip || f.Tag.Get("json") == "-":
		case embedded != nil && name == "":
			if r := b.collect(p, embedded, at, step); r != nil {
				return r
			}
		case embedded != nil && !f.IsExported():
			return defect("is embedded and not exported, so it cannot be a member of its own: leave out its json name").at(step)
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			if r := b.add(p, f.Type, name, list, at, step); r != nil {
				return r.at(step)
			}
		}
	}
	return nil
}

func (b *planner) add(p *plan, t reflect.Type, name string, list bool, index []int, step string) *refusal {
	member, r := b.plan(t, list)
	if r != nil {
		return r
	}
	name = norm.NFC.String(name)
	head, r := appendText(nil, name)
	if r != nil {
		return r
	}
	p.fields = append(p.fields, field{index: index, step: step, name: name, head: append(head, ':'), plan: member})
	return nil
}

func embeddedStruct(f reflect.StructField) reflect.Type {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !f.Anonymous || t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

// marks reads the c1 tag of a field. A tag that would do nothing is refused: a mistyped one would let the order of a
// list change without its digest changing.
func marks(f reflect.StructField) (list, skip bool, r *refusal) {
	switch tag := f.Tag.Get("c1"); {
	case tag == "":
	case tag == "-":
		skip = true
	case tag == "list" && holdsSlice(f.Type):
		list = true
	case tag == "list":
		r = defect("is marked as a list but holds none")
	default:
		r = defect("has the c1 tag " + quote(tag) + `; the tags are "list" and "-"`)
	}
	return list, skip, r
}

// holdsSlice reports whether the mark of a list has something to fall on: a slice, perhaps behind pointers or in a map.
func holdsSlice(t reflect.Type) bool {
	for range maxDepth { // a map type may hold itself
		if t.Kind() != reflect.Pointer && t.Kind() != reflect.Map {
			break
		}
		t = t.Elem()
	}
	return t.Kind() == reflect.Slice || t.Kind() == reflect.Interface
}
