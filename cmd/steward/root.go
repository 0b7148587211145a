package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// program is what the commands need of the world; tests bring their own.
type program struct {
	in       io.Reader
	out, err io.Writer
	env      []string
	now      func() time.Time // real time
}

// The exit codes.
const (
	exitOK    = 0
	exitBad   = 1 // what was looked at is not in order
	exitUsage = 2 // asked for something that cannot be done
)

// badError says that the command did its work and found something wrong. Every other error means that it could not.
type badError struct{ err error }

func (e badError) Error() string { return e.err.Error() }
func (e badError) Unwrap() error { return e.err }

// bad makes an error of exit code 1.
func bad(format string, args ...any) error { return badError{fmt.Errorf(format, args...)} }

// run carries out one command line and gives the exit code.
func (p program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var found badError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &found):
		fmt.Fprintln(p.err, sentence(found))
		return exitBad
	}
	fmt.Fprintln(p.err, sentence(err))
	return exitUsage
}

// sentence makes an error fit to be read: what is listed over several lines stays as it is.
func sentence(err error) string {
	text := err.Error()
	if strings.Contains(text, "\n") {
		return text
	}
	return "steward: " + text
}

// root makes the command tree.
func (p program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "steward",
		Short: "Approvals, reviews and records for ISO/IEC 27001 and ISO/IEC 42001",
		Long: "Steward asks the right people about AI tools and access, records what they decide, and proves it.\n\n" +
			"To look at it:  steward serve --demo",
		SilenceUsage: true, SilenceErrors: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	})
	addCommonFlags(root.PersistentFlags())
	root.AddCommand(
		p.serveCommand(), p.policyCommand(), p.configCommand(), p.migrateCommand(), p.verifyCommand(), p.exportCommand(), p.checkpointCommand(), p.keyCommand(), p.importCommand(), p.accountsCommand(),
		p.explainCommand(), p.signInCommand(), p.signOutCommand(), p.eraseCommand(), p.manifestCommand(), p.doctorCommand(), p.versionCommand(),
	)
	sayUsage(root)
	return root
}

// sayUsage has a command and all below it say how it is used where its arguments do not fit.
func sayUsage(cmd *cobra.Command) {
	if fits := cmd.Args; fits != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := fits(cmd, args); err != nil {
				return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		sayUsage(sub)
	}
}
