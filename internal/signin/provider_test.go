package signin_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

const (
	home     = "testdata/provider"
	comeBack = "http://127.0.0.1:1/signed-in" // nothing answers there: the tests read the address and do not go
)

// install fetches the provider that others wrote, once for each change of its lock file.
var install = sync.OnceValue(func() error {
	lock, err := os.ReadFile(filepath.Join(home, "package-lock.json"))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(lock)
	mark, want := filepath.Join(home, "node_modules", ".installed"), hex.EncodeToString(sum[:])
	if had, err := os.ReadFile(mark); err == nil && string(had) == want {
		return nil
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = home
	if out, err := npm.CombinedOutput(); err != nil {
		return errors.New("npm could not fetch the provider that these tests sign in at:\n" + string(out))
	}
	return os.WriteFile(mark, []byte(want), 0o600)
})

// certified starts a certified provider that others wrote, as a process of its own, and gives its issuer.
func certified(t *testing.T, words ...string) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if os.Getenv("BULKHEAD_WITHOUT_NODE") == "1" {
			t.Skip("node or npm is not here, and BULKHEAD_WITHOUT_NODE says that this is so on purpose")
		}
		t.Fatalf("%s is not here: install the Debian packages nodejs and npm, or set BULKHEAD_WITHOUT_NODE=1 to leave out the tests against a real provider", program)
	}
	if err := install(); err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", append([]string{"provider.mjs", comeBack}, words...)...)
	node.Dir = home
	var complaints bytes.Buffer
	node.Stderr = &complaints
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // it ends when its input does
		if err := node.Wait(); err != nil {
			t.Errorf("the provider ended badly: %v\n%s", err, complaints.String())
		}
	})
	issuer, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider said nothing: %v\n%s", err, complaints.String())
	}
	return strings.TrimSpace(issuer)
}

// client configures Bulkhead as one of the provider's clients.
func client(t *testing.T, issuer, id string, change ...func(*signin.ProviderConfig)) *signin.Provider {
	t.Helper()
	config := signin.ProviderConfig{
		Issuer: issuer, ClientID: id, RedirectURL: comeBack,
		ClientSecret: hidden.Conceal("secret of " + id + ": 100% & more"),
	}
	if id == "eddsa" {
		config.ClientSecret = hidden.Text{}
	}
	for _, c := range change {
		c(&config)
	}
	p, err := signin.NewProvider(config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func start(t *testing.T, p *signin.Provider) (signin.Attempt, string) {
	t.Helper()
	attempt, address, err := p.Start(t.Context(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return attempt, address
}

// browser is somebody's browser: it keeps cookies, fills in forms, and stops when it is sent back to Bulkhead.
type browser struct {
	t    *testing.T
	http *http.Client
}

func newBrowser(t *testing.T) browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return browser{t, &http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(next.URL.String(), comeBack) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

var formAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)

// signIn goes to the provider's page and answers its forms, and gives what the provider sends back.
func (b browser) signIn(address, login string) url.Values {
	b.t.Helper()
	answer, err := b.http.Get(address)
	for _, form := range []url.Values{
		{"prompt": {"login"}, "login": {login}, "password": {"any"}},
		{"prompt": {"consent"}},
	} {
		answer, err = b.submit(answer, err, form)
	}
	return b.sentBack(answer, err)
}

// submit fills in the form of a page; a browser that was sent back already stays there.
func (b browser) submit(page *http.Response, err error, form url.Values) (*http.Response, error) {
	b.t.Helper()
	if err != nil || page.Header.Get("Location") != "" {
		return page, err
	}
	defer page.Body.Close()
	text, err := io.ReadAll(page.Body)
	if err != nil {
		return nil, err
	}
	action := formAction.FindSubmatch(text)
	if action == nil {
		b.t.Fatalf("the provider shows no form (%s):\n%s", page.Status, text)
	}
	to, err := page.Request.URL.Parse(html.UnescapeString(string(action[1])))
	if err != nil {
		return nil, err
	}
	return b.http.PostForm(to.String(), form)
}

func (b browser) sentBack(answer *http.Response, err error) url.Values {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	to, err := answer.Location()
	if err != nil {
		text, _ := io.ReadAll(answer.Body)
		b.t.Fatalf("the provider did not send the browser back (%s):\n%s", answer.Status, text)
	}
	return to.Query()
}

// TestSignInAtACertifiedProvider signs people in at a provider that others wrote: with each signature that we take, with
// the secret in the header, in the body and without one, and with the e-mail address in the ID token and beside it.
func TestSignInAtACertifiedProvider(t *testing.T) {
	for _, words := range [][]string{nil, {"post", "thin"}} {
		issuer := certified(t, words...)
		for _, id := range []string{"rs256", "ps256", "es256", "eddsa"} {
			t.Run(strings.Join(append(words, id), " "), func(t *testing.T) {
				p := client(t, issuer, id)
				attempt, address := start(t, p)
				who, err := p.Finish(t.Context(), attempt, newBrowser(t).signIn(address, "delivery-manager"))
				if err != nil {
					t.Fatal(err)
				}
				if who.Issuer != issuer || who.Subject != "delivery-manager" || who.Email != "delivery-manager@example.org" || !who.EmailVerified || who.At.IsZero() {
					t.Errorf("it is %+v", who)
				}
			})
		}
	}
}

// TestACertifiedProviderRefuses shows what such a provider holds us to, and what we make of its refusals.
func TestACertifiedProviderRefuses(t *testing.T) {
	issuer := certified(t)
	p := client(t, issuer, "rs256")
	answered := func() (signin.Attempt, url.Values) {
		attempt, address := start(t, p)
		return attempt, newBrowser(t).signIn(address, "developer")
	}

	attempt, query := answered()
	if query.Get("iss") != issuer {
		t.Errorf("the provider announces to name itself, and says %q", query.Get("iss"))
	}
	if _, err := p.Finish(t.Context(), attempt, query); err != nil {
		t.Fatal(err)
	}
	_, err := p.Finish(t.Context(), attempt, query)
	expect(t, err, signin.GrantUsed, query.Get("code"), attempt.Verifier)

	attempt, query = answered()
	wrong := attempt
	wrong.Verifier = strings.Repeat("v", len(wrong.Verifier))
	_, err = p.Finish(t.Context(), wrong, query)
	expect(t, err, signin.GrantUsed, query.Get("code"), wrong.Verifier)

	attempt, query = answered()
	impostor := client(t, issuer, "rs256", func(c *signin.ProviderConfig) { c.ClientSecret = hidden.Conceal("a guess") })
	_, err = impostor.Finish(t.Context(), attempt, query)
	expect(t, err, signin.ClientUnknown, query.Get("code"), "a guess")

	attempt, query = answered()
	attempt.Nonce = strings.Repeat("n", len(attempt.Nonce))
	_, err = p.Finish(t.Context(), attempt, query)
	expect(t, err, signin.TokenNonce, query.Get("code"))

	attempt, query = answered()
	query.Del("iss")
	_, err = p.Finish(t.Context(), attempt, query)
	expect(t, err, signin.CallbackIssuer, query.Get("code"))
}

// TestThePersonDeclines leaves by the provider's own link.
func TestThePersonDeclines(t *testing.T) {
	p := client(t, certified(t), "rs256")
	attempt, address := start(t, p)
	b := newBrowser(t)
	page, err := b.http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	query := b.sentBack(b.http.Get(page.Request.URL.String() + "/abort"))
	_, err = p.Finish(t.Context(), attempt, query)
	expect(t, err, signin.Declined)
}

// TestOnlyPeopleOfTheOrganisation lets in by domain, and only addresses that the provider made sure of.
func TestOnlyPeopleOfTheOrganisation(t *testing.T) {
	issuer := certified(t)
	for _, c := range []struct {
		login, domain string
		want          signin.Code
	}{
		{"assessor", "Example.ORG", ""},
		{"assessor", "example.com", signin.OutsideDomains},
		{"assessor", "le.org", signin.OutsideDomains},
		{"unconfirmed", "example.org", signin.OutsideDomains},
	} {
		p := client(t, issuer, "es256", func(config *signin.ProviderConfig) { config.AllowedDomains = []string{c.domain} })
		attempt, address := start(t, p)
		who, err := p.Finish(t.Context(), attempt, newBrowser(t).signIn(address, c.login))
		if c.want == "" && err == nil {
			continue
		}
		expect(t, err, c.want, "assessor@example.org")
		if who.Subject != "" {
			t.Errorf("who is refused is told as %+v", who)
		}
	}
}

// expect holds an error to its code and to showing nothing that it must not.
func expect(t *testing.T, err error, want signin.Code, secrets ...string) {
	t.Helper()
	if got := signin.CodeOf(err); got != want {
		t.Fatalf("the code is %q, not %q: %v", got, want, err)
	}
	wrong, ok := errors.AsType[*fault.Error](err)
	if !ok || wrong.Text == "" {
		t.Fatalf("%v is not a fault with a sentence", err)
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("the error holds %q: %v", secret, err)
		}
	}
}
