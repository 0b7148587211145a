package storetest

import (
	"slices"
	"strings"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// joins tells of a system that Rahul has joined by Marek's word, that Dan was not let into by Helen's, and that Nadia asks to join.
func (s *story) joins() workflows.Ref {
	s.Helper()
	about := s.entry(s.approved().ID)
	word := register.Joined{Within: true, Accepts: true}
	s.by(rahul, about, word)
	s.by(marek, about, register.JoinAgreed{Who: rahul})
	s.by(dan, about, word)
	s.by(helen, about, register.JoinRefused{Who: dan, Reason: "CANARY he has another tool for the same."})
	s.by(nadia, about, word)
	return about
}

func joinChecks() []check {
	return []check{
		{"a tool that the register has is found as people type it, while its approval stands", func(d *db) {
			d.systems(6, func(i int, s *register.System) {
				s.Tool, s.Vendor = "Otter.ai", "Otter.ai, Inc."
				switch i {
				case 2:
					s.State = register.StateSuspended
				case 3:
					s.ValidUntil = now()
				case 4:
					s.Vendor = "Somebody Else Ltd"
				case 5:
					s.Tool, s.Vendor, s.State = "ÉCRIT 2", "Écrit SA", register.StateInUse
				case 6:
					s.State = register.StateInUse
				}
			})
			for typed, want := range map[[2]string][]string{
				{"otter AI", ""}: {"AIS-6", "AIS-4", "AIS-1"}, {"Otter.ai https://otter.ai", "OTTER.AI"}: {"AIS-6", "AIS-1"},
				{"OtterAI", "Otter-ai Inc"}: {"AIS-6", "AIS-1"}, {"écrit2", "ÉCRIT"}: {"AIS-5"}, {"ott", ""}: nil, {"%", ""}: nil, {"", "Otter.ai"}: nil,
			} {
				rows, err := d.store.AlikeSystems(d.ctx, typed[0], typed[1], now().UnixMilli(), 5)
				d.must(err)
				var got []string
				for _, r := range rows {
					got = append(got, r.ID)
				}
				if !slices.Equal(got, want) {
					d.Errorf("%q finds %v, want %v", typed, got, want)
				}
			}
		}},
		{"who joined a system, and who asks to, is kept, and found where it is not as recorded", func(d *db) {
			s := d.story()
			about := s.joins()
			d.clean()
			x := d.system(about)
			if u, is := x.User(rahul); !is || u.By != marek || len(x.Joined) != 1 || len(x.Asks) != 2 || x.Covers != policy.CoversTeam {
				d.Fatalf("the system has users %+v, asks %+v", x.Joined, x.Asks)
			}
			for who, want := range map[workflows.PersonID]int{rahul: 1, dan: 0, nadia: 0, marek: 0} { // to ask is not to join, nor is to agree
				rows, _, err := d.store.SystemRows(d.ctx, workflows.SystemFilter{User: who})
				if err != nil || len(rows) != want || want > 0 && rows[0].ID != about.ID {
					d.Errorf("%s has joined %+v, %v", who, rows, err)
				}
			}
			if waits, err := d.store.Waits(d.ctx, marek); err != nil || !slices.ContainsFunc(waits, func(w workflows.Wait) bool {
				return w.About == about && w.Why == workflows.WhyJoin && w.Part == string(nadia) && w.Role == workflows.LineManager
			}) {
				d.Errorf("for Marek waits %+v, %v", waits, err)
			}
			for says, change := range map[string]func(*register.System){
				"its list of users is not the one": func(s *register.System) {
					s.Joined = append(slices.Clone(s.Joined), register.User{Who: dan, At: now()})
				},
				"its list of those who ask to join is not":     func(s *register.System) { s.Asks = s.Asks[:1] },
				"its group of those whom it covers is not":     func(s *register.System) { s.Covers = policy.CoversEveryone },
				"what the register says of it is not what was": func(s *register.System) { s.Group = string(dan) },
			} {
				restore := d.rewrite(about, change)
				d.wrong(about, says)
				restore()
			}
			restore := d.rewrite(about, func(s *register.System) {
				s.Asks = slices.Clone(s.Asks)
				s.Asks[0].Reason = "Another reason."
			})
			d.wrong(about, "its list of those who ask to join is not")
			restore()
			d.clean()
		}},
		{"who joined by nobody's word is found", func(d *db) {
			s := d.story()
			about := s.joins()
			last := d.system(about).Records
			data := encode(register.Detail{Person: dan})
			rec := workflows.Record{V: 1, About: about, N: last + 1, At: now().UnixMilli(), Actor: dan, What: register.FactJoined, Data: data, Build: "test"}
			d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: encode(rec)}}) })
			d.wrong(about, "by nobody's word who could say so")
		}},
		{"who leaves the company is no user any more, and what was said about them goes with them", func(d *db) {
			s := d.story()
			about := s.joins()
			gone := person(rahul, marek)
			before := gone.Row
			gone.Before, gone.Row.Active, gone.Row.LeftOn = &before, false, "2026-01-31"
			d.must(s.engine.ImportPeople(d.ctx, directory.Plan{Source: "file", Changes: []directory.Change{gone}}, workflows.System, workflows.Via{Surface: "cli"}))
			_, err := s.engine.Work(d.ctx)
			d.must(err)
			if x := d.system(about); len(x.Joined) > 0 {
				d.Errorf("users are %+v", x.Joined)
			}
			d.clean()
			d.exec("UPDATE people SET active = ?, left_on = '2026-01-31' WHERE id = ?", false, string(dan))
			d.exec("DELETE FROM person_roles WHERE person = ?", string(dan))
			d.exec("DELETE FROM waits WHERE person = ?", string(dan))
			_, no, err := s.engine.Erase(d.ctx, workflows.Erasure{
				Person: dan, Actor: workflows.System, Via: workflows.Via{Surface: "cli"}, Reason: "They have asked for it, and nothing speaks against it.", Override: true,
			})
			d.must(err)
			if no != nil {
				d.Fatal(no.Sentence)
			}
			if a, asked := d.system(about).Ask(dan); !asked || a.Reason != "" || a.By != helen {
				d.Errorf("the ask is %+v", a)
			}
			d.clean()
			d.must(d.store.Scrub(d.ctx))
			if strings.Contains(d.dump(), "CANARY he has another tool") {
				d.Error("what was said about Dan is still there")
			}
		}},
	}
}
