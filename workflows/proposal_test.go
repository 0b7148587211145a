package workflows_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steward/workflows"
)

const (
	arjun = workflows.PersonID("P-arjun")
	jonas = workflows.PersonID("P-jonas")
	dana  = workflows.PersonID("P-dana")
)

func admin(id workflows.PersonID) workflows.Person {
	return workflows.Person{ID: id, Active: true, Roles: []workflows.Role{workflows.Administrator}}
}

// seen are facts with two administrators and Dana, whose roles are proposed.
func seen(actor workflows.PersonID) workflows.ProposalFacts {
	return workflows.ProposalFacts{
		Now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), InForce: "hr_lead", Known: []workflows.Role{"dpo", "ciso", "administrator"},
		Actor: admin(actor), Subject: workflows.Person{ID: dana, Active: true, Roles: []workflows.Role{"hr_lead"}},
		Administrators: []workflows.PersonID{arjun, jonas},
	}
}

func asked() workflows.ProposalAsk {
	return workflows.ProposalAsk{
		What: workflows.ProposeRoles, Subject: dana, From: "hr_lead", To: "hr_lead dpo", Reason: "Our privacy officer leaves in May.", Actor: arjun,
	}
}

func TestPropose(t *testing.T) {
	p, no := workflows.Propose(asked(), seen(arjun))
	if no != nil || p.State != workflows.ProposalOpen || p.To != "dpo hr_lead" || p.By != arjun || !p.At.Equal(seen(arjun).Now) {
		t.Fatalf("%+v, %v", p, no)
	}
	for _, c := range []struct {
		name string
		ask  func(*workflows.ProposalAsk)
		fact func(*workflows.ProposalFacts)
		code workflows.Code
	}{
		{"nobody", func(a *workflows.ProposalAsk) { a.Actor = "" }, nil, workflows.CodeNotYours},
		{"somebody without the role", nil, func(f *workflows.ProposalFacts) { f.Actor.Roles = nil }, workflows.CodeNotYours},
		{"an administrator who left", nil, func(f *workflows.ProposalFacts) { f.Actor.Active = false }, workflows.CodeNotYours},
		{"another person's role", func(a *workflows.ProposalAsk) { a.Actor = jonas }, nil, workflows.CodeNotYours},
		{"what is not in force", func(a *workflows.ProposalAsk) { a.From = "" }, nil, workflows.CodeStale},
		{"nothing new", func(a *workflows.ProposalAsk) { a.To = "hr_lead" }, nil, workflows.CodeNotNow},
		{"without a reason", func(a *workflows.ProposalAsk) { a.Reason = " \n" }, nil, workflows.CodeField},
		{"with a long reason", func(a *workflows.ProposalAsk) { a.Reason = strings.Repeat("é", 1001) }, nil, workflows.CodeField},
		{"a role nobody holds", func(a *workflows.ProposalAsk) { a.To = "hr_lead emperor" }, nil, workflows.CodeField},
		{"for who left", nil, func(f *workflows.ProposalFacts) { f.Subject.Active = false }, workflows.CodeNotNow},
		{"for nobody", nil, func(f *workflows.ProposalFacts) { f.Subject = workflows.Person{} }, workflows.CodeNotNow},
		{"what is open", nil, func(f *workflows.ProposalFacts) {
			f.Open = []workflows.Proposal{{What: workflows.ProposeRoles, Subject: dana, From: "hr_lead", To: "dpo hr_lead", ID: "3"}}
		}, workflows.CodeNotNow},
		{"the last administrator", func(a *workflows.ProposalAsk) { a.From, a.To = "administrator", "" }, func(f *workflows.ProposalFacts) {
			f.InForce, f.Administrators = "administrator", []workflows.PersonID{dana}
		}, workflows.CodeNotNow},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, f := asked(), seen(arjun)
			if c.ask != nil {
				c.ask(&a)
			}
			if c.fact != nil {
				c.fact(&f)
			}
			if _, no := workflows.Propose(a, f); no == nil || no.Code != c.code {
				t.Errorf("refusal %+v, want %s", no, c.code)
			}
		})
	}
	t.Run("the command line may, a role that is lost need not be known, a policy needs no person", func(t *testing.T) {
		a, f := asked(), seen("")
		a.Actor, a.From, a.To, f.InForce = workflows.System, "old_role hr_lead", "old_role", "hr_lead old_role"
		if _, no := workflows.Propose(a, f); no != nil {
			t.Error(no)
		}
		f.InForce = "h1"
		if _, no := workflows.Propose(workflows.ProposalAsk{What: workflows.ProposePolicy, From: "h1", To: "h2", Reason: "x", Actor: workflows.System}, f); no != nil {
			t.Error(no)
		}
	})
}

func TestSettle(t *testing.T) {
	open, no := workflows.Propose(asked(), seen(arjun))
	if no != nil {
		t.Fatal(no)
	}
	confirm := workflows.ProposalAct{Do: workflows.DoConfirm, From: open.From, To: open.To, Actor: jonas}
	done, no := open.Settle(confirm, seen(jonas))
	if no != nil || done.State != workflows.ProposalConfirmed || done.SettledBy != jonas || done.Alone || done.SettledAt.IsZero() {
		t.Fatalf("%+v, %v", done, no)
	}
	if again, no := done.Settle(confirm, seen(jonas)); no != nil || again != done {
		t.Errorf("pressed twice: %+v, %v", again, no)
	}
	for _, c := range []struct {
		name string
		p    workflows.Proposal
		act  func(*workflows.ProposalAct)
		fact func(*workflows.ProposalFacts)
		code workflows.Code
	}{
		{"settled by somebody else", done, func(a *workflows.ProposalAct) { a.Actor = arjun }, nil, workflows.CodeDecided},
		{"confirmed and then withdrawn", done, func(a *workflows.ProposalAct) { a.Do = workflows.DoWithdraw }, nil, workflows.CodeDecided},
		{"void", open.Overtake(jonas, time.Time{}), nil, nil, workflows.CodeDecided},
		{"without the role", open, nil, func(f *workflows.ProposalFacts) { f.Actor.Roles = nil }, workflows.CodeNotEntitled},
		{"withdrawn without the role", open, func(a *workflows.ProposalAct) { a.Do = workflows.DoWithdraw }, func(f *workflows.ProposalFacts) { f.Actor.Roles = nil }, workflows.CodeNotEntitled},
		{"by the command line", open, func(a *workflows.ProposalAct) { a.Actor = workflows.System }, nil, workflows.CodeNotEntitled},
		{"one's own", open, func(a *workflows.ProposalAct) { a.Actor = arjun }, func(f *workflows.ProposalFacts) { f.Actor = admin(arjun) }, workflows.CodeOwnRequest},
		{"another difference", open, func(a *workflows.ProposalAct) { a.To = "ciso hr_lead" }, nil, workflows.CodeStale},
		{"another one before", open, func(a *workflows.ProposalAct) { a.From = "" }, nil, workflows.CodeStale},
		{"overtaken", open, nil, func(f *workflows.ProposalFacts) { f.InForce = "ciso" }, workflows.CodeStale},
		{"for who left", open, nil, func(f *workflows.ProposalFacts) { f.Subject.Active = false }, workflows.CodeNotNow},
		{"a role that is gone", open, nil, func(f *workflows.ProposalFacts) { f.Known = nil }, workflows.CodeField},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, f := confirm, seen(jonas)
			if c.act != nil {
				c.act(&a)
			}
			f.Actor = admin(a.Actor)
			if c.fact != nil {
				c.fact(&f)
			}
			got, no := c.p.Settle(a, f)
			if no == nil || no.Code != c.code || got != c.p {
				t.Errorf("%+v, refusal %+v, want %s", got, no, c.code)
			}
		})
	}
	t.Run("who alone administers may, and it says so", func(t *testing.T) {
		a, f := confirm, seen(arjun)
		a.Actor, f.Administrators = arjun, []workflows.PersonID{arjun}
		if got, no := open.Settle(a, f); no != nil || !got.Alone || got.State != workflows.ProposalConfirmed {
			t.Errorf("%+v, %v", got, no)
		}
	})
	t.Run("who proposed it withdraws it, also without the role by now, and another one turns it down", func(t *testing.T) {
		for _, who := range []workflows.PersonID{arjun, jonas} {
			f := seen(who)
			if who == arjun {
				f.Actor.Roles = nil
			}
			got, no := open.Settle(workflows.ProposalAct{Do: workflows.DoWithdraw, Actor: who}, f)
			if no != nil || got.State != workflows.ProposalWithdrawn || got.SettledBy != who {
				t.Errorf("%s: %+v, %v", who, got, no)
			}
		}
	})
}

// Whatever people do, nothing comes into force by one person as long as there are two, and nothing that nobody saw.
func TestSecondPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := []workflows.PersonID{arjun, jonas, dana, workflows.System, ""}
		sets := []string{"", "administrator", "dpo", "administrator dpo"}
		who := func(name string) workflows.PersonID { return rapid.SampledFrom(people).Draw(t, name) }
		state := func(name string) string { return rapid.SampledFrom(sets).Draw(t, name) }
		facts := func(name string, actor workflows.PersonID) workflows.ProposalFacts {
			f := workflows.ProposalFacts{InForce: state(name + " in force"), Known: []workflows.Role{"dpo", "administrator"}, Subject: workflows.Person{ID: dana, Active: true}}
			for _, id := range people[:3] {
				if rapid.Bool().Draw(t, name+" administers "+string(id)) {
					f.Administrators = append(f.Administrators, id)
				}
			}
			f.Actor = workflows.Person{ID: actor, Active: rapid.Bool().Draw(t, name+" active")}
			if slices.Contains(f.Administrators, actor) {
				f.Actor = admin(actor)
			}
			return f
		}
		ask := workflows.ProposalAsk{What: workflows.ProposeRoles, Subject: dana, From: state("from"), To: state("to"), Reason: "Because.", Actor: who("proposer")}
		p, no := workflows.Propose(ask, facts("proposing", ask.Actor))
		if no != nil {
			return
		}
		act := workflows.ProposalAct{Do: workflows.DoConfirm, From: state("seen from"), To: state("seen to"), Actor: who("confirmer")}
		f := facts("confirming", act.Actor)
		done, no := p.Settle(act, f)
		if no != nil {
			return
		}
		if done.State != workflows.ProposalConfirmed || act.From != p.From || act.To != p.To || f.InForce != p.From || !slices.Contains(f.Administrators, act.Actor) {
			t.Fatalf("confirmed: %+v by %+v under %+v", done, act, f)
		}
		if (act.Actor == ask.Actor) != done.Alone || done.Alone && len(f.Administrators) != 1 {
			t.Fatalf("alone: %+v by %+v under %+v", done, act, f)
		}
	})
}

func TestRoleList(t *testing.T) {
	if got := workflows.RoleList([]workflows.Role{"dpo", "ciso", "dpo"}); got != "ciso dpo" || len(workflows.RolesOf(got)) != 2 || workflows.RolesOf("") != nil {
		t.Errorf("%q", got)
	}
	if workflows.NoProposal().Code != workflows.CodeUnknown || workflows.ProposalRef("7").String() != "proposal/7" || workflows.PackRef().String() != "policy/pack" {
		t.Error("names")
	}
}
