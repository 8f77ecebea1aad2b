package settings

import (
	"fmt"
	"reflect"
	"strings"
)

// Reference gives the reference of all settings as tables of Markdown, for the guide.
func Reference() string {
	var c Config
	var b strings.Builder
	group := "none yet"
	for _, s := range c.settings() {
		if in := strings.Join(s.keys[:len(s.keys)-1], "."); in != group {
			group = in
			if in != "" {
				fmt.Fprintf(&b, "\n### `%s`\n\n", in)
			}
			b.WriteString("| in the file | flag | default | what it is |\n| --- | --- | --- | --- |\n")
		}
		fmt.Fprintf(&b, "| `%s` | `--%s` | %s | %s |\n", s.keys[len(s.keys)-1], s.flag(), s.standardly(), s.help)
	}
	b.WriteString("\n### Secrets\n\nThese are read from the environment only, and never shown.\n\n| variable | what it is |\n| --- | --- |\n")
	for _, s := range c.secretSettings() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.env, s.help)
	}
	return b.String()
}

// standardly is the default as the reference shows it.
func (s setting) standardly() string {
	switch {
	case s.standard != "":
		return "`" + s.standard + "`"
	case s.value.Kind() == reflect.Bool:
		return "no"
	default:
		return ""
	}
}
