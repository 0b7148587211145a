package approval_test

import (
	"reflect"
	"testing"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// TestAssurance forges presses past every surface: the machine takes no vote, no ruling and no naming of whom it is not sure
// enough, records nothing of that, and tells somebody who may not do it at all only that.
func TestAssurance(t *testing.T) {
	const reason = "It reads what it should not read."
	open := func(t *testing.T) *company { return after(t, managerOnly, "ana submits") }
	held := func(t *testing.T) *company { return after(t, holdOnly, "ana submits") }
	escalated := func(t *testing.T) *company {
		c := open(t)
		c.at = when("2026-11-03 10:00")
		c.wakeUntil()
		return c
	}
	for name, act := range map[string]struct {
		begin func(*testing.T) *company
		who   workflows.PersonID
		what  workflows.What
	}{
		"approve": {open, "ben", approval.Decided{Approve: true}},
		"reject":  {open, "ben", approval.Decided{Reason: reason}},
		"rule":    {held, "nadia", approval.Ruled{Outcome: policy.OutcomeConfirmStop}},
		"name":    {escalated, "helen", approval.Named{Person: "marek", Role: workflows.LineManager}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, wants := range []string{"", policy.AssuranceChat, policy.AssurancePortal, policy.AssuranceFresh, "a word of a newer program"} {
				for i, has := range []workflows.Assurance{"", workflows.AssuredChat, workflows.AssuredPortal, workflows.AssuredFresh} {
					c := act.begin(t)
					c.r.Screening.Plan.Assurance = wants
					ev := workflows.Event{
						Actor: act.who, At: c.at, About: workflows.RequestRef(c.r.ID), Assured: has, What: act.what,
						Via:  workflows.Via{Surface: "slack", Link: "acc-1"},
						Seen: workflows.Seen{Stage: c.r.Screening.Plan.Stages[0].Key, Round: 1, Revision: 1},
					}
					out := c.step(ev)
					enough := map[string]int{"": 0, policy.AssuranceChat: 0, policy.AssurancePortal: 2, policy.AssuranceFresh: 3}
					need, known := enough[wants]
					if may := known && i >= need; may != (out.Refusal == nil) {
						t.Errorf("wants %q, has %q: %+v", wants, has, out.Refusal)
					}
					if out.Refusal != nil && (out.Refusal.Code != workflows.CodeNotNow || len(out.Records)+len(out.Effects) != 0 || !reflect.DeepEqual(out.State, c.r)) {
						t.Errorf("wants %q, has %q: %s leaves %d records", wants, has, out.Refusal.Code, len(out.Records))
					}
					ev.Actor = "yuki"
					if out := c.step(ev); out.Refusal == nil || out.Refusal.Code != workflows.CodeNotEntitled || len(out.Records) != 1 {
						t.Errorf("wants %q, has %q: somebody else is told %+v", wants, has, out.Refusal)
					}
				}
			}
		})
	}
}
