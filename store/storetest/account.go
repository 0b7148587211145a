package storetest

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// link is a linked account of a person: the one that an import makes, or another one.
func link(who workflows.PersonID, id string) workflows.Link {
	l := workflows.Link{Account: slack(who), State: workflows.LinkLinked}
	if id != "" {
		l.ID, l.User, l.Proof = id, "U-"+id, workflows.ProofPerson
	}
	return l
}

// link stores links that have to be stored.
func (d *db) link(links ...workflows.Link) {
	d.Helper()
	for _, l := range links {
		d.do(func(tx engine.Tx) error { return tx.SaveLink(d.ctx, l) })
	}
}

// links reads the links of a person.
func (d *db) links(who workflows.PersonID) []workflows.Link {
	d.Helper()
	got, err := d.store.LinksOf(d.ctx, who)
	d.must(err)
	return got
}

// with gives a link with what is special about it.
func with(l workflows.Link, change func(*workflows.Link)) workflows.Link {
	change(&l)
	return l
}

func accountChecks() []check {
	one := workflows.RequestRef("AIR-1")
	return []check{
		{"links of every state come back as they were", func(d *db) {
			d.people()
			all := []workflows.Link{link(ana, "")}
			for _, st := range []workflows.LinkState{workflows.LinkProposed, workflows.LinkLinked, workflows.LinkRefused, workflows.LinkEnded} {
				all = append(all, with(link(ana, "acc-"+string(st)), func(l *workflows.Link) {
					l.State, l.Confirmed = st, st == workflows.LinkLinked
					l.UsedAt, l.AskedAt = now().Add(-time.Hour), now()
					if !l.Confirmed {
						l.Proof = workflows.ProofNone
					}
				}))
			}
			d.link(all...)
			for _, want := range all {
				got, err := d.store.Link(d.ctx, want.ID)
				d.must(err)
				same(d, got, want)
				found, err := d.store.FindLinks(d.ctx, "slack", want.User)
				d.must(err)
				same(d, found, []workflows.Link{want})
			}
			everything, err := d.store.Links(d.ctx)
			if d.must(err); len(everything) != len(all) || len(d.links(ana)) != len(all) || len(d.links(ben)) != 0 {
				d.Errorf("%d links, %d of Ana", len(everything), len(d.links(ana)))
			}
			for _, id := range []string{"acc-none", "\x00"} {
				_, err := d.store.Link(d.ctx, id)
				d.is(err, workflows.ErrNotFound)
				if found, err := d.store.FindLinks(d.ctx, "slack", id); err != nil || len(found) != 0 || len(d.links(workflows.PersonID(id))) != 0 {
					d.Errorf("found %v, %v for %q", found, err, id)
				}
			}
			d.do(func(tx engine.Tx) error { return tx.DropLink(d.ctx, "acc-ended") })
			_, err = d.store.Link(d.ctx, "acc-ended")
			d.is(err, workflows.ErrNotFound)
			if d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveLink(d.ctx, link(ana, "acc-\x00")) }) == nil {
				d.Error("an id that cannot be kept was stored")
			}
		}},
		{"an account has one link in a tenant, and may have one that names none", func(d *db) {
			d.people()
			d.link(link(yuki, "acc-1"))
			stolen := with(link(yuki, "acc-1"), func(l *workflows.Link) { l.ID, l.Person = "acc-2", rahul })
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveLink(d.ctx, stolen) }), workflows.ErrConflict)
			stolen.Tenant = ""
			d.link(stolen)
			stolen.Tenant = "T0"
			d.link(stolen)
			found, err := d.store.FindLinks(d.ctx, "slack", stolen.User)
			d.must(err)
			same(d, found, []workflows.Link{stolen, link(yuki, "acc-1")})
		}},
		{"of several replicas that link one account at once, one does", func(d *db) {
			d.people()
			people := []workflows.PersonID{ana, ben, marek, yuki}
			results := make(chan error, len(people))
			var start sync.WaitGroup
			start.Add(1)
			for i, who := range people {
				s := d.store
				if i%2 == 1 {
					s = d.replica()
				}
				l := with(link(who, "acc-x"), func(l *workflows.Link) { l.ID = "acc-" + string(who) })
				go func() {
					start.Wait()
					results <- s.Do(d.ctx, func(tx engine.Tx) error {
						return firstError(tx.LockPeople(d.ctx, who), tx.SaveLink(d.ctx, l))
					})
				}()
			}
			start.Done()
			won := 0
			for range people {
				switch err := <-results; {
				case err == nil:
					won++
				case !errors.Is(err, workflows.ErrConflict):
					d.Error(err)
				}
			}
			if won != 1 {
				d.Errorf("%d of them linked it", won)
			}
		}},
		{"whoever holds a person keeps other changes of their links waiting", func(d *db) {
			d.people()
			held, saved := make(chan struct{}), make(chan error, 1)
			other := d.replica()
			d.do(func(tx engine.Tx) error {
				if err := tx.LockPeople(d.ctx, ana, "P-nobody", "\x00"); err != nil {
					return err
				}
				go func() {
					close(held)
					saved <- other.Do(d.ctx, func(tx engine.Tx) error {
						return firstError(tx.LockPeople(d.ctx, ben, ana), tx.SaveLink(d.ctx, with(link(ana, "acc-1"), func(l *workflows.Link) { l.Preferred = true })))
					})
				}()
				<-held
				return tx.SaveLink(d.ctx, with(link(ana, "acc-2"), func(l *workflows.Link) { l.Preferred = true }))
			})
			d.must(<-saved)
			got := d.links(ana)
			if len(got) != 2 || got[0].ID != "acc-1" || !got[0].Preferred || got[1].Preferred {
				d.Errorf("the second to come is preferred alone: %+v", got)
			}
		}},
		{"the preferred link comes first, then the last used; a person has one preferred link", func(d *db) {
			d.people()
			teams := with(link(yuki, "acc-teams"), func(l *workflows.Link) { l.Surface = "teams" })
			d.link(link(yuki, ""), teams)
			d.do(func(tx engine.Tx) error { return tx.NoteUse(d.ctx, "slack:P-yuki", now()) })
			order := func(want ...string) {
				d.Helper()
				var ids []string
				for _, l := range d.links(yuki) {
					ids = append(ids, l.ID)
				}
				same(d, ids, want)
			}
			order("slack:P-yuki", "acc-teams")
			if l := d.links(yuki)[0]; !l.UsedAt.Equal(now()) {
				d.Errorf("used at %s", l.UsedAt)
			}
			for _, id := range []string{"acc-teams", "slack:P-yuki", "acc-teams"} {
				d.do(func(tx engine.Tx) error {
					l, err := tx.Link(d.ctx, id)
					l.Preferred = true
					return firstError(err, tx.SaveLink(d.ctx, l))
				})
				if got := d.links(yuki); got[0].ID != id || got[1].Preferred {
					d.Errorf("preferred %s, got %+v", id, got)
				}
			}
			if _, err := d.try("UPDATE accounts SET preferred = true"); err == nil {
				d.Error("two preferred links")
			}
		}},
		{"an import links what its file names, keeps the tenant of an account it named before, and leaves other links alone", func(d *db) {
			d.people()
			d.link(link(yuki, "acc-own"))
			put := func(a workflows.Account) {
				d.Helper()
				c := person(yuki, "")
				c.Accounts = []workflows.Account{a, with(link(yuki, "acc-own"), func(l *workflows.Link) { l.User = "U-other" }).Account}
				d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{c}) })
			}
			file := slack(yuki)
			file.Tenant = ""
			check := func(want workflows.Account) {
				d.Helper()
				got, err := d.store.Link(d.ctx, want.ID)
				d.must(err)
				same(d, got, workflows.Link{Account: want, State: workflows.LinkLinked})
				own, err := d.store.Link(d.ctx, "acc-own")
				d.must(err)
				same(d, own, link(yuki, "acc-own"))
			}
			put(file)
			check(file)
			d.exec("UPDATE accounts SET tenant = 'T1', active = false, preferred = false WHERE id = ?", file.ID)
			put(file)
			filled := file
			filled.Tenant = "T1"
			check(filled)
			file.User = "U-moved"
			put(file)
			check(file)
		}},
		{"everyone's accounts are those that are linked", func(d *db) {
			d.people()
			d.link(link(ana, ""), with(link(ana, "acc-p"), func(l *workflows.Link) { l.State, l.Confirmed, l.Proof = workflows.LinkProposed, false, "" }),
				with(link(ana, "acc-e"), func(l *workflows.Link) { l.State, l.Confirmed, l.Proof = workflows.LinkEnded, false, "" }))
			d.do(func(tx engine.Tx) error {
				all, err := tx.Everyone(d.ctx)
				same(d, all[0].Accounts, []workflows.Account{slack(ana)})
				return err
			})
		}},
		{"people share an address whatever its case and form of writing, active or not", func(d *db) {
			rows := []directory.Change{person("P-1", ""), person("P-2", "", "ciso"), person("P-3", ""), person("P-4", "")}
			for i, email := range []string{"Mark@Example.com", "mar\u212a@example.com", "markus@example.com", ""} {
				rows[i].Row.Email = email
			}
			rows[1].Row.Active = false
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, rows) })
			for email, want := range map[string][]workflows.PersonID{
				"mark@example.com": {"P-1", "P-2"}, "\uff4dark@example.com": {"P-1", "P-2"}, "markus@EXAMPLE.com": {"P-3"}, "": nil, "\x00": nil,
				"mark+x@example.com": nil, "%": nil, "mark@example.com ": nil,
			} {
				d.do(func(tx engine.Tx) error {
					got, err := tx.Sharing(d.ctx, email)
					var ids []workflows.PersonID
					for _, p := range got {
						ids = append(ids, p.ID)
						if p.Active != (p.ID != "P-2") || p.Has("ciso") != (p.ID == "P-2") {
							d.Errorf("%+v", p)
						}
					}
					same(d, ids, want)
					return err
				})
			}
		}},
		{"a link that is muted gets nothing more: what waits fails, what was sent stays as it is", func(d *db) {
			d.people()
			d.post(slack(ana), one, engine.Outgoing{Key: "a"})
			d.post(slack(ana), workflows.RequestRef("AIR-2"), engine.Outgoing{Key: "b"})
			d.post(slack(ben), one, engine.Outgoing{Key: "c"})
			sent := d.end(workflows.Finish{State: workflows.FinishSent, Receipt: &workflows.Receipt{Account: slack(ana), About: one, Place: "D1", MessageID: "1"}})
			d.do(func(tx engine.Tx) error { return tx.MuteLink(d.ctx, slack(ana).ID) })
			for _, got := range d.claim(5) {
				if got.Account.Confirmed != (got.Account.ID == slack(ben).ID) {
					d.Errorf("%s may carry content: %v", got.Account.ID, got.Account.Confirmed)
				}
			}
			d.do(func(tx engine.Tx) error {
				got, err := tx.Receipts(d.ctx, one)
				if len(got) != 0 || sent.Account.ID != slack(ana).ID {
					d.Errorf("messages that would be updated: %+v", got)
				}
				return err
			})
		}},
		{"the ways into the portal that a chat opened are ended, those of the server and of other people stay", func(d *db) {
			d.people()
			for hash, l := range map[string]workflows.SignInLink{"a": {Person: ana, By: "slack"}, "b": {Person: ana, By: "cli"}, "c": {Person: ben, By: "slack"}} {
				l.Hash, l.Made, l.Ends = hash, now(), now().Add(time.Minute)
				d.must(d.store.PutSignInLink(d.ctx, l))
			}
			for hash, s := range map[string]workflows.Session{"x": {Person: ana, Via: "link"}, "y": {Person: ana, Via: "oidc"}, "z": {Person: ben, Via: "link"}} {
				s.Hash, s.Started, s.Seen, s.Ends = hash, now(), now(), now().Add(time.Hour)
				d.must(d.store.PutSession(d.ctx, s))
			}
			left := func() string {
				return strings.Join(append(d.words("SELECT hash FROM sign_in_links ORDER BY hash"), d.words("SELECT hash FROM sessions ORDER BY hash")...), "")
			}
			d.do(func(tx engine.Tx) error { return tx.EndSignIns(d.ctx, link(ana, "acc-9"), false) })
			same(d, left(), "bcxyz")
			d.do(func(tx engine.Tx) error { return tx.EndSignIns(d.ctx, link(ana, "acc-9"), true) })
			same(d, left(), "bcyz")
		}},
		{"a mail whose account cannot be reached for good comes back, and knows where it was", func(d *db) {
			d.people()
			for _, c := range []struct {
				name  string
				to    workflows.Account
				f     workflows.Finish
				about string
				back  int
			}{
				{"failed for good", slack(ana), workflows.Finish{State: workflows.FinishFailed, Reason: "user_not_found"}, "AIR-1", 1},
				{"in the portal", portal(), workflows.Finish{State: workflows.FinishFailed, Reason: "broken"}, "AIR-2", 0},
				{"sent", slack(ana), workflows.Finish{State: workflows.FinishSent}, "AIR-3", 0},
				{"moot", slack(ana), workflows.Finish{State: workflows.FinishMoot}, "AIR-4", 0},
			} {
				mails := d.post(c.to, workflows.RequestRef(c.about), engine.Outgoing{Key: c.about})
				d.end(c.f)
				d.do(func(tx engine.Tx) error {
					got, err := tx.TakeMails(d.ctx, now(), 5)
					if len(got) != c.back {
						d.Errorf("%s: %d mails came back", c.name, len(got))
					}
					tried, err2 := tx.Tried(d.ctx, mails[0])
					same(d, tried, []string{c.to.ID})
					for _, m := range got {
						err = firstError(err, tx.Expand(d.ctx, m, nil))
					}
					return firstError(err, err2)
				})
			}
			d.post(slack(ana), one, engine.Outgoing{Key: "tired"})
			for range attempts {
				d.do(func(tx engine.Tx) error {
					if got, err := tx.TakeMails(d.ctx, now(), 5); err != nil || len(got) != 0 {
						d.Errorf("a mail came back before its last try: %v, %v", got, err)
					}
					return nil
				})
				d.exec("UPDATE deliveries SET run_at = 0 WHERE state = 'waiting'")
				d.end(workflows.Finish{State: workflows.FinishRetry, Reason: "internal_error"})
			}
			d.exec("INSERT INTO mails (about_kind, about_id, record, item, to_person, why, part, lane, at, expanded) VALUES ('request', 'AIR-9', 1, 1, '', '', '', 4, 0, true)")
			d.exec("INSERT INTO deliveries (name, mail, about_kind, about_id, order_key, surface, account, person, tenant, user_id, confirmed, why, bucket, lane, state) SELECT 'r', id, 'request', 'AIR-9', 'o', 'slack', 'slack:P-ben', 'P-ben', 'T1', 'U', true, '', '', 4, 'waiting' FROM mails WHERE about_id = 'AIR-9'")
			d.end(workflows.Finish{State: workflows.FinishFailed, Reason: "message_gone"})
			d.do(func(tx engine.Tx) error {
				got, err := tx.TakeMails(d.ctx, now(), 5)
				if len(got) != 1 || got[0].About != one {
					d.Errorf("came back: %+v; a refresh is of one card and has no other place", got)
				}
				return err
			})
		}},
		{"links verify, and a link that was changed behind the log's back is found", func(d *db) {
			s := d.story()
			a := workflows.Account{Surface: "slack", Tenant: "T1", User: "U-ana"}
			d.exec("UPDATE people SET email = ?, email_key = ? WHERE id = ?", "ana@example.com", "ana@example.com", string(ana))
			l, err := s.engine.ProposeLink(d.ctx, a, "ana@example.com")
			d.must(err)
			d.clean()
			_, no, err := s.engine.ChangeLink(d.ctx, workflows.LinkChange{
				Do: workflows.LinkConfirm, Actor: ana, Person: ana, Via: workflows.Via{Surface: "slack"}, Account: a, Email: "ana@example.com",
			})
			if d.must(err); no != nil {
				d.Fatal(no.Sentence)
			}
			d.clean()
			about := workflows.AccountRef(l.ID)
			for _, c := range []struct{ what, query, back, says string }{
				{"an administrator's word that nobody gave", "UPDATE accounts SET proof = 'admin' WHERE id = ?", "UPDATE accounts SET proof = 'person' WHERE id = ?", "limited true"},
				{"another person", "UPDATE accounts SET person = 'P-yuki' WHERE id = ?", "UPDATE accounts SET person = 'P-ana' WHERE id = ?", "P-yuki's"},
				{"an end nobody made", "UPDATE accounts SET active = false WHERE id = ?", "UPDATE accounts SET active = true WHERE id = ?", "ended"},
			} {
				d.exec(c.query, l.ID)
				d.found(c.what, about, 2, c.says)
				d.exec(c.back, l.ID)
				d.clean()
			}
			d.exec("INSERT INTO accounts (id, person, surface, tenant, user_id, confirmed, proof) VALUES ('acc-evil', 'P-yuki', 'slack', 'T1', 'U-evil', true, 'admin')")
			d.found("a link nobody made", workflows.AccountRef("acc-evil"), 0, "no record of it")
			d.exec("DELETE FROM accounts WHERE id = 'acc-evil'")
			rec := workflows.Record{V: 1, About: workflows.AccountRef("acc-0"), N: 1, At: 1, Actor: workflows.System, What: "account_proposed", Build: "test"}
			bytes, err := json.Marshal(rec)
			d.must(err)
			d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: bytes}}) })
			d.found("a record that says nothing", rec.About, 1, "does not say how the link is")
			d.disarm("log_entries")
			d.exec("DELETE FROM log_entries WHERE about_id = 'acc-0'")
			d.exec("DELETE FROM accounts WHERE id = ?", l.ID)
			d.found("a link that is gone", about, 2, "its row says otherwise")
		}},
	}
}
