package signin_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

// rogue is a provider of our own making, which does what a test wants. Left alone it keeps to the standard.
type rogue struct {
	*httptest.Server
	mu       sync.Mutex
	metadata map[string]any
	keys     []signer
	token    map[string]any              // what the ID token says
	header   map[string]any              // what its header says
	by       signer                      // who signs it
	list     bool                        // whether it says it in a list, which no token is
	forge    func(raw string) string     // changes the finished token
	answer   map[string]any              // what the token endpoint says beside it
	person   map[string]any              // what userinfo says
	pages    map[string]http.HandlerFunc // pages that the test answers itself
	asked    map[string]int              // how often each page was asked for
}

var goodRSA = sync.OnceValue(func() *rsa.PrivateKey { return makeRSA() })

func makeRSA() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// noon is when a rogue signs people in, and when who trusts it looks, however long a test takes.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// misbehave starts a rogue.
func misbehave(t testing.TB) *rogue {
	r := &rogue{pages: map[string]http.HandlerFunc{}, asked: map[string]int{}, answer: map[string]any{}, header: map[string]any{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	r.by = signer{"RS256", "first", goodRSA()}
	r.keys = []signer{r.by}
	r.metadata = map[string]any{
		"issuer": r.URL, "jwks_uri": r.URL + "/keys", "authorization_endpoint": r.URL + "/authorise",
		"token_endpoint": r.URL + "/token", "userinfo_endpoint": r.URL + "/userinfo",
		"authorization_response_iss_parameter_supported": true,
	}
	r.token = map[string]any{
		"iss": r.URL, "sub": "tester", "aud": "bulkhead", "email": "tester@example.org", "email_verified": true,
		"iat": noon.Unix(), "exp": noon.Add(time.Minute).Unix(),
	}
	return r
}

// ServeHTTP answers as a provider does, unless the test answers.
func (r *rogue) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	r.asked[request.URL.Path]++
	page := r.pages[request.URL.Path]
	r.mu.Unlock()
	if page != nil {
		page(w, request)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch request.URL.Path {
	case "/.well-known/openid-configuration":
		say(w, http.StatusOK, r.metadata)
	case "/keys":
		var set []map[string]any
		for _, k := range r.keys {
			set = append(set, k.public())
		}
		say(w, http.StatusOK, map[string]any{"keys": set})
	case "/token":
		answer := map[string]any{"access_token": accessToken, "token_type": "Bearer", "id_token": r.sign()}
		maps.Copy(answer, r.answer)
		say(w, http.StatusOK, answer)
	case "/userinfo":
		say(w, http.StatusOK, r.person)
	default:
		http.NotFound(w, request)
	}
}

const (
	accessToken = "an-access-token-that-nobody-may-see"
	givenCode   = "a-code-that-nobody-may-see"
	ourSecret   = "a-client-secret-that-nobody-may-see"
)

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// sign makes the ID token.
func (r *rogue) sign() string {
	header := map[string]any{"alg": r.by.algorithm, "kid": r.by.id}
	maps.Copy(header, r.header)
	raw := compact(header, r.token, r.by)
	if r.list {
		raw = compact(header, []any{r.token}, r.by)
	}
	if r.forge != nil {
		raw = r.forge(raw)
	}
	return raw
}

func compact(header, claims any, by signer) string {
	input := part(header) + "." + part(claims)
	return input + "." + base64.RawURLEncoding.EncodeToString(by.sign([]byte(input)))
}

func part(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// signer is a key with its way of signing, written with nothing of the library that checks it.
type signer struct {
	algorithm, id string
	key           crypto.PrivateKey
}

func (s signer) sign(input []byte) []byte {
	sum := sha256.Sum256(input)
	var signature []byte
	var err error
	switch key := s.key.(type) {
	case *rsa.PrivateKey:
		switch s.algorithm {
		case "RS256":
			signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		case "RS512":
			long := sha512.Sum512(input)
			signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA512, long[:])
		case "PS256":
			signature, err = rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
	case *ecdsa.PrivateKey:
		var r, s *big.Int
		r, s, err = ecdsa.Sign(rand.Reader, key, sum[:])
		signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	case ed25519.PrivateKey:
		signature = ed25519.Sign(key, input)
	case []byte: // a shared secret
		mac := hmac.New(sha256.New, key)
		mac.Write(input)
		signature = mac.Sum(nil)
	}
	if err != nil {
		panic(err)
	}
	return signature
}

// public gives the key as a provider publishes it.
func (s signer) public() map[string]any {
	text := base64.RawURLEncoding.EncodeToString
	switch key := s.key.(type) {
	case *rsa.PrivateKey:
		return map[string]any{"kty": "RSA", "kid": s.id, "n": text(key.N.Bytes()), "e": "AQAB"}
	case *ecdsa.PrivateKey:
		point, err := key.PublicKey.Bytes()
		if err != nil {
			panic(err)
		}
		return map[string]any{"kty": "EC", "kid": s.id, "crv": "P-256", "x": text(point[1:33]), "y": text(point[33:])}
	case ed25519.PrivateKey:
		return map[string]any{"kty": "OKP", "kid": s.id, "crv": "Ed25519", "x": text(key.Public().(ed25519.PublicKey))}
	}
	return nil
}

// visit signs in at a rogue as far as the callback; the test may change both before Finish.
func (r *rogue) visit(t testing.TB, p *signin.Provider) (signin.Attempt, url.Values) {
	t.Helper()
	attempt, address, err := p.Start(t.Context(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, set := r.token["nonce"]; !set {
		r.token["nonce"] = asked.Query().Get("nonce")
	}
	return attempt, url.Values{"state": {asked.Query().Get("state")}, "code": {givenCode}, "iss": {r.URL}}
}

func (r *rogue) times(page string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[page]
}

func trusting(t testing.TB, r *rogue, change ...func(*signin.ProviderConfig)) *signin.Provider {
	t.Helper()
	config := signin.ProviderConfig{
		Issuer: r.URL, ClientID: "bulkhead", ClientSecret: hidden.Conceal(ourSecret), RedirectURL: comeBack,
		Timeout: time.Minute, Now: func() time.Time { return noon },
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

// attempted signs in at a rogue and holds the outcome to a code; no code means that somebody was signed in. What is to happen
// before the person comes back can be given.
func attempted(t *testing.T, r *rogue, p *signin.Provider, want signin.Code, meanwhile ...func(*signin.Provider)) signin.Identity {
	t.Helper()
	attempt, query := r.visit(t, p)
	for _, happens := range meanwhile {
		happens(p)
	}
	who, err := p.Finish(t.Context(), attempt, query)
	if want == "" {
		if err != nil {
			t.Fatal(err)
		}
		return who
	}
	expect(t, err, want, accessToken, givenCode, ourSecret, attempt.State, attempt.Nonce, attempt.Verifier, r.sign())
	if who.Subject != "" || who.Email != "" {
		t.Errorf("who is refused is told as %+v", who)
	}
	return who
}

// TestHostileTokens hands in one ID token after the other that is wrong in one way, each refused with its own code, beside
// those that are right.
func TestHostileTokens(t *testing.T) {
	other, elliptical, edwards := makeRSA(), makeEC(t), makeEd(t)
	future, past := noon.Add(time.Hour).Unix(), noon.Add(-time.Hour).Unix()
	set := func(pairs ...any) func(*rogue) {
		return func(r *rogue) {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i+1] == nil {
					delete(r.token, pairs[i].(string))
				} else {
					r.token[pairs[i].(string)] = pairs[i+1]
				}
			}
		}
	}
	signedBy := func(s signer) func(*rogue) { return func(r *rogue) { r.by = s; r.keys = append(r.keys, s) } }
	forged := func(forge func(string) string) func(*rogue) { return func(r *rogue) { r.forge = forge } }

	for name, c := range map[string]struct {
		change func(*rogue)
		want   signin.Code
	}{
		"as it should be":                 {func(*rogue) {}, ""},
		"ES256":                           {signedBy(signer{"ES256", "ec", elliptical}), ""},
		"PS256":                           {signedBy(signer{"PS256", "pss", other}), ""},
		"EdDSA":                           {signedBy(signer{"EdDSA", "ed", edwards}), ""},
		"no key id, one key":              {func(r *rogue) { r.header["kid"] = "" }, ""},
		"two audiences, asked for by us":  {set("aud", []string{"bulkhead", "another"}, "azp", "bulkhead"), ""},
		"clocks half a minute apart":      {set("iat", noon.Add(30*time.Second).Unix(), "exp", noon.Add(-30*time.Second).Unix()), ""},
		"no e-mail address is nobody's":   {set("email", "not an address"), ""},
		"unsigned":                        {func(r *rogue) { r.header["alg"] = "none"; r.by = signer{"none", "", nil} }, signin.TokenAlgorithm},
		"unsigned, spelt otherwise":       {func(r *rogue) { r.header["alg"] = "nOnE"; r.by = signer{"none", "", nil} }, signin.TokenAlgorithm},
		"HS256 with the public key":       {func(r *rogue) { r.by = signer{"HS256", "first", published(r.by)} }, signin.TokenAlgorithm},
		"HS256 with our own secret":       {func(r *rogue) { r.by = signer{"HS256", "first", []byte(ourSecret)} }, signin.TokenAlgorithm},
		"RS512, well signed":              {signedBy(signer{"RS512", "long", other}), signin.TokenAlgorithm},
		"no algorithm":                    {func(r *rogue) { r.header["alg"] = nil }, signin.TokenAlgorithm},
		"the signature cut off":           {forged(func(raw string) string { return raw[:strings.LastIndex(raw, ".")+1] }), signin.TokenSignature},
		"one bit of the signature":        {forged(func(raw string) string { return raw[:len(raw)-9] + swap(raw[len(raw)-9]) + raw[len(raw)-8:] }), signin.TokenSignature},
		"another's claims below it":       {forged(func(raw string) string { return graft(raw, map[string]any{"sub": "admin"}) }), signin.TokenSignature},
		"an unpublished key":              {func(r *rogue) { r.by.key = other }, signin.TokenSignature},
		"swapped key id":                  {func(r *rogue) { signedBy(signer{"RS256", "second", other})(r); r.header["kid"] = "first" }, signin.TokenSignature},
		"unheard-of key id":               {func(r *rogue) { r.header["kid"] = "third" }, signin.TokenSignature},
		"ES256 named over an RSA key":     {func(r *rogue) { r.header["alg"] = "ES256" }, signin.TokenSignature},
		"a key of its own in the header":  {func(r *rogue) { r.by.key = other; r.header["jwk"] = r.by.public() }, signin.TokenSignature},
		"a critical header nobody knows":  {func(r *rogue) { r.header["crit"] = []string{"exp"}; r.header["exp"] = 1 }, signin.TokenSignature},
		"no token at all":                 {func(r *rogue) { r.answer["id_token"] = nil }, signin.TokenMissing},
		"an empty token":                  {forged(func(string) string { return "" }), signin.TokenMissing},
		"no token but words":              {forged(func(string) string { return "words" }), signin.TokenUnreadable},
		"two parts":                       {forged(func(raw string) string { return raw[:strings.LastIndex(raw, ".")] }), signin.TokenUnreadable},
		"encrypted, with five parts":      {forged(func(raw string) string { return raw + ".e30.e30" }), signin.TokenUnreadable},
		"the other way of writing a JWS":  {forged(spread), signin.TokenUnreadable},
		"claims that are a list":          {func(r *rogue) { r.list = true }, signin.TokenUnreadable},
		"an audience that is a number":    {set("aud", 7), signin.TokenUnreadable},
		"means that are one text":         {set("amr", "pwd"), signin.TokenUnreadable},
		"another issuer":                  {set("iss", "https://login.example.com"), signin.TokenIssuer},
		"the issuer and a stroke":         {func(r *rogue) { r.token["iss"] = r.URL + "/" }, signin.TokenIssuer},
		"no issuer":                       {set("iss", nil), signin.TokenIssuer},
		"another audience":                {set("aud", "another"), signin.TokenAudience},
		"other audiences":                 {set("aud", []string{"another", "bulkhead2"}), signin.TokenAudience},
		"no audience":                     {set("aud", nil), signin.TokenAudience},
		"asked for by another":            {set("azp", "another"), signin.TokenParty},
		"two audiences, nobody asked":     {set("aud", []string{"bulkhead", "another"}), signin.TokenParty},
		"expired":                         {set("exp", past), signin.TokenExpired},
		"never expires":                   {set("exp", nil), signin.TokenExpired},
		"issued in the future":            {set("iat", future, "exp", future+60), signin.TokenEarly},
		"not valid yet":                   {set("nbf", future), signin.TokenEarly},
		"does not say when it was issued": {set("iat", nil), signin.TokenUnreadable},
		"another nonce":                   {set("nonce", "another"), signin.TokenNonce},
		"an empty nonce":                  {set("nonce", ""), signin.TokenNonce},
		"another access token":            {set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), signin.TokenHash},
		"the right access token":          {set("at_hash", hashOf(accessToken)), ""},
		"does not say who":                {set("sub", nil), signin.TokenSubject},
		"says who at too great length":    {set("sub", strings.Repeat("s", 256)), signin.TokenSubject},
		"userinfo about another": {func(r *rogue) {
			set("email", nil)(r)
			r.person = map[string]any{"sub": "somebody-else", "email": "tester@example.org"}
		}, signin.OtherPerson},
	} {
		t.Run(name, func(t *testing.T) {
			r := misbehave(t)
			r.person = map[string]any{"sub": "tester"}
			c.change(r)
			if who := attempted(t, r, trusting(t, r), c.want); c.want == "" && who.Subject != "tester" {
				t.Errorf("it is %+v", who)
			}
		})
	}
}

// TestWhatTheProviderSays reads how and when the person proved who they are.
func TestWhatTheProviderSays(t *testing.T) {
	r := misbehave(t)
	earlier := noon.Add(-time.Minute).Unix()
	maps.Copy(r.token, map[string]any{"acr": "urn:level:2", "amr": []string{"pwd", "otp"}, "auth_time": earlier, "email_verified": "true"})
	who := attempted(t, r, trusting(t, r), "")
	if who.ACR != "urn:level:2" || strings.Join(who.AMR, " ") != "pwd otp" || int64(who.At) != earlier || !who.EmailVerified {
		t.Errorf("it is %+v", who)
	}
	r = misbehave(t)
	maps.Copy(r.token, map[string]any{"auth_time": noon.Add(time.Hour).Unix(), "email": "tester", "email_verified": true})
	r.person = map[string]any{"sub": "tester", "email": "tester", "email_verified": true}
	if who := attempted(t, r, trusting(t, r), ""); int64(who.At) != r.token["iat"] || who.Email != "" || who.EmailVerified {
		t.Errorf("it is %+v", who)
	}
}

// published gives a public key as the text that is easy to come by.
func published(s signer) []byte {
	der, err := x509.MarshalPKIXPublicKey(s.key.(*rsa.PrivateKey).Public())
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func swap(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

// graft puts other claims between a header and a signature.
func graft(raw string, claims any) string {
	parts := strings.Split(raw, ".")
	return parts[0] + "." + part(claims) + "." + parts[2]
}

// spread writes a token as JSON.
func spread(raw string) string {
	parts := strings.Split(raw, ".")
	text, _ := json.Marshal(map[string]any{"protected": parts[0], "payload": parts[1], "signature": parts[2]})
	return string(text)
}

func hashOf(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func makeEC(t testing.TB) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func makeEd(t testing.TB) ed25519.PrivateKey {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
