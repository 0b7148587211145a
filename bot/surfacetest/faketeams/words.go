package faketeams

import (
	"fmt"
	"strings"
)

// words gives all that can be read in a card, one line a text, after what stands above it. What is folded counts: one press
// shows it. What a confirmation asks does not: nobody sees it who does not press.
func words(card object, above string, v *held) string {
	r := reader{held: v}
	r.line(above)
	r.elements(card["body"])
	r.actions(card["actions"])
	return strings.Join(r.lines, "\n")
}

// reader reads a card as a person does.
type reader struct {
	held  *held // what is filled in; nil for a message
	lines []string
}

// held is what stands in the inputs of a dialog, and what the client says is wrong with it.
type held struct{ values, errors map[string]string }

func (r *reader) line(text string) {
	if strings.TrimSpace(text) != "" {
		r.lines = append(r.lines, text)
	}
}

// mark reads a text that knows Markdown.
func (r *reader) mark(text string) {
	plain, _ := readMarkdown(text)
	r.line(plain)
}

func (r *reader) plain(text string) { r.line(readPlain(text)) }

func (r *reader) elements(v any) {
	for _, e := range list(v) {
		r.element(e)
	}
}

func (r *reader) element(e object) {
	switch name := str(e, "type"); name {
	case "TextBlock":
		r.mark(str(e, "text"))
	case "RichTextBlock":
		r.line(inlines(e))
	case "Container", "Column", "TableCell":
		r.elements(e["items"])
	case "ColumnSet":
		r.elements(e["columns"])
	case "FactSet":
		for _, f := range list(e["facts"]) {
			title, _ := readMarkdown(str(f, "title"))
			value, _ := readMarkdown(str(f, "value"))
			r.line(title + "  " + value)
		}
	case "ActionSet":
		r.actions(e["actions"])
	case "Table":
		for _, row := range list(e["rows"]) {
			var cells []string
			for _, cell := range list(row["cells"]) {
				sub := reader{held: r.held}
				sub.element(cell)
				cells = append(cells, strings.Join(sub.lines, " "))
			}
			r.line(strings.Join(cells, " | "))
		}
	default:
		if strings.HasPrefix(name, "Input.") {
			r.input(e)
		}
		if strings.HasPrefix(name, "Chart.") {
			r.chart(e)
		}
	}
}

// inlines reads the runs of a rich text, where nothing is a mark.
func inlines(e object) string {
	var b strings.Builder
	all, _ := e["inlines"].([]any)
	for _, one := range all {
		switch t := one.(type) {
		case string:
			b.WriteString(readPlain(t))
		case object:
			b.WriteString(readPlain(str(t, "text")))
		}
	}
	return b.String()
}

// input reads a question, its choices or what stands in it, and what is wrong with it.
func (r *reader) input(e object) {
	r.plain(str(e, "label"))
	if str(e, "type") == "Input.Toggle" {
		r.mark(str(e, "title"))
	}
	for _, o := range list(e["choices"]) {
		if str(e, "style") == "expanded" {
			r.mark(str(o, "title"))
		} else {
			r.line(str(o, "title"))
		}
	}
	if r.held == nil {
		return
	}
	id := str(e, "id")
	if len(list(e["choices"])) == 0 && str(e, "type") != "Input.Toggle" {
		r.line(r.held.values[id])
	}
	r.line(r.held.errors[id])
}

// chart reads one of Teams' charts: title, then every label with its number.
func (r *reader) chart(e object) {
	r.line(str(e, "title"))
	var walk func(any)
	walk = func(v any) {
		for _, o := range list(v) {
			parts := []string{str(o, "legend")}
			for _, key := range []string{"x", "y", "value"} {
				if o[key] != nil {
					parts = append(parts, fmt.Sprint(o[key]))
				}
			}
			r.line(strings.TrimSpace(strings.Join(parts, " ")))
			walk(o["values"])
		}
	}
	walk(e["data"])
}

func (r *reader) actions(v any) {
	for _, a := range list(v) {
		r.line(str(a, "title"))
	}
}

// Links lists the addresses that a message links to, those of buttons included.
func (m Message) Links() []string {
	_, out := readMarkdown(m.Text)
	return append(out, linksOf(m.Card)...)
}

func linksOf(v any) []string {
	var out []string
	switch t := v.(type) {
	case object:
		switch str(t, "type") {
		case "TextBlock":
			_, links := readMarkdown(str(t, "text"))
			out = append(out, links...)
		case "Action.OpenUrl":
			out = append(out, str(t, "url"))
		case "FactSet":
			for _, f := range list(t["facts"]) {
				_, title := readMarkdown(str(f, "title"))
				_, value := readMarkdown(str(f, "value"))
				out = append(append(out, title...), value...)
			}
		case "Input.Toggle":
			_, links := readMarkdown(str(t, "title"))
			out = append(out, links...)
		case "Input.ChoiceSet":
			for _, o := range list(t["choices"]) {
				if _, links := readMarkdown(str(o, "title")); str(t, "style") == "expanded" {
					out = append(out, links...)
				}
			}
		}
		for key, one := range t {
			if key != "data" {
				out = append(out, linksOf(one)...)
			}
		}
	case []any:
		for _, one := range t {
			out = append(out, linksOf(one)...)
		}
	}
	return out
}
