package cli_test

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/internal/cli"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// The stories in testdata/script read like the manual. Beside the words of testscript they have these:
//
//	exits N COMMAND...     runs a command that must end with the exit code N
//	fits                   the standard output of the last command fits into 80 columns, with no space at the end of a line
//	json PATH [VALUE]      a value of the last standard output, such as risks/r1/standing; without a value: it is there
//	valid SCHEMA [FILE]    the last standard output, or a YAML file, is as bulkhead schema SCHEMA says
//	fixture NAME           copies a folder of testdata/fixtures here
//	write FILE "TEXT"      writes a file, with escapes such as \xff and \t; "x"*N repeats a text
//	sparse FILE BYTES      makes a file of a size without writing it
//	pemkey FILE N          writes the private key number N, as PEM
//	record DIR             makes the data folder of a server, with DIR.checkpoint and DIR.record
//	alter FILE "SQL"...    changes the database of a record behind its server's back
//	served DIR [FLAG...]   starts a server with DIR for its data; BULKHEAD_SERVER is its address, SOON a day that is near,
//	                       LATELY one that was two days ago, BEFORE the one before that
//	follow FILE            opens the link that a file holds, and presses Sign in
//	eventually TEXT CMD... runs a command again until its standard output holds a text
//
// The clock stands at BULKHEAD_TEST_NOW, which only this test binary reads.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("BULKHEAD_TEST_NOW", "2026-11-21T12:00:00Z")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "fits": fits, "json": jsonValue, "valid": valid, "fixture": fixture, "write": write, "sparse": sparse, "pemkey": pemKey,
			"record": record, "alter": alter, "served": served, "follow": follow, "eventually": eventually,
		},
	})
}

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bulkhead": func() {
		now := func() time.Time {
			at, err := time.Parse(time.RFC3339, os.Getenv("BULKHEAD_TEST_NOW"))
			if err != nil {
				panic(err)
			}
			return at
		}
		os.Exit(cli.Run(os.Args[1:], cli.Surroundings{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: now, Env: os.Getenv, Server: server.CommandLine}))
	}})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	want, code := args[0], 0
	err := ts.Exec(args[1], args[2:]...)
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		code = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("exit code %d, want %s\n%s%s", code, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
	if strings.Contains(ts.ReadFile("stderr"), "goroutine ") {
		ts.Fatalf("it panicked")
	}
}

// address is a line that holds an address and nothing else: to break it would break it.
var address = regexp.MustCompile(`^[ -]*https://[^ ]*$`)

func fits(ts *testscript.TestScript, _ bool, _ []string) {
	for i, line := range strings.Split(ts.ReadFile("stdout"), "\n") {
		switch {
		case utf8.RuneCountInString(line) > 80 && !address.MatchString(line):
			ts.Fatalf("line %d has more than 80 columns: %s", i+1, line)
		case strings.HasSuffix(line, " "):
			ts.Fatalf("line %d ends with a space: %q", i+1, line)
		case strings.Contains(line, "\x1b"):
			ts.Fatalf("line %d is coloured, and this is no terminal: %q", i+1, line)
		}
	}
}

func jsonValue(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	at := ""
	for _, step := range strings.Split(args[0], "/") {
		next, ok := child(v, step)
		if !ok {
			if neg && len(args) == 1 {
				return
			}
			ts.Fatalf("%s has no %s: %s", cmp.Or(at, "the result"), step, show(v))
		}
		v, at = next, at+"/"+step
	}
	if len(args) == 1 {
		if neg {
			ts.Fatalf("%s is there: %s", args[0], show(v))
		}
		return
	}
	if got := show(v); (got == args[1]) == neg {
		ts.Fatalf("%s is %s, want %s", args[0], got, args[1])
	}
}

// child gives a key of an object, or an item of a list by its number or its id.
func child(v any, step string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[step]
		return next, ok
	case []any:
		if step == "length" {
			return float64(len(v)), true
		}
		if i, err := strconv.Atoi(step); err == nil && i < len(v) {
			return v[i], true
		}
		for _, item := range v {
			if m, ok := item.(map[string]any); ok && m["id"] == step {
				return item, true
			}
		}
	}
	return nil, false
}

func show(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	out, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

func valid(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile("stdout")
	if len(args) > 1 {
		text = ts.ReadFile(args[1])
	}
	var document any
	ts.Check(yaml.Load([]byte(text), &document))
	plain, err := json.Marshal(document)
	ts.Check(err)
	document, err = jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	ts.Check(err)
	var out, wrong bytes.Buffer
	if code := cli.Run([]string{"schema", args[0]}, cli.Surroundings{Out: &out, Err: &wrong, Now: time.Now, Env: func(string) string { return "" }}); code != 0 {
		ts.Fatalf("bulkhead schema %s: exit code %d\n%s", args[0], code, &wrong)
	}
	schema, err := jsonschema.UnmarshalJSON(&out)
	ts.Check(err)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	ts.Check(compiler.AddResource("schema.json", schema))
	compiled, err := compiler.Compile("schema.json")
	ts.Check(err)
	if err := compiled.Validate(document); (err != nil) != neg {
		ts.Fatalf("valid against %s: %v", args[0], err)
	}
}

func fixture(ts *testscript.TestScript, _ bool, args []string) {
	from := filepath.Join(source(ts), "testdata", "fixtures", args[0])
	ts.Check(filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(filepath.Dir(from), path)
		if err != nil {
			return err
		}
		to := ts.MkAbs(rel)
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o644)
	}))
}

// source gives the folder of this test, which is where go test runs it.
func source(ts *testscript.TestScript) string {
	dir, err := os.Getwd()
	ts.Check(err)
	return dir
}

var repeated = regexp.MustCompile(`^(.*)\*([0-9]+)$`)

func write(ts *testscript.TestScript, _ bool, args []string) {
	var out bytes.Buffer
	for _, arg := range args[1:] {
		quoted, times := arg, 1
		if m := repeated.FindStringSubmatch(arg); m != nil {
			n, err := strconv.Atoi(m[2])
			ts.Check(err)
			quoted, times = m[1], n
		}
		text, err := strconv.Unquote(`"` + quoted + `"`)
		ts.Check(err)
		out.WriteString(strings.Repeat(text, times))
	}
	ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(args[0])), 0o755))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o644))
}

func sparse(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), nil, 0o644))
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// pemKey writes a key that is the same each time, so that the fixtures can name its public half.
func pemKey(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(n)}, ed25519.SeedSize))
	der, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
}
