package settings

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// setting is one field of a Config, with the names that it goes by.
type setting struct {
	keys     []string // in the file, from the outside in
	help     string
	standard string // the default, as it would be written
	value    reflect.Value
}

// flag is its name on the command line, without the dashes before it.
func (s setting) flag() string { return strings.ReplaceAll(strings.Join(s.keys, "-"), "_", "-") }

// env is its name in the environment.
func (s setting) env() string { return "BULKHEAD_" + strings.ToUpper(strings.Join(s.keys, "_")) }

// path is its place in the file.
func (s setting) path() string { return "/" + strings.Join(s.keys, "/") }

// settings gives every setting of a configuration, in the order written.
func (c *Config) settings() []setting { return walk(reflect.ValueOf(c).Elem(), nil) }

func walk(v reflect.Value, above []string) (all []setting) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		key := field.Tag.Get("json")
		if key == "-" {
			continue
		}
		keys := append(above[:len(above):len(above)], key)
		if _, group := field.Tag.Lookup("embed"); group {
			all = append(all, walk(v.Field(i), keys)...)
			continue
		}
		all = append(all, setting{keys: keys, help: field.Tag.Get("help"), standard: field.Tag.Get("default"), value: v.Field(i)})
	}
	return all
}

// text is the value as it would be written in the file; a list as its items. What may hold a password is shown without.
func (s setting) text() []string {
	if s.value.Kind() == reflect.Slice {
		items := make([]string, s.value.Len())
		for i := range items {
			items[i] = fmt.Sprint(s.value.Index(i))
		}
		return items
	}
	text := fmt.Sprint(s.value)
	switch s.path() {
	case "/database":
		text = withoutPassword(text)
	case "/checkpoints/webhook":
		text = hostOnly(text)
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

// withoutPassword takes the password out of the address of a database, and everything where it cannot be told apart.
func withoutPassword(text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || !store.IsPostgres(text) {
		return "[hidden]"
	}
	query := u.Query()
	for _, name := range []string{"password", "sslpassword"} {
		if query.Has(name) {
			query.Set(name, "hidden")
			u.RawQuery = query.Encode()
		}
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "hidden")
	}
	return u.String()
}

// hostOnly leaves of an address what names a machine: the rest of a webhook's is often its secret.
func hostOnly(text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "[hidden]"
	}
	return u.Scheme + "://" + u.Host + "/..."
}
