package settings_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var (
	variable = regexp.MustCompile(`BULKHEAD_[A-Z0-9_]+`)
	option   = regexp.MustCompile(`serve["', ]+(--[a-z-]+)`)
)

// TestWhatIsDeployedNamesSettings holds the files that deploy the server to the settings that there are.
func TestWhatIsDeployedNamesSettings(t *testing.T) {
	_, parsed := parse(t)
	known := map[string]bool{"BULKHEAD_KEY_RING": true, "BULKHEAD_OIDC_CLIENT_SECRET": true, "BULKHEAD_SMTP_PASSWORD": true}
	for _, f := range parsed.Model.Flags {
		known["--"+f.Name] = true
		for _, env := range f.Envs {
			known[env] = true
		}
	}
	files, err := filepath.Glob("../../../deploy/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is nothing to deploy with (%v)", err)
	}
	said := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := variable.FindAllString(string(text), -1)
		for _, m := range option.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
		for _, name := range names {
			said++
			if !known[name] {
				t.Errorf("%s speaks of %s, which is no setting", file, name)
			}
		}
	}
	if said < 8 {
		t.Errorf("only %d settings were found in the files: are they looked for rightly?", said)
	}
}
