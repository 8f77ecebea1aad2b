package foreign

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// MaxNote is how much of a note in a design is kept, in characters: a description, and the reasons for values.
const MaxNote = 2_000

// What readers of designs note alike.
var (
	NoTitle   = Note{One: "The model has no title, so the service is called " + Untitled, Many: "%d models have no title"}
	Renamed   = Note{One: "1 id is not an id here and was changed to one", Many: "%d ids are not ids here and were changed to some"}
	Duplicate = Note{One: "1 id is used twice, so what has it second was left out", Many: "%d ids are used twice, so what has one second was left out"}
	Dangling  = Note{One: "1 reference is to something that is not in the file, so it was left out", Many: "%d references are to things that are not in the file, so they were left out"}
	OddKey    = Note{One: "1 key is not one that is read, so it was left out", Many: "%d keys are not ones that are read, so they were left out"}
	tooLong   = Note{One: "1 text was too long and was cut", Many: "%d texts were too long and were cut"}
)

// Cut gives a text as Line does, and notes where it had to cut.
func (n *Notes) Cut(s string, most int) string {
	line, cut := Line(s, most)
	if cut {
		n.Add(tooLong, 1, line)
	}
	return line
}

// Known gives the ids of what is referred to, each once, and notes what is not in the file.
func (n *Notes) Known(ids map[string]ident.ID, names ...string) []ident.ID {
	var out []ident.ID
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		switch id := ids[name]; {
		case name == "" || seen[name]:
		case id == "":
			n.Add(Dangling, 1, name)
		default:
			out = append(out, id)
		}
		seen[name] = true
	}
	return out
}

// Uncircle takes out of what things are inside each step that closes a circle, and gives the things whose step that was.
// The order says at which thing it starts to look.
func Uncircle(order []ident.ID, up map[ident.ID]ident.ID) (cut []ident.ID) {
	const underWay, done = 1, 2
	state := make(map[ident.ID]int, len(up))
	for _, from := range order {
		var walk []ident.ID
		for id := from; id != "" && state[id] == 0; id = up[id] {
			state[id] = underWay
			walk = append(walk, id)
			if next := up[id]; next != "" && state[next] == underWay {
				cut = append(cut, id)
				delete(up, id)
			}
		}
		for _, id := range walk {
			state[id] = done
		}
	}
	return cut
}

// Sentences joins what is said, each with an end. It passes over what is empty.
func Sentences(all ...string) string {
	var said []string
	for _, s := range all {
		if s == "" {
			continue
		}
		if !strings.ContainsAny(s[len(s)-1:], ".!?") && !strings.HasSuffix(s, "…") {
			s += "."
		}
		said = append(said, s)
	}
	return strings.Join(said, " ")
}
