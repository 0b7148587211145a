package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"steward/store/ledger"
)

// verifyFile checks a bundle of evidence, or bare records with a checkpoint, with no database and no network.
func (p program) verifyFile(cmd *cobra.Command, file string) error {
	opts := ledger.CheckOptions{Progress: p.progress("entries")}
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
	opts.Held = notesOf(held)
	keyFile, err := cmd.Flags().GetString("key")
	if err != nil {
		return err
	}
	if opts.Keys, err = readKeyFile(keyFile); err != nil {
		return err
	}
	checkpoint, err := cmd.Flags().GetString("checkpoint")
	if err != nil {
		return err
	}
	report, err := checkEvidence(file, checkpoint, opts)
	if err != nil {
		return err
	}
	if asJSON {
		err = p.printJSON(newFileReport(report, held))
	} else {
		p.printFileReport(report, held)
	}
	switch newer := newest(report.Held); {
	case err != nil:
		return err
	case !report.OK():
		return bad("%s does not fit at %s. Do not rely on it; ask for it again, and keep this copy", file, count(int(report.Found), "place"))
	case newer > 0:
		return newerError(newer, report.Checkpoint.Size, checkpoint == "")
	}
	return nil
}

// checkEvidence checks bare records where a checkpoint is named, else a bundle.
func checkEvidence(file, checkpoint string, opts ledger.CheckOptions) (r ledger.BundleReport, err error) {
	f, err := os.Open(file)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return r, err
	}
	if info.IsDir() {
		return r, fmt.Errorf("%s is a folder. Verify the ZIP as it was received; an unpacked bundle can be checked with sha256sum and openssl, as its README.html says", file)
	}
	if checkpoint == "" {
		r, err = ledger.CheckBundle(f, info.Size(), opts)
		if errors.Is(err, ledger.ErrNoBundle) {
			err = fmt.Errorf("%s: %w. Records alone are checked with --checkpoint FILE --key FILE", file, err)
		}
		return r, err
	}
	if len(opts.Keys) == 0 {
		return r, errors.New("--key is needed beside --checkpoint: the public key that signed it, as steward key show prints it")
	}
	notes, err := readCheckpoints([]string{checkpoint})
	if err != nil {
		return r, err
	}
	return ledger.CheckRecords(bufio.NewReader(f), notes[len(notes)-1].note, opts)
}

// readKeyFile reads public keys that the auditor has; none where no file is named.
func readKeyFile(file string) ([]ledger.Verifier, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	keys, err := ledger.ParseKeys(string(text))
	if err == nil && len(keys) == 0 {
		err = errors.New("there is no key in it")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; it holds lines as steward key show prints them", file, err)
	}
	return keys, nil
}

// fileReport is the report about a file as JSON: names stay, fields may be added.
type fileReport struct {
	OK       bool      `json:"ok"`
	Log      string    `json:"log"`
	Size     int64     `json:"size"` // entries in the checkpoint
	Root     string    `json:"root"`
	Whole    bool      `json:"whole"` // no entry is left out
	Files    int       `json:"files"`
	Records  int64     `json:"records"`
	Texts    int64     `json:"texts"`
	Erased   int64     `json:"erased"`
	Things   int64     `json:"things"`
	Keys     []string  `json:"keys"`
	Signer   string    `json:"signed_by"` // one of the keys
	Trusted  bool      `json:"key_given"` // the key was not taken from the file
	Against  []against `json:"against,omitempty"`
	Found    int64     `json:"found"`
	Problems []string  `json:"problems"` // the first of those found
}

func newFileReport(r ledger.BundleReport, held []keptCheckpoint) fileReport {
	out := fileReport{
		OK: r.OK() && newest(r.Held) == 0, Log: r.Checkpoint.Origin, Size: r.Checkpoint.Size, Root: r.Checkpoint.Root.String(), Whole: r.Whole, Files: r.Files,
		Records: r.Records, Texts: r.Texts, Erased: r.Erased, Things: r.Things, Keys: r.Keys, Signer: r.Signer, Trusted: r.Trusted,
		Against: compared(held, r.Held), Found: r.Found, Problems: []string{},
	}
	for _, one := range r.Problems {
		out.Problems = append(out.Problems, one.String())
	}
	return out
}

// printFileReport says in a few lines what was checked and what does not fit.
func (p program) printFileReport(r ledger.BundleReport, held []keptCheckpoint) {
	for _, one := range r.Problems {
		fmt.Fprintln(p.out, one)
	}
	if more := r.Found - int64(len(r.Problems)); more > 0 {
		fmt.Fprintf(p.out, "and %d more\n", more)
	}
	if !r.OK() || newest(r.Held) > 0 {
		return // the error says why, and that all fits would be taken for an answer to what was asked
	}
	fmt.Fprintf(p.out, "All fits: %s about %s, of the %d in %s.\n",
		count(int(r.Records), "record"), count(int(r.Things), "thing"), r.Checkpoint.Size, r.Checkpoint.Origin)
	if !r.Whole {
		fmt.Fprintln(p.out, "Records are left out; each of those that are here was proved. Only a bundle of the whole record shows that none came after them.")
	}
	if r.Erased > 0 {
		fmt.Fprintf(p.out, "Erased, as the record says: %s.\n", count(int(r.Erased), "text"))
	}
	p.printAgainst(compared(held, r.Held))
	if r.Trusted {
		how := "which --key names"
		if r.Vouched {
			how = "vouched for by a key that --key names"
		}
		fmt.Fprintf(p.out, "It is signed by the key %s of %s, %s.\n", r.Signer, r.Checkpoint.Origin, how)
	} else {
		fmt.Fprintf(p.out, "The key was taken from the file itself (%s): compare it with the one that the company gave you, or name that with --key.\n", strings.Join(r.Keys, ", "))
	}
}
