package signin

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// PasskeyConfig says for which site passkeys are made.
type PasskeyConfig struct {
	RPID    string   // the domain that passkeys belong to, such as bulkhead.example.org; it can never be changed later
	Origins []string // where our pages are, such as https://bulkhead.example.org; http only on localhost
	Name    string   // what the browser shows as the name of the site
}

// Passkeys registers passkeys and signs people in with them (WebAuthn): discoverable ones, so that nobody types a name, and
// only after the device made sure that it is the person. Attestation is not asked for. It is safe for use by many at once.
//
// A begun ceremony is good for five minutes and for one answer. The second promise is the caller's to keep: destroy the
// session before finishing, because a passkey without a counter gives no other sign of an answer that comes twice.
type Passkeys struct{ web *webauthn.WebAuthn }

// Person is to whom a passkey is given.
type Person struct {
	Handle      []byte // 1 to 64 bytes that name the person for good, random and telling nothing: devices show it to others
	Name        string // what tells the person's accounts apart, such as an e-mail address
	DisplayName string
}

// Credential is a passkey as the caller keeps it, found by ID. It holds no secret: the key stays in the device.
type Credential struct {
	ID     []byte          `json:"id"`     // unique: registering one that is known already must fail at the caller
	Handle []byte          `json:"handle"` // whose it is
	Name   string          `json:"name"`   // a first name for it, from what the device says of itself
	Record json.RawMessage `json:"record"` // the public key, the counter and what else was said at registration
}

// NewPasskeys checks a configuration. Errors are of kind invalid.
func NewPasskeys(config PasskeyConfig) (*Passkeys, error) {
	if config.RPID == "" || config.Name == "" || len(config.Origins) == 0 {
		return nil, fault.New(fault.Invalid, "passkeys need the domain they belong to, the addresses of our pages, and a name to show")
	}
	for _, origin := range config.Origins {
		if !within(origin, config.RPID) {
			return nil, fault.New(fault.Invalid, "passkeys of the domain %q cannot be used at %q: write https:// and the domain or one below it, without a path; http:// only for localhost, and never a number such as 127.0.0.1", config.RPID, origin)
		}
	}
	required := protocol.ResidentKeyRequired()
	limit := webauthn.TimeoutConfig{Enforce: true}
	web, err := webauthn.New(&webauthn.Config{
		RPID:                  config.RPID,
		RPDisplayName:         config.Name,
		RPOrigins:             config.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: required,
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			UserVerification:   protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
		// Password managers add outputs that nobody asked for. None is used here.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "passkeys cannot belong to the domain %q", config.RPID)
	}
	return &Passkeys{web}, nil
}

// within says whether an origin is of a domain or below it, and encrypted unless it is this machine.
func within(origin, domain string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme+"://"+u.Host != origin {
		return false
	}
	host := u.Hostname()
	return (u.Scheme == "https" || u.Scheme == "http" && host == "localhost") && (host == domain || strings.HasSuffix(host, "."+domain))
}

// BeginRegistration begins to give a passkey to a person who is signed in. It gives the options for the page's
// navigator.credentials.create, and the session to keep where the person cannot change it. The passkeys that the person has
// are told to the browser, so that one device does not get two.
func (p *Passkeys) BeginRegistration(person Person, existing []Credential) (options, session json.RawMessage, err error) {
	var known webauthn.Credentials
	for _, c := range existing {
		record, err := c.record()
		if err != nil {
			return nil, nil, err
		}
		known = append(known, record)
	}
	created, kept, err := p.web.BeginRegistration(account{Person: person}, webauthn.WithExclusions(known.CredentialDescriptors()))
	if err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, err, "no passkey can be made for this person")
	}
	return encode(created, kept)
}

// FinishRegistration makes the passkey from the session that was kept and the browser's answer. Errors have a Code and are of
// kind forbidden.
func (p *Passkeys) FinishRegistration(session, response []byte) (Credential, error) {
	kept, err := readSession(session)
	if err != nil {
		return Credential{}, err
	}
	if len(kept.UserID) == 0 {
		return Credential{}, refuse(PasskeySession)
	}
	answer, err := readRegistration(response)
	if err != nil {
		return Credential{}, err
	}
	shown := ceremony{protocol.CreateCeremony, answer.Response.CollectedClientData, answer.Response.AttestationObject.AuthData}
	if err := p.inspect(shown, kept); err != nil {
		return Credential{}, err
	}
	made, err := p.web.CreateCredential(account{Person: Person{Handle: kept.UserID}}, kept, answer)
	if err != nil {
		return Credential{}, refuse(reason(err))
	}
	return keep(Credential{Handle: kept.UserID, Name: firstName(made)}, made)
}

// BeginLogin begins a sign-in with any passkey of this site. It gives the options for the page's navigator.credentials.get,
// and the session to keep where the person cannot change it.
func (p *Passkeys) BeginLogin() (options, session json.RawMessage, err error) {
	asked, kept, err := p.web.BeginDiscoverableLogin()
	if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, err, "no sign-in with a passkey could be begun")
	}
	return encode(asked, kept)
}

// FinishLogin ends a sign-in with a passkey: from the session that was kept and the browser's answer it finds out whose it
// is. Lookup gives the passkey that is kept under an id, and an error of kind not-found when there is none; handle is whose
// it is by the browser's word, which FinishLogin compares. It gives the passkey with its new counter, to be kept in the old
// one's place; its Handle is who signed in. Errors have a Code and are of kind forbidden; those of lookup, but not found, are
// passed on.
func (p *Passkeys) FinishLogin(session, response []byte, lookup func(id, handle []byte) (Credential, error)) (Credential, error) {
	kept, err := readSession(session)
	if err != nil {
		return Credential{}, err
	}
	if len(kept.UserID) > 0 {
		return Credential{}, refuse(PasskeySession)
	}
	answer, err := readLogin(response)
	if err != nil {
		return Credential{}, err
	}
	shown := ceremony{protocol.AssertCeremony, answer.Response.CollectedClientData, answer.Response.AuthenticatorData}
	if err := p.inspect(shown, kept); err != nil {
		return Credential{}, err
	}
	found, err := owned(answer, lookup)
	if err != nil {
		return Credential{}, err
	}
	return p.confirm(kept, answer, found)
}

// owned gives the passkey of an answer, if the answer names its owner.
func owned(answer *protocol.ParsedCredentialAssertionData, lookup func(id, handle []byte) (Credential, error)) (Credential, error) {
	found, err := lookup(answer.RawID, answer.Response.UserHandle)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return Credential{}, refuse(PasskeyUnknown)
	case err != nil:
		return Credential{}, err
	case string(found.Handle) != string(answer.Response.UserHandle):
		return Credential{}, refuse(PasskeyOwner)
	}
	return found, nil
}

// confirm has the library check the answer as a whole, and refuses a counter that went back.
func (p *Passkeys) confirm(kept webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData, found Credential) (Credential, error) {
	record, err := found.record()
	if err != nil {
		return Credential{}, err
	}
	owner := account{Person{Handle: found.Handle}, []webauthn.Credential{record}}
	used, err := p.web.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return owner, nil }, kept, answer)
	if err != nil {
		return Credential{}, refuse(reason(err))
	}
	if used.Authenticator.CloneWarning {
		return Credential{}, refuse(PasskeyCounter)
	}
	return keep(found, used)
}

// record reads what the library knows of a passkey.
func (c Credential) record() (webauthn.Credential, error) {
	var record webauthn.Credential
	if err := json.Unmarshal(c.Record, &record); err != nil {
		return record, fault.Wrap(fault.Internal, err, "what is kept of a passkey cannot be read")
	}
	return record, nil
}

// Since gives the passkey with the counter, and whether it is backed up, of what FinishLogin gave when it was last used. Its
// key and all else stay as they were registered; what cannot be read changes nothing.
func (c Credential) Since(used json.RawMessage) Credential {
	record, err := c.record()
	var newer webauthn.Credential
	if err != nil || json.Unmarshal(used, &newer) != nil {
		return c
	}
	record.Authenticator.SignCount, record.Flags.BackupState = newer.Authenticator.SignCount, newer.Flags.BackupState
	if text, err := json.Marshal(record); err == nil {
		c.Record = text
	}
	return c
}

// keep puts what the library knows of a passkey into the form that is kept.
func keep(c Credential, record *webauthn.Credential) (Credential, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return Credential{}, fault.Wrap(fault.Internal, err, "the passkey cannot be written")
	}
	c.ID, c.Record = record.ID, text
	return c, nil
}

// firstName names a passkey by what its owner sees of it.
func firstName(made *webauthn.Credential) string {
	switch {
	case made.Flags.BackupEligible:
		return "Passkey on several devices"
	case made.Authenticator.Attachment == protocol.CrossPlatform:
		return "Security key"
	case made.Authenticator.Attachment == protocol.Platform:
		return "Passkey on one device"
	default:
		return "Passkey"
	}
}

// account is a person as the library wants to see one.
type account struct {
	Person
	credentials []webauthn.Credential
}

func (a account) WebAuthnID() []byte                         { return a.Handle }
func (a account) WebAuthnName() string                       { return a.Name }
func (a account) WebAuthnDisplayName() string                { return a.DisplayName }
func (a account) WebAuthnCredentials() []webauthn.Credential { return a.credentials }

// encode writes what the page gets and what is kept.
func encode(forPage any, kept *webauthn.SessionData) (options, session json.RawMessage, err error) {
	if options, err = json.Marshal(forPage); err == nil {
		session, err = json.Marshal(kept)
	}
	if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, err, "the ceremony of the passkey cannot be written")
	}
	return options, session, nil
}
