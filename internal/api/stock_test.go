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
		if i > 0 {
			s.write(t, revision(ident.ID(fmt.Sprint("s", i+1)), 1, serviceText(fmt.Sprint("s", i+1))))
		}
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
		"boards:\n  - {id: board, name: Board, role: security-working-group, members: [d6], chair: d6, quorum: 1}\n" +
		"authority:\n  - {id: by-board, decision: sign-off, of: tier, roles: [ciso, security-working-group], why: They share it}\n" +
		"appointments:\n  - {role: ciso, person: d6}\n" + appointments
}

func stockEntry(kind ledger.Kind, service ident.ID, subject string, content any) store.Entry {
	return store.Entry{Kind: kind, Actor: "terminal", Service: service, Subject: subject, Content: content}
}

const signOff = `{"id":"%s","kind":"sign-off","of":"tier","subject":["service:%s"]}`

// service is a service, with a token for it, a webhook, a redaction that is proposed, and a sign-off that waits for a board.
func (s *stock) service(i int) []store.Entry {
	id, unit := ident.ID(fmt.Sprint("s", i)), ident.ID(fmt.Sprint("u", i))
	token, hook := ident.ID(fmt.Sprint("t", i)), ident.ID(fmt.Sprint("w", i))
	return []store.Entry{
		stockEntry(ledger.ServiceRegistered, id, "service:"+string(id), &store.Registered{Service: id, Name: "Payments", Unit: unit}),
		stockEntry(ledger.TokenCreated, "", "token:"+string(token), &store.Tokened{
			ID: token, Name: "Pipeline", Hash: string(token), Scope: store.Allowed{Role: "developer", Services: []ident.ID{id}}, Expires: civil.Of(time.Now().AddDate(0, 1, 0)),
		}),
		stockEntry(ledger.WebhookSet, "", "webhook:"+string(hook), &store.Hooked{ID: hook, URL: "https://chat.example/" + string(hook), Events: []string{"posture.judged"}, Key: "k"}),
		stockEntry(ledger.RedactionProposed, id, "service:"+string(id), &store.Doubted{Service: id, Reason: "It names somebody", Subjects: []string{"evidence:e1"}}),
		stockEntry(ledger.DecisionProposed, id, "decision:board", &store.Proposed{
			Service: id, ID: "board", State: store.ProposalWaits, Decision: fmt.Appendf(nil, signOff, "board", id),
		}),
	}
}

// revisions are those of the first service, the last of which has suppliers, risks and frameworks.
func (s *stock) revisions() (out []store.Entry) {
	text := serviceText("s1") + "plan:\n  frameworks:\n"
	for i := range s.n {
		text += fmt.Sprintf("    - {id: f%d, framework: ncsc-caf, version: \"4.%d\"}\n", i, i)
	}
	text += "suppliers:\n"
	for i := range s.n {
		text += fmt.Sprintf("  - {id: p%d, name: Supplier %d}\n", i+1, i+1)
	}
	for i := range s.n {
		out = append(out, revision("s1", i+1, text))
	}
	return out
}

func revision(service ident.ID, number int, text string) store.Entry {
	return stockEntry(ledger.ServiceRevised, service, "service:"+string(service), &store.Revised{
		Service: service, Number: int64(number), Parent: int64(number - 1), Name: "Payments", Digest: ident.Digest(fmt.Sprint(number)),
		Texts: []store.Text{{File: "bulkhead.yaml", Text: text}},
	})
}

// records are evidence of the first service, a decision about it, one that has lapsed, one that was minuted and waits to be
// confirmed, and one that is proposed and agreed to in part.
func (s *stock) records(i int) []store.Entry {
	minuted := fmt.Sprintf(`{"id":"m%d","kind":"sign-off","of":"tier","made":"2026-11-01","by":"single","on_behalf_of":"d6","reason":"It was so decided","role":"ciso","subject":["service:s1"]}`, i)
	decided := fmt.Sprintf(`{"id":"d%d","kind":"review","made":"2026-11-01","outcome":"done","reason":"It was time","role":"assessor","subject":["service:s1"]}`, i)
	proposed := ident.ID(fmt.Sprintf("p%d", i))
	return []store.Entry{
		stockEntry(ledger.EvidenceRecorded, "s1", fmt.Sprint("evidence:e", i), &store.Observed{Service: "s1", Record: fmt.Appendf(nil, evidenceOf, fmt.Sprint("e", i))}),
		stockEntry(ledger.DecisionRecorded, "s1", fmt.Sprint("decision:d", i), &store.Decided{Service: "s1", Decision: []byte(decided)}),
		stockEntry(ledger.DecisionRecorded, "s1", fmt.Sprint("decision:m", i), &store.Decided{Service: "s1", Decision: []byte(minuted)}),
		stockEntry(ledger.DecisionProposed, "s1", "decision:"+string(proposed), &store.Proposed{
			Service: "s1", ID: proposed, State: store.ProposalWaits, Decision: fmt.Appendf(nil, signOff, proposed, "s1"),
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
	path := strings.NewReplacer("{id}", "s1", "{number}", "1", "{evidence}", "e1", "{decision}", "d1", "{proposal}", "p1", "{board}", "board", "{framework}", "ncsc-caf", "{pack}", "roles", "{ref}", "tier").Replace(o.path) + map[string]string{
		"search": "?q=payment", "read-framework": "?version=4.0", "read-board-pack": "?limit=5", "prove-inclusion": fmt.Sprint("?leaf=3&size=", s.size), "prove-consistency": fmt.Sprint("?from=3&to=", s.size),
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
