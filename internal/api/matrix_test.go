package api_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// roles gives the roles of the library, in order.
func roles(t testing.TB) (out []string) {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		for _, r := range p.Roles {
			out = append(out, string(r.ID))
		}
	}
	slices.Sort(out)
	return out
}

const evidenceOf = `{"id":"%s","subject":["control:backup"],"kind":"test","title":"A restore was tried","strength":"tested","outcome":"pass","observed":"2026-11-01"}`

// crowd is an organisation with two people in each role of the library: one for the unit a and one for everything. There is
// a service in the unit a and one in the unit b, which nobody of the unit a may know of.
func crowd(t testing.TB) *bench {
	t.Helper()
	b, err := newBench(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	text := "bulkhead: v1\nid: crowd\nname: Crowd\nunits:\n  - {id: a, name: A}\n  - {id: b, name: B}\npeople:\n"
	appointments := "appointments:\n"
	for _, r := range roles(t) {
		for _, id := range []string{"a-" + r, "o-" + r} {
			text += "  - {id: " + id + ", name: " + r + ", email: " + id + "@crowd.example}\n"
		}
		appointments += "  - {role: " + r + ", person: a-" + r + ", unit: a}\n  - {role: " + r + ", person: o-" + r + "}\n"
	}
	if err := b.organise(text + appointments); err != nil {
		t.Fatal(err)
	}
	must := func(got answer) {
		t.Helper()
		if got.status >= 300 {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	for _, one := range [][2]string{{"a", "Known thing"}, {"b", "Hidden thing"}} { // in this order, which leaves are told by
		unit, name := one[0], one[1]
		id := "service-" + unit
		must(b.send("person:o-delivery-manager", "POST", "/services", `{"id":"`+id+`","name":"`+name+`","unit":"`+unit+`"}`))
		must(b.send("person:o-delivery-manager", "PUT", "/services/"+id, files(strings.Replace(serviceText(id), "name: Service", "name: "+name, 1)), `If-Match: "0"`))
		for _, e := range []string{"e1", "e2"} {
			must(b.send("person:o-developer", "POST", "/services/"+id+"/evidence", `{"records":[`+fmt.Sprintf(evidenceOf, e)+`]}`))
		}
		decided := `{"id":"d1","kind":"review","made":"2026-11-01","outcome":"done","reason":"It was time","role":"assessor","subject":["service:` + id + `"]}`
		if _, err := b.store.Write(background, []store.Entry{{
			Kind: ledger.DecisionRecorded, Actor: "system", Service: ident.ID(id), Subject: "decision:d1",
			Content: &store.Decided{Service: ident.ID(id), Decision: []byte(decided)},
		}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.settle(); err != nil {
		t.Fatal(err)
	}
	return b
}

// specimen is a request that shows whether somebody may: who may is refused for another reason, or changes nothing.
type specimen struct {
	body, query, header string
	also                []access.Use // other rights that do
	open                bool         // the right decides what is in the answer, not whether there is one
	golden              bool         // the answer says nothing of the right alone: the golden file holds it
}

var specimens = map[string]specimen{
	"register-service":    {body: `{"id":"x","name":" ","unit":"UNIT"}`},
	"change-service":      {body: files(serviceText("service-a")), header: `If-Match: "99"`},
	"edit-service":        {body: `{"edits":[{"op":"set","path":"/risks/r1/title","value":"Loss of records"}]}`, header: `If-Match: "1"`},
	"apply-service":       {body: `{"repository":{"address":"https://git.example/x"},"files":[{"file":"bulkhead.yaml","text":"x: y"}]}`},
	"move-service":        {body: `{}`},
	"retire-service":      {body: `{"reason":" "}`},
	"record-evidence":     {body: `{"records":[` + fmt.Sprintf(evidenceOf, "e1") + `]}`},
	"what-if":             {body: `{}`},
	"draft-decision":      {body: `{"kind":"nothing","subject":"risk:r1"}`, also: []access.Use{access.Decide, access.RecordReview}},
	"decide":              {body: `{"kind":"nothing","subject":"risk:r1"}`, also: []access.Use{access.RecordReview}},
	"propose-decision":    {body: `{"kind":"nothing","subject":"risk:r1"}`},
	"agree":               {body: `{}`, golden: true},
	"advise":              {body: `{"words":" "}`},
	"withdraw-proposal":   {body: `{"reason":" "}`, also: []access.Use{access.Decide, access.RecordReview}},
	"draft-again":         {also: []access.Use{access.Decide}},
	"reconfirm":           {body: `{}`, golden: true},
	"retract-decision":    {body: `{"reason":" "}`},
	"record-minute":       {body: `{"kind":"nothing","subject":"risk:r1","on_behalf_of":"somebody","minute":"none"}`},
	"confirm-minute":      {},
	"read-minute":         {body: `{"link":"none"}`, golden: true},
	"confirm-by-link":     {body: `{"link":"none"}`, golden: true},
	"set-digests":         {body: `{"wanted":false}`},
	"change-organisation": {body: `{"text":` + quoted(smallOrganisation) + `}`, header: `If-Match: "99"`},
	"change-pack":         {body: `{"text":"pack: v1"}`, header: `If-None-Match: *`},
	"invite-person":       {body: `{"person":"nobody"}`},
	"remove-person":       {body: `{}`},
	"create-token":        {body: `{"name":"x","scope":{"role":"no-such-role"},"expires":"2027-01-01T00:00:00Z"}`, golden: true},
	"revoke-token":        {golden: true},
	"set-webhook":         {body: `{"url":"nowhere","events":["posture.judged"]}`},
	"propose-redaction":   {body: `{"service":"SERVICE","reason":" ","subjects":["evidence:e2"]}`, golden: true},
	"approve-redaction":   {golden: true},
	"search":              {query: "?q=thing"},
	"prove-inclusion":     {query: "?leaf=3&size=8", golden: true},
	"prove-consistency":   {query: "?from=3&to=8"},
	"read-checkpoint":     {},
	"list-services":       {open: true},
	"list-tokens":         {open: true},
	"list-redactions":     {open: true},
}

// at gives the address and the body of a specimen at a service in a unit.
func (s specimen) at(o operation, service, unit string) (path, body string) {
	names := strings.NewReplacer(
		"{id}", service, "{number}", "1", "{evidence}", "e1", "{decision}", "d1", "{pack}", "roles", "{framework}", "none", "{ref}", "tier", "{proposal}", "none",
		"{person}", "nobody", "{session}", "none", "{token}", "none", "{webhook}", "none", "{redaction}", "none", "{board}", "none", "SERVICE", service, "UNIT", unit)
	return names.Replace(o.path + s.query), names.Replace(s.body)
}

// allowed says whether somebody in a role may, by the table of rights alone.
func (s specimen) allowed(o operation, role, held, unit string, service bool) bool {
	actor := access.Actor{Person: "x", Holdings: []org.Holding{{Role: ident.ID(role), Unit: ident.ID(held)}}}
	at := access.Place{Unit: ident.ID(unit)}
	if service {
		at.Service = "s"
	}
	for _, use := range append([]access.Use{access.Use(o.Use)}, s.also...) {
		if access.May(actor, use, at).Yes {
			return true
		}
	}
	return false
}

// TestWhoMayDoWhat asks for every operation in every role, and holds each answer to the table of rights and all of them to
// a golden file. Nothing that anybody of the unit a is answered tells of the service in the unit b.
func TestWhoMayDoWhat(t *testing.T) {
	b := crowd(t)
	var out bytes.Buffer
	out.WriteString("What each operation answers, by role. A role is held for the unit a, or for the whole organisation.\n")
	for _, o := range operations(t) {
		s, special := specimens[o.ID]
		if o.method != "GET" && o.method != "DELETE" && !special {
			t.Errorf("%s has no specimen", o.ID)
			continue
		}
		if !slices.Contains(access.Uses(), access.Use(o.Use)) {
			t.Errorf("%s names the right %q, which is none", o.ID, o.Use)
		}
		fmt.Fprintf(&out, "\n%s  %s %s  %s\n", o.ID, o.method, o.path, o.Use)
		ask := func(role, held, service, unit string) answer {
			path, body := s.at(o, service, unit)
			return b.send("person:"+held+"-"+role, o.method, path, body, headers(s.header)...)
		}
		ofService := strings.HasPrefix(o.path, "/services/{id}")
		inA, inB, whole := map[int][]string{}, map[int][]string{}, map[int][]string{}
		for _, r := range roles(t) {
			a, bb, all := ask(r, "a", "service-a", "a"), ask(r, "a", "service-b", "b"), ask(r, "o", "service-a", "a")
			inA[a.status], inB[bb.status], whole[all.status] = append(inA[a.status], r), append(inB[bb.status], r), append(whole[all.status], r)
			for _, got := range []answer{a, bb} {
				tells(t, o.ID+" as "+r, got)
				addresses(t, o.ID+" as "+r+" of a", got, "a-"+r)
			}
			if !s.allowed(governing, r, "", "", false) {
				addresses(t, o.ID+" as "+r, all, "o-"+r)
			}
			if !s.golden && !s.open {
				unit := ""
				if ofService || o.ID == "register-service" || somewhere[o.ID] {
					unit = "a"
				}
				holds(t, o.ID+" as "+r+" of a", a, s.allowed(o, r, "a", unit, ofService), ofService && !s.allowed(listing, r, "a", "a", true))
				holds(t, o.ID+" as "+r, all, s.allowed(o, r, "", unit, ofService), ofService && !s.allowed(listing, r, "", "a", true))
			}
			if ofService {
				none := ask(r, "a", "no-such-service", "b")
				if bb.status != 404 || !bytes.Equal(bb.body, none.body) {
					t.Errorf("%s as %s: what may not be known of is answered %d %s; what is not there %d %s", o.ID, r, bb.status, bb.body, none.status, none.body)
				}
			}
		}
		fmt.Fprintf(&out, "  for a, at a:  %s\n", byStatus(inA))
		if ofService || strings.Contains(s.body, "UNIT") || strings.Contains(s.body, "SERVICE") {
			fmt.Fprintf(&out, "  for a, at b:  %s\n", byStatus(inB))
		}
		fmt.Fprintf(&out, "  for all:      %s\n", byStatus(whole))
	}
	golden(t, "testdata/matrix.txt", out.Bytes())
}

// governing is the operation whose right says whether somebody may know where others are written to.
var governing = operation{described: described{Use: string(access.ReadOrganisation)}}

// addresses looks for where anybody is written to but who asks.
func addresses(t *testing.T, what string, got answer, own string) {
	t.Helper()
	if bytes.Contains(bytes.ReplaceAll(got.body, []byte(own+"@crowd.example"), nil), []byte("@crowd.example")) {
		t.Errorf("%s tells where others are written to: %s", what, got.body)
	}
}

// listing is the operation whose right says whether somebody may know of a service.
var listing = operation{described: described{Use: string(access.ListServices)}}

// somewhere are the operations that look across services: a right anywhere is enough to ask.
var somewhere = map[string]bool{"search": true, "list-exceptions": true, "list-suppliers": true, "list-leaves": true, "read-checkpoint": true, "prove-consistency": true, "read-board-pack": true}

// holds holds an answer to the table: who may is never refused, and who may not always is.
func holds(t *testing.T, what string, got answer, may, hidden bool) {
	t.Helper()
	refusal := 403
	if hidden {
		refusal = 404
	}
	if refused := got.status == refusal; refused == may && !(may && !hidden && got.status == 404) {
		t.Errorf("%s: answered %d, and by the table may is %v: %s", what, got.status, may, got.body)
	}
	if got.status >= 500 {
		t.Errorf("%s: %d %s", what, got.status, got.body)
	}
}

// tells looks for anything of the service that may not be known of.
func tells(t *testing.T, what string, got answer) {
	t.Helper()
	for _, secret := range []string{"service-b", "Hidden thing"} {
		if bytes.Contains(got.body, []byte(secret)) {
			t.Errorf("%s tells of %s: %s", what, secret, got.body)
		}
	}
}

func headers(h string) []string {
	if h == "" {
		return nil
	}
	return []string{h}
}

// byStatus writes which roles got which status: the longest list comes last, as the rest.
func byStatus(by map[int][]string) string {
	codes := slices.Sorted(maps.Keys(by))
	if len(codes) == 1 {
		return fmt.Sprint(codes[0])
	}
	most := slices.MaxFunc(codes, func(a, b int) int { return len(by[a]) - len(by[b]) })
	var parts []string
	for _, c := range codes {
		if c != most {
			parts = append(parts, fmt.Sprintf("%d %s", c, strings.Join(by[c], " ")))
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("%d all others", most)), "; ")
}

// golden holds a text to a file.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another: look at the difference after `go test ./internal/api -update`", file)
	}
}

// TestATokenNeverDecides holds every operation that is for people only to that.
func TestATokenNeverDecides(t *testing.T) {
	b := crowd(t)
	for _, o := range operations(t) {
		token := access.Token{ID: "t1", Role: "ciso"}
		if access.May(access.Actor{Token: &token}, access.Use(o.Use), access.Place{Service: "s", Unit: "a"}).Yes || specimens[o.ID].open || o.ID == "draft-decision" {
			continue
		}
		path, body := specimens[o.ID].at(o, "service-a", "a")
		if got := b.send("token:ciso", o.method, path, body, headers(specimens[o.ID].header)...); got.status != 403 && got.status != 404 {
			t.Errorf("%s: %d %s", o.ID, got.status, got.body)
		}
	}
}

// TestARedactionIsForTwo proposes one and approves it, by two people and not by one.
func TestARedactionIsForTwo(t *testing.T) {
	b := crowd(t)
	got := b.send("person:o-ciso", "POST", "/redactions", `{"service":"service-a","reason":"It names somebody","subjects":["evidence:e2"]}`)
	if got.status != 201 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	id := as[struct{ Redaction string }](t, got).Redaction
	if got := b.send("person:o-ciso", "POST", "/redactions/"+id+"/approve", ""); got.status != 403 {
		t.Errorf("by who proposed it: %d %s", got.status, got.body)
	}
	if got := b.send("person:a-senior-responsible-owner", "POST", "/redactions/"+id+"/approve", ""); got.status != 200 {
		t.Errorf("by another: %d %s", got.status, got.body)
	}
	if got := b.send("person:o-ciso", "GET", "/services/service-a/evidence/e2", ""); got.status != 404 {
		t.Errorf("afterwards: %d %s", got.status, got.body)
	}
}

// TestATokenIsShownOnce makes a token with a key, and sends the same again.
func TestATokenIsShownOnce(t *testing.T) {
	b := crowd(t)
	body := `{"name":"Pipeline","scope":{"role":"developer","units":["a"]},"expires":"` + civil.Of(time.Now().Add(24*time.Hour)).String() + `"}`
	first := b.send("person:o-administrator", "POST", "/tokens", body, "Idempotency-Key: k1")
	if first.status != 201 || as[struct{ Secret string }](t, first).Secret == "" {
		t.Fatalf("%d %s", first.status, first.body)
	}
	again := b.send("person:o-administrator", "POST", "/tokens", body, "Idempotency-Key: k1")
	isProblem(t, again, 409)
	if bytes.Contains(again.body, []byte(as[struct{ Secret string }](t, first).Secret)) {
		t.Error("the secret is shown again")
	}
	kept, _, err := b.store.BeginAnswer(background, "person:o-administrator", "k1", "x", time.Now(), time.Now())
	if err != nil || bytes.Contains(kept.Body, []byte(as[struct{ Secret string }](t, first).Secret)) {
		t.Errorf("what is kept holds the secret: %s %v", kept.Body, err)
	}
	tokens, err := b.registry.Tokens(background, mustTerminal(t, b))
	if err != nil || len(tokens) != 1 {
		t.Errorf("%d tokens, %v", len(tokens), err)
	}
}

func mustTerminal(t testing.TB, b *bench) registry.Asker {
	t.Helper()
	who, err := b.registry.Terminal(background)
	if err != nil {
		t.Fatal(err)
	}
	return who
}
