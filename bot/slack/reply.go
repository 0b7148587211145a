package slack

import (
	"context"
	"slices"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
)

// message makes a message of a reply; ok is false for replies that are forms.
func (s *spot) message(ctx context.Context, r bot.Reply) (Outgoing, bool) {
	switch r.Kind {
	case bot.ReplyCard:
		return cardMessage(*r.Card, r), true
	case bot.ReplyLink:
		return s.linkMessage(ctx, r), true
	case bot.ReplySay, bot.ReplyNotice:
		if r.Card != nil {
			return cardMessage(*r.Card, r), true
		}
		return Outgoing{Text: escape(r.Text), Blocks: spoken(r)}, true
	case bot.ReplyClose:
		return sayMessage(textDone), true
	case bot.ReplyOpen, bot.ReplyForm:
	}
	return Outgoing{}, false
}

// viewOf makes a modal of a reply.
func (s *spot) viewOf(ctx context.Context, r bot.Reply) slackgo.ModalViewRequest {
	switch r.Kind {
	case bot.ReplyOpen, bot.ReplyForm:
		return formView(*r.Form, meta{Form: r.Form.ID, Page: 0, Revision: r.Form.Revision})
	case bot.ReplyLink:
		v := noticeView(titleSteward, r.Text, nil)
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, s.linkBlocks(ctx, r)...)
		return v
	case bot.ReplyClose:
		return noticeView(titleSteward, textDone, nil)
	case bot.ReplyCard, bot.ReplySay, bot.ReplyNotice:
	}
	v := noticeView(titleSteward, "", r.Card)
	if r.Card == nil {
		v.Blocks.BlockSet = spoken(r)
	} else {
		v.Blocks.BlockSet = append(spoken(r), v.Blocks.BlockSet...)
	}
	return v
}

// sayMessage is a message of one sentence.
func sayMessage(text string) Outgoing {
	return Outgoing{Text: escape(text), Blocks: []slackgo.Block{plainSection(text)}}
}

// blockRefused is the id of the sentence that says why something was not done.
const blockRefused = "refused"

// spoken is the sentence of a reply as it stands over a card: what was done, or, with a sign, why it was not.
func spoken(r bot.Reply) []slackgo.Block {
	text := cut(r.Text, maxText)
	switch {
	case text == "" && r.Card != nil:
		return nil
	case text == "":
		text = textDone
	case r.Code != "":
		return []slackgo.Block{slackgo.NewRichTextBlock(blockRefused, line(strong(sign(card.ToneWarn)+" "+text)))}
	}
	return []slackgo.Block{rich(line(words(text)))}
}

// cardMessage is a card under the sentence of its reply.
func cardMessage(c card.Card, r bot.Reply) Outgoing {
	over := spoken(bot.Reply{Text: r.Text, Code: r.Code, Card: &c})
	m := Outgoing{Text: messageText(c), Blocks: append(over, messageBlocks(c)...)}
	if r.Text != "" {
		m.Text = escape(r.Text) + " " + m.Text
	}
	if hasChart(c) {
		m.Plain = append(slices.Clip(over), plainBlocks(c)...)
	}
	return m
}

// linkMessage is a link to the portal that signs its presser in.
func (s *spot) linkMessage(ctx context.Context, r bot.Reply) Outgoing {
	text := r.Text
	if text == "" {
		text = textLink
	}
	return Outgoing{Text: escape(text), Blocks: append([]slackgo.Block{plainSection(text)}, s.linkBlocks(ctx, r)...)}
}

// linkBlocks makes the button that leads to the portal. The link is made at the press: it is good for ten minutes and once.
func (s *spot) linkBlocks(ctx context.Context, r bot.Reply) []slackgo.Block {
	if s.who.Person == "" {
		return []slackgo.Block{plainSection(textNoLink)}
	}
	signs := s.who
	if !s.who.MaySignIn() { // the portal would trust the link more than the account it comes from
		signs = bot.Who{}
	}
	url, err := s.app.cfg.Links.SignInURL(ctx, signs, r.Path)
	if err != nil {
		s.app.cfg.Log.ErrorContext(ctx, "slack: no link to the portal", "err", err)
		return []slackgo.Block{plainSection(textNoLink)}
	}
	b := slackgo.NewButtonBlockElement("open", "", plain(buttonPortal, card.MaxButtonLabel))
	b.URL = url
	return []slackgo.Block{slackgo.NewActionBlock("portal", b)}
}

func plainSection(text string) slackgo.Block {
	if text == "" {
		text = textDone
	}
	return slackgo.NewSectionBlock(plain(text, maxText), nil, nil)
}

// ephemeral is the ack of a command that holds its answer.
func ephemeral(m Outgoing) any {
	return map[string]any{"response_type": "ephemeral", "text": m.Text, "blocks": m.Blocks}
}

// retryCommand is the button that does what a command was to do.
func retryCommand(text string) card.Action {
	return card.Action{Verb: "request", Arg: flowWord(text)}
}
