package main

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams"
)

// slowTeams is a desk whose database takes its time, as long as it is slow.
type slowTeams struct {
	teams.Desk
	delay

	slow atomic.Bool
}

func (d *slowTeams) pause(ctx context.Context) {
	if d.slow.Load() {
		d.wait(ctx)
	}
}

func (d *slowTeams) Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error) {
	d.pause(ctx)
	return d.Desk.Command(ctx, who, words)
}

func (d *slowTeams) Find(ctx context.Context, who bot.Who, text string) ([]card.Card, *bot.Reply, error) {
	d.pause(ctx)
	return d.Desk.Find(ctx, who, text)
}

func (d *slowTeams) Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error) {
	d.pause(ctx)
	return d.Desk.Press(ctx, who, a)
}

func (d *slowTeams) Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error) {
	d.pause(ctx)
	return d.Desk.Submit(ctx, who, s)
}

// slowHouse is a house on Teams whose database answers after 5 seconds, while it is slow.
type slowHouse struct {
	*teamsHouse

	desk *slowTeams
}

// What people are told where it takes too long.
const (
	saving = "Saving. You can close this; I will tell you how it ended."
	slowly = "This takes longer than it should. Nothing is lost; please look again in a moment."
)

// TestTeamsSlowDatabase has every answer take 5 seconds: Teams gets its answers within 2 and a bit, in the shapes that are
// documented, whoever presses again makes nothing twice, and everybody is told how it ended.
func TestTeamsSlowDatabase(t *testing.T) {
	t.Parallel()
	h := slowHouse{desk: &slowTeams{delay: delay(5 * time.Second)}}
	h.teamsHouse = newTeamsHouse(t, storyApp(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db")), 0, func(d teams.Desk) teams.Desk {
		h.desk.Desk = d
		return h.desk
	})
	h.fake.Watch(t)
	t.Run("a button", h.button)
	t.Run("a button of an old client", h.oldButton)
	t.Run("a dialog that opens", h.dialog)
	t.Run("a form that is sent", h.form)
	t.Run("words, and a search", h.words)
}

// slowly makes everything slow until the end of what is done, and waits for what follows.
func (h slowHouse) slowly(t *testing.T, do func()) {
	t.Helper()
	h.desk.slow.Store(true)
	defer h.desk.slow.Store(false)
	do()
	if err := h.surface.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// soon sends something and wants an answer that waited for 2 seconds and for not much more.
func (h slowHouse) soon(t *testing.T, one faketeams.Sent) faketeams.Result {
	t.Helper()
	r := h.answer(t, one)
	if r.Ack.Took < 2*time.Second || r.Ack.Took >= 3*time.Second {
		t.Errorf("answered after %s", r.Ack.Took)
	}
	return r
}

func (h slowHouse) button(t *testing.T) {
	id, on := h.asked(t)
	press := h.held(t, h.accounts[h.manager(t, id)], on, "approve")
	h.slowly(t, func() {
		var all sync.WaitGroup
		for n := range 5 { // nothing happens, so it is pressed again
			all.Go(func() {
				if r := h.soon(t, again(t, press, n)); r.Toast != saving {
					t.Errorf("the answer says %q", r.Words())
				}
			})
		}
		all.Wait()
		if n := h.records(t, id, "decided"); n != 0 {
			t.Errorf("%d records while it is being saved", n)
		}
	})
	if n := h.records(t, id, "decided"); n != 1 {
		t.Errorf("%d records of one decision", n)
	}
	if now, _ := h.fake.Message(on.Conversation, on.ID); !strings.Contains(now.Words(), "Approved by Ben Okafor") {
		t.Errorf("the end is not told where it was pressed: %s", now.Words())
	}
}

func (h slowHouse) oldButton(t *testing.T) {
	id, on := h.asked(t)
	user := h.accounts[h.manager(t, id)]
	u, _ := h.fake.User(user)
	u.Old = true
	h.fake.AddUser(u)
	press := h.held(t, user, on, "approve")
	u.Old = false
	h.fake.AddUser(u)
	h.slowly(t, func() { h.soon(t, press) })
	if now, _ := h.fake.Message(on.Conversation, on.ID); h.records(t, id, "decided") != 1 || !strings.Contains(now.Words(), "Approved by Ben Okafor") {
		t.Errorf("the end is not told where it was pressed: %s", now.Words())
	}
}

func (h slowHouse) dialog(t *testing.T) {
	id, on := h.asked(t)
	user := h.accounts[h.manager(t, id)]
	name := withVerb(t, on, "reject")
	h.slowly(t, func() {
		r, err := h.fake.Press(t.Context(), user, on, name)
		if err != nil || r.Dialog == nil || !strings.Contains(r.Dialog.Words(), slowly) || r.Ack.Took >= 3*time.Second {
			t.Fatalf("it is answered with %s, %v", r.Ack, err)
		}
	})
	waits, _ := h.fake.Dialog(user)
	r, err := h.fake.Press(t.Context(), user, waits, "Look again")
	if err != nil || r.Dialog == nil || !strings.Contains(r.Dialog.Words(), id) {
		t.Errorf("the second look shows %s, %v", r.Ack, err)
	}
}

// form sends the page of a form: what was typed is kept, and the way back to it is told.
func (h slowHouse) form(t *testing.T) {
	ctx, user := t.Context(), h.accounts[anaRuiz]
	c := faketeams.NewClient(h.fake, h.accounts, h.judge.Refused)
	s, err := c.Open(ctx, anaRuiz, "request policy-exception")
	if err != nil || s.Form == nil {
		t.Fatalf("the form did not open: %v\n%s", err, s.Text)
	}
	typed := exceptionValues(s)
	h.slowly(t, func() {
		after, err := c.Fill(ctx, s, typed, bot.GoNext)
		if err != nil || !strings.Contains(after.Text, saving) {
			t.Errorf("it is answered with %s, %v", after.Text, err)
		}
	})
	told := h.fake.Personal(user)[0]
	r, err := h.fake.Press(ctx, user, told, "Open the form")
	if err != nil || r.Dialog == nil {
		t.Fatalf("no way on from %s: %v", told.Words(), err)
	}
	all, err := h.fake.Press(ctx, user, *r.Dialog, "back")
	if err != nil || all.Dialog == nil {
		t.Fatalf("no way back: %s, %v", all.Ack, err)
	}
	for key, want := range typed {
		if got := all.Dialog.Values["f:"+key]; got != strings.Join(want, ",") {
			t.Errorf("%s holds %q, typed was %q", key, got, want)
		}
	}
}

func (h slowHouse) words(t *testing.T) {
	ctx, user := t.Context(), h.accounts[benOkafor]
	h.slowly(t, func() {
		h.fake.CloseDialog(user)
		before := len(h.fake.Personal(user))
		r, err := h.fake.Say(ctx, user, "inbox")
		if err != nil || r.Ack.Status != 200 || r.Ack.Took >= 3*time.Second {
			t.Errorf("it is answered with %s, %v", r.Ack, err)
		}
		if now := h.fake.Personal(user); len(now) != before+2 || !strings.Contains(now[0].Words(), "AIR-") {
			t.Errorf("the inbox is not told: %s", now[0].Words())
		}
		found, r, err := h.fake.Query(ctx, user, "find", "query", "Shortener")
		if err != nil || len(found) > 0 || r.Popup != slowly || r.Ack.Took >= 3*time.Second {
			t.Errorf("the search is answered with %s, %v", r.Ack, err)
		}
	})
}
