package fakeslack

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// angle is what stands between angle brackets and means something: a mention, a link, a date.
var angle = regexp.MustCompile(`<(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|![a-z]+(?:\^[^|>]*)?|[a-z][a-z0-9+.-]*:[^|>\s]+)(?:\|([^>]*))?>`)

// readMrkdwn gives a text of Slack's own markup as it is read on screen: marks of format are gone, mentions and links show
// their words, entities are what they stand for.
func readMrkdwn(text string, names func(string) string) string {
	var b strings.Builder
	for text != "" {
		at := angle.FindStringSubmatchIndex(text)
		if at == nil {
			b.WriteString(readMarks(text))
			break
		}
		b.WriteString(readMarks(text[:at[0]]))
		label := ""
		if at[4] >= 0 {
			label = unescape(text[at[4]:at[5]])
		}
		b.WriteString(readAngle(text[at[2]:at[3]], label, names))
		text = text[at[1]:]
	}
	return b.String()
}

func readAngle(what, label string, names func(string) string) string {
	switch what[0] {
	case '@':
		return "@" + nameOf(names, what[1:])
	case '#':
		if label == "" {
			label = what[1:]
		}
		return "#" + label
	case '!':
		if strings.HasPrefix(what, "!date^") {
			return label
		}
		word, _, _ := strings.Cut(what[1:], "^")
		if label != "" {
			return label
		}
		return "@" + word
	}
	if label != "" {
		return label
	}
	return unescape(what)
}

func unescape(text string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

// readMarks takes the marks of format out: pairs of * _ ~ and ` at the edges of words.
func readMarks(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if strings.ContainsRune("*_~`", r) {
			if end := closing(text, i, text[i]); end > 0 {
				inner := text[i+1 : end]
				if r == '`' {
					b.WriteString(unescape(inner))
				} else {
					b.WriteString(readMarks(inner))
				}
				i = end + 1
				continue
			}
		}
		if e := entity(text[i:]); e != "" {
			b.WriteString(unescape(e))
			i += len(e)
			continue
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

func entity(text string) string {
	for _, e := range []string{"&lt;", "&gt;", "&amp;"} {
		if strings.HasPrefix(text, e) {
			return e
		}
	}
	return ""
}

// closing finds the mark that closes the one at i, on the same line; 0 where there is none.
func closing(text string, i int, mark byte) int {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	next, _ := utf8.DecodeRuneInString(text[i+1:])
	if i > 0 && wordly(before) || i+1 >= len(text) || unicode.IsSpace(next) || next == rune(mark) {
		return 0
	}
	for j := i + 2; j < len(text) && text[j] != '\n'; j++ {
		if text[j] != mark {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(text[:j])
		following, _ := utf8.DecodeRuneInString(text[j+1:])
		if !unicode.IsSpace(last) && (j+1 == len(text) || !wordly(following)) {
			return j
		}
	}
	return 0
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
