package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// keyMost is the longest Idempotency-Key, in bytes.
const keyMost = 200

// once answers a request that is sent again with the same Idempotency-Key as it was answered before, without doing it
// again. The key is claimed before anything is done, so that of two at the same moment only one is. A request that
// changed nothing gives its key back.
func (f *face) once(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if r.Method != http.MethodPost || key == "" {
			next.ServeHTTP(w, r)
			return
		}
		if len(key) > keyMost || !printable(key) {
			refuse(w, http.StatusBadRequest, "Idempotency-Key: send at most 200 letters, digits and signs of ASCII")
			return
		}
		request, err := digest(r)
		if err != nil {
			write(w, unread(err))
			return
		}
		before, begun, err := f.BeginAnswer(r.Context(), asker(r.Context()), key, request)
		switch {
		case err != nil:
			write(w, f.problem(r.Context(), "Idempotency-Key", err))
		case begun:
			f.first(w, r, key, request, next)
		default:
			w.Header().Set("Content-Type", before.Type)
			w.Header().Set("Idempotent-Replayed", "true")
			w.WriteHeader(before.Status)
			_, _ = w.Write(before.Body) // nobody is left to tell when the answer cannot be sent
		}
	})
}

func printable(text string) bool {
	for i := range len(text) {
		if text[i] < '!' || text[i] > '~' {
			return false
		}
	}
	return true
}

// digest tells requests apart that were sent with one key.
func digest(r *http.Request) (string, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.New()
	_, _ = io.WriteString(sum, r.Method+" "+r.URL.RequestURI()+"\n") // a hash takes everything
	_, _ = sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// first does a request whose key was claimed, and keeps the answer before it is sent. The reader may be gone by then.
func (f *face) first(w http.ResponseWriter, r *http.Request, key, request string, next http.Handler) {
	ctx, who := context.WithoutCancel(r.Context()), asker(r.Context())
	k := &keeping{ResponseWriter: w}
	done := false
	defer func() {
		if !done {
			_ = f.DropAnswer(ctx, who, key) // where this fails too, the key is free again after a while
		}
	}()
	next.ServeHTTP(k, r)
	if o := f.operations[r.Pattern]; k.code() < http.StatusMultipleChoices && !o.asks {
		a := registry.Answer{Request: request, Status: k.code(), Type: w.Header().Get("Content-Type"), Body: k.body.Bytes()}
		if o.secret {
			a = shownOnce(request)
		}
		done = true
		if err := f.KeepAnswer(ctx, who, key, a); err != nil {
			_ = f.problem(ctx, "Idempotency-Key", err) // it was done, and that is what is answered
		}
	}
	w.WriteHeader(k.code())
	_, _ = w.Write(k.body.Bytes()) // nobody is left to tell when the answer cannot be sent
}

// shownOnce stands in the place of an answer that held a secret.
func shownOnce(request string) registry.Answer {
	p := problemOf(fault.New(fault.Conflict, "Idempotency-Key: this was done, and what it answered is shown once and kept nowhere: look at what there is, and if the secret is lost, revoke it and make another with a new key"))
	text, _ := json.Marshal(p) // a problem always has a form
	return registry.Answer{Request: request, Status: p.Status, Type: problemType, Body: text}
}

// keeping holds an answer back until it is kept.
type keeping struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader notes the status.
func (k *keeping) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write notes what is to be answered.
func (k *keeping) Write(b []byte) (int, error) { return k.body.Write(b) }

// Unwrap gives the writer below, for deadlines.
func (k *keeping) Unwrap() http.ResponseWriter { return k.ResponseWriter }

func (k *keeping) code() int {
	if k.status == 0 {
		return http.StatusOK
	}
	return k.status
}
