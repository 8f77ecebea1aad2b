package repository_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/exchange/repository"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"github.com/google/go-cmp/cmp"
)

// files makes a file system of names and texts.
func files(pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return out
}

func read(t *testing.T, root fs.FS) repository.Draft {
	t.Helper()
	d, err := repository.Read(root, "The Folder", repository.Default())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// line shows a component in a line.
func line(c repository.Component) string {
	return fmt.Sprintf("%s: %s (%s) [%s]", c.ID, c.Type, c.Technology, strings.Join(c.Found, " "))
}

func parts(d repository.Draft) (out []string) {
	for _, c := range d.Components {
		out = append(out, line(c))
	}
	return out
}

func TestNothing(t *testing.T) {
	d := read(t, fstest.MapFS{})
	if want := (repository.Draft{Name: "The Folder"}); !reflect.DeepEqual(d, want) {
		t.Errorf("nothing gives %+v", d)
	}
}

func TestGoRepository(t *testing.T) {
	d := read(t, files(
		".git/config", "",
		".github/dependabot.yml", "version: 2",
		".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      # - run: semgrep\n      - run: govulncheck ./...\n",
		".github/workflows/codeql.yaml", "",
		"CODEOWNERS", "", "SECURITY.md", "", ".gitleaks.toml", "", "trivy.yaml", "", "sbom/app.cdx.json", "{}", ".checkov.yaml", "",
		"Dockerfile", "FROM golang:1.26 AS build\nRUN go build\nFROM --platform=$TARGET gcr.io/distroless/static@sha256:00\nCOPY --from=build /a /a\n",
		"compose.yaml", "services: {}",
		"deploy/main.tf", "", "deploy/app.yaml", "apiVersion: apps/v1\nkind: Deployment\n",
		"go.mod", "module example.com/dept/benefits-portal/v2\n\ngo 1.26\n\nrequire (\n\tgithub.com/labstack/echo/v4 v4.1.0\n\tgithub.com/gin-gonic/gin v1.0.0 // indirect\n)\n",
		"go.sum", "",
	))
	want := repository.Draft{
		Name: "benefits-portal", NamedBy: "go.mod",
		Holds: []repository.Found{
			{"Go", []string{"go.mod", "go.sum"}},
			{"Container image", []string{"Dockerfile"}},
			{"Compose", []string{"compose.yaml"}},
			{"Kubernetes", []string{"deploy/app.yaml"}},
			{"Terraform", []string{"deploy/main.tf"}},
			{"GitHub Actions", []string{".github/workflows/ci.yml", ".github/workflows/codeql.yaml"}},
		},
		Components: []repository.Component{
			{"benefits-portal", "benefits-portal", "api", "go.mod names github.com/labstack/echo", "Go, in a container from gcr.io/distroless/static", []string{"Dockerfile", "go.mod", "go.sum"}},
			{"platform", "What the service runs on", "platform", "it is written down as code", "Kubernetes, Terraform", []string{"deploy/app.yaml", "deploy/main.tf"}},
			{"repository", "Where the code is kept", "code-repository", "this is one", "", []string{".git", "CODEOWNERS"}},
			{"pipeline", "What builds the service", "build-pipeline", "it is written down here", "GitHub Actions", []string{".github/workflows/ci.yml", ".github/workflows/codeql.yaml"}},
		},
		Controls: []repository.Control{
			{"code-review", []string{"CODEOWNERS"}},
			{"container-image-scanning", []string{"trivy.yaml"}},
			{"dependency-scanning", []string{".github/dependabot.yml", ".github/workflows/ci.yml"}},
			{"infrastructure-as-code-review", []string{".checkov.yaml"}},
			{"secret-scanning", []string{".gitleaks.toml"}},
			{"software-bill-of-materials", []string{"sbom/app.cdx.json"}},
			{"static-analysis", []string{".github/workflows/codeql.yaml"}},
			{"vulnerability-disclosure", []string{"SECURITY.md"}},
		},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
}

// Each language is known by what it is described with, and a part by what that says.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		about string
		files fstest.MapFS
		want  []string
		name  string
	}{
		{
			"nothing says what sort it is: it is asked the most",
			files("go.mod", "module example.com/tool\n"),
			[]string{"tool: web-application (Go) [go.mod]"},
			"tool",
		},
		{
			"a front and a back in folders of their own",
			files("package.json", `{"name":"@dept/forms","workspaces":["packages/*"]}`, "package-lock.json", "{}", "packages/front/package.json", `{"name":"front","dependencies":{"react":"19","govuk-frontend":"6"}}`,
				"packages/api/package.json", `{"dependencies":{"express":"5"}}`, "packages/shared/package.json", `{"name":"shared"}`),
			[]string{"api: api (JavaScript or TypeScript) [packages/api/package.json]", "front: web-application (JavaScript or TypeScript) [packages/front/package.json]"},
			"forms",
		},
		{
			"a root that only holds others, none of which says what it is",
			files("package.json", `{"name":"all","workspaces":["a","b"]}`, "a/package.json", `{}`, "b/package.json", `{}`),
			[]string{"all: web-application (JavaScript or TypeScript) [package.json a/package.json b/package.json]"},
			"all",
		},
		{
			"a front beside a Go program that says nothing of itself",
			files("go.mod", "module x.test/portal\n", "web/package.json", `{"devDependencies":{"vue":"3"}}`),
			[]string{"portal: web-application (Go) [go.mod]", "web: web-application (JavaScript or TypeScript) [web/package.json]"},
			"portal",
		},
		{
			"a recipe of a container in a folder of its own belongs to what is above it",
			files("pyproject.toml", "[tool.x]\nname = \"not-this\"\n[project]\nname = 'permits'\ndependencies = [\"Flask==3.0\"]\n", "uv.lock", "", "build/Dockerfile", "FROM python:3.14-slim\n"),
			[]string{"permits: web-application (Python, in a container from python:3.14-slim) [pyproject.toml uv.lock build/Dockerfile]"},
			"permits",
		},
		{
			"a container that is made from nothing else is what its image is",
			files("proxy/Dockerfile", "FROM docker.io/library/nginx:1.29\n", "db/Containerfile", "FROM ${BASE}\n"),
			[]string{"db: web-application (container) [db/Containerfile]", "proxy: gateway (container from docker.io/library/nginx:1.29) [proxy/Dockerfile]"},
			"The Folder",
		},
		{
			"two folders of one name",
			files("a/worker/Dockerfile", "", "b/worker/Dockerfile", ""),
			[]string{"worker: web-application (container) [a/worker/Dockerfile]", "b-worker: web-application (container) [b/worker/Dockerfile]"},
			"The Folder",
		},
		{
			"Java",
			files("pom.xml", `<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent><artifactId>claims</artifactId><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>`),
			[]string{"claims: api (Java) [pom.xml]"},
			"claims",
		},
		{
			"modules of Java",
			files("pom.xml", `<project><artifactId>all</artifactId><packaging>pom</packaging><modules><module>web</module></modules></project>`, "web/pom.xml", `<project><artifactId>w</artifactId><a>spring-boot-starter-thymeleaf</a></project>`),
			[]string{"web: web-application (Java) [web/pom.xml]"},
			"all",
		},
		{"Gradle", files("build.gradle.kts", `implementation("org.springframework.boot:spring-boot-starter-webflux:4")`), []string{"the-folder: api (Java) [build.gradle.kts]"}, "The Folder"},
		{"Ruby", files("Gemfile", "# gem 'sinatra'\ngem \"rails\", \"~> 8\"\n", "Gemfile.lock", ""), []string{"the-folder: web-application (Ruby) [Gemfile Gemfile.lock]"}, "The Folder"},
		{"Rust", files("Cargo.toml", "[package]\nname = \"ferry\"\n[dependencies]\naxum = \"1\"\n", "Cargo.lock", ""), []string{"ferry: api (Rust) [Cargo.lock Cargo.toml]"}, "ferry"},
		{"Rust in parts", files("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n", "a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nrocket = \"1\"\n"), []string{"a: api (Rust) [a/Cargo.toml]"}, "The Folder"},
		{"PHP", files("composer.json", `{"name":"dept/site","require":{"laravel/framework":"13"}}`, "composer.lock", "{}"), []string{"site: web-application (PHP) [composer.json composer.lock]"}, "site"},
		{".NET", files("src/Portal/Portal.csproj", `<Project Sdk="Microsoft.NET.Sdk.Web"></Project>`), []string{"portal: web-application (.NET) [src/Portal/Portal.csproj]"}, "The Folder"},
		{"Elixir", files("mix.exs", "{:phoenix, \"~> 1.8\"}", "mix.lock", ""), []string{"the-folder: web-application (Elixir) [mix.exs mix.lock]"}, "The Folder"},
		{"an application for phones", files("package.json", `{"name":"app","dependencies":{"react-native":"1","react":"1"}}`), []string{"app: mobile-application (JavaScript or TypeScript) [package.json]"}, "app"},
		{"a manifest that cannot be read", files("package.json", `{"name": 3, "dependencies": {"express": {}}}`, "pom.xml", "<"), []string{"the-folder: api (JavaScript or TypeScript, Java) [package.json pom.xml]"}, "The Folder"},
		{"a pipeline and nothing else", files("Jenkinsfile", ""), []string{"repository: code-repository () [Jenkinsfile]", "pipeline: build-pipeline (Jenkins) [Jenkinsfile]"}, "The Folder"},
		{"a part that is called as another", files("platform/go.mod", "module p\n", "main.tf", ""), []string{"platform: web-application (Go) [platform/go.mod]", "platform-2: platform (Terraform) [main.tf]"}, "The Folder"},
		{"what others wrote, tests and examples", files("node_modules/a/package.json", "{}", "vendor/b/go.mod", "", "x/testdata/Dockerfile", "", "tests/requirements.txt", "", "examples/pom.xml", ""), nil, "The Folder"},
	} {
		t.Run(c.about, func(t *testing.T) {
			d := read(t, c.files)
			if diff := cmp.Diff(c.want, parts(d)); diff != "" || d.Name != c.name {
				t.Errorf("called %q; %s", d.Name, diff)
			}
		})
	}
}

func TestHolds(t *testing.T) {
	for file, want := range map[string]string{
		".gitlab-ci.yml": "GitLab CI", "azure-pipelines.yml": "Azure Pipelines", ".circleci/config.yml": "CircleCI", "bitbucket-pipelines.yml": "Bitbucket Pipelines", "ci/Jenkinsfile": "Jenkins",
		"docker-compose.yml": "Compose", "charts/a/Chart.yaml": "Helm", "serverless.yml": "Serverless Framework", "infra/a.bicep": "Bicep", "cdk.json": "AWS CDK", "Pulumi.yaml": "Pulumi", "Dockerfile.web": "Container image",
	} {
		if d := read(t, files(file, "a: b\n")); len(d.Holds) == 0 || d.Holds[len(d.Holds)-1].What != want {
			t.Errorf("%s holds %v, want %s", file, d.Holds, want)
		}
	}
	for text, want := range map[string]string{
		"apiVersion: v1\nkind: Service\n": "Kubernetes", "# x\nAWSTemplateFormatVersion: '2010-09-09'\n": "CloudFormation", "Transform: AWS::Serverless-2016-10-31\n": "CloudFormation",
		"kind: Service\n": "", "a:\n  apiVersion: v1\n  kind: x\n": "", "apiVersion: backstage.io/v1alpha1\nkind: Component\n": "",
	} {
		got := ""
		if d := read(t, files("deploy/a.yaml", text)); len(d.Holds) > 0 {
			got = d.Holds[0].What
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestSigns(t *testing.T) {
	for file, want := range map[string]string{
		"renovate.json": "dependency-scanning", ".github/dependabot.yaml": "dependency-scanning", "app/.snyk": "dependency-scanning",
		".github/workflows/semgrep.yml": "static-analysis", ".semgrep.yml": "static-analysis", ".semgrep/rules.yml": "static-analysis",
		"public/.well-known/security.txt": "vulnerability-disclosure", ".github/SECURITY.md": "vulnerability-disclosure",
		".github/CODEOWNERS": "code-review", ".secrets.baseline": "secret-scanning", "trufflehog.yml": "secret-scanning",
		"bom.json": "software-bill-of-materials", "a/b.spdx.json": "software-bill-of-materials", ".grype.yaml": "container-image-scanning",
		"tfsec.yml": "infrastructure-as-code-review", ".tfsec/custom.json": "infrastructure-as-code-review", "kics.config": "infrastructure-as-code-review",
		"notes/security.txt": "", "src/CODEOWNERS.go": "", "security/trivy.md": "",
	} {
		got := ""
		if d := read(t, files(file, "")); len(d.Controls) > 0 {
			got = string(d.Controls[0].ID)
		}
		if got != want {
			t.Errorf("%s is a sign of %q, want %q", file, got, want)
		}
	}
	for text, want := range map[string]string{
		"- uses: github/codeql-action/init@v3": "static-analysis", "script: npm audit": "dependency-scanning", "trivy image app": "container-image-scanning", "run: gitleaks detect": "secret-scanning",
		"run: syft .": "software-bill-of-materials", "run: checkov -d .": "infrastructure-as-code-review", "# run: gitleaks": "", "run: x # gitleaks": "", "run: mygitleaksish": "",
	} {
		got := ""
		if d := read(t, files(".gitlab-ci.yml", text)); len(d.Controls) > 0 {
			got = string(d.Controls[0].ID)
		}
		if got != want {
			t.Errorf("%q is a sign of %q, want %q", text, got, want)
		}
	}
	if d := read(t, files(".pre-commit-config.yaml", "repos: [{repo: https://github.com/gitleaks/gitleaks}]")); len(d.Controls) != 1 || d.Controls[0].ID != "secret-scanning" {
		t.Errorf("the hooks are signs of %v", d.Controls)
	}
}

// TestSignsAreOfTheLibrary finds every sign, and asks the library for its control and the model for the types.
func TestSignsAreOfTheLibrary(t *testing.T) {
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range repository.SignedControls() {
		if lib.Control(id) == nil {
			t.Errorf("the library has no control %s", id)
		}
	}
	for _, word := range repository.ToldTypes() {
		var typ model.ComponentType
		if err := schema.ReadWord(string(word), &typ); err != nil || typ != word {
			t.Errorf("%s is no type of component: %v", word, err)
		}
	}
}

func TestBounds(t *testing.T) {
	root := fstest.MapFS{}
	for i := range 300 {
		root[fmt.Sprintf("d%03d/Dockerfile", i)] = &fstest.MapFile{Data: []byte("FROM a:1\n")}
	}
	root["a/b/c/d/e/main.tf"] = &fstest.MapFile{}
	root["link"] = &fstest.MapFile{Mode: fs.ModeSymlink}
	root["node_modules/x/package.json"] = &fstest.MapFile{}
	d, err := repository.Read(root, "x", repository.Limits{Entries: 320, Depth: 3, File: 4, Bytes: 20, Components: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"folders that hold what others wrote, what was built, or tests: node_modules",
		"one link, which was not followed", "5 large files, of which only the beginning was read",
		"all beyond the first 320 files and folders", "the content of files beyond the first 0 MiB", "14 more parts, beyond those listed",
	}
	if len(d.Components) != 2 {
		t.Errorf("%d components", len(d.Components))
	}
	if diff := cmp.Diff(want, d.Skipped); diff != "" {
		t.Error(diff)
	}
	d, err = repository.Read(files("a/b/c/main.tf", ""), "x", repository.Limits{Entries: 9, Depth: 2, File: 9, Bytes: 9, Components: 9})
	if err != nil || len(d.Holds) > 0 || !reflect.DeepEqual(d.Skipped, []string{"one folder that lies very deep"}) {
		t.Errorf("%+v, %v", d, err)
	}
}

// A link is not followed, wherever it leads.
func TestLinks(t *testing.T) {
	outside, inside := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "go.mod"), []byte("module secret\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"go.mod": filepath.Join(outside, "go.mod"), "sub": outside, "round": "."} {
		if err := os.Symlink(to, filepath.Join(inside, link)); err != nil {
			t.Skip(err)
		}
	}
	d := read(t, os.DirFS(inside))
	if want := (repository.Draft{Name: "The Folder", Skipped: []string{"3 links, which were not followed"}}); !reflect.DeepEqual(d, want) {
		t.Errorf("links give %+v", d)
	}
}

func TestNotAFolder(t *testing.T) {
	if _, err := repository.Read(os.DirFS(filepath.Join(t.TempDir(), "none")), "x", repository.Default()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("nothing there gives %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"module a\nrequire (\n\tb v1\n)\n", `{"name":"@a/b","dependencies":{"react":"1"},"workspaces":[]}`, "[project]\nname = \"a\"\n", "<project><artifactId>a</artifactId></project>",
		"FROM a AS b\nFROM b\n", "apiVersion: v1\nkind: x\n", "\xff\xfe", "name = \"", "[package]\nname = '\u202e'\n", "module \"\n", "module /v2\n", "gem 'rails'", "FROM --a\n", "FROM \x00 AS a",
	} {
		f.Add("web app/Dockerfile", text)
		f.Add("\x1b[31m/go.mod", text)
	}
	limits := repository.Limits{Entries: 60, Depth: 4, File: 1 << 12, Bytes: 1 << 15, Components: 5}
	f.Fuzz(func(t *testing.T, name, text string) {
		root := fstest.MapFS{}
		for _, n := range []string{
			"go.mod", "package.json", "a/pyproject.toml", "pom.xml", "b/Cargo.toml", "composer.json", "c/Gemfile", "mix.exs", "Dockerfile", "b/Containerfile", "a.yaml", ".github/workflows/a.yml", ".gitlab-ci.yml", "x.csproj", name,
		} {
			if fs.ValidPath(n) && n != "." {
				root[n] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		d, err := repository.Read(root, name, limits)
		if err != nil {
			t.Skip() // two names that cannot both be
		}
		again, err := repository.Read(root, name, limits)
		if err != nil || !reflect.DeepEqual(d, again) {
			t.Fatalf("not the same twice: %+v, %+v, %v", d, again, err)
		}
		checkBounded(t, d, limits)
	})
}

func checkBounded(t *testing.T, d repository.Draft, limits repository.Limits) {
	t.Helper()
	shown := append([]string{d.Name, d.NamedBy}, d.Skipped...)
	ids := map[ident.ID]bool{}
	if len(d.Components) > limits.Components+3 {
		t.Fatalf("%d components", len(d.Components))
	}
	for _, c := range d.Components {
		if _, err := ident.ParseID(string(c.ID)); err != nil || ids[c.ID] {
			t.Fatalf("the id %q: %v", c.ID, err)
		}
		ids[c.ID] = true
		shown = append(append(shown, c.Name, c.Technology, c.Why, string(c.Type)), c.Found...)
		if c.Name == "" || c.Type == "" || len(c.Found) == 0 {
			t.Fatalf("half a component: %+v", c)
		}
	}
	for _, h := range d.Holds {
		shown = append(append(shown, h.What), h.Paths...)
	}
	for _, c := range d.Controls {
		shown = append(shown, c.Found...)
	}
	for _, s := range shown {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > 700 || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u202e' }) {
			t.Fatalf("unfit to show: %q", s)
		}
	}
}
