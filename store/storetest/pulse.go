package storetest

import (
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

func pulseChecks() []check {
	return []check{
		{"the pulse of an inbox changes with everything in it, and with nothing else", func(d *db) {
			d.people()
			pulse := func(who workflows.PersonID) workflows.Pulse {
				d.Helper()
				all, err := d.store.InboxPulses(d.ctx, []workflows.PersonID{yuki, ana})
				d.must(err)
				if len(all) != 2 {
					d.Fatalf("pulses %v", all)
				}
				return all[who]
			}
			seen := map[string]string{}
			differs := func(after string, waits int) {
				d.Helper()
				now := pulse(yuki)
				if before, twice := seen[now.Mark]; twice || now.Waits != waits {
					d.Errorf("after %s: %+v, as after %q", after, now, before)
				}
				seen[now.Mark] = after
			}
			differs("nothing", 0)
			others := pulse(ana)
			r := asked("AIR-1")
			r.Waits = []workflows.Wait{wait("AIR-1", yuki)}
			d.save(zero(), r)
			differs("a request", 1)
			later := r
			later.Waits = []workflows.Wait{wait("AIR-1", yuki)}
			later.Waits[0].Due = later.Waits[0].Due.Add(time.Hour)
			d.save(r, later)
			differs("another due date", 1)
			id, err := d.store.PutNotice(d.ctx, workflows.Notice{Delivery: 7, Person: yuki, About: workflows.RequestRef("AIR-1"), Gist: "Decide.", At: now()})
			d.must(err)
			differs("a message", 1)
			d.must(d.store.UpdateNotice(d.ctx, id, "Decided.", now().Add(time.Hour)))
			differs("other words", 1)
			if got := pulse(ana); got != others {
				d.Errorf("Ana's inbox became %+v from %+v", got, others)
			}
			none, err := d.store.InboxPulses(d.ctx, []workflows.PersonID{"P-nobody", "\x00"})
			d.must(err)
			same(d, len(none), 0)
		}},
		{"the pulse of a request is how many events it has taken", func(d *db) {
			d.people()
			r := asked("AIR-1")
			d.save(zero(), r)
			after := r
			after.Seq += 3
			d.save(r, after)
			got, err := d.store.RequestPulses(d.ctx, []string{"AIR-1", "AIR-99", "\x00", `"},{`})
			d.must(err)
			same(d, got, map[string]int{"AIR-1": after.Seq})
			got, err = d.store.RequestPulses(d.ctx, nil)
			d.must(err)
			same(d, len(got), 0)
		}},
		{"of many requests those are readable that may be seen", func(d *db) {
			d.people()
			mine, theirs := asked("AIR-1"), asked("AIR-2")
			theirs.Requester, theirs.Owner, theirs.Told = ben, ben, nil
			for _, r := range []approval.Request{mine, theirs} {
				d.save(zero(), r)
			}
			ids := []string{"AIR-2", "AIR-1", "AIR-99", "\x00"}
			for _, c := range []struct {
				who  workflows.Person
				want []string
			}{
				{viewer(ana), []string{"AIR-1"}},
				{viewer(ben), []string{"AIR-2"}},
				{viewer(helen, workflows.ComplianceLead), []string{"AIR-1", "AIR-2"}},
				{workflows.Person{ID: helen, Roles: []workflows.Role{workflows.ComplianceLead}}, nil},
				{viewer(""), nil},
			} {
				got, err := d.store.ReadableRequests(d.ctx, c.who, ids)
				d.must(err)
				same(d, got, c.want)
				got, err = d.store.ReadableRequests(d.ctx, c.who, nil)
				d.must(err)
				same(d, got, nil)
			}
		}},
	}
}
