package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"

	"steward/workflows"
)

// state is how a check ended.
type state string

// The ends of a check. A warning is worth a look and keeps the exit code at 0.
const (
	stateOK   state = "ok"
	stateWarn state = "warn"
	stateFail state = "fail"
)

// diagnosis is the outcome of one check.
type diagnosis struct {
	Check string `json:"check"`
	State state  `json:"state"`
	Said  string `json:"said"`
	Hint  string `json:"hint,omitempty"` // how to mend it
}

func (p program) doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check everything and say how to mend it; exit code 1 where something fails", Args: cobra.NoArgs,
		Long: "Looks at settings, database, clock, record, its seal, outbox, policy, people, address, sign-in, Slack, Microsoft Teams and\n" +
			"e-mail. It changes and sends nothing and may run beside a server. A warning keeps the exit code at 0.",
		RunE: p.doctor,
	}
	cmd.Flags().Bool("json", false, "print the checks as JSON")
	cmd.Flags().Bool("ready", false, "only ask the server on this machine whether it is ready, as a container's healthcheck does")
	addFlags(cmd.Flags(), "public_url", "listen", "zone")
	return cmd
}

func (p program) doctor(cmd *cobra.Command, _ []string) error {
	asJSON, err := cmd.Flags().GetBool("json")
	if err != nil {
		return err
	}
	ready, err := cmd.Flags().GetBool("ready")
	if err != nil {
		return err
	}
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return err
	}
	if ready {
		return p.askReady(cmd.Context(), l)
	}
	found := p.examine(cmd.Context(), l)
	failed := 0
	for _, d := range found {
		if d.State == stateFail {
			failed++
		}
	}
	if asJSON {
		err = p.printJSON(struct {
			OK     bool        `json:"ok"`
			Checks []diagnosis `json:"checks"`
		}{failed == 0, found})
	} else {
		p.printDiagnoses(found)
	}
	if err == nil && failed > 0 {
		err = bad("%s failed", count(failed, "check"))
	}
	return err
}

// askReady asks the server on this machine, whatever address it listens on.
func (p program) askReady(ctx context.Context, l loadedConfig) error {
	_, port, err := net.SplitHostPort(l.Listen)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := getOK(ctx, "http://"+net.JoinHostPort("127.0.0.1", port)+"/readyz"); err != nil {
		return bad("not ready: %v", err)
	}
	_, err = fmt.Fprintln(p.out, "ready")
	return err
}

func (p program) printDiagnoses(found []diagnosis) {
	for _, d := range found {
		fmt.Fprintf(p.out, "%-5s %-10s %s\n", d.State, d.Check, d.Said)
		if d.Hint != "" {
			fmt.Fprintf(p.out, "%-16s -> %s\n", "", d.Hint)
		}
	}
}

// examine runs all checks. Those that need the database end with the first that fails there.
func (p program) examine(ctx context.Context, l loadedConfig) []diagnosis {
	x := &examination{program: p, l: l}
	x.settings()
	if x.schema(ctx) {
		x.inside(ctx)
	}
	x.address(ctx)
	x.oidc(ctx)
	x.slack(ctx)
	x.teams(ctx)
	x.mail(ctx)
	return x.found
}

// examination collects what the checks say.
type examination struct {
	program
	l     loadedConfig
	found []diagnosis

	teamsChat workflows.Conversation // the one heard of last; zero where none is known
}

func (x *examination) say(s state, check, hint, format string, args ...any) {
	x.found = append(x.found, diagnosis{Check: check, State: s, Said: fmt.Sprintf(format, args...), Hint: hint})
}

func (x *examination) settings() {
	for _, n := range x.l.notes {
		x.say(stateWarn, "settings", "remove it, or correct its name; steward config show lists all", "%s", n)
	}
	if len(x.l.notes) == 0 {
		x.say(stateOK, "settings", "", "in order")
	}
}

// inside runs the checks that need an open database.
func (x *examination) inside(ctx context.Context) {
	c, err := openCore(ctx, x.l, newLog(x.err, x.l.LogLevel), x.now, coreOptions{beside: true})
	if err != nil {
		x.say(stateFail, "database", "", "%v", err)
		return
	}
	defer func() { _ = c.close() }()
	x.clock(ctx, c)
	x.policy(ctx, c)
	x.people(ctx, c)
	x.record(ctx, c)
	x.rights(ctx, c)
	x.seal(ctx, c)
	x.outbox(ctx, c)
	x.assurance(ctx, c)
	x.teamsChats(ctx, c)
	x.mailboxes(ctx, c)
}
