package fakeslack_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"steward/bot/surfacetest/fakeslack"
)

// respond uses a response URL.
func (w *world) respond(url string, body obj) (int, string) {
	w.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	out, res := w.post(url, "", raw)
	return res.status, text(out, "error")
}

func (w *world) responds(url string, body obj) {
	w.t.Helper()
	if status, word := w.respond(url, body); status != http.StatusOK || word != "" {
		w.t.Errorf("response: %d %s", status, word)
	}
}

func TestResponseURL(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	hook := func() string {
		w.trigger("U0ANA")
		return w.lastReceived().payload["response_url"].(string)
	}
	url := hook()
	for _, c := range []struct {
		want   string
		status int
		body   obj
	}{
		{"no_text", 400, obj{}},
		{"invalid_blocks", 400, obj{"text": "x", "blocks": []any{obj{"type": "poll"}}}},
		{"invalid_metadata_format", 400, obj{"text": "x", "metadata": obj{"event_type": "", "event_payload": nil}}},
		{"message_not_found", 400, obj{"delete_original": true}}, // a command leaves nothing that could be deleted
	} {
		if status, word := w.respond(url, c.body); status != c.status || word != c.want {
			t.Errorf("%v: %d %s, want %s", c.body, status, word, c.want)
		}
	}
	if _, res := w.post(url, "", []byte("text")); res.status != http.StatusBadRequest {
		t.Errorf("what is no JSON: %d", res.status)
	}
	if status, word := w.respond(w.APIURL()+"../hooks/none", obj{"text": "x"}); status != http.StatusNotFound {
		t.Errorf("a URL that never was: %d %s", status, word)
	}
	for range 5 { // what was refused does not count
		w.responds(url, obj{"text": "only for ana", "replace_original": true})
	}
	if status, word := w.respond(url, obj{"text": "x"}); status != http.StatusNotFound || word != "used_url" {
		t.Errorf("the sixth use: %d %s", status, word)
	}
	if n := w.Ephemeral("U0ANA"); len(n) != 5 || n[0].Words() != "only for ana" || len(w.DM("U0ANA")) != 0 {
		t.Errorf("notes: %+v", n)
	}
	url = hook()
	w.clock.later(30 * time.Minute)
	w.responds(url, obj{"text": "to all", "response_type": "in_channel"})
	if dm := w.DM("U0ANA"); len(dm) != 1 || dm[0].Words() != "to all" {
		t.Errorf("in the channel: %+v", dm)
	}
	w.clock.later(time.Millisecond)
	if status, word := w.respond(url, obj{"text": "x"}); status != http.StatusNotFound || word != "expired_url" {
		t.Errorf("after half an hour: %d %s", status, word)
	}
	if calls := w.Calls("response_url"); calls[len(calls)-1].Error != "expired_url" || calls[len(calls)-1].Status != 404 {
		t.Errorf("calls: %+v", calls[len(calls)-1])
	}
}

func TestReplaceOriginal(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	w.good("chat.postMessage", obj{"channel": "U0ANA", "text": "card", "blocks": []any{section("card"), buttons(button("ok", "v", "OK"))}})
	hook := func(m fakeslack.Message) string {
		t.Helper()
		if _, err := w.Press(t.Context(), "U0ANA", m, "ok"); err != nil {
			t.Fatal(err)
		}
		return w.lastReceived().payload["response_url"].(string)
	}
	url := hook(w.DM("U0ANA")[0])
	w.responds(url, obj{"text": "a note"})
	if n := w.Ephemeral("U0ANA"); len(n) != 1 || w.DM("U0ANA")[0].Words() == "a note" {
		t.Errorf("only for the presser by default: %+v", n)
	}
	w.responds(url, obj{"replace_original": true, "text": "decided", "response_type": "ephemeral"})
	if m := w.DM("U0ANA")[0]; m.Words() != "decided" || m.Ephemeral || len(m.Blocks) != 0 {
		t.Errorf("what is for all stays for all: %+v", m)
	}
	w.responds(url, obj{"delete_original": true})
	if len(w.DM("U0ANA")) != 0 {
		t.Error("the message is still there")
	}
	if status, word := w.respond(url, obj{"delete_original": true}); status != 400 || word != "message_not_found" {
		t.Errorf("deleted twice: %d %s", status, word)
	}
	w.responds(url, obj{"replace_original": true, "text": "too late"}) // of what is gone: a new one
	if n := w.Ephemeral("U0ANA"); len(n) != 2 || n[0].Words() != "too late" {
		t.Errorf("notes: %+v", n)
	}

	// An ephemeral message can be changed by its own button only.
	w.responds(hookOf(t, w, "card"), obj{"text": "card", "blocks": []any{section("card"), buttons(button("ok", "v", "OK"))}})
	note := w.Ephemeral("U0ANA")[0]
	w.responds(hook(note), obj{"replace_original": "true", "text": "done"})
	if now := w.Ephemeral("U0ANA")[0]; now.TS != note.TS || now.Words() != "done" || note.Words() == "done" {
		t.Errorf("the note: %+v", now)
	}
	if p := w.lastReceived().payload; p["message"] != nil || p["container"].(obj)["is_ephemeral"] != true {
		t.Errorf("what is not kept is not sent: %v", p)
	}
}

func hookOf(t *testing.T, w *world, words string) string {
	t.Helper()
	if _, err := w.Command(t.Context(), "U0ANA", words); err != nil {
		t.Fatal(err)
	}
	return w.lastReceived().payload["response_url"].(string)
}
