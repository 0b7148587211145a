package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"steward/store"
)

func (p program) verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify", Short: "Check the record: exit code 0 where all fits, 1 where something does not", Args: cobra.NoArgs,
		Long: "Reads every record and what it speaks of: entries decode, numbers have no gaps, texts match their commitments, and the\n" +
			"state of each thing agrees with its records. It names the first record that does not fit. Nothing is changed.",
		RunE: p.verify,
	}
	cmd.Flags().Bool("json", false, "print the report as JSON")
	return cmd
}

func (p program) verify(cmd *cobra.Command, _ []string) error {
	asJSON, err := cmd.Flags().GetBool("json")
	if err != nil {
		return err
	}
	c, _, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	report, err := c.store.Verify(cmd.Context(), p.progress("records"))
	if err != nil {
		return err
	}
	if asJSON {
		err = p.printJSON(newVerifyReport(report))
	} else {
		p.printReport(report)
	}
	if err == nil && !report.OK() {
		err = bad("the record does not fit at %s. Keep a copy of the database as it is before anything else", count(int(report.Found), "place"))
	}
	return err
}

// verifyReport is the report as JSON: names stay, fields may be added.
type verifyReport struct {
	OK       bool     `json:"ok"`
	Records  int64    `json:"records"`
	Texts    int64    `json:"texts"`
	Things   int64    `json:"things"`
	Requests int64    `json:"requests"`
	Found    int64    `json:"found"`
	Problems []string `json:"problems"` // the first of those found
}

func newVerifyReport(r store.Report) verifyReport {
	out := verifyReport{
		OK: r.OK(), Records: r.Records, Texts: r.Texts, Things: r.Things, Requests: r.Requests, Found: r.Found, Problems: []string{},
	}
	for _, one := range r.Problems {
		out.Problems = append(out.Problems, one.String())
	}
	return out
}

func (p program) printJSON(v any) error {
	enc := json.NewEncoder(p.out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printReport says in a few lines what was checked and what does not fit.
func (p program) printReport(r store.Report) {
	for _, one := range r.Problems {
		fmt.Fprintln(p.out, one)
	}
	if more := r.Found - int64(len(r.Problems)); more > 0 {
		fmt.Fprintf(p.out, "and %d more\n", more)
	}
	if r.OK() {
		fmt.Fprintf(p.out, "All fits: %s about %s.\n", count(int(r.Records), "record"), count(int(r.Things), "thing"))
	}
}

// progress draws how far a long work is, where a person watches.
func (p program) progress(what string) func(done, total int64) {
	if !terminal(p.err) {
		return nil
	}
	return func(done, total int64) {
		end := "\r"
		if done >= total {
			end = "\n"
		}
		fmt.Fprintf(p.err, "%d of %d %s%s", done, total, what, end)
	}
}
