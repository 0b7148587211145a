package faketeams

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

// patience is how long a client waits for the app to show something after it took what was sent.
const patience = 15 * time.Second

// Client implements [surfacetest.Client] on a fake Teams. It reads Adaptive Cards by the names that the Teams surface uses on
// the wire ("act", "link", "form" and "go" in data, "f:" before the key of a field), and nothing else of it. It waits by
// [Options.Settled], and by what changes in Teams.
type Client struct {
	teams    *Server
	accounts map[workflows.PersonID]string // Entra object ids
	refused  func(workflows.PersonID) bool
}

// NewClient makes a client for people by their users' ids. Where refused is given it says whether the last thing somebody did
// was refused, such as [Judge.Refused]: Teams has no sign of its own for that. Else, and besides, a refusal is known by an
// answer in red and by errors at inputs.
func NewClient(teams *Server, accounts map[workflows.PersonID]string, refused func(workflows.PersonID) bool) *Client {
	if refused == nil {
		refused = func(workflows.PersonID) bool { return false }
	}
	return &Client{teams: teams, accounts: accounts, refused: refused}
}

// Open implements [surfacetest.Client]: it types the words in the personal chat. Where the answer only offers to open a form,
// it does.
func (c *Client) Open(ctx context.Context, who workflows.PersonID, words string) (surfacetest.Screen, error) {
	user, err := c.user(who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	return c.act(ctx, who, nil, func() (Result, error) { return c.teams.Say(ctx, user, words) })
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
		switch b.control.Type {
		case "Action.OpenUrl":
			return surfacetest.Screen{Who: on.Who, Text: b.control.URL, Page: b.control.URL}, nil
		case "Action.ToggleVisibility":
			return on, nil // all that it shows is read already
		}
		return c.act(ctx, on.Who, place, func() (Result, error) { return c.teams.pressed(ctx, user, place.target(), b.control) })
	}
	return surfacetest.Screen{}, fmt.Errorf("button %q: %w", button, errNotThere)
}

// Told implements [surfacetest.Client]: the bot's messages in the personal chat as every client shows them, with what a
// notification says of each.
func (c *Client) Told(_ context.Context, who workflows.PersonID) ([]string, error) {
	user, err := c.user(who)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range c.teams.Personal(user) {
		if m.From == "" {
			out = append(out, strings.TrimSpace(m.Gist()+"\n"+m.Words()))
		}
	}
	return out, nil
}

// Messages gives the bot's messages in the personal chat as screens, newest first.
func (c *Client) Messages(who workflows.PersonID) ([]surfacetest.Screen, error) {
	user, err := c.user(who)
	if err != nil {
		return nil, err
	}
	var out []surfacetest.Screen
	for _, m := range c.teams.Personal(user) {
		if m.From == "" {
			out = append(out, c.screen(who, m))
		}
	}
	return out, nil
}

// Fill implements [surfacetest.Client]. A value that is not among the choices of its field is an error: nobody could send it.
func (c *Client) Fill(ctx context.Context, form surfacetest.Screen, values card.Values, way bot.Go) (surfacetest.Screen, error) {
	user, err := c.user(form.Who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	d, ok := form.Page.(Dialog)
	if form.Form == nil || !ok {
		return surfacetest.Screen{}, errors.New("no form to fill in")
	}
	for key, v := range values {
		if err := c.fill(ctx, user, d, key, v); err != nil {
			return surfacetest.Screen{}, err
		}
	}
	for _, b := range pressable(d) {
		if b.Verb == goVerb+string(way) {
			return c.act(ctx, form.Who, d, func() (Result, error) { return c.teams.pressed(ctx, user, d.target(), b.control) })
		}
	}
	return surfacetest.Screen{}, fmt.Errorf("way %q of the form: %w", way, errNotThere)
}

// fill puts the values of a field into all of its inputs: each value into the one that offers it.
func (c *Client) fill(ctx context.Context, user string, d Dialog, key string, values []string) error {
	left := slices.Clone(values)
	found := false
	for _, e := range allInputs(d.Card) {
		if fieldKey(str(e, "id")) != key {
			continue
		}
		found = true
		mine := left
		if str(e, "type") == "Input.ChoiceSet" && e["choices.data"] == nil {
			mine = nil
			for _, v := range left {
				if v != none && slices.ContainsFunc(list(e["choices"]), func(o object) bool { return str(o, "value") == v }) {
					mine = append(mine, v)
				}
			}
			left = slices.DeleteFunc(left, func(v string) bool { return slices.Contains(mine, v) })
		} else {
			left = nil
		}
		if err := c.put(ctx, user, e, mine); err != nil {
			return fmt.Errorf("field %s: %w", key, err)
		}
	}
	if !found || len(left) > 0 {
		return fmt.Errorf("field %s, values %v: %w", key, left, errNotThere)
	}
	return nil
}

// put fills in one input. A person is looked for by name, and only then among those that are offered without asking.
func (c *Client) put(ctx context.Context, user string, e object, values []string) error {
	id := str(e, "id")
	if e["choices.data"] != nil && len(values) > 0 {
		err := c.teams.Pick(ctx, user, id, c.name(values[0]), values[0])
		if err == nil {
			return nil
		}
		if _, ok := choice(list(e["choices"]), values[0]); !ok {
			return err
		}
	}
	if len(values) == 0 && slices.ContainsFunc(list(e["choices"]), func(o object) bool { return str(o, "value") == none }) {
		values = []string{none}
	}
	if str(e, "type") == "Input.Toggle" && len(values) == 0 {
		values = []string{off(e)}
	}
	return c.teams.Fill(ctx, user, Values{id: values})
}

// name gives what is typed to find a person.
func (c *Client) name(id string) string {
	if u, ok := c.teams.User(c.accounts[workflows.PersonID(id)]); ok && u.Name != "" {
		return u.Name
	}
	return id
}

func (c *Client) user(who workflows.PersonID) (string, error) {
	user, ok := c.accounts[who]
	if !ok {
		return "", fmt.Errorf("person %q has no user here", who)
	}
	return user, nil
}
