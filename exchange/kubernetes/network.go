package kubernetes

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// service says what a Service leads to, and makes a gateway of one that is open to the outside.
func (r *reader) service(o object) {
	if o.node.Says("spec", "type") == "ExternalName" {
		if host := o.node.Says("spec", "externalName"); host != "" {
			r.services[o.name] = []*workload{{component: r.Component(host, "external-system")}}
		}
		return
	}
	selector := o.node.Get("spec", "selector")
	if selector.Len() == 0 {
		return
	}
	var found []*workload
	for _, w := range r.workloads {
		if w.name.space == o.name.space && matches(selector, w) {
			found = append(found, w)
		}
	}
	r.services[o.name] = found
	if len(found) == 0 {
		r.Drop(selectsNothing, o.name.name)
		return
	}
	kind := map[string]string{"LoadBalancer": " load balancer", "NodePort": " node port"}[o.node.Says("spec", "type")]
	if kind == "" {
		return
	}
	gateway := r.Component(o.name.name+kind, "gateway")
	gateway.Zone = r.zone(o.name.space)
	gateway.Custom = model.No
	if internal(o.node) {
		gateway.InternetFacing = model.No
	}
	protocol := protocolOf(o.node.All("spec", "ports"))
	r.call(gateway, protocol)
	for _, w := range found {
		r.Flow(gateway, w.component, protocol)
	}
}

// matches says whether a workload has every label of a selector.
func matches(selector *tree.Node, w *workload) bool {
	for key, value := range selector.Pairs() {
		label := w.pod.Get("metadata", "labels", key)
		if label == nil || label.String() != value.String() {
			return false
		}
	}
	return true
}

// internal says whether the annotations of a load balancer keep it inside of the network of the cloud.
func internal(n *tree.Node) bool {
	notes := n.Get("metadata", "annotations")
	return notes.Is("service.beta.kubernetes.io/azure-load-balancer-internal") == model.Yes ||
		notes.Is("service.beta.kubernetes.io/aws-load-balancer-internal") == model.Yes ||
		notes.Says("service.beta.kubernetes.io/aws-load-balancer-scheme") == "internal" ||
		strings.EqualFold(notes.Says("networking.gke.io/load-balancer-type"), "internal")
}

// protocolOf gives the protocol that all ports of a Service are said to carry; "" where none or several are.
func protocolOf(ports []*tree.Node) string {
	said := ""
	for _, p := range ports {
		protocol := strings.ToLower(p.Says("appProtocol"))
		if protocol == "" {
			protocol, _, _ = strings.Cut(strings.ToLower(p.Says("name")), "-")
		}
		if !slices.Contains([]string{"http", "https", "grpc", "postgres", "mysql", "redis", "amqp", "amqps", "mongo", "kafka"}, protocol) || said != "" && said != protocol {
			return ""
		}
		said = protocol
	}
	return said
}

// call makes the flow from whoever calls from outside.
func (r *reader) call(gateway *model.Component, protocol string) *model.Flow {
	if r.callers == nil {
		r.callers = r.Component("Outside callers", "external-system")
	}
	f, _ := r.Flow(r.callers, gateway, protocol)
	return f
}

// ingress makes a gateway of an Ingress.
func (r *reader) ingress(o object) {
	gateway := r.Component(o.name.name, "gateway")
	gateway.Zone = r.zone(o.name.space)
	spec := o.node.Get("spec")
	var hosts []string
	var behind []*tree.Node
	behind = append(behind, spec.Get("defaultBackend"), spec.Get("backend"))
	for _, rule := range spec.All("rules") {
		hosts = append(hosts, rule.Says("host"))
		for _, path := range rule.All("http", "paths") {
			behind = append(behind, path.Get("backend"))
		}
	}
	r.reached(gateway, spec, hosts)
	for _, b := range behind {
		service := b.Says("service", "name")
		if service == "" {
			service = b.Says("serviceName")
		}
		for _, w := range r.services[name{o.name.space, service}] {
			r.Flow(gateway, w.component, "")
		}
	}
}

// reached says how callers reach an Ingress: protected where TLS covers every host that it answers to.
func (r *reader) reached(gateway *model.Component, spec *tree.Node, hosts []string) {
	f := r.call(gateway, "")
	if f == nil {
		return
	}
	covered := map[string]bool{}
	all := false
	for _, t := range spec.All("tls") {
		names := t.Texts("hosts")
		all = all || len(names) == 0
		for _, h := range names {
			covered[h] = true
		}
	}
	plain := len(hosts) == 0 || spec.Has("defaultBackend") || spec.Has("backend") // which answer to any host
	for _, h := range hosts {
		if h != "" && !slices.Contains(gateway.Interfaces, sketch.Clean(h)) && len(gateway.Interfaces) < 50 {
			gateway.Interfaces = append(gateway.Interfaces, sketch.Clean(h))
		}
		_, domain, _ := strings.Cut(h, ".")
		plain = plain || !covered[h] && !covered["*."+domain]
	}
	if all || len(covered) > 0 && !plain {
		f.Protocol, f.Encryption = "https", "standard"
	}
}

// policies marks as filtered each flow to a component that only known others can connect to.
func (r *reader) policies() {
	var policies []object
	for _, o := range r.objects {
		if o.kind == "NetworkPolicy" {
			policies = append(policies, o)
		}
	}
	closed := map[ident.ID]bool{}
	for _, w := range r.workloads {
		closed[w.component.ID] = filtered(policies, w)
	}
	if r.Filter(closed) > 0 {
		r.Drop(keptByNetwork, "")
	}
}

// filtered says whether it is certain that only known others can connect to a workload.
func filtered(policies []object, w *workload) bool {
	selected := false
	for _, p := range policies {
		if p.name.space != w.name.space || !aboutIngress(p.node) {
			continue
		}
		pods := p.node.Get("spec", "podSelector")
		unsure := pods.Get("matchExpressions").Len() > 0
		if !matches(pods.Get("matchLabels"), w) {
			continue
		}
		if letsEverybody(p.node) {
			return false
		}
		selected = selected || !unsure
	}
	return selected
}

func aboutIngress(policy *tree.Node) bool {
	types := policy.Texts("spec", "policyTypes")
	return len(types) == 0 || slices.Contains(types, "Ingress")
}

// letsEverybody says whether a rule of a policy may let everybody in.
func letsEverybody(policy *tree.Node) bool {
	for _, rule := range policy.All("spec", "ingress") {
		if len(rule.All("from")) == 0 {
			return true
		}
		for _, peer := range rule.All("from") {
			block := peer.Says("ipBlock", "cidr")
			spaces := peer.Get("namespaceSelector")
			if strings.HasSuffix(block, "/0") || spaces != nil && spaces.Len() == 0 && peer.Get("podSelector").Len() == 0 {
				return true
			}
		}
	}
	return false
}
