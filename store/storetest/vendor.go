package storetest

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// priya keeps what is known of vendors.
const priya = workflows.PersonID("P-priya")

// keeper brings Priya into the company.
func (s *story) keeper() {
	s.Helper()
	s.must(s.engine.ImportPeople(s.ctx, directory.Plan{Source: "file", Changes: []directory.Change{person(priya, marek, "supplier_manager")}},
		workflows.System, workflows.Via{Surface: "cli"}))
}

// facts gives what is said of a vendor, with proofs that were seen some days ago.
func (s *story) facts(name, reason, place string, ago int, assurances ...string) vendor.Kept {
	seen := s.clock.Now().AddDate(0, 0, -ago).Format(time.DateOnly)
	return vendor.Kept{Flow: "ai-use", Name: name, Plan: "business_contract", Reason: reason, Facts: []vendor.Said{
		{Key: "data_location", Answer: []string{place}, Proof: "https://example.com/KEPT-terms#" + place, Seen: seen},
		{Key: "vendor_assurances", Answer: assurances, Proof: "KEPT contract of 2026, annex 3", Seen: seen},
	}}
}

// again applies an event to a vendor that is there, with what its card shows.
func (s *story) again(about workflows.Ref, what vendor.Kept) {
	s.Helper()
	v, err := s.store.Vendor(s.ctx, about.ID)
	s.must(err)
	done, err := s.engine.Apply(s.ctx, workflows.Event{
		Actor: priya, Via: workflows.Via{Surface: "portal"}, About: about, What: what, Seen: workflows.Seen{Revision: v.Revision},
	})
	if s.must(err); done.Refusal != nil {
		s.Fatal(done.Refusal.Sentence)
	}
	s.clock.Set(s.clock.Now().Add(time.Minute))
}

// vendors tells of a vendor whose facts were kept, changed and withdrawn, and count not much longer.
func (s *story) vendors() workflows.Ref {
	s.Helper()
	s.keeper()
	about := s.by(priya, workflows.Ref{Kind: workflows.KindVendor}, s.facts("Zoom Communications, Inc.", "", "other", 0, "dpa"))
	s.again(about, s.facts("", "CANARY they have moved.", "eu_eea", 345, "dpa", "no_training"))
	one := s.facts("", "CANARY the contract has ended.", "eu_eea", 345)
	one.Facts[1].Proof = ""
	s.again(about, one)
	s.work()
	return about
}

func vendorChecks() []check {
	return []check{
		{"what is kept of a vendor comes back as it was saved, is found by its name however that is written, and not saved over another", func(d *db) {
			d.people()
			v := vendor.Vendor{
				ID: "VEN-7", Name: "Ötter.ai, Inc.", Plan: "own", Flow: "ai-use", State: vendor.StateKept, Keepers: []workflows.Role{"supplier_manager"},
				Facts: []vendor.Fact{{
					Key: "data_location", Answer: []string{"eu_eea"}, Proof: "Annex", Seen: "2026-11-01", Until: "2027-11-01", By: helen, At: now(), Asked: now(),
				}},
				Waits: []workflows.Wait{{About: workflows.VendorRef("VEN-7"), Who: helen, Why: workflows.WhyVendorFact, Part: "data_location", Since: now(), Due: now()}},
				Seq:   1, Revision: 1, Records: 1,
			}
			d.do(func(tx engine.Tx) error { return tx.SaveVendor(d.ctx, vendor.Vendor{}, v) })
			for _, name := range []string{"Ötter.ai, Inc.", "ötterai inc", " ÖTTER AI-INC "} {
				is, err := d.store.VendorNamed(d.ctx, name, "own")
				d.must(err)
				same(d, is, v)
			}
			for _, other := range [][2]string{{"Ötter.ai", "own"}, {"Ötter.ai, Inc.", ""}, {"", "own"}, {"a\x00", "own"}} {
				_, err := d.store.VendorNamed(d.ctx, other[0], other[1])
				d.is(err, workflows.ErrNotFound)
			}
			d.do(func(tx engine.Tx) error {
				ids, err := tx.WaitingVendors(d.ctx)
				same(d, ids, []string{"VEN-7"})
				return err
			})
			waits, err := d.store.Waits(d.ctx, helen)
			d.must(err)
			same(d, waits, v.Waits)
			over := v
			over.Seq, over.Waits, over.Facts = 2, nil, nil
			d.do(func(tx engine.Tx) error { return tx.SaveVendor(d.ctx, v, over) })
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveVendor(d.ctx, v, over) }), workflows.ErrConflict)
			twin := v
			twin.ID, twin.Name, twin.Waits = "VEN-8", "ÖTTERAI INC", nil
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveVendor(d.ctx, vendor.Vendor{}, twin) }), workflows.ErrConflict)
			twin.Plan = ""
			d.do(func(tx engine.Tx) error { return tx.SaveVendor(d.ctx, vendor.Vendor{}, twin) })
			_, err = d.store.Vendor(d.ctx, "VEN-9")
			d.is(err, workflows.ErrNotFound)
		}},
		{"vendors are listed by name, a page at a time", func(d *db) {
			for i, name := range []string{"Zoom", "otter.ai", "Acme", "ACME 2"} {
				v := vendor.Vendor{ID: workflows.VendorPrefix + "-" + string(rune('1'+i)), Name: name, State: vendor.StateKept, Seq: 1}
				d.do(func(tx engine.Tx) error { return tx.SaveVendor(d.ctx, vendor.Vendor{}, v) })
			}
			list := func(text, after string, n int, want ...string) {
				d.Helper()
				rows, err := d.store.Vendors(d.ctx, text, after, n)
				d.must(err)
				var names []string
				for _, v := range rows {
					names = append(names, v.Name)
				}
				same(d, names, want)
			}
			list("", "", 2, "Acme", "ACME 2")
			list("", "VEN-4", 5, "otter.ai", "Zoom")
			list("Otter AI", "", 5, "otter.ai")
			list("%", "", 5, "Acme", "ACME 2", "otter.ai", "Zoom")
		}},
		{"what is kept of a vendor verifies, and each change of it is found", func(d *db) {
			s := d.story()
			about := s.vendors()
			d.clean()
			v, err := d.store.Vendor(d.ctx, about.ID)
			d.must(err)
			if len(v.Facts) != 1 || len(v.Waits) != 1 || v.Waits[0].Who != priya {
				d.Fatalf("kept is %+v", v)
			}
			was := d.rowOf("vendors", about.ID)
			for says, change := range map[string]func(*vendor.Vendor){
				"is not as this record left it":               func(v *vendor.Vendor) { v.Facts[0].Answer = []string{"own"} },
				"its proof of data_location is not the one":   func(v *vendor.Vendor) { v.Facts[0].Proof = "Nothing." },
				"its name is not the one in its records":      func(v *vendor.Vendor) { v.Name = "Zoom" },
				"what waits for whom is not as its row":       func(v *vendor.Vendor) { v.Waits = nil },
				"its number of records is not the one in its": func(v *vendor.Vendor) { v.Records++ },
			} {
				now := v
				now.Facts = slices.Clone(v.Facts)
				change(&now)
				d.exec("UPDATE vendors SET head = ?, name = ? WHERE id = ?", string(encode(now)), now.Name, about.ID)
				d.wrong(about, says)
				d.exec("DELETE FROM vendors WHERE id = ?", about.ID)
				if !d.insert(was) {
					d.Fatal("cannot be put back")
				}
			}
			d.exec("UPDATE vendors SET name_key = 'otterai' WHERE id = ?", about.ID)
			d.wrong(about, "its name by which it is found is not the one")
			d.exec("UPDATE vendors SET name_key = ? WHERE id = ?", was.values[slices.Index(was.columns, "name_key")], about.ID)
			d.exec("UPDATE vendors SET aging = 0 WHERE id = ?", about.ID)
			d.wrong(about, "its row is not the one in its records")
			d.exec("DELETE FROM vendors WHERE id = ?", about.ID)
			d.wrong(about, "what is kept of the vendor of these records is not there")
			d.do(func(tx engine.Tx) error {
				return tx.SaveVendor(d.ctx, vendor.Vendor{}, vendor.Vendor{ID: "VEN-9", Name: "Nobody", State: vendor.StateKept, Seq: 1})
			})
			d.wrong(workflows.VendorRef("VEN-9"), "but no record says so")
		}},
		{"two who begin to keep facts about one vendor at once: the second is shown what the first has kept", func(d *db) {
			s := d.story()
			s.keeper()
			var wg sync.WaitGroup
			var mu sync.Mutex
			refused := 0
			for _, name := range []string{"Otter.ai, Inc.", "OTTER AI INC"} {
				what := s.facts(name, "", "eu_eea", 0)
				wg.Go(func() {
					done, err := s.engine.Apply(s.ctx, workflows.Event{Actor: priya, About: workflows.Ref{Kind: workflows.KindVendor}, Via: workflows.Via{Surface: "portal"}, What: what})
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						d.Error(err)
					}
					if no := done.Refusal; no != nil {
						if refused++; no.Field != vendor.FieldName || !strings.Contains(no.Sentence, "VEN-1") {
							d.Errorf("refused with %+v", no)
						}
					}
				})
			}
			wg.Wait()
			if n := d.number("SELECT count(*) FROM vendors"); n != 1 || refused != 1 {
				d.Errorf("%d vendors, %d refused", n, refused)
			}
			d.clean()
		}},
		{"a request freezes what counts of its vendor when a round begins, and a part of the record tells where that comes from", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			s.keeper()
			about := s.by(priya, workflows.Ref{Kind: workflows.KindVendor}, s.facts("OTTER AI INC", "", "eu_eea", 0, "dpa"))
			s.vendorsOf(s.ask(policy.Answers{"vendor": {Text: "Somebody else"}}))
			r := s.ask(nil)
			s.vendorsOf(r, about.ID, about.ID)
			s.again(about, s.facts("", because, "other", 0, "dpa"))
			s.vendorsOf(r, about.ID, about.ID)
			d.clean()
			s.sealAll(d.store.NewSealer(key))
			for scope, want := range map[string]int{"": 4, "AIR-1": 0, "AIR-2": 4} {
				order := store.EvidenceOrder{Key: key}
				if scope != "" {
					order.Scope.Requests = []string{scope}
				}
				bundle := d.export(order)
				d.checked(bundle, key)
				files := d.unzip(bundle)
				rows := d.rowsOf(files["vendor_facts.csv"])
				if len(rows) != max(want-1, 0) {
					d.Errorf("%q: %d rows of facts: %v", scope, len(rows), rows)
				}
				if kept := bytes.Contains(files["record/records.jsonl"], []byte(`"about":{"kind":"vendor","id":"VEN-1"}`)); kept != (want > 0) {
					d.Errorf("%q: the record tells of the vendor: %v", scope, kept)
				}
			}
		}},
		{"why facts were changed is destroyed with its time, however often that was and though no request is due", func(d *db) {
			s := d.story()
			s.keeper()
			about := s.by(priya, workflows.Ref{Kind: workflows.KindVendor}, s.facts("Zoom Communications, Inc.", "", "other", 0, "dpa"))
			for i := range 21 {
				s.again(about, s.facts("", "CANARY they have moved.", []string{"eu_eea", "other"}[i%2], 0, "dpa"))
			}
			keep := workflows.Retention{Requests: 36}
			n, err := s.engine.Retire(d.ctx, keep)
			if d.must(err); n != 0 {
				d.Errorf("%d reasons of today were destroyed", n)
			}
			s.clock.Set(s.clock.Now().AddDate(5, 0, 0))
			n, err = s.engine.Retire(d.ctx, keep)
			d.must(err)
			if left := d.number("SELECT count(*) FROM log_texts WHERE name = 'reason' AND about_kind = 'vendor'"); n != 21 || left != 0 {
				d.Errorf("%d reasons were destroyed, and %d are left", n, left)
			}
			d.clean()
		}},
		{"whoever kept facts is erased with the reasons that they gave, and the proofs stay", func(d *db) {
			s := d.story()
			s.vendors()
			gone, before := person(priya, marek), person(priya, marek, "supplier_manager").Row
			gone.Before, gone.Row.Active, gone.Row.LeftOn = &before, false, "2026-01-31"
			d.must(s.engine.ImportPeople(d.ctx, directory.Plan{Source: "file", Changes: []directory.Change{gone}}, workflows.System, workflows.Via{Surface: "cli"}))
			s.work()
			_, no, err := s.engine.Erase(d.ctx, workflows.Erasure{
				Person: priya, Actor: workflows.System, Via: workflows.Via{Surface: "cli"}, Reason: "They have asked for it, and nothing speaks against it.", Override: true, Own: true,
			})
			if d.must(err); no != nil {
				d.Fatal(no.Sentence)
			}
			d.clean()
			d.must(d.store.Scrub(d.ctx))
			if dump := d.dump(); strings.Contains(dump, "CANARY they have moved") || !strings.Contains(dump, "KEPT-terms") {
				d.Error("reasons are still there, or proofs are not")
			}
		}},
	}
}

// vendorsOf wants a request to have been sent with facts of these vendors, one for each.
func (s *story) vendorsOf(r workflows.Ref, want ...string) {
	s.Helper()
	var is []string
	for _, k := range s.request(r.ID).Screening.Kept {
		is = append(is, k.Vendor)
		if k.Key == "data_location" && !slices.Equal(k.Answer, []string{"eu_eea"}) {
			s.Errorf("it was sent when other facts were kept: %+v", k)
		}
	}
	same(s.db, is, want)
}
