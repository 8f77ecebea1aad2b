package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// TestAPostureThatCannotBeJudgedSaysSo breaks two services, one that has a posture and one that has none yet, and mends
// the first.
func TestAPostureThatCannotBeJudgedSaysSo(t *testing.T) {
	b := small(t)
	if _, err := b.store.Write(background, []store.Entry{{
		Kind: ledger.ServiceRegistered, Actor: "terminal", Service: "service-c", Subject: "service:service-c",
		Content: &store.Registered{Service: "service-c", Name: "Service", Unit: "a"},
	}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.settle(); err != nil {
		t.Fatal(err)
	}
	b.revise(t, "service-a", 2, "secret: [")
	b.revise(t, "service-c", 1, "secret: [")
	if err := b.settle(); err != nil {
		t.Fatal(err)
	}

	type line struct{ Service, Failing string }
	failing := func() map[string]string {
		out := map[string]string{}
		for _, l := range as[struct{ Items []line }](t, b.send("person:p4", "GET", "/services", "")).Items {
			out[l.Service] = l.Failing
		}
		return out
	}
	got := failing()
	if got["service-a"] == "" || got["service-b"] != "" || got["service-c"] == "" {
		t.Errorf("the list says %v", got)
	}
	there := b.send("person:p4", "GET", "/services/service-a/posture", "")
	if there.status != 200 || there.header.Get("Bulkhead-Failing") != got["service-a"] || there.header.Get("Bulkhead-Pending") != "true" {
		t.Errorf("%d %v", there.status, there.header)
	}
	if fine := b.send("person:p4", "GET", "/services/service-b/posture", ""); fine.header.Get("Bulkhead-Failing") != "" || fine.header.Get("ETag") == there.header.Get("ETag") {
		t.Errorf("%d %v", fine.status, fine.header)
	}
	for _, path := range []string{"/posture", "/suppliers", "/why/tier"} {
		none := b.send("person:p4", "GET", "/services/service-c"+path, "")
		isProblem(t, none, 404)
		if !strings.Contains(string(none.body), "cannot be judged since "+got["service-c"]) || strings.Contains(string(none.body), "secret") {
			t.Errorf("%s: %s", path, none.body)
		}
	}

	b.revise(t, "service-a", 3, serviceText("service-a"))
	if err := b.settle(); err != nil {
		t.Fatal(err)
	}
	if got := failing(); got["service-a"] != "" {
		t.Errorf("after it was mended the list says %v", got)
	}
}

// revise makes a revision without looking at what it says.
func (b *bench) revise(t *testing.T, id ident.ID, number int64, text string) {
	t.Helper()
	_, err := b.store.Write(background, []store.Entry{{
		Kind: ledger.ServiceRevised, Actor: "terminal", Service: id, Subject: "service:" + string(id),
		Content: &store.Revised{Service: id, Number: number, Parent: number - 1, Name: "Service", Digest: ident.Digest(text), Texts: []store.Text{{File: "bulkhead.yaml", Text: text}}},
	}}, func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, time.Now(), id) })
	if err != nil {
		t.Fatal(err)
	}
}
