// Package compose reads a Docker Compose file as the draft of a design.
//
// Each service becomes a component on one runtime, each network a zone, each secret an identity whose secret is held. An
// image that is well known says what a component is and what it is made with; one that is built here was written by the
// team. A setting that names another service as an address is a flow, and so is a dependency or a link. A port that is
// bound to the host itself only is not open to the internet; whether any other is, the file does not say.
//
// Variables are never filled in and no file that is named is opened: neither what a service extends, nor what is included,
// nor files of settings. Passwords and other values of settings are never kept. What is not carried over is said.
package compose

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Format is Docker Compose.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "compose", Title: "Docker Compose file", Sniff: Sniff, Read: Read}
}

var services = regexp.MustCompile(`(?m)^services:[ \t]*(#.*)?\r?$`)

// Sniff says whether text looks like a Compose file.
func Sniff(text []byte) bool { return services.Match(text) }

// Read reads a Compose file.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	root, err := tree.Read(text, limits)
	if err != nil {
		return foreign.Design{}, err
	}
	if root.Get("services").Len() == 0 || root.Get("services").Kind != tree.Map {
		return foreign.Design{}, fault.New(fault.Invalid, "the file has no services, so it is no Compose file; give the one that `docker compose` reads")
	}
	r := &reader{Sketch: sketch.New("compose", limits), root: root, zones: map[string]ident.ID{}, secrets: map[string]ident.ID{}, hosts: map[string]*part{}}
	r.read()
	return r.Design()
}

// part is a service of the file and the component that it becomes.
type part struct {
	name      string
	node      *tree.Node
	component *model.Component
}

type reader struct {
	*sketch.Sketch
	root    *tree.Node
	parts   []*part
	zones   map[string]ident.ID
	secrets map[string]ident.ID
	hosts   map[string]*part // the names under which a service can be reached; nil where two services have one
}

func (r *reader) read() {
	r.Call(plain(r.root.Says("name")))
	runtime := r.Runtime("Containers")
	for name, node := range r.root.Get("services").Pairs() {
		p := &part{name: name, node: node}
		r.component(p)
		p.component.Runtime = runtime.ID
		r.parts = append(r.parts, p)
		r.answersTo(p)
	}
	for _, p := range r.parts {
		r.addresses(p)
	}
	for _, p := range r.parts {
		r.dependencies(p)
	}
	for range r.root.All("include") {
		r.Drop(included, "")
	}
	if r.root.Says("include") != "" {
		r.Drop(included, "")
	}
}

// plain gives a text without variables, or nothing where it has one.
func plain(s string) string {
	if strings.Contains(s, "$") {
		return ""
	}
	return s
}

// component says what a service is.
func (r *reader) component(p *part) {
	built := p.node.Has("build")
	image := sketch.ParseImage(p.node.Says("image"))
	if built {
		image = sketch.Image{}
	}
	c := r.Component(p.name, image.Type)
	p.component = c
	c.Technology, c.Version, c.Custom, c.Management = image.Technology, image.Version, image.Own, image.Management
	if built {
		c.Custom = model.Yes
	}
	r.zone(p)
	r.ports(p)
	r.powers(p)
	r.volumes(p)
	r.held(p)
	r.unread(p)
}

// zone puts a component where its network is. One on several networks is in none of them alone.
func (r *reader) zone(p *part) {
	if mode := p.node.Says("network_mode"); mode != "" {
		if mode == "host" {
			sketch.Remark(&p.component.Note, "It shares the network of the host.")
		}
		return
	}
	names := p.node.Texts("networks")
	if n := p.node.Get("networks"); n != nil && n.Kind == tree.Map {
		names = n.Keys()
	}
	switch len(names) {
	case 0:
		p.component.Zone = r.network("default")
	case 1:
		p.component.Zone = r.network(names[0])
	default:
		for _, name := range names {
			r.network(name)
		}
		r.Drop(several, p.component.Name)
		sketch.Remark(&p.component.Note, "It is on the networks "+listed(names)+".")
	}
}

func (r *reader) network(name string) ident.ID {
	if id, ok := r.zones[name]; ok {
		return id
	}
	z := r.Zone(name)
	r.zones[name] = z.ID
	if r.root.Is("networks", name, "internal") == model.Yes {
		z.Trust = model.Isolated
	}
	if r.root.Is("networks", name, "external") == model.Yes {
		r.Drop(outside, z.Name)
	}
	return z.ID
}

// listed joins names with commas and "and", cleaned, and not too many.
func listed(names []string) string {
	const most = 8
	var clean []string
	for _, name := range names[:min(len(names), most)] {
		clean = append(clean, sketch.Clean(name))
	}
	switch more := len(names) - most; {
	case more > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(clean, ", "), more)
	case len(clean) == 1:
		return clean[0]
	}
	return strings.Join(clean[:len(clean)-1], ", ") + " and " + clean[len(clean)-1]
}

// ports says from where a component can be reached.
func (r *reader) ports(p *part) {
	local, all := 0, 0
	var open []string
	for _, port := range p.node.All("ports") {
		host, published := binding(port)
		all++
		switch {
		case host == "127.0.0.1" || host == "::1" || host == "localhost":
			local++
		case published != "":
			open = append(open, published)
		}
	}
	switch {
	case all > 0 && local == all:
		p.component.InternetFacing = model.No
	case len(open) > 0:
		slices.Sort(open)
		sketch.Remark(&p.component.Note, "It can be reached from outside of the host at "+listed(slices.Compact(open))+".")
	case all > 0:
		sketch.Remark(&p.component.Note, "It can be reached from outside of the host.")
	}
}

// binding gives the address and the port of the host that lead to a component, as 127.0.0.1:8080:80 or the long form says.
func binding(port *tree.Node) (host, published string) {
	if port.Kind == tree.Map {
		host, published = port.Says("host_ip"), plain(port.Says("published"))
	} else {
		s := port.String()
		if i := strings.LastIndexByte(s, ':'); i >= 0 {
			host = s[:i]
			if j := strings.LastIndexByte(host, ':'); j >= 0 && !strings.HasSuffix(host, "]") {
				host, published = host[:j], host[j+1:]
			} else {
				host, published = "", host
			}
		}
	}
	if published = plain(published); published != "" {
		published = "port " + published
	}
	return strings.Trim(host, "[]"), published
}

// powers says what a component can do to the host and to what else runs there.
func (r *reader) powers(p *part) {
	c := p.component
	if p.node.Is("privileged") == model.Yes {
		c.Management = model.Yes
		sketch.Remark(&c.Note, "It is privileged: it can change the host and what else runs there.")
	}
	if p.node.Says("pid") == "host" {
		sketch.Remark(&c.Note, "It sees the processes of the host.")
	}
	if caps := p.node.Texts("cap_add"); len(caps) > 0 {
		sketch.Remark(&c.Note, "It is given "+listed(caps)+".")
	}
}

// volumes looks for what a datastore keeps, and for ways to the host.
func (r *reader) volumes(p *part) {
	for _, v := range p.node.All("volumes") {
		source := v.Says("source")
		if v.Kind == tree.Text {
			source, _, _ = strings.Cut(v.String(), ":")
		}
		switch {
		case strings.HasSuffix(source, "/docker.sock") || strings.HasSuffix(source, "/podman.sock") || strings.HasSuffix(source, "/containerd.sock"):
			p.component.Management = model.Yes
			sketch.Remark(&p.component.Note, "It can start and stop containers on the host, through its socket.")
		case p.component.Type == "datastore" && source != "" && plain(source) == source && !strings.ContainsAny(source[:1], "./~"):
			sketch.Remark(&p.component.Note, "What it keeps is on the volume "+sketch.Clean(source)+".")
		default:
			r.Drop(volume, "")
		}
	}
}

// held makes an identity of each secret that a component is given.
func (r *reader) held(p *part) {
	for _, s := range p.node.All("secrets") {
		name := cmp.Or(s.String(), s.Says("source"))
		if name == "" {
			continue
		}
		id, ok := r.secrets[name]
		if !ok {
			id = r.Identity(name).ID
			r.secrets[name] = id
		}
		sketch.Hold(&p.component.Secrets, id)
	}
}

// unread says what of a service is left behind.
func (r *reader) unread(p *part) {
	if p.node.Has("extends") {
		r.Drop(extended, p.component.Name)
	}
	if p.node.Has("env_file") {
		r.Drop(settings, p.component.Name)
	}
	if len(p.node.Texts("profiles")) > 0 {
		r.Drop(profiled, p.component.Name)
	}
	if strings.Contains(p.node.Says("image"), "$") {
		r.Drop(variables, "image of "+p.component.Name)
	}
	for _, key := range p.node.Keys() {
		if !slices.Contains(known(), key) && !strings.HasPrefix(key, "x-") {
			r.Drop(other, key)
		}
	}
}

// known lists the keys of a service that are read or whose loss is said by itself.
func known() []string {
	return []string{
		"build", "image", "networks", "network_mode", "ports", "privileged", "pid", "cap_add", "volumes", "secrets", "extends", "env_file", "profiles", "environment",
		"depends_on", "links", "external_links", "command", "entrypoint", "container_name", "hostname",
	}
}

// answersTo notes the names under which a service can be reached. A name that two have is nobody's.
func (r *reader) answersTo(p *part) {
	names := []string{p.name, p.node.Says("container_name"), p.node.Says("hostname")}
	for _, network := range p.node.Get("networks").Pairs() {
		names = append(names, network.Texts("aliases")...)
	}
	for _, name := range names {
		name = strings.ToLower(plain(name))
		if name == "" {
			continue
		}
		if first, taken := r.hosts[name]; taken && first != p && name != strings.ToLower(p.name) {
			r.hosts[name] = nil
			continue
		}
		r.hosts[name] = p
	}
}

// addresses makes flows of the settings that name another service.
func (r *reader) addresses(p *part) {
	aliases := map[string]*part{}
	for _, link := range p.node.Texts("links") {
		name, alias, _ := strings.Cut(link, ":")
		aliases[strings.ToLower(cmp.Or(alias, name))] = r.hosts[strings.ToLower(name)]
	}
	for name, value := range settingsOf(p.node) {
		if strings.Contains(value, "$") {
			r.Drop(variables, name)
		}
		for _, a := range sketch.Addresses(name, value) {
			to := aliases[a.Host]
			if to == nil {
				to = r.hosts[a.Host]
			}
			switch {
			case to != nil:
				r.Address(p.component, to.component, a)
			case a.Protocol != "" && strings.Contains(a.Host, "."):
				r.Drop(sketch.Elsewhere, a.Host)
			}
		}
	}
}

// settingsOf gives the names and values of what a service is told when it starts.
func settingsOf(n *tree.Node) func(func(name, value string) bool) {
	return func(yield func(string, string) bool) {
		for name, value := range n.Get("environment").Pairs() {
			if !yield(name, value.String()) {
				return
			}
		}
		for _, item := range n.All("environment") {
			name, value, _ := strings.Cut(item.String(), "=")
			if !yield(name, value) {
				return
			}
		}
		for _, key := range []string{"command", "entrypoint"} {
			for _, word := range n.Texts(key) {
				if strings.Contains(word, "://") && !yield(key, word) {
					return
				}
			}
		}
	}
}

// dependencies makes a flow of each dependency and link that no setting has told of. What a service only waits for until
// it is done is no flow.
func (r *reader) dependencies(p *part) {
	link := func(name, why string) {
		to := r.hosts[strings.ToLower(name)]
		if to == nil {
			return
		}
		if f, fresh := r.Flow(p.component, to.component, ""); fresh {
			f.Note = "Taken from " + why + ". That it connects is likely; the file does not say so."
		}
	}
	for _, name := range p.node.Texts("depends_on") {
		link(name, "depends_on")
	}
	for name, how := range p.node.Get("depends_on").Pairs() {
		if how.Says("condition") != "service_completed_successfully" {
			link(name, "depends_on")
		}
	}
	for _, name := range p.node.Texts("links") {
		name, _, _ = strings.Cut(name, ":")
		link(name, "links")
	}
	for _, name := range p.node.Texts("external_links") {
		r.Drop(sketch.Elsewhere, name)
	}
}
