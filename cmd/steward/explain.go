package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

func (p program) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use: "explain ID", Short: "Say why a request has its tier, its stages and its people, and what it waits for", Args: cobra.ExactArgs(1),
		Long: "Reads what was stored when the request was sent; nothing is worked out anew. The portal tells the same to those who may\n" +
			"see the request.",
		RunE: p.explain,
	}
}

func (p program) explain(cmd *cobra.Command, args []string) error {
	c, _, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	ctx, id := cmd.Context(), strings.ToUpper(args[0])
	r, err := c.store.Request(ctx, id)
	if errors.Is(err, workflows.ErrNotFound) {
		return bad("there is no request %s", id)
	}
	if err != nil {
		return err
	}
	flow, err := c.engine.Flow(ctx, r.Screening.Policy, r.Flow)
	if err != nil {
		return err
	}
	people, roles := view.Concerns(r, flow)
	roster, err := c.store.People(ctx, people, roles, c.engine.Now())
	if err != nil {
		return err
	}
	eyes := workflows.Person{Hours: workflows.Hours{Zone: c.zone}} // the operator's: nobody in the directory
	k := view.Case{Request: r, Flow: flow, Roster: roster, Viewer: eyes, Now: c.engine.Now(), Zone: c.zone}
	fmt.Fprintf(p.out, "%s  %s\n", r.ID, r.Screening.Title)
	fmt.Fprintf(p.out, "%s: %s. Sent %s by %s, owner %s, round %d.\n", flow.Title, r.Status, r.SentAt.In(c.zone).Format("Mon 2 Jan 2006 15:04 MST"),
		roster.Name(r.Requester), roster.Name(r.Owner), r.Round)
	printSections(p.out, view.Explain(k).Sections)
	return nil
}

// printSections prints what a card says in its sections: the same words as in the portal.
func printSections(w io.Writer, sections []card.Section) {
	for _, s := range sections {
		fmt.Fprintf(w, "\n%s\n", s.Title)
		for _, line := range s.Lines {
			fmt.Fprintf(w, "  %s\n", line)
		}
	}
}
