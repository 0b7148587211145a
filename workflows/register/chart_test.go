package register

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestChart compares the chart in doc.go with the step table, edge by edge. Random histories check that Step keeps to it.
func TestChart(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(doc), "//\tfrom ")
	if !found {
		t.Fatal("doc.go has no table of moves")
	}
	table, _, _ = strings.Cut(table, "\n//\n")
	var drawn []string
	for _, line := range strings.Split(table, "\n")[1:] {
		cells := strings.Fields(strings.TrimPrefix(line, "//"))
		if len(cells) != 3 {
			t.Fatalf("not a row: %q", line)
		}
		for _, from := range named(cells[0]) {
			for event := range strings.SplitSeq(cells[1], ",") {
				for _, to := range named(cells[2]) {
					drawn = append(drawn, edge(from, event, to))
				}
			}
		}
	}
	slices.Sort(drawn)
	if real := edges(); !slices.Equal(drawn, real) {
		for _, e := range real {
			if !slices.Contains(drawn, e) {
				t.Errorf("doc.go does not draw %s", e)
			}
		}
		for _, e := range drawn {
			if !slices.Contains(real, e) {
				t.Errorf("doc.go draws %s, which Step does not do", e)
			}
		}
	}
}

// edges gives every single move of the table, sorted.
func edges() (out []string) {
	for _, m := range moves() {
		for _, from := range m.from {
			for _, event := range m.events {
				for _, to := range m.to {
					out = append(out, edge(string(from), event, string(to)))
				}
				if m.to == nil {
					out = append(out, edge(string(from), event, "same"))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func named(cell string) []string {
	return strings.Split(strings.ReplaceAll(cell, "live", "approved,pilot,in_use,re_evaluation"), ",")
}

func edge(from, event, to string) string { return fmt.Sprintf("%s --%s--> %s", from, event, to) }
