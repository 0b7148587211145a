package slack

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// chart draws a chart; or its table, where the surface has no charts or Slack would refuse this one.
func (p pen) chart(c card.Chart) slackgo.Block {
	if p.charts {
		if b := chartBlock(c); b.Validate() == nil {
			return b
		}
	}
	return rich(line(strong(c.Title)), monospaced(chartText(c)))
}

func chartBlock(c card.Chart) *slackgo.DataVisualizationBlock {
	var series []slackgo.DataVisualizationDataSeries
	for _, s := range c.Series {
		one := slackgo.DataVisualizationDataSeries{Name: s.Name}
		for i, label := range c.Labels {
			one.Data = append(one.Data, slackgo.NewDataVisualizationDataPoint(label, number(s.Values, i)))
		}
		series = append(series, one)
	}
	axis := slackgo.NewDataVisualizationAxisConfig(c.Labels...)
	if c.Kind == card.ChartLine {
		return slackgo.NewDataVisualizationBlock(c.Title, slackgo.NewDataVisualizationLineChart(axis, series...))
	}
	return slackgo.NewDataVisualizationBlock(c.Title, slackgo.NewDataVisualizationBarChart(axis, series...))
}

// number gives a value that JSON can hold; what is none counts as zero.
func number(values []float64, i int) float64 {
	if i >= len(values) || math.IsNaN(values[i]) || math.IsInf(values[i], 0) {
		return 0
	}
	return values[i]
}

// chartText gives a chart as a table in letters of one width: a row for each label, a column for each series.
func chartText(c card.Chart) string {
	head := []string{""}
	for _, s := range c.Series {
		head = append(head, s.Name)
	}
	rows := [][]string{head}
	for i, label := range c.Labels {
		row := []string{label}
		for _, s := range c.Series {
			row = append(row, strconv.FormatFloat(number(s.Values, i), 'f', -1, 64))
		}
		rows = append(rows, row)
	}
	wide := make([]int, len(head))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], utf8.RuneCountInString(cell))
		}
	}
	out := make([]string, 0, len(rows))
	for _, row := range rows {
		cells := []string{fmt.Sprintf("%-*s", wide[0], row[0])}
		for i, cell := range row[1:] {
			cells = append(cells, fmt.Sprintf("%*s", wide[i+1], cell))
		}
		out = append(out, strings.Join(cells, "  "))
	}
	return strings.Join(out, "\n")
}
