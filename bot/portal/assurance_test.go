package portal_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/portal"
	"steward/bot/surfacetest/fakeoidc"
	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// TestAssurance lets the policy want more than a chat, and looks at what each way in is worth.
func TestAssurance(t *testing.T) {
	want := func(h *house, assurance string) {
		h.Change("AIR-1", func(p *policy.Plan) { p.Assurance = assurance })
	}
	sent := func(t *testing.T, b *portaltest.Browser) {
		t.Helper()
		at := post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
		for _, page := range harmless() {
			at = send(t, b, at, page, 200).Path
		}
		if at != "/requests/AIR-1" {
			t.Fatal(at)
		}
	}
	const decide, again = ">Approve", `href="/sign-in/again?to=%2Frequests%2FAIR-1"`
	t.Run("with a provider", func(t *testing.T) {
		c := newCompany(t, nil)
		sent(t, c.linked(ana, "cli"))
		c.as("sub-ben")
		from := func(by string) *portaltest.Browser { return c.linked(ben, by) }
		shows := func(name, body string, can bool) {
			t.Helper()
			if strings.Contains(body, decide) != can || strings.Contains(body, again) == can {
				t.Errorf("%s: can decide %v, want %v", name, strings.Contains(body, decide), can)
			}
		}
		want(c.house, policy.AssuranceChat)
		shows("chat, from a chat", get(t, from("slack"), "/requests/AIR-1", 200).Body, true)
		want(c.house, policy.AssurancePortal)
		chat := from("slack")
		shows("portal, from a chat", get(t, chat, "/requests/AIR-1", 200).Body, false)
		shows("portal, by a link of the server", get(t, from("cli"), "/requests/AIR-1", 200).Body, true)
		if p := get(t, chat, "/sign-in/again?to=%2Frequests%2FAIR-1", 200); !strings.Contains(p.Body, `href="/sign-in/oidc?to=%2Frequests%2FAIR-1"`) {
			t.Errorf("it leads on to\n%s", p.Body)
		}
		_, path, body := c.open("/sign-in/oidc?to=%2Frequests%2FAIR-1")
		shows("portal, by the company", body, true)
		want(c.house, policy.AssuranceFresh)
		shows("fresh, by a link of the server", get(t, from("cli"), "/requests/AIR-1", 200).Body, false)
		if _, _, body = c.open(path); strings.Contains(body, again) {
			t.Error("signed in a moment ago: not fresh")
		}
		c.clock.pass(10 * time.Minute)
		_, _, body = c.open(path)
		shows("fresh, ten minutes later", body, false)
		_, _, body = c.open("/sign-in/again?to=%2Frequests%2FAIR-1")
		if !strings.Contains(body, `href="/sign-in/oidc?fresh=1&amp;to=%2Frequests%2FAIR-1"`) {
			t.Errorf("it leads on to\n%s", body)
		}
		_, _, body = c.open("/sign-in/oidc?fresh=1&to=%2Frequests%2FAIR-1")
		shows("fresh, after another sign-in", body, true)
		if last := c.took[len(c.took)-1]; !last.Fresh {
			t.Error("the engine was not told that it was fresh")
		}
		c.provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ben"}, AuthAt: c.clock.Now().Add(-time.Hour)})
		_, _, body = c.open("/sign-in/oidc?to=%2Frequests%2FAIR-1")
		shows("fresh, by single sign-on of an hour ago", body, false)
	})
	t.Run("without one", func(t *testing.T) {
		h := newHouse(t, public)
		c := &company{house: h, t: t}
		sent(t, c.linked(ana, "cli"))
		for _, k := range []struct {
			wants, by string
			later     time.Duration
			can       bool
		}{
			{policy.AssurancePortal, "slack", time.Hour, true},
			{policy.AssuranceFresh, "slack", 0, false},
			{policy.AssuranceFresh, "cli", 0, true},
			{policy.AssuranceFresh, "cli", 10 * time.Minute, false},
			{"a word of a newer program", "cli", 0, false},
		} {
			want(h, k.wants)
			b := c.linked(ben, k.by)
			h.clock.pass(k.later)
			if body := get(t, b, "/requests/AIR-1", 200).Body; strings.Contains(body, decide) != k.can {
				t.Errorf("%+v: can decide %v", k, !k.can)
			}
		}
		if p := get(t, c.linked(ben, "slack"), "/sign-in/again?to=//evil.example", 200); !strings.Contains(p.Body, "steward sign-in YOUR-ADDRESS") || strings.Contains(p.Body, "evil") {
			t.Errorf("it says\n%s", p.Body)
		}
	})
	t.Run("in the demo, choosing counts for a while", func(t *testing.T) {
		h := newHouse(t, nil)
		seed(t, h)
		want(h, policy.AssuranceFresh)
		b, err := h.client.Browser(t.Context(), ben)
		if err != nil {
			t.Fatal(err)
		}
		if body := get(t, b, "/requests/AIR-1", 200).Body; !strings.Contains(body, decide) {
			t.Error("cannot decide")
		}
		h.clock.pass(10 * time.Minute)
		if body := get(t, b, "/requests/AIR-1", 200).Body; strings.Contains(body, decide) || !strings.Contains(body, again) {
			t.Error("can still decide")
		}
		if p := get(t, b, "/sign-in/again?to=/requests/AIR-1", 200); !strings.Contains(p.Body, `href="/sign-in?to=%2frequests%2fAIR-1"`) {
			t.Errorf("it says\n%s", p.Body)
		}
	})
}

// linked signs somebody in by a one-time link that was made there.
func (c *company) linked(who workflows.PersonID, by string) *portaltest.Browser {
	c.t.Helper()
	now := c.clock.Now()
	token := c.config.Token()
	link := workflows.SignInLink{Hash: portal.Hashed(token), Person: who, Made: now, Ends: now.Add(10 * time.Minute), By: by}
	if err := c.PutSignInLink(c.t.Context(), link); err != nil {
		c.t.Fatal(err)
	}
	b := &portaltest.Browser{Handler: c.handler, Origin: c.config.PublicURL}
	post(c.t, b, "/sign-in/"+token, nil, 200)
	return b
}

// A vote in the portal names the account by which its voter signed in.
func TestVoteSaysHow(t *testing.T) {
	desk := &nosy{}
	c := newCompany(t, func(cfg *portal.Config) { desk.Desk, cfg.Desk = cfg.Desk, desk })
	c.open("/sign-in/oidc")
	if len(desk.who) != 0 {
		t.Fatal("asked before")
	}
	c.open(view.PathAccounts)
	who := desk.who[0]
	if who.Via != (workflows.Via{Surface: "portal", Link: "acc-oidc"}) || who.Assured != workflows.AssuredFresh || who.Person != ana {
		t.Errorf("%+v", who)
	}
}

// nosy is a desk that notes who asks.
type nosy struct {
	portal.Desk

	who []bot.Who
}

func (n *nosy) Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error) {
	n.who = append(n.who, who)
	return n.Desk.Command(ctx, who, words)
}

// A page that is brought up to date offers what it offered when it was opened.
func TestLiveKeepsAssurance(t *testing.T) {
	h := newHouse(t, nil)
	seed(t, h)
	h.Change("AIR-1", func(p *policy.Plan) { p.Assurance = policy.AssurancePortal })
	b := h.as(t, ben)
	b.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Steward-Live", "1") // as the script does
		h.handler.ServeHTTP(w, r)
	})
	if p := get(t, b, "/requests/AIR-1", 200); !strings.Contains(p.Body, ">Approve") {
		t.Error("a page that is brought up to date loses its buttons")
	}
}
