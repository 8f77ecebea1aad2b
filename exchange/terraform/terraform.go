// Package terraform reads a Terraform plan, as `terraform show -json` writes it, as the draft of a design.
//
// It reads what is planned (or, of a state, what is there), in the root module and those below it. Resources of common
// types of AWS, Azure and Google Cloud become components, with what their attributes say of encryption at rest, of access
// from the internet, of copies and of spare ones; networks become zones; roles, service accounts and secrets become
// identities. The types that are not read are counted.
//
// A flow is made where the configuration gives one component the address of another, and where a listener of a load
// balancer leads to a service; references that go through modules are not followed. A value that is marked as sensitive
// is never looked at, nor is any text but names, versions and the words of a few attributes. An attribute that is known
// only after the plan is applied is unknown.
package terraform

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Format is a Terraform plan.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "terraform", Title: "Terraform plan in JSON", Sniff: Sniff, Read: Read}
}

// Sniff says whether text looks like a plan or a state in JSON.
func Sniff(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) && bytes.Contains(text, []byte(`"root_module"`)) && bytes.Contains(text, []byte(`"format_version"`))
}

// Read reads a plan or a state in JSON.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	root, err := tree.Read(text, limits)
	if err != nil {
		return foreign.Design{}, err
	}
	planned := root.Get("planned_values", "root_module")
	if planned == nil {
		planned = root.Get("values", "root_module")
	}
	if planned == nil {
		return foreign.Design{}, fault.New(fault.Invalid, "the file holds no plan; give what `terraform show -json PLAN` writes")
	}
	r := &reader{Sketch: sketch.New("terraform", limits), limits: limits, at: map[string][]*resource{}, refers: map[string][]reference{}, zones: map[string]ident.ID{}, runtimes: map[string]ident.ID{}}
	r.module(planned)
	if len(r.resources) > limits.Items {
		return foreign.Design{}, fault.New(fault.TooLarge, "the plan has more than %d resources, the most that is read", limits.Items)
	}
	r.configuration(root.Get("configuration", "root_module"), "")
	r.read()
	if r.Empty() {
		return foreign.Design{}, fault.New(fault.Invalid, "the plan has no resource of a type that is read, so there is no design in it")
	}
	return r.Design()
}

// resource is something that is planned, and what it becomes.
type resource struct {
	address   string // with its index
	config    string // without: as the configuration has it
	of, name  string
	values    *tree.Node
	sensitive *tree.Node
	component *model.Component
}

type reader struct {
	*sketch.Sketch
	limits    foreign.Limits
	resources []*resource
	at        map[string][]*resource // by address in the configuration
	refers    map[string][]reference // by address in the configuration
	order     []string               // of refers
	zones     map[string]ident.ID
	runtimes  map[string]ident.ID
}

// reference is to an attribute of a resource.
type reference struct{ to, attribute string }

const maxReferences = 200 // of one resource

var index = regexp.MustCompile(`\[[^\]]*\]`)

// module gathers the resources of a module and of those below it.
func (r *reader) module(m *tree.Node) {
	for _, n := range m.All("resources") {
		if n.Says("mode") == "data" {
			continue
		}
		o := &resource{address: n.Says("address"), of: n.Says("type"), name: n.Says("name"), values: n.Get("values"), sensitive: n.Get("sensitive_values")}
		o.config = index.ReplaceAllString(o.address, "")
		r.resources = append(r.resources, o)
		r.at[o.config] = append(r.at[o.config], o)
	}
	for _, child := range m.All("child_modules") {
		r.module(child)
	}
}

// configuration gathers what refers to what, within each module.
func (r *reader) configuration(m *tree.Node, prefix string) {
	for _, n := range m.All("resources") {
		from := prefix + n.Says("address")
		for _, text := range references(n.Get("expressions"), nil) {
			ref := refer(prefix + text)
			if len(r.refers[from]) < maxReferences && !slices.Contains(r.refers[from], ref) {
				r.refers[from] = append(r.refers[from], ref)
			}
		}
		r.order = append(r.order, from)
	}
	for name, call := range m.Get("module_calls").Pairs() {
		for _, ref := range references(call.Get("expressions"), nil) {
			if !strings.HasPrefix(ref, "var.") && !strings.HasPrefix(ref, "each.") {
				r.Drop(throughModule, name)
				break
			}
		}
		r.configuration(call.Get("module"), prefix+"module."+name+".")
	}
}

// references finds the references anywhere below a node.
func references(n *tree.Node, out []string) []string {
	if n == nil {
		return out
	}
	out = append(out, n.Texts("references")...)
	for _, item := range n.Items {
		if item.Kind == tree.Map || item.Kind == tree.List {
			out = references(item, out)
		}
	}
	return out
}

// read goes through the resources in the order in which one needs another.
func (r *reader) read() {
	for _, o := range r.resources {
		switch {
		case slices.Contains([]string{"aws_vpc", "azurerm_virtual_network", "google_compute_network"}, o.of):
			r.zones[o.config] = r.Zone(o.called()).ID
		case o.of == "aws_ecs_cluster":
			r.runtimes[o.config] = r.Runtime(o.called()).ID
		}
	}
	types := types()
	for _, o := range r.resources {
		t, known := types[o.of]
		switch {
		case known:
			r.component(o, t)
		case slices.Contains(identities(), o.of):
			a := r.Identity(o.called())
			if strings.Contains(o.of, "service_account") || strings.HasSuffix(o.of, "secret") {
				a.People = model.No
			}
		case r.zones[o.config] == "" && r.runtimes[o.config] == "" && !slices.Contains(joining(), o.of):
			r.Drop(otherType, o.of)
		}
	}
	r.buckets()
	r.rules()
	r.flows()
	r.listeners()
}

// identities lists the types that become identities.
func identities() []string {
	return []string{
		"aws_iam_role", "aws_iam_user", "aws_secretsmanager_secret", "azurerm_user_assigned_identity", "azurerm_key_vault_secret", "google_service_account", "google_secret_manager_secret",
	}
}

// joining lists the types that say something of others, and become nothing themselves.
func joining() []string {
	return []string{
		"aws_subnet", "aws_db_subnet_group", "aws_elasticache_subnet_group", "aws_security_group", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule",
		"aws_lb_listener", "aws_alb_listener", "aws_lb_target_group", "aws_s3_bucket_server_side_encryption_configuration",
	}
}

// said gives the text of an attribute that is not sensitive; of a block that is repeated, its first.
func (o *resource) said(path string) string {
	value, hidden := o.values, o.sensitive
	for key := range strings.SplitSeq(path, ".") {
		value, hidden = first(value).Get(key), first(hidden).Get(key)
		if hidden.Is() == model.Yes {
			return ""
		}
	}
	return first(value).String()
}

// first gives the first item of a list, and what is no list as it is.
func first(n *tree.Node) *tree.Node {
	if n != nil && n.Kind == tree.List {
		if len(n.Items) == 0 {
			return nil
		}
		return n.Items[0]
	}
	return n
}

func (o *resource) is(path string) model.Attribute {
	switch strings.ToLower(o.said(path)) {
	case "true":
		return model.Yes
	case "false":
		return model.No
	}
	return model.Unknown
}

// called gives the name of a resource in the cloud, or else in Terraform.
func (o *resource) called() string {
	return cmp.Or(o.said("identifier"), o.said("cluster_identifier"), o.said("function_name"), o.said("bucket"), o.said("name"), o.name, o.of)
}

// component says what a resource is.
func (r *reader) component(o *resource, t kind) {
	c := r.Component(o.called(), t.of)
	o.component = c
	c.Technology = cmp.Or(t.technology, engine(o.said("engine")))
	for _, key := range []string{"engine_version", "database_version", "version", "kubernetes_version"} {
		if v := o.said(key); v != "" && c.Version == "" {
			c.Version = sketch.Clean(v)
		}
	}
	c.Encryption = t.encryption(o)
	c.InternetFacing = t.facing(o)
	c.Redundant, c.BackedUp = t.redundant(o), t.backedUp(o)
	if o.is("public_network_access_enabled") == model.Yes {
		sketch.Remark(&c.Note, "It can be reached from outside of the network, as far as its own rules let.")
	}
	sketch.Remark(&c.Note, "In Terraform it is "+sketch.Clean(o.address)+".")
	c.Zone = r.zone(o.config)
	for _, ref := range r.refers[o.config] {
		if id := r.runtimes[ref.to]; id != "" && o.of == "aws_ecs_service" {
			c.Runtime = id
		}
	}
}

// engine gives the name of a database from the word that AWS has for it.
func engine(word string) string {
	names := map[string]string{"postgres": "PostgreSQL", "aurora-postgresql": "Aurora PostgreSQL", "mysql": "MySQL", "aurora-mysql": "Aurora MySQL", "mariadb": "MariaDB", "redis": "Redis", "valkey": "Valkey", "memcached": "Memcached"}
	return cmp.Or(names[word], sketch.Clean(word))
}

// zone finds the one network that a resource refers to, itself or by its subnets.
func (r *reader) zone(config string) ident.ID {
	found := map[ident.ID]bool{}
	var look func(at string, hops int)
	look = func(at string, hops int) {
		for _, ref := range r.refers[at] {
			switch {
			case r.zones[ref.to] != "":
				found[r.zones[ref.to]] = true
			case hops > 0 && strings.Contains(ref.to, "subnet") && ref.to != at:
				look(ref.to, hops-1)
			}
		}
	}
	look(config, 2)
	if len(found) == 1 {
		for id := range found {
			return id
		}
	}
	return ""
}

var addressOf = regexp.MustCompile(`^((?:module\.[^.]+\.)*(?:data\.)?[^.\[]+\.[^.\[]+)`)

// refer takes a reference apart.
func refer(text string) reference {
	text = index.ReplaceAllString(text, "")
	to := addressOf.FindString(text)
	return reference{to: to, attribute: strings.TrimPrefix(text[len(to):], ".")}
}

// count gives a whole number that an attribute says; false where it says none.
func (o *resource) count(path string) (int, bool) {
	n, err := strconv.Atoi(o.said(path))
	return n, err == nil && n >= 0
}
