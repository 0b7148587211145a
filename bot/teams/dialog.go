package teams

import (
	"context"
	"slices"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
	"steward/bot/turns"
	"steward/bot/view"
	"steward/workflows"
)

// opened takes a button that opens a dialog: the form of a press, a card to read, or the way to the portal.
func (a *App) opened(s *spot, in carried) turns.Turn {
	s.stamp = in.stamp()
	return a.inDialog(s, in, a.shownAgain)
}

// submitted takes what is sent from a dialog: a form, or another button in it. Whatever comes of it is shown in its place.
func (a *App) submitted(s *spot, in carried, acts func(*spot, card.Action) turns.Turn) turns.Turn {
	s.message = "" // a dialog is no message
	if in.Form == "" {
		return a.inDialog(s, in, acts)
	}
	values, err := formValues(in.inputs)
	sub := bot.Submission{Form: in.Form, Revision: in.Revision, Values: values, Go: way(in.Go)}
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			if err != nil {
				return turns.Outcome{Err: err}
			}
			return s.ask(ctx, func(who bot.Who) (bot.Reply, error) { return a.cfg.Desk.Submit(ctx, who, sub) })
		},
		Ack: func(ctx context.Context, o turns.Outcome) any { return s.dialog(ctx, o) },
		// What is typed is gone from view with this, and kept in the draft as soon as the database answers.
		Slow: continueWith(titleSteward, sizeSmall, noticeCard(textSaving, false, nil)),
		After: func(ctx context.Context, o turns.Outcome, late bool) {
			if late {
				s.tell(ctx, settled(o))
			}
		},
	}
}

// way is which way a form was sent; an unknown word is the way that checks most.
func way(text string) bot.Go {
	if g := bot.Go(text); slices.Contains([]bot.Go{bot.GoBack, bot.GoSave}, g) {
		return g
	}
	return bot.GoNext
}

// shownAgain answers a press that does something at once, and came from a dialog: nothing is done, and the card is put into the
// presser's own chat. Teams opens dialogs by links that anybody can write, with a card of theirs in it, and brings us what is
// pressed there as the presser's word; a card that somebody posts through Teams' own interfaces can open one, too. What is in our
// own chat, we wrote. Forms need none of this: nobody else knows the id of a draft.
func (a *App) shownAgain(s *spot, act card.Action) turns.Turn {
	shown := func(o turns.Outcome) bool { return s.personal && o.Err == nil && o.Reply.Card != nil }
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			if !s.personal {
				return turns.Outcome{Reply: bot.Reply{Kind: bot.ReplySay, Text: textElsewhere}}
			}
			return s.ask(ctx, func(who bot.Who) (bot.Reply, error) {
				if ref, ok := workflows.ParseRef(act.About); ok && (ref.Kind == workflows.KindRequest || ref.Kind == workflows.KindSystem) {
					return a.cfg.Desk.Press(ctx, who, card.Action{Verb: view.VerbShow, About: act.About})
				}
				return a.cfg.Desk.Command(ctx, who, view.WordLink)
			})
		},
		Ack: func(ctx context.Context, o turns.Outcome) any {
			if shown(o) {
				return continueWith(titleSteward, sizeSmall, noticeCard(textInChat, false, nil))
			}
			return s.dialog(ctx, o)
		},
		Slow: continueWith(titleSteward, sizeSmall, noticeCard(textInChat, false, nil)),
		After: func(ctx context.Context, o turns.Outcome, late bool) {
			if shown(o) || late {
				s.tell(ctx, settled(o))
			}
		},
	}
}

// inDialog takes a button whose answer is a dialog; acts, where it is not nil, takes those that do something at once.
func (a *App) inDialog(s *spot, in carried, acts func(*spot, card.Action) turns.Turn) turns.Turn {
	work := func(ctx context.Context) turns.Outcome { return s.link(ctx, in.Link) }
	again := card.Action{}
	if in.Link == "" {
		act, err := card.ParseAction(in.Act)
		if err != nil { // an empty answer would close the dialog, with what is typed in it
			return turns.Turn{
				Work: func(context.Context) turns.Outcome {
					return turns.Outcome{Reply: bot.Reply{Kind: bot.ReplySay, Text: textOldButton, Code: codeFault}}
				},
				Ack: func(ctx context.Context, o turns.Outcome) any { return s.dialog(ctx, o) },
			}
		}
		if acts != nil && view.Acts(act) {
			return acts(s, act)
		}
		again = act
		work = func(ctx context.Context) turns.Outcome { return s.press(ctx, act) }
	}
	return turns.Turn{
		Work:  work,
		Ack:   func(ctx context.Context, o turns.Outcome) any { return s.dialog(ctx, o) },
		Slow:  slowDialog(again),
		After: func(context.Context, turns.Outcome, bool) {},
	}
}

// slowDialog says that something takes longer, and lets its reader look again: a dialog cannot be filled in afterwards.
func slowDialog(again card.Action) any {
	if again.Verb == "" {
		return continueWith(titleSteward, sizeSmall, noticeCard(textSlow, false, nil))
	}
	return continueWith(titleSteward, sizeSmall, noticeCard("", false, &card.Card{
		Title: titleWait, Lead: []string{textSlow}, Gist: textSlow,
		Buttons: []card.Button{{Label: buttonLook, Action: again, Style: card.StylePrimary}},
	}))
}

// dialog shows an outcome in a dialog.
func (s *spot) dialog(ctx context.Context, o turns.Outcome) any {
	switch r := settled(o); r.Kind {
	case bot.ReplyOpen, bot.ReplyForm:
		return continueWith(r.Form.Title, sizeOf(*r.Form), formCard(*r.Form, 0, s.persons(ctx, *r.Form)))
	case bot.ReplyLink:
		text, url := s.signIn(ctx, r)
		if url == "" {
			return continueWith(titleSteward, sizeSmall, noticeCard(text, true, nil))
		}
		return continueWith(titleSteward, sizeSmall, linkCard(text, url))
	case bot.ReplyClose:
		return nil // an empty answer closes it
	case bot.ReplyCard, bot.ReplySay, bot.ReplyNotice:
		if r.Card == nil {
			return continueWith(titleSteward, sizeSmall, noticeCard(sentence(r), r.Code != "", nil))
		}
		return continueWith(titleSteward, sizeLarge, noticeCard(r.Text, r.Code != "", r.Card))
	}
	return nil
}

// The heights of dialogs; Teams knows words for them.
const (
	sizeSmall = "small"
	sizeLarge = "large"
)

// sizeOf is the height of a form's dialog.
func sizeOf(f card.Form) string {
	if len(f.Fields) <= 2 && f.Aside == nil {
		return "medium"
	}
	return sizeLarge
}

// continueWith is the answer that shows a card in the dialog.
func continueWith(title, height string, c adaptivecard.Card) any {
	return map[string]any{"task": map[string]any{"type": "continue", "value": map[string]any{
		"title": title, "height": height, "width": "medium", "card": map[string]any{"contentType": cardContent, "content": c},
	}}}
}

// maxPersons is how many people a form offers without asking us: phones do not ask.
const maxPersons = 100

// persons are the people a form offers where it asks for one.
func (s *spot) persons(ctx context.Context, f card.Form) (out []adaptivecard.Choice) {
	if !slices.ContainsFunc(f.Fields, func(f card.Field) bool { return f.Kind == card.FieldPerson }) {
		return nil
	}
	people, err := s.app.cfg.People.FindPeople(ctx, "", maxPersons)
	if err != nil {
		s.app.cfg.Log.ErrorContext(ctx, "teams: nobody to offer", "err", err)
	}
	for _, p := range people {
		out = append(out, personChoice(p))
	}
	return out
}

// personChoice is a person as a choice: the name as people say it, and what tells two of one name apart.
func personChoice(p workflows.Person) adaptivecard.Choice {
	title := p.Name
	if p.Department != "" {
		title += " · " + p.Department
	}
	return adaptivecard.Choice{Title: title, Value: string(p.ID)}
}
