package registry_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// The server and files agree when they are given the same records: with who made them shown, in all they say; without,
// the files say that nobody has signed.
func TestServerAndFilesAgree(t *testing.T) {
	c := chambered(t, offices, claims)
	must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	signed := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Wanted: wanted("sign-off", "appetite"), Reason: "Agreed"}))
	sources := c.files()
	at := c.store.Now()
	here := c.judged()
	if got, want := judgementOf(t, sources, at), told(t, &here.Judgement); got != want {
		t.Errorf("the server and files do not agree:\n%s", firstLineApart(want, got))
	}
	sources.Attested = nil
	p, err := assess.Assess(sources, at)
	if err != nil {
		t.Fatal(err)
	}
	if p.Context.Appetite.State != "proposed" || here.Context.Appetite.State != "signed" || p.Inputs.Decisions.Digest == here.Inputs.Decisions.Digest {
		t.Errorf("%s: in files %s, at the server %s, from inputs of the same digest %v", signed.Decision.ID, p.Context.Appetite.State, here.Context.Appetite.State, p.Inputs.Decisions.Digest == here.Inputs.Decisions.Digest)
	}
}

// files gives what a folder of files would hold of the service, and who is shown to have made its decisions.
func (c chamber) files() (s judge.Sources) {
	c.t.Helper()
	_, head, err := c.store.Head(c.t.Context(), "portal")
	if err != nil {
		c.t.Fatal(err)
	}
	if s.Service, _, err = model.Read(one(head.Texts[0].Text)...); err != nil {
		c.t.Fatal(err)
	}
	source := schema.Source{File: org.File, Text: []byte(offices)}
	if s.Organisation, err = org.Read(source); err != nil {
		c.t.Fatal(err)
	}
	home, err := app.NewHome(s.Organisation, source, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	s.Library, s.Changed, s.Attested = home.Library, head.Since, map[ident.ID]bool{}
	lines, err := c.store.Decisions(c.t.Context(), "portal", "", 100)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, l := range lines {
		kept, err := c.OneDecision(c.t.Context(), c.person("sro"), "portal", l.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		s.Decisions, s.Attested[l.ID] = append(s.Decisions, kept.Decision), l.Attested != ""
	}
	return s
}

func judgementOf(t *testing.T, s judge.Sources, at civil.Instant) string {
	t.Helper()
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	p := &assess.Posture{At: at, Judgement: *judge.Judge(in, civil.NewWatch(at))}
	report.Say(p)
	return told(t, &p.Judgement)
}

func told(t *testing.T, j *judge.Judgement) string {
	t.Helper()
	text, err := json.MarshalIndent(j, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// firstLineApart gives the first line in which two texts differ.
func firstLineApart(a, b string) string {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return left[i] + "\n" + right[i]
		}
	}
	return "one is longer"
}
