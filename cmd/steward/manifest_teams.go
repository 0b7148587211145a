package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"steward/bot/teams"
)

func (p program) manifestTeamsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "teams", Short: "Make the app package for Microsoft Teams", Args: cobra.NoArgs,
		Long: "Without --out the manifest is printed, in JSON; with it the package is written that an administrator uploads in the Teams admin\n" +
			"center. The app asks for no permission on teams, chats or people. The app id and the portal's address are those of the settings,\n" +
			"unless both are given here; then no settings are read.",
		RunE: p.manifestTeams,
	}
	for name, usage := range map[string]string{
		"out":         "file to write the package to, app.zip; - for standard output",
		"app-id":      "application (client) id of the bot (default teams_app_id)",
		"url":         "the address people see the portal at, https://HOST (default public_url)",
		"developer":   "whom the app is from, as Teams names it (default Steward)",
		"website":     "the developer's website (default the portal)",
		"privacy":     "the privacy statement (default the portal's page /about)",
		"terms":       "the terms of use (default the portal's page /about)",
		"app-version": "version of the package; Teams takes a changed one only with a higher number (default 1.0.0)",
	} {
		cmd.Flags().String(name, "", usage)
	}
	return cmd
}

func (p program) manifestTeams(cmd *cobra.Command, _ []string) error {
	var out string
	var o teams.ManifestOptions
	var errs []error
	for name, field := range map[string]*string{
		"out": &out, "app-id": &o.AppID, "url": &o.URL, "developer": &o.Developer, "website": &o.Website, "privacy": &o.Privacy,
		"terms": &o.Terms, "app-version": &o.Version,
	} {
		text, err := cmd.Flags().GetString(name)
		*field = text
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if o.AppID == "" || o.URL == "" {
		l, err := p.loadConfig(cmd.Flags())
		if err != nil {
			return err
		}
		if o.AppID == "" {
			o.AppID = l.TeamsAppID
		}
		if o.URL == "" {
			o.URL = l.PublicURL
		}
	}
	if o.AppID == "" {
		return errors.New("the app id is not known: set teams_app_id, or give --app-id; Azure shows it as \"Application (client) ID\"")
	}
	return p.writeManifestTeams(out, o)
}

// writeManifestTeams prints the manifest, or writes the package where a file is named.
func (p program) writeManifestTeams(out string, o teams.ManifestOptions) error {
	if out == "" {
		raw, err := teams.Manifest(o)
		if err == nil {
			_, err = p.out.Write(raw)
		}
		return err
	}
	raw, err := teams.Package(o)
	if err != nil {
		return err
	}
	if out == "-" {
		_, err = p.out.Write(raw)
		return err
	}
	if err := os.WriteFile(out, raw, 0o600); err != nil {
		return fmt.Errorf("write the package: %w", err)
	}
	_, err = fmt.Fprintf(p.out, "%s is written: upload it in the Teams admin center under Teams apps, Manage apps.\n", out)
	return err
}
