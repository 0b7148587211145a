package fakeslack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Control is something to press or to choose in.
type Control struct {
	Block, Action string // ids
	Type          string // "button", "overflow", "static_select", ...
	Label         string
	Value         string
	URL           string
	Style         string
	Options       []Option
	is            object
}

// Option is one choice of an overflow, a select, a group.
type Option struct{ Label, Value string }

// controls lists what can be pressed; inputs are no controls.
func controls(blocks []map[string]any) []Control {
	var out []Control
	for _, e := range elements(blocks) {
		if str(e.block, "type") == "input" {
			continue
		}
		out = append(out, control(e))
	}
	return out
}

func control(e element) Control {
	c := Control{
		Block: str(e.block, "block_id"), Action: str(e.is, "action_id"), Type: str(e.is, "type"), Label: str(e.is, "text", "text"),
		Value: str(e.is, "value"), URL: str(e.is, "url"), Style: str(e.is, "style"), is: e.is,
	}
	for _, o := range options(e.is) {
		c.Options = append(c.Options, Option{Label: str(o, "text", "text"), Value: str(o, "value")})
	}
	return c
}

// words gives all that can be read in blocks, one line a text.
func words(blocks []map[string]any, names func(string) string) string {
	return wordsWith(blocks, nil, nil, names)
}

// wordsWith does so for a view, with what is filled in and with the errors at their blocks.
func wordsWith(
	blocks []map[string]any, state map[string]map[string]map[string]any, errors map[string]string, names func(string) string,
) string {
	r := reader{names: names, state: state}
	for _, b := range blocks {
		r.block(b)
		if e := errors[str(b, "block_id")]; e != "" {
			r.line(e)
		}
	}
	return strings.Join(r.lines, "\n")
}

// reader reads blocks as a person does.
type reader struct {
	names func(string) string
	state map[string]map[string]map[string]any
	lines []string
}

func (r *reader) line(text string) {
	if strings.TrimSpace(text) != "" {
		r.lines = append(r.lines, text)
	}
}

func (r *reader) text(v any) {
	switch t := v.(type) {
	case string:
		r.line(t)
	case object:
		if str(t, "type") == "mrkdwn" {
			r.line(readMrkdwn(str(t, "text"), r.names))
			return
		}
		r.line(str(t, "text"))
	}
}

func (r *reader) block(b object) {
	switch str(b, "type") {
	case "header":
		r.text(b["text"])
	case "section":
		r.text(b["text"])
		for _, f := range list(b["fields"]) {
			r.text(f)
		}
		if e, ok := b["accessory"].(object); ok {
			r.element(str(b, "block_id"), e)
		}
	case "context":
		for _, e := range list(b["elements"]) {
			r.text(e)
			r.text(e["alt_text"])
		}
	case "actions", "context_actions":
		for _, e := range list(b["elements"]) {
			r.element(str(b, "block_id"), e)
		}
	case "input":
		r.text(b["label"])
		if e, ok := b["element"].(object); ok {
			r.element(str(b, "block_id"), e)
		}
		r.text(b["hint"])
	case "rich_text":
		for _, e := range list(b["elements"]) {
			r.rich(e, "")
		}
	case "markdown":
		r.line(str(b, "text"))
	case "table", "data_table":
		r.table(b)
	case "data_visualization":
		r.chart(b)
	case "divider":
	default:
		r.rest(b)
	}
}

// element reads a button, a menu, an input with what is in it.
func (r *reader) element(block string, e object) {
	r.text(e["text"])
	for _, o := range options(e) {
		r.text(o["text"])
		r.text(o["description"])
	}
	entry := r.state[block][str(e, "action_id")]
	if len(options(e)) > 0 || entry == nil {
		return
	}
	now, _ := holding(str(e, "type"))
	if o, ok := entry[now].(object); ok {
		r.text(o["text"])
		return
	}
	for _, v := range heldValues(entry) {
		r.line(v)
	}
}

// rich reads one part of rich text.
func (r *reader) rich(e object, before string) {
	switch str(e, "type") {
	case "rich_text_list":
		for i, item := range list(e["elements"]) {
			mark := "• "
			if str(e, "style") == "ordered" {
				mark = itoa(i+1) + ". "
			}
			r.rich(item, mark)
		}
		return
	}
	var b strings.Builder
	for _, one := range list(e["elements"]) {
		b.WriteString(r.richLeaf(one))
	}
	for l := range strings.SplitSeq(b.String(), "\n") {
		if l != "" {
			r.line(before + l)
		}
	}
}

func (r *reader) richLeaf(e object) string {
	switch str(e, "type") {
	case "user":
		return "@" + nameOf(r.names, str(e, "user_id"))
	case "channel":
		return "#" + str(e, "channel_id")
	case "broadcast":
		return "@" + str(e, "range")
	case "usergroup":
		return "@" + str(e, "usergroup_id")
	case "emoji":
		return ":" + str(e, "name") + ":"
	case "link":
		if t := str(e, "text"); t != "" {
			return t
		}
		return str(e, "url")
	case "date":
		return str(e, "fallback")
	}
	return str(e, "text")
}

func (r *reader) table(b object) {
	r.text(b["caption"])
	rows, _ := b["rows"].([]any)
	for _, row := range rows {
		var cells []string
		for _, cell := range list(row) {
			sub := reader{names: r.names}
			if str(cell, "type") == "rich_text" {
				sub.block(cell)
			} else {
				sub.text(cell["text"])
			}
			cells = append(cells, strings.Join(sub.lines, " "))
		}
		r.line(strings.Join(cells, " | "))
	}
}

// chart reads a chart as the table behind it.
func (r *reader) chart(b object) {
	r.text(b["title"])
	r.rest(object{"chart": b["chart"]})
}

// rest reads whatever else there is: all texts, in the order of their keys.
func (r *reader) rest(v any) {
	switch t := v.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(t)) {
			switch one := t[key].(type) {
			case string:
				if slices.Contains([]string{"text", "alt_text", "label", "name", "title", "caption"}, key) {
					r.line(one)
				}
			case float64:
				if key == "value" {
					r.line(fmt.Sprint(one))
				}
			default:
				r.rest(one)
			}
		}
	case []any:
		for _, one := range t {
			if label, ok := one.(string); ok {
				r.line(label)
				continue
			}
			r.rest(one)
		}
	}
}

func nameOf(names func(string) string, id string) string {
	if names != nil {
		if n := names(id); n != "" {
			return n
		}
	}
	return id
}
