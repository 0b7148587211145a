package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// Slack's limits, in code points. Package blockkit checks all of them.
const (
	maxText        = 3000 // of a text object
	maxHeader      = 150
	maxButtonText  = 75
	maxOption      = 75 // of an option's text, description and value
	maxMenu        = 5
	maxConfirm     = 300
	maxModalTitle  = 24
	maxMeta        = 3000
	maxPlaceholder = 150
	maxHint        = 2000
	maxGroup       = 10 // options of a group of checkboxes or radio buttons
)

// messageText gives the text of a message: what notifications show and screen readers read instead of the blocks.
func messageText(c card.Card) string {
	gist := c.Gist
	if gist == "" {
		gist = strings.TrimSpace(c.Kicker + " " + c.Title)
	}
	return escape(cut(gist, card.MaxGist))
}

// messageBlocks draws a card as a message.
func messageBlocks(c card.Card) []slackgo.Block { return fitted(c, pen{heading: true, charts: true}) }

// plainBlocks draws a card as a message without a block that a workspace may not know yet: a chart is a table.
func plainBlocks(c card.Card) []slackgo.Block { return fitted(c, pen{heading: true}) }

// The size of a message. Slack documents none; it has been seen to refuse 11,341 characters of text in 45 blocks with 17,694
// of JSON, and to take 9,597 in 50 with 15,561 and 13,297 in one. We keep below all of these.
const (
	maxMessageText = 12_000 // code points of text, with blockWeight for each block
	maxMessageJSON = 15_000
	blockWeight    = 75
)

// fitted draws a card, and keeps a message below the size Slack takes: first lists become lines of one text, which says the
// same in less; then the longest sections lose lines, and the card says so. A card that keeps the neutral limits loses none.
func fitted(c card.Card, p pen) []slackgo.Block {
	out := p.card(c)
	for range 64 {
		if fits(out) {
			break
		}
		if !p.dense {
			p.dense = true
		} else if c = shorter(c); len(c.Sections) == 0 && len(c.Lead) == 0 {
			break
		}
		out = p.card(c)
	}
	return out
}

// fits says whether Slack takes a message of these blocks.
func fits(blocks []slackgo.Block) bool {
	raw, err := json.Marshal(blocks)
	if err != nil {
		return true // nothing here fails to marshal
	}
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return true
	}
	return textSize(tree)+blockWeight*len(blocks) <= maxMessageText && utf8.RuneCount(raw) <= maxMessageJSON
}

// textSize counts the code points of all texts of a tree of JSON.
func textSize(tree any) int {
	n := 0
	switch v := tree.(type) {
	case []any:
		for _, one := range v {
			n += textSize(one)
		}
	case map[string]any:
		for key, one := range v {
			if s, ok := one.(string); ok && key == "text" {
				n += utf8.RuneCountInString(s)
			}
			n += textSize(one)
		}
	}
	return n
}

// shorter takes lines away from the longest section, or a paragraph where there are no sections, and notes that.
func shorter(c card.Card) card.Card {
	c.Cut = true
	c.Sections = slices.Clone(c.Sections)
	if len(c.Sections) == 0 {
		c.Lead = c.Lead[:max(len(c.Lead)-1, 0)]
		return c
	}
	at := 0
	for i, s := range c.Sections {
		if len(strings.Join(s.Lines, "")) >= len(strings.Join(c.Sections[at].Lines, "")) {
			at = i
		}
	}
	s := &c.Sections[at]
	if len(s.Lines) > 1 {
		s.Lines = s.Lines[:len(s.Lines)/2]
		return c
	}
	c.Sections = slices.Delete(c.Sections, at, at+1)
	return c
}

// pen is how a card is drawn.
type pen struct {
	heading bool // the title is a block of its own, in large letters
	charts  bool // charts are drawn; else they are tables
	dense   bool // lists are lines of one text
}

func (p pen) card(c card.Card) []slackgo.Block {
	out := p.title(c)
	if len(c.Lead) > 0 {
		var lines []slackgo.RichTextElement
		for _, l := range c.Lead {
			lines = append(lines, line(words(l)))
		}
		out = append(out, rich(lines...))
	}
	if len(c.Facts) > 0 {
		out = append(out, p.facts(c.Facts))
	}
	if len(c.Track) > 0 {
		out = append(out, track(c.Track)...)
	}
	for _, folded := range []bool{false, true} {
		for _, s := range c.Sections {
			if s.Folded == folded {
				out = append(out, p.section(s))
			}
		}
	}
	if c.Chart != nil {
		out = append(out, p.chart(*c.Chart))
	}
	if b := buttons(c.Buttons, c.More); b != nil {
		out = append(out, b)
	}
	if foot := strings.TrimSpace(cutNote(c) + c.Foot); foot != "" {
		out = append(out, small(foot))
	}
	return out
}

func cutNote(c card.Card) string {
	if !c.Cut {
		return ""
	}
	return wordCut + " "
}

// title gives the id, the title and the mark: in one line where they fit into it.
func (p pen) title(c card.Card) []slackgo.Block {
	title := c.Title
	if title == "" {
		title = wordUntitled
	}
	mark := ""
	if c.Mark != nil {
		mark = sign(c.Mark.Tone) + " " + c.Mark.Text
	}
	if !p.heading {
		parts := []slackgo.RichTextSectionElement{strong(strings.TrimSpace(c.Kicker + "  " + title))}
		if mark != "" {
			parts = append(parts, words("   "+mark))
		}
		return []slackgo.Block{rich(line(parts...))}
	}
	whole := strings.TrimSpace(c.Kicker + "  " + title)
	if utf8.RuneCountInString(whole) > maxHeader {
		mark = strings.TrimSpace(c.Kicker + "   " + mark)
		whole = title
	} else if full := whole + "   " + mark; mark != "" && utf8.RuneCountInString(full) <= maxHeader {
		whole, mark = full, ""
	}
	out := []slackgo.Block{slackgo.NewHeaderBlock(plain(whole, maxHeader))}
	if mark != "" {
		out = append(out, small(mark))
	}
	return out
}

func (p pen) facts(facts []card.Fact) slackgo.Block {
	lines := make([]slackgo.RichTextElement, 0, len(facts))
	for _, f := range facts {
		lines = append(lines, line(strong(f.Label), words("  "+f.Value)))
	}
	return rich(lines...)
}

// track gives the stages as one line in small print, as few blocks as it takes.
func track(steps []card.Step) []slackgo.Block {
	var out []slackgo.Block
	text := ""
	for i, s := range steps {
		one := stepSign(s.State) + " " + s.Label
		if s.Note != "" {
			one += ": " + s.Note
		}
		switch {
		case i == 0:
			text = one
		case utf8.RuneCountInString(text)+utf8.RuneCountInString(one)+5 > maxText:
			out = append(out, small(text))
			text = one
		default:
			text += "  →  " + one
		}
	}
	return append(out, small(text))
}

// section gives a titled list.
func (p pen) section(s card.Section) slackgo.Block {
	if p.dense {
		return rich(line(strong(s.Title), words("\n• "+strings.Join(s.Lines, "\n• "))))
	}
	return rich(line(strong(s.Title)), bullets(s.Lines))
}

// buttons gives the row of buttons with its menu; nil where there are none. An action that is too long for an option of the
// menu has a button beside it.
func buttons(main, more []card.Button) slackgo.Block {
	var row []slackgo.BlockElement
	var menu []*slackgo.OptionBlockObject
	for _, b := range main {
		row = append(row, button(b, len(row)))
	}
	for _, b := range more {
		value := b.Action.String()
		if b.Path != "" {
			value = valueLink + b.Path
		}
		if utf8.RuneCountInString(value) > maxOption || len(menu) == maxMenu {
			row = append(row, button(b, len(row)))
			continue
		}
		menu = append(menu, slackgo.NewOptionBlockObject(value, plain(b.Label, maxOption), nil))
	}
	if len(menu) > 0 {
		row = append(row, slackgo.NewOverflowBlockElement(actionMore, menu...))
	}
	if len(row) == 0 {
		return nil
	}
	return slackgo.NewActionBlock("", row...)
}

// button gives the n-th button of a row.
func button(b card.Button, n int) *slackgo.ButtonBlockElement {
	id, value := fmt.Sprintf("%s%d", actionAct, n), b.Action.String()
	if b.Path != "" {
		id, value = fmt.Sprintf("%s%d", actionLink, n), b.Path
	}
	out := slackgo.NewButtonBlockElement(id, value, plain(b.Label, maxButtonText))
	switch b.Style {
	case card.StylePrimary:
		out.Style = slackgo.StylePrimary
	case card.StyleDanger:
		out.Style = slackgo.StyleDanger
	case card.StylePlain:
	}
	if q := b.Confirm; q != nil {
		out.Confirm = slackgo.NewConfirmationBlockObject(plain(q.Title, 100), plain(q.Text, maxConfirm), plain(q.Yes, 30), plain(q.No, 30))
		out.Confirm.Style = out.Style
	}
	return out
}
