// Command bulkhead shows how secure by design a service is, why, and what to do next.
package main

import (
	"os"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], cli.Surroundings{Out: os.Stdout, Err: os.Stderr, Now: time.Now, Env: os.Getenv}))
}
