package approval

import (
	"slices"

	"steward/workflows"
)

// clone copies everything a step may change in place. What is only ever replaced as a whole is shared: the screening, and
// the slices inside single votes.
func (r Request) clone() Request {
	r.Pauses = slices.Clone(r.Pauses)
	r.Links = slices.Clone(r.Links)
	r.Namings = slices.Clone(r.Namings)
	r.Attached = slices.Clone(r.Attached)
	r.Waits = slices.Clone(r.Waits)
	r.Owned = slices.Clone(r.Owned)
	r.Told = slices.Clone(r.Told)
	r.Notices = slices.Clone(r.Notices)
	r.Timers = slices.Clone(r.Timers)
	r.Fired = slices.Clone(r.Fired)
	r.Assessments = slices.Clone(r.Assessments)
	r.Votes = slices.Clone(r.Votes)
	r.Rulings = slices.Clone(r.Rulings)
	r.Advices = slices.Clone(r.Advices)
	r.Questions = slices.Clone(r.Questions)
	if r.Emergency != nil {
		e := *r.Emergency
		r.Emergency = &e
	}
	return r
}

// nextID numbers votes, rulings, advice and questions of a request in one row.
func (r Request) nextID() int {
	return 1 + len(r.Votes) + len(r.Rulings) + len(r.Advices) + len(r.Questions)
}

// isParty says whether the person asks for the request, renews its approval, or is to be accountable for it.
func (r Request) isParty(p workflows.PersonID) bool {
	return p == r.Requester || p == r.Owner || p == r.Asker()
}

// hasStake says whether somebody decides nothing here: a party, or whoever owns, or has owned, the entry that it is about.
func (r Request) hasStake(p workflows.PersonID) bool {
	return r.isParty(p) || slices.Contains(r.Owned, p)
}

// by says whether the cast was the person's, themselves or through a delegate: persons are compared, not presses.
func (c Cast) by(p workflows.PersonID) bool { return c.Person == p || c.For == p }

// in says whether the cast belongs to the stage in the round.
func (c Cast) in(round int, stage string) bool { return c.Round == round && c.Stage == stage }
