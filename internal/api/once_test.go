package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

func TestARequestSentTwiceIsDoneOnce(t *testing.T) {
	b := small(t)
	const body = `{"id":"new","name":"New","unit":"a"}`
	first := b.send("person:p1", "POST", "/services", body, "Idempotency-Key: k1")
	again := b.send("person:p1", "POST", "/services", body, "Idempotency-Key: k1")
	if first.status != 201 || again.status != 201 || !bytes.Equal(first.body, again.body) || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("first %d %s, again %d %s", first.status, first.body, again.status, again.body)
	}
	isProblem(t, b.send("person:p1", "POST", "/services", `{"id":"other","name":"Other","unit":"a"}`, "Idempotency-Key: k1"), 409)
	isProblem(t, b.send("person:p2", "POST", "/services", body, "Idempotency-Key: k1"), 403) // a key is each one's own
	isProblem(t, b.send("person:p1", "POST", "/services", body, "Idempotency-Key: k2"), 409)
}

// TestOfManyAtOnceOneIsDone sends the same request many times at the same moment. One is done; the others are answered as
// it was, or that it is still being done.
func TestOfManyAtOnceOneIsDone(t *testing.T) {
	b := small(t)
	const many = 50
	before, err := b.store.Size(background)
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan answer, many)
	var wg sync.WaitGroup
	for range many {
		wg.Go(func() {
			results <- b.send("person:p4", "POST", "/services/service-a/move", `{}`, "Idempotency-Key: k2")
		})
	}
	wg.Wait()
	close(results)
	done := 0
	for a := range results {
		if a.status != 204 && a.status != 409 {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a.status == 204 && a.header.Get("Idempotent-Replayed") == "" {
			done++
		}
	}
	after, err := b.store.Size(background)
	if err != nil || done != 1 || after != before+1 {
		t.Errorf("it was done %d times, and %d entries were written, %v", done, after-before, err)
	}
}

// TestWhatChangedNothingGivesItsKeyBack sends a request that is refused, and once it would not be, sends it again.
func TestWhatChangedNothingGivesItsKeyBack(t *testing.T) {
	b := small(t)
	const body = `{"id":"new","name":"New","unit":"b"}`
	isProblem(t, b.send("person:p1", "POST", "/services", body, "Idempotency-Key: k1"), 403)
	if got := b.send("person:p3", "PUT", "/organisation", `{"text":`+quoted(smallOrganisation+"  - {role: delivery-manager, person: p1, unit: b}\n")+`}`, `If-Match: "1"`); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := b.send("person:p1", "POST", "/services", body, "Idempotency-Key: k1"); got.status != 201 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestAnUnansweredRequestIsForgottenInTime leaves a key claimed, as when the server stops, and waits.
func TestAnUnansweredRequestIsForgottenInTime(t *testing.T) {
	b := small(t)
	now := time.Now()
	for i, c := range []struct {
		at    time.Time
		begun bool
	}{{now, true}, {now.Add(time.Minute), false}, {now.Add(16 * time.Minute), true}} {
		_, begun, err := b.store.BeginAnswer(background, "person:p1", "k1", "r", c.at, c.at.Add(15*time.Minute))
		if err != nil || begun != c.begun {
			t.Errorf("%d: begun is %v, %v", i, begun, err)
		}
	}
}

// TestAnAnswerIsKeptAsLongAsIsSet asks again shortly before and after.
func TestAnAnswerIsKeptAsLongAsIsSet(t *testing.T) {
	b := small(t)
	now := time.Now()
	r := registry.New(b.store, func() time.Time { return now }, registry.Keeping(registry.Keep{Answers: 2 * time.Hour}))
	who := registry.Asker{ID: "person:p1"}
	if _, begun, err := r.BeginAnswer(background, who, "k1", "r"); err != nil || !begun {
		t.Fatalf("it is not begun: %v", err)
	}
	if err := r.KeepAnswer(background, who, "k1", registry.Answer{Request: "r", Status: 201}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		begun bool
	}{{2*time.Hour - time.Second, false}, {2 * time.Hour, true}} {
		now = now.Add(c.after)
		if _, begun, err := r.BeginAnswer(background, who, "k1", "r"); err != nil || begun != c.begun {
			t.Errorf("after %s it is begun: %v, %v", c.after, begun, err)
		}
		now = now.Add(-c.after)
	}
}

func TestWhoHasTheNewestIsToldSo(t *testing.T) {
	b := theDepartment(t)
	for _, path := range []string{"/services/household-payments/posture", "/organisation", "/library/roles", "/services/household-payments/revisions/1"} {
		first := b.send("person:d6", "GET", path, "")
		tag := first.header.Get("ETag")
		if tag == "" {
			t.Errorf("%s has no ETag", path)
		}
		for _, header := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
			if got := b.send("person:d6", "GET", path, "", "If-None-Match: "+header); got.status != 304 || len(got.body) > 0 || got.header.Get("ETag") != tag {
				t.Errorf("%s with %s: %d %s", path, header, got.status, got.header.Get("ETag"))
			}
		}
		if got := b.send("person:d6", "GET", path, "", `If-None-Match: "x"`); got.status != 200 {
			t.Errorf("%s with another tag: %d", path, got.status)
		}
	}
	if got := b.send("person:d6", "GET", "/services/household-payments", "", `If-None-Match: "1"`); got.status != 200 {
		t.Errorf("a service can move without a new revision, and yet: %d", got.status)
	}
}

func TestWhatIsLargeComesSmallerToWhoAsksForThat(t *testing.T) {
	b := theDepartment(t)
	kept, err := b.store.Posture(t.Context(), "grants-ledger")
	if err != nil {
		t.Fatal(err)
	}
	actions := `[{"do":"` + strings.Repeat("Do this. ", 1000) + `"}]`
	if err := b.store.Advise(t.Context(), "grants-ledger", kept.Body, json.RawMessage(actions)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/services/household-payments/posture", "/services/grants-ledger/posture", "/services/household-payments", "/services/household-payments/revisions/1"} {
		plain := b.send("person:d6", "GET", path, "")
		if !json.Valid(plain.body) || strings.Contains(path, "grants-ledger") != bytes.HasSuffix(plain.body, []byte(`"actions":`+actions+`}`)) {
			t.Errorf("%s is no answer: it ends in %s", path, plain.body[len(plain.body)-50:])
		}
		for _, as := range []string{"gzip", "br, GZIP", "deflate, gzip;q=0.5, *;q=0"} {
			small := b.send("person:d6", "GET", path, "", "Accept-Encoding: "+as)
			if small.header.Get("Content-Encoding") != "gzip" || len(small.body)*3 > len(plain.body) || small.header.Get("Vary") != "Accept-Encoding" || small.header.Get("ETag") != plain.header.Get("ETag") {
				t.Errorf("%s to who takes %s: %d bytes of %d, %v", path, as, len(small.body), len(plain.body), small.header)
			}
			r, err := gzip.NewReader(bytes.NewReader(small.body))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(r); err != nil || !bytes.Equal(text, plain.body) {
				t.Errorf("%s to who takes %s is another: %v", path, as, err)
			}
		}
		for _, as := range []string{"", "br", "gzip;q=0", "gzip; q=0.0, br", "notgzip"} {
			if got := b.send("person:d6", "GET", path, "", "Accept-Encoding: "+as); got.header.Get("Content-Encoding") != "" || !bytes.Equal(got.body, plain.body) {
				t.Errorf("%s to who takes %q: %v", path, as, got.header)
			}
		}
	}
}

func BenchmarkPosture(b *testing.B) {
	bench := theDepartment(b)
	for _, encoding := range []string{"identity", "gzip"} {
		b.Run(encoding, func(b *testing.B) {
			for b.Loop() {
				got := bench.send("person:d6", "GET", "/services/household-payments/posture", "", "Accept-Encoding: "+encoding)
				b.ReportMetric(float64(len(got.body)), "bytes/answer")
			}
		})
	}
}

// TestWhoFollowsSeesNoWeakness reads the posture of a service as somebody who may not read its findings.
func TestWhoFollowsSeesNoWeakness(t *testing.T) {
	b := theDepartment(t)
	token := "token:secure-by-design-champion"
	whole := as[map[string]any](t, b.send("person:d6", "GET", "/services/household-payments/posture", ""))
	for _, query := range []string{"", "?at=" + whole["at"].(string), "?as_known=2099-01-01T00:00:00Z"} {
		seen := b.send(token, "GET", "/services/household-payments/posture"+query, "")
		if slices.ContainsFunc([]string{`"finding:`, `"threat:`, `"path:`}, func(kind string) bool { return bytes.Contains(seen.body, []byte(kind)) }) {
			t.Errorf("%s: something in it names a weakness", query)
		}
		got := as[map[string]any](t, seen)
		for name, member := range whole {
			hidden := name == "findings" || name == "threats" || name == "archived" || name == "paths" || name == "actions"
			if hidden && got[name] != nil || !hidden && member != nil && got[name] == nil {
				t.Errorf("%s: %s is %v", query, name, got[name])
			}
		}
	}
	if got := b.send(token, "GET", "/services/household-payments/why/tier", ""); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
	finding := as[struct{ Items []struct{ Ref string } }](t, b.send("person:d6", "GET", "/services/household-payments/findings", "")).Items[0].Ref
	if got := b.send(token, "GET", "/services/household-payments/why/"+finding, ""); got.status != 404 {
		t.Errorf("%s: %d %.200s", finding, got.status, got.body)
	}
	if got := b.send(token, "GET", "/search?q="+finding[len("finding:"):], ""); len(as[struct{ Items []any }](t, got).Items) != 0 {
		t.Errorf("%s is found: %s", finding, got.body)
	}
}
