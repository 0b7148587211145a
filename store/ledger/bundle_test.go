package ledger_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steward/store/ledger"
)

// log is a log in memory.
type log struct {
	entries [][]byte
	texts   map[int][]ledger.Text
	key     ledger.Key
	note    string
}

// Leaves implements ledger.Source.
func (l *log) Leaves(_ context.Context, from, to int64) (out []ledger.Hash, err error) {
	for _, e := range l.entries[from:min(to, int64(len(l.entries)))] {
		out = append(out, ledger.LeafHash(e))
	}
	return out, nil
}

// Node implements ledger.Source.
func (l *log) Node(_ context.Context, level int, n int64) (ledger.Hash, error) {
	var f ledger.Frontier
	for _, e := range l.entries[n<<level : (n+1)<<level] {
		f.Append(ledger.LeafHash(e))
	}
	return f.Root(), nil
}

func commitment(salt, value string) string {
	sum := sha256.Sum256([]byte(salt + value))
	return hex.EncodeToString(sum[:])
}

// newLog makes a log of n entries about a few things. Every third entry has a text, every fifth shows something, the one
// before the last has a text that was destroyed, as the last one says.
func newLog(t testing.TB, n int) *log {
	t.Helper()
	l := &log{texts: map[int][]ledger.Text{}, key: newKey(t, "example.com/steward")}
	numbers, shown := map[int]int{}, map[int]string{}
	for i := range n {
		about := i % 7
		numbers[about]++
		e := map[string]any{"v": 1, "about": map[string]string{"kind": "request", "id": fmt.Sprintf("AIR-%d", about)}, "n": numbers[about], "what": "decided"}
		add := func(name, value string) string {
			salt := fmt.Sprintf("salt-%d-%s", i, name)
			c := commitment(salt, value)
			l.texts[i] = append(l.texts[i], ledger.Text{Name: name, Commitment: c, Salt: []byte(salt), Value: []byte(value)})
			return c
		}
		if i%3 == 0 || i == n-2 {
			e["texts"] = map[string]string{"reason": add("reason", fmt.Sprintf("Because of \"%d\", <b>\xe2\x80\xa6", i))}
		}
		if i%5 == 0 && i != n-2 {
			shown[about] = add("shown", fmt.Sprintf(`{"title":"No. %d"}`, i))
		}
		if shown[about] != "" {
			e["shown"] = shown[about]
		}
		if i == n-2 {
			l.texts[i] = nil
		}
		if i == n-1 {
			e["what"], e["data"] = "erased", map[string][]string{"commitments": {lackingOf(t, l.entries[n-2])}}
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		l.entries = append(l.entries, text)
	}
	var f ledger.Frontier
	for _, e := range l.entries {
		f.Append(ledger.LeafHash(e))
	}
	note, err := ledger.Checkpoint{Origin: l.key.Name(), Size: f.Size(), Root: f.Root()}.Sign(l.key)
	if err != nil {
		t.Fatal(err)
	}
	l.note = note
	return l
}

func lackingOf(t testing.TB, entry []byte) string {
	t.Helper()
	var e struct{ Texts map[string]string }
	if err := json.Unmarshal(entry, &e); err != nil {
		t.Fatal(err)
	}
	return e.Texts["reason"]
}

// bundle writes a bundle of the entries about things that are chosen.
func (l *log) bundle(t testing.TB, chosen func(i int) bool) []byte {
	t.Helper()
	b := ledger.NewBundle(t.TempDir())
	defer func() {
		if err := b.Discard(); err != nil {
			t.Error(err)
		}
	}()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := b.Record(l)
	must(err)
	for i, e := range l.entries {
		if chosen(i) {
			must(p.Entry(t.Context(), int64(i), e, l.texts[i]))
		}
	}
	must(p.Finish(t.Context(), int64(len(l.entries))))
	c, err := ledger.ReadCheckpoint(l.note)
	must(err)
	must(b.Put(ledger.FileReadme, []byte("<p>Read me</p>")))
	must(b.Put("ai_decisions.csv", []byte("request\nAIR-1\n")))
	m := ledger.Manifest{Format: ledger.BundleFormat, Log: c.Origin, Size: c.Size, Root: c.Root.String(), Signer: l.key.Public().ID(), Scope: json.RawMessage("{}"), Records: p.Entries, Texts: p.Texts, Erased: p.Erased}
	must(b.Certify(m, l.note, []ledger.Vouch{{Key: l.key.Public().String()}}))
	var out bytes.Buffer
	must(b.WriteTo(&out, l.key))
	return out.Bytes()
}

func all(int) bool { return true }

// some leaves out three things of seven, but not the one with the destroyed text, nor the last entry.
func some(n int) func(int) bool {
	return func(i int) bool { return i%7 == (n-1)%7 || i%7 == (n-2)%7 || i%7 == 2 || i%7 == 5 }
}

func check(t testing.TB, bundle []byte, opts ledger.CheckOptions) ledger.BundleReport {
	t.Helper()
	r, err := ledger.CheckBundle(bytes.NewReader(bundle), int64(len(bundle)), opts)
	if err != nil {
		return ledger.BundleReport{Found: 1, Problems: []ledger.BundleProblem{{Leaf: -1, Wrong: err.Error()}}}
	}
	return r
}

func TestBundle(t *testing.T) {
	for _, n := range []int{8, 256, 257, 1000, 1300} {
		l := newLog(t, n)
		keys := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}, Held: []string{l.note}}
		whole, part := l.bundle(t, all), l.bundle(t, some(n))
		if !bytes.Equal(whole, l.bundle(t, all)) || !bytes.Equal(part, l.bundle(t, some(n))) {
			t.Errorf("%d entries: twice the same gives other bytes", n)
		}
		r := check(t, whole, keys)
		if !r.OK() || !r.Whole || r.Records != int64(n) || r.Erased != 1 || !r.Trusted || r.Things != 7 {
			t.Errorf("%d entries, all of them: %+v", n, r)
		}
		r = check(t, part, keys)
		if !r.OK() || r.Whole || r.Records >= int64(n) || r.Erased != 1 {
			t.Errorf("%d entries, some of them: %+v", n, r)
		}
		if r := check(t, part, ledger.CheckOptions{}); !r.OK() || r.Trusted {
			t.Errorf("%d entries, with the keys of the bundle: %+v", n, r)
		}
		other := ledger.CheckOptions{Keys: []ledger.Verifier{newKey(t, "example.com/steward").Public()}}
		if r := check(t, whole, other); r.OK() {
			t.Errorf("%d entries: another key takes it", n)
		}
	}
}

// TestGaps: the subtrees that stand for what is left out are as few as can be, and lead to the root.
func TestGaps(t *testing.T) {
	l := newLog(t, 700)
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Int64Range(0, 700).Draw(t, "from")
		to := rapid.Int64Range(from, 700).Draw(t, "to")
		gaps, err := ledger.Gaps(context.Background(), l, from, to)
		if err != nil {
			t.Fatal(err)
		}
		at := from
		for i, g := range gaps {
			h, err := l.Node(context.Background(), g.Level, g.First>>g.Level)
			if err != nil || g.First != at || g.Hash != h {
				t.Fatalf("gap %d of %d to %d is %+v", i, from, to, g)
			}
			at += 1 << g.Level
			if i > 0 && g.Level == gaps[i-1].Level && g.First&(1<<g.Level) != 0 {
				t.Fatalf("gaps %d and %d could be one", i-1, i)
			}
		}
		if at != to || len(gaps) > 20 {
			t.Fatalf("%d gaps end at %d, want %d", len(gaps), at, to)
		}
	})
}

// unpack gives the files of a ZIP.
func unpack(t testing.TB, bundle []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// resign packs files as whoever has the key can: in the form of a bundle, with sums made and signed anew.
func resign(t testing.TB, files map[string][]byte, key ledger.Key) []byte {
	t.Helper()
	b := ledger.NewBundle(t.TempDir())
	for name, text := range files {
		if name == ledger.FileSums || name == ledger.FileSignature {
			continue
		}
		if err := b.Put(name, text); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := b.WriteTo(&out, key); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// repack packs exactly these files.
func repack(files map[string][]byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			panic(err) // memory takes everything
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// sumsAnew gives the sums of the files, as sha256sum makes them.
func sumsAnew(files map[string][]byte) []byte {
	var out bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != ledger.FileSums && name != ledger.FileSignature {
			sum := sha256.Sum256(files[name])
			out.WriteString(hex.EncodeToString(sum[:]) + "  " + name + "\n")
		}
	}
	return out.Bytes()
}

// told is what a test and a property have in common.
type told interface {
	Helper()
	Fatalf(format string, args ...any)
}

// TestBundleTampered: whatever byte of whatever file is changed, and whatever file is removed, added or swapped, is found,
// also where the sums were made anew; only whoever has the key can sign them.
func TestBundleTampered(t *testing.T) {
	l := newLog(t, 90)
	opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}
	for what, bundle := range map[string][]byte{"whole": l.bundle(t, all), "part": l.bundle(t, some(90))} {
		files := unpack(t, bundle)
		names := slices.Sorted(maps.Keys(files))
		nonEmpty := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return len(files[n]) == 0 })
		found := func(t told, changed map[string][]byte, how string) {
			t.Helper()
			if !tampered(repack(changed), opts) {
				t.Fatalf("%s: %s was not found", what, how)
			}
			anew := maps.Clone(changed)
			anew[ledger.FileSums] = sumsAnew(changed)
			if bytes.Equal(anew[ledger.FileSums], files[ledger.FileSums]) {
				return // only sums or signature were touched
			}
			if !tampered(repack(anew), opts) {
				t.Fatalf("%s: %s with sums made anew was not found", what, how)
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			name := rapid.SampledFrom(nonEmpty).Draw(t, "file")
			at := rapid.IntRange(0, len(files[name])-1).Draw(t, "byte")
			bit := rapid.IntRange(0, 7).Draw(t, "bit")
			changed := maps.Clone(files)
			changed[name] = bytes.Clone(files[name])
			changed[name][at] ^= 1 << bit
			found(t, changed, fmt.Sprintf("byte %d of %s", at, name))
		})
		for i, name := range names {
			removed := maps.Clone(files)
			delete(removed, name)
			found(t, removed, "removing "+name)
			if other := names[(i+1)%len(names)]; !bytes.Equal(files[name], files[other]) {
				swapped := maps.Clone(files)
				swapped[name], swapped[other] = files[other], files[name]
				found(t, swapped, "swapping "+name+" and "+other)
			}
		}
		added := maps.Clone(files)
		added["more.txt"] = []byte("more")
		found(t, added, "adding a file")
	}
}

// tampered says whether something is found beside the form of the ZIP, which is that of another program here.
func tampered(bundle []byte, opts ledger.CheckOptions) bool {
	r, err := ledger.CheckBundle(bytes.NewReader(bundle), int64(len(bundle)), opts)
	return err != nil || slices.ContainsFunc(r.Problems, func(p ledger.BundleProblem) bool { return p.File != "the ZIP file" })
}

// TestBundleByKeyHolder: who has the key can sign other sums, but not entries that fit the checkpoint; and another checkpoint
// does not fit one that somebody kept. Who makes a key of their own is found by the key that an auditor has.
func TestBundleByKeyHolder(t *testing.T) {
	l := newLog(t, 300)
	files := unpack(t, l.bundle(t, all))
	lines := bytes.SplitAfter(files[ledger.FileRecords], []byte("\n"))
	changed := maps.Clone(files)
	lines[17] = bytes.Replace(lines[17], []byte(`"decided"`), []byte(`"advised"`), 1)
	changed[ledger.FileRecords] = bytes.Join(lines, nil)
	opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}
	r := check(t, resign(t, changed, l.key), opts)
	if r.OK() || !strings.Contains(r.Problems[0].Wrong, "not those that were signed") || r.Found != 1 {
		t.Errorf("sums signed anew: %+v", r.Problems)
	}
	if r := check(t, resign(t, files, l.key), opts); !r.OK() {
		t.Errorf("the same files again: %+v", r.Problems)
	}
	missing := maps.Clone(files)
	missing[ledger.FileTexts] = bytes.Join(bytes.SplitAfter(files[ledger.FileTexts], []byte("\n"))[1:], nil)
	r = check(t, resign(t, missing, l.key), opts)
	if r.OK() || r.Problems[0].About != "request/AIR-0" || r.Problems[0].N != 1 || !strings.Contains(r.Problems[0].Wrong, "is missing") {
		t.Errorf("a text removed: %+v", r.Problems)
	}
	other := newLog(t, 300)
	strange := check(t, other.bundle(t, all), opts)
	if strange.OK() {
		t.Error("a bundle of another key is taken")
	}
	again := *other
	again.key, again.note = l.key, noteOf(t, other, l.key)
	again.entries[40] = append([]byte(nil), bytes.Replace(again.entries[40], []byte(`"decided"`), []byte(`"refused"`), 1)...)
	again.note = noteOf(t, &again, l.key)
	if r := check(t, again.bundle(t, all), opts); !r.OK() {
		t.Errorf("a log made anew by who has the key: %+v", r.Problems)
	}
	opts.Held = []string{l.note}
	if r := check(t, again.bundle(t, all), opts); r.OK() || !strings.Contains(r.Problems[0].Wrong, "that was kept") {
		t.Errorf("a log made anew, against a checkpoint that was kept: %+v", r.Problems)
	}
}

func noteOf(t testing.TB, l *log, key ledger.Key) string {
	t.Helper()
	var f ledger.Frontier
	for _, e := range l.entries {
		f.Append(ledger.LeafHash(e))
	}
	note, err := ledger.Checkpoint{Origin: key.Name(), Size: f.Size(), Root: f.Root()}.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	return note
}

// TestBundleLayout: no byte of the ZIP itself can be changed either, but for those that hold nothing.
func TestBundleLayout(t *testing.T) {
	l := newLog(t, 16)
	bundle := l.bundle(t, all)
	opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}
	if r := check(t, bundle, opts); !r.OK() {
		t.Fatal(r.Problems)
	}
	spare := 0
	for at := 0; at < len(bundle); at += 1 + at%29 {
		changed := bytes.Clone(bundle)
		changed[at] ^= 1 << (at % 8)
		if r := check(t, changed, opts); !r.OK() {
			continue
		}
		if spare++; !maps.EqualFunc(unpack(t, changed), unpack(t, bundle), bytes.Equal) {
			t.Errorf("byte %d of the file was changed, and nobody knows", at)
		}
	}
	if t.Logf("%d of %d bytes hold nothing", spare, len(bundle)); spare > 12 {
		t.Error("that is too many")
	}
	for what, changed := range map[string][]byte{
		"something behind":   append(bytes.Clone(bundle), "more"...),
		"something in front": append([]byte("more"), bundle...),
		"a comment":          append(append(bytes.Clone(bundle[:len(bundle)-2]), 4, 0), "more"...),
	} {
		if r := check(t, changed, opts); r.OK() {
			t.Errorf("%s was not found", what)
		}
	}
}

// TestCheckRecords: bare entries with a checkpoint.
func TestCheckRecords(t *testing.T) {
	l := newLog(t, 300)
	bare := func(entries [][]byte) string { return string(bytes.Join(entries, []byte("\n"))) + "\n" }
	opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}
	try := func(text string) ledger.BundleReport {
		t.Helper()
		r, err := ledger.CheckRecords(strings.NewReader(text), l.note, opts)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := try(bare(l.entries)); !r.OK() || r.Records != 300 {
		t.Errorf("as it is: %+v", r)
	}
	for what, text := range map[string]string{
		"one removed": bare(slices.Delete(slices.Clone(l.entries), 9, 10)),
		"cut off":     bare(l.entries[:299]),
		"swapped":     bare(append([][]byte{l.entries[7], l.entries[1]}, l.entries[2:]...)),
		"changed":     strings.Replace(bare(l.entries), "decided", "Decided", 1),
		"no end":      strings.TrimSuffix(bare(l.entries), "\n"),
		"nothing":     "",
		"no JSON":     "x\n",
	} {
		if r := try(text); r.OK() {
			t.Errorf("%s: not found", what)
		}
	}
	if _, err := ledger.CheckRecords(strings.NewReader(""), "x", opts); err == nil {
		t.Error("no checkpoint is taken for one")
	}
}

func FuzzCheckBundle(f *testing.F) {
	l := newLog(f, 20)
	f.Add(l.bundle(f, all))
	f.Add(l.bundle(f, some(20)))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, bundle []byte) {
		r, err := ledger.CheckBundle(bytes.NewReader(bundle), int64(len(bundle)), ledger.CheckOptions{Keys: []ledger.Verifier{newKey(t, "other").Public()}})
		if err == nil && r.OK() {
			t.Error("a bundle that another key has not signed is taken")
		}
	})
}
