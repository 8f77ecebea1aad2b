package hidden_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

const password = "a-password-that-nobody-may-see"

// TestATextIsNotShown prints it in every way, by itself and inside others.
func TestATextIsNotShown(t *testing.T) {
	text := hidden.Conceal(password)
	type config struct {
		Public string
		Text   hidden.Text
		quiet  hidden.Text
	}
	var all strings.Builder
	for _, v := range []any{text, &text, []any{text}, config{"name", text, text}, &config{"name", text, text}, map[string]any{"key": text}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} { // those that do not fit show most
			fmt.Fprintf(&all, verb, v)
		}
		slog.New(slog.NewTextHandler(&all, nil)).Info("text", "value", v)
		slog.New(slog.NewJSONHandler(&all, nil)).Info("json", "value", v)
	}
	written, err := json.Marshal(config{Text: text})
	if err != nil || !strings.Contains(string(written), "[hidden]") {
		t.Errorf("it is written as %s: %v", written, err)
	}
	shown := all.String() + string(written) + text.String()
	if strings.Contains(shown, password) || strings.Contains(shown, fmt.Sprintf("%x", password)) {
		t.Errorf("it is shown: %s", shown)
	}
}

func TestATextIsGivenToWhoAsks(t *testing.T) {
	if got := hidden.Conceal(password).Reveal(); got != password {
		t.Errorf("it gives %q", got)
	}
	if got := (hidden.Text{}).Reveal(); got != "" {
		t.Errorf("of nothing it gives %q", got)
	}
	if got := fmt.Sprintf("%x", hidden.Conceal("abc").Hash()); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("its hash is %s", got)
	}
}
