package settings

import (
	"os"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// secret is a setting that is never shown and that no flag takes.
type secret struct {
	env  string  // the variable that may hold it
	file *string // the setting that names a file with it; nil where there is none
	into *hidden.Text
	help string
	from string // where it came from; empty where it did not
}

func (c *Config) secretSettings() []secret {
	return []secret{
		{env: "BULKHEAD_KEY_RING", into: &c.KeyRing, help: "The keys that seal the record themselves, as they stand in their file, in place of the file."},
		{env: "BULKHEAD_OIDC_CLIENT_SECRET", file: &c.OIDC.ClientSecretFile, into: &c.OIDC.ClientSecret, help: "The secret of the registration at the sign-in service, in place of a file with it."},
		{env: "BULKHEAD_SMTP_PASSWORD", file: &c.SMTP.PasswordFile, into: &c.SMTP.Password, help: "The password at the server that sends e-mail on, in place of a file with it."},
		{env: "BULKHEAD_CHECKPOINTS_WEBHOOK_KEY", into: &c.Checkpoints.WebhookKey, help: "The key that signs what is sent to the webhook of checkpoints: whsec_ and base64 of 24 to 64 random bytes."},
	}
}

// readSecrets fills the secrets from the environment or from the files that hold them.
func (l *Loaded) readSecrets() error {
	l.secrets = l.secretSettings()
	for i := range l.secrets {
		if err := l.readSecret(&l.secrets[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loaded) readSecret(s *secret) error {
	text, from := os.Getenv(s.env), s.env
	if s.file != nil && *s.file != "" {
		if text != "" {
			return fault.At([]fault.Field{l.wrong(s.file, "%s is set too: keep one of the two", s.env)})
		}
		read, err := readFile(*s.file)
		if err != nil {
			return fault.At([]fault.Field{l.wrong(s.file, "%s", err)})
		}
		text, from = strings.TrimRight(string(read), "\r\n"), "the file "+*s.file
		if text == "" {
			return fault.At([]fault.Field{l.wrong(s.file, "the file is empty: put the secret in it")})
		}
	}
	if text != "" {
		*s.into, s.from = hidden.Conceal(text), from
	}
	return nil
}
