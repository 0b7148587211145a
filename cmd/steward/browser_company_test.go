package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/fakeoidc"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
)

// company is a server of a company of its own: on Slack, with sign-in at its provider, and with a policy folder.
type company struct {
	*app

	slack    *fakeslack.Server
	provider *fakeoidc.Server
	folder   string
}

// companySight is what is to be seen there, and who comes in with which cookies.
type companySight struct {
	sights  []sight
	cookies map[workflows.PersonID][]*http.Cookie
}

func startCompany(t *testing.T) company {
	t.Helper()
	fake := fakeslack.New(fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "users:read.email")})
	t.Cleanup(fake.Close)
	provider := fakeoidc.New(time.Now)
	t.Cleanup(provider.Close)
	l := slackConfig(t, fake)
	l.OIDCIssuer, l.OIDCClientID, l.OIDCSecret = provider.Issuer(), fakeoidc.ClientID, secret{fakeoidc.Secret}
	l.PolicyDir, l.Organisation, l.Contact = policyFolder(t), "Northwind", "privacy@northwind.example"
	a := startServer(t, l, io.Discard)
	t.Cleanup(func() { _ = a.stop(context.WithoutCancel(t.Context())) })
	fake.HandleAt("http://" + a.web.hooksAddress)
	provider.Register(a.url() + portal.PathCallback)
	wait(t, "who we are", func() bool { return a.slack.users.Tenant() != "" })
	return company{a, fake, provider, l.PolicyDir}
}

// comes signs somebody in at the provider.
func (c company) comes(t *testing.T, subject, email string) *surfer {
	t.Helper()
	c.provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: subject, Email: email, Verified: true}})
	s := newSurfer(t, c.url())
	if status, at, _ := s.do(http.MethodGet, "/sign-in/oidc", nil); status != http.StatusOK || at != "/" {
		t.Fatalf("%s comes in with %d at %s", email, status, at)
	}
	return s
}

// cookies gives what a browser keeps of the server.
func (s *surfer) cookies() []*http.Cookie {
	s.t.Helper()
	at, err := url.Parse(s.base)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.http.Jar.Cookies(at)
}

// companySights gives the pages that the demo does not have.
func companySights(t *testing.T, c company) companySight {
	t.Helper()
	const user = "U0DANWOLF"
	ctx := t.Context()
	c.slack.AddUser(fakeslack.User{ID: user, RealName: "dan", Email: "dan.wolf@example.com"})
	if r, err := c.slack.Command(ctx, user, "help"); err != nil || r.Trouble != "" {
		t.Fatal(r.Trouble, err)
	}
	if err := c.chats.slack.app.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	if r, err := c.slack.Press(ctx, user, c.slack.Ephemeral(user)[0], "Yes, this is me"); err != nil || r.Trouble != "" {
		t.Fatal(r.Trouble, err)
	}
	if err := c.chats.slack.app.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	links, err := c.store.FindLinks(ctx, "slack", user)
	if err != nil || len(links) != 1 {
		t.Fatal(links, err)
	}
	link, at := newSignInLink(ana, "cli", "", time.Now())
	if err := c.store.PutSignInLink(ctx, link); err != nil {
		t.Fatal(err)
	}
	out := companySight{cookies: map[workflows.PersonID][]*http.Cookie{
		dan: c.comes(t, "00u-dan", "dan.wolf@example.com").cookies(), arjun: c.comes(t, "00u-arjun", "arjun.patel@example.com").cookies(),
	}}
	if err := os.WriteFile(filepath.Join(c.folder, "ai-use.yaml"), []byte("flow: ["), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.folder, "terms.txt"), []byte("# Our terms\n\nBe kind.\n\n- Ask {contact}."), 0o600); err != nil {
		t.Fatal(err)
	}
	c.provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "00u-eve", Email: "eve@example.net", Verified: true}})
	out.sights = []sight{
		{name: "a way in", path: "/sign-in"},
		{name: "a way in by a link", path: at},
		{name: "terms of the company", path: "/terms"},
		{name: "somebody whom nobody knows", path: "/sign-in/oidc", status: http.StatusForbidden},
		{name: "accounts to confirm", who: dan, path: "/accounts"},
		{name: "an account to confirm", who: dan, path: "/accounts/confirm/" + links[0].ID},
		{name: "no account to confirm", who: dan, path: "/accounts/confirm/none", status: http.StatusNotFound},
		{name: "sign in again", who: dan, path: "/sign-in/again?to=/"},
		{name: "an inbox where nothing ever was", who: dan, path: "/"},
		{name: "settings of a company", who: arjun, path: "/settings"},
		{name: "a folder with mistakes", who: arjun, path: "/settings/policy"},
		{name: "a record of one's own sign-in", who: arjun, path: "/record"},
		{name: "no deliveries", who: arjun, path: "/deliveries"},
	}
	return out
}
