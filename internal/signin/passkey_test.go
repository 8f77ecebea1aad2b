package signin_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

const (
	site   = "bulkhead.example.org"
	origin = "https://bulkhead.example.org"
)

// The flags of what a device says (WebAuthn, 6.1).
const (
	present  = 1 << 0 // somebody touched it
	verified = 1 << 2 // it made sure that it is the person
	eligible = 1 << 3 // the key may be copied to the person's other devices
	attested = 1 << 6 // it tells of a new key
)

// device is an authenticator and the browser in front of it, in software. It keeps to the standard, and a test changes what
// it says before it is signed.
type device struct {
	t       testing.TB
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32

	kind      string // of the ceremony; the right one when empty
	challenge string // the one asked for when empty
	origin    string
	site      string
	flags     byte
	inFrame   bool
}

func newDevice(t testing.TB) *device {
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &device{t: t, key: makeEC(t), id: id, origin: origin, site: site, flags: present | verified}
}

// asked is what the page gets from BeginRegistration or BeginLogin, as far as a device needs it.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID, Name string
		}
		User struct {
			ID, Name, DisplayName string
		}
		UserVerification       string `json:"userVerification"`
		Attestation            string
		AuthenticatorSelection struct {
			ResidentKey, UserVerification string
		}
		ExcludeCredentials []struct{ ID string }
		AllowCredentials   []struct{ ID string }
	}
}

func read(t testing.TB, options []byte) asked {
	t.Helper()
	var a asked
	if err := json.Unmarshal(options, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// create answers the options of a registration.
func (d *device) create(options []byte) []byte {
	a := read(d.t, options)
	handle, err := base64.RawURLEncoding.DecodeString(a.PublicKey.User.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	d.handle = handle
	said := d.client("webauthn.create", a.PublicKey.Challenge)
	object := slices.Concat([]byte{0xa3}, cborText("fmt"), cborText("none"), cborText("attStmt"), []byte{0xa0}, cborText("authData"), cborBytes(d.data(d.flags|attested, d.newKey())))
	return d.answer(map[string]any{"clientDataJSON": b64(said), "attestationObject": b64(object), "transports": []string{"internal"}})
}

// get answers the options of a sign-in.
func (d *device) get(options []byte) []byte {
	said := d.client("webauthn.get", read(d.t, options).PublicKey.Challenge)
	d.counter++
	data := d.data(d.flags, nil)
	hash := sha256.Sum256(said)
	sum := sha256.Sum256(append(slices.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(map[string]any{"clientDataJSON": b64(said), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(d.handle)})
}

func (d *device) answer(response map[string]any) []byte {
	text, err := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{"credProps": map[string]any{"rk": true}}, "response": response})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

// client is what the browser says of the ceremony.
func (d *device) client(kind, challenge string) []byte {
	said := map[string]any{"type": kind, "challenge": challenge, "origin": d.origin}
	if d.kind != "" {
		said["type"] = d.kind
	}
	if d.challenge != "" {
		said["challenge"] = d.challenge
	}
	if d.inFrame {
		said["crossOrigin"] = true
	}
	text, err := json.Marshal(said)
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

// data is what the device says and signs.
func (d *device) data(flags byte, more []byte) []byte {
	hash := sha256.Sum256([]byte(d.site))
	return append(binary.BigEndian.AppendUint32(append(hash[:], flags), d.counter), more...)
}

// newKey tells of the key: the kind of device, which is not told, the id, and the public key in CBOR.
func (d *device) newKey() []byte {
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	out := binary.BigEndian.AppendUint16(make([]byte, 16), uint16(len(d.id)))
	out = append(out, d.id...)
	out = append(out, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21) // EC2, ES256, P-256, x
	out = append(out, cborBytes(point[1:33])...)
	return append(append(out, 0x22), cborBytes(point[33:])...)
}

func cborText(text string) []byte { return append([]byte{0x60 | byte(len(text))}, text...) }

func cborBytes(b []byte) []byte {
	if len(b) < 256 {
		return append([]byte{0x58, byte(len(b))}, b...)
	}
	return append(binary.BigEndian.AppendUint16([]byte{0x59}, uint16(len(b))), b...)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func ours(t testing.TB) *signin.Passkeys {
	t.Helper()
	p, err := signin.NewPasskeys(signin.PasskeyConfig{RPID: site, Origins: []string{origin}, Name: "Bulkhead"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// someone gives a person who has a name for display.
func someone(handle string) signin.Person {
	return signin.Person{Handle: []byte(handle), Name: "assessor@example.org", DisplayName: "Assessor"}
}

// register gives a device's passkey to a person.
func register(t testing.TB, p *signin.Passkeys, d *device, person signin.Person) signin.Credential {
	t.Helper()
	options, session, err := p.BeginRegistration(person, nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.FinishRegistration(session, d.create(options))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// shelf keeps passkeys as a caller does.
type shelf []signin.Credential

func (s shelf) find(id, _ []byte) (signin.Credential, error) {
	for _, c := range s {
		if bytes.Equal(c.ID, id) {
			return c, nil
		}
	}
	return signin.Credential{}, fault.New(fault.NotFound, "there is no such passkey")
}

func begin(t testing.TB, p *signin.Passkeys) (options, session []byte) {
	t.Helper()
	options, session, err := p.BeginLogin()
	if err != nil {
		t.Fatal(err)
	}
	return options, session
}

// TestPasskey registers one and signs in with it twice; what is kept goes through JSON in between.
func TestPasskey(t *testing.T) {
	p, d := ours(t), newDevice(t)
	kept := register(t, p, d, someone("h1"))
	if string(kept.Handle) != "h1" || !bytes.Equal(kept.ID, d.id) || kept.Name != "Passkey on one device" {
		t.Fatalf("it is %+v", kept)
	}
	for range 2 {
		text, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		var back signin.Credential
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		options, session := begin(t, p)
		if kept, err = p.FinishLogin(session, d.get(options), shelf{back}.find); err != nil {
			t.Fatal(err)
		}
		if string(kept.Handle) != "h1" || bytes.Equal(kept.Record, back.Record) || kept.Name != back.Name {
			t.Errorf("it is %+v: the counter is not kept", kept)
		}
	}
}

// TestWhatThePageIsAsked demands a passkey that the device keeps, and that the device makes sure of the person.
func TestWhatThePageIsAsked(t *testing.T) {
	p, d := ours(t), newDevice(t)
	had := register(t, p, d, someone("h1"))
	options, _, err := p.BeginRegistration(someone("h1"), []signin.Credential{had})
	if err != nil {
		t.Fatal(err)
	}
	a := read(t, options).PublicKey
	if a.RP.ID != site || a.RP.Name != "Bulkhead" || a.User.ID != b64([]byte("h1")) || a.User.Name != "assessor@example.org" || a.User.DisplayName != "Assessor" ||
		a.AuthenticatorSelection.ResidentKey != "required" || a.AuthenticatorSelection.UserVerification != "required" || a.Attestation != "none" ||
		len(a.ExcludeCredentials) != 1 || a.ExcludeCredentials[0].ID != b64(d.id) {
		t.Errorf("it is %s", options)
	}
	options, _ = begin(t, p)
	if a := read(t, options).PublicKey; a.RPID != site || a.UserVerification != "required" || len(a.AllowCredentials) != 0 || len(a.Challenge) < 43 {
		t.Errorf("it is %s", options)
	}
	if again, _ := begin(t, p); read(t, again).PublicKey.Challenge == a.Challenge {
		t.Error("a challenge came twice")
	}
}

// wrongs are the ways in which a device or a page can answer wrongly in both ceremonies.
var wrongs = map[string]struct {
	change func(*device)
	want   signin.Code
}{
	"another site's page":      {func(d *device) { d.origin = "https://bulkhead.example.com" }, signin.PasskeyOrigin},
	"a page below ours":        {func(d *device) { d.origin = "https://evil.bulkhead.example.org" }, signin.PasskeyOrigin},
	"our page, open":           {func(d *device) { d.origin = "http://bulkhead.example.org" }, signin.PasskeyOrigin},
	"our page, another door":   {func(d *device) { d.origin += ":8443" }, signin.PasskeyOrigin},
	"our page inside another":  {func(d *device) { d.inFrame = true }, signin.PasskeyOrigin},
	"another challenge":        {func(d *device) { d.challenge = b64(make([]byte, 32)) }, signin.PasskeyChallenge},
	"another site":             {func(d *device) { d.site = "example.org" }, signin.PasskeySite},
	"nobody was made sure of":  {func(d *device) { d.flags = present }, signin.PasskeyUnverified},
	"nobody touched it":        {func(d *device) { d.flags = verified }, signin.PasskeyUnverified},
	"the other ceremony":       {func(d *device) { d.kind = "webauthn.other" }, signin.PasskeyCeremony},
	"copied but not copyable":  {func(d *device) { d.flags |= 1 << 4 }, signin.PasskeyRefused},
	"an id that is not as big": {func(d *device) { d.id = d.id[:0] }, signin.PasskeyUnreadable},
}

func TestHostileRegistrations(t *testing.T) {
	for name, c := range wrongs {
		t.Run(name, func(t *testing.T) {
			p, d := ours(t), newDevice(t)
			options, session, err := p.BeginRegistration(someone("h1"), nil)
			if err != nil {
				t.Fatal(err)
			}
			c.change(d)
			_, err = p.FinishRegistration(session, d.create(options))
			expect(t, err, c.want, read(t, options).PublicKey.Challenge)
		})
	}
}

func TestHostileLogins(t *testing.T) {
	for name, c := range wrongs {
		t.Run(name, func(t *testing.T) {
			p, d := ours(t), newDevice(t)
			kept := register(t, p, d, someone("h1"))
			options, session := begin(t, p)
			c.change(d)
			_, err := p.FinishLogin(session, d.get(options), shelf{kept}.find)
			expect(t, err, c.want, read(t, options).PublicKey.Challenge)
		})
	}
}

// TestPasskeysOfOthers cannot be used for oneself.
func TestPasskeysOfOthers(t *testing.T) {
	p, mine, theirs := ours(t), newDevice(t), newDevice(t)
	all := shelf{register(t, p, mine, someone("me")), register(t, p, theirs, someone("them"))}
	try := func(d *device, want signin.Code) {
		t.Helper()
		options, session := begin(t, p)
		_, err := p.FinishLogin(session, d.get(options), all.find)
		expect(t, err, want)
	}
	claim := *mine
	claim.handle = []byte("them") // my passkey, said to be theirs
	try(&claim, signin.PasskeyOwner)
	claim.handle = nil
	try(&claim, signin.PasskeyOwner)
	claim = *mine
	claim.id, claim.handle = theirs.id, theirs.handle // their passkey, signed by my key
	try(&claim, signin.PasskeySignature)
	try(newDevice(t), signin.PasskeyUnknown)

	options, session := begin(t, p)
	broken := errors.New("the disk is full")
	_, err := p.FinishLogin(session, mine.get(options), func(_, _ []byte) (signin.Credential, error) { return signin.Credential{}, broken })
	if !errors.Is(err, broken) || signin.CodeOf(err) != "" {
		t.Errorf("a fault of the caller is %v", err)
	}
	_, err = p.FinishLogin(session, mine.get(options), func(_, _ []byte) (signin.Credential, error) { return signin.Credential{}, nil })
	expect(t, err, signin.PasskeyOwner)
}

// TestAnswersCountOnce replays an answer to another challenge, and to its own: there the counter tells.
func TestAnswersCountOnce(t *testing.T) {
	p, d := ours(t), newDevice(t)
	kept := register(t, p, d, someone("h1"))
	options, session := begin(t, p)
	answer := d.get(options)
	kept, err := p.FinishLogin(session, answer, shelf{kept}.find)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.FinishLogin(session, answer, shelf{kept}.find)
	expect(t, err, signin.PasskeyCounter)
	_, later := begin(t, p)
	_, err = p.FinishLogin(later, answer, shelf{kept}.find)
	expect(t, err, signin.PasskeyChallenge)

	d.counter -= 2 // a copy that was used less often
	options, session = begin(t, p)
	_, err = p.FinishLogin(session, d.get(options), shelf{kept}.find)
	expect(t, err, signin.PasskeyCounter)
}

// TestAPasskeyWithoutACounter is one that lives on several devices.
func TestAPasskeyWithoutACounter(t *testing.T) {
	p, d := ours(t), newDevice(t)
	d.flags |= eligible
	kept := register(t, p, d, someone("h1"))
	if kept.Name != "Passkey on several devices" {
		t.Errorf("it is called %q", kept.Name)
	}
	for range 2 {
		d.counter = ^uint32(0) // get counts on, to zero
		options, session := begin(t, p)
		var err error
		if kept, err = p.FinishLogin(session, d.get(options), shelf{kept}.find); err != nil {
			t.Fatal(err)
		}
	}
	d.counter, d.flags = ^uint32(0), present|verified // it cannot stop being one
	options, session := begin(t, p)
	_, err := p.FinishLogin(session, d.get(options), shelf{kept}.find)
	expect(t, err, signin.PasskeyRefused)
}

// TestSessionsOfPasskeys are of one ceremony, and end.
func TestSessionsOfPasskeys(t *testing.T) {
	p, d := ours(t), newDevice(t)
	kept := register(t, p, d, someone("h1"))
	options, registration, err := p.BeginRegistration(someone("h1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	asking, login := begin(t, p)
	old := func(session []byte) []byte {
		var fields map[string]any
		if err := json.Unmarshal(session, &fields); err != nil {
			t.Fatal(err)
		}
		fields["expires"] = "2026-01-01T00:00:00Z"
		text, _ := json.Marshal(fields)
		return text
	}
	for name, c := range map[string]struct {
		session []byte
		want    signin.Code
	}{
		"none":               {nil, signin.PasskeySession},
		"no JSON":            {[]byte("{"), signin.PasskeySession},
		"the other ceremony": {login, signin.PasskeySession},
		"too late":           {old(registration), signin.PasskeyLate},
		"without an end":     {[]byte(`{"user_id":"aDE=","challenge":"` + read(t, options).PublicKey.Challenge + `"}`), signin.PasskeyLate},
		"huge":               {append(bytes.Clone(registration), bytes.Repeat([]byte(" "), 17<<10)...), signin.PasskeySession},
	} {
		_, err := p.FinishRegistration(c.session, d.create(options))
		if got := signin.CodeOf(err); got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
	_, err = p.FinishLogin(registration, d.get(asking), shelf{kept}.find)
	expect(t, err, signin.PasskeySession)
	_, err = p.FinishLogin(old(login), d.get(asking), shelf{kept}.find)
	expect(t, err, signin.PasskeyLate)
	_, err = p.FinishLogin(login, bytes.Repeat([]byte(" "), 65<<10), shelf{kept}.find)
	expect(t, err, signin.PasskeyUnreadable)
	_, err = p.FinishRegistration(registration, append(d.create(options), bytes.Repeat([]byte(" "), 65<<10)...))
	expect(t, err, signin.PasskeyUnreadable)
	_, err = p.FinishRegistration(registration, d.get(asking))
	expect(t, err, signin.PasskeyUnreadable)
}

// TestPasskeyConfig refuses sites for which no browser would make a passkey, or only an unsafe one.
func TestPasskeyConfig(t *testing.T) {
	for _, c := range []struct {
		domain, origin string
		ok             bool
	}{
		{site, origin, true},
		{site, origin + ":8443", true},
		{"example.org", origin, true},
		{"localhost", "http://localhost:8080", true},
		{site, "http://bulkhead.example.org", false},
		{site, "https://example.org", false},
		{site, "https://evilbulkhead.example.org", false},
		{site, origin + "/", false},
		{site, "bulkhead.example.org", false},
		{site, "https://user@bulkhead.example.org", false},
		{"127.0.0.1", "https://127.0.0.1", false},
		{"", origin, false},
	} {
		_, err := signin.NewPasskeys(signin.PasskeyConfig{RPID: c.domain, Origins: []string{c.origin}, Name: "Bulkhead"})
		if (err == nil) != c.ok || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s at %s: %v", c.domain, c.origin, err)
		}
	}
	if _, _, err := ours(t).BeginRegistration(signin.Person{Name: "nobody"}, nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a person without a handle: %v", err)
	}
	if _, _, err := ours(t).BeginRegistration(signin.Person{Handle: bytes.Repeat([]byte("h"), 65)}, nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a person with a long handle: %v", err)
	}
}

// FuzzFinishRegistration takes only what was made for its challenge.
func FuzzFinishRegistration(f *testing.F) {
	p, d := ours(f), newDevice(f)
	options, session, err := p.BeginRegistration(someone("h1"), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(session), d.create(options))
	f.Add([]byte("{}"), []byte("{}"))
	f.Add([]byte(session), []byte(strings.Repeat("[", 1000)))
	f.Fuzz(func(t *testing.T, session, response []byte) {
		made, err := p.FinishRegistration(session, response)
		if err != nil && (signin.CodeOf(err) == "" || fault.KindOf(err) != fault.Forbidden) {
			t.Errorf("refused without a code: %v", err)
		}
		if err == nil && (len(made.ID) == 0 || len(made.Handle) == 0 || len(made.Record) == 0) {
			t.Errorf("half a passkey was made: %+v", made)
		}
	})
}

// FuzzFinishLogin lets in only what the one passkey's key signed.
func FuzzFinishLogin(f *testing.F) {
	p, d := ours(f), newDevice(f)
	d.id = []byte("always the same!") // the processes that fuzz must know one and the same passkey
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{7}, 32))
	if err != nil {
		f.Fatal(err)
	}
	d.key = key
	all := shelf{register(f, p, d, someone("h1"))}
	options, session := begin(f, p)
	answer := d.get(options)
	if _, err := p.FinishLogin(session, answer, all.find); err != nil {
		f.Fatalf("what should sign in does not: %v", err)
	}
	f.Add(session, answer)
	f.Add([]byte("{}"), []byte("{}"))
	f.Fuzz(func(t *testing.T, session, response []byte) {
		used, err := p.FinishLogin(session, response, all.find)
		if err != nil && (signin.CodeOf(err) == "" || fault.KindOf(err) != fault.Forbidden) {
			t.Errorf("refused without a code: %v", err)
		}
		if err == nil && string(used.Handle) != "h1" {
			t.Errorf("somebody else is let in: %+v", used)
		}
	})
}
