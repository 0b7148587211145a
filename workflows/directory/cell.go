package directory

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The longest texts, in characters.
const (
	maxName  = 120
	maxShort = 60
)

// shapes are the patterns of what is not free text, compiled once a file.
type shapes struct{ id, email, locale, slack, entra *regexp.Regexp }

func newShapes() shapes {
	return shapes{
		id:     regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`),
		email:  regexp.MustCompile(`^[^\s@"<>(),:;\\]{1,64}@[^\s@"<>(),:;\\]+\.[^\s@"<>(),:;\\.]+$`),
		locale: regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`),
		slack:  regexp.MustCompile(`^[UW][A-Z0-9]{5,20}$`),
		entra:  regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`),
	}
}

// id gives an id of ours.
func (t *table) id(l line, column string) string {
	s := t.cell(l, column)
	switch {
	case s == "":
		t.bad(l.number, column, "is empty")
	case !t.shapes.id.MatchString(s):
		t.bad(l.number, column, "%q is no id; use up to 64 letters, digits, dots, dashes and underscores", shorten(s))
	case strings.EqualFold(s, "system"):
		t.bad(l.number, column, "%q is kept for Steward itself", s)
	default:
		return s
	}
	return ""
}

// text gives a text for people: one line, nothing invisible, nothing a spreadsheet or a chat would take for more than text.
func (t *table) text(l line, column string, most int) string {
	s := t.cell(l, column)
	switch n := utf8.RuneCountInString(s); {
	case n > most:
		t.bad(l.number, column, "has %d characters; at most %d fit", n, most)
	case strings.IndexFunc(s, invisible) >= 0:
		t.bad(l.number, column, "holds a control or invisible character; write it anew by hand")
	case strings.ContainsAny(s, "<>"):
		t.bad(l.number, column, "holds < or >, which no name needs")
	case s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]):
		t.bad(l.number, column, "begins with %q, which a spreadsheet takes for a formula", string([]rune(s)[0]))
	default:
		return s
	}
	return ""
}

// invisible finds what changes how a text looks or is read without being seen. Joiners are part of some scripts.
func invisible(r rune) bool {
	const joiner, nonJoiner = '\u200D', '\u200C'
	return r == utf8.RuneError || unicode.IsControl(r) || (unicode.Is(unicode.Cf, r) && r != joiner && r != nonJoiner) ||
		unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || unicode.Is(unicode.Co, r)
}

// shaped gives a cell that is empty or has the shape.
func (t *table) shaped(l line, column string, shape *regexp.Regexp, hint string) string {
	s := t.cell(l, column)
	if s == "" || shape.MatchString(s) {
		return s
	}
	t.bad(l.number, column, "%q is wrong; %s", shorten(s), hint)
	return ""
}

// email gives an e-mail address as it is written.
func (t *table) email(l line, column string) string {
	s := t.cell(l, column)
	if s == "" {
		return ""
	}
	if len(s) > 254 || !t.shapes.email.MatchString(s) || strings.IndexFunc(s, invisible) >= 0 ||
		strings.ContainsRune("=+-", rune(s[0])) {
		t.bad(l.number, column, "%q is no e-mail address", shorten(s))
		return ""
	}
	return s
}

// emailKey is what makes two addresses the same.
func emailKey(email string) string { return strings.ToLower(email) }

// yes gives a boolean.
func (t *table) yes(l line, column string) bool {
	switch s := strings.ToLower(t.cell(l, column)); s {
	case "true", "yes", "1":
		return true
	case "false", "no", "0":
		return false
	default:
		t.bad(l.number, column, "%q is neither true nor false", shorten(s))
		return false
	}
}

// date gives a date or nothing.
func (t *table) date(l line, column string) string {
	s := t.cell(l, column)
	if s == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		t.bad(l.number, column, "%q is no date; write it as 2026-12-31", shorten(s))
		return ""
	}
	return s
}

// zone gives the name of a time zone, the other one where the cell is empty.
func (t *table) zone(l line, column, other string) string {
	s := t.cell(l, column)
	if s == "" {
		return other
	}
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		t.bad(l.number, column, "%q is no time zone; use a name like Europe/Madrid", shorten(s))
		return other
	}
	return s
}

// oneOf gives a word of a list.
func (t *table) oneOf(l line, column string, known []string) string {
	s := strings.ToLower(t.cell(l, column))
	if !slices.Contains(known, s) {
		t.bad(l.number, column, "%q is not known; use one of %s", shorten(s), strings.Join(known, ", "))
		return ""
	}
	return s
}
