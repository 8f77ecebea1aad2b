package browser

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Authenticator is a device that keeps passkeys, as part of a tab's machine. Whoever is asked says yes at once.
type Authenticator struct {
	b  *Tab
	id webauthn.AuthenticatorID
}

// Authenticator gives the tab's machine a device that keeps passkeys.
func (b *Tab) Authenticator() *Authenticator {
	b.t.Helper()
	b.must(send(b, webauthn.Enable, webauthn.EnableParams{}))
	made, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		HasCmtgKey: true, // a device without them takes no passkey from a caller that says it wants none, as the one below does
	}})
	b.must(err)
	return &Authenticator{b, made.AuthenticatorID}
}

// Refuse has whoever is asked say no from then on.
func (a *Authenticator) Refuse() {
	a.b.t.Helper()
	a.b.must(send(a.b, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: a.id}))
}

// Plant puts a passkey for a site on the device that the site never made.
func (a *Authenticator) Plant(site string) {
	a.b.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	a.b.must(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	a.b.must(err)
	id, handle := make([]byte, 16), make([]byte, 32)
	_, _ = rand.Read(id) // which never fails
	_, _ = rand.Read(handle)
	a.b.must(send(a.b, webauthn.AddCredential, webauthn.AddCredentialParams{AuthenticatorID: a.id, Credential: &webauthn.Credential{
		CredentialID: id, IsResidentCredential: true, RpID: site, PrivateKey: private, UserHandle: handle,
	}}))
}
