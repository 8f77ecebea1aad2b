// Package openapi reads a description of an interface in OpenAPI 3.0 or 3.1, or Swagger 2.0, as the draft of a design: one
// component, whoever calls it, and a flow between them.
//
// How a caller is known comes from the security schemes that operations ask for, where all that ask agree. An operation
// that asks for none, by saying so, is told of; where nothing is said anywhere, it is unknown. Whether calls are protected
// on their way comes from the servers. Bodies that are files or markup are files that are accepted. Names of properties
// that are usually of personal data are told of, as something that looks personal: whether it is, is for people to say.
//
// References are followed inside of the file only, and nothing that it names is opened or fetched.
package openapi

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Format is OpenAPI and Swagger.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "openapi", Title: "OpenAPI 3.0 or 3.1, or Swagger 2.0", Sniff: Sniff, Read: Read}
}

var version = regexp.MustCompile(`(?m)^["']?(openapi|swagger)["']?[ \t]*:[ \t]*["']?[23]\.|"(openapi|swagger)"\s*:\s*"[23]\.`)

// Sniff says whether text looks like the description of an interface.
func Sniff(text []byte) bool { return version.Match(text) }

// Read reads the description of an interface.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	root, err := tree.Read(text, limits)
	if err != nil {
		return foreign.Design{}, err
	}
	switch v := root.Says("openapi"); {
	case strings.HasPrefix(v, "3.0") || strings.HasPrefix(v, "3.1"):
	case strings.HasPrefix(root.Says("swagger"), "2."):
	default:
		said, _ := foreign.Line(cmp.Or(v, root.Says("swagger"), "none"), 40)
		return foreign.Design{}, fault.New(fault.Invalid, "the file says the version %q; OpenAPI 3.0 and 3.1 and Swagger 2.0 are read", said)
	}
	r := &reader{Sketch: sketch.New("openapi", limits), root: root, ways: map[*tree.Node]model.SignIn{}, left: map[string]bool{}}
	r.read()
	return r.Design()
}

type reader struct {
	*sketch.Sketch
	root    *tree.Node
	api     *model.Component
	callers *model.Component
	flows   []*model.Flow
	ways    map[*tree.Node]model.SignIn // of lists of what is asked, as one list may hold for every operation
	left    map[string]bool             // references that lead elsewhere
}

func (r *reader) read() {
	title := r.root.Says("info", "title")
	r.Call(title)
	r.api = r.Component(cmp.Or(title, "API"), "api")
	r.callers = r.Component("Callers", "external-system")
	r.servers()
	r.signIn()
	r.files()
	r.personal()
	if r.root.Get("webhooks").Len() > 0 {
		r.Drop(webhooks, "")
	}
}

// servers makes a flow for each way in which the interface is reached.
func (r *reader) servers() {
	for _, url := range r.urls() {
		scheme, rest, absolute := strings.Cut(url, "://")
		host, _, _ := strings.Cut(rest, "/")
		host, _, _ = strings.Cut(host, ":")
		switch {
		case !absolute || strings.Contains(scheme, "{"):
			r.Drop(relative, url)
			continue
		case host == "localhost" || host == "127.0.0.1" || host == "0.0.0.0":
			r.Drop(local, url)
			continue
		}
		if place := foreign.Place(url); place != "" && len(r.api.Interfaces) < 20 {
			r.api.Interfaces = append(r.api.Interfaces, place)
		}
		for _, a := range sketch.Addresses("", scheme+"://host") {
			r.keep(r.Address(r.callers, r.api, a))
		}
	}
	if len(r.flows) == 0 {
		f, _ := r.Flow(r.callers, r.api, "")
		r.keep(f)
	}
}

func (r *reader) keep(f *model.Flow) {
	for _, known := range r.flows {
		if known == f {
			return
		}
	}
	if f != nil {
		r.flows = append(r.flows, f)
	}
}

// urls gives the addresses of the interface.
func (r *reader) urls() (out []string) {
	for _, s := range r.root.All("servers") {
		if url := s.Says("url"); url != "" && len(out) < 100 {
			out = append(out, url)
		}
	}
	if host := r.root.Says("host"); host != "" && r.root.Has("swagger") {
		schemes := r.root.Texts("schemes")
		if len(schemes) == 0 {
			return []string{host + r.root.Says("basePath")}
		}
		for _, scheme := range schemes[:min(len(schemes), 10)] {
			out = append(out, scheme+"://"+host+r.root.Says("basePath"))
		}
	}
	return out
}

// operation is one thing that can be asked of the interface.
type operation struct {
	name       string // such as GET /permits
	node       *tree.Node
	parameters []*tree.Node // of the path
}

// operations goes through them in the order of the file.
func (r *reader) operations() func(func(operation) bool) {
	return func(yield func(operation) bool) {
		for path, item := range r.root.Get("paths").Pairs() {
			item = r.follow(item)
			for _, method := range []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"} {
				if node := item.Get(method); node != nil && !yield(operation{strings.ToUpper(method) + " " + path, node, item.All("parameters")}) {
					return
				}
			}
		}
	}
}

// follow gives what a reference inside of the file leads to; nil where it leads elsewhere.
func (r *reader) follow(n *tree.Node) *tree.Node {
	for range 8 {
		ref := n.Says("$ref")
		if ref == "" {
			return n
		}
		path, inside := strings.CutPrefix(ref, "#/")
		if !inside {
			if !r.left[ref] {
				r.left[ref] = true
				r.Drop(outside, ref)
			}
			return nil
		}
		n = r.root
		for key := range strings.SplitSeq(path, "/") {
			n = n.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(key))
		}
	}
	return nil
}
