// Package schema says once how a document is written, and reads, checks and describes it from that.
//
// A document is a Go struct whose field tags are its grammar:
//
//	json:"key"       the key
//	doc:"..."        what it means, for the JSON Schema and for errors
//	need:"yes"       it must be there
//	kind:"risk"      on a list of structs: its items are of this kind, and their ids are unique among it
//	unique:"here"    beside kind: their ids are unique in this list only, so that nothing can refer to them
//	ref:"risk|data"  on an id or a list of ids: it names an item of one of these kinds
//	min, max         the bounds of a whole number, or of the number of items of a list
//
// From that one description come Decode (with the line and column of everything that is wrong, and the nearest known
// name), the JSON Schema, and, in package ident, the canonical form. It promises that nothing unknown is passed over in
// silence, that reading is bounded (bytes, depth, problems) and never panics, and that no anchor, alias, merge key or
// tag is followed. It never reads a file: it is given text. A document that people keep is changed by splices, which touch
// no other line; only a draft that nobody has worked on yet is written out as a whole.
package schema

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Bounds of what is read.
const (
	MaxBytes    = 8 << 20 // of one source
	MaxDepth    = 64      // of nesting
	MaxProblems = 50      // reported before giving up
	maxText     = 20_000  // characters of one value
)

// Word is one value of a closed vocabulary: its name, what it means, and older or other spellings that are read as it.
// Absent says that the word means the same as saying nothing. Not marks a spelling that people use and that cannot be
// read as one of the words: it says what to write instead.
type Word struct {
	Name, Doc string
	Old       []string
	Absent    bool
	Not       string
}

// Vocabulary is a string type whose values are a closed list.
type Vocabulary interface{ Words() []Word }

// shape is what a Go type means in a document.
type shape int

const (
	shapeText shape = iota
	shapeID
	shapeWord
	shapeInt
	shapeBool
	shapeParsed // text with a grammar of its own: dates, references, digests
	shapeStruct
	shapeList
	shapeMap
)

// plan is the description of one Go type, worked out once for a document.
type plan struct {
	shape     shape
	typ       reflect.Type
	elem      *plan            // of a list or a map
	fields    []field          // of a struct, in the order written
	byKey     map[string]int   // key -> index in fields
	words     map[string]*Word // folded spelling -> word
	names     []string         // of the words or keys, for "did you mean"
	spellings []string         // of the words, with older ones and those that are refused
	id        int              // index of the field with key "id"; -1 for none
}

type field struct {
	key      string
	doc      string
	index    int
	need     bool
	kind     string   // of the items of the list
	here     bool     // ids are unique in the list, rather than among the kind
	refs     []string // kinds that an id may name
	min, max int64
	bounded  bool
	plan     *plan
}

type planner map[reflect.Type]*plan

// plans are what was learnt about types, for documents that are read beside each other.
type plans struct {
	mu    sync.Mutex
	known planner
}

func (p *plans) of(t reflect.Type) *plan {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known.of(t)
}

var (
	idType          = reflect.TypeFor[ident.ID]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	vocabulary      = reflect.TypeFor[Vocabulary]()
)

func (p planner) of(t reflect.Type) *plan {
	if known, ok := p[t]; ok {
		return known
	}
	made := &plan{typ: t, id: -1}
	p[t] = made
	switch {
	case t == idType:
		made.shape = shapeID
	case t.Implements(vocabulary):
		made.shape = shapeWord
		made.learn(reflect.Zero(t).Interface().(Vocabulary).Words())
	case reflect.PointerTo(t).Implements(textUnmarshaler):
		made.shape = shapeParsed
	case t.Kind() == reflect.Struct:
		made.shape = shapeStruct
		made.byKey = map[string]int{}
		p.fieldsOf(made)
	case t.Kind() == reflect.Slice:
		made.shape, made.elem = shapeList, p.of(t.Elem())
	case t.Kind() == reflect.Map:
		made.shape, made.elem = shapeMap, p.of(t.Elem())
	case t.Kind() == reflect.Int64 || t.Kind() == reflect.Int:
		made.shape = shapeInt
	case t.Kind() == reflect.Bool:
		made.shape = shapeBool
	case t.Kind() == reflect.String:
		made.shape = shapeText
	default:
		panic("schema: a document type cannot hold " + t.String())
	}
	return made
}

func (pl *plan) learn(words []Word) {
	pl.words = make(map[string]*Word, len(words))
	for i := range words {
		w := &words[i]
		if w.Not == "" {
			pl.names = append(pl.names, w.Name)
		}
		pl.spellings = append(append(pl.spellings, w.Name), w.Old...)
		pl.words[fold(w.Name)] = w
		for _, old := range w.Old {
			pl.words[fold(old)] = w
		}
	}
}

// fold makes spellings of one word equal: case, spaces, hyphens and underscores do not tell words apart.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '_', '\t':
			return -1
		}
		return r
	}, strings.ToLower(s))
}

func (p planner) fieldsOf(pl *plan) {
	for i := range pl.typ.NumField() {
		sf := pl.typ.Field(i)
		key, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if key == "" || key == "-" {
			continue
		}
		f := field{key: key, doc: sf.Tag.Get("doc"), index: i, need: sf.Tag.Get("need") == "yes", kind: sf.Tag.Get("kind"), here: sf.Tag.Get("unique") == "here", plan: p.of(sf.Type)}
		if refs := sf.Tag.Get("ref"); refs != "" {
			f.refs = strings.Split(refs, "|")
		}
		f.min, f.max, f.bounded = bounds(sf.Tag)
		if key == "id" {
			pl.id = len(pl.fields)
		}
		pl.byKey[key] = len(pl.fields)
		pl.names = append(pl.names, key)
		pl.fields = append(pl.fields, f)
	}
}

func bounds(tag reflect.StructTag) (low, high int64, bounded bool) {
	high = 1 << 53
	if s, ok := tag.Lookup("min"); ok {
		low, _ = strconv.ParseInt(s, 10, 64)
		bounded = true
	}
	if s, ok := tag.Lookup("max"); ok {
		high, _ = strconv.ParseInt(s, 10, 64)
		bounded = true
	}
	return low, high, bounded
}
