package api

import (
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Raw is an answer that is JSON already.
type Raw struct {
	ContentType     string `header:"Content-Type"`
	ContentEncoding string `header:"Content-Encoding"`
	Vary            string `header:"Vary"`
	ETag            string `header:"ETag"`
	Pending         string `header:"Bulkhead-Pending" doc:"Given, with the value true, when something changed that the answer does not show yet"`
	Failing         string `header:"Bulkhead-Failing" doc:"Given when judging the service fails: the moment since when the posture shows no change. Whoever runs the server finds in its log why"`
	Body            []byte
}

func raw(text []byte) *Raw { return &Raw{ContentType: "application/json", Body: text} }

// Taking is what a reader takes.
type Taking struct {
	Encoding string `header:"Accept-Encoding" hidden:"true"`
}

// gzip says whether the reader takes an answer in gzip.
func (t *Taking) gzip() bool {
	for one := range strings.SplitSeq(t.Encoding, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(one), ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		weight, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !found || err != nil || q > 0
	}
	return false
}

// pieced makes an answer of a text that is kept as it is sent, and of what stands before and after it. Who takes gzip is
// sent what is kept; it is unpacked for anybody else.
func pieced(t *Taking, before []byte, sent *registry.Sent, after []byte) (*Raw, error) {
	if !t.gzip() {
		text, err := sent.Text()
		if err != nil {
			return nil, err
		}
		out := raw(append(append(before, text...), after...))
		out.Vary = "Accept-Encoding"
		return out, nil
	}
	out := raw(sent.Gzip(before, after))
	out.ContentEncoding, out.Vary = "gzip", "Accept-Encoding"
	return out, nil
}
