package approval

import (
	"slices"

	"steward/workflows"
	"steward/workflows/policy"
)

// fill gives the seats one press of the person would fill; none where all they could fill are taken.
func (b bench) fill(ent Entitlement, p workflows.PersonID, a act) []workflows.Role {
	switch {
	case a == actRule && b.stage.Kind == policy.StageHold:
		return b.fillHold(ent, p)
	case a == actRule, a == actVote && !b.stage.All:
		return b.fillAny(ent, a)
	}
	var open []workflows.Role
	for _, role := range ent.Roles {
		if b.castFor(role, a) == nil {
			open = append(open, role)
		}
	}
	if !b.stage.Expert && len(open) > 1 {
		open = open[:1]
	}
	return open
}

// fillAny is fill for a quorum: one seat, recorded with all roles that speak for it.
func (b bench) fillAny(ent Entitlement, a act) []workflows.Role {
	for _, seat := range b.plainSeats() {
		if !seat.Open || seat.Advice {
			continue
		}
		for _, role := range ent.Roles {
			if slices.Contains(seat.Roles, role) {
				if a == actRule {
					return []workflows.Role{role}
				}
				return ent.Roles
			}
		}
	}
	return nil
}

// fillHold is fill for a legal hold: the seat the person has already, else an open one, else, where the two rulings differ,
// one whose other half is not theirs. The two halves are always different persons.
func (b bench) fillHold(ent Entitlement, p workflows.PersonID) []workflows.Role {
	theirs := func(c *Cast) bool { return c != nil && (c.by(p) || ent.For != "" && c.by(ent.For)) }
	seats := b.holdSeats()
	for _, seat := range seats {
		if theirs(seat.By) {
			if slices.Contains(ent.Roles, seat.Roles[0]) {
				return seat.Roles
			}
			return nil
		}
	}
	for _, fresh := range []bool{true, false} {
		for _, seat := range seats {
			if seat.Open && (seat.By == nil) == fresh && slices.Contains(ent.Roles, seat.Roles[0]) {
				return seat.Roles
			}
		}
	}
	return nil
}

// filler gives the cast that took the last seat of one of the roles; nil where the open seats are for other roles.
func (b bench) filler(roles []workflows.Role, a act) *Cast {
	for _, c := range slices.Backward(b.casts(a)) {
		if slices.ContainsFunc(roles, func(role workflows.Role) bool { return slices.Contains(c.Roles, role) }) {
			return &c
		}
	}
	return nil
}

// openRoles gives the roles that can fill the open seats.
func (b bench) openRoles(a act) []workflows.Role {
	var out []workflows.Role
	for _, seat := range b.plainSeats() {
		if seat.Open && seat.Advice == (a == actAdvise) {
			out = append(out, seat.Roles...)
		}
	}
	return out
}

// ruled gives the standing rulings of a legal hold, one for each role in the order of the plan; absent ones are left out.
func (b bench) ruled() []Ruling {
	var out []Ruling
	for _, role := range b.roles(actRule) {
		for _, v := range slices.Backward(b.r.Rulings) {
			if v.in(b.r.Round, b.stage.Key) && slices.Contains(v.Roles, role) {
				out = append(out, v)
				break
			}
		}
	}
	return out
}

func (b bench) allRuled() bool {
	roles := b.roles(actRule)
	return len(roles) > 0 && len(b.ruled()) == len(roles)
}

// agreement gives the ruling all agree on, outcome and tier; false as long as one is missing or differs.
func (b bench) agreement() (Ruling, bool) {
	ruled := b.ruled()
	if !b.allRuled() {
		return Ruling{}, false
	}
	for _, v := range ruled[1:] {
		if v.Outcome != ruled[0].Outcome || v.Tier != ruled[0].Tier {
			return Ruling{}, false
		}
	}
	return ruled[len(ruled)-1], true
}
