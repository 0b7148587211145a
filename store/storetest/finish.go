package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
)

// state reads the state of a delivery.
func (d *db) state(id int64) string {
	d.Helper()
	var s string
	d.must(d.raw.QueryRowContext(d.ctx, d.placeholders("SELECT state FROM deliveries WHERE id = ?"), id).Scan(&s))
	return s
}

// end claims the next delivery and ends it.
func (d *db) end(f workflows.Finish) workflows.Delivery {
	d.Helper()
	got := d.claim(1)
	if len(got) != 1 {
		d.Fatal("there is nothing to claim")
	}
	d.must(d.store.Finish(d.ctx, got[0], f))
	return got[0]
}

func second[T any](_ T, err error) error { return err }

func finishChecks() []check {
	one, two := workflows.RequestRef("AIR-1"), workflows.RequestRef("AIR-2")
	return []check{
		{"a pause closes the bucket to all replicas, counts no attempt, and ends", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{Bucket: "slack/T1"})
			d.post(slack(ben), one, engine.Outgoing{Bucket: "slack/T1"})
			d.post(portal(), one, engine.Outgoing{Bucket: "portal/", Lane: workflows.LaneRefresh})
			d.end(workflows.Finish{State: workflows.FinishPause, Bucket: "slack/T1", After: time.Hour, Reason: "ratelimited"})
			d.exec("INSERT INTO buckets (name, paused_until) VALUES ('other', 1)")
			got, err := d.replica().Claim(d.ctx, []string{"slack", "portal"}, 5, long)
			if d.must(err); len(got) != 1 || got[0].Bucket != "portal/" {
				d.Errorf("claimed in spite of the pause: %+v", got)
			}
			d.exec("UPDATE buckets SET paused_until = paused_until - 3600000")
			if early := d.claim(5); len(early) != 1 || early[0].Account.ID != slack(ben).ID {
				d.Errorf("when the bucket is open, whoever was told to wait still waits: %+v", early)
			}
			d.exec("UPDATE deliveries SET run_at = run_at - 3600000 WHERE state = 'waiting'")
			rest := d.claim(5)
			if len(rest) != 1 || rest[0].Attempts != 1 || rest[0].Takeover || rest[0].Account.ID != slack(ana).ID {
				d.Errorf("after the pause: %+v", rest)
			}
		}},
		{"a pause is only ever lengthened, and needs a bucket and a length", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{Bucket: "b"}, engine.Outgoing{Bucket: ""})
			d.post(slack(ben), one, engine.Outgoing{Bucket: "b"})
			got := d.claim(5)
			d.must(d.store.Finish(d.ctx, got[0], workflows.Finish{State: workflows.FinishPause, Bucket: "b", After: time.Hour}))
			long := d.number("SELECT paused_until FROM buckets")
			d.must(d.store.Finish(d.ctx, got[1], workflows.Finish{State: workflows.FinishPause, Bucket: "b", After: time.Minute}))
			if n := d.number("SELECT paused_until FROM buckets"); n != long {
				d.Errorf("the pause was cut from %d to %d", long, n)
			}
			d.exec("DELETE FROM buckets")
			d.exec("UPDATE deliveries SET run_at = 0, bucket = ''")
			d.end(workflows.Finish{State: workflows.FinishPause, After: time.Hour})
			if n := d.number("SELECT count(*) FROM buckets"); n != 0 {
				d.Error("everything without a bucket is paused")
			}
			if n := d.number("SELECT attempts FROM deliveries WHERE run_at > 0 AND state = 'waiting'"); n != 0 {
				d.Errorf("waiting alone counted as an attempt: %d", n)
			}
		}},
		{"a pause holds what is below its bucket, and nothing beside it", func(d *db) {
			d.people()
			buckets := []string{"slack/post", "slack/post/daily", "slack/update", "slack2/post", "slack"}
			for n, b := range buckets {
				d.post(slack(ana), workflows.RequestRef(fmt.Sprint("AIR-", n+1)), engine.Outgoing{Bucket: b})
			}
			for paused, want := range map[string]string{
				"slack": "slack2/post", "slack/post": "slack slack/update slack2/post", "slack/post/daily": "slack slack/post slack/update slack2/post",
				"slack/p": "slack slack/post slack/post/daily slack/update slack2/post", "slack/update": "slack slack/post slack/post/daily slack2/post",
			} {
				d.exec("DELETE FROM buckets")
				d.exec("INSERT INTO buckets (name, paused_until) VALUES (?, 99999999999999)", paused)
				var got []string
				for _, del := range d.claim(10) {
					got = append(got, del.Bucket)
				}
				slices.Sort(got)
				if strings.Join(got, " ") != want {
					d.Errorf("with %s paused: %v, want %s", paused, got, want)
				}
				d.exec("UPDATE deliveries SET state = 'waiting', run_at = 0")
			}
		}},
		{"what may have been sent counts as taken over from then on", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{})
			for n, f := range []workflows.Finish{
				{State: workflows.FinishRetry, After: time.Nanosecond},
				{State: workflows.FinishRetry, After: time.Nanosecond, Unsure: true},
				{State: workflows.FinishPause, After: time.Nanosecond},
			} {
				if got := d.end(f); got.Takeover != (n == 2) {
					d.Errorf("attempt %d takes over: %v", n+1, got.Takeover)
				}
				d.exec("UPDATE deliveries SET run_at = 0")
			}
			if got := d.claim(1); !got[0].Takeover {
				d.Error("it is forgotten")
			}
		}},
		{"a press tells where a message is that nobody noted, once, and only of the one it was made for", func(d *db) {
			d.people()
			m := d.post(slack(ana), one, engine.Outgoing{})[0]
			id := d.claim(1)[0].ID
			told := workflows.Receipt{Delivery: id, Account: slack(ana), About: one, Place: "D1", MessageID: "17.5", At: m.At}
			for what, change := range map[string]func(*workflows.Receipt){
				"another delivery": func(r *workflows.Receipt) { r.Delivery = 999 }, "another user": func(r *workflows.Receipt) { r.Account.User = "U999" },
				"another surface": func(r *workflows.Receipt) { r.Account.Surface = "teams" }, "another thing": func(r *workflows.Receipt) { r.About = two },
				"another time": func(r *workflows.Receipt) { r.At = r.At.Add(time.Millisecond) },
			} {
				r := told
				change(&r)
				d.must(d.store.AdoptReceipt(d.ctx, r))
				if got := d.receipts(one); len(got) != 0 || d.state(id) != "sending" {
					d.Fatalf("%s: %+v, %s", what, got, d.state(id))
				}
			}
			d.is(second(d.store.PlaceOf(d.ctx, slack(ana))), workflows.ErrNotFound)
			for range 2 {
				d.must(d.store.AdoptReceipt(d.ctx, told))
			}
			got := d.receipts(one)
			if len(got) != 1 || got[0].MessageID != "17.5" || got[0].Why != m.Why || got[0].Part != m.Part || got[0].Account.ID != slack(ana).ID || got[0].Account.Person != ana {
				d.Fatalf("receipts %+v", got)
			}
			if d.state(id) != "sent" {
				d.Errorf("it is %s and would be sent again", d.state(id))
			}
			place, err := d.store.PlaceOf(d.ctx, slack(ana))
			if d.must(err); place != "D1" {
				d.Errorf("the place is %q", place)
			}
		}},
		{"a press while its message is being noted makes no second receipt", func(d *db) {
			d.people()
			m := d.post(slack(ana), one, engine.Outgoing{})[0]
			del := d.claim(1)[0]
			r := workflows.Receipt{Delivery: del.ID, Account: slack(ana), About: one, Why: m.Why, Place: "D1", MessageID: "17.5", At: m.At}
			var both sync.WaitGroup
			both.Go(func() { d.must(d.store.AdoptReceipt(d.ctx, r)) })
			both.Go(func() {
				err := d.replica().Finish(d.ctx, del, workflows.Finish{State: workflows.FinishSent, Receipt: &r})
				if err != nil && !errors.Is(err, workflows.ErrConflict) {
					d.Error(err)
				}
			})
			both.Wait()
			if got := d.receipts(one); len(got) != 1 || d.state(del.ID) != "sent" {
				d.Errorf("%d receipts, %s", len(got), d.state(del.ID))
			}
		}},
		{"a delivery that cannot be sent is given up after some attempts, and shown with its last error", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{Key: "poison"})
			for range attempts {
				d.end(workflows.Finish{State: workflows.FinishRetry, After: time.Nanosecond, Reason: "internal_error"})
				time.Sleep(3 * time.Millisecond)
			}
			if got := d.claim(5); len(got) != 0 {
				d.Errorf("tried a fourth time: %+v", got)
			}
			st, err := d.store.Stats(d.ctx, now())
			if d.must(err); st.Dead != 1 || st.Waiting != 0 {
				d.Errorf("counted %+v", st)
			}
			list, _, err := d.store.DeliveryRows(d.ctx, workflows.DeliveryFilter{State: workflows.DeliveryDead})
			d.must(err)
			if len(list) != 1 || list[0].State != workflows.DeliveryDead || list[0].Reason != "internal_error" || list[0].Attempts != attempts ||
				list[0].About != one || list[0].Account.Person != ana || list[0].Account.Surface != "slack" || list[0].Made.IsZero() {
				d.Errorf("listed %+v", list)
			}
		}},
		{"without a time of its own a retry waits, longer each time", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{})
			var waits []int64
			for range 2 {
				del := d.end(workflows.Finish{State: workflows.FinishRetry})
				waits = append(waits, d.number("SELECT run_at - made_at FROM deliveries WHERE id = ?", del.ID))
				d.exec("UPDATE deliveries SET run_at = made_at")
			}
			if waits[0] < 1900 || waits[1] < 3900 {
				d.Errorf("waits %v ms", waits)
			}
		}},
		{"the other ends: moot, failed, gone", func(d *db) {
			d.people()
			for _, c := range []struct {
				state workflows.FinishState
				want  string
			}{{workflows.FinishMoot, "moot"}, {workflows.FinishFailed, "dead"}, {workflows.FinishGone, "moot"}} {
				d.post(slack(ana), one, engine.Outgoing{})
				if got := d.state(d.end(workflows.Finish{State: c.state, Reason: "why"}).ID); got != c.want {
					d.Errorf("%s ends as %s", c.state, got)
				}
			}
		}},
		{"an update keeps its receipt; one that became a new message supersedes it; one that is gone leaves none", func(d *db) {
			d.people()
			send := func(update *workflows.Receipt, state workflows.FinishState, r *workflows.Receipt) {
				d.Helper()
				d.post(slack(ana), one, engine.Outgoing{Update: update})
				d.end(workflows.Finish{State: state, Receipt: r})
			}
			r := workflows.Receipt{Account: slack(ana), About: one, Place: "D1", MessageID: "1", TextHash: "a", At: now()}
			send(nil, workflows.FinishSent, &r)
			first := d.receipts(one)[0]
			r.TextHash, r.At = "b", now().Add(time.Hour)
			send(&first, workflows.FinishSent, &r)
			second := d.receipts(one)
			if len(second) != 1 || second[0].ID != first.ID || second[0].TextHash != "b" || !second[0].At.Equal(r.At) {
				d.Fatalf("after an update: %+v", second)
			}
			r.MessageID = "2"
			send(&first, workflows.FinishSent, &r)
			third := d.receipts(one)
			if len(third) != 1 || third[0].ID == first.ID || third[0].MessageID != "2" {
				d.Fatalf("after a new message: %+v", third)
			}
			send(&third[0], workflows.FinishGone, nil)
			same(d, d.receipts(one), nil)
		}},
	}
}

func operateChecks() []check {
	one := workflows.RequestRef("AIR-1")
	return []check{
		{"the numbers say what waits", func(d *db) {
			d.people()
			d.save(zero(), asked("AIR-1"))
			d.post(slack(ana), one, engine.Outgoing{Key: "1"}, engine.Outgoing{Key: "2"}, engine.Outgoing{Key: "3"})
			d.exec("UPDATE deliveries SET run_at = run_at - 60000 WHERE name = '2'")
			d.claim(1)
			d.exec("INSERT INTO buckets (name, paused_until) VALUES ('a', 1), ('b', 99999999999999)")
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.PutMails(d.ctx, []workflows.Mail{{About: one, Record: 90, At: now()}}),
					tx.PutTell(d.ctx, engine.Tell{Key: "x", About: one}),
					tx.SetTimers(d.ctx, []engine.Timer{{About: one, Name: "due", At: now()}, {About: one, Name: "later", At: now().Add(time.Hour)}}),
					tx.Append(d.ctx, []engine.Entry{entry("AIR-1", 1, "x")}),
				)
			})
			d.must(d.store.PutSession(d.ctx, workflows.Session{Hash: "h", Person: ana, Ends: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)}))
			st, err := d.store.Stats(d.ctx, now())
			d.must(err)
			if st.OldestWaiting < time.Minute || st.OldestWaiting > 2*time.Minute {
				d.Errorf("the oldest has waited %v", st.OldestWaiting)
			}
			got := []int64{
				st.MailsWaiting, st.TellsWaiting, st.Waiting, st.Sending, st.Dead, st.PausedBuckets, st.TimersDue, st.OpenRequests, st.ActiveSessions,
			}
			same(d, got, []int64{1, 1, 2, 1, 0, 1, 1, 1, 1})
		}},
	}
}
