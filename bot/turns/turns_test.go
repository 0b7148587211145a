package turns_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"steward/bot"
	"steward/bot/turns"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func said(text string) turns.Outcome { return turns.Outcome{Reply: bot.Reply{Text: text}} }

// TestBegin shows in what order a turn goes: first and work side by side, the ack with the outcome, and what comes after only
// when the ack is out.
func TestBegin(t *testing.T) {
	r := turns.New("chat", quiet(), turns.Limits{})
	opened := make(chan struct{})
	var after turns.Outcome
	body, acked, ok := r.Begin(t.Context(), turns.Turn{
		First: func(context.Context) { close(opened) },
		Work:  func(context.Context) turns.Outcome { <-opened; return said("done") },
		Ack:   func(_ context.Context, o turns.Outcome) any { return o.Reply.Text },
		Slow:  "slow",
		After: func(_ context.Context, o turns.Outcome, late bool) {
			if late {
				t.Error("it was in time")
			}
			after = o
		},
	})
	if body != "done" || !ok || after.Reply.Text != "" {
		t.Fatalf("ack %v %v, and after it %q too early", body, ok, after.Reply.Text)
	}
	acked()
	acked() // harmless
	if err := r.Settle(t.Context()); err != nil || after.Reply.Text != "done" {
		t.Errorf("after the ack %q, %v", after.Reply.Text, err)
	}
}

// TestSlow shows that the ack does not wait longer than the budget, that the request's end does not end the turn, and that
// what takes too long is ended.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := turns.New("chat", quiet(), turns.Limits{})
		ctx, cancel := context.WithCancel(t.Context())
		begun := time.Now()
		var ended error
		late := false
		body, acked, _ := r.Begin(ctx, turns.Turn{
			Work: func(ctx context.Context) turns.Outcome {
				<-ctx.Done()
				ended = ctx.Err()
				return said("at last")
			},
			Ack:   func(context.Context, turns.Outcome) any { return "in time" },
			Slow:  "slow",
			After: func(_ context.Context, _ turns.Outcome, l bool) { late = l },
		})
		if took := time.Since(begun); body != "slow" || took != turns.Budget {
			t.Errorf("ack %v after %s", body, took)
		}
		acked()
		cancel()
		if err := r.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); !late || took != turns.Timeout || !errors.Is(ended, context.DeadlineExceeded) {
			t.Errorf("late %v, ended after %s with %v", late, took, ended)
		}
	})
}

// TestClose shows that no turn begins after the end, and that one that hangs is ended when the grace is over.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := turns.New("chat", quiet(), turns.Limits{Budget: time.Millisecond})
		_, acked, _ := r.Begin(t.Context(), turns.Turn{Work: func(ctx context.Context) turns.Outcome { <-ctx.Done(); return said("") }})
		acked()
		begun := time.Now()
		r.Close()
		if took := time.Since(begun); took != turns.Grace {
			t.Errorf("closed after %s", took)
		}
		if _, _, ok := r.Begin(t.Context(), turns.Turn{}); ok {
			t.Error("a turn began after the end")
		}
	})
}

// TestFullOfOne: an account that has as many turns as it may have leaves the room to all others.
func TestFullOfOne(t *testing.T) {
	r := turns.New("chat", quiet(), turns.Limits{Most: 4, Each: 2})
	begin := func(by string) (acked func(), ok bool) {
		_, acked, ok = r.Begin(t.Context(), turns.Turn{By: by, Work: func(context.Context) turns.Outcome { return said("done") }})
		return acked, ok
	}
	one, _ := begin("ana")
	two, ok := begin("ana")
	if !ok {
		t.Fatal("no room for the second turn of Ana")
	}
	if _, ok := begin("ana"); ok {
		t.Error("room for a third turn of Ana")
	}
	three, ok := begin("ben")
	if !ok {
		t.Error("no room for Ben")
	}
	four, ok := begin("")
	if !ok {
		t.Error("no room for the platform")
	}
	for _, acked := range []func(){one, two, three, four} {
		acked()
	}
	if err := r.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	again, ok := begin("ana")
	if !ok {
		t.Fatal("no room for Ana after her turns have ended")
	}
	again()
}

func TestFull(t *testing.T) {
	r := turns.New("chat", quiet(), turns.Limits{Most: 1})
	work := turns.Turn{Work: func(context.Context) turns.Outcome { return said("done") }}
	_, acked, ok := r.Begin(t.Context(), work)
	if !ok {
		t.Fatal("no room for the first")
	}
	if _, _, ok := r.Begin(t.Context(), work); ok {
		t.Error("room for a second")
	}
	acked()
	if err := r.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, acked, ok = r.Begin(t.Context(), work); !ok {
		t.Error("no room after the first has ended")
	}
	acked()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, open, _ := r.Begin(t.Context(), turns.Turn{Work: work.Work, After: func(context.Context, turns.Outcome, bool) {}})
	if err := r.Settle(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("settled with a turn in progress: %v", err)
	}
	open()
}

// TestPanic shows that a panic is the end of its turn only, and that its text, which may be a person's, is not logged.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	r := turns.New("chat", slog.New(slog.NewTextHandler(&log, nil)), turns.Limits{})
	var failed error
	_, acked, _ := r.Begin(t.Context(), turns.Turn{
		First: func(context.Context) { panic("first secret") },
		Work:  func(context.Context) turns.Outcome { panic("second secret") },
		After: func(_ context.Context, o turns.Outcome, _ bool) { failed = o.Err; panic("third secret") },
	})
	acked()
	if err := r.Settle(t.Context()); err != nil || failed == nil {
		t.Errorf("settled %v, outcome %v", err, failed)
	}
	if n := strings.Count(log.String(), "panic"); n < 3 || strings.Contains(log.String(), "secret") {
		t.Errorf("log: %s", log.String())
	}
}
