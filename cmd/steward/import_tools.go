package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// importTools compares a list of tools in use with the AI register.
func (p program) importTools(cmd *cobra.Command, args []string) error {
	dry, err := cmd.Flags().GetBool("dry-run")
	if err != nil {
		return err
	}
	data, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("read tools: %w", err)
	}
	list, err := directory.ReadTools(data)
	if err != nil {
		return badFile(args[0], err)
	}
	for _, n := range list.Notes {
		fmt.Fprintln(p.err, "note:", n)
	}
	c, _, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	if _, err := c.engine.Pack(cmd.Context(), ""); errors.Is(err, workflows.ErrNotFound) {
		return bad("no policy is in force yet, so nothing can be compared with it: the first start of steward serve puts one in force")
	}
	out, err := c.engine.ImportTools(cmd.Context(), list, workflows.System, cliVia(), dry)
	if errors.Is(err, workflows.ErrNotFound) {
		return bad("no kind of request in the policy enters the AI register, so there is nothing to compare with")
	}
	if err != nil {
		return err
	}
	p.showDiscovered(out)
	switch {
	case dry:
		fmt.Fprintln(p.out, "Dry run: nothing was changed.")
	case out.Same == len(list.Rows)-len(out.Older):
		fmt.Fprintln(p.out, "This file says nothing new.")
	default:
		fmt.Fprintf(p.out, "Imported, SHA-256 of the file %s.\n", list.Source)
	}
	return nil
}

// showDiscovered prints what a list says of each tool.
func (p program) showDiscovered(out engine.Discovered) {
	for _, part := range []struct {
		rows []workflows.SystemRow
		says string
	}{
		{out.New, "new: nobody has asked for approval"},
		{out.Again, "seen before, and not approved yet"},
		{out.Off, "in use all the same"},
		{out.Known, "approved"},
		{out.Older, "ended after the list was made"},
	} {
		for _, r := range part.rows {
			name := r.Tool
			if r.Vendor != "" {
				name += ", " + r.Vendor
			}
			says := part.says
			if r.State != "" {
				says = view.StateWord(r.State) + "; " + says
			}
			fmt.Fprintf(p.out, "  %-8s %s: %s\n", r.ID, name, says)
		}
	}
	fmt.Fprintf(p.out, "%s new, %d seen before, %d approved.\n", count(len(out.New), "tool"), len(out.Again)+len(out.Off), len(out.Known))
}
