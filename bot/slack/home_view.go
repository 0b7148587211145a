package slack

import (
	"strings"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// homeView draws a person's own page: what they can start, what waits for them, what they asked for.
func homeView(h card.Home) slackgo.HomeTabViewRequest {
	h = h.Cleaned()
	var out []slackgo.Block
	for _, g := range h.Groups {
		out = append(out, slackgo.NewHeaderBlock(plain(g.Title, maxHeader)))
		for _, c := range g.Cards {
			out = append(out, homeCard(c)...)
		}
		if len(g.Cards) == 0 {
			out = append(out, paragraphs([]string{g.Empty}))
		}
	}
	if h.More != nil {
		out = append(out, slackgo.NewDividerBlock(), buttons([]card.Button{*h.More}, nil))
	}
	return slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: upTo(out)}}
}

// homeCard draws a card of a list: a line with its button, and what is asked in small print below. A card that has more to
// it is drawn whole.
func homeCard(c card.Card) []slackgo.Block {
	if !isLine(c) {
		return pen{}.card(c)
	}
	title := fullTitle(c)
	if mark := marked(c); mark != "" {
		title += "   " + mark
	}
	out := []slackgo.Block{slackgo.NewSectionBlock(plain(title, maxText), nil, slackgo.NewAccessory(button(c.Buttons[0], 0)))}
	if len(c.Lead) > 0 {
		out = append(out, small(strings.Join(c.Lead, " ")))
	}
	return out
}

// isLine says that a card is one line of a list: a title, what is asked, and a button that only opens it.
func isLine(c card.Card) bool {
	return len(c.Buttons) == 1 && c.Buttons[0].Style == card.StylePlain && c.Foot == "" && c.Chart == nil && !c.Cut &&
		len(c.More)+len(c.Facts)+len(c.Track)+len(c.Sections) == 0
}
