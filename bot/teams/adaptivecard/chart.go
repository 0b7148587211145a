package adaptivecard

// Chart is a chart of Teams' own, outside of version 1.5. Fallback is shown where it is not known.
type Chart struct {
	Layout

	Kind     string       `json:"-"` // ChartBars, ChartGroups, ChartLines
	Title    string       `json:"title,omitempty"`
	Bars     []ChartPoint `json:"-"` // of ChartBars
	Rows     []ChartRow   `json:"-"` // of the others
	Fallback Element      `json:"fallback"`
}

// The kinds of charts.
const (
	ChartBars   = "Chart.VerticalBar"
	ChartGroups = "Chart.VerticalBar.Grouped"
	ChartLines  = "Chart.Line"
)

// ChartPoint is one value.
type ChartPoint struct {
	X string  `json:"x"`
	Y float64 `json:"y"`
}

// ChartRow is one series of values.
type ChartRow struct {
	Legend string       `json:"legend"`
	Values []ChartPoint `json:"values"`
}

func (Chart) element() {}

// MarshalJSON implements [json.Marshaler].
func (e Chart) MarshalJSON() ([]byte, error) {
	type plain Chart
	if e.Kind == ChartBars {
		return typed(e.Kind, struct {
			plain
			Data []ChartPoint `json:"data"`
		}{plain(e), e.Bars})
	}
	return typed(e.Kind, struct {
		plain
		Data []ChartRow `json:"data"`
	}{plain(e), e.Rows})
}
