package folder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/folder"
)

func TestWithinStaysInTheFolderAndFollowsNoLink(t *testing.T) {
	root := tree(t, "service/compose.yaml", "services: {}", "service/deploy/web.yaml", "kind: Pod", "outside.yaml", "x: 1")
	dir := filepath.Join(root, "service")
	for name, to := range map[string]string{"link.yaml": "compose.yaml", "out.yaml": "../outside.yaml", "linked": "deploy"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	for name, want := range map[string]string{
		"compose.yaml": "", "./compose.yaml": "", "deploy/web.yaml": "", "deploy/../compose.yaml": "",
		"../outside.yaml": "not below", "/etc/passwd": "not below", "": "not below", "out.yaml": "a link", "link.yaml": "a link", "linked/web.yaml": "a link",
		"deploy": "not a file", "nowhere.yaml": "no such file", "compose.yaml/x": "",
	} {
		source, err := folder.Within(dir, name, 100)
		if name == "compose.yaml/x" {
			if err == nil {
				t.Errorf("%s: read", name)
			}
			continue
		}
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) || err == nil && len(source.Text) == 0 {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := folder.Within(dir, "compose.yaml", 3); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("a file over the bound: %v", err)
	}
}
