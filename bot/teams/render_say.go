package teams

import (
	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// spoken is the sentence of an answer: what was done, or, with a sign, why it was not.
func spoken(said string, refused bool) adaptivecard.RichTextBlock {
	said = cut(card.Clean(said), card.MaxLine)
	if refused {
		return rich(strong(sign(card.ToneWarn) + " " + seen(said)))
	}
	return rich(words(said))
}

// over is the sentence of an answer as a bar over the card it belongs to; nothing where nothing is said.
func over(said string, refused bool) []adaptivecard.Element {
	if card.Clean(said) == "" {
		return nil
	}
	bar := adaptivecard.Container{Items: []adaptivecard.Element{spoken(said, refused)}, Style: adaptivecard.StyleEmphasis, Bleed: true}
	if refused {
		bar.Style = adaptivecard.StyleWarning
	}
	return []adaptivecard.Element{bar}
}

// sayCard is a message of one sentence.
func sayCard(said string, refused bool) adaptivecard.Card {
	out := framed([]adaptivecard.Element{spoken(said, refused)}, nil)
	out.FallbackText = cut(card.Clean(said), card.MaxGist)
	return out
}

// openCard is a message of a sentence and a button, whose press opens a dialog.
func openCard(said, label string, a card.Action) adaptivecard.Card {
	out := sayCard(said, false)
	b := card.Button{Label: label, Action: a, Style: card.StylePrimary}
	data := stamp{}.data(b)
	data.MSTeams = &fetch{Type: verbFetch}
	out.Actions = []adaptivecard.Action{adaptivecard.ActionSubmit{
		Button: face(b, ""), Data: data, AssociatedInputs: adaptivecard.InputsNone,
	}}
	return out
}

// linkCard is a dialog that leads to the portal.
func linkCard(said, url string) adaptivecard.Card {
	out := sayCard(said, false)
	out.Actions = []adaptivecard.Action{adaptivecard.ActionOpenURL{
		Button: adaptivecard.Button{Title: wordPortal, Style: adaptivecard.ActionPositive}, URL: url,
	}}
	return out
}

// noticeCard is a dialog that ends a form, or shows a card: a sentence and, where there is one, the card it belongs to.
func noticeCard(said string, refused bool, c *card.Card) adaptivecard.Card {
	if c == nil {
		return sayCard(said, refused)
	}
	return fitted(c.Cleaned(), func(c card.Card, dense bool) adaptivecard.Card {
		p := pen{dialog: true, charts: true, dense: dense}
		return p.whole(c, over(said, refused))
	})
}
