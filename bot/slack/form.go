package slack

import (
	"context"
	"encoding/json"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/turns"
)

// submitted takes a form. The next page, or the same one with its errors, comes in place of what is shown, with new block
// ids: only so Slack shows the values that we kept.
func (a *App) submitted(i slackgo.InteractionCallback) (turns.Turn, bool) {
	if i.View.CallbackID != callbackForm {
		return turns.Turn{}, false
	}
	s := a.spotOf(i)
	s.viewID, s.inModal, s.modal = i.View.ID, true, true
	sub, err := submission(i.View, bot.GoNext)
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			if err != nil {
				return turns.Outcome{Err: err}
			}
			return s.ask(ctx, "", func(who bot.Who) (bot.Reply, error) {
				return a.cfg.Desk.Submit(ctx, who, sub)
			})
		},
		Ack: func(ctx context.Context, o turns.Outcome) any {
			if o.Err != nil {
				return failedForm(i.View)
			}
			return s.inPlace(ctx, o.Reply)
		},
		Slow: slackgo.NewUpdateViewSubmissionResponse(new(waitView(i.View.Title.Text, textSaving))),
		After: func(ctx context.Context, o turns.Outcome, late bool) {
			s.afterForm(ctx, sub.Form, o, late)
		},
	}, true
}

// navigated takes the buttons of a form that leave its page: back, or keep it as a draft. Nothing is checked, and what was
// typed is kept.
func (a *App) navigated(i slackgo.InteractionCallback, s *spot, way bot.Go) turns.Turn {
	sub, err := submission(i.View, way)
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			if err != nil {
				return turns.Outcome{Err: err}
			}
			return s.ask(ctx, "", func(who bot.Who) (bot.Reply, error) {
				return a.cfg.Desk.Submit(ctx, who, sub)
			})
		},
		After: func(ctx context.Context, o turns.Outcome, _ bool) { s.answer(ctx, settled(o)) },
	}
}

// submission reads a form as it was sent.
func submission(v slackgo.View, way bot.Go) (bot.Submission, error) {
	m, err := parseMeta(v.PrivateMetadata)
	if err != nil {
		return bot.Submission{}, err
	}
	values, err := formValues(v.State)
	if err != nil {
		return bot.Submission{}, err
	}
	return bot.Submission{Form: m.Form, Revision: m.Revision, Values: values, Go: way}, nil
}

// failedForm says at the first field that it did not work, which is the only way to keep what is typed in view.
func failedForm(v slackgo.View) any {
	for _, b := range v.Blocks.BlockSet {
		if in, ok := b.(*slackgo.InputBlock); ok {
			return slackgo.NewErrorsViewSubmissionResponse(map[string]string{in.BlockID: textFaultForm})
		}
	}
	return slackgo.NewPushViewSubmissionResponse(new(noticeView(titleFault, textFaultForm, nil)))
}

// afterForm tells the end of a form that was acked with "Saving", and brings the message it was opened from up to date.
func (s *spot) afterForm(ctx context.Context, form string, o turns.Outcome, late bool) {
	if late {
		v := s.viewOf(ctx, settled(o))
		s.rest = &v
	}
	if s.rest != nil && s.update(ctx, *s.rest) != nil {
		s.tell(ctx, settled(o))
	}
	if o.Err != nil || o.Reply.Kind != bot.ReplyNotice || o.Reply.Card == nil {
		return
	}
	if url, ok := s.app.back.take(form); ok && url != "" {
		s.app.respond(ctx, url, cardMessage(*o.Reply.Card, bot.Reply{}), RespondReplace)
	}
	s.app.publishHome(ctx, s.from)
}

// maxAck is what an ack may hold; Slack drops larger ones without a word, by Socket Mode.
const maxAck = 18_000

// inPlace is the ack that replaces a modal by what the desk answered; a modal too large for an ack is replaced afterwards.
func (s *spot) inPlace(ctx context.Context, r bot.Reply) any {
	if r.Kind == bot.ReplyClose {
		return slackgo.NewClearViewSubmissionResponse()
	}
	v := s.viewOf(ctx, r)
	body := slackgo.NewUpdateViewSubmissionResponse(&v)
	if size(body) > maxAck {
		s.rest = &v
		return slackgo.NewUpdateViewSubmissionResponse(new(waitView(v.Title.Text, textWait)))
	}
	return body
}

func size(v any) int {
	text, err := json.Marshal(v)
	if err != nil {
		return 0
	}
	return len(text)
}
