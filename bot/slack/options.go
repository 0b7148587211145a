package slack

import (
	"context"
	"strings"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
)

// maxSuggested is how many people a field offers; typing more of the name narrows them down.
const maxSuggested = 20

// suggested offers people of our roster for what was typed into a field. Somebody we do not know is offered nobody.
func (a *App) suggested(i slackgo.InteractionCallback) turns.Turn {
	s := &spot{app: a, from: askerOf(i)}
	found := []*slackgo.OptionBlockObject{}
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			if !strings.HasPrefix(i.ActionID, actionPerson) {
				return turns.Outcome{}
			}
			return s.ask(ctx, "", func(who bot.Who) (bot.Reply, error) {
				if no, err := a.cfg.Desk.Admit(ctx, who); no.Kind != "" || err != nil {
					return no, err
				}
				people, err := a.cfg.People.FindPeople(ctx, card.Clean(i.Value), maxSuggested)
				for _, p := range people {
					found = append(found, personOption(string(p.ID), p.Name, p.Department))
				}
				return bot.Reply{}, err
			})
		},
		Ack: func(_ context.Context, o turns.Outcome) any {
			if o.Err != nil || o.Reply.Kind != "" {
				return offered()
			}
			return offered(found...)
		},
		Slow: offered(),
	}
}

// offered is the ack of a suggestion. slack-go's type for it leaves an empty list out, which Slack takes for an error.
func offered(options ...*slackgo.OptionBlockObject) any {
	return map[string]any{"options": append([]*slackgo.OptionBlockObject{}, options...)}
}

// personOption is a person as a choice: the name as people say it, and what tells two of one name apart.
func personOption(id, name, department string) *slackgo.OptionBlockObject {
	label := name
	if department != "" {
		label += " · " + department
	}
	return slackgo.NewOptionBlockObject(id, slackgo.NewTextBlockObject(slackgo.PlainTextType, cut(label, 75), false, false), nil)
}
