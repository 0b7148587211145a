package faketeams

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"steward/bot/surfacetest"
)

// Target is something with buttons: a [Message] or a [Dialog], as it is or as it was.
type Target interface{ target() target }

type target struct {
	message *Message
	dialog  *Dialog
}

func (m Message) target() target { return target{message: &m} }

func (t target) controls() []Control {
	if t.message != nil {
		return controls(t.message.Seen())
	}
	return controls(t.dialog.Card)
}

// Controls lists what can be pressed in the message, as the client shows it that pressed last.
func (m Message) Controls() []Control { return controls(m.Seen()) }

// Press presses a button, found by a value in its data, its verb or its title. A button that shows a card with one button to
// send stands for that one: the answer to a question is yes. Values are filled in before, by the ids of inputs. The message or
// dialog may be an old copy: then it is pressed as in a client that was not redrawn.
func (s *Server) Press(ctx context.Context, user string, on Target, name string, values ...Values) (Result, error) {
	c, err := chosenControl(on.target().controls(), name)
	if err != nil {
		return Result{}, err
	}
	return s.pressed(ctx, user, on.target(), c, values...)
}

// chosenControl finds what a press on a name presses.
func chosenControl(all []Control, name string) (Control, error) {
	c, ok := find(all, name)
	if !ok {
		return c, fmt.Errorf("button %q: %w", name, errNotThere)
	}
	if c.Type == "Action.ShowCard" {
		if c, ok = answerOf(all, c); !ok {
			return c, fmt.Errorf("button %q shows a card with no button, or with several: %w", name, errNotThere)
		}
	}
	return c, nil
}

// find looks for something to press.
func find(all []Control, name string) (Control, bool) {
	for _, same := range []func(Control) bool{
		func(c Control) bool {
			for _, v := range c.Data {
				if v == name {
					return true
				}
			}
			return false
		},
		func(c Control) bool { return c.Verb == name },
		func(c Control) bool { return strings.EqualFold(trimDots(c.Title), trimDots(name)) },
	} {
		for _, c := range all {
			if name != "" && same(c) {
				return c, true
			}
		}
	}
	return Control{}, false
}

// answerOf gives the one button that a button's card sends by.
func answerOf(all []Control, shows Control) (Control, bool) {
	var out []Control
	inner := shows.is["card"]
	for _, c := range controls(object{"actions": []any{object{"type": "Action.ShowCard", "card": inner}}}) {
		if c.Type == "Action.Execute" || c.Type == "Action.Submit" {
			out = append(out, c)
		}
	}
	if len(out) != 1 {
		return Control{}, false
	}
	for _, c := range all { // the same, with the inputs above it
		if c.Within == shows.Title && c.Title == out[0].Title && string(mustJSON(c.Data)) == string(mustJSON(out[0].Data)) {
			return c, true
		}
	}
	return out[0], true
}

// pressed presses a button.
func (s *Server) pressed(ctx context.Context, user string, on target, c Control, values ...Values) (Result, error) {
	p, err := s.prepare(user, on, c, values...)
	switch {
	case err != nil:
		return Result{}, err
	case p.kind == "Action.OpenUrl":
		return s.settled(ctx, user, Result{URL: c.URL})
	case p.kind == "Action.ToggleVisibility":
		return s.settled(ctx, user, Result{})
	case len(p.wrong) > 0:
		return s.incomplete(ctx, user, on, p.wrong)
	}
	a, show := s.envelope(p, on)
	return s.did(ctx, user, a, show)
}

// Envelope gives what [Server.Press] would send, and sends nothing: for [Server.Resend].
func (s *Server) Envelope(user string, on Target, name string, values ...Values) (Sent, error) {
	c, err := chosenControl(on.target().controls(), name)
	if err != nil {
		return Sent{}, err
	}
	p, err := s.prepare(user, on.target(), c, values...)
	if err == nil && (len(p.wrong) > 0 || p.kind == "Action.OpenUrl" || p.kind == "Action.ToggleVisibility") {
		err = fmt.Errorf("button %q sends nothing: %w", name, errNotThere)
	}
	if err != nil {
		return Sent{}, err
	}
	a, _ := s.envelope(p, on.target())
	return Sent{mustJSON(a)}, nil
}

// prepared is a press on its way: what the client makes of it before it sends anything.
type prepared struct {
	user  *User
	c     Control
	kind  string // of the action, or of its fallback
	data  object
	wrong map[string]string // what the client finds wrong with the inputs
}

// prepare finds out what a press sends.
func (s *Server) prepare(user string, on target, c Control, values ...Values) (prepared, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.actor(user)
	if err == nil && on.dialog != nil && s.dialogs[user] == nil {
		err = fmt.Errorf("the dialog was closed: %w", errNotThere)
	}
	if err != nil {
		return prepared{}, err
	}
	if on.message != nil {
		delete(s.dialogs, user) // whoever sees the chat has closed it
	}
	p := prepared{user: u, kind: c.Type}
	if p.kind == "Action.Execute" && (u.Old || on.dialog != nil) {
		f, _ := c.is["fallback"].(object)
		if str(f, "type") != "Action.Submit" {
			s.complain("press", "%q does nothing in an old client or a dialog: no fallback", c.Title)
			return prepared{}, fmt.Errorf("button %q in an old client: %w", c.Title, errNotThere)
		}
		c.Data, _ = f["data"].(object)
		c.is, p.kind = f, "Action.Submit"
	}
	p.c = c
	p.data, p.wrong, err = s.gather(u, on, c, values)
	return p, err
}

// envelope makes the activity of a press, and says how its answer is shown; nil where it is not.
func (s *Server) envelope(p prepared, on target) (object, func(*Result)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case p.kind == "Action.Execute":
		return s.execute(p.user, on.message, p.c, p.data), func(r *Result) { s.actionAnswer(r, on.message) }
	case on.dialog != nil:
		return s.submitted(p.user, on.dialog, p.data)
	case p.c.Opens():
		return s.fetch(p.user, on.message, p.data)
	}
	return s.sent(p.user, on.message, p.data), nil
}

// sent makes what an Action.Submit of a message sends: a message without a text. The lock is held.
func (s *Server) sent(u *User, m *Message, data object) object {
	p, thread := s.at(u, m)
	a := s.base("message", s.stamp(), u, p, thread)
	a["value"], a["replyToId"] = data, m.ID
	channel, _ := a["channelData"].(object)
	channel["source"] = object{"name": "message"}
	return a
}

// at gives the conversation of a message, and its thread; the personal chat where it is none. The lock is held.
func (s *Server) at(u *User, m *Message) (*place, string) {
	if m == nil {
		return s.chat(u), ""
	}
	p, _ := s.placeOf(m.Conversation)
	return p, strings.TrimPrefix(m.Conversation, p.id)
}

// execute makes what an Action.Execute sends. The lock is held.
func (s *Server) execute(u *User, m *Message, c Control, data object) object {
	action := object{"type": "Action.Execute", "title": c.Title, "verb": c.Verb, "data": data}
	if c.ID != "" {
		action["id"] = c.ID
	}
	p, thread := s.at(u, m)
	return s.invoke("adaptiveCard/action", object{"action": action, "trigger": "manual"}, u, p, thread, m.ID)
}

// exact says that an object has these members and no others.
func exact(o object, keys ...string) bool {
	if len(o) != len(keys) {
		return false
	}
	for _, key := range keys {
		if _, ok := o[key]; !ok {
			return false
		}
	}
	return true
}

// decoded reads the body of an answer to an invoke. Teams' troubles are for the person; what is wrong is a complaint.
func (s *Server) decoded(r *Result, where string) (object, bool) {
	var o object
	switch {
	case r.Ack.Failure == failTimeout:
		s.complain(where, "no answer in time (%s)", r.Ack.Took)
		r.Trouble = TroubleUnreached
	case r.Ack.Failure == failConnection || r.Ack.Status == http.StatusNotImplemented:
		r.Trouble = TroubleUnreached
	case r.Ack.Status != http.StatusOK:
		s.complain(where, "status %d: the verdict stands in the body of a 200", r.Ack.Status)
		r.Trouble = TroubleWrong
	case !r.Ack.JSON || json.Unmarshal(r.Ack.Body, &o) != nil || o == nil:
		s.complain(where, "the answer is no JSON, or does not say so: %.200s", r.Ack.Body)
		r.Trouble = TroubleWrong
	default:
		return o, true
	}
	return nil, false
}

// The types of answers to an action.
const (
	typeMessage = "application/vnd.microsoft.activity.message"
	typeError   = "application/vnd.microsoft.error"
)

// actionAnswer shows what an Action.Execute was answered with. The lock is held.
func (s *Server) actionAnswer(r *Result, m *Message) {
	const where = "answer to an action"
	o, ok := s.decoded(r, where)
	if !ok {
		return
	}
	status, isNumber := o["statusCode"].(float64)
	if !exact(o, "statusCode", "type", "value") || !isNumber {
		s.complain(where, "want statusCode, type and value: %.200s", r.Ack.Body)
		r.Trouble = TroubleWrong
		return
	}
	card, isCard := o["value"].(object)
	text, isText := o["value"].(string)
	switch kind := str(o, "type"); {
	case kind == CardType && status == 200 && isCard:
		s.overlay(r, m, card, where)
	case kind == typeMessage && status == 200 && isText && text != "":
		r.Toast = text
	case kind == typeError && status >= 400 && status < 600 && exact(card, "code", "message") && str(card, "message") != "":
		r.Red = str(card, "message")
	default:
		s.complain(where, "no such answer: %.200s", r.Ack.Body)
		r.Trouble = TroubleWrong
	}
}

// overlay shows a card in place of a message's, in one client. The lock is held.
func (s *Server) overlay(r *Result, m *Message, card object, where string) {
	faults := s.checkCard(card, false)
	if len(faults) > 0 {
		for _, f := range faults {
			s.complain(where+", card", "%s", f)
		}
		r.Trouble = TroubleWrong
		return
	}
	r.Card = surfacetest.CopyJSON(card)
	if now := s.message(m.Conversation, m.ID); now != nil && !now.Gone {
		now.seen = surfacetest.CopyJSON(card)
	}
}

// merged puts the values of inputs over an action's data.
func merged(data object, values object) object {
	out := surfacetest.CopyJSON(data)
	if out == nil {
		out = object{}
	}
	maps.Copy(out, values)
	return out
}
