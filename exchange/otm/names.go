package otm

import (
	"cmp"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

const maxID = 64 // characters of an id

// assign gives each of the names of one file an id: itself where fit leaves it as it is, and otherwise the nearest that is
// free, so that who is named well keeps the name. Where fit makes nothing of a name, spare stands for it.
func assign(names []string, spare string, fit func(string) ident.ID) map[string]ident.ID {
	ids := make(map[string]ident.ID, len(names))
	taken := make(map[ident.ID]bool, len(names))
	for _, name := range names {
		if id := fit(name); id != "" && string(id) == name {
			ids[name], taken[id] = id, true
		}
	}
	next := map[ident.ID]int{}
	for _, name := range names {
		if ids[name] == "" {
			id := free(cmp.Or(fit(name), ident.ID(spare)), taken, next)
			ids[name], taken[id] = id, true
		}
	}
	return ids
}

// free gives an id that nobody has: the one asked for, or with a number behind it.
func free(id ident.ID, taken map[ident.ID]bool, next map[ident.ID]int) ident.ID {
	if !taken[id] {
		return id
	}
	for i := max(next[id], 2); ; i++ {
		tail := "-" + strconv.Itoa(i)
		try := id[:min(len(id), maxID-len(tail))] + ident.ID(tail)
		if !taken[try] {
			next[id] = i + 1
			return try
		}
	}
}
