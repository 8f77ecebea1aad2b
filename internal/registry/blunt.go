package registry

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// weaknesses are the members of a posture that tell of weaknesses one by one: for who may read the findings.
var weaknesses = []string{"findings", "threats", "archived", "paths", "actions"}

// bluntText gives a posture without its weaknesses to who may follow how far a service has come and not read its findings,
// and as it is to everybody else.
func (who Asker) bluntText(v store.Service, posture []byte) ([]byte, error) {
	if who.sees(access.ReadFindings, v.Unit, v.ID) || posture == nil {
		return posture, nil
	}
	var p assess.Posture
	if err := readPosture(posture, &p); err != nil {
		return nil, err
	}
	who.blunt(v, &p)
	text, err := json.Marshal(&p)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a posture cannot be written")
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a posture cannot be read back")
	}
	for _, name := range weaknesses {
		whole[name] = json.RawMessage(`null`)
	}
	return json.Marshal(whole)
}

// blunt takes them out of a posture that was read, and whatever else in it names one. Evidence stays and is only used for less.
func (who Asker) blunt(v store.Service, p *assess.Posture) {
	if who.sees(access.ReadFindings, v.Unit, v.ID) {
		return
	}
	p.Findings, p.Threats, p.Archived, p.Paths, p.Actions = judge.Findings{}, nil, nil, nil, nil
	for i := range p.Evidence {
		p.Evidence[i].Uses = slices.DeleteFunc(p.Evidence[i].Uses, isWeakness)
	}
	forget(reflect.ValueOf(p).Elem())
}

// mayKnow says whether who asks may know of what is about some things of a service: what is about a weakness tells of it, and
// is for who may read findings.
func (who Asker) mayKnow(v store.Service, about ...ident.Ref) bool {
	return !slices.ContainsFunc(about, isWeakness) || who.sees(access.ReadFindings, v.Unit, v.ID)
}

// sift reads pages, each of so many after the last of the one before, until there are as many that may be known, or no more.
func sift[T any](limit int, read func(last *T) ([]T, error), known func(*T) bool) (out []T, err error) {
	for last := (*T)(nil); ; {
		page, err := read(last)
		if err != nil {
			return nil, err
		}
		for i := range page {
			if !known(&page[i]) {
				continue
			}
			if out = append(out, page[i]); len(out) == limit {
				return out, nil
			}
		}
		if len(page) < max(limit, 1) {
			return out, nil
		}
		last = &page[len(page)-1]
	}
}

// isWeakness says whether a reference names a weakness.
func isWeakness(ref ident.Ref) bool {
	return ref.Kind == ident.KindFinding || ref.Kind == ident.KindThreat || ref.Kind == ident.KindPath
}

// forget takes out of everything in a value what names a weakness: whole, since its words and arguments name it too. It goes
// through all members, so that one which is added to a posture later is held to the same.
func forget(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				forget(v.Field(i))
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if names(v.Elem()) {
			v.SetZero()
			return
		}
		forget(v.Elem())
	case reflect.Slice:
		n := 0
		for i := range v.Len() {
			if names(v.Index(i)) {
				continue
			}
			v.Index(n).Set(v.Index(i))
			forget(v.Index(n))
			n++
		}
		v.SetLen(n)
	}
}

// names says whether a value is a reference to a weakness, or has one among its own members or in a list of references that
// is one.
func names(v reflect.Value) bool {
	switch ref := v.Interface().(type) {
	case ident.Ref:
		return isWeakness(ref)
	case []ident.Ref:
		return slices.ContainsFunc(ref, isWeakness)
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		f := v.Field(i)
		if own := f.Kind() == reflect.Struct || f.Type() == reflect.TypeFor[[]ident.Ref](); own && v.Type().Field(i).IsExported() && names(f) {
			return true
		}
	}
	return false
}
