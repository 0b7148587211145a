package slack

import (
	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// homeView draws a person's own page.
func homeView(h card.Home) slackgo.HomeTabViewRequest {
	var out []slackgo.Block
	for _, g := range h.Groups {
		out = append(out, slackgo.NewHeaderBlock(plain(g.Title, maxHeader)))
		for _, c := range g.Cards {
			out = append(out, homeCard(c)...)
		}
		if len(g.Cards) == 0 && g.Empty != "" {
			out = append(out, small(g.Empty))
		}
	}
	if h.More != nil {
		out = append(out, buttons([]card.Button{*h.More}, nil))
	}
	return slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: out}}
}

// homeCard draws a card of a list: a line with its button, and what is asked in small print. A card that has more is drawn
// whole.
func homeCard(c card.Card) []slackgo.Block {
	if len(c.Buttons) != 1 || len(c.More)+len(c.Facts)+len(c.Track)+len(c.Sections) > 0 || c.Chart != nil || c.Buttons[0].Style != card.StylePlain {
		return pen{}.card(c)
	}
	title := c.Title
	if c.Kicker != "" {
		title = c.Kicker + "  " + title
	}
	if c.Mark != nil {
		title += "   " + sign(c.Mark.Tone) + " " + c.Mark.Text
	}
	out := []slackgo.Block{slackgo.NewSectionBlock(plain(title, maxText), nil, slackgo.NewAccessory(button(c.Buttons[0], 0)))}
	for _, l := range c.Lead {
		out = append(out, small(l))
	}
	return out
}
