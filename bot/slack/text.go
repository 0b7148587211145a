package slack

import (
	"regexp"
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

// plain makes a text that Slack interprets nothing in: no markup, no links, no mentions, no :emoji:.
func plain(s string, most int) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, cut(s, most), false, false)
}

// words makes a piece of rich text. Pieces of this kind are shown letter by letter; links and mentions are other kinds, of
// which this package makes none.
func words(s string) slackgo.RichTextSectionElement {
	return slackgo.NewRichTextSectionTextElement(s, nil)
}

// strong makes a bold piece of rich text.
func strong(s string) slackgo.RichTextSectionElement {
	return slackgo.NewRichTextSectionTextElement(s, &slackgo.RichTextSectionTextStyle{Bold: true})
}

// line makes a line of rich text.
func line(parts ...slackgo.RichTextSectionElement) slackgo.RichTextElement {
	return slackgo.NewRichTextSection(parts...)
}

// bullets makes a list of lines.
func bullets(lines []string) slackgo.RichTextElement {
	items := make([]slackgo.RichTextElement, 0, len(lines))
	for _, l := range lines {
		items = append(items, line(words(l)))
	}
	return slackgo.NewRichTextList(slackgo.RTEListBullet, 0, items...)
}

// rich makes a block of rich text.
func rich(elements ...slackgo.RichTextElement) slackgo.Block {
	return slackgo.NewRichTextBlock("", elements...)
}

// small makes a line in small print.
func small(s string) slackgo.Block { return slackgo.NewContextBlock("", plain(s, maxText)) }

// The only place that Slack reads as markup is the text of a message, which stands in notifications and for screen readers.
// It knows three escapes and no other way to quote, so what could still be read as formatting there is written with letters
// that look the same.
var (
	escapes   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	emojiName = regexp.MustCompile(`:[a-z0-9_'+-]+:`)
	quoteMark = regexp.MustCompile(`(?m)^(\s*)>`)
)

// escape makes a text fit for the one place where Slack reads markup: it pings nobody, links nothing and formats nothing.
func escape(s string) string {
	s = quoteMark.ReplaceAllString(s, "$1›")
	s = emojiName.ReplaceAllStringFunc(s, func(m string) string { return m[:len(m)-1] + "∶" })
	for mark, like := range map[rune]rune{'*': '∗', '_': 'ˍ', '~': '∼', '`': 'ˋ'} {
		s = disarm(s, mark, like)
	}
	return escapes.Replace(s)
}

// disarm replaces a formatting mark at the edges of words, where it would format, if there are at least two of them.
func disarm(s string, mark, like rune) string {
	r := []rune(s)
	if strings.Count(s, string(mark)) < 2 {
		return s
	}
	word := func(i int) bool {
		return i >= 0 && i < len(r) && (unicode.IsLetter(r[i]) || unicode.IsDigit(r[i]))
	}
	out := make([]rune, len(r))
	for i, c := range r {
		if out[i] = c; c == mark && !(word(i-1) && word(i+1)) {
			out[i] = like
		}
	}
	return string(out)
}
