package engine_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

// Two who administer.
const (
	arjun = workflows.PersonID("P-arjun")
	jonas = workflows.PersonID("P-jonas")
)

// administered puts administrators into the directory.
func (w *world) administered(who ...workflows.PersonID) {
	w.t.Helper()
	var changes []directory.Change
	for _, id := range who {
		changes = append(changes, directory.Change{Row: directory.Row{
			Person:   workflows.Person{ID: id, Name: string(id), Email: string(id) + "@example.com", Active: true, Roles: []workflows.Role{workflows.Administrator}},
			ZoneName: "UTC",
		}})
	}
	if err := w.engine.ImportPeople(context.Background(), directory.Plan{Source: "x", Changes: changes}, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		w.t.Fatal(err)
	}
	w.settle()
}

// propose proposes, and gives the refusal.
func (w *world) propose(ask workflows.ProposalAsk, pack *policy.Pack) (workflows.Proposal, *workflows.Refusal) {
	w.t.Helper()
	ask.Reason, ask.Via = "The works council asked for it.", workflows.Via{Surface: "portal"}
	if ask.Actor == "" {
		ask.Actor = arjun
	}
	p, no, err := w.engine.Propose(context.Background(), ask, pack)
	if err != nil {
		w.t.Fatal(err)
	}
	return p, no
}

// proposed is a proposal that has to be taken.
func (w *world) proposed(ask workflows.ProposalAsk, pack *policy.Pack) workflows.Proposal {
	w.t.Helper()
	p, no := w.propose(ask, pack)
	if no != nil {
		w.t.Fatalf("refused: %s", no.Sentence)
	}
	return p
}

func (w *world) policyAsk(to *policy.Pack) workflows.ProposalAsk {
	w.t.Helper()
	from, err := w.engine.InForce(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return workflows.ProposalAsk{What: workflows.ProposePolicy, From: from, To: to.Hash}
}

func (w *world) rolesAsk(who workflows.PersonID, to string) workflows.ProposalAsk {
	return workflows.ProposalAsk{What: workflows.ProposeRoles, Subject: who, From: workflows.RoleList(w.roles(who)), To: to}
}

func (w *world) roles(who workflows.PersonID) []workflows.Role {
	w.t.Helper()
	roster, err := w.store.People(context.Background(), []workflows.PersonID{who}, nil, monday)
	if err != nil {
		w.t.Fatal(err)
	}
	p, _ := roster.Person(who)
	return p.Roles
}

func (w *world) settleProposal(p workflows.Proposal, do workflows.ProposalDo, who workflows.PersonID) (workflows.Proposal, *workflows.Refusal) {
	w.t.Helper()
	got, no, err := w.engine.SettleProposal(context.Background(), workflows.ProposalAct{
		ID: p.ID, Do: do, From: p.From, To: p.To, Actor: who, Via: workflows.Via{Surface: "portal"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return got, no
}

func code(no *workflows.Refusal) workflows.Code {
	if no == nil {
		return ""
	}
	return no.Code
}

func (w *world) state(id string) workflows.ProposalState {
	w.t.Helper()
	p, err := w.store.Proposal(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p.State
}

func TestPolicyProposal(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.administered(arjun, jonas)
		stricter := changedPack(t)
		p := w.proposed(w.policyAsk(stricter), stricter)
		if got, _ := w.engine.InForce(context.Background()); got == stricter.Hash {
			t.Fatal("a proposal put itself in force")
		}
		if same, no := w.propose(w.policyAsk(stricter), stricter); code(no) != workflows.CodeNotNow || same.ID != p.ID {
			t.Errorf("proposed twice: %+v, %v", same, no)
		}
		for range 2 { // the second time leaves no second record
			if _, no := w.settleProposal(p, workflows.DoConfirm, arjun); code(no) != workflows.CodeOwnRequest {
				t.Errorf("confirmed what they proposed: %v", no)
			}
		}
		if _, no := w.settleProposal(p, workflows.DoConfirm, ana); code(no) != workflows.CodeNotEntitled {
			t.Errorf("confirmed without the role: %v", no)
		}
		other := p
		other.To = p.From
		if _, no := w.settleProposal(other, workflows.DoConfirm, jonas); code(no) != workflows.CodeStale {
			t.Errorf("confirmed another difference than was shown: %v", no)
		}
		for range 2 { // pressed twice
			got, no := w.settleProposal(p, workflows.DoConfirm, jonas)
			if no != nil || got.State != workflows.ProposalConfirmed || got.Alone {
				t.Fatalf("%+v, %v", got, no)
			}
		}
		if got, _ := w.engine.InForce(context.Background()); got != stricter.Hash {
			t.Error("it is not in force")
		}
		rows := w.history(workflows.ProposalRef(p.ID))
		if got := strings.Join(kinds(rows), " "); got != "proposal_made proposal_refused proposal_refused proposal_confirmed" || rows[0].Texts["reason"] == "" {
			t.Errorf("records: %s", got)
		}
		rows = w.history(workflows.PackRef())
		var data struct {
			Proposal, By string
			Alone        bool
		}
		last := rows[len(rows)-1].Record
		if err := json.Unmarshal(last.Data, &data); err != nil || last.Actor != jonas || data.Proposal != p.ID || data.By != string(arjun) || data.Alone {
			t.Errorf("the record of the activation: %s by %s", last.Data, last.Actor)
		}
		w.verified()
	})
}

func TestProposalsAreOvertaken(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.administered(arjun, jonas)
		stricter, ctx := changedPack(t), context.Background()
		old := policy.Embedded()
		p, roles := w.proposed(w.policyAsk(stricter), stricter), w.proposed(w.rolesAsk(ben, "hr_lead"), nil)
		between, err := policy.LoadBundle([]byte(strings.Replace(string(old.Bundle()), "version: 3", "version: 9", 1)))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.engine.Activate(ctx, between, old.Hash, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
			t.Fatal(err)
		}
		if err := w.engine.Activate(ctx, old, between.Hash, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
			t.Fatal(err)
		}
		if w.state(p.ID) != workflows.ProposalVoid || w.state(roles.ID) != workflows.ProposalOpen {
			t.Errorf("the policy's is %s, the roles' %s", w.state(p.ID), w.state(roles.ID))
		}
		if _, no := w.settleProposal(p, workflows.DoConfirm, jonas); code(no) != workflows.CodeDecided {
			t.Errorf("confirmed what is void, under the very policy it was made under: %v", no)
		}
		rows := w.history(workflows.PackRef())
		if data := string(rows[len(rows)-1].Record.Data); !strings.Contains(data, `"alone":true`) {
			t.Errorf("the command line's record does not say that one alone did it: %s", data)
		}
		second, mine := w.proposed(w.rolesAsk(ben, "data_steward hr_lead"), nil), w.proposed(w.rolesAsk(ana, "hr_lead"), nil)
		changes := people()
		changes = changes[1:2] // Ben
		before := changes[0].Row
		changes[0].Before = &before
		changes[0].Row.Department = "Elsewhere"
		imported := func() {
			if err := w.engine.ImportPeople(ctx, directory.Plan{Source: "y", Changes: changes}, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
				t.Fatal(err)
			}
		}
		imported()
		if w.state(second.ID) != workflows.ProposalOpen {
			t.Error("void by a file that leaves the roles as they are")
		}
		changes[0].Row.Roles = []workflows.Role{"it_operations"}
		imported()
		if w.state(roles.ID) != workflows.ProposalVoid || w.state(second.ID) != workflows.ProposalVoid || w.state(mine.ID) != workflows.ProposalOpen {
			t.Error("the file that changed Ben's roles left his proposals, or took Ana's")
		}
		w.verified()
	})
}

func TestRolesProposal(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.administered(arjun, jonas)
		about := w.ask(limited())
		w.must(ben, about, approval.Decided{Approve: true})
		if waits(t, w, yuki) != 1 {
			t.Fatal("nothing waits for Yuki")
		}
		p, rival := w.proposed(w.rolesAsk(yuki, "hr_lead"), nil), w.proposed(w.rolesAsk(yuki, "ciso dpo"), nil)
		if _, no := w.settleProposal(p, workflows.DoConfirm, jonas); no != nil {
			t.Fatal(no.Sentence)
		}
		w.settle()
		if got := workflows.RoleList(w.roles(yuki)); got != "hr_lead" || w.state(rival.ID) != workflows.ProposalVoid {
			t.Errorf("Yuki is %q, the other proposal is %s", got, w.state(rival.ID))
		}
		rows := w.history(workflows.Ref{Kind: workflows.KindPeople, ID: "directory"})
		last := rows[len(rows)-1].Record
		want := `{"person":"P-yuki","roles_added":["hr_lead"],"roles_removed":["ciso"],"proposal":"1","by":"P-arjun"}`
		if last.What != workflows.FactRolesChanged || string(last.Data) != want {
			t.Errorf("record %s: %s", last.What, last.Data)
		}
		if waits(t, w, yuki) != 0 {
			t.Error("the request still waits for her, who holds the role no more")
		}
		withdrawn := w.proposed(w.rolesAsk(yuki, "ciso"), nil)
		if got, no := w.settleProposal(withdrawn, workflows.DoWithdraw, arjun); no != nil || got.State != workflows.ProposalWithdrawn {
			t.Errorf("%+v, %v", got, no)
		}
		if _, no := w.settleProposal(withdrawn, workflows.DoConfirm, jonas); code(no) != workflows.CodeDecided {
			t.Errorf("confirmed what was withdrawn: %v", no)
		}
		if _, no := w.settleProposal(workflows.Proposal{ID: "99"}, workflows.DoConfirm, jonas); code(no) != workflows.CodeUnknown {
			t.Errorf("confirmed nothing: %v", no)
		}
		if _, no := w.propose(workflows.ProposalAsk{What: workflows.ProposeRoles, Subject: ana, Actor: ben, To: "dpo"}, nil); code(no) != workflows.CodeNotYours {
			t.Errorf("proposed without the role: %v", no)
		}
		w.verified()
	})
}

func TestAloneIsSaid(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	w.administered(arjun)
	stricter := changedPack(t)
	for _, p := range []workflows.Proposal{w.proposed(w.policyAsk(stricter), stricter), w.proposed(w.rolesAsk(ben, "dpo"), nil)} {
		got, no := w.settleProposal(p, workflows.DoConfirm, arjun)
		if no != nil || !got.Alone {
			t.Fatalf("%+v, %v", got, no)
		}
	}
	for _, about := range []workflows.Ref{workflows.PackRef(), {Kind: workflows.KindPeople, ID: "directory"}} {
		rows := w.history(about)
		if data := string(rows[len(rows)-1].Record.Data); !strings.Contains(data, `"alone":true`) {
			t.Errorf("%s: %s", about, data)
		}
	}
	if _, no := w.propose(w.rolesAsk(arjun, ""), nil); code(no) != workflows.CodeNotNow {
		t.Errorf("the last administrator went: %v", no)
	}
	if _, _, err := w.engine.Propose(context.Background(), w.policyAsk(stricter), nil); err == nil {
		t.Error("a policy without its pack")
	}
	w.verified()
}

// Of many who confirm two proposals for the same place at once, on two replicas, one puts one in force.
func TestOneProposalWins(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.administered(arjun, jonas, "P-kim")
		other := w
		if strings.HasPrefix(url, "postgres") {
			other = connect(t, url, nil)
		}
		first, second := w.proposed(w.rolesAsk(ben, "dpo"), nil), w.proposed(w.rolesAsk(ben, "hr_lead"), nil)
		results := make(chan workflows.Code, 16)
		for i := range 16 {
			p, on, who := first, w, jonas
			if i%2 == 1 {
				p = second
			}
			if i%4 > 1 {
				on, who = other, "P-kim"
			}
			go func() {
				got, no, err := on.engine.SettleProposal(context.Background(), workflows.ProposalAct{ID: p.ID, Do: workflows.DoConfirm, From: p.From, To: p.To, Actor: who})
				switch {
				case err != nil:
					results <- workflows.Code(err.Error())
				case no != nil:
					results <- no.Code
				default:
					results <- workflows.Code("won by " + string(got.SettledBy) + " with " + got.ID)
				}
			}()
		}
		won := map[workflows.Code]bool{}
		for range 16 {
			c := <-results
			if strings.HasPrefix(string(c), "won") {
				won[c] = true
			} else if c != workflows.CodeDecided {
				t.Errorf("ended with %s", c)
			}
		}
		states := []workflows.ProposalState{w.state(first.ID), w.state(second.ID)}
		slices.Sort(states)
		if len(won) != 1 || !slices.Equal(states, []workflows.ProposalState{workflows.ProposalConfirmed, workflows.ProposalVoid}) {
			t.Errorf("%v, states %v", won, states)
		}
		w.verified()
	})
}
