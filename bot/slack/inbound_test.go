package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
	"steward/bot/view"
	"steward/workflows"
)

func TestNew(t *testing.T) {
	for name, cfg := range map[string]Config{
		"http without a secret": {Mode: ModeHTTP}, "socket without an app token": {Mode: ModeSocket}, "no mode": {Signing: []Secret{NewSecret("x")}},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestEndpoints(t *testing.T) {
	s := newScene(t)
	send := func(path, body string, change func(*http.Request)) int {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		maps.Copy(req.Header, signature("shh", time.Now(), body))
		if change != nil {
			change(req)
		}
		w := httptest.NewRecorder()
		s.app.Handler().ServeHTTP(w, req)
		return w.Code
	}
	for name, c := range map[string]struct {
		path, body string
		change     func(*http.Request)
		want       int
	}{
		"no signature":               {"/slack/commands", "command=/steward&user_id=U1", func(r *http.Request) { r.Header.Del("X-Slack-Signature") }, 401},
		"a packed body":              {"/slack/commands", "x", func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, 415},
		"too large":                  {"/slack/events", strings.Repeat("x", maxBody+1), nil, 413},
		"a command of nobody":        {"/slack/commands", "command=/steward", nil, 400},
		"no form":                    {"/slack/commands", "%zz", nil, 400},
		"an interaction without one": {"/slack/interactions", "a=b", nil, 400},
		"an interaction that is none": {
			"/slack/interactions", "payload=" + url.QueryEscape(`{"type":""}`), nil, 400,
		},
		"an event that is none":        {"/slack/events", "[", nil, 400},
		"a check of the certificate":   {"/slack/commands", "ssl_check=1", nil, 200},
		"an unknown kind of envelope":  {"/slack/events", `{"type":"app_rate_limited"}`, nil, 200},
		"an unknown interaction":       {"/slack/interactions", "payload=" + url.QueryEscape(`{"type":"dialog_submission"}`), nil, 200},
		"an event we have nothing for": {"/slack/events", `{"type":"event_callback","event":{"type":"pin_added","user":"U1"}}`, nil, 200},
		"looking":                      {"/slack/commands", "", func(r *http.Request) { r.Method = http.MethodGet }, 405},
	} {
		if got := send(c.path, c.body, c.change); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := s.happened(); got != "" {
		t.Errorf("something was done: %s", got)
	}
	w := s.post("/slack/events", `{"type":"url_verification","challenge":"c42"}`)
	if !strings.Contains(w.Body.String(), `"challenge":"c42"`) {
		t.Errorf("the challenge was answered by %s", w.Body)
	}
	socket, err := New(Config{Mode: ModeSocket, Sockets: &Client{}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	w = httptest.NewRecorder()
	socket.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/slack/events", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("in socket mode the address answers with %d", w.Code)
	}
}

func TestCommands(t *testing.T) {
	t.Run("the answer is in the ack, for the asker's eyes", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("It waits for Ben.")}
		w := s.command("status AIR-1")
		if got := w.Body.String(); !strings.Contains(got, `"response_type":"ephemeral"`) || !strings.Contains(got, "It waits for Ben.") {
			t.Errorf("ack %s", got)
		}
		if got := s.happened(); got != "command:status AIR-1" || s.who.Key != "slack/T1/U1/trigger" {
			t.Errorf("happened %q with the key %q", got, s.who.Key)
		}
	})
	t.Run("a form: the modal is open before anything is looked up", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyOpen, Form: aForm()}
		s.before = func() { <-s.opened }
		w := s.command("request ai-use")
		if got := s.happened(); got != "opened:steward:wait command:request ai-use updated:steward:form" || w.Body.Len() != 0 || s.trigger != "trigger" {
			t.Errorf("happened %s; ack %q", got, w.Body)
		}
	})
	t.Run("a form whose trigger is too old is offered again", func(t *testing.T) {
		s := newScene(t)
		s.reply, s.openErr = bot.Reply{Kind: bot.ReplyOpen, Form: aForm()}, &bot.SendError{Reason: "expired_trigger_id"}
		s.command("request ai-use")
		if !strings.HasSuffix(s.happened(), "responded:new") || len(s.said) != 1 {
			t.Fatalf("happened %s", s.happened())
		}
		text, _ := json.Marshal(s.said[0].Blocks)
		if want := (card.Action{Verb: "request", Arg: "ai-use"}).String(); !strings.Contains(string(text), want) {
			t.Errorf("no button that does it again: %s", text)
		}
	})
	t.Run("a fault of ours says so and nothing more", func(t *testing.T) {
		s := newScene(t)
		s.err = errors.New("pq: the password of steward is wrong")
		if got := s.command("inbox").Body.String(); !strings.Contains(got, textFault) || strings.Contains(got, "password") {
			t.Errorf("ack %s", got)
		}
	})
	t.Run("a link is made at the press", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyLink, Path: "/requests/AIR-1", Text: "Decide in the portal."}
		if got := s.command("inbox").Body.String(); !strings.Contains(got, "https://steward.example.com/sign-in/P-1/requests/AIR-1") {
			t.Errorf("ack %s", got)
		}
		if s.links != 1 {
			t.Errorf("%d links were made for one press", s.links)
		}
		s.reply.Path = "/broken"
		if got := s.command("inbox").Body.String(); !strings.Contains(got, textNoLink) {
			t.Errorf("ack %s", got)
		}
	})
	t.Run("somebody we do not let in", func(t *testing.T) {
		s := newScene(t)
		s.refused = &bot.Reply{Kind: bot.ReplySay, Text: "Guests cannot use this.", Code: workflows.CodeNotEntitled}
		if got := s.command("inbox").Body.String(); !strings.Contains(got, "Guests cannot use this.") || s.happened() != "" {
			t.Errorf("ack %s, happened %s", got, s.happened())
		}
	})
	t.Run("what takes long is acked in time and answered later", func(t *testing.T) {
		s := newScene(t)
		s.limited(turns.Limits{Budget: time.Millisecond})
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "At last."}
		s.before = func() { <-s.served }
		w := s.command("inbox")
		if got := s.happened(); w.Body.Len() != 0 || got != "command:inbox responded:new" || s.said[0].Text != "At last." {
			t.Errorf("ack %q, happened %s", w.Body, got)
		}
	})
}

func TestPresses(t *testing.T) {
	t.Run("a decision is made before the ack, its card replaces the one pressed, the place of the message is noted", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Approved by you."), Text: "You approved this."}
		s.interact(button1("act:1", about.String(), nil))
		if got := s.happened(); got != "pressed:approve responded:replace" {
			t.Errorf("happened %s", got)
		}
		if s.act != about || s.who.Key != "slack/T1/U1/trigger+9.9" || len(s.adopted) != 1 || s.adopted[0] != "7 U1 request/AIR-1 D1 1.5 1000" {
			t.Errorf("act %+v, key %q, adopted %q", s.act, s.who.Key, s.adopted)
		}
		if !strings.HasPrefix(s.said[0].Text, "You approved this.") {
			t.Errorf("said %q", s.said[0].Text)
		}
	})
	t.Run("a menu", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: &card.Card{Title: "Inbox", Gist: "Nothing waits for you."}}
		s.interact(button1("more", "", map[string]any{"actions": []any{map[string]any{
			"type": "overflow", "action_id": "more", "block_id": "b", "selected_option": map[string]any{"value": about.String()}, "action_ts": "1",
		}}}))
		if got := s.happened(); got != "pressed:approve responded:new" {
			t.Errorf("happened %s", got)
		}
	})
	t.Run("a form is opened in a modal, and its end updates the message it came from", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyOpen, Form: aForm()}
		reject := about
		reject.Verb = view.VerbReject
		s.interact(button1("act:2", reject.String(), nil))
		if got := s.happened(); !strings.HasSuffix(got, "updated:steward:form") || !strings.Contains(got, "opened:steward:wait") {
			t.Errorf("happened %s", got)
		}
		s.reply = bot.Reply{Kind: bot.ReplyNotice, Text: "You rejected this.", Card: aCard("Rejected by you.")}
		payload := inModal(callbackForm, meta{Form: "draft1", Revision: 2}.String())
		payload["type"] = "view_submission"
		w := s.interact(payload)
		if got := w.Body.String(); !strings.Contains(got, `"response_action":"update"`) || !strings.Contains(got, "You rejected this.") {
			t.Errorf("ack %s", got)
		}
		if got := s.happened(); !strings.HasSuffix(got, "submitted:next responded:replace made-home home:U1") {
			t.Errorf("happened %s", got)
		}
		if s.sub.Form != "draft1" || s.sub.Revision != 2 || s.sub.Values.First("reason") != "Because" {
			t.Errorf("submission %+v", s.sub)
		}
	})
	t.Run("a link to the portal", func(t *testing.T) {
		s := newScene(t)
		s.interact(button1("link:1", "/requests/AIR-1", nil))
		text, _ := json.Marshal(s.said[0].Blocks)
		if got := s.happened(); got != "responded:new" || !strings.Contains(string(text), "/sign-in/P-1/requests/AIR-1") {
			t.Errorf("happened %s, said %s", got, text)
		}
	})
	t.Run("on Home, the answer is a modal and Home is made anew", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Approved by you."), Text: "You approved this."}
		s.interact(button1("act:1", about.String(), map[string]any{
			"response_url": "", "message": nil, "view": map[string]any{"id": "V0", "type": "home", "title": map[string]any{}},
		}))
		if got := s.happened(); got != "pressed:approve opened:steward:notice made-home home:U1" {
			t.Errorf("happened %s", got)
		}
	})
	t.Run("over a form, what is only to be read is laid", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: &card.Card{Title: "Why these questions", Gist: "Why"}}
		s.interact(button1("act:1", card.Action{Verb: view.VerbQuestions, Arg: "ai-use"}.String(), inModal(callbackForm, "{}")))
		if got := s.happened(); got != "pressed:questions pushed:steward:notice" {
			t.Errorf("happened %s", got)
		}
	})
	t.Run("on a notice, the answer takes its place", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Details")}
		s.interact(button1("act:1", card.Action{Verb: view.VerbDetails, About: "request/AIR-1"}.String(), inModal(callbackNotice, "")))
		if got := s.happened(); got != "pressed:details updated:steward:notice" {
			t.Errorf("happened %s", got)
		}
	})
	t.Run("back keeps what is typed", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyForm, Form: aForm()}
		s.interact(button1("go:back", "draft1", inModal(callbackForm, meta{Form: "draft1", Revision: 2}.String())))
		if got := s.happened(); got != "submitted:back updated:steward:form" || s.sub.Values.First("reason") != "Because" {
			t.Errorf("happened %s, %+v", got, s.sub)
		}
	})
	t.Run("whose account it is", func(t *testing.T) {
		s := newScene(t)
		s.interact(button1("act:1", card.Action{Verb: "me", Arg: "P-1"}.String(), nil))
		if got := s.happened(); got != "linked responded:new" {
			t.Errorf("happened %s", got)
		}
	})
	t.Run("an envelope of another workspace is a stranger's", func(t *testing.T) {
		s := newScene(t)
		s.interact(button1("act:1", about.String(), map[string]any{"team": map[string]any{"id": "T2"}}))
		if !s.stranger {
			t.Error("it counts as one of ours")
		}
	})
	t.Run("edited values and what we do not know do nothing", func(t *testing.T) {
		s := newScene(t)
		for _, p := range []map[string]any{
			button1("act:1", "approve", nil), button1("act:1", "", nil), button1("open", "", nil), button1("f:reason", "x", nil),
			button1("act:1", about.String(), map[string]any{"actions": []any{}}),
			{"type": "view_submission", "view": map[string]any{"callback_id": "else"}},
			{"type": "shortcut", "callback_id": "else"},
			{"type": "view_closed"},
		} {
			if w := s.interact(p); w.Code != http.StatusOK {
				t.Errorf("%v: %d", p, w.Code)
			}
		}
		if got := s.happened(); got != "" {
			t.Errorf("happened %s", got)
		}
	})
}

func TestSubmissions(t *testing.T) {
	submit := func(metadata string) map[string]any {
		p := inModal(callbackForm, metadata)
		p["type"] = "view_submission"
		return p
	}
	good := meta{Form: "draft1", Revision: 2}.String()
	t.Run("a fault keeps what is typed in view", func(t *testing.T) {
		s := newScene(t)
		s.err = errors.New("no database")
		if got := s.interact(submit(good)).Body.String(); !strings.Contains(got, `"response_action":"errors"`) || !strings.Contains(got, "f:reason:1") {
			t.Errorf("ack %s", got)
		}
	})
	t.Run("metadata that is not ours is a fault, not a form", func(t *testing.T) {
		s := newScene(t)
		if got := s.interact(submit(`{"x":1}`)).Body.String(); !strings.Contains(got, textFaultForm) || s.happened() != "" {
			t.Errorf("ack %s, happened %s", got, s.happened())
		}
	})
	t.Run("a slow one is acked with Saving and ends in its place", func(t *testing.T) {
		s := newScene(t)
		s.limited(turns.Limits{Budget: time.Millisecond})
		s.reply = bot.Reply{Kind: bot.ReplyNotice, Text: "You rejected this.", Card: aCard("Rejected.")}
		s.before = func() { <-s.served }
		w := s.interact(submit(good))
		if !strings.Contains(w.Body.String(), textSaving) || !strings.Contains(s.happened(), "submitted:next updated:steward:notice") {
			t.Errorf("ack %s, happened %s", w.Body, s.happened())
		}
	})
	t.Run("a slow one whose window is closed is told in the conversation", func(t *testing.T) {
		s := newScene(t)
		s.limited(turns.Limits{Budget: time.Millisecond})
		s.openErr = &bot.SendError{Reason: "not_found"}
		s.reply = bot.Reply{Kind: bot.ReplyNotice, Text: "You rejected this."}
		s.before = func() { <-s.served }
		s.interact(submit(good))
		if !strings.Contains(s.happened(), "posted:U1") || s.said[0].Text != "You rejected this." {
			t.Errorf("happened %s", s.happened())
		}
	})
	t.Run("a page too large for an ack comes after it", func(t *testing.T) {
		s := newScene(t)
		f := aForm()
		for i := range 20 {
			f.Fields = append(f.Fields, card.Field{Key: "k" + string(rune('a'+i)), Kind: card.FieldLong, Label: "Text", Value: []string{strings.Repeat("x", 2000)}})
		}
		s.reply = bot.Reply{Kind: bot.ReplyForm, Form: f}
		w := s.interact(submit(good))
		if w.Body.Len() > maxAck || !strings.Contains(s.happened(), "updated:steward:form") {
			t.Errorf("an ack of %d bytes, happened %s", w.Body.Len(), s.happened())
		}
	})
	t.Run("close", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyClose}
		if got := s.interact(submit(good)).Body.String(); !strings.Contains(got, `"response_action":"clear"`) {
			t.Errorf("ack %s", got)
		}
	})
}

func TestSuggestions(t *testing.T) {
	s := newScene(t)
	ask := func(action string) string {
		return s.interact(map[string]any{"type": "block_suggestion", "action_id": action, "value": "o"}).Body.String()
	}
	if got := ask("p:owner"); !strings.Contains(got, "Ben o · Sales") || !strings.Contains(got, `"value":"P-2"`) {
		t.Errorf("offered %s", got)
	}
	if got := ask("else"); !strings.Contains(got, `"options":[]`) {
		t.Errorf("another field is offered %s", got)
	}
	s.refused = &bot.Reply{Kind: bot.ReplySay, Text: "no"}
	if got := ask("p:owner"); !strings.Contains(got, `"options":[]`) {
		t.Errorf("a stranger is offered %s", got)
	}
}

func TestEvents(t *testing.T) {
	s := newScene(t)
	for _, c := range []struct{ event, want string }{
		{`{"type":"app_home_opened","user":"U1","tab":"home"}`, "made-home home:U1"},
		{`{"type":"app_home_opened","user":"U1","tab":"messages"}`, ""},
		{`{"type":"app_home_opened","user":"U0BOT","tab":"home"}`, ""},
		{`{"type":"user_change","user":{"id":"U2"}}`, "forgot:U2"},
		{`{"type":"message","user":"U1","bot_id":"B0BOT"}`, ""},
	} {
		s.events = nil
		s.post("/slack/events", `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":`+c.event+`}`)
		if got := s.happened(); got != c.want {
			t.Errorf("%s: %s, want %s", c.event, got, c.want)
		}
	}
}

func TestShortcuts(t *testing.T) {
	s := newScene(t)
	s.reply = bot.Reply{Kind: bot.ReplyCard, Card: &card.Card{Title: "What do you want to ask for?", Gist: "Ask"}}
	s.interact(map[string]any{"type": "shortcut", "callback_id": shortcutRequest})
	if got := s.happened(); !strings.HasSuffix(got, "updated:steward:notice") || !strings.Contains(got, "command:request") {
		t.Errorf("happened %s", got)
	}
}

func TestPanicIsOneTurn(t *testing.T) {
	s := newScene(t)
	s.before = func() { panic("nobody expected this") }
	if got := s.command("inbox").Body.String(); !strings.Contains(got, textFault) {
		t.Errorf("ack %s", got)
	}
	s.before = nil
	s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Fine."}
	if got := s.command("inbox").Body.String(); !strings.Contains(got, "Fine.") {
		t.Errorf("after it: %s", got)
	}
}

func TestNoRoom(t *testing.T) {
	s := newScene(t)
	s.app.turns.Close() // as full as it can be
	if got := s.command("inbox").Body.String(); !strings.Contains(got, textBusy) || s.happened() != "" {
		t.Errorf("ack %s", got)
	}
	if w := s.interact(button1("act:1", about.String(), nil)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a press is acked with %d", w.Code)
	}
}

// TestNoRoomForOne: a user who has as many turns as they may have leaves the room to others, by whatever they come.
func TestNoRoomForOne(t *testing.T) {
	s := newScene(t)
	s.limited(turns.Limits{Each: 1})
	command := func(user string) envelope {
		return envelope{command: &slackgo.SlashCommand{Command: "/steward", Text: "inbox", UserID: user, TeamID: "T1"}}
	}
	opened, err := decodeEvent([]byte(`{"type":"event_callback","team_id":"T1","event":{"type":"app_home_opened","tab":"home","user":"U1"}}`))
	if err != nil {
		t.Fatal(err)
	}
	typed := envelope{interaction: &slackgo.InteractionCallback{
		Type: slackgo.InteractionTypeBlockSuggestion, User: slackgo.User{ID: "U1"}, Team: slackgo.Team{ID: "T1"},
	}}
	_, first, ok := s.app.receive(t.Context(), command("U1"))
	if !ok {
		t.Fatal("no room for the first")
	}
	defer first()
	if body, _, _ := s.app.receive(t.Context(), command("U1")); body == nil || !strings.Contains(fmt.Sprint(body), textBusy) {
		t.Errorf("a second command is acked with %v", body)
	}
	for name, env := range map[string]envelope{"an event": opened, "an interaction": typed} {
		if _, _, ok := s.app.receive(t.Context(), env); ok {
			t.Errorf("room for %s of the same user", name)
		}
	}
	_, other, ok := s.app.receive(t.Context(), command("U2"))
	if !ok {
		t.Error("no room for another user")
	}
	other()
}

func TestPlaces(t *testing.T) {
	now := time.Unix(0, 0)
	p := newPlaces(func() time.Time { return now })
	p.put("a", "url a")
	p.put("b", "url b")
	if url, ok := p.take("a"); url != "url a" || !ok {
		t.Errorf("took %q %v", url, ok)
	}
	if _, ok := p.take("a"); ok {
		t.Error("taken twice")
	}
	now = now.Add(placeLife)
	if _, ok := p.take("b"); ok {
		t.Error("an address older than Slack keeps it")
	}
	for i := range maxPlaces + 10 {
		p.put(string(rune(i)), "x")
	}
	if len(p.by) != maxPlaces || len(p.keys) != maxPlaces {
		t.Errorf("%d kept", len(p.by))
	}
}

func FuzzEnvelopes(f *testing.F) {
	f.Add([]byte(`payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%7B%22value%22%3A%22approve%7Crequest%2FAIR-1%7C%7C1%7C1%7C%22%7D%5D%7D`))
	f.Add([]byte(`command=/steward&user_id=U1&text=request+ai-use`))
	f.Add([]byte(`{"type":"event_callback","event":{"type":"app_home_opened","user":"U1","tab":"home"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Done."}
		for _, path := range []string{"/slack/commands", "/slack/interactions", "/slack/options", "/slack/events"} {
			if w := s.post(path, string(body)); w.Code >= 500 {
				t.Fatalf("%s: %d", path, w.Code)
			}
		}
	})
}
