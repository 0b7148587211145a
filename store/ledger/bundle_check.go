package ledger

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// BundleProblem is something in a bundle that cannot be as it was written.
type BundleProblem struct {
	File  string
	Leaf  int64  // of the entry, from 0; -1 where it is not about one
	About string // "request/AIR-42"; empty where it is not about one
	N     int
	Wrong string // a sentence without its full stop
}

// String gives "record/records.jsonl, request/AIR-42 record 3 (leaf 17): ...".
func (p BundleProblem) String() string {
	out := p.File
	switch {
	case p.About != "":
		out += fmt.Sprintf(", %s record %d (leaf %d)", p.About, p.N, p.Leaf)
	case p.Leaf >= 0:
		out += fmt.Sprintf(", leaf %d", p.Leaf)
	}
	return out + ": " + p.Wrong
}

// BundleReport is what a check found.
type BundleReport struct {
	Manifest   Manifest
	Checkpoint Checkpoint
	Files      int
	Records    int64
	Things     int64
	Texts      int64
	Erased     int64    // texts that are not there because an entry says that they were destroyed
	Whole      bool     // no entry is left out
	Keys       []string // IDs of the keys by which it was checked
	Signer     string   // ID of the key that signed it; empty where none of them did
	Vouched    bool     // keys were brought, and that one is not among them, but a chain of vouches leads from one of them to it
	Trusted    bool     // the keys were brought by whoever checks, not by the bundle
	Held       []Held   // how each checkpoint of [CheckOptions] compares, in their order
	Found      int64    // problems in all
	Problems   []BundleProblem
}

// OK says that nothing is wrong.
func (r BundleReport) OK() bool { return r.Found == 0 }

// mostBundleProblems bounds how many problems a report spells out.
const mostBundleProblems = 20

func (r *BundleReport) wrong(file string, at place, format string, args ...any) {
	r.Found++
	if len(r.Problems) < mostBundleProblems {
		if at.leaf == 0 && at.about == "" && file != FileRecords && file != FileTexts {
			at.leaf = -1
		}
		r.Problems = append(r.Problems, BundleProblem{file, at.leaf, at.about, at.n, fmt.Sprintf(format, args...)})
	}
}

// CheckOptions say what a bundle is held against.
type CheckOptions struct {
	// Keys are public keys that whoever checks has from elsewhere. Where there are none the bundle's own are taken, and all
	// that is shown is that whoever holds them wrote it.
	Keys []Verifier
	// Held are signed checkpoints that were kept elsewhere.
	Held []string
	// Progress is called now and then, and may be nil.
	Progress func(done, total int64)
}

func (o CheckOptions) progress() func(done, total int64) {
	if o.Progress == nil {
		return func(int64, int64) {}
	}
	return o.Progress
}

// ErrNoBundle says that a file is no evidence bundle at all.
var ErrNoBundle = errors.New("it is not an evidence bundle")

// CheckBundle checks a bundle of so many bytes with nothing else at hand:
//
//   - the ZIP has the one form that bundles have, and holds the files that SHA256SUMS names, each with its sum;
//   - SHA256SUMS and the checkpoint are signed by a key of the log;
//   - the entries, with the gaps between them, make the very tree that was signed;
//   - entries about a thing are numbered from 1 without a gap;
//   - each text is the one that its entry commits to, and none is missing that no entry says was erased.
//
// The error says that it could not be read; what is wrong in it is in the report, the first bad entry first.
func CheckBundle(in io.ReaderAt, size int64, opts CheckOptions) (BundleReport, error) {
	c := &bundleCheck{opts: opts, files: map[string]*zip.File{}, sums: map[string]string{}}
	z, err := zip.NewReader(in, size)
	if err != nil {
		return c.report, fmt.Errorf("%w: %w", ErrNoBundle, err)
	}
	for _, f := range z.File {
		c.files[f.Name] = f
	}
	if c.files[FileSums] == nil && c.files[FileManifest] == nil {
		return c.report, ErrNoBundle
	}
	if err := checkLayout(in, size, z.File); err != nil {
		c.wrong("the ZIP file", "it is not the one that Steward wrote (%v). It may have been packed anew: check the ZIP as it was received", err)
	}
	c.report.Files = len(z.File)
	c.readOuter()
	c.checkRecord()
	for _, f := range z.File {
		if !c.read[f.Name] && !folder(f) {
			c.checkSum(f.Name)
		}
	}
	c.compareManifest()
	// The entry that is wrong stands in front of what follows from it.
	slices.SortStableFunc(c.report.Problems, func(a, b BundleProblem) int {
		return cmp.Compare(boolInt(a.About == ""), boolInt(b.About == ""))
	})
	return c.report, nil
}

// folder says that it is the entry of a folder, as other programs put them in; the form of the ZIP has none, which is said once.
func folder(f *zip.File) bool { return strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 }

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// bundleCheck is one check.
type bundleCheck struct {
	opts   CheckOptions
	report BundleReport
	files  map[string]*zip.File
	sums   map[string]string
	read   map[string]bool // files whose sums are compared
	keys   []Verifier
}

func (c *bundleCheck) wrong(file, format string, args ...any) {
	c.report.wrong(file, place{leaf: -1}, format, args...)
}

// smallFile bounds files that are read whole.
const smallFile = 64 << 20

// small reads a whole file and compares its sum.
func (c *bundleCheck) small(name string) string {
	f := c.files[name]
	if f == nil {
		c.wrong(name, "the file is missing")
		return ""
	}
	r := c.open(f)
	text, err := io.ReadAll(io.LimitReader(r, smallFile))
	if err != nil {
		c.wrong(name, "it cannot be read: %v", err)
	}
	c.closeFile(r)
	return string(text)
}

func (c *bundleCheck) checkSum(name string) { c.closeFile(c.open(c.files[name])) }

// readOuter reads sums, keys, signature, manifest and checkpoint.
func (c *bundleCheck) readOuter() {
	sums := c.small(FileSums)
	for line := range strings.Lines(sums) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if _, twice := c.sums[name]; !ok || twice || len(sum) != 64 {
			c.wrong(FileSums, "the line %q is not of the form of sha256sum, or the file is named twice", line)
			continue
		}
		c.sums[name] = sum
		if c.files[name] == nil {
			c.wrong(name, "the file is missing")
		}
	}
	c.readKeys()
	if err := json.Unmarshal([]byte(c.small(FileManifest)), &c.report.Manifest); err != nil || c.report.Manifest.Format != BundleFormat {
		c.wrong(FileManifest, "it is not that of a bundle of the form %s", BundleFormat)
	}
	signature := []byte(c.small(FileSignature))
	signer := slices.IndexFunc(c.keys, func(k Verifier) bool { return k.VerifyBytes([]byte(sums), signature) })
	switch {
	case signer < 0:
		c.wrong(FileSignature, "SHA256SUMS is not signed by a key of this log")
	case c.report.Manifest.Signer != c.keys[signer].ID():
		c.wrong(FileManifest, "its signer is not the key %s that signed SHA256SUMS", c.keys[signer].ID())
	}
	if signer >= 0 {
		c.report.Signer = c.keys[signer].ID()
		c.report.Vouched = len(c.opts.Keys) > 0 && !slices.ContainsFunc(c.opts.Keys, func(k Verifier) bool { return k.String() == c.keys[signer].String() })
	}
	var err error
	if c.report.Checkpoint, err = OpenCheckpoint(c.small(FileCheckpoint), c.keys); err != nil {
		c.wrong(FileCheckpoint, "the checkpoint cannot be relied on: %v", err)
		c.report.Checkpoint, _ = ReadCheckpoint(c.small(FileCheckpoint)) // what it says is compared all the same
	}
}

// readKeys takes the keys that were brought, and of the bundle's own those that a taken one vouches for. Where none were brought
// the bundle's first key is taken as it is. Anybody can add a key of their own.
func (c *bundleCheck) readKeys() {
	own, err := ParseKeys(c.small(FileKeys))
	if err != nil {
		c.wrong(FileKeys, "%v", err)
	}
	vouches := c.readVouches()
	ring := Keyring{Trusted: c.opts.Keys}
	for _, k := range own {
		if text, err := k.PEM(); err != nil || c.small(KeyFile(k)) != string(text) {
			c.wrong(KeyFile(k), "it is not the key %s", k.ID())
		}
		v := vouches[k.String()]
		v.Key = k.String()
		if _, err := ring.Add(v); err != nil && len(c.opts.Keys) == 0 { // who has keys from elsewhere needs no others
			c.wrong(FileKeys, "the key %s: %v", k.ID(), err)
		}
	}
	c.keys = ring.Keys()
	if len(c.opts.Keys) > 0 {
		c.keys, c.report.Trusted = union(c.opts.Keys, c.keys), true
	}
	for _, k := range c.keys {
		c.report.Keys = append(c.report.Keys, k.ID())
	}
}

// union gives the keys of both, each once.
func union(a, b []Verifier) []Verifier {
	out := slices.Clone(a)
	for _, k := range b {
		if !slices.ContainsFunc(out, func(o Verifier) bool { return o.String() == k.String() }) {
			out = append(out, k)
		}
	}
	return out
}

// readVouches gives what older keys say of newer ones, by the newer.
func (c *bundleCheck) readVouches() map[string]Vouch {
	out := map[string]Vouch{}
	if c.files[FileVouches] == nil {
		return out
	}
	for line := range strings.Lines(c.small(FileVouches)) {
		var v Vouch
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			c.wrong(FileVouches, "the line %q cannot be read", strings.TrimSuffix(line, "\n"))
			continue
		}
		out[v.Key] = v
	}
	return out
}

// checkRecord walks along the tree.
func (c *bundleCheck) checkRecord() {
	for _, name := range []string{FileRecords, FileGaps, FileTexts} {
		if c.files[name] == nil {
			c.wrong(name, "the file is missing")
			return
		}
	}
	records, gaps, withTexts := c.open(c.files[FileRecords]), c.open(c.files[FileGaps]), c.open(c.files[FileTexts])
	w := &walk{
		report: &c.report, gaps: newLines(gaps), texts: &texts{in: newLines(withTexts), report: &c.report},
		things: map[string]*thingState{}, lacking: map[string]lackingText{}, erased: map[string]bool{},
		held: c.report.openHeld(c.opts.Held, c.keys),
	}
	err := w.run(records, c.report.Checkpoint, c.opts.progress())
	if err == nil {
		w.compareRoot(c.report.Checkpoint, c.whichDiffers) // before the sums: it may name the entry
	}
	for _, r := range []*sumReader{records, gaps, withTexts} {
		c.closeFile(r)
	}
	if err == nil {
		c.checkErased(w.erased)
	}
}

// checkErased looks whether a text is still there that was to be destroyed.
func (c *bundleCheck) checkErased(erased map[string]bool) {
	if len(erased) == 0 {
		return
	}
	in, err := c.files[FileTexts].Open()
	if err != nil {
		return // said before
	}
	defer func() { _ = in.Close() }()
	t := &texts{in: newLines(in), report: &BundleReport{}} // what is wrong with lines was said before
	for t.peek() {
		if erased[t.next.Commitment] {
			c.report.wrong(FileTexts, place{leaf: t.next.Leaf}, "the text %q is still there, but an entry says that it was erased", t.next.Name)
		}
		t.next = nil
	}
}

// compareRoot compares the tree at the end with what was signed. Where it is another one, which says what can be told of the entry.
func (w *walk) compareRoot(signed Checkpoint, which func() string) {
	w.report.Things = int64(len(w.things))
	w.report.Whole = w.report.Records == signed.Size
	switch {
	case w.edge.Size() != signed.Size:
		w.report.wrong(FileRecords, place{leaf: -1}, "the checkpoint speaks of %d entries, but there are %d", signed.Size, w.edge.Size())
	case w.edge.Root() != signed.Root:
		w.report.wrong(FileRecords, place{leaf: -1}, "%s", which())
	}
}

// compareManifest compares what the manifest says with what is there.
func (c *bundleCheck) compareManifest() {
	m, r := c.report.Manifest, c.report
	for _, one := range []struct {
		what string
		ok   bool
	}{
		{"log", m.Log == r.Checkpoint.Origin},
		{"size", m.Size == r.Checkpoint.Size},
		{"root", m.Root == r.Checkpoint.Root.String()},
		{"number of records", m.Records == r.Records},
		{"number of texts", m.Texts == r.Texts},
		{"number of erased texts", m.Erased == r.Erased},
	} {
		if !one.ok {
			c.wrong(FileManifest, "its %s is not that of the bundle", one.what)
		}
	}
}

// CheckRecords checks bare entries, one a line, against a signed checkpoint of all of them.
func CheckRecords(records io.Reader, checkpoint string, opts CheckOptions) (BundleReport, error) {
	var r BundleReport
	c, err := OpenCheckpoint(checkpoint, opts.Keys)
	if err != nil {
		return r, fmt.Errorf("the checkpoint: %w", err)
	}
	r.Checkpoint, r.Trusted, r.Files = c, true, 1
	for _, k := range opts.Keys {
		r.Keys = append(r.Keys, k.ID())
		if _, err := OpenCheckpoint(checkpoint, []Verifier{k}); err == nil {
			r.Signer = k.ID()
		}
	}
	w := &walk{report: &r, things: map[string]*thingState{}, lacking: map[string]lackingText{}, erased: map[string]bool{}, held: r.openHeld(opts.Held, opts.Keys)}
	switch err := w.run(records, c, opts.progress()); {
	case err == nil:
		w.compareRoot(c, func() string {
			return otherRoot + ". The records alone cannot tell which entry it is: ask the company to run steward verify on its database"
		})
	case !errors.Is(err, errStop):
		return r, err
	}
	return r, nil
}
