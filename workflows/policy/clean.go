package policy

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean gives the answers as they are kept: only questions that are asked, only the member that fits the question's type,
// lists in the order of the options and without repetition, texts without bidi controls, zero-width and control
// characters, in NFC, trimmed. Zero values are left out. Nothing is shortened: what is too long [Flow.Check] refuses.
// Cleaning twice is the same as cleaning once, and the given answers stay as they are.
func (f *Flow) Clean(a Answers, facts Facts) Answers {
	tidy := Answers{}
	for _, q := range f.Questions {
		tidy[q.Key] = q.clean(a[q.Key])
	}
	if f.Lines != nil {
		tidy[LinesKey] = Answer{Lines: f.Lines.clean(a[LinesKey].Lines)}
	}
	_, asked := f.values(tidy, facts)
	out := Answers{}
	for key, v := range tidy {
		if (asked[key] || key == LinesKey) && !v.empty() {
			out[key] = v
		}
	}
	return out
}

// CarriedFrom picks, from the answers of a linked request, those this flow shows and reads.
func (f *Flow) CarriedFrom(linked Answers) Answers {
	out := Answers{}
	other, ok := f.carriedFlow()
	if !ok {
		return out
	}
	for _, key := range slices.Concat(f.Carried.Keys, f.Carried.Same) {
		q, _ := other.Question(key)
		if v := q.clean(linked[key]); !v.empty() {
			out[key] = v
		}
	}
	return out
}

// Differs gives the keys of the linked request's answers that are not what was carried any more, in the order of the flow.
func (f *Flow) Differs(carried, linked Answers) []string {
	var out []string
	now := f.CarriedFrom(linked)
	for _, key := range slices.Concat(f.Carried.Same, f.Carried.Keys) {
		if !reflect.DeepEqual(carried[key], now[key]) {
			out = append(out, key)
		}
	}
	return out
}

func (a Answer) empty() bool {
	return a.Text == "" && len(a.List) == 0 && a.Number == 0 && !a.Yes && len(a.Lines) == 0
}

func (q Question) clean(a Answer) Answer {
	switch q.Type {
	case MultiSelect, ControlRefs:
		return Answer{List: q.cleanList(a.List)}
	case Number:
		return Answer{Number: a.Number}
	case Boolean:
		return Answer{Yes: a.Yes}
	case LongText:
		return Answer{Text: cleanText(a.Text, true)}
	case ShortText, Select, User, Date:
	}
	return Answer{Text: cleanText(a.Text, false)}
}

// cleanList sorts known values in the order of the options. Unknown ones stay, sorted behind them, so that Check can
// refuse them.
func (q Question) cleanList(list []string) []string {
	out := make([]string, 0, len(list))
	for _, v := range list {
		if v = cleanText(v, false); v != "" {
			out = append(out, v)
		}
	}
	values := q.values()
	place := func(v string) int {
		if i := slices.Index(values, v); i >= 0 {
			return i
		}
		return len(values)
	}
	slices.SortFunc(out, func(a, b string) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	out = slices.Compact(out)
	if len(out) == 0 {
		return nil
	}
	return out
}

// clean cleans lines and drops empty ones at the end. An empty line in between stays, so that errors stand where the
// person sees them.
func (l *RiskLines) clean(lines []Line) []Line {
	var out []Line
	used := 0
	for _, line := range lines {
		tidy := Line{}
		for _, q := range l.Shown() {
			if v := q.clean(line[q.Key]); !v.empty() {
				tidy[q.Key] = v
			}
		}
		out = append(out, tidy)
		if len(tidy) > 0 {
			used = len(out)
		}
	}
	return out[:used:used]
}

// cleanText strips what cannot be seen or turns text around, and normalises what can.
func cleanText(s string, lines bool) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			if lines {
				return '\n'
			}
			return ' '
		case r == '\t':
			return ' '
		case unicode.IsControl(r) || hidden(r):
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.TrimSpace(s))
}

// hidden says that a character has no width or changes the direction of others: it can make a text say one thing and show
// another. Joiners are among them; a few scripts and emoji look plainer without.
func hidden(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) ||
		(r >= 0x200B && r <= 0x200D) || (r >= 0x2060 && r <= 0x2064) || (r >= 0x206A && r <= 0x206F) ||
		r == 0x00AD || r == 0x034F || r == 0x180E || r == 0xFEFF || (r >= 0xFFF9 && r <= 0xFFFB) ||
		(r >= 0xE0000 && r <= 0xE007F)
}
