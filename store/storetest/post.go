package storetest

import (
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
)

func postChecks() []check {
	about := workflows.RequestRef("AIR-1")
	return []check{
		{"a mail is stored once, taken until it is expanded, and oldest first", func(d *db) {
			d.people()
			mail := func(record, item int) workflows.Mail {
				return workflows.Mail{
					About: about, Record: record, Item: item, To: ana, Why: workflows.WhyAnswer, Part: "5", Lane: workflows.LaneDecide, At: now(),
				}
			}
			take := func() (out []workflows.Mail) {
				d.do(func(tx engine.Tx) (err error) { out, err = tx.TakeMails(d.ctx, now(), 2); return err })
				return out
			}
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.PutMails(d.ctx, nil), tx.PutMails(d.ctx, []workflows.Mail{mail(1, 1), mail(1, 2), mail(2, 1)}),
					tx.PutMails(d.ctx, []workflows.Mail{mail(2, 1), mail(1, 1)}),
				)
			})
			got := take()
			if len(got) != 2 {
				d.Fatalf("took %v", got)
			}
			want := mail(1, 1)
			want.ID = got[0].ID
			same(d, got[0], want)
			same(d, take(), got)
			for _, m := range got {
				d.do(func(tx engine.Tx) error { return tx.Expand(d.ctx, m, nil) })
			}
			if rest := take(); len(rest) != 1 || rest[0].Record != 2 {
				d.Errorf("left are %v", rest)
			}
		}},
		{"a mail that is held is not taken before its time, counts as nothing that waits, and is what is due next", func(d *db) {
			d.people()
			one, other := d.mail(1, ana, about), d.mail(2, ben, about)
			at := now().Add(time.Hour)
			d.do(func(tx engine.Tx) error { return tx.HoldMail(d.ctx, one.ID, at) })
			next := func() (next time.Time) {
				d.do(func(tx engine.Tx) (err error) { next, err = tx.NextTimer(d.ctx); return err })
				return next
			}
			for _, c := range []struct {
				at   time.Time
				want []workflows.Mail
			}{{now(), []workflows.Mail{other}}, {at.Add(-time.Millisecond), []workflows.Mail{other}}, {at, []workflows.Mail{one, other}}} {
				var got []workflows.Mail
				d.do(func(tx engine.Tx) (err error) { got, err = tx.TakeMails(d.ctx, c.at, 9); return err })
				same(d, got, c.want)
				st, err := d.store.Stats(d.ctx, c.at)
				d.must(err)
				same(d, st.MailsWaiting, int64(len(c.want)))
			}
			same(d, next(), at)
			d.do(func(tx engine.Tx) error {
				return tx.SetTimers(d.ctx, []engine.Timer{{About: about, Name: "sla", At: at.Add(-time.Minute)}})
			})
			same(d, next(), at.Add(-time.Minute))
			d.do(func(tx engine.Tx) error {
				return firstError(tx.SetTimers(d.ctx, []engine.Timer{{About: about, Name: "sla"}}), tx.Expand(d.ctx, one, nil))
			})
			same(d, next(), time.Time{})
		}},
		{"an event for another thing is stored once, and gone when it was applied", func(d *db) {
			tell := engine.Tell{Key: "request/AIR-1/3/0", About: about, What: "roster_changed", Body: []byte("{}"), At: now()}
			take := func() (out []engine.Tell) {
				d.do(func(tx engine.Tx) (err error) { out, err = tx.TakeTells(d.ctx, 10); return err })
				return out
			}
			put := func() {
				d.do(func(tx engine.Tx) error { return firstError(tx.PutTell(d.ctx, tell), tx.PutTell(d.ctx, tell)) })
			}
			put()
			got := take()
			if len(got) != 1 {
				d.Fatalf("took %v", got)
			}
			tell.ID = got[0].ID
			same(d, got[0], tell)
			d.do(func(tx engine.Tx) error { return tx.DoneTell(d.ctx, tell.ID) })
			put()
			same(d, take(), nil)
		}},
		{"events of one thing are taken in order, and one that is put off keeps only those after it waiting", func(d *db) {
			two := workflows.RequestRef("AIR-2")
			take := func() (keys []string) {
				d.do(func(tx engine.Tx) error {
					tells, err := tx.TakeTells(d.ctx, 10)
					for _, t := range tells {
						keys = append(keys, fmt.Sprint(t.Key, t.Attempts))
					}
					return err
				})
				return keys
			}
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.PutTell(d.ctx, engine.Tell{Key: "a", About: about}), tx.PutTell(d.ctx, engine.Tell{Key: "b", About: about}),
					tx.PutTell(d.ctx, engine.Tell{Key: "c", About: two}), tx.PutTell(d.ctx, engine.Tell{Key: "d", About: two}),
				)
			})
			same(d, take(), []string{"a0", "c0"})
			first := d.number("SELECT min(id) FROM tells")
			d.do(func(tx engine.Tx) error { return tx.PutOffTell(d.ctx, first, time.Hour) })
			same(d, take(), []string{"c0"})
			d.do(func(tx engine.Tx) error { return tx.DoneTell(d.ctx, first+2) })
			same(d, take(), []string{"d0"})
			d.exec("UPDATE tells SET not_before = not_before - 3600000")
			same(d, take(), []string{"a1", "d0"})
		}},
		{"what one replica has taken another passes over", func(d *db) {
			if d.lite() {
				d.Skip("SQLite has one process and one writer: nobody else is there to pass over anything.")
			}
			d.people()
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.PutMails(d.ctx, []workflows.Mail{{About: about, Record: 1, At: now()}, {About: about, Record: 2, At: now()}}),
					tx.PutTell(d.ctx, engine.Tell{Key: "a", About: about}), tx.PutTell(d.ctx, engine.Tell{Key: "b", About: workflows.RequestRef("AIR-2")}),
				)
			})
			other := d.replica()
			d.do(func(tx engine.Tx) error {
				mine, err := tx.TakeMails(d.ctx, now(), 1)
				tells, err2 := tx.TakeTells(d.ctx, 1)
				err3 := other.Do(d.ctx, func(tx engine.Tx) error {
					theirs, err := tx.TakeMails(d.ctx, now(), 10)
					heard, err2 := tx.TakeTells(d.ctx, 10)
					if len(theirs) != 1 || theirs[0].ID == mine[0].ID || len(heard) != 1 || heard[0].ID == tells[0].ID {
						d.Errorf("the other took %v and %v", theirs, heard)
					}
					return firstError(err, err2)
				})
				return firstError(err, err2, err3)
			})
		}},
		{"a delivery whose key still waits is kept once; one that is being sent does not count", func(d *db) {
			d.people()
			refresh := engine.Outgoing{Key: "refresh/7", Lane: workflows.LaneRefresh}
			d.post(portal(), about, refresh, refresh, engine.Outgoing{Key: "refresh/8"})
			if n := d.number("SELECT count(*) FROM deliveries"); n != 2 {
				d.Errorf("%d deliveries are stored", n)
			}
			d.claim(1)
			d.post(portal(), about, refresh, refresh)
			if n := d.number("SELECT count(*) FROM deliveries WHERE name = 'refresh/7'"); n != 2 {
				d.Errorf("%d refreshes are stored while one is being sent", n)
			}
		}},
		{"of what is told once there is one for good, unless it turned out moot", func(d *db) {
			d.people()
			daily := engine.Outgoing{Key: "daily/1", Lane: workflows.LaneRemind, Once: true}
			d.post(portal(), about, daily, daily)
			d.end(workflows.Finish{State: workflows.FinishMoot, Reason: "over"})
			d.post(portal(), about, daily)
			d.end(workflows.Finish{State: workflows.FinishSent})
			d.post(portal(), about, daily, engine.Outgoing{Key: "daily/2", Once: true})
			if got := d.claim(10); len(got) != 1 || d.number("SELECT count(*) FROM deliveries WHERE name = 'daily/1' AND state <> 'moot'") != 1 {
				d.Errorf("claimed %+v", got)
			}
		}},
		{"keys twice in one mail are kept once, and a delivery may be for later", func(d *db) {
			d.people()
			m := d.mail(1, ana, about)
			later := engine.Outgoing{Key: "daily", Account: slack(ana), NotBefore: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)}
			d.do(func(tx engine.Tx) error {
				return tx.Expand(d.ctx, m, []engine.Outgoing{{Key: "a", Account: portal()}, {Key: "a", Account: portal()}, later})
			})
			if got := d.claim(10); len(got) != 1 || got[0].Account.Surface != "portal" {
				d.Errorf("claimed %+v", got)
			}
		}},
		{"receipts about a thing come in order, without what was superseded", func(d *db) {
			d.people()
			d.post(portal(), about, engine.Outgoing{}, engine.Outgoing{})
			var want []workflows.Receipt
			for range 2 {
				del := d.claim(1)[0]
				r := workflows.Receipt{
					Account: del.Account, About: about, Why: workflows.WhyDecide, Part: "experts", Place: "P-ana", MessageID: del.Token,
					TextHash: "abc", At: now(),
				}
				d.must(d.store.Finish(d.ctx, del, workflows.Finish{State: workflows.FinishSent, Receipt: &r}))
				r.Delivery = del.ID
				want = append(want, r)
			}
			got := d.receipts(about)
			if len(got) != 2 {
				d.Fatalf("got %v", got)
			}
			for i := range got {
				want[i].ID = got[i].ID
				same(d, got[i], want[i])
			}
			same(d, d.receipts(workflows.RequestRef("AIR-2")), nil)
		}},
	}
}

func (d *db) receipts(about workflows.Ref) (out []workflows.Receipt) {
	d.Helper()
	d.do(func(tx engine.Tx) (err error) { out, err = tx.Receipts(d.ctx, about); return err })
	return out
}
