package fakeslack_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot/surfacetest/fakeslack"
)

func TestFaults(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	api := slackgo.New("xoxb-fake", slackgo.OptionAPIURL(w.APIURL()))
	post := func() error {
		_, _, err := api.PostMessageContext(t.Context(), "U0ANA", slackgo.MsgOptionText("hi", false))
		return err
	}
	for _, c := range []struct {
		how  fakeslack.How
		want string
		sent int
	}{
		{fakeslack.DropBefore(), "EOF", 0},
		{fakeslack.DropAfter(), "EOF", 1},
		{fakeslack.Status(500), "500", 1},
		{fakeslack.TooMany(30 * time.Second), "30s", 1},
		{fakeslack.Says("internal_error"), "internal_error", 1},
	} {
		w.Fail("chat.postMessage", 1, c.how)
		if err := post(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.how, err)
		}
		equal(t, c.want, len(w.DM("U0ANA")), c.sent)
	}
	if err := post(); err != nil {
		t.Errorf("after the faults: %v", err)
	}
	calls := w.Calls("chat.postMessage")
	var seen []string
	for _, c := range calls {
		seen = append(seen, c.Error)
	}
	equal(t, "log", strings.Join(seen, " "), "dropped dropped  ratelimited internal_error ")
	if calls[0].Status != 0 || calls[2].Status != 500 || calls[3].RetryAfter != 30*time.Second {
		t.Errorf("log: %+v", calls)
	}

	w.Fail("*", -1, fakeslack.Status(503))
	for range 3 {
		if err := post(); err == nil {
			t.Error("it works")
		}
	}
	w.Mend()
	if err := post(); err != nil {
		t.Error(err)
	}
}

func TestResponseFaults(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	url := hookOf(t, w, "x")
	w.Fail("response_url", 1, fakeslack.Status(500))
	if status, _ := w.respond(url, obj{"text": "x"}); status != 500 {
		t.Errorf("status %d", status)
	}
	w.Fail("response_url", 1, fakeslack.DropAfter())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"text":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	if res, err := http.DefaultClient.Do(req); err == nil {
		_ = res.Body.Close()
		t.Error("an answer")
	}
	equal(t, "notes", len(w.Ephemeral("U0ANA")), 1)
}

func TestSlow(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	w.Slow("auth.test", 30*time.Millisecond)
	began := time.Now()
	w.good("auth.test", nil)
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("took %s", took)
	}
	w.Slow("auth.test", time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	api := slackgo.New("xoxb-fake", slackgo.OptionAPIURL(w.APIURL()))
	if _, err := api.AuthTestContext(ctx); err == nil {
		t.Error("in time")
	}
	w.Mend()
	w.good("auth.test", nil)
}

func TestLimits(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Limits: true, Rates: map[string]int{"users.info": 2}})
	for range 3 {
		w.AddUser(fakeslack.User{})
	}
	many := func(method string, args obj) (obj, string) {
		out, res := w.callAs("xoxb-fake", method, args)
		return out, res.header.Get("Retry-After")
	}
	info := obj{"user": "U0ANA"}
	w.good("users.info", info)
	w.clock.later(20500 * time.Millisecond)
	w.good("users.info", info)
	out, wait := many("users.info", info)
	if out["error"] != "ratelimited" || wait != "40" { // whole seconds, never too few
		t.Errorf("%v, wait %s", out, wait)
	}
	w.clock.later(39 * time.Second)
	w.refuses("ratelimited", "users.info", info)
	equal(t, "called too early", len(w.Early()), 1)
	w.clock.later(time.Second)
	w.good("users.info", info)
	equal(t, "in time", len(w.Early()), 1)
	w.good("users.list", nil) // another method

	// One message a second in a conversation, whoever it is addressed by.
	ana := obj{"channel": "U0ANA", "text": "x"}
	w.good("chat.postMessage", ana)
	out, wait = many("chat.postMessage", obj{"channel": w.DMChannel("U0ANA"), "text": "x"})
	if out["error"] != "ratelimited" || wait != "1" || len(w.DM("U0ANA")) != 1 {
		t.Errorf("%v, wait %s", out, wait)
	}
	w.good("chat.postMessage", obj{"channel": "U0BEN", "text": "x"})
	equal(t, "another conversation is not too early", len(w.Early()), 1)
	w.clock.later(500 * time.Millisecond)
	w.refuses("ratelimited", "chat.postMessage", ana)
	equal(t, "the same one is", len(w.Early()), 2)
	w.clock.later(500 * time.Millisecond)
	w.good("chat.postMessage", ana)
	if c := w.Calls("chat.postMessage"); c[1].RetryAfter != time.Second || c[1].Status != http.StatusTooManyRequests || c[1].Channel != w.DMChannel("U0ANA") {
		t.Errorf("log: %+v", c[1])
	}

	// The tiers, as Slack documents them.
	w.clock.later(time.Minute)
	for method, most := range map[string]int{"chat.update": 50, "views.publish": 100, "users.list": 20} {
		n := 0
		for range 101 {
			if out := w.call(method, obj{}); out["error"] != "ratelimited" {
				n++
			}
		}
		equal(t, method, n, most)
	}
	open := newWorld(t, fakeslack.Options{})
	for range 200 {
		open.good("users.list", nil)
	}
}
