package compose_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/compose"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/model"
)

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !compose.Sniff(text) {
			t.Errorf("%s is not known", file)
		}
		d, err := compose.Read(text, foreign.Default())
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		readers.Golden(t, strings.TrimSuffix(file, ".yaml")+".golden", readers.Written(t, d))
	}
}

func read(t *testing.T, text string) *model.Service {
	t.Helper()
	d, err := compose.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	readers.Written(t, d)
	return d.Service
}

// TestOnlyTheHostItself: only where every port is bound to the host itself is a component known not to face the internet.
func TestOnlyTheHostItself(t *testing.T) {
	for ports, want := range map[string]model.Attribute{
		`["127.0.0.1:8080:80"]`:                               model.No,
		`["127.0.0.1:8080:80", "[::1]:8081:80"]`:              model.No,
		`[{target: 80, published: 8080, host_ip: 127.0.0.1}]`: model.No,
		`["127.0.0.1:8080:80", "8081:80"]`:                    model.Unknown,
		`["8080:80"]`:                                         model.Unknown,
		`["80"]`:                                              model.Unknown,
		`["${BIND}:8080:80"]`:                                 model.Unknown,
		`[{target: 80, published: 8080}]`:                     model.Unknown,
		`[]`:                                                  model.Unknown,
		`["0.0.0.0:8080:80"]`:                                 model.Unknown,
		`["127.0.0.1:8080:80", {target: 80, host_ip: "${SOMEWHERE}"}]`: model.Unknown,
	} {
		if got := read(t, "services:\n  a: {image: x, ports: "+ports+"}\n").Architecture.Components[0].InternetFacing; got != want {
			t.Errorf("%s: %q", ports, got)
		}
	}
}

// TestFlows: an address that names another service is a flow; one with a variable for a host, or of nobody, is none.
func TestFlows(t *testing.T) {
	for env, want := range map[string]string{
		`{DATABASE_URL: "postgres://u:${PW}@db:5432/x?sslmode=require"}`: "postgres standard password",
		`{DATABASE_URL: "postgres://u:p/w@db/x"}`:                        "",
		`{DATABASE_URL: "jdbc:postgresql://db:5432/x"}`:                  "postgres  ",
		`["CACHE=redis://db:6379"]`:                                      "redis none ",
		`["CACHE=rediss://db:6379"]`:                                     "redis standard ",
		`{A: "https://db", B: "http://db"}`:                              "https standard |http none ",
		`{A: "postgres://db?sslmode=require", B: "postgres://db"}`:       "postgres  ",
		`{DB_HOST: db}`:                   "  ",
		`{NODE_ENV: db}`:                  "",
		`{X: "db:5432"}`:                  "  ",
		`{DB_HOST: "${HOST:-db}"}`:        "",
		`{URL: "https://${HOST}/db"}`:     "",
		`{URL: "https://db.example/x"}`:   "",
		`{BROKERS: "db:9092,other:9092"}`: "  ",
		`{SELF_URL: "http://app:80"}`:     "",
		`{DATABASE_URL: "postgresql+psycopg://u@db/x", DB_HOST: db, DB_PORT: 1}`: "postgres  ",
	} {
		var got []string
		for _, f := range read(t, "services:\n  app: {build: ., environment: "+env+"}\n  db: {image: 'postgres:16'}\n").Architecture.Flows {
			got = append(got, f.Protocol+" "+string(f.Encryption)+" "+string(f.Authentication))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %q", env, got)
		}
	}
}

func TestNothingSecretIsKept(t *testing.T) {
	d, err := compose.Read([]byte("services:\n  app:\n    build: .\n    environment: {DB: 'postgres://u:hunter2@db/x', KEY: hunter2}\n    command: [run, '--db=mysql://u:hunter2@db/x']\n  db: {image: postgres, environment: [POSTGRES_PASSWORD=hunter2]}\n"), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	if s := readers.Written(t, d); strings.Contains(s, "hunter2") {
		t.Error(s)
	}
}

func TestRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                       "empty",
		"services: {}":           "no services",
		"services: [a]":          "no services",
		"services:\n  a: !reset": "tag",
		"services: [":            "YAML",
		"name: x":                "no services",
	} {
		_, err := compose.Read([]byte(text), foreign.Default())
		if fault.KindOf(err) != fault.Invalid || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	many := "services:\n" + strings.Repeat("  a: b\n", 2)
	if _, err := compose.Read([]byte(many), foreign.Default()); err == nil {
		t.Error("a service that is there twice")
	}
	if _, err := compose.Read([]byte("services:\n  a: {}\n  b: {}\n  c: {}\n  d: {}\n"), foreign.Limits{Bytes: 1000, Depth: 9, Items: 3}); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("too many: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("services:\n  ?: {ports: [:, '::', {}], networks: {a: }, depends_on: {x: }, links: [':'], volumes: [':'], secrets: [{}]}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 300}
		d, err := compose.Read(text, limits)
		if err != nil {
			return
		}
		one := readers.Written(t, d)
		again, err := compose.Read(bytes.Clone(text), limits)
		if err != nil || readers.Written(t, again) != one {
			t.Fatal("the same bytes give two drafts")
		}
	})
}
