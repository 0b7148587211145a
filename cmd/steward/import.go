package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

func (p program) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import", Short: "Bring people, systems, subjects or tools in use from CSV", Args: cobra.NoArgs,
		Long: "A file is taken whole or not at all, and every mistake is reported with its line. The same file again changes nothing.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	people := &cobra.Command{
		Use: "people FILE", Short: "Insert and update people by id; nobody is removed", Args: cobra.ExactArgs(1), RunE: p.importPeople,
	}
	people.Flags().Bool("force", false, "go on although an unlikely share of people would leave or change managers")
	systems := &cobra.Command{
		Use: "systems FILE", Short: "Replace the list of systems and their owners", Args: cobra.ExactArgs(1),
		RunE: p.importSystems,
	}
	subjects := &cobra.Command{
		Use: "subjects FILE", Short: "Replace the lists of suppliers, policies, data sets and risks", Args: cobra.ExactArgs(1),
		RunE: p.importSubjects,
	}
	tools := &cobra.Command{
		Use: "tools FILE", Short: "Compare a list of AI tools in use with the AI register", Args: cobra.ExactArgs(1), RunE: p.importTools,
		Long: "The list comes from sign-ins, expenses or seats, and has the columns tool, source and extracted_at, and where it can vendor,\n" +
			"accounts, last_used_at and extracted_by. What nobody has asked for enters the AI register as discovered, with 30 days to ask for\n" +
			"approval or to stop it; those who look after the register are told.",
	}
	for _, sub := range []*cobra.Command{people, systems, subjects, tools} {
		sub.Flags().Bool("dry-run", false, "say what would change and change nothing")
	}
	cmd.AddCommand(people, systems, subjects, tools)
	return cmd
}

// knownTo gives what a file of people is checked against.
func knownTo(pack *policy.Pack, zone string, rows []directory.Row) directory.Known {
	k := directory.Known{
		People: rows, Calendars: slices.Sorted(maps.Keys(pack.Calendars)), Zone: zone, Calendar: pack.Organisation.Calendar,
	}
	if zone == "" {
		k.Zone = pack.Organisation.Zone
	}
	for _, r := range pack.Organisation.Roles {
		if !r.Relation {
			k.Roles = append(k.Roles, r.Key)
		}
	}
	return k
}

func (p program) importPeople(cmd *cobra.Command, args []string) error {
	dry, err := cmd.Flags().GetBool("dry-run")
	if err != nil {
		return err
	}
	force, err := cmd.Flags().GetBool("force")
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	c, l, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	plan, err := p.planPeople(ctx, c, l, args[0], directory.Options{Force: force})
	var brake *directory.BrakeError
	if err != nil && !errors.As(err, &brake) {
		return err
	}
	p.showPlan(plan)
	switch {
	case brake != nil:
		return bad("stopped: %w. Nothing was changed. Look at it with --dry-run; if it is right, repeat with --force", brake)
	case len(plan.Changes) == 0:
		fmt.Fprintln(p.out, "Nothing differs from what is known.")
		return nil
	case dry:
		fmt.Fprintln(p.out, "Dry run: nothing was changed.")
		return nil
	}
	err = c.engine.ImportPeople(ctx, plan, workflows.System, cliVia())
	if errors.Is(err, workflows.ErrConflict) {
		return bad("an account in the file is linked to another person meanwhile, or two imports ran at once; nothing was changed. Try again")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Imported, SHA-256 of the file %s.\n", plan.Source)
	if n := guardedGrants(c.hours.Load(), plan); n > 0 {
		fmt.Fprintf(p.err, "note: %s roles that decide, compliance or administrator by this file, without a second person; the record names them\n", getting(n))
	}
	return p.afterImport(ctx, c)
}

// openForCommand opens the database beside a server that may be running.
func (p program) openForCommand(cmd *cobra.Command) (*core, loadedConfig, error) {
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return nil, l, err
	}
	c, err := openCore(cmd.Context(), l, newLog(p.err, l.LogLevel), p.now, coreOptions{beside: true})
	if err != nil {
		return nil, l, err
	}
	if _, err := c.inForce(cmd.Context()); err != nil {
		return nil, l, errors.Join(err, c.close())
	}
	return c, l, nil
}

func (p program) planPeople(ctx context.Context, c *core, l loadedConfig, file string, opts directory.Options) (directory.Plan, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return directory.Plan{}, fmt.Errorf("read people: %w", err)
	}
	rows, err := c.engine.Everyone(ctx)
	if err != nil {
		return directory.Plan{}, err
	}
	people, err := directory.ReadPeople(data, knownTo(c.hours.Load(), l.Zone, rows))
	if err != nil {
		return directory.Plan{}, badFile(file, err)
	}
	for _, n := range people.Notes {
		fmt.Fprintln(p.err, "note:", n)
	}
	return directory.NewPlan(rows, people, opts)
}

// showPlan prints counts, and a line for each person that changes: ids and columns.
func (p program) showPlan(plan directory.Plan) {
	fmt.Fprintf(p.out, "%s in the file: %d new, %d changed (%d switched off, %d with another manager).\n",
		countPeople(plan.Rows), plan.Added, plan.Changed, plan.Left, plan.Remanaged)
	const most = 50
	for i, d := range plan.Diffs {
		if i == most {
			fmt.Fprintf(p.out, "  and %d more\n", len(plan.Diffs)-most)
			return
		}
		fmt.Fprintln(p.out, "  "+diffLine(d))
	}
}

func diffLine(d directory.Diff) string {
	parts := []string{string(d.Person)}
	if d.New {
		parts = append(parts, "new")
	}
	if len(d.Fields) > 0 {
		parts = append(parts, strings.Join(d.Fields, ", "))
	}
	if d.Active != nil && !*d.Active && !d.New {
		parts = append(parts, "switched off")
	}
	for _, r := range d.RolesAdded {
		parts = append(parts, "+"+string(r))
	}
	for _, r := range d.RolesRemoved {
		parts = append(parts, "-"+string(r))
	}
	return strings.Join(parts, "  ")
}

// guardedGrants counts the people who get a role by a file for which the portal asks a second person.
func guardedGrants(pack *policy.Pack, plan directory.Plan) int {
	n := 0
	for _, d := range plan.Diffs {
		if slices.ContainsFunc(d.RolesAdded, func(r workflows.Role) bool { info, ok := pack.Role(r); return ok && info.Guarded() }) {
			n++
		}
	}
	return n
}

func getting(n int) string {
	if n == 1 {
		return "1 person gets"
	}
	return fmt.Sprintf("%d people get", n)
}

// afterImport says which stages nobody can pass with the people who are there now.
func (p program) afterImport(ctx context.Context, c *core) error {
	rows, err := c.engine.Everyone(ctx)
	if err != nil {
		return err
	}
	for _, f := range policy.CheckPeople(c.hours.Load(), persons(rows)) {
		if f.Fatal {
			fmt.Fprintln(p.err, f)
		}
	}
	return nil
}

func (p program) importSystems(cmd *cobra.Command, args []string) error {
	return p.importAssets(cmd, args[0], directory.ReadSystems)
}

func (p program) importSubjects(cmd *cobra.Command, args []string) error {
	return p.importAssets(cmd, args[0], directory.ReadSubjects)
}

func (p program) importAssets(cmd *cobra.Command, file string, read func([]byte, directory.Known) (directory.Assets, error)) error {
	dry, err := cmd.Flags().GetBool("dry-run")
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	c, l, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	rows, err := c.engine.Everyone(ctx)
	if err != nil {
		return err
	}
	assets, err := read(data, knownTo(c.hours.Load(), l.Zone, rows))
	if err != nil {
		return badFile(file, err)
	}
	for _, n := range assets.Notes {
		fmt.Fprintln(p.err, "note:", n)
	}
	if dry {
		fmt.Fprintf(p.out, "%s in the file, all in order. Dry run: nothing was changed.\n", count(len(assets.Rows), "row"))
		return nil
	}
	changed, err := c.engine.ImportAssets(ctx, assets.Rows, assets.Source, workflows.System, cliVia())
	if err != nil {
		return err
	}
	if changed == 0 {
		fmt.Fprintln(p.out, "Nothing differs from what is known.")
		return nil
	}
	fmt.Fprintf(p.out, "%s in the file, %d changed, SHA-256 of the file %s.\n", count(len(assets.Rows), "row"), changed, assets.Source)
	return nil
}
