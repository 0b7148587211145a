package slack

import (
	"context"
	"strings"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/turns"
)

// commanded answers the slash command. Its answer is seen by the asker only. Words that open a form open the modal before
// anything is looked up, while their trigger is young.
func (a *App) commanded(c slackgo.SlashCommand) turns.Turn {
	from := asker{user: c.UserID, team: c.TeamID, enterprise: c.EnterpriseID}
	s := &spot{app: a, from: from, respond: c.ResponseURL, trigger: c.TriggerID, retry: retryCommand(c.Text)}
	t := turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			return s.ask(ctx, c.TriggerID, func(who bot.Who) (bot.Reply, error) {
				return a.cfg.Desk.Command(ctx, who, c.Text)
			})
		},
	}
	if opensByWords(c.Text) {
		t.First = s.openWait
		t.After = func(ctx context.Context, o turns.Outcome, _ bool) { s.answer(ctx, settled(o)) }
		return t
	}
	said := false // in the ack; a link in it is made once
	t.Ack = func(ctx context.Context, o turns.Outcome) any {
		m, ok := s.message(ctx, settled(o))
		if said = ok; ok {
			return ephemeral(m)
		}
		return nil
	}
	t.After = func(ctx context.Context, o turns.Outcome, _ bool) {
		if !said {
			s.answer(ctx, settled(o))
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
func (a *App) shortcut(i slackgo.InteractionCallback) (turns.Turn, bool) {
	words := ""
	switch i.CallbackID {
	case shortcutRequest:
		words = "request"
	case shortcutConcern:
		words = "concern"
	default:
		return turns.Turn{}, false
	}
	from := askerOf(i)
	s := &spot{app: a, from: from, respond: i.ResponseURL, trigger: i.TriggerID, retry: retryCommand(words), modal: true}
	return turns.Turn{
		First: s.openWait,
		Work: func(ctx context.Context) turns.Outcome {
			return s.ask(ctx, i.TriggerID, func(who bot.Who) (bot.Reply, error) {
				return a.cfg.Desk.Command(ctx, who, words)
			})
		},
		After: func(ctx context.Context, o turns.Outcome, _ bool) { s.answer(ctx, settled(o)) },
	}, true
}

// The shortcuts of the app manifest.
const (
	shortcutRequest = "steward:request"
	shortcutConcern = "steward:concern"
)
