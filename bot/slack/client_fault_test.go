package slack

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/surfacetest/fakeslack"
)

func TestClientFaults(t *testing.T) {
	type want struct {
		reason                     string
		retry, pause, gone, unsure bool
		reach                      bot.Reach
	}
	for name, c := range map[string]struct {
		how  fakeslack.How
		want want
	}{
		"too many":             {fakeslack.TooMany(7 * time.Second), want{reason: "ratelimited", pause: true, reach: bot.ReachMethod}},
		"too many, in words":   {fakeslack.Says("ratelimited"), want{reason: "ratelimited", pause: true, reach: bot.ReachMethod}},
		"a fault of Slack's":   {fakeslack.Status(http.StatusBadGateway), want{reason: "http_502", retry: true, unsure: true}},
		"one in words":         {fakeslack.Says("internal_error"), want{reason: "internal_error", retry: true, unsure: true}},
		"lost on the way":      {fakeslack.DropBefore(), want{reason: "no_connection", retry: true, unsure: true}},
		"lost on the way back": {fakeslack.DropAfter(), want{reason: "no_connection", retry: true, unsure: true}},
		"something between":    {fakeslack.Status(http.StatusForbidden), want{reason: "http_403", pause: true, reach: bot.ReachSurface}},
		"a redirect":           {fakeslack.Status(http.StatusFound), want{reason: "http_302", pause: true, reach: bot.ReachSurface}},
		"a revoked token":      {fakeslack.Says("token_revoked"), want{reason: "token_revoked", pause: true, reach: bot.ReachSurface}},
		"an inactive account":  {fakeslack.Says("account_inactive"), want{reason: "account_inactive", pause: true, reach: bot.ReachSurface}},
		"a scope":              {fakeslack.Says("missing_scope"), want{reason: "missing_scope", pause: true, reach: bot.ReachSurface}},
		"moving to a grid":     {fakeslack.Says("team_added_to_org"), want{reason: "team_added_to_org", pause: true, reach: bot.ReachSurface}},
		"a disabled user":      {fakeslack.Says("user_disabled"), want{reason: "user_disabled"}},
		"too long":             {fakeslack.Says("msg_too_long"), want{reason: "msg_too_long"}},
		"gone":                 {fakeslack.Says("message_not_found"), want{reason: "message_not_found", gone: true}},
		"not ours":             {fakeslack.Says("cant_update_message"), want{reason: "cant_update_message", gone: true}},
		"too late":             {fakeslack.Says("edit_window_closed"), want{reason: "edit_window_closed", gone: true}},
		"inactive":             {fakeslack.Says("is_inactive"), want{reason: "is_inactive", gone: true}},
		"the conversation":     {fakeslack.Says("channel_not_found"), want{reason: "channel_not_found", gone: true}},
		"a code of tomorrow":   {fakeslack.Says("brand_new_code"), want{reason: "brand_new_code"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, fakeslack.Options{}, Limits{})
			place, ts, err := w.Post(t.Context(), "U1", Outgoing{Text: "x"})
			if err != nil {
				t.Fatal(err)
			}
			w.slack.Fail(methodUpdate, 1, c.how)
			se := said(t, w.Update(t.Context(), place, ts, Outgoing{Text: "y"}))
			if got := (want{se.Reason, se.Retry, se.Pause, se.Gone, se.Unsure, se.Reach}); got != c.want {
				t.Errorf("means %+v, want %+v", got, c.want)
			}
			if strings.Contains(fmt.Sprint(se, se.Err), "xoxb") {
				t.Error("the token is in the error")
			}
			// What pauses is not called again before the pause is over.
			before := len(w.slack.Calls(methodUpdate))
			again := w.Update(t.Context(), place, ts, Outgoing{Text: "y"})
			if called := len(w.slack.Calls(methodUpdate)) > before; called == se.Pause {
				t.Errorf("called again: %v", called)
			}
			if se.Pause && (said(t, again).Reach != se.Reach || said(t, again).After <= 0 || said(t, again).After > se.After) {
				t.Errorf("held back by %+v", said(t, again))
			}
			_, _, err = w.Post(t.Context(), "U2", Outgoing{Text: "x"})
			if held := err != nil; held != (se.Reach == bot.ReachSurface) {
				t.Errorf("other methods are held back: %v", err)
			}
			w.pass(max(se.After, time.Second))
			if err := w.Update(t.Context(), place, ts, Outgoing{Text: "y"}); err != nil {
				t.Errorf("after the pause: %v", err)
			}
		})
	}
}

func TestClientRetryAfter(t *testing.T) {
	w := newTown(t, fakeslack.Options{}, Limits{})
	for given, want := range map[time.Duration]time.Duration{0: time.Second, 7 * time.Second: 7 * time.Second, 48 * time.Hour: pauseMost} {
		w.slack.Fail(methodPost, 1, fakeslack.TooMany(given))
		_, _, err := w.Post(t.Context(), "U1", Outgoing{Text: "x"})
		if se := said(t, err); se.After != want {
			t.Errorf("asked for %s, waits %s", given, se.After)
		}
		w.pass(want)
	}
	// What is wrong with a socket or an optional scope is not wrong with everything.
	w.slack.Fail(methodSocket, 1, fakeslack.Says("invalid_auth"))
	if _, err := w.OpenSocket(t.Context()); said(t, err).Pause {
		t.Error("a wrong app token pauses messages")
	}
	if _, err := w.History(t.Context(), w.slack.DMChannel("U1"), time.Time{}, 1); said(t, err).Reason != reasonScope || said(t, err).Pause {
		t.Error("an optional scope pauses messages")
	}
	if _, _, err := w.Post(t.Context(), "U1", Outgoing{Text: "x"}); err != nil {
		t.Error(err)
	}
}

func TestClientSocketElsewhere(t *testing.T) {
	at := ""
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintf(rw, `{"ok":true,"url":%q}`, at) }))
	defer server.Close()
	c, err := NewClient(ClientConfig{APIURL: server.URL, Loopback: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, at = range []string{"wss://evil.example/link", "ws://wss-primary.slack.com/link", "wss://wss-primary.slack.com.evil/", "wss://10.0.0.1/", "", "x"} {
		if got, err := c.OpenSocket(t.Context()); err == nil {
			t.Errorf("a socket is dialled at %q", got)
		}
	}
	for _, at = range []string{"wss://wss-primary.slack.com/link/?ticket=1", "ws://127.0.0.1:1/x"} {
		if got, err := c.OpenSocket(t.Context()); err != nil || got != at {
			t.Errorf("%q: %q, %v", at, got, err)
		}
	}
}

func TestClientNothingSent(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := listener.Addr().String()
	_ = listener.Close()
	c, err := NewClient(ClientConfig{APIURL: "http://" + at + "/api/", Loopback: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = c.Post(t.Context(), "U1", Outgoing{Text: "x"})
	if se := said(t, err); !se.Retry || se.Unsure {
		t.Errorf("%+v: nothing can have been sent", se)
	}
}

func TestClientTimes(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // a server sees that its client is gone only when it has read all
		<-r.Context().Done()
	}))
	defer server.Close()
	c, err := NewClient(ClientConfig{APIURL: server.URL, Loopback: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = c.Post(ctx, "U1", Outgoing{Text: "x"})
	if se := said(t, err); se.Reason != reasonTimeout || !se.Retry || !se.Unsure {
		t.Errorf("%+v", se)
	}
	if quick >= 3*time.Second {
		t.Error("a view may be opened after its trigger has run out")
	}
}

func TestClientStrangeAnswers(t *testing.T) {
	for body, want := range map[string]string{`{"ok":true}`: "empty_answer", `{"ok":false}`: "empty_answer", `<html>`: "no_connection", ``: "no_connection"} {
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte(body)) }))
		c, err := NewClient(ClientConfig{APIURL: server.URL, Loopback: true, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = c.Post(t.Context(), "U1", Outgoing{Text: "x"})
		if se := said(t, err); se.Reason != want || !se.Retry || !se.Unsure {
			t.Errorf("%q means %+v", body, se)
		}
		if _, _, err := c.OpenView(t.Context(), "t", waitView("a", "b")); err == nil {
			t.Errorf("%q opened a view", body)
		}
		if _, err := c.Whoami(t.Context()); (err == nil) != (body == `{"ok":true}`) && body != `{"ok":false}` {
			t.Errorf("%q says who we are: %v", body, err)
		}
		server.Close()
	}
}
