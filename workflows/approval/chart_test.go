package approval

import (
	"testing"

	"steward/workflows/charttest"
)

// TestChart compares the chart in doc.go with the step table, edge by edge. Random histories check that Step keeps to it.
func TestChart(t *testing.T) {
	charttest.Compare(t, map[string]string{"open": "held,classify,decide,legal_hold"}, moves().Edges())
}

// TestChartGuards shows that a step off the chart is refused and changes nothing.
func TestChartGuards(t *testing.T) {
	if moves().Has(placeHold, "edited", placeDecide) || moves().Has(placeDecide, "asked", placeHeld) || moves().Has(placeApproved, "decided", placeDecide) {
		t.Error("a move that is not in the table is allowed")
	}
	if got := (words{}).offChart(); got.Authority() {
		t.Errorf("off the chart: %v", got)
	}
}
