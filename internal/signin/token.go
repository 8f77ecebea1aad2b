package signin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// algorithms are the signatures that are taken. Those with a shared secret are not among them: whoever may check such a
// signature can make it.
var algorithms = []string{oidc.RS256, oidc.ES256, oidc.PS256, oidc.EdDSA}

const (
	leeway         = time.Minute // how far two clocks may be apart
	longestSubject = 255         // characters, by the standard
)

// said is what an ID token says beyond what every one must say.
type said struct {
	Party     string          `json:"azp"`
	NotBefore float64         `json:"nbf"`
	AuthTime  float64         `json:"auth_time"`
	ACR       string          `json:"acr"`
	AMR       []string        `json:"amr"`
	Email     string          `json:"email"`
	Verified  json.RawMessage `json:"email_verified"`
}

// verify checks an ID token: first that a key of the provider signed it in a way that we take, then what it says.
func (p *Provider) verify(ctx context.Context, known *discovery, raw, nonce string) (*oidc.IDToken, said, error) {
	if err := checkAlgorithm(raw); err != nil {
		return nil, said{}, err
	}
	keys := &witness{KeySet: known.keys}
	// The library checks the signature. What the token says is checked below, where each failure has its own code.
	verifier := oidc.NewVerifier(p.config.Issuer, keys, &oidc.Config{
		SupportedSigningAlgs: algorithms, SkipIssuerCheck: true, SkipClientIDCheck: true, SkipExpiryCheck: true,
	})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, said{}, keys.fault()
	}
	var more said
	if token.Claims(&more) != nil {
		return nil, said{}, refuse(TokenUnreadable)
	}
	want := expectation{issuer: p.config.Issuer, client: p.config.ClientID, nonce: nonce, now: p.config.Now()}
	return token, more, want.check(token, more)
}

// checkAlgorithm reads which way of signing an ID token names, which must be one token in the compact form.
func checkAlgorithm(raw string) error {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return refuse(TokenUnreadable)
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(text, &header) != nil {
		return refuse(TokenUnreadable)
	}
	if !slices.Contains(algorithms, header.Algorithm) {
		return refuse(TokenAlgorithm)
	}
	return nil
}

// witness remembers how the keys judged a signature, of which the verifier above them gives only a text.
type witness struct {
	oidc.KeySet
	err error
}

// VerifySignature asks the keys.
func (w *witness) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	payload, err := w.KeySet.VerifySignature(ctx, raw)
	w.err = err
	return payload, err
}

// fault says why there is no token: the provider's keys could not be had, they did not make the signature, or what they
// signed is no ID token.
func (w *witness) fault() error {
	if w.err == nil {
		return refuse(TokenUnreadable)
	}
	if _, ok := errors.AsType[*url.Error](w.err); ok {
		return outage(w.err)
	}
	return refuse(TokenSignature)
}

// expectation is what an ID token must say.
type expectation struct {
	issuer, client, nonce string
	now                   time.Time
}

// check holds an ID token to the standard (OpenID Connect Core 3.1.3.7), in its order.
func (e expectation) check(token *oidc.IDToken, more said) error {
	switch {
	case token.Issuer != e.issuer:
		return refuse(TokenIssuer)
	case !slices.Contains(token.Audience, e.client):
		return refuse(TokenAudience)
	case more.Party != e.client && (more.Party != "" || len(token.Audience) > 1):
		return refuse(TokenParty)
	case !e.now.Before(token.Expiry.Add(leeway)):
		return refuse(TokenExpired)
	case token.IssuedAt.IsZero():
		return refuse(TokenUnreadable)
	case token.IssuedAt.After(e.now.Add(leeway)), more.NotBefore > float64(e.now.Add(leeway).Unix()):
		return refuse(TokenEarly)
	case !equal(token.Nonce, e.nonce):
		return refuse(TokenNonce)
	case token.Subject == "" || len(token.Subject) > longestSubject:
		return refuse(TokenSubject)
	}
	return nil
}

// address gives an e-mail address if the text is one and nothing else.
func address(text string) string {
	if parsed, err := mail.ParseAddress(text); err != nil || parsed.Address != text {
		return ""
	}
	return text
}
