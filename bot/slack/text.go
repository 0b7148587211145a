package slack

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// cut shortens a text to what a place takes, by code points as Slack counts them.
func cut(s string, most int) string {
	out, _ := card.Cut(s, most)
	return out
}

// controlMark is what a mention or a link begins with in Slack's markup.
var controlMark = regexp.MustCompile(`<([!@#]|[a-zA-Z][a-zA-Z0-9+.-]*:)`)

// plain makes a text that Slack interprets nothing in: no markup, no links, no mentions, no :emoji:. Slack refuses an empty
// one. There are clients and bridges that read markup in plain text all the same, so that the sign before what would ping or
// link is one that looks like it.
func plain(s string, most int) *slackgo.TextBlockObject {
	s = controlMark.ReplaceAllString(seen(s), "‹$1")
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, cut(s, most), false, false)
}

// seen gives a text that can be seen, where Slack wants one and there is none.
func seen(s string) string {
	if s == "" {
		return "…"
	}
	return s
}

// words makes a piece of rich text. Pieces of this kind are shown letter by letter; links and mentions are other kinds, of
// which this package makes none.
func words(s string) slackgo.RichTextSectionElement {
	return slackgo.NewRichTextSectionTextElement(seen(s), nil)
}

// strong makes a bold piece of rich text.
func strong(s string) slackgo.RichTextSectionElement {
	return slackgo.NewRichTextSectionTextElement(seen(s), &slackgo.RichTextSectionTextStyle{Bold: true})
}

// line makes a paragraph of rich text; "\n" breaks its lines.
func line(parts ...slackgo.RichTextSectionElement) slackgo.RichTextElement {
	return slackgo.NewRichTextSection(parts...)
}

// list makes a list. Lines that are numbered already get their numbers from Slack.
func list(lines []string) slackgo.RichTextElement {
	style := slackgo.RTEListOrdered
	items := make([]slackgo.RichTextElement, 0, len(lines))
	for i, l := range lines {
		rest, ok := strings.CutPrefix(l, strconv.Itoa(i+1)+". ")
		if !ok || rest == "" {
			style = slackgo.RTEListBullet
		}
		items = append(items, line(words(rest)))
	}
	if style == slackgo.RTEListBullet {
		for i, l := range lines {
			items[i] = line(words(l))
		}
	}
	return itemList{Type: slackgo.RTEList, Style: style, Elements: items}
}

// itemList is a list with the members Slack's own types know: the client library's sends an offset that they refuse.
type itemList struct {
	Type     slackgo.RichTextElementType     `json:"type"`
	Style    slackgo.RichTextListElementType `json:"style"`
	Elements []slackgo.RichTextElement       `json:"elements"`
}

// RichTextElementType implements [slackgo.RichTextElement].
func (l itemList) RichTextElementType() slackgo.RichTextElementType { return l.Type }

// monospaced makes text in letters of one width, whose lines are kept.
func monospaced(s string) slackgo.RichTextElement {
	return &slackgo.RichTextPreformatted{Type: slackgo.RTEPreformatted, Elements: []slackgo.RichTextSectionElement{words(s)}}
}

// rich makes a block of rich text.
func rich(elements ...slackgo.RichTextElement) slackgo.Block {
	return slackgo.NewRichTextBlock("", elements...)
}

// paragraphs makes a block of a few lines.
func paragraphs(lines []string) slackgo.Block { return rich(line(words(strings.Join(lines, "\n")))) }

// small makes a line in small print.
func small(s string) slackgo.Block { return slackgo.NewContextBlock("", plain(s, maxText)) }

var (
	emojiName = regexp.MustCompile(`:[a-zA-Z0-9_'+-]+:`)
	quoteMark = regexp.MustCompile(`(?m)^(\s*)>`)
)

// escape makes a text fit for the only place where Slack reads markup, the text of a message, which stands in notifications
// and is read by screen readers: it pings nobody, links nothing and formats nothing. Markup knows three escapes and no other
// way to quote, so what could still be read as formatting is written with signs that look the same.
func escape(s string) string {
	s = quoteMark.ReplaceAllString(s, "$1›")
	s = emojiName.ReplaceAllStringFunc(s, func(m string) string { return m[:len(m)-1] + "∶" })
	s = disarm(s, '*', '∗')
	s = disarm(s, '_', 'ˍ')
	s = disarm(s, '~', '∼')
	s = disarm(s, '`', 'ˋ')
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// disarm replaces a formatting mark at the edges of words, the only places where it formats, if there are two of them.
func disarm(s string, mark, like rune) string {
	if strings.Count(s, string(mark)) < 2 {
		return s
	}
	r := []rune(s)
	inWord := func(i int) bool { return i >= 0 && i < len(r) && (unicode.IsLetter(r[i]) || unicode.IsDigit(r[i])) }
	out := make([]rune, len(r))
	for i, c := range r {
		out[i] = c
		if c == mark && (!inWord(i-1) || !inWord(i+1)) {
			out[i] = like
		}
	}
	return string(out)
}
