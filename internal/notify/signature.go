package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// The headers of a webhook, as Standard Webhooks 1.0.0 has them.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

const (
	keyPrefix  = "whsec_"
	newKeySize = 32 // bytes
	minKeySize = 24
	maxKeySize = 64
	scheme     = "v1,"
)

// ReplayWindow is how far the time of a webhook may be from the receiver's own.
const ReplayWindow = 5 * time.Minute

// NewKey makes the key of a webhook: whsec_ and base64 of 32 bytes from random. The only error is that of random.
func NewKey(random io.Reader) (hidden.Text, error) {
	key := make([]byte, newKeySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return hidden.Text{}, fault.Wrap(fault.Internal, err, "no random numbers could be had, so no key was made")
	}
	return hidden.Conceal(keyPrefix + base64.StdEncoding.EncodeToString(key)), nil
}

// readKey gives the bytes of a key: 24 to 64 of them.
func readKey(key hidden.Text) ([]byte, error) {
	text, ok := strings.CutPrefix(key.Reveal(), keyPrefix)
	out, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(out) < minKeySize || len(out) > maxKeySize {
		return nil, fault.New(fault.Invalid, "the key of a webhook is %s and base64 of %d to %d random bytes", keyPrefix, minKeySize, maxKeySize)
	}
	return out, nil
}

// sign gives the signature of a webhook: v1 and base64 of HMAC-SHA256 over ID.TIMESTAMP.BODY.
func sign(key []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return scheme + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Verify says whether a webhook was sent by who has the key, lately, and with this body. It is what a receiver has to do, in
// any language:
//
//   - Take the body as the bytes that arrived. Text that was read as JSON and written again no longer fits its signature.
//   - Refuse it where webhook-timestamp, in seconds since 1970, is more than [ReplayWindow] from the clock.
//   - Take off whsec_ from the key, and read the rest as base64.
//   - Work out HMAC-SHA256 with it over webhook-id, a full stop, webhook-timestamp, a full stop and the body; in base64,
//     after "v1,", that is one of the signatures in webhook-signature, which are parted by spaces. Compare in constant time.
//   - Remember webhook-id for a while, and take a webhook with one that was there already for the same as the first: one
//     that was tried twice has the same id both times.
//
// A webhook that does not verify is forbidden, and one whose key is none is invalid.
func Verify(key hidden.Text, header http.Header, body []byte, now time.Time) error {
	secret, err := readKey(key)
	if err != nil {
		return err
	}
	timestamp := header.Get(HeaderTimestamp)
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || checkID(header.Get(HeaderID)) != nil {
		return fault.New(fault.Forbidden, "the webhook has no id and time that can be read")
	}
	if at := time.Unix(seconds, 0); at.Before(now.Add(-ReplayWindow)) || at.After(now.Add(ReplayWindow)) {
		return fault.New(fault.Forbidden, "the webhook was not sent within %d minutes of now", int(ReplayWindow.Minutes()))
	}
	want := []byte(sign(secret, header.Get(HeaderID), timestamp, body))
	for given := range strings.FieldsSeq(header.Get(HeaderSignature)) {
		if hmac.Equal(want, []byte(given)) {
			return nil
		}
	}
	return fault.New(fault.Forbidden, "the signature of the webhook is not one of who has the key")
}
