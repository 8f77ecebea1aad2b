package api

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// fresh tells a reader who has the newest answer already just that. It does so only where the ETag stands for all of the
// answer.
func (f *face) fresh(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tags := r.Header.Get("If-None-Match")
		if tags == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(&sparing{ResponseWriter: w, lasts: func() bool { return f.operations[r.Pattern].lasts }, tags: tags}, r)
	})
}

// sparing is an answer that is left out when the reader has it.
type sparing struct {
	http.ResponseWriter
	lasts  func() bool
	tags   string
	spared bool
}

func (s *sparing) WriteHeader(status int) {
	if status == http.StatusOK && s.lasts() && matches(s.tags, s.Header().Get("ETag")) {
		s.spared, status = true, http.StatusNotModified
		s.Header().Del("Content-Type")
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *sparing) Write(b []byte) (int, error) {
	if s.spared {
		return len(b), nil
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap gives the writer below.
func (s *sparing) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// matches compares the tags of a reader with the one that is: in the weak way, since what is between us may have
// compressed the answer.
func matches(tags, tag string) bool {
	if tag == "" {
		return false
	}
	for one := range strings.SplitSeq(tags, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// squeezeFrom is how many bytes an answer has before it is worth compressing.
const squeezeFrom = 2048

// squeezed compresses what is read, for whoever asks for it: a posture is some hundred kilobytes and a tenth of that
// compressed. Answers to changes stay as they are, since one may hold a secret beside what somebody else chose.
func squeezed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(squeezeFrom), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.ContentTypes([]string{"application/json"}))
	if err != nil {
		panic(err) // the settings stand here
	}
	squeeze := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			squeeze.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
