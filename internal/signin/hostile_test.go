package signin_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

const discoveryPage = "/.well-known/openid-configuration"

// endless writes a body that is over every bound and never a whole answer.
func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	chunk := strings.Repeat(" ", 64<<10)
	for range 1024 { // 64 MiB; the client hangs up long before
		if _, err := w.Write([]byte(chunk)); err != nil {
			return
		}
	}
}

func breaksOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"issuer":`))
}

func page(status int, contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}
}

// never answers; it ends when who asked has hung up.
func never(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // the server notices a hang-up only once the question was read
	<-r.Context().Done()
}

// brief is how long one waits for a page that never comes.
const brief = 50 * time.Millisecond

// elsewhere redirects to another machine, which must never be asked.
func elsewhere(t *testing.T) http.HandlerFunc {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the other machine was asked for %s", r.URL.Path)
	}))
	t.Cleanup(other.Close)
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}
}

// TestHostilePages has each page of a provider misbehave in turn. Discovery fails at Start, the others at Finish.
func TestHostilePages(t *testing.T) {
	oauth := func(code string) http.HandlerFunc {
		return page(http.StatusBadRequest, "application/json", `{"error":"`+code+`","error_description":"`+givenCode+` `+accessToken+`"}`)
	}
	round := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }
	for name, c := range map[string]struct {
		page   string
		answer http.HandlerFunc
		want   signin.Code
	}{
		"a huge discovery document":     {discoveryPage, endless, signin.Oversized},
		"a slow provider":               {discoveryPage, never, signin.Unreachable},
		"discovery breaks off":          {discoveryPage, breaksOff, signin.Unreachable},
		"discovery is elsewhere":        {discoveryPage, elsewhere(t), signin.Redirected},
		"discovery goes round":          {discoveryPage, round, signin.Redirected},
		"discovery is not there":        {discoveryPage, http.NotFound, signin.Unreadable},
		"discovery is a page":           {discoveryPage, page(http.StatusOK, "text/html", "<html>"), signin.Unreadable},
		"discovery is a list":           {discoveryPage, page(http.StatusOK, "application/json", "[]"), signin.Unreadable},
		"keys are huge":                 {"/keys", endless, signin.Oversized},
		"keys are slow":                 {"/keys", never, signin.Unreachable},
		"keys are elsewhere":            {"/keys", elsewhere(t), signin.Redirected},
		"keys are down":                 {"/keys", page(http.StatusBadGateway, "text/html", "down"), signin.Unreadable},
		"keys are a page":               {"/keys", page(http.StatusOK, "text/html", "<html>"), signin.TokenSignature},
		"keys are none":                 {"/keys", page(http.StatusOK, "application/json", `{"keys":[]}`), signin.TokenSignature},
		"a code used twice":             {"/token", oauth("invalid_grant"), signin.GrantUsed},
		"a client nobody knows":         {"/token", oauth("invalid_client"), signin.ClientUnknown},
		"a client that may not":         {"/token", oauth("unauthorized_client"), signin.ClientUnknown},
		"a refusal of another kind":     {"/token", oauth(givenCode), signin.ExchangeRefused},
		"a refusal that is a page":      {"/token", page(http.StatusInternalServerError, "text/html", givenCode), signin.ExchangeRefused},
		"the exchange is huge":          {"/token", endless, signin.Oversized},
		"the exchange is slow":          {"/token", never, signin.Unreachable},
		"the exchange is elsewhere":     {"/token", elsewhere(t), signin.Redirected},
		"the exchange is a page":        {"/token", page(http.StatusOK, "text/html", "<html>"+givenCode), signin.Unreadable},
		"the exchange gives nothing":    {"/token", page(http.StatusOK, "application/json", "{}"), signin.Unreadable},
		"the exchange gives no token":   {"/token", page(http.StatusOK, "application/json", `{"access_token":"a","token_type":"Bearer"}`), signin.TokenMissing},
		"userinfo is huge":              {"/userinfo", endless, signin.Oversized},
		"userinfo is elsewhere":         {"/userinfo", elsewhere(t), signin.Redirected},
		"userinfo wants something else": {"/userinfo", page(http.StatusUnauthorized, "application/json", accessToken), signin.Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			r := misbehave(t)
			delete(r.token, "email")
			r.pages[c.page] = c.answer
			if c.page != discoveryPage {
				attempted(t, r, trusting(t, r), c.want, func(p *signin.Provider) {
					if c.want == signin.Unreachable {
						signin.Hurry(p, brief) // only now: the pages before have to come, however long they take
					}
				})
				return
			}
			_, _, err := trusting(t, r, func(config *signin.ProviderConfig) {
				if c.want == signin.Unreachable {
					config.Timeout = brief
				}
			}).Start(t.Context(), rand.Reader)
			expect(t, err, c.want, givenCode, accessToken)
			if fault.KindOf(err) != fault.Internal {
				t.Errorf("nobody was refused, and it is %s", fault.KindOf(err))
			}
		})
	}
}

// TestHostileMetadata has the provider say of itself what it must not.
func TestHostileMetadata(t *testing.T) {
	for name, c := range map[string]struct {
		field string
		value any
		want  signin.Code
	}{
		"another's name":               {"issuer", "https://login.example.com", signin.OtherIssuer},
		"no name":                      {"issuer", nil, signin.OtherIssuer},
		"no keys":                      {"jwks_uri", nil, signin.Unreadable},
		"no page to sign in":           {"authorization_endpoint", nil, signin.Unreadable},
		"no exchange":                  {"token_endpoint", nil, signin.Unreadable},
		"keys over the open network":   {"jwks_uri", "http://login.example.com/keys", signin.InsecureEndpoint},
		"a page over the open network": {"authorization_endpoint", "http://login.example.com/", signin.InsecureEndpoint},
		"exchange in a file":           {"token_endpoint", "file:///etc/passwd", signin.InsecureEndpoint},
		"userinfo with a name in it":   {"userinfo_endpoint", "https://user:word@login.example.com/", signin.InsecureEndpoint},
		"a page that is a script":      {"authorization_endpoint", "javascript:alert(1)", signin.InsecureEndpoint},
		"methods that are a number":    {"token_endpoint_auth_methods_supported", 7, signin.Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			r := misbehave(t)
			r.metadata[c.field] = c.value
			_, _, err := trusting(t, r).Start(t.Context(), rand.Reader)
			expect(t, err, c.want)
		})
	}
}

// TestHostileCallbacks brings back what does not belong to the attempt. Nothing of it goes to the provider.
func TestHostileCallbacks(t *testing.T) {
	put := func(name string, values ...string) func(url.Values, *signin.Attempt) {
		return func(query url.Values, _ *signin.Attempt) { query[name] = values }
	}
	for name, c := range map[string]struct {
		change func(url.Values, *signin.Attempt)
		want   signin.Code
	}{
		"another state":           {put("state", "another"), signin.CallbackState},
		"no state":                {put("state"), signin.CallbackState},
		"two states":              {func(q url.Values, _ *signin.Attempt) { q.Add("state", q.Get("state")) }, signin.CallbackUnclear},
		"nothing was begun":       {func(q url.Values, a *signin.Attempt) { *a = signin.Attempt{}; q.Del("state") }, signin.CallbackState},
		"a verifier that is lost": {func(_ url.Values, a *signin.Attempt) { a.Verifier = "" }, signin.CallbackState},
		"a nonce that is lost":    {func(_ url.Values, a *signin.Attempt) { a.Nonce = "" }, signin.CallbackState},
		"mix-up":                  {put("iss", "https://login.example.com"), signin.CallbackIssuer},
		"mix-up of attempts":      {func(_ url.Values, a *signin.Attempt) { a.Issuer = "https://login.example.com" }, signin.CallbackIssuer},
		"who it is from is gone":  {put("iss"), signin.CallbackIssuer},
		"from two providers":      {put("iss", "https://login.example.com", "https://login.example.org"), signin.CallbackUnclear},
		"no code":                 {put("code"), signin.CallbackUnclear},
		"two codes":               {put("code", givenCode, givenCode+"2"), signin.CallbackUnclear},
		"a code without end":      {put("code", strings.Repeat("c", 9<<10)), signin.CallbackUnclear},
		"declined":                {put("error", "access_denied"), signin.Declined},
		"another error":           {put("error", "<script>"+givenCode), signin.CallbackError},
	} {
		t.Run(name, func(t *testing.T) {
			r := misbehave(t)
			p := trusting(t, r)
			attempt, query := r.visit(t, p)
			c.change(query, &attempt)
			_, err := p.Finish(t.Context(), attempt, query)
			expect(t, err, c.want, givenCode, attempt.State, attempt.Verifier, "script")
			if r.times("/token") != 0 {
				t.Error("the code was brought to the provider")
			}
		})
	}
}

// TestAProviderThatDoesNotNameItself need not, but must not name another.
func TestAProviderThatDoesNotNameItself(t *testing.T) {
	r := misbehave(t)
	delete(r.metadata, "authorization_response_iss_parameter_supported")
	p := trusting(t, r)
	attempt, query := r.visit(t, p)
	query.Set("iss", "https://login.example.com")
	_, err := p.Finish(t.Context(), attempt, query)
	expect(t, err, signin.CallbackIssuer)
	query.Del("iss")
	if _, err := p.Finish(t.Context(), attempt, query); err != nil {
		t.Error(err)
	}
}

// hands is a clock that the test turns.
type hands struct {
	mu sync.Mutex
	at time.Time
}

func (h *hands) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hands) turn(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(by)
}

func withClock(h *hands) func(*signin.ProviderConfig) {
	return func(c *signin.ProviderConfig) { c.Now = h.now }
}

// TestKeysChange takes a new key at once, and forgets one that was withdrawn within the hour.
func TestKeysChange(t *testing.T) {
	r, clock := misbehave(t), &hands{at: noon}
	p := trusting(t, r, withClock(clock))
	attempted(t, r, p, "")

	old := r.by
	r.by = signer{"RS256", "second", makeRSA()}
	r.keys = []signer{r.by}
	delete(r.token, "nonce")
	attempted(t, r, p, "")

	r.by = old
	delete(r.token, "nonce")
	attempted(t, r, p, signin.TokenSignature)

	r.keys = []signer{old}
	delete(r.token, "nonce")
	attempted(t, r, p, "") // published again, and believed from now on
	r.keys = nil
	clock.turn(time.Hour)
	r.token["exp"] = clock.now().Add(time.Minute).Unix()
	delete(r.token, "nonce")
	attempted(t, r, p, signin.TokenSignature)
}

// TestADownProvider is asked again, but not by everybody at once: the pause between two tries grows to a minute.
func TestADownProvider(t *testing.T) {
	r, clock := misbehave(t), &hands{at: noon}
	p := trusting(t, r, withClock(clock))
	if r.times(discoveryPage) != 0 {
		t.Fatal("the provider was asked before anybody signs in")
	}
	r.pages[discoveryPage] = page(http.StatusServiceUnavailable, "text/plain", "down")
	try := func() error {
		_, _, err := p.Start(t.Context(), rand.Reader)
		return err
	}
	asked := 0
	for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		pause *= time.Second
		expect(t, try(), signin.Unreadable)
		asked++
		clock.turn(pause - time.Millisecond)
		expect(t, try(), signin.Unreadable)
		if r.times(discoveryPage) != asked {
			t.Fatalf("asked %d times, not %d, before a pause of %s was over", r.times(discoveryPage), asked, pause)
		}
		clock.turn(time.Millisecond)
	}
	r.mu.Lock()
	delete(r.pages, discoveryPage)
	r.mu.Unlock()
	if err := try(); err != nil {
		t.Fatal(err)
	}
	asked++
	clock.turn(time.Hour - time.Millisecond)
	if err := try(); err != nil || r.times(discoveryPage) != asked {
		t.Errorf("asked %d times, not %d: %v", r.times(discoveryPage), asked, err)
	}
}

// TestManyAtOnce ask the provider about itself only once; who gives up waiting does not stop the others.
func TestManyAtOnce(t *testing.T) {
	r := misbehave(t)
	arrived, answer := make(chan struct{}), make(chan struct{})
	r.pages[discoveryPage] = func(w http.ResponseWriter, _ *http.Request) {
		close(arrived) // a second question would panic here
		<-answer
		say(w, http.StatusOK, r.metadata)
	}
	p := trusting(t, r)
	impatient, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		if _, _, err := p.Start(impatient, rand.Reader); err != nil {
			t.Error(err) // it asked, so it gets the answer
		}
	})
	<-arrived
	leave()
	_, _, err := p.Start(impatient, rand.Reader)
	expect(t, err, signin.Unreachable)
	for range 20 {
		all.Go(func() {
			if _, _, err := p.Start(t.Context(), rand.Reader); err != nil {
				t.Error(err)
			}
		})
	}
	close(answer)
	all.Wait()
}

// TestNobodyThere says in the log what the network said.
func TestNobodyThere(t *testing.T) {
	p, err := signin.NewProvider(signin.ProviderConfig{Issuer: "http://127.0.0.1:1", ClientID: "bulkhead", RedirectURL: comeBack})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Start(t.Context(), rand.Reader)
	expect(t, err, signin.Unreachable)
	if !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("nobody can tell why: %v", err)
	}
}

// TestAddressToSignIn says everything that protects the sign-in, and nothing that is secret.
func TestAddressToSignIn(t *testing.T) {
	r := misbehave(t)
	p := trusting(t, r)
	attempt, address, err := p.Start(t.Context(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"client_id": "bulkhead", "redirect_uri": comeBack, "response_type": "code", "scope": "openid email",
		"state": attempt.State, "nonce": attempt.Nonce, "code_challenge_method": "S256",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, not %q", name, q.Get(name), want)
		}
	}
	if strings.Contains(address, attempt.Verifier) || strings.Contains(address, ourSecret) || q.Get("code_challenge") == "" {
		t.Errorf("the address is %s", address)
	}
	again, _ := start(t, p)
	if again.State == attempt.State || again.Nonce == attempt.Nonce || again.Verifier == attempt.Verifier || attempt.State == attempt.Nonce {
		t.Error("two texts of two attempts are one")
	}
	if raw, err := base64.RawURLEncoding.DecodeString(attempt.State); err != nil || len(raw) != 32 {
		t.Errorf("the state holds %d bytes: %v", len(raw), err)
	}
	if _, _, err := p.Start(t.Context(), strings.NewReader("too little")); fault.KindOf(err) != fault.Internal {
		t.Errorf("without chance: %v", err)
	}
}

// TestAttemptsAreKeptButNotShown goes through JSON, and through nothing else.
func TestAttemptsAreKeptButNotShown(t *testing.T) {
	attempt, _ := start(t, trusting(t, misbehave(t)))
	text, err := json.Marshal(attempt)
	if err != nil {
		t.Fatal(err)
	}
	var back signin.Attempt
	if err := json.Unmarshal(text, &back); err != nil || back != attempt {
		t.Errorf("it came back otherwise: %v", err)
	}
	if shown := printed(attempt); strings.Contains(shown, attempt.Verifier) || strings.Contains(shown, attempt.State) {
		t.Errorf("it shows %s", shown)
	}
}

// TestProviderConfig refuses what cannot be safe before anybody signs in.
func TestProviderConfig(t *testing.T) {
	good := signin.ProviderConfig{Issuer: "https://login.example.org/tenant", ClientID: "bulkhead", RedirectURL: "https://bulkhead.example.org/signed-in"}
	for name, c := range map[string]struct {
		change func(*signin.ProviderConfig)
		ok     bool
	}{
		"good":                       {func(*signin.ProviderConfig) {}, true},
		"on this machine":            {func(c *signin.ProviderConfig) { c.Issuer = "http://localhost:8080" }, true},
		"on this machine, by IPv6":   {func(c *signin.ProviderConfig) { c.Issuer = "http://[::1]:8080" }, true},
		"open":                       {func(c *signin.ProviderConfig) { c.Issuer = "http://login.example.org" }, false},
		"looks like this machine":    {func(c *signin.ProviderConfig) { c.Issuer = "http://localhost.example.org" }, false},
		"looks like 127":             {func(c *signin.ProviderConfig) { c.Issuer = "http://127.example.org" }, false},
		"a network's own address":    {func(c *signin.ProviderConfig) { c.Issuer = "http://10.0.0.1" }, false},
		"no issuer":                  {func(c *signin.ProviderConfig) { c.Issuer = "" }, false},
		"a query":                    {func(c *signin.ProviderConfig) { c.Issuer += "?tenant=1" }, false},
		"a fragment":                 {func(c *signin.ProviderConfig) { c.Issuer += "#tenant" }, false},
		"a name in the issuer":       {func(c *signin.ProviderConfig) { c.Issuer = "https://user@login.example.org" }, false},
		"no name":                    {func(c *signin.ProviderConfig) { c.ClientID = "" }, false},
		"comes back open":            {func(c *signin.ProviderConfig) { c.RedirectURL = "http://bulkhead.example.org/" }, false},
		"does not come back":         {func(c *signin.ProviderConfig) { c.RedirectURL = "" }, false},
		"does not ask who it is":     {func(c *signin.ProviderConfig) { c.Scopes = []string{"email"} }, false},
		"asks who it is and no more": {func(c *signin.ProviderConfig) { c.Scopes = []string{"openid"} }, true},
	} {
		config := good
		c.change(&config)
		_, err := signin.NewProvider(config)
		if (err == nil) != c.ok || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestThisMachineIsNoWayOut: a provider elsewhere must not send us to a service on our own machine without encryption.
func TestThisMachineIsNoWayOut(t *testing.T) {
	for address, want := range map[string][2]bool{ // for a provider elsewhere, and for one on this machine
		"https://login.example.org/token": {true, true},
		"http://127.0.0.1:8080/token":     {false, true},
		"http://login.example.org/token":  {false, false},
		"https:///token":                  {false, false},
	} {
		if got := [2]bool{signin.Secure(address, false), signin.Secure(address, true)}; got != want {
			t.Errorf("%s: %v, not %v", address, got, want)
		}
	}
}

// TestEveryCodeHasASentence, which ends without a full stop like all of ours and tells what to do.
func TestEveryCodeHasASentence(t *testing.T) {
	for _, code := range signin.Codes() {
		err := signin.Refuse(code)
		wrong, ok := errors.AsType[*fault.Error](err)
		if !ok || len(wrong.Text) < 40 || strings.HasSuffix(wrong.Text, ".") || signin.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if signin.CodeOf(fmt.Errorf("while signing in: %w", signin.Refuse(signin.Declined))) != signin.Declined || signin.CodeOf(errors.New("x")) != "" || signin.CodeOf(nil) != "" {
		t.Error("codes are not found, or made up")
	}
}

// FuzzCallback signs nobody in for a callback that does not hold the attempt's state and the provider's code.
func FuzzCallback(f *testing.F) {
	r := misbehave(f)
	delete(r.metadata, "authorization_response_iss_parameter_supported") // its port differs in every process that fuzzes
	p := trusting(f, r)
	attempt, _, err := p.Start(f.Context(), strings.NewReader(strings.Repeat("s", 32)+strings.Repeat("n", 32)+strings.Repeat("v", 32)))
	if err != nil {
		f.Fatal(err)
	}
	r.token["nonce"] = attempt.Nonce
	query := url.Values{"state": {attempt.State}, "code": {givenCode}}
	r.pages["/token"] = func(w http.ResponseWriter, request *http.Request) {
		if request.PostFormValue("code") != givenCode {
			say(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		say(w, http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "id_token": r.sign()})
	}
	if _, err := p.Finish(f.Context(), attempt, query); err != nil {
		f.Fatalf("what should sign in does not: %v", err)
	}
	f.Add(query.Encode())
	f.Add("error=access_denied&" + query.Encode())
	f.Add(query.Encode() + "&iss=https://login.example.com")
	f.Add("state=&code=&iss=")
	f.Fuzz(func(t *testing.T, text string) {
		brought, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		_, err = p.Finish(t.Context(), attempt, brought)
		if err == nil && (brought.Get("state") != attempt.State || brought.Get("code") != givenCode || brought.Get("error") != "") {
			t.Errorf("somebody was signed in by %q", text)
		}
		if err != nil && signin.CodeOf(err) == "" {
			t.Errorf("refused without a code: %v", err)
		}
	})
}
