package schema

import (
	"fmt"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// flowText writes a tree between brackets.
func flowText(n *yaml.Node) string {
	var parts []string
	switch {
	case n.Kind == yaml.SequenceNode:
		for _, c := range n.Content {
			parts = append(parts, flowText(c))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, scalar(n.Content[i].Value, true)+": "+flowText(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case isNull(n):
		return "null"
	}
	return scalar(n.Value, true)
}

// listOf reads a value that is the text of a list: brackets on one line, and nothing after them.
func listOf(value string) (*yaml.Node, bool) {
	if !strings.HasPrefix(value, "[") || strings.ContainsAny(value, "\n\r\u0085\u2028\u2029") {
		return nil, false
	}
	n, problems := parse(Source{Text: []byte(value)})
	if len(problems) > 0 || n.Kind != yaml.SequenceNode || n.Line != 1 || n.Column != 1 {
		return nil, false
	}
	e := &edit{page: readPage([]byte(value))}
	return n, e.end(&spot{node: n}) == len(value)
}

// scalar writes one value: plain if it then reads back as the same text wherever it stands, and quoted if not.
func scalar(value string, flow bool) string {
	if plain(value, flow) {
		return value
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range value {
		b.WriteString(escape(r))
	}
	b.WriteByte('"')
	return b.String()
}

func escape(r rune) string {
	switch r {
	case '"', '\\':
		return `\` + string(r)
	case '\n':
		return `\n`
	case '\t':
		return `\t`
	}
	switch {
	case visible(r):
		return string(r)
	case r > 0xFFFF:
		return fmt.Sprintf(`\U%08X`, r)
	}
	return fmt.Sprintf(`\u%04X`, r)
}

// visible says whether a character can stand in the file as itself. The two joiners cannot be seen alone, but words and
// emoji are written with them.
func visible(r rune) bool {
	return unicode.IsPrint(r) || r == 0x200C || r == 0x200D
}

// plain is stricter than YAML, so that no reader of the file is in doubt.
func plain(value string, flow bool) bool {
	switch strings.ToLower(value) {
	case "", "~", "null", "<<", "=":
		return false
	}
	if strings.TrimSpace(value) != value || strings.HasSuffix(value, ":") || strings.HasPrefix(value, "...") {
		return false
	}
	if strings.Contains(value, ": ") || strings.Contains(value, " #") || strings.ContainsAny(value[:1], "?:,[]{}#&*!|>'\"%@`") {
		return false
	}
	if value[0] == '-' && (len(value) == 1 || !isWord(value[1])) {
		return false
	}
	if flow && strings.ContainsAny(value, ",[]{}") {
		return false
	}
	return strings.IndexFunc(value, func(r rune) bool { return !visible(r) }) < 0
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
