package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"steward/store"
)

func (p program) migrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring the database's schema up to this program", Args: cobra.NoArgs,
		Long: "serve migrates by itself. Use this beforehand where serve's role may not change tables, as the role that owns them, and\n" +
			"--grant-app-role to give that of serve what it needs: it adds to the log and cannot change it. Do so again after an upgrade.",
		RunE: p.migrate,
	}
	cmd.Flags().Bool("plan", false, "say what would be done and change nothing")
	cmd.Flags().String("grant-app-role", "", "give this role of Postgres what a server needs, and no more")
	cmd.MarkFlagsMutuallyExclusive("plan", "grant-app-role")
	return cmd
}

func (p program) migrate(cmd *cobra.Command, _ []string) error {
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return err
	}
	plan, err := cmd.Flags().GetBool("plan")
	if err != nil {
		return err
	}
	if plan {
		return p.migratePlan(cmd.Context(), l)
	}
	role, err := cmd.Flags().GetString("grant-app-role")
	if err != nil {
		return err
	}
	opts := store.Options{URL: l.DatabaseURL.reveal()}
	if err := store.Migrate(cmd.Context(), opts); err != nil {
		return explainOpen(l, err)
	}
	fmt.Fprintln(p.out, "The schema is up to date.")
	if !cmd.Flags().Changed("grant-app-role") {
		return nil
	}
	return p.grantAppRole(cmd.Context(), opts, role)
}

func (p program) grantAppRole(ctx context.Context, opts store.Options, role string) error {
	err := store.GrantAppRole(ctx, opts, role)
	switch {
	case errors.Is(err, store.ErrNoRoles):
		return fmt.Errorf("--grant-app-role is for Postgres: %w", store.ErrNoRoles)
	case errors.Is(err, store.ErrRoleAbsent):
		return fmt.Errorf("there is no role %q: make it first, as somebody who may, by CREATE ROLE %s LOGIN PASSWORD '...'", role, role)
	case errors.Is(err, store.ErrNotOwner):
		return fmt.Errorf("%w: name it in the database_url of this command", store.ErrNotOwner)
	case errors.Is(err, store.ErrRoleOwns):
		return fmt.Errorf("%s owns the tables, or may do everything, and so could change the log: give steward serve a role of its own", role)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s can serve: it adds to the log and cannot change it.\n", role)
	return err
}

func (p program) migratePlan(ctx context.Context, l loadedConfig) error {
	st, err := store.SchemaStatus(ctx, store.Options{URL: l.DatabaseURL.reveal()})
	if err != nil {
		return explainOpen(l, err)
	}
	switch {
	case st.Newer():
		return bad("the schema is at version %d; this program knows %d: use a newer steward", st.Current, st.Target)
	case st.Pending():
		_, err = fmt.Fprintf(p.out, "The schema is at version %d; %s up to version %d would be applied.\n", st.Current,
			count(int(st.Target-st.Current), "migration"), st.Target)
	default:
		_, err = fmt.Fprintf(p.out, "The schema is up to date (version %d).\n", st.Current)
	}
	return err
}
