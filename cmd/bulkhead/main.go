// Command bulkhead shows how secure by design a service is, why, and what to do next.
package main

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/cli"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
)

// gcPercent trades memory for time: what is judged is read once and kept, so collecting often finds little. GOGC, where
// it is set, goes before it. The benchmarks run with it too.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(cli.Run(os.Args[1:], cli.Surroundings{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Env: os.Getenv, Server: server.CommandLine}))
}
