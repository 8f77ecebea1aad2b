package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// signIn says how callers are known, where all operations that ask for it agree.
func (r *reader) signIn() {
	all := r.root.Get("security")
	var ways []model.SignIn
	asking, open, silent := 0, 0, 0
	example := ""
	for o := range r.operations() {
		asked := o.node.Get("security")
		if asked == nil {
			asked = all
		}
		switch way, said := r.way(asked); {
		case !said:
			silent++
		case way == "none":
			if open++; open == 1 {
				example = o.name
			}
		default:
			asking++
			if !slices.Contains(ways, way) {
				ways = append(ways, way)
			}
		}
		if o.node.Has("servers") {
			r.Drop(ownServers, o.name)
		}
	}
	var way model.SignIn
	switch {
	case len(ways) == 1:
		way = ways[0]
	case asking == 0 && open > 0 && silent == 0:
		way = "none"
	case len(ways) > 1:
		r.Drop(manyWays, "")
	}
	for _, f := range r.flows {
		f.Authentication = way
		if open > 0 && asking > 0 {
			sketch.Remark(&f.Note, fmt.Sprintf("%s without signing in, such as %s.", counted(open), sketch.Clean(example)))
		}
		if silent > 0 && asking > 0 {
			sketch.Remark(&f.Note, fmt.Sprintf("Of %d operations the file does not say whether one must sign in.", silent))
		}
	}
}

func counted(n int) string {
	if n == 1 {
		return "1 operation can be called"
	}
	return fmt.Sprintf("%d operations can be called", n)
}

// way gives the weakest of the ways in which an operation may be called; false where nothing is said.
func (r *reader) way(asked *tree.Node) (model.SignIn, bool) {
	if asked == nil || asked.Kind != tree.List {
		return "", false
	}
	if asked.Len() == 0 {
		return "none", true
	}
	if way, known := r.ways[asked]; known {
		return way, true
	}
	weakest := model.SignIn("certificate")
	for _, alternative := range asked.Items {
		strongest := model.SignIn("none")
		for name := range alternative.Pairs() {
			way := r.scheme(name)
			if rank(way) > rank(strongest) || way == "" {
				strongest = way
			}
			if way == "" {
				break
			}
		}
		if rank(strongest) < rank(weakest) {
			weakest = strongest
		}
	}
	r.ways[asked] = weakest
	return weakest, true
}

// rank orders the ways from the weakest. One that is not known is ordered after no way at all.
func rank(way model.SignIn) int {
	return slices.Index([]model.SignIn{"none", "", "password", "session", "token", "certificate"}, way)
}

// scheme gives what a security scheme asks of a caller.
func (r *reader) scheme(name string) model.SignIn {
	s := r.root.Get("components", "securitySchemes", name)
	if s == nil {
		s = r.root.Get("securityDefinitions", name)
	}
	s = r.follow(s)
	switch strings.ToLower(s.Says("type")) {
	case "apikey":
		if s.Says("in") == "cookie" {
			return "session"
		}
		return "token"
	case "oauth2", "openidconnect":
		return "token"
	case "mutualtls":
		return "certificate"
	case "basic":
		return "password"
	case "http":
		switch strings.ToLower(s.Says("scheme")) {
		case "basic", "digest":
			return "password"
		case "bearer":
			return "token"
		}
	}
	return ""
}
