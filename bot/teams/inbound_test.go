package teams

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
	"steward/bot/view"
	"steward/workflows"
)

func TestWho(t *testing.T) {
	s := newScene(t)
	try := func(name string, want int, change func(*http.Request), body string) {
		t.Run(name, func(t *testing.T) {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, Path, strings.NewReader(body))
			req.Header.Set("Authorization", "Bearer good")
			change(req)
			w := httptest.NewRecorder()
			s.app.Handler().ServeHTTP(w, req)
			if err := s.app.Settle(t.Context()); err != nil || w.Code != want || w.Code != http.StatusOK && w.Body.Len() > 0 {
				t.Errorf("answered %d %q, want %d and no word why; %v", w.Code, w.Body, want, err)
			}
		})
	}
	whole := func(more map[string]any) string {
		raw, err := json.Marshal(anActivity(more))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	same := func(*http.Request) {}
	try("no token", http.StatusUnauthorized, func(r *http.Request) { r.Header.Del("Authorization") }, whole(nil))
	try("a tenant that is not let in", http.StatusForbidden, same, whole(map[string]any{"conversation": map[string]any{"tenantId": userID}}))
	try("another channel", http.StatusUnauthorized, same, whole(map[string]any{"channelId": "webchat"}))
	try("no JSON", http.StatusBadRequest, same, "<xml/>")
	try("a list", http.StatusBadRequest, same, "[]")
	try("packed", http.StatusUnsupportedMediaType, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, whole(nil))
	try("far too large", http.StatusRequestEntityTooLarge, same, strings.Repeat(" ", maxBody+1))
	if got := s.happened(); got != "" {
		t.Errorf("and yet: %s", got)
	}
	if w := s.post(whole(map[string]any{"type": "message", "text": "inbox"})); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("a good one is answered with %d %q", w.Code, w.Body)
	}
}

// TestUnhandled shows that whatever we have nothing for is answered with 200 and does nothing: Teams adds kinds at any time, and
// stops delivering where it gets errors.
func TestUnhandled(t *testing.T) {
	for name, a := range map[string]map[string]any{
		"a kind of tomorrow":             {"type": "somethingNew", "text": "inbox"},
		"a reaction":                     {"type": "messageReaction", "reactionsAdded": []any{map[string]any{"type": "like"}}},
		"an edit":                        {"type": "messageUpdate", "text": "inbox"},
		"typing":                         {"type": "typing"},
		"an invoke of tomorrow":          {"type": "invoke", "name": "tab/fetch", "value": map[string]any{}},
		"an invoke without a name":       {"type": "invoke"},
		"a message of a bot":             {"text": "inbox", "from": map[string]any{"id": "28:other"}},
		"an invoke of nobody":            {"type": "invoke", "name": "task/fetch", "from": map[string]any{"id": "29:x"}, "value": map[string]any{"data": map[string]any{"act": about.String()}}},
		"a button that is not ours":      {"value": map[string]any{"approve": true}},
		"an extension that is not ours":  {"type": "invoke", "name": "composeExtension/fetchTask", "value": map[string]any{"commandId": "x"}},
		"a team that changed its name":   {"type": "conversationUpdate", "channelData": map[string]any{"eventType": "teamRenamed", "tenant": map[string]any{"id": tenantID}}},
		"somebody else was added":        {"type": "conversationUpdate", "membersAdded": []any{map[string]any{"id": "29:other", "aadObjectId": userID}}},
		"installed in a team":            {"type": "installationUpdate", "action": "add", "conversation": map[string]any{"conversationType": "channel", "tenantId": tenantID, "id": "19:x"}},
		"entities of shapes nobody knew": {"type": "typing", "entities": []any{1, "x", map[string]any{"type": []any{}}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			if w := s.post(anActivity(a)); w.Code != http.StatusOK || w.Body.Len() != 0 || s.happened() != "" {
				t.Errorf("answered %d %q, happened %s", w.Code, w.Body, s.happened())
			}
		})
	}
}

func TestMessages(t *testing.T) {
	for name, c := range map[string]struct {
		more map[string]any
		want string
	}{
		"plain words":                   {map[string]any{"text": "status AIR-1"}, "status AIR-1"},
		"with a slash, as elsewhere":    {map[string]any{"text": "/status AIR-1 "}, "status AIR-1"},
		"with our name, as elsewhere":   {map[string]any{"text": "steward status AIR-1"}, "status AIR-1"},
		"with a space that is no space": {map[string]any{"text": "\u00a0status AIR-1\u00a0\n"}, "status AIR-1"},
		"our name as a mention": {map[string]any{"text": "<at>Steward</at> inbox", "entities": []any{map[string]any{
			"type": "mention", "text": "<at>Steward</at>", "mentioned": map[string]any{"id": "28:app"},
		}}}, "inbox"},
		"somebody else's mention stays": {map[string]any{"text": "<at>Ben</at> inbox", "entities": []any{map[string]any{
			"type": "mention", "text": "<at>Ben</at>", "mentioned": map[string]any{"id": "29:ben"},
		}}}, "<at>Ben</at> inbox"},
		"an attachment of the words": {map[string]any{"text": "inbox", "attachments": []any{map[string]any{"contentType": "text/html"}}}, "inbox"},
		"nothing at all":             {map[string]any{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("It waits for Ben.")}
			s.post(anActivity(c.more))
			if got := s.happened(); got != "chat:a:1chat command:"+c.want+" sent:a:1chat" || !strings.Contains(s.last(), "It waits for Ben.") {
				t.Errorf("happened %s", got)
			}
			if m := s.sent[0]; m.Text != "" || m.Summary == "" || m.Card == nil {
				t.Errorf("sent %+v, want a card alone with a summary", m)
			}
			if s.who.Key != "teams/"+tenantID+"/"+userID+"/a:1chat/a1" {
				t.Errorf("key %q", s.who.Key)
			}
		})
	}
	t.Run("a form is a button that opens it", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyOpen, Form: aForm()}
		s.say("request ai-use")
		want := card.Action{Verb: view.VerbContinue, Arg: "draft1"}.String()
		if got := s.last(); !strings.Contains(got, want) || !strings.Contains(got, "task/fetch") {
			t.Errorf("sent %s", got)
		}
	})
	t.Run("a link signs in once", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyLink, Path: "/requests/AIR-1", Text: "Please decide in the portal."}
		s.say("status AIR-1")
		if got := s.last(); !strings.Contains(got, "https://steward.example.com/sign-in/P-1/requests/AIR-1") || s.links != 1 {
			t.Errorf("sent %s, %d links", got, s.links)
		}
		s.reply.Path = "/broken"
		if s.say("status AIR-1"); !strings.Contains(s.last(), textNoLink) {
			t.Errorf("sent %s", s.last())
		}
	})
	t.Run("somebody we do not let in", func(t *testing.T) {
		s := newScene(t)
		s.refused = &bot.Reply{Kind: bot.ReplySay, Text: "Guests cannot use this.", Code: workflows.CodeNotEntitled}
		if s.say("inbox"); s.happened() != "chat:a:1chat sent:a:1chat" || !strings.Contains(s.last(), "Guests cannot use this.") {
			t.Errorf("happened %s", s.happened())
		}
	})
	t.Run("a fault of ours is a sentence", func(t *testing.T) {
		s := newScene(t)
		s.err = http.ErrServerClosed
		if s.say("inbox"); !strings.Contains(s.last(), textFault) {
			t.Errorf("sent %s", s.last())
		}
	})
	t.Run("what takes long is acked in time and answered later", func(t *testing.T) {
		s := newScene(t)
		s.limited(turns.Limits{Budget: time.Millisecond})
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "At last."}
		s.before = func() { <-s.served }
		if s.say("inbox"); !strings.Contains(s.last(), "At last.") {
			t.Errorf("sent %s", s.last())
		}
	})
	t.Run("in a team we answer nothing but where we answer", func(t *testing.T) {
		s := newScene(t)
		s.post(anActivity(map[string]any{
			"text": "inbox", "conversation": map[string]any{"conversationType": "channel", "tenantId": tenantID, "id": "19:x@thread.tacv2;messageid=1"},
		}))
		if s.happened() != "sent:19:x@thread.tacv2;messageid=1" || s.sent[0].Text != textElsewhere || s.sent[0].Card != nil {
			t.Errorf("happened %s: %+v", s.happened(), s.sent)
		}
	})
	t.Run("an answer waits a moment for a limit, and no longer", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Yes."}
		s.sendErr = &bot.SendError{Pause: true, After: time.Millisecond}
		s.say("inbox")
		s.sendErr = &bot.SendError{Pause: true, After: time.Minute}
		s.say("inbox")
		if n := strings.Count(s.happened(), "sent:"); n != 3 {
			t.Errorf("sent %d times, want two and one: %s", n, s.happened())
		}
	})
}

func TestExecutes(t *testing.T) {
	data := map[string]any{"act": about.String(), "d": 7, "at": 1000}
	const card200 = `"statusCode":200,"type":"application/vnd.microsoft.card.adaptive"`
	t.Run("a decision is made before the answer, which is the card as it is now; the place of the message is noted", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Approved by Ben."), Text: "You approved it."}
		got := s.execute(data)
		if !strings.Contains(got, card200) || !strings.Contains(got, "Approved by Ben.") || !strings.Contains(got, "You approved it.") {
			t.Errorf("answered %s", got)
		}
		if h := s.happened(); h != "chat:a:1chat pressed:approve adopted:7/request/AIR-1/a:1chat/m7/1000" || s.act != about {
			t.Errorf("happened %s with %+v", h, s.act)
		}
	})
	t.Run("a refusal is red and leaves the card", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "You asked for it yourself.", Code: workflows.CodeNotEntitled}
		if got := s.execute(data); !strings.Contains(got, `"statusCode":400,"type":"application/vnd.microsoft.error"`) ||
			!strings.Contains(got, "You asked for it yourself.") {
			t.Errorf("answered %s", got)
		}
	})
	t.Run("a sentence is a toast", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Chosen."}
		if got := s.execute(data); !strings.Contains(got, `"type":"application/vnd.microsoft.activity.message","value":"Chosen."`) {
			t.Errorf("answered %s", got)
		}
	})
	t.Run("a fault of ours", func(t *testing.T) {
		s := newScene(t)
		s.err = http.ErrServerClosed
		if got := s.execute(data); !strings.Contains(got, `"statusCode":500`) || !strings.Contains(got, textFault[:20]) {
			t.Errorf("answered %s", got)
		}
	})
	for name, r := range map[string]bot.Reply{
		"the card of another thing": {Kind: bot.ReplyCard, Card: &card.Card{About: "request/AIR-2", Kicker: "AIR-2", Title: "DeepL", Gist: "DeepL"}},
		"a form":                    {Kind: bot.ReplyOpen, Form: aForm()},
		"a link":                    {Kind: bot.ReplyLink, Path: "/requests/AIR-1"},
	} {
		t.Run(name+" comes as a message", func(t *testing.T) {
			s := newScene(t)
			s.reply = r
			if got := s.execute(data); !strings.Contains(got, textBelow) || !strings.HasSuffix(s.happened(), "sent:a:1chat") {
				t.Errorf("answered %s, happened %s", got, s.happened())
			}
		})
	}
	t.Run("what takes long is answered in time, and then the card is brought up to date", func(t *testing.T) {
		s := newScene(t)
		s.limited(turns.Limits{Budget: time.Millisecond})
		s.before = func() { <-s.served }
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Approved by Ben.")}
		if got := s.execute(data); !strings.Contains(got, textSaving) || !strings.HasSuffix(s.happened(), "updated:m7") {
			t.Errorf("answered %s, happened %s", got, s.happened())
		}
	})
	t.Run("whose account is this", func(t *testing.T) {
		s := newScene(t)
		if got := s.execute(map[string]any{"act": card.Action{Verb: view.VerbMe, Arg: "P-1"}.String()}); !strings.Contains(got, "Linked.") || s.happened() != "chat:a:1chat linked" {
			t.Errorf("answered %s, happened %s", got, s.happened())
		}
	})
	t.Run("a button of another age", func(t *testing.T) {
		s := newScene(t)
		if got := s.execute(map[string]any{"approve": "AIR-1"}); !strings.Contains(got, `"statusCode":400`) || s.happened() != "" {
			t.Errorf("answered %s, happened %s", got, s.happened())
		}
	})
	t.Run("a card in a team", func(t *testing.T) {
		s := newScene(t)
		w := s.post(anActivity(map[string]any{
			"type": "invoke", "name": "adaptiveCard/action", "value": map[string]any{"action": map[string]any{"data": data}},
			"conversation": map[string]any{"conversationType": "channel", "tenantId": tenantID, "id": "19:x"},
		}))
		if !strings.Contains(w.Body.String(), textElsewhere) || s.happened() != "" {
			t.Errorf("answered %s, happened %s", w.Body, s.happened())
		}
	})
	t.Run("the same button of an old client comes as a message, and its card is updated", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Approved by Ben.")}
		s.post(anActivity(map[string]any{"value": data, "replyToId": "m7"}))
		if got := s.happened(); !strings.HasSuffix(got, "pressed:approve adopted:7/request/AIR-1/a:1chat/m7/1000 updated:m7") {
			t.Errorf("happened %s", got)
		}
		s.sendErr = &bot.SendError{Gone: true}
		if s.post(anActivity(map[string]any{"value": data, "replyToId": "m7"})); !strings.HasSuffix(s.happened(), "updated:m7 sent:a:1chat") {
			t.Errorf("a card that cannot be updated: %s", s.happened())
		}
	})
	t.Run("a link of an old client", func(t *testing.T) {
		s := newScene(t)
		s.post(anActivity(map[string]any{"value": map[string]any{"link": "/requests/AIR-1"}}))
		if !strings.Contains(s.last(), "/sign-in/P-1/requests/AIR-1") {
			t.Errorf("sent %s", s.last())
		}
	})
}

func TestExtension(t *testing.T) {
	query := map[string]any{"commandId": extensionFind, "parameters": []any{
		map[string]any{"name": "initialRun", "value": true}, map[string]any{"name": findQuery, "value": "otter"},
	}}
	t.Run("requests to share", func(t *testing.T) {
		s := newScene(t)
		s.found = []card.Card{*aCard("Medium")}
		got := s.invoke("composeExtension/query", query)
		if !strings.Contains(got, `"type":"result"`) || !strings.Contains(got, "AIR-1 Otter") || !strings.HasSuffix(s.happened(), "find:otter") {
			t.Errorf("answered %s, happened %s", got, s.happened())
		}
	})
	t.Run("in a chat of others, which is not noted as anybody's own", func(t *testing.T) {
		s := newScene(t)
		s.found = []card.Card{*aCard("Medium")}
		w := s.post(anActivity(map[string]any{
			"type": "invoke", "name": "composeExtension/query", "value": query,
			"conversation": map[string]any{"conversationType": "groupChat", "tenantId": tenantID, "id": "19:x@thread.v2"},
		}))
		if !strings.Contains(w.Body.String(), "AIR-1 Otter") || s.happened() != "find:otter" {
			t.Errorf("answered %s, happened %s", w.Body, s.happened())
		}
	})
	t.Run("nothing found", func(t *testing.T) {
		s := newScene(t)
		if got := s.invoke("composeExtension/query", query); !strings.Contains(got, textNothingFound) {
			t.Errorf("answered %s", got)
		}
	})
	t.Run("somebody we do not let in", func(t *testing.T) {
		s := newScene(t)
		s.refused = &bot.Reply{Kind: bot.ReplyCard, Card: aCard("Is this you?"), Code: workflows.CodeNotEntitled}
		if got := s.invoke("composeExtension/query", query); !strings.Contains(got, "Is this you?") {
			t.Errorf("answered %s", got)
		}
	})
	t.Run("a new request", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: &card.Card{Title: "What do you ask for?", Gist: "x", Lead: []string{"Choose."}}}
		if got := s.invoke("composeExtension/fetchTask", map[string]any{"commandId": extensionRequest}); !strings.Contains(got, "What do you ask for?") ||
			!strings.HasSuffix(s.happened(), "command:request") {
			t.Errorf("answered %s, happened %s", got, s.happened())
		}
		s.reply = bot.Reply{Kind: bot.ReplyForm, Form: aForm()}
		if got := s.invoke("composeExtension/submitAction", map[string]any{"data": map[string]any{"form": "draft1", "revision": 2}}); !strings.Contains(got, `"continue"`) {
			t.Errorf("answered %s", got)
		}
	})
	t.Run("people", func(t *testing.T) {
		s := newScene(t)
		search := map[string]any{"kind": "search", "queryText": "ok", "dataset": "people"}
		if got := s.invoke("application/search", search); !strings.Contains(got, `"results":[{"title":"Ben ok · Sales","value":"P-2"}]`) {
			t.Errorf("answered %s", got)
		}
		s.refused = &bot.Reply{Kind: bot.ReplySay, Text: "Guests cannot use this.", Code: workflows.CodeNotEntitled}
		if got := s.invoke("application/search", search); !strings.Contains(got, `"results":[]`) {
			t.Errorf("a guest is offered %s", got)
		}
		search["dataset"] = "systems"
		if got := s.invoke("application/search", search); !strings.Contains(got, `"results":[]`) {
			t.Errorf("of another set: %s", got)
		}
	})
}

func TestInstalls(t *testing.T) {
	s := newScene(t)
	met := 0
	s.cfg.Met = func(context.Context, bot.Profile) error {
		met++
		return nil
	}
	s.app = New(s.cfg)
	added := []any{map[string]any{"id": "28:app"}, map[string]any{"id": "29:1abc", "aadObjectId": userID}}
	s.post(anActivity(map[string]any{"type": "conversationUpdate", "membersAdded": added, "from": map[string]any{"id": "28:admin"}}))
	s.post(anActivity(map[string]any{"type": "installationUpdate", "action": "add"}))
	if s.happened() != "chat:a:1chat chat:a:1chat" || met != 2 {
		t.Errorf("happened %s, met %d", s.happened(), met)
	}
	s.post(anActivity(map[string]any{"type": "installationUpdate", "action": "remove"}))
	s.post(anActivity(map[string]any{"type": "installationUpdate", "action": "add-upgrade"}))
	if want := "chat:a:1chat chat:a:1chat ended:" + userID + ":a:1chat chat:a:1chat"; s.happened() != want || len(s.sent) != 0 {
		t.Errorf("happened %s, want %s and nothing said", s.happened(), want)
	}
}

func TestPanicIsOneTurn(t *testing.T) {
	s := newScene(t)
	s.before = func() { panic("nobody expected this") }
	if s.say("inbox"); !strings.Contains(s.last(), textFault) {
		t.Errorf("sent %s", s.last())
	}
	s.before, s.reply = nil, bot.Reply{Kind: bot.ReplySay, Text: "Fine."}
	if s.say("inbox"); !strings.Contains(s.last(), "Fine.") {
		t.Errorf("after it: %s", s.last())
	}
}

func TestNoRoom(t *testing.T) {
	s := newScene(t)
	s.app.turns.Close() // as full as it can be
	if w := s.say("inbox"); w.Code != http.StatusServiceUnavailable || s.happened() != "" {
		t.Errorf("answered %d, happened %s", w.Code, s.happened())
	}
}

// TestNoRoomForOne: an account that has as many turns as it may have leaves the room to others.
func TestNoRoomForOne(t *testing.T) {
	s := newScene(t)
	s.limited(turns.Limits{Each: 1})
	comes := func(user string) (acked func(), ok bool) {
		t.Helper()
		raw, err := json.Marshal(anActivity(map[string]any{
			"type": "installationUpdate", "action": "add-upgrade", "from": map[string]any{"id": "29:1", "aadObjectId": user},
		}))
		if err != nil {
			t.Fatal(err)
		}
		act, err := readActivity(raw)
		if err != nil {
			t.Fatal(err)
		}
		_, acked, ok = s.app.receive(t.Context(), act)
		return acked, ok
	}
	first, ok := comes(userID)
	if !ok {
		t.Fatal("no room for the first")
	}
	defer first()
	if _, ok := comes(strings.ToUpper(userID)); ok {
		t.Error("room for a second of the same account")
	}
	other, ok := comes("99999999-0000-4000-8000-000000000001")
	if !ok {
		t.Error("no room for another account")
	}
	other()
}

// FuzzActivity: whatever comes with a good token, it is answered, and nothing breaks.
func FuzzActivity(f *testing.F) {
	for _, more := range []map[string]any{
		{"text": "inbox"},
		{"value": map[string]any{"act": about.String()}},
		{"type": "invoke", "name": "adaptiveCard/action", "value": map[string]any{"action": map[string]any{"data": map[string]any{"act": about.String(), "d": 7}}}},
		{"type": "invoke", "name": "task/fetch", "value": map[string]any{"data": map[string]any{"link": "/"}}},
		{"type": "invoke", "name": "task/submit", "value": map[string]any{"data": map[string]any{"form": "x", "revision": "2", "f:reason": []any{1}, "f:a": true}}},
		{"type": "invoke", "name": "composeExtension/query", "value": map[string]any{"parameters": []any{map[string]any{"name": "query", "value": 1}}}},
		{"type": "invoke", "name": "application/search", "value": map[string]any{"queryText": "x", "dataset": "people"}},
		{"type": "installationUpdate", "action": "add"},
		{"type": "conversationUpdate", "membersAdded": []any{map[string]any{"id": "28:app"}}},
	} {
		raw, err := json.Marshal(anActivity(more))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add(`{"type":5,"from":"x","entities":{},"conversation":[],"channelData":"x","timestamp":"yesterday"}`)
	f.Fuzz(func(t *testing.T, body string) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Yes."}
		w := httptest.NewRecorder()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, Path, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer good")
		a, err := readActivity([]byte(body))
		if err == nil && a.account().User != userID && a.account().User != "" {
			return // the scene knows one person
		}
		if s.app.Handler().ServeHTTP(w, req); w.Code >= http.StatusInternalServerError {
			t.Errorf("answered %d to %q", w.Code, body)
		}
		if err := s.app.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
