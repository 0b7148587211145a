package portaltest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/workflows"
)

// Client implements [surfacetest.Client] on a portal that runs as a demo: there everybody signs in by choosing who they are.
type Client struct {
	handler http.Handler

	mu       sync.Mutex
	browsers map[workflows.PersonID]*Browser
}

// NewClient makes a client of the portal.
func NewClient(handler http.Handler) *Client {
	return &Client{handler: handler, browsers: map[workflows.PersonID]*Browser{}}
}

// Browser gives the browser of a person, signed in.
func (c *Client) Browser(ctx context.Context, who workflows.PersonID) (*Browser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b, ok := c.browsers[who]; ok {
		return b, nil
	}
	b := &Browser{Handler: c.handler}
	p, err := b.Post(ctx, "/sign-in", url.Values{"person": {string(who)}})
	if err == nil && p.Status != http.StatusOK {
		err = fmt.Errorf("sign in as %s: status %d: %s", who, p.Status, p.Root.Words())
	}
	c.browsers[who] = b
	return b, err
}

// Give gives a person a browser that somebody else has made, signed in or not.
func (c *Client) Give(who workflows.PersonID, b *Browser) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.browsers[who] = b
}

// Open implements [surfacetest.Client]. The portal has pages where chats have commands.
func (c *Client) Open(ctx context.Context, who workflows.PersonID, words string) (surfacetest.Screen, error) {
	b, err := c.Browser(ctx, who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	word, rest, _ := strings.Cut(words, " ")
	var p Page
	switch word {
	case "request":
		p, err = b.Post(ctx, "/requests/new", url.Values{"flow": {rest}})
	case "away":
		p, err = b.Get(ctx, "/away")
	case "vendor":
		p, err = b.Get(ctx, "/vendors")
	case "inbox":
		p, err = b.Get(ctx, "/")
	case "mine":
		p, err = b.Get(ctx, "/requests?mine=1")
	case "find":
		p, err = b.Get(ctx, "/register?text="+url.QueryEscape(rest))
	case "status":
		p, err = b.Get(ctx, pageOf(rest))
	case "explain":
		if ref, ok := workflows.ShortRef(rest); ok {
			p, err = b.Get(ctx, pageOf(ref.ID)+"/explain")
			break
		}
		p, err = b.person(ctx, who, rest)
	default:
		p, err = b.Get(ctx, pageOf(words))
	}
	return screen(who, p, err)
}

// person opens the page of the one person that a name finds, or of whoever looks where there is none.
func (b *Browser) person(ctx context.Context, who workflows.PersonID, name string) (Page, error) {
	if name == "" {
		return b.Get(ctx, "/people/"+url.PathEscape(string(who)))
	}
	p, err := b.Get(ctx, "/people?text="+url.QueryEscape(name))
	if err != nil {
		return p, err
	}
	for _, a := range p.Root.Named("a") {
		if path := a.Attr["href"]; strings.HasPrefix(path, "/people/") && strings.Contains(a.Words(), name) {
			return b.Get(ctx, path)
		}
	}
	return p, nil
}

// pageOf gives the page of a request, of an entry of the AI register or of an absence, by its id.
func pageOf(id string) string {
	if ref, _ := workflows.ShortRef(id); ref.Kind == workflows.KindSystem {
		return "/register/" + url.PathEscape(id)
	} else if ref.Kind == workflows.KindAbsence {
		return "/away/" + url.PathEscape(id)
	} else if ref.Kind == workflows.KindVendor {
		return "/vendors/" + url.PathEscape(id)
	}
	return "/requests/" + url.PathEscape(id)
}

// Press implements [surfacetest.Client].
func (c *Client) Press(ctx context.Context, on surfacetest.Screen, button string) (surfacetest.Screen, error) {
	b, err := c.Browser(ctx, on.Who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	want, ok := on.Button(button)
	page, isPage := on.Page.(Page)
	if !ok || !isPage {
		return surfacetest.Screen{}, fmt.Errorf("no button %q", button)
	}
	for _, one := range pressable(page.Root) {
		if one.Button != want {
			continue
		}
		var p Page
		if one.link != "" {
			p, err = b.Get(ctx, one.link)
		} else {
			p, err = b.Post(ctx, "/press", one.send)
		}
		return screen(on.Who, p, err)
	}
	return surfacetest.Screen{}, fmt.Errorf("no button %q", button)
}

// Fill implements [surfacetest.Client]. A value that is not among the choices of its field is an error: nobody could send it.
func (c *Client) Fill(ctx context.Context, form surfacetest.Screen, values card.Values, way bot.Go) (surfacetest.Screen, error) {
	b, err := c.Browser(ctx, form.Who)
	if err != nil {
		return surfacetest.Screen{}, err
	}
	page, isPage := form.Page.(Page)
	if form.Form == nil || !isPage {
		return surfacetest.Screen{}, errors.New("no form to fill in")
	}
	element := formOf(page.Root)
	send := url.Values{"go": {string(way)}}
	for _, in := range element.Named("input") {
		if in.Attr["type"] == "hidden" {
			send.Add(in.Attr["name"], in.Attr["value"])
		}
	}
	for _, f := range form.Form.Fields {
		now := f.Value
		if v, ok := values[f.Key]; ok {
			if err := allowed(f, v); err != nil {
				return surfacetest.Screen{}, err
			}
			now = v
		}
		for _, v := range now {
			send.Add("f."+f.Key, v)
		}
	}
	p, err := b.Post(ctx, element.Attr["action"], send)
	return screen(form.Who, p, err)
}

func allowed(f surfacetest.Field, values []string) error {
	if len(f.Options) == 0 {
		return nil
	}
	known := map[string]bool{}
	for _, o := range f.Options {
		known[o] = true
	}
	for _, v := range values {
		if !known[v] {
			return fmt.Errorf("%s: no choice %q among %v", f.Key, v, f.Options)
		}
	}
	return nil
}

// Told implements [surfacetest.Client].
func (c *Client) Told(ctx context.Context, who workflows.PersonID) ([]string, error) {
	b, err := c.Browser(ctx, who)
	if err != nil {
		return nil, err
	}
	p, err := b.Get(ctx, "/")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, list := range p.Root.All(func(n *Node) bool { return n.Name == "ul" && n.Class("told") }) {
		for _, item := range list.Named("li") {
			out = append(out, item.Words())
		}
	}
	return out, nil
}
