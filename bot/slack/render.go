package slack

import (
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// Slack's limits, in code points. Package blockkit has all of them, and tests hold what is drawn against it.
const (
	maxText        = 3000 // of a text object
	maxHeader      = 150
	maxButtonText  = 75
	maxOption      = 75 // of an option's text, description and value
	maxMenu        = 5  // options of an overflow menu
	maxGroup       = 10 // options of a group of checkboxes or radio buttons
	maxModalTitle  = 24
	maxMeta        = 3000
	maxPlaceholder = 150
	maxLabel       = 2000 // of an input, and of its hint
	maxViewBlocks  = 100
)

// messageText gives the text of a message: what notifications show and screen readers read instead of the blocks.
func messageText(c card.Card) string {
	c = c.Cleaned()
	if c.Gist == "" {
		c.Gist = fullTitle(c)
	}
	return escape(cut(c.Gist, card.MaxGist))
}

// messageBlocks draws a card as a message.
func messageBlocks(c card.Card) []slackgo.Block {
	return fitted(c.Cleaned(), pen{heading: true, charts: true})
}

// plainBlocks draws a card as a message without the one kind of block that a workspace may not know yet: its chart is a
// table. It is what is sent where Slack refuses [messageBlocks].
func plainBlocks(c card.Card) []slackgo.Block {
	return fitted(c.Cleaned(), pen{heading: true})
}

// pen is how a card is drawn.
type pen struct {
	heading bool // the title is a block of its own, in large letters
	charts  bool // charts are drawn; else they are tables
	dense   bool // lists are lines of one text, which takes less of what a message may hold
}

// card draws a card: what is asked until when, what one needs to know, where it stands, what can be pressed.
func (p pen) card(c card.Card) []slackgo.Block {
	out := p.title(c)
	if len(c.Lead) > 0 {
		out = append(out, paragraphs(c.Lead))
	}
	if len(c.Facts) > 0 {
		out = append(out, facts(c.Facts))
	}
	out = append(out, track(c.Track)...)
	out = append(out, p.sections(c)...)
	if c.Chart != nil {
		out = append(out, p.chart(*c.Chart))
	}
	if row := buttons(c.Buttons, c.More); row != nil {
		out = append(out, row)
	}
	foot := c.Foot
	if c.Cut {
		foot = strings.TrimSpace(wordCut + " " + foot)
	}
	if foot != "" {
		out = append(out, small(foot))
	}
	return out
}

// fullTitle gives the id and the title of a card.
func fullTitle(c card.Card) string {
	title := c.Title
	if title == "" {
		title = wordUntitled
	}
	return strings.TrimSpace(c.Kicker + "  " + title)
}

// marked gives the mark of a card with its sign, or "".
func marked(c card.Card) string {
	if c.Mark == nil {
		return ""
	}
	return sign(c.Mark.Tone) + " " + c.Mark.Text
}

// title gives id, title and mark, in one line where they fit into a heading.
func (p pen) title(c card.Card) []slackgo.Block {
	whole, mark := fullTitle(c), marked(c)
	if !p.heading {
		parts := []slackgo.RichTextSectionElement{strong(whole)}
		if mark != "" {
			parts = append(parts, words("   "+mark))
		}
		return []slackgo.Block{rich(line(parts...))}
	}
	beside := whole
	if mark != "" {
		beside += "   " + mark
	}
	if utf8.RuneCountInString(beside) <= maxHeader {
		return []slackgo.Block{slackgo.NewHeaderBlock(plain(beside, maxHeader))}
	}
	if utf8.RuneCountInString(whole) > maxHeader {
		whole, mark = c.Title, strings.TrimSpace(c.Kicker+"   "+mark)
	}
	out := []slackgo.Block{slackgo.NewHeaderBlock(plain(whole, maxHeader))}
	if mark != "" {
		out = append(out, small(mark))
	}
	return out
}

// facts gives one line each: label and value. Two columns of fields would be Slack's own way, but their values would have to
// be markup for the label to be told from them, and a column is too narrow for most values.
func facts(all []card.Fact) slackgo.Block {
	var parts []slackgo.RichTextSectionElement
	for i, f := range all {
		value := "  " + f.Value
		if i < len(all)-1 {
			value += "\n"
		}
		parts = append(parts, strong(f.Label), words(value))
	}
	return rich(line(parts...))
}

// track gives the stages as one line in small print, or as few as it takes.
func track(steps []card.Step) []slackgo.Block {
	const arrow = "  →  "
	var out []slackgo.Block
	text := ""
	for _, s := range steps {
		one := stepSign(s.State) + " " + s.Label
		if s.Note != "" {
			one += ": " + s.Note
		}
		if text != "" && utf8.RuneCountInString(text+arrow+one) > maxText {
			out, text = append(out, small(text)), ""
		}
		if text != "" {
			text += arrow
		}
		text += one
	}
	if text != "" {
		out = append(out, small(text))
	}
	return out
}

// sections gives the lists, folded ones last. Slack folds nothing that we could rely on: a short folded list beside others is
// in small print. Where all are folded, they are what the card is for.
func (p pen) sections(c card.Card) []slackgo.Block {
	var out, folded []slackgo.Block
	var brief []slackgo.RichTextSectionElement
	aside := len(c.Sections) == 1
	for _, s := range c.Sections {
		aside = aside || !s.Folded
	}
	for _, s := range c.Sections {
		text := inline(s.Lines)
		switch n := utf8.RuneCountInString(text); {
		case s.Folded && aside && n <= asideText:
			folded = append(folded, small(s.Title+": "+text))
		case s.Folded:
			folded = append(folded, p.section(s))
		case c.About != "" && !s.Copied && len(s.Lines) <= briefLines && n <= briefText:
			if len(brief) > 0 {
				brief = append(brief, words("\n"))
			}
			brief = append(brief, strong(s.Title), words("  "+text))
		default:
			if len(brief) > 0 {
				out, brief = append(out, rich(line(brief...))), nil
			}
			out = append(out, p.section(s))
		}
	}
	if len(brief) > 0 {
		out = append(out, rich(line(brief...)))
	}
	return append(out, folded...)
}

// A list on the card of one thing that has no more than this is written in one go, like a fact; and a folded one in small
// print. More than that reads better line by line.
const (
	briefLines = 4
	briefText  = 240
	asideText  = 300
)

// inline writes the lines of a list one after the other: sentences as they are, anything else with dots between.
func inline(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		switch {
		case i == 0:
		case strings.HasSuffix(lines[i-1], "."), strings.HasSuffix(lines[i-1], "?"):
			b.WriteByte(' ')
		default:
			b.WriteString(" · ")
		}
		b.WriteString(l)
	}
	return b.String()
}

// section gives a titled list.
func (p pen) section(s card.Section) slackgo.Block {
	switch {
	case len(s.Lines) == 0:
		return rich(line(strong(s.Title)))
	case p.dense:
		return rich(line(strong(s.Title), words("\n• "+strings.Join(s.Lines, "\n• "))))
	}
	return rich(line(strong(s.Title)), list(s.Lines))
}
