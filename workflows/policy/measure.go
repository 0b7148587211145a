package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// EachLine says that a condition is not one thing to do but what the risk lines name as their measures: one condition for each
// measure, however many lines it is for.
type EachLine struct {
	Measure string // the field of a line that names the measure
	Until   string // the field with the day until when it is in place; empty where lines have none
	// First is the level of a risk before treatment from which its measure comes before use, whatever day is named.
	First string
}

// eachLine reads each_line: {measure: measure, until: measure_until, first: high}.
func (f *flowReader) eachLine(m mapping) *EachLine {
	if !m.has("each_line") {
		return nil
	}
	em := f.mapping(m.place("each_line"), "measure", "until", "first")
	em.need("measure", "first")
	if f.flow.Lines == nil {
		f.bad(m.place("each_line"), "", "this flow has no risk lines")
		return nil
	}
	of := func(key string, typ QuestionType) string {
		name := em.str(key)
		if q, ok := f.flow.Lines.field(name); name != "" && (!ok || q.Type != typ) {
			f.bad(em.place(key), didYouMean(name, fieldKeys(f.flow.Lines.Fields)), "%q is no field of a line of type %s", name, string(typ))
		}
		return name
	}
	var levels []string
	for _, l := range f.flow.Lines.Levels {
		levels = append(levels, l.Name)
	}
	return &EachLine{Measure: of("measure", ShortText), Until: of("until", Date), First: em.choice("first", "level", levels)}
}

// measures gives one condition for each measure that the lines name; the condition itself where they name none.
func (f *Flow) measures(e *EachLine, c Condition, s Screening) []Condition {
	var out []Condition
	for i, line := range s.Answers[LinesKey].Lines {
		text := strings.TrimSpace(line[e.Measure].Text)
		if text == "" || i >= len(s.Lines) {
			continue
		}
		due := Due{BeforeGoLive: true}
		if day := line[e.Until].Text; day != "" && !f.Lines.atLeast(s.Lines[i].Level, e.First) {
			due = Due{On: day}
		}
		if at := slices.IndexFunc(out, func(o Condition) bool { return o.Text == text }); at >= 0 {
			out[at].Lines, out[at].Due = append(out[at].Lines, i+1), earlier(out[at].Due, due)
			continue
		}
		one := c
		one.Key, one.Label, one.Text, one.Lines, one.Due = fmt.Sprintf("%s.%d", c.Key, i+1), cut(text, optionMax), text, []int{i + 1}, due
		one.Refs = slices.Clone(c.Refs)
		out = append(out, one)
	}
	if len(out) == 0 {
		return []Condition{c}
	}
	return out
}

// atLeast says that a level is another one or above it.
func (l *RiskLines) atLeast(level, least string) bool {
	at := func(name string) int { return slices.IndexFunc(l.Levels, func(l Level) bool { return l.Name == name }) }
	return at(level) >= at(least)
}

// earlier gives the one that comes first: before use comes before any day.
func earlier(a, b Due) Due {
	if a.BeforeGoLive || !b.BeforeGoLive && cmp.Compare(a.On, b.On) <= 0 {
		return a
	}
	return b
}

// Day gives when a condition is due that is not due before use, for an approval on that day.
func (d Due) Day(approved time.Time) time.Time {
	if on, err := time.ParseInLocation(time.DateOnly, d.On, approved.Location()); err == nil {
		return on
	}
	return approved.AddDate(0, 0, d.Days)
}

// cut keeps a text within a number of characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most-1])) + "…"
}
