package faketeams_test

import (
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
)

func answer(status int, kind string, value any) obj {
	return obj{"statusCode": status, "type": kind, "value": value}
}

// pressed sends a card with a button to ana, and gives it as she sees it.
func (w *world) shown(c obj) faketeams.Message {
	w.t.Helper()
	w.send(w.Chat(ana), message(c))
	return w.Personal(ana)[0]
}

func TestExecute(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	on := w.shown(cardOf([]any{rich("Please decide")}, with(execute("Approve", obj{"act": "approve", "d": 7}), obj{"id": "go"})))
	const (
		isCard  = faketeams.CardType
		isText  = "application/vnd.microsoft.activity.message"
		isError = "application/vnd.microsoft.error"
	)
	done := cardOf([]any{rich("Approved by you")})
	for name, c := range map[string]struct {
		status    int
		body      any
		toast     string
		red       string
		trouble   string
		complaint string
		card      bool
	}{
		"a card":                {200, answer(200, isCard, done), "", "", "", "", true},
		"a sentence":            {200, answer(200, isText, "Done"), "Done", "", "", "", false},
		"an error":              {200, answer(400, isError, obj{"code": "BadRequest", "message": "Too late"}), "", "Too late", "", "", false},
		"an error of ours":      {200, answer(500, isError, obj{"code": "X", "message": "Sorry"}), "", "Sorry", "", "", false},
		"status in HTTP":        {400, answer(400, isError, obj{"code": "BadRequest", "message": "x"}), "", "", faketeams.TroubleWrong, "status 400", false},
		"not implemented":       {501, nil, "", "", faketeams.TroubleUnreached, "", false},
		"nothing":               {200, nil, "", "", faketeams.TroubleWrong, "no JSON", false},
		"a text":                {200, `{"statusCode":200}`, "", "", faketeams.TroubleWrong, "no JSON", false},
		"status for statusCode": {200, obj{"status": 200, "type": isText, "value": "x"}, "", "", faketeams.TroubleWrong, "want statusCode", false},
		"more":                  {200, with(answer(200, isText, "x"), obj{"more": 1}), "", "", faketeams.TroubleWrong, "want statusCode", false},
		"a status as text":      {200, obj{"statusCode": "200", "type": isText, "value": "x"}, "", "", faketeams.TroubleWrong, "want statusCode", false},
		"the C# type":           {200, answer(200, "application/vnd.microsoft.adaptive.card", done), "", "", faketeams.TroubleWrong, "no such answer", false},
		"a card that is text":   {200, answer(200, isCard, "x"), "", "", faketeams.TroubleWrong, "no such answer", false},
		"a card with an error":  {200, answer(400, isCard, done), "", "", faketeams.TroubleWrong, "no such answer", false},
		"an empty sentence":     {200, answer(200, isText, ""), "", "", faketeams.TroubleWrong, "no such answer", false},
		"an error of 200":       {200, answer(200, isError, obj{"code": "x", "message": "y"}), "", "", faketeams.TroubleWrong, "no such answer", false},
		"an error as text":      {200, answer(400, isError, "x"), "", "", faketeams.TroubleWrong, "no such answer", false},
		"a card with a fault":   {200, answer(200, isCard, cardOf([]any{obj{"type": "Blink"}})), "", "", faketeams.TroubleWrong, "unknown type", false},
	} {
		w.when("adaptiveCard/action", func(obj) (int, any) { return c.status, c.body })
		r, err := w.Press(t.Context(), ana, on, "approve")
		if err != nil || r.Toast != c.toast || r.Red != c.red || r.Trouble != c.trouble || (r.Card != nil) != c.card {
			t.Errorf("%s: %+v %v", name, r, err)
		}
		if c.complaint != "" {
			w.complains(name, c.complaint)
		}
	}
	a := w.lastReceived()
	action := a["value"].(obj)["action"].(obj)
	if text(a, "replyToId") != on.ID || text(a, "value", "trigger") != "manual" || text(action, "type") != "Action.Execute" || text(action, "verb") != "act" ||
		text(action, "data", "act") != "approve" || action["data"].(obj)["d"] != 7.0 || text(action, "id") != "go" {
		t.Errorf("%v", a)
	}

	// The card that was answered is shown by one client, until the message is edited.
	w.when("adaptiveCard/action", func(obj) (int, any) { return 200, answer(200, isCard, done) })
	if _, err := w.Press(t.Context(), ana, on, "Approve"); err != nil {
		t.Fatal(err)
	}
	m, _ := w.Message(on.Conversation, on.ID)
	if m.SeenWords() != "Approved by you" || !strings.HasPrefix(m.Words(), "Please decide") || len(m.Controls()) != 0 {
		t.Errorf("seen %q, else %q", m.SeenWords(), m.Words())
	}
	w.call("PUT", activities(on.Conversation, "/", on.ID), message(cardOf([]any{rich("Approved by Ana")})))
	if m, _ = w.Message(on.Conversation, on.ID); m.SeenWords() != "Approved by Ana" {
		t.Errorf("after the edit: %q", m.SeenWords())
	}
	w.Remove(on.Conversation, on.ID)
	if r, err := w.Press(t.Context(), ana, on, "act"); err != nil || r.Card == nil {
		t.Error("an old copy of a message that is gone", r, err)
	}
	if _, err := w.Press(t.Context(), ana, on, "reject"); err == nil {
		t.Error("pressed what is not there")
	}
}

func TestPatience(t *testing.T) {
	w := newWorld(t, faketeams.Options{AckWithin: 100 * time.Millisecond})
	on := w.shown(cardOf([]any{rich("x")}, execute("Approve", obj{"act": "approve"}), opens("Decide", obj{"act": "decide"})))
	release := make(chan struct{})
	for _, kind := range []string{"adaptiveCard/action", "task/fetch"} {
		w.when(kind, func(obj) (int, any) { <-release; return 200, nil })
	}
	for _, name := range []string{"approve", "decide"} {
		r, err := w.Press(t.Context(), ana, on, name)
		if err != nil || r.Trouble != faketeams.TroubleUnreached || r.Ack.Failure != "timeout" {
			t.Errorf("%s: %+v %v", name, r, err)
		}
		w.complains(name, "no answer in time")
	}
	close(release)
}

// Old clients know no Action.Execute: they take the fallback, which comes as a message.
func TestFallback(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.AddUser(faketeams.User{ID: ana, Name: "Ana Ruiz", Old: true})
	bare := with(execute("Reject", obj{"act": "reject"}), obj{"fallback": nil})
	on := w.shown(cardOf([]any{rich("x")}, execute("Approve", obj{"act": "approve", "d": 1}), bare, submit("Plain", obj{"act": "plain"})))
	r, err := w.Press(t.Context(), ana, on, "approve")
	a := w.lastReceived()
	if err != nil || r.Trouble != "" || a["type"] != "message" || a["text"] != nil || text(a, "value", "act") != "approve" || text(a, "replyToId") != on.ID {
		t.Errorf("%v %v %v", a, r, err)
	}
	if _, err := w.Press(t.Context(), ana, on, "reject"); err == nil {
		t.Error("pressed what an old client does not show")
	}
	w.complains("no fallback", "no fallback")
	if _, err := w.Press(t.Context(), ana, on, "plain"); err != nil || text(w.lastReceived(), "value", "act") != "plain" {
		t.Error(err)
	}
}

func TestConfirmation(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	shows := func(actions ...any) obj {
		return obj{"type": "Action.ShowCard", "title": "Withdraw…", "card": obj{
			"type": "AdaptiveCard", "body": []any{rich("Sure?"), inputText("why")}, "actions": actions,
		}}
	}
	yes := with(execute("Yes", obj{"act": "withdraw"}), obj{"associatedInputs": "auto"})
	on := w.shown(cardOf([]any{inputText("above")}, shows(yes)))
	w.when("adaptiveCard/action", func(obj) (int, any) { return 200, answer(200, "application/vnd.microsoft.activity.message", "Done") })
	r, err := w.Press(t.Context(), ana, on, "Withdraw", faketeams.Values{"why": {"done with it"}})
	data := w.lastReceived()["value"].(obj)["action"].(obj)["data"].(obj)
	if err != nil || r.Toast != "Done" || data["why"] != "done with it" || data["above"] != "" || data["act"] != "withdraw" {
		t.Errorf("%v %v %v", data, r, err)
	}
	all := on.Controls()
	if len(all) != 2 || all[1].Within != "Withdraw…" || all[0].Within != "" {
		t.Errorf("%+v", all)
	}
	on = w.shown(cardOf([]any{rich("x")}, shows(execute("Yes", obj{"a": 1}), execute("No", obj{"a": 2})), obj{
		"type": "Action.OpenUrl", "title": "Portal", "url": "https://steward.example/x",
	}))
	if _, err := w.Press(t.Context(), ana, on, "Withdraw"); err == nil {
		t.Error("there are two answers")
	}
	if r, err := w.Press(t.Context(), ana, on, "No"); err != nil || r.Toast != "Done" {
		t.Error(r, err)
	}
	if r, err := w.Press(t.Context(), ana, on, "Portal"); err != nil || r.URL != "https://steward.example/x" {
		t.Error(r, err)
	}
	if _, err := w.Press(t.Context(), ana, on, "Yes", faketeams.Values{"nowhere": {"x"}}); err == nil {
		t.Error("filled in what is not there")
	}
}

func TestInputsOfMessages(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	all := []any{
		with(inputText("text"), obj{"isRequired": true, "errorMessage": "Say it", "maxLength": 5, "regex": "^[a-z]*$"}),
		obj{"type": "Input.Number", "id": "n", "label": "n", "min": 1, "max": 5, "value": 2},
		obj{"type": "Input.Date", "id": "day", "label": "day", "min": "2027-01-01", "max": "2027-02-01"},
		obj{"type": "Input.Toggle", "id": "yes", "title": "Yes", "valueOn": "yes", "valueOff": ","},
		choices("one", "a", "b"), with(choices("many", "a", "b", "c"), obj{"isMultiSelect": true, "value": "a"}),
	}
	on := w.shown(cardOf(all, submit("Send", obj{"k": "v"})))
	good := faketeams.Values{"text": {"abc"}, "many": {"c", "Title b"}}
	r, err := w.Press(t.Context(), ana, on, "Send", good)
	data := w.lastReceived()["value"].(obj)
	if err != nil || r.Trouble != "" {
		t.Fatal(r, err)
	}
	for key, want := range map[string]any{"k": "v", "text": "abc", "n": "2", "day": "", "yes": ",", "one": nil, "many": "c,b"} {
		if data[key] != want {
			t.Errorf("%s: %v, want %v", key, data[key], want)
		}
	}
	w.AddUser(faketeams.User{ID: ana, Sparse: true})
	if _, err = w.Press(t.Context(), ana, on, "Send", good); err != nil {
		t.Fatal(err)
	}
	if _, there := w.lastReceived()["value"].(obj)["day"]; there {
		t.Error("a phone sends what is empty")
	}
	had := len(w.received())
	for name, v := range map[string]faketeams.Values{
		"empty": {"text": nil}, "long": {"text": {"abcdef"}}, "unlike": {"text": {"A"}}, "too many": {"text": {"a"}, "n": {"6"}}, "too few": {"text": {"a"}, "n": {"0"}},
		"no number": {"text": {"a"}, "n": {"x"}}, "no day": {"text": {"a"}, "day": {"x"}}, "early": {"text": {"a"}, "day": {"2026-01-01"}}, "late": {"text": {"a"}, "day": {"2028-01-01"}},
	} {
		if r, err := w.Press(t.Context(), ana, on, "Send", v); err != nil || r.Trouble != faketeams.TroubleIncomplete {
			t.Errorf("%s: %+v %v", name, r, err)
		}
	}
	equal(t, "sent", len(w.received()), had)
	for name, v := range map[string]faketeams.Values{
		"no choice": {"one": {"z"}}, "two": {"one": {"a", "b"}}, "neither": {"yes": {"maybe"}},
	} {
		if _, err := w.Press(t.Context(), ana, on, "Send", v); err == nil {
			t.Errorf("%s: sent", name)
		}
	}
	if _, err := w.Press(t.Context(), ana, on, "Send", faketeams.Values{"text": {"a"}, "yes": {"yes"}}); err != nil || text(w.lastReceived(), "value", "yes") != "yes" {
		t.Error(err)
	}
}
