package bot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
)

func TestCourierTakeover(t *testing.T) {
	// abandoned makes a delivery whose first claim has died in the middle of sending.
	abandoned := func(t *testing.T, b *bench, d workflows.Delivery) {
		t.Helper()
		b.queue.put(d)
		if _, err := b.queue.Claim(t.Context(), []string{"chat"}, 1, testLease); err != nil {
			t.Fatal(err)
		}
		b.queue.pass(testLease)
	}
	t.Run("what was sent is found and not sent again", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.found = map[int64]bot.Sent{1: {Place: "dm", MessageID: "m7"}}
		abandoned(t, b, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishSent); f.Receipt.MessageID != "m7" || len(b.chat.sent) != 0 {
			t.Errorf("%d messages, receipt %+v", len(b.chat.sent), f.Receipt)
		}
	})
	over := func(b *bench) {
		b.house.change("AIR-1", func(r *approval.Request) { r.Status, r.Waits = approval.StatusWithdrawn, nil })
	}
	t.Run("what was sent about something that is over by now is brought up to date", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.found = map[int64]bot.Sent{1: {Place: "dm", MessageID: "m7"}}
		abandoned(t, b, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		over(b)
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishSent); f.Receipt.MessageID != "m7" || len(b.chat.sent) != 0 || len(b.chat.updated) != 1 {
			t.Errorf("%d messages, %d updates, receipt %+v", len(b.chat.sent), len(b.chat.updated), f.Receipt)
		}
	})
	for name, chat := range map[string]func(*fakeSurface){
		"was not sent":              func(s *fakeSurface) { s.found = map[int64]bot.Sent{} },
		"nobody can be asked about": func(s *fakeSurface) { s.cannot = true },
		"its reader has removed": func(s *fakeSurface) {
			s.found = map[int64]bot.Sent{1: {Place: "dm", MessageID: "m7"}}
			s.update = func(bot.Message) error { return &bot.SendError{Reason: "message_not_found", Gone: true} }
		},
	} {
		t.Run("what is over by now and "+name+" is not sent", func(t *testing.T) {
			b := newBench(t, nil)
			chat(b.chat)
			abandoned(t, b, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
			over(b)
			b.drain(t, 1)
			if f := b.ended(t, 1, workflows.FinishMoot); f.Receipt != nil || len(b.chat.sent) != 0 || b.chat.asked != 1 {
				t.Errorf("%d messages after %d questions, receipt %+v", len(b.chat.sent), b.chat.asked, f.Receipt)
			}
		})
	}
	t.Run("what was not sent is sent", func(t *testing.T) {
		b := newBench(t, nil)
		abandoned(t, b, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		if b.ended(t, 1, workflows.FinishSent); len(b.chat.sent) != 1 || b.chat.asked != 1 {
			t.Errorf("%d messages after %d questions", len(b.chat.sent), b.chat.asked)
		}
	})
	t.Run("where the platform cannot be asked, decision cards go at least once", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.cannot = true
		abandoned(t, b, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		if b.ended(t, 1, workflows.FinishSent); len(b.chat.sent) != 1 {
			t.Errorf("%d messages, want one", len(b.chat.sent))
		}
	})
	for name, lost := range map[string]error{
		"an answer that was lost": &bot.SendError{Reason: "no_connection", Retry: true, Unsure: true},
		"an error without a word": errors.New("broken pipe"),
	} {
		t.Run(name+" counts as sent until the platform says otherwise", func(t *testing.T) {
			b := newBench(t, nil)
			b.chat.found = map[int64]bot.Sent{}
			b.chat.send = func(_ context.Context, m bot.Message) error { // it did arrive
				b.chat.found[m.Delivery] = bot.Sent{Place: "dm", MessageID: "m7"}
				return lost
			}
			b.queue.put(delivery("AIR-1", "P-2", workflows.WhyRemind, ""))
			b.drain(t, 1)
			if f := b.ended(t, 1, workflows.FinishRetry); !f.Unsure {
				t.Error("the next attempt would not ask")
			}
			b.queue.pass(time.Hour)
			b.drain(t, 1)
			if f := b.ended(t, 1, workflows.FinishSent); f.Receipt.MessageID != "m7" {
				t.Errorf("receipt %+v", f.Receipt)
			}
		})
	}
	t.Run("a refusal is sure", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.send = func(context.Context, bot.Message) error { return &bot.SendError{Reason: "internal", Retry: true} }
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyRemind, ""))
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishRetry); f.Unsure {
			t.Error("the next attempt would ask for nothing")
		}
	})
	t.Run("and reminders at most once", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.cannot = true
		abandoned(t, b, delivery("AIR-1", "P-2", workflows.WhyRemind, ""))
		b.drain(t, 1)
		if b.ended(t, 1, workflows.FinishMoot); len(b.chat.sent) != 0 {
			t.Errorf("%d messages, want none", len(b.chat.sent))
		}
	})
}
