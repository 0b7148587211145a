package ledger_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"steward/store/ledger"
)

func newKey(t testing.TB, name string) ledger.Key {
	t.Helper()
	text, err := ledger.NewKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ledger.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func signed(t testing.TB, k ledger.Key, size int64) string {
	t.Helper()
	note, err := ledger.Checkpoint{Origin: k.Name(), Size: size, Root: ledger.LeafHash([]byte{byte(size)})}.Sign(k)
	if err != nil {
		t.Fatal(err)
	}
	return note
}

// TestSplitCheckpoints: checkpoints are found in what people copy out of messages, and open as they were signed.
func TestSplitCheckpoints(t *testing.T) {
	k := newKey(t, "example.com/steward")
	one, two := signed(t, k, 7), signed(t, k, 3000)
	both := one + strings.SplitAfter(signed(t, newKey(t, k.Name()), 7), "\n\n")[1]
	before := func(mark string) string {
		return mark + strings.ReplaceAll(strings.TrimSuffix(one, "\n"), "\n", "\n"+mark) + "\n"
	}
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"one":              {one, []string{one}},
		"two in a file":    {one + "\n" + two, []string{one, two}},
		"one on another":   {one + two, []string{one, two}},
		"words around":     {"Steward\nThe record held 7 entries.\n\n" + one + "\n10:02\n" + two + "bye", []string{one, two}},
		"no empty line":    {strings.Replace(one, "\n\n", "\n", 1), []string{one}},
		"lines of Windows": {strings.ReplaceAll(one, "\n", "\r\n"), []string{one}},
		"bullets":          {before("\u2022 "), []string{one}},
		"quoted":           {before("> "), []string{one}},
		"indented":         {before("    "), []string{one}},
		"fenced":           {"```\n" + one + "```\n", []string{one}},
		"without its end":  {strings.TrimSuffix(one, "\n"), []string{one}},
		"signed by two":    {both, []string{both}},
		"unsigned":         {strings.SplitAfter(one, "\n\n")[0], nil},
		"half of it":       {strings.Join(strings.Split(one, "\n")[1:], "\n"), nil},
		"nothing":          {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := ledger.SplitCheckpoints(c.text)
			if !slices.Equal(got, c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for _, note := range got {
				if _, err := ledger.OpenCheckpoint(note, []ledger.Verifier{k.Public()}); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
