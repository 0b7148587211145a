package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/portal"
	"steward/bot/portal/oidc"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeoidc"
	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
)

// chatNewcomers lets people of a story come to a chat where no file names them. comes adds a user there. Administrators have the portal.
func chatNewcomers(
	t *testing.T, a *app, name string, client surfacetest.Client, accounts map[workflows.PersonID]string,
	comes func(ctx context.Context, p workflows.Person, guest bool) (string, error),
) *surfacetest.Newcomers {
	t.Helper()
	surface, people := "slack", rollOf(t, a)
	if name != "Slack" {
		surface = "teams"
	}
	known := map[workflows.PersonID]workflows.Person{}
	pages := portaltest.NewClient(pagesOf(t, a))
	return &surfacetest.Newcomers{
		Join: func(ctx context.Context, p workflows.Person) (err error) {
			if accounts[p.ID], err = comes(ctx, p, false); err != nil {
				return err
			}
			known[p.ID] = p
			return people.join(ctx, p)
		},
		Asks: func(p workflows.Person) string { return "Are you " + p.Name + "?" },
		Confirm: func(ctx context.Context, asked surfacetest.Screen) (surfacetest.Screen, error) {
			return client.Press(ctx, asked, view.VerbMe)
		},
		Vouch: vouchIn(a, pages),
		Link: func(ctx context.Context, who workflows.PersonID) error {
			user, err := comes(ctx, known[who], false)
			if err != nil {
				return err
			}
			accounts[surfacetest.Before(who)], accounts[who] = accounts[who], user
			return people.link(ctx, who, surface, user)
		},
		Elsewhere: pages.Told,
		Guest: func(ctx context.Context, p workflows.Person) (said, want string, err error) {
			if accounts["guest"], err = comes(ctx, p, true); err != nil {
				return "", "", err
			}
			screen, err := client.Open(ctx, "guest", "inbox")
			return screen.Text, view.TextNotMember, err
		},
	}
}

// pagesOf gives the portal of a program whose people use a chat.
func pagesOf(t *testing.T, a *app) http.Handler {
	t.Helper()
	courier := a.courier
	defer func() { a.courier = courier }()
	handler, err := a.assemble()
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// vouchIn lets an administrator confirm the first account of a person that is not confirmed, on its page; where all are, there is none.
func vouchIn(a *app, pages *portaltest.Client) func(ctx context.Context, administrator, who workflows.PersonID) error {
	return func(ctx context.Context, administrator, who workflows.PersonID) error {
		b, err := pages.Browser(ctx, administrator)
		if err != nil {
			return err
		}
		links, err := a.store.LinksOf(ctx, who)
		if err != nil || len(links) != 1 {
			return errors.Join(err, fmt.Errorf("%d accounts", len(links)))
		}
		at := "/people/" + url.PathEscape(string(who)) + "/accounts/" + links[0].ID
		p, err := b.Get(ctx, at)
		if err != nil {
			return err
		}
		if !strings.Contains(p.Body, `value="confirm"`) {
			if links[0].Limited() {
				err = fmt.Errorf("it cannot be confirmed:\n%s", p.Root.Words())
			}
			return err
		}
		p, err = b.Post(ctx, at, url.Values{"do": {"confirm"}})
		if err == nil && p.Status != http.StatusOK {
			err = fmt.Errorf("status %d: %s", p.Status, p.Root.Words())
		}
		return err
	}
}

// portalNewcomers lets people of a story come to the portal of a program at which their company signs them in. What is done there by
// somebody else, as in a story of everybody, is done in its demo.
func portalNewcomers(t *testing.T, a *app, demo http.Handler, client *portaltest.Client) *surfacetest.Newcomers {
	t.Helper()
	d := &companyDoor{a: a, provider: fakeoidc.New(time.Now)}
	t.Cleanup(d.provider.Close)
	d.open(t)
	people := rollOf(t, a)
	linked := 0
	return &surfacetest.Newcomers{
		Join: func(ctx context.Context, p workflows.Person) error {
			client.Give(p.ID, &portaltest.Browser{Handler: d.handler})
			return people.join(ctx, p)
		},
		Asks: func(workflows.Person) string { return "Sign in with your company account" },
		Confirm: func(ctx context.Context, asked surfacetest.Screen) (surfacetest.Screen, error) {
			b, err := client.Browser(ctx, asked.Who)
			if err != nil {
				return asked, err
			}
			roster, err := a.store.People(ctx, []workflows.PersonID{asked.Who}, nil, a.clock.Now())
			if err != nil {
				return asked, err
			}
			p, _ := roster.Person(asked.Who)
			page, err := d.signIn(ctx, b, fakeoidc.Person{Subject: "sub-" + string(p.ID), Email: p.Email, Verified: true})
			if err == nil && page.Status != http.StatusOK {
				err = fmt.Errorf("status %d: %s", page.Status, page.Root.Words())
			}
			if err != nil {
				return asked, err
			}
			return client.Open(ctx, asked.Who, "inbox")
		},
		Vouched: true,
		Vouch:   vouchIn(a, portaltest.NewClient(demo)),
		Link: func(ctx context.Context, who workflows.PersonID) error {
			linked++
			if err := people.link(ctx, who, "slack", fmt.Sprint("U0NEWCOMER", linked)); err != nil || linked > 1 {
				return err
			}
			b := &portaltest.Browser{Handler: d.handler} // of whoever has the account, and came by a link from there
			client.Give(surfacetest.Before(who), b)
			return d.come(ctx, b, bot.Who{Person: who, Via: workflows.Via{Surface: "slack", Link: "slack:" + string(who)}})
		},
		Elsewhere: client.Told,
		Guest: func(ctx context.Context, p workflows.Person) (said, want string, err error) {
			page, err := d.signIn(ctx, &portaltest.Browser{Handler: d.handler}, fakeoidc.Person{Subject: "sub-guest", Email: p.Email})
			if err != nil || page.Status != http.StatusForbidden {
				return "", "", errors.Join(err, fmt.Errorf("status %d", page.Status))
			}
			return page.Root.Words(), "You could not be signed in", nil
		},
	}
}

// companyDoor is the portal of a program whose company signs people in.
type companyDoor struct {
	a        *app
	provider *fakeoidc.Server
	handler  http.Handler
}

// base is where browsers of tests reach the portal.
const base = "http://127.0.0.1:8080"

func (d *companyDoor) open(t *testing.T) {
	t.Helper()
	d.provider.Register(base + portal.PathCallback)
	client, err := oidc.New(oidc.Config{
		Issuer: d.provider.Issuer(), ClientID: fakeoidc.ClientID, Secret: func() string { return fakeoidc.Secret },
		Redirect: base + portal.PathCallback, Claim: "email", Match: workflows.MatchEmail, Loopback: true, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := d.a.portalConfig()
	cfg.Demo, cfg.Tour, cfg.Provider, cfg.SignIns = false, nil, client, d.a.engine
	if d.handler, err = portal.New(cfg); err != nil {
		t.Fatal(err)
	}
}

// signIn goes to the company's sign-in and back, as somebody who is signed in there.
func (d *companyDoor) signIn(ctx context.Context, b *portaltest.Browser, as fakeoidc.Person) (portaltest.Page, error) {
	d.provider.Behave(fakeoidc.Behaviour{Person: as})
	rec := b.Once(ctx, http.MethodGet, "/sign-in/oidc", nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, rec.Header().Get("Location"), nil)
	if err != nil {
		return portaltest.Page{}, err
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return portaltest.Page{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	path, ok := strings.CutPrefix(resp.Header.Get("Location"), base)
	if !ok {
		return portaltest.Page{}, fmt.Errorf("the provider answers %d and leads to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	return b.Get(ctx, path)
}

// come signs somebody in by a link from a chat.
func (d *companyDoor) come(ctx context.Context, b *portaltest.Browser, who bot.Who) error {
	at, err := chatLinks{store: d.a.store, base: base, now: time.Now, by: who.Via.Surface}.SignInURL(ctx, who, "")
	if err != nil {
		return err
	}
	p, err := b.Post(ctx, strings.TrimPrefix(at, base), nil)
	if err == nil && p.Status != http.StatusOK {
		err = fmt.Errorf("status %d: %s", p.Status, p.Root.Words())
	}
	return err
}
