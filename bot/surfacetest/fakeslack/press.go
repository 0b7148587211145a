package fakeslack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"steward/bot/surfacetest"
)

// Target is something with buttons: a [Message] or a [View], as it is or as it was.
type Target interface{ target() target }

type target struct {
	message *Message
	view    *View
}

// errNotThere says that a test wants to press what is not there.
var errNotThere = errors.New("not there")

// Press presses a button, found by its value, its action id, or its label. Where Slack asks first, the answer is yes. The
// message or view may be an old copy: then it is pressed as in a client that was not redrawn.
func (s *Server) Press(ctx context.Context, user string, on Target, name string) (Result, error) {
	c, ok := find(on.target(), "button", name)
	if !ok {
		return Result{}, fmt.Errorf("button %q: %w", name, errNotThere)
	}
	return s.pressed(ctx, user, on.target(), c)
}

// pressed presses a button.
func (s *Server) pressed(ctx context.Context, user string, on target, c Control) (Result, error) {
	action := object{"text": c.is["text"]}
	for _, key := range []string{"value", "style", "url"} {
		if v, ok := c.is[key]; ok {
			action[key] = v
		}
	}
	return s.acted(ctx, user, on, c, action)
}

// Choose chooses in an overflow, a select, radio buttons or a date picker that is no input, found by its action id: one
// option by its value or its label, several values for checkboxes, a date.
func (s *Server) Choose(ctx context.Context, user string, on Target, action string, values ...string) (Result, error) {
	c, ok := find(on.target(), "", action)
	if !ok {
		return Result{}, fmt.Errorf("choice %q: %w", action, errNotThere)
	}
	return s.choose(ctx, user, on.target(), c, values...)
}

func (s *Server) choose(ctx context.Context, user string, on target, c Control, values ...string) (Result, error) {
	if c.Type == "overflow" {
		picked, err := pick(c.is, values)
		if err != nil || len(picked) != 1 {
			return Result{}, fmt.Errorf("%s: one of %v: %w", c.Action, values, errNotThere)
		}
		return s.acted(ctx, user, on, c, object{"selected_option": picked[0]})
	}
	entry, err := typed(c.is, values)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", c.Action, err)
	}
	if on.view != nil {
		s.hold(on.view.ID, c.Block, c.Action, entry)
	}
	return s.acted(ctx, user, on, c, surfacetest.CopyJSON(entry))
}

// find looks for something to press.
func find(on target, kind, name string) (Control, bool) {
	var all []Control
	if on.message != nil {
		all = on.message.Controls()
	} else {
		all = on.view.Controls()
	}
	for _, same := range []func(Control) bool{
		func(c Control) bool { return c.Value == name && name != "" },
		func(c Control) bool { return c.Action == name },
		func(c Control) bool { return strings.EqualFold(trimDots(c.Label), trimDots(name)) && name != "" },
	} {
		for _, c := range all {
			if (kind == "" && c.Type != "button" || c.Type == kind) && same(c) {
				return c, true
			}
		}
	}
	return Control{}, false
}

func trimDots(label string) string { return strings.TrimSuffix(label, "…") }

// acted sends what somebody did with an element of a message or a view.
func (s *Server) acted(ctx context.Context, user string, on target, c Control, action object) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	action["type"], action["action_id"], action["block_id"], action["action_ts"] = c.Type, c.Action, c.Block, s.timestamp()
	payload := s.where(u, on)
	payload["actions"] = []any{action}
	s.mu.Unlock()
	return s.did(ctx, user, func() Result { return s.interact(ctx, payload) })
}

// where makes the payload of something done in a message or a view. The lock is held.
func (s *Server) where(u User, on target) object {
	if m := on.message; m != nil {
		payload := s.base("block_actions", u, "")
		payload["container"] = object{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.Ephemeral}
		payload["channel"] = object{"id": m.Channel, "name": s.channelName(m.Channel)}
		payload["response_url"] = s.newHook(u.ID, m.Channel, m.TS)
		payload["state"] = object{"values": object{}}
		if !m.Ephemeral { // Slack does not send what it does not keep
			payload["message"] = s.messageJSON(m, true)
		}
		return payload
	}
	v := on.view
	if now, ok := s.views[v.ID]; ok && now.Hash == v.Hash {
		v = now // with what was filled in since
	}
	inModal := v.ID
	if v.Type == "home" {
		inModal = ""
	}
	payload := s.base("block_actions", u, inModal)
	payload["container"] = object{"type": "view", "view_id": v.ID}
	payload["view"] = s.viewJSON(v)
	return payload
}

// hold puts an entry into the state of a view.
func (s *Server) hold(view, block, action string, entry object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.views[view]; ok {
		if v.State[block] == nil {
			v.State[block] = map[string]map[string]any{}
		}
		v.State[block][action] = surfacetest.CopyJSON(entry)
		s.touch()
	}
}
