package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steward/workflows"
	"steward/workflows/policy"
)

func (p program) policyActivateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "activate [DIR]", Short: "Put a policy in force; without --yes only show what it would change", Args: cobra.MaximumNArgs(1),
		Long: "Open requests keep the policy they were sent under. What is sent, edited or renewed afterwards follows the new one.\n" +
			"The activation is a record. Where two or more people administer Steward, --yes proposes the policy, and one of them puts it\n" +
			"in force in the portal after looking at the difference; --alone does without, and the record says so.",
		RunE: p.policyActivate,
	}
	cmd.Flags().Bool("yes", false, "do it: propose it where a second person can put it in force, else put it in force")
	cmd.Flags().Bool("alone", false, "with --yes: put it in force without a second person")
	cmd.Flags().String("reason", "", "why: a second person and an auditor read it")
	cmd.Flags().String("from", "", "only if the policy in force has this hash (or begins with it)")
	return cmd
}

// activation is what was typed to activate a policy.
type activation struct {
	yes, alone   bool
	from, reason string
}

func readActivation(fs *pflag.FlagSet) (a activation, err error) {
	var errs [4]error
	a.yes, errs[0] = fs.GetBool("yes")
	a.alone, errs[1] = fs.GetBool("alone")
	a.from, errs[2] = fs.GetString("from")
	a.reason, errs[3] = fs.GetString("reason")
	return a, errors.Join(errs[:]...)
}

func (p program) policyActivate(cmd *cobra.Command, args []string) error {
	how, err := readActivation(cmd.Flags())
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
	if from := how.from; from != "" && (len(from) > len(old.Hash) || old.Hash[:len(from)] != from) {
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
	if !how.yes {
		fmt.Fprintf(p.out, "Nothing was changed. To put it in force: steward policy activate --yes --from %.12s\n", old.Hash)
		return nil
	}
	return p.bringInForce(ctx, c, old, pack, how)
}

// bringInForce activates a policy, or proposes it where somebody else can look at it.
func (p program) bringInForce(ctx context.Context, c *core, old, pack *policy.Pack, how activation) error {
	others, err := administrators(ctx, c)
	if err != nil {
		return err
	}
	if others > 1 && !how.alone {
		return p.proposePolicy(ctx, c, old, pack, how.reason)
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

// administrators counts those who can look at what another one proposes.
func administrators(ctx context.Context, c *core) (int, error) {
	rows, err := c.engine.Everyone(ctx)
	n := 0
	for _, r := range rows {
		if r.Active && r.Has(workflows.Administrator) {
			n++
		}
	}
	return n, err
}

func (p program) proposePolicy(ctx context.Context, c *core, old, pack *policy.Pack, reason string) error {
	made, no, err := c.engine.Propose(ctx, workflows.ProposalAsk{
		What: workflows.ProposePolicy, From: old.Hash, To: pack.Hash, Reason: reason, Actor: workflows.System, Via: cliVia(),
	}, pack)
	switch {
	case err != nil:
		return err
	case no != nil && made.ID != "":
		return bad("proposal %s says the same and waits for a second person; an administrator finds it in the portal under Settings", made.ID)
	case no != nil && no.Field == "reason":
		return bad("a second person puts it in force and reads why: add --reason \"...\", or --alone to do without a second person, which the record says")
	case no != nil:
		return bad("%s", no.Sentence)
	}
	fmt.Fprintf(p.out, "Proposed as %s. An administrator puts it in force in the portal, under Settings.\n", made.ID)
	return nil
}

// cliVia marks what came from this program's command line.
func cliVia() workflows.Via { return workflows.Via{Surface: "cli"} }
