package report

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Phrase gives the sentence of a code with its arguments; the code itself when it has no sentence.
func Phrase(code string, args judge.Args) string { return phrasebook(phrases()).phrase(code, args) }

// phrasebook holds the phrases for many sentences.
type phrasebook map[string]string

func (b phrasebook) phrase(code string, args judge.Args) string {
	for _, arg := range args {
		if template, ok := b[code+"/"+arg.Value]; ok && arg.Value != "" {
			return fill(template, args)
		}
	}
	template, ok := b[code]
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

// value gives an argument, or one of two words by its number.
func value(inside string, args judge.Args) string {
	name, words, counted := strings.Cut(inside, "|")
	if !counted {
		return args.Get(name)
	}
	one, many, _ := strings.Cut(words, "|")
	if args.Get(name) == "1" {
		return fill(one, args)
	}
	return fill(many, args)
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
