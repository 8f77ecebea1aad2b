package api

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain refuses an address that no operation could have: what stands in it goes on to a database and into a log.
func plain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Clean(r.URL.Path) != r.URL.Path || !readable(r.URL.Path) {
			refuse(w, http.StatusNotFound, "there is nothing at this address: write it without . and .. in it, and without a slash at the end")
			return
		}
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			refuse(w, http.StatusBadRequest, "the part of the address after ? cannot be read: write NAME=VALUE, with % and two digits for what is neither letter nor digit")
			return
		}
		for name, values := range query {
			if len(values) > 1 || !readable(name) || !readable(values[0]) {
				refuse(w, http.StatusUnprocessableEntity, "the part of the address after ?: send each name once, in UTF-8 and without control characters")
				return
			}
		}
		r.Header.Del("Accept") // whatever somebody would rather have, every answer is JSON
		next.ServeHTTP(w, r)
	})
}

// readable says whether a text is UTF-8 without control characters.
func readable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// taken reads what is sent before anything looks at it, and refuses what no operation could take. It is read under the
// server's own deadline, so that whatever comes after may take as long as it needs.
func taken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		body, p := read(w, r)
		if p != nil {
			write(w, p)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func read(w http.ResponseWriter, r *http.Request) ([]byte, *Problem) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMost))
	if err != nil {
		return nil, unread(err)
	}
	if len(body) == 0 {
		return body, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/json":
		return nil, statusProblem(http.StatusUnsupportedMediaType, "send JSON, with the header Content-Type: application/json")
	case !utf8.Valid(body):
		return nil, statusProblem(http.StatusBadRequest, "what was sent is not in UTF-8")
	case holdsNul(body):
		return nil, statusProblem(http.StatusUnprocessableEntity, `what was sent holds the character \u0000, which stands for nothing in a text: leave it out`)
	}
	return body, nil
}

// holdsNul says whether JSON holds the escape \u0000. One that follows a backslash of its own is six plain characters.
func holdsNul(text []byte) bool {
	escape := []byte(`\u0000`)
	for {
		at := bytes.Index(text, escape)
		if at < 0 {
			return false
		}
		before := at
		for before > 0 && text[before-1] == '\\' {
			before--
		}
		if (at-before)%2 == 0 {
			return true
		}
		text = text[at+len(escape):]
	}
}
