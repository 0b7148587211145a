package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"steward/store"
)

func (p program) migrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring the database's schema up to this program", Args: cobra.NoArgs,
		Long: "serve migrates by itself. Use this beforehand where serve's role may not change tables.",
		RunE: p.migrate,
	}
	cmd.Flags().Bool("plan", false, "say what would be done and change nothing")
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
	if err := store.Migrate(cmd.Context(), store.Options{URL: l.DatabaseURL.reveal()}); err != nil {
		return explainOpen(l, err)
	}
	_, err = fmt.Fprintln(p.out, "The schema is up to date.")
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
