package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"steward/store"
)

func (p program) checkpointCommand() *cobra.Command {
	return &cobra.Command{
		Use: "checkpoint", Short: "Print the newest checkpoint of the record", Args: cobra.NoArgs,
		Long: "A checkpoint says how many records there are and what their hash is, signed. Keep it where nobody who runs Steward can\n" +
			"change it: steward verify --against FILE shows later that those records are still there, unchanged.",
		RunE: p.checkpoint,
	}
}

func (p program) checkpoint(cmd *cobra.Command, _ []string) error {
	c, _, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	note, err := c.store.Checkpoint(cmd.Context())
	if err != nil {
		return err
	}
	if note == "" {
		return bad("%w", store.ErrNothingSealed)
	}
	_, err = fmt.Fprint(p.out, note)
	return err
}
