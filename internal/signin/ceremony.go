package signin

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

const (
	longestSession  = 16 << 10 // bytes of what was kept of a ceremony
	longestResponse = 64 << 10 // bytes of a browser's answer; an attestation nobody asked for fits in
)

// ceremony is what a browser's answer shows before its signature is looked at.
type ceremony struct {
	kind   protocol.CeremonyType
	client protocol.CollectedClientData // what the browser says
	device protocol.AuthenticatorData   // what the device says
}

// inspect names what is wrong with an answer. The library checks the same again with the signature, but does not say which
// of them failed other than in words.
func (p *Passkeys) inspect(c ceremony, kept webauthn.SessionData) error {
	site := sha256.Sum256([]byte(p.web.Config.RPID))
	switch {
	case !time.Now().Before(kept.Expires):
		return refuse(PasskeyLate)
	case c.client.Type != c.kind:
		return refuse(PasskeyCeremony)
	case !equal(c.client.Challenge, kept.Challenge):
		return refuse(PasskeyChallenge)
	case c.client.CrossOrigin || !protocol.IsOriginInHaystack(c.client.Origin, p.web.Config.RPOrigins):
		return refuse(PasskeyOrigin)
	case !bytes.Equal(c.device.RPIDHash, site[:]):
		return refuse(PasskeySite)
	case !c.device.Flags.HasUserPresent() || !c.device.Flags.HasUserVerified():
		return refuse(PasskeyUnverified)
	}
	return nil
}

// reason gives the code of an error of the library.
func reason(err error) Code {
	if refused, ok := errors.AsType[*protocol.Error](err); ok && refused.Type == protocol.ErrAssertionSignature.Type {
		return PasskeySignature
	}
	return PasskeyRefused
}

func readSession(text []byte) (webauthn.SessionData, error) {
	var kept webauthn.SessionData
	if len(text) > longestSession || json.Unmarshal(text, &kept) != nil {
		return webauthn.SessionData{}, refuse(PasskeySession)
	}
	return kept, nil
}

func readRegistration(text []byte) (*protocol.ParsedCredentialCreationData, error) {
	if len(text) > longestResponse {
		return nil, refuse(PasskeyUnreadable)
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(text)
	if err != nil {
		return nil, refuse(PasskeyUnreadable)
	}
	return answer, nil
}

func readLogin(text []byte) (*protocol.ParsedCredentialAssertionData, error) {
	if len(text) > longestResponse {
		return nil, refuse(PasskeyUnreadable)
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(text)
	if err != nil {
		return nil, refuse(PasskeyUnreadable)
	}
	return answer, nil
}
