package api_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// stock is a record that has a number of everything.
type stock struct {
	*bench
	n    int
	size int64 // of the ledger
}

// stocked makes a record that has n of everything that can be listed: n services, and for the first of them n of all that
// a service has.
func stocked(t *testing.T, n int) *stock {
	t.Helper()
	b, err := newBench(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	s := &stock{bench: b, n: n}
	if err := b.organise(s.organisation()); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		s.write(t, s.service(i+1)...)
	}
	if _, err := b.store.Write(background, s.revisions(), func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, time.Now(), "s1") }); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		s.write(t, s.records(i+1)...)
	}
	if err := b.settle(); err != nil {
		t.Fatal(err)
	}
	s.judge(t)
	for i := range n {
		err := b.store.Change(background, func(ctx context.Context, tx *store.Tx) error {
			now := time.Now()
			return tx.BeginSession(ctx, fmt.Sprint("hash", i), store.Session{ID: fmt.Sprint("i", i), Person: "d6", How: "passkey", Held: "h", Begun: now, Idle: time.Hour, Expires: now.Add(time.Hour)})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if s.size, err = b.store.Size(background); err != nil {
		t.Fatal(err)
	}
	b.send("person:d6", "GET", "/me", "") // what is in force is read once
	return s
}

func (s *stock) write(t *testing.T, entries ...store.Entry) {
	t.Helper()
	if _, err := s.store.Write(background, entries, nil); err != nil {
		t.Fatal(err)
	}
}

// organisation has one person who may read everything, one who manages each service by itself, and many others.
func (s *stock) organisation() string {
	units, people, appointments := "", "", ""
	for i := range s.n {
		units += fmt.Sprintf("  - {id: u%d, name: Unit}\n", i+1)
		people += fmt.Sprintf("  - {id: q%d, name: Manager}\n", i+1)
		appointments += fmt.Sprintf("  - {role: delivery-manager, person: q%d, service: s%d}\n  - {role: delivery-manager, person: single, unit: u%d, service: s%d}\n", i+1, i+1, i+1, i+1)
	}
	return "bulkhead: v1\nid: stock\nname: Stock\nunits:\n" + units + "people:\n  - {id: d6, name: Chief}\n  - {id: single, name: Manager}\n" + people +
		"appointments:\n  - {role: ciso, person: d6}\n" + appointments
}

func stockEntry(kind ledger.Kind, service ident.ID, subject string, content any) store.Entry {
	return store.Entry{Kind: kind, Actor: "terminal", Service: service, Subject: subject, Content: content}
}

// service is a service, with a token for it, a webhook, and a redaction that is proposed.
func (s *stock) service(i int) []store.Entry {
	id, unit := ident.ID(fmt.Sprint("s", i)), ident.ID(fmt.Sprint("u", i))
	token, hook := ident.ID(fmt.Sprint("t", i)), ident.ID(fmt.Sprint("w", i))
	return []store.Entry{
		stockEntry(ledger.ServiceRegistered, id, "service:"+string(id), &store.Registered{Service: id, Name: "Payments", Unit: unit}),
		stockEntry(ledger.TokenCreated, "", "token:"+string(token), &store.Tokened{
			ID: token, Name: "Pipeline", Hash: string(token), Scope: store.Allowed{Role: "developer", Services: []ident.ID{id}}, Expires: civil.Of(time.Now().AddDate(0, 1, 0)),
		}),
		stockEntry(ledger.WebhookSet, "", "webhook:"+string(hook), &store.Hooked{ID: hook, URL: "https://chat.example/" + string(hook), Events: []string{"posture.changed"}, Key: "k"}),
		stockEntry(ledger.RedactionProposed, id, "service:"+string(id), &store.Doubted{Service: id, Reason: "It names somebody", Subjects: []string{"evidence:e1"}}),
	}
}

// revisions are those of the first service, the last of which has suppliers and risks.
func (s *stock) revisions() (out []store.Entry) {
	text := serviceText("s1") + "suppliers:\n"
	for i := range s.n {
		text += fmt.Sprintf("  - {id: p%d, name: Supplier %d}\n", i+1, i+1)
	}
	for i := range s.n {
		out = append(out, stockEntry(ledger.ServiceRevised, "s1", "service:s1", &store.Revised{
			Service: "s1", Number: int64(i + 1), Parent: int64(i), Name: "Payments", Digest: ident.Digest(fmt.Sprint(i)), Texts: []store.Text{{File: "bulkhead.yaml", Text: text}},
		}))
	}
	return out
}

// records are evidence of the first service, a decision about it, and one that is proposed and agreed to in part.
func (s *stock) records(i int) []store.Entry {
	decided := fmt.Sprintf(`{"id":"d%d","kind":"review","made":"2026-11-01","outcome":"done","reason":"It was time","role":"assessor","subject":["service:s1"]}`, i)
	proposed := ident.ID(fmt.Sprintf("p%d", i))
	return []store.Entry{
		stockEntry(ledger.EvidenceRecorded, "s1", fmt.Sprint("evidence:e", i), &store.Observed{Service: "s1", Record: fmt.Appendf(nil, evidenceOf, fmt.Sprint("e", i))}),
		stockEntry(ledger.DecisionRecorded, "s1", fmt.Sprint("decision:d", i), &store.Decided{Service: "s1", Decision: []byte(decided)}),
		stockEntry(ledger.DecisionProposed, "s1", "decision:"+string(proposed), &store.Proposed{
			Service: "s1", ID: proposed, State: store.ProposalWaits, Decision: fmt.Appendf(nil, `{"id":"%s","kind":"sign-off","of":"tier","subject":["service:s1"]}`, proposed),
		}),
		stockEntry(ledger.DecisionAgreed, "s1", "decision:"+string(proposed), &store.Agreed{Service: "s1", Decision: proposed, Person: "d6", Role: "ciso", Part: store.Consulted, Said: "Fine"}),
	}
}

// judge gives every service the posture of the first, with findings, exceptions and suppliers in it.
func (s *stock) judge(t *testing.T) {
	t.Helper()
	p, err := s.store.Posture(background, "s1")
	if err != nil || p.Judged.Posture == nil {
		t.Fatalf("%+v, %v", p, err)
	}
	for i := range s.n {
		j := p.Judged
		j.Service = ident.ID(fmt.Sprint("s", i+1))
		j.Items = slices.Clone(j.Items)
		for k := range s.n {
			j.Items = append(
				j.Items,
				store.Item{Ref: fmt.Sprint("finding:f", k), Kind: "finding", Title: "Weakness", State: "open"},
				store.Item{Ref: fmt.Sprint("decision:x", k), Kind: "decision", Title: "exception", State: "holds"},
				store.Item{Ref: fmt.Sprint("supplier:y", k), Kind: "supplier", Title: fmt.Sprint("Supplier ", k), State: "agreed"},
			)
		}
		s.write(t, stockEntry(ledger.PostureJudged, j.Service, "posture", &j))
	}
}

// count asks for an operation, as much of it as there is on a page, and counts the statements that it costs.
func (s *stock) count(t *testing.T, who string, o operation) (int64, answer) {
	t.Helper()
	path := strings.NewReplacer("{id}", "s1", "{number}", "1", "{evidence}", "e1", "{decision}", "d1", "{pack}", "roles", "{ref}", "tier").Replace(o.path) + map[string]string{
		"search": "?q=payment", "prove-inclusion": fmt.Sprint("?leaf=3&size=", s.size), "prove-consistency": fmt.Sprint("?from=3&to=", s.size),
	}[o.ID]
	if slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == "limit" }) && !strings.Contains(path, "?") {
		path += "?limit=500"
	}
	ctx, count := store.Counting(background)
	r := httptest.NewRequest("GET", "http://bulkhead.example"+api.Path+path, nil).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer "+who)
	got := s.do(r)
	return count.Statements(), got
}
