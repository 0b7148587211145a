package teams

import (
	"context"
	"errors"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
	"steward/bot/turns"
	"steward/bot/view"
	"steward/workflows"
)

// spot is where something was pressed or typed, and so where its answer goes. It lives as long as its turn.
type spot struct {
	app     *App
	at      workflows.Conversation
	key     string // Teams' own key of the activity
	who     bot.Who
	pressed card.Action
	message string // id of the message that was pressed, "" where it was none
	stamp   stamp  // which of our messages that is

	personal bool // in somebody's own chat with us
	own      bool // and it is known to be ours: a message extension may be used in a chat that we are not in
}

func (a *App) spotOf(act activity) *spot {
	s := &spot{app: a, at: act.here(), message: act.ReplyTo, personal: act.personal()}
	if act.ID != "" {
		s.key = act.Conversation.ID + "/" + act.ID
	}
	s.own = s.personal && (act.Type != "invoke" || act.Name == "adaptiveCard/action")
	return s
}

// meet reads what Teams says of who sent the activity, and notes where they can be written to.
func (s *spot) meet(ctx context.Context) bot.Profile {
	if s.own {
		s.app.note(ctx, s.at)
	}
	p := s.app.cfg.Profiles.Profile(ctx, s.at)
	p.Surface, p.Tenant, p.User = surfaceName, s.at.Account.Tenant, s.at.Account.User
	return p
}

// ask calls the desk as the person behind the activity.
func (s *spot) ask(ctx context.Context, call func(bot.Who) (bot.Reply, error)) (o turns.Outcome) {
	s.who, o = turns.Ask(ctx, s.app.cfg.Identity, s.meet(ctx), s.key, call)
	return o
}

// press takes a press, and notes where the message stands that it came from.
func (s *spot) press(ctx context.Context, act card.Action) (o turns.Outcome) {
	s.pressed = act
	s.who, o = turns.Press(ctx, s.app.cfg.Identity, s.meet(ctx), s.key, act, func(who bot.Who) (bot.Reply, error) {
		return s.app.cfg.Desk.Press(ctx, who, act)
	})
	s.adopt(ctx)
	return o
}

// link answers a press that leads to a page of the portal. The link is made when it is drawn.
func (s *spot) link(ctx context.Context, path string) turns.Outcome {
	return s.ask(ctx, func(bot.Who) (bot.Reply, error) {
		return bot.Reply{Kind: bot.ReplyLink, Path: path, Text: textLink}, nil
	})
}

// adopt notes where a message stands that nobody knows of: the process that sent it died before it could say so. Its place is
// trusted, for Teams names it; whose message it was is checked by the store.
func (s *spot) adopt(ctx context.Context) {
	about, ok := workflows.ParseRef(s.pressed.About)
	if !ok || !s.personal || s.app.cfg.Receipts == nil || s.stamp.Delivery == 0 || s.message == "" {
		return
	}
	err := s.app.cfg.Receipts.AdoptReceipt(ctx, workflows.Receipt{
		Delivery: s.stamp.Delivery, Account: s.at.Account, About: about, Place: s.at.Place, MessageID: s.message, At: s.stamp.At,
	})
	if err != nil {
		s.app.cfg.Log.WarnContext(ctx, "teams: place of a message not noted", "delivery", s.stamp.Delivery, "err", err)
	}
}

// settled gives the reply that is shown for an outcome: a fault of ours is a sentence, too.
func settled(o turns.Outcome) bot.Reply {
	if o.Err != nil {
		return bot.Reply{Kind: bot.ReplySay, Text: textFault, Code: codeFault}
	}
	return o.Reply
}

// codeFault marks the sentence of a fault of ours, so that it is drawn as one.
const codeFault workflows.Code = "fault"

// tell brings a reply to somebody's own chat, as a message of its own. Where others would read along, nothing is said.
func (s *spot) tell(ctx context.Context, r bot.Reply) {
	if s.at.Place != "" && s.personal {
		s.send(ctx, s.outgoing(ctx, r))
	}
}

// shortWait is how long an answer is held back for a limit. It is not durable: what waits longer is not worth waiting for.
const shortWait = 2 * time.Second

// send sends an answer, once more where a limit stood in the way for a moment.
func (s *spot) send(ctx context.Context, m Outgoing) {
	_, err := s.app.cfg.Writer.Send(ctx, s.at, m)
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Pause && se.After > 0 && se.After <= shortWait {
		select {
		case <-time.After(se.After):
			_, err = s.app.cfg.Writer.Send(ctx, s.at, m)
		case <-ctx.Done():
		}
	}
	if err != nil {
		s.app.cfg.Log.WarnContext(ctx, "teams: answer lost", "err", err)
	}
}

// outgoing makes a message of a reply. A form cannot be shown in a message: a button opens it.
func (s *spot) outgoing(ctx context.Context, r bot.Reply) Outgoing {
	switch r.Kind {
	case bot.ReplyOpen, bot.ReplyForm:
		return cardMessage(openCard(textOpen, buttonOpen, card.Action{Verb: view.VerbContinue, Arg: r.Form.ID}), r.Form.Title)
	case bot.ReplyLink:
		text, url := s.signIn(ctx, r)
		if url == "" {
			return cardMessage(sayCard(text, true), text)
		}
		return cardMessage(linkCard(text, url), text)
	case bot.ReplyClose:
		return cardMessage(sayCard(textDone, false), textDone)
	case bot.ReplyCard, bot.ReplySay, bot.ReplyNotice:
	}
	if r.Card == nil {
		text := sentence(r)
		return cardMessage(sayCard(text, r.Code != ""), text)
	}
	summary := messageSummary(*r.Card)
	if r.Text != "" {
		summary = r.Text
	}
	m := cardMessage(answeredCard(*r.Card, r.Text, r.Code != "", stamp{}), summary)
	if r.Card.Chart != nil {
		m.Plain = new(plainCard(*r.Card, stamp{}))
	}
	return m
}

// cardMessage is a message of one card, alone: text beside it would be a second message that nobody could update.
func cardMessage(c adaptivecard.Card, summary string) Outgoing {
	return Outgoing{Card: &c, Summary: summary}
}

// signIn makes the address of a page of the portal for who pressed, and the sentence beside it; the address is empty where
// none can be made. From an account that is not good enough to decide on, the address signs nobody in: the portal would
// trust the link more than the account it comes from.
func (s *spot) signIn(ctx context.Context, r bot.Reply) (text, url string) {
	if text = r.Text; text == "" {
		text = textLink
	}
	if s.who.Person == "" {
		return textNoLink, ""
	}
	signs := s.who
	if !s.who.MaySignIn() {
		signs = bot.Who{}
	}
	url, err := s.app.cfg.Links.SignInURL(ctx, signs, r.Path)
	if err != nil {
		s.app.cfg.Log.ErrorContext(ctx, "teams: no link to the portal", "err", err)
		return textNoLink, ""
	}
	return text, url
}

// sentence is what a reply says where it has no card.
func sentence(r bot.Reply) string {
	if r.Text == "" {
		return textDone
	}
	return r.Text
}
