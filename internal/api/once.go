package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// keyMost is the longest Idempotency-Key, in bytes.
const keyMost = 200

// once answers a request that is sent again with the same Idempotency-Key as it was answered before, without doing it
// again. The same key on another request is refused.
func (f *face) once(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if r.Method != http.MethodPost || key == "" {
			next.ServeHTTP(w, r)
			return
		}
		if len(key) > keyMost {
			refuse(w, http.StatusBadRequest, "Idempotency-Key: send at most 200 characters")
			return
		}
		if err := f.answered(w, r, key, next); err != nil {
			write(w, problemOf(err))
		}
	})
}

func (f *face) answered(w http.ResponseWriter, r *http.Request, key string, next http.Handler) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMost))
	if err != nil {
		return fault.New(fault.TooLarge, "the request is larger than %d MiB", bodyMost>>20)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	who := asker(r.Context())
	sum := sha256.New()
	_, _ = io.WriteString(sum, r.Method+" "+r.URL.RequestURI()+"\n") // a hash takes everything
	_, _ = sum.Write(body)
	request := hex.EncodeToString(sum.Sum(nil))
	before, found, err := f.Answered(r.Context(), who, key, request)
	if err != nil {
		return err
	}
	if found {
		w.Header().Set("Content-Type", before.Type)
		w.Header().Set("Idempotent-Replayed", "true")
		w.WriteHeader(before.Status)
		_, _ = w.Write(before.Body)
		return nil
	}
	k := &keeping{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(k, r)
	if k.status >= http.StatusInternalServerError {
		return nil // it may be tried again
	}
	return f.KeepAnswer(r.Context(), who, key, request, k.status, k.Header().Get("Content-Type"), k.body.Bytes())
}

// keeping is an answer that is kept while it is sent.
type keeping struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *keeping) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeping) Write(b []byte) (int, error) {
	k.body.Write(b)
	return k.ResponseWriter.Write(b)
}
