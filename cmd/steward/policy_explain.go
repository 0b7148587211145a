package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steward/workflows"
	"steward/workflows/policy"
)

func (p program) policyExplainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "explain --flow FLOW answers.yaml", Short: "Say what the policy makes of answers, as if they were sent today", Args: cobra.ExactArgs(1),
		Long: "answers.yaml holds one line a question, as in \"data: [internal, personal]\". Questions left out count as not answered.",
		RunE: p.policyExplain,
	}
	cmd.Flags().String("flow", "", "key of the flow, as in ai-use")
	cmd.Flags().String("requester", "P-REQUESTER", "id of the person who would ask")
	return cmd
}

func (p program) policyExplain(cmd *cobra.Command, args []string) error {
	key, err := cmd.Flags().GetString("flow")
	if err != nil {
		return err
	}
	requester, err := cmd.Flags().GetString("requester")
	if err != nil {
		return err
	}
	pack, l, err := p.packOf(cmd, nil)
	if err != nil {
		return err
	}
	flow, ok := pack.Flow(key)
	if !ok {
		return fmt.Errorf("--flow %q is not in the policy; it has %s", key, flowKeys(pack))
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	answers, problems := readAnswers(args[0], text, flow)
	if len(problems) > 0 {
		return badError{errors.New(strings.Join(problems, "\n"))}
	}
	zone, err := organisationZone(l.Zone, pack)
	if err != nil {
		return err
	}
	facts := policy.Facts{Today: p.now().In(zone), Requester: workflows.PersonID(requester)}
	s, err := flow.Screen(answers, facts)
	if err != nil {
		return err
	}
	for _, line := range flow.Explain(s) {
		fmt.Fprintln(p.out, line)
	}
	refusal := flow.Check(answers, 0, facts)
	if refusal == nil {
		return nil
	}
	fmt.Fprintln(p.out, "\nThe form would not be taken as it is:")
	for _, field := range slices.Sorted(maps.Keys(refusal.Fields)) {
		fmt.Fprintf(p.out, "  %s: %s\n", field, refusal.Fields[field])
	}
	return nil
}

func flowKeys(p *policy.Pack) string {
	var keys []string
	for _, f := range p.Flows() {
		keys = append(keys, f.Key)
	}
	return strings.Join(keys, ", ")
}
