package faketeams

import (
	"html"
	"regexp"
	"strings"
	"time"
)

// The parts of the Markdown subset that a text block knows.
var (
	entity   = regexp.MustCompile(`&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)
	mdLink   = regexp.MustCompile(`!?\[([^\[\]]*)\]\(\s*([^\s()]*)[^()]*\)`)
	mdAuto   = regexp.MustCompile(`<([A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*)>`)
	mdBold   = regexp.MustCompile(`\*\*([^\s*](?:[^*]*[^\s*])?)\*\*`)
	mdStrong = regexp.MustCompile(`(^|[^\w_])__([^\s_](?:[^_]*[^\s_])?)__($|[^\w_])`)
	mdItalic = regexp.MustCompile(`\*([^\s*](?:[^*]*[^\s*])?)\*`)
	mdEm     = regexp.MustCompile(`(^|[^\w_])_([^\s_](?:[^_]*[^\s_])?)_($|[^\w_])`)
	mdStrike = regexp.MustCompile(`~~([^~]+)~~`)
	mdCode   = regexp.MustCompile("`([^`]+)`")
	mdItem   = regexp.MustCompile(`(?m)^\s{0,3}[-*+]\s+`)
	dateTime = regexp.MustCompile(`\{\{(DATE|TIME)\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[-+]\d{2}:\d{2}))(?:, ?(SHORT|LONG|COMPACT))?\)\}\}`)
	anyTag   = regexp.MustCompile(`<[^>]*>`)
)

// readMarkdown gives a text as a text block shows it, and the addresses it links to.
func readMarkdown(text string) (string, []string) {
	var links []string
	text = readPlain(text)
	text = hide(text)
	text = mdLink.ReplaceAllStringFunc(text, func(found string) string {
		m := mdLink.FindStringSubmatch(found)
		links = append(links, unhide(m[2]))
		return m[1]
	})
	text = mdAuto.ReplaceAllStringFunc(text, func(found string) string {
		links = append(links, unhide(strings.Trim(found, "<>")))
		return strings.Trim(found, "<>")
	})
	text = mdItem.ReplaceAllString(text, "• ")
	text = mdCode.ReplaceAllString(text, "$1")
	for range 2 { // one within the other
		text = mdBold.ReplaceAllString(text, "$1")
		text = mdStrong.ReplaceAllString(text, "$1$2$3")
		text = mdItalic.ReplaceAllString(text, "$1")
		text = mdEm.ReplaceAllString(text, "$1$2$3")
		text = mdStrike.ReplaceAllString(text, "$1")
	}
	return unhide(entity.ReplaceAllStringFunc(text, html.UnescapeString)), links
}

// readPlain gives a text as every text of a card shows it: dates and times that are meant for the client are filled in.
func readPlain(text string) string {
	return dateTime.ReplaceAllStringFunc(text, func(found string) string {
		m := dateTime.FindStringSubmatch(found)
		at, err := time.Parse(time.RFC3339, m[2])
		if err != nil {
			return found
		}
		if m[1] == "TIME" {
			return at.UTC().Format("3:04 PM")
		}
		return at.UTC().Format("Mon, Jan 2, 2006")
	})
}

// readXML gives a text of the format xml.
func readXML(text string) string { return html.UnescapeString(anyTag.ReplaceAllString(text, "")) }

// private is where characters go that a backslash made plain, so that nothing takes them for marks.
const private = 0xE000

// hide takes characters with a backslash before them out of the way.
func hide(text string) string {
	var b strings.Builder
	escaped := false
	for _, r := range text {
		switch {
		case escaped && strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", r):
			b.WriteRune(private + r)
			escaped = false
		case escaped:
			b.WriteRune('\\')
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		default:
			b.WriteRune(r)
		}
	}
	if escaped {
		b.WriteRune('\\')
	}
	return b.String()
}

func unhide(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= private && r < private+128 {
			return r - private
		}
		return r
	}, text)
}
