package teams

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// maxBeside is the longest title of a button that stands beside its line on a phone.
const maxBeside = 12

// homeCard draws a person's own page as a message: what they can start, what waits for them, what they asked for.
func homeCard(h card.Home) adaptivecard.Card {
	h = h.Cleaned()
	out := drawHome(h, false)
	for cutShort := false; !fits(out); out = drawHome(h, cutShort) {
		if cutShort = true; !fewerCards(&h) {
			break
		}
	}
	return out
}

func drawHome(h card.Home, cutShort bool) adaptivecard.Card {
	title := h.Title
	if title == "" {
		title = wordUntitled
	}
	out := []adaptivecard.Element{heading(title, adaptivecard.SizeLarge)}
	for i, g := range h.Groups {
		out = append(out, homeGroup(g, "g"+strconv.Itoa(i)+"-")...)
	}
	if cutShort {
		out = append(out, small(wordCut))
	}
	var more []card.Button
	if h.More != nil {
		more = []card.Button{*h.More}
	}
	c := framed(out, pen{}.actions(more, nil))
	c.FallbackText = cut(title, card.MaxGist)
	return c
}

// fewerCards takes the last card of the group that has most; false where there is none to take.
func fewerCards(h *card.Home) bool {
	at := -1
	for i, g := range h.Groups {
		if len(g.Cards) > 0 && (at < 0 || len(g.Cards) > len(h.Groups[at].Cards)) {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	h.Groups = slices.Clone(h.Groups)
	g := &h.Groups[at]
	if g.Cards = g.Cards[:len(g.Cards)-1]; len(g.Cards) == 0 {
		h.Groups = slices.Delete(h.Groups, at, at+1)
	}
	return true
}

func homeGroup(g card.Group, prefix string) []adaptivecard.Element {
	head := adaptivecard.Container{Items: []adaptivecard.Element{heading(g.Title, adaptivecard.SizeMedium)}}
	head.Separator, head.Spacing = true, adaptivecard.SpacingLarge
	out := []adaptivecard.Element{head}
	for i, c := range g.Cards {
		p := pen{prefix: prefix + strconv.Itoa(i) + "-", minor: true}
		if isLine(c) {
			out = append(out, p.line(c))
			continue
		}
		out = append(out, adaptivecard.Container{Items: p.inner(c)})
	}
	if len(g.Cards) == 0 {
		out = append(out, rich(words(g.Empty)))
	}
	return out
}

// line draws a card of a list: its title and what is asked, and the button that opens it beside them, or below where it is
// too long for that.
func (p pen) line(c card.Card) adaptivecard.Element {
	title := strong(fullTitle(c))
	if c.Mark != nil {
		title = append(title, words("   ")...)
		title = append(title, marked(*c.Mark)...)
	}
	text := []adaptivecard.Element{rich(title)}
	for _, l := range c.Lead {
		e := small(l)
		e.Spacing = adaptivecard.SpacingNone
		text = append(text, e)
	}
	press := adaptivecard.ActionSet{Actions: p.actions(c.Buttons, nil)}
	if utf8.RuneCountInString(c.Buttons[0].Label) > maxBeside {
		press.Spacing = adaptivecard.SpacingSmall
		return adaptivecard.Container{Items: append(text, press)}
	}
	return adaptivecard.ColumnSet{Columns: []adaptivecard.Column{
		{Width: "stretch", Items: text, VerticalContentAlignment: adaptivecard.AlignCenter},
		{Width: "auto", Items: []adaptivecard.Element{press}, VerticalContentAlignment: adaptivecard.AlignCenter},
	}}
}

// isLine says that a card is one line of a list: a title, what is asked, and a button that only opens it.
func isLine(c card.Card) bool {
	return len(c.Buttons) == 1 && c.Buttons[0].Style == card.StylePlain && c.Foot == "" && c.Chart == nil && !c.Cut &&
		len(c.More)+len(c.Facts)+len(c.Track)+len(c.Sections) == 0
}
