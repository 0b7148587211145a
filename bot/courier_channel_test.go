package bot_test

import (
	"strings"
	"testing"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
)

func TestCourierChannel(t *testing.T) {
	toChannel := func() workflows.Delivery {
		d := delivery("AIR-1", "", "", "")
		d.Account = workflows.Account{ID: "chat:channel:C1", Person: workflows.Channel, Surface: "chat", User: "C1", Confirmed: true}
		return d
	}
	t.Run("a channel gets what everybody may know, and is brought up to date", func(t *testing.T) {
		b := newBench(t, nil)
		b.queue.put(toChannel())
		b.drain(t, 1)
		r := b.ended(t, 1, workflows.FinishSent).Receipt
		if r == nil || r.Account.Person != workflows.Channel || r.Why != "" {
			t.Fatalf("receipt %+v", r)
		}
		shown := b.chat.sent[0].Card
		if len(shown.Buttons)+len(shown.Lead) > 0 || shown.Kicker != "AIR-1" || strings.Contains(shown.Gist, "Ana") || strings.Contains(shown.Gist, "Ben") {
			t.Errorf("the channel reads %+v", shown)
		}
		b.house.change("AIR-1", func(r *approval.Request) { r.Status, r.Waits = approval.StatusRejected, nil })
		b.queue.put(update(toChannel(), true))
		b.drain(t, 1)
		b.ended(t, 2, workflows.FinishSent)
		if got := b.chat.updated[0].Card.Gist; !strings.Contains(got, "rejected") {
			t.Errorf("updated to %q", got)
		}
	})
	t.Run("a message that was deleted there is not made again", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.update = func(bot.Message) error { return &bot.SendError{Reason: "message_not_found", Gone: true} }
		b.queue.put(update(toChannel(), true))
		b.drain(t, 1)
		if b.ended(t, 1, workflows.FinishGone); len(b.chat.sent) != 0 {
			t.Errorf("%d messages", len(b.chat.sent))
		}
	})
	t.Run("a request that is not there is no news", func(t *testing.T) {
		b := newBench(t, nil)
		d := toChannel()
		d.Mail.About = workflows.RequestRef("AIR-404")
		b.queue.put(d)
		b.drain(t, 1)
		b.ended(t, 1, workflows.FinishMoot)
	})
}
