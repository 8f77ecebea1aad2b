package schema

import (
	"encoding/json"
	"reflect"
	"strings"
)

// JSON gives the JSON Schema (draft 2020-12) of a document type, with the description of every key.
func JSON(of any, title, description string) ([]byte, error) {
	d := describer{plans: planner{}, defs: map[string]any{}}
	root := d.of(d.plans.of(reflect.TypeOf(of)))
	out := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "description": description, "$defs": d.defs,
	}
	for k, v := range root {
		out[k] = v
	}
	return json.MarshalIndent(out, "", "  ")
}

type describer struct {
	plans planner
	defs  map[string]any
}

func (d describer) of(pl *plan) map[string]any {
	switch pl.shape {
	case shapeStruct:
		return d.structure(pl)
	case shapeList:
		list := map[string]any{"type": []string{"array", "null"}, "items": d.of(pl.elem)}
		if pl.elem.shape == shapeStruct || pl.elem.shape == shapeList {
			return list
		}
		return map[string]any{"anyOf": []any{list, d.of(pl.elem)}}
	case shapeMap:
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": d.of(pl.elem)}
	case shapeID:
		return map[string]any{"type": []string{"string", "integer"}, "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"}
	case shapeWord:
		return map[string]any{"enum": wordEnum(pl)}
	case shapeInt:
		return map[string]any{"type": "integer", "minimum": 0}
	case shapeBool:
		return map[string]any{"enum": []any{"yes", "no", true, false}}
	default:
		return map[string]any{"type": []string{"string", "number", "integer", "boolean", "null"}}
	}
}

// wordEnum lists the words, and what YAML makes of yes and no for editors that check after reading.
func wordEnum(pl *plan) []any {
	var out []any
	for _, n := range pl.names {
		out = append(out, n)
		if n == "yes" {
			out = append(out, true)
		}
		if n == "no" {
			out = append(out, false)
		}
	}
	return out
}

func (d describer) structure(pl *plan) map[string]any {
	name := pl.typ.Name()
	ref := map[string]any{"$ref": "#/$defs/" + name}
	if _, done := d.defs[name]; done {
		return ref
	}
	d.defs[name] = nil // a type may hold itself
	properties := map[string]any{}
	var required []string
	for i := range pl.fields {
		f := &pl.fields[i]
		properties[f.key] = d.property(f)
		if f.need {
			required = append(required, f.key)
		}
	}
	def := map[string]any{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		def["required"] = required
	}
	d.defs[name] = def
	return ref
}

func (d describer) property(f *field) map[string]any {
	p := d.of(f.plan)
	p["description"] = f.doc
	if len(f.refs) > 0 {
		p["description"] = f.doc + " (the id of a " + strings.Join(f.refs, " or ") + " in this file)"
	}
	if f.bounded && f.plan.shape == shapeInt {
		p["minimum"], p["maximum"] = f.min, f.max
	}
	return p
}
