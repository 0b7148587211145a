package teams

import (
	"math"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// chart draws a chart, which carries its text for clients that have none; or that text alone.
func (p pen) chart(c card.Chart) adaptivecard.Element {
	text := chartText(c)
	if !p.charts {
		return text
	}
	out := adaptivecard.Chart{Title: calm(c.Title), Fallback: text}
	for _, s := range c.Series {
		row := adaptivecard.ChartRow{Legend: calm(s.Name)}
		for i, label := range c.Labels {
			row.Values = append(row.Values, adaptivecard.ChartPoint{X: calm(label), Y: number(s.Values, i)})
		}
		out.Rows = append(out.Rows, row)
	}
	switch {
	case c.Kind == card.ChartLine:
		out.Kind = adaptivecard.ChartLines
	case len(out.Rows) == 1:
		out.Kind, out.Bars, out.Rows = adaptivecard.ChartBars, out.Rows[0].Values, nil
	default:
		out.Kind = adaptivecard.ChartGroups
	}
	return out
}

// number gives a value that JSON can hold; what is none counts as zero.
func number(values []float64, i int) float64 {
	if i >= len(values) || math.IsNaN(values[i]) || math.IsInf(values[i], 0) {
		return 0
	}
	return values[i]
}

// chartText gives a chart as text: a row for each label, with its values by name where there are several.
func chartText(c card.Chart) adaptivecard.Element {
	rows := make([]card.Fact, 0, len(c.Labels))
	for i, label := range c.Labels {
		var values []string
		for _, s := range c.Series {
			n := strconv.FormatFloat(number(s.Values, i), 'f', -1, 64)
			if len(c.Series) > 1 {
				n = s.Name + "\u00a0" + n // on one line
			}
			values = append(values, n)
		}
		rows = append(rows, card.Fact{Label: label, Value: strings.Join(values, " · ")})
	}
	return adaptivecard.Container{Items: append([]adaptivecard.Element{heading(c.Title, adaptivecard.SizeDefault)}, facts(rows)...)}
}
