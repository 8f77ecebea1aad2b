package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/internal/web"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const staff = `bulkhead: v1
id: household-support
name: Household <support>
classification: OFFICIAL
units: [{id: benefits, name: Benefits & more}]
people:
  - {id: chief, name: Head of security}
  - {id: manager, name: "Delivery <b>manager</b>", email: manager@dept.example}
  - {id: nobody, name: Nobody yet}
appointments:
  - {role: administrator, person: chief}
  - {role: delivery-manager, person: manager, unit: benefits}
`

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// site is the pages over a record, as a browser meets them.
type site struct {
	*registry.Registry
	t       testing.TB
	store   *store.Store
	handler http.Handler
	demo    bool
	secure  bool // browsers come over TLS
	mu      sync.Mutex
	at      time.Time
}

func (s *site) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// later lets time pass.
func (s *site) later(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(by)
}

// empty is a site over a new record.
func empty(t testing.TB, demo bool) *site {
	t.Helper()
	s := &site{t: t, at: noon, demo: demo}
	dir := t.TempDir()
	keys, err := seal.CreateRing(filepath.Join(dir, "keys"))
	s.must(err)
	s.store, err = store.Open(t.Context(), store.Config{Database: filepath.Join(dir, "bulkhead.db"), Ring: keys, Now: s.now})
	s.must(err)
	t.Cleanup(func() { _ = s.store.Close() })
	s.Registry = registry.New(s.store, s.now)
	passkeys, err := signin.NewPasskeys(signin.PasskeyConfig{RPID: "localhost", Origins: []string{"http://localhost:8080"}, Name: "Bulkhead"})
	s.must(err)
	provider, err := signin.NewProvider(signin.ProviderConfig{Issuer: "http://127.0.0.1:1", ClientID: "bulkhead", RedirectURL: "http://localhost:8080" + web.AccountBack})
	s.must(err)
	s.handler = web.Handler(web.Config{Registry: s.Registry, Passkeys: passkeys, Provider: provider, Demo: demo})
	return s
}

// staffed is a site over a record with an organisation.
func staffed(t testing.TB, demo bool) *site {
	t.Helper()
	s := empty(t, demo)
	s.organise(staff, 1)
	return s
}

func (s *site) organise(text string, number int64) {
	s.t.Helper()
	_, err := s.store.Write(s.t.Context(), []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: number, Parent: number - 1, Texts: []store.Text{{File: "organisation.yaml", Text: text}}},
	}}, nil)
	s.must(err)
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// invite gives the path of a link for somebody.
func (s *site) invite(id string) string {
	s.t.Helper()
	who, err := s.Terminal(s.t.Context())
	s.must(err)
	i, err := s.InviteAgain(s.t.Context(), who, ident.ID(id))
	s.must(err)
	return registry.LinkTo("", i.Link)
}

// visitor is a browser that keeps cookies by their names and nothing else.
type visitor struct {
	*site
	cookies map[string]string
	from    string // what the browser says of where a request comes from
}

func (s *site) visitor() *visitor { return &visitor{site: s, cookies: map[string]string{}} }

// page is an answer.
type page struct {
	*http.Response
	text string
}

func (b *visitor) ask(method, path string, form url.Values, accept string) page {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", accept)
	r.Header.Set("Sec-Fetch-Site", b.from)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r.WithContext(visit.With(r.Context(), &visit.Visit{ID: "the-request", From: netip.MustParseAddr("203.0.113.7"), Secure: b.secure})))
	answer := w.Result()
	text, err := io.ReadAll(answer.Body)
	b.must(err)
	for _, c := range answer.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return page{answer, string(text)}
}

func (b *visitor) get(path string) page { b.t.Helper(); return b.ask("GET", path, nil, "text/html") }

func (b *visitor) post(path string, form url.Values) page {
	b.t.Helper()
	return b.ask("POST", path, form, "text/html")
}

// follow goes through the page of a link, as a person does.
func (b *visitor) follow(link string) page {
	b.t.Helper()
	return b.post("/link", url.Values{"link": {strings.TrimPrefix(link, registry.LinkPath)}})
}

func (p page) is(t testing.TB, status int, holds ...string) {
	t.Helper()
	if p.StatusCode != status {
		t.Errorf("got %d, want %d: %.300s", p.StatusCode, status, p.text)
	}
	for _, text := range holds {
		if !strings.Contains(p.text, text) {
			t.Errorf("the page does not say %q:\n%s", text, p.text)
		}
	}
}

func (p page) leads(t testing.TB, to string) {
	t.Helper()
	if p.StatusCode != http.StatusSeeOther || p.Header.Get("Location") != to {
		t.Errorf("got %d to %q, want to be led to %q: %.300s", p.StatusCode, p.Header.Get("Location"), to, p.text)
	}
}

func TestSomebodyComesInByALink(t *testing.T) {
	s := staffed(t, false)
	b, link := s.visitor(), s.invite("manager")
	b.get("/").leads(t, "/sign-in")
	b.get("/account").leads(t, "/sign-in")
	for range 2 {
		p := b.get(link)
		p.is(t, 200, "Delivery &lt;b&gt;manager&lt;/b&gt;", "Household &lt;support&gt;", "Up to OFFICIAL")
		if len(p.Cookies()) != 0 {
			t.Error("looking at a link signs somebody in")
		}
	}
	b.follow(link).leads(t, "/account/passkey")
	b.get("/account/passkey").is(t, 200, "Make a passkey", "Connect your organisation")
	b.get("/account").is(t, 200, "Delivery manager", "Benefits &amp; more", "This one", "manager@dept.example", "Link")
	b.get("/").leads(t, "/account")
	b.get("/sign-in").leads(t, "/account")
	s.visitor().follow(link).is(t, 404, "This link does not work")
	s.visitor().get(link).is(t, 404, "This link does not work")

	again := b.cookies["bulkhead"]
	b.post("/sign-out", nil).is(t, 200, "You are signed out")
	if len(b.cookies) != 0 {
		t.Errorf("the browser still has %v", b.cookies)
	}
	b.cookies["bulkhead"] = again
	b.get("/account").leads(t, "/sign-in")
}

func TestTheCookie(t *testing.T) {
	for secure, name := range map[bool]string{false: "bulkhead", true: "__Host-bulkhead"} {
		s := staffed(t, false)
		s.secure = secure
		var found *http.Cookie
		for _, c := range s.visitor().follow(s.invite("manager")).Cookies() {
			if strings.HasPrefix(c.Value, "bh_s_") {
				found = c
			}
		}
		if found == nil || found.Name != name || !found.HttpOnly || found.SameSite != http.SameSiteLaxMode || found.Secure != secure || found.Path != "/" || found.Domain != "" {
			t.Errorf("over TLS %v it is %+v", secure, found)
		}
	}
}

// Whoever plants a cookie in somebody's browser gains nothing when they sign in.
func TestASessionIsNotFixedBeforehand(t *testing.T) {
	s := staffed(t, false)
	attacker, victim := s.visitor(), s.visitor()
	attacker.follow(s.invite("nobody"))
	planted := attacker.cookies["bulkhead"]
	victim.cookies["bulkhead"] = planted
	victim.follow(s.invite("chief"))
	if victim.cookies["bulkhead"] == planted {
		t.Error("the secret is the one from before")
	}
	victim.get("/account").is(t, 200, "Head of security")
	attacker.get("/account").leads(t, "/sign-in")

	for _, made := range []string{"x", "bh_s_" + strings.Repeat("A", 48)} {
		b := s.visitor()
		b.cookies["bulkhead"] = made
		b.follow(s.invite("chief"))
		if b.cookies["bulkhead"] == made {
			t.Error("a secret that was made up is taken")
		}
	}
}

func TestTheSecretIsReplacedWhenRolesChange(t *testing.T) {
	s := staffed(t, false)
	b := s.visitor()
	b.follow(s.invite("manager"))
	before := b.cookies["bulkhead"]
	b.get("/account")
	if b.cookies["bulkhead"] != before {
		t.Error("it is replaced for nothing")
	}
	s.organise(staff+"  - {role: ciso, person: manager}\n", 2)
	b.get("/account").is(t, 200)
	if b.cookies["bulkhead"] == before {
		t.Error("it is not replaced")
	}
	b.get("/account").is(t, 200)
}

func TestSessionsAreEndedFromThePage(t *testing.T) {
	s := staffed(t, false)
	mine, other, third := s.visitor(), s.visitor(), s.visitor()
	for _, b := range []*visitor{other, third, mine} {
		b.follow(s.invite("manager"))
	}
	id := regexp.MustCompile(`name="id" value="([0-9a-f]{32})"`)
	found := id.FindAllStringSubmatch(mine.get("/account").text, -1)
	if len(found) != 2 {
		t.Fatalf("%d other sessions are shown", len(found))
	}
	mine.post("/account/session/end", url.Values{"id": {found[0][1]}}).leads(t, "/account")
	mine.post("/account/session/end", url.Values{"id": {found[0][1]}}).is(t, 404, "has ended already")
	mine.post("/account/sessions/end", nil).leads(t, "/account")
	other.get("/account").leads(t, "/sign-in")
	third.get("/account").leads(t, "/sign-in")
	mine.get("/account").is(t, 200)
}

func TestTheFirstAdministratorFillsInAForm(t *testing.T) {
	s := empty(t, false)
	secret, err := s.FirstLink(t.Context())
	s.must(err)
	link, b := registry.LinkTo("", secret), s.visitor()
	b.get(link).is(t, 200, "What is your organisation called?", "No classification set")
	form := url.Values{"link": {secret.Reveal()}, "organisation": {`A "department"`}}
	b.post("/link", form).is(t, 422, "<title>Error: ", "Say what your post is called.", `value="A &#34;department&#34;"`, `href="#post"`)
	form.Set("post", "Head of security")
	b.post("/link", form).leads(t, "/account/passkey")
	b.get("/account").is(t, 200, "Head of security", "Administrator", "the whole organisation")
}

func TestWhoHoldsNothingIsToldThat(t *testing.T) {
	s := staffed(t, false)
	b := s.visitor()
	b.follow(s.invite("nobody"))
	b.get("/account").is(t, 200, "You hold no role today", "Sign out")
	b.post("/account/passkey/begin", nil).is(t, 403)
	b.post("/sign-out", nil).is(t, 200)
}

func TestADemonstrationSaysSo(t *testing.T) {
	s := staffed(t, true)
	links, err := s.DemoLinks(t.Context())
	s.must(err)
	b := s.visitor()
	link := registry.LinkTo("", links[1].Link)
	for range 2 {
		b.get(link).is(t, 200, "as often as you like")
		b.follow(link).leads(t, "/account")
	}
	for _, path := range []string{"/account", "/nowhere", link} {
		if p := b.get(path); !strings.Contains(p.text, "Demonstration") {
			t.Errorf("%s does not say that all of it is made up", path)
		}
	}
	s.visitor().get("/sign-in").is(t, 200, "Demonstration", "printed a link for each role")
	if strings.Contains(staffed(t, false).visitor().get("/sign-in").text, "Demonstration") {
		t.Error("what is none says that it is one")
	}
}

func TestErrorsHaveAPage(t *testing.T) {
	s := staffed(t, false)
	b := s.visitor()
	b.get("/nowhere").is(t, 404, "<h1>Page not found</h1>", "Up to OFFICIAL")
	b.get(registry.LinkPath+"x").is(t, 404, "not copied whole")
	b.get("/sign-in/account").is(t, 502, "sign-in service does not answer", "the-request")
	if p := b.get("/sign-in/account"); strings.Contains(p.text, "127.0.0.1") || strings.Contains(p.text, "unreachable") {
		t.Errorf("the page tells what went wrong inside:\n%s", p.text)
	}
	b.get(web.AccountBack+"?code=x&state=y").is(t, 403, "begin again from the sign-in page")
	b.ask("POST", "/account/passkey/begin", nil, "application/json").is(t, 403, `"text":"You are not signed in`)
	b.ask("POST", "/sign-in/passkey/finish", url.Values{"x": {"y"}}, "application/json").is(t, 403, `"text"`)
	b.ask("POST", "/sign-in/passkey/finish", url.Values{"x": {strings.Repeat("y", 200<<10)}}, "application/json").is(t, 413, `"text"`)
	for range 60 {
		b.follow(registry.LinkPath + "bh_l_" + strings.Repeat("A", 48))
	}
	p := b.follow(s.invite("manager"))
	p.is(t, 429, "Too many tries failed: wait")
	if p.Header.Get("Retry-After") == "" {
		t.Error("it does not say how long to wait")
	}
	link := s.invite("manager")
	s.must(s.store.Close())
	p = b.get(link)
	p.is(t, 500, "problem with the service", "the-request")
	if strings.Contains(p.text, "closed") || strings.Contains(p.text, "record could not") {
		t.Errorf("the page tells what went wrong inside:\n%s", p.text)
	}
}

// Another site cannot have an account of its own connected with who is signed in.
func TestAnAccountIsConnectedFromOurPageOnly(t *testing.T) {
	s := staffed(t, false)
	b := s.visitor()
	b.follow(s.invite("manager"))
	for from, want := range map[string]int{"": 403, "cross-site": 403, "same-site": 403, "none": 403, "same-origin": 502} {
		b.from = from
		if p := b.get("/account/connect"); p.StatusCode != want {
			t.Errorf("from %q: %d, want %d", from, p.StatusCode, want)
		}
	}
}

func TestTheAPIAsksWhoItIs(t *testing.T) {
	s := staffed(t, false)
	ask := web.Ask(s.Registry)
	b := s.visitor()
	b.follow(s.invite("manager"))
	who, err := s.Terminal(t.Context())
	s.must(err)
	token, err := s.CreateToken(t.Context(), who, registry.NewToken{Name: "x", Scope: store.Allowed{Role: "ciso"}, Expires: civil.Of(noon.Add(time.Hour))})
	s.must(err)
	as := func(header, cookie string) (string, error) {
		r := httptest.NewRequest("GET", "/api/v1/me", nil)
		r = r.WithContext(visit.With(context.Background(), &visit.Visit{}))
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "bulkhead", Value: cookie})
		}
		who, err := ask(r)
		return who.ID, err
	}
	if id, err := as("", b.cookies["bulkhead"]); id != "person:manager" {
		t.Errorf("a session is %q, %v", id, err)
	}
	if id, err := as("bearer "+token.Secret.Reveal(), ""); id != "token:"+string(token.ID) {
		t.Errorf("a token is %q, %v", id, err)
	}
	for _, c := range [][2]string{{"", ""}, {"Bearer x", ""}, {"Bearer x", b.cookies["bulkhead"]}, {"Basic eDp5", ""}, {"", token.Secret.Reveal()}, {"Bearer " + b.cookies["bulkhead"], ""}} {
		_, err := as(c[0], c[1])
		if _, is := errors.AsType[registry.Unknown](err); !is || fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%.12q and %.9q: %v", c[0], c[1], err)
		}
	}
}
