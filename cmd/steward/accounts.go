package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"steward/store"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// accountBook is both sides of people's accounts: read from the store, changed by the engine.
type accountBook struct {
	store  *store.Store
	engine *engine.Engine
}

// LinksOf implements bot.Accounts.
func (b accountBook) LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	return b.store.LinksOf(ctx, who)
}

// ChangeLink implements bot.Accounts.
func (b accountBook) ChangeLink(ctx context.Context, c workflows.LinkChange) (workflows.Link, *workflows.Refusal, error) {
	return b.engine.ChangeLink(ctx, c)
}

func (p program) accountsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "accounts", Short: "Say which chat account is whose", Args: cobra.NoArgs,
		Long: "A chat account is linked to a person by a file (steward import people), by an administrator (steward accounts confirm),\n" +
			"or by the person: an e-mail address that is the same only proposes a link, and they confirm it in the chat. Such an account\n" +
			"asks and decides as a line manager; to decide by a role, it needs an administrator's word, or a domain that the policy\n" +
			"trusts. Every change is a record, and the person is told elsewhere.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	list := &cobra.Command{Use: "list", Short: "List chat accounts and whose they are", Args: cobra.NoArgs, RunE: p.listAccounts}
	list.Flags().Bool("open", false, "only those that are proposed, or for which only their holder stands")
	list.Flags().String("person", "", "only those of one person, by id or e-mail address")
	cmd.AddCommand(list,
		&cobra.Command{
			Use: "confirm LINK PERSON", Short: "Say that an account is a person's", Args: cobra.ExactArgs(2), RunE: p.confirmAccount,
			Long: "LINK is the first column of the list; PERSON, by id or e-mail address, has to be the one it shows. Make sure by another way than\n" +
				"the chat that the account is theirs: ask them.",
		},
		&cobra.Command{
			Use: "unlink LINK", Short: "Say that an account is nobody's", Args: cobra.ExactArgs(1), RunE: p.unlinkAccount,
			Long: "Nothing reaches the account any more, and nothing can be done from it. Only an administrator links it again.",
		},
		&cobra.Command{
			Use: "prefer LINK", Short: "Write to this account of a person first", Args: cobra.ExactArgs(1), RunE: p.preferAccount,
		})
	return cmd
}

func (p program) listAccounts(cmd *cobra.Command, _ []string) error {
	open, err := cmd.Flags().GetBool("open")
	if err != nil {
		return err
	}
	only, err := cmd.Flags().GetString("person")
	if err != nil {
		return err
	}
	return p.withAccounts(cmd, func(c *core, names map[workflows.PersonID]string, rows []directory.Row) error {
		var who workflows.PersonID
		if only != "" {
			row, err := findPerson(rows, only)
			if err != nil {
				return err
			}
			who = row.ID
		}
		links, err := c.store.Links(cmd.Context())
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "LINK\tPERSON\tNAME\tSURFACE\tTENANT\tUSER\tSTATE\tBY\tLAST USED")
		n := 0
		for _, l := range links {
			if who != "" && l.Person != who || open && l.State != workflows.LinkProposed && !l.Limited() {
				continue
			}
			n++
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Person, names[l.Person], l.Surface, dash(l.Tenant), l.User,
				stateOf(l), dash(proofWord(l.Proof)), dash(dayIn(c, l)))
		}
		if n == 0 {
			fmt.Fprintln(p.out, "No accounts.")
			return nil
		}
		return w.Flush()
	})
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func dayIn(c *core, l workflows.Link) string {
	if l.UsedAt.IsZero() {
		return ""
	}
	return l.UsedAt.In(c.zone).Format(time.DateOnly)
}

func stateOf(l workflows.Link) string {
	switch {
	case l.State == workflows.LinkLinked && l.Preferred:
		return "linked, preferred"
	case l.State == workflows.LinkEnded:
		return "unlinked"
	}
	return string(l.State)
}

// proofWord says on whose word an account is linked.
func proofWord(p workflows.Proof) string {
	switch p {
	case workflows.ProofImport:
		return "file"
	case workflows.ProofAdmin:
		return "administrator"
	case workflows.ProofDomain:
		return "trusted domain"
	case workflows.ProofOIDC:
		return "company sign-in"
	case workflows.ProofPerson:
		return "holder only"
	case workflows.ProofNone:
	}
	return ""
}

func (p program) confirmAccount(cmd *cobra.Command, args []string) error {
	return p.changeAccount(cmd, workflows.LinkConfirm, args[0], args[1])
}

func (p program) unlinkAccount(cmd *cobra.Command, args []string) error {
	return p.changeAccount(cmd, workflows.LinkEnd, args[0], "")
}

func (p program) preferAccount(cmd *cobra.Command, args []string) error {
	return p.changeAccount(cmd, workflows.LinkPrefer, args[0], "")
}

// changeAccount changes a link; person, where it is given, has to be whose it is.
func (p program) changeAccount(cmd *cobra.Command, do workflows.LinkDo, id, person string) error {
	return p.withAccounts(cmd, func(c *core, names map[workflows.PersonID]string, rows []directory.Row) error {
		ctx := cmd.Context()
		before, err := c.store.Link(ctx, id)
		if err != nil {
			return noLink(err, id)
		}
		if person != "" {
			who, err := findPerson(rows, person)
			if err != nil {
				return err
			}
			if who.ID != before.Person {
				return bad("%s is proposed for %s (%s) and not for %s; nothing was changed", id, before.Person, names[before.Person], who.ID)
			}
		}
		after, no, err := c.engine.ChangeLink(ctx, workflows.LinkChange{
			Do: do, Link: id, Person: before.Person, Actor: workflows.System, Via: cliVia(),
		})
		if err != nil {
			return noLink(err, id)
		}
		if no != nil {
			return bad("%s", no.Sentence)
		}
		fmt.Fprintf(p.out, "%s: the %s account %s is %s.\n", id, after.Surface, after.User, whose(after, names))
		if before == after {
			fmt.Fprintln(p.out, "It was so already.")
		}
		if do == workflows.LinkEnd && before.Proof == workflows.ProofImport {
			fmt.Fprintln(p.err, "note: a file of people names this account. Take it out there, too, or the next import links it again.")
		}
		return nil
	})
}

// noLink says that there is no such link; other errors stay as they are.
func noLink(err error, id string) error {
	if errors.Is(err, workflows.ErrNotFound) {
		return bad("there is no account link %q; steward accounts list shows them", id)
	}
	return err
}

func whose(l workflows.Link, names map[workflows.PersonID]string) string {
	if l.State != workflows.LinkLinked {
		return "nobody's now"
	}
	return fmt.Sprintf("linked to %s (%s)", l.Person, names[l.Person])
}

// withAccounts opens the database and calls fn with the names of everyone.
func (p program) withAccounts(cmd *cobra.Command, fn func(*core, map[workflows.PersonID]string, []directory.Row) error) error {
	c, _, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	rows, err := c.engine.Everyone(cmd.Context())
	if err != nil {
		return err
	}
	names := make(map[workflows.PersonID]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return fn(c, names, rows)
}
