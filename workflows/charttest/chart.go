package charttest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"steward/workflows"
)

// Compare fails the test for each move that the table in doc.go of the present folder has and the machine has not, or the other
// way round. The table begins with "from" and ends with an empty line; groups are words of it that stand for several places.
func Compare(t *testing.T, groups map[string]string, edges []string) {
	t.Helper()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(doc), "//\tfrom ")
	if !found {
		t.Fatal("doc.go has no table of moves")
	}
	table, _, _ = strings.Cut(table, "\n//\n")
	named := func(cell string) []string {
		for group, places := range groups {
			cell = strings.ReplaceAll(cell, group, places)
		}
		return strings.Split(cell, ",")
	}
	var drawn []string
	for _, line := range strings.Split(table, "\n")[1:] {
		cells := strings.Fields(strings.TrimPrefix(line, "//"))
		if len(cells) != 3 {
			t.Fatalf("not a row: %q", line)
		}
		for _, from := range named(cells[0]) {
			for event := range strings.SplitSeq(cells[1], ",") {
				for _, to := range named(cells[2]) {
					drawn = append(drawn, workflows.MoveName(from, event, to))
				}
			}
		}
	}
	for _, e := range edges {
		if !slices.Contains(drawn, e) {
			t.Errorf("doc.go does not draw %s", e)
		}
	}
	for _, e := range drawn {
		if !slices.Contains(edges, e) {
			t.Errorf("doc.go draws %s, which Step does not do", e)
		}
	}
}
