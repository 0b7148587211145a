package storetest

import (
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

func timerChecks() []check {
	at := func(minutes int) time.Time { return now().Add(time.Duration(minutes) * time.Minute) }
	timer := func(id, name string, minutes int) engine.Timer {
		return engine.Timer{About: workflows.RequestRef(id), Name: name, At: at(minutes)}
	}
	return []check{
		{"timers fall due in order, move, and are removed", func(d *db) {
			set := func(timers ...engine.Timer) {
				d.Helper()
				d.do(func(tx engine.Tx) error { return tx.SetTimers(d.ctx, timers) })
			}
			due := func(minutes, n int) (out []engine.Timer) {
				d.Helper()
				d.do(func(tx engine.Tx) (err error) { out, err = tx.DueTimers(d.ctx, at(minutes), n); return err })
				return out
			}
			set()
			set(timer("AIR-2", "sla", 10), timer("AIR-1", "sla", 10), timer("AIR-1", "renewal", 5), timer("AIR-1", "later", 90))
			same(d, due(4, 10), nil)
			same(d, due(10, 10), []engine.Timer{timer("AIR-1", "renewal", 5), timer("AIR-1", "sla", 10), timer("AIR-2", "sla", 10)})
			same(d, due(10, 1), []engine.Timer{timer("AIR-1", "renewal", 5)})
			gone := timer("AIR-1", "renewal", 5)
			gone.At = time.Time{}
			set(gone, timer("AIR-1", "sla", 20), timer("AIR-1", "sla", 30), engine.Timer{About: workflows.RequestRef("AIR-9"), Name: "none"})
			same(d, due(95, 10), []engine.Timer{timer("AIR-2", "sla", 10), timer("AIR-1", "sla", 30), timer("AIR-1", "later", 90)})
		}},
		{"a timer that is put off waits, counts its attempts, and begins anew when it is set", func(d *db) {
			due := func() (out []engine.Timer) {
				d.Helper()
				d.do(func(tx engine.Tx) (err error) { out, err = tx.DueTimers(d.ctx, at(20), 10); return err })
				return out
			}
			first, second := timer("AIR-1", "sla", 10), timer("AIR-2", "sla", 11)
			stale := timer("AIR-2", "sla", 9)
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.SetTimers(d.ctx, []engine.Timer{first, second}),
					tx.PutOffTimer(d.ctx, first, time.Hour), tx.PutOffTimer(d.ctx, stale, time.Hour),
				)
			})
			same(d, due(), []engine.Timer{second})
			d.exec("UPDATE timers SET not_before = not_before - 3600000")
			tried := first
			tried.Attempts = 1
			same(d, due(), []engine.Timer{tried, second})
			d.do(func(tx engine.Tx) error {
				return firstError(tx.PutOffTimer(d.ctx, first, time.Hour), tx.SetTimers(d.ctx, []engine.Timer{first}))
			})
			same(d, due(), []engine.Timer{first, second})
		}},
		{"a timer is taken once, and only at the time it was set to", func(d *db) {
			d.do(func(tx engine.Tx) error { return tx.SetTimers(d.ctx, []engine.Timer{timer("AIR-1", "sla", 10)}) })
			for _, c := range []struct {
				timer engine.Timer
				want  bool
			}{{timer("AIR-1", "sla", 9), false}, {timer("AIR-1", "sla", 10), true}, {timer("AIR-1", "sla", 10), false}} {
				d.do(func(tx engine.Tx) error {
					took, err := tx.TakeTimer(d.ctx, c.timer)
					if took != c.want {
						d.Errorf("%v taken: %v", c.timer, took)
					}
					return err
				})
			}
			d.do(func(tx engine.Tx) error {
				next, err := tx.NextTimer(d.ctx)
				if !next.IsZero() {
					d.Errorf("a timer is left: %v", next)
				}
				return err
			})
		}},
		{"of two replicas that take a timer at once one gets it", func(d *db) {
			d.do(func(tx engine.Tx) error { return tx.SetTimers(d.ctx, []engine.Timer{timer("AIR-1", "sla", 10)}) })
			results := make(chan bool, 8)
			stores := []engine.Store{d.store, d.replica()}
			for i := range 8 {
				go func() {
					var took bool
					err := stores[i%2].Do(d.ctx, func(tx engine.Tx) (err error) { took, err = tx.TakeTimer(d.ctx, timer("AIR-1", "sla", 10)); return err })
					if err != nil {
						d.Error(err)
					}
					results <- took
				}()
			}
			n := 0
			for range 8 {
				if <-results {
					n++
				}
			}
			if n != 1 {
				d.Errorf("%d took it", n)
			}
		}},
	}
}

func draftChecks() []check {
	draft := func(id string, minutes int) policy.Draft {
		return policy.Draft{ID: id, Person: ana, Form: "request", Flow: "ai-use", Page: 1, SavedAt: now().Add(time.Duration(minutes) * time.Minute)}
	}
	return []check{
		{"a draft is saved on the revision it was read at, by its owner, until it is sent", func(d *db) {
			d.people()
			first, err := d.store.SaveDraft(d.ctx, draft("d1", 0))
			if d.must(err); first.Revision != 1 {
				d.Errorf("the first revision is %d", first.Revision)
			}
			_, err = d.store.SaveDraft(d.ctx, draft("d1", 0))
			d.is(err, workflows.ErrConflict)
			first.Page, first.Answers = 2, policy.Answers{"tool": {Text: "Otter"}}
			second, err := d.store.SaveDraft(d.ctx, first)
			if d.must(err); second.Revision != 2 {
				d.Errorf("the second revision is %d", second.Revision)
			}
			_, err = d.store.SaveDraft(d.ctx, first)
			d.is(err, workflows.ErrConflict)
			theirs := second
			theirs.Person = ben
			_, err = d.store.SaveDraft(d.ctx, theirs)
			d.is(err, workflows.ErrConflict)
			finish := func(id, became string) error {
				return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.FinishDraft(d.ctx, id, became) })
			}
			d.must(finish("d1", "AIR-1"))
			d.must(finish("d1", "AIR-1"))
			d.is(finish("d1", "AIR-2"), workflows.ErrConflict)
			d.is(finish("d9", "AIR-2"), workflows.ErrNotFound)
			_, err = d.store.SaveDraft(d.ctx, second)
			d.is(err, workflows.ErrConflict)
			got, err := d.store.Draft(d.ctx, "d1")
			if d.must(err); got.Sent != "AIR-1" || got.Page != 2 {
				d.Errorf("read %+v", got)
			}
			_, err = d.store.Draft(d.ctx, "d9")
			d.is(err, workflows.ErrNotFound)
			_, err = d.store.Draft(d.ctx, "\x00")
			d.is(err, workflows.ErrNotFound)
		}},
		{"of many saves at once of one revision one wins", func(d *db) {
			d.people()
			first, err := d.store.SaveDraft(d.ctx, draft("d1", 0))
			d.must(err)
			results := make(chan error, 16)
			for range 16 {
				go func() { _, err := d.store.SaveDraft(d.ctx, first); results <- err }()
			}
			won := 0
			for range 16 {
				if err := <-results; err == nil {
					won++
				} else {
					d.is(err, workflows.ErrConflict)
				}
			}
			if won != 1 {
				d.Errorf("%d saves won", won)
			}
		}},
		{"unfinished drafts of a form come newest first", func(d *db) {
			d.people()
			edit, theirs := draft("edit", 9), draft("theirs", 9)
			edit.Form, theirs.Person = "edit", ben
			for _, x := range []policy.Draft{draft("a", 1), draft("c", 2), draft("b", 2), draft("sent", 3), edit, theirs} {
				_, err := d.store.SaveDraft(d.ctx, x)
				d.must(err)
			}
			d.do(func(tx engine.Tx) error { return tx.FinishDraft(d.ctx, "sent", "AIR-1") })
			var ids []string
			got, err := d.store.DraftsOf(d.ctx, ana, "request")
			d.must(err)
			for _, x := range got {
				ids = append(ids, x.ID)
			}
			same(d, ids, []string{"c", "b", "a"})
		}},
	}
}

func pruneChecks() []check {
	return []check{
		{"what is old and done goes, what is young or open stays", func(d *db) {
			d.people()
			about := workflows.RequestRef("AIR-1")
			d.post(slack(ana), about, engine.Outgoing{Key: "old"}, engine.Outgoing{Key: "dead"}, engine.Outgoing{Key: "young"}, engine.Outgoing{Key: "open"})
			d.end(workflows.Finish{State: workflows.FinishSent, Receipt: &workflows.Receipt{Account: slack(ana), About: about, At: now()}})
			d.end(workflows.Finish{State: workflows.FinishFailed})
			d.end(workflows.Finish{State: workflows.FinishSent})
			for i := range 2 {
				d.do(func(tx engine.Tx) error {
					_, _, err := tx.Enter(d.ctx, fmt.Sprintf("key-%d", i), now())
					return firstError(err, tx.PutTell(d.ctx, engine.Tell{Key: fmt.Sprint(i), About: about}), tx.DoneTell(d.ctx, int64(i+1)))
				})
			}
			const week = 7*24*60*60*1000 + 60000
			d.exec("UPDATE deliveries SET done_at = done_at - ? WHERE name IN ('old', 'dead') AND done_at > 0", week)
			d.exec("UPDATE inbox_keys SET entered = entered - ? WHERE name = 'key-0'", week)
			d.exec("UPDATE tells SET done_at = done_at - ? WHERE name = '0'", week)
			for id, days := range map[string]int{"old": -31, "young": -29} {
				_, err := d.store.SaveDraft(d.ctx, policy.Draft{ID: id, Person: ana, Form: "request", SavedAt: now().AddDate(0, 0, days)})
				d.must(err)
			}
			year := time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)
			for hash, ends := range map[string]time.Time{"old": now().AddDate(-9, 0, 0), "young": year} {
				d.must(d.store.PutSession(d.ctx, workflows.Session{Hash: hash, Person: ana, Ends: ends}))
				d.must(d.store.PutSignInLink(d.ctx, workflows.SignInLink{Hash: hash, Person: ana, Ends: ends}))
			}
			d.exec("INSERT INTO buckets (name, paused_until) VALUES ('old', 1), ('young', 99999999999999)")
			d.must(d.store.Prune(d.ctx, now()))
			if n := d.number("SELECT count(*) FROM drafts WHERE id = 'young'") + d.number("SELECT count(*) FROM mails"); n != 5 {
				d.Error("a young draft or a mail of this week is gone")
			}
			d.must(d.store.Prune(d.ctx, now().AddDate(0, 0, 8)))
			for table, want := range map[string]int64{
				"deliveries": 3, "mails": 3, "inbox_keys": 1, "tells": 1, "drafts": 0, "sessions": 1, "sign_in_links": 1, "buckets": 1, "receipts": 1,
			} {
				if n := d.number("SELECT count(*) FROM " + table); n != want {
					d.Errorf("%d rows are left in %s, want %d", n, table, want)
				}
			}
		}},
	}
}
