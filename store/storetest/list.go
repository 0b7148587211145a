package storetest

import (
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

func viewer(id workflows.PersonID, roles ...workflows.Role) workflows.Person {
	return workflows.Person{ID: id, Active: true, Roles: roles}
}

// listed gives the ids of all pages.
func (d *db) listed(who workflows.Person, f workflows.RequestFilter) []string {
	d.Helper()
	var ids []string
	for range 100 {
		rows, next, err := d.store.RequestRows(d.ctx, who, f)
		d.must(err)
		if f.Limit > 0 && len(rows) > f.Limit {
			d.Errorf("a page of %d has %d rows", f.Limit, len(rows))
		}
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		if next == "" {
			return ids
		}
		f.Before = next
	}
	d.Fatal("the pages do not end")
	return nil
}

func listChecks() []check {
	return []check{
		{"lists show what the viewer may see, newest first, filtered, page by page", func(d *db) {
			d.people()
			for i := 1; i <= 12; i++ {
				r := asked(fmt.Sprintf("AIR-%d", i))
				r.SentAt = now().Add(time.Duration(i/4) * time.Hour) // several at one moment
				switch i {
				case 2:
					r.Requester, r.Owner, r.Told = ben, ben, nil
				case 3:
					r.Status, r.EndedAt, r.Flow = approval.StatusRejected, now(), "policy-exception"
				case 4:
					r.Screening.Title = `100% "STRASSE" _x_`
				case 5:
					r.Requester = ben
				}
				d.save(zero(), r)
			}
			lead := viewer(helen, workflows.ComplianceLead)
			all := []string{"AIR-12", "AIR-11", "AIR-10", "AIR-9", "AIR-8", "AIR-7", "AIR-6", "AIR-5", "AIR-4", "AIR-3", "AIR-2", "AIR-1"}
			same(d, d.listed(lead, workflows.RequestFilter{}), all)
			same(d, d.listed(lead, workflows.RequestFilter{Limit: 1}), all)
			oldest := slices.Clone(all)
			slices.Reverse(oldest)
			for _, limit := range []int{0, 1, 5} {
				same(d, d.listed(lead, workflows.RequestFilter{Oldest: true, Limit: limit}), oldest)
			}
			same(d, d.listed(viewer(ben), workflows.RequestFilter{Oldest: true, Limit: 1}), []string{"AIR-2", "AIR-5"})
			same(d, d.listed(lead, workflows.RequestFilter{Limit: 5}), all)
			same(d, d.listed(lead, workflows.RequestFilter{Limit: 5000}), all)
			same(d, d.listed(viewer(yuki), workflows.RequestFilter{Limit: 4}), append(append([]string{}, all[:10]...), "AIR-1"))
			same(d, d.listed(viewer(ben), workflows.RequestFilter{}), []string{"AIR-5", "AIR-2"})
			same(d, d.listed(viewer(ana), workflows.RequestFilter{Mine: true, Limit: 3}), append(append([]string{}, all[:10]...), "AIR-1"))
			same(d, d.listed(lead, workflows.RequestFilter{Mine: true}), nil)
			same(d, d.listed(lead, workflows.RequestFilter{Status: "rejected"}), []string{"AIR-3"})
			same(d, d.listed(lead, workflows.RequestFilter{Flow: "policy-exception"}), []string{"AIR-3"})
			same(d, d.listed(lead, workflows.RequestFilter{Text: "straße"}), []string{"AIR-4"})
			same(d, d.listed(lead, workflows.RequestFilter{Text: "%"}), []string{"AIR-4"})
			same(d, d.listed(lead, workflows.RequestFilter{Text: "_"}), []string{"AIR-4"})
			same(d, d.listed(lead, workflows.RequestFilter{Text: "air-12"}), []string{"AIR-12"})
			same(d, d.listed(lead, workflows.RequestFilter{Text: "'; DROP TABLE requests; --"}), nil)
			for _, nobody := range []workflows.Person{{}, {ID: helen, Roles: lead.Roles}, viewer("P-nobody"), viewer("")} {
				same(d, d.listed(nobody, workflows.RequestFilter{}), nil)
			}
			same(d, d.listed(lead, workflows.RequestFilter{Before: "AIR-99"}), nil)
			same(d, d.listed(lead, workflows.RequestFilter{Text: "\x00"}), nil)
			rows, _, err := d.store.RequestRows(d.ctx, lead, workflows.RequestFilter{Status: "rejected"})
			d.must(err)
			same(d, rows, []workflows.RequestRow{{
				ID: "AIR-3", Flow: "policy-exception", Title: "Otter.ai", Status: "rejected", Tier: "limited", Requester: ana, Owner: ana,
				SentAt: now(), EndedAt: now(), Seq: asked("AIR-3").Seq,
			}})
		}},
		{"a list says until when each request waits, as its reader sees it", func(d *db) {
			d.people()
			at := func(hours int) time.Time { return now().Add(time.Duration(hours) * time.Hour) }
			due := func(who workflows.PersonID, why workflows.Why, hours int) workflows.Wait {
				w := wait("AIR-1", who)
				if w.Why = why; hours > 0 {
					w.Due = at(hours)
				}
				return w
			}
			for i, waits := range [][]workflows.Wait{
				nil,
				{due(yuki, workflows.WhyQuestion, 0)},
				{due(ana, workflows.WhyQuestion, 30), due(yuki, workflows.WhyDecide, 5), due(ben, workflows.WhyAdvise, 9)},
				{due(yuki, workflows.WhyQuestion, 7), due(yuki, workflows.WhyDecide, 5), due(ben, workflows.WhyAdvise, 9)},
				{due(ana, workflows.WhyMissing, 3), due(ben, workflows.WhyQuestion, 4)},
			} {
				r := asked(fmt.Sprintf("AIR-%d", i+1))
				r.Waits = waits
				for j := range r.Waits {
					r.Waits[j].About = workflows.RequestRef(r.ID)
				}
				d.save(approval.Request{}, r)
				for _, who := range []workflows.PersonID{helen, yuki, ben, ana} {
					lead := workflows.Person{ID: who, Active: true, Roles: []workflows.Role{workflows.ComplianceLead}}
					rows, _, err := d.store.RequestRows(d.ctx, lead, workflows.RequestFilter{Text: r.ID})
					d.must(err)
					if len(rows) != 1 || !rows[0].Due.Equal(workflows.DueFor(who, r.Waits)) {
						d.Errorf("%s for %s: %+v, want due %s", r.ID, who, rows, workflows.DueFor(who, r.Waits))
					}
				}
			}
		}},
		{"what waits for a person comes with the earliest due first and the rest last", func(d *db) {
			d.people()
			r := asked("AIR-1")
			r.Waits = nil
			for i, hours := range []int{0, 5, 3} {
				w := wait("AIR-1", yuki)
				w.Part = fmt.Sprint(i)
				if hours > 0 {
					w.Due = now().Add(time.Duration(hours) * time.Hour)
				}
				r.Waits = append(r.Waits, w)
			}
			r.Waits[1].For = helen
			d.save(zero(), r)
			got, err := d.store.Waits(d.ctx, yuki)
			d.must(err)
			same(d, got, []workflows.Wait{r.Waits[2], r.Waits[1], r.Waits[0]})
			none, err := d.store.Waits(d.ctx, ana)
			d.must(err)
			same(d, none, nil)
		}},
		{"who has no confirmed account in any chat is listed while something waits for them", func(d *db) {
			d.people()
			r := asked("AIR-1")
			r.Waits = []workflows.Wait{wait("AIR-1", marek), wait("AIR-1", rahul), wait("AIR-1", yuki)}
			r.Waits[2].Due = now().Add(time.Hour)
			d.save(zero(), r)
			listed := func(want ...workflows.Unreached) {
				d.Helper()
				got, err := d.store.Unreached(d.ctx, false, 10)
				d.must(err)
				same(d, got, want)
			}
			listed() // the portal is the only surface
			d.link(with(link(rahul, ""), func(l *workflows.Link) { l.Confirmed = true }))
			late, open := workflows.Unreached{Person: yuki, Waits: 1, Since: now(), Due: now().Add(time.Hour)}, workflows.Unreached{Person: marek, Waits: 1, Since: now()}
			listed(late, open)
			addressed := person(yuki, marek, "ciso")
			addressed.Row.Email = "yuki@example.com"
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{addressed}) })
			mailed, err := d.store.Unreached(d.ctx, true, 10) // who has an address is written to
			d.must(err)
			same(d, mailed, []workflows.Unreached{open})
			listed(late, open)
			signsIn := with(link(marek, "acc-oidc"), func(l *workflows.Link) { l.Surface, l.Confirmed = workflows.SurfaceOIDC, true })
			proposed := with(link(marek, "acc-new"), func(l *workflows.Link) { l.State, l.Proof = workflows.LinkProposed, workflows.ProofNone })
			ended := with(link(yuki, "acc-old"), func(l *workflows.Link) { l.State, l.Proof = workflows.LinkEnded, workflows.ProofNone })
			d.link(signsIn, proposed, ended)
			listed(late, open)
			d.link(with(proposed, func(l *workflows.Link) {
				l.State, l.Confirmed, l.Proof = workflows.LinkLinked, true, workflows.ProofPerson
			}))
			listed(late)
		}},
		{"a history that nobody has written is empty", func(d *db) {
			for _, id := range []string{"AIR-1", "\x00"} {
				rows, err := d.store.History(d.ctx, workflows.RequestRef(id))
				d.must(err)
				same(d, rows, nil)
			}
		}},
	}
}
