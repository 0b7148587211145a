package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/slack"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows/approval"
)

// asked sends a request of Ana's and brings its card to her manager, whose newest message it gives.
func (h *slackHouse) asked(t testing.TB) (id string, on fakeslack.Message) {
	t.Helper()
	id = h.ask(t)
	h.settled(t)
	all := h.fake.DM(h.accounts[h.manager(t, id)])
	if len(all) == 0 {
		t.Fatal("nobody was asked")
	}
	return id, all[0]
}

// approve is the press on a message's approval as Slack sends it, without sending it.
func (h *slackHouse) approve(t testing.TB, on fakeslack.Message, user string) fakeslack.Sent {
	t.Helper()
	for _, c := range on.Controls() {
		if c.Type != "button" || !strings.HasPrefix(c.Value, "approve|") {
			continue
		}
		return h.pressing(t, user, on, c.Action, c.Block, c.Value)
	}
	t.Fatalf("no approval on %s", on.Words())
	return fakeslack.Sent{}
}

// pressing makes the envelope of a press. Its trigger is nobody's: a decision needs none.
func (h *slackHouse) pressing(t testing.TB, user string, on fakeslack.Message, action, block, value string) fakeslack.Sent {
	t.Helper()
	payload, err := json.Marshal(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": user}, "team": map[string]any{"id": "T0FAKE"}, "api_app_id": fakeslack.AppID,
		"trigger_id": "1.2.3-" + value, "channel": map[string]any{"id": on.Channel}, "container": map[string]any{"type": "message"},
		"message": map[string]any{"ts": on.TS}, "response_url": "",
		"actions": []any{map[string]any{"type": "button", "action_id": action, "block_id": block, "value": value, "action_ts": "1700000000.1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return fakeslack.Sent{Kind: fakeslack.KindInteraction, Payload: payload}
}

// TestSlackOneEffect presses what a network, a hurried person and a hostile one press: one effect at most, and no error.
func TestSlackOneEffect(t *testing.T) {
	for name, database := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlackHouse(t, storyApp(t, database(t)), slack.ModeHTTP, patient, nil)
			ctx := t.Context()
			acked := func(s fakeslack.Sent) {
				if a := h.fake.Resend(ctx, s); a.Status != 200 || a.Failure != "" {
					t.Errorf("acked by %s", a)
				}
			}
			t.Run("the same press a hundred times at once", func(t *testing.T) {
				id, on := h.asked(t)
				press := h.approve(t, on, h.accounts[h.manager(t, id)])
				var all sync.WaitGroup
				for range 100 {
					all.Go(func() { acked(press) })
				}
				all.Wait()
				if r := h.read(t, id); len(r.Votes) != 1 {
					t.Errorf("%d votes", len(r.Votes))
				}
				acked(press) // and once more, when it is long decided
				if n := h.records(t, id, "decided"); n != 1 {
					t.Errorf("%d records of one decision", n)
				}
			})
			t.Run("somebody else's press on the manager's message", func(t *testing.T) {
				id, on := h.asked(t)
				acked(h.approve(t, on, h.accounts["P-020"]))
				if r := h.read(t, id); len(r.Votes) != 0 {
					t.Errorf("it counted: %+v", r.Votes)
				}
			})
			t.Run("values that were changed under a valid signature", func(t *testing.T) {
				id, on := h.asked(t)
				user := h.accounts[h.manager(t, id)]
				for _, value := range []string{
					"approve|request/AIR-999|manager|1|1|", "approve|request/" + id + "|governance|1|1|", "approve|request/" + id + "|manager|7|1|",
					"approve|policy/active|manager|1|1|", "drop table|request/" + id + "|manager|1|1|", "approve", strings.Repeat("x", 3000),
				} {
					acked(h.pressing(t, user, on, "act:0", "b", value))
				}
				if r := h.read(t, id); len(r.Votes) != 0 || r.Status != approval.StatusOpen {
					t.Errorf("something counted: %+v", r)
				}
			})
			t.Run("last month's card", func(t *testing.T) {
				id, on := h.asked(t)
				press := h.approve(t, on, h.accounts[h.manager(t, id)])
				h.withdraw(t, id)
				h.clock.Set(h.clock.Now().AddDate(0, 1, 0))
				acked(press)
				if r := h.read(t, id); len(r.Votes) != 0 || r.Status != approval.StatusWithdrawn {
					t.Errorf("it counted: %+v", r)
				}
			})
			t.Run("Send pressed twice", func(t *testing.T) {
				before := h.requests(t)
				c := fakeslack.NewClient(h.fake, h.accounts, h.judge.Refused)
				s, err := c.Open(ctx, anaRuiz, "request policy-exception")
				for n := 0; err == nil && s.Form != nil && len(s.Form.Fields) > 0 && n < 6; n++ {
					s, err = c.Fill(ctx, s, exceptionValues(s), bot.GoNext)
				}
				user := h.accounts[anaRuiz]
				preview, ok := h.fake.View(user)
				if err != nil || !ok || !strings.Contains(preview.Words(), "Nothing has been sent yet") {
					t.Fatalf("the last page is not there: %v\n%s", err, s.Text)
				}
				r, err := h.fake.Submit(ctx, user, preview, nil)
				if err != nil || r.Trouble != "" {
					t.Fatalf("send: %v %s", err, r.Trouble)
				}
				var all sync.WaitGroup
				for range 20 {
					all.Go(func() { acked(r.Sent) })
				}
				all.Wait()
				if got := h.requests(t); got != before+1 {
					t.Fatalf("%d requests were made", got-before)
				}
			})
		})
	}
}

// exceptionValues fills whatever a page of the form asks.
func exceptionValues(s surfacetest.Screen) card.Values {
	v := card.Values{}
	for _, f := range s.Form.Fields {
		switch {
		case len(f.Value) > 0:
		case f.Kind == card.FieldDate:
			v[f.Key] = []string{"2027-01-15"}
		case f.Kind == card.FieldPerson:
			v[f.Key] = []string{string(benOkafor)}
		case len(f.Options) > 0:
			v[f.Key] = f.Options[:1]
		case f.Kind == card.FieldText || f.Kind == card.FieldLong:
			v[f.Key] = []string{"The old scanner cannot do it before the spring."}
		}
	}
	return v
}

// slowDesk is a desk whose database takes its time.
type slowDesk struct {
	slack.Desk
	delay
}

func (d slowDesk) Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error) {
	d.wait(ctx)
	return d.Desk.Command(ctx, who, words)
}

func (d slowDesk) Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error) {
	d.wait(ctx)
	return d.Desk.Submit(ctx, who, s)
}

// TestSlackSlowDatabase has every answer take 5 seconds: Slack gets its acks in time, forms open and go on, and nothing that
// was typed is lost.
func TestSlackSlowDatabase(t *testing.T) {
	t.Parallel()
	h := newSlackHouse(t, storyApp(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db")), slack.ModeHTTP, 0,
		func(d slack.Desk) slack.Desk { return slowDesk{d, delay(5 * time.Second)} })
	ctx := t.Context()
	c := fakeslack.NewClient(h.fake, h.accounts, h.judge.Refused)
	s, err := c.Open(ctx, anaRuiz, "request policy-exception")
	if err != nil || s.Form == nil {
		t.Fatalf("the form did not open: %v\n%s", err, s.Text)
	}
	typed := exceptionValues(s)
	if s, err = c.Fill(ctx, s, typed, bot.GoNext); err != nil || s.Form == nil {
		t.Fatalf("the next page did not come: %v\n%s", err, s.Text)
	}
	if s, err = c.Fill(ctx, s, nil, bot.GoBack); err != nil || s.Form == nil {
		t.Fatalf("no way back: %v\n%s", err, s.Text)
	}
	for key, want := range typed {
		if f, ok := s.Form.Field(key); !ok || fmt.Sprint(f.Value) != fmt.Sprint(want) {
			t.Errorf("%s holds %q, typed was %q", key, f.Value, want)
		}
	}
}
