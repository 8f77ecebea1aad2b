// Package kubernetes reads Kubernetes manifests as the draft of a design.
//
// Each workload becomes a component on one cluster, each namespace a zone. What a Service of the type LoadBalancer or
// NodePort, or an Ingress, opens to the outside becomes a gateway with a flow from its callers; whether they are on the
// internet the file does not say. A setting that names a Service is a flow to what the Service selects. A secret that a
// workload is given, a service account and whom a role is bound to are identities.
//
// A flow is filtered where a NetworkPolicy selects its destination and no policy that could lets everybody in. That rests
// on the cluster's network keeping to policies, which is said. The values of secrets are never kept, no file or chart that
// is named is opened, and templates are refused: give what they are rendered to.
package kubernetes

import (
	"bytes"
	"cmp"
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

// Format is Kubernetes manifests.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "kubernetes", Title: "Kubernetes manifests", Sniff: Sniff, Read: Read}
}

var (
	hasKind    = regexp.MustCompile(`(?m)^kind:|"kind"\s*:`)
	hasVersion = regexp.MustCompile(`(?m)^apiVersion:|^\s*\{(?s:.*)"apiVersion"\s*:`)
)

// Sniff says whether text looks like manifests.
func Sniff(text []byte) bool { return hasKind.Match(text) && hasVersion.Match(text) }

// Read reads the manifests of one file, however many there are.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	documents, err := tree.ReadAll(text, limits)
	if err != nil {
		if bytes.Contains(text, []byte("{{")) && fault.KindOf(err) == fault.Invalid {
			return foreign.Design{}, template()
		}
		return foreign.Design{}, err
	}
	r := &reader{
		Sketch: sketch.New("kubernetes", limits), zones: map[string]ident.ID{}, identities: map[name]*model.Account{}, services: map[name][]*workload{},
		configs: map[name]*tree.Node{}, accounts: map[name]*tree.Node{}, roles: map[name]*tree.Node{},
	}
	for _, d := range documents {
		r.gather(d, 0)
	}
	if len(r.objects) > maxObjects {
		return foreign.Design{}, fault.New(fault.TooLarge, "the file has more than %d manifests, the most that is read; give those of one service", maxObjects)
	}
	for _, o := range r.objects {
		if strings.Contains(o.kind+o.name.space+o.name.name, "{{") {
			return foreign.Design{}, template()
		}
	}
	if len(r.objects) == 0 {
		return foreign.Design{}, fault.New(fault.Invalid, "the file has nothing with a kind and a name, so it holds no manifests; give those that `kubectl apply` takes")
	}
	r.read()
	if r.Empty() {
		return foreign.Design{}, fault.New(fault.Invalid, "the file has no workload, such as a Deployment, so there is no design in it; give its manifests in one file")
	}
	return r.Design()
}

// maxObjects bounds what is compared with each other: workloads with what selects them.
const maxObjects = 3_000

func template() error {
	return fault.New(fault.Invalid, "the file is a template ({{ }}); give the manifests that it is rendered to, as `helm template` or `kubectl kustomize` write them")
}

// name is what tells objects of one kind apart.
type name struct{ space, name string }

// object is one manifest.
type object struct {
	kind string
	name name
	node *tree.Node
}

// workload is an object that runs something, and the component that it becomes.
type workload struct {
	object
	pod       *tree.Node // its metadata and spec
	component *model.Component
}

type reader struct {
	*sketch.Sketch
	objects    []object
	workloads  []*workload
	zones      map[string]ident.ID
	identities map[name]*model.Account
	services   map[name][]*workload // what a Service selects
	configs    map[name]*tree.Node  // ConfigMaps
	accounts   map[name]*tree.Node  // ServiceAccounts
	roles      map[name]*tree.Node  // Roles and ClusterRoles
	callers    *model.Component     // whoever calls from outside of the cluster
}

// gather takes a manifest apart where it is a list of others.
func (r *reader) gather(n *tree.Node, depth int) {
	kind := n.Says("kind")
	if strings.HasSuffix(kind, "List") && n.Has("items") && depth < 4 {
		for _, item := range n.All("items") {
			r.gather(item, depth+1)
		}
		return
	}
	called := cmp.Or(n.Says("metadata", "name"), n.Says("metadata", "generateName"))
	if kind == "" || called == "" {
		r.Drop(nameless, kind)
		return
	}
	r.objects = append(r.objects, object{kind: kind, name: name{n.Says("metadata", "namespace"), called}, node: n})
}

// read goes through the manifests in the order in which one needs another.
func (r *reader) read() {
	runtime := r.Runtime("Cluster")
	for _, o := range r.objects {
		r.know(o)
	}
	for _, o := range r.objects {
		if pod := podOf(o); pod != nil {
			w := &workload{object: o, pod: pod}
			r.workloads = append(r.workloads, w)
			r.component(w)
			w.component.Runtime = runtime.ID
		}
	}
	for _, o := range r.objects {
		if o.kind == "Service" {
			r.service(o)
		}
	}
	for _, w := range r.workloads {
		r.addresses(w)
	}
	for _, o := range r.objects {
		switch o.kind {
		case "Ingress":
			r.ingress(o)
		case "RoleBinding", "ClusterRoleBinding":
			r.binding(o)
		}
	}
	r.policies()
}

// know notes what other manifests refer to, and says what is not read.
func (r *reader) know(o object) {
	switch o.kind {
	case "Namespace":
		r.zone(o.name.name)
	case "ConfigMap":
		r.configs[o.name] = o.node
	case "ServiceAccount":
		r.accounts[o.name] = o.node
		r.account(o.name)
	case "Role":
		r.roles[o.name] = o.node
	case "ClusterRole":
		r.roles[name{"", o.name.name}] = o.node
	case "Secret":
		if o.node.Get("data").Len()+o.node.Get("stringData").Len() > 0 {
			r.Drop(inTheOpen, o.name.name)
		}
	case "Service", "Ingress", "RoleBinding", "ClusterRoleBinding", "NetworkPolicy":
	default:
		if podOf(o) == nil {
			r.Drop(otherKind, o.kind)
		}
	}
}

// podOf gives what a workload runs; nil where an object is no workload.
func podOf(o object) *tree.Node {
	switch o.kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job":
		return o.node.Get("spec", "template")
	case "CronJob":
		return o.node.Get("spec", "jobTemplate", "spec", "template")
	case "Pod":
		return o.node
	}
	return nil
}

func (r *reader) zone(space string) ident.ID {
	if space == "" {
		return ""
	}
	id, ok := r.zones[space]
	if !ok {
		id = r.Zone(space).ID
		r.zones[space] = id
	}
	return id
}

// account gives the identity of a service account.
func (r *reader) account(n name) *model.Account {
	return r.identity(name{n.space, "serviceaccount/" + n.name}, n.name, model.No)
}

func (r *reader) identity(key name, called string, people model.Attribute) *model.Account {
	a := r.identities[key]
	if a == nil {
		a = r.Identity(called)
		a.People = people
		r.identities[key] = a
	}
	return a
}

// binding makes identities of those to whom a role is given.
func (r *reader) binding(o object) {
	role := o.node.Says("roleRef", "name")
	where := name{"", role}
	if o.node.Says("roleRef", "kind") == "Role" {
		where.space = o.name.space
	}
	powerful := role == "cluster-admin" || role == "admin" || anything(r.roles[where])
	for _, subject := range o.node.All("subjects") {
		called := subject.Says("name")
		if called == "" {
			continue
		}
		var a *model.Account
		if subject.Says("kind") == "ServiceAccount" {
			a = r.account(name{cmp.Or(subject.Says("namespace"), o.name.space), called})
		} else {
			a = r.identity(name{"", subject.Says("kind") + "/" + called}, called, model.Unknown)
		}
		if powerful {
			a.Privileged = model.Yes
		}
	}
}

// anything says whether a role allows everything to everything.
func anything(role *tree.Node) bool {
	for _, rule := range role.All("rules") {
		if slices.Contains(rule.Texts("verbs"), "*") && slices.Contains(rule.Texts("resources"), "*") {
			return true
		}
	}
	return false
}
