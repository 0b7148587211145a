package fakeslack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/workflows"
)

// patience is how long a client waits for the app to show something after it acked.
const patience = 15 * time.Second

// waiting is the callback id of a modal that only says that something is coming.
const waiting = "steward:wait"

// RefusedBlock begins the id of a block that says why something was not done.
const RefusedBlock = "refused"

// Client implements [surfacetest.Client] on a fake Slack. It reads Block Kit by the names that the Slack surface uses on the
// wire, and nothing else of it.
type Client struct {
	slack    *Server
	accounts map[workflows.PersonID]string // user ids
	refused  func(workflows.PersonID) bool
}

// NewClient makes a client for people by their users' ids. Where refused is given it says whether the last thing somebody did
// was refused, such as [Judge.Refused]: Slack has no sign of its own for that, as HTTP has its status. Else, and besides, a
// refusal is known by a [RefusedBlock] and by errors at inputs.
func NewClient(slack *Server, accounts map[workflows.PersonID]string, refused func(workflows.PersonID) bool) *Client {
	if refused == nil {
		refused = func(workflows.PersonID) bool { return false }
	}
	return &Client{slack: slack, accounts: accounts, refused: refused}
}

// Open implements [surfacetest.Client]: it types the slash command.
func (c *Client) Open(ctx context.Context, who workflows.PersonID, words string) (surfacetest.Screen, error) {
	user, err := c.user(who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	if !strings.Contains(words, " ") && idLike.MatchString(words) {
		words = "status " + words
	}
	return c.act(ctx, who, nil, func() (Result, error) { return c.slack.Command(ctx, user, words) })
}

// Press implements [surfacetest.Client]. A button that only links to a page gives a screen with its address.
func (c *Client) Press(ctx context.Context, on surfacetest.Screen, button string) (surfacetest.Screen, error) {
	user, err := c.user(on.Who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	place, isTarget := on.Page.(Target)
	want, ok := on.Button(button)
	if !isTarget || !ok {
		return surfacetest.Screen{}, fmt.Errorf("button %q: %w", button, errNotThere)
	}
	for _, b := range pressable(place) {
		if b.Button != want {
			continue
		}
		if b.control.URL != "" {
			_, err := c.slack.Press(ctx, user, place, b.control.Action)
			return surfacetest.Screen{Who: on.Who, Text: b.control.URL, Page: b.control.URL}, err
		}
		return c.act(ctx, on.Who, place, func() (Result, error) {
			if b.control.Type == "overflow" {
				return c.slack.choose(ctx, user, place.target(), b.control, b.value)
			}
			return c.slack.pressed(ctx, user, place.target(), b.control)
		})
	}
	return surfacetest.Screen{}, fmt.Errorf("button %q: %w", button, errNotThere)
}

// Fill implements [surfacetest.Client]. A value that is not among the choices of its field is an error: nobody could send it.
func (c *Client) Fill(ctx context.Context, form surfacetest.Screen, values card.Values, way bot.Go) (surfacetest.Screen, error) {
	user, err := c.user(form.Who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	view, ok := form.Page.(View)
	if form.Form == nil || !ok {
		return surfacetest.Screen{}, errors.New("no form to fill in")
	}
	for key, v := range values {
		if err := c.fill(ctx, user, view, key, v); err != nil {
			return surfacetest.Screen{}, err
		}
	}
	return c.act(ctx, form.Who, view, func() (Result, error) {
		if way == bot.GoNext {
			return c.slack.Submit(ctx, user, view, nil)
		}
		return c.slack.Press(ctx, user, view, "go:"+string(way))
	})
}

// fill puts the values of a field into all of its inputs: each value into the one that offers it.
func (c *Client) fill(ctx context.Context, user string, on View, key string, values []string) error {
	left := slices.Clone(values)
	sets := Values{}
	for _, e := range elements(on.Blocks) {
		if str(e.block, "type") != "input" || fieldKey(str(e.is, "action_id")) != key {
			continue
		}
		mine := left
		if offered := options(e.is); len(offered) > 0 {
			has := func(v string) bool {
				return slices.ContainsFunc(offered, func(o object) bool { return str(o, "value") == v })
			}
			mine = slices.DeleteFunc(slices.Clone(left), func(v string) bool { return !has(v) })
			left = slices.DeleteFunc(left, has)
		} else {
			left = nil
		}
		if str(e.is, "type") == "external_select" && len(mine) > 0 {
			return c.slack.Pick(ctx, user, on, str(e.is, "action_id"), c.name(mine[0]), mine[0])
		}
		sets[str(e.block, "block_id")] = mine
	}
	if len(sets) == 0 || len(left) > 0 {
		return fmt.Errorf("field %s, values %v: %w", key, left, errNotThere)
	}
	return c.slack.Fill(ctx, user, on, sets)
}

// name gives what is typed to find a person.
func (c *Client) name(id string) string {
	if u, ok := c.slack.User(c.accounts[workflows.PersonID(id)]); ok && u.RealName != "" {
		return u.RealName
	}
	return id
}

// Told implements [surfacetest.Client]: the direct messages, with what a notification says of each.
func (c *Client) Told(_ context.Context, who workflows.PersonID) ([]string, error) {
	user, err := c.user(who)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range c.slack.DM(user) {
		out = append(out, strings.TrimSpace(m.Gist()+"\n"+m.Words()))
	}
	return out, nil
}

// Messages gives the direct messages of a person as screens, newest first.
func (c *Client) Messages(who workflows.PersonID) ([]surfacetest.Screen, error) {
	user, err := c.user(who)
	if err != nil {
		return nil, err
	}
	var out []surfacetest.Screen
	for _, m := range c.slack.DM(user) {
		out = append(out, c.screen(who, m))
	}
	return out, nil
}

// Home opens the app's home tab and waits for what the app shows there.
func (c *Client) Home(ctx context.Context, who workflows.PersonID) (surfacetest.Screen, error) {
	user, err := c.user(who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	before, _ := c.slack.Home(user)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := c.slack.OpenHome(ctx, user)
	if err == nil && r.Ack.Failure != "" {
		err = fmt.Errorf("the app did not take the opening of its home: %s", r.Ack.Failure)
	}
	if err != nil {
		return surfacetest.Screen{}, err
	}
	var now View
	err = c.slack.Await(ctx, func() bool { now, _ = c.slack.Home(user); return now.Hash != before.Hash })
	return c.screen(who, now), err
}

func (c *Client) user(who workflows.PersonID) (string, error) {
	user, ok := c.accounts[who]
	if !ok {
		return "", fmt.Errorf("person %q has no user here", who)
	}
	return user, nil
}

// act does something as a person and waits for what the app shows them then.
func (c *Client) act(ctx context.Context, who workflows.PersonID, on Target, do func() (Result, error)) (surfacetest.Screen, error) {
	user := c.accounts[who]
	var pressed *Message
	if on != nil {
		pressed = on.target().message
	}
	before := c.slack.glance(user, pressed)
	r, err := do()
	switch {
	case err != nil:
		return surfacetest.Screen{}, err
	case r.Trouble == Incomplete:
		return c.screen(who, *r.View), nil
	case r.Ack.Failure == failStatus:
		return surfacetest.Screen{}, fmt.Errorf("%w: %s (status %d)", surfacetest.ErrNotTaken, r.Trouble, r.Ack.Status)
	case r.Trouble != "":
		return surfacetest.Screen{}, fmt.Errorf("%s (status %d, %s, %.300q)", r.Trouble, r.Ack.Status, r.Ack.Failure, r.Ack.Body)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var seen Target
	err = c.slack.Await(ctx, func() bool {
		var come bool
		seen, come = c.slack.glance(user, pressed).since(before)
		return come
	})
	if err != nil {
		return surfacetest.Screen{}, fmt.Errorf("nothing was shown: %w", err)
	}
	return c.screen(who, seen), nil
}

// glance is what a person has before their eyes at a time.
type glance struct {
	top     *View
	notes   []Message // oldest first
	pressed *Message  // the kept message that was pressed, as it is now
}

func (s *Server) glance(user string, pressed *Message) glance {
	s.mu.Lock()
	defer s.mu.Unlock()
	var g glance
	if stack := s.stacks[user]; len(stack) > 0 {
		v := s.seenView(s.views[stack[len(stack)-1]])
		g.top = &v
	}
	for _, m := range s.notes {
		if m.For == user && !m.Gone {
			g.notes = append(g.notes, s.seen(m))
		}
	}
	if pressed != nil && !pressed.Ephemeral {
		if m := s.message(pressed.Channel, pressed.TS); m != nil {
			now := s.seen(m)
			g.pressed = &now
		}
	}
	return g
}

// since gives what is new since an earlier glance: a modal before everything else, but not one that only says to wait.
func (g glance) since(old glance) (Target, bool) {
	if g.top != nil && g.top.CallbackID == waiting {
		return nil, false
	}
	if g.top != nil && (old.top == nil || old.top.ID != g.top.ID || old.top.Hash != g.top.Hash || old.top.marks != g.top.marks) {
		return *g.top, true
	}
	for _, m := range slices.Backward(g.notes) {
		i := slices.IndexFunc(old.notes, func(o Message) bool { return o.TS == m.TS })
		if i < 0 || old.notes[i].edits != m.edits {
			return m, true
		}
	}
	if g.pressed != nil && (old.pressed == nil || old.pressed.edits != g.pressed.edits) {
		return *g.pressed, true
	}
	return nil, g.top == nil && old.top != nil
}
