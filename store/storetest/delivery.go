package storetest

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
)

// retry lets a dead delivery start anew, as the engine does.
func (d *db) retry(id int64) error {
	return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.RetryDelivery(d.ctx, id, true) })
}

// giveUp ends a delivery, as the engine does.
func (d *db) giveUp(id int64) error {
	return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.GiveUpDelivery(d.ctx, id) })
}

func (d *db) delivery(id int64) workflows.DeliveryRow {
	d.Helper()
	row, err := d.store.Delivery(d.ctx, id)
	d.must(err)
	return row
}

func deliveryChecks() []check {
	one, two := workflows.RequestRef("AIR-1"), workflows.RequestRef("AIR-2")
	return []check{
		{"deliveries are listed newest first, filtered, page by page, with nothing of what they say", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{Key: "1", Why: workflows.WhyDecide}, engine.Outgoing{Key: "2", Why: workflows.WhyDecide})
			d.post(slack(ben), two, engine.Outgoing{Key: "3", Why: workflows.WhyOutcome})
			d.post(portal(), two, engine.Outgoing{Key: "4", Why: workflows.WhyOutcome})
			first := d.claim(1)[0]
			d.must(d.store.Finish(d.ctx, first, workflows.Finish{State: workflows.FinishFailed, Reason: "channel_not_found"}))
			id := first.ID
			listed := func(f workflows.DeliveryFilter) string {
				var ids []string
				for range 100 {
					rows, next, err := d.store.DeliveryRows(d.ctx, f)
					d.must(err)
					for _, r := range rows {
						ids = append(ids, fmt.Sprint(r.ID-id+1))
					}
					if next == 0 {
						return strings.Join(ids, " ")
					}
					f.Before = next
				}
				d.Fatal("the pages do not end")
				return ""
			}
			for _, c := range []struct {
				f    workflows.DeliveryFilter
				want string
			}{
				{workflows.DeliveryFilter{}, "4 3 2 1"},
				{workflows.DeliveryFilter{State: workflows.DeliveryDead}, "1"},
				{workflows.DeliveryFilter{State: workflows.DeliveryWaiting}, "4 3 2"},
				{workflows.DeliveryFilter{State: workflows.DeliverySent}, ""},
				{workflows.DeliveryFilter{State: "sleeping"}, ""},
				{workflows.DeliveryFilter{Surface: "slack"}, "3 2 1"},
				{workflows.DeliveryFilter{About: two}, "4 3"},
				{workflows.DeliveryFilter{People: []workflows.PersonID{ben, "P-nobody", "\x00"}}, "3"},
				{workflows.DeliveryFilter{People: []workflows.PersonID{ana}, Surface: "portal"}, "4"},
				{workflows.DeliveryFilter{Mail: first.Mail.ID}, "1"},
				{workflows.DeliveryFilter{Surface: "\x00"}, ""},
			} {
				for _, limit := range []int{0, 1, 2, 5000} {
					if c.f.Limit = limit; listed(c.f) != c.want {
						d.Errorf("%+v: %q, want %q", c.f, listed(c.f), c.want)
					}
				}
			}
			got := d.delivery(id)
			if got.Made.IsZero() || got.Done.IsZero() {
				d.Errorf("without times: %+v", got)
			}
			account := slack(ana)
			account.Proof = workflows.ProofNone // the directory's to know
			same(d, got, workflows.DeliveryRow{
				ID: id, Mail: first.Mail.ID, About: one, Why: workflows.WhyDecide, Account: account, State: workflows.DeliveryDead,
				Attempts: 1, Reason: "channel_not_found", Made: got.Made, Done: got.Done,
			})
			d.is(second(d.store.Delivery(d.ctx, 999)), workflows.ErrNotFound)
			d.exec("UPDATE deliveries SET run_at = run_at - 60000 WHERE name = '3'")
			held := d.claim(1)[0]
			if row := d.delivery(held.ID); !row.Held || row.State != workflows.DeliverySending || row.Next.IsZero() || !row.Done.IsZero() {
				d.Errorf("in flight: %+v", row)
			}
			counts, err := d.store.DeliveryCounts(d.ctx)
			if d.must(err); counts.Waiting != 2 || counts.Sending != 1 || counts.Dead != 1 || counts.Oldest <= 0 || counts.Oldest > time.Minute {
				d.Errorf("counted %+v", counts)
			}
		}},
		{"what is dead is retried, what waits or is dead is given up, and nothing else", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{Key: "1"}, engine.Outgoing{Key: "2"})
			dead := d.end(workflows.Finish{State: workflows.FinishFailed, Reason: "account_inactive", Unsure: true})
			d.must(d.retry(dead.ID))
			d.is(d.retry(dead.ID), workflows.ErrConflict)
			got := d.claim(5)
			if len(got) != 1 || got[0].ID != dead.ID || got[0].Attempts != 1 || !got[0].Takeover {
				d.Fatalf("retried: %+v", got)
			}
			d.is(d.retry(dead.ID), workflows.ErrConflict)
			d.is(d.giveUp(dead.ID), workflows.ErrConflict)
			d.must(d.giveUp(dead.ID + 1))
			d.is(d.giveUp(dead.ID+1), workflows.ErrConflict)
			d.is(d.giveUp(999), workflows.ErrConflict)
			d.sent(got[0])
			d.is(d.giveUp(dead.ID), workflows.ErrConflict)
			if more := d.claim(5); len(more) != 0 {
				d.Errorf("given up and still sent: %+v", more)
			}
			if row := d.delivery(dead.ID + 1); row.State != workflows.DeliveryMoot || row.Reason != workflows.ReasonGivenUp || row.Done.IsZero() {
				d.Errorf("given up: %+v", row)
			}
		}},
		{"a retry never makes a later message of the same key disappear", func(d *db) {
			d.people()
			refresh := engine.Outgoing{Key: "refresh/7"}
			d.post(portal(), one, refresh)
			d.exec("UPDATE deliveries SET state = 'dead'") // without a claim
			id := d.number("SELECT min(id) FROM deliveries")
			d.post(portal(), one, refresh)
			d.must(d.retry(id))
			d.post(portal(), one, refresh)
			if n := d.number("SELECT count(*) FROM deliveries WHERE state = 'waiting'"); n != 2 {
				d.Errorf("%d deliveries wait", n)
			}
		}},
		{"a lease that has run out can be given up, and whoever had it changes nothing any more", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{})
			old := d.claim(1)[0]
			d.is(d.giveUp(old.ID), workflows.ErrConflict)
			d.exec("UPDATE deliveries SET run_at = run_at - 3600000")
			if row := d.delivery(old.ID); row.Held || !row.Endable() {
				d.Errorf("the lease ran out: %+v", row)
			}
			d.must(d.giveUp(old.ID))
			d.is(d.store.Extend(d.ctx, old, long), workflows.ErrConflict)
			d.is(d.store.Finish(d.ctx, old, workflows.Finish{State: workflows.FinishSent, Receipt: &workflows.Receipt{}}), workflows.ErrConflict)
			if n := d.number("SELECT count(*) FROM receipts"); n != 0 {
				d.Error("a fenced finish left a receipt")
			}
		}},
		{"while somebody holds a delivery no courier claims it", func(d *db) {
			if d.lite() {
				d.Skip("SQLite has one writer: a claim waits for the transaction to end.")
			}
			d.people()
			d.post(slack(ana), one, engine.Outgoing{})
			id := d.number("SELECT min(id) FROM deliveries")
			d.do(func(tx engine.Tx) error {
				if _, err := tx.LockDelivery(d.ctx, id); err != nil {
					return err
				}
				got, err := d.replica().Claim(d.ctx, []string{"slack"}, 5, long)
				if len(got) != 0 {
					d.Errorf("claimed %+v", got)
				}
				return err
			})
			if got := d.claim(5); len(got) != 1 {
				d.Errorf("afterwards %d are claimed", len(got))
			}
		}},
		{"given up and claimed at one moment, a delivery is either sent or given up", func(d *db) {
			d.people()
			const many = 40
			for n := range many {
				d.post(slack(ana), workflows.RequestRef(fmt.Sprintf("AIR-%d", n)), engine.Outgoing{})
			}
			first := d.number("SELECT min(id) FROM deliveries")
			var mu sync.Mutex
			sent, given := map[int64]bool{}, map[int64]bool{}
			var both sync.WaitGroup
			both.Go(func() {
				for n := range int64(many) {
					if err := d.giveUp(first + n); err == nil {
						mu.Lock()
						given[first+n] = true
						mu.Unlock()
					}
				}
			})
			for _, s := range []func(int) []workflows.Delivery{d.claim, func(n int) []workflows.Delivery {
				got, err := d.replica().Claim(d.ctx, []string{"slack"}, n, long)
				if err != nil {
					d.Error(err)
				}
				return got
			}} {
				both.Go(func() {
					for range many {
						for _, x := range s(1) {
							if err := d.store.Finish(d.ctx, x, workflows.Finish{State: workflows.FinishSent}); err != nil {
								d.Errorf("finish %d: %v", x.ID, err)
							}
							mu.Lock()
							sent[x.ID] = true
							mu.Unlock()
						}
					}
				})
			}
			both.Wait()
			for n := range int64(many) {
				id := first + n
				if want := map[bool]string{true: "moot", false: "sent"}[given[id]]; given[id] == sent[id] || d.state(id) != want {
					d.Errorf("delivery %d: sent %v, given up %v, %s", id, sent[id], given[id], d.state(id))
				}
			}
		}},
	}
}
