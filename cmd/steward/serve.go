package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func (p program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "Run Steward; with --demo a made-up company to look around in", Args: cobra.NoArgs,
		Long: "Runs until it is told to stop (Ctrl-C or SIGTERM): then it takes no more requests, ends what is in progress and leaves.\n" +
			"A second Ctrl-C leaves at once; nothing that was acknowledged is lost by that.",
		RunE: p.serve,
	}
	cmd.Flags().Bool("demo", false, "a small company on this machine only, forgotten at the end; anybody can act as anybody in it")
	addServeFlags(cmd.Flags())
	addFlags(cmd.Flags(), "signing_key", "anchor_file", "anchor_url", "anchor_channel")
	return cmd
}

func (p program) serve(cmd *cobra.Command, _ []string) error {
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return err
	}
	demo, err := cmd.Flags().GetBool("demo")
	if err != nil {
		return err
	}
	log := newLog(p.err, l.LogLevel)
	for _, n := range l.notes {
		log.Warn("setting ignored", "note", n)
	}
	ctx := cmd.Context()
	a, err := startApp(ctx, appOptions{config: l, demo: demo, log: log, now: p.now})
	switch {
	case ctx.Err() != nil && a == nil: // told to stop while it was starting
		return nil
	case err != nil:
		return err
	}
	fmt.Fprintln(p.out, a.welcome())
	select {
	case <-ctx.Done():
		log.InfoContext(ctx, "stopping")
	case err = <-a.web.failed:
	}
	if stopped := a.stop(context.WithoutCancel(ctx)); err == nil {
		err = stopped
	}
	return err
}

// url is where people reach the portal.
func (a *app) url() string { return a.opts.config.portalURL(a.web.address) }

// welcome is the one line that is printed when everything is ready.
func (a *app) welcome() string {
	if a.opts.demo {
		return fmt.Sprintf("Steward's demo is ready: %s (on this machine only; Ctrl-C ends it and forgets everything)", a.url())
	}
	return "Steward is ready: " + a.url()
}
