package signin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// ProviderConfig says where the organisation's sign-in service is and who we are to it.
type ProviderConfig struct {
	Issuer         string      // the provider's address, exactly as it calls itself; https, or http within this machine
	ClientID       string      // our name at the provider
	ClientSecret   hidden.Text // empty for a public client, which PKCE alone protects
	RedirectURL    string      // our page to which the provider sends the browser back
	Scopes         []string    // what to ask for; openid and email when empty
	AllowedDomains []string    // if there are any, only people with a confirmed e-mail address of one of them are let in

	Timeout time.Duration    // for one request to the provider; ten seconds when zero
	Now     func() time.Time // the clock; the machine's when nil
}

// Provider signs people in at one OpenID Connect provider, with the authorisation code flow, PKCE and a nonce. It is safe for
// use by many at once.
type Provider struct {
	config   ProviderConfig
	loopback bool // the provider is on this machine, and may go without encryption
	client   *http.Client
	turn     chan struct{}
	memory
}

// Identity is who somebody is, as their provider says. Issuer and Subject together name them for good; the e-mail address
// may change hands, and counts for nothing unless it is verified.
type Identity struct {
	Issuer        string
	Subject       string
	Email         string        // empty when the provider does not say, or says what is none
	EmailVerified bool          // the provider made sure that the address is the person's
	ACR           string        // how well the provider made sure of the person, in words agreed with it
	AMR           []string      // by which means, such as pwd or otp
	At            civil.Instant // when the person proved to the provider who they are; else when the provider said so
}

// NewProvider checks a configuration. It does not ask the provider anything, so that the server starts when the provider is
// down. Errors are of kind invalid.
func NewProvider(config ProviderConfig) (*Provider, error) {
	issuer, err := url.Parse(config.Issuer)
	if err != nil || !secure(config.Issuer, true) || issuer.RawQuery != "" {
		return nil, fault.New(fault.Invalid, "the issuer of the sign-in service must be an address that begins with https://, without a query, such as https://login.example.org")
	}
	if !secure(config.RedirectURL, true) {
		return nil, fault.New(fault.Invalid, "the address to come back to after signing in must begin with https://, or with http://localhost on one machine")
	}
	if config.ClientID == "" {
		return nil, fault.New(fault.Invalid, "the sign-in service needs a client id: the name under which Bulkhead is registered there")
	}
	if len(config.Scopes) == 0 {
		config.Scopes = []string{oidc.ScopeOpenID, oidc.ScopeEmail}
	}
	if !slices.Contains(config.Scopes, oidc.ScopeOpenID) {
		return nil, fault.New(fault.Invalid, "the scopes of the sign-in service must hold %s: without it, it does not say who somebody is", oidc.ScopeOpenID)
	}
	if config.Timeout <= 0 {
		config.Timeout = defaultTimeout
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Provider{
		config:   config,
		loopback: onLoopback(issuer),
		client:   newClient(config.Timeout),
		turn:     make(chan struct{}, 1),
	}, nil
}

// Start begins a sign-in: it gives the attempt to keep until the callback, and the address to send the browser to. Errors say
// that the provider could not be asked; nobody was refused.
func (p *Provider) Start(ctx context.Context, random io.Reader) (Attempt, string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return Attempt{}, "", err
	}
	attempt, err := newAttempt(p.config.Issuer, random)
	if err != nil {
		return Attempt{}, "", err
	}
	flow := p.flow(known)
	return attempt, flow.AuthCodeURL(attempt.State, oidc.Nonce(attempt.Nonce), oauth2.S256ChallengeOption(attempt.Verifier)), nil
}

// Finish ends a sign-in: from the attempt that was kept and the query of the callback it finds out who it is. Errors have a
// Code; they are of kind forbidden, or internal when the provider could not be asked or did not keep to the standard.
func (p *Provider) Finish(ctx context.Context, attempt Attempt, query url.Values) (Identity, error) {
	answer, err := readCallback(query)
	if err != nil {
		return Identity{}, err
	}
	if err := answer.answers(attempt); err != nil {
		return Identity{}, err
	}
	if attempt.Issuer != p.config.Issuer {
		return Identity{}, refuse(CallbackIssuer)
	}
	known, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	code, err := answer.grant(p.config.Issuer, known.saysIssuer)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	access, err := p.flow(known).Exchange(ctx, code, oauth2.VerifierOption(attempt.Verifier))
	if err != nil {
		return Identity{}, exchangeFault(err)
	}
	who, err := p.identify(ctx, known, access, attempt.Nonce)
	if err != nil {
		return Identity{}, err
	}
	if err := p.allows(who); err != nil {
		return Identity{}, err
	}
	return who, nil
}

// flow says to the library who we are.
func (p *Provider) flow(known *discovery) *oauth2.Config {
	endpoint := known.provider.Endpoint()
	endpoint.AuthStyle = known.secretStyle
	return &oauth2.Config{
		ClientID:     p.config.ClientID,
		ClientSecret: p.config.ClientSecret.Reveal(),
		Endpoint:     endpoint,
		RedirectURL:  p.config.RedirectURL,
		Scopes:       p.config.Scopes,
	}
}

// exchangeFault says why a code was not exchanged, by the errors that the standard lists (RFC 6749, 5.2).
func exchangeFault(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return outage(err)
	}
	switch refused.ErrorCode {
	case "invalid_grant":
		return refuse(GrantUsed)
	case "invalid_client", "unauthorized_client":
		return refuse(ClientUnknown)
	default:
		return refuse(ExchangeRefused)
	}
}

// identify reads who it is from what was exchanged for the code.
func (p *Provider) identify(ctx context.Context, known *discovery, access *oauth2.Token, nonce string) (Identity, error) {
	raw, ok := access.Extra("id_token").(string)
	if !ok || raw == "" {
		return Identity{}, refuse(TokenMissing)
	}
	token, more, err := p.verify(ctx, known, raw, nonce)
	if err != nil {
		return Identity{}, err
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(access.AccessToken) != nil {
		return Identity{}, refuse(TokenHash)
	}
	who := Identity{
		Issuer: token.Issuer, Subject: token.Subject, ACR: more.ACR, AMR: more.AMR,
		At: civil.Of(token.IssuedAt),
	}
	if 0 < more.AuthTime && more.AuthTime < float64(token.IssuedAt.Unix()) {
		who.At = civil.Of(time.Unix(int64(more.AuthTime), 0))
	}
	who.setEmail(more.Email, string(more.Verified) == "true" || string(more.Verified) == `"true"`) // some write it as text
	if who.Email == "" && known.userInfo && slices.Contains(p.config.Scopes, oidc.ScopeEmail) {
		return p.askEmail(ctx, known, access, who)
	}
	return who, nil
}

// askEmail asks the provider for the e-mail address, which many do not put into the ID token.
func (p *Provider) askEmail(ctx context.Context, known *discovery, access *oauth2.Token, who Identity) (Identity, error) {
	info, err := known.provider.UserInfo(ctx, oauth2.StaticTokenSource(access))
	if err != nil {
		return Identity{}, outage(err)
	}
	if info.Subject != who.Subject {
		return Identity{}, refuse(OtherPerson)
	}
	who.setEmail(info.Email, info.EmailVerified)
	return who, nil
}

func (i *Identity) setEmail(text string, verified bool) {
	i.Email = address(text)
	i.EmailVerified = verified && i.Email != ""
}

// allows holds the person to the domains that are let in.
func (p *Provider) allows(who Identity) error {
	if len(p.config.AllowedDomains) == 0 {
		return nil
	}
	domain := who.Email[strings.LastIndexByte(who.Email, '@')+1:]
	same := func(allowed string) bool { return strings.EqualFold(allowed, domain) }
	if !who.EmailVerified || !slices.ContainsFunc(p.config.AllowedDomains, same) {
		return refuse(OutsideDomains)
	}
	return nil
}
