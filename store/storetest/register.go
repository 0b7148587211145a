package storetest

import (
	"slices"
	"strings"

	"steward/store"
	"steward/workflows"
	"steward/workflows/engine"
	"steward/workflows/register"
)

// entry gives the entry of the AI register that a request brought.
func (d *db) entry(request string) workflows.Ref {
	d.Helper()
	id, err := d.store.SystemOf(d.ctx, request)
	d.must(err)
	return workflows.SystemRef(id)
}

// system reads an entry as a page does.
func (d *db) system(about workflows.Ref) register.System {
	d.Helper()
	s, err := d.store.System(d.ctx, about.ID)
	d.must(err)
	return s
}

// lives tells what becomes of an approved system of Lena's with two conditions: the first is proved twice and verified, the second
// waits to be verified. It is reported as changed, switched off, let go again, and owned by Rahul in the end.
func (s *story) lives(about workflows.Ref) {
	s.Helper()
	s.by(lena, about, register.Proved{Task: "own-1", Proof: "CANARY first proof"})
	s.by(cleo, about, register.SentBack{Task: "own-1", Reason: "CANARY this does not show that it was done."})
	done, err := s.engine.Apply(s.ctx, workflows.Event{Actor: ana, About: about, Via: workflows.Via{Surface: "portal"}, What: register.Verified{Task: "own-1"}})
	if s.must(err); done.Refusal == nil || !done.Refusal.Authority() {
		s.Fatalf("the requester verified: %+v", done)
	}
	s.by(lena, about, register.Proved{Task: "own-1", Proof: "CANARY second proof", Files: s.files("CANARY-report.txt", "CANARY-list.csv")})
	s.by(cleo, about, register.Verified{Task: "own-1"})
	s.by(lena, about, register.Proved{Task: "own-2", Proof: "CANARY third proof", Files: s.files("CANARY-third.txt")})
	s.by(lena, about, register.Changed{Trigger: "vendor_change", Reason: "CANARY the vendor was bought by another."})
	s.by(lena, about, register.Suspended{Reason: "CANARY until it is known who they are."})
	s.by(cleo, about, register.Released{Reason: "CANARY the new one was looked at as well."})
	s.by(cleo, about, register.Unchanged{Reason: "CANARY the contract is still the same one."})
	s.by(lena, about, register.HandedOver{To: rahul, Reason: "CANARY he leads the team from now on."})
}

// rewrite changes the head of an entry, with the columns that repeat it, behind the store's back.
func (d *db) rewrite(about workflows.Ref, change func(*register.System)) (restore func()) {
	d.Helper()
	was := d.system(about)
	s := was
	s.Tasks = slices.Clone(s.Tasks)
	change(&s)
	put := func(s register.System) {
		d.exec(`UPDATE ai_systems SET head = ?, state = ?, round = ?, owner = ?, requester = ?, title = ?, tool = ?, tier = ?, legal_class = ?, policy = ?,
			valid_until = ?, approved_at = ?, records = ?, since = ?, flow = ?, vendor = ? WHERE id = ?`,
			string(encode(s)), string(s.State), s.Round, string(s.Owner), string(s.Requester), s.Title, s.Tool, string(s.Tier), s.LegalClass, s.Policy,
			s.ValidUntil.UnixMilli(), s.ApprovedAt.UnixMilli(), s.Records, s.Since.UnixMilli(), s.Flow, s.Vendor, about.ID)
	}
	put(s)
	return func() { put(was) }
}

func registerChecks() []check {
	return []check{
		{"a system that was changed with the columns that repeat it is found, and what is wrong is said", func(d *db) {
			s := d.story()
			s.everything()
			d.clean()
			about := s.entry("AIR-1")
			for says, change := range map[string]func(*register.System){
				"the system is suspended":                   func(s *register.System) { s.State = register.StateSuspended },
				"its state is not the one":                  func(s *register.System) { s.Since = s.Since.AddDate(0, 0, 1) },
				"owned by P-ana":                            func(s *register.System) { s.Owner = ana },
				"its owner is not the one":                  func(s *register.System) { s.Owners = nil },
				"its requester is not the one":              func(s *register.System) { s.Requester = marek },
				"its request is not the one":                func(s *register.System) { s.Round = 2 },
				"its tier is not the one":                   func(s *register.System) { s.Tier = "minimal" },
				"its legal class is not the one":            func(s *register.System) { s.LegalClass = "high_risk" },
				"its policy is not the one":                 func(s *register.System) { s.Version = 2 },
				"the policy of its decision is not":         func(s *register.System) { s.Policy = "x" },
				"its validity is not the one":               func(s *register.System) { s.ValidUntil = s.ValidUntil.AddDate(1, 0, 0) },
				"its last word is not the one":              func(s *register.System) { s.Turned.Reason = "Another reason." },
				"its pilot is not the one":                  func(s *register.System) { s.PilotUntil = "2027-01-01" },
				"its list of timers that are done":          func(s *register.System) { s.Fired = []string{"late/own-2"} },
				"its content shown is not the one":          func(s *register.System) { s.Shown = "0" },
				"what the register says of it is not":       func(s *register.System) { s.Use = "Something else." },
				"it is the last record, but the system has": func(s *register.System) { s.Records++ },
				`the condition "own-2" is not as its records`: func(s *register.System) {
					s.Tasks[1].State, s.Tasks[1].VerifiedBy, s.Tasks[1].VerifiedAt = register.TaskVerified, cleo, s.Since
				},
				`the condition "own-1" is not as its records`:    func(s *register.System) { s.Tasks[0].Proof = "Another proof." },
				`the condition "own-1" is not as it was`:         func(s *register.System) { s.Tasks[0].Text = "Something easier." },
				"its conditions are not those":                   func(s *register.System) { s.Tasks = s.Tasks[:1] },
				"what waits for whom is not as its row":          func(s *register.System) { s.Waits = nil },
				"who may read it is not as its row":              func(s *register.System) { s.Told = append(slices.Clone(s.Told), marek) },
				"but its request AIR-1 was approved in round 1":  func(s *register.System) { s.State = register.StateRejected },
				"but its request AIR-1 was not decided in round": func(s *register.System) { s.Round = 3 },
			} {
				restore := d.rewrite(about, change)
				d.wrong(about, says)
				restore()
				d.clean()
			}
			for query, says := range map[string]string{
				"UPDATE ai_systems SET title = 'x' WHERE id = ?":               "the columns of its row do not agree",
				"UPDATE ai_systems SET head = '[]' WHERE id = ?":               "its row cannot be read",
				"DELETE FROM readers WHERE about_id = ? AND person = 'P-lena'": "who may read it is not as its row says",
				"DELETE FROM waits WHERE about_id = ?":                         "what waits for whom is not as its row says",
				"UPDATE waits SET since = since + 1 WHERE about_id = ?":        "what waits for whom is not as its row says",
			} {
				d.undone(about, query, says)
			}
		}},
		{"a system without records, and records without a system, are found by name", func(d *db) {
			s := d.story()
			s.everything()
			about := s.entry("AIR-2")
			d.exec("DELETE FROM ai_systems WHERE id = ?", about.ID)
			d.found("no row", about, int(d.number("SELECT max(n) FROM log_entries WHERE about_kind = 'system' AND about_id = ?", about.ID)), "the system of these records is not in the register")
			d.disarm("log_entries")
			d.disarm("log_texts")
			about = s.entry("AIR-1")
			d.exec("DELETE FROM log_texts WHERE about_kind = 'system'")
			d.exec("DELETE FROM log_entries WHERE about_kind = 'system'")
			d.found("no records", about, 0, "the system is in the register, but no record of it")
		}},
		{"a decided request without the entry that its plan brings is found, and one whose plan brings none is not", func(d *db) {
			s := d.story()
			s.everything()
			about := s.entry("AIR-1")
			d.disarm("log_entries")
			d.disarm("log_texts")
			for _, query := range []string{
				"DELETE FROM waits WHERE about_kind = 'system' AND about_id = ?", "DELETE FROM readers WHERE about_kind = 'system' AND about_id = ?",
				"DELETE FROM log_texts WHERE about_kind = 'system' AND about_id = ?", "DELETE FROM log_entries WHERE about_kind = 'system' AND about_id = ?",
				"DELETE FROM ai_systems WHERE id = ?",
			} {
				d.exec(query, about.ID)
			}
			d.found("no entry", workflows.RequestRef("AIR-1"), 0, "the request was approved, but the register has no entry of it")
			d.disarm("rounds")
			d.exec(`UPDATE rounds SET screening = replace(screening, '"registers":true', '"registers":false') WHERE request = 'AIR-1'`)
			if report := d.verified(); slices.ContainsFunc(report.Problems, func(p store.Problem) bool { return strings.Contains(p.Wrong, "has no entry") }) {
				d.Errorf("false alarm: %v", report.Problems)
			}
		}},
		{"a system whose records hold no decision is found", func(d *db) {
			d.story()
			d.save(zero(), asked("AIR-1"))
			forged := entered("AIS-1", "AIR-1")
			forged.Records = 1
			d.enter(register.System{}, forged)
			rec := workflows.Record{V: 1, About: workflows.SystemRef("AIS-1"), N: 1, At: now().UnixMilli(), Actor: ana, What: "roster_changed", Build: "test"}
			d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: encode(rec)}}) })
			report := d.verified()
			if !slices.ContainsFunc(report.Problems, func(p store.Problem) bool {
				return strings.Contains(p.String(), "system/AIS-1 record 1: the system is approved, but no record says that it was decided on")
			}) {
				d.Errorf("it says %v", report.Problems)
			}
		}},
		{"records that do not follow each other are found", func(d *db) {
			s := d.story()
			s.everything()
			about := s.entry("AIR-1")
			n := int(d.number("SELECT max(n) FROM log_entries WHERE about_kind = 'system' AND about_id = ?", about.ID)) + 1
			forge := func(what, data, says string) {
				rec := workflows.Record{V: 1, About: about, N: n, At: now().UnixMilli(), Actor: ana, What: what, Data: []byte(data), Build: "test"}
				d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: encode(rec)}}) })
				d.found(what, about, n, says)
				d.exec("DELETE FROM log_entries WHERE about_kind = 'system' AND about_id = ? AND n = ?", about.ID, n)
			}
			d.disarm("log_entries")
			forge("moved", `{"from":"idea","to":"retired"}`, "it says that the system was idea, but the records before it left it in_use")
			forge("moved", `{"from":7}`, "its data cannot be read")
			d.clean()
		}},
		{"the records of a system bear its title, and are read by whoever is concerned", func(d *db) {
			s := d.story()
			s.everything()
			for who, want := range map[workflows.PersonID]bool{ana: true, lena: true, rahul: true, cleo: true, marek: false} {
				rows, _, err := d.store.RecordRows(d.ctx, viewer(who), workflows.RecordFilter{Kind: workflows.KindSystem, About: s.entry("AIR-1")})
				d.must(err)
				if got := len(rows) > 0 && rows[0].Title == "Otter.ai"; got != want {
					d.Errorf("%s reads %d records", who, len(rows))
				}
				page, _, err := d.store.RecordRows(d.ctx, viewer(who), workflows.RecordFilter{Kind: workflows.KindSystem})
				d.must(err)
				if got := len(page) > 0; got != want && who != marek {
					d.Errorf("%s reads %d records of systems", who, len(page))
				}
			}
		}},
		{"whoever owns a living system is not erased", func(d *db) {
			s := d.story()
			s.everything()
			about := s.entry("AIR-1")
			d.exec("DELETE FROM waits WHERE person = 'P-rahul'")
			ties := func() (out workflows.Ties) {
				d.do(func(tx engine.Tx) (err error) { out, err = tx.Ties(d.ctx, rahul); return err })
				return out
			}
			if !ties().Systems {
				d.Error("the owner is not tied")
			}
			d.rewrite(about, func(s *register.System) { s.State = register.StateExpired })
			if !ties().Systems {
				d.Error("the owner of an expired one is not tied")
			}
			d.rewrite(about, func(s *register.System) { s.State = register.StateRetired })
			if ties().Systems {
				d.Error("the owner of a retired one is tied")
			}
		}},
		{"what somebody wrote of a system goes once its life is over, and the record verifies", wordsGo},
		{"a request is kept until the life of its system is over", keptAsLong},
	}
}

// undone changes something behind the store's back, sees that it is found, and puts it back.
func (d *db) undone(about workflows.Ref, query, says string) {
	d.Helper()
	var before [][]row
	tables := []string{"ai_systems", "readers", "waits"}
	for _, table := range tables {
		before = append(before, d.all(table))
	}
	d.exec(query, about.ID)
	d.wrong(about, says)
	for i, table := range tables {
		d.exec("DELETE FROM " + table)
		for _, r := range before[i] {
			if !d.insert(r) {
				d.Fatalf("%s cannot be put back", r)
			}
		}
	}
	d.clean()
}

// wordsGo erases Lena, who gave proofs, and then Yuki, who wrote a condition and sent a proof back.
func wordsGo(d *db) {
	s := d.story()
	about := s.entry(s.approved().ID)
	s.lives(about)
	erase := func(who workflows.PersonID) workflows.Erased {
		d.Helper()
		d.exec("UPDATE people SET active = ?, left_on = '2026-01-31' WHERE id = ?", false, string(who))
		d.exec("DELETE FROM person_roles WHERE person = ?", string(who))
		out, no, err := s.engine.Erase(d.ctx, workflows.Erasure{
			Person: who, Actor: workflows.System, Via: workflows.Via{Surface: "cli"}, Reason: "They have asked for it, and nothing speaks against it.", Own: true, Override: true,
		})
		d.must(err)
		if no != nil {
			d.Fatalf("%s: %s", who, no.Sentence)
		}
		return out
	}
	s.by(rahul, about, register.Proved{Task: "own-2", Proof: "A proof of Rahul's"})
	s.by(yuki, about, register.SentBack{Task: "own-2", Reason: "CANARY and this does not show it either."})
	s.by(rahul, about, register.Retired{Reason: "Its data was deleted, and its users were told."})
	erase(lena)
	d.clean()
	if got := s.system(about); got.Tasks[0].Proof != "" || got.Tasks[1].Proof == "" || got.Tasks[0].ProvedBy != lena || got.Tasks[0].Text == "" {
		d.Errorf("after Lena's erasure: %+v", got.Tasks)
	}
	erase(yuki)
	d.clean()
	if got := s.system(about); got.Tasks[1].Returned != "" || got.Tasks[1].ReturnedBy != yuki || got.Tasks[1].Text != "" || got.Tasks[1].By != yuki {
		d.Errorf("after Yuki's erasure: %+v", got.Tasks)
	}
	d.must(d.store.Scrub(d.ctx))
	if all := d.dump(); strings.Contains(all, "CANARY first") || strings.Contains(all, "CANARY second") || strings.Contains(all, "CANARY and this") || strings.Contains(all, "Tell the customers.") {
		d.Error("words of those who were erased are there still")
	}
	if got := s.system(about).Turned; got.Reason == "" || got.By != rahul {
		d.Errorf("Rahul's reason after Yuki's erasure: %+v", got)
	}
	erase(rahul)
	d.clean()
	if got := s.system(about).Turned; got.Reason != "" || got.By != rahul {
		d.Errorf("Rahul's reason after his erasure: %+v", got)
	}
	restore := d.rewrite(about, func(s *register.System) { s.Tasks[0].Proof = "CANARY second proof" })
	if d.verified().OK() {
		d.Error("a proof that is back was not found")
	}
	restore()
	d.clean()
}

// keptAsLong looks which requests may be retired, while the system of one lives and after it.
func keptAsLong(d *db) {
	s := d.story()
	s.everything()
	about := s.entry("AIR-1")
	retirable := func(years int) (ids []string) {
		d.do(func(tx engine.Tx) (err error) {
			ids, err = tx.Retirable(d.ctx, now().AddDate(years, 0, 0), 100)
			return err
		})
		return ids
	}
	if got := retirable(9); slices.Contains(got, "AIR-1") || !slices.Contains(got, "AIR-2") {
		d.Errorf("while it lives, %v may be retired", got)
	}
	s.clock.Set(now().AddDate(5, 0, 0))
	s.by(rahul, about, register.Retired{Reason: "CANARY its data was deleted, and its users were told."})
	for years, want := range map[int]bool{4: false, 5: false, 6: true} {
		if got := retirable(years); slices.Contains(got, "AIR-1") != want {
			d.Errorf("retired after five years, those over before year %d are %v", years, got)
		}
	}
	was := d.number("SELECT count(*) FROM log_texts WHERE about_id IN ('AIR-1', ?)", about.ID)
	d.do(func(tx engine.Tx) error {
		texts, err := tx.RetireRequest(d.ctx, "AIR-1")
		if int64(len(texts)) != was {
			d.Errorf("%d texts are said to be gone, of %d", len(texts), was)
		}
		return err
	})
	got := s.system(about)
	if got.Title != "Content erased" || got.Tool+got.Vendor+got.Use != "" || got.Tasks[0].Proof+got.Tasks[0].Text+got.Tasks[1].Proof != "" {
		d.Errorf("it is %+v", got)
	}
	if got.State != register.StateRetired || got.Owner != rahul || len(got.Tasks) != 2 || got.Tasks[0].VerifiedBy != cleo {
		d.Errorf("more than words went: %+v", got)
	}
	if n := d.number("SELECT count(*) FROM log_texts WHERE about_kind = 'system' AND about_id = ?", about.ID); n != 0 {
		d.Errorf("%d texts of the system are left", n)
	}
	if n := d.number("SELECT count(*) FROM log_files"); n != 0 || got.Tasks[0].Files != nil || got.Tasks[1].Files != nil {
		d.Errorf("%d files are left, and of the row %+v", n, got.Tasks)
	}
}
