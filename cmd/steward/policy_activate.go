package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"steward/workflows"
	"steward/workflows/policy"
)

func (p program) policyActivateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "activate [DIR]", Short: "Put a policy in force; without --yes only show what it would change", Args: cobra.MaximumNArgs(1),
		Long: "Open requests keep the policy they were sent under. What is sent, edited or renewed afterwards follows the new one.\n" +
			"The activation is a record.",
		RunE: p.policyActivate,
	}
	cmd.Flags().Bool("yes", false, "do it")
	cmd.Flags().String("from", "", "only if the policy in force has this hash (or begins with it)")
	return cmd
}

func (p program) policyActivate(cmd *cobra.Command, args []string) error {
	yes, err := cmd.Flags().GetBool("yes")
	if err != nil {
		return err
	}
	from, err := cmd.Flags().GetString("from")
	if err != nil {
		return err
	}
	pack, l, err := p.packOf(cmd, args)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	c, err := openCore(ctx, l, newLog(p.err, l.LogLevel), p.now, coreOptions{beside: true})
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	old, err := c.engine.Pack(ctx, "")
	if err != nil {
		if !errors.Is(err, workflows.ErrNotFound) {
			return err
		}
		return errors.New("no policy is in force yet; the first start of steward serve puts one in force")
	}
	if from != "" && (len(from) > len(old.Hash) || old.Hash[:len(from)] != from) {
		return bad("the policy in force is %.12s, not %s; look at the difference again", old.Hash, from)
	}
	if old.Hash == pack.Hash {
		fmt.Fprintf(p.out, "Policy %.12s is in force already.\n", pack.Hash)
		return nil
	}
	fmt.Fprintf(p.out, "In force %.12s, new %.12s:\n", old.Hash, pack.Hash)
	for _, line := range policy.Diff(old, pack) {
		fmt.Fprintln(p.out, "  "+line)
	}
	if !yes {
		fmt.Fprintf(p.out, "Nothing was changed. To put it in force: steward policy activate --yes --from %.12s\n", old.Hash)
		return nil
	}
	err = c.engine.Activate(ctx, pack, old.Hash, workflows.System, cliVia())
	if errors.Is(err, workflows.ErrConflict) {
		return bad("somebody else activated another policy meanwhile; look at the difference again")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Policy %.12s is in force.\n", pack.Hash)
	return nil
}

// cliVia marks what came from this program's command line.
func cliVia() workflows.Via { return workflows.Via{Surface: "cli"} }
