package engine_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// lease is long enough for every test.
const lease = time.Minute

// claim takes everything that can be delivered now and marks it sent.
func (w *world) claim() []workflows.Delivery {
	w.t.Helper()
	ctx := context.Background()
	var all []workflows.Delivery
	for {
		got, err := w.store.Claim(ctx, []string{"portal"}, 100, lease)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(got) == 0 {
			return all
		}
		for _, d := range got {
			done := workflows.Finish{State: workflows.FinishSent, Receipt: &workflows.Receipt{
				Delivery: d.ID, Account: d.Account, About: d.Mail.About, Why: d.Mail.Why, Part: d.Mail.Part,
				Place: d.Account.User, MessageID: fmt.Sprint("m", d.ID), TextHash: "none", At: monday,
			}}
			if d.Receipt != nil {
				done.Receipt = d.Receipt
			}
			if err := w.store.Finish(ctx, d, done); err != nil {
				w.t.Fatal(err)
			}
			all = append(all, d)
		}
	}
}

func to(all []workflows.Delivery, who workflows.PersonID, why workflows.Why) int {
	n := 0
	for _, d := range all {
		if d.Account.Person == who && d.Mail.Why == why && d.Receipt == nil {
			n++
		}
	}
	return n
}

func TestDeliveries(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.claim()
		about := w.ask(limited())
		w.settle()
		first := w.claim()
		if to(first, ben, workflows.WhyDecide) != 1 || to(first, ana, workflows.WhyProgress) != 1 {
			t.Errorf("after asking: %v", whys(first))
		}

		t.Run("a step updates the requester's one message and every card that is out", func(t *testing.T) {
			w.must(ben, about, approval.Decided{Approve: true})
			w.settle()
			got := w.claim()
			if n := to(got, ana, workflows.WhyProgress); n != 0 {
				t.Errorf("Ana got %d new messages for a step", n)
			}
			updated := map[workflows.PersonID]int{}
			for _, d := range got {
				if d.Receipt != nil {
					updated[d.Account.Person]++
				}
			}
			if updated[ana] == 0 || updated[ben] != 1 {
				t.Errorf("updates: %v", updated)
			}
		})
		t.Run("steps before the courier comes are one update a message", func(t *testing.T) {
			w.must(yuki, about, approval.Asked{Text: "Which calls are recorded?"})
			w.must(ana, about, approval.Answered{Question: question(t, w, about), Text: "Only those customers agreed to."})
			w.settle()
			updates := map[int64]int{}
			for _, d := range w.claim() {
				if d.Receipt != nil {
					updates[d.Receipt.ID]++
				}
			}
			if len(updates) == 0 {
				t.Error("no card was updated")
			}
			for id, n := range updates {
				if n > 1 {
					t.Errorf("message %d was updated %d times", id, n)
				}
			}
		})
		t.Run("the outcome is a new message", func(t *testing.T) {
			w.must(yuki, about, approval.Decided{Approve: true})
			w.must(dan, about, approval.Advised{})
			w.must(cleo, about, approval.Decided{Approve: true})
			w.settle()
			got := w.claim()
			if to(got, ana, workflows.WhyOutcome) != 1 {
				t.Errorf("at the end: %v", whys(got))
			}
		})
	})
}

func question(t *testing.T, w *world, about workflows.Ref) int {
	t.Helper()
	r := w.request(about)
	if len(r.Questions) == 0 {
		t.Fatal("no question")
	}
	return r.Questions[len(r.Questions)-1].ID
}

func whys(all []workflows.Delivery) []string {
	var out []string
	for _, d := range all {
		out = append(out, fmt.Sprintf("%s:%s", d.Account.Person, d.Mail.Why))
	}
	return out
}

// TestDaily lets several things fall due for one person: their reminders of a day are one message.
func TestDaily(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		for range 3 {
			w.ask(limited())
		}
		w.settle()
		w.claim()
		reminders := 0
		drain := func(context.Context) error {
			for _, d := range w.claim() {
				if d.Account.Person == ben && d.Mail.Why == workflows.WhyRemind {
					reminders++
				}
			}
			return nil
		}
		if err := w.engine.Travel(context.Background(), w.clock, monday.Add(30*time.Hour), drain); err != nil {
			t.Fatal(err)
		}
		if reminders != 1 {
			t.Errorf("Ben got %d reminders for three requests due the same day, want 1", reminders)
		}
		late := func(record int) {
			t.Helper()
			mail := workflows.Mail{
				About: workflows.RequestRef("AIR-1"), Record: record, To: ben, Why: workflows.WhyRemind, Lane: workflows.LaneRemind, At: w.clock.Now(),
			}
			if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.PutMails(t.Context(), []workflows.Mail{mail}) }); err != nil {
				t.Fatal(err)
			}
			w.settle()
			_ = drain(t.Context())
		}
		if late(90); reminders != 1 {
			t.Errorf("a reminder that came later the same day was a message of its own: %d", reminders)
		}
		w.clock.Set(w.clock.Now().Add(24 * time.Hour))
		if late(91); reminders != 2 {
			t.Errorf("%d reminders on two days", reminders)
		}
		// In the evening, after an outage: it waits for the morning, and is in the message of that day.
		w.clock.Set(time.Date(2026, 11, 25, 20, 0, 0, 0, time.UTC))
		if late(92); reminders != 2 {
			t.Errorf("%d reminders, and one of them in the night", reminders)
		}
		morning := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC) // nine in Madrid
		if err := w.engine.Travel(t.Context(), w.clock, morning.Add(-time.Millisecond), drain); err != nil || reminders != 2 {
			t.Errorf("%d reminders before the morning, %v", reminders, err)
		}
		if err := w.engine.Travel(t.Context(), w.clock, morning, drain); err != nil || reminders != 3 {
			t.Errorf("%d reminders in the morning, %v", reminders, err)
		}
		if late(93); reminders != 3 {
			t.Errorf("%d reminders: what was held and what fell due that day were two messages", reminders)
		}
	})
}

// TestScreening covers the rounds that the policy works out anew: a tier named under legal hold, corrected answers, and an
// assessment that carries the answers of the request it is about.
func TestScreening(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		t.Run("two roles name a tier and its chain starts", func(t *testing.T) {
			a := high()
			a["practices"] = list("emotion_work_school")
			about := w.ask(a)
			done := w.apply(ben, about, approval.Decided{Approve: true})
			if done.Refusal == nil || done.Refusal.Code != workflows.CodeProhibited {
				t.Errorf("approval under legal hold: %+v", done.Refusal)
			}
			rule := approval.Ruled{Outcome: "reclassify", Tier: "high", Reason: "A medical reason that we have confirmed in writing."}
			w.must(nadia, about, rule)
			w.must(helen, about, rule)
			if r := w.request(about); r.Round != 2 || r.Screening.Assessment.Tier != "high" || r.Status != approval.StatusOpen {
				t.Errorf("round %d, tier %s, %s", r.Round, r.Screening.Assessment.Tier, r.Status)
			}
		})
		t.Run("corrected answers are scored again", func(t *testing.T) {
			a := limited()
			a["practices"] = list("unsure")
			about := w.ask(a)
			w.must(nadia, about, approval.Ruled{
				Outcome: "correct_answers", Answers: limited(), Reason: "None of the banned practices is touched here.",
			})
			if r := w.request(about); r.Round != 2 || r.Screening.Assessment.Tier != "limited" {
				t.Errorf("round %d, tier %s", r.Round, r.Screening.Assessment.Tier)
			}
		})
		t.Run("an impact assessment is sent by the owner of what it is about", func(t *testing.T) {
			about := w.ask(high())
			impact := approval.Submitted{Flow: "ai-impact", Linked: about.ID, Answers: impact()}
			if done := w.apply(ben, workflows.Ref{Kind: workflows.KindRequest}, impact); done.Refusal == nil || done.Refusal.Code != workflows.CodeNotYours {
				t.Errorf("sent by somebody else: %+v", done.Refusal)
			}
			sent := w.must(ana, workflows.Ref{Kind: workflows.KindRequest}, impact)
			if r := w.request(sent); r.Linked != about.ID || r.Owner != ana || len(r.Screening.Plan.Stages) < 2 {
				t.Errorf("linked to %q, owner %s, %d stages", r.Linked, r.Owner, len(r.Screening.Plan.Stages))
			}
			impact.Linked = "AIR-999"
			if done := w.apply(ana, workflows.Ref{Kind: workflows.KindRequest}, impact); done.Refusal == nil || done.Refusal.Code != workflows.CodeField {
				t.Errorf("about nothing: %+v", done.Refusal)
			}
		})
		w.verified()
	})
}

// announce names the governance channels from now on, as a restart with other settings does.
func (w *world) announce(channels ...workflows.Account) {
	w.engine = engine.New(engine.Config{
		Store: w.store, Now: w.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler), Channels: channels,
	})
}

func TestGovernanceChannel(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		old := engine.ChannelAccount("portal", "C0OLD")
		first := engine.ChannelAccount("portal", "C0GOV") // claim works for the portal alone
		w.announce(old)
		before := w.ask(limited())
		w.settle()
		w.claim()
		w.announce(first)
		about := w.ask(limited())
		w.settle()
		w.must(ben, about, approval.Decided{Approve: true})
		w.settle()
		posted := func(all []workflows.Delivery, about workflows.Ref) (fresh, updates int) {
			for _, d := range all {
				switch {
				case d.Account.Person != workflows.Channel:
				case d.Account.ID != first.ID:
					t.Errorf("told to %s, which is no channel any more", d.Account.ID)
				case d.Mail.About == about && d.Receipt == nil:
					if fresh++; d.Bucket != "portal/post/channel" {
						t.Errorf("bucket %s", d.Bucket)
					}
				case d.Mail.About == about:
					if updates++; d.Bucket != "portal/update/channel" {
						t.Errorf("bucket %s", d.Bucket)
					}
				}
			}
			return fresh, updates
		}
		if fresh, updates := posted(w.claim(), about); fresh != 1 || updates != 0 {
			t.Errorf("after two steps: %d new messages, %d updates; want one new", fresh, updates)
		}
		w.must(yuki, about, approval.Decided{Approve: true})
		w.must(ben, before, approval.Decided{Reason: "We have a note taker already; please use that one."})
		w.settle()
		all := w.claim()
		if fresh, updates := posted(all, about); fresh != 0 || updates != 1 {
			t.Errorf("after the next: %d new messages, %d updates; want one update", fresh, updates)
		}
		if fresh, _ := posted(all, before); fresh != 1 {
			t.Errorf("%d messages about a request from before the channel was named", fresh)
		}
	})
}
