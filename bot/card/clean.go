package card

import (
	"strings"
	"unicode"
)

// maxMarks is how many combining marks may follow each other: writing systems need up to four or so, towers of them only
// serve to cover the lines above.
const maxMarks = 6

// Clean makes a text of one line fit to be shown: invalid UTF-8, control characters, bidi controls, zero-width and other
// invisible characters are gone, every run of white space is one space, none is at the ends.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	return strings.Join(strings.Fields(strip(s, false)), " ")
}

// plain says that a text is clean as it is, as nearly all are: visible ASCII with single spaces inside.
func plain(s string) bool {
	space := true // none at the beginning
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && space {
			return false
		}
		space = s[i] == ' '
	}
	return s == "" || !space
}

// CleanLines is [Clean] for text that may have lines: their breaks stay, at most one empty line in a row.
func CleanLines(s string) string {
	lines := strings.Split(strip(s, true), "\n")
	out := lines[:0]
	for _, l := range lines {
		l = strings.Join(strings.Fields(l), " ")
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

// Cut shortens a text to n runes, with an ellipsis for what is left out, at a word's end where one is near.
func Cut(s string, n int) (string, bool) {
	r := []rune(s)
	if len(r) <= n {
		return s, false
	}
	end := n - 1
	for i := end; i > n*3/4; i-- {
		if unicode.IsSpace(r[i]) {
			end = i
			break
		}
	}
	return strings.TrimRightFunc(string(r[:max(end, 0)]), unicode.IsSpace) + "…", true
}

// strip drops what has no place in a shown text. Line breaks become "\n" where they are kept and spaces where not.
func strip(s string, lines bool) string {
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	for _, c := range s {
		switch {
		case c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == '\u0085' || c == '\u2028' || c == '\u2029':
			if lines {
				b.WriteByte('\n')
			} else {
				b.WriteByte(' ')
			}
			marks = 0
		case unicode.IsSpace(c):
			b.WriteByte(' ')
			marks = 0
		case unseen(c):
		case unicode.Is(unicode.M, c):
			if marks++; marks <= maxMarks {
				b.WriteRune(c)
			}
		default:
			b.WriteRune(c)
			marks = 0
		}
	}
	return b.String()
}

// unseen says that a character shows nothing by itself, or changes how its neighbours are shown.
func unseen(c rune) bool {
	switch c {
	case 0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD:
		return false // format characters that are seen: signs that stand before or around numbers
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0:
		return true // letters and marks that are blank
	}
	if c >= 0xFE00 && c <= 0xFE0F {
		return false // emoji or text presentation
	}
	return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Variation_Selector) ||
		unicode.Is(unicode.Noncharacter_Code_Point, c)
}
