package view_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"steward/bot/card/cardtest"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// TestGolden compares every card, form and home of the catalogue with its golden file. With -update the files are written
// anew, to be read aloud in review.
func TestGolden(t *testing.T) {
	seen := map[string]bool{}
	check := func(name, text string) {
		t.Helper()
		if strings.HasPrefix(name, "hostile-") {
			return // what they show is checked by rule, see TestShownTextIsClean
		}
		file := filepath.Join("testdata", name+".txt")
		seen[file] = true
		t.Run(name, func(t *testing.T) {
			if *update {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; go test -run TestGolden -update writes it", err)
			}
			if diff := cmp.Diff(string(want), text); diff != "" {
				t.Errorf("%s reads differently now; -update, and read it aloud:\n%s", file, diff)
			}
		})
	}
	for _, c := range cardtest.Cards() {
		check(prefixed("card-", c.Name), cardtest.Text(c.Card))
	}
	for _, f := range cardtest.Forms() {
		check(prefixed("form-", f.Name), cardtest.FormText(f.Form))
	}
	for _, h := range cardtest.Homes() {
		check(h.Name, cardtest.HomeText(h.Home))
	}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !seen[f] {
			t.Errorf("%s belongs to no card any more", f)
		}
	}
}

func prefixed(kind, name string) string {
	if strings.HasPrefix(name, "hostile-") {
		return name
	}
	return kind + name
}
