package slack

import (
	"context"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
)

// receive finds out what an envelope asks for and does it. The body is that of the ack; acked must be called when the ack is
// out. ok is false where there was no room: Slack shows its own error then, and nothing was done.
func (a *App) receive(ctx context.Context, env envelope) (body any, acked func(), ok bool) {
	var t turns.Turn
	known := true
	switch {
	case env.challenge != "":
		return map[string]string{"challenge": env.challenge}, func() {}, true
	case env.command != nil:
		t = a.commanded(*env.command)
	case env.event != nil:
		t, known = a.happened(*env.event)
	case env.interaction != nil:
		t, known = a.interacted(*env.interaction)
	default:
		known = false
	}
	if !known {
		return nil, func() {}, true
	}
	t.By = env.by()
	body, acked, ok = a.turns.Begin(ctx, t)
	if !ok {
		a.cfg.Log.WarnContext(ctx, "slack: no room for another turn")
		if env.command != nil {
			return ephemeral(sayMessage(textBusy)), acked, true
		}
	}
	return body, acked, ok
}

// interacted sorts interactions. Kinds we have nothing for are acked and passed over.
func (a *App) interacted(i slackgo.InteractionCallback) (turns.Turn, bool) {
	switch kind := string(i.Type); kind {
	case string(slackgo.InteractionTypeBlockActions):
		if len(i.ActionCallback.BlockActions) != 1 || i.ActionCallback.BlockActions[0] == nil {
			return turns.Turn{}, false
		}
		return a.pressed(i, *i.ActionCallback.BlockActions[0])
	case string(slackgo.InteractionTypeViewSubmission):
		return a.submitted(i)
	case string(slackgo.InteractionTypeBlockSuggestion):
		return a.suggested(i), true
	case string(slackgo.InteractionTypeShortcut), string(slackgo.InteractionTypeMessageAction):
		return a.shortcut(i)
	}
	return turns.Turn{}, false
}

// asker is who sent an envelope, as it says itself: the envelope was signed, or came by our own socket.
type asker struct {
	user, team, enterprise string
}

func askerOf(i slackgo.InteractionCallback) asker {
	return asker{user: i.User.ID, team: i.Team.ID, enterprise: i.Enterprise.ID}
}

// profile is what Slack says of who sent an envelope. One of a foreign workspace counts as a stranger's, whatever is known
// of the user.
func (a *App) profile(ctx context.Context, from asker) bot.Profile {
	p := a.cfg.Profiles.Profile(ctx, from.user)
	p.Surface, p.User = surfaceName, from.user
	if own := a.cfg.Tenant(); p.Tenant == "" {
		p.Tenant = own
	}
	if !a.ours(from) {
		p.Stranger = true
	}
	return p
}

// ours says whether an envelope comes from our workspace or organisation. With Slack Connect the team of an envelope may be
// the other side's; an organisation-wide install has no team in some envelopes.
func (a *App) ours(from asker) bool {
	own := a.cfg.Tenant()
	return own != "" && (from.team == own || from.enterprise == own)
}

// ask calls the desk as the person behind the envelope.
func (s *spot) ask(ctx context.Context, key string, call func(bot.Who) (bot.Reply, error)) (o turns.Outcome) {
	s.who, o = turns.Ask(ctx, s.app.cfg.Identity, s.app.profile(ctx, s.from), key, call)
	return o
}

// press takes a press.
func (s *spot) press(ctx context.Context, act card.Action, key string) (o turns.Outcome) {
	s.who, o = turns.Press(ctx, s.app.cfg.Identity, s.app.profile(ctx, s.from), key, act, func(who bot.Who) (bot.Reply, error) {
		return s.app.cfg.Desk.Press(ctx, who, act)
	})
	return o
}

// settled gives the reply that is shown for an outcome: a fault of ours is a sentence, too.
func settled(o turns.Outcome) bot.Reply {
	if o.Err != nil {
		return bot.Reply{Kind: bot.ReplySay, Text: textFault}
	}
	return o.Reply
}
