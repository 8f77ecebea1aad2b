package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

type versionCommand struct{}

func (versionCommand) Run(c *command) error {
	_, err := fmt.Fprintf(c.Out, "bulkhead %s, engine %s\n", version(), judge.Engine)
	return err
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}
