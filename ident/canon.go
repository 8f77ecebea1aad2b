package ident

import (
	"bytes"
	"encoding"
	"reflect"
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

const (
	maxDepth   = 64
	maxInteger = 1<<53 - 1 // beyond it JSON readers that use floating point would disagree about the number
)

// Canon gives the canonical form c1 of a value. Structs, maps with text keys, slices, pointers and interfaces are
// followed; the fields of embedded structs count as those of the outer one; whatever implements encoding.TextMarshaler,
// itself or through a pointer, is a string, left out of an object when it or its text is zero. Floats, arrays, bytes,
// channels and functions are refused by type, whatever their value, with an error that names the Go path of the field;
// so is a struct with two members of one name. The value has to stay as it is meanwhile. Use an [Encoder] for many.
func Canon(v any) ([]byte, error) { return NewEncoder().Canon(v) }

// Encoder gives canonical forms and digests, remembering what it learnt about each type: use one for many values. It is
// not for use by several goroutines at once.
type Encoder struct {
	plans   map[planKey]*plan
	buf     []byte    // what is written so far
	scratch []byte    // a set being put in order
	elems   []element // the elements of the sets being written, innermost last
}

// NewEncoder makes an encoder that knows no type yet.
func NewEncoder() *Encoder { return &Encoder{plans: map[planKey]*plan{}} }

// Canon gives the canonical form of a value.
func (e *Encoder) Canon(v any) ([]byte, error) {
	if err := e.write(v); err != nil {
		return nil, err
	}
	return bytes.Clone(e.buf), nil
}

// Sum gives the digest of a value.
func (e *Encoder) Sum(v any) (Digest, error) {
	if err := e.write(v); err != nil {
		return "", err
	}
	return Hash(e.buf), nil
}

func (e *Encoder) write(v any) error {
	e.buf, e.elems = e.buf[:0], e.elems[:0]
	if v == nil {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	value := reflect.ValueOf(v)
	p, r := e.plan(value.Type(), false)
	if r == nil {
		_, r = e.value(p, value, 0)
	}
	if r != nil {
		return r.fault(value.Type())
	}
	return nil
}

func (e *Encoder) plan(t reflect.Type, list bool) (*plan, *refusal) {
	if p := e.plans[planKey{t, list}]; p != nil {
		return p, nil
	}
	b := planner{known: e.plans, fresh: map[planKey]*plan{}}
	p, r := b.plan(t, list)
	if r != nil {
		return nil, r
	}
	for key, made := range b.fresh {
		e.plans[key] = made
	}
	return p, nil
}

// written is what has to be known about a value once it is in the buffer.
type written struct {
	zero bool // left out when it is the member of an object
	sort span // the sorting text, without its quotes; empty for none
}

// span is a part of the buffer.
type span struct{ from, to int }

// element is one element of a set being written.
type element struct {
	all, sort span
	plain     bool // the sorting text stands for itself, so that comparing it takes no thought
}

func (e *Encoder) value(p *plan, v reflect.Value, depth int) (written, *refusal) {
	switch p.op {
	case opBool:
		e.buf = strconv.AppendBool(e.buf, v.Bool())
		return written{zero: !v.Bool()}, nil
	case opInt:
		return e.integer(v.Int())
	case opUint:
		return e.integer(int64(min(v.Uint(), maxInteger+1)))
	case opNumber:
		return e.number(v.String())
	case opString:
		return e.string(v.String())
	case opText:
		return e.text(p, v)
	case opPointer:
		return e.pointer(p, v, depth)
	case opInterface:
		return e.dynamic(p, v, depth)
	}
	if depth == maxDepth {
		return written{}, &refusal{kind: fault.Invalid, text: "is nested more than 64 deep"}
	}
	switch p.op {
	case opSlice:
		return e.slice(p, v, depth+1)
	case opMap:
		return e.object(p, v, depth+1)
	default:
		return e.structure(p, v, depth+1)
	}
}

func (e *Encoder) integer(n int64) (written, *refusal) {
	if n > maxInteger || n < -maxInteger {
		return written{}, &refusal{kind: fault.Invalid, text: "is an integer beyond ±9007199254740991, which has no canonical form"}
	}
	e.buf = strconv.AppendInt(e.buf, n, 10)
	return written{zero: n == 0}, nil
}

func (e *Encoder) number(s string) (written, *refusal) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return written{}, &refusal{kind: fault.Invalid, text: "is " + quote(s) + ", which is no integer within ±9007199254740991"}
	}
	return e.integer(n)
}

func (e *Encoder) string(s string) (w written, r *refusal) {
	from := len(e.buf) + 1
	e.buf, r = appendText(e.buf, s)
	return written{zero: s == "", sort: span{from, len(e.buf) - 1}}, r
}

func (e *Encoder) text(p *plan, v reflect.Value) (written, *refusal) {
	m := marshaler(p.typ, v)
	text, err := m.MarshalText()
	if err != nil {
		return written{}, &refusal{kind: fault.KindOf(err), text: "cannot be written as text: " + err.Error()}
	}
	w, r := e.string(string(text))
	w.zero = w.zero || isZero(m, v)
	return w, r
}

// marshaler gives a value as the text marshaler that it is. A pointer is used where there is one, since an interface
// holds it without a copy on the heap.
func marshaler(t reflect.Type, v reflect.Value) encoding.TextMarshaler {
	if !v.CanAddr() {
		if m, ok := v.Interface().(encoding.TextMarshaler); ok {
			return m
		}
		held := reflect.New(t).Elem()
		held.Set(v)
		v = held
	}
	return v.Addr().Interface().(encoding.TextMarshaler)
}

func isZero(m encoding.TextMarshaler, v reflect.Value) bool {
	z, ok := m.(interface{ IsZero() bool })
	return v.IsZero() || ok && z.IsZero()
}

func (e *Encoder) pointer(p *plan, v reflect.Value, depth int) (written, *refusal) {
	if v.IsNil() {
		return e.null()
	}
	w, r := e.value(p.elem, v.Elem(), depth)
	if p.elem.op <= opString {
		w.zero = false
	}
	return w, r
}

func (e *Encoder) dynamic(p *plan, v reflect.Value, depth int) (written, *refusal) {
	if v.IsNil() {
		return e.null()
	}
	v = v.Elem()
	held, r := e.plan(v.Type(), p.list)
	if r != nil {
		return written{}, r
	}
	return e.value(held, v, depth)
}

func (e *Encoder) null() (written, *refusal) {
	e.buf = append(e.buf, "null"...)
	return written{zero: true}, nil
}

func (e *Encoder) slice(p *plan, v reflect.Value, depth int) (written, *refusal) {
	base, n := len(e.elems), v.Len()
	e.buf = append(e.buf, '[')
	first := len(e.buf)
	for i := range n {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		from := len(e.buf)
		w, r := e.value(p.elem, v.Index(i), depth)
		if r != nil {
			return w, r.at("[" + strconv.Itoa(i) + "]")
		}
		e.elems = append(e.elems, element{span{from, len(e.buf)}, w.sort, isPlain(e.part(w.sort))})
	}
	if !p.list {
		e.order(e.elems[base:], first)
	}
	e.elems = e.elems[:base]
	e.buf = append(e.buf, ']')
	return written{zero: n == 0}, nil
}

// order puts the elements of a set, which fill the buffer from first on, in their order.
func (e *Encoder) order(elems []element, first int) {
	if slices.IsSortedFunc(elems, e.compare) {
		return
	}
	slices.SortFunc(elems, e.compare)
	e.scratch = e.scratch[:0]
	for i, el := range elems {
		if i > 0 {
			e.scratch = append(e.scratch, ',')
		}
		e.scratch = append(e.scratch, e.part(el.all)...)
	}
	copy(e.buf[first:], e.scratch)
}

func (e *Encoder) part(s span) []byte { return e.buf[s.from:s.to] }

func (e *Encoder) compare(x, y element) int {
	c := 0
	if x.plain && y.plain {
		c = bytes.Compare(e.part(x.sort), e.part(y.sort))
	} else {
		c = compareUTF16(unescape(e.part(x.sort)), unescape(e.part(y.sort)))
	}
	if c != 0 {
		return c
	}
	return bytes.Compare(e.part(x.all), e.part(y.all))
}

func (e *Encoder) structure(p *plan, v reflect.Value, depth int) (written, *refusal) {
	w := written{zero: true}
	e.buf = append(e.buf, '{')
	for i := range p.fields {
		f := &p.fields[i]
		if value, ok := reach(v, f.index); ok && !omitted(f.plan, value) {
			if r := e.member(&w, f.head, f.name == "id", f.plan, value, depth); r != nil {
				return w, r.at(f.step)
			}
		}
	}
	e.buf = append(e.buf, '}')
	return w, nil
}

// reach finds a field, perhaps in an embedded struct; false where a pointer on the way is nil.
func reach(v reflect.Value, index []int) (reflect.Value, bool) {
	v = v.Field(index[0])
	for _, i := range index[1:] {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// omitted reports whether a member is left out, as far as can be told without writing it. It spares the common case the
// writing, and a text marshaler a call on its zero value, of which it may make nothing.
func omitted(p *plan, v reflect.Value) bool {
	switch p.op {
	case opSlice, opMap:
		return v.Len() == 0
	case opString, opNumber:
		return v.Len() == 0
	case opPointer:
		return v.IsNil() || p.elem.op > opString && omitted(p.elem, v.Elem())
	case opStruct:
		return false
	default:
		return v.IsZero()
	}
}

// member writes a member of an object, and takes it back when it turns out to be left out.
func (e *Encoder) member(w *written, head []byte, id bool, p *plan, v reflect.Value, depth int) *refusal {
	start := len(e.buf)
	if !w.zero {
		e.buf = append(e.buf, ',')
	}
	e.buf = append(e.buf, head...)
	from := len(e.buf)
	got, r := e.value(p, v, depth)
	if r != nil {
		return r
	}
	if got.zero {
		e.buf = e.buf[:start]
		return nil
	}
	w.zero = false
	// Only text starts with a quote: the sorting text of an object or an array is not for passing upwards.
	if id && e.buf[from] == '"' {
		w.sort = got.sort
	}
	return nil
}

type entry struct {
	key   string
	value reflect.Value
}

func (e *Encoder) object(p *plan, v reflect.Value, depth int) (written, *refusal) {
	w := written{zero: true}
	entries, r := e.entries(p, v)
	if r != nil {
		return w, r
	}
	e.buf = append(e.buf, '{')
	var head []byte
	for _, in := range entries {
		head, r = appendText(head[:0], in.key)
		if r == nil {
			r = e.member(&w, append(head, ':'), in.key == "id", p.elem, in.value, depth)
		}
		if r != nil {
			return w, r.at("[" + quote(in.key) + "]")
		}
	}
	e.buf = append(e.buf, '}')
	return w, nil
}

// entries gives what a map holds, in the order of its keys.
func (e *Encoder) entries(p *plan, v reflect.Value) ([]entry, *refusal) {
	entries := make([]entry, 0, v.Len())
	for i := v.MapRange(); i.Next(); {
		key, r := keyText(p, i.Key())
		if r != nil {
			return nil, r
		}
		if !omitted(p.elem, i.Value()) {
			entries = append(entries, entry{normal(key), i.Value()})
		}
	}
	slices.SortFunc(entries, func(x, y entry) int { return compareUTF16(x.key, y.key) })
	for i := 1; i < len(entries); i++ {
		if entries[i].key == entries[i-1].key {
			return nil, &refusal{kind: fault.Invalid, text: "has two keys that are both " + quote(entries[i].key) + " in the canonical form"}
		}
	}
	return entries, nil
}

func keyText(p *plan, key reflect.Value) (string, *refusal) {
	if !p.keyText {
		return key.String(), nil
	}
	if key.Kind() == reflect.Pointer && key.IsNil() {
		return "", nil
	}
	text, err := key.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return "", &refusal{kind: fault.KindOf(err), text: "has a key that cannot be written as text: " + err.Error()}
	}
	return string(text), nil
}
