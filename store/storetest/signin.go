package storetest

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// session is a sign-in of a person, as it begins.
func session(hash string, who workflows.PersonID) workflows.Session {
	return workflows.Session{Hash: hash, Person: who, Via: "oidc", Started: now(), Seen: now(), Ends: now().Add(7 * 24 * time.Hour)}
}

// hashOf gives a hash as long as a real one.
func hashOf(n int) string { return fmt.Sprintf("%04x%060x", n, n) }

func signInChecks() []check {
	const idle = 8 * time.Hour
	hashes := func(d *db) []string { return d.words("SELECT hash FROM sessions ORDER BY hash") }
	return []check{
		{"an idle session is over for all who ask for it at once, on every replica", func(d *db) {
			d.people()
			d.must(d.store.PutSession(d.ctx, session("idle", ana)))
			other := d.replica()
			results := make(chan error, 32)
			var start sync.WaitGroup
			start.Add(1)
			for i := range cap(results) {
				s := d.store
				if i%2 == 1 {
					s = other
				}
				go func() {
					start.Wait()
					_, err := s.TouchSession(d.ctx, "idle", now().Add(idle+time.Second), idle)
					results <- err
				}()
			}
			start.Done()
			for range cap(results) {
				d.is(<-results, workflows.ErrNotFound)
			}
			if left := hashes(d); len(left) != 0 {
				d.Errorf("still there: %v", left)
			}
		}},
		{"a use that was noted is not taken back by a clock that is behind", func(d *db) {
			d.people()
			d.must(d.store.PutSession(d.ctx, session("x", ana)))
			for _, later := range []time.Duration{2 * time.Hour, time.Hour} {
				_, err := d.store.TouchSession(d.ctx, "x", now().Add(later), idle)
				d.must(err)
			}
			if seen := d.number("SELECT seen FROM sessions"); seen != now().Add(2*time.Hour).UnixMilli() {
				d.Errorf("used last at %d", seen)
			}
		}},
		{"the sessions of a person are listed, and ended one by one or all but one", func(d *db) {
			d.people()
			for i, who := range []workflows.PersonID{ana, ana, ana, ben} {
				one := session(hashOf(i+1), who)
				one.Seen = now().Add(time.Duration(i) * time.Minute)
				d.must(d.store.PutSession(d.ctx, one))
			}
			old := session(hashOf(9), ana)
			old.Seen = now().Add(-9 * time.Hour)
			d.must(d.store.PutSession(d.ctx, old))
			list := func(at time.Time) (out []string) {
				got, err := d.store.SessionsOf(d.ctx, ana, at, at.Add(-idle))
				d.must(err)
				for _, s := range got {
					out = append(out, s.Hash)
				}
				return out
			}
			same(d, list(now()), []string{hashOf(3), hashOf(2), hashOf(1)})
			if got := list(now().Add(7 * 24 * time.Hour)); len(got) != 0 {
				d.Errorf("ended ones are listed: %v", got)
			}
			d.must(d.store.EndSessionOf(d.ctx, ben, workflows.Session{Hash: hashOf(1)}.ID()))
			for _, id := range []string{"", "%", "\x00", hashOf(1)} {
				d.must(d.store.EndSessionOf(d.ctx, ana, id))
			}
			same(d, list(now()), []string{hashOf(3), hashOf(2), hashOf(1)})
			d.must(d.store.EndSessionOf(d.ctx, ana, workflows.Session{Hash: hashOf(2)}.ID()))
			same(d, list(now()), []string{hashOf(3), hashOf(1)})
			d.must(d.store.EndOtherSessions(d.ctx, ana, "\x00"))
			d.must(d.store.EndOtherSessions(d.ctx, ana, hashOf(1)))
			same(d, hashes(d), []string{hashOf(1), hashOf(4)})
			if got, err := d.store.SessionsOf(d.ctx, "\x00", now(), now()); err != nil || len(got) != 0 {
				d.Errorf("%v, %v", got, err)
			}
			if d.store.PutSession(d.ctx, workflows.Session{Hash: "y", Person: ana, Agent: "\x00"}) == nil {
				d.Error("a browser that cannot be kept was stored")
			}
			d.must(d.store.EndSession(d.ctx, "\x00"))
		}},
		{"what began by an account ends when the account is not the person's any more", func(d *db) {
			d.people()
			account := with(link(ana, "acc-1"), func(l *workflows.Link) { l.Surface, l.Proof = workflows.SurfaceOIDC, workflows.ProofOIDC })
			for name, change := range map[string]func(*workflows.Link){
				"ended": func(l *workflows.Link) {
					l.State, l.Proof, l.Confirmed = workflows.LinkEnded, workflows.ProofNone, false
				},
				"somebody's":    func(l *workflows.Link) { l.Person = ben },
				"limited":       func(l *workflows.Link) { l.Proof = workflows.ProofPerson },
				"only proposed": func(l *workflows.Link) { l.State, l.Confirmed = workflows.LinkProposed, false },
			} {
				d.link(account)
				one, way := session("s-"+name, ana), workflows.SignInLink{Hash: "l-" + name, Person: ana, Made: now(), Ends: now().Add(time.Minute), By: "slack", Link: "acc-1"}
				one.Link = "acc-1"
				d.must(d.store.PutSession(d.ctx, one))
				d.must(d.store.PutSignInLink(d.ctx, way))
				got, err := d.store.TouchSession(d.ctx, one.Hash, now(), idle)
				d.must(err)
				same(d, got, one)
				found, err := d.store.SignInLink(d.ctx, way.Hash, now())
				d.must(err)
				same(d, found, way)
				d.link(with(account, change))
				_, err = d.store.TouchSession(d.ctx, one.Hash, now(), idle)
				d.is(err, workflows.ErrNotFound)
				_, err = d.store.SignInLink(d.ctx, way.Hash, now())
				d.is(err, workflows.ErrNotFound)
				_, err = d.store.UseSignInLink(d.ctx, way.Hash, now())
				d.is(err, workflows.ErrNotFound)
				if got, err := d.store.SessionsOf(d.ctx, ana, now(), now()); err != nil || len(got) != 0 {
					d.Errorf("%s: %v, %v", name, got, err)
				}
			}
			d.do(func(tx engine.Tx) error { return tx.EndSignIns(d.ctx, account, false) })
			if left := hashes(d); len(left) != 0 {
				d.Errorf("sessions of the account stay: %v", left)
			}
		}},
		{"all ways into the portal are ended at once, and counted", func(d *db) {
			d.people()
			for i, who := range []workflows.PersonID{ana, ana, ben} {
				d.must(d.store.PutSession(d.ctx, session(hashOf(i+1), who)))
				way := workflows.SignInLink{Hash: hashOf(i + 1), Person: who, Made: now(), Ends: now().Add(time.Minute), By: "cli"}
				d.do(func(tx engine.Tx) error { return tx.PutSignInLink(d.ctx, way) })
			}
			ended := func(who workflows.PersonID) (n int) {
				d.do(func(tx engine.Tx) (err error) { n, err = tx.EndSessions(d.ctx, who); return err })
				return n
			}
			if n := ended(ana) + 10*ended(ana) + 100*ended("\x00"); n != 2 {
				d.Errorf("ended %d", n)
			}
			same(d, hashes(d), []string{hashOf(3)})
			same(d, d.words("SELECT hash FROM sign_in_links"), []string{hashOf(3)})
		}},
		{"people are found by their id in the personnel system, those who have left too", func(d *db) {
			d.people()
			named := func(who workflows.PersonID, id string) directory.Change {
				c := person(who, "")
				c.Row.HRID = id
				return c
			}
			gone := named(ben, "H-1")
			gone.Row.Active = false
			d.do(func(tx engine.Tx) error {
				return tx.PutPeople(d.ctx, []directory.Change{named(ana, "H-1"), gone, named(marek, "h-1"), named(yuki, "")})
			})
			for id, want := range map[string]string{"H-1": " P-ana P-ben", "h-1": " " + string(marek), "": "", "\x00": "", "H": ""} {
				got := []string{""}
				d.do(func(tx engine.Tx) error {
					people, err := tx.WithHRID(d.ctx, id)
					for _, p := range people {
						got = append(got, string(p.ID))
					}
					return err
				})
				same(d, strings.Join(got, " "), want)
			}
		}},
	}
}
