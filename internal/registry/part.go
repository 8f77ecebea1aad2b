package registry

import (
	"bytes"
	"iter"
)

// A posture is kept as JSON that this program wrote, without white space. What follows finds a part of it and passes over the
// rest unread, so that a part costs little of the whole. Of a text that is not so it gives something that is no JSON, or
// nothing, and never reads beyond it.

// member gives the value of a member of an object; nil where there is none.
func member(object []byte, name string) []byte {
	for i := 1; i < len(object) && object[i] == '"'; i++ {
		key := i + ends(object[i:])
		value := min(key+1, len(object)) // behind the colon
		end := value + ends(object[value:])
		if string(object[i+1:max(i+1, key-1)]) == name {
			return object[value:end]
		}
		i = end
	}
	return nil
}

// each gives the elements of a list.
func each(list []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := 1; i < len(list) && list[i] != ']'; i++ {
			from := i
			i += ends(list[i:])
			if i == from || !yield(list[from:i]) {
				return
			}
		}
	}
}

// ends gives how long the value is with which a text begins.
func ends(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = quoteEnds(text, i)
			if depth == 0 {
				return min(i+1, len(text))
			}
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth < 0 { // of what is around a number or a word
				return i
			}
			if depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// quoteEnds gives where a string ends that begins at a place.
func quoteEnds(text []byte, from int) int {
	for i := from + 1; i < len(text); i++ {
		next := bytes.IndexByte(text[i:], '"')
		if next < 0 {
			break
		}
		i += next
		if escapes(text[from+1:i])%2 == 0 {
			return i
		}
	}
	return len(text)
}

// escapes gives how many backslashes a text ends with.
func escapes(text []byte) (n int) {
	for n < len(text) && text[len(text)-1-n] == '\\' {
		n++
	}
	return n
}
