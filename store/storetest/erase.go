package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// What must not be found any more once Dan is erased.
const (
	danName   = "CANARY Dan Fox"
	danEmail  = "canary.dan.fox@example.com"
	danUser   = "UCANARYDAN"
	danAdvice = "CANARY: nobody has told the customers that they are recorded."
	danDraft  = "CANARY of a draft"
)

// leaver is Dan, who advised on a request, has an account and a draft, and has left.
func (s *story) leaver() workflows.Ref {
	s.Helper()
	row := func(active bool, roles ...workflows.Role) directory.Change {
		c := person(dan, helen, roles...)
		c.Row.Name, c.Row.Email, c.Row.Active = danName, danEmail, active
		return c
	}
	in := func(c directory.Change) {
		s.Helper()
		s.must(s.engine.ImportPeople(s.ctx, directory.Plan{Source: "file", Changes: []directory.Change{c}}, workflows.System, workflows.Via{Surface: "cli"}))
	}
	here := row(true, "dpo")
	before := here.Row
	here.Before, here.Accounts = &before, []workflows.Account{{
		ID: "slack:" + string(dan), Person: dan, Surface: "slack", Tenant: "T1", User: danUser, Confirmed: true, Proof: workflows.ProofImport,
	}}
	in(here)
	r := s.ask(nil)
	s.by(ben, r, approval.Decided{Approve: true})
	s.by(dan, r, approval.Advised{Objection: true, Reason: danAdvice})
	s.by(yuki, r, approval.Decided{Reason: because})
	for n := 1; n > 0; {
		var err error
		n, err = s.engine.Expand(s.ctx, 100)
		s.must(err)
	}
	s.do(func(tx engine.Tx) error {
		_, err := tx.SaveDraft(s.ctx, policy.Draft{ID: "d-dan", Person: dan, Form: "request", Answers: policy.Answers{"tool": {Text: danDraft}}, SavedAt: s.clock.Now()})
		return err
	})
	s.exec("INSERT INTO notices (delivery, person, about_kind, about_id, why, gist, at, updated) VALUES (900001, ?, 'request', ?, 'advice', ?, 1, 1)",
		string(ana), r.ID, danName+" objects to Otter.ai")
	s.exec("INSERT INTO conversations (surface, tenant, user_id, place, service, member, bot, seen_at) VALUES ('slack', 'T1', ?, 'D1', '', '', '', 1)", danUser)
	gone := row(false)
	gone.Row.LeftOn = "2026-10-31"
	before = here.Row
	gone.Before = &before
	in(gone)
	s.must(s.engine.Travel(s.ctx, s.clock, s.clock.Now().Add(time.Minute), func(context.Context) error { return nil })) // open requests look anew
	return r
}

// dump gives everything that is stored, as text, and on SQLite the bytes of its files as well.
func (d *db) dump() string {
	d.Helper()
	tables := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if !d.lite() {
		tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
	}
	var b strings.Builder
	for _, table := range d.words(tables) {
		for _, r := range d.all(table) {
			for i, c := range r.columns {
				v := r.values[i]
				if raw, ok := v.([]byte); ok {
					v = string(raw)
				}
				fmt.Fprintf(&b, "%s.%s=%v\n", table, c, v)
			}
		}
	}
	if path, lite := strings.CutPrefix(d.url, "sqlite:"); lite {
		for _, end := range []string{"", "-wal"} {
			file, err := os.ReadFile(path + end)
			d.must(err)
			b.Write(file)
		}
	}
	return b.String()
}

// leaks names what of Dan is still stored.
func (d *db) leaks() (found []string) {
	d.Helper()
	all := d.dump()
	for _, word := range []string{danName, strings.ToLower(danName), danEmail, danUser, danAdvice, danDraft} {
		if strings.Contains(all, word) {
			found = append(found, word)
		}
	}
	return found
}

func eraseChecks() []check {
	why := "They have asked for it, and nothing speaks against it."
	return []check{
		{"whoever works here, holds something or left lately is not erased, and nothing changes", func(d *db) {
			s := d.story()
			s.leaver()
			was := d.dump()
			for _, c := range []struct {
				who    workflows.PersonID
				change workflows.Erasure
				says   string
			}{
				{dan, workflows.Erasure{Reason: "short"}, "Say in 20 to 2000 characters"},
				{dan, workflows.Erasure{Reason: why}, "to be kept for 36 months, until 2029-10-31"},
				{ben, workflows.Erasure{Reason: why, Override: true}, "works here"},
			} {
				x := c.change
				x.Person, x.Actor, x.Via, x.Keep = c.who, workflows.System, workflows.Via{Surface: "cli"}, 36
				_, no, err := s.engine.Erase(d.ctx, x)
				d.must(err)
				if no == nil || !strings.Contains(no.Sentence, c.says) {
					d.Errorf("%s: refused with %+v, want %q", c.who, no, c.says)
				}
			}
			out, no, err := s.engine.Erase(d.ctx, workflows.Erasure{Person: dan, Actor: workflows.System, Via: workflows.Via{Surface: "cli"}, Reason: why, Own: true, Override: true, DryRun: true})
			d.must(err)
			if no != nil || out.Texts != 1 || out.Accounts != 1 || out.Drafts != 1 || out.Copies == 0 {
				d.Errorf("a dry run says %+v, %+v", out, no)
			}
			if d.dump() != was {
				d.Error("something changed")
			}
			_, _, err = s.engine.Erase(d.ctx, workflows.Erasure{Person: "P-nobody", Reason: why})
			d.is(err, workflows.ErrNotFound)
		}},
		{"of whoever is erased nothing is left but an id, and the record verifies as before", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			sealer := d.store.NewSealer(key)
			s.everything()
			r := s.leaver()
			d.sealAll(sealer)
			kept := d.held()
			advice := d.words("SELECT commitment FROM log_texts WHERE about_id = ? AND value = ?", r.ID, []byte(danAdvice))
			salt := d.all("log_texts")[0].bytes("salt")
			for _, x := range d.all("log_texts") {
				if string(x.bytes("value")) == danAdvice {
					salt = x.bytes("salt")
				}
			}
			if len(d.leaks()) < 6 {
				d.Fatalf("before, only %q is there", d.leaks())
			}
			out, no, err := s.engine.Erase(d.ctx, workflows.Erasure{Person: dan, Actor: workflows.System, Via: workflows.Via{Surface: "cli"}, Reason: why, Own: true, Override: true})
			d.must(err)
			if no != nil || out.Texts < 1 || out.Accounts != 1 || out.Drafts != 1 {
				d.Fatalf("%+v, %+v", out, no)
			}
			d.must(d.store.Scrub(d.ctx))
			if found := d.leaks(); len(found) > 0 {
				d.Errorf("%q is there still", found)
			}
			d.clean()
			d.sealAll(sealer)
			if wrong := d.against(kept); wrong != "" {
				d.Errorf("against a checkpoint from before: %s", wrong)
			}
			if q := s.request(r.ID); q.Advices[0].Reason != "" || q.Advices[0].Person != dan || !q.Advices[0].Objection {
				d.Errorf("the advice is %+v", q.Advices[0])
			}
			_, no, err = s.engine.Erase(d.ctx, workflows.Erasure{Person: dan, Actor: workflows.System, Reason: why, Own: true})
			d.must(err)
			if no == nil || !strings.Contains(no.Sentence, "was erased before") {
				d.Errorf("again: %+v", no)
			}
			everyone, err := s.engine.Everyone(d.ctx)
			d.must(err)
			for _, row := range everyone {
				if row.Erased != (row.ID == dan) {
					d.Errorf("%s is erased: %v", row.ID, row.Erased)
				}
			}
			n := d.number("SELECT n FROM log_entries WHERE about_id = ? ORDER BY n DESC LIMIT 1 OFFSET 2", r.ID)
			d.exec("INSERT INTO log_texts (commitment, about_kind, about_id, n, name, salt, value) VALUES (?, 'request', ?, ?, 'reason', ?, ?)", advice[0], r.ID, n, salt, []byte(danAdvice))
			d.found("a text that is back", r, int(n), "is there, though it was erased")
			d.exec("DELETE FROM log_texts WHERE commitment = ?", advice[0])
			d.exec("UPDATE people SET email = 'dan@example.com' WHERE id = ?", string(dan))
			d.found("a person who is back", workflows.Ref{Kind: workflows.KindPeople, ID: string(dan)}, 0, "was erased, and is in the directory again")
			d.exec("UPDATE people SET email = '' WHERE id = ?", string(dan))
			d.exec("DELETE FROM log_texts WHERE commitment = (SELECT min(commitment) FROM log_texts WHERE name = 'reason')")
			if d.verified().OK() {
				d.Error("a text that is missing without an erasure was not found")
			}
		}},
		{"requests whose answers stay are named, oldest first, as long as they have them", func(d *db) {
			s := d.story()
			var want []string
			for range workflows.FormsNamed + 3 {
				want = append(want, s.ask(nil).ID)
			}
			forms := func(who workflows.PersonID, own bool) (out workflows.Erased) {
				err := d.store.Do(d.ctx, func(tx engine.Tx) (err error) {
					if out, err = tx.ErasePerson(d.ctx, who, "", nil, nil, own); err != nil {
						return err
					}
					return workflows.ErrConflict // undo it
				})
				d.is(err, workflows.ErrConflict)
				return out
			}
			if got := forms(ana, true).Forms; !slices.Equal(got, want[:workflows.FormsNamed+1]) {
				d.Errorf("named are %q, want %q", got, want[:workflows.FormsNamed+1])
			}
			if got := append(forms(ana, false).Forms, forms(ben, true).Forms...); len(got) > 0 {
				d.Errorf("named are %q, where nothing else was to go or nobody filled in a form", got)
			}
			d.do(func(tx engine.Tx) error {
				_, err := tx.RetireRequest(d.ctx, want[0])
				return err
			})
			if got := forms(ana, true).Forms; len(got) == 0 || got[0] != want[1] {
				d.Errorf("after the time of the first is over, named are %q", got)
			}
		}},
		{"without what they wrote, their words as decider stay", func(d *db) {
			s := d.story()
			r := s.leaver()
			_, no, err := s.engine.Erase(d.ctx, workflows.Erasure{Person: dan, Actor: workflows.System, Via: workflows.Via{Surface: "cli"}, Reason: why, Override: true})
			d.must(err)
			if no != nil || s.request(r.ID).Advices[0].Reason != danAdvice {
				d.Errorf("%+v, the advice is %q", no, s.request(r.ID).Advices[0].Reason)
			}
			d.must(d.store.Scrub(d.ctx))
			if found := d.leaks(); len(found) != 1 || found[0] != danAdvice {
				d.Errorf("%q is there", found)
			}
			d.clean()
		}},
		{"whoever reads an older state of a SQLite file keeps what was destroyed in it, and that is said", func(d *db) {
			if !d.lite() {
				return // what others still read is cleaned up by Postgres itself
			}
			d.story().everything()
			reading, err := d.raw.BeginTx(d.ctx, &sql.TxOptions{ReadOnly: true})
			d.must(err)
			var n int
			d.must(reading.QueryRowContext(d.ctx, "SELECT count(*) FROM people").Scan(&n))
			d.do(func(tx engine.Tx) error { return tx.DropCopies(d.ctx, now().AddDate(1, 0, 0)) })
			if err := d.store.Scrub(d.ctx); err == nil || !strings.Contains(err.Error(), "somebody reads an older state") {
				d.Errorf("while somebody reads: %v", err)
			}
			d.must(reading.Rollback())
			d.must(d.store.Scrub(d.ctx))
		}},
		{"copies of messages are kept as long as is said, and no longer", func(d *db) {
			s := d.story()
			s.ask(nil)
			at := func(months int) int64 { return now().AddDate(0, months, 0).UnixMilli() }
			for i, months := range []int{-13, -11, 0} {
				d.exec("INSERT INTO notices (delivery, person, about_kind, about_id, why, gist, at, updated) VALUES (?, ?, 'request', 'AIR-1', 'advice', 'x', ?, ?)",
					900001+i, string(ana), at(months), at(months))
				d.exec(`INSERT INTO receipts (delivery, about_kind, about_id, surface, account, person, tenant, user_id, confirmed, why, part, place, message_id, text_hash, at)
					VALUES (?, 'request', 'AIR-1', 'slack', 'slack:ana', ?, 'T', 'U', ?, 'advice', '', 'D', 'm', 'h', ?)`, 900001+i, string(ana), true, at(months))
			}
			for _, keep := range []struct {
				months int
				left   int64
			}{{0, 3}, {14, 3}, {12, 2}, {10, 1}} {
				_, err := s.engine.Retire(d.ctx, workflows.Retention{Copies: keep.months})
				d.must(err)
				for _, table := range []string{"notices", "receipts"} {
					if n := d.number("SELECT count(*) FROM " + table + " WHERE delivery >= 900001"); n != keep.left {
						d.Errorf("of %s kept for %d months %d are left, want %d", table, keep.months, n, keep.left)
					}
				}
			}
		}},
		{"what was over long ago loses its words, and what is open keeps them", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			s.everything()
			s.by(rahul, s.entry("AIR-1"), register.Retired{Reason: "CANARY its data was deleted, and its users were told."})
			s.by(cleo, s.seenAs("Fireflies"), register.Revoked{Reason: "CANARY it is not needed any more either."})
			d.sealAll(d.store.NewSealer(key))
			keep := workflows.Retention{Requests: 36, Copies: 12}
			n, err := s.engine.Retire(d.ctx, keep)
			d.must(err)
			if n != 0 {
				d.Errorf("%d requests of today were retired", n)
			}
			reasons := func() int64 {
				return d.number("SELECT count(*) FROM log_texts WHERE about_kind = 'vendor' AND name = 'reason'")
			}
			kept := reasons()
			s.clock.Set(s.clock.Now().AddDate(5, 0, 0))
			n, err = s.engine.Retire(d.ctx, keep)
			d.must(err)
			open := d.number("SELECT count(*) FROM requests WHERE status = 'open'")
			if ended := d.number("SELECT count(*) FROM requests WHERE status <> 'open'") + d.number("SELECT count(*) FROM ai_systems WHERE request IS NULL") + kept - reasons(); n == 0 || int64(n) != ended || open == 0 {
				d.Errorf("%d of %d requests, systems and reasons were retired, %d requests are open", n, ended, open)
			}
			if left := d.number("SELECT count(*) FROM log_texts x JOIN requests r ON r.id = x.about_id WHERE r.status <> 'open' AND x.about_kind = 'request'"); left != 0 {
				d.Errorf("%d texts are left", left)
			}
			d.must(d.store.Scrub(d.ctx))
			for _, words := range []string{"The account team", "Nobody has told", "Ask me again", "Not needed any more", "CANARY"} {
				if strings.Contains(d.dump(), words) {
					d.Errorf("%q is there still", words)
				}
			}
			if !strings.Contains(d.dump(), "KEPT contract of 2026") {
				d.Error("the proof of what is kept of a vendor is gone")
			}
			if report := d.clean(); report.Requests == 0 {
				d.Errorf("%+v", report)
			}
			d.sealAll(d.store.NewSealer(key))
			d.exportsErased(key, "AIR-1")
			id := d.words("SELECT id FROM requests WHERE status <> 'open' ORDER BY id")[0]
			blank := d.words("SELECT screening FROM rounds WHERE request = ? AND round = 1", id)[0]
			d.exec("UPDATE rounds SET screening = ? WHERE request = ? AND round = 1", strings.Replace(blank, `"answers":{}`, `"answers":{"tool":{"text":"x"}}`, 1), id)
			if report := d.verified(); report.OK() || report.Problems[0].About.ID != id || !strings.Contains(report.Problems[0].Wrong, "was erased, but the row has something in its place") {
				d.Errorf("answers in the place of erased ones: %v", report.Problems)
			}
			d.exec("UPDATE rounds SET screening = ? WHERE request = ? AND round = 1", blank, id)
			again, err := s.engine.Retire(d.ctx, keep)
			d.must(err)
			if again != 0 {
				d.Errorf("%d requests were retired twice", again)
			}
		}},
	}
}

// exportsErased takes bundles of the whole record and of one request of which texts were destroyed: they verify, and say so.
func (d *db) exportsErased(key ledger.Key, id string) {
	d.Helper()
	for _, scope := range []workflows.EvidenceScope{{}, {Requests: []string{id}}} {
		bundle := d.export(store.EvidenceOrder{Key: key, Scope: scope})
		if r := d.checked(bundle, key); r.Erased == 0 {
			d.Errorf("%+v: no text is erased", scope)
		}
		if !bytes.Contains(d.unzip(bundle)["ai_decisions.csv"], []byte("[erased]")) {
			d.Errorf("%+v: no decision shows it", scope)
		}
		if !bytes.Contains(d.unzip(bundle)["ai_register.csv"], []byte("AIS-1,[erased]")) {
			d.Errorf("%+v: the register does not show it", scope)
		}
	}
}
