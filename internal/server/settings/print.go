package settings

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// plain is a text that stands in YAML as it is.
var plain = regexp.MustCompile(`^[A-Za-z0-9./][A-Za-z0-9./:_@%+?&=-]*$`)

// Print writes the settings in force as a file of settings, each with where it is from. Secrets are named, never shown.
func (l *Loaded) Print(to io.Writer) error {
	var b strings.Builder
	group := ""
	for _, s := range l.settings() {
		indent := ""
		if len(s.keys) > 1 {
			indent = "  "
			if group != s.keys[0] {
				group = s.keys[0]
				fmt.Fprintf(&b, "%s:\n", group)
			}
		}
		line := fmt.Sprintf("%s%s: %s", indent, s.keys[len(s.keys)-1], s.written())
		fmt.Fprintf(&b, "%-44s # %s\n", line, l.from(s))
	}
	for _, s := range l.secrets {
		state := "not set"
		if s.from != "" {
			state = "set, from " + s.from
		}
		fmt.Fprintf(&b, "# %s: %s\n", strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(s.env, "BULKHEAD_"), "_", " ")), state)
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// written is the value as YAML; what is not set is left open.
func (s setting) written() string {
	items := s.text()
	for i, item := range items {
		if !plain.MatchString(item) {
			items[i] = strconv.Quote(item)
		}
	}
	if len(items) > 1 {
		return "[" + strings.Join(items, ", ") + "]"
	}
	return strings.Join(items, "")
}
