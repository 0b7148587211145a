package storetest

import (
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// roster loads a roster and gives the ids of its people.
func (d *db) roster(need engine.Need, at time.Time) (workflows.Roster, []workflows.PersonID) {
	d.Helper()
	var r workflows.Roster
	d.do(func(tx engine.Tx) (err error) {
		r, err = tx.Roster(d.ctx, need, at)
		return err
	})
	var ids []workflows.PersonID
	for _, p := range r.All() {
		ids = append(ids, p.ID)
	}
	return r, ids
}

func delegation(id string, from, to workflows.PersonID) workflows.Delegation {
	return workflows.Delegation{
		ID: id, From: from, To: to, Starts: now(), Ends: now().Add(time.Hour), NamedAt: now().Add(-time.Hour), Reason: "Holidays", HandOver: true,
	}
}

func peopleChecks() []check {
	return []check{
		{"a roster holds who is named with three managers up, and the active holders of the roles", func(d *db) {
			gone := person("P-gone", "", "ciso")
			gone.Row.Active = false
			d.do(func(tx engine.Tx) error {
				return tx.PutPeople(d.ctx, []directory.Change{
					person("P-1", "P-2"), person("P-2", "P-3"), person("P-3", "P-4"), person("P-4", "P-5"), person("P-5", "P-1"),
					person(yuki, marek, "ciso", "dpo"), person(rahul, "P-unknown", "dpo"), gone,
				})
			})
			r, ids := d.roster(engine.Need{People: []workflows.PersonID{"P-1", "P-nobody", ""}, Roles: []workflows.Role{"ciso"}}, now())
			same(d, ids, []workflows.PersonID{"P-1", "P-2", "P-3", "P-4", yuki})
			p, _ := r.Person(yuki)
			same(d, p.Roles, []workflows.Role{"ciso", "dpo"})
			_, ids = d.roster(engine.Need{People: []workflows.PersonID{"P-gone", rahul}}, now())
			same(d, ids, []workflows.PersonID{"P-gone", rahul})
			_, ids = d.roster(engine.Need{}, now())
			same(d, ids, nil)
		}},
		{"a roster brings delegations that have not ended, from and to its people, with the other end", func(d *db) {
			d.people()
			past := delegation("D-past", yuki, helen)
			past.Starts, past.Ends = now().Add(-2*time.Hour), now()
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.PutDelegation(d.ctx, delegation("D-1", yuki, rahul)), tx.PutDelegation(d.ctx, delegation("D-2", helen, ana)),
					tx.PutDelegation(d.ctx, past),
				)
			})
			r, ids := d.roster(engine.Need{People: []workflows.PersonID{ana}, Roles: []workflows.Role{"ciso"}}, now())
			same(d, ids, []workflows.PersonID{ana, ben, helen, marek, rahul, yuki})
			got, ok := r.DelegateOf(yuki, now())
			if !ok {
				d.Error("the delegation of a holder is missing")
			}
			same(d, got, delegation("D-1", yuki, rahul))
			same(d, r.DelegatorsOf(ana, now()), []workflows.Delegation{delegation("D-2", helen, ana)})
			if _, ok := r.DelegateOf(helen, now().Add(-90*time.Minute)); ok {
				d.Error("a delegation that has ended came along")
			}
			early := delegation("D-1", yuki, rahul)
			early.Ends = now().Add(time.Minute)
			d.do(func(tx engine.Tx) error { return tx.PutDelegation(d.ctx, early) })
			r, _ = d.roster(engine.Need{People: []workflows.PersonID{yuki}}, now().Add(time.Minute))
			if _, ok := r.DelegateOf(yuki, now()); ok {
				d.Error("a delegation that was ended early still counts")
			}
		}},
		{"a delegation needs two people and an end after its start", func(d *db) {
			d.people()
			none := delegation("D-1", yuki, yuki)
			never := delegation("D-2", yuki, rahul)
			never.Ends = never.Starts
			for _, x := range []workflows.Delegation{none, never, delegation("D-3", yuki, "P-nobody")} {
				if d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.PutDelegation(d.ctx, x) }) == nil {
					d.Errorf("stored %+v", x)
				}
			}
		}},
		{"working hours are those of the calendar in the person's zone; unknown zones are the organisation's", func(d *db) {
			for i, zone := range []string{"Asia/Kolkata", "Mars/Olympus", "", "Local"} {
				c := person(workflows.PersonID(fmt.Sprintf("P-%d", i)), "")
				c.Row.ZoneName, c.Row.Calendar = zone, "IN"
				d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{c}) })
			}
			r, _ := d.roster(engine.Need{People: []workflows.PersonID{"P-0", "P-1", "P-2", "P-3"}}, now())
			for i, want := range []string{"Asia/Kolkata", "UTC", "UTC", "UTC"} {
				p, _ := r.Person(workflows.PersonID(fmt.Sprintf("P-%d", i)))
				if p.Zone().String() != want || p.Hours.Holidays["2026-12-25"] != "IN" {
					d.Errorf("person %d works in %s by %v", i, p.Zone(), p.Hours.Holidays)
				}
			}
		}},
		{"everyone comes as stored, ordered by id, with roles and accounts", func(d *db) {
			c := person("P-b", "P-a", "dpo", "ciso")
			c.Row.Name, c.Row.Email, c.Row.Department, c.Row.Locale = "Ölaf B", "B@example.com", "Ops", "de-AT"
			c.Row.JoinedOn, c.Row.LeftOn, c.Row.HRID = "2020-01-01", "2026-01-01", "HR-1"
			slices.Sort(c.Row.Roles)
			c.Accounts = []workflows.Account{slack("P-b")}
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{c, person("P-a", "")}) })
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, nil) })
			d.do(func(tx engine.Tx) error {
				all, err := tx.Everyone(d.ctx)
				if len(all) != 2 || all[0].ID != "P-a" {
					d.Fatalf("got %+v", all)
				}
				want := c.Row
				want.Accounts, all[1].Hours = c.Accounts, workflows.Hours{}
				same(d, all[1], want)
				return err
			})
		}},
		{"an import changes people, their roles and accounts, and leaves the rest", func(d *db) {
			first := person(yuki, "", "ciso", "dpo")
			first.Accounts = []workflows.Account{slack(yuki)}
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{first, person(rahul, "")}) })
			second := first
			second.Row.Name, second.Row.Roles, second.Before = "Yuki T", []workflows.Role{"it_operations"}, &first.Row
			moved := slack(yuki)
			moved.User = "U-new"
			second.Accounts = []workflows.Account{moved}
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{second}) })
			bare := second
			bare.Row.Roles, bare.Before, bare.Accounts = nil, &second.Row, nil
			d.do(func(tx engine.Tx) error {
				all, err := tx.Everyone(d.ctx)
				same(d, all[1].Name, "Yuki T")
				same(d, all[1].Roles, second.Row.Roles)
				same(d, all[1].Accounts, second.Accounts)
				return err
			})
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{bare}) })
			d.do(func(tx engine.Tx) error {
				all, err := tx.Everyone(d.ctx)
				same(d, all[1].Roles, nil)
				same(d, all[1].Accounts, second.Accounts)
				return err
			})
		}},
		{"an account belongs to one person", func(d *db) {
			d.people()
			put := func(who workflows.PersonID, a workflows.Account) error {
				c := person(who, "")
				c.Accounts = []workflows.Account{a}
				return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{c}) })
			}
			d.must(put(yuki, slack(yuki)))
			stolen := slack(yuki)
			d.is(put(rahul, stolen), workflows.ErrConflict) // the link itself
			stolen.ID = "slack:P-rahul"
			d.is(put(rahul, stolen), workflows.ErrConflict) // the same user under another link
		}},
		{"people are found by a part of name, address or id, whatever its case", func(d *db) {
			rows := []directory.Change{person("P-1", ""), person("P-2", ""), person("Q-3", ""), person("P-4", "")}
			for i, name := range []string{"Straße 100%", "Élodie_X", "ana", "Ana"} {
				rows[i].Row.Name, rows[i].Row.Email = name, fmt.Sprintf("U%d@Example.com", i)
			}
			rows[3].Row.Active = false
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, rows) })
			for text, want := range map[string][]workflows.PersonID{
				"": {"Q-3", "P-1", "P-2"}, "STRASSE": {"P-1"}, "100%": {"P-1"}, "%": {"P-1"}, "_": {"P-2"}, "élo": {"P-2"}, "q-": {"Q-3"},
				"u1@example": {"P-2"}, `\`: nil, "nobody": nil, "\x00": nil, "ANA": {"Q-3"},
			} {
				found, err := d.store.FindPeople(d.ctx, text, 10)
				d.must(err)
				var ids []workflows.PersonID
				for _, p := range found {
					ids = append(ids, p.ID)
				}
				same(d, ids, want)
			}
			found, err := d.store.FindPeople(d.ctx, "", 2)
			if d.must(err); len(found) != 2 {
				d.Errorf("asked for two, got %d", len(found))
			}
		}},
		{"a large directory goes in at once, and changes little by little", func(d *db) {
			var all []directory.Change
			for i := range 2500 {
				all = append(all, person(workflows.PersonID(fmt.Sprintf("P-%04d", i)), "P-0000", "dpo"))
			}
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, all) })
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, all) })
			_, ids := d.roster(engine.Need{Roles: []workflows.Role{"dpo"}}, now())
			if len(ids) != 2500 || !slices.IsSorted(ids) {
				d.Errorf("%d holders", len(ids))
			}
			r, err := d.store.People(d.ctx, []workflows.PersonID{"P-0001"}, nil, now())
			if d.must(err); len(r.All()) != 2 {
				d.Errorf("a person and their manager are %d", len(r.All()))
			}
		}},
	}
}

func assetChecks() []check {
	asset := func(kind, id string, owner workflows.PersonID) directory.Asset {
		return directory.Asset{Kind: kind, ID: id, Name: "Name of " + id, Owner: owner, Criticality: "high", InScope: true}
	}
	return []check{
		{"assets of the kinds given are replaced, and only what changed is counted", func(d *db) {
			d.people()
			put := func(want int, assets ...directory.Asset) {
				d.Helper()
				d.do(func(tx engine.Tx) error {
					n, err := tx.PutAssets(d.ctx, assets)
					if n != want {
						d.Errorf("%d changed, want %d", n, want)
					}
					return err
				})
			}
			out := asset("system", "erp", ben)
			out.InScope, out.OutReason = false, "Sold."
			put(0)
			put(3, asset("system", "crm", ana), out, asset("supplier", "crm", ben))
			put(0, asset("system", "crm", ana), out)
			put(2, asset("system", "crm", ben))
			put(1, asset("risk", "r1", ben))
			got, err := d.store.Assets(d.ctx)
			d.must(err)
			same(d, got, []directory.Asset{asset("risk", "r1", ben), asset("supplier", "crm", ben), asset("system", "crm", ben)})
			if d.store.Do(d.ctx, func(tx engine.Tx) error {
				_, err := tx.PutAssets(d.ctx, []directory.Asset{asset("risk", "r2", "P-nobody")})
				return err
			}) == nil {
				d.Error("an asset of nobody was stored")
			}
		}},
	}
}

func policyChecks() []check {
	return []check{
		{"packs are stored once, whole, and moved into force by compare and set", func(d *db) {
			bundle := []byte(`{"a.yaml":"x: 1\n"}`)
			hash := func() (h string) {
				d.do(func(tx engine.Tx) (err error) { h, err = tx.ActivePack(d.ctx); return err })
				return h
			}
			activate := func(from, to string) error {
				return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.Activate(d.ctx, from, to, now()) })
			}
			same(d, hash(), "")
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.PutBundle(d.ctx, "h1", bundle, now()), tx.PutBundle(d.ctx, "h1", []byte("other"), now()),
					tx.PutBundle(d.ctx, "h2", []byte("two"), now()),
				)
			})
			d.is(activate("", "h9"), workflows.ErrNotFound)
			d.must(activate("", "h1"))
			d.is(activate("", "h2"), workflows.ErrConflict)
			d.is(activate("h2", "h1"), workflows.ErrConflict)
			d.must(activate("h1", "h2"))
			d.is(activate("h2", "h9"), workflows.ErrNotFound)
			same(d, hash(), "h2")
			d.do(func(tx engine.Tx) error {
				got, err := tx.Bundle(d.ctx, "h1")
				same(d, string(got), string(bundle))
				return err
			})
			for _, h := range []string{"h9", "\x00"} {
				d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { _, err := tx.Bundle(d.ctx, h); return err }), workflows.ErrNotFound)
			}
		}},
		{"of two activations at once one wins", func(d *db) {
			d.do(func(tx engine.Tx) error {
				return firstError(
					tx.PutBundle(d.ctx, "a", nil, now()), tx.PutBundle(d.ctx, "b", nil, now()), tx.PutBundle(d.ctx, "c", nil, now()),
					tx.Activate(d.ctx, "", "a", now()),
				)
			})
			results := make(chan error, 2)
			for _, to := range []string{"b", "c"} {
				go func() {
					results <- d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.Activate(d.ctx, "a", to, now()) })
				}()
			}
			first, second := <-results, <-results
			if (first == nil) == (second == nil) {
				d.Errorf("they ended with %v and %v", first, second)
			}
		}},
		{"a draft's answers come back as they were", func(d *db) {
			d.people()
			draft := policy.Draft{
				ID: "d1", Person: ana, Form: "request", Flow: "ai-use", About: workflows.RequestRef("AIR-1"), Seen: workflows.Seen{Stage: "experts", Round: 2},
				Policy: "h1", Page: 2, SavedAt: now(),
				Answers: policy.Answers{
					"tool": {Text: "a\x00b <script>"}, "lines": {Lines: []policy.Line{{"risk": {Text: "x"}}}}, "n": {Number: -3}, "y": {Yes: true},
				},
			}
			saved, err := d.store.SaveDraft(d.ctx, draft)
			d.must(err)
			got, err := d.store.Draft(d.ctx, "d1")
			d.must(err)
			same(d, got, saved)
			draft.Revision = 1
			same(d, got, draft)
		}},
	}
}
