package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"steward/workflows"
)

func (p program) eraseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "erase PERSON", Short: "Destroy what is kept about a person who has left", Args: cobra.ExactArgs(1),
		Long: "PERSON is an id or an e-mail address. Destroys name, address, place in the company, chat accounts, drafts, messages to them or\n" +
			"with their name in them, and the reasons of changes of their roles. Their id stays where they decided or asked, and so do the\n" +
			"words they wrote in requests, unless --with-text is given: then their reasons, questions, advice and conditions in requests that\n" +
			"have ended go as well. Not so the answers in the forms of requests: they are what was decided on, and stay until the time of the\n" +
			"request is over (keep_requests_months); look there for the name. The record stays as it is and verifies as before; a record of\n" +
			"the erasure names what is gone, by its commitments.\n\n" +
			"Refused for whoever works here, has open work, a role of Steward or something of the company's, and within the time to keep\n" +
			"people (keep_people_months after left_on); --override sets that time aside. Messages in Slack, Teams and mailboxes, and backups,\n" +
			"are not in Steward's hands: see the runbook.",
		RunE: p.erase,
	}
	cmd.Flags().String("reason", "", "why, in 20 to 2000 characters, without the name; it stays in the record")
	cmd.Flags().Bool("with-text", false, "destroy the words they wrote in requests that have ended, too, but for the answers in forms")
	cmd.Flags().Bool("override", false, "before the time to keep people is over")
	cmd.Flags().Bool("dry-run", false, "say what would go and destroy nothing")
	return cmd
}

func (p program) erase(cmd *cobra.Command, args []string) (err error) {
	x := workflows.Erasure{Actor: workflows.System, Via: cliVia()}
	flags := cmd.Flags()
	var errs [4]error
	x.Reason, errs[0] = flags.GetString("reason")
	x.Own, errs[1] = flags.GetBool("with-text")
	x.Override, errs[2] = flags.GetBool("override")
	x.DryRun, errs[3] = flags.GetBool("dry-run")
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	ctx := cmd.Context()
	c, l, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	rows, err := c.engine.Everyone(ctx)
	if err != nil {
		return err
	}
	row, err := findAnybody(rows, args[0])
	if err != nil {
		return err
	}
	x.Person, x.Keep = row.ID, l.KeepPeople
	out, no, err := c.engine.Erase(ctx, x)
	switch {
	case err != nil:
		return err
	case no != nil:
		return bad("%s Nothing was changed.", no.Sentence)
	case x.DryRun:
		fmt.Fprintf(p.out, "Would be destroyed, beside name and address of %s: %s. Dry run: nothing was changed.\n", x.Person, whatGoes(out))
		p.printForms(out, l.KeepRequests)
		return nil
	}
	fmt.Fprintf(p.out, "%s is erased. Destroyed beside name and address: %s.\n", x.Person, whatGoes(out))
	p.printForms(out, l.KeepRequests)
	fmt.Fprintln(p.out, "Not in Steward's hands: messages in Slack, Teams and mailboxes, and backups from before.")
	if err := c.store.Scrub(ctx); err != nil {
		fmt.Fprintf(p.err, "note: the files of the database still hold it for a while: %v\n", err)
	}
	return nil
}

func whatGoes(out workflows.Erased) string {
	return strings.Join([]string{
		count(out.Texts, "text"), count(out.Accounts, "account"), count(out.Drafts, "draft"), count(out.Copies, "message"),
	}, ", ")
}

// printForms says which answers stay, and for how long: they are what was decided on.
func (p program) printForms(out workflows.Erased, months int) {
	if len(out.Forms) == 0 {
		return
	}
	named := strings.Join(out.Forms[:min(len(out.Forms), workflows.FormsNamed)], ", ")
	if len(out.Forms) > workflows.FormsNamed {
		named += " and others"
	}
	until := "until the time of those requests is over (keep_requests_months)"
	if months == 0 {
		until = "for ever (keep_requests_months is 0)"
	}
	fmt.Fprintf(p.out, "The answers in the forms of %s stay %s; look there for the name.\n", named, until)
}
