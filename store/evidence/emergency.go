package evidence

import (
	"steward/workflows"
	"steward/workflows/approval"
)

// emergency takes an emergency approval. It is no stage of the chain and no vote: it stands among the decisions under a name that no
// stage has, and among the exceptions.
func (c *Case) emergency(r workflows.Record, d approval.Detail, e Entry) {
	switch r.What {
	case approval.FactEmergencyAsked:
		c.asked = r.Time()
		c.except(r, e, "emergency approval was asked for", "needed until "+d.Until)
	case approval.FactEmergencyAllowed:
		c.urgent(r, d, e, "emergency approval until "+stamp(moment(d.ValidUntil)))
		c.except(r, e, "emergency approval", "until "+stamp(moment(d.ValidUntil)))
	case approval.FactEmergencyDeclined:
		c.urgent(r, d, e, "no emergency approval")
	case approval.FactEmergencyEnded:
		if d.ValidUntil > 0 && d.End != approval.EmergencyApproved {
			c.except(r, e, "emergency approval ended without an approval", string(d.End))
		}
	}
}

// urgent adds the answer to the decisions.
func (c *Case) urgent(r workflows.Record, d approval.Detail, e Entry, what string) {
	c.Decisions = append(c.Decisions, Decision{
		Round: d.Round, Revision: d.Revision, Stage: "emergency", Roles: d.Roles, Entitled: d.Entitled, Person: r.Actor, For: r.For,
		What: what, Conditions: d.Conditions, Tier: c.Tier, LegalClass: c.LegalClass, Policy: c.Policy, Version: c.Version, Shown: r.Shown,
		Surface: r.Via.Surface, Opened: c.asked, At: r.Time(), N: e.N, Leaf: e.Leaf, Reason: said(r, e, "reason"),
	})
}
