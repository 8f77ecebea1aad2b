package notify_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
)

func headers(id, timestamp, signature string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", timestamp)
	h.Set("webhook-signature", signature)
	return h
}

// The known answer of the reference libraries of Standard Webhooks.
const (
	knownKey       = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	knownID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	knownTime      = 1614265330
	knownBody      = `{"test": 2432232314}`
	knownSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func TestKnownAnswer(t *testing.T) {
	at, stamp := time.Unix(knownTime, 0), strconv.Itoa(knownTime)
	for name, c := range map[string]struct {
		key    string
		header http.Header
		body   string
		now    time.Time
		kind   fault.Kind // empty for verified
	}{
		"as it is":                {knownKey, headers(knownID, stamp, knownSignature), knownBody, at, ""},
		"one of several":          {knownKey, headers(knownID, stamp, "v1a,xx v1,Zm9v "+knownSignature+" v2,yy"), knownBody, at, ""},
		"at the end of the time":  {knownKey, headers(knownID, stamp, knownSignature), knownBody, at.Add(5 * time.Minute), ""},
		"at the start of it":      {knownKey, headers(knownID, stamp, knownSignature), knownBody, at.Add(-5 * time.Minute), ""},
		"too late":                {knownKey, headers(knownID, stamp, knownSignature), knownBody, at.Add(5*time.Minute + time.Second), fault.Forbidden},
		"too early":               {knownKey, headers(knownID, stamp, knownSignature), knownBody, at.Add(-5*time.Minute - time.Second), fault.Forbidden},
		"another body":            {knownKey, headers(knownID, stamp, knownSignature), knownBody + " ", at, fault.Forbidden},
		"another id":              {knownKey, headers(knownID+"x", stamp, knownSignature), knownBody, at, fault.Forbidden},
		"another time":            {knownKey, headers(knownID, strconv.Itoa(knownTime+1), knownSignature), knownBody, at, fault.Forbidden},
		"another key":             {key, headers(knownID, stamp, knownSignature), knownBody, at, fault.Forbidden},
		"another scheme":          {knownKey, headers(knownID, stamp, strings.Replace(knownSignature, "v1,", "v1a,", 1)), knownBody, at, fault.Forbidden},
		"no scheme":               {knownKey, headers(knownID, stamp, strings.TrimPrefix(knownSignature, "v1,")), knownBody, at, fault.Forbidden},
		"no signature":            {knownKey, headers(knownID, stamp, ""), knownBody, at, fault.Forbidden},
		"no time":                 {knownKey, headers(knownID, "", knownSignature), knownBody, at, fault.Forbidden},
		"a time written another":  {knownKey, headers(knownID, "+"+stamp, knownSignature), knownBody, at, fault.Forbidden},
		"a time beyond all":       {knownKey, headers(knownID, "9223372036854775807", knownSignature), knownBody, at, fault.Forbidden},
		"no id":                   {knownKey, headers("", stamp, knownSignature), knownBody, at, fault.Forbidden},
		"part of the body in id":  {knownKey, headers(knownID+"."+stamp, stamp, knownSignature), knownBody, at, fault.Forbidden},
		"a key that is none":      {"whsec_????", headers(knownID, stamp, knownSignature), knownBody, at, fault.Invalid},
		"a key without beginning": {strings.TrimPrefix(knownKey, "whsec_"), headers(knownID, stamp, knownSignature), knownBody, at, fault.Invalid},
	} {
		err := notify.Verify(hidden.Conceal(c.key), c.header, []byte(c.body), c.now)
		if (err == nil) != (c.kind == "") || err != nil && fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: the error holds the key", name)
		}
	}
}

// TestNothingMovesBetweenIDAndBody: the full stops that part what is signed cannot be taken for others.
func TestNothingMovesBetweenIDAndBody(t *testing.T) {
	stamp := strconv.Itoa(knownTime)
	secret := []byte(strings.Repeat("k", 32))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("a." + stamp + "." + stamp + ".{}"))
	signature := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	own := hidden.Conceal("whsec_" + base64.StdEncoding.EncodeToString(secret))
	if err := notify.Verify(own, headers("a", stamp, signature), []byte(stamp+".{}"), time.Unix(knownTime, 0)); err != nil {
		t.Error(err)
	}
	if notify.Verify(own, headers("a."+stamp, stamp, signature), []byte("{}"), time.Unix(knownTime, 0)) == nil {
		t.Error("part of the body was taken for the id")
	}
}

func TestNewKey(t *testing.T) {
	k, err := notify.NewKey(bytes.NewReader([]byte("0123456789abcdef0123456789abcdef")))
	if err != nil || k.Reveal() != key {
		t.Errorf("it is %s, %v", k.Reveal(), err)
	}
	if _, err := notify.NewKey(bytes.NewReader([]byte("short"))); fault.KindOf(err) != fault.Internal {
		t.Errorf("without random it gave %v", err)
	}
}

// TestLawAnyFlippedBitIsFound: nothing of the body can be changed.
func TestLawAnyFlippedBitIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(knownBody)
		body[rapid.IntRange(0, len(body)-1).Draw(t, "at")] ^= rapid.ByteMin(1).Draw(t, "change")
		if notify.Verify(hidden.Conceal(knownKey), headers(knownID, strconv.Itoa(knownTime), knownSignature), body, time.Unix(knownTime, 0)) == nil {
			t.Fatalf("%q was verified", body)
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add(knownKey, knownID, strconv.Itoa(knownTime), knownSignature, []byte(knownBody))
	f.Fuzz(func(t *testing.T, key, id, timestamp, signature string, body []byte) {
		err := notify.Verify(hidden.Conceal(key), headers(id, timestamp, signature), body, time.Unix(knownTime, 0))
		known := key == knownKey && id == knownID && timestamp == strconv.Itoa(knownTime) && string(body) == knownBody
		if key == knownKey && err == nil && !known {
			t.Errorf("id %q, time %q, signature %q, body %q were verified", id, timestamp, signature, body)
		}
	})
}
