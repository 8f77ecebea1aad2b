package signin

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Code names one way in which a sign-in is refused. Codes are stable, for logs and alerts; they hold nothing of what was
// sent. A code is the cause of the fault that is returned.
type Code string

// Error makes a code the cause of a fault.
func (c Code) Error() string { return string(c) }

// The codes of OpenID Connect.
const (
	Unreachable      Code = "provider-unreachable"  // the provider did not answer in time
	Redirected       Code = "provider-redirected"   // the provider sent us to another machine
	Oversized        Code = "provider-oversized"    // the provider's answer is over the bound
	Unreadable       Code = "provider-unreadable"   // the provider's answer is not what the standard says
	OtherIssuer      Code = "provider-other-issuer" // what answers at the issuer's address calls itself something else
	InsecureEndpoint Code = "provider-insecure"     // the provider names an endpoint without encryption
	CallbackUnclear  Code = "callback-unclear"      // the callback lacks something, says it twice, or is too long
	CallbackState    Code = "callback-state"        // the callback does not belong to this attempt
	CallbackIssuer   Code = "callback-issuer"       // the callback is from another provider: a mix-up
	Declined         Code = "callback-declined"     // the person or the provider said no
	CallbackError    Code = "callback-error"        // the provider reports any other error
	GrantUsed        Code = "exchange-grant-used"   // the code was used already, is too old, or is for another attempt
	ClientUnknown    Code = "exchange-client"       // the provider does not take our client's identity or secret
	ExchangeRefused  Code = "exchange-refused"      // the provider refuses the exchange for any other reason
	TokenMissing     Code = "token-missing"         // the provider gave no ID token
	TokenUnreadable  Code = "token-unreadable"      // the ID token is not one
	TokenAlgorithm   Code = "token-algorithm"       // signed in a way that we do not take, or not at all
	TokenSignature   Code = "token-signature"       // no key of the provider made the signature
	TokenIssuer      Code = "token-issuer"          // issued by another provider
	TokenAudience    Code = "token-audience"        // meant for another client
	TokenParty       Code = "token-party"           // handed out to another client
	TokenExpired     Code = "token-expired"         // no longer valid, or without an end
	TokenEarly       Code = "token-early"           // issued, or valid, only in the future
	TokenNonce       Code = "token-nonce"           // made for another attempt
	TokenHash        Code = "token-hash"            // does not belong to the access token beside it
	TokenSubject     Code = "token-subject"         // does not say who
	OtherPerson      Code = "userinfo-other-person" // the provider's answer about the person is about another
	OutsideDomains   Code = "email-domain"          // no confirmed e-mail address of an allowed domain
)

// The codes of passkeys.
const (
	PasskeyUnreadable Code = "passkey-unreadable" // the browser's answer is not one, or is too large
	PasskeySession    Code = "passkey-session"    // what was kept of the ceremony is not from this ceremony
	PasskeyLate       Code = "passkey-late"       // the ceremony took too long
	PasskeyCeremony   Code = "passkey-ceremony"   // an answer to the other ceremony
	PasskeyChallenge  Code = "passkey-challenge"  // an answer to another challenge, or an old one
	PasskeyOrigin     Code = "passkey-origin"     // given on another site's page, or inside one
	PasskeySite       Code = "passkey-site"       // made for another site
	PasskeyUnverified Code = "passkey-unverified" // the device did not make sure that it was the person
	PasskeyUnknown    Code = "passkey-unknown"    // nobody has this passkey
	PasskeyOwner      Code = "passkey-owner"      // the passkey is another person's
	PasskeySignature  Code = "passkey-signature"  // the passkey's key did not make the signature
	PasskeyCounter    Code = "passkey-counter"    // the passkey's counter went back: there may be a copy of it
	PasskeyRefused    Code = "passkey-refused"    // anything else that the standard forbids
)

// SecretUnreadable is the code of a text that is no secret of the purpose asked for.
const SecretUnreadable Code = "secret-unreadable"

// CodeOf gives the code of an error of this package; empty when it has none.
func CodeOf(err error) Code {
	code, _ := errors.AsType[Code](err)
	return code
}

const (
	again    = "Begin again from the sign-in page"
	askAdmin = "Try again, and if it stays so, tell the administrator of Bulkhead"
)

// sentences says to the person what happened and what to do. Whoever attacks learns no more from it than from the code.
var sentences = map[Code]string{
	Unreachable:      "Your organisation's sign-in service does not answer. Try again in a minute",
	Redirected:       "Your organisation's sign-in service sent Bulkhead to another machine, which is not followed. " + askAdmin,
	Oversized:        "Your organisation's sign-in service gave an answer that is too long. " + askAdmin,
	Unreadable:       "Your organisation's sign-in service gave an answer that Bulkhead cannot read. " + askAdmin,
	OtherIssuer:      "What answers at the address of your organisation's sign-in service has another name. Tell the administrator of Bulkhead",
	InsecureEndpoint: "Your organisation's sign-in service names an address without encryption. Tell the administrator of Bulkhead",
	CallbackUnclear:  "You were not signed in: the answer of the sign-in service is incomplete. " + again,
	CallbackState:    "You were not signed in: this answer does not belong to a sign-in that this browser began. " + again,
	CallbackIssuer:   "You were not signed in: the answer came from another sign-in service than the one you chose. " + again,
	Declined:         "You were not signed in: the sign-in was declined. " + again + " if you did not mean to",
	CallbackError:    "You were not signed in: your organisation's sign-in service reported an error. " + askAdmin,
	GrantUsed:        "You were not signed in: this answer was used already, or is too old. " + again,
	ClientUnknown:    "You were not signed in: your organisation's sign-in service does not know this Bulkhead. Tell the administrator of Bulkhead",
	ExchangeRefused:  "You were not signed in: your organisation's sign-in service refused to say who you are. " + askAdmin,
	TokenMissing:     "You were not signed in: your organisation's sign-in service did not say who you are. " + askAdmin,
	TokenUnreadable:  "You were not signed in: what your organisation's sign-in service says of you cannot be read. " + askAdmin,
	TokenAlgorithm:   "You were not signed in: what the sign-in service says of you is not signed in a way that Bulkhead trusts. " + askAdmin,
	TokenSignature:   "You were not signed in: what the sign-in service says of you does not carry its signature. " + askAdmin,
	TokenIssuer:      "You were not signed in: what is said of you is from another sign-in service. " + askAdmin,
	TokenAudience:    "You were not signed in: what the sign-in service says of you is meant for another program. " + askAdmin,
	TokenParty:       "You were not signed in: what the sign-in service says of you was asked for by another program. " + askAdmin,
	TokenExpired:     "You were not signed in: what the sign-in service says of you is too old. " + again,
	TokenEarly:       "You were not signed in: the clocks of the sign-in service and of Bulkhead do not agree. " + askAdmin,
	TokenNonce:       "You were not signed in: what the sign-in service says of you belongs to another sign-in. " + again,
	TokenHash:        "You were not signed in: the parts of the sign-in service's answer do not belong together. " + askAdmin,
	TokenSubject:     "You were not signed in: your organisation's sign-in service did not say who you are. " + askAdmin,
	OtherPerson:      "You were not signed in: your organisation's sign-in service spoke of two people. " + askAdmin,
	OutsideDomains:   "You were not signed in: this Bulkhead takes only confirmed e-mail addresses of the organisations it serves. Use your work account",

	PasskeyUnreadable: "The passkey was not taken: the browser's answer cannot be read. Try again, or with another browser",
	PasskeySession:    "The passkey was not taken: this answer does not belong to what was begun here. " + again,
	PasskeyLate:       "The passkey was not taken: it took too long. " + again,
	PasskeyCeremony:   "The passkey was not taken: the browser answered another question. " + again,
	PasskeyChallenge:  "The passkey was not taken: the browser's answer is an old one, or belongs to another page. " + again,
	PasskeyOrigin:     "The passkey was not taken: it was used on another site's page. Check the address that your browser shows",
	PasskeySite:       "The passkey was not taken: it was made for another site. Choose the passkey of this site",
	PasskeyUnverified: "The passkey was not taken: the device did not make sure that it is you. Set up its PIN, fingerprint or face, and try again",
	PasskeyUnknown:    "The passkey was not taken: nobody here has it. Choose another, or sign in another way",
	PasskeyOwner:      "The passkey was not taken: it belongs to somebody else. Choose another, or sign in another way",
	PasskeySignature:  "The passkey was not taken: its signature is wrong. Try again, or sign in another way",
	PasskeyCounter:    "The passkey was not taken: there may be a copy of it. Sign in another way, remove it and add a new one",
	PasskeyRefused:    "The passkey was not taken: it does not keep to the standard. Try another passkey, or sign in another way",

	SecretUnreadable: "This is not a secret that Bulkhead gave out: check that it was copied whole",
}

// refuse makes the fault of a code. What the provider did wrong, or we in asking it, is a defect of the machine; everything
// else is a person who is not let in.
func refuse(code Code) error {
	return fault.Wrap(kindOf(code), code, "%s", sentences[code])
}

func kindOf(code Code) fault.Kind {
	switch code {
	case Unreachable, Redirected, Oversized, Unreadable, OtherIssuer, InsecureEndpoint:
		return fault.Internal
	default:
		return fault.Forbidden
	}
}

// outage makes the fault of a request that failed. It keeps what the network said, because an administrator needs that, and
// nothing else: other errors may quote an answer.
func outage(err error) error {
	if code := CodeOf(err); code != "" {
		return refuse(code)
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return fault.Wrap(kindOf(Unreachable), fmt.Errorf("%w: %w", Unreachable, failed.Err), "%s", sentences[Unreachable])
	}
	return refuse(Unreadable)
}
