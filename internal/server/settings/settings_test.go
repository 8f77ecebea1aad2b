package settings_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

var update = flag.Bool("update", false, "write the reference in the guide anew; read the difference before it is kept")

// parse reads a command line as the program does.
func parse(t testing.TB, args ...string) (*settings.Flags, *kong.Context) {
	t.Helper()
	var flags settings.Flags
	parser, err := kong.New(&flags, kong.Name("serve"))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	return &flags, parsed
}

func load(t testing.TB, args ...string) (*settings.Loaded, error) {
	t.Helper()
	flags, parsed := parse(t, args...)
	return flags.Load(parsed)
}

// file writes a file and gives its name.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func printed(t testing.TB, l *settings.Loaded) string {
	t.Helper()
	var b bytes.Buffer
	if err := l.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDefaults(t *testing.T) {
	l, err := load(t)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct{ got, want any }{
		"listen":      {l.Listen, "127.0.0.1:8080"},
		"database":    {l.DatabaseName(), filepath.Join("bulkhead-data", "bulkhead.db")},
		"keys":        {l.KeysFile(), filepath.Join("bulkhead-data", "keys")},
		"signing key": {l.SigningKeyFile(), filepath.Join("bulkhead-data", "signing-key")},
		"public":      {l.PublicURL("127.0.0.1:8080"), "http://127.0.0.1:8080"},
		"header":      {time.Duration(l.Timeouts.Header), 10 * time.Second},
		"body":        {int64(l.Limits.Body), int64(33 << 20)},
		"answers":     {time.Duration(l.Keep.Answers), 24 * time.Hour},
		"domains":     {len(l.TLS.Domains), 0},
		"local":       {l.Local(), true},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, want %v", what, c.got, c.want)
		}
	}
}

func TestAFlagGoesBeforeTheEnvironmentThatBeforeTheFile(t *testing.T) {
	config := file(t, "bulkhead.yaml", "listen: 127.0.0.1:1\ndata: /from/file\nworkers: 3\nlimits:\n  rate: 7\ntrusted_proxies: [10.0.0.0/8, 192.0.2.1]\n")
	t.Setenv("BULKHEAD_LISTEN", "127.0.0.1:2")
	t.Setenv("BULKHEAD_DATA", "/from/env")
	t.Setenv("BULKHEAD_LIMITS_BURST", "9")
	l, err := load(t, "--config", config, "--listen", "127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(l.Listen, l.Data, l.Workers, l.Limits.Rate, l.Limits.Burst, l.Limits.Body, l.TrustedProxies),
		"127.0.0.1:3/from/env3 7 9 33MiB [10.0.0.0/8 192.0.2.1/32]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	shown := printed(t, l)
	for _, want := range []string{
		"listen: 127.0.0.1:3 # --listen", "data: /from/env # BULKHEAD_DATA", "workers: 3 # " + config + ":3",
		"  rate: 7 # " + config + ":5", "  burst: 9 # BULKHEAD_LIMITS_BURST", "  body: 33MiB # default", "url: # not set",
	} {
		if !strings.Contains(squeezed(shown), want) {
			t.Errorf("it does not print %q:\n%s", want, shown)
		}
	}
}

// squeezed makes each run of spaces in the middle of a line one.
func squeezed(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		lines[i] = indent + strings.Join(strings.Fields(line), " ")
	}
	return strings.Join(lines, "\n")
}

// A default that a flag or variable repeats is still set by it: the file does not go before it.
func TestAFlagThatSaysTheDefaultGoesBeforeTheFile(t *testing.T) {
	config := file(t, "bulkhead.yaml", "listen: 127.0.0.1:1\nread_only: yes\n")
	l, err := load(t, "--config", config, "--listen", "127.0.0.1:8080", "--read-only=false")
	if err != nil {
		t.Fatal(err)
	}
	if l.Listen != "127.0.0.1:8080" || l.ReadOnly {
		t.Errorf("listen is %s, read_only %t", l.Listen, l.ReadOnly)
	}
}

func TestWhatIsPrintedCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		args := []string{
			"--data=" + rapid.StringMatching(`[a-z/.][a-z/. #:'"\\é]{0,12}x`).Draw(rt, "data"),
			"--limits-body=" + settings.Size(rapid.Int64Range(1, 1<<40).Draw(rt, "body")).String(),
			"--keep-postures=" + settings.Duration(rapid.Int64Range(30*24*int64(time.Hour), 1e18).Draw(rt, "postures")).String(),
			"--trusted-proxies=" + rapid.SampledFrom([]string{"10.0.0.0/8", "10.0.0.0/8,::1", "fd00::/8"}).Draw(rt, "proxies"),
			"--oidc-domains=" + rapid.SampledFrom([]string{"a.example", "a.example,b.example"}).Draw(rt, "domains"),
			"--oidc-issuer=https://login.example", "--oidc-client-id=" + rapid.SampledFrom([]string{"x", "true", "- x", "12", "*y"}).Draw(rt, "id"),
			"--listen=" + rapid.SampledFrom([]string{"127.0.0.1:0", "[::1]:80", "localhost:80"}).Draw(rt, "listen"),
		}
		first, err := load(t, args...)
		if err != nil {
			rt.Fatal(err)
		}
		second, err := load(t, "--config", file(t, "printed.yaml", printed(t, first)))
		if err != nil {
			rt.Fatalf("%v\n%s", err, printed(t, first))
		}
		if !reflect.DeepEqual(first.Config, second.Config) {
			rt.Fatalf("%+v\nis read back as\n%+v", first.Config, second.Config)
		}
	})
}

func TestWhatIsWrongIsToldWhereItStands(t *testing.T) {
	for _, c := range []struct {
		text string // of the file
		args string
		want string
	}{
		{"lisen: x", "", `1:1: the key "lisen" is not known here; did you mean listen?`},
		{"listen: 127.0.0.1:80\ntls:\n  certifcate: a", "", `3:3: the key "certifcate" is not known here; did you mean certificate?`},
		{"workers: many", "", `1:10: expected a whole number; found "many"`},
		{"keep: {postures: 29d}", "", `1:18: expected at least 30d, so that nobody can hide what was shown lately, or 0 for ever; found 29d`},
		{"keep:\n  sessions: long", "", `2:13: expected a length of time such as 30s, 5m, 12h or 90d; found "long"`},
		{"limits: {body: 5 miles}", "", `expected a number of bytes such as 32MiB, 64KiB or 1000; found "5 miles"`},
		{"log: {level: inf}", "", `"inf" is not one of debug, info, warn, error; did you mean info?`},
		{"trusted_proxies: [10.0.0]", "", `expected a network such as 10.0.0.0/8 or one address; found "10.0.0"`},
		{"trusted_proxies: [10.0.0.0/8, 0.0.0.0/0]", "", `1:18: this is everybody`},
		{"", "--trusted-proxies=::/0", "--trusted-proxies: this is everybody"},
		{"listen: here", "", `1:9: expected an address and a port`},
		{"listen: 0.0.0.0:80", "", `1:9: others than this machine could reach the server here, unencrypted`},
		{"", "--listen=0.0.0.0:80", "--listen: others than this machine could reach"},
		{"", "--listen=:80 --demo --tls-domains=a.example", "--listen: a demonstration signs in whoever has a link"},
		{"", "--listen=example.org:80", `expected an address of this machine`},
		{"", "--listen=127.0.0.1:080", `expected an address and a port`},
		{"", "--tls-certificate=a", "--tls-certificate: the key of the certificate is missing"},
		{"", "--tls-key=a", "--tls-key: the certificate of the key is missing"},
		{"", "--tls-certificate=a --tls-key=b --tls-domains=c.example", "take one out"},
		{"", "--tls-directory=https://ca.example", "no certificate is fetched"},
		{"", "--url=bulkhead.example.org", "--url: expected an address such as https://"},
		{"", "--url=http://bulkhead.example.org", "it must begin with https://"},
		{"", "--url=https://bulkhead.example.org/x", "such as https://bulkhead.example.org"},
		{"", "--url=https://u:p@bulkhead.example.org", "expected an address such as"},
		{"", "--database=mysql://x", "expected the address of a PostgreSQL database"},
		{"", "--oidc-issuer=https://a.example", "set oidc.client_id"},
		{"", "--oidc-client-id=b", "set oidc.issuer"},
		{"", "--oidc-issuer=http://a.example --oidc-client-id=b", "expected an address that begins with https://"},
		{"", "--listen=:443 --tls-domains=c.example --oidc-issuer=https://a.example --oidc-client-id=b", "set url"},
		{"", "--smtp-address=mail.example:25", "--smtp-from: expected the address that e-mail comes from"},
		{"", "--smtp-address=mail.example:25 --smtp-from=a@b.example --smtp-tls=none", "unencrypted"},
		{"", "--smtp-address=mail.example:25 --smtp-from=a@b.example --smtp-user=u", "the password is missing"},
		{"", "--oidc-client-secret-file=/nowhere/at/all", "--oidc-client-secret-file: there is no file /nowhere/at/all"},
		{"", "--checkpoints-webhook=http://far.example/x", "--checkpoints-webhook: expected an address that begins with https://"},
		{"", "--metrics-listen=127.0.0.1:8080", "choose another port"},
		{"", "--workers=-1", "--workers: expected a whole number from 0 to 1024"},
		{"", "--limits-burst=0", "--limits-burst: expected a whole number, 1 or more"},
		{"", "--timeouts-header=0", "--timeouts-header: expected a length of time above 0"},
		{"", "--demo --read-only", "take one of demo and read_only out"},
		{"", "--config=/nowhere/at/all", "there is no file /nowhere/at/all"},
	} {
		args := strings.Fields(c.args)
		if c.text != "" {
			args = append(args, "--config", file(t, "bulkhead.yaml", c.text))
		}
		_, err := load(t, args...)
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.ExitCode(err) != 2 {
			t.Errorf("%s %s: got %v (exit code %d), want %s", c.text, c.args, err, fault.ExitCode(err), c.want)
		}
		if wrong, is := errors.AsType[*fault.Error](err); is && c.text != "" && (len(wrong.Fields) == 0 || wrong.Fields[0].Line == 0) {
			t.Errorf("%s: it is not said where that stands: %v", c.text, err)
		}
	}
}

func TestAServerOnAllAddressesIsReachedOnThisMachine(t *testing.T) {
	l, err := load(t, "--listen=:8080", "--trusted-proxies=10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	for listening, want := range map[string]string{
		":8080": "http://127.0.0.1:8080", "0.0.0.0:80": "http://127.0.0.1:80", "[::]:8080": "http://127.0.0.1:8080", "[::1]:80": "http://[::1]:80", "192.0.2.1:80": "http://192.0.2.1:80",
	} {
		if got := l.ListenURL(listening); got != want {
			t.Errorf("%s is reached at %s, want %s", listening, got, want)
		}
	}
}

func TestWhatMayBeSeenByOthersIsTakenWithTLSOrBehindAProxy(t *testing.T) {
	for _, args := range []string{"--listen=:443 --tls-domains=a.example", "--listen=0.0.0.0:80 --trusted-proxies=10.0.0.0/8", "--listen=[::]:443 --tls-certificate=a --tls-key=b"} {
		if _, err := load(t, strings.Fields(args)...); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	const hush = "correct-horse"
	t.Setenv("BULKHEAD_KEY_RING", hush+"-ring")
	t.Setenv("BULKHEAD_SMTP_PASSWORD", hush+"-mail")
	l, err := load(t, "--database", "postgres://bulkhead:"+hush+"@db.example/bulkhead?sslmode=require&password="+hush,
		"--checkpoints-webhook", "https://hooks.example/"+hush, "--oidc-issuer=https://login.example", "--oidc-client-id=b",
		"--oidc-client-secret-file", file(t, "secret", hush+"-oidc\n"))
	if err != nil {
		t.Fatal(err)
	}
	if l.OIDC.ClientSecret.Reveal() != hush+"-oidc" || l.SMTP.Password.Reveal() != hush+"-mail" || l.KeyRing.Reveal() != hush+"-ring" {
		t.Error("a secret was not read")
	}
	shown := printed(t, l)
	if strings.Contains(shown, hush) {
		t.Errorf("a secret is shown:\n%s", shown)
	}
	for _, want := range []string{"database: postgres://bulkhead:hidden@db.example", "webhook: https://hooks.example/...", "# smtp password: set, from BULKHEAD_SMTP_PASSWORD", "# oidc client secret: set, from the file "} {
		if !strings.Contains(squeezed(shown), want) {
			t.Errorf("it does not print %q:\n%s", want, shown)
		}
	}
}

func TestASecretIsSetOnce(t *testing.T) {
	t.Setenv("BULKHEAD_SMTP_PASSWORD", "hush")
	_, err := load(t, "--smtp-password-file", file(t, "secret", "hush"))
	if err == nil || !strings.Contains(err.Error(), "keep one of the two") || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v", err)
	}
	t.Setenv("BULKHEAD_SMTP_PASSWORD", "")
	if _, err := load(t, "--smtp-password-file", file(t, "secret", "\n")); err == nil || !strings.Contains(err.Error(), "the file is empty") {
		t.Errorf("got %v", err)
	}
}

// TestNamesFollowFromTheKey holds the flag and the variable of every setting to the rule that the guide promises.
func TestNamesFollowFromTheKey(t *testing.T) {
	_, parsed := parse(t)
	have := map[string]string{}
	for _, f := range parsed.Model.Flags {
		have[f.Name] = strings.Join(f.Envs, " ")
		if f.Help == "" || !f.IsBool() && f.PlaceHolder == "" && !f.HasDefault && f.Name != "help" {
			t.Errorf("--%s has no help or does not say what it takes", f.Name)
		}
	}
	settled := 0
	for line := range strings.Lines(settings.Reference()) {
		cells := strings.Split(line, "`")
		if len(cells) < 4 || !strings.HasPrefix(cells[3], "--") {
			continue
		}
		settled++
		name := strings.TrimPrefix(cells[3], "--")
		if env, is := have[name]; !is || env != "BULKHEAD_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_")) {
			t.Errorf("--%s is read from the environment as %q", name, env)
		}
	}
	if beside := 4; settled != len(have)-beside { // help, config, print-config and check-health are no settings
		t.Errorf("%d settings are told, and there are %d flags", settled, len(have))
	}
}

// TestTheGuideHoldsTheReference compares the tables in the guide with what the settings say of themselves.
func TestTheGuideHoldsTheReference(t *testing.T) {
	const page, begin, end = "../../../docs/guide/11-run-a-server.md", "<!-- settings -->\n", "<!-- end of settings -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	have, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the reference", page)
	}
	want := "\n" + settings.Reference() + "\n"
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if have != want {
		t.Errorf("the reference in %s is not what the settings say: run go test ./internal/server/settings -update, and read the difference", page)
	}
}

// FuzzFile holds reading a file of settings to giving a configuration or an error that the caller can mend.
func FuzzFile(f *testing.F) {
	f.Add("listen: 127.0.0.1:80\n")
	f.Add("tls: {domains: [a, b]}\nlimits:\n  body: 3KiB\nlog:\n")
	f.Add("trusted_proxies: 10.0.0.0/8\nkeep: {sessions: 99999d}")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := load(t, "--config", file(t, "bulkhead.yaml", text))
		if err != nil {
			if fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.TooLarge {
				t.Errorf("%v is of kind %s", err, fault.KindOf(err))
			}
			return
		}
		if _, err := load(t, "--config", file(t, "printed.yaml", printed(t, l))); err != nil && l.Database == "" && l.Checkpoints.Webhook == "" {
			t.Errorf("what was printed is not read back: %v", err)
		}
	})
}
