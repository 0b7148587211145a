package portal_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
)

// buttons gives the values of the buttons that sign somebody out, by what stands beside them.
func buttons(p portaltest.Page) map[string]string {
	out := map[string]string{}
	for _, b := range p.Root.Named("button") {
		if b.Attr["name"] == "end" {
			out[b.Words()] = b.Attr["value"]
		}
	}
	return out
}

func TestWhereIAmSignedIn(t *testing.T) {
	at := view.PathAccounts + "/sign-ins"
	setup := func(t *testing.T) (h *house, phone, laptop, other *portaltest.Browser) {
		t.Helper()
		h = newHouse(t, func(c *portal.Config) { public(c); c.Signed = c.Sessions.(portal.SessionList) })
		c := &company{house: h, t: t}
		phone = c.linked(ana, "slack")
		h.clock.pass(time.Hour)
		laptop, other = c.linked(ana, "cli"), c.linked(ben, "teams")
		return h, phone, laptop, other
	}
	out := func(t *testing.T, b *portaltest.Browser) bool {
		t.Helper()
		return get(t, b, "/", 200).Path == "/sign-in"
	}
	t.Run("one's own sign-ins are listed, and nobody else's", func(t *testing.T) {
		h, phone, _, other := setup(t)
		p := get(t, phone, view.PathAccounts, 200)
		words := p.Root.Words()
		if n := strings.Count(p.Body, `name="end"`); n != 3 || !strings.Contains(words, "by a link from Slack, since Tue 24 Nov 10:30, last used Tue 24 Nov 11:30") ||
			!strings.Contains(words, "by a link that your administrator made") || strings.Contains(words, "Teams") || strings.Count(words, "this one") != 1 {
			t.Errorf("%d buttons:\n%s", n, words)
		}
		for _, hash := range h.Sessions() {
			if strings.Contains(p.Body, hash) {
				t.Error("the page holds the hash of a session")
			}
		}
		if words := get(t, other, view.PathAccounts, 200).Root.Words(); strings.Count(words, "last used") != 1 || strings.Contains(words, "everywhere else") {
			t.Errorf("Ben sees\n%s", words)
		}
	})
	t.Run("another browser is signed out", func(t *testing.T) {
		_, phone, laptop, other := setup(t)
		for words, id := range buttons(get(t, phone, view.PathAccounts, 200)) {
			if strings.Contains(words, "11:30") {
				if p := post(t, phone, at, url.Values{"end": {id}}, 200); p.Path != view.PathAccounts || !strings.Contains(p.Root.Words(), "That browser is signed out.") {
					t.Errorf("%s:\n%s", p.Path, p.Root.Words())
				}
			}
		}
		if !out(t, laptop) || out(t, phone) || out(t, other) {
			t.Error("the wrong one was signed out")
		}
	})
	t.Run("everywhere else, and here", func(t *testing.T) {
		_, phone, laptop, other := setup(t)
		post(t, laptop, at, url.Values{"end": {"others"}}, 200)
		if !out(t, phone) || out(t, laptop) || out(t, other) {
			t.Error("the wrong one was signed out")
		}
		for _, id := range buttons(get(t, laptop, view.PathAccounts, 200)) {
			if p := post(t, laptop, at, url.Values{"end": {id}}, 200); p.Path != "/sign-in" {
				t.Errorf("led to %s", p.Path)
			}
		}
		if laptop.Cookie("__Host-steward") != "" || !out(t, laptop) {
			t.Error("still signed in")
		}
	})
	t.Run("nobody signs somebody else out", func(t *testing.T) {
		h, phone, _, other := setup(t)
		victim := portal.Hashed(phone.Cookie("__Host-steward"))
		post(t, other, at, url.Values{"end": {victim[:16]}}, 200)
		for _, id := range []string{"", "x", victim, "%", strings.Repeat("g", 16)} {
			post(t, other, at, url.Values{"end": {id}}, 400)
		}
		post(t, &portaltest.Browser{Handler: h.handler, Origin: origin}, at, url.Values{"end": {"others"}}, 401)
		if out(t, phone) || len(h.Sessions()) != 3 {
			t.Errorf("sessions %v", h.Sessions())
		}
	})
	t.Run("an idle one is not listed, and looking at it does not renew it", func(t *testing.T) {
		h, phone, laptop, _ := setup(t)
		h.clock.pass(7*time.Hour + 30*time.Minute)
		if words := get(t, laptop, view.PathAccounts, 200).Root.Words(); strings.Count(words, "last used") != 1 {
			t.Errorf("it lists\n%s", words)
		}
		for range 2 {
			if !out(t, phone) {
				t.Error("the idle one was renewed")
			}
		}
	})
	t.Run("where nobody lists them, the page does without", func(t *testing.T) {
		h := newHouse(t, public)
		b := (&company{house: h, t: t}).linked(ana, "cli")
		if words := get(t, b, view.PathAccounts, 200).Root.Words(); strings.Contains(words, "signed in") {
			t.Errorf("it says\n%s", words)
		}
		post(t, b, at, url.Values{"end": {"others"}}, 404)
	})
	t.Run("a database that is away", func(t *testing.T) {
		h, phone, _, _ := setup(t)
		h.Break(errors.New("away"))
		get(t, phone, view.PathAccounts, 500)
		post(t, phone, at, url.Values{"end": {"others"}}, 500)
	})
}

func TestConfirmAccountPage(t *testing.T) {
	account := func(id, user string, who workflows.PersonID, surface string, state workflows.LinkState, proof workflows.Proof) workflows.Link {
		return workflows.Link{Account: workflows.Account{ID: id, Person: who, Surface: surface, User: user, Confirmed: state == workflows.LinkLinked, Proof: proof}, State: state}
	}
	links := &book{links: []workflows.Link{
		account("acc-half", "U1", ana, "slack", workflows.LinkLinked, workflows.ProofPerson), account("acc-open", "U2", ana, "teams", workflows.LinkProposed, ""),
		account("acc-full", "U3", ana, "slack", workflows.LinkLinked, workflows.ProofImport), account("acc-gone", "U4", ana, "slack", workflows.LinkEnded, ""),
		account("acc-oidc", "sub-ana", ana, "oidc", workflows.LinkLinked, workflows.ProofOIDC), account("acc-ben", "U5", ben, "slack", workflows.LinkLinked, workflows.ProofPerson),
	}}
	c := newCompany(t, func(cfg *portal.Config) { cfg.Accounts = links })
	c.names = map[string]string{"U1": "ana_r", "U3": "x", "U4": "x", "U5": "ben"}
	chat := c.linked(ana, "slack")
	if p := get(t, chat, view.PathAccounts, 200); !strings.Contains(p.Body, `href="/sign-in/oidc?to=%2Faccounts"`) || strings.Contains(p.Body, "/accounts/confirm/") {
		t.Errorf("signed in from a chat:\n%s", p.Body)
	}
	get(t, chat, view.PathAccounts+"/confirm/acc-half", 403)
	post(t, chat, view.PathAccounts+"/confirm/acc-half", nil, 403)

	c.open("/sign-in/oidc")
	b := &portaltest.Browser{Handler: c.handler, Origin: c.config.PublicURL}
	b.SetCookie("__Host-steward", c.cookies()["__Host-steward"])
	p := get(t, b, view.PathAccounts, 200)
	for link, offered := range map[string]bool{"acc-half": true, "acc-open": true, "acc-full": false, "acc-gone": false, "acc-oidc": false, "acc-ben": false} {
		if strings.Contains(p.Body, `href="/accounts/confirm/`+link+`"`) != offered {
			t.Errorf("%s is offered: %v", link, !offered)
		}
	}
	if !strings.Contains(p.Root.Words(), "You are known by your account at 127.0.0.1:") {
		t.Errorf("it says\n%s", p.Root.Words())
	}
	before := c.Writes()
	words := get(t, b, view.PathAccounts+"/confirm/acc-half", 200).Root.Words()
	for _, named := range []string{"Is this Slack account yours?", "ana_r", "ana_r@chat.example.com", "U1", "Ana Ruiz", "Signed in at\n127.0.0.1:"} {
		if !strings.Contains(words, named) {
			t.Errorf("the page does not name %q:\n%s", named, words)
		}
	}
	if c.Writes() != before || len(links.confirmed) != 0 {
		t.Error("looking confirmed it")
	}
	for link, status := range map[string]int{"acc-open": 503, "acc-full": 404, "acc-gone": 404, "acc-oidc": 404, "acc-ben": 404, "acc-none": 404} {
		get(t, b, view.PathAccounts+"/confirm/"+link, status)
		post(t, b, view.PathAccounts+"/confirm/"+link, nil, status)
	}
	if p := post(t, b, view.PathAccounts+"/confirm/acc-half", nil, 200); p.Path != view.PathAccounts || !strings.Contains(p.Root.Words(), "Your Slack account is confirmed.") {
		t.Errorf("%s:\n%s", p.Path, p.Root.Words())
	}
	if len(links.confirmed) != 1 || links.confirmed[0] != (workflows.LinkChange{
		Do: workflows.LinkConfirm, Link: "acc-half", Actor: ana, Person: ana, Via: workflows.Via{Surface: "portal", Link: "acc-oidc"},
	}) {
		t.Errorf("confirmed %+v", links.confirmed)
	}
	links.no = workflows.Refuse(workflows.CodeNotNow, "Another account is linked to you here already.")
	if p := post(t, b, view.PathAccounts+"/confirm/acc-half", nil, 409); !strings.Contains(p.Root.Words(), "Another account is linked to you here already.") {
		t.Errorf("refused:\n%s", p.Root.Words())
	}
	links.err = errors.New("away")
	get(t, b, view.PathAccounts, 500)
	get(t, b, view.PathAccounts+"/confirm/acc-half", 500)

	none := newHouse(t, public)
	get(t, (&company{house: none, t: t}).linked(ana, "cli"), view.PathAccounts+"/confirm/acc-half", 404)
}

func TestAgent(t *testing.T) {
	for header, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18 Safari/605.1.15":   "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140 Mobile/15E148 Safari/604.1":      "Chrome on iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36":              "Chrome on Android",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                "Firefox on Linux",
		"curl/8": "", "": "", "Firefox/1": "Firefox", "Windows": "Windows", "<script>\x00\xff": "",
	} {
		if got := portal.Agent(header); got != want {
			t.Errorf("%q is %q", header, got)
		}
	}
}
