package slack

import (
	"context"
	"encoding/json"

	"steward/bot/turns"
)

// event is what we look at of an event callback. The rest is decoded by nobody: types we do not know are acked and passed
// over, where slack-go's parser would fail.
type event struct {
	ID         string `json:"event_id"`
	Team       string `json:"team_id"`
	Enterprise string `json:"enterprise_id"`
	Shared     bool   `json:"is_ext_shared_channel"`
	Inner      struct {
		Type  string          `json:"type"`
		Tab   string          `json:"tab"`
		BotID string          `json:"bot_id"`
		User  json.RawMessage `json:"user"` // an id, or the whole user
	} `json:"event"`
}

// user gives the id of the user an event is about.
func (e event) user() string {
	var id string
	if json.Unmarshal(e.Inner.User, &id) == nil {
		return id
	}
	var whole struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(e.Inner.User, &whole)
	return whole.ID
}

func decodeEvent(body []byte) (envelope, error) {
	var outer struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(body, &outer); err != nil {
		return envelope{}, errShape
	}
	switch outer.Type {
	case "url_verification":
		return envelope{challenge: outer.Challenge}, nil
	case "event_callback":
		var e event
		if err := json.Unmarshal(body, &e); err != nil {
			return envelope{}, errShape
		}
		return envelope{event: &e}, nil
	}
	return envelope{}, nil
}

// happened takes an event. Events are repeated by Slack until they are acked; each of ours may be taken twice without harm.
func (a *App) happened(e event) (turns.Turn, bool) {
	user := e.user()
	self, bot := a.cfg.Self()
	if user == "" || user == self || e.Inner.BotID != "" && e.Inner.BotID == bot || e.Shared {
		return turns.Turn{}, false
	}
	switch e.Inner.Type {
	case "app_home_opened":
		if e.Inner.Tab != "home" {
			return turns.Turn{}, false
		}
		return quiet(func(ctx context.Context) {
			a.publishHome(ctx, asker{user: user, team: e.Team, enterprise: e.Enterprise})
		}), true
	case "user_change", "team_join", "user_profile_changed":
		return quiet(func(context.Context) {
			if p, ok := a.cfg.Profiles.(forgetter); ok {
				p.Forget(user)
			}
		}), true
	}
	return turns.Turn{}, false
}

// forgetter is a [Profiles] that keeps what it read, and can be told that it changed.
type forgetter interface{ Forget(user string) }

// quiet is a turn that is acked at once and answers nobody.
func quiet(do func(context.Context)) turns.Turn {
	return turns.Turn{
		Work:  func(context.Context) turns.Outcome { return turns.Outcome{} },
		After: func(ctx context.Context, _ turns.Outcome, _ bool) { do(ctx) },
	}
}
