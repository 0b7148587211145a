package storetest

import (
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

func portalChecks() []check {
	const idle = time.Hour
	session := workflows.Session{
		Hash: "5e55", Person: ana, Via: "link", By: "slack", Agent: "Firefox on Linux", Started: now(), Seen: now(), Ends: now().Add(8 * time.Hour),
		AuthAt: now().Add(-time.Minute),
	}
	link := workflows.SignInLink{Hash: "11f7", Person: ana, Made: now(), Ends: now().Add(10 * time.Minute), By: "cli"}
	leave := func(d *db) {
		c := person(ana, ben)
		c.Row.Active = false
		d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{c}) })
	}
	return []check{
		{"a session is found until it ends, and its use noted once a minute", func(d *db) {
			d.people()
			d.must(d.store.PutSession(d.ctx, session))
			touch := func(after time.Duration) workflows.Session {
				got, err := d.store.TouchSession(d.ctx, session.Hash, now().Add(after), idle)
				d.must(err)
				return got
			}
			same(d, touch(59*time.Second), session)
			same(d, touch(2*time.Minute), session)
			for _, later := range []time.Duration{2*time.Minute + time.Second, 3 * time.Minute} {
				if got := touch(later); !got.Seen.Equal(now().Add(2 * time.Minute)) {
					d.Errorf("after %v the last use was %v", later, got.Seen)
				}
			}
			for _, hash := range []string{"none", "\x00", ""} {
				_, err := d.store.TouchSession(d.ctx, hash, now(), idle)
				d.is(err, workflows.ErrNotFound)
			}
			_, err := d.store.TouchSession(d.ctx, session.Hash, session.Ends, 24*idle)
			d.is(err, workflows.ErrNotFound)
			d.must(d.store.EndSession(d.ctx, session.Hash))
			d.must(d.store.EndSession(d.ctx, session.Hash))
			_, err = d.store.TouchSession(d.ctx, session.Hash, now(), idle)
			d.is(err, workflows.ErrNotFound)
		}},
		{"the sign-ins of somebody who has left are none", func(d *db) {
			d.people()
			d.must(d.store.PutSession(d.ctx, session))
			d.must(d.store.PutSignInLink(d.ctx, link))
			leave(d)
			_, err := d.store.TouchSession(d.ctx, session.Hash, now(), idle)
			d.is(err, workflows.ErrNotFound)
			_, err = d.store.SignInLink(d.ctx, link.Hash, now())
			d.is(err, workflows.ErrNotFound)
			_, err = d.store.UseSignInLink(d.ctx, link.Hash, now())
			d.is(err, workflows.ErrNotFound)
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{person(ana, ben)}) })
			_, err = d.store.TouchSession(d.ctx, session.Hash, now(), idle)
			d.is(err, workflows.ErrNotFound)
			_, err = d.store.SignInLink(d.ctx, link.Hash, now())
			d.is(err, workflows.ErrNotFound)
		}},
		{"a sign-in link can be looked at, and used once", func(d *db) {
			d.people()
			d.must(d.store.PutSignInLink(d.ctx, link))
			d.is(d.store.PutSignInLink(d.ctx, link), workflows.ErrConflict)
			for range 2 {
				got, err := d.store.SignInLink(d.ctx, link.Hash, now())
				d.must(err)
				same(d, got, link)
			}
			for _, hash := range []string{"none", "\x00"} {
				_, err := d.store.SignInLink(d.ctx, hash, now())
				d.is(err, workflows.ErrNotFound)
				_, err = d.store.UseSignInLink(d.ctx, hash, now())
				d.is(err, workflows.ErrNotFound)
			}
			_, err := d.store.UseSignInLink(d.ctx, link.Hash, link.Ends)
			d.is(err, workflows.ErrNotFound)
			results := make(chan error, 16)
			for range 16 {
				go func() { _, err := d.store.UseSignInLink(d.ctx, link.Hash, now()); results <- err }()
			}
			used := 0
			for range 16 {
				if err := <-results; err == nil {
					used++
				} else {
					d.is(err, workflows.ErrNotFound)
				}
			}
			if used != 1 {
				d.Errorf("used %d times", used)
			}
			_, err = d.store.SignInLink(d.ctx, link.Hash, now())
			d.is(err, workflows.ErrNotFound)
		}},
		{"a notice is left once a delivery, its words can be replaced, and the newest come first", func(d *db) {
			d.people()
			notice := workflows.Notice{Delivery: 7, Person: ana, About: workflows.RequestRef("AIR-1"), Why: workflows.WhyOutcome, Gist: "Approved.", At: now()}
			id, err := d.store.PutNotice(d.ctx, notice)
			d.must(err)
			again := notice
			again.Gist = "Other words."
			twice, err := d.store.PutNotice(d.ctx, again)
			if d.must(err); twice != id {
				d.Errorf("the second is %d, the first %d", twice, id)
			}
			found, err := d.store.NoticeOf(d.ctx, 7)
			if d.must(err); found != id {
				d.Errorf("found %d", found)
			}
			_, err = d.store.NoticeOf(d.ctx, 8)
			d.is(err, workflows.ErrNotFound)
			second := notice
			second.Delivery = 8
			second.ID, err = d.store.PutNotice(d.ctx, second)
			d.must(err)
			d.must(d.store.UpdateNotice(d.ctx, id, "Withdrawn.", now().Add(time.Hour)))
			d.is(d.store.UpdateNotice(d.ctx, 999, "x", now()), workflows.ErrNotFound)
			notice.ID, notice.Gist, notice.Updated = id, "Withdrawn.", now().Add(time.Hour)
			got, err := d.store.Notices(d.ctx, ana, 10)
			d.must(err)
			same(d, got, []workflows.Notice{second, notice})
			got, err = d.store.Notices(d.ctx, ana, 1)
			d.must(err)
			same(d, got, []workflows.Notice{second})
		}},
	}
}
