package teams

import (
	"regexp"
	"strings"
	"unicode"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// cut shortens a text to so many runes.
func cut(s string, most int) string {
	out, _ := card.Cut(s, most)
	return out
}

// seen gives a text that can be seen, where the format wants one and there is none.
func seen(s string) string {
	if s == "" {
		return "…"
	}
	return s
}

// runs makes pieces of rich text in the look of like. Nothing is parsed in them but the date functions of the format, as in
// "{{DATE(…)}}"; and "${" is a placeholder to what fills in templates. So both are cut in two: what is shown is the same,
// and no piece has all of it.
func runs(s string, like adaptivecard.TextRun) []adaptivecard.TextRun {
	var out []adaptivecard.TextRun
	s = seen(s)
	for {
		at := partAt(s)
		like.Text = s[:at]
		out = append(out, like)
		if s = s[at:]; s == "" {
			return out
		}
	}
}

// partAt gives where a text has to be cut, which is its length where it need not.
func partAt(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == '{' && (s[i-1] == '{' || s[i-1] == '$') {
			return i
		}
	}
	return len(s)
}

// rich makes a paragraph.
func rich(parts ...[]adaptivecard.TextRun) adaptivecard.RichTextBlock {
	var out adaptivecard.RichTextBlock
	for _, p := range parts {
		out.Inlines = append(out.Inlines, p...)
	}
	return out
}

// words makes plain text, strong bold text, faint text in the background.
func words(s string) []adaptivecard.TextRun { return runs(s, adaptivecard.TextRun{}) }

func strong(s string) []adaptivecard.TextRun {
	return runs(s, adaptivecard.TextRun{Weight: adaptivecard.WeightBolder})
}

func faint(s string) []adaptivecard.TextRun { return runs(s, adaptivecard.TextRun{IsSubtle: true}) }

// small makes a line in small print.
func small(s string) adaptivecard.RichTextBlock {
	return rich(runs(s, adaptivecard.TextRun{Size: adaptivecard.SizeSmall, IsSubtle: true}))
}

// heading makes a title of a size. Only a text block is read out as a heading, and it is parsed: where the title holds
// anything that could be more than a letter, it is a bold paragraph.
func heading(s, size string) adaptivecard.Element {
	if tame(s) {
		return adaptivecard.TextBlock{
			Text: s, Size: size, Weight: adaptivecard.WeightBolder, Wrap: true, Style: adaptivecard.StyleHeading,
		}
	}
	return rich(runs(s, adaptivecard.TextRun{Size: size, Weight: adaptivecard.WeightBolder}))
}

// tame says that a text means the same to whoever parses Markdown, links or functions in it: it begins with a letter and
// holds letters, digits, single spaces, and such signs as begin nothing where they stand.
func tame(s string) bool {
	before := ' '
	for i, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r) && i > 0:
		case (r == ' ' || r == '-' || r == ',' || r == ')' || r == '?') && (unicode.IsLetter(before) || unicode.IsDigit(before)):
		case r == ' ' && (before == ',' || before == ')' || before == '·'), (r == '(' || r == '·') && before == ' ' && i > 0:
		default:
			return false
		}
		before = r
	}
	return s != ""
}

var (
	tagLike   = regexp.MustCompile(`<([a-zA-Z/!?])`)
	entity    = regexp.MustCompile(`&(#|[a-zA-Z])`)
	lineStart = regexp.MustCompile(`^([0-9]*)([-#>+=.)])`)
)

// calm makes a text fit for the places that have no runs: labels of inputs, titles of choices and actions, which clients
// parse as Markdown or not, as they please. There is no way to quote that holds for both, so what could be more than a
// letter is written with signs that look the same.
func calm(s string) string {
	s = tagLike.ReplaceAllString(seen(s), "‹$1")
	s = entity.ReplaceAllString(s, "＆$1")
	s = strings.NewReplacer("\\", "⧵", "](", "]❨", "]:", "]∶", "][", "]❲", "{{", "{❴", "${", "$❴", "://", ":∕∕").Replace(s)
	s = lineStart.ReplaceAllStringFunc(s, func(m string) string {
		return m[:len(m)-1] + startLike(m[len(m)-1])
	})
	s = disarm(s, '*', '∗')
	s = disarm(s, '_', 'ˍ')
	s = disarm(s, '~', '∼')
	return disarm(s, '`', 'ˋ')
}

// startLike gives a sign that looks like one which begins a list, a heading or a quotation at the start of a line.
func startLike(c byte) string {
	switch c {
	case '#':
		return "＃"
	case '>':
		return "›"
	case '+':
		return "＋"
	case '=':
		return "＝"
	case '.':
		return "․"
	case ')':
		return "❩"
	}
	return "‐"
}

// disarm replaces a formatting mark if there are two of them, but inside of words where an underscore formats nothing.
func disarm(s string, mark, like rune) string {
	if strings.Count(s, string(mark)) < 2 {
		return s
	}
	r := []rune(s)
	inWord := func(i int) bool { return i >= 0 && i < len(r) && (unicode.IsLetter(r[i]) || unicode.IsDigit(r[i])) }
	out := make([]rune, len(r))
	for i, c := range r {
		out[i] = c
		if c == mark && (mark != '_' || !inWord(i-1) || !inWord(i+1)) {
			out[i] = like
		}
	}
	return string(out)
}
