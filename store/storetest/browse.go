package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// logged is a record about anything, without texts.
func logged(about workflows.Ref, n int, who workflows.PersonID, what string, at time.Time) engine.Entry {
	rec := workflows.Record{V: 1, About: about, N: n, At: at.UnixMilli(), Actor: who, Via: workflows.Via{Surface: "portal"}, What: what, Build: "test"}
	raw, err := json.Marshal(rec)
	if err != nil {
		panic(err)
	}
	return engine.Entry{Record: rec, Bytes: raw}
}

// browsed gives "AIR-1/2" for each record of all pages.
func (d *db) browsed(who workflows.Person, f workflows.RecordFilter) []string {
	d.Helper()
	var out []string
	for range 100 {
		rows, next, err := d.store.RecordRows(d.ctx, who, f)
		d.must(err)
		if f.Limit > 0 && len(rows) > f.Limit {
			d.Errorf("a page of %d has %d rows", f.Limit, len(rows))
		}
		for _, r := range rows {
			out = append(out, fmt.Sprintf("%s/%d", r.Record.About.ID, r.Record.N))
		}
		if next == (workflows.RecordKey{}) {
			return out
		}
		f.Before = next
	}
	d.Fatal("the pages do not end")
	return nil
}

// library puts records of several kinds into the log: of two requests of Ana's and one of Ben's that nobody else reads, of an
// account of Ben's, of the directory, the policy and a delivery.
func (d *db) library() {
	d.Helper()
	d.people()
	for _, id := range []string{"AIR-1", "AIR-2", "AIR-3"} {
		r := asked(id)
		if id == "AIR-3" {
			r.Requester, r.Owner, r.Told, r.Waits = ben, ben, nil, nil
		}
		r.Screening.Title = "Tool " + id
		d.save(zero(), r)
	}
	d.link(link(ben, "acc-ben"))
	minute := func(n int) time.Time { return now().Add(time.Duration(n) * time.Minute) }
	request := workflows.RequestRef
	d.do(func(tx engine.Tx) error {
		return tx.Append(d.ctx, []engine.Entry{
			logged(request("AIR-1"), 1, ana, "submitted", minute(0)), logged(request("AIR-1"), 2, workflows.System, "stage_opened", minute(0)),
			logged(request("AIR-2"), 1, ana, "submitted", minute(1)), logged(request("AIR-3"), 1, ben, "submitted", minute(2)),
			logged(workflows.AccountRef("acc-ben"), 1, ben, "account_confirmed", minute(3)),
			logged(workflows.Ref{Kind: workflows.KindPeople, ID: "directory"}, 1, workflows.System, "people_imported", minute(4)),
			logged(workflows.Ref{Kind: workflows.KindPolicy, ID: "policy"}, 1, workflows.System, "policy_activated", minute(5)),
			logged(workflows.DeliveryRef(7), 1, helen, "delivery_retried", minute(6)),
			logged(request("AIR-1"), 3, yuki, "decided", minute(7)), logged(request("AIR-1"), 4, workflows.System, "ended", minute(7)),
		})
	})
}

func browseChecks() []check {
	lead, auditor := viewer(helen, workflows.ComplianceLead), viewer(rahul, workflows.InternalAuditor)
	admin := viewer(marek, workflows.Administrator)
	all := []string{"AIR-1/4", "AIR-1/3", "7/1", "policy/1", "directory/1", "acc-ben/1", "AIR-3/1", "AIR-2/1", "AIR-1/2", "AIR-1/1"}
	return []check{
		{"records are listed newest first, filtered, page by page", func(d *db) {
			d.library()
			same(d, d.browsed(lead, workflows.RecordFilter{}), all)
			for _, limit := range []int{1, 3, 9, 10, 5000} {
				same(d, d.browsed(lead, workflows.RecordFilter{Limit: limit}), all)
			}
			for _, c := range []struct {
				f    workflows.RecordFilter
				want []string
			}{
				{workflows.RecordFilter{Kind: workflows.KindRequest}, []string{"AIR-1/4", "AIR-1/3", "AIR-3/1", "AIR-2/1", "AIR-1/2", "AIR-1/1"}},
				{workflows.RecordFilter{Kind: workflows.KindDelivery}, []string{"7/1"}},
				{workflows.RecordFilter{About: workflows.RequestRef("AIR-1")}, []string{"AIR-1/4", "AIR-1/3", "AIR-1/2", "AIR-1/1"}},
				{workflows.RecordFilter{About: workflows.RequestRef("AIR-1"), Kind: workflows.KindPolicy}, nil},
				{workflows.RecordFilter{What: "submitted"}, []string{"AIR-3/1", "AIR-2/1", "AIR-1/1"}},
				{workflows.RecordFilter{What: "submitted", Actor: ana}, []string{"AIR-2/1", "AIR-1/1"}},
				{workflows.RecordFilter{Actor: workflows.System}, []string{"AIR-1/4", "policy/1", "directory/1", "AIR-1/2"}},
				{workflows.RecordFilter{Actor: "P-nobody"}, nil},
				{workflows.RecordFilter{From: now().Add(3 * time.Minute), Until: now().Add(5 * time.Minute)}, []string{"directory/1", "acc-ben/1"}},
				{workflows.RecordFilter{What: "'; DROP TABLE people; --"}, nil},
				{workflows.RecordFilter{What: "\x00"}, nil},
			} {
				same(d, d.browsed(lead, c.f), c.want)
				c.f.Limit = 1
				same(d, d.browsed(lead, c.f), c.want)
			}
			rows, _, err := d.store.RecordRows(d.ctx, lead, workflows.RecordFilter{What: "decided"})
			d.must(err)
			want := logged(workflows.RequestRef("AIR-1"), 3, yuki, "decided", now().Add(7*time.Minute))
			if len(rows) != 1 || rows[0].Title != "Tool AIR-1" || len(rows[0].Hash) != 64 {
				d.Fatalf("got %+v", rows)
			}
			same(d, rows[0].Record, want.Record)
		}},
		{"of records everybody sees those of what they may see, however much that is", func(d *db) {
			d.library()
			yours := []string{"AIR-1/4", "AIR-1/3", "AIR-2/1", "AIR-1/2", "AIR-1/1"}
			check := func() {
				d.Helper()
				for _, limit := range []int{0, 1, 2} {
					same(d, d.browsed(auditor, workflows.RecordFilter{Limit: limit}), all)
					same(d, d.browsed(viewer(ana), workflows.RecordFilter{Limit: limit}), yours)
					same(d, d.browsed(viewer(ben), workflows.RecordFilter{Limit: limit}), []string{"acc-ben/1", "AIR-3/1"})
					same(d, d.browsed(admin, workflows.RecordFilter{Limit: limit}), []string{"7/1", "policy/1", "directory/1", "acc-ben/1"})
				}
				same(d, d.browsed(viewer(ana), workflows.RecordFilter{What: "submitted"}), []string{"AIR-2/1", "AIR-1/1"})
				same(d, d.browsed(viewer(ben, workflows.Administrator), workflows.RecordFilter{Kind: workflows.KindAccount}), []string{"acc-ben/1"})
				same(d, d.browsed(viewer(ana), workflows.RecordFilter{About: workflows.RequestRef("AIR-3")}), nil)
				for _, nobody := range []workflows.Person{{}, {ID: helen, Roles: lead.Roles}, viewer("P-nobody"), viewer(marek), viewer("")} {
					same(d, d.browsed(nobody, workflows.RecordFilter{}), nil)
				}
			}
			check()
			for _, who := range []workflows.PersonID{ana, ben, marek} { // so much that the page is picked out of all records
				for n := range 250 {
					d.exec("INSERT INTO readers (about_kind, about_id, person) VALUES ('request', ?, ?)", fmt.Sprintf("OLD-%d", n), string(who))
				}
			}
			check()
		}},
		{"one record comes with its texts and its bytes, for those who may see it", func(d *db) {
			d.library()
			about := workflows.RequestRef("AIR-1")
			e := entry("AIR-1", 5, "because")
			d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{e}) })
			for _, who := range []workflows.Person{lead, auditor, viewer(ana), viewer(yuki)} {
				got, err := d.store.Record(d.ctx, who, about, 5)
				d.must(err)
				same(d, got.Record, e.Record)
				if got.Texts["reason"] != "AIR-15because" || string(got.Entry) != string(e.Bytes) || len(got.Hash) != 64 {
					d.Errorf("got %+v", got)
				}
			}
			for _, who := range []workflows.Person{viewer(ben), admin, {}, {ID: helen, Roles: lead.Roles}} {
				d.is(second(d.store.Record(d.ctx, who, about, 5)), workflows.ErrNotFound)
			}
			d.is(second(d.store.Record(d.ctx, lead, about, 99)), workflows.ErrNotFound)
			d.is(second(d.store.Record(d.ctx, lead, workflows.RequestRef("\x00"), 1)), workflows.ErrNotFound)
			d.must(second(d.store.Record(d.ctx, admin, workflows.AccountRef("acc-ben"), 1)))
			d.must(second(d.store.Record(d.ctx, viewer(ben), workflows.AccountRef("acc-ben"), 1)))
			d.is(second(d.store.Record(d.ctx, viewer(ana), workflows.AccountRef("acc-ben"), 1)), workflows.ErrNotFound)
		}},
		{"bytes that somebody tampered with are listed as what stands beside them", func(d *db) {
			d.library()
			d.disarm("log_entries")
			for id, bytes := range map[string][]byte{"AIR-2": []byte("no json \xff"), "AIR-3": []byte(`{"v":1}`)} {
				d.exec("UPDATE log_entries SET entry = ? WHERE about_id = ?", bytes, id)
			}
			same(d, d.browsed(lead, workflows.RecordFilter{}), all)
			got, err := d.store.Record(d.ctx, lead, workflows.RequestRef("AIR-2"), 1)
			d.must(err)
			same(d, got.Record, workflows.Record{About: workflows.RequestRef("AIR-2"), N: 1, At: now().Add(time.Minute).UnixMilli()})
			if string(got.Entry) != "no json \xff" {
				d.Errorf("its bytes are %q", got.Entry)
			}
			same(d, d.browsed(lead, workflows.RecordFilter{What: "submitted"}), []string{"AIR-1/1"})
		}},
		{"people are listed by name, filtered, page by page", func(d *db) {
			d.people()
			for n := range 3 {
				c := person(workflows.PersonID(fmt.Sprintf("P-leaver%d", n)), ben, "dpo")
				c.Row.Active, c.Row.LeftOn = false, "2026-01-31"
				d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{c}) })
			}
			mailed := person(yuki, marek, "ciso")
			mailed.Row.Email = "Y.T@box.example"
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{mailed}) })
			listed := func(f workflows.PeopleFilter) string {
				var ids []string
				for range 100 {
					rows, next, err := d.store.PeopleRows(d.ctx, f)
					d.must(err)
					for _, p := range rows {
						if p.Active == f.Left {
							d.Errorf("%s is active: %v", p.ID, p.Active)
						}
						ids = append(ids, string(p.ID[2:]))
					}
					if next == "" {
						return strings.Join(ids, " ")
					}
					f.After = next
				}
				d.Fatal("the pages do not end")
				return ""
			}
			for _, c := range []struct {
				f    workflows.PeopleFilter
				want string
			}{
				{workflows.PeopleFilter{}, "ana ben helen marek rahul yuki"},
				{workflows.PeopleFilter{Left: true}, "leaver0 leaver1 leaver2"},
				{workflows.PeopleFilter{Role: "ciso"}, "rahul yuki"},
				{workflows.PeopleFilter{Role: "dpo"}, "rahul"},
				{workflows.PeopleFilter{Manager: marek}, "ben helen rahul yuki"},
				{workflows.PeopleFilter{Manager: ben}, "ana"},
				{workflows.PeopleFilter{Text: "MAR"}, "marek"},
				{workflows.PeopleFilter{Text: "p-h"}, "helen"},
				{workflows.PeopleFilter{Text: "@BOX"}, ""},
				{workflows.PeopleFilter{Text: "@BOX", Addresses: true}, "yuki"},
				{workflows.PeopleFilter{Text: "YUK", Addresses: true}, "yuki"},
				{workflows.PeopleFilter{Text: "p-y", Addresses: true, Manager: ben}, ""},
				{workflows.PeopleFilter{Text: "%"}, ""},
				{workflows.PeopleFilter{Text: "\x00"}, ""},
				{workflows.PeopleFilter{After: "P-nobody"}, ""},
			} {
				for _, limit := range []int{0, 1, 2, 5000} {
					if c.f.Limit = limit; listed(c.f) != c.want {
						d.Errorf("%+v: %q, want %q", c.f, listed(c.f), c.want)
					}
				}
			}
			rows, _, err := d.store.PeopleRows(d.ctx, workflows.PeopleFilter{Role: "dpo"})
			d.must(err)
			if len(rows) != 1 || !slices.Equal(rows[0].Roles, []workflows.Role{"ciso", "dpo"}) || rows[0].Manager != marek {
				d.Errorf("got %+v", rows)
			}
			owned, _, err := d.store.RequestRows(d.ctx, lead, workflows.RequestFilter{Owner: ana})
			if d.must(err); len(owned) != 0 {
				d.Errorf("owns %+v", owned)
			}
			d.save(zero(), asked("AIR-1"))
			owned, _, err = d.store.RequestRows(d.ctx, lead, workflows.RequestFilter{Owner: ana})
			if d.must(err); len(owned) != 1 {
				d.Errorf("owns %+v", owned)
			}
		}},
	}
}
