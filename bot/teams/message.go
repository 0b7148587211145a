package teams

import (
	"context"
	"strings"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
)

// message takes words that somebody typed, or a button of a client that knows no other way to send it.
func (a *App) message(act activity) (turns.Turn, bool) {
	s := a.spotOf(act)
	switch {
	case s.at.Account.User == "":
		return turns.Turn{}, false // a bot, or somebody without an account: there is nobody to answer
	case !act.personal():
		return a.elsewhere(s), true
	case len(act.Value) > 0 && act.words() == "":
		return a.pressedMessage(s, readCarried(act.Value))
	}
	words := act.words()
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			return s.ask(ctx, func(who bot.Who) (bot.Reply, error) { return a.cfg.Desk.Command(ctx, who, command(words)) })
		},
		After: func(ctx context.Context, o turns.Outcome, _ bool) { s.tell(ctx, settled(o)) },
	}, true
}

// command gives the words of a command: people who know us from elsewhere type a slash before them, or our name.
func command(words string) string {
	words = strings.TrimSpace(strings.TrimPrefix(words, "/"))
	if word, rest, _ := strings.Cut(words, " "); strings.EqualFold(word, "steward") {
		return rest
	}
	return words
}

// elsewhere answers in a team or a group chat, where others would read along.
func (a *App) elsewhere(s *spot) turns.Turn {
	return turns.Turn{
		Work: func(context.Context) turns.Outcome { return turns.Outcome{} },
		After: func(ctx context.Context, _ turns.Outcome, _ bool) {
			s.send(ctx, Outgoing{Text: textElsewhere, ReplyTo: s.message})
		},
	}
}

// pressedMessage takes a button that came as a message. The card that was pressed is brought up to date in its place.
func (a *App) pressedMessage(s *spot, in carried) (turns.Turn, bool) {
	s.stamp = in.stamp()
	if in.Link != "" {
		return turns.Turn{
			Work:  func(ctx context.Context) turns.Outcome { return s.link(ctx, in.Link) },
			After: func(ctx context.Context, o turns.Outcome, _ bool) { s.tell(ctx, settled(o)) },
		}, true
	}
	act, err := card.ParseAction(in.Act)
	if err != nil {
		return turns.Turn{}, false
	}
	return turns.Turn{
		Work:  func(ctx context.Context) turns.Outcome { return s.press(ctx, act) },
		After: func(ctx context.Context, o turns.Outcome, _ bool) { s.replace(ctx, settled(o)) },
	}, true
}

// replace shows a reply in place of the message that was pressed, where it is a card of the same thing; else, and where the
// message cannot be changed, as a message of its own.
func (s *spot) replace(ctx context.Context, r bot.Reply) {
	if s.message != "" && s.same(r) {
		err := s.app.cfg.Writer.Update(ctx, s.at, s.message, s.outgoing(ctx, r))
		if err == nil {
			return
		}
		s.app.cfg.Log.WarnContext(ctx, "teams: card not updated", "err", err)
	}
	s.tell(ctx, r)
}

// same says that a reply is the card of the thing whose card was pressed.
func (s *spot) same(r bot.Reply) bool {
	return r.Card != nil && r.Card.About != "" && r.Card.About == s.pressed.About
}
