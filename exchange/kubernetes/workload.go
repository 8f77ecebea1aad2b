package kubernetes

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// component says what a workload is. Its first container is what it is there for; the others are named.
func (r *reader) component(w *workload) {
	containers := w.pod.All("spec", "containers")
	var image sketch.Image
	if len(containers) > 0 {
		image = sketch.ParseImage(containers[0].Says("image"))
	}
	of := image.Type
	if of == "" && (w.kind == "Job" || w.kind == "CronJob") {
		of = "process"
	}
	c := r.Component(w.name.name, of)
	w.component = c
	c.Zone = r.zone(w.name.space)
	c.Technology, c.Version, c.Custom, c.Management = image.Technology, image.Version, image.Own, image.Management
	if n, err := strconv.Atoi(w.node.Says("spec", "replicas")); err == nil && n > 1 && w.kind == "Deployment" && c.Type != "datastore" {
		c.Redundant = model.Yes
	}
	for _, other := range containers[min(len(containers), 1):] {
		sketch.Remark(&c.Note, "With it runs "+cmp.Or(sketch.Clean(other.Says("name")), "another container")+".")
	}
	r.powers(w)
	r.held(w)
}

// powers says what a workload can do to the machine that it is on.
func (r *reader) powers(w *workload) {
	c := w.component
	for _, p := range []struct{ key, sentence string }{
		{"hostNetwork", "It shares the network of the machine that it is on."},
		{"hostPID", "It sees the processes of the machine that it is on."},
		{"hostIPC", "It shares memory with the machine that it is on."},
	} {
		if w.pod.Is("spec", p.key) == model.Yes {
			sketch.Remark(&c.Note, p.sentence)
		}
	}
	for _, container := range w.pod.All("spec", "containers") {
		if container.Is("securityContext", "privileged") == model.Yes {
			c.Management = model.Yes
			sketch.Remark(&c.Note, "It is privileged: it can change the machine and what else runs there.")
		}
	}
	for _, v := range w.pod.All("spec", "volumes") {
		switch path := v.Says("hostPath", "path"); {
		case strings.HasSuffix(path, ".sock"):
			c.Management = model.Yes
			sketch.Remark(&c.Note, "It can reach a socket of the machine: "+sketch.Clean(path)+".")
		case path != "":
			sketch.Remark(&c.Note, "It can reach a folder of the machine: "+sketch.Clean(path)+".")
		}
	}
}

// held makes identities of the secrets that a workload is given, and of the account that it runs as.
func (r *reader) held(w *workload) {
	secret := func(called string) {
		if called != "" {
			sketch.Hold(&w.component.Secrets, r.identity(name{w.name.space, "secret/" + called}, called, model.Unknown).ID)
		}
	}
	for _, v := range w.pod.All("spec", "volumes") {
		secret(v.Says("secret", "secretName"))
		for _, source := range v.All("projected", "sources") {
			secret(source.Says("secret", "name"))
		}
	}
	for _, container := range w.containers() {
		for _, e := range container.All("env") {
			secret(e.Says("valueFrom", "secretKeyRef", "name"))
		}
		for _, from := range container.All("envFrom") {
			secret(from.Says("secretRef", "name"))
		}
	}
	called := cmp.Or(w.pod.Says("spec", "serviceAccountName"), w.pod.Says("spec", "serviceAccount"))
	if called == "" {
		return
	}
	n := name{w.name.space, called}
	account := r.account(n)
	mounts := cmp.Or(w.pod.Is("spec", "automountServiceAccountToken"), r.accounts[n].Is("automountServiceAccountToken"))
	if mounts == model.Yes || mounts == model.Unknown && r.accounts[n] != nil {
		sketch.Hold(&w.component.Secrets, account.ID)
	}
}

// containers gives those that run and those that prepare.
func (w *workload) containers() []*tree.Node {
	var all []*tree.Node
	all = append(all, w.pod.All("spec", "containers")...)
	return append(all, w.pod.All("spec", "initContainers")...)
}

// addresses makes flows of the settings of a workload that name a Service.
func (r *reader) addresses(w *workload) {
	for _, container := range w.containers() {
		for _, e := range container.All("env") {
			value := e.Says("value")
			if from := e.Get("valueFrom", "configMapKeyRef"); from != nil {
				value = r.configs[name{w.name.space, from.Says("name")}].Says("data", from.Says("key"))
			}
			r.setting(w, e.Says("name"), value)
		}
		for _, from := range container.All("envFrom") {
			config := from.Says("configMapRef", "name")
			for key, value := range r.configs[name{w.name.space, config}].Get("data").Pairs() {
				r.setting(w, key, value.String())
			}
		}
		for _, word := range append(container.Texts("command"), container.Texts("args")...) {
			if strings.Contains(word, "://") {
				r.setting(w, "", word)
			}
		}
	}
}

func (r *reader) setting(w *workload, key, value string) {
	if r.Full() {
		return
	}
	for _, a := range sketch.Addresses(key, value) {
		found := r.services[r.named(a.Host, w.name.space)]
		for _, to := range found {
			r.Address(w.component, to.component, a)
		}
		if len(found) == 0 && a.Protocol != "" && strings.Contains(a.Host, ".") && !strings.HasSuffix(a.Host, ".local") {
			r.Drop(sketch.Elsewhere, a.Host)
		}
	}
}

// named takes a host for the name of a Service: db, db.permits, db.permits.svc and so on.
func (r *reader) named(host, space string) name {
	labels := strings.Split(host, ".")
	switch {
	case len(labels) == 1:
		return name{space, host}
	case len(labels) == 2 || labels[2] == "svc":
		return name{labels[1], labels[0]}
	}
	return name{}
}
