package kubernetes_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/kubernetes"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/model"
)

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !kubernetes.Sniff(text) {
			t.Errorf("%s is not known", file)
		}
		d, err := kubernetes.Read(text, foreign.Default())
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		readers.Golden(t, strings.TrimSuffix(file, ".yaml")+".golden", readers.Written(t, d))
	}
}

func read(t *testing.T, text string) *model.Service {
	t.Helper()
	d, err := kubernetes.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	readers.Written(t, d)
	return d.Service
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, labels: {app: %s}}\nspec: {containers: [{image: %s%s}]}\n---\n"

func pods(rest string) string {
	return fmt.Sprintf(pod, "web", "web", "x", ", env: [{name: URL, value: 'http://db:80'}]") + fmt.Sprintf(pod, "db", "db", "postgres", "") +
		"apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {app: db}}\n---\n" + rest
}

// TestFiltered: a flow is filtered only where that is certain.
func TestFiltered(t *testing.T) {
	policy := func(spec string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: " + spec + "\n---\n"
	}
	for _, c := range []struct {
		policies string
		want     model.Attribute
	}{
		{"", model.Unknown},
		{policy("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}"), model.Yes},
		{policy("{podSelector: {}, policyTypes: [Ingress]}"), model.Yes},
		{policy("{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}"), model.Unknown},
		{policy("{podSelector: {}, policyTypes: [Egress]}"), model.Unknown},
		{policy("{podSelector: {}, ingress: [{}]}"), model.Unknown},
		{policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}"), model.Unknown},
		{policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}"), model.Unknown},
		{policy("{podSelector: {matchExpressions: [{key: app, operator: Exists}]}, policyTypes: [Ingress]}"), model.Unknown},
		{policy("{podSelector: {}, policyTypes: [Ingress]}") + policy("{podSelector: {matchExpressions: [{key: app, operator: Exists}]}, ingress: [{}]}"), model.Unknown},
	} {
		flows := read(t, pods(c.policies)).Architecture.Flows
		if len(flows) != 1 || flows[0].Filtered != c.want {
			t.Errorf("%s: %+v", c.policies, flows)
		}
	}
}

// TestTLS: a flow to an Ingress is protected only where TLS covers every host that it answers to.
func TestTLS(t *testing.T) {
	for spec, want := range map[string]model.Encryption{
		"{rules: [{host: a.example}]}":                                                                     "",
		"{tls: [{hosts: [a.example]}], rules: [{host: a.example}]}":                                        "standard",
		"{tls: [{hosts: ['*.example']}], rules: [{host: a.example}]}":                                      "standard",
		"{tls: [{hosts: [a.example]}], rules: [{host: a.example}, {host: b.example}]}":                     "",
		"{tls: [{hosts: [a.example]}], rules: [{host: a.example}, {http: {paths: []}}]}":                   "",
		"{tls: [{secretName: x}], rules: [{host: a.example}]}":                                             "standard",
		"{tls: [{hosts: [a.example]}], rules: [{host: a.example}], defaultBackend: {service: {name: db}}}": "",
		"{tls: [], defaultBackend: {service: {name: db}}}":                                                 "",
	} {
		a := read(t, pods("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: "+spec+"\n")).Architecture
		var got model.Encryption
		for _, f := range a.Flows {
			if f.Destination == "i" {
				got = f.Encryption
			}
		}
		if got != want {
			t.Errorf("%s: %q", spec, got)
		}
	}
}

func TestNothingSecretIsKept(t *testing.T) {
	text, err := os.ReadFile("testdata/permits.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := kubernetes.Read(text, foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	if s := readers.Written(t, d); !bytes.Contains(text, []byte("hunter2")) || strings.Contains(s, "hunter2") {
		t.Error(s)
	}
}

func TestRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":              "empty",
		"kind: Service": "no manifests",
		"- a":           "no manifests",
		"kind: [":       "YAML",
		"kind: Service\napiVersion: v1\nmetadata: {name: a}\n":        "no workload",
		"kind: Pod\nmetadata:\n  name: {{ .Values.name }}\n":          "helm template",
		"kind: Pod\nmetadata:\n  name: '{{ .Values.name }}'\n":        "helm template",
		"{{- if .Values.on }}\nkind: Pod\n{{- end }}\n":               "helm template",
		strings.Repeat("kind: Pod\nmetadata: {name: a}\n---\n", 3001): "3000 manifests",
	} {
		_, err := kubernetes.Read([]byte(text), foreign.Default())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(pods("kind: Ingress\nmetadata: {name: i}\nspec: {tls: [{}], rules: [{}], backend: {serviceName: db}}\n---\nkind: List\nitems: [{}, a]\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 300}
		d, err := kubernetes.Read(text, limits)
		if err != nil {
			return
		}
		one := readers.Written(t, d)
		again, err := kubernetes.Read(bytes.Clone(text), limits)
		if err != nil || readers.Written(t, again) != one {
			t.Fatal("the same bytes give two drafts")
		}
	})
}
