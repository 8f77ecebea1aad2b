package repository

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// SignedControls gives the controls that there are signs of.
func SignedControls() (out []ident.ID) {
	for _, s := range signs() {
		out = append(out, s.control)
	}
	return out
}

// ToldTypes gives the types that something tells.
func ToldTypes() (out []model.ComponentType) {
	lists := [][]tell{images()}
	for _, l := range languages() {
		lists = append(lists, l.tells)
	}
	for _, t := range join(lists...) {
		out = append(out, t.is)
	}
	return out
}
