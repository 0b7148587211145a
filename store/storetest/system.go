package storetest

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
	"steward/workflows/register"
)

// entered is the entry that a request of Ana's brought, as a machine could have made it.
func entered(id, request string) register.System {
	about := workflows.SystemRef(id)
	return register.System{
		ID: id, State: register.StateApproved, Since: now(), Seq: 1, Revision: 1, Request: request, Round: 1, Requester: ana, Owner: ben,
		Owners: []workflows.PersonID{marek}, Title: "Otter.ai", Tool: "Otter", Vendor: "Otter.ai, Inc.", Plan: "free", Use: "Minutes.",
		Role: "use_as_is", Data: []string{"public"}, Hosting: "eu_eea", Affected: []string{"employees"}, Users: "my_team", Tier: "limited",
		LegalClass: "none", Flow: "ai-use", Policy: "hash", Version: 3, ApprovedAt: now(), ValidUntil: now().AddDate(1, 0, 0),
		RenewFrom: now().AddDate(0, 11, 0), PilotUntil: "2027-01-31", Governors: []workflows.Role{workflows.AIGovernance},
		Tasks: []register.Task{
			{Key: "dpa", Text: "Sign it.", GoLive: true, Verifier: "dpo", Evidence: "The contract", Refs: []string{"42001:A.7.2"}, State: register.TaskOpen},
			{
				Key: "own-1", Text: "Ask me again.", Due: now().AddDate(0, 1, 0), Verifier: "ciso", By: yuki, State: register.TaskProved,
				Proof: "Done.", ProvedBy: ben, ProvedAt: now(), VerifiedBy: helen, VerifiedAt: now(), Returned: "No.", ReturnedBy: helen,
			},
		},
		Waits: []workflows.Wait{
			{About: about, Who: ben, Why: workflows.WhyTask, Part: "dpa", Role: workflows.Owner, Since: now()},
			{About: about, Who: yuki, Why: workflows.WhyVerify, Part: "own-1", Role: "ciso", Since: now(), For: helen, Due: now()},
		},
		Covers: "team", Group: string(ben), Joined: []register.User{{Who: yuki, At: now(), By: ben}},
		Asks: []register.Ask{{Who: rahul, At: now(), State: register.AskRefused, By: ben, EndedAt: now(), Reason: "Not for him."}},
		Told: []workflows.PersonID{ben, yuki}, Timers: []string{"expire"}, Fired: []string{"remind/own-1"}, Records: 3, Shown: "c0ffee",
	}
}

// enter stores a step of an entry.
func (d *db) enter(before, after register.System) {
	d.Helper()
	d.do(func(tx engine.Tx) error { return tx.SaveSystem(d.ctx, before, after) })
}

// systems stores so many entries, with their requests.
func (d *db) systems(n int, change func(i int, s *register.System)) {
	d.Helper()
	d.people()
	for i := 1; i <= n; i++ {
		request := fmt.Sprintf("AIR-%d", i)
		d.save(zero(), asked(request))
		s := entered(fmt.Sprintf("AIS-%d", i), request)
		change(i, &s)
		d.enter(register.System{}, s)
	}
}

// registered gives the ids of all pages of the register.
func (d *db) registered(f workflows.SystemFilter) (ids []string) {
	d.Helper()
	for range 100 {
		rows, next, err := d.store.SystemRows(d.ctx, f)
		d.must(err)
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

func systemChecks() []check {
	return []check{
		{"systems are numbered without gaps, apart from requests", func(d *db) {
			var ids []string
			next := func(tx engine.Tx) error {
				id, err := tx.NewSystemID(d.ctx)
				ids = append(ids, id)
				return err
			}
			d.do(next)
			d.do(func(tx engine.Tx) error { _, err := tx.NewRequestID(d.ctx, "AIR"); return err })
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return firstError(next(tx), workflows.ErrConflict) }), workflows.ErrConflict)
			d.do(next)
			same(d, ids, []string{"AIS-1", "AIS-2", "AIS-2"})
		}},
		{"a system comes back as it was saved, with its waits and readers", func(d *db) {
			d.systems(1, func(int, *register.System) {})
			first := entered("AIS-1", "AIR-1")
			same(d, d.system(workflows.SystemRef("AIS-1")), first)
			if got := d.entry("AIR-1"); got.ID != "AIS-1" {
				d.Errorf("the system of AIR-1 is %s", got)
			}
			if n := d.number("SELECT count(*) FROM ai_systems WHERE open_tasks = 2 AND next_due = ? AND title = 'Otter.ai'", now().AddDate(0, 1, 0).UnixMilli()); n != 1 {
				d.Error("the columns are not those of the entry")
			}
			second := first
			second.Seq, second.State, second.Owner, second.Told, second.Waits = 2, register.StateRetired, rahul, nil, nil
			d.enter(first, second)
			d.do(func(tx engine.Tx) error {
				locked, err := tx.LockSystem(d.ctx, "AIS-1")
				same(d, locked, second)
				read, err2 := tx.ReadSystem(d.ctx, "AIS-1")
				same(d, read, second)
				return firstError(err, err2)
			})
			same(d, d.words("SELECT person FROM readers WHERE about_kind = 'system' ORDER BY person"), []string{"P-ana", "P-rahul"})
			if n := d.number("SELECT count(*) FROM waits WHERE about_kind = 'system'"); n != 0 {
				d.Errorf("%d still wait", n)
			}
			if n := d.number("SELECT count(*) FROM ai_systems WHERE open_tasks = 0 AND next_due = 0 AND owner = 'P-rahul' AND state = 'retired'"); n != 1 {
				d.Error("the columns were left behind")
			}
			if n := d.number("SELECT count(*) FROM readers WHERE about_kind = 'request'"); n == 0 {
				d.Error("the readers of the request went with those of its system")
			}
		}},
		{"systems that are not there are said to be so", func(d *db) {
			for _, id := range []string{"AIS-1", "AIS-\x00\xff"} {
				_, err := d.store.System(d.ctx, id)
				d.is(err, workflows.ErrNotFound)
				_, err = d.store.SystemOf(d.ctx, id)
				d.is(err, workflows.ErrNotFound)
				d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { _, err := tx.LockSystem(d.ctx, id); return err }), workflows.ErrNotFound)
			}
		}},
		{"a step on another system than the stored one is a conflict, and so is a second one of a request", func(d *db) {
			d.systems(1, func(int, *register.System) {})
			s := entered("AIS-1", "AIR-1")
			stale, later, second := s, s, entered("AIS-2", "AIR-1")
			stale.Seq, later.Seq = 7, 8
			for _, c := range []struct{ before, after register.System }{{stale, later}, {register.System{}, s}, {register.System{}, second}} {
				d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveSystem(d.ctx, c.before, c.after) }), workflows.ErrConflict)
			}
			same(d, d.system(workflows.SystemRef("AIS-1")), s)
		}},
		{"text that not both databases can keep is refused, wherever in a system it stands", func(d *db) {
			d.people()
			d.save(zero(), asked("AIR-1"))
			for _, bad := range []string{"a\x00b", "a\xffb"} {
				n := spoil(reflect.ValueOf(new(entered("AIS-1", "AIR-1"))).Elem(), bad, func(s register.System, where string) {
					err := d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveSystem(d.ctx, register.System{}, s) })
					if err == nil || !strings.Contains(err.Error(), "zero byte or broken UTF-8") {
						d.Errorf("%q in %s: %v", bad, where, err)
					}
				})
				if n < 50 {
					d.Errorf("only %d texts were tried", n)
				}
			}
		}},
		{"nobody unknown owns a system, and none is there without its request", func(d *db) {
			d.people()
			d.save(zero(), asked("AIR-1"))
			stranger, waits, told := entered("AIS-1", "AIR-1"), entered("AIS-1", "AIR-1"), entered("AIS-1", "AIR-1")
			stranger.Owner, waits.Waits[0].Who, told.Told = "P-nobody", "P-nobody", []workflows.PersonID{"P-nobody"}
			for _, s := range []register.System{stranger, waits, told, entered("AIS-1", "AIR-9")} {
				if d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveSystem(d.ctx, register.System{}, s) }) == nil {
					d.Errorf("it got in: %+v", s)
				}
			}
		}},
		{"living systems come in their natural order", func(d *db) {
			over := map[int]register.State{2: register.StateRejected, 3: register.StateStopped, 4: register.StateRetired, 5: register.StateExpired, 6: register.StateSuspended}
			d.systems(11, func(i int, s *register.System) {
				if state, ok := over[i]; ok {
					s.State = state
				}
			})
			d.do(func(tx engine.Tx) error {
				ids, err := tx.LivingSystems(d.ctx)
				same(d, ids, []string{"AIS-1", "AIS-5", "AIS-6", "AIS-7", "AIS-8", "AIS-9", "AIS-10", "AIS-11"})
				return err
			})
		}},
		{"the register is listed newest first, filtered, page by page", registerPages},
		{"the pulse of a system is how many events it has taken", func(d *db) {
			d.systems(2, func(i int, s *register.System) { s.Seq = 3 * i })
			got, err := d.store.SystemPulses(d.ctx, []string{"AIS-1", "AIS-2", "AIS-99", "\x00", `"},{`})
			d.must(err)
			same(d, got, map[string]int{"AIS-1": 3, "AIS-2": 6})
		}},
	}
}

// spoil puts a text into each string of an entry in turn, and counts them.
func spoil(v reflect.Value, bad string, try func(register.System, string)) int {
	root := v
	var walk func(v reflect.Value, where string) int
	walk = func(v reflect.Value, where string) (n int) {
		switch v.Kind() { //nolint:exhaustive // an entry has no others that hold text
		case reflect.String:
			was := v.String()
			v.SetString(bad)
			try(root.Interface().(register.System), where)
			v.SetString(was)
			return 1
		case reflect.Slice:
			for i := range v.Len() {
				n += walk(v.Index(i), fmt.Sprintf("%s[%d]", where, i))
			}
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[time.Time]() {
				return 0
			}
			for i := range v.NumField() {
				n += walk(v.Field(i), where+"."+v.Type().Field(i).Name)
			}
		}
		return n
	}
	return walk(v, "")
}

func registerPages(d *db) {
	d.systems(11, func(i int, s *register.System) {
		switch i {
		case 2:
			s.State, s.Tier = register.StateInUse, "high"
		case 3:
			s.Owner, s.Tasks = rahul, nil
		case 4:
			s.Title, s.Tool, s.Vendor = "A secret plan", `Zoom 100% "STRASSE" _x_`, "Acme"
		case 5:
			s.State = register.StateRetired
		case 6:
			s.ValidUntil, s.Tasks[1].Due = now().AddDate(0, 1, 0), now().AddDate(0, 0, 2)
		case 7:
			s.ValidUntil, s.Tasks[1].State = time.Time{}, register.TaskVerified
		}
	})
	all := []string{"AIS-11", "AIS-10", "AIS-9", "AIS-8", "AIS-7", "AIS-6", "AIS-5", "AIS-4", "AIS-3", "AIS-2", "AIS-1"}
	but := func(not ...string) (out []string) {
		for _, id := range all {
			if !strings.Contains(" "+strings.Join(not, " ")+" ", " "+id+" ") {
				out = append(out, id)
			}
		}
		return out
	}
	for _, c := range []struct {
		filter workflows.SystemFilter
		want   []string
	}{
		{workflows.SystemFilter{}, all},
		{workflows.SystemFilter{Limit: 1}, all},
		{workflows.SystemFilter{Limit: 5}, all},
		{workflows.SystemFilter{Limit: 5000}, all},
		{workflows.SystemFilter{State: "in_use"}, []string{"AIS-2"}},
		{workflows.SystemFilter{Tier: "high"}, []string{"AIS-2"}},
		{workflows.SystemFilter{Owner: rahul}, []string{"AIS-3"}},
		{workflows.SystemFilter{Open: true, Limit: 2}, but("AIS-3", "AIS-5")},
		{workflows.SystemFilter{Late: now().AddDate(0, 0, 3)}, []string{"AIS-6"}},
		{workflows.SystemFilter{Late: now().AddDate(0, 2, 0), Limit: 3}, but("AIS-3", "AIS-5", "AIS-7")},
		{workflows.SystemFilter{Ends: now().AddDate(0, 2, 0)}, []string{"AIS-6"}},
		{workflows.SystemFilter{Ends: now().AddDate(2, 0, 0)}, but("AIS-7", "AIS-5")},
		{workflows.SystemFilter{Text: "secret"}, nil}, // not everybody may read titles
		{workflows.SystemFilter{Text: "straße"}, []string{"AIS-4"}},
		{workflows.SystemFilter{Text: "zoom"}, []string{"AIS-4"}},
		{workflows.SystemFilter{Text: "ACME"}, []string{"AIS-4"}},
		{workflows.SystemFilter{Text: "%"}, []string{"AIS-4"}},
		{workflows.SystemFilter{Text: "ais-11"}, []string{"AIS-11"}},
		{workflows.SystemFilter{Text: "'; DROP TABLE ai_systems; --"}, nil},
		{workflows.SystemFilter{Text: "\x00"}, nil},
		{workflows.SystemFilter{Before: "AIS-99"}, nil},
	} {
		if got := d.registered(c.filter); !reflect.DeepEqual(got, c.want) {
			d.Errorf("%+v: %v, want %v", c.filter, got, c.want)
		}
	}
	rows, _, err := d.store.SystemRows(d.ctx, workflows.SystemFilter{Text: "AIS-11"})
	d.must(err)
	same(d, rows, []workflows.SystemRow{{
		ID: "AIS-11", Request: "AIR-11", Title: "Otter.ai", Tool: "Otter", Vendor: "Otter.ai, Inc.", Flow: "ai-use", State: "approved", Tier: "limited",
		LegalClass: "none", Owner: ben, Since: now(), ApprovedAt: now(), ValidUntil: now().AddDate(1, 0, 0), Open: 2, Due: now().AddDate(0, 1, 0), Seq: 1,
	}})
}
