package registry_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

// login is an organisation's sign-in service, on this machine. It says of everybody what a test has it say.
type login struct {
	*signin.Provider
	t       testing.TB
	server  *httptest.Server
	key     *rsa.PrivateKey
	now     func() time.Time
	subject string
	email   string
	sure    bool // it made sure that the address is the person's
	nonce   string
}

func newLogin(t testing.TB, now func() time.Time) *login {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	l := &login{t: t, key: key, now: now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		at := l.server.URL
		l.say(w, map[string]any{
			"issuer": at, "authorization_endpoint": at + "/authorise", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
			"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		l.say(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "kid": "k", "alg": "RS256", "use": "sig", "n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		l.say(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": l.token()})
	})
	l.server = httptest.NewServer(mux)
	t.Cleanup(l.server.Close)
	l.Provider, err = signin.NewProvider(signin.ProviderConfig{Issuer: l.server.URL, ClientID: "bulkhead", RedirectURL: origin + "/back", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *login) say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		l.t.Error(err)
	}
}

// token is the signed word of who somebody is.
func (l *login) token() string {
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			l.t.Error(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	at := l.now().Unix()
	signed := part(map[string]any{"alg": "RS256", "kid": "k"}) + "." + part(map[string]any{
		"iss": l.server.URL, "sub": l.subject, "aud": "bulkhead", "iat": at, "exp": at + 300, "nonce": l.nonce, "email": l.email, "email_verified": l.sure,
	})
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, l.key, crypto.SHA256, sum[:])
	if err != nil {
		l.t.Error(err)
	}
	return signed + "." + encode(signature)
}

// signs gives the callback of somebody who signed in at an address that we sent them to.
func (l *login) signs(address, subject, email string, sure bool) url.Values {
	l.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		l.t.Fatal(err)
	}
	l.nonce, l.subject, l.email, l.sure = u.Query().Get("nonce"), subject, email, sure
	return url.Values{"state": {u.Query().Get("state")}, "code": {"c"}}
}
