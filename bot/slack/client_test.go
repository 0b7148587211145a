package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/surfacetest/fakeslack"
)

// town is a client and the Slack it calls, under one clock.
type town struct {
	*Client
	slack *fakeslack.Server
	shift atomic.Int64 // of the clock
}

func (t *town) now() time.Time         { return time.Now().Add(time.Duration(t.shift.Load())) }
func (t *town) pass(d time.Duration)   { t.shift.Add(int64(d)) }
func textBlock(s string) slackgo.Block { return slackgo.NewSectionBlock(plain(s, maxText), nil, nil) }

func newTown(t *testing.T, opt fakeslack.Options, limits Limits) *town {
	t.Helper()
	w := &town{}
	opt.Now = w.now
	w.slack = fakeslack.New(opt)
	t.Cleanup(w.slack.Close)
	w.slack.AddUser(fakeslack.User{ID: "U1", Name: "ana", RealName: "Ana Ruiz", Email: "ana@example.com", TZ: "Europe/Madrid"})
	w.slack.AddUser(fakeslack.User{ID: "U2", Name: "ben", RealName: "Ben Ode"})
	c, err := NewClient(ClientConfig{
		Token: NewSecret("xoxb-fake"), AppToken: NewSecret("xapp-fake"), APIURL: w.slack.APIURL(), Loopback: true, Now: w.now, Limits: limits,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Client = c
	return w
}

// said gives what a call's error means.
func said(t *testing.T, err error) *bot.SendError {
	t.Helper()
	var se *bot.SendError
	if !errors.As(err, &se) {
		t.Fatalf("%v is no answer of Slack's", err)
	}
	return se
}

func TestClientMessages(t *testing.T) {
	w := newTown(t, fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "im:history", "im:write")}, Limits{})
	ctx := t.Context()
	at := time.Date(2026, 11, 26, 9, 0, 0, 123e6, time.UTC)
	m := Outgoing{Text: "Ana asks &lt;you&gt;", Blocks: []slackgo.Block{textBlock("Hello <!channel> https://x.example")}, Delivery: 7, About: "request/AIR-1", At: at}
	place, ts, err := w.Post(ctx, "U1", m)
	if err != nil || place != w.slack.DMChannel("U1") {
		t.Fatalf("posted to %q, %v", place, err)
	}
	got, _ := w.slack.Message(place, ts)
	if got.Text != m.Text || got.Unfurls || len(got.Pings()) > 0 || got.Metadata["event_type"] != metadataType {
		t.Errorf("it stands as %+v", got)
	}
	args := w.slack.Calls(methodPost)[0].Args
	if args["parse"] != "none" || args["link_names"] != "false" || args["unfurl_links"] != "false" || args["unfurl_media"] != "false" {
		t.Errorf("sent with %v", args)
	}

	list, err := w.History(ctx, place, time.Time{}, 10)
	want := Posted{TS: ts, Bot: fakeslack.BotID, Delivery: 7, About: "request/AIR-1", At: at}
	if err != nil || len(list) != 1 || list[0] != want {
		t.Errorf("read back %+v, %v; want %+v", list, err, want)
	}
	if err := w.Update(ctx, place, ts, Outgoing{Text: "Over", Blocks: []slackgo.Block{textBlock("Approved")}, Delivery: 8, About: "request/AIR-1", At: at}); err != nil {
		t.Fatal(err)
	}
	got, _ = w.slack.Message(place, ts)
	if !strings.Contains(got.Words(), "Approved") || strings.Contains(got.Words(), "Hello") || got.Text != "Over" {
		t.Errorf("updated to %+v", got)
	}
	if list, err := w.History(ctx, place, time.Time{}, 10); err != nil || list[0].Delivery != 7 {
		t.Errorf("after the update it is the message of delivery %+v, %v", list, err)
	}
	if id, err := w.OpenConversation(ctx, "U2"); err != nil || id != w.slack.DMChannel("U2") {
		t.Errorf("opened %q, %v", id, err)
	}
}

func TestClientHistoryPages(t *testing.T) {
	w := newTown(t, fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "im:history")}, Limits{})
	var place string
	for n := range 205 {
		w.pass(2 * time.Second)
		var err error
		if place, _, err = w.Post(t.Context(), "U1", Outgoing{Text: "x", Delivery: int64(n + 1), About: "request/AIR-1"}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := w.History(t.Context(), place, time.Time{}, 203)
	if err != nil || len(list) != 203 || list[0].Delivery != 205 || list[202].Delivery != 3 {
		t.Errorf("%d messages, %v", len(list), err)
	}
	list, err = w.History(t.Context(), place, w.now().Add(-11*time.Second), 203)
	if err != nil || len(list) != 6 {
		t.Errorf("%d messages of the last 11 seconds, %v", len(list), err)
	}
}

func TestClientChart(t *testing.T) {
	refused := Outgoing{Text: "x", Blocks: []slackgo.Block{textBlock("with a chart")}, Plain: []slackgo.Block{textBlock("as a table")}}
	for name, call := range map[string]func(*town) error{
		methodPost: func(w *town) error { _, _, err := w.Post(t.Context(), "U1", refused); return err },
		methodUpdate: func(w *town) error {
			place, ts, err := w.Post(t.Context(), "U1", Outgoing{Text: "old"})
			if err != nil {
				return err
			}
			return w.Update(t.Context(), place, ts, refused)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, fakeslack.Options{}, Limits{})
			w.slack.Fail(name, 1, fakeslack.Says("invalid_blocks"))
			if err := call(w); err != nil {
				t.Fatal(err)
			}
			if dm := w.slack.DM("U1"); len(dm) != 1 || !strings.Contains(dm[0].Words(), "as a table") {
				t.Errorf("the conversation has %+v", dm)
			}
			w.slack.Fail(name, 2, fakeslack.Says("invalid_blocks"))
			w.pass(time.Second)
			if se := said(t, call(w)); se.Reason != "invalid_blocks" || se.Retry || se.Pause {
				t.Errorf("%+v", se)
			}
		})
	}
}

func TestClientViews(t *testing.T) {
	w := newTown(t, fakeslack.Options{}, Limits{})
	ctx := t.Context()
	w.slack.Handle(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusOK) }))
	trigger := func() string {
		r, err := w.slack.Command(ctx, "U1", "request")
		if err != nil {
			t.Fatal(err)
		}
		var form struct {
			Trigger string `json:"trigger_id"`
		}
		if err := json.Unmarshal(r.Sent.Payload, &form); err != nil || form.Trigger == "" {
			t.Fatalf("no trigger in %s", r.Sent.Payload)
		}
		return form.Trigger
	}
	id, hash, err := w.OpenView(ctx, trigger(), waitView("One moment", "It opens."))
	if err != nil || id == "" || hash == "" {
		t.Fatalf("opened %q %q, %v", id, hash, err)
	}
	next, err := w.UpdateView(ctx, id, hash, noticeView("Done", "It is sent.", nil))
	if err != nil || next == hash {
		t.Errorf("updated from %q to %q, %v", hash, next, err)
	}
	if _, err := w.UpdateView(ctx, id, hash, noticeView("Done", "It is sent.", nil)); said(t, err).Reason != "hash_conflict" {
		t.Errorf("updated with an old hash: %v", err)
	}
	if err := w.PublishHome(ctx, "U1", slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{textBlock("Home")}}}); err != nil {
		t.Error(err)
	}
	if _, _, err := w.OpenView(ctx, "", waitView("a", "b")); said(t, err).Retry {
		t.Errorf("no trigger: %v", err)
	}
	used := trigger()
	w.pass(4 * time.Second)
	if _, _, err := w.OpenView(ctx, used, waitView("a", "b")); said(t, err).Retry || said(t, err).Pause {
		t.Errorf("an old trigger: %v", err)
	}
	if _, _, err := w.PushView(ctx, trigger(), waitView("a", "b")); err == nil {
		t.Error("pushed over nothing")
	}
}

func TestClientLookup(t *testing.T) {
	w := newTown(t, fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "users:read.email", "channels:read")}, Limits{})
	ctx := t.Context()
	who, err := w.Whoami(ctx)
	if err != nil || who.Tenant() != "T0FAKE" || who.User != fakeslack.BotUserID || who.Bot != fakeslack.BotID || len(who.Scopes) != 5 || who.OrgWide {
		t.Errorf("%+v, %v", who, err)
	}
	u, err := w.User(ctx, "U1")
	if err != nil || u.RealName != "Ana Ruiz" || u.Profile.Email != "ana@example.com" {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := w.User(ctx, "U404"); said(t, err).Reason != "user_not_found" {
		t.Error(err)
	}
	for n := range 250 {
		w.slack.AddUser(fakeslack.User{ID: fmt.Sprintf("U9%03d", n)})
	}
	seen, pages := map[string]bool{}, 0
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := w.Users(ctx, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page {
			seen[u.ID] = true
		}
		cursor = next
		pages++
	}
	if len(seen) != 254 || pages != 2 {
		t.Errorf("%d users on %d pages", len(seen), pages)
	}
	ch := w.slack.AddChannel(fakeslack.Channel{Name: "governance", Members: []string{fakeslack.BotUserID}, ExtShared: true})
	got, err := w.Channel(ctx, ch.ID)
	if err != nil || !got.IsExtShared || !got.IsMember {
		t.Errorf("%+v, %v", got, err)
	}
	at, err := w.OpenSocket(ctx)
	if err != nil || !strings.HasPrefix(at, "ws://127.0.0.1:") {
		t.Errorf("socket at %q, %v", at, err)
	}
	grid := newTown(t, fakeslack.Options{Enterprise: "E0GRID", OrgInstall: true}, Limits{})
	if who, err := grid.Whoami(ctx); err != nil || who.Tenant() != "E0GRID" || !who.OrgWide {
		t.Errorf("%+v, %v", who, err)
	}
}

// TestClientWorkspaces reads the users of an organisation, workspace by workspace.
func TestClientWorkspaces(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		team, cursor := r.PostForm.Get("team_id"), r.PostForm.Get("cursor")
		switch r.URL.Path {
		case "/api/auth.test":
			_, _ = rw.Write([]byte(`{"ok":true,"team_id":"","enterprise_id":"E1","is_enterprise_install":true,"user_id":"W1"}`))
		case "/api/auth.teams.list":
			next := map[string]string{"": "more", "more": ""}[cursor]
			ids := map[string]string{"": `{"id":"T1"},{"id":"T2"}`, "more": `{"id":"T3"}`}[cursor]
			_, _ = fmt.Fprintf(rw, `{"ok":true,"teams":[%s],"response_metadata":{"next_cursor":%q}}`, ids, next)
		case "/api/users.list":
			asked = append(asked, team+" "+cursor)
			next := ""
			if team == "T2" && cursor == "" {
				next = "p2"
			}
			_, _ = fmt.Fprintf(rw, `{"ok":true,"members":[{"id":"U%d"}],"response_metadata":{"next_cursor":%q}}`, len(asked), next)
		}
	}))
	defer server.Close()
	c, err := NewClient(ClientConfig{APIURL: server.URL + "/api/", Loopback: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Whoami(t.Context()); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := c.Users(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		ids, cursor = append(ids, page[0].ID), next
	}
	if got := strings.Join(asked, ","); got != "T1 ,T2 ,T2 p2,T3 " || len(ids) != 4 {
		t.Errorf("asked for %q and got %v", got, ids)
	}
}

func TestClientRespond(t *testing.T) {
	var got map[string]any
	var auth string
	status, answer, location, after := 200, "ok", "", ""
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		auth = r.Header.Get("Authorization")
		got = nil
		_ = json.NewDecoder(r.Body).Decode(&got)
		if location != "" {
			rw.Header().Set("Location", location)
		}
		if after != "" {
			rw.Header().Set("Retry-After", after)
		}
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(answer))
	}))
	defer server.Close()
	now := time.Now()
	c, err := NewClient(ClientConfig{Token: NewSecret("xoxb-secret"), APIURL: server.URL, Loopback: true, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	respond := func(m Outgoing, how Respond) error {
		return c.Respond(t.Context(), server.URL+"/hooks/T/1/secret", m, how)
	}
	m := Outgoing{Text: "Hello", Blocks: []slackgo.Block{textBlock("Hello")}, Plain: []slackgo.Block{textBlock("Plain")}}
	for how, want := range map[Respond]string{
		RespondNew:     `{"response_type":"ephemeral","replace_original":false,"delete_original":false,"text":"Hello"`,
		RespondReplace: `{"replace_original":true,"delete_original":false,"text":"Hello"`,
		RespondDelete:  `{"replace_original":false,"delete_original":true,"parse":"none"`,
	} {
		if err := respond(m, how); err != nil {
			t.Fatal(err)
		}
		var wanted map[string]any
		if err := json.Unmarshal([]byte(want+"}"), &wanted); err != nil {
			t.Fatal(err)
		}
		for k, v := range wanted {
			if got[k] != v {
				t.Errorf("%s sends %s = %v, want %v", how, k, got[k], v)
			}
		}
		if _, there := got["metadata"]; there || got["unfurl_links"] != false || auth != "" {
			t.Errorf("%s sends %v with authorization %q", how, got, auth)
		}
	}
	for _, c := range []struct {
		status         int
		answer, header string
		want           string
		retry, pause   bool
	}{
		{200, `{"ok":false,"error":"invalid_blocks"}`, "", "invalid_blocks", false, false},
		{400, `invalid_blocks`, "", "invalid_blocks", false, false},
		{404, `{"ok":false,"error":"used_url"}`, "", "expired", false, false},
		{410, ``, "", "expired", false, false},
		{429, ``, "3", "ratelimited", false, true},
		{429, ``, "", "ratelimited", false, true},
		{500, ``, "", "http_500", true, false},
		{403, `<p>Nobody & nothing</p>`, "", "http_403", false, false},
	} {
		status, answer, after = c.status, c.answer, c.header
		se := said(t, respond(m, RespondNew))
		if se.Reason != c.want || se.Retry != c.retry || se.Pause != c.pause || se.Reach == bot.ReachSurface {
			t.Errorf("%d %s means %+v", c.status, c.answer, se)
		}
		if c.want == "invalid_blocks" && fmt.Sprint(got["blocks"]) == "" {
			t.Error("it was not sent again without the chart")
		}
		now = now.Add(time.Hour)
	}
	// A redirect is an answer like any other: where it leads to is not called.
	hit := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer inside.Close()
	for _, to := range []string{inside.URL, "https://169.254.169.254/latest/meta-data", "https://hooks.slack.com/other"} {
		status, answer, location, after = http.StatusTemporaryRedirect, "", to, ""
		if se := said(t, respond(m, RespondNew)); se.Reason != "http_307" || hit {
			t.Errorf("a redirect to %s means %+v", to, se)
		}
	}
	status, location = 200, ""
	for _, bad := range []string{"https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com.evil/x"} {
		got = nil
		err := c.Respond(t.Context(), bad, m, RespondNew)
		if se := said(t, err); se.Reason != "forbidden_address" || se.Retry || got != nil {
			t.Errorf("%s: %+v", bad, se)
		}
	}
	server.Close()
	err = respond(m, RespondNew)
	if se := said(t, err); !se.Retry || strings.Contains(fmt.Sprint(se.Err), "secret") {
		t.Errorf("%+v %v", se, se.Err)
	}
}

func TestSecret(t *testing.T) {
	s := NewSecret("xoxb-canary")
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", s, "p", &s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s)
	raw, err := json.Marshal(map[string]any{"s": s})
	out := fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s) + fmt.Sprintf("%v %#v", ClientConfig{Token: s}, ClientConfig{Token: s}) + string(raw) + log.String()
	if strings.Contains(out, "canary") || err != nil || s.Reveal() != "xoxb-canary" || s.Empty() || !(Secret{}).Empty() {
		t.Errorf("%s", out)
	}
}
