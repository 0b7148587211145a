package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Result is what came of something a person did.
type Result struct {
	Sent Sent // what the app was sent; empty where Slack's own client sent nothing
	Ack  Ack
	// Trouble is what Slack itself tells the person, where the app or their input was at fault. Empty where all went well.
	Trouble string
	// View is the topmost modal afterwards, nil where none is open.
	View *View
	// Notes are the messages only for this person that came meanwhile, newest first.
	Notes []Message
}

// Command types a command in the DM with the app: what comes after its name.
func (s *Server) Command(ctx context.Context, user, text string) (Result, error) {
	return s.CommandIn(ctx, user, s.DMChannel(user), text)
}

// CommandIn types a command in a conversation.
func (s *Server) CommandIn(ctx context.Context, user, channel, text string) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	if u.Stranger || u.TeamID != s.opt.Team && s.opt.Enterprise == "" {
		return Result{Trouble: s.opt.Command + " is not a valid command."}, nil // it is an app of another workspace
	}
	s.mu.Lock()
	if _, ok := s.channels[channel]; !ok {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("conversation %q: %w", channel, errNotThere)
	}
	fields := map[string]string{
		"token": "legacy", "team_id": s.opt.Team, "team_domain": "fake", "channel_id": channel, "channel_name": s.channelName(channel), "user_id": u.ID,
		"user_name": u.Name, "command": s.opt.Command, "text": text, "api_app_id": AppID, "is_enterprise_install": fmt.Sprint(s.opt.OrgInstall),
		"response_url": s.newHook(u.ID, channel, ""), "trigger_id": s.newTrigger(u.ID, ""),
	}
	if s.opt.Enterprise != "" {
		fields["enterprise_id"], fields["enterprise_name"] = s.opt.Enterprise, "Organisation"
	}
	s.mu.Unlock()
	return s.did(ctx, u.ID, func() Result {
		r := Result{Sent: Sent{Kind: KindCommand, Payload: mustJSON(fields)}}
		r.Ack = s.deliver(ctx, r.Sent)
		if r.Ack.Failure != "" {
			r.Trouble = fmt.Sprintf("%s failed with the error %q", s.opt.Command, commandError(r.Ack.Failure))
			return r
		}
		r.Trouble = s.commandAnswer(u.ID, channel, r.Ack)
		return r
	})
}

func commandError(failure string) string {
	switch failure {
	case failTimeout:
		return "operation_timeout"
	case failStatus:
		return "http_service_error"
	}
	return "dispatch_failed"
}

// commandAnswer shows what a command was acked with: a message as JSON, or a text. JSON that does not say that it is some is
// a text.
func (s *Server) commandAnswer(user, channel string, ack Ack) (trouble string) {
	text := strings.TrimSpace(string(ack.Body))
	if text == "" || text == "null" {
		return ""
	}
	req := &request{args: object{}, call: &Call{}}
	if !ack.JSON || json.Unmarshal(ack.Body, &req.args) != nil {
		req.args = object{"text": text}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, p := s.content(req)
	if p != nil {
		return fmt.Sprintf("%s failed with the error %q", s.opt.Command, p.word)
	}
	if c.text == "" && len(c.blocks) == 0 {
		return ""
	}
	defer s.touch()
	if str(req.args, "response_type") == "in_channel" {
		at := s.channels[channel]
		at.messages = append(at.messages, &Message{Channel: channel, TS: s.timestamp(), User: BotUserID, Text: c.text, Blocks: s.stamped(c.blocks)})
		return ""
	}
	s.note(channel, user, c)
	return ""
}

// did runs something a person does, and looks at what they see then.
func (s *Server) did(ctx context.Context, user string, do func() Result) (Result, error) {
	s.mu.Lock()
	had := len(s.notes)
	s.mu.Unlock()
	r := do()
	if s.opt.Settled != nil {
		if err := s.opt.Settled(ctx); err != nil {
			return r, fmt.Errorf("settle: %w", err)
		}
	}
	if v, ok := s.View(user); ok {
		r.View = &v
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.notes) - 1; i >= had; i-- {
		if m := s.notes[i]; m.For == user && !m.Gone {
			r.Notes = append(r.Notes, s.seen(m))
		}
	}
	return r, nil
}

// actor finds somebody who can do something.
func (s *Server) actor(id string) (User, error) {
	u, ok := s.User(id)
	if !ok || u.Deleted || u.Bot {
		return u, fmt.Errorf("user %q cannot do anything here", id)
	}
	return u, nil
}

// base makes what every interaction has. The lock is held.
func (s *Server) base(kind string, u User, view string) object {
	team := object{"id": s.opt.Team, "domain": "fake"}
	o := object{
		"type": kind, "api_app_id": AppID, "token": "legacy", "trigger_id": s.newTrigger(u.ID, view), "team": team, "enterprise": nil,
		"is_enterprise_install": s.opt.OrgInstall, "user": object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
	}
	if s.opt.Enterprise != "" {
		team["enterprise_id"], team["enterprise_name"] = s.opt.Enterprise, "Organisation"
		o["enterprise"] = object{"id": s.opt.Enterprise, "name": "Organisation"}
	}
	if s.opt.OrgInstall {
		o["team"] = nil
	}
	return o
}

func (s *Server) channelName(id string) string {
	if c, ok := s.channels[id]; ok && c.dm == "" {
		return c.Name
	}
	return "directmessage"
}

// interact sends an interaction and says what Slack tells the person where the app did not ack.
func (s *Server) interact(ctx context.Context, payload object) Result {
	r := Result{Sent: Sent{Kind: KindInteraction, Payload: mustJSON(payload)}}
	r.Ack = s.deliver(ctx, r.Sent)
	if r.Ack.Failure != "" {
		r.Trouble = trouble
	}
	return r
}

// trouble is what Slack says where an app fails.
const trouble = "We had some trouble connecting. Try again?"

// Shortcut uses a global shortcut.
func (s *Server) Shortcut(ctx context.Context, user, callback string) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	payload := s.base("shortcut", u, "")
	payload["callback_id"], payload["action_ts"] = callback, s.timestamp()
	s.mu.Unlock()
	return s.did(ctx, user, func() Result { return s.interact(ctx, payload) })
}

// MessageShortcut uses a shortcut of a message.
func (s *Server) MessageShortcut(ctx context.Context, user string, on Message, callback string) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	payload := s.base("message_action", u, "")
	payload["callback_id"], payload["action_ts"], payload["message_ts"] = callback, s.timestamp(), on.TS
	payload["channel"] = object{"id": on.Channel, "name": s.channelName(on.Channel)}
	payload["message"] = s.messageJSON(&on, false)
	payload["response_url"] = s.newHook(u.ID, on.Channel, "")
	s.mu.Unlock()
	return s.did(ctx, user, func() Result { return s.interact(ctx, payload) })
}
