package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

// Event is something that happened, as the app is told of it.
type Event struct {
	ID    string         // made where empty; the same one for the same event sent again
	Inner map[string]any // with its "type"
	// ExtShared says that it happened in a conversation with another organisation.
	ExtShared bool
	// Outer replaces or adds fields of the outer object.
	Outer map[string]any
}

// retry is an event that was not acked, and when it is due again.
type retry struct {
	sent Sent
	due  time.Time
}

// Send tells the app of an event. Where it is not acked it is sent again at once, and twice more when the clock has moved by a
// minute and by five: see [Server.Due].
func (s *Server) Send(ctx context.Context, e Event) Result {
	s.mu.Lock()
	if e.ID == "" {
		e.ID = s.id("Ev")
	}
	now := s.opt.Now().Unix()
	var team any = s.opt.Team
	if s.opt.OrgInstall {
		team = nil
	}
	var enterprise any
	if s.opt.Enterprise != "" {
		enterprise = s.opt.Enterprise
	}
	outer := object{
		"token": "legacy", "type": "event_callback", "api_app_id": AppID, "team_id": s.opt.Team, "event": e.Inner, "event_id": e.ID, "event_time": now,
		"is_ext_shared_channel": e.ExtShared,
		"authorizations": []any{object{
			"enterprise_id": enterprise, "team_id": team, "user_id": BotUserID, "is_bot": true, "is_enterprise_install": s.opt.OrgInstall,
		}},
	}
	if enterprise != nil {
		outer["enterprise_id"] = enterprise
	}
	maps.Copy(outer, e.Outer)
	s.mu.Unlock()
	return s.event(ctx, Sent{Kind: KindEvent, Payload: mustJSON(outer)})
}

// event sends an event, once more at once where it fails, and notes when it is due again.
func (s *Server) event(ctx context.Context, one Sent) Result {
	r := Result{Sent: one, Ack: s.deliver(ctx, one)}
	if r.Ack.Failure == "" || r.Ack.NoRetry || one.Retry >= 3 {
		return r
	}
	next := one
	next.Retry, next.Reason = one.Retry+1, reason(r.Ack.Failure)
	if next.Retry == 1 {
		return s.event(ctx, next)
	}
	pause := time.Minute
	if next.Retry == 3 {
		pause = 5 * time.Minute
	}
	s.mu.Lock()
	s.retries = append(s.retries, retry{sent: next, due: s.opt.Now().Add(pause)})
	s.mu.Unlock()
	return r
}

func reason(failure string) string {
	switch failure {
	case failTimeout:
		return "http_timeout"
	case failStatus:
		return "http_error"
	}
	return "connection_failed"
}

// Due sends again what is due by the clock, and gives what came of it.
func (s *Server) Due(ctx context.Context) []Result {
	s.mu.Lock()
	var due, left []retry
	for _, r := range s.retries {
		if r.due.After(s.opt.Now()) {
			left = append(left, r)
		} else {
			due = append(due, r)
		}
	}
	s.retries = left
	s.mu.Unlock()
	var out []Result
	for _, r := range due {
		out = append(out, s.event(ctx, r.sent))
	}
	return out
}

// OpenHome opens the app's home tab.
func (s *Server) OpenHome(ctx context.Context, user string) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	inner := object{"type": "app_home_opened", "user": u.ID, "channel": s.dm(u.ID).ID, "tab": "home", "event_ts": s.timestamp()}
	if v, ok := s.views[s.homes[u.ID]]; ok {
		inner["view"] = s.viewJSON(v)
	}
	s.mu.Unlock()
	return s.did(ctx, user, func() Result { return s.Send(ctx, Event{Inner: inner}) })
}

// Say writes a message to the app, in the DM with it.
func (s *Server) Say(ctx context.Context, user, text string) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	c := s.dm(u.ID)
	m := &Message{Channel: c.ID, TS: s.timestamp(), User: u.ID, Text: text}
	c.messages = append(c.messages, m)
	inner := s.messageJSON(m, false)
	inner["channel"], inner["channel_type"], inner["event_ts"] = c.ID, "im", m.TS
	s.touch()
	s.mu.Unlock()
	return s.did(ctx, user, func() Result { return s.Send(ctx, Event{Inner: inner}) })
}

// Mention mentions the app in a conversation.
func (s *Server) Mention(ctx context.Context, user, channelID, text string) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	c, ok := s.channels[channelID]
	if !ok {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("conversation %q: %w", channelID, errNotThere)
	}
	m := &Message{Channel: c.ID, TS: s.timestamp(), User: u.ID, Text: "<@" + BotUserID + "> " + text}
	c.messages = append(c.messages, m)
	inner := s.messageJSON(m, false)
	inner["type"], inner["channel"], inner["event_ts"] = "app_mention", c.ID, m.TS
	e := Event{Inner: inner, ExtShared: c.ExtShared}
	s.touch()
	s.mu.Unlock()
	return s.did(ctx, user, func() Result { return s.Send(ctx, e) })
}

// UserChange tells the app that somebody is not as before, as they are now.
func (s *Server) UserChange(ctx context.Context, user string) Result {
	return s.userEvent(ctx, "user_change", user)
}

// TeamJoin tells the app that somebody is new.
func (s *Server) TeamJoin(ctx context.Context, user string) Result {
	return s.userEvent(ctx, "team_join", user)
}

func (s *Server) userEvent(ctx context.Context, kind, user string) Result {
	s.mu.Lock()
	u, _ := s.user(user)
	inner := object{"type": kind, "user": s.userJSON(u, true), "cache_ts": s.opt.Now().Unix(), "event_ts": s.timestamp()}
	s.mu.Unlock()
	return s.Send(ctx, Event{Inner: inner})
}

// Verify asks for the challenge, as Slack does when an address for events is entered.
func (s *Server) Verify(ctx context.Context) error {
	const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
	ack := s.deliver(ctx, Sent{Kind: KindEvent, Payload: mustJSON(object{"token": "legacy", "challenge": challenge, "type": "url_verification"})})
	answer := strings.TrimSpace(string(ack.Body))
	var o object
	if json.Unmarshal(ack.Body, &o) == nil {
		answer = str(o, "challenge")
	}
	if ack.Failure != "" || answer != challenge {
		return fmt.Errorf("your URL didn't respond with the value of the challenge: %d %s %.80q", ack.Status, ack.Failure, ack.Body)
	}
	return nil
}

// Uninstall tells the app that it was removed.
func (s *Server) Uninstall(ctx context.Context) Result {
	return s.Send(ctx, Event{Inner: object{"type": "app_uninstalled"}})
}
