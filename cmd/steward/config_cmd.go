package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (p program) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Look at the settings", Args: cobra.NoArgs,
		Long: "Settings come from, each stronger than the one before: defaults, steward.yaml (or --config FILE), STEWARD_* variables\n" +
			"(STEWARD_DATABASE_URL_FILE names a file that holds the secret), flags.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	check := &cobra.Command{
		Use: "check", Short: "Check the settings and the policy they name; exit code 2 where something is wrong", Args: cobra.NoArgs,
		RunE: p.configCheck,
	}
	show := &cobra.Command{
		Use: "show", Short: "Show the settings in force; secrets stay hidden", Args: cobra.NoArgs,
		RunE: p.configShow,
	}
	show.Flags().Bool("origin", false, "show where each value comes from")
	for _, sub := range []*cobra.Command{check, show} {
		addServeFlags(sub.Flags())
	}
	cmd.AddCommand(check, show)
	return cmd
}

func (p program) configCheck(cmd *cobra.Command, _ []string) error {
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return err
	}
	pack, err := bringPack(l.PolicyDir)
	if err != nil {
		return err
	}
	if problems := l.checkFiles(); len(problems) > 0 {
		return errors.New(strings.Join(problems, "\n"))
	}
	for _, n := range l.notes {
		fmt.Fprintln(p.err, "note:", n)
	}
	_, err = fmt.Fprintf(p.out, "The settings are in order. Policy %.12s.\n", pack.Hash)
	return err
}

func (p program) configShow(cmd *cobra.Command, _ []string) error {
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return err
	}
	origin, err := cmd.Flags().GetBool("origin")
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, o := range options() {
		line := o.key + "\t" + o.show(l.config)
		if origin {
			line += "\t" + l.from[o.key]
		}
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, n := range l.notes {
		fmt.Fprintln(p.err, "note:", n)
	}
	return nil
}
