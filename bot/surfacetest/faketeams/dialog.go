package faketeams

import (
	"context"
	"fmt"
	"maps"

	"steward/bot/surfacetest"
)

// Dialog is a dialog as it stands, or as it stood where it was kept.
type Dialog struct {
	ID     string
	User   string
	Title  string
	Card   map[string]any
	Serial int // grows with every card that it shows, and with every word of the client about it
	// Values are what stands in the inputs, Errors what the client says is wrong with them, by their ids.
	Values, Errors map[string]string
	from           *Message // whose button opened it; nil for a command of a message extension
	command        string   // that command
}

// Words gives all that can be read in the dialog.
func (d Dialog) Words() string { return words(d.Card, d.Title, &held{d.Values, d.Errors}) }

// Controls lists what can be pressed.
func (d Dialog) Controls() []Control { return controls(d.Card) }

func (d Dialog) target() target { return target{dialog: &d} }

// Dialog gives what is open in front of somebody.
func (s *Server) Dialog(user string) (Dialog, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.dialogs[user]
	if !ok {
		return Dialog{}, false
	}
	out := *d
	out.Card, out.Values, out.Errors = surfacetest.CopyJSON(d.Card), maps.Clone(d.Values), maps.Clone(d.Errors)
	return out, true
}

// CloseDialog closes the dialog of somebody by its cross. The bot is not told.
func (s *Server) CloseDialog(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.dialogs, user)
	s.touch()
}

// fetch asks the app for a dialog. The lock is held.
func (s *Server) fetch(u *User, m *Message, data object) (object, func(*Result)) {
	p, thread := s.at(u, m)
	a := s.invoke("task/fetch", object{"data": data, "context": object{"theme": "default"}}, u, p, thread, m.ID)
	return a, func(r *Result) { s.taskAnswer(r, u.ID, opener{m, ""}, "answer to task/fetch", false) }
}

// Submit fills in the open dialog and sends it by a button, found as [Server.Press] finds it.
func (s *Server) Submit(ctx context.Context, user, button string, values Values) (Result, error) {
	d, ok := s.Dialog(user)
	if !ok {
		return Result{}, fmt.Errorf("a dialog of %s: %w", user, errNotThere)
	}
	return s.Press(ctx, user, d, button, values)
}

// submitted makes what is sent from a dialog. The lock is held.
func (s *Server) submitted(u *User, d *Dialog, data object) (object, func(*Result)) {
	name, value := "task/submit", object{"data": data, "context": object{"theme": "default"}}
	if d.command != "" {
		name, value = "composeExtension/submitAction", commandOf(d.command)
		value["data"] = data
	}
	p, thread := s.at(u, d.from)
	a := s.invoke(name, value, u, p, thread, d.replyTo())
	return a, func(r *Result) { s.taskAnswer(r, u.ID, opener{d.from, d.command}, "answer to "+name, true) }
}

// Extend uses a command of the bot's message extension that opens a dialog, from the box one writes in.
func (s *Server) Extend(ctx context.Context, user, command string) (Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	delete(s.dialogs, user)
	a := s.invoke("composeExtension/fetchTask", commandOf(command), u, s.chat(u), "", "")
	s.mu.Unlock()
	return s.did(ctx, user, a, func(r *Result) {
		s.taskAnswer(r, user, opener{nil, command}, "answer to composeExtension/fetchTask", false)
	})
}

func commandOf(id string) object {
	return object{"commandId": id, "commandContext": "compose", "context": object{"theme": "default"}}
}

func (d Dialog) replyTo() string {
	if d.from == nil {
		return ""
	}
	return d.from.ID
}

// opener is what opened a dialog.
type opener struct {
	message *Message
	command string
}

// taskAnswer shows what a dialog was answered with: a dialog, a message, or, once it is open, nothing. The lock is held.
func (s *Server) taskAnswer(r *Result, user string, from opener, where string, open bool) {
	if open && r.Ack.Status == 200 && len(r.Ack.Body) == 0 {
		delete(s.dialogs, user)
		return
	}
	o, ok := s.decoded(r, where)
	if !ok {
		return
	}
	task, _ := o["task"].(object)
	text, isText := task["value"].(string)
	value, isObject := task["value"].(object)
	switch kind := str(task, "type"); {
	case !exact(o, "task") || !exact(task, "type", "value"):
	case kind == "message" && isText && text != "":
		delete(s.dialogs, user)
		r.Popup = text
		return
	case kind == "continue" && isObject:
		s.shows(r, user, from, where, value)
		return
	}
	s.complain(where, "want task with type and value: %.200s", r.Ack.Body)
	r.Trouble = TroubleWrong
}

// shows puts a card into the dialog of somebody. Nothing that was typed stays: what is to stand there is in the card.
func (s *Server) shows(r *Result, user string, from opener, where string, value object) {
	card, _ := value["card"].(object)
	inner, ok := card["content"].(object)
	faults := []string{"want card with contentType and content"}
	if ok && exact(card, "contentType", "content") && str(card, "contentType") == CardType {
		faults = s.checkCard(inner, true)
	}
	for key, v := range value {
		switch key {
		case "card":
		case "title":
			if text, isText := v.(string); !isText || text == "" {
				faults = append(faults, "a dialog without a title")
			}
		case "height", "width":
			n, isNumber := v.(float64)
			text, _ := v.(string)
			if !(isNumber && n > 0) && !contains([]string{"small", "medium", "large"}, text) {
				faults = append(faults, fmt.Sprintf("%s %v", key, v))
			}
		default:
			faults = append(faults, fmt.Sprintf("no member %q of a dialog with a card", key))
		}
	}
	if len(faults) > 0 {
		for _, f := range faults {
			s.complain(where, "%s", f)
		}
		r.Trouble = TroubleWrong
		return
	}
	d := s.dialogs[user]
	if d == nil {
		d = &Dialog{ID: fmt.Sprintf("dialog-%d", s.number()), User: user, from: from.message, command: from.command}
		s.dialogs[user] = d
	}
	d.Title, d.Card, d.Serial, d.Errors = str(value, "title"), surfacetest.CopyJSON(inner), s.number(), nil
	d.Values = initial(allInputs(inner))
}

// allInputs lists the inputs of a card, with those of the cards that its buttons show.
func allInputs(card object) []object {
	out := inputsOf(card["body"])
	for _, c := range controls(card) {
		if inner, ok := c.is["card"].(object); ok {
			out = append(out, inputsOf(inner["body"])...)
		}
	}
	return out
}
