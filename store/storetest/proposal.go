package storetest

import (
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// Two who administer.
const (
	arjun = workflows.PersonID("P-arjun")
	jonas = workflows.PersonID("P-jonas")
)

// proposal is one about Ana's roles.
func proposal(id, to string) workflows.Proposal {
	return workflows.Proposal{
		ID: id, What: workflows.ProposeRoles, Subject: ana, From: "", To: to, By: arjun, At: now(), State: workflows.ProposalOpen,
	}
}

func proposalChecks() []check {
	return []check{
		{"proposals are numbered, kept, settled and listed", func(d *db) {
			save := func(p workflows.Proposal) error {
				return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveProposal(d.ctx, p) })
			}
			next := func() (id string) {
				d.do(func(tx engine.Tx) (err error) { id, err = tx.NewProposalID(d.ctx); return err })
				return id
			}
			same(d, next(), "1")
			d.must(save(proposal("1", "dpo")))
			same(d, next(), "2")
			d.must(save(proposal("2", "ciso")))
			done := proposal("1", "dpo")
			done.State, done.SettledBy, done.SettledAt, done.Alone = workflows.ProposalConfirmed, arjun, now().Add(time.Hour), true
			d.must(save(done))
			got, err := d.store.Proposal(d.ctx, "1")
			d.must(err)
			same(d, got, done)
			open, err := d.store.OpenProposals(d.ctx)
			d.must(err)
			same(d, open, []workflows.Proposal{proposal("2", "ciso")})
			all, err := d.store.Proposals(d.ctx, 10)
			d.must(err)
			same(d, all, []workflows.Proposal{proposal("2", "ciso"), done})
			one, err := d.store.Proposals(d.ctx, 1)
			d.must(err)
			same(d, len(one), 1)
			for _, id := range []string{"3", "0", "-1", "01", "1 ", "", "x", "\x00"} {
				_, err := d.store.Proposal(d.ctx, id)
				d.is(err, workflows.ErrNotFound)
			}
		}},
		{"the same is proposed once at a time, and nobody puts in force alone what they proposed unless it says so", func(d *db) {
			save := func(p workflows.Proposal) error {
				return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveProposal(d.ctx, p) })
			}
			d.must(save(proposal("1", "dpo")))
			d.is(save(proposal("2", "dpo")), workflows.ErrConflict)
			own := proposal("1", "dpo")
			own.State, own.SettledBy, own.SettledAt = workflows.ProposalConfirmed, arjun, now()
			if save(own) == nil {
				d.Error("the database took it")
			}
			own.Alone = true
			d.must(save(own))
			d.must(save(proposal("2", "dpo")))
			for _, p := range []workflows.Proposal{proposal("x", "dpo"), proposal("3", "a\x00b"), proposal("3", "")} {
				if save(p) == nil {
					d.Errorf("stored %+v", p)
				}
			}
		}},
		{"roles are set whole", func(d *db) {
			d.people()
			set := func(who workflows.PersonID, roles ...workflows.Role) error {
				return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SetRoles(d.ctx, who, roles) })
			}
			roles := func(who workflows.PersonID) []workflows.Role {
				roster, err := d.store.People(d.ctx, []workflows.PersonID{who}, nil, now())
				d.must(err)
				p, _ := roster.Person(who)
				return p.Roles
			}
			before := roles(yuki)
			d.must(set(ana, "dpo", "ciso"))
			same(d, roles(ana), []workflows.Role{"ciso", "dpo"})
			d.must(set(ana, "dpo"))
			same(d, roles(ana), []workflows.Role{"dpo"})
			d.must(set(ana))
			same(d, roles(ana), nil)
			same(d, roles(yuki), before)
			if set(ana, "a\x00") == nil || set("P-nobody", "dpo") == nil {
				d.Error("stored what cannot be")
			}
		}},
		{"whoever holds the pack in force keeps the others waiting", holdingPack},
		{"proposals that were changed, removed or made behind the log's back are found", forgedProposals},
	}
}

// holdingPack lets many number and save proposals at once: each gets a number of its own.
func holdingPack(d *db) {
	d.do(func(tx engine.Tx) error {
		hash, err := tx.HoldPack(d.ctx)
		same(d, hash, "")
		return firstError(err, tx.PutBundle(d.ctx, "a", nil, now()), tx.Activate(d.ctx, "", "a", now()))
	})
	results := make(chan error, 12)
	stores := []engine.Store{d.store, d.replica()}
	for i := range 12 {
		go func() {
			results <- stores[i%2].Do(d.ctx, func(tx engine.Tx) error {
				hash, err := tx.HoldPack(d.ctx)
				if err != nil || hash != "a" {
					return fmt.Errorf("held %q: %w", hash, err)
				}
				id, err := tx.NewProposalID(d.ctx)
				return firstError(err, tx.SaveProposal(d.ctx, proposal(id, fmt.Sprintf("role_%d", i))))
			})
		}()
	}
	for range 12 {
		d.must(<-results)
	}
	same(d, d.number("SELECT max(id) FROM proposals"), int64(12))
}

// propose makes proposals in every state: confirmed, made void by it, withdrawn, refused to who made it, open.
func (s *story) propose() {
	s.Helper()
	via := workflows.Via{Surface: "portal"}
	s.must(s.engine.ImportPeople(s.ctx, directory.Plan{Source: "file", Changes: []directory.Change{
		person(arjun, marek, workflows.Administrator), person(jonas, marek, workflows.Administrator),
	}}, workflows.System, workflows.Via{Surface: "cli"}))
	ask := func(to string) workflows.Proposal {
		p, no, err := s.engine.Propose(s.ctx, workflows.ProposalAsk{
			What: workflows.ProposeRoles, Subject: rahul, From: s.rolesOf(rahul), To: to, Reason: because, Actor: arjun, Via: via,
		}, nil)
		if s.must(err); no != nil {
			s.Fatal(no.Sentence)
		}
		return p
	}
	act := func(p workflows.Proposal, do workflows.ProposalDo, who workflows.PersonID) *workflows.Refusal {
		_, no, err := s.engine.SettleProposal(s.ctx, workflows.ProposalAct{ID: p.ID, Do: do, From: p.From, To: p.To, Actor: who, Via: via})
		s.must(err)
		return no
	}
	overtaken, withdrawn, confirmed := ask("dpo"), ask("hr_lead"), ask("data_steward")
	if no := act(confirmed, workflows.DoConfirm, arjun); no == nil || !no.Authority() {
		s.Fatalf("confirmed what they proposed: %v", no)
	}
	for _, no := range []*workflows.Refusal{act(withdrawn, workflows.DoWithdraw, arjun), act(confirmed, workflows.DoConfirm, jonas)} {
		if no != nil {
			s.Fatal(no.Sentence)
		}
	}
	ask("")
	if p, err := s.store.Proposal(s.ctx, overtaken.ID); err != nil || p.State != workflows.ProposalVoid {
		s.Fatalf("%+v, %v", p, err)
	}
}

func (s *story) rolesOf(who workflows.PersonID) string {
	roster, err := s.store.People(s.ctx, []workflows.PersonID{who}, nil, now())
	s.must(err)
	p, _ := roster.Person(who)
	return workflows.RoleList(p.Roles)
}

// forgedProposals tampers with proposals.
func forgedProposals(d *db) {
	d.story().propose()
	d.clean()
	d.exec("UPDATE proposals SET to_state = 'dpo' WHERE id = 3")
	d.found("another role", workflows.ProposalRef("3"), 3, "not as this record left it")
	d.exec("UPDATE proposals SET to_state = 'data_steward' WHERE id = 3")
	d.clean()
	d.exec("UPDATE proposals SET id = 9 WHERE id = 4")
	d.found("removed", workflows.ProposalRef("4"), 1, "is not there")
	d.exec("UPDATE proposals SET id = 4 WHERE id = 9")
	d.clean()
	d.do(func(tx engine.Tx) error { return tx.SaveProposal(d.ctx, proposal("5", "dpo")) })
	d.found("made behind the log's back", workflows.ProposalRef("5"), 0, "no record of it")
	d.exec("DELETE FROM proposals WHERE id = 5")
	rec := workflows.Record{V: 1, About: workflows.ProposalRef("4"), N: 2, At: now().UnixMilli(), Actor: arjun, What: workflows.FactProposalVoid, Build: "test"}
	d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: encode(rec)}}) })
	d.found("a record without the state", workflows.ProposalRef("4"), 2, "does not say how the proposal is")
}
