package cli_test

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bulkhead-assurance/bulkhead/examples"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// record makes the data folder of a server that has an example department in it and was judged, with one checkpoint, which
// is kept in the file NAME.checkpoint too, and an exported record of a service in NAME.record.
func record(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	ring, err := seal.CreateRing(filepath.Join(dir, "keys"))
	ts.Check(err)
	s, err := store.Open(ctx, store.Config{Database: filepath.Join(dir, "bulkhead.db"), Ring: ring})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	r := registry.New(s, nil)
	department, err := fs.Sub(examples.Department, "department")
	ts.Check(err)
	ts.Check(r.LoadExample(ctx, department))
	key, err := registry.OpenSigningKey(filepath.Join(dir, "signing-key"), s.Instance)
	ts.Check(err)
	ts.Check(r.Found(ctx, key))
	for n := 1; n > 0; {
		n, err = r.JudgeDirty(ctx, "w1", 2)
		ts.Check(err)
	}
	checkpoint, err := r.Checkpoint(ctx, key)
	ts.Check(err)
	ts.Check(os.WriteFile(dir+".checkpoint", []byte(checkpoint.Text), 0o600))
	exportRecord(ts, r, dir+".record")
}

// exportRecord exports the record of the first service, as somebody who may.
func exportRecord(ts *testscript.TestScript, r *registry.Registry, file string) {
	ctx := context.Background()
	who, err := r.Terminal(ctx)
	ts.Check(err)
	who.Holdings[0].Role = "auditor"
	lines, err := r.Services(ctx, who, "", 1)
	ts.Check(err)
	f, err := os.Create(file)
	ts.Check(err)
	defer f.Close()
	ts.Check(r.ExportRecord(ctx, who, lines[0].ID, f))
}

// alter changes a record behind its server's back, as somebody with the machine could: alter FILE STATEMENT.
func alter(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	for _, text := range args[1:] {
		_, err = db.Exec(text)
		ts.Check(err)
	}
}
