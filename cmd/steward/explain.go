package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
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
	fmt.Fprintf(p.out, "%s  %s\n", r.ID, r.Screening.Title)
	fmt.Fprintf(p.out, "%s: %s. Sent %s by %s, owner %s, round %d.\n", flow.Title, r.Status, r.SentAt.In(c.zone).Format("Mon 2 Jan 2006 15:04 MST"),
		roster.Name(r.Requester), roster.Name(r.Owner), r.Round)
	printReasons(p.out, approval.Explain(r, roster, c.engine.Now()))
	printConditions(p.out, r, c.zone)
	return nil
}

// printReasons prints an explanation by the questions it answers.
func printReasons(w io.Writer, reasons []approval.Reason) {
	titles := map[approval.ReasonAbout]string{
		approval.AboutTier: "Why this tier", approval.AboutStage: "Why these stages", approval.AboutPeople: "Why these people",
		approval.AboutWait: "What it waits for",
	}
	last := approval.ReasonAbout("")
	for _, r := range reasons {
		if r.About != last {
			fmt.Fprintf(w, "\n%s\n", titles[r.About])
			last = r.About
		}
		line := "  " + r.Text
		if len(r.Refs) > 0 {
			line += "  [" + strings.Join(r.Refs, ", ") + "]"
		}
		fmt.Fprintln(w, line)
	}
}

// printConditions prints the conditions an approval was given with.
func printConditions(w io.Writer, r approval.Request, zone *time.Location) {
	if len(r.Attached) == 0 {
		return
	}
	fmt.Fprintf(w, "\nConditions of the approval\n")
	for _, a := range r.Attached {
		due := "before go-live"
		if !a.GoLive {
			due = "by " + a.Due.In(zone).Format("Mon 2 Jan 2006")
		}
		fmt.Fprintf(w, "  %s: %s (%s, %s; checked by %s)\n", a.Key, a.Text, a.Owner, due, strings.ReplaceAll(string(a.Verifier), "_", " "))
	}
}
