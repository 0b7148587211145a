package storetest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/engine"
)

// long is a lease that does not run out during a check.
const long = time.Minute

// claim takes up to n deliveries for portal and slack.
func (d *db) claim(n int) []workflows.Delivery {
	d.Helper()
	got, err := d.store.Claim(d.ctx, []string{"portal", "slack"}, n, long)
	d.must(err)
	return got
}

// sent ends a delivery well.
func (d *db) sent(del workflows.Delivery) {
	d.Helper()
	d.must(d.store.Finish(d.ctx, del, workflows.Finish{State: workflows.FinishSent}))
}

func claimChecks() []check {
	one, two := workflows.RequestRef("AIR-1"), workflows.RequestRef("AIR-2")
	return []check{
		{"a claim brings the delivery with its mail, its account and the message it updates", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{})
			first := d.claim(1)[0]
			r := workflows.Receipt{Account: slack(ana), About: one, Why: workflows.WhyDecide, Place: "D1", MessageID: "17.5", At: now()}
			d.must(d.store.Finish(d.ctx, first, workflows.Finish{State: workflows.FinishSent, Receipt: &r}))
			r = d.receipts(one)[0]
			m := d.post(slack(ana), one, engine.Outgoing{Update: &r, Bucket: "slack/T1"})[0]
			got := d.claim(5)
			if len(got) != 1 {
				d.Fatalf("claimed %v", got)
			}
			want := workflows.Delivery{
				ID: got[0].ID, Mail: m, Account: slack(ana), Receipt: &r, Bucket: "slack/T1", Attempts: 1, Token: got[0].Token,
			}
			want.Account.Proof = workflows.ProofNone // the directory's to know
			same(d, got[0], want)
			if len(got[0].Token) < 20 || got[0].Token == first.Token {
				d.Errorf("the token is %q", got[0].Token)
			}
		}},
		{"one account hears about one thing in order, one at a time; other accounts and things do not wait", func(d *db) {
			d.people()
			d.post(portal(), one, engine.Outgoing{Key: "1"}, engine.Outgoing{Key: "2"}, engine.Outgoing{Key: "3", Lane: workflows.LaneOutcome})
			d.post(portal(), two, engine.Outgoing{Key: "4"})
			d.post(slack(ana), one, engine.Outgoing{Key: "5"})
			got := d.claim(10)
			if len(got) != 3 {
				d.Fatalf("claimed %d at once", len(got))
			}
			if more := d.claim(10); len(more) != 0 {
				d.Errorf("claimed %v while the first is being sent", more)
			}
			for _, x := range got {
				d.sent(x)
			}
			second := d.claim(10)
			if len(second) != 1 || second[0].Mail.Record >= 3 {
				d.Fatalf("second came %+v", second)
			}
			d.must(d.store.Finish(d.ctx, second[0], workflows.Finish{State: workflows.FinishRetry, After: time.Hour}))
			if more := d.claim(10); len(more) != 0 {
				d.Errorf("the third overtook the second: %+v", more)
			}
		}},
		{"surfaces that a replica does not know are left to others", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{})
			for _, surfaces := range [][]string{{"portal", "teams"}, {}, nil, {`sl"ack`, `{slack}`}} {
				got, err := d.store.Claim(d.ctx, surfaces, 5, long)
				if d.must(err); len(got) != 0 {
					d.Errorf("%q got %v", surfaces, got)
				}
			}
			if len(d.claim(5)) != 1 {
				d.Error("nobody got it")
			}
		}},
		{"urgent lanes go first, and no lane waits for ever", func(d *db) {
			d.people()
			lanes := []workflows.Lane{workflows.LaneRefresh, workflows.LaneRemind, workflows.LaneOutcome, workflows.LaneDecide}
			for i, lane := range lanes {
				d.post(portal(), workflows.RequestRef(fmt.Sprintf("AIR-%d", i)), engine.Outgoing{Lane: lane})
			}
			d.exec("UPDATE deliveries SET run_at = run_at - 240000 WHERE lane = ?", int(workflows.LaneRemind))
			var order []string
			for range lanes {
				x := d.claim(1)
				order = append(order, x[0].Mail.About.ID)
			}
			same(d, order, []string{"AIR-1", "AIR-2", "AIR-3", "AIR-0"})
		}},
		{"what was kept for later counts from then, and does not jump the queue", func(d *db) {
			d.people()
			hour := time.Now().Add(time.Hour)
			d.post(portal(), one, engine.Outgoing{Lane: workflows.LaneRemind, NotBefore: hour})
			d.exec("UPDATE deliveries SET made_at = made_at - 7200000, run_at = run_at - 3601000")
			d.post(portal(), two, engine.Outgoing{Lane: workflows.LaneOutcome})
			if got := d.claim(1); len(got) != 1 || got[0].Mail.About != two {
				d.Errorf("the reminder went before the outcome: %+v", got)
			}
		}},
		{"two replicas never send the same, nor two to one account about one thing, and lose nothing", claimRace},
		{"the database itself refuses a second delivery in flight for one account and thing", func(d *db) {
			d.people()
			d.post(portal(), one, engine.Outgoing{Key: "1"}, engine.Outgoing{Key: "2"})
			d.claim(1)
			if _, err := d.try("UPDATE deliveries SET state = 'sending'"); err == nil {
				d.Error("two deliveries of one order are in flight")
			}
		}},
		{"a lease that runs out is taken over, and whoever had it changes nothing any more", func(d *db) {
			d.people()
			d.post(portal(), one, engine.Outgoing{})
			short := func(s *store.Store, lease time.Duration) []workflows.Delivery {
				got, err := s.Claim(d.ctx, []string{"portal"}, 5, lease)
				d.must(err)
				return got
			}
			old := short(d.store, 30*time.Millisecond)[0]
			time.Sleep(60 * time.Millisecond)
			over := short(d.replica(), long)
			if len(over) != 1 || !over[0].Takeover || over[0].Attempts != 2 || old.Takeover || over[0].ID != old.ID {
				d.Fatalf("taken over: %+v", over)
			}
			d.is(d.store.Extend(d.ctx, old, long), workflows.ErrConflict)
			for _, state := range []workflows.FinishState{
				workflows.FinishSent, workflows.FinishMoot, workflows.FinishRetry, workflows.FinishPause, workflows.FinishFailed, workflows.FinishGone,
			} {
				d.is(d.store.Finish(d.ctx, old, workflows.Finish{State: state, Receipt: &workflows.Receipt{}, After: time.Hour}), workflows.ErrConflict)
			}
			if n := d.number("SELECT (SELECT count(*) FROM receipts) + (SELECT count(*) FROM buckets)"); n != 0 {
				d.Error("a fenced finish left something")
			}
			d.must(d.store.Finish(d.ctx, over[0], workflows.Finish{State: workflows.FinishRetry, After: time.Millisecond}))
			time.Sleep(5 * time.Millisecond)
			if again := short(d.store, long); len(again) != 1 || !again[0].Takeover {
				d.Errorf("that it may have been sent was forgotten: %+v", again)
			}
		}},
		{"a lease that is extended is not taken over", func(d *db) {
			d.people()
			d.post(portal(), one, engine.Outgoing{})
			got, err := d.store.Claim(d.ctx, []string{"portal"}, 5, 50*time.Millisecond)
			d.must(err)
			d.must(d.store.Extend(d.ctx, got[0], long))
			time.Sleep(80 * time.Millisecond)
			if more := d.claim(5); len(more) != 0 {
				d.Errorf("taken over: %+v", more)
			}
			d.sent(got[0])
		}},
		{"a taken-over delivery does not wait for a retried one before it, nor that one for ever", func(d *db) {
			d.people()
			d.post(portal(), one, engine.Outgoing{Key: "1"}, engine.Outgoing{Key: "2"})
			first := d.claim(1)[0]
			d.must(d.store.Finish(d.ctx, first, workflows.Finish{State: workflows.FinishFailed}))
			second, err := d.store.Claim(d.ctx, []string{"portal"}, 1, time.Millisecond)
			d.must(err)
			d.must(d.retry(first.ID))
			time.Sleep(5 * time.Millisecond)
			over := d.claim(5)
			if len(over) != 1 || over[0].ID != second[0].ID {
				d.Fatalf("claimed %+v", over)
			}
			d.sent(over[0])
			if last := d.claim(5); len(last) != 1 || last[0].ID != first.ID {
				d.Errorf("claimed %+v", last)
			}
		}},
	}
}

// claimRace lets workers of two replicas drain the outbox at once.
func claimRace(d *db) {
	d.people()
	const things, each = 12, 8
	for i := range each {
		for j := range things {
			d.post(portal(), workflows.RequestRef(fmt.Sprintf("AIR-%d", j)), engine.Outgoing{Key: fmt.Sprintf("%d/%d", j, i)})
		}
	}
	stores := []*store.Store{d.store, d.replica()}
	var mu sync.Mutex
	var wg sync.WaitGroup
	flying, last, done := map[string]bool{}, map[string]int64{}, 0
	ctx, cancel := context.WithTimeout(d.ctx, time.Minute)
	defer cancel()
	finished := func() bool { mu.Lock(); defer mu.Unlock(); return done == things*each }
	work := func(s *store.Store) {
		for !finished() {
			got, err := s.Claim(ctx, []string{"portal"}, 3, long)
			if err != nil {
				d.Error(err)
				return
			}
			if len(got) == 0 {
				time.Sleep(2 * time.Millisecond)
			}
			for _, x := range got {
				mu.Lock()
				if flying[x.Mail.About.ID] || x.ID <= last[x.Mail.About.ID] {
					d.Errorf("delivery %d about %s while one is in flight, or after %d", x.ID, x.Mail.About, last[x.Mail.About.ID])
				}
				flying[x.Mail.About.ID] = true
				mu.Unlock()
			}
			for _, x := range got {
				mu.Lock()
				flying[x.Mail.About.ID], last[x.Mail.About.ID] = false, x.ID
				done++
				mu.Unlock()
				if err := s.Finish(ctx, x, workflows.Finish{State: workflows.FinishSent}); err != nil {
					d.Error(err)
				}
			}
		}
	}
	for i := range 8 {
		wg.Go(func() { work(stores[i%2]) })
	}
	wg.Wait()
	if done != things*each {
		d.Errorf("%d of %d were sent", done, things*each)
	}
}
