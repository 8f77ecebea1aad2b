package api_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// TestWhatInvitingAnswers says that a letter is sent only where e-mail is set up, and shows no link for somebody who has
// signed in before.
func TestWhatInvitingAnswers(t *testing.T) {
	b, err := newBench(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	people := strings.NewReplacer("name: Delivery manager}", "name: Delivery manager, email: manager@dept.example}", "name: Nobody yet}", "name: Nobody yet, email: idle@dept.example}")
	if err := b.organise(people.Replace(smallOrganisation)); err != nil {
		t.Fatal(err)
	}
	type invited struct {
		Link, Until, Next string
		Sent              bool
	}
	invite := func(person string) answer {
		return b.send("person:p3", "POST", "/people", `{"person":"`+person+`"}`)
	}
	got := as[invited](t, invite("p1"))
	if got.Link == "" || got.Until == "" || got.Sent || !strings.Contains(got.Next, "Nothing is sent to them") {
		t.Errorf("without e-mail: %+v", got)
	}
	if _, err := b.store.Write(background, []store.Entry{{
		Kind: ledger.SignedIn, Actor: "person:p1", Subject: "person:p1", Content: &store.SignedIn{Person: "p1", How: "link", Why: []string{"link"}},
	}}, nil); err != nil {
		t.Fatal(err)
	}
	refused := invite("p1")
	isProblem(t, refused, 409)
	if bytes.Contains(refused.body, []byte("bh_l_")) || !bytes.Contains(refused.body, []byte("bulkhead invite p1 --again")) {
		t.Errorf("%s", refused.body)
	}

	b.registry = registry.New(b.store, nil, registry.Reaching(registry.Reach{Mail: true}))
	b.Handler = api.New(api.Config{Registry: b.registry, Ask: b.ask, Version: "test"})
	before := invite("p1")
	if got := as[invited](t, before); before.status != 201 || got.Link != "" || !got.Sent || !strings.Contains(got.Next, "nobody but them") || bytes.Contains(before.body, []byte("bh_l_")) {
		t.Errorf("%d %s", before.status, before.body)
	}
	if got := as[invited](t, invite("p5")); got.Link == "" || !got.Sent || !strings.Contains(got.Next, "a link of their own by e-mail") {
		t.Errorf("with e-mail: %+v", got)
	}
	if got := as[invited](t, invite("p2")); got.Link == "" || got.Sent || !strings.Contains(got.Next, "Nothing is sent") {
		t.Errorf("without an address: %+v", got)
	}
}

// TestAChangeThatLeavesNoAdministratorIsMadeRegardless takes away the one administrator who can sign in.
func TestAChangeThatLeavesNoAdministratorIsMadeRegardless(t *testing.T) {
	b := small(t)
	if _, err := b.store.Write(background, []store.Entry{{
		Kind: ledger.PersonKnown, Actor: "person:p3", Subject: "person:p3", Content: &store.Known{Person: "p3", Issuer: "https://login.example", Subject: "three"},
	}}, nil); err != nil {
		t.Fatal(err)
	}
	body := `{"text":` + quoted(strings.Replace(smallOrganisation, "{role: administrator, person: p3}", "{role: administrator, person: p5}", 1)) + `}`
	for _, query := range []string{"", "?dry_run=true"} {
		got := b.send("person:p4", "PUT", "/organisation"+query, body, `If-Match: "1"`)
		isProblem(t, got, 422)
		if !bytes.Contains(got.body, []byte("nobody who can sign in already would be an administrator")) {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	if got := b.send("person:p4", "PUT", "/organisation?regardless=true", body, `If-Match: "1"`); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
