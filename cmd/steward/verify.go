package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"steward/store"
)

func (p program) verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify [FILE]", Short: "Check the record: exit code 0 where all fits, 1 where something does not", Args: cobra.MaximumNArgs(1),
		Long: "Reads every record and what it speaks of: entries decode, numbers have no gaps, texts match their commitments, and the\n" +
			"state of each thing agrees with its records; the sealed part is the tree that was signed. It names the first record that does\n" +
			"not fit. Nothing is changed.\n\n" +
			"With --against it also compares the record with a checkpoint that was kept elsewhere (steward checkpoint, or one that was\n" +
			"posted): only that shows that nobody cut off the end or signed another record instead. For a bundle it has to be one from\n" +
			"before the export: a newer one cannot be compared, exit code 2.\n\n" +
			"With a FILE it needs no database: a bundle of steward export evidence, the ZIP as it was received, or with --checkpoint and\n" +
			"--key the bare records of one.\n" +
			"--key names the public key that you have from elsewhere; without it the first one that is found is taken, and those it vouches for.",
		RunE: p.verify,
	}
	cmd.Flags().Bool("json", false, "print the report as JSON")
	cmd.Flags().StringArray("against", nil, "a file with a checkpoint that was kept; may be given several times")
	cmd.Flags().String("key", "", "a file with the public key of the record, as steward key show printed it: the first one, or all there were")
	cmd.Flags().String("checkpoint", "", "for a FILE of bare records: a file with the checkpoint of all of them")
	return cmd
}

func (p program) verify(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return p.verifyFile(cmd, args[0])
	}
	if cmd.Flags().Changed("checkpoint") {
		return errors.New("--checkpoint is for a FILE of records; a checkpoint to hold against the database is named with --against")
	}
	keyFile, err := cmd.Flags().GetString("key")
	if err != nil {
		return err
	}
	keys, err := readKeyFile(keyFile)
	if err != nil {
		return err
	}
	asJSON, err := cmd.Flags().GetBool("json")
	if err != nil {
		return err
	}
	files, err := cmd.Flags().GetStringArray("against")
	if err != nil {
		return err
	}
	held, err := readCheckpoints(files)
	if err != nil {
		return err
	}
	c, _, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	report, err := c.store.VerifyWith(cmd.Context(), store.VerifyOptions{Keys: keys, Held: notesOf(held), Progress: p.progress("records")})
	if err != nil {
		return err
	}
	if asJSON {
		err = p.printJSON(newVerifyReport(report, held))
	} else {
		p.printReport(report, held)
	}
	if err == nil && !report.OK() {
		err = bad("the record does not fit at %s. Keep a copy of the database as it is before anything else", count(int(report.Found), "place"))
	}
	return err
}

// verifyReport is the report as JSON: names stay, fields may be added.
type verifyReport struct {
	OK       bool      `json:"ok"`
	Records  int64     `json:"records"`
	Texts    int64     `json:"texts"`
	Files    int64     `json:"files"`
	Things   int64     `json:"things"`
	Requests int64     `json:"requests"`
	Sealed   int64     `json:"sealed"`   // records in the signed tree
	Unsealed int64     `json:"unsealed"` // records that are not in it yet
	Seals    int64     `json:"checkpoints"`
	Against  []against `json:"against,omitempty"`
	Found    int64     `json:"found"`
	Problems []string  `json:"problems"` // the first of those found
}

func newVerifyReport(r store.Report, held []keptCheckpoint) verifyReport {
	out := verifyReport{
		OK: r.OK(), Records: r.Records, Texts: r.Texts, Files: r.Files, Things: r.Things, Requests: r.Requests,
		Sealed: r.Sealed, Unsealed: r.Unsealed, Seals: r.Seals, Against: compared(held, r.Held),
		Found: r.Found, Problems: []string{},
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
func (p program) printReport(r store.Report, held []keptCheckpoint) {
	for _, one := range r.Problems {
		fmt.Fprintln(p.out, one)
	}
	if more := r.Found - int64(len(r.Problems)); more > 0 {
		fmt.Fprintf(p.out, "and %d more\n", more)
	}
	switch {
	case !r.OK():
		return
	case r.Records == 0:
		fmt.Fprintln(p.out, "There is nothing to check: the record is empty.")
	default:
		fmt.Fprintf(p.out, "All fits: %s about %s.\n", count(int(r.Records), "record"), count(int(r.Things), "thing"))
		fmt.Fprintln(p.out, sealedSentence(r))
	}
	p.printAgainst(compared(held, r.Held))
}

// sealedSentence says how much of the record is sealed.
func sealedSentence(r store.Report) string {
	switch {
	case r.Seals == 0:
		return "Nothing is sealed: no server with a signing key has run on it."
	case r.Unsealed == 0:
		return fmt.Sprintf("All of them are sealed, by %s.", count(int(r.Seals), "checkpoint"))
	}
	return fmt.Sprintf("%d of them are sealed, by %s; the newest %d are not sealed yet.", r.Sealed, count(int(r.Seals), "checkpoint"), r.Unsealed)
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
