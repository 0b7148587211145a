package vendor

import (
	"testing"

	"steward/workflows/charttest"
)

// TestChart compares the chart in doc.go with the step table, edge by edge.
func TestChart(t *testing.T) {
	charttest.Compare(t, nil, moves().Edges())
}
