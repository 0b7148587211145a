package approval

import (
	"slices"

	"steward/workflows"
)

// delegated finds a delegation by which the person may act for somebody in the present stage: for forID, or, where that is
// empty, for the first who named them. The refusal says why a delegation that exists does not count here; it is nil where
// there is none at all.
func (b bench) delegated(p, forID workflows.PersonID, wanted []workflows.Role, a act) (Entitlement, *workflows.Refusal) {
	var why *workflows.Refusal
	for _, d := range b.roster.DelegatorsOf(p, b.at) {
		if forID != "" && d.From != forID {
			continue
		}
		roles, no := b.lent(d, wanted, a)
		if len(roles) > 0 {
			return Entitlement{Roles: roles, How: ByDelegation, For: d.From}, nil
		}
		if why == nil {
			why = no
		}
	}
	return Entitlement{}, why
}

// lent gives the roles a delegation carries here. Depth is one: what somebody was lent or named for they cannot lend on.
// The refusal is nil where the delegator has nothing to decide here, unless somebody acts for them by name.
func (b bench) lent(d workflows.Delegation, wanted []workflows.Role, a act) ([]workflows.Role, *workflows.Refusal) {
	var theirs []workflows.Role
	for _, role := range wanted {
		if b.right(d.From, role) != "" {
			theirs = append(theirs, role)
		}
	}
	w := b.words()
	voted := b.voted(d.From, a)
	switch {
	case b.r.hasStake(d.From):
		return nil, w.delegatorIsParty(d.From)
	case len(theirs) == 0:
		return nil, nil
	case b.apart(d.From, a) != nil:
		return nil, w.delegatorNotFree(d.From)
	case voted != nil:
		return nil, w.filled(*voted, d.To)
	case !d.HandOver && !d.NamedAt.Before(b.r.begun()):
		return nil, w.namedTooLate(d.From)
	}
	var roles []workflows.Role
	for _, role := range theirs {
		if b.standsIn(d, role) {
			roles = append(roles, role)
		}
	}
	if len(roles) == 0 {
		return nil, w.otherRole(d.From, theirs)
	}
	return roles, nil
}

// standsIn says whether the delegate may fill the role: they hold it too; for the line manager they stand above the
// requester, or report to the same manager as the delegator.
func (b bench) standsIn(d workflows.Delegation, role workflows.Role) bool {
	if b.sameRole(d.To, role) {
		return true
	}
	if role != workflows.LineManager {
		return false
	}
	from, ok := b.roster.Person(d.From)
	to, known := b.roster.Person(d.To)
	return ok && known && to.Active && from.Manager != "" && from.Manager == to.Manager
}

// escalationHolder says whether the person holds a role the present stage escalates to.
func (b bench) escalationHolder(p workflows.PersonID) bool {
	person, ok := b.roster.Person(p)
	return ok && person.Active && person.HasAny(b.stage.EscalateTo...)
}

// unblocker gives the person who may name an outsider for a seat that nobody independent can fill: the first of compliance
// lead, top management and administrator who is independent and not away; one who is asked already stays it. Where all of them
// are away, the first. Empty where no seat is blocked, or where there is nobody.
func (b bench) unblocker() workflows.PersonID {
	if len(b.blocked()) == 0 {
		return ""
	}
	var here, away []workflows.PersonID
	for _, role := range Unblockers() {
		for _, h := range b.roster.Holders(role) {
			if b.apart(h.ID, actVote) != nil {
				continue
			}
			if _, gone := b.roster.DelegateOf(h.ID, b.at); gone {
				away = append(away, h.ID)
				continue
			}
			here = append(here, h.ID)
		}
	}
	for _, w := range b.r.Waits {
		if w.Why == workflows.WhyUnblock && w.Part == b.stage.Key && slices.Contains(here, w.Who) {
			return w.Who
		}
	}
	if all := slices.Concat(here, away); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Unblockers gives the roles that may name an outsider, in their order. [Facts].Roster holds their holders.
func Unblockers() []workflows.Role {
	return []workflows.Role{workflows.ComplianceLead, workflows.TopManagement, workflows.Administrator}
}

// unblocks says whether the person is the one who may name an outsider now.
func (b bench) unblocks(p workflows.PersonID) bool {
	person, ok := b.roster.Person(p)
	return ok && person.HasAny(Unblockers()...) && b.unblocker() == p
}

// blocked gives the roles of the open seats that nobody may fill, or only an outsider who is away or late, sorted.
func (b bench) blocked() []workflows.Role {
	if b.r.StageAt.IsZero() || b.r.ended() {
		return nil
	}
	var out []workflows.Role
	free := map[workflows.PersonID]bool{}
	open := 0
	for _, seat := range b.seats() {
		if !seat.Open {
			continue
		}
		may := slices.DeleteFunc(slices.Clone(seat.May), b.stuck)
		if len(may) == 0 {
			out = append(out, seat.Roles...)
			continue
		}
		if seat.Advice || b.stage.All {
			continue
		}
		open++
		for _, e := range may {
			free[e.Person] = true
		}
		if len(free) < open {
			out = append(out, seat.Roles...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
