package ledger_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"steward/store/ledger"
)

// upTo is the log as it was when it had n entries.
func (l *log) upTo(t testing.TB, n int) *log {
	t.Helper()
	out := &log{entries: l.entries[:n], texts: l.texts, key: l.key}
	out.note = noteOf(t, out, l.key)
	return out
}

// forked is the log as it would be with another entry in one place, by who has the key.
func (l *log) forked(t testing.TB, at int) *log {
	t.Helper()
	out := &log{entries: slices.Clone(l.entries), texts: l.texts, key: l.key}
	out.entries[at] = bytes.Replace(out.entries[at], []byte(`"decided"`), []byte(`"refused"`), 1)
	if bytes.Equal(out.entries[at], l.entries[at]) {
		t.Fatalf("entry %d is the same", at)
	}
	out.note = noteOf(t, out, l.key)
	return out
}

// heldCase is something that is held against checkpoints that were kept.
type heldCase struct {
	name  string
	of    *log
	kept  []*log
	want  []ledger.Held
	wrong string // what the first problem says; empty where there is none
}

func (c heldCase) notes() (out []string) {
	for _, l := range c.kept {
		out = append(out, l.note)
	}
	return out
}

func (c heldCase) compare(t *testing.T, r ledger.BundleReport) {
	t.Helper()
	if !slices.Equal(r.Held, c.want) {
		t.Errorf("%s: held are %+v, want %+v", c.name, r.Held, c.want)
	}
	switch {
	case c.wrong == "" && !r.OK():
		t.Errorf("%s: false alarm: %v", c.name, r.Problems)
	case c.wrong != "" && (r.OK() || !strings.Contains(r.Problems[0].Wrong, c.wrong)):
		t.Errorf("%s: it reads %v, want %q", c.name, r.Problems, c.wrong)
	}
}

// heldCases are those in which all entries are there.
func heldCases(t *testing.T, l *log) []heldCase {
	t.Helper()
	early, late, older := l.forked(t, 41), l.forked(t, 200), l.upTo(t, 100)
	fits := func(n int64) ledger.Held { return ledger.Held{Size: n, OK: true} }
	return []heldCase{
		{"one that is older", l, []*log{older}, []ledger.Held{fits(100)}, ""},
		{"several", l, []*log{l, l.upTo(t, 1), older, l.upTo(t, 299)}, []ledger.Held{fits(300), fits(1), fits(100), fits(299)}, ""},
		{"one that is newer", older, []*log{l}, []ledger.Held{{Size: 300, Newer: true}}, ""},
		{"one that is newer and one that is older", older, []*log{l, l.upTo(t, 64)}, []ledger.Held{{Size: 300, Newer: true}, fits(64)}, ""},
		{
			"a fork before the one that was kept", early,
			[]*log{older},
			[]ledger.Held{{Size: 100}},
			"the first 100 entries are not those of the checkpoint that was kept",
		},
		{"the same, kept by another", l, []*log{early.upTo(t, 100)}, []ledger.Held{{Size: 100}}, "the first 100 entries are not those"},
		{"a fork behind it", late, []*log{older}, []ledger.Held{fits(100)}, ""},
		{"a fork between two", late, []*log{l, older}, []ledger.Held{{Size: 300}, fits(100)}, "the first 300 entries are not those"},
	}
}

// TestBundleAgainstOlder: a bundle of everything says of each checkpoint whether it begins with its entries.
func TestBundleAgainstOlder(t *testing.T) {
	l := newLog(t, 300)
	for _, c := range heldCases(t, l) {
		opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}, Held: c.notes()}
		c.compare(t, check(t, c.of.bundle(t, all), opts))
	}
}

// TestPartAgainstOlder: in a bundle of a part, entries 97 to 99 are left out; two hashes stand for them, of one and of two, so that
// only how the log was with 99 entries cannot be told.
func TestPartAgainstOlder(t *testing.T) {
	l := newLog(t, 300)
	early := l.forked(t, 41)
	fits := func(n int64) ledger.Held { return ledger.Held{Size: n, OK: true} }
	for _, c := range []heldCase{
		{"at entries and between hashes", l, []*log{l.upTo(t, 97), l.upTo(t, 98), l.upTo(t, 100), l}, []ledger.Held{fits(97), fits(98), fits(100), fits(300)}, ""},
		{
			"inside a gap", l,
			[]*log{l.upTo(t, 99), l.upTo(t, 100)},
			[]ledger.Held{{Size: 99}, fits(100)},
			"the checkpoint of 99 entries that was kept cannot be compared: this bundle leaves out entries around there",
		},
		{"newer", l.upTo(t, 100), []*log{l}, []ledger.Held{{Size: 300, Newer: true}}, ""},
		{"a fork in what is left out", early, []*log{l.upTo(t, 100)}, []ledger.Held{{Size: 100}}, "the first 100 entries are not those"},
	} {
		opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}, Held: c.notes()}
		c.compare(t, check(t, c.of.bundle(t, some(300)), opts))
	}
}

// TestRecordsAgainstOlder: bare entries are compared in the same way.
func TestRecordsAgainstOlder(t *testing.T) {
	l := newLog(t, 300)
	compare := func(c heldCase) {
		t.Helper()
		opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}, Held: c.notes()}
		bare := string(bytes.Join(c.of.entries, []byte("\n"))) + "\n"
		r, err := ledger.CheckRecords(strings.NewReader(bare), c.of.note, opts)
		if err != nil {
			t.Fatal(err)
		}
		c.compare(t, r)
	}
	for _, c := range heldCases(t, l) {
		compare(c)
	}
	cut := l.upTo(t, 200)
	cut.note = l.note // it speaks of all that were there
	compare(heldCase{
		"entries that were cut off", cut,
		[]*log{l.upTo(t, 250), l.upTo(t, 100)},
		[]ledger.Held{{Size: 250}, {Size: 100, OK: true}},
		"the checkpoint that was kept speaks of 250 entries, of which 200 are there",
	})
}
