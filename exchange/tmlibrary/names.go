package tmlibrary

import (
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

const maxStem = 52 // of an id that gets a number after it, so that the number always fits

// names gives ids of one kind: made from a text, and each given once. The second thing called Database is database-2.
type names struct {
	taken map[ident.ID]bool
	last  map[string]int // the last number after a stem
}

// take makes an id of the first text that has anything in it for one.
func (n *names) take(texts ...string) ident.ID {
	if n.taken == nil {
		n.taken, n.last = map[ident.ID]bool{}, map[string]int{}
	}
	id := suggest(texts)
	if n.taken[id] {
		stem := string(id)
		if len(stem) > maxStem {
			stem = strings.TrimRight(stem[:maxStem], "._-")
		}
		for n.taken[id] {
			n.last[stem] = max(n.last[stem], 1) + 1
			id = ident.ID(stem + "-" + strconv.Itoa(n.last[stem]))
		}
	}
	n.taken[id] = true
	return id
}

func suggest(texts []string) ident.ID {
	for _, text := range texts {
		if id := ident.Suggest(text); id != "" {
			return id
		}
	}
	return "unnamed"
}
