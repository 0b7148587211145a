package teams

import (
	"context"
	"encoding/json"
	"net/http"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
)

// invoked takes what Teams waits for an answer to. Kinds we have nothing for are answered with nothing.
func (a *App) invoked(act activity) (turns.Turn, bool) {
	s := a.spotOf(act)
	if s.at.Account.User == "" {
		return turns.Turn{}, false
	}
	switch act.Name {
	case "adaptiveCard/action":
		return a.executed(act, s), true
	case "task/fetch":
		return a.opened(s, readCarried(valueData(act.Value))), true
	case "task/submit":
		return a.submitted(s, readCarried(valueData(act.Value)), a.shownAgain), true
	case "application/search":
		return a.searched(act, s), true
	case "composeExtension/query":
		return a.queried(act, s), true
	case "composeExtension/fetchTask":
		return a.fetched(act, s)
	case "composeExtension/submitAction":
		return a.submitted(s, readCarried(valueData(act.Value)), nil), true
	}
	return turns.Turn{}, false
}

// valueData gives the data of a button that opened or sent a dialog.
func valueData(value json.RawMessage) json.RawMessage {
	var v struct {
		Data json.RawMessage `json:"data"`
	}
	lenient(value, &v)
	return v.Data
}

// executed takes a button of a card. Its answer, in the very same response, is the card as it is now; what does not fit
// there comes after it, as a message.
func (a *App) executed(act activity, s *spot) turns.Turn {
	var v struct {
		Action struct {
			Data json.RawMessage `json:"data"`
		} `json:"action"`
	}
	lenient(act.Value, &v)
	in := readCarried(v.Action.Data)
	s.stamp = in.stamp()
	press, err := card.ParseAction(in.Act)
	known := err == nil
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			switch {
			case !act.personal():
				return turns.Outcome{Reply: bot.Reply{Kind: bot.ReplySay, Text: textElsewhere}}
			case in.Link != "":
				return s.link(ctx, in.Link)
			case !known:
				return turns.Outcome{Reply: bot.Reply{Kind: bot.ReplySay, Text: textOldButton, Code: codeFault}}
			}
			return s.press(ctx, press)
		},
		Ack:  func(_ context.Context, o turns.Outcome) any { return s.onCard(o) },
		Slow: cardText(textSaving),
		After: func(ctx context.Context, o turns.Outcome, late bool) {
			switch r := settled(o); {
			case late:
				s.replace(ctx, r)
			case s.beside(r):
				s.tell(ctx, r)
			}
		},
	}
}

// onCard is the answer to a button of a card. Teams takes the HTTP status 200 only; the verdict is in the body.
func (s *spot) onCard(o turns.Outcome) any {
	r := settled(o)
	switch {
	case o.Err != nil:
		return cardError(http.StatusInternalServerError, r)
	case s.same(r):
		return map[string]any{
			"statusCode": http.StatusOK, "type": cardContent, "value": answeredCard(*r.Card, r.Text, r.Code != "", s.stamp),
		}
	case s.beside(r):
		return cardText(textBelow)
	case r.Code != "":
		return cardError(http.StatusBadRequest, r)
	}
	return cardText(sentence(r))
}

// beside says that a reply does not fit in the answer to a button: it comes as a message of its own.
func (s *spot) beside(r bot.Reply) bool {
	switch r.Kind {
	case bot.ReplyOpen, bot.ReplyForm, bot.ReplyLink:
		return true
	case bot.ReplyCard, bot.ReplyNotice:
		return r.Card != nil && !s.same(r)
	case bot.ReplySay, bot.ReplyClose:
	}
	return false
}

// cardContent is the content type of an Adaptive Card.
const cardContent = "application/vnd.microsoft.card.adaptive"

// cardText is an answer that leaves the card and says something.
func cardText(text string) any {
	return map[string]any{"statusCode": http.StatusOK, "type": "application/vnd.microsoft.activity.message", "value": text}
}

// cardError is an answer that leaves the card and says, in red, why nothing was done.
func cardError(status int, r bot.Reply) any {
	code := "BadRequest"
	if status >= http.StatusInternalServerError {
		code = "InternalServerError"
	}
	return map[string]any{
		"statusCode": status, "type": "application/vnd.microsoft.error", "value": map[string]string{"code": code, "message": sentence(r)},
	}
}
