package bot_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
)

// bench is a courier with everything around it under the test's hand.
type bench struct {
	*bot.Courier

	house *house
	queue *memQueue
	chat  *fakeSurface
	ticks chan time.Time // poll
	beats chan time.Time // heartbeat
	log   *bytes.Buffer
}

const testLease = 30 * time.Second

func newBench(t *testing.T, change func(*bot.CourierConfig)) *bench {
	t.Helper()
	start := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	b := &bench{
		house: newHouse(start), queue: newMemQueue(start), chat: &fakeSurface{name: "chat"},
		ticks: make(chan time.Time), beats: make(chan time.Time), log: &bytes.Buffer{},
	}
	b.house.ask("AIR-1")
	b.house.ask("AIR-2")
	cfg := bot.CourierConfig{
		Queue: b.queue, Read: b.house, Engine: b.house, Surfaces: []bot.Surface{b.chat}, Workers: 4, Lease: testLease,
		Log: slog.New(slog.NewJSONHandler(&guarded{w: b.log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now: func() time.Time { return start }, Jitter: func() float64 { return 0 }, Salt: func() []byte { return []byte("0123456789abcdef") },
		Tick: func(d time.Duration) (<-chan time.Time, func()) {
			switch d {
			case testLease / 3:
				return b.beats, func() {}
			case 250 * time.Millisecond:
				return b.ticks, func() {}
			}
			return make(chan time.Time), func() {}
		},
	}
	if change != nil {
		change(&cfg)
	}
	b.Courier = bot.NewCourier(cfg)
	return b
}

type guarded struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.w.Write(p)
}

func account(who workflows.PersonID) workflows.Account {
	return workflows.Account{ID: "L-" + string(who), Person: who, Surface: "chat", User: "U-" + string(who), Confirmed: true}
}

func delivery(id string, to workflows.PersonID, why workflows.Why, part string) workflows.Delivery {
	return workflows.Delivery{
		Mail:    workflows.Mail{About: workflows.RequestRef(id), To: to, Why: why, Part: part, Lane: workflows.LaneDecide, At: time.Date(2026, 11, 25, 8, 59, 0, 0, time.UTC)},
		Account: account(to),
	}
}

func (b *bench) drain(t *testing.T, want int) {
	t.Helper()
	n, err := b.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Errorf("drained %d deliveries, want %d", n, want)
	}
}

func (b *bench) ended(t *testing.T, id int64, want workflows.FinishState) workflows.Finish {
	t.Helper()
	ends := b.queue.ends(id)
	if len(ends) == 0 {
		t.Fatalf("delivery %d has not ended: %s", id, b.log)
	}
	last := ends[len(ends)-1]
	if last.State != want {
		t.Errorf("delivery %d ended as %q (%s), want %q", id, last.State, last.Reason, want)
	}
	return last
}

func TestCourierDelivers(t *testing.T) {
	t.Run("a decision card goes to who decides, with a receipt", func(t *testing.T) {
		b := newBench(t, nil)
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		f := b.ended(t, 1, workflows.FinishSent)
		if len(b.chat.sent) == 0 {
			t.Fatal(b.log)
		}
		m := b.chat.sent[0]
		if m.Card.Kicker != "AIR-1" || m.Card.Gist == "" || m.Delivery != 1 || m.Why != workflows.WhyDecide {
			t.Errorf("sent %+v", m)
		}
		r := f.Receipt
		if r == nil || r.Place != "dm-U-P-2" || r.MessageID != "m1" || r.Delivery != 1 || r.Why != workflows.WhyDecide || r.Part != "manager" {
			t.Fatalf("receipt %+v", r)
		}
		salt, hash, ok := strings.Cut(r.TextHash, ":")
		if !ok || len(salt) != 32 || len(hash) != 64 {
			t.Errorf("text hash %q, want a salt and a hash", r.TextHash)
		}
	})

	t.Run("mails about one thing stay in order, urgent lanes go first", func(t *testing.T) {
		b := newBench(t, nil)
		first := delivery("AIR-1", "P-1", workflows.WhyProgress, "")
		first.Mail.Lane = workflows.LaneRefresh
		second := delivery("AIR-1", "P-1", workflows.WhyInform, "")
		second.Mail.Lane = workflows.LaneOutcome
		other := delivery("AIR-2", "P-1", workflows.WhyInform, "")
		other.Mail.Lane = workflows.LaneDecide
		b.queue.put(first, second, other)
		b.drain(t, 3)
		var whys []workflows.Why
		for _, m := range b.chat.sent {
			if m.About.ID == "AIR-1" {
				whys = append(whys, m.Why)
			}
		}
		if !slices.Equal(whys, []workflows.Why{workflows.WhyProgress, workflows.WhyInform}) {
			t.Errorf("order about one thing: %v", whys)
		}
		if b.chat.sent[0].About.ID != "AIR-2" {
			t.Errorf("first was %s, want the more urgent AIR-2", b.chat.sent[0].About.ID)
		}
	})

	t.Run("surfaces it does not have are never claimed", func(t *testing.T) {
		b := newBench(t, nil)
		d := delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")
		d.Account.Surface = "pigeon"
		b.queue.put(d)
		b.drain(t, 0)
		for _, names := range b.queue.claimed {
			if !slices.Equal(names, []string{"chat"}) {
				t.Errorf("claimed for %v", names)
			}
		}
	})

	t.Run("content never goes to an account that is not confirmed", func(t *testing.T) {
		b := newBench(t, nil)
		d := delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")
		d.Account.Confirmed = false
		b.queue.put(d)
		b.drain(t, 1)
		b.ended(t, 1, workflows.FinishFailed)
		if len(b.chat.sent) != 0 {
			t.Error("something was sent")
		}
	})
}

func TestCourierMoot(t *testing.T) {
	cases := []struct {
		name   string
		change func(*house)
		d      workflows.Delivery
	}{
		{"somebody else decided meanwhile", func(h *house) { h.change("AIR-1", func(r *approval.Request) { r.Waits = nil }) }, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")},
		{"it is another stage now", func(h *house) { h.change("AIR-1", func(r *approval.Request) { r.Waits[0].Part = "governance" }) }, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")},
		{"the reader has left", func(h *house) { p := h.people["P-2"]; p.Active = false; h.people["P-2"] = p }, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")},
		{"the reader may not see it", func(*house) {}, delivery("AIR-1", "P-3", workflows.WhyInform, "")},
		{"the thing is gone", func(h *house) { delete(h.requests, "AIR-1") }, delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")},
		{"nothing is due any more", func(h *house) {
			for _, id := range []string{"AIR-1", "AIR-2"} {
				h.change(id, func(r *approval.Request) { r.Waits = nil })
			}
		}, delivery("AIR-1", "P-2", workflows.WhyRemind, "")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			c.change(b.house)
			b.queue.put(c.d)
			b.drain(t, 1)
			if f := b.ended(t, 1, workflows.FinishMoot); f.Reason == "" || f.Receipt != nil {
				t.Errorf("ended as %+v, want a reason and no receipt", f)
			}
			if len(b.chat.sent)+len(b.chat.updated) != 0 {
				t.Error("something was sent")
			}
		})
	}
}

func TestCourierSurfaceSays(t *testing.T) {
	t.Run("a passing fault is tried again later and longer each time, then given up", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.send = func(context.Context, bot.Message) error { return errors.New("connection reset") }
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second}
		for _, wait := range want {
			b.drain(t, 1)
			if f := b.ended(t, 1, workflows.FinishRetry); f.After != wait {
				t.Errorf("waits %s, want %s", f.After, wait)
			}
			b.drain(t, 0) // not before its time
			b.queue.pass(wait)
		}
		b.drain(t, 0)
		if s := b.queue.state(1); s != "failed" {
			t.Errorf("state %q, want failed", s)
		}
	})

	t.Run("a platform that names a longer wait is heeded", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.send = func(context.Context, bot.Message) error {
			return &bot.SendError{Reason: "internal", Retry: true, After: time.Minute}
		}
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishRetry); f.After != time.Minute || f.Reason != "internal" {
			t.Errorf("ended as %+v", f)
		}
	})

	t.Run("a pause stops the whole bucket and counts no attempt", func(t *testing.T) {
		b := newBench(t, func(c *bot.CourierConfig) { c.Workers = 1 })
		b.chat.send = func(context.Context, bot.Message) error {
			return &bot.SendError{Reason: "ratelimited", Pause: true, After: 20 * time.Second}
		}
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"), delivery("AIR-2", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		b.ended(t, 1, workflows.FinishPause)
		b.chat.send = nil
		b.queue.pass(19 * time.Second)
		b.drain(t, 0)
		b.queue.pass(time.Second)
		b.drain(t, 2)
		b.ended(t, 1, workflows.FinishSent)
		b.ended(t, 2, workflows.FinishSent)
	})

	for _, reach := range []struct {
		name   string
		reach  bot.Reach
		bucket string
	}{
		{"a pause of one message stops no other", bot.ReachMessage, ""},
		{"a pause of reminders stops reminders", bot.ReachBucket, "chat/post/daily"},
		{"a pause of a method stops all its messages", bot.ReachMethod, "chat/post"},
		{"a pause of a surface stops everything there", bot.ReachSurface, "chat"},
	} {
		t.Run(reach.name, func(t *testing.T) {
			b := newBench(t, func(c *bot.CourierConfig) { c.Workers = 1 })
			b.chat.send = func(context.Context, bot.Message) error {
				return &bot.SendError{Reason: "ratelimited", Pause: true, Reach: reach.reach, After: 20 * time.Second}
			}
			d := delivery("AIR-1", "P-2", workflows.WhyRemind, "")
			d.Bucket = "chat" + workflows.BucketDaily
			b.queue.put(d)
			b.drain(t, 1)
			if f := b.ended(t, 1, workflows.FinishPause); f.Bucket != reach.bucket || f.Unsure {
				t.Errorf("paused %q, want %q", f.Bucket, reach.bucket)
			}
		})
	}

	t.Run("an update that becomes a message pauses messages", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.update = func(bot.Message) error { return &bot.SendError{Reason: "message_not_found", Gone: true} }
		b.chat.send = func(context.Context, bot.Message) error {
			return &bot.SendError{Reason: "ratelimited", Pause: true, Reach: bot.ReachMethod, After: 20 * time.Second}
		}
		b.queue.put(update(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"), true))
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishPause); f.Bucket != "chat/post" {
			t.Errorf("paused %q", f.Bucket)
		}
		b.chat.update = func(bot.Message) error {
			return &bot.SendError{Reason: "ratelimited", Pause: true, Reach: bot.ReachMethod, After: 20 * time.Second}
		}
		b.queue.pass(time.Minute)
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishPause); f.Bucket != "chat/update" {
			t.Errorf("paused %q", f.Bucket)
		}
	})

	t.Run("for good means for good", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.send = func(context.Context, bot.Message) error { return &bot.SendError{Reason: "channel_not_found"} }
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishFailed); f.Reason != "channel_not_found" {
			t.Errorf("reason %q", f.Reason)
		}
	})

	t.Run("a panic is the failure of one delivery", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.send = func(_ context.Context, m bot.Message) error {
			if m.About.ID == "AIR-1" {
				panic("secret words")
			}
			return nil
		}
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"), delivery("AIR-2", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 2)
		b.ended(t, 1, workflows.FinishRetry)
		b.ended(t, 2, workflows.FinishSent)
		if strings.Contains(b.log.String(), "secret words") {
			t.Error("the log holds the value of the panic")
		}
	})

	t.Run("a fault of ours is tried again", func(t *testing.T) {
		b := newBench(t, nil)
		b.house.fault = errors.New("database away")
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		b.ended(t, 1, workflows.FinishRetry)
	})

	t.Run("logs hold ids only", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.send = func(context.Context, bot.Message) error { return &bot.SendError{Reason: "nope"} }
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		for _, secret := range []string{"Otter", "Ana", "Ben", "U-P-2"} {
			if strings.Contains(b.log.String(), secret) {
				t.Errorf("the log holds %q: %s", secret, b.log)
			}
		}
	})
}

func update(d workflows.Delivery, refresh bool) workflows.Delivery {
	d.Receipt = &workflows.Receipt{ID: 77, Account: d.Account, About: d.Mail.About, Why: d.Mail.Why, Part: d.Mail.Part, Place: "dm", MessageID: "m9"}
	if refresh {
		d.Mail.To, d.Mail.Why, d.Mail.Part = "", "", ""
	}
	return d
}

func TestCourierUpdates(t *testing.T) {
	t.Run("a refresh keeps what its message was for", func(t *testing.T) {
		b := newBench(t, nil)
		b.house.change("AIR-1", func(r *approval.Request) { r.Waits = nil }) // nothing to decide any more: the card says so
		b.queue.put(update(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"), true))
		b.drain(t, 1)
		r := b.ended(t, 1, workflows.FinishSent).Receipt
		if r.MessageID != "m9" || r.Place != "dm" || r.Why != workflows.WhyDecide || r.Part != "manager" {
			t.Errorf("receipt %+v", r)
		}
		if len(b.chat.updated) != 1 || len(b.chat.sent) != 0 {
			t.Errorf("%d updates and %d messages, want one update", len(b.chat.updated), len(b.chat.sent))
		}
	})

	t.Run("a message that is gone is sent anew where it asks for something", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.update = func(bot.Message) error { return &bot.SendError{Reason: "message_not_found", Gone: true} }
		b.queue.put(update(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"), true))
		b.drain(t, 1)
		f := b.ended(t, 1, workflows.FinishSent)
		if len(b.chat.sent) != 1 || f.Receipt == nil || f.Receipt.MessageID != "m1" || !b.queue.gone[77] {
			t.Errorf("%d messages, receipt %+v, old one superseded: %v", len(b.chat.sent), f.Receipt, b.queue.gone[77])
		}
	})

	t.Run("a message that is gone stays gone where nothing is asked", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.update = func(bot.Message) error { return &bot.SendError{Reason: "message_not_found", Gone: true} }
		b.queue.put(update(delivery("AIR-1", "P-1", workflows.WhyProgress, ""), false))
		b.drain(t, 1)
		if f := b.ended(t, 1, workflows.FinishGone); f.Receipt != nil || len(b.chat.sent) != 0 {
			t.Errorf("%d messages, receipt %+v", len(b.chat.sent), f.Receipt)
		}
	})
}
