package approval

import (
	"slices"

	"steward/workflows"
)

// ByRelation says whether a person is part of the request by relation, and not only by a role they hold: as requester, as
// owner, or because they decide, decided or asked as line manager.
func (r Request) ByRelation(p workflows.PersonID) bool {
	manages := func(c Cast) bool { return c.Person == p && slices.Contains(c.Roles, workflows.LineManager) }
	return r.isParty(p) ||
		slices.ContainsFunc(r.Waits, func(w workflows.Wait) bool { return w.Who == p && w.Role == workflows.LineManager }) ||
		slices.ContainsFunc(r.Votes, func(v Vote) bool { return manages(v.Cast) }) ||
		slices.ContainsFunc(r.Questions, func(q Question) bool { return manages(q.Cast) })
}

// ByRole gives the roles, other than line manager, in which a person acted in the request since an earlier state of it, and
// those for which they named somebody: whoever names does so by a role of their own.
func (r Request) ByRole(before Request, p workflows.PersonID) []workflows.Role {
	var out []workflows.Role
	add := func(c Cast) {
		for _, role := range c.Roles {
			if c.Person == p && role != workflows.LineManager && !slices.Contains(out, role) {
				out = append(out, role)
			}
		}
	}
	for _, v := range r.Votes[min(len(before.Votes), len(r.Votes)):] {
		add(v.Cast)
	}
	for _, v := range r.Rulings[min(len(before.Rulings), len(r.Rulings)):] {
		add(v.Cast)
	}
	for _, a := range r.Advices[min(len(before.Advices), len(r.Advices)):] {
		add(a.Cast)
	}
	for _, q := range r.Questions[min(len(before.Questions), len(r.Questions)):] {
		add(q.Cast)
	}
	if e := r.Emergency; e != nil && e.Giver == p && (before.Emergency == nil || before.Emergency.Giver == "") {
		out = append(out, e.Role)
	}
	for _, n := range r.Namings[min(len(before.Namings), len(r.Namings)):] {
		if n.By == p && !slices.Contains(out, n.Role) {
			out = append(out, n.Role)
		}
	}
	return out
}
