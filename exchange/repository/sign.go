package repository

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// sign is what may be there because a control is.
type sign struct {
	control ident.ID
	files   []string // patterns of whole paths
	names   []string // patterns of names in any folder
	words   []string // in what says how the service is built
}

// signs of controls. To add one, add to this list: a test checks that the library has the control.
func signs() []sign {
	return []sign{
		{
			control: "code-review",
			files:   []string{"CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"},
		},
		{
			control: "container-image-scanning",
			names:   []string{"trivy.yaml", "trivy.yml", ".trivyignore", ".trivyignore.yaml", ".grype.yaml", ".grype.yml", "grype.yaml"},
			words:   []string{"trivy", "grype", "anchore/scan-action"},
		},
		{
			control: "dependency-scanning",
			files: []string{
				".github/dependabot.yml", ".github/dependabot.yaml", "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json",
				".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json", ".gitlab/renovate.json5",
			},
			names: []string{".snyk", "osv-scanner.toml"},
			words: []string{"dependency-review-action", "osv-scanner", "govulncheck", "npm audit", "pip-audit", "bundler-audit", "bundle-audit", "cargo audit", "cargo-audit", "dependency-check", "dependency_scanning", "dependency-scanning"},
		},
		{
			control: "infrastructure-as-code-review",
			names:   []string{"tfsec.yml", "tfsec.yaml", ".tfsec.yml", ".tfsec.yaml", ".checkov.yml", ".checkov.yaml", "kics.config", "kics.yml", "kics.yaml", ".kics.yml", ".kics.yaml"},
			files:   []string{".tfsec/*"},
			words:   []string{"tfsec", "checkov", "kics", "trivy config"},
		},
		{
			control: "secret-scanning",
			names: []string{
				".gitleaks.toml", "gitleaks.toml", ".gitleaksignore", ".secrets.baseline", "trufflehog.yml", "trufflehog.yaml", ".trufflehog.yml", ".trufflehog.yaml",
				"trufflehog-config.yml", "trufflehog-config.yaml",
			},
			words: []string{"gitleaks", "trufflehog", "detect-secrets", "secret_detection", "secret-detection"},
		},
		{
			control: "software-bill-of-materials",
			names:   []string{"*.cdx.json", "*.cdx.xml", "*.spdx.json", "*.spdx", "bom.json", "bom.xml"},
			words:   []string{"cyclonedx", "syft", "sbom-action", "sbom-tool"},
		},
		{
			control: "static-analysis",
			files:   []string{".github/workflows/*codeql*", ".github/workflows/*semgrep*", ".semgrep/*"},
			names:   []string{".semgrep.yml", ".semgrep.yaml", "sonar-project.properties"},
			words:   []string{"codeql-action", "semgrep", "gosec", "bandit", "brakeman", "sonarqube", "sonarcloud"},
		},
		{
			control: "vulnerability-disclosure",
			files:   []string{"SECURITY.md", ".github/SECURITY.md", "docs/SECURITY.md", "SECURITY.rst", "SECURITY.txt"},
			names:   []string{"security.txt"},
		},
	}
}

// signs notes of which controls a file is a sign. Text is what it says of how the service is built, where it does.
func (s *sightings) signs(t *tree, file, base, text string) {
	if matches(file, []string{".pre-commit-config.yaml", ".pre-commit-config.yml"}) {
		text = t.text(file, t.limits.File)
	}
	text = strings.ToLower(uncommented(text))
	for _, sg := range signs() {
		if matches(file, sg.files) || matches(base, sg.names) && (base != "security.txt" || inTheRightPlace(file)) || holds(text, sg.words) {
			s.evidence[sg.control] = append(s.evidence[sg.control], shown(file))
		}
	}
}

// inTheRightPlace says whether a security.txt is where people outside look for it.
func inTheRightPlace(file string) bool {
	dir := path.Dir(file)
	return dir == "." || path.Base(dir) == ".well-known"
}

// holds says whether a text has one of some words in it, as a word of its own.
func holds(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		for rest := text; ; {
			at := strings.Index(rest, w)
			if at < 0 {
				return false
			}
			if (at == 0 || !isLetter(rest[at-1])) && (at+len(w) == len(rest) || !isLetter(rest[at+len(w)])) {
				return true
			}
			rest = rest[at+len(w):]
		}
	})
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

// uncommented takes out what follows a sign of a comment: a step that is put aside is no sign.
func uncommented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		trimmed := strings.TrimLeft(line, " \t")
		if strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "//") {
			continue
		}
		line, _, _ = strings.Cut(line, " #")
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}

func (s *sightings) controls() (out []Control) {
	for _, id := range slices.Sorted(maps.Keys(s.evidence)) {
		out = append(out, Control{ID: id, Found: s.evidence[id]})
	}
	return out
}
