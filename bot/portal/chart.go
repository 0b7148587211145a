package portal

import (
	"math"
	"strconv"
	"strings"

	"steward/bot/card"
)

// plotted is a chart as shapes and as rows of its table.
type plotted struct {
	Width, Height int
	Bars          []bar
	Lines         []polyline
	Rows          []chartRow
}

type bar struct {
	Series     int
	X, Y, W, H int
}

type polyline struct {
	Series int
	Points string
}

type chartRow struct {
	Label  string
	Values []string
}

// The size of a chart, in its own units.
const (
	plotWidth, plotHeight = 480, 120
	plotGap               = 6
)

// plot turns a chart into shapes. Numbers below zero and numbers that are none count as zero in the picture.
func plot(c *card.Chart) plotted {
	out := plotted{Width: plotWidth, Height: plotHeight, Rows: make([]chartRow, len(c.Labels))}
	most := 1.0
	for _, s := range c.Series {
		for _, v := range s.Values {
			most = math.Max(most, height(v))
		}
	}
	for i, label := range c.Labels {
		out.Rows[i].Label = label
		for _, s := range c.Series {
			text := ""
			if i < len(s.Values) {
				text = strconv.FormatFloat(s.Values[i], 'f', -1, 64)
			}
			out.Rows[i].Values = append(out.Rows[i].Values, text)
		}
	}
	if len(c.Labels) == 0 || len(c.Series) == 0 {
		return out
	}
	slot := plotWidth / len(c.Labels)
	for n, s := range c.Series {
		var points []string
		for i, v := range s.Values {
			h := int(height(v) / most * (plotHeight - 2))
			if c.Kind == card.ChartLine {
				points = append(points, strconv.Itoa(i*slot+slot/2)+","+strconv.Itoa(plotHeight-1-h))
				continue
			}
			w := max((slot-plotGap)/len(c.Series), 1)
			out.Bars = append(out.Bars, bar{Series: n, X: i*slot + plotGap/2 + n*w, Y: plotHeight - h, W: w, H: h})
		}
		if len(points) > 0 {
			out.Lines = append(out.Lines, polyline{Series: n, Points: strings.Join(points, " ")})
		}
	}
	return out
}

func height(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0
	}
	return v
}
