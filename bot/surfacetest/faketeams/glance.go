package faketeams

import (
	"context"
	"fmt"

	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/view"
	"steward/workflows"
)

// act does something as a person and gives what they see then. An offer to open a form is taken.
func (c *Client) act(ctx context.Context, who workflows.PersonID, on Target, do func() (Result, error)) (surfacetest.Screen, error) {
	user := c.accounts[who]
	var pressed *Message
	if on != nil {
		pressed = on.target().message
	}
	if on == nil || pressed != nil {
		c.teams.CloseDialog(user) // whoever sees the chat has closed it
	}
	before := c.teams.glance(user, pressed)
	r, err := do()
	if err != nil {
		return surfacetest.Screen{}, err
	}
	if s, done, err := c.answered(who, pressed, before, r); done || err != nil {
		return s, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var seen Target
	err = c.teams.Await(ctx, func() bool {
		var come bool
		seen, come = c.teams.glance(user, pressed).since(before)
		return come
	})
	if err != nil {
		return surfacetest.Screen{}, fmt.Errorf("nothing was shown: %w", err)
	}
	if m, ok := seen.(Message); ok {
		if offer, ok := opensForm(m); ok {
			return c.act(ctx, who, m, func() (Result, error) { return c.teams.pressed(ctx, user, m.target(), offer) })
		}
	}
	return c.screen(who, seen), nil
}

// answered gives the screen where the very answer of the app says what it is; done is false where one has to look for it.
func (c *Client) answered(who workflows.PersonID, pressed *Message, before glance, r Result) (s surfacetest.Screen, done bool, err error) {
	now := c.teams.glance(c.accounts[who], pressed)
	said := func(text string, refused bool) (surfacetest.Screen, bool, error) {
		return surfacetest.Screen{Who: who, Text: text, Refused: refused || c.refused(who)}, true, nil
	}
	switch {
	case r.Trouble == TroubleIncomplete && now.dialog != nil:
		return c.screen(who, *now.dialog), true, nil
	case r.Ack.Failure == failStatus:
		return s, true, fmt.Errorf("%w: %s (%s)", surfacetest.ErrNotTaken, r.Trouble, r.Ack)
	case r.Trouble != "" || r.Ack.Failure != "":
		return s, true, fmt.Errorf("%s (%s)", r.Trouble, r.Ack)
	case now.dialogCame(before):
		return c.screen(who, *now.dialog), true, nil
	case r.Red != "":
		return said(r.Red, true)
	case r.Popup != "":
		return said(r.Popup, false)
	case r.Card != nil:
		m := *pressed
		if now.pressed != nil {
			m = *now.pressed
		}
		m.seen = r.Card
		return c.screen(who, m), true, nil
	}
	if _, come := now.since(before); come || r.Toast == "" {
		return s, false, nil
	}
	return said(r.Toast, false)
}

// opensForm finds the button of a message that only offers to open a form.
func opensForm(m Message) (Control, bool) {
	all := m.Controls()
	if len(all) != 1 || !all[0].Opens() {
		return Control{}, false
	}
	a, err := card.ParseAction(all[0].datum("act"))
	return all[0], err == nil && a.Verb == view.VerbContinue
}

// glance is what a person has before their eyes at a time.
type glance struct {
	dialog   *Dialog
	messages []Message // of the bot in the personal chat, newest first
	pressed  *Message  // the message that was pressed, as it is now
}

func (s *Server) glance(user string, pressed *Message) glance {
	var g glance
	if d, ok := s.Dialog(user); ok {
		g.dialog = &d
	}
	for _, m := range s.Personal(user) {
		if m.From == "" {
			g.messages = append(g.messages, m)
		}
	}
	if pressed != nil {
		if m, ok := s.Message(pressed.Conversation, pressed.ID); ok && !m.Gone {
			g.pressed = &m
		}
	}
	return g
}

// dialogCame says that a dialog was opened, or shows something else.
func (g glance) dialogCame(old glance) bool {
	return g.dialog != nil && (old.dialog == nil || old.dialog.ID != g.dialog.ID || old.dialog.Serial != g.dialog.Serial)
}

// since gives what is new since an earlier glance: a dialog before a new message, that before the message that was pressed.
func (g glance) since(old glance) (Target, bool) {
	if g.dialogCame(old) {
		return *g.dialog, true
	}
	known := map[string]bool{}
	for _, m := range old.messages {
		known[m.ID] = true
	}
	for _, m := range g.messages {
		if !known[m.ID] {
			return m, true
		}
	}
	if g.pressed != nil && old.pressed != nil && old.pressed.Serial != g.pressed.Serial {
		return *g.pressed, true
	}
	return nil, g.dialog == nil && old.dialog != nil
}
