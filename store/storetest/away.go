package storetest

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/away"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// absences tells of Ben, who is away with Yuki standing in for him, and of Helen, who came back.
func (s *story) absences() (bens workflows.Ref) {
	s.Helper()
	day := func(n int) string { return s.clock.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	none := workflows.Ref{Kind: workflows.KindAbsence}
	bens = s.by(ben, none, away.Set{Terms: away.Terms{From: day(0), To: day(9), Delegate: yuki, Reason: "Away on the coast", HandOver: true}})
	s.by(ben, bens, away.Changed{Terms: away.Terms{From: day(0), To: day(12), Delegate: yuki, Reason: "Away in the mountains", HandOver: true}})
	s.by(helen, none, away.Set{Terms: away.Terms{From: day(3), To: day(3)}})
	s.by(helen, workflows.AbsenceRef("AWAY-2"), away.CameBack{})
	return bens
}

// absence reads an absence as a page does.
func (d *db) absence(about workflows.Ref) away.Absence {
	d.Helper()
	a, err := d.store.Absence(d.ctx, about.ID)
	d.must(err)
	return a
}

// rowOf gives the row of a table with this id.
func (d *db) rowOf(table, id string) row {
	d.Helper()
	all := d.all(table)
	return all[slices.IndexFunc(all, func(r row) bool { return r.column("id") == id })]
}

func awayChecks() []check {
	return []check{
		{"an absence comes back as it was saved, with what it lends beside it, and not over another", func(d *db) {
			d.people()
			a := away.Absence{
				ID: "AWAY-7", Person: ben, Terms: away.Terms{From: "2026-11-24", To: "2026-11-27", Delegate: yuki, Reason: "Coast", HandOver: true},
				State: away.StatePlanned, Starts: now().Add(time.Hour), Ends: now().Add(80 * time.Hour), NamedAt: now(),
				Told: []workflows.PersonID{yuki}, Seq: 1, Revision: 1, Records: 1,
			}
			about := workflows.AbsenceRef(a.ID)
			d.do(func(tx engine.Tx) error { return tx.SaveAbsence(d.ctx, away.Absence{}, a) })
			same(d, d.absence(about), a)
			roster, _ := d.roster(engine.Need{People: []workflows.PersonID{ben}}, now())
			lent, ok := roster.DelegateOf(ben, a.Starts)
			if want, _ := away.Lends(a); !ok || lent != want {
				d.Errorf("lends %+v, want %+v", lent, want)
			}
			for _, who := range []workflows.PersonID{ben, yuki} {
				list, err := d.store.AbsencesOf(d.ctx, who)
				d.must(err)
				same(d, list, []away.Absence{a})
			}
			over := a
			over.State, over.Seq, over.Ends = away.StateEnded, 2, now().Add(2*time.Hour)
			d.do(func(tx engine.Tx) error { return tx.SaveAbsence(d.ctx, a, over) })
			same(d, d.absence(about), over)
			if n := d.number("SELECT count(*) FROM delegations"); n != 0 {
				d.Errorf("%d delegations are left of an absence that is over", n)
			}
			if list, err := d.store.AbsencesOf(d.ctx, ben); err != nil || len(list) != 0 {
				d.Errorf("open are %+v, %v", list, err)
			}
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveAbsence(d.ctx, a, over) }), workflows.ErrConflict)
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveAbsence(d.ctx, away.Absence{}, a) }), workflows.ErrConflict)
			_, err := d.store.Absence(d.ctx, "AWAY-8")
			d.is(err, workflows.ErrNotFound)
		}},
		{"whoever waits, and in whose place somebody waits, is found by it", func(d *db) {
			d.people()
			r := asked("AIR-1")
			r.Waits[1].For = ben
			d.save(zero(), r)
			for who, want := range map[workflows.PersonID][]workflows.Ref{
				yuki: {workflows.RequestRef("AIR-1")}, ben: {workflows.RequestRef("AIR-1")}, helen: nil,
			} {
				d.do(func(tx engine.Tx) error {
					got, err := tx.WaitingFor(d.ctx, who)
					same(d, got, want)
					return err
				})
			}
		}},
		{"who is away, who stands in and what was said of it verifies, and each change of it is found", func(d *db) {
			s := d.story()
			about := s.absences()
			d.clean()
			for says, change := range map[string]string{
				"and not as this record left it":                    "UPDATE absences SET delegate = 'P-rahul' WHERE id = ?",
				"its reason is not the one in its records":          "UPDATE absences SET reason = 'Another one' WHERE id = ?",
				"its number is not the one in its records":          "UPDATE absences SET number = 70 WHERE id = ?",
				"who may decide in its person's place is not as":    "UPDATE delegations SET to_person = 'P-rahul' WHERE id = ?",
				"the absence of these records is not there":         "DELETE FROM absences WHERE id = ?",
				"its number of records is not the one in its recor": "UPDATE absences SET records = 9 WHERE id = ?",
			} {
				row, lent := d.rowOf("absences", about.ID), d.rowOf("delegations", about.ID)
				d.exec(change, about.ID)
				d.wrong(about, says)
				d.exec("DELETE FROM absences WHERE id = ?", about.ID)
				d.exec("DELETE FROM delegations WHERE id = ?", about.ID)
				if !d.insert(row) || !d.insert(lent) {
					d.Fatal("cannot be put back")
				}
			}
			d.do(func(tx engine.Tx) error { return tx.PutDelegation(d.ctx, delegation("D-1", helen, ana)) })
			d.wrong(workflows.AbsenceRef("D-1"), "somebody may decide in another's place, but no absence says so")
		}},
		{"two who name each other at once: one of them is refused", func(d *db) {
			s := d.story()
			both := []workflows.PersonID{yuki, rahul}
			var wait sync.WaitGroup
			refused := make([]bool, len(both))
			for i, who := range both {
				wait.Go(func() {
					done, err := s.engine.Apply(d.ctx, workflows.Event{
						Actor: who, About: workflows.Ref{Kind: workflows.KindAbsence}, Via: workflows.Via{Surface: "portal"},
						What: away.Set{Terms: away.Terms{From: "2026-12-01", To: "2026-12-04", Delegate: both[1-i]}},
					})
					if err != nil {
						d.Error(err)
					}
					refused[i] = done.Refusal != nil
				})
			}
			wait.Wait()
			if refused[0] == refused[1] {
				d.Errorf("refused are %v", refused)
			}
			d.clean()
		}},
		{"an export tells who was away, and a part of it those by which somebody decided in another's place", func(d *db) {
			s, sealer, key := d.toldAndSealed()
			about := s.by(marek, workflows.Ref{Kind: workflows.KindAbsence}, away.Set{Terms: away.Terms{From: "2027-01-01", To: "2027-01-02", Reason: "=1+1"}})
			decided := s.ask(nil)
			s.by(yuki, decided, approval.Decided{Reason: because})
			d.sealAll(sealer)
			for scope, want := range map[string][]string{"": {"AWAY-1", "AWAY-2", about.ID}, decided.ID: {"AWAY-1"}, "AIR-2": nil} {
				order := store.EvidenceOrder{Key: key}
				if scope != "" {
					order.Scope.Requests = []string{scope}
				}
				bundle := d.export(order)
				d.checked(bundle, key)
				files := d.unzip(bundle)
				if got := slices.Compact(column(d.rowsOf(files["absences.csv"]), "absence")); !slices.Equal(got, want) {
					d.Errorf("%q: absences are %v, want %v", scope, got, want)
				}
				if kept := bytes.Contains(files["record/records.jsonl"], []byte(`"about":{"kind":"absence","id":"AWAY-1"}`)); kept != (len(want) > 0) {
					d.Errorf("%q: the record tells of the absence: %v", scope, kept)
				}
			}
		}},
		{"whoever is away is erased when that is over, with what they wrote of it", func(d *db) {
			s := d.story()
			about := s.absences()
			x := workflows.Erasure{
				Person: ben, Actor: workflows.System, Via: workflows.Via{Surface: "cli"}, Reason: "They have asked for it, and nothing speaks against it.", Override: true,
			}
			d.exec("UPDATE people SET active = ?, left_on = '2026-01-31' WHERE id = ?", false, string(ben))
			if _, no, err := s.engine.Erase(d.ctx, x); err != nil || no == nil || !strings.Contains(no.Sentence, "is away, or stands in for somebody") {
				d.Fatalf("refused with %+v, %v", no, err)
			}
			gone := person(ben, marek)
			before := gone.Row
			gone.Before, gone.Row.Active, gone.Row.LeftOn = &before, false, "2026-01-31"
			d.must(s.engine.ImportPeople(d.ctx, directory.Plan{Source: "file", Changes: []directory.Change{gone}}, workflows.System, workflows.Via{Surface: "cli"}))
			_, err := s.engine.Work(d.ctx)
			d.must(err)
			if a := d.absence(about); a.State != away.StateEnded || !slices.Contains(a.Told, yuki) {
				d.Errorf("the absence of somebody who has left is %+v", a)
			}
			_, no, err := s.engine.Erase(d.ctx, x)
			d.must(err)
			if no != nil {
				d.Fatal(no.Sentence)
			}
			d.clean()
			d.must(d.store.Scrub(d.ctx))
			if dump := d.dump(); strings.Contains(dump, "Away on the coast") || strings.Contains(dump, "Away in the mountains") {
				d.Error("what was said of an absence is still there")
			}
		}},
	}
}
