package app

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/repository"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"pgregory.net/rapid"
)

// drawText draws what people and files may hold: words, signs that mean something in YAML, what cannot be seen.
func drawText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[A-Za-z#:'"\\\-?!&*@%{}\[\],|> \x{2028}\x{202e}\x{85}\x{fffe}é🙂\n\t]{0,200}`),
		rapid.SampledFrom([]string{"yes", "No", "null", "~", "- a", "a: b", "a #b", "# a", "2026-11-21", "1", "---", "...", ">-", "key:", "!tag", "&a", "*a", "<<", strings.Repeat("long words ", 40), strings.Repeat("x", 300)}))
}

// drawFound draws what a repository reader gives: its promise is that text is one clean line.
func drawFound(t *rapid.T) repository.Draft {
	line := rapid.Custom(func(t *rapid.T) string {
		s, _ := foreign.Line(drawText().Draw(t, "text"), foreign.MaxPlace)
		return s
	})
	paths := rapid.SliceOfN(line, 1, 9)
	d := repository.Draft{Name: line.Draw(t, "name"), NamedBy: line.Draw(t, "named by")}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]ident.ID{"a", "1", "no", "a.b-c_d", "2026-11-21", "null"}), 0, 4, rapid.ID).Draw(t, "components") {
		d.Components = append(d.Components, repository.Component{
			ID: id, Name: rapid.Just("x ").Draw(t, "x") + line.Draw(t, "component"), Type: rapid.SampledFrom([]model.ComponentType{"api", "platform", "code-repository", "build-pipeline"}).Draw(t, "type"),
			Why: line.Draw(t, "why"), Technology: line.Draw(t, "technology"), Found: paths.Draw(t, "found"),
		})
	}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]ident.ID{"code-review", "static-analysis", "secret-scanning"}), 0, 3, rapid.ID).Draw(t, "controls") {
		d.Controls = append(d.Controls, repository.Control{ID: id, Found: paths.Draw(t, "sign")})
	}
	if rapid.Bool().Draw(t, "compose") {
		d.Holds = append(d.Holds, repository.Found{What: "Compose", Paths: paths.Draw(t, "compose")})
	}
	return d
}

// Whatever is answered and found, the draft says it, and so does the draft with all that it shows could be said. In
// neither does anything hold that nobody said.
func TestDraftReadsBack(t *testing.T) {
	h, err := loadHome(Where{Path: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := &Beginning{File: "bulkhead.yaml", Found: drawFound(t), home: h}
		var said Said
		for _, q := range b.Questions() {
			var answer string
			if len(q.Choices) > 0 {
				answer = rapid.SampledFrom(q.Choices).Draw(t, q.ID).Word
			} else {
				answer = drawText().Draw(t, q.ID)
			}
			if rapid.Bool().Draw(t, "said") {
				_ = q.Take(&said, answer) // what is refused is left open
			}
		}
		draft := b.draft(said, civil.Date{Year: 2026, Month: 11, Day: 21})
		if err := b.readBack(said, draft.text(false)); err != nil {
			t.Fatalf("%v\n%s", err, draft.text(false))
		}
		checkSaid(t, &said, draft.text(false))
		if _, _, err := model.Read(schema.Source{File: "all.yaml", Text: draft.text(true)}); err != nil {
			t.Fatalf("%v\n%s", err, draft.text(true))
		}
	})
}

func checkSaid(t *rapid.T, said *Said, text []byte) {
	s, _, err := model.Read(schema.Source{File: "bulkhead.yaml", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	got := Said{
		ID: said.ID, Name: said.Name, Purpose: s.Service.Purpose, Phase: said.Phase, Unit: s.Service.Unit, Owner: s.Service.Owner, Classification: s.Context.Classification,
		Sensitive: len(s.Context.Markings) > 0, Criticality: s.Context.BusinessImpact.Criticality, Visibility: s.Service.Repository.Visibility,
	}
	want := *said
	want.Personal, want.Special, want.Offence, want.Records, want.Reach = "", "", "", 0, ""
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("said %+v, drafted %+v\n%s", want, got, text)
	}
	if (len(s.Data) > 0) != (said.Personal != "") || len(s.Data) > 0 && (s.Data[0].Personal != said.Personal || said.Personal == model.Yes && (s.Data[0].SpecialCategory != said.Special || s.Data[0].CriminalOffence != said.Offence || s.Data[0].Records != said.Records)) {
		t.Fatalf("said %+v, drafted %+v", said, s.Data)
	}
	for _, z := range s.Architecture.Zones {
		if z.Trust != "" && (z.Trust != said.Reach || z.ID != zoneHere) {
			t.Fatalf("the zone %s is %s", z.ID, z.Trust)
		}
	}
	for i := range s.Controls {
		if s.Controls[i].Progress != "" {
			t.Fatalf("a sign is taken for a claim: %+v", s.Controls[i])
		}
	}
	if len(s.Risks)+len(s.Suppliers)+len(s.Plan.Activities)+len(s.Assurance.Tests)+len(s.Answers) > 0 {
		t.Fatal("something was made up")
	}
}

func at(t *testing.T) civil.Instant {
	t.Helper()
	now, err := time.Parse(time.RFC3339, "2026-11-21T23:30:00Z")
	if err != nil {
		t.Fatal(err)
	}
	return civil.Of(now)
}

func TestBeginNeverWritesOver(t *testing.T) {
	for name, make := range map[string]func(string) error{
		"a file": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "bulkhead.yaml"), []byte("mine"), 0o644)
		},
		"a folder":               func(dir string) error { return os.Mkdir(filepath.Join(dir, "bulkhead.yaml"), 0o755) },
		"a link that leads away": func(dir string) error { return os.Symlink("nowhere", filepath.Join(dir, "bulkhead.yaml")) },
		"parts": func(dir string) error {
			if err := os.Mkdir(filepath.Join(dir, "bulkhead"), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "bulkhead", "service.yaml"), nil, 0o644)
		},
	} {
		dir := t.TempDir()
		if err := make(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := Begin(Where{Path: dir}); fault.KindOf(err) != fault.Conflict || fault.ExitCode(err) != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	b, err := Begin(Where{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.File, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(Said{}, at(t)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a file that came in between: %v", err)
	}
	if text, err := os.ReadFile(b.File); err != nil || string(text) != "mine" {
		t.Errorf("it was written over: %q, %v", text, err)
	}
}

func TestBeginNames(t *testing.T) {
	for folder, want := range map[string][2]string{
		"benefits-portal": {"benefits-portal", "Benefits portal"}, "Benefits Portal": {"benefits-portal", "Benefits Portal"}, "£££": {"service", "service"}, "3d": {"3d", "3d"},
	} {
		dir := filepath.Join(t.TempDir(), folder)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		b, err := Begin(Where{Path: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Write(Said{}, at(t)); err != nil {
			t.Fatalf("%s: %v", folder, err)
		}
		c, err := LoadOne(Where{Path: dir})
		if err != nil {
			t.Fatal(err)
		}
		if s := c.Sources.Service.Service; string(s.ID) != want[0] || s.Name != want[1] || s.Phase != model.Live {
			t.Errorf("%s: %+v", folder, s)
		}
	}
}

func TestTakeRefuses(t *testing.T) {
	b := &Beginning{}
	for _, c := range [][2]string{
		{"id", "Not An Id"},
		{"name", " \u202e "},
		{"purpose", strings.Repeat("x", 501)},
		{"phase", "beta"},
		{"phase", "soon"},
		{"unit", "A B"},
		{"classification", "RESTRICTED"},
		{"records", "lots"},
		{"records", "-1"},
		{"records", "99999999999999"},
		{"personal", "maybe"},
		{"reach", "everyone"},
		{"criticality", "very"},
		{"visibility", "open"},
	} {
		said := Said{Name: "kept", Phase: "alpha"}
		if err := b.Take(&said, c[0], c[1]); err == nil || fault.ExitCode(err) != 2 || said.Name != "kept" || said.Phase != "alpha" {
			t.Errorf("%s %q: %v, %+v", c[0], c[1], err, said)
		}
	}
	if err := b.Take(&Said{}, "nothing", "x"); fault.KindOf(err) != fault.Internal {
		t.Errorf("a question that is none: %v", err)
	}
}

func TestTakeClassification(t *testing.T) {
	for answer, want := range map[string]Said{
		"official": {Classification: model.Official}, "Official Sensitive": {Classification: model.Official, Sensitive: true}, "OFFICIAL-SENSITIVE": {Classification: model.Official, Sensitive: true},
		"top secret": {Classification: model.TopSecret}, "TOP-SECRET": {Classification: model.TopSecret},
	} {
		got := Said{Sensitive: true}
		if err := takeClassification(&got, answer); err != nil || got != want {
			t.Errorf("%s: %+v, %v", answer, got, err)
		}
	}
}
