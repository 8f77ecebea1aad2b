package foreign

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Untitled is what a service is called of which the file says no title, and its id.
const Untitled = "untitled"

// maxStem is how many characters of an id stay before a number is put behind it, so that the number always fits. It is the
// same for every number: were it not, ids that are alike at the start could be counted through again and again.
const maxStem = 52

// IDs gives ids of one kind, each once: the second thing called Database is database-2. The zero value has given none yet.
type IDs struct {
	taken map[ident.ID]bool
	last  map[string]int // the last number behind a stem
}

// Take gives an id made of the first text that has anything in it for one, and of none of them "unnamed".
func (s *IDs) Take(texts ...string) ident.ID {
	for _, text := range texts {
		if id := ident.Suggest(text); id != "" {
			return s.free(id)
		}
	}
	return s.free("unnamed")
}

// free gives an id that nobody has: the one asked for, or one with a number behind it.
func (s *IDs) free(id ident.ID) ident.ID {
	if s.taken == nil {
		s.taken, s.last = map[ident.ID]bool{}, map[string]int{}
	}
	if s.taken[id] {
		stem := string(id)
		if len(stem) > maxStem {
			stem = strings.TrimRight(stem[:maxStem], "._-")
		}
		for s.taken[id] {
			s.last[stem] = max(s.last[stem], 1) + 1
			id = ident.ID(stem + "-" + strconv.Itoa(s.last[stem]))
		}
	}
	s.taken[id] = true
	return id
}

// Assign gives each of the names of one kind an id: itself where fit leaves it as it is, and otherwise the nearest that is
// free, so that who is named well keeps the name. Where fit makes nothing of a name, spare stands for it.
func Assign(names []string, spare ident.ID, fit func(string) ident.ID) map[string]ident.ID {
	ids := make(map[string]ident.ID, len(names))
	var given IDs
	for _, name := range names {
		if id := fit(name); id != "" && string(id) == name && ids[name] == "" {
			ids[name] = given.free(id)
		}
	}
	for _, name := range names {
		if ids[name] == "" {
			ids[name] = given.free(cmp.Or(fit(name), spare))
		}
	}
	return ids
}
