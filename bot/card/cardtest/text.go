package cardtest

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
)

// Text gives a card as plain text, as it would be read aloud: for golden files.
func Text(c card.Card) string {
	var b strings.Builder
	mark := ""
	if c.Mark != nil {
		mark = fmt.Sprintf("  [%s, %s]", c.Mark.Text, c.Mark.Tone)
	}
	fmt.Fprintf(&b, "%s\n", strings.TrimSpace(c.Kicker+"  "+c.Title+mark))
	for _, p := range c.Lead {
		fmt.Fprintf(&b, "%s\n", p)
	}
	for _, f := range c.Facts {
		fmt.Fprintf(&b, "  %s: %s\n", f.Label, f.Value)
	}
	for _, s := range c.Track {
		fmt.Fprintf(&b, "  (%s) %s%s\n", s.State, s.Label, after(": ", s.Note))
	}
	for _, s := range c.Sections {
		folded := ""
		if s.Folded {
			folded = "  (folded)"
		}
		fmt.Fprintf(&b, "%s%s\n", s.Title, folded)
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "  - %s\n", l)
		}
	}
	if c.Chart != nil {
		b.WriteString(chartText(*c.Chart))
	}
	b.WriteString(buttonsText(c.Buttons, c.More))
	if c.Foot != "" {
		fmt.Fprintf(&b, "%s\n", c.Foot)
	}
	fmt.Fprintf(&b, "gist: %s\n", c.Gist)
	if c.Cut {
		b.WriteString("(cut)\n")
	}
	return b.String()
}

func after(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}

func buttonsText(main, more []card.Button) string {
	var parts []string
	for _, b := range main {
		parts = append(parts, "["+buttonText(b)+"]")
	}
	if len(more) > 0 {
		var rest []string
		for _, b := range more {
			rest = append(rest, buttonText(b))
		}
		parts = append(parts, "(more: "+strings.Join(rest, ", ")+")")
	}
	if len(parts) == 0 {
		return ""
	}
	lines := []string{strings.Join(parts, " ") + "\n"}
	for _, b := range main {
		if q := b.Confirm; q != nil {
			lines = append(lines, fmt.Sprintf("  %s? %s %s / %s\n", strings.TrimSuffix(q.Title, "?"), q.Text, q.Yes, q.No))
		}
	}
	return strings.Join(lines, "")
}

func buttonText(b card.Button) string {
	out := b.Label
	if b.Style != "" {
		out += " *" + string(b.Style)
	}
	if b.Path != "" {
		out += " ->" + b.Path
	}
	return out
}

func chartText(c card.Chart) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s chart: %s\n", c.Kind, c.Title)
	for _, s := range c.Series {
		fmt.Fprintf(&b, "  %s:", s.Name)
		for i, v := range s.Values {
			fmt.Fprintf(&b, " %s %g", c.Labels[i], v)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// FormText gives a form as plain text.
func FormText(f card.Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", f.Title, after("  ", f.Step))
	if f.Error != "" {
		fmt.Fprintf(&b, "ERROR %s\n", f.Error)
	}
	for _, p := range f.Intro {
		fmt.Fprintf(&b, "%s\n", p)
	}
	for _, one := range f.Fields {
		b.WriteString(fieldText(one))
	}
	if f.Aside != nil {
		fmt.Fprintf(&b, "-- beside --\n%s------------\n", Text(*f.Aside))
	}
	submit := f.Submit
	if f.Danger {
		submit += " *danger"
	}
	if f.Back != "" {
		fmt.Fprintf(&b, "[%s] ", f.Back)
	}
	fmt.Fprintf(&b, "[%s]%s\n", submit, after(" ", strings.TrimSpace(buttonsText(f.Extra, nil))))
	return b.String()
}

func fieldText(f card.Field) string {
	var b strings.Builder
	if f.Kind == card.FieldNote {
		fmt.Fprintf(&b, "%s\n  %s\n", f.Label, strings.ReplaceAll(f.Help, "\n", "\n  "))
		return b.String()
	}
	required := ""
	if f.Required {
		required = " *"
	}
	fmt.Fprintf(&b, "%s%s (%s)%s\n", f.Label, required, f.Kind, after("  ", f.Help))
	for _, o := range f.Options {
		tick := "[ ]"
		switch {
		case o.Locked:
			tick = "[#]"
		case slices.Contains(f.Value, o.Value):
			tick = "[x]"
		}
		alone := ""
		if slices.Contains(f.Alone, o.Value) {
			alone = "  (alone)"
		}
		fmt.Fprintf(&b, "  %s %s%s%s\n", tick, o.Label, after(" | ", o.Note), alone)
	}
	if len(f.Options) == 0 {
		value := strings.Join(f.Value, ", ")
		if f.Shown != "" {
			value += " (" + f.Shown + ")"
		}
		if value != "" {
			fmt.Fprintf(&b, "  = %s\n", strings.ReplaceAll(value, "\n", "\n    "))
		}
		if f.Example != "" {
			fmt.Fprintf(&b, "  e.g. %s\n", f.Example)
		}
	}
	if f.Error != "" {
		fmt.Fprintf(&b, "  ! %s\n", f.Error)
	}
	return b.String()
}

// HomeText gives a home as plain text.
func HomeText(h card.Home) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", h.Title)
	for _, g := range h.Groups {
		fmt.Fprintf(&b, "\n= %s\n", g.Title)
		if len(g.Cards) == 0 {
			fmt.Fprintf(&b, "%s\n", g.Empty)
		}
		for _, c := range g.Cards {
			b.WriteString(Text(c))
		}
	}
	if h.More != nil {
		fmt.Fprintf(&b, "[%s]\n", buttonText(*h.More))
	}
	return b.String()
}
