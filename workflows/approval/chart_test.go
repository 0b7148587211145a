package approval

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
	_, table, found := strings.Cut(string(doc), "//	from ")
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
		for _, from := range places(cells[0]) {
			for event := range strings.SplitSeq(cells[1], ",") {
				for _, to := range places(cells[2]) {
					drawn = append(drawn, edge(from, event, to))
				}
			}
		}
	}
	var real []string
	for _, m := range moves() {
		for _, from := range m.from {
			for _, event := range m.events {
				for _, to := range slices.Concat(m.to, []place{"same"}[:one(m.to == nil)]) {
					real = append(real, edge(string(from), event, string(to)))
				}
			}
		}
	}
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

func places(cell string) []string {
	cell = strings.ReplaceAll(cell, "open", "held,classify,decide,legal_hold")
	return strings.Split(cell, ",")
}

func edge(from, event, to string) string { return fmt.Sprintf("%s --%s--> %s", from, event, to) }

// TestChartGuards shows that a step off the chart is refused and changes nothing.
func TestChartGuards(t *testing.T) {
	if charted(placeHold, "edited", placeDecide) || charted(placeDecide, "asked", placeHeld) || charted(placeApproved, "decided", placeDecide) {
		t.Error("a move that is not in the table is allowed")
	}
	if got := (words{}).offChart(); got.Authority() {
		t.Errorf("off the chart: %v", got)
	}
}
