package report

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Why is the reasons behind one status, as a tree that ends in inputs.
type Why struct {
	Service ident.ID  `json:"service"`
	Ref     ident.Ref `json:"ref"`
	Title   string    `json:"title"`
	Status  string    `json:"status"`
	Record  string    `json:"record,omitempty"` // of evidence and decisions: what the record says of itself
	Place   string    `json:"place,omitempty"`  // of an input: FILE:LINE of the service file
	Reasons []Because `json:"reasons"`
}

// Because is a reason and what it rests on: results of earlier stages, with their own reasons, or inputs, without.
type Because struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	RestOn []Why  `json:"because"`
}

// Explain gives the reasons behind whatever in a posture is called id: an id such as r1, whatever its case, or a
// reference such as control:backup where several things have that id. The service's own id may stand before it.
func Explain(p *assess.Posture, id string) (found []Why) {
	id = strings.TrimPrefix(id, string(p.Service)+"/")
	all := nodes(p)
	for i := range all {
		if all[i].called(id) {
			found = append(found, grow(p.Service, all, &all[i], nil))
		}
	}
	return found
}

// Locate notes the place of every input in a tree, as place gives it, and what every record says of itself.
func (w *Why) Locate(place, record func(service ident.ID, ref ident.Ref) string) {
	w.Record = record(w.Service, w.Ref)
	if len(w.Reasons) == 0 {
		w.Place = place(w.Service, w.Ref)
	}
	for i := range w.Reasons {
		for k := range w.Reasons[i].RestOn {
			w.Reasons[i].RestOn[k].Locate(place, record)
		}
	}
}

// grow makes the tree of a node. What was shown above already on the way is not grown again.
func grow(service ident.ID, all []node, n *node, above []ident.Ref) Why {
	w := Why{Service: service, Ref: n.ref, Title: n.title, Status: n.status, Reasons: []Because{}}
	if slices.Contains(above, n.ref) {
		return w
	}
	above = append(above, n.ref)
	for i := range n.reasons {
		r := &n.reasons[i]
		b := Because{Code: r.Code, Text: r.Text, RestOn: []Why{}}
		for _, ref := range r.Because {
			if ref == n.ref {
				continue // a decision or an obstacle names itself
			}
			b.RestOn = append(b.RestOn, follow(service, all, ref, above))
		}
		w.Reasons = append(w.Reasons, b)
	}
	return w
}

func follow(service ident.ID, all []node, ref ident.Ref, above []ident.Ref) Why {
	for i := range all {
		if all[i].ref == ref {
			return grow(service, all, &all[i], above)
		}
	}
	return Why{Service: service, Ref: ref, Reasons: []Because{}} // an input: nothing is behind it
}

// Nearest gives the id in postures that is nearest to a word; empty when none is near.
func Nearest(postures []*assess.Posture, word string) string {
	var ids []string
	for _, p := range postures {
		all := nodes(p)
		for i := range all {
			ids = append(ids, cmp.Or(all[i].also, all[i].ref.Path))
		}
	}
	return ident.Nearest(word, ids)
}

// Tree writes reasons for a person.
func Tree(w io.Writer, found []Why, style Style) error {
	p := newPage(style)
	for i := range found {
		if i > 0 {
			p.line()
		}
		f := &found[i]
		p.wrap("", p.paint("1", f.Ref.String())+titled(f.Title))
		p.wrap("  ", f.Status)
		if f.Record != "" {
			p.wrap("  - ", f.Record)
		}
		t := &tree{page: p, shown: map[ident.Ref]bool{f.Ref: true}}
		t.branches(f.Reasons, "  ", 0)
		if len(f.Reasons) == 0 && f.Record == "" {
			p.wrap("  - ", "Nothing more is behind it.")
		}
	}
	return p.flush(w)
}

func titled(title string) string {
	if title == "" {
		return ""
	}
	return ": " + title
}

const deepest = 6

// tree is a tree under way. What was shown with its reasons is not grown again below another branch.
type tree struct {
	*page
	shown map[ident.Ref]bool
}

func (t *tree) branches(reasons []Because, indent string, depth int) {
	for i := range reasons {
		r := &reasons[i]
		t.wrap(indent+"- ", r.Text)
		for k := range r.RestOn {
			t.leaf(&r.RestOn[k], indent+"  ", depth)
		}
	}
}

func (t *tree) leaf(on *Why, indent string, depth int) {
	line := on.Ref.String()
	if on.Status != "" {
		line += ": " + on.Status
	}
	if on.Place != "" {
		line += " (" + on.Place + ")"
	}
	again := len(on.Reasons) > 0 && t.shown[on.Ref]
	if again {
		line += " (see above)"
	}
	t.wrap(indent+"from ", line)
	if again || depth >= deepest {
		return
	}
	t.shown[on.Ref] = true
	t.branches(on.Reasons, indent+"  ", depth+1)
}
