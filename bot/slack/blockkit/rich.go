package blockkit

import (
	"fmt"
	"math"
	"slices"
)

// richText checks the elements of a rich_text block.
func (c *checker) richText(path string, v any) {
	for i, one := range c.list(path+".elements", v, 1, 1000) {
		c.richElement(fmt.Sprintf("%s.elements[%d]", path, i), one, false)
	}
}

func (c *checker) richElement(path string, v any, inList bool) {
	m, ok := v.(map[string]any)
	if !ok {
		c.fail(path, "is no object")
		return
	}
	kind, _ := m["type"].(string)
	c.that(!inList || kind == "rich_text_section", path, "a list holds sections, not %q", kind)
	switch kind {
	case "rich_text_section":
		c.object(path, m, []string{"type", "elements"}, nil)
	case "rich_text_quote", "rich_text_preformatted":
		c.object(path, m, []string{"type", "elements"}, []string{"border"})
		c.whole(path+".border", m["border"], 0, 1)
	case "rich_text_list":
		c.object(path, m, []string{"type", "elements", "style"}, []string{"indent", "offset", "border"})
		c.among(path+".style", m["style"], "bullet", "ordered")
		c.whole(path+".indent", m["indent"], 0, 8)
		c.whole(path+".offset", m["offset"], 0, math.MaxInt32)
		c.whole(path+".border", m["border"], 0, 1)
		for i, one := range c.list(path+".elements", m["elements"], 1, 1000) {
			c.richElement(fmt.Sprintf("%s.elements[%d]", path, i), one, true)
		}
		return
	default:
		c.fail(path, "rich text of type %q is not known", kind)
		return
	}
	for i, one := range c.list(path+".elements", m["elements"], 1, 1000) {
		c.richPiece(fmt.Sprintf("%s.elements[%d]", path, i), one)
	}
}

// richPiece checks a piece of a line. Mentions, links and emoji are other kinds, which this program does not send.
func (c *checker) richPiece(path string, v any) {
	m, ok := c.object(path, v, []string{"type", "text"}, []string{"style"})
	if !ok {
		return
	}
	c.among(path+".type", m["type"], "text")
	c.size += length(c.str(path+".text", m["text"], 1, math.MaxInt32))
	if s, there := m["style"]; there {
		style, _ := c.object(path+".style", s, nil, []string{"bold", "italic", "strike", "code"})
		for key, on := range style {
			c.flag(path+".style."+key, on)
		}
	}
}

func (c *checker) table(path string, m map[string]any) {
	cells := 0
	for i, row := range c.list(path+".rows", m["rows"], 1, 100) {
		for j, cell := range c.list(fmt.Sprintf("%s.rows[%d]", path, i), row, 1, 20) {
			at := fmt.Sprintf("%s.rows[%d][%d]", path, i, j)
			one, ok := c.object(at, cell, []string{"type", "text"}, []string{"value"})
			if !ok {
				continue
			}
			c.among(at+".type", one["type"], "raw_text", "raw_number")
			cells += length(c.str(at+".text", one["text"], 1, MaxObject))
		}
	}
	c.that(cells <= 10_000, path, "%d characters in cells, at most 10000", cells)
	c.size += cells
	if v, there := m["column_settings"]; there {
		for i, one := range c.list(path+".column_settings", v, 0, 20) {
			at := fmt.Sprintf("%s.column_settings[%d]", path, i)
			if s, ok := c.object(at, one, nil, []string{"align", "is_wrapped"}); ok {
				c.among(at+".align", s["align"], "left", "center", "right")
				c.flag(at+".is_wrapped", s["is_wrapped"])
			}
		}
	}
}

func (c *checker) visualization(path string, m map[string]any) {
	c.size += length(c.str(path+".title", m["title"], 1, 50))
	chart, ok := c.object(path+".chart", m["chart"], []string{"type", "series", "axis_config"}, nil)
	if !ok {
		return
	}
	c.among(path+".chart.type", chart["type"], "bar", "line", "area")
	axis, _ := c.object(path+".chart.axis_config", chart["axis_config"], []string{"categories"}, []string{"x_label", "y_label"})
	c.str(path+".chart.axis_config.x_label", axis["x_label"], 0, 50)
	c.str(path+".chart.axis_config.y_label", axis["y_label"], 0, 50)
	var labels []string
	for i, one := range c.list(path+".chart.axis_config.categories", axis["categories"], 1, 20) {
		at := fmt.Sprintf("%s.chart.axis_config.categories[%d]", path, i)
		label := c.str(at, one, 1, 20)
		c.that(!slices.Contains(labels, label), at, "%q is there twice", label)
		labels = append(labels, label)
	}
	var names []string
	for i, one := range c.list(path+".chart.series", chart["series"], 1, 6) {
		at := fmt.Sprintf("%s.chart.series[%d]", path, i)
		s, ok := c.object(at, one, []string{"name", "data"}, nil)
		if !ok {
			continue
		}
		name := c.str(at+".name", s["name"], 1, 20)
		c.that(!slices.Contains(names, name), at+".name", "series %q is there twice", name)
		names = append(names, name)
		c.points(at, s["data"], labels)
	}
}

// points checks that a series has one point for each category.
func (c *checker) points(path string, v any, labels []string) {
	left := map[string]bool{}
	for _, l := range labels {
		left[l] = true
	}
	for i, one := range c.list(path+".data", v, 1, 20) {
		at := fmt.Sprintf("%s.data[%d]", path, i)
		p, ok := c.object(at, one, []string{"label", "value"}, nil)
		if !ok {
			continue
		}
		label, _ := p["label"].(string)
		c.that(left[label], at, "%q is no category, or is there twice", label)
		left[label] = false
		_, number := p["value"].(float64)
		c.that(number, at+".value", "is no number")
	}
	for l, missing := range left {
		c.that(!missing, path, "no point for %q", l)
	}
}
