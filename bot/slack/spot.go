package slack

import (
	"context"
	"errors"
	"strings"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
)

// spot is where something was pressed or typed, and so where its answer goes. It lives as long as its turn.
type spot struct {
	app     *App
	from    asker
	who     bot.Who
	respond string // address for answers, "" where Slack gave none
	trigger string
	pressed card.Action
	retry   card.Action // what a button does where the modal could not be opened in time

	modal     bool                      // answers are modals: there is no conversation
	home      bool                      // pressed on Home
	inModal   bool                      // pressed in a modal
	inForm    bool                      // and that is a form, whose typed values would be lost with it
	ephemeral bool                      // pressed on a message that only its reader sees
	viewID    string                    // the modal that is open now
	lost      bool                      // the trigger was used up or too old
	rest      *slackgo.ModalViewRequest // what comes in place of the modal after the ack
}

// openWait opens a modal that says that something is coming, before anything is looked up. In a modal there is nothing to
// open.
func (s *spot) openWait(ctx context.Context) {
	if s.inModal {
		return
	}
	s.open(ctx, waitView(titleWait, textWait))
}

// open opens a modal by the trigger of the turn.
func (s *spot) open(ctx context.Context, v slackgo.ModalViewRequest) bool {
	id, _, err := s.app.cfg.API.OpenView(ctx, s.trigger, v)
	if err != nil {
		s.lost = true
		s.app.cfg.Log.WarnContext(ctx, "slack: modal not opened", "err", err)
		return false
	}
	s.viewID = id
	return true
}

// update replaces the modal that is open.
func (s *spot) update(ctx context.Context, v slackgo.ModalViewRequest) error {
	_, err := s.app.cfg.API.UpdateView(ctx, s.viewID, "", v)
	if err != nil {
		s.app.cfg.Log.WarnContext(ctx, "slack: modal not updated", "err", err)
	}
	return err
}

// answer brings a reply to where its asker looks.
func (s *spot) answer(ctx context.Context, r bot.Reply) {
	switch {
	case s.inForm && beside(r.Kind):
		s.push(ctx, r)
	case s.viewID != "":
		s.inView(ctx, r)
	case s.lost:
		s.again(ctx, r)
	case r.Kind == bot.ReplyOpen || r.Kind == bot.ReplyForm:
		if s.open(ctx, s.viewOf(ctx, r)) {
			s.remember(r)
		} else {
			s.again(ctx, r)
		}
	case s.modal:
		if !s.open(ctx, s.viewOf(ctx, r)) {
			s.tell(ctx, r)
		}
	default:
		s.inMessage(ctx, r)
	}
	if s.home && s.pressed.Verb != "" {
		s.app.publishHome(ctx, s.from)
	}
}

// beside says that a reply is shown over a form and not in place of it.
func beside(kind bot.ReplyKind) bool {
	return kind == bot.ReplyCard || kind == bot.ReplySay || kind == bot.ReplyLink
}

// push lays a reply over the form, which keeps what is typed in it.
func (s *spot) push(ctx context.Context, r bot.Reply) {
	if _, _, err := s.app.cfg.API.PushView(ctx, s.trigger, s.viewOf(ctx, r)); err != nil {
		s.app.cfg.Log.WarnContext(ctx, "slack: modal not pushed", "err", err)
		s.tell(ctx, r)
	}
}

// inView shows a reply in the modal that is open. A message the press came from is brought up to date as well.
func (s *spot) inView(ctx context.Context, r bot.Reply) {
	err := s.update(ctx, s.viewOf(ctx, r))
	s.remember(r)
	if s.respond != "" && r.Card != nil && r.Card.About != "" && r.Card.About == s.pressed.About && !s.ephemeral {
		s.app.respond(ctx, s.respond, cardMessage(*r.Card, bot.Reply{}), RespondReplace)
		return
	}
	if err != nil && !reasonIs(err, "not_found") { // not_found: its reader has closed it
		s.tell(ctx, r)
	}
}

// inMessage answers a press on a message, or a command whose ack is out. The card of the same thing takes the place of the
// one that was pressed; everything else is a message for the presser's eyes.
func (s *spot) inMessage(ctx context.Context, r bot.Reply) {
	m, ok := s.message(ctx, r)
	if !ok {
		return
	}
	how := RespondNew
	if r.Card != nil && r.Card.About != "" && r.Card.About == s.pressed.About {
		how = RespondReplace
	}
	if s.respond == "" {
		s.tell(ctx, r)
		return
	}
	s.app.respond(ctx, s.respond, m, how)
}

// again offers the button once more where Slack let us open no modal: the trigger of a press lives for 3 seconds.
func (s *spot) again(ctx context.Context, r bot.Reply) {
	if r.Kind != bot.ReplyOpen && r.Kind != bot.ReplyForm || s.retry.Verb == "" {
		s.tellOrRespond(ctx, r)
		return
	}
	s.tellOrRespond(ctx, bot.Reply{Kind: bot.ReplyCard, Card: &card.Card{
		Title: titleAgain, Lead: []string{textAgain}, Gist: textAgain,
		Buttons: []card.Button{{Label: buttonAgain, Action: s.retry, Style: card.StylePrimary}},
	}})
}

func (s *spot) tellOrRespond(ctx context.Context, r bot.Reply) {
	if m, ok := s.message(ctx, r); ok && s.respond != "" {
		s.app.respond(ctx, s.respond, m, RespondNew)
		return
	}
	s.tell(ctx, r)
}

// tell answers in the direct conversation, where nothing else is left.
func (s *spot) tell(ctx context.Context, r bot.Reply) {
	m, ok := s.message(ctx, r)
	if !ok {
		m = sayMessage(textLostForm)
	}
	if _, _, err := s.app.cfg.API.Post(ctx, s.from.user, m); err != nil {
		s.app.cfg.Log.WarnContext(ctx, "slack: answer lost", "err", err)
	}
}

// remember keeps where the message stands that a form was opened from.
func (s *spot) remember(r bot.Reply) {
	if r.Form != nil && s.respond != "" && !s.ephemeral && s.pressed.About != "" {
		s.app.back.put(r.Form.ID, s.respond)
	}
}

// respond answers at an address of Slack's. Its loss is harmless: what matters is told by the courier.
func (a *App) respond(ctx context.Context, url string, m Outgoing, how Respond) {
	if err := a.cfg.API.Respond(ctx, url, m, how); err != nil {
		a.cfg.Log.WarnContext(ctx, "slack: not answered at the press", "err", err)
	}
}

// publishHome shows a person's Home as it is now.
func (a *App) publishHome(ctx context.Context, from asker) {
	who, no, err := a.cfg.Identity.Who(ctx, a.profile(ctx, from), "")
	if err != nil {
		a.cfg.Log.WarnContext(ctx, "slack: home not made", "err", err)
		return
	}
	var h card.Home
	if no != nil {
		h = view.NoHome(no.Text)
		if no.Card != nil {
			h.Groups = []card.Group{{Title: no.Card.Title, Cards: []card.Card{*no.Card}}}
		}
	} else if h, err = a.cfg.Desk.Home(ctx, who); err != nil {
		a.cfg.Log.WarnContext(ctx, "slack: home not made", "err", err)
		return
	}
	if err := a.cfg.API.PublishHome(ctx, from.user, homeView(h)); err != nil {
		a.cfg.Log.WarnContext(ctx, "slack: home not published", "err", err)
	}
}

// reasonIs says whether an error is Slack's answer with one of the codes.
func reasonIs(err error, codes ...string) bool {
	se, ok := errors.AsType[*bot.SendError](err)
	if !ok {
		return false
	}
	for _, c := range codes {
		if strings.EqualFold(se.Reason, c) {
			return true
		}
	}
	return false
}
