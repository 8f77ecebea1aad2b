package model_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// full reads testdata/full.yaml, the service file that says everything.
func full(t testing.TB) *model.Service {
	t.Helper()
	text, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return read(t, string(text))
}

func read(t testing.TB, text string) *model.Service {
	t.Helper()
	s, _, err := model.Read(schema.Source{File: "f.yaml", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// artefacts is what a team must be able to produce in each area, and where it has its home. A path starts in the service
// file; evidence: and decision: are keys of those records, for what a team does not say but somebody observed or decided.
var artefacts = []struct{ area, name, paths string }{
	{"context", "description and need of the service", "service.purpose context.need"},
	{"context", "security needs of users", "context.users context.user_security_needs.text"},
	{"context", "security in the business case", "context.business_case.document context.business_case.security_section context.business_case.cost_pence"},
	{"context", "asset register", "context.assets data architecture.components"},
	{"context", "impact reference table", "context.impact_table.meaning"},
	{"context", "what assets are worth", "context.assets.value data.value architecture.components.value"},
	{"context", "classification and markings", "context.classification context.markings data.classification data.markings"},
	{"context", "screen for personal, special and offence data, and the impact assessment", "data.personal data.special_category data.criminal_offence context.data_protection.matching context.data_protection.assessment"},
	{"context", "map of how information flows", "architecture.flows.data architecture.flows.source architecture.flows.destination architecture.zones"},
	{"context", "agreement on boundaries with named acceptors", "context.scope.boundaries.our_acceptor context.scope.boundaries.their_acceptor context.scope.boundaries.agreement"},
	{"context", "obligations", "context.obligations.applies context.obligations.justification context.obligations.consulted"},
	{"context", "appetite and unacceptable losses", "context.appetite.statement context.appetite.unacceptable_losses.text context.appetite.max context.appetite.document"},
	{"plan", "appointment of the responsible owner", "plan.appointments.letter plan.appointments.holder"},
	{"plan", "who does what", "plan.rasci.responsible plan.rasci.accountable plan.rasci.supportive plan.rasci.consulted plan.rasci.informed"},
	{"plan", "stakeholders", "plan.stakeholders.interest"},
	{"plan", "working group: terms, minutes, decisions", "plan.groups.terms plan.groups.meetings.minutes plan.groups.meetings.decisions"},
	{"plan", "resources and what they cost", "plan.resources.purpose plan.resources.cost_pence"},
	{"plan", "skills and the gap", "plan.skills.have plan.skills.plan"},
	{"plan", "risk management strategy with its review date", "plan.strategy.title plan.strategy.review_by"},
	{"plan", "choice of framework, and why", "plan.frameworks.framework plan.frameworks.reason"},
	{"plan", "method of assessment, and why", "plan.method.kind plan.method.reason plan.method.document"},
	{"plan", "assurance plan", "plan.assurance_plan"},
	{"risks", "threat assessment", "threats.assessment threats.actors"},
	{"risks", "threat model", "threats.model threats.confirmed threats.dispositions"},
	{"risks", "risk register", "risks.statement risks.owner risks.inherent risks.residual risks.target"},
	{"risks", "treatment plan", "risks.treatment risks.actions.owner risks.actions.due"},
	{"risks", "escalations", "risks.escalation.to risks.escalation.outcome"},
	{"risks", "acceptances with an end", "decision:kind decision:valid_until"},
	{"risks", "periodic self-assessment and its action plan", "assurance.rounds.date assurance.rounds.actions"},
	{"controls", "control set with rationale", "controls.title controls.rationale"},
	{"controls", "map from risks to controls", "risks.controls.control risks.controls.lowers"},
	{"controls", "inherited and mandated controls", "controls.origin controls.offer controls.mandated_by"},
	{"controls", "implementation tracker", "controls.status controls.owner controls.due"},
	{"controls", "security requirements for the backlog", "controls.requirements.text controls.requirements.link"},
	{"suppliers", "suppliers and products", "suppliers.name suppliers.products.reviewed"},
	{"suppliers", "third-party risk report", "suppliers.risk_report"},
	{"suppliers", "buyer's risk assessment and profile", "suppliers.assessment.reference suppliers.assessment.profile"},
	{"suppliers", "supplier's questionnaire", "suppliers.assessment.questionnaire suppliers.assessment.answered"},
	{"suppliers", "plan for what is not met", "suppliers.assessment.implementation_plan suppliers.assessment.plan_accepted"},
	{"suppliers", "certificates with their end", "suppliers.certificates.scheme suppliers.certificates.until"},
	{"suppliers", "contract clauses", "suppliers.clauses.present"},
	{"suppliers", "answers to security requirements", "suppliers.responses.answer suppliers.responses.sentence"},
	{"suppliers", "flow-down to subcontractors", "suppliers.flow_down.required"},
	{"suppliers", "security aspects letter", "suppliers.security_aspects_letter"},
	{"suppliers", "bill of materials", "suppliers.bill_of_materials architecture.components.bill_of_materials"},
	{"assurance", "test plan", "assurance.tests.plan"},
	{"assurance", "results of how controls work", "evidence:outcome evidence:subject"},
	{"assurance", "findings of scans and penetration tests", "evidence:observations"},
	{"assurance", "independent review", "assurance.reviews.independent assurance.reviews.report"},
	{"assurance", "improvement plan", "assurance.improvements.text"},
	{"assurance", "snapshot of the confidence profile", "assurance.rounds.profile assurance.rounds.report"},
	{"assurance", "assurance statement", "assurance.statement"},
	{"stay-secure", "how weaknesses are mended, and how soon", "operation.vulnerabilities.process"},
	{"stay-secure", "observability plan", "operation.detect.plan"},
	{"stay-secure", "incident plan, and reviews afterwards", "operation.respond.plan incidents.review"},
	{"stay-secure", "impact of changes", "operation.changes.impact operation.changes.assessment"},
	{"stay-secure", "log of triggers", "operation.triggers.kind operation.triggers.date"},
	{"stay-secure", "reassessments", "plan.activities.next assurance.rounds.date"},
	{"stay-secure", "retirement plan and record", "retirement.plan retirement.components.record"},
}

// TestArtefacts ticks off every artefact: it has a home, and testdata/full.yaml fills it.
func TestArtefacts(t *testing.T) {
	s := reflect.ValueOf(full(t)).Elem()
	for _, a := range artefacts {
		for _, path := range strings.Fields(a.paths) {
			if record, key, ok := strings.Cut(path, ":"); ok {
				types := map[string]reflect.Type{"evidence": reflect.TypeFor[evidence.Record](), "decision": reflect.TypeFor[decision.Decision]()}
				if _, ok := keyOf(types[record], key); !ok {
					t.Errorf("%s, %s: %s has no key %s", a.area, a.name, record, key)
				}
				continue
			}
			if !filled(s, strings.Split(path, ".")) {
				t.Errorf("%s, %s: nothing at %s", a.area, a.name, path)
			}
		}
	}
}

// filled says whether something is said at a path, in any item of the lists on the way. An artefact counts when it is
// complete.
func filled(v reflect.Value, path []string) bool {
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			if filled(v.Index(i), path) {
				return true
			}
		}
		return false
	}
	if len(path) == 0 {
		if a, ok := v.Interface().(model.Artefact); ok {
			return a.Complete()
		}
		return !v.IsZero()
	}
	i, ok := keyOf(v.Type(), path[0])
	return ok && filled(v.Field(i), path[1:])
}

func keyOf(t reflect.Type, key string) (int, bool) {
	for i := range t.NumField() {
		if k, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); k == key {
			return i, true
		}
	}
	return 0, false
}

// TestEveryKeyIsUsed: testdata/full.yaml says something for every key of every type of the model.
func TestEveryKeyIsUsed(t *testing.T) {
	unused := map[string]bool{}
	walkTypes(reflect.TypeFor[model.Service](), func(t reflect.Type) {
		for i := range t.NumField() {
			unused[t.Name()+"."+t.Field(i).Name] = true
		}
	})
	tick(reflect.ValueOf(full(t)).Elem(), unused)
	for _, name := range slices.Sorted(maps.Keys(unused)) {
		t.Errorf("testdata/full.yaml has no %s", name)
	}
}

func tick(v reflect.Value, unused map[string]bool) {
	switch {
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			tick(v.Index(i), unused)
		}
	case isDocument(v.Type()):
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				delete(unused, v.Type().Name()+"."+v.Type().Field(i).Name)
				tick(f, unused)
			}
		}
	}
}

// walkTypes visits every struct type with keys that can be reached from one.
func walkTypes(t reflect.Type, visit func(reflect.Type)) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		if t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if seen[t] || !isDocument(t) {
			return
		}
		seen[t] = true
		visit(t)
		for i := range t.NumField() {
			walk(t.Field(i).Type)
		}
	}
	walk(t)
}

func isDocument(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() > 0 && t.Field(0).Tag.Get("json") != ""
}

// TestTags: every key has a description that can be read in a sentence, and kinds and references fit together.
func TestTags(t *testing.T) {
	kinds, refs := map[string]bool{}, map[string]string{}
	walkTypes(reflect.TypeFor[model.Service](), func(st reflect.Type) {
		for i := range st.NumField() {
			f := st.Field(i)
			name := st.Name() + "." + f.Name
			if doc := f.Tag.Get("doc"); doc == "" || strings.HasSuffix(doc, ".") || strings.TrimSpace(doc) != doc {
				t.Errorf("%s has the description %q", name, doc)
			}
			if kind := f.Tag.Get("kind"); kind != "" {
				kinds[kind] = kinds[kind] || f.Tag.Get("unique") == ""
			}
			for ref := range strings.SplitSeq(f.Tag.Get("ref"), "|") {
				refs[ref] = name
			}
			_, hasID := f.Type, f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct
			if hasID {
				if _, ok := f.Type.Elem().FieldByName("ID"); ok && f.Tag.Get("kind") == "" && f.Type.Elem() != reflect.TypeFor[model.Artefact]() {
					t.Errorf("the items of %s have ids and are of no kind", name)
				}
			}
		}
	})
	delete(refs, "")
	for ref, name := range refs {
		if !kinds[ref] {
			t.Errorf("%s refers to the kind %s, of which nothing in the file is", name, ref)
		}
	}
}

func TestJSONSchema(t *testing.T) {
	text, err := model.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/schema.json", string(text)+"\n")
	compiled := compile(t, text)
	described(t, text)
	if err := compiled.Validate(generic(t, "testdata/full.yaml")); err != nil {
		t.Errorf("full.yaml: %v", err)
	}
	for _, bad := range []string{"key-unknown-near", "key-unknown-far", "key-unknown-inside", "key-upper", "missing-keys", "version-missing", "version-wrong", "word-far", "list-for-mapping", "steps-bad", "service-empty"} {
		if compiled.Validate(generic(t, "testdata/bad/"+bad+".yaml")) == nil {
			t.Errorf("the schema accepts bad/%s.yaml", bad)
		}
	}
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("service.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("service.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// described: every property of every definition says what it is.
func described(t *testing.T, text []byte) {
	t.Helper()
	var doc struct {
		Defs map[string]struct {
			Properties map[string]struct{ Description string }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(text, &doc); err != nil || len(doc.Defs) < 40 {
		t.Fatal(len(doc.Defs), err)
	}
	for name, def := range doc.Defs {
		for key, p := range def.Properties {
			if p.Description == "" {
				t.Errorf("%s.%s has no description", name, key)
			}
		}
	}
}

// generic reads a file as an editor would, with no knowledge of the model.
func generic(t *testing.T, file string) any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := yaml.Load(text, &v); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(strings.NewReader(string(plain)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDigests keeps the digests of the whole file and of its parts: a new field that a file does not use must not change
// what decisions and evidence rest on. A line that changes is a new canonical form, so it needs a reason.
func TestDigests(t *testing.T) {
	s := full(t)
	var b strings.Builder
	sum := func(path string, v any) {
		d, err := ident.Sum(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s\n", path, d)
	}
	sum("/", s)
	items := s.Items()
	enc := ident.NewEncoder()
	for _, path := range slices.Sorted(maps.Keys(items)) {
		if reflect.ValueOf(items[path]).Elem().IsZero() {
			continue
		}
		sum(path, items[path])
		m, ok := model.Material(items, path, enc)
		if !ok {
			t.Fatal(path)
		}
		fmt.Fprintf(&b, "%s (material) %s\n", path, m)
	}
	golden(t, "testdata/digests.golden", b.String())
}
