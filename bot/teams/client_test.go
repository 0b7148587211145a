package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/egress"
	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams/adaptivecard"
	"steward/workflows"
)

// The people of the town. Eva has not installed the app.
const (
	townAna = "99999999-0000-4000-8000-00000000000a"
	townEva = "99999999-0000-4000-8000-00000000000e"
)

// town is a client and the Teams it calls, under one clock.
type town struct {
	*Client

	teams *faketeams.Server
	shift atomic.Int64 // of the clock
}

func (w *town) now() time.Time       { return time.Now().Add(time.Duration(w.shift.Load())) }
func (w *town) pass(d time.Duration) { w.shift.Add(int64(d)) }

// newTown starts a Teams that judges what it is sent.
func newTown(t *testing.T, opt faketeams.Options) *town {
	t.Helper()
	w := &town{}
	if opt.Now == nil {
		opt.Now = w.now
	}
	w.teams = faketeams.New(opt)
	t.Cleanup(w.teams.Close)
	w.teams.Watch(t)
	w.teams.AddUser(faketeams.User{ID: townAna, Name: "Ana Ruiz", Email: "ana@acme.example"})
	w.teams.AddUser(faketeams.User{ID: townEva, Name: "Eva Fern", Email: "eva@acme.example"})
	w.teams.Provide(townAna, true)
	w.Client = w.client(t)
	return w
}

// client makes one more client, as another process has.
func (w *town) client(t *testing.T) *Client {
	t.Helper()
	now := w.teams.Options().Now
	tokens, err := NewTokens(TokensConfig{
		Tenant: faketeams.Tenant, AppID: faketeams.AppID, TokenURL: w.teams.TokenURL(), Loopback: true, Now: now, Secret: NewSecret(faketeams.Secret),
	})
	if err != nil {
		t.Fatal(err)
	}
	return NewClient(ClientConfig{
		AppID: faketeams.AppID, Tenant: faketeams.Tenant, Trusted: []string{w.teams.ServiceURL("")}, Tokens: tokens, Now: now,
		Jitter: func() float64 { return 0 },
	})
}

// at is somebody's chat.
func (w *town) at(user string) workflows.Conversation {
	return workflows.Conversation{
		Account: workflows.Account{Surface: surfaceName, Tenant: faketeams.Tenant, User: user}, Place: w.teams.Chat(user),
		Service: w.teams.ServiceURL(""), Bot: w.teams.BotID(),
	}
}

// told gives what a call's error means.
func told(t *testing.T, err error) *bot.SendError {
	t.Helper()
	se, ok := errors.AsType[*bot.SendError](err)
	if !ok {
		t.Fatalf("%v is no answer of Teams'", err)
	}
	return se
}

func cardSaying(text string) Outgoing {
	c := sayCard(text, false)
	return Outgoing{Card: &c, Summary: text}
}

func TestClientMessages(t *testing.T) {
	w := newTown(t, faketeams.Options{})
	ctx, at := t.Context(), w.at(townAna)
	id, err := w.Send(ctx, at, cardSaying("One & <two>"))
	if err != nil || id == "" {
		t.Fatalf("%q, %v", id, err)
	}
	got := w.teams.Personal(townAna)
	if len(got) != 1 || got[0].ID != id || got[0].Summary != "One & <two>" || !strings.Contains(got[0].Words(), "One & <two>") {
		t.Errorf("Ana sees %+v", got)
	}
	if err := w.Update(ctx, at, id, cardSaying("Three")); err != nil {
		t.Fatal(err)
	}
	if got = w.teams.Personal(townAna); len(got) != 1 || !strings.Contains(got[0].Words(), "Three") || got[0].Summary != "Three" {
		t.Errorf("Ana sees %+v", got)
	}
	reply, err := w.Send(ctx, at, Outgoing{Text: "Plain *text*", Summary: "Plain", ReplyTo: id})
	if err != nil || reply == id {
		t.Fatalf("%q, %v", reply, err)
	}
	if m, _ := w.teams.Message(at.Place, reply); m.Text != "Plain *text*" || m.TextFormat != "plain" || m.ReplyTo != id {
		t.Errorf("the answer is %+v", m)
	}
	place, err := w.Create(ctx, at.Service, townAna)
	if err != nil || place != at.Place {
		t.Errorf("the chat is %q, %v; want %q", place, err, at.Place)
	}
	if asked := w.teams.TokensAsked(); asked != 1 {
		t.Errorf("%d tokens for four calls", asked)
	}
}

func TestClientToken(t *testing.T) {
	w := newTown(t, faketeams.Options{})
	ctx, at := t.Context(), w.at(townAna)
	send := func() error { _, err := w.Send(ctx, at, cardSaying("Hello")); return err }
	if err := send(); err != nil {
		t.Fatal(err)
	}
	w.teams.Revoke()
	if err := send(); err != nil {
		t.Errorf("a token that was taken back is not replaced: %v", err)
	}
	if n := len(w.teams.Calls("send")); n != 3 || w.teams.TokensAsked() != 2 {
		t.Errorf("%d calls with %d tokens", n, w.teams.TokensAsked())
	}
	w.teams.Fail("send", -1, faketeams.Status(http.StatusUnauthorized))
	if se := told(t, send()); !se.Pause || se.Reach != bot.ReachSurface || se.After != pauseBroken || se.Unsure {
		t.Errorf("no token is taken: %+v", se)
	}
	if n := len(w.teams.Calls("send")); n != 5 {
		t.Errorf("%d calls: once with the old token and once with a new one", n)
	}
	w.teams.Mend()
	if se := told(t, send()); se.Reason != "paused" || len(w.teams.Calls("send")) != 5 {
		t.Errorf("called while it is of no use: %+v", se)
	}
	if _, err := w.Member(ctx, at, townAna); told(t, err).Reason != "paused" {
		t.Errorf("read while it is of no use: %v", err)
	}
	w.pass(pauseBroken)
	if err := send(); err != nil {
		t.Error(err)
	}
}

// noTokens fails as it is told to.
type noTokens struct{ err error }

func (n noTokens) Token(context.Context) (string, error) { return "", n.err }
func (n noTokens) Drop(string)                           {}

func TestClientWithoutToken(t *testing.T) {
	called := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer server.Close()
	for name, c := range map[string]struct {
		err  error
		want bot.SendError
	}{
		"the secret is wrong": {
			&TokenError{Reason: "invalid_client AADSTS7000215"},
			bot.SendError{Reason: "token: invalid_client AADSTS7000215", Pause: true, Reach: bot.ReachSurface, After: pauseBroken},
		},
		"the sign-in is down": {
			&TokenError{Reason: "HTTP status 503", Retry: true}, bot.SendError{Reason: "token: HTTP status 503", Pause: true, Reach: bot.ReachSurface, After: pauseSoon},
		},
		"the sign-in asks to wait": {
			&TokenError{Reason: "HTTP status 429", Retry: true, After: time.Minute},
			bot.SendError{Reason: "token: HTTP status 429", Pause: true, Reach: bot.ReachSurface, After: time.Minute},
		},
		"the time is over": {context.DeadlineExceeded, bot.SendError{Reason: reasonTimeout, Retry: true}},
	} {
		t.Run(name, func(t *testing.T) {
			client := NewClient(ClientConfig{Trusted: []string{server.URL + "/"}, Tokens: noTokens{c.err}, Now: time.Now})
			_, err := client.Send(t.Context(), workflows.Conversation{Place: "a:1", Service: server.URL}, cardSaying("Hello"))
			se := *told(t, err)
			if se.Err = nil; se != c.want || called {
				t.Errorf("%+v, want %+v; called %v", se, c.want, called)
			}
		})
	}
}

// connectorSays is a client of a Connector that answers as it is told, and what it was sent last.
func connectorSays(t *testing.T, answer http.HandlerFunc) (*Client, string) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return NewClient(ClientConfig{
		AppID: "app", Tenant: "tenant", Trusted: []string{server.URL + "/"}, Tokens: tokenOf("t0k3n"), Now: time.Now, Jitter: func() float64 { return 1 },
	}), server.URL
}

type tokenOf string

func (o tokenOf) Token(context.Context) (string, error) { return string(o), nil }
func (tokenOf) Drop(string)                             {}

// TestClientAddress shows what goes where, and that ids cannot lead elsewhere.
func TestClientAddress(t *testing.T) {
	var path, auth string
	client, origin := connectorSays(t, func(w http.ResponseWriter, r *http.Request) {
		path, auth = r.Method+" "+r.URL.EscapedPath(), r.Header.Get("Authorization")
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"id":"7"}`)
	})
	ctx := t.Context()
	at := workflows.Conversation{Place: "19:x@thread.tacv2;messageid=1", Service: origin + "/emea/t"}
	if _, err := client.Send(ctx, at, Outgoing{Text: "x", ReplyTo: "1:2"}); err != nil {
		t.Error(err)
	}
	if want := "POST /emea/t/v3/conversations/19:x@thread.tacv2%3Bmessageid=1/activities/1:2"; path != want || auth != "Bearer t0k3n" {
		t.Errorf("called %q with %q, want %q", path, auth, want)
	}
	at.Place, at.Service = "a/../..//?x#y%2f\\", origin+"/emea/t/"
	if err := client.Update(ctx, at, "a/b", Outgoing{Text: "x"}); err != nil {
		t.Error(err)
	}
	if want := "PUT /emea/t/v3/conversations/a%2F..%2F..%2F%2F%3Fx%23y%252f%5C/activities/a%2Fb"; path != want {
		t.Errorf("called %q, want %q", path, want)
	}
	if _, err := client.Member(ctx, at, "u"); err != nil {
		t.Error(err)
	}
	if want := "GET /emea/t/v3/conversations/a%2F..%2F..%2F%2F%3Fx%23y%252f%5C/members/u"; path != want {
		t.Errorf("called %q, want %q", path, want)
	}
	path = ""
	for _, id := range []string{"", ".", ".."} {
		if err := client.Update(ctx, workflows.Conversation{Place: "a:1", Service: origin}, id, Outgoing{Text: "x"}); told(t, err).Reason != reasonNoID || !told(t, err).Gone {
			t.Errorf("%q is an id: %v", id, err)
		}
		if _, err := client.Send(ctx, workflows.Conversation{Place: id, Service: origin}, Outgoing{Text: "x"}); told(t, err).Reason != reasonNoID || told(t, err).Unsure {
			t.Errorf("%q is a place: %v", id, err)
		}
	}
	for _, service := range []string{
		"", "https://evil.example/", "http://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net.evil.example/", "https://x.trafficmanager.net/",
		"https://smba.trafficmanager.net:8443/", "https://a@smba.trafficmanager.net/", "https://169.254.169.254/", "http://127.0.0.1:1/", "http://localhost:1/",
		"https://smba.infra.gov.teams.microsoft.us/gcch", origin + "/?x=1", origin + "/#x", "https" + strings.TrimPrefix(origin, "http"),
	} {
		_, err := client.Send(ctx, workflows.Conversation{Place: "a:1", Service: service}, Outgoing{Text: "x"})
		if se := told(t, err); se.Reason != reasonForbidden || se.Retry || se.Pause || se.Unsure {
			t.Errorf("%q is called: %+v", service, se)
		}
	}
	if path != "" {
		t.Errorf("called %q", path)
	}
	for _, c := range []struct {
		cloud Cloud
		host  string
	}{
		{CloudPublic, "https://smba.trafficmanager.net/emea/t/"},
		{CloudPublic, "https://europe.api.botframework.com"},
		{CloudPublic, "https://smba.infra.gcc.teams.microsoft.com/gcc"},
		{CloudGCCH, "https://smba.infra.gov.teams.microsoft.us/gcch"},
	} {
		got, err := NewClient(ClientConfig{Cloud: c.cloud, Now: time.Now}).address(c.host, "v3", "x:y")
		if want := strings.TrimSuffix(c.host, "/") + "/v3/x:y"; got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	if _, err := NewClient(ClientConfig{Trusted: []string{"https://evil.example/"}, Now: time.Now}).address("https://evil.example/"); !errors.Is(err, egress.ErrForbidden) {
		t.Errorf("a trusted address that is not on this machine: %v", err)
	}
}

// TestClientShapes shows the bodies, member by member.
func TestClientShapes(t *testing.T) {
	var sent map[string]any
	client, origin := connectorSays(t, func(w http.ResponseWriter, r *http.Request) {
		sent = nil
		_ = json.NewDecoder(r.Body).Decode(&sent)
		_, _ = io.WriteString(w, `{"id":"7"}`)
	})
	at := workflows.Conversation{Place: "a:1", Service: origin}
	is := func(want string) {
		t.Helper()
		got, err := json.Marshal(sent)
		if err != nil || string(got) != want {
			t.Errorf("sent\n%s, want\n%s", got, want)
		}
	}
	card := adaptivecard.Card{Body: []adaptivecard.Element{adaptivecard.TextBlock{Text: "x"}}}
	if _, err := client.Send(t.Context(), at, Outgoing{Card: &card, Text: "never beside a card", Summary: "s"}); err != nil {
		t.Fatal(err)
	}
	is(`{"attachments":[{"content":{"body":[{"text":"x","type":"TextBlock"}],"type":"AdaptiveCard","version":"1.5"},"contentType":"application/vnd.microsoft.card.adaptive"}],` +
		`"conversation":{"id":"a:1"},"from":{"id":"28:app"},"summary":"s","type":"message"}`)
	at.Bot = "28:known"
	if err := client.Update(t.Context(), at, "9", Outgoing{Text: "t"}); err != nil {
		t.Fatal(err)
	}
	is(`{"conversation":{"id":"a:1"},"from":{"id":"28:known"},"id":"9","text":"t","textFormat":"plain","type":"message"}`)
	if _, err := client.Create(t.Context(), origin, "u"); err != nil {
		t.Fatal(err)
	}
	is(`{"bot":{"id":"28:app"},"channelData":{"tenant":{"id":"tenant"}},"isGroup":false,"members":[{"id":"u"}],"tenantId":"tenant"}`)
}

// TestClientChart shows that a card whose chart is refused is sent without it.
func TestClientChart(t *testing.T) {
	refuse, status := 1, http.StatusBadRequest
	var sent []string
	client, origin := connectorSays(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if sent = append(sent, string(raw)); len(sent) <= refuse {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"error":{"code":"BadArgument","message":"Unknown element."}}`)
			return
		}
		_, _ = io.WriteString(w, `{"id":"7"}`)
	})
	chats := 0
	at := func() workflows.Conversation { // each has its own limits
		chats++
		return workflows.Conversation{Place: fmt.Sprint("a:", chats), Service: origin}
	}
	chart, plain := sayCard("with a chart", false), sayCard("in words", false)
	m := Outgoing{Card: &chart, Plain: &plain, Summary: "s"}
	for _, status = range []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge} {
		sent = nil
		if id, err := client.Send(t.Context(), at(), m); err != nil || id != "7" || len(sent) != 2 || !strings.Contains(sent[1], "in words") {
			t.Errorf("%q, %v after %d calls", id, err, len(sent))
		}
	}
	sent = nil
	if err := client.Update(t.Context(), at(), "7", m); err != nil || len(sent) != 2 {
		t.Errorf("%v after %d calls", err, len(sent))
	}
	sent, refuse = nil, 2
	if _, err := client.Send(t.Context(), at(), m); told(t, err).Retry || len(sent) != 2 {
		t.Errorf("%v after %d calls", err, len(sent))
	}
	sent = nil
	if _, err := client.Send(t.Context(), at(), cardSaying("no chart")); told(t, err).Reason != "BadArgument" || len(sent) != 1 {
		t.Errorf("%v after %d calls", err, len(sent))
	}
	sent, status = nil, http.StatusForbidden
	if _, err := client.Send(t.Context(), at(), m); err == nil || len(sent) != 1 {
		t.Errorf("%v after %d calls: the chart was not at fault", err, len(sent))
	}
}

func TestClientMember(t *testing.T) {
	w := newTown(t, faketeams.Options{})
	m, err := w.Member(t.Context(), w.at(townAna), townAna)
	if err != nil || m.Name != "Ana Ruiz" || m.Email != "ana@acme.example" || m.id() != townAna || m.Tenant != faketeams.Tenant || m.Role != "user" {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := w.Member(t.Context(), w.at(townAna), townEva); told(t, err).Reason != "MemberNotFoundInConversation" || told(t, err).Retry {
		t.Errorf("somebody who is not there: %v", err)
	}
	if calls := w.teams.Calls(); slices.ContainsFunc(calls, func(c faketeams.Call) bool { return c.Op == "members" || c.Op == "pagedmembers" }) {
		t.Error("a whole list was read")
	}
}
