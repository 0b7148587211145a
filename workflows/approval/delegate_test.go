package approval_test

import (
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// TestDelegates presses for an absent Ben, one condition of PRODUCT 2.7 broken at a time. An empty code means accepted.
func TestDelegates(t *testing.T) {
	tests := []struct {
		name   string
		change func(*company, *workflows.Delegation)
		actor  workflows.PersonID
		forID  workflows.PersonID
		code   workflows.Code
	}{
		{"a colleague with the same manager", nil, "mia", "ben", ""},
		{"without saying for whom", nil, "mia", "", ""},
		{"the manager's manager", func(_ *company, d *workflows.Delegation) { d.To = "marek" }, "marek", "ben", ""},
		{"somebody below", func(_ *company, d *workflows.Delegation) { d.To = "lea" }, "lea", "ben", workflows.CodeDelegate},
		{"somebody from elsewhere", func(_ *company, d *workflows.Delegation) { d.To = "yuki" }, "yuki", "", workflows.CodeDelegate},
		{"the requester", func(_ *company, d *workflows.Delegation) { d.To = "ana" }, "ana", "ben", workflows.CodeOwnRequest},
		{"the owner", func(_ *company, d *workflows.Delegation) { d.To = "omar" }, "omar", "ben", workflows.CodeOwnRequest},
		{"somebody who has left", func(c *company, _ *workflows.Delegation) { c.leave("mia") }, "mia", "ben", workflows.CodeInactive},
		{"for somebody who has left", func(c *company, _ *workflows.Delegation) { c.leave("ben") }, "mia", "ben", workflows.CodeDelegate},
		{"named in the moment of sending", func(c *company, d *workflows.Delegation) { d.NamedAt = c.r.SentAt }, "mia", "ben", workflows.CodeDelegate},
		{"named after sending, with open work handed over", func(c *company, d *workflows.Delegation) { d.NamedAt, d.HandOver = c.r.SentAt.Add(time.Minute), true }, "mia", "ben", ""},
		{"the requester, with open work handed over", func(_ *company, d *workflows.Delegation) { d.To, d.HandOver = "ana", true }, "ana", "ben", workflows.CodeOwnRequest},
		{"before it starts", func(c *company, d *workflows.Delegation) { d.Starts = c.at.Add(time.Second) }, "mia", "ben", workflows.CodeDelegate},
		{"at its end", func(c *company, d *workflows.Delegation) { d.Ends = c.at }, "mia", "ben", workflows.CodeDelegate},
		{"at its end, without saying for whom", func(c *company, d *workflows.Delegation) { d.Ends = c.at }, "mia", "", workflows.CodeNotEntitled},
		{"a delegate of the delegate", func(c *company, d *workflows.Delegation) {
			c.delegations = append(c.delegations, workflows.Delegation{ID: "2", From: "mia", To: "marek", Ends: d.Ends, NamedAt: d.NamedAt})
		}, "marek", "mia", workflows.CodeDelegate},
		{"for somebody with nothing to decide", func(_ *company, d *workflows.Delegation) { d.From = "yuki" }, "mia", "yuki", workflows.CodeDelegate},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := after(t, managerOnly)
			for _, line := range []string{"mia Mia Chen, manager marek", "lea Lea Byrne, manager ben"} {
				if err := c.person(line); err != nil {
					t.Fatal(err)
				}
			}
			c.own("owner=omar")
			c.r = c.step(workflows.Event{Actor: "ana", What: approval.Submitted{}}).State
			c.at = c.at.Add(time.Hour)
			c.r = c.step(workflows.Event{Actor: "omar", What: approval.Accepted{}}).State
			c.delegations = []workflows.Delegation{{
				ID: "1", From: "ben", To: "mia", Starts: c.r.SentAt, Ends: c.at.AddDate(0, 0, 5), NamedAt: c.r.SentAt.Add(-time.Second),
			}}
			if tt.change != nil {
				tt.change(c, &c.delegations[0])
			}
			out := c.step(workflows.Event{Actor: tt.actor, For: tt.forID, What: approval.Decided{Approve: true}})
			var code workflows.Code
			if out.Refusal != nil {
				code = out.Refusal.Code
			}
			if code != tt.code {
				t.Fatalf("refused %q (%v), want %q", code, out.Refusal, tt.code)
			}
			if code != "" {
				return
			}
			v := out.State.Votes[0]
			if v.Person != tt.actor || v.For != "ben" || v.Entitled != approval.ByDelegation {
				t.Errorf("the record does not name both: %+v", v)
			}
		})
	}
}

func (c *company) leave(who workflows.PersonID) {
	p := c.people[who]
	p.Active = false
	c.people[who] = p
}
