package slack

import (
	"context"
	"strings"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
)

// commanded answers the slash command. Its answer is seen by the asker only. Words that open a form open the modal before
// anything is looked up, while their trigger is young.
func (a *App) commanded(c slackgo.SlashCommand) turn {
	from := asker{user: c.UserID, team: c.TeamID, enterprise: c.EnterpriseID}
	s := &spot{app: a, from: from, respond: c.ResponseURL, trigger: c.TriggerID, retry: retryCommand(c.Text)}
	t := turn{
		work: func(ctx context.Context) outcome {
			return s.ask(ctx, c.TriggerID, func(who bot.Who) (bot.Reply, error) {
				return a.cfg.Desk.Command(ctx, who, c.Text)
			})
		},
	}
	if opensByWords(c.Text) {
		t.first = s.openWait
		t.after = func(ctx context.Context, o outcome, _ bool) { s.answer(ctx, o.settled()) }
		return t
	}
	said := false // in the ack; a link in it is made once
	t.ack = func(ctx context.Context, o outcome) any {
		m, ok := s.message(ctx, o.settled())
		if said = ok; ok {
			return ephemeral(m)
		}
		return nil
	}
	t.after = func(ctx context.Context, o outcome, _ bool) {
		if !said {
			s.answer(ctx, o.settled())
		}
	}
	return t
}

// opensByWords says that the words of a command ask for a form.
func opensByWords(text string) bool {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	return strings.EqualFold(word, "request") && strings.TrimSpace(rest) != ""
}

// shortcut answers the global shortcut, which offers what can be asked for, and the one on a message, which is for concerns.
func (a *App) shortcut(i slackgo.InteractionCallback) (turn, bool) {
	words := ""
	switch i.CallbackID {
	case shortcutRequest:
		words = "request"
	case shortcutConcern:
		words = "concern"
	default:
		return turn{}, false
	}
	from := askerOf(i)
	s := &spot{app: a, from: from, respond: i.ResponseURL, trigger: i.TriggerID, retry: retryCommand(words), modal: true}
	return turn{
		first: s.openWait,
		work: func(ctx context.Context) outcome {
			return s.ask(ctx, i.TriggerID, func(who bot.Who) (bot.Reply, error) {
				return a.cfg.Desk.Command(ctx, who, words)
			})
		},
		after: func(ctx context.Context, o outcome, _ bool) { s.answer(ctx, o.settled()) },
	}, true
}

// The shortcuts of the app manifest.
const (
	shortcutRequest = "steward:request"
	shortcutConcern = "steward:concern"
)
