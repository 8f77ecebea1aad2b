package model

import (
	"reflect"
	"strings"
)

// Items gives every item of the service that has an id, by its path, such as /architecture/components/api, together with
// the parts that have none (such as /context). Evidence names items by these paths, and their digests tell whether what
// it covered has changed.
func (s *Service) Items() map[string]any {
	items := make(map[string]any, 256)
	gather(reflect.ValueOf(s).Elem(), "", items)
	return items
}

func gather(v reflect.Value, path string, items map[string]any) {
	t := v.Type()
	for i := range t.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		here := path + "/" + key
		switch {
		case key == "" || key == "-":
		case f.Kind() == reflect.Struct && hasKeys(f.Type()):
			items[here] = f.Addr().Interface()
			gather(f, here, items)
		case f.Kind() == reflect.Slice && t.Field(i).Tag.Get("kind") != "":
			for j := range f.Len() {
				item := f.Index(j)
				at := here + "/" + item.FieldByName("ID").String()
				items[at] = item.Addr().Interface()
				gather(item, at, items)
			}
		}
	}
}

func hasKeys(t reflect.Type) bool {
	return t.NumField() > 0 && t.Field(0).Tag.Get("json") != ""
}
