package teams

import (
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// maxCard is what a card may take of what a message may: the rest is the envelope, with its summary and ids.
const maxCard = adaptivecard.MaxBytes - 2048

// fits says whether Teams takes a card.
func fits(c adaptivecard.Card) bool { return adaptivecard.Size(c) <= maxCard }

// fitted draws a card below the size Teams takes: lists become lines of one text first, which says the same in less; then
// the longest sections lose lines, and the card says so.
func fitted(c card.Card, draw func(c card.Card, dense bool) adaptivecard.Card) adaptivecard.Card {
	out := draw(c, false)
	if fits(out) {
		return out
	}
	for out = draw(c, true); !fits(out); out = draw(c, true) {
		var less bool
		if c, less = shorter(c); !less {
			break
		}
	}
	return out
}

// shorter takes something away from a card, where most of it is, and notes that; false where there is nothing left to take.
func shorter(c card.Card) (card.Card, bool) {
	c.Cut = true
	if len(c.Sections) > 0 {
		c.Sections = fewer(c.Sections)
		return c, true
	}
	switch {
	case len(c.Track)+len(c.Facts) > 0:
		c.Track, c.Facts = nil, nil
	case c.Chart != nil:
		c.Chart = nil
	case len(c.Lead) > 1:
		c.Lead = c.Lead[:len(c.Lead)-1]
	case len(c.Lead) == 1 && len(c.Lead[0]) > 1000:
		c.Lead = []string{cut(c.Lead[0], len([]rune(c.Lead[0]))/2)}
	case len(c.Foot)+len(c.Title)+len(c.Gist)+len(c.Kicker) > 1000:
		c.Foot, c.Title, c.Gist, c.Kicker = cut(c.Foot, 100), cut(c.Title, 100), cut(c.Gist, 100), cut(c.Kicker, 30)
	case len(c.More) > 0:
		c.More = nil
	default:
		return c, false
	}
	return c, true
}

// fewer takes some of its lines from the longest section, or all of it.
func fewer(all []card.Section) []card.Section {
	at := 0
	size := func(s card.Section) int { return len(strings.Join(s.Lines, "")) }
	for i, s := range all {
		if size(s) > size(all[at]) {
			at = i
		}
	}
	all = slices.Clone(all)
	if n := len(all[at].Lines); n > 1 {
		all[at].Lines = all[at].Lines[:n-(n+3)/4]
		return all
	}
	return slices.Delete(all, at, at+1)
}
