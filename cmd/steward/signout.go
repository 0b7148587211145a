package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"steward/workflows"
	"steward/workflows/directory"
)

func (p program) signOutCommand() *cobra.Command {
	return &cobra.Command{
		Use: "sign-out PERSON", Short: "Sign a person out of the portal everywhere", Args: cobra.ExactArgs(1),
		Long: "PERSON is an id or an e-mail address. Ends all their sessions and the sign-in links that were not used yet, on all replicas\n" +
			"at once: for a stolen laptop, or where somebody signed in who should not have. They can sign in again; to keep them out,\n" +
			"switch them off in people.csv. Each is a record.",
		RunE: p.signOut,
	}
}

func (p program) signOut(cmd *cobra.Command, args []string) error {
	return p.withAccounts(cmd, func(c *core, names map[workflows.PersonID]string, rows []directory.Row) error {
		who, err := findPerson(rows, args[0])
		if err != nil {
			return err
		}
		n, err := c.engine.SignOut(cmd.Context(), who.ID, workflows.System, cliVia())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%s (%s) is signed out: %s ended.\n", who.ID, names[who.ID], count(n, "session"))
		return err
	})
}
