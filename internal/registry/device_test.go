package registry_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

const (
	site   = "bulkhead.example.org"
	origin = "https://" + site
)

// device is an authenticator and the browser in front of it, in software.
type device struct {
	t       testing.TB
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32
	forger  *ecdsa.PrivateKey // signs in the place of its own key, where there is one
}

func newDevice(t testing.TB) *device {
	t.Helper()
	return &device{t: t, key: newKey(t), id: []byte(rand.Text()[:16])}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// asks is what a page is given, as far as a device needs it.
type asks struct {
	PublicKey struct {
		Challenge string
		User      struct{ ID string }
	}
}

// create answers the options of a new passkey.
func (d *device) create(options []byte) []byte {
	var a asks
	d.read(options, &a)
	d.handle = d.decode(a.PublicKey.User.ID)
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	made := append(make([]byte, 16), 0, byte(len(d.id)))
	made = append(made, d.id...)
	made = append(made, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32) // a key of the curve P-256, in CBOR
	made = append(made, point[1:33]...)
	made = append(append(made, 0x22, 0x58, 32), point[33:]...)
	data := append(d.data(0x45), made...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), byte(len(data)>>8), byte(len(data)))
	return d.answer(map[string]any{
		"clientDataJSON": encode(d.said("webauthn.create", a.PublicKey.Challenge)), "attestationObject": encode(append(object, data...)),
	})
}

// get answers the options of a sign-in.
func (d *device) get(options []byte) []byte {
	var a asks
	d.read(options, &a)
	said := d.said("webauthn.get", a.PublicKey.Challenge)
	d.counter++
	data := d.data(0x05)
	hash := sha256.Sum256(said)
	sum := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	key := d.key
	if d.forger != nil {
		key = d.forger
	}
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(map[string]any{
		"clientDataJSON": encode(said), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode(d.handle),
	})
}

func (d *device) read(options []byte, into *asks) {
	if err := json.Unmarshal(options, into); err != nil {
		d.t.Fatal(err)
	}
}

func (d *device) decode(text string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *device) said(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": origin})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

// data is what the device says and signs: for which site, how sure it is of the person, and how often it was used.
func (d *device) data(flags byte) []byte {
	hash := sha256.Sum256([]byte(site))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), d.counter)
}

func (d *device) answer(response map[string]any) []byte {
	text, err := json.Marshal(map[string]any{"id": encode(d.id), "rawId": encode(d.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
