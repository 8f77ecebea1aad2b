package signin

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	freshFor       = time.Hour // how long a discovery is believed; after it, keys that were withdrawn are forgotten too
	firstPause     = time.Second
	longestPause   = time.Minute
	defaultTimeout = 10 * time.Second
)

// discovery is what a provider says of itself, and its keys.
type discovery struct {
	at          time.Time
	provider    *oidc.Provider
	keys        oidc.KeySet
	saysIssuer  bool // the provider announces that callbacks name it (RFC 9207)
	secretStyle oauth2.AuthStyle
	userInfo    bool
}

// memory is what a Provider remembers of asking. Only who holds the turn may look at it.
type memory struct {
	known    *discovery
	failures int // in a row
	notYet   time.Time
	failure  error
}

// discover gives what the provider says of itself, asking for it at the first sign-in and again when it is old. One asks at
// a time. After a failure the next try waits, longer after each one, and until then everybody gets the same failure, so that
// a provider that is down is not stormed.
func (p *Provider) discover(ctx context.Context) (*discovery, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, refuse(Unreachable)
	}
	now := p.config.Now()
	if p.known != nil && now.Before(p.known.at.Add(freshFor)) {
		return p.known, nil
	}
	if p.failures > 0 && now.Before(p.notYet) {
		return nil, p.failure
	}
	found, err := p.ask(context.WithoutCancel(ctx), now) // who waits for the same answer must not lose it with this caller
	if err != nil {
		p.notYet = now.Add(min(firstPause<<min(p.failures, 10), longestPause))
		p.failures, p.failure = p.failures+1, err
		return nil, err
	}
	p.memory = memory{known: found}
	return found, nil
}

// ask reads the discovery document.
func (p *Provider) ask(ctx context.Context, now time.Time) (*discovery, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	provider, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		if _, ok := errors.AsType[*oidc.IssuerMismatchError](err); ok {
			return nil, refuse(OtherIssuer)
		}
		return nil, outage(err)
	}
	var said struct {
		Keys       string   `json:"jwks_uri"`
		SaysIssuer bool     `json:"authorization_response_iss_parameter_supported"`
		Methods    []string `json:"token_endpoint_auth_methods_supported"`
	}
	if provider.Claims(&said) != nil {
		return nil, refuse(Unreadable)
	}
	endpoints := []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL, said.Keys}
	if provider.UserInfoEndpoint() != "" {
		endpoints = append(endpoints, provider.UserInfoEndpoint())
	}
	for _, endpoint := range endpoints {
		if endpoint == "" {
			return nil, refuse(Unreadable)
		}
		if !secure(endpoint, p.loopback) {
			return nil, refuse(InsecureEndpoint)
		}
	}
	return &discovery{
		at:          now,
		provider:    provider,
		keys:        oidc.NewRemoteKeySet(ctx, said.Keys),
		saysIssuer:  said.SaysIssuer,
		secretStyle: secretStyle(said.Methods, p.config.ClientSecret.Reveal()),
		userInfo:    provider.UserInfoEndpoint() != "",
	}, nil
}

// secretStyle chooses how the client says who it is. Trying one way after the other would use up the code.
func secretStyle(methods []string, secret string) oauth2.AuthStyle {
	if secret == "" {
		return oauth2.AuthStyleInParams // a public client gives its name only
	}
	if len(methods) > 0 && !slices.Contains(methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader // the standard's default
}
