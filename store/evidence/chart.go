package evidence

import (
	"maps"
	"slices"
)

// The size of the chart, in its own units.
const (
	chartHeight = 140
	chartWidth  = 640
	mostMonths  = 24
)

// chartBar is one month: three pieces on top of each other.
type chartBar struct {
	Month                   string
	X, Width                int
	YesY, YesH, NoY, NoH    int
	OtherY, OtherH          int
	Yes, No, Other, Decided int64
}

// bars gives the last months as a picture. Months without decisions between others are left out of it and of the table.
func (s *summary) bars() []chartBar {
	keys := slices.Sorted(maps.Keys(s.months))
	keys = keys[max(0, len(keys)-mostMonths):]
	if len(keys) == 0 {
		return nil
	}
	most := int64(1)
	for _, k := range keys {
		m := s.months[k]
		most = max(most, m.Yes+m.No+m.Other)
	}
	step := chartWidth / max(len(keys), 6)
	height := func(n int64) int { return int(n * chartHeight / most) }
	out := make([]chartBar, 0, len(keys))
	for i, k := range keys {
		m := s.months[k]
		b := chartBar{
			Month: k, X: i * step, Width: step - step/4, Yes: m.Yes, No: m.No, Other: m.Other, Decided: m.Yes + m.No + m.Other,
			YesH: height(m.Yes), NoH: height(m.No), OtherH: height(m.Other),
		}
		b.YesY = chartHeight - b.YesH
		b.NoY = b.YesY - b.NoH
		b.OtherY = b.NoY - b.OtherH
		out = append(out, b)
	}
	return out
}
