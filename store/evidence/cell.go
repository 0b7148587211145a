package evidence

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// formulaSigns begin what spreadsheets take for a formula, in their full-width forms too.
const formulaSigns = "=+-@\uff1d\uff0b\uff0d\uff20\t\r"

// plainCell gives a cell of a CSV file as a text: where a spreadsheet would take it for a formula, perhaps after it has passed
// over space, an apostrophe stands in front (OWASP, CSV Injection).
func plainCell(text string) string {
	if text == "" {
		return text
	}
	text = formulaInside.ReplaceAllString(text, "$1'$2")
	if text[0] == '\t' || text[0] == '\r' || text[0] == '\n' {
		return "'" + text
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, passedOver))
	if first != utf8.RuneError && strings.ContainsRune(formulaSigns, first) {
		return "'" + text
	}
	return text
}

// formulaInside finds what would begin a formula in a spreadsheet that takes a semicolon or a tab for the end of a cell, as some
// languages do.
var formulaInside = regexp.MustCompile(`([;\t]\s*)([=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])`)

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
