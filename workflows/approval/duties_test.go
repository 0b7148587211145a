package approval_test

import (
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// try plays presses that must be taken, then one whose code is asked for; an empty code means taken.
func (c *company) try(t *testing.T, code workflows.Code, presses ...string) workflows.Outcome[approval.Request] {
	t.Helper()
	var out workflows.Outcome[approval.Request]
	for i, press := range presses {
		ev, err := c.event(words(press))
		if err != nil {
			t.Fatal(err)
		}
		out = c.step(ev)
		want := code
		if i < len(presses)-1 {
			want = ""
		}
		var got workflows.Code
		if out.Refusal != nil {
			got = out.Refusal.Code
		}
		if got != want {
			t.Fatalf("%s: refused %q (%v), want %q", press, got, out.Refusal, want)
		}
		c.r = out.State
	}
	return out
}

func (c *company) lend(from, to workflows.PersonID) {
	c.delegations = append(c.delegations, workflows.Delegation{ID: string(from + to), From: from, To: to, Ends: c.at.AddDate(1, 0, 0)})
}

const (
	twoOfSecurity = "min 2\nstage committee ciso quorum 2"
	twoRounds     = "stage first ciso\nstage second legal_counsel"
)

// TestDuties is separation of duties, case by case, where two persons, two stages or two rounds are easily taken for one.
func TestDuties(t *testing.T) {
	t.Run("a vote for somebody is their vote", func(t *testing.T) {
		c := after(t, twoOfSecurity)
		c.lend("yuki", "rahul")
		out := c.try(t, workflows.CodeDecided, "ana submits", "rahul for yuki approves", "yuki approves")
		if !strings.HasPrefix(out.Refusal.Sentence, "Rahul Menon, for Yuki Tanaka, decided this") {
			t.Error(out.Refusal.Sentence)
		}
	})
	t.Run("a vote of one's own is not cast again by a delegate", func(t *testing.T) {
		c := after(t, twoOfSecurity)
		c.lend("yuki", "rahul")
		out := c.try(t, workflows.CodeDecided, "ana submits", "yuki approves", "rahul for yuki approves")
		if !strings.HasPrefix(out.Refusal.Sentence, "Yuki Tanaka decided this") {
			t.Error(out.Refusal.Sentence)
		}
		c.try(t, "", "rahul approves")
	})
	t.Run("another round is another decision", func(t *testing.T) {
		c := after(t, twoRounds, "ana submits", "yuki approves")
		if err := c.plan([]string{"stage other ciso"}); err != nil {
			t.Fatal(err)
		}
		c.try(t, "", "ana edits", "yuki approves")
	})
	t.Run("the owner accepts each round anew", func(t *testing.T) {
		c := after(t, managerOnly, "ana submits owner=omar", "omar accepts")
		c.try(t, workflows.CodeNotAccepted, "ana edits owner=omar", "ben approves")
	})
	t.Run("whoever was named must still hold the role", func(t *testing.T) {
		c := after(t, managerOnly, "ana submits")
		c.at = when("2026-11-03 10:00")
		c.wakeUntil()
		c.try(t, "", "helen names marek as=line_manager")
		ben := c.people["ben"]
		ben.Manager = ""
		c.people["ben"] = ben
		c.try(t, workflows.CodeNotEntitled, "marek approves")
	})
	t.Run("whoever was named does not lend it on", func(t *testing.T) {
		c := after(t, managerOnly, "ana submits")
		c.at = when("2026-11-03 10:00")
		c.wakeUntil()
		c.lend("marek", "yuki")
		c.try(t, workflows.CodeDelegate, "helen names marek as=line_manager", "yuki for marek approves")
	})
	t.Run("an outsider does not lend it on either", func(t *testing.T) {
		c := after(t, "stage first none", "ana submits", `helen names dan as=none "He knows it and is independent."`)
		if err := c.person("zed Zed Young, roles none"); err != nil {
			t.Fatal(err)
		}
		c.lend("dan", "zed")
		c.try(t, workflows.CodeDelegate, "zed for dan approves")
	})
	t.Run("a naming is for one stage", func(t *testing.T) {
		c := after(t, "stage first none\nstage second none", "ana submits", `helen names dan as=none "He knows it and is independent."`)
		if err := c.person("zed Zed Young, roles none"); err != nil {
			t.Fatal(err)
		}
		c.try(t, workflows.CodeNotEntitled, "zed approves", "dan approves")
	})
	t.Run("a holder who was asked already is reminded when named", func(t *testing.T) {
		c := after(t, "stage experts ciso sla 8 escalate compliance_lead", "ana submits")
		c.at = when("2026-11-03 10:00")
		c.wakeUntil()
		out := c.try(t, "", "helen names rahul as=ciso")
		if n, ok := out.Effects[0].(workflows.Notify); !ok || n.To != "rahul" || n.Why != workflows.WhyRemind {
			t.Errorf("%v", out.Effects)
		}
	})
	t.Run("who decided before does not name an outsider", func(t *testing.T) {
		c := after(t, "stage first compliance_lead\nstage second none", "ana submits", "helen approves")
		c.try(t, workflows.CodeNotEntitled, `helen names dan as=none "He knows it and is independent."`)
		c.try(t, "", `marek names dan as=none "He knows it and is independent."`)
	})
	t.Run("who decided this stage is not named for its other seat", func(t *testing.T) {
		c := after(t, "stage pair dpo quorum 2", "ana submits", "dan approves")
		c.try(t, workflows.CodeNotIndep, `helen names dan as=dpo "He knows it and is independent."`)
	})
	t.Run("nothing is approved in the prohibited tier, whatever its stages", func(t *testing.T) {
		c := after(t, "tier prohibited\n"+managerOnly, "ana submits")
		c.try(t, workflows.CodeProhibited, "ben approves")
		if approval.Actions(c.r, "ben", c.roster(), c.at) != nil {
			t.Error("ben has a button")
		}
	})
	t.Run("requester who has left does nothing any more", func(t *testing.T) {
		c := after(t, managerOnly, "ana submits")
		c.leave("ana")
		c.try(t, workflows.CodeInactive, "ana withdraws")
	})
	t.Run("a question goes to the owner when the requester has left", func(t *testing.T) {
		c := after(t, managerOnly+"\nstage last ciso", "ana submits owner=omar")
		c.leave("ana")
		c.try(t, "", `ben asks "Why?"`, `omar answers 1 "So."`)
	})
}

func TestHoldDuties(t *testing.T) {
	t.Run("two tiers are no agreement", func(t *testing.T) {
		c := after(t, holdOnly, "ana submits", `nadia rules reclassify tier=high "It reads no feelings at all."`)
		out := c.try(t, "", `helen rules reclassify tier=limited "It reads no feelings at all."`)
		if out.State.Round != 1 || out.State.Status != approval.StatusOpen {
			t.Error(stateLine(out.State))
		}
	})
	t.Run("a tier the policy does not know", func(t *testing.T) {
		c := after(t, holdOnly, "ana submits", `nadia rules reclassify tier=medium "It reads no feelings at all."`)
		out := c.try(t, workflows.CodeField, `helen rules reclassify tier=medium "It reads no feelings at all."`)
		if out.Refusal.Field != "tier" {
			t.Error(out.Refusal.Field)
		}
	})
	t.Run("one person does not fill both halves", func(t *testing.T) {
		c := after(t, holdOnly)
		for _, line := range []string{"both Bo Berg, roles compliance_lead legal_counsel", "too To Berg, roles compliance_lead legal_counsel"} {
			if err := c.person(line); err != nil {
				t.Fatal(err)
			}
		}
		c.lend("both", "too")
		c.try(t, "", "ana submits", "both rules confirm_stop")
		out := c.try(t, "", "both rules confirm_stop")
		if out.State.Status != approval.StatusOpen {
			t.Fatal("one person stopped it alone")
		}
		// For the same person there is only the half they have.
		out = c.try(t, "", "too for both rules confirm_stop")
		if out.State.Status != approval.StatusOpen {
			t.Fatal("one person stopped it with a delegate")
		}
		if out = c.try(t, "", "helen rules confirm_stop"); out.State.Status != approval.StatusStopped {
			t.Fatal(stateLine(out.State))
		}
	})
}

// TestDueWithPauses: 16 working hours; four before the question, the rest after the answer.
func TestDueWithPauses(t *testing.T) {
	c := after(t, "stage experts ciso sla 16", "ana submits")
	c.at = when("2026-11-02 13:00")
	c.try(t, "", `yuki asks "Why?"`)
	c.at = when("2026-11-05 12:00")
	c.try(t, "", `ana answers 1 "So."`)
	if due := approval.Due(c.r, "yuki"); !due.Equal(when("2026-11-06 16:00")) {
		t.Errorf("due %s", due)
	}
	c.at = when("2026-11-06 09:00")
	c.try(t, "", `yuki asks "Why again?"`)
	c.at = c.at.Add(time.Hour)
	c.try(t, "", `ana answers 2 "So."`)
	if due := approval.Due(c.r, "yuki"); !due.Equal(when("2026-11-06 17:00")) {
		t.Errorf("due %s", due)
	}
}
