package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"steward/store"
	"steward/store/evidence"
	"steward/store/ledger"
	"steward/workflows"
)

func (p program) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "export", Short: "Give evidence to an auditor", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	one := &cobra.Command{
		Use: "evidence", Short: "Write a bundle of evidence that can be checked without Steward", Args: cobra.NoArgs,
		Long: "Writes a ZIP with tables for people and the record itself, signed: README.html in it says how to check it with sha256sum and\n" +
			"openssl, and steward verify FILE checks all of it with no database. Without a limit it holds everything. The same checkpoint\n" +
			"gives the same bytes. That evidence was exported, and why, is a record.",
		RunE: p.exportEvidence,
	}
	f := one.Flags()
	f.String("out", "", "the new file, as in evidence.zip")
	f.String("reason", "", "what the evidence is for; it stays in the record")
	f.String("from", "", "first day of the period, as in 2026-01-31, in UTC")
	f.String("to", "", "last day of the period")
	f.StringArray("request", nil, "only this request; may be given several times")
	f.StringArray("standard", nil, "only what is evidence for this standard, 27001 or 42001")
	f.StringArray("control", nil, "only what is evidence for this control, as in 42001:A.10.3")
	f.Int64("at", 0, "the checkpoint of so many records, instead of the newest")
	f.Int("sample", 0, "draw a sample of so many requests beside")
	f.String("seed", "", "the seed of the sample: the same one draws the same requests")
	addFlags(f, "signing_key")
	cmd.AddCommand(one)
	return cmd
}

// exportFlags reads what the flags ask for.
func exportFlags(cmd *cobra.Command) (scope workflows.EvidenceScope, at int64, err error) {
	f := cmd.Flags()
	var errs [8]error
	scope.From, errs[0] = f.GetString("from")
	scope.To, errs[1] = f.GetString("to")
	scope.Requests, errs[2] = f.GetStringArray("request")
	scope.Standards, errs[3] = f.GetStringArray("standard")
	scope.Controls, errs[4] = f.GetStringArray("control")
	scope.Sample, errs[5] = f.GetInt("sample")
	scope.Seed, errs[6] = f.GetString("seed")
	at, errs[7] = f.GetInt64("at")
	if err := errors.Join(errs[:]...); err != nil {
		return scope, at, err
	}
	if at < 0 {
		return scope, at, errors.New("--at is a number of records, as steward checkpoint prints it in its second line")
	}
	scope, err = evidence.Check(scope)
	return scope, at, err
}

func (p program) exportEvidence(cmd *cobra.Command, _ []string) error {
	scope, at, err := exportFlags(cmd)
	if err != nil {
		return err
	}
	out, err := cmd.Flags().GetString("out")
	if err != nil {
		return err
	}
	reason, err := cmd.Flags().GetString("reason")
	if err != nil {
		return err
	}
	if out == "" || reason == "" {
		return errors.New("--out and --reason are needed: where the bundle goes, and what it is for")
	}
	if _, err := os.Stat(out); err == nil {
		return fmt.Errorf("%s is there already; name a new file", out)
	}
	c, l, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	key, err := l.keyInUse()
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	order := store.EvidenceOrder{Scope: scope, At: at, Key: key, Build: readBuild().String(), Progress: p.progress("entries")}
	err = writeNew(out, func(w io.Writer) error { return c.export(ctx, w, order, workflows.System, cliVia(), reason) })
	if none, ok := errors.AsType[*store.NoCheckpointError](err); ok {
		return fmt.Errorf("--at: %w", none)
	}
	if errors.Is(err, store.ErrNothingSealed) || errors.Is(err, workflows.ErrNotFound) || errors.Is(err, ledger.ErrLacking) {
		return bad("%w", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Wrote %s. To check it: steward verify %s\n", out, out)
	return nil
}

// export records that evidence is exported, and writes it. Whether that can be done at all is looked at before.
func (c *core) export(ctx context.Context, w io.Writer, o store.EvidenceOrder, by workflows.PersonID, via workflows.Via, reason string) (err error) {
	if o.At, err = c.store.SealedUpTo(ctx, o.At); err != nil {
		return err
	}
	if err := c.engine.RecordExport(ctx, by, via, o.Scope, o.At, reason); err != nil {
		return err
	}
	return c.store.ExportEvidence(ctx, w, o)
}

// writeNew writes a file that only its owner reads, and leaves none where that fails half way.
func writeNew(file string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".steward-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), file) // it replaces none that came meanwhile
	}
	return errors.Join(err, os.Remove(f.Name()))
}
