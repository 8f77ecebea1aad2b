package report

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Phrase gives the sentence of a code with its arguments; the code itself when it has no sentence.
func Phrase(code string, args judge.Args) string { return tableOf(org.Civil).phrase(code, args) }

// phrasebook holds the phrases for many sentences, in the words of a vocabulary.
type phrasebook struct {
	table map[string]string
	words org.Vocabulary
}

func (b phrasebook) phrase(code string, args judge.Args) string {
	args = spoken(b.words, code, args)
	for _, arg := range args {
		if template, ok := b.table[code+"/"+arg.Value]; ok && arg.Value != "" {
			return fill(template, args)
		}
	}
	template, ok := b.table[code]
	if !ok {
		return code
	}
	return fill(template, args)
}

// fill puts arguments into a template.
func fill(template string, args judge.Args) string {
	var out strings.Builder
	for template != "" {
		i := strings.IndexAny(template, "[{")
		if i < 0 {
			i = len(template)
		}
		out.WriteString(template[:i])
		if template = template[i:]; template == "" {
			break
		}
		inside, rest := bracket(template)
		if template[0] == '{' {
			out.WriteString(value(inside, args))
		} else if !lacks(inside, args) {
			out.WriteString(fill(inside, args))
		}
		template = rest
	}
	return out.String()
}

// bracket gives what is between the bracket that a text starts with and the one that closes it, and what follows.
func bracket(text string) (inside, rest string) {
	depth := 0
	for i, r := range text {
		switch r {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return text[1:i], text[i+1:]
			}
		}
	}
	return text[1:], ""
}

// value gives an argument, or one of two or three words by its number: for one, for many and for none.
func value(inside string, args judge.Args) string {
	name, words, counted := strings.Cut(inside, "|")
	if !counted {
		return args.Get(name)
	}
	forms := alternatives(words)
	switch n := args.Get(name); {
	case n == "1":
		return fill(forms[0], args)
	case n == "0" && len(forms) > 2:
		return fill(forms[2], args)
	}
	return fill(forms[1], args)
}

// alternatives parts words at the bars that stand in no bracket.
func alternatives(words string) (out []string) {
	depth, from := 0, 0
	for i, r := range words {
		switch r {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '|':
			if depth == 0 {
				out, from = append(out, words[from:i]), i+1
			}
		}
	}
	return append(out, words[from:])
}

// lacks says whether an argument in a part is empty.
func lacks(part string, args judge.Args) bool {
	for _, name := range names(part) {
		if args.Get(name) == "" {
			return true
		}
	}
	return false
}

// names gives the arguments that a template speaks of.
func names(template string) (out []string) {
	for {
		_, rest, found := strings.Cut(template, "{")
		if !found {
			return out
		}
		if end := strings.IndexAny(rest, "|}"); end >= 0 {
			out = append(out, rest[:end])
		}
		template = rest
	}
}
