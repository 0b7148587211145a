package teams

import (
	"slices"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// messageCard draws a card as a message in the chat.
func messageCard(c card.Card, s stamp) adaptivecard.Card {
	return answeredCard(c, "", false, s)
}

// plainCard draws a card as a message without the one kind of element that is Teams' own: its charts are text. It is what is
// sent where Teams refuses [messageCard].
func plainCard(c card.Card, s stamp) adaptivecard.Card {
	return fitted(c.Cleaned(), func(c card.Card, dense bool) adaptivecard.Card {
		p := pen{stamp: s, dense: dense}
		return p.whole(c, nil)
	})
}

// answeredCard draws a card as a message under the sentence of its answer: what was done, or, where it was refused, why it
// was not.
func answeredCard(c card.Card, said string, refused bool, s stamp) adaptivecard.Card {
	return fitted(c.Cleaned(), func(c card.Card, dense bool) adaptivecard.Card {
		p := pen{stamp: s, charts: true, dense: dense}
		return p.whole(c, over(said, refused))
	})
}

// messageSummary gives the line of a notification.
func messageSummary(c card.Card) string {
	c = c.Cleaned()
	if c.Gist == "" {
		c.Gist = fullTitle(c)
	}
	return cut(c.Gist, card.MaxGist)
}

// pen is how a card is drawn.
type pen struct {
	stamp  stamp  // the message
	dialog bool   // it stands in a dialog, whose buttons can only submit
	charts bool   // charts are drawn; else they are text
	minor  bool   // it is one of several under a heading
	dense  bool   // lists are lines of one text, which takes less of what a card may hold
	prefix string // of the ids of this card, where several stand in one
}

// whole draws a card with its buttons below; above is what stands over it.
func (p pen) whole(c card.Card, above []adaptivecard.Element) adaptivecard.Card {
	out := framed(append(slices.Clone(above), p.body(c)...), p.actions(c.Buttons, c.More))
	out.FallbackText = messageSummary(c)
	return out
}

// framed makes a card as wide as the chat.
func framed(body []adaptivecard.Element, actions []adaptivecard.Action) adaptivecard.Card {
	return adaptivecard.Card{
		Body: body, Actions: actions, Lang: "en", MSTeams: &adaptivecard.MSTeams{Width: adaptivecard.WidthFull},
	}
}

// body draws a card without its buttons: what is asked until when, what one needs to know, where it stands.
func (p pen) body(c card.Card) []adaptivecard.Element {
	size := adaptivecard.SizeLarge
	if p.minor {
		size = adaptivecard.SizeDefault
	}
	out := title(c, size)
	for i, l := range c.Lead {
		e := rich(words(l))
		if i > 0 {
			e.Spacing = adaptivecard.SpacingSmall
		}
		out = append(out, e)
	}
	out = append(out, facts(c.Facts)...)
	out = append(out, track(c.Track)...)
	out = append(out, p.sections(c)...)
	if c.Chart != nil {
		out = append(out, p.chart(*c.Chart))
	}
	foot := c.Foot
	if c.Cut {
		foot = strings.TrimSpace(wordCut + " " + foot)
	}
	if foot != "" {
		e := small(foot)
		e.Spacing = adaptivecard.SpacingMedium
		out = append(out, e)
	}
	return out
}

// inner draws a card inside of another, with its buttons among the elements.
func (p pen) inner(c card.Card) []adaptivecard.Element {
	out := p.body(c)
	if row := p.actions(c.Buttons, c.More); len(row) > 0 {
		out = append(out, adaptivecard.ActionSet{Actions: row})
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

// marked gives a mark with its sign, in its colour.
func marked(m card.Mark) []adaptivecard.TextRun {
	return runs(sign(m.Tone)+" "+m.Text, adaptivecard.TextRun{Weight: adaptivecard.WeightBolder, Color: toneColor(m.Tone)})
}

// title gives the id and the mark in one line, and the title below, which has the whole width then.
func title(c card.Card, size string) []adaptivecard.Element {
	name := c.Title
	if name == "" {
		name = wordUntitled
	}
	head := heading(name, size)
	switch {
	case c.Kicker == "" && c.Mark == nil:
		return []adaptivecard.Element{head}
	case c.Mark == nil:
		return []adaptivecard.Element{small(c.Kicker), closer(head)}
	case c.Kicker == "":
		return []adaptivecard.Element{beside(head, rich(marked(*c.Mark)))}
	}
	return []adaptivecard.Element{beside(small(c.Kicker), rich(marked(*c.Mark))), closer(head)}
}

// beside puts two elements in a line, the second on the right.
func beside(left adaptivecard.Element, right adaptivecard.RichTextBlock) adaptivecard.ColumnSet {
	right.HorizontalAlignment = adaptivecard.AlignRight
	return adaptivecard.ColumnSet{Columns: []adaptivecard.Column{
		{Width: "stretch", Items: []adaptivecard.Element{left}, VerticalContentAlignment: adaptivecard.AlignCenter},
		{Width: "auto", Items: []adaptivecard.Element{right}, VerticalContentAlignment: adaptivecard.AlignCenter},
	}}
}

// closer puts an element close below the one above.
func closer(e adaptivecard.Element) adaptivecard.Element {
	switch v := e.(type) {
	case adaptivecard.TextBlock:
		v.Spacing = adaptivecard.SpacingSmall
		return v
	case adaptivecard.RichTextBlock:
		v.Spacing = adaptivecard.SpacingSmall
		return v
	}
	return e
}

// id gives the id of the n-th thing of a kind on this card.
func (p pen) id(kind string, n int) string { return p.prefix + kind + strconv.Itoa(n) }
