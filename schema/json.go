package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// JSON gives the JSON Schema (draft 2020-12) of a document type, with the description of every key. What [Document.Decode]
// refuses for more than its shape, such as a reference to nothing, the schema cannot say; what it says is wrong is wrong,
// save for spellings that differ by case, spaces and hyphens only.
func JSON(of any, title, description string) ([]byte, error) {
	d := describer{plans: planner{}, defs: map[string]any{}, names: map[reflect.Type]string{}}
	out := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "description": description, "$defs": d.defs,
	}
	for k, v := range d.of(d.plans.of(reflect.TypeOf(of))) {
		out[k] = v
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(text.Bytes()), nil
}

type describer struct {
	plans planner
	defs  map[string]any
	names map[reflect.Type]string
}

type object = map[string]any

// of describes a type; struct types, words and ids by a reference to one definition.
func (d describer) of(pl *plan) object {
	switch pl.shape {
	case shapeStruct:
		return d.define(pl, d.structure)
	case shapeWord:
		return d.define(pl, wordsOf)
	case shapeID:
		return d.define(pl, func(*plan) object {
			return object{"type": []string{"string", "number", "boolean"}, "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"}
		})
	case shapeList:
		list := object{"type": []string{"array", "null"}, "items": d.of(pl.elem)}
		if pl.elem.shape == shapeStruct || pl.elem.shape == shapeList {
			return list
		}
		return object{"anyOf": []any{list, d.of(pl.elem)}} // one value is a list of one
	case shapeMap:
		return object{"type": []string{"object", "null"}, "additionalProperties": d.of(pl.elem)}
	case shapeInt:
		return object{"type": []string{"integer", "string", "null"}, "minimum": 0, "pattern": "^([0-9]+|[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}(_[0-9]{3})+)$"}
	case shapeBool:
		return object{"enum": []any{"yes", "no", true, false, nil}}
	default:
		return object{"type": []string{"string", "number", "boolean", "null"}}
	}
}

// define puts the description of a type where it can be referred to, once, under a name that no other type has.
func (d describer) define(pl *plan, describe func(*plan) object) object {
	name, done := d.names[pl.typ]
	if !done {
		name = pl.typ.Name()
		for d.defs[name] != nil {
			name += "_"
		}
		d.names[pl.typ] = name
		d.defs[name] = object{} // a type may hold itself
		d.defs[name] = describe(pl)
	}
	return object{"$ref": "#/$defs/" + name}
}

// wordsOf lists the words, with what YAML makes of yes and no for editors that check after reading, and apart from them
// the older spellings, which are read but better not written.
func wordsOf(pl *plan) object {
	words, old := []any{nil}, []any{}
	for _, n := range pl.names {
		words = append(words, n)
		switch n {
		case "yes":
			words = append(words, true)
		case "no":
			words = append(words, false)
		}
		for _, o := range pl.words[fold(n)].Old {
			old = append(old, o)
		}
	}
	if len(old) == 0 {
		return object{"enum": words}
	}
	return object{"anyOf": []any{object{"enum": words}, object{"enum": old, "deprecated": true}}}
}

func (d describer) structure(pl *plan) object {
	properties := object{}
	var required []string
	for i := range pl.fields {
		f := &pl.fields[i]
		properties[f.key] = d.property(f)
		if f.need {
			required = append(required, f.key)
		}
	}
	def := object{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		def["required"] = required
	}
	return def
}

func (d describer) property(f *field) object {
	p := d.of(f.plan)
	p["description"] = f.doc
	if len(f.refs) > 0 {
		p["description"] = f.doc + " (the id of a " + strings.Join(f.refs, " or ") + " in this file)"
	}
	if f.bounded && f.plan.shape == shapeInt {
		p["minimum"], p["maximum"] = f.min, f.max
	}
	if f.need {
		p["not"] = object{"type": "null"}
	}
	return p
}
