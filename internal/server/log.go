package server

import (
	"io"
	"log"
	"log/slog"
	"os"
	"regexp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

// NewLog makes the log that settings ask for.
func NewLog(c settings.Log, to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.Level.Slog()}
	if c.Format == settings.Text || c.Format == settings.Auto && isTerminal(to) {
		return slog.New(slog.NewTextHandler(to, options))
	}
	return slog.New(slog.NewJSONHandler(to, options))
}

func isTerminal(to io.Writer) bool {
	f, is := to.(*os.File)
	if !is {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// address is what may be the address of a person, as net/http writes it.
var address = regexp.MustCompile(`(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?|\[[0-9A-Fa-f:.%\w]*\](?::\d+)?`)

// httpLog takes what net/http has to say, which is mostly of connections that went wrong, and leaves the addresses out.
func (s *server) httpLog() *log.Logger { return log.New(scrubber{s.Log}, "", 0) }

type scrubber struct{ log *slog.Logger }

// Write logs one message.
func (l scrubber) Write(text []byte) (int, error) {
	said := address.ReplaceAllString(strings.TrimSpace(string(text)), "[address]")
	l.log.Warn("a connection went wrong", "said", said)
	return len(text), nil
}
