package view

import (
	"fmt"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/workflows/policy"
)

// removeKey is the field with which lines are taken out again.
const removeKey = "remove"

// lines fills the page of risk lines: those that are there, to read or take out, and the fields of one line. Lines are
// filled in one after the other; a page with nothing in the fields goes on.
func (f Form) lines(out *card.Form, s Sheet) {
	l := f.Flow.Lines
	all := s.Draft.Answers[policy.LinesKey].Lines
	at := ActiveLine(len(all), s.Errors)
	out.Submit = textNextLine
	out.Intro = append(out.Intro, fmt.Sprintf(textLines, l.Max))
	if e := s.Errors[policy.LinesKey]; e != "" && out.Error == "" {
		out.Error = e
	}
	var kept []string
	var options []card.Option
	for i, line := range all {
		if i == at {
			continue
		}
		text := fmt.Sprintf("%d. %s", i+1, lineText(l, line, f.Eyes))
		kept = append(kept, text)
		options = append(options, card.Option{Value: fmt.Sprint(i), Label: short(text, card.MaxOptionLabel)})
	}
	out.Fields = append(out.Fields, notes(titleRisks, kept)...)
	for i := 0; i < len(options); i += card.MaxOptions {
		key := removeKey
		if i > 0 {
			key = fmt.Sprintf("%s_%d", removeKey, i/card.MaxOptions+1)
		}
		out.Fields = append(out.Fields, card.Field{
			Key: policy.LinesKey + "." + key, Kind: card.FieldMany, Label: textRemoveLines, Options: options[i:min(i+card.MaxOptions, len(options))],
		})
	}
	if at >= l.Max {
		return
	}
	line := policy.Line{}
	if at < len(all) {
		line = all[at]
	}
	for _, q := range l.Shown() {
		field := s.field(q, line[q.Key], LineKey(at, ""), f.Names)
		field.Required = false // a page without a line goes on; what is missing in one is said when it was begun
		out.Fields = append(out.Fields, field)
	}
}

// LineKey gives the field of a risk line: "lines.2.cause".
func LineKey(i int, key string) string { return fmt.Sprintf("%s.%d.%s", policy.LinesKey, i, key) }

// ActiveLine gives which line the page of risk lines shows as fields: the first with an error, else a new one.
func ActiveLine(n int, errors map[string]string) int {
	for i := range n {
		for key := range errors {
			if strings.HasPrefix(key, LineKey(i, "")) {
				return i
			}
		}
	}
	return n
}

// LineTyped says for which line anything was typed; ok is false where the fields were left empty.
func LineTyped(v card.Values) (i int, ok bool) {
	for key, typed := range v {
		rest, found := strings.CutPrefix(key, policy.LinesKey+".")
		number, _, dotted := strings.Cut(rest, ".")
		if !found || !dotted || strings.TrimSpace(strings.Join(typed, "")) == "" {
			continue
		}
		if n, err := strconv.Atoi(number); err == nil && n >= 0 {
			return n, true
		}
	}
	return 0, false
}

// ReadLine gives the line that was typed into the fields of line i, and what stands at fields that cannot be taken.
func ReadLine(l *policy.RiskLines, i int, v card.Values) (policy.Line, map[string]string) {
	line, errs := policy.Line{}, map[string]string{}
	for _, q := range l.Shown() {
		a, e := Read(q, v[LineKey(i, q.Key)])
		line[q.Key] = a
		if e != "" {
			errs[LineKey(i, q.Key)] = e
		}
	}
	return line, errs
}

// LineKept says that a line is kept.
func LineKept(i int) string { return fmt.Sprintf(textLineKept, i+1) }

// LinesOut says that lines were taken out.
func LinesOut(n int) string { return fmt.Sprintf(textLinesOut, count(n, "line")) }

// Removed gives which lines are to be taken out.
func Removed(v card.Values) map[int]bool {
	out := map[int]bool{}
	for key, values := range v {
		if !strings.HasPrefix(key, policy.LinesKey+"."+removeKey) {
			continue
		}
		for _, one := range values {
			var i int
			if _, err := fmt.Sscan(one, &i); err == nil {
				out[i] = true
			}
		}
	}
	return out
}
