package model

import (
	"reflect"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Material gives the digest of what matters of an item for evidence about it: what it is and how it is built, without
// its id, names, notes, owners and other words whose change takes nothing away from what was observed. False when there
// is no item at the path.
func Material(items map[string]any, path string, enc *ident.Encoder) (ident.Digest, bool) {
	item, ok := items[path]
	if !ok {
		return "", false
	}
	if c, ok := item.(*Control); ok {
		item = &Control{Control: c.Requires(), Origin: c.Origin, Offer: c.Offer}
	}
	sum, err := enc.Sum(material(item))
	return sum, err == nil
}

// material copies an item without what does not matter.
func material(item any) any {
	out := reflect.New(reflect.TypeOf(item).Elem())
	out.Elem().Set(reflect.ValueOf(item).Elem())
	for _, name := range []string{"ID", "Name", "Note", "Owner", "Tags", "Formerly"} {
		if f := out.Elem().FieldByName(name); f.IsValid() {
			f.SetZero()
		}
	}
	switch it := out.Interface().(type) {
	case *Component:
		it.Bill, it.Version = Artefact{}, ""
	case *Data:
		it.Records = 0
	}
	return out.Interface()
}
