package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

func (p program) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "policy", Short: "Check, try and activate the policy: what is asked, and who decides", Args: cobra.NoArgs,
		Long: "A policy is a folder of YAML files. Without DIR the commands look at --policy, or else at the one built in.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	check := &cobra.Command{
		Use: "check [DIR]", Short: "Find every mistake; with people, also stages that nobody can fill", Args: cobra.MaximumNArgs(1),
		RunE: p.policyCheck,
	}
	check.Flags().String("people", "", "people.csv: check that enough independent people exist for every stage")
	cases := &cobra.Command{
		Use: "test [DIR]", Short: "Run the examples that the policy brings", Args: cobra.MaximumNArgs(1), RunE: p.policyTest,
	}
	cmd.AddCommand(check, cases, p.policyExplainCommand(), p.policyActivateCommand())
	return cmd
}

// packOf gives the pack of a command's argument, or of the settings.
func (p program) packOf(cmd *cobra.Command, args []string) (*policy.Pack, loadedConfig, error) {
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return nil, l, err
	}
	if len(args) == 1 {
		if _, err := os.Stat(args[0]); err != nil {
			return nil, l, fmt.Errorf("the policy folder: %w", err)
		}
		l.PolicyDir = args[0]
	}
	pack, err := bringPack(l.PolicyDir)
	return pack, l, err
}

func (p program) policyCheck(cmd *cobra.Command, args []string) error {
	file, err := cmd.Flags().GetString("people")
	if err != nil {
		return err
	}
	pack, l, err := p.packOf(cmd, args)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "The policy is in order: %s, hash %.12s.\n", count(len(pack.Flows()), "flow"), pack.Hash)
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read people: %w", err)
	}
	people, err := directory.ReadPeople(data, knownTo(pack, l.Zone, nil))
	if err != nil {
		return badFile(file, err)
	}
	return p.findings(pack, people.Rows)
}

// findings prints what the policy and the people say of each other. Only what stops somebody's request is an error.
func (p program) findings(pack *policy.Pack, rows []directory.Row) error {
	fatal := 0
	found := policy.CheckPeople(pack, persons(rows))
	for _, f := range found {
		fmt.Fprintln(p.out, f)
		if f.Fatal {
			fatal++
		}
	}
	if fatal > 0 {
		return bad("%s can be passed by nobody's request; give the roles named above to more people, or change the policy", count(fatal, "stage"))
	}
	fmt.Fprintf(p.out, "Every stage can be filled by the %s.\n", countPeople(len(rows)))
	return nil
}

func countPeople(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func persons(rows []directory.Row) []workflows.Person {
	out := make([]workflows.Person, len(rows))
	for i, r := range rows {
		out[i] = r.Person
	}
	return out
}

func (p program) policyTest(cmd *cobra.Command, args []string) error {
	pack, _, err := p.packOf(cmd, args)
	if err != nil {
		return err
	}
	wrong := 0
	results := policy.Test(pack, p.now())
	for _, r := range results {
		if !r.OK {
			wrong++
		}
		fmt.Fprintln(p.out, r)
	}
	if wrong > 0 {
		return bad("%d of %s gave something else than wanted", wrong, count(len(results), "example"))
	}
	fmt.Fprintf(p.out, "All %s gave what is wanted.\n", count(len(results), "example"))
	return nil
}

// badFile makes an error of exit code 1 from the mistakes of a CSV file; other errors stay what they are.
func badFile(file string, err error) error {
	problems, ok := errors.AsType[directory.Problems](err)
	if !ok {
		return err
	}
	const most = 100
	shown := problems[:min(most, len(problems))]
	text := shown.Error()
	if more := len(problems) - len(shown); more > 0 {
		text += fmt.Sprintf("\nand %d more", more)
	}
	return bad("%s has %s; nothing was stored:\n%s", file, count(len(problems), "mistake"), text)
}
