package faketeams_test

import (
	"strings"
	"testing"

	"steward/bot/surfacetest/faketeams"
)

// TestEnvelope makes presses without sending them, sends them, and reads the answers: nothing is shown of them.
func TestEnvelope(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	ctx := t.Context()
	on := w.shown(cardOf([]any{rich("Please decide")}, execute("Approve", obj{"act": "approve"}), opens("Reject…", obj{"act": "reject"}),
		submit("Later", obj{"act": "later"}), obj{"type": "Action.OpenUrl", "title": "Portal", "url": "https://steward.example/x"}))
	w.when("adaptiveCard/action", func(obj) (int, any) {
		return 200, answer(200, faketeams.CardType, cardOf([]any{rich("Approved by you")}))
	})
	w.when("task/fetch", func(obj) (int, any) { return 200, dialog(formCard("1")) })
	for button, words := range map[string]string{"approve": "Approved by you", "reject": "Page 1", "later": ""} {
		before := len(w.received())
		one, err := w.Envelope(ana, on, button)
		if err != nil || len(w.received()) != before {
			t.Fatal(err, len(w.received()))
		}
		r := w.Read(one, w.Resend(ctx, one))
		if got := r.Words(); len(w.received()) != before+1 || !strings.Contains(got, words) || words == "" && got != "" || r.Trouble != "" {
			t.Errorf("%s: %q", button, got)
		}
	}
	if _, open := w.Dialog(ana); open || w.Personal(ana)[0].SeenWords() != on.SeenWords() {
		t.Error("something of the answers is shown")
	}
	for _, button := range []string{"Portal", "nothing"} {
		if one, err := w.Envelope(ana, on, button); err == nil {
			t.Errorf("%s sends %s", button, one.Activity)
		}
	}
	if _, err := w.Envelope("nobody", on, "approve"); err == nil {
		t.Error("nobody presses")
	}
}

// TestRead shows that an answer of a wrong shape is a complaint, whoever looks at it.
func TestRead(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	sent := func(name string) faketeams.Sent {
		t.Helper()
		r, err := w.Invoke(t.Context(), ana, name, obj{})
		if err != nil {
			t.Fatal(err)
		}
		return r.Sent
	}
	for name, body := range map[string]string{
		"adaptiveCard/action": `{"status":200}`, "application/search": `{}`, "composeExtension/query": `{"composeExtension":{}}`,
		"task/fetch": `{"task":{"type":"continue"}}`, "task/submit": `[]`,
	} {
		if r := w.Read(sent(name), faketeams.Ack{Status: 200, JSON: true, Body: []byte(body)}); r.Words() != faketeams.TroubleWrong {
			t.Errorf("%s: %q", name, r.Words())
		}
		w.complains(name, "answer to")
	}
	said, err := w.Say(t.Context(), ana, "help")
	if err != nil {
		t.Fatal(err)
	}
	if w.Read(said.Sent, said.Ack); len(w.Complaints()) > 0 {
		t.Error(w.Complaints())
	}
	w.Read(said.Sent, faketeams.Ack{Status: 200, Body: []byte("done")})
	w.complains("a message", "want an empty 200")
	if r := w.Read(sent("task/submit"), faketeams.Ack{Status: 200}); r.Words() != "" { // it closes the dialog
		t.Error(r.Words())
	}
}
