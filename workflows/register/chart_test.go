package register

import (
	"testing"

	"steward/workflows/charttest"
)

// TestChart compares the chart in doc.go with the step table, edge by edge. Random histories check that Step keeps to it.
func TestChart(t *testing.T) {
	charttest.Compare(t, map[string]string{"live": "approved,pilot,in_use,re_evaluation"}, moves().Edges())
}
