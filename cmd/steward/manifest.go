package main

import (
	"errors"

	"github.com/spf13/cobra"

	"steward/bot/slack"
)

func (p program) manifestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "manifest", Short: "Print what a chat platform makes Steward's app from", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	onSlack := &cobra.Command{
		Use: "slack", Short: "Print the app manifest for Slack, in JSON", Args: cobra.NoArgs,
		Long: "Paste it at https://api.slack.com/apps?new_app=1 under \"From a manifest\". With Socket Mode Steward calls Slack, and needs no\n" +
			"address that others reach; with --url Slack calls Steward. Slack lets an app have one of the two.",
		RunE: p.manifestSlack,
	}
	onSlack.Flags().Bool("socket", false, "for Socket Mode, which is the default")
	onSlack.Flags().String("url", "", "for http: the address that Slack reaches, https://HOST")
	onSlack.Flags().String("command", "/steward", "the slash command; set slack_command to the same")
	cmd.AddCommand(onSlack, p.manifestTeamsCommand())
	return cmd
}

func (p program) manifestSlack(cmd *cobra.Command, _ []string) error {
	socket, err1 := cmd.Flags().GetBool("socket")
	at, err2 := cmd.Flags().GetString("url")
	command, err3 := cmd.Flags().GetString("command")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if socket && at != "" {
		return errors.New("--socket and --url are one too many: Slack lets an app have one of the two")
	}
	raw, err := slack.Manifest(slack.ManifestOptions{Command: command, URL: at})
	if err == nil {
		_, err = p.out.Write(raw)
	}
	return err
}
