package evidence

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// formulaSigns begin what spreadsheets take for a formula, in their full-width forms too.
const formulaSigns = "=+-@\uff1d\uff0b\uff0d\uff20\t\r"

// plainCell gives a cell of a CSV file as a text: where a spreadsheet would take it for a formula, perhaps after it has passed
// over space, an apostrophe stands in front (OWASP, CSV Injection). What follows a semicolon or a tab may be a cell of its own: in
// some languages spreadsheets end cells there.
func plainCell(text string) string {
	var out strings.Builder
	for first := true; text != ""; first = false {
		piece := text
		if end := strings.IndexAny(text, ";\t"); end >= 0 {
			piece = text[:end+1]
		}
		if text = text[len(piece):]; first && strings.ContainsRune("\t\r\n", rune(piece[0])) || formula(piece) {
			out.WriteByte('\'')
		}
		out.WriteString(piece)
	}
	return out.String()
}

// formula says whether a spreadsheet would take a text for a formula.
func formula(text string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, passedOver))
	return first != utf8.RuneError && strings.ContainsRune(formulaSigns, first)
}

// passedOver says whether a spreadsheet may not see the character.
func passedOver(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zs) || r == '"'
}

// stamp gives a time as ISO 8601 in UTC, to the millisecond; the zero time is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// joined gives a list as one cell.
func joined[T ~string](list []T) string {
	var b strings.Builder
	for i, v := range list {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}
