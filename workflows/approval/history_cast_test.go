package approval_test

import (
	"slices"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// casts checks what was cast in this step against an oracle of its own.
func (h *history) casts(before approval.Request) {
	for _, v := range h.r.Votes[len(before.Votes):] {
		h.entitled(v.Cast, before)
	}
	for _, v := range h.r.Rulings[len(before.Rulings):] {
		h.entitled(v.Cast, before)
	}
	if h.r.Why == approval.FactReclassified && h.r.Round > before.Round {
		h.two(before.Round)
	}
	for _, v := range h.r.Advices[len(before.Advices):] {
		h.entitled(v.Cast, before)
	}
	// Nobody's word counts twice in a round, neither their own nor one lent to a delegate.
	type seat struct {
		round int
		who   workflows.PersonID
	}
	seen := map[seat]bool{}
	for _, v := range h.r.Votes {
		for _, who := range []workflows.PersonID{v.Person, v.For} {
			if who == "" {
				continue
			}
			h.must(!seen[seat{v.Round, who}], "%s counted twice in round %d", who, v.Round)
			seen[seat{v.Round, who}] = true
		}
	}
}

// two checks that two different people named the tier of a new round, for different roles.
func (h *history) two(round int) {
	last := map[workflows.Role]approval.Ruling{}
	stage := h.r.Rulings[len(h.r.Rulings)-1].Stage // on hold, or beside the decisions: what is said elsewhere is about something else
	for _, v := range h.r.Rulings {
		if v.Round == round && v.Stage == stage {
			last[v.Roles[0]] = v
		}
	}
	var people []workflows.PersonID
	for _, v := range last {
		h.must(v.Tier == h.r.Screening.Assessment.Tier, "%s named %s", v.Person, v.Tier)
		people = append(people, v.Person)
	}
	h.must(len(people) == 2 && people[0] != people[1], "another tier was named by %v", people)
}

// entitled is the oracle: written from PRODUCT 2.7 and not from the code.
func (h *history) entitled(c approval.Cast, before approval.Request) {
	whose := c.Person
	if c.For != "" {
		whose = c.For
		i := slices.IndexFunc(h.delegations, func(d workflows.Delegation) bool {
			return d.From == c.For && d.To == c.Person && d.Covers(h.at) && d.NamedAt.Before(h.r.SentAt)
		})
		h.must(i >= 0, "%s acted for %s without a delegation", c.Person, c.For)
	}
	for _, p := range []workflows.PersonID{c.Person, whose} {
		h.must(p != before.Requester && p != before.Owner, "%s decided their own request", p)
		h.must(h.people[p].Active, "%s is not active", p)
	}
	h.must(len(c.Roles) > 0, "a cast without a role")
	for _, role := range c.Roles {
		named := slices.ContainsFunc(before.Namings, func(n approval.Naming) bool {
			return n.Round == c.Round && n.Stage == c.Stage && n.Person == whose && n.Role == role && n.By != whose
		})
		manager, found := h.roster().ManagerOf(before.Requester)
		isManager := role == workflows.LineManager && found && manager.ID == whose
		h.must(h.people[whose].Has(role) || isManager || named, "%s had no right to %s", whose, role)
	}
}

// waits: everybody who is asked to decide could.
func (h *history) waits() {
	for i, w := range h.r.Waits {
		h.must(w.Who != "" && (i == 0 || h.r.Waits[i-1] != w), "an empty or double wait")
		if w.Why != workflows.WhyDecide && w.Why != workflows.WhyAdvise {
			continue
		}
		h.must(w.Who != h.r.Requester && w.Who != h.r.Owner, "%s is asked about their own request", w.Who)
		kinds := map[workflows.Why]string{workflows.WhyDecide: "decided", workflows.WhyAdvise: "advised"}
		can := slices.ContainsFunc(approval.Actions(h.r, w.Who, h.roster(), h.at), func(a approval.Action) bool {
			return a.Kind == kinds[w.Why] || a.Kind == "ruled" && w.Why == workflows.WhyDecide
		})
		h.must(can, "%s is asked to %s and has no button for it", w.Who, w.Why)
	}
}

// approved: what every approval has to have.
func (h *history) approved() {
	plan := h.r.Screening.Plan
	people := map[workflows.PersonID]bool{}
	for _, v := range h.r.Votes {
		if v.Round == h.r.Round {
			h.must(v.Approve, "approved with a rejection")
			people[v.Person] = true
		}
	}
	h.must(len(people) >= max(plan.MinIndependent, 1), "approved by %d people", len(people))
	h.must(h.r.Screening.Assessment.Tier != policy.TierProhibited, "approved under legal hold")
	h.must(!plan.OwnerAccepts || !h.r.Accepted.IsZero(), "approved without the owner")
	h.must(h.people[h.r.Owner].Active, "approved for an owner who has left")
	for _, d := range h.r.Advices {
		h.must(d.Round != h.r.Round || !d.Objection || d.OverruledBy > 0, "approved over an objection nobody answered")
	}
	for _, p := range plan.Preconditions {
		h.must(slices.ContainsFunc(h.r.Links, func(l approval.Link) bool { return l.Key == p.Key }), "approved without %s", p.Key)
	}
}
