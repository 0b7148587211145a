package ledger_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"steward/store/ledger"
)

// withCopies adds to the files of a bundle the copies that requests have of their entries, as package evidence writes them.
// Things 0 and 1 are requests of the bundle, the others are not.
func (l *log) withCopies(files map[string][]byte) map[string][]byte {
	var out bytes.Buffer
	for about := range 2 {
		fmt.Fprintf(&out, `{"request":"AIR-%d","timeline":[`, about)
		for i := about; i < len(l.entries); i += 7 {
			if i > about {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, `{"leaf":%d,"entry":%s}`, i, l.entries[i])
		}
		out.WriteString("]}\n")
	}
	files = maps.Clone(files)
	files[ledger.FileRequests] = out.Bytes()
	return files
}

// TestBundleNamesTheEntry: where the root is another one, the copy of the entry in requests.jsonl tells which it is.
func TestBundleNamesTheEntry(t *testing.T) {
	l := newLog(t, 300)
	opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}
	const cannot = "record/records.jsonl: the entries are not those that were signed: their tree has another root. " +
		"The bundle alone cannot tell which entry it is: ask the company to run steward verify on its database"
	for name, chosen := range map[string]func(int) bool{
		"whole": all, "part": func(i int) bool { return i%7 == 1 || i%7 == 3 || i >= 298 || i%7 == 298%7 || i%7 == 299%7 },
	} {
		files := l.withCopies(unpack(t, l.bundle(t, chosen)))
		if r := check(t, resign(t, files, l.key), opts); !r.OK() {
			t.Fatalf("%s, as it is: %v", name, r.Problems)
		}
		change := func(leaf int) map[string][]byte {
			changed := maps.Clone(files)
			old := l.entries[leaf]
			anew := bytes.Replace(old, []byte(`"decided"`), []byte(`"advised"`), 1)
			changed[ledger.FileRecords] = bytes.Replace(files[ledger.FileRecords], old, anew, 1)
			return changed
		}
		for leaf, want := range map[int]string{
			8: "record/records.jsonl: entry 9 (request/AIR-1 record 2) is not the same in requests.jsonl; the entries are not those that were signed: their tree has another root",
			3: cannot,
		} {
			if r := check(t, resign(t, change(leaf), l.key), opts); r.Found != 1 || r.Problems[0].String() != want {
				t.Errorf("%s, leaf %d changed: %v, want %q", name, leaf, r.Problems, want)
			}
		}
		both := change(8)
		both[ledger.FileRequests] = bytes.Replace(both[ledger.FileRequests], l.entries[8], bytes.Replace(l.entries[8], []byte("decided"), []byte("advised"), 1), 1)
		if r := check(t, resign(t, both, l.key), opts); r.Found != 1 || r.Problems[0].String() != cannot {
			t.Errorf("%s, the copy changed too: %v", name, r.Problems)
		}
		for what, text := range map[string]string{"no JSON": "x\n", "no end": "{}", "no timeline": "{}\n"} {
			broken := change(8)
			broken[ledger.FileRequests] = []byte(text)
			if r := check(t, resign(t, broken, l.key), opts); r.Found != 1 || r.Problems[0].String() != cannot {
				t.Errorf("%s, copies with %s: %v", name, what, r.Problems)
			}
		}
		// Sums that do not fit either follow from the entry, and stand behind it.
		if r := check(t, repack(change(8)), opts); !strings.Contains(r.Problems[1].String(), "entry 9 (request/AIR-1 record 2)") {
			t.Errorf("%s, sums left as they were: %v", name, r.Problems)
		}
	}
}

// TestBundlePackedAnew: the same files in another ZIP are one problem, also where that has entries of folders.
func TestBundlePackedAnew(t *testing.T) {
	l := newLog(t, 20)
	opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}
	files := unpack(t, l.bundle(t, all))
	withFolders := maps.Clone(files)
	withFolders["record/"], withFolders["oscal/"] = nil, nil
	for what, bundle := range map[string][]byte{"the same files": repack(files), "with folders": repack(withFolders), "from a file manager": stored(t, withFolders)} {
		r := check(t, bundle, opts)
		if r.Found != 1 {
			t.Errorf("%s: %v", what, r.Problems)
			continue
		}
		for _, want := range []string{"the ZIP file: it is not the one that Steward wrote (", "may have been packed anew: check the ZIP as it was received"} {
			if !strings.Contains(r.Problems[0].String(), want) {
				t.Errorf("%s: no %q in %s", what, want, r.Problems[0])
			}
		}
	}
	withFolders["record/"] = []byte("hidden")
	if r := check(t, stored(t, withFolders), opts); r.Found < 2 {
		t.Errorf("a folder that holds something itself: %v", r.Problems)
	}
}

// stored packs files without compressing them, the last first. A folder that holds something is not what a ZIP writer makes:
// its name is changed afterwards.
func stored(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	names := slices.Sorted(maps.Keys(files))
	slices.Reverse(names)
	for _, name := range names {
		as := name
		if len(files[name]) > 0 && strings.HasSuffix(name, "/") {
			as = strings.TrimSuffix(name, "/") + "~"
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: as, Method: zip.Store})
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(out.Bytes(), []byte("record~"), []byte("record/"))
}

// TestBundleHeld: what is said of each checkpoint that was kept, in the order in which they were given.
func TestBundleHeld(t *testing.T) {
	l := newLog(t, 300)
	at := func(n int) string { return noteOf(t, &log{entries: l.entries[:n]}, l.key) }
	older := &log{entries: l.entries[:200], texts: l.texts, key: l.key, note: at(200)}
	other := &log{entries: append([][]byte{[]byte("other")}, l.entries[1:100]...)}
	opts := func(held ...string) ledger.CheckOptions {
		return ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}, Held: held}
	}
	// The manifest of these tests speaks of an erased text, which stands at the end of the whole log.
	files := unpack(t, older.bundle(t, all))
	files[ledger.FileManifest] = bytes.Replace(files[ledger.FileManifest], []byte(`"erased": 1`), []byte(`"erased": 0`), 1)
	bundle := resign(t, files, l.key)
	r := check(t, bundle, opts(at(300), at(1), at(200), noteOf(t, &log{}, l.key)))
	want := []ledger.Held{{Size: 300, Newer: true}, {Size: 1, OK: true}, {Size: 200, OK: true}, {OK: true}}
	if !r.OK() || !slices.Equal(r.Held, want) {
		t.Errorf("held are %+v, want %+v; %v", r.Held, want, r.Problems)
	}
	if r.Signer != l.key.Public().ID() {
		t.Errorf("signed by %q", r.Signer)
	}
	r = check(t, bundle, opts(at(300), noteOf(t, other, l.key)))
	if r.Found != 1 || !strings.Contains(r.Problems[0].Wrong, "the first 100 entries are not those") || r.Held[1].OK || r.Held[1].Newer {
		t.Errorf("one of another record: %+v, %v", r.Held, r.Problems)
	}
	stranger := newKey(t, l.key.Name())
	r = check(t, bundle, opts(noteOf(t, l, stranger)))
	if r.Found != 1 || !strings.Contains(r.Problems[0].Wrong, "cannot be compared: it is not signed by a key of this log") || r.Held[0] != (ledger.Held{}) {
		t.Errorf("a newer one that a stranger signed: %+v, %v", r.Held, r.Problems)
	}
	cut := maps.Clone(files)
	cut[ledger.FileRecords] = files[ledger.FileRecords][:bytes.LastIndexByte(bytes.TrimSpace(files[ledger.FileRecords]), '\n')+1]
	r = check(t, resign(t, cut, l.key), opts(at(200)))
	if r.OK() || r.Held[0].OK || r.Held[0].Newer {
		t.Errorf("the newest entry removed: %+v, %v", r.Held, r.Problems)
	}
}
