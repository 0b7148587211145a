package approval_test

import (
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// renewals plays a request of Ana's, owned by her, to its approval, and gives the world and the entry that it brought.
func renewals(t *testing.T) (*company, *approval.Entry) {
	t.Helper()
	c := newCompany()
	for _, line := range []string{"ana Ana Ruiz, manager ben", "ben Ben Sato", "cleo Cleo Ng, roles gov", "dora Dora Lee"} {
		if err := c.person(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.plan([]string{"registers", "stage manager line_manager sla 8", "stage governance gov sla 8"}); err != nil {
		t.Fatal(err)
	}
	c.next.Answers = policy.Answers{"owner": {Text: "ana"}}
	c.done(t, "ana", approval.Submitted{})
	c.done(t, "ben", approval.Decided{Approve: true})
	c.done(t, "cleo", approval.Decided{Approve: true})
	e := &approval.Entry{ID: "AIS-1", Owner: "ana", From: c.r.ValidUntil.AddDate(0, 0, -30), Until: c.r.ValidUntil}
	c.entry, c.at = e, e.From
	return c, e
}

func (c *company) done(t *testing.T, who workflows.PersonID, what workflows.What) workflows.Outcome[approval.Request] {
	t.Helper()
	out := c.step(workflows.Event{Actor: who, What: what})
	if out.Refusal != nil {
		t.Fatalf("%s by %s: %s", what.Kind(), who, out.Refusal.Sentence)
	}
	c.r = out.State
	return out
}

// renew lets the owner renew; the policy takes the short chain.
func (c *company) renew(t *testing.T) workflows.Outcome[approval.Request] {
	t.Helper()
	n := c.r.Renewable(*c.entry, c.entry.Owner)
	n.Short = true
	c.next.Renews, c.next.Answers = &n, n.Before
	c.next.Plan.Stages = c.next.Plan.Stages[len(c.next.Plan.Stages)-1:]
	return c.done(t, c.entry.Owner, approval.Renewed{})
}

func has[E workflows.Effect](effects []workflows.Effect, is func(E) bool) bool {
	for _, e := range effects {
		if one, ok := e.(E); ok && is(one) {
			return true
		}
	}
	return false
}

func TestRenewRefused(t *testing.T) {
	for name, x := range map[string]struct {
		who    workflows.PersonID
		change func(*company, *approval.Entry)
		code   workflows.Code
	}{
		"somebody else":         {"cleo", func(*company, *approval.Entry) {}, workflows.CodeNotYours},
		"whoever owned it":      {"ana", func(_ *company, e *approval.Entry) { e.Owner = "dora" }, workflows.CodeNotYours},
		"too early":             {"ana", func(c *company, e *approval.Entry) { c.at = e.From.AddDate(0, 0, -1) }, workflows.CodeNotNow},
		"revoked":               {"ana", func(_ *company, e *approval.Entry) { e.Over = true }, workflows.CodeClosed},
		"nothing in a register": {"ana", func(c *company, _ *approval.Entry) { c.entry = nil }, workflows.CodeUnknown},
		"one is open":           {"ana", func(c *company, _ *approval.Entry) { c.renew(t) }, workflows.CodeDecided},
	} {
		c, e := renewals(t)
		x.change(c, e)
		out := c.step(workflows.Event{Actor: x.who, What: approval.Renewed{}})
		if out.Refusal == nil || out.Refusal.Code != x.code || len(out.Effects) > 0 {
			t.Errorf("%s: %+v", name, out.Refusal)
		}
	}
	c, _ := renewals(t)
	out := c.step(workflows.Event{Actor: "ana", What: approval.Renewed{}, Seen: workflows.Seen{Round: 7}})
	if out.Refusal == nil || out.Refusal.Code != workflows.CodeStale {
		t.Errorf("a press on another round: %+v", out.Refusal)
	}
}

func TestRenew(t *testing.T) {
	c, e := renewals(t)
	e.Owner = "dora" // it was handed over
	ended := c.r.ValidUntil
	out := c.renew(t)
	r := c.r
	if r.Round != 2 || r.Status != approval.StatusOpen || r.Owner != "dora" || r.Requester != "ana" || r.Asker() != "dora" || r.Accepted.IsZero() || !r.ValidUntil.IsZero() {
		t.Errorf("the round is %+v", r)
	}
	if !has(out.Effects, func(x workflows.Tell) bool {
		return x.About == workflows.SystemRef("AIS-1") && x.What == workflows.RenewalBegan{Round: 2}
	}) {
		t.Errorf("the entry is not told: %+v", out.Effects)
	}
	for _, who := range []workflows.PersonID{"ana", "dora"} {
		if _, no := approval.MayDecide(r, who, c.roster(), c.at); no == nil {
			t.Errorf("%s decides", who)
		}
	}
	no := c.step(workflows.Event{Actor: "ana", What: approval.Withdrawn{}})
	if no.Refusal == nil || no.Refusal.Code != workflows.CodeNotYours {
		t.Errorf("whoever asked once withdraws a renewal of somebody else: %+v", no.Refusal)
	}
	out = c.done(t, "cleo", approval.Decided{Approve: true})
	if c.r.Status != approval.StatusApproved || !c.r.ValidUntil.After(ended) {
		t.Errorf("it is %s until %s", c.r.Status, c.r.ValidUntil)
	}
	if !has(out.Effects, func(x workflows.Open) bool { return x.What == workflows.Registered{Request: "AIR-42", Round: 2} }) {
		t.Errorf("the register is not told: %+v", out.Effects)
	}
}

// TestRenewOnHold puts a renewal on legal hold: the entry is told at once, and again when another tier is named.
func TestRenewOnHold(t *testing.T) {
	c, e := renewals(t)
	if err := c.person("nadia Nadia Roy, roles legal compliance_lead"); err != nil {
		t.Fatal(err)
	}
	if err := c.person("helen Helen Ost, roles compliance_lead"); err != nil {
		t.Fatal(err)
	}
	c.at = e.From.AddDate(0, 0, -60)
	if out := c.step(workflows.Event{Actor: "ana", What: approval.Renewed{}}); out.Refusal == nil || out.Refusal.Code != workflows.CodeNotNow {
		t.Fatalf("renewed long before its end: %+v", out.Refusal)
	}
	e.Doubted = true // a change was reported: a new decision can be asked for at once
	n, plan := c.r.Renewable(*e, "ana"), c.next
	hold := func(tier policy.Tier, lines ...string) {
		if err := c.plan(lines); err != nil {
			t.Fatal(err)
		}
		c.next.Renews, c.next.Answers, c.next.Assessment.Tier = &n, n.Before, tier
	}
	hold(policy.TierProhibited, "registers", "tier prohibited", "stage hold legal compliance_lead quorum 2 sla 24 legal_hold")
	out := c.done(t, "ana", approval.Renewed{})
	tells := func(what workflows.What) bool {
		return has(out.Effects, func(x workflows.Tell) bool { return x.About == workflows.SystemRef("AIS-1") && x.What == what })
	}
	if !tells(workflows.HoldBegan{Round: 2}) || !tells(workflows.RenewalBegan{Round: 2}) {
		t.Errorf("the entry is not told: %+v", out.Effects)
	}
	c.next = plan
	hold("limited", "registers", "stage governance gov sla 8")
	for _, who := range []workflows.PersonID{"nadia", "helen"} {
		out = c.done(t, who, approval.Ruled{Outcome: policy.OutcomeReclassify, Tier: "limited", Reason: "It measures the line, and reads no emotion of anybody."})
	}
	if c.r.Round != 3 || !tells(workflows.HoldLifted{Round: 3}) {
		t.Errorf("round %d, and the entry is not told: %+v", c.r.Round, out.Effects)
	}
}

func TestRenewFails(t *testing.T) {
	for name, end := range map[string]func(*company) workflows.Outcome[approval.Request]{
		"rejected": func(c *company) workflows.Outcome[approval.Request] {
			return c.done(t, "cleo", approval.Decided{Reason: "It is not clear who uses it today."})
		},
		"withdrawn": func(c *company) workflows.Outcome[approval.Request] { return c.done(t, "ana", approval.Withdrawn{}) },
	} {
		c, _ := renewals(t)
		c.renew(t)
		out := end(c)
		if has(out.Effects, func(workflows.Open) bool { return true }) ||
			!has(out.Effects, func(x workflows.Tell) bool { return x.What == workflows.RenewalFailed{Round: 2} }) {
			t.Errorf("%s: %+v", name, out.Effects)
		}
		c.renew(t)
		if n := c.r.Screening.Renews; c.r.Round != 3 || n.Round != 1 {
			t.Errorf("%s: the next try is round %d and renews round %d", name, c.r.Round, n.Round)
		}
	}
	c, e := renewals(t)
	c.renew(t)
	e.Over = true
	out := c.step(workflows.Event{Actor: "cleo", What: approval.Decided{Approve: true}})
	if out.Refusal == nil || out.Refusal.Code != workflows.CodeNotNow {
		t.Errorf("what was revoked meanwhile is renewed: %+v", out.Refusal)
	}
}

// TestRenewalDelegate lets somebody decide on a renewal who was named to stand in long after the request was sent, and before the
// renewal was.
func TestRenewalDelegate(t *testing.T) {
	for named, may := range map[string]bool{"before the renewal": true, "after it": false} {
		c, _ := renewals(t)
		for _, line := range []string{"mia Mia Chen, roles gov"} {
			if err := c.person(line); err != nil {
				t.Fatal(err)
			}
		}
		c.renew(t)
		at := c.r.RoundAt.Add(-time.Hour)
		if !may {
			at = c.r.RoundAt.Add(time.Hour)
		}
		c.at = c.r.RoundAt.Add(2 * time.Hour)
		c.delegations = []workflows.Delegation{{ID: "1", From: "cleo", To: "mia", Starts: at, Ends: c.at.AddDate(0, 0, 5), NamedAt: at}}
		out := c.step(workflows.Event{Actor: "mia", For: "cleo", What: approval.Decided{Approve: true}})
		if got := out.Refusal == nil; got != may {
			t.Errorf("named %s: %+v", named, out.Refusal)
		}
	}
}

// TestRenewalAndHandOver: whoever owns what is renewed, or has owned it, decides nothing about it, whenever they came to own it.
func TestRenewalAndHandOver(t *testing.T) {
	t.Run("whoever it is handed over to meanwhile does not decide", func(t *testing.T) {
		c, e := renewals(t)
		c.renew(t)
		e.Owner, e.Owners = "cleo", []workflows.PersonID{"ana"}
		c.done(t, workflows.System, approval.RosterChanged{})
		for _, w := range c.r.Waits {
			if w.Who == "cleo" && w.Why == workflows.WhyDecide {
				t.Error("the owner is asked to decide")
			}
		}
		if len(approval.Actions(c.r, "cleo", c.roster(), c.at)) != 0 {
			t.Errorf("the owner has buttons: %+v", approval.Actions(c.r, "cleo", c.roster(), c.at))
		}
		no := c.step(workflows.Event{Actor: "cleo", What: approval.Decided{Approve: true}}).Refusal
		if no == nil || no.Code != workflows.CodeOwnRequest || !strings.Contains(no.Sentence, "You own what this is about") {
			t.Errorf("the owner decides: %+v", no)
		}
	})
	t.Run("nor does whoever owned it before", func(t *testing.T) {
		c, e := renewals(t)
		e.Owner, e.Owners = "dora", []workflows.PersonID{"cleo"}
		c.renew(t)
		if no := c.step(workflows.Event{Actor: "cleo", What: approval.Decided{Approve: true}}).Refusal; no == nil || no.Code != workflows.CodeOwnRequest {
			t.Errorf("a former owner decides: %+v", no)
		}
	})
	t.Run("a vote of who owns it since approves nothing", func(t *testing.T) {
		c, e := renewals(t)
		n := c.r.Renewable(*e, "ana")
		c.next.Renews, c.next.Answers = &n, n.Before
		c.done(t, "ana", approval.Renewed{})
		c.done(t, "ben", approval.Decided{Approve: true})
		e.Owner, e.Owners = "ben", []workflows.PersonID{"ana"}
		if no := c.step(workflows.Event{Actor: "cleo", What: approval.Decided{Approve: true}}).Refusal; no == nil || !strings.Contains(no.Sentence, "owns AIS-1 since") {
			t.Errorf("approved by its owner: %+v", no)
		}
	})
	t.Run("whoever has left owns nothing that is approved", func(t *testing.T) {
		c, e := renewals(t)
		c.renew(t)
		e.Owner, e.Owners = "dora", []workflows.PersonID{"ana"}
		c.leave("dora")
		if no := c.step(workflows.Event{Actor: "cleo", What: approval.Decided{Approve: true}}).Refusal; no == nil || no.Code != workflows.CodeInactive || !strings.Contains(no.Sentence, "handed over") {
			t.Errorf("approved for somebody who has left: %+v", no)
		}
	})
}
