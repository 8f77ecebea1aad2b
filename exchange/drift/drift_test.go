package drift_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/compose"
	"github.com/bulkhead-assurance/bulkhead/exchange/drift"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/kubernetes"
	"github.com/bulkhead-assurance/bulkhead/exchange/openapi"
	"github.com/bulkhead-assurance/bulkhead/exchange/terraform"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func service(t *testing.T, architecture string) *model.Service {
	t.Helper()
	s, _, err := model.Read(schema.Source{File: "bulkhead.yaml", Text: []byte("bulkhead: v1\nservice: {id: permits, name: Permits, phase: alpha}\narchitecture:\n" + architecture)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func seen(t *testing.T, services string) drift.Seen {
	t.Helper()
	d, err := compose.Read([]byte("services:\n"+services), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	return drift.Seen{File: "compose.yaml", Design: d}
}

func sentences(drifts []drift.Drift) string {
	var out []string
	for _, d := range drifts {
		out = append(out, d.Sentence())
	}
	return strings.Join(out, "\n")
}

const (
	web = "  web: {build: ., environment: {DB: 'postgres://db/x?sslmode=require'}}\n"
	db  = "  db: {image: 'postgres:16.3'}\n"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct{ name, model, files, want string }{
		{
			"as it was drafted",
			"  components: [{id: web, type: web-application, custom: yes}, {id: db, type: datastore, technology: PostgreSQL, version: '16'}]\n  flows: [{id: f, source: web, destination: db, encryption: standard}]\n",
			web + db, "",
		},
		{
			"what the model does not say is no difference",
			"  components: [{id: web, type: web-application}, {id: db, type: datastore}]\n  flows: [{id: f, source: web, destination: db}]\n",
			web + db, "",
		},
		{
			"other names, and the name of the service before them",
			"  components: [{id: permits-web, type: web-application}, {id: store, name: Permits DB, type: datastore}]\n  flows: [{id: f, source: permits-web, destination: store}]\n",
			web + db, "",
		},
		{
			"a former id",
			"  components: [{id: front, type: web-application, formerly: [web]}, {id: db, type: datastore}]\n  flows: [{id: f, source: front, destination: db}]\n",
			web + db, "",
		},
		{
			"the only one of a product",
			"  components: [{id: web, type: web-application}, {id: records, type: datastore, technology: Postgres 15 on RDS, version: '15.2'}]\n  flows: [{id: f, source: web, destination: records}]\n",
			web + db, "compose.yaml says 16.3 for version of records; the service file says 15.2",
		},
		{
			"attributes that differ",
			"  components: [{id: web, type: web-application, custom: no}, {id: db, type: datastore, technology: MySQL, version: '8'}]\n  flows: [{id: f, source: web, destination: db, encryption: none}]\n",
			web + db, "compose.yaml says yes for custom of web; the service file says no\ncompose.yaml says PostgreSQL for technology of db; the service file says MySQL\ncompose.yaml says standard for encryption of web to db; the service file says none",
		},
		{
			"more protection than a file can show",
			"  components: [{id: web, type: web-application}, {id: db, type: datastore}]\n  flows: [{id: f, source: web, destination: db, encryption: approved}]\n",
			web + db, "",
		},
		{
			"a flow that is missing",
			"  components: [{id: web, type: web-application}, {id: db, type: datastore}]\n",
			web + db, "compose.yaml has the flow web to db, which the service file does not have",
		},
		{
			"a flow the other way round",
			"  components: [{id: web, type: web-application}, {id: db, type: datastore}]\n  flows: [{id: f, source: db, destination: web}]\n",
			web + db, "",
		},
		{
			"a dependency is not certainly a flow",
			"  components: [{id: web, type: web-application}, {id: db, type: datastore}]\n",
			"  web: {build: ., depends_on: [db]}\n" + db, "",
		},
		{
			"a component that is missing",
			"  components: [{id: web, type: web-application}, {id: db, type: datastore}]\n  flows: [{id: f, source: web, destination: db}]\n",
			web + db + "  cache: {image: 'redis:7'}\n", "compose.yaml has the component cache, which the service file does not have",
		},
		{
			"one that may be there under another name",
			"  components: [{id: web, type: web-application}, {id: db, type: datastore}, {id: sessions, type: datastore}]\n  flows: [{id: f, source: web, destination: db}]\n",
			web + db + "  cache: {image: 'redis:7'}\n", "",
		},
		{
			"one that is gone",
			"  runtimes: [{id: box}]\n  components: [{id: web, type: web-application, runtime: box}, {id: db, type: datastore, runtime: box}, {id: reports, type: process, runtime: box}]\n  flows: [{id: f, source: web, destination: db}]\n",
			web + db, "the service file has the component reports, which is in none of the files any more",
		},
		{
			"what no file would show is not gone",
			"  runtimes: [{id: box}]\n  components: [{id: web, type: web-application, runtime: box}, {id: db, type: datastore, runtime: box}, {id: officer, type: person}, {id: mail, type: external-system}, {id: pay, type: api, runtime: box, provider: payments}, {id: other, type: api, out_of_scope: yes}, {id: elsewhere, type: api}]\n  flows: [{id: f, source: web, destination: db}]\n",
			web + db, "",
		},
		{
			"a file that shows little of a runtime says nothing of the rest",
			"  runtimes: [{id: box}]\n  components: [{id: web, type: web-application, runtime: box}, {id: a, type: api, runtime: box}, {id: b, type: api, runtime: box}]\n",
			"  web: {build: .}\n", "",
		},
		{
			"a release of the team's own software",
			"  components: [{id: web, type: web-application, version: '1.2'}]\n",
			"  web: {image: 'registry.example/web:1.3'}\n", "",
		},
		{
			"two that could be meant",
			"  components: [{id: permits-db, type: datastore, encryption: none, custom: yes}, {id: db-, name: DB, type: datastore, custom: yes}]\n",
			"  DB: {image: postgres}\n", "",
		},
	} {
		if got := sentences(drift.Compare(service(t, c.model), seen(t, c.files))); got != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, got, c.want)
		}
	}
}

func TestParts(t *testing.T) {
	got := drift.Compare(service(t, "  components: [{id: web, type: web-application, custom: no}, {id: db, type: datastore}]\n"), seen(t, web+db))
	if len(got) != 2 {
		t.Fatal(got)
	}
	d := got[0]
	if d.Kind != drift.Differs || d.Ref.String() != "claim:/architecture/components/web" || d.What != "custom" || d.Model != "no" || d.Draft != "yes" || d.File != "compose.yaml" || d.Format != "compose" {
		t.Errorf("%+v", d)
	}
	if d := got[1]; d.Kind != drift.Missing || !d.Ref.IsZero() || d.What != "flow" || d.Draft != "postgres" {
		t.Errorf("%+v", d)
	}
}

// TestInACluster: what protects flows in a cluster may be nowhere in the manifests.
func TestInACluster(t *testing.T) {
	const pod = "kind: Pod\nmetadata: {name: web}\nspec: {containers: [{image: x, env: [{name: U, value: 'http://api'}]}]}\n---\nkind: Pod\nmetadata: {name: api, labels: {app: api}}\nspec: {containers: [{image: x}]}\n---\nkind: Service\nmetadata: {name: api}\nspec: {selector: {app: api}}\n"
	d, err := kubernetes.Read([]byte(pod), foreign.Default())
	if err != nil || len(d.Service.Architecture.Flows) != 1 || d.Service.Architecture.Flows[0].Encryption != "none" {
		t.Fatal(err, d)
	}
	s := service(t, "  components: [{id: web, type: web-application}, {id: api, type: api}]\n  flows: [{id: f, source: web, destination: api, encryption: standard}]\n")
	if got := drift.Compare(s, drift.Seen{File: "pods.yaml", Design: d}); len(got) != 0 {
		t.Error(sentences(got))
	}
	d.Format = "compose"
	if got := drift.Compare(s, drift.Seen{File: "pods.yaml", Design: d}); len(got) != 1 {
		t.Error(sentences(got))
	}
}

// TestSeveralFiles: what one file does not show, another may.
func TestSeveralFiles(t *testing.T) {
	s := service(t, "  runtimes: [{id: box}]\n  components: [{id: web, type: web-application, runtime: box}, {id: db, type: datastore, runtime: box}, {id: reports, type: process, runtime: box}]\n  flows: [{id: f, source: web, destination: db}]\n")
	more := seen(t, "  reports: {build: .}\n")
	more.File = "more.yaml"
	if got := drift.Compare(s, seen(t, web+db), more); len(got) != 0 {
		t.Error(sentences(got))
	}
	if got := drift.Compare(s); len(got) != 0 {
		t.Error("no file says anything", sentences(got))
	}
}

// TestADraftIsNoDrift: a model that was drafted from files has not drifted from them.
func TestADraftIsNoDrift(t *testing.T) {
	for file, format := range map[string]foreign.DesignFormat{
		"../compose/testdata/permits.yaml":    compose.Format(),
		"../kubernetes/testdata/permits.yaml": kubernetes.Format(),
		"../terraform/testdata/aws.json":      terraform.Format(),
		"../terraform/testdata/others.json":   terraform.Format(),
		"../openapi/testdata/permits.yaml":    openapi.Format(),
		"../openapi/testdata/old.json":        openapi.Format(),
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := format.Read(text, foreign.Default())
		if err != nil {
			t.Fatal(err)
		}
		if got := drift.Compare(d.Service, drift.Seen{File: file, Design: d}); len(got) != 0 {
			t.Errorf("%s: %s", file, sentences(got))
		}
	}
}

// TestOrder: the same input gives the same drifts, in the order of the files.
func TestOrder(t *testing.T) {
	s := service(t, "  components: [{id: web, type: web-application, custom: no}, {id: db, type: datastore, technology: MySQL}]\n")
	other := seen(t, "  web: {build: .}\n  keycloak: {image: keycloak}\n")
	other.File = "a.yaml"
	first := drift.Compare(s, seen(t, web+db), other)
	for range 20 {
		if again := drift.Compare(s, seen(t, web+db), other); !slices.Equal(first, again) {
			t.Fatal(sentences(first), sentences(again))
		}
	}
	if len(first) != 5 || first[0].File != "compose.yaml" || first[4].File != "a.yaml" {
		t.Error(sentences(first))
	}
}
