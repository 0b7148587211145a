package slack

import (
	"slices"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
)

// modal begins a view.
func modal(callback, title string) slackgo.ModalViewRequest {
	if title = card.Clean(title); title == "" {
		title = wordUntitled
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: callback, Title: plain(title, maxModalTitle), Close: plain(wordClose, maxModalTitle),
	}
}

// formView draws a form as a modal. Its blocks are named after the draft's revision: where Slack finds an input that it knows
// in a view that is updated, it keeps what was typed there and shows none of our values.
//
// What is read before sending stands above the fields that have no input, and below the others: a page that is filled in
// begins with its first question.
func formView(f card.Form, m meta) slackgo.ModalViewRequest {
	f = f.Cleaned()
	v := modal(callbackForm, f.Title)
	v.Submit = plain(f.Submit, maxModalTitle)
	v.PrivateMetadata = m.String()
	out := formHead(f)
	reading := f.Aside != nil && !slices.ContainsFunc(f.Fields, func(one card.Field) bool { return one.Kind != card.FieldNote })
	if reading {
		out = append(out, pen{}.card(*f.Aside)...)
		out = append(out, slackgo.NewDividerBlock())
	}
	for _, one := range f.Fields {
		out = append(out, field(one, f.Revision)...)
	}
	if row := navigation(f); row != nil {
		out = append(out, row)
	}
	if f.Aside != nil && !reading {
		out = append(out, slackgo.NewDividerBlock())
		out = append(out, pen{}.card(*f.Aside)...)
	}
	v.Blocks.BlockSet = upTo(out)
	return v
}

// formHead gives what stands on top: where one is, what has to be set right, what to know.
func formHead(f card.Form) []slackgo.Block {
	var out []slackgo.Block
	if f.Step != "" {
		out = append(out, small(f.Step))
	}
	if f.Error != "" {
		out = append(out, wrong(f.Error))
	}
	if len(f.Intro) > 0 {
		out = append(out, paragraphs(f.Intro))
	}
	return out
}

// wrong says what has to be set right.
func wrong(s string) slackgo.Block { return rich(line(strong(sign(card.ToneBad) + " " + s))) }

// navigation gives the ways out of a page that do not send it, and what can be looked at beside it.
func navigation(f card.Form) slackgo.Block {
	var row []slackgo.BlockElement
	if f.Back != "" {
		row = append(row, slackgo.NewButtonBlockElement(actionGo+string(bot.GoBack), f.ID, plain(f.Back, maxButtonText)))
	}
	if f.Step != "" { // a form of several pages can be gone on with later
		row = append(row, slackgo.NewButtonBlockElement(actionGo+string(bot.GoSave), f.ID, plain(wordSave, maxButtonText)))
	}
	for _, b := range f.Extra {
		row = append(row, button(b, len(row)))
	}
	if len(row) == 0 {
		return nil
	}
	return slackgo.NewActionBlock("nav", row...)
}

// noticeView draws a sentence and, where there is one, the card it belongs to.
func noticeView(title, text string, c *card.Card) slackgo.ModalViewRequest {
	v := modal(callbackNotice, title)
	var out []slackgo.Block
	if text = card.Clean(text); text != "" || c == nil {
		out = append(out, rich(line(words(text))))
	}
	if c != nil {
		if text != "" {
			out = append(out, slackgo.NewDividerBlock())
		}
		out = append(out, pen{}.card(c.Cleaned())...)
	}
	v.Blocks.BlockSet = upTo(out)
	return v
}

// waitView says that something is on its way.
func waitView(title, sentence string) slackgo.ModalViewRequest {
	v := modal(callbackWait, title)
	v.Blocks.BlockSet = []slackgo.Block{rich(line(words(sentence)))}
	return v
}
