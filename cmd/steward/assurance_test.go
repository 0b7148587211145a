package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/fakeoidc"
	"steward/bot/surfacetest/fakeslack"
	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// TestDecideInThePortal: where the policy wants a decision made in the portal, the card in Slack leads there, signs its reader
// in on the way, and says afterwards what was decided.
func TestDecideInThePortal(t *testing.T) {
	const user = "U0BENOKAFOR"
	ctx := t.Context()
	fake := fakeslack.New(fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "users:read.email")})
	t.Cleanup(fake.Close)
	fake.AddUser(fakeslack.User{ID: user, RealName: "ben", Email: "ben.okafor@example.com"})
	l := slackConfig(t, fake)
	l.PolicyDir = policyFolder(t, "assurance: chat", "assurance: portal")
	a := startServer(t, l, io.Discard)
	defer func() {
		if err := a.stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	fake.HandleAt("http://" + a.web.hooksAddress)
	wait(t, "who we are", func() bool { return a.slack.users.Tenant() != "" })
	did := func(r fakeslack.Result, err error) fakeslack.Message {
		t.Helper()
		if err != nil || r.Trouble != "" {
			t.Fatal(r.Trouble, err)
		}
		if err := a.slack.app.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		return fake.Ephemeral(user)[0]
	}
	did(fake.Press(ctx, user, did(fake.Command(ctx, user, "help")), "Yes, this is me"))
	links, err := a.store.FindLinks(ctx, "slack", user)
	if err != nil || len(links) != 1 {
		t.Fatal(links, err)
	}
	if _, no, err := a.engine.ChangeLink(ctx, workflows.LinkChange{
		Do: workflows.LinkConfirm, Link: links[0].ID, Person: ben, Actor: workflows.System, Via: cliVia(),
	}); no != nil || err != nil {
		t.Fatal(no, err)
	}
	id := a.ask(t)
	about := func() (found []fakeslack.Message) {
		return slices.DeleteFunc(fake.DM(user), func(m fakeslack.Message) bool { return !strings.Contains(m.Words(), id) })
	}
	wait(t, "the card", func() bool { return len(about()) == 1 })
	card := about()[0]
	for _, c := range card.Controls() {
		if strings.HasPrefix(c.Label, "Approve") || strings.HasPrefix(c.Label, "Reject") {
			t.Errorf("the card in Slack has %q", c.Label)
		}
	}
	leads := did(fake.Press(ctx, user, card, "Decide in the portal")).Links()
	if len(leads) != 1 || !strings.HasPrefix(leads[0], a.url()+"/sign-in/") {
		t.Fatalf("it leads to %q", leads)
	}
	a.decides(t, leads[0], id)
	wait(t, "the card says what was decided", func() bool {
		now := about()
		return len(now) == 1 && strings.Contains(now[0].Words(), "Approved by Ben Okafor") && !strings.Contains(now[0].Words(), "Decide in the portal")
	})
}

// decides follows a link from a chat to a request that waits for Ben, and approves it there.
func (a *app) decides(t *testing.T, link, id string) {
	t.Helper()
	b, way := newSurfer(t, a.url()), strings.TrimPrefix(link, a.url())
	if status, _, body := b.do(http.MethodGet, way, nil); status != http.StatusOK || !strings.Contains(body, "Ben Okafor") {
		t.Fatalf("%d\n%s", status, body)
	}
	status, at, body := b.do(http.MethodPost, way, nil)
	if status != http.StatusOK || at != "/requests/"+id {
		t.Fatalf("%d at %s\n%s", status, at, body)
	}
	action, nonce := between(body, `name="action" value="approve|`, `"`), between(body, `name="nonce" value="`, `"`)
	if status, at, body = b.do(http.MethodPost, "/press", url.Values{"action": {"approve|" + action}, "nonce": {nonce}}); status != http.StatusOK {
		t.Fatalf("%d at %s\n%s", status, at, body)
	}
	if r := a.read(t, id); r.Status != approval.StatusApproved || len(r.Votes) != 1 || r.Votes[0].Via.Surface != "portal" {
		t.Errorf("%s by %+v", r.Status, r.Votes)
	}
}

// TestDecideInThePortalFromTeams: the same on Teams.
func TestDecideInThePortalFromTeams(t *testing.T) {
	ctx := t.Context()
	var a *app
	fake := faketeams.New(faketeams.Options{AppSecret: "the-secret-of-the-app", Settled: func(ctx context.Context) error { return a.teams.app.Settle(ctx) }})
	t.Cleanup(fake.Close)
	l := teamsConfig(t, fake)
	l.PolicyDir = policyFolder(t, "assurance: chat", "assurance: portal")
	a = startServerAt(t, l, io.Discard, fake.Options().Now)
	t.Cleanup(func() {
		if err := a.stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	fake.HandleAt("http://" + a.web.hooksAddress + teams.Path)
	user := fake.AddUser(faketeams.User{ID: benAtTeams, Name: "Ben Okafor", Email: "ben.okafor@example.com"})
	if _, err := fake.Install(ctx, user.ID, faketeams.ConversationFirst); err != nil {
		t.Fatal(err)
	}
	if _, err := fake.Say(ctx, user.ID, "inbox"); err != nil { // now they are known to be there
		t.Fatal(err)
	}
	id := a.ask(t)
	about := func() (found []faketeams.Message) {
		return slices.DeleteFunc(fake.Personal(user.ID), func(m faketeams.Message) bool { return !strings.Contains(m.Words(), id) })
	}
	wait(t, "the card", func() bool { return len(about()) == 1 })
	card := about()[0]
	if words := card.Words(); strings.Contains(words, "Approve") || strings.Contains(words, "Reject") {
		t.Errorf("the card in Teams says %s", words)
	}
	r, err := fake.Press(ctx, user.ID, card, "Decide in the portal")
	if err != nil || r.Trouble != "" {
		t.Fatal(r.Trouble, err)
	}
	link := regexp.MustCompile(regexp.QuoteMeta(a.url()) + `/sign-in/[^"\\)]+`).FindString(string(r.Ack.Body))
	if link == "" {
		t.Fatalf("nothing leads to the portal: %s", r.Ack)
	}
	a.decides(t, link, id)
	wait(t, "the card says what was decided", func() bool {
		return slices.ContainsFunc(about(), func(m faketeams.Message) bool {
			return strings.Contains(m.Words(), "Approved by Ben Okafor") && !strings.Contains(m.Words(), "Decide in the portal")
		})
	})
}

// TestRuleInThePortal: where the policy wants a fresh sign-in, whoever came by a link from a chat names no tier, whatever
// their browser sends; after a sign-in at the company they do, and the record says by which account.
func TestRuleInThePortal(t *testing.T) {
	provider := fakeoidc.New(time.Now)
	t.Cleanup(provider.Close)
	l := oidcConfig(t, provider)
	l.PolicyDir = policyFolder(t, "assurance: chat", "assurance: fresh")
	a := startServer(t, l, io.Discard)
	defer func() {
		if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	provider.Register(a.url() + portal.PathCallback)
	unsure := harmlessUse()
	unsure["practices"] = policy.Answer{List: []string{"unsure"}}
	done, err := a.engine.Apply(t.Context(), workflows.Event{
		Actor: ana, Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
		What: approval.Submitted{Flow: flowAIUse, Answers: unsure},
	})
	if err != nil || done.Refusal != nil {
		t.Fatal(done.Refusal, err)
	}
	id := done.About.ID
	link, way := newSignInLink(nadia, "slack", "", time.Now())
	if err := a.store.PutSignInLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	chat := newSurfer(t, a.url())
	if status, _, body := chat.do(http.MethodPost, way, url.Values{}); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, body)
	}
	const rules = `name="action" value="rule|`
	_, _, page := chat.do(http.MethodGet, "/requests/"+id, nil)
	if strings.Contains(page, rules) || !strings.Contains(page, "Sign in to decide") {
		t.Fatalf("by a link from a chat:\n%s", page)
	}
	forged := url.Values{"action": {"rule|request/" + id + "||1|1|classify"}, "nonce": {between(page, `name="nonce" value="`, `"`)}}
	if _, at, body := chat.do(http.MethodPost, "/press", forged); strings.HasPrefix(at, "/forms/") || !strings.Contains(body, "sign in again") {
		t.Errorf("a forged press leads to %s\n%s", at, body)
	}
	provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "00u-nadia", Email: "nadia.haddad@example.com", Verified: true}})
	b := newSurfer(t, a.url())
	_, _, page = b.do(http.MethodGet, "/sign-in/oidc?to=/requests/"+id, nil)
	action, nonce := between(page, rules, `"`), between(page, `name="nonce" value="`, `"`)
	_, form, page := b.do(http.MethodPost, "/press", url.Values{"action": {"rule|" + action}, "nonce": {nonce}})
	if !strings.HasPrefix(form, "/forms/") {
		t.Fatalf("at %s\n%s", form, page)
	}
	answer := url.Values{"revision": {between(page, `name="revision" value="`, `"`)}, "go": {"next"}, "f.outcome": {policy.OutcomeConfirm}}
	if _, _, page := chat.do(http.MethodPost, form, answer); !strings.Contains(page, "sign in again") || len(a.read(t, id).Rulings) != 0 {
		t.Fatalf("the same form from the other browser:\n%s", page)
	}
	_, _, page = b.do(http.MethodGet, form, nil)
	answer.Set("revision", between(page, `name="revision" value="`, `"`))
	if _, at, page := b.do(http.MethodPost, form, answer); at != "/requests/"+id {
		t.Fatalf("at %s\n%s", at, page)
	}
	links, err := a.store.LinksOf(t.Context(), nadia)
	if err != nil {
		t.Fatal(err)
	}
	company := slices.IndexFunc(links, func(l workflows.Link) bool { return l.Surface == workflows.SurfaceOIDC })
	r := a.read(t, id)
	if company < 0 || len(r.Rulings) != 1 || r.Rulings[0].Person != nadia || r.Rulings[0].Via.Link != links[company].ID {
		t.Errorf("rulings %+v by one of %+v", r.Rulings, links)
	}
}
