package storetest

import (
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// fault is a call that cannot succeed while a table is away.
type fault struct {
	table string
	says  string // what the error says was being tried
	call  func(tx engine.Tx) error
}

// faults name every method of a transaction.
func (d *db) faults() []fault {
	about, ctx := workflows.RequestRef("AIR-1"), d.ctx
	changed := func(change func(*approval.Request)) func(engine.Tx) error {
		return func(tx engine.Tx) error {
			before := asked("AIR-1")
			after := next(before)
			change(&after)
			return tx.SaveRequest(ctx, before, after)
		}
	}
	one := []directory.Change{person(ana, "", "ciso")}
	one[0].Accounts = []workflows.Account{slack(ana)}
	return []fault{
		{"inbox_keys", "enter inbox key", func(tx engine.Tx) error { _, _, err := tx.Enter(ctx, "k", now()); return err }},
		{"inbox_keys", "answer inbox key", func(tx engine.Tx) error { return tx.Leave(ctx, "k", "x") }},
		{"request_numbers", "number a request", func(tx engine.Tx) error { _, err := tx.NewRequestID(ctx, "AIR"); return err }},
		{"requests", "read request AIR-1", func(tx engine.Tx) error { _, err := tx.LockRequest(ctx, "AIR-1"); return err }},
		{"votes", "read request AIR-1", func(tx engine.Tx) error { _, err := tx.ReadRequest(ctx, "AIR-1"); return err }},
		{"requests", "read open requests", func(tx engine.Tx) error { _, err := tx.OpenRequests(ctx); return err }},
		{"requests", "save request AIR-1", changed(func(*approval.Request) {})},
		{"rounds", "save request AIR-1", changed(func(r *approval.Request) { r.Round++ })},
		{"votes", "save request AIR-1", changed(func(r *approval.Request) { r.Votes = []approval.Vote{{Cast: cast(1, yuki)}} })},
		{"waits", "save request AIR-1", changed(func(r *approval.Request) { r.Waits = nil })},
		{"waits", "save request AIR-1", changed(func(r *approval.Request) { r.Waits = append(r.Waits, wait("AIR-1", ben)) })},
		{"readers", "save request AIR-1", changed(func(r *approval.Request) { r.Told = nil })},
		{"readers", "save request AIR-1", changed(func(r *approval.Request) { r.Told = append(r.Told, ben) })},
		{"people", "read roster", func(tx engine.Tx) error { _, err := tx.Roster(ctx, engine.Need{}, now()); return err }},
		{"people", "read everyone", func(tx engine.Tx) error { _, err := tx.Everyone(ctx); return err }},
		{"accounts", "read accounts", func(tx engine.Tx) error { _, err := tx.Everyone(ctx); return err }},
		{"people", "store people", func(tx engine.Tx) error { return tx.PutPeople(ctx, one) }},
		{"person_roles", "store roles", func(tx engine.Tx) error { return tx.PutPeople(ctx, one) }},
		{"accounts", "store accounts", func(tx engine.Tx) error { return tx.PutPeople(ctx, one) }},
		{"delegations", "store delegation D", func(tx engine.Tx) error { return tx.PutDelegation(ctx, delegation("D", yuki, ben)) }},
		{"assets", "read assets", func(tx engine.Tx) error { _, err := tx.PutAssets(ctx, []directory.Asset{{Kind: "risk"}}); return err }},
		{"policy_in_force", "read policy in force", func(tx engine.Tx) error { _, err := tx.ActivePack(ctx); return err }},
		{"policies", "read policy h", func(tx engine.Tx) error { _, err := tx.Bundle(ctx, "h"); return err }},
		{"policies", "store policy h", func(tx engine.Tx) error { return tx.PutBundle(ctx, "h", nil, now()) }},
		{"policy_in_force", "activate policy h", func(tx engine.Tx) error { return tx.Activate(ctx, "", "h", now()) }},
		{"policy_in_force", "hold policy in force", func(tx engine.Tx) error { _, err := tx.HoldPack(ctx); return err }},
		{"proposals", "number a proposal", func(tx engine.Tx) error { _, err := tx.NewProposalID(ctx); return err }},
		{"proposals", "read proposal 1", func(tx engine.Tx) error { _, err := tx.Proposal(ctx, "1"); return err }},
		{"proposals", "read open proposals", func(tx engine.Tx) error { _, err := tx.OpenProposals(ctx); return err }},
		{"proposals", "store proposal 1", func(tx engine.Tx) error { return tx.SaveProposal(ctx, proposal("1", "dpo")) }},
		{"person_roles", "store roles of P-ana", func(tx engine.Tx) error { return tx.SetRoles(ctx, ana, nil) }},
		{"log_entries", "read last record", func(tx engine.Tx) error { _, err := tx.LastRecord(ctx, about); return err }},
		{"log_entries", "append to the log", func(tx engine.Tx) error { return tx.Append(ctx, []engine.Entry{entry("AIR-1", 1, "x")}) }},
		{"log_texts", "store texts", func(tx engine.Tx) error { return tx.Append(ctx, []engine.Entry{entry("AIR-1", 1, "x")}) }},
		{"mails", "store mails", func(tx engine.Tx) error { return tx.PutMails(ctx, []workflows.Mail{{About: about}}) }},
		{"mails", "take mails", func(tx engine.Tx) error { _, err := tx.TakeMails(ctx, now(), 1); return err }},
		{"mails", "hold mail 1", func(tx engine.Tx) error { return tx.HoldMail(ctx, 1, now()) }},
		{"tells", "store tell k", func(tx engine.Tx) error { return tx.PutTell(ctx, engine.Tell{Key: "k"}) }},
		{"tells", "take tells", func(tx engine.Tx) error { _, err := tx.TakeTells(ctx, 1); return err }},
		{"tells", "put off tell 1", func(tx engine.Tx) error { return tx.PutOffTell(ctx, 1, 0) }},
		{"tells", "finish tell 1", func(tx engine.Tx) error { return tx.DoneTell(ctx, 1) }},
		{"accounts", "read link acc-1", func(tx engine.Tx) error { _, err := tx.Link(ctx, "acc-1"); return err }},
		{"accounts", "find links", func(tx engine.Tx) error { _, err := tx.FindLinks(ctx, "slack", "U1"); return err }},
		{"accounts", "read links of P-ana", func(tx engine.Tx) error { _, err := tx.LinksOf(ctx, ana); return err }},
		{"people", "lock people", func(tx engine.Tx) error { return tx.LockPeople(ctx, ana) }},
		{"accounts", "store link slack:P-ana", func(tx engine.Tx) error { return tx.SaveLink(ctx, link(ana, "")) }},
		{"accounts", "drop link acc-1", func(tx engine.Tx) error { return tx.DropLink(ctx, "acc-1") }},
		{"deliveries", "mute link acc-1", func(tx engine.Tx) error { return tx.MuteLink(ctx, "acc-1") }},
		{"receipts", "mute link acc-1", func(tx engine.Tx) error { return tx.MuteLink(ctx, "acc-1") }},
		{"sign_in_links", "end sign-ins of P-ana", func(tx engine.Tx) error {
			return tx.EndSignIns(ctx, workflows.Link{Account: workflows.Account{Person: ana}}, true)
		}},
		{"sessions", "end sign-ins of P-ana", func(tx engine.Tx) error {
			return tx.EndSignIns(ctx, workflows.Link{Account: workflows.Account{Person: ana}}, true)
		}},
		{"sign_in_links", "store sign-in link", func(tx engine.Tx) error { return tx.PutSignInLink(ctx, workflows.SignInLink{}) }},
		{"sessions", "end sessions of P-ana", func(tx engine.Tx) error { _, err := tx.EndSessions(ctx, ana); return err }},
		{"people", "find who has an id in the personnel system", func(tx engine.Tx) error { _, err := tx.WithHRID(ctx, "1"); return err }},
		{"accounts", "note use of link acc-1", func(tx engine.Tx) error { return tx.NoteUse(ctx, "acc-1", now()) }},
		{"people", "find who has an address", func(tx engine.Tx) error { _, err := tx.Sharing(ctx, "ana@example.com"); return err }},
		{"deliveries", "read where mail 0 went", func(tx engine.Tx) error { _, err := tx.Tried(ctx, workflows.Mail{}); return err }},
		{"deliveries", "lock delivery 1", func(tx engine.Tx) error { _, err := tx.LockDelivery(ctx, 1); return err }},
		{"deliveries", "retry delivery 1", func(tx engine.Tx) error { return tx.RetryDelivery(ctx, 1, true) }},
		{"deliveries", "give up delivery 1", func(tx engine.Tx) error { return tx.GiveUpDelivery(ctx, 1) }},
		{"receipts", "read receipts", func(tx engine.Tx) error { _, err := tx.Receipts(ctx, about); return err }},
		{"mails", "expand mail 0", func(tx engine.Tx) error { return tx.Expand(ctx, workflows.Mail{}, nil) }},
		{"deliveries", "expand mail 0", func(tx engine.Tx) error {
			return tx.Expand(ctx, workflows.Mail{}, []engine.Outgoing{{Account: workflows.Account{Person: ana}}})
		}},
		{"timers", "set timers", func(tx engine.Tx) error { return tx.SetTimers(ctx, []engine.Timer{{About: about, At: now()}}) }},
		{"timers", "remove timers", func(tx engine.Tx) error { return tx.SetTimers(ctx, []engine.Timer{{About: about}}) }},
		{"timers", "take timer", func(tx engine.Tx) error { _, err := tx.TakeTimer(ctx, engine.Timer{About: about}); return err }},
		{"timers", "put off timer", func(tx engine.Tx) error { return tx.PutOffTimer(ctx, engine.Timer{About: about}, 0) }},
		{"timers", "read due timers", func(tx engine.Tx) error { _, err := tx.DueTimers(ctx, now(), 1); return err }},
		{"timers", "read next timer", func(tx engine.Tx) error { _, err := tx.NextTimer(ctx); return err }},
		{"drafts", "read draft d", func(tx engine.Tx) error { _, err := tx.Draft(ctx, "d"); return err }},
		{"drafts", "save draft d", func(tx engine.Tx) error { _, err := tx.SaveDraft(ctx, policy.Draft{ID: "d"}); return err }},
		{"drafts", "finish draft d", func(tx engine.Tx) error { return tx.FinishDraft(ctx, "d", "x") }},
		{"drafts", "read drafts of P-ana", func(tx engine.Tx) error { _, err := tx.DraftsOf(ctx, ana, "x"); return err }},
	}
}

// outside are the methods of the store itself.
func (d *db) outside() []fault {
	ctx, s, del := d.ctx, d.store, workflows.Delivery{ID: 1, Bucket: "b", Receipt: &workflows.Receipt{ID: 1}}
	finish := func(state workflows.FinishState) func(engine.Tx) error {
		return func(engine.Tx) error {
			return s.Finish(ctx, del, workflows.Finish{State: state, After: time.Minute, Receipt: &workflows.Receipt{}})
		}
	}
	about := workflows.RequestRef("AIR-1")
	lead := viewer(helen, workflows.ComplianceLead)
	return []fault{
		{"deliveries", "claim deliveries", func(engine.Tx) error { _, err := s.Claim(ctx, nil, 1, long); return err }},
		{"deliveries", "extend delivery 1", func(engine.Tx) error { return s.Extend(ctx, del, long) }},
		{"deliveries", "finish delivery 1", finish(workflows.FinishSent)},
		{"deliveries", "prune deliveries", func(engine.Tx) error { return s.Prune(ctx, now()) }},
		{"deliveries", "count what waits", func(engine.Tx) error { _, err := s.Stats(ctx, now()); return err }},
		{"deliveries", "list deliveries", func(engine.Tx) error { _, _, err := s.DeliveryRows(ctx, workflows.DeliveryFilter{}); return err }},
		{"deliveries", "read delivery 1", func(engine.Tx) error { _, err := s.Delivery(ctx, 1); return err }},
		{"deliveries", "count deliveries", func(engine.Tx) error { _, err := s.DeliveryCounts(ctx); return err }},
		{"log_entries", "list records", func(engine.Tx) error { _, _, err := s.RecordRows(ctx, lead, workflows.RecordFilter{}); return err }},
		{"readers", "list records", func(engine.Tx) error {
			_, _, err := s.RecordRows(ctx, viewer(ana), workflows.RecordFilter{})
			return err
		}},
		{"log_entries", "read record 1", func(engine.Tx) error { _, err := s.Record(ctx, lead, about, 1); return err }},
		{"people", "list people", func(engine.Tx) error { _, _, err := s.PeopleRows(ctx, workflows.PeopleFilter{}); return err }},
		{"deliveries", "adopt the message of delivery 1", func(engine.Tx) error { return s.AdoptReceipt(ctx, workflows.Receipt{Delivery: 1}) }},
		{"receipts", "find the place of account x", func(engine.Tx) error { _, err := s.PlaceOf(ctx, workflows.Account{ID: "x"}); return err }},
		{"requests", "list requests", func(engine.Tx) error { _, _, err := s.RequestRows(ctx, lead, workflows.RequestFilter{}); return err }},
		{"log_entries", "read history", func(engine.Tx) error { _, err := s.History(ctx, workflows.RequestRef("x")); return err }},
		{"log_texts", "read history", func(engine.Tx) error { _, err := s.History(ctx, workflows.RequestRef("x")); return err }},
		{"waits", "list who is not reached", func(engine.Tx) error { _, err := s.Unreached(ctx, false, 5); return err }},
		{"waits", "read what waits for P-ana", func(engine.Tx) error { _, err := s.Waits(ctx, ana); return err }},
		{"waits", "read the pulse of 1 inboxes", func(engine.Tx) error { _, err := s.InboxPulses(ctx, []workflows.PersonID{ana}); return err }},
		{"requests", "read the pulse of 1 requests", func(engine.Tx) error { _, err := s.RequestPulses(ctx, []string{"x"}); return err }},
		{"readers", "find which of 1 requests may be seen", func(engine.Tx) error { _, err := s.ReadableRequests(ctx, viewer(ana), []string{"x"}); return err }},
		{"people", "find people", func(engine.Tx) error { _, err := s.FindPeople(ctx, "x", 1); return err }},
		{"assets", "read assets", func(engine.Tx) error { _, err := s.Assets(ctx); return err }},
		{"notices", "store notice", func(engine.Tx) error { _, err := s.PutNotice(ctx, workflows.Notice{}); return err }},
		{"notices", "update notice 1", func(engine.Tx) error { return s.UpdateNotice(ctx, 1, "x", now()) }},
		{"notices", "find notice", func(engine.Tx) error { _, err := s.NoticeOf(ctx, 1); return err }},
		{"notices", "read notices of P-ana", func(engine.Tx) error { _, err := s.Notices(ctx, ana, 1); return err }},
		{"sessions", "store session", func(engine.Tx) error { return s.PutSession(ctx, workflows.Session{}) }},
		{"sessions", "read session", func(engine.Tx) error { _, err := s.TouchSession(ctx, "x", now(), time.Hour); return err }},
		{"sessions", "end session", func(engine.Tx) error { return s.EndSession(ctx, "x") }},
		{"sessions", "read sessions of P-ana", func(engine.Tx) error { _, err := s.SessionsOf(ctx, ana, now(), now()); return err }},
		{"sessions", "end session of P-ana", func(engine.Tx) error { return s.EndSessionOf(ctx, ana, "x") }},
		{"sessions", "end sessions of P-ana", func(engine.Tx) error { return s.EndOtherSessions(ctx, ana, "x") }},
		{"sign_in_links", "store sign-in link", func(engine.Tx) error { return s.PutSignInLink(ctx, workflows.SignInLink{}) }},
		{"sign_in_links", "read sign-in link", func(engine.Tx) error { _, err := s.SignInLink(ctx, "x", now()); return err }},
		{"sign_in_links", "use sign-in link", func(engine.Tx) error { _, err := s.UseSignInLink(ctx, "x", now()); return err }},
		{"goose_db_version", "", func(engine.Tx) error {
			st, err := s.SchemaStatus(ctx)
			if err == nil && st.Current == 0 {
				err = errBoom // no versions: everything would be to do
			}
			return err
		}},
	}
}

func faultChecks() []check {
	away := func(d *db, f fault, run func() error) {
		d.Helper()
		d.exec("ALTER TABLE " + f.table + " RENAME TO away")
		if err := run(); err == nil || !strings.Contains(err.Error(), f.says) {
			d.Errorf("without %s: got %v, want an error of %q", f.table, err, f.says)
		}
		d.exec("ALTER TABLE away RENAME TO " + f.table)
	}
	return []check{
		{"a fault of the database says what was being tried, and rolls back", func(d *db) {
			d.people()
			d.do(func(tx engine.Tx) error { return tx.PutBundle(d.ctx, "h", nil, now()) })
			d.save(zero(), asked("AIR-1"))
			for _, f := range d.faults() {
				away(d, f, func() error { return d.store.Do(d.ctx, f.call) })
			}
			for _, f := range d.outside() {
				away(d, f, func() error { return f.call(nil) })
			}
			same(d, d.request("AIR-1"), asked("AIR-1"))
		}},
		{"a fault while the end of a delivery is stored leaves the claim as it was", func(d *db) {
			d.people()
			about := workflows.RequestRef("AIR-1")
			d.post(slack(ana), about, engine.Outgoing{Bucket: "b"})
			del := d.claim(1)[0]
			del.Receipt = &workflows.Receipt{ID: 1}
			for state, table := range map[workflows.FinishState]string{
				workflows.FinishSent: "receipts", workflows.FinishGone: "receipts", workflows.FinishPause: "buckets",
			} {
				away(d, fault{table: table, says: "finish delivery"}, func() error {
					return d.store.Finish(d.ctx, del, workflows.Finish{
						State: state, Bucket: "b", After: time.Minute, Receipt: &workflows.Receipt{Place: "x"},
					})
				})
				if got := d.state(del.ID); got != "sending" {
					d.Errorf("after a failed %s it is %s", state, got)
				}
			}
		}},
		{"verifying without one of the tables is an error, not a finding", func(d *db) {
			d.story().everything()
			for _, table := range evidence() {
				away(d, fault{table: table, says: "verify"}, func() error { _, err := d.store.Verify(d.ctx, nil); return err })
			}
		}},
		{"rows that cannot be read are errors that name them", func(d *db) {
			d.people()
			d.save(zero(), asked("AIR-1"))
			d.save(zero(), asked("AIR-2"))
			d.do(func(tx engine.Tx) error {
				e := entry("AIR-1", 1, "x")
				e.Bytes = []byte("{")
				return tx.Append(d.ctx, []engine.Entry{e})
			})
			for _, id := range []string{"seen", "answers"} {
				_, err := d.store.SaveDraft(d.ctx, policy.Draft{ID: id, Person: ana, Form: id})
				d.must(err)
				d.exec("UPDATE drafts SET " + id + " = 'x' WHERE id = '" + id + "'")
			}
			d.exec("UPDATE requests SET head = 'x' WHERE id = 'AIR-1'")
			d.exec("DELETE FROM rounds WHERE request = 'AIR-2'")
			history := func() error { _, err := d.store.History(d.ctx, workflows.RequestRef("AIR-1")); return err }
			for says, try := range map[string]func() error{
				"record 1":        history,
				"draft seen":      func() error { _, err := d.store.Draft(d.ctx, "seen"); return err },
				"draft answers":   func() error { _, err := d.store.DraftsOf(d.ctx, ana, "answers"); return err },
				"request AIR-1":   func() error { _, err := d.store.Request(d.ctx, "AIR-1"); return err },
				"round 1 is miss": func() error { _, err := d.store.Request(d.ctx, "AIR-2"); return err },
			} {
				if err := try(); err == nil || !strings.Contains(err.Error(), says) {
					d.Errorf("got %v, want an error about %s", err, says)
				}
			}
		}},
	}
}
