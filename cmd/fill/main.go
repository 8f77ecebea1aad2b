// Command fill makes a record with many services, for measuring: those of the example department, again and again under
// other names. It judges them all, so that what is measured is a server at work and not one that is catching up.
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/bulkhead-assurance/bulkhead/examples"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

func main() {
	data := flag.String("data", "", "the folder of the record, which must not be there yet")
	database := flag.String("database", "", "a URL of PostgreSQL; without it SQLite in the folder")
	services := flag.Int("services", 2000, "how many services")
	flag.Parse()
	if err := fill(context.Background(), *data, *database, *services); err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(2)
	}
}

func fill(ctx context.Context, data, database string, services int) error {
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	ring, err := seal.CreateRing(filepath.Join(data, "keys"))
	if err != nil {
		return err
	}
	if database == "" {
		database = filepath.Join(data, "bulkhead.db")
	}
	s, err := store.Open(ctx, store.Config{Database: database, Ring: ring})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	r := registry.New(s, nil)
	dir, err := fs.Sub(examples.Department, "department")
	if err != nil {
		return err
	}
	began := time.Now()
	if err := r.LoadExample(ctx, dir); err != nil {
		return err
	}
	if err := r.Multiply(ctx, dir, services); err != nil {
		return err
	}
	told, began := time.Since(began), time.Now()
	judged := 0
	for {
		n, err := r.JudgeDirty(ctx, "fill", runtime.GOMAXPROCS(0))
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		judged += n
	}
	fmt.Printf("%d services told in %s, %d postures judged in %s\n", services, told.Round(time.Millisecond), judged, time.Since(began).Round(time.Millisecond))
	return nil
}
