package fakeslack_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot/surfacetest/fakeslack"
)

// signed verifies with the library what the app was sent.
func signed(t *testing.T, one received, secret string) error {
	t.Helper()
	v, err := slackgo.NewSecretsVerifier(one.header, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(one.raw); err != nil {
		return err
	}
	return v.Ensure()
}

func TestSignatures(t *testing.T) {
	at := time.Now()
	w := newWorld(t, fakeslack.Options{SigningSecret: "8f742231", SignedAt: func() time.Time { return at }})
	ack := w.Resend(t.Context(), fakeslack.Sent{Kind: fakeslack.KindCommand, Payload: []byte("own=bytes")})
	if ack.Status != 200 || string(w.lastReceived().raw) != "own=bytes" {
		t.Errorf("ack %+v of %q", ack, w.lastReceived().raw)
	}
	for _, kind := range []fakeslack.Kind{fakeslack.KindCommand, fakeslack.KindInteraction, fakeslack.KindOptions, fakeslack.KindEvent} {
		w.Resend(t.Context(), fakeslack.Sent{Kind: kind, Payload: []byte(`{"type":"x"}`)})
		one := w.lastReceived()
		if err := signed(t, one, "8f742231"); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if err := signed(t, one, "other"); err == nil {
			t.Errorf("%s: another secret fits", kind)
		}
		equal(t, "address", one.path, "/slack/"+string(kind))
	}
	at = at.Add(-time.Hour)
	w.Resend(t.Context(), fakeslack.Sent{Kind: fakeslack.KindEvent, Payload: []byte("{}")})
	if err := signed(t, w.lastReceived(), "8f742231"); !errors.Is(err, slackgo.ErrExpiredTimestamp) {
		t.Errorf("an old signature: %v", err)
	}
	// Slack's own documented example.
	body := "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA" +
		"&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554" +
		"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	head := fakeslack.Sign("8f742231b10e8888abcd99yyyzzz85a5", time.Unix(1531420618, 0), []byte(body))
	equal(t, "signature", head.Get("X-Slack-Signature"), "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")
}

func TestCommand(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Enterprise: "E1"})
	r, err := w.Command(t.Context(), "U0ANA", "status AIR-1")
	if err != nil || r.Trouble != "" || r.Ack.Status != 200 || r.View != nil || len(r.Notes) != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	p := w.lastReceived().payload
	for key, want := range map[string]string{
		"command": "/steward", "text": "status AIR-1", "user_id": "U0ANA", "user_name": "ana", "team_id": "T0FAKE", "channel_name": "directmessage",
		"enterprise_id": "E1", "is_enterprise_install": "false", "api_app_id": fakeslack.AppID, "channel_id": w.DMChannel("U0ANA"),
	} {
		equal(t, key, p[key], any(want))
	}
	answers := func(status int, body any) fakeslack.Result {
		w.when("commands", func(received) (int, any) { return status, body })
		r, err := w.Command(t.Context(), "U0ANA", "x")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := answers(200, "just a text"); len(r.Notes) != 1 || r.Notes[0].Words() != "just a text" || r.Trouble != "" {
		t.Errorf("a text: %+v", r)
	}
	if r := answers(200, obj{"text": "gist", "blocks": []any{section("a card")}}); len(r.Notes) != 1 || r.Notes[0].Words() != "a card" || !r.Notes[0].Ephemeral {
		t.Errorf("a message: %+v", r)
	}
	if r := answers(200, obj{"text": "for all", "response_type": "in_channel"}); len(r.Notes) != 0 || w.DM("U0ANA")[0].Words() != "for all" {
		t.Errorf("for all: %+v", r)
	}
	if r := answers(200, `{"text":"x"}`); len(r.Notes) != 1 || r.Notes[0].Words() != `{"text":"x"}` {
		t.Errorf("JSON that does not say so: %+v", r)
	}
	if r := answers(200, obj{}); len(r.Notes) != 0 || r.Trouble != "" {
		t.Errorf("an empty object: %+v", r)
	}
	if r := answers(200, obj{"blocks": []any{obj{"type": "poll"}}}); r.Trouble != `/steward failed with the error "invalid_blocks"` {
		t.Errorf("broken blocks: %+v", r)
	}
	if r := answers(500, nil); r.Trouble != `/steward failed with the error "http_service_error"` || r.Ack.Failure != "http_error" || r.Ack.Status != 500 {
		t.Errorf("status 500: %+v", r)
	}
	w.mu.Lock()
	w.head.Set("Location", "/slack/commands")
	w.mu.Unlock()
	if r := answers(302, nil); r.Ack.Failure != "http_error" || r.Ack.Status != 302 {
		t.Errorf("a redirect is not followed: %+v", r)
	}
	if r := answers(201, "x"); r.Ack.Failure != "http_error" {
		t.Errorf("only 200 will do: %+v", r)
	}
	if r := answers(200, "x"); !strings.HasPrefix(r.Sent.String(), "commands 0 {") || !strings.HasPrefix(r.Ack.String(), "200  after ") {
		t.Errorf("in words: %s, %s", r.Sent, r.Ack)
	}
	w.HandleAt("http://127.0.0.1:1")
	if r, _ := w.Command(t.Context(), "U0ANA", "x"); r.Trouble != `/steward failed with the error "dispatch_failed"` || r.Ack.Failure != "connection_failed" {
		t.Errorf("nobody listens: %+v", r)
	}
}

func TestWhoCanAct(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	w.AddUser(fakeslack.User{ID: "U0OUT", Stranger: true, TeamID: "T9"})
	w.AddUser(fakeslack.User{ID: "U0GONE", Deleted: true})
	c := w.AddChannel(fakeslack.Channel{Name: "shared", ExtShared: true, Members: []string{fakeslack.BotUserID, "U0OUT"}})
	if r, err := w.CommandIn(t.Context(), "U0OUT", c.ID, "x"); err != nil || r.Trouble == "" || len(w.received()) != 0 {
		t.Errorf("a stranger's command: %+v %v", r, err)
	}
	if _, err := w.CommandIn(t.Context(), "U0ANA", "C404", "x"); err == nil {
		t.Error("a command nowhere")
	}
	for _, who := range []string{"U0GONE", "U404", fakeslack.BotUserID} {
		for what, do := range map[string]func() (fakeslack.Result, error){
			"command":  func() (fakeslack.Result, error) { return w.Command(t.Context(), who, "x") },
			"shortcut": func() (fakeslack.Result, error) { return w.Shortcut(t.Context(), who, "x") },
			"message shortcut": func() (fakeslack.Result, error) {
				return w.MessageShortcut(t.Context(), who, fakeslack.Message{}, "x")
			},
			"home":    func() (fakeslack.Result, error) { return w.OpenHome(t.Context(), who) },
			"words":   func() (fakeslack.Result, error) { return w.Say(t.Context(), who, "x") },
			"mention": func() (fakeslack.Result, error) { return w.Mention(t.Context(), who, c.ID, "x") },
			"submit":  func() (fakeslack.Result, error) { return w.Submit(t.Context(), who, fakeslack.View{}, nil) },
			"close":   func() (fakeslack.Result, error) { return w.CloseView(t.Context(), who, fakeslack.View{}) },
		} {
			if _, err := do(); err == nil {
				t.Errorf("%s: %s", who, what)
			}
		}
	}
	// A button in a shared channel can be pressed from outside.
	w.good("chat.postMessage", obj{"channel": c.ID, "text": "x", "blocks": []any{buttons(button("ok", "v", "OK"))}})
	if _, err := w.Press(t.Context(), "U0OUT", w.Channel(c.ID)[0], "OK"); err != nil {
		t.Fatal(err)
	}
	if u := w.lastReceived().payload["user"].(obj); u["id"] != "U0OUT" || u["team_id"] != "T9" {
		t.Errorf("user %v", u)
	}
}

// An ack that comes too late is one that never came, by the real clock and by the fake's.
func TestTooLate(t *testing.T) {
	w := newWorld(t, fakeslack.Options{AckWithin: 60 * time.Millisecond})
	gone := make(chan error, 1)
	hang := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done() // Slack hangs up
		gone <- r.Context().Err()
	})
	w.Handle(hang)
	r, err := w.Command(t.Context(), "U0ANA", "x")
	if err != nil || r.Ack.Failure != "timeout" || r.Trouble != `/steward failed with the error "operation_timeout"` || r.Ack.Took < 50*time.Millisecond {
		t.Errorf("%+v %v", r, err)
	}
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v", err)
	}

	w = newWorld(t, fakeslack.Options{})
	w.when("block_actions", func(received) (int, any) { w.clock.later(3001 * time.Millisecond); return 200, nil })
	w.good("chat.postMessage", obj{"channel": "U0ANA", "text": "x", "blocks": []any{buttons(button("ok", "v", "OK"))}})
	if r, err := w.Press(t.Context(), "U0ANA", w.DM("U0ANA")[0], "ok"); err != nil || r.Ack.Failure != "timeout" || r.Trouble == "" || r.Ack.Status != 200 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestSettled(t *testing.T) {
	done := false
	var fail error
	w := newWorld(t, fakeslack.Options{Settled: func(context.Context) error { done = true; return fail }})
	if _, err := w.Command(t.Context(), "U0ANA", "x"); err != nil || !done {
		t.Errorf("settled %v, %v", done, err)
	}
	fail = errors.New("never quiet")
	if _, err := w.Command(t.Context(), "U0ANA", "x"); !errors.Is(err, fail) {
		t.Errorf("settle: %v", err)
	}
}

func TestShortcuts(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	if _, err := w.Shortcut(t.Context(), "U0ANA", "steward:request"); err != nil {
		t.Fatal(err)
	}
	p := w.lastReceived().payload
	if p["type"] != "shortcut" || p["callback_id"] != "steward:request" || p["response_url"] != nil || p["channel"] != nil {
		t.Errorf("global: %v", p)
	}
	w.good("views.open", obj{"trigger_id": p["trigger_id"], "view": modal(section("x"))})
	if _, err := w.Say(t.Context(), "U0BEN", "we could use Otter"); err != nil {
		t.Fatal(err)
	}
	m := w.DM("U0BEN")[0]
	if _, err := w.MessageShortcut(t.Context(), "U0BEN", m, "steward:concern"); err != nil {
		t.Fatal(err)
	}
	p = w.lastReceived().payload
	if p["type"] != "message_action" || text(p, "message", "text") != "we could use Otter" || p["message_ts"] != m.TS || text(p, "channel", "id") != m.Channel {
		t.Errorf("of a message: %v", p)
	}
	w.responds(p["response_url"].(string), obj{"text": "noted"})
	equal(t, "note", w.Ephemeral("U0BEN")[0].Words(), "noted")
}

func TestPressAndChoose(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	card := []any{section("card"), buttons(
		button("act:0", "approve|request/AIR-1||1|1|", "Approve"), button("act:1", "v", "Reject…"),
		obj{"type": "button", "action_id": "web", "text": plain("Portal"), "url": "https://steward.example"},
		obj{"type": "overflow", "action_id": "more", "options": []any{choice("a"), choice("b")}},
		obj{"type": "datepicker", "action_id": "day"}, obj{"type": "checkboxes", "action_id": "boxes", "options": []any{choice("x"), choice("y")}},
	)}
	w.good("chat.postMessage", obj{"channel": "U0ANA", "text": "gist", "blocks": card, "metadata": obj{"event_type": "sent", "event_payload": obj{"n": 7}}})
	m := w.DM("U0ANA")[0]
	for _, name := range []string{"act:0", "approve|request/AIR-1||1|1|", "approve"} {
		if r, err := w.Press(t.Context(), "U0ANA", m, name); err != nil || r.Trouble != "" {
			t.Errorf("%s: %+v %v", name, r, err)
		}
		p := w.lastReceived().payload
		a := p["actions"].([]any)[0].(obj)
		if p["type"] != "block_actions" || a["value"] != "approve|request/AIR-1||1|1|" || a["block_id"] != "row" || a["action_ts"] == "" || a["type"] != "button" {
			t.Errorf("%s: %v", name, p)
		}
		if p["message"].(obj)["metadata"].(obj)["event_payload"].(obj)["n"] != 7.0 || text(p, "container", "message_ts") != m.TS || p["trigger_id"] == "" {
			t.Errorf("%s: %v", name, p)
		}
	}
	if _, err := w.Press(t.Context(), "U0ANA", m, "reject"); err != nil {
		t.Errorf("by a label with dots: %v", err)
	}
	if _, err := w.Press(t.Context(), "U0ANA", m, "web"); err != nil || w.lastReceived().payload["actions"].([]any)[0].(obj)["url"] != "https://steward.example" {
		t.Errorf("a link: %v", err)
	}
	for _, name := range []string{"more", "withdraw", ""} {
		if _, err := w.Press(t.Context(), "U0ANA", m, name); err == nil {
			t.Errorf("pressed %q", name)
		}
	}
	chosen := func(action string, values ...string) obj {
		t.Helper()
		if _, err := w.Choose(t.Context(), "U0ANA", m, action, values...); err != nil {
			t.Fatal(err)
		}
		return w.lastReceived().payload["actions"].([]any)[0].(obj)
	}
	equal(t, "by value", text(chosen("more", "b"), "selected_option", "value"), "b")
	equal(t, "by label", text(chosen("more", "A"), "selected_option", "value"), "a")
	equal(t, "a day", chosen("day", "2027-01-15")["selected_date"], any("2027-01-15"))
	equal(t, "boxes", len(chosen("boxes", "x", "y")["selected_options"].([]any)), 2)
	for action, values := range map[string][]string{"more": {"c"}, "act:0": {"x"}, "boxes": {"z"}, "none": {"x"}} {
		if _, err := w.Choose(t.Context(), "U0ANA", m, action, values...); err == nil {
			t.Errorf("chose %v of %s", values, action)
		}
	}
	w.when("block_actions", func(received) (int, any) { return 503, nil })
	if r, err := w.Press(t.Context(), "U0ANA", m, "approve"); err != nil || !strings.Contains(r.Trouble, "trouble connecting") {
		t.Errorf("%+v %v", r, err)
	}
	// An old copy can be pressed, as in a client that was not redrawn; what was pressed can be sent again.
	w.good("chat.update", obj{"channel": m.Channel, "ts": m.TS, "text": "decided"})
	r, err := w.Press(t.Context(), "U0ANA", m, "approve")
	if err != nil || text(w.lastReceived().payload, "message", "text") != "gist" {
		t.Errorf("an old copy: %v", err)
	}
	before := w.lastReceived()
	if w.Resend(t.Context(), r.Sent); string(w.lastReceived().raw) != string(before.raw) {
		t.Error("sent again, it is something else")
	}
}

func TestOrgInstall(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Enterprise: "E1", OrgInstall: true})
	v := w.open("U0ANA", modal(section("x"), buttons(button("b", "v", "B"))))
	if _, err := w.Press(t.Context(), "U0ANA", v, "b"); err != nil {
		t.Fatal(err)
	}
	p := w.lastReceived().payload
	if team, there := p["team"]; team != nil || !there || text(p, "enterprise", "id") != "E1" || p["is_enterprise_install"] != true || text(p, "view", "app_installed_team_id") != "E1" {
		t.Errorf("payload: %v", p)
	}
	w.Send(t.Context(), fakeslack.Event{Inner: obj{"type": "app_home_opened"}})
	a := w.lastReceived().payload["authorizations"].([]any)[0].(obj)
	if team, there := a["team_id"]; team != nil || !there || a["enterprise_id"] != "E1" || a["is_enterprise_install"] != true {
		t.Errorf("event: %v", a)
	}
}

func TestEvents(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Enterprise: "E1"})
	inner := func() obj { t.Helper(); return w.lastReceived().payload["event"].(obj) }
	if _, err := w.OpenHome(t.Context(), "U0ANA"); err != nil {
		t.Fatal(err)
	}
	if e := inner(); e["type"] != "app_home_opened" || e["user"] != "U0ANA" || e["tab"] != "home" || e["view"] != nil {
		t.Errorf("home: %v", e)
	}
	w.good("views.publish", obj{"user_id": "U0ANA", "view": home(section("x"))})
	if _, err := w.OpenHome(t.Context(), "U0ANA"); err != nil || text(inner(), "view", "type") != "home" {
		t.Errorf("home again: %v %v", inner(), err)
	}
	w.AddUser(fakeslack.User{ID: "U0ANA", Name: "ana", Deleted: true})
	w.UserChange(t.Context(), "U0ANA")
	if e := inner(); e["type"] != "user_change" || e["user"].(obj)["deleted"] != true {
		t.Errorf("user_change: %v", e)
	}
	w.TeamJoin(t.Context(), "U0BEN")
	equal(t, "team_join", text(inner(), "type"), "team_join")
	w.Uninstall(t.Context())
	equal(t, "app_uninstalled", text(inner(), "type"), "app_uninstalled")
	if _, err := w.Say(t.Context(), "U0BEN", "hello"); err != nil || inner()["channel_type"] != "im" || inner()["text"] != "hello" {
		t.Errorf("words: %v %v", inner(), err)
	}
	c := w.AddChannel(fakeslack.Channel{Name: "shared", ExtShared: true})
	if _, err := w.Mention(t.Context(), "U0BEN", c.ID, "hello"); err != nil || inner()["type"] != "app_mention" || inner()["text"] != "<@U0STEWARD> hello" {
		t.Errorf("mention: %v %v", inner(), err)
	}
	if p := w.lastReceived().payload; p["is_ext_shared_channel"] != true || p["event_id"] == "" || p["team_id"] != "T0FAKE" || p["enterprise_id"] != "E1" {
		t.Errorf("outer: %v", p)
	}
	if _, err := w.Mention(t.Context(), "U0BEN", "C404", "x"); err == nil {
		t.Error("mentioned nowhere")
	}
	w.Send(t.Context(), fakeslack.Event{ID: "Ev1", Inner: obj{"type": "x"}, Outer: obj{"team_id": "T_OTHER"}})
	if p := w.lastReceived().payload; p["event_id"] != "Ev1" || p["team_id"] != "T_OTHER" {
		t.Errorf("outer: %v", p)
	}

	if err := w.Verify(t.Context()); err == nil {
		t.Error("verified without an answer")
	}
	w.when("events", func(r received) (int, any) { return 200, r.payload["challenge"] })
	if err := w.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	w.when("events", func(r received) (int, any) { return 200, obj{"challenge": r.payload["challenge"]} })
	if err := w.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEventRetries(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	w.when("events", func(received) (int, any) { return 500, nil })
	r := w.Send(t.Context(), fakeslack.Event{Inner: obj{"type": "x"}})
	nums := func() string {
		var out []string
		for _, one := range w.received() {
			out = append(out, one.header.Get("X-Slack-Retry-Num")+one.header.Get("X-Slack-Retry-Reason"))
		}
		return strings.Join(out, " ")
	}
	equal(t, "at once", nums(), " 1http_error")
	equal(t, "the last one", r.Sent.Retry, 1)
	equal(t, "before a minute", len(w.Due(t.Context())), 0)
	w.clock.later(time.Minute)
	equal(t, "after a minute", len(w.Due(t.Context())), 1)
	w.clock.later(4 * time.Minute)
	equal(t, "before five more", len(w.Due(t.Context())), 0)
	w.clock.later(time.Minute)
	equal(t, "after five more", len(w.Due(t.Context())), 1)
	equal(t, "all", nums(), " 1http_error 2http_error 3http_error")
	w.clock.later(time.Hour)
	equal(t, "never again", len(w.Due(t.Context())), 0)
	ids := map[any]bool{}
	for _, one := range w.received() {
		ids[one.payload["event_id"]] = true
	}
	equal(t, "event ids", len(ids), 1)

	w.mu.Lock()
	w.head.Set("X-Slack-No-Retry", "1")
	w.mu.Unlock()
	w.Send(t.Context(), fakeslack.Event{Inner: obj{"type": "x"}})
	equal(t, "the app wants no retry", nums(), " 1http_error 2http_error 3http_error ")

	w.when("events", func(received) (int, any) { return 204, nil })
	if r := w.Send(t.Context(), fakeslack.Event{Inner: obj{"type": "x"}}); r.Ack.Failure != "" {
		t.Errorf("any 2xx is an ack: %+v", r)
	}
	w.HandleAt("http://127.0.0.1:1")
	if r := w.Send(t.Context(), fakeslack.Event{Inner: obj{"type": "x"}}); r.Sent.Reason != "connection_failed" {
		t.Errorf("nobody listens: %+v", r)
	}
}

func TestFormOfCommand(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Command: "/ask"})
	if _, err := w.Command(t.Context(), "U0ANA", "a=b & c"); err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery(string(w.lastReceived().raw))
	if err != nil || form.Get("text") != "a=b & c" || form.Get("command") != "/ask" {
		t.Errorf("%v %v", form, err)
	}
}
