package approval_test

import (
	"strings"
	"testing"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

const fits = "The newsletter is our outward voice, so more people look at it."

// overriding is a request of Ana's that waits for her manager; Nadia is legal counsel, Helen the compliance lead, and Omar both.
func overriding(t *testing.T) *company {
	t.Helper()
	c := newCompany()
	for _, line := range []string{
		"ana Ana Ruiz, manager ben", "ben Ben Sato", "nadia Nadia Roy, roles legal", "helen Helen Ost, roles compliance_lead",
		"omar Omar Diaz, roles legal compliance_lead", "cleo Cleo Ng, roles gov",
	} {
		if err := c.person(line); err != nil {
			t.Fatal(err)
		}
	}
	c.tier(t, "minimal", "override legal compliance_lead", "stage manager line_manager sla 8")
	c.done(t, "ana", approval.Submitted{})
	return c
}

// tier makes the policy's answer to the next round.
func (c *company) tier(t *testing.T, tier policy.Tier, lines ...string) {
	t.Helper()
	if err := c.plan(lines); err != nil {
		t.Fatal(err)
	}
	c.next.Assessment.Tier = tier
}

func (c *company) refused(t *testing.T, who workflows.PersonID, what workflows.What, code workflows.Code) {
	t.Helper()
	if out := c.step(workflows.Event{Actor: who, What: what}); out.Refusal == nil || out.Refusal.Code != code {
		t.Errorf("%s by %s: %+v, want %s", what.Kind(), who, out.Refusal, code)
	}
}

func (c *company) asksTier() (who []workflows.PersonID) {
	for _, w := range c.r.Waits {
		if w.Why == workflows.WhyOverride {
			who = append(who, w.Who)
		}
	}
	return who
}

func TestOverride(t *testing.T) {
	up := approval.Overridden{Tier: "limited", Reason: fits}
	t.Run("two begin the chain of another tier", func(t *testing.T) {
		c := overriding(t)
		c.tier(t, "limited", "override legal compliance_lead", "stage manager line_manager sla 8", "stage governance gov sla 8")
		c.done(t, "helen", up)
		if got := c.asksTier(); c.r.Round != 1 || len(got) != 2 || got[0] != "nadia" || got[1] != "omar" {
			t.Fatalf("round %d waits for %v", c.r.Round, got)
		}
		c.refused(t, "helen", approval.Decided{Approve: true}, workflows.CodeNotEntitled)
		c.done(t, "nadia", up)
		if c.r.Round != 2 || c.r.Why != approval.FactReclassified || len(c.r.Screening.Plan.Stages) != 2 || len(c.asksTier()) > 0 {
			t.Errorf("round %d because %s: %+v", c.r.Round, c.r.Why, c.r.Waits)
		}
	})
	t.Run("one alone cannot, with whatever roles", func(t *testing.T) {
		c := overriding(t)
		c.tier(t, "limited", "override legal compliance_lead", "stage governance gov sla 8")
		c.done(t, "omar", up)
		c.done(t, "omar", up)
		if c.r.Round != 1 {
			t.Errorf("it is round %d", c.r.Round)
		}
		c.done(t, "helen", up)
		if c.r.Round != 2 {
			t.Errorf("with another one it is round %d", c.r.Round)
		}
	})
	t.Run("who names the present one lets it be", func(t *testing.T) {
		c := overriding(t)
		c.tier(t, "limited", "override legal compliance_lead", "stage governance gov sla 8")
		c.done(t, "helen", up)
		out := c.done(t, "nadia", approval.Overridden{Tier: "minimal", Reason: fits})
		told := has(out.Effects, func(n workflows.Notify) bool { return n.To == "helen" && n.Why == workflows.WhyOverride })
		if c.r.Round != 1 || len(c.asksTier()) > 0 || !told {
			t.Errorf("round %d, waits %v, told %v", c.r.Round, c.asksTier(), told)
		}
		c.done(t, "nadia", up)
		if c.r.Round != 2 {
			t.Error("changing one's mind does nothing")
		}
	})
	t.Run("refused", func(t *testing.T) {
		c := overriding(t)
		c.tier(t, "limited", "override legal compliance_lead", "stage governance gov sla 8")
		c.refused(t, "ana", up, workflows.CodeOwnRequest)
		c.refused(t, "ben", up, workflows.CodeNotEntitled)
		c.refused(t, "helen", approval.Overridden{Tier: "limited", Reason: "Short."}, workflows.CodeField)
		c.refused(t, "helen", approval.Overridden{Tier: "minimal", Reason: fits}, workflows.CodeField)
		c.refused(t, "helen", approval.Overridden{Tier: "unheard", Reason: fits}, workflows.CodeField)
		c.refused(t, "helen", approval.Overridden{Reason: fits}, workflows.CodeField)
		c.r.Screening.Plan.Override = nil
		c.refused(t, "helen", up, workflows.CodeNotNow)
	})
	t.Run("explained", func(t *testing.T) {
		c := overriding(t)
		c.tier(t, "limited", "override legal compliance_lead", "stage governance gov sla 8")
		c.next.Assessment.Computed = "minimal"
		c.done(t, "helen", up)
		c.done(t, "nadia", up)
		if why := approval.Explain(c.r, c.roster(), c.at)[0].Text; !strings.Contains(why, "people named it") || !strings.Contains(why, "minimal") {
			t.Error(why)
		}
	})
}
