package approval

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Seat is one answer the present stage needs.
type Seat struct {
	Roles  []workflows.Role // a holder of any of these fills it
	Advice bool
	Open   bool
	By     *Cast      // who filled it; also set on an open seat of a legal hold whose two rulings differ
	May    []Eligible // who may fill it now, ordered by id; empty where it is filled
}

// Eligible is a person who may fill a seat, and why.
type Eligible struct {
	Person workflows.PersonID
	For    workflows.PersonID // set for a delegate
	Role   workflows.Role
	How    string // see [Entitlement]
}

// Seats gives the seats of the present stage, those that decide first, and who may fill the open ones at that moment. A
// request that has ended has none.
func Seats(r Request, roster workflows.Roster, at time.Time) []Seat {
	if r.ended() {
		return nil
	}
	return newBench(r, roster, at).seats()
}

// seats gives the seats with who may fill them.
func (b bench) seats() []Seat {
	out := b.plainSeats()
	deciding := b.deciding()
	for _, a := range []act{deciding, actAdvise} {
		if !slices.ContainsFunc(out, func(s Seat) bool { return s.Open && s.Advice == (a == actAdvise) }) {
			continue
		}
		for _, p := range b.roster.All() {
			ent, no := b.claim(p.ID, "", a)
			if no != nil || len(ent.Roles) == 0 {
				continue
			}
			open := b.fill(ent, p.ID, a)
			for i := range out {
				if out[i].Open && out[i].Advice == (a == actAdvise) && len(open) > 0 {
					out[i].May = appendEligible(out[i], ent, p.ID)
				}
			}
		}
	}
	return out
}

func appendEligible(seat Seat, ent Entitlement, p workflows.PersonID) []Eligible {
	for _, role := range ent.Roles {
		if slices.Contains(seat.Roles, role) {
			return append(seat.May, Eligible{Person: p, For: ent.For, Role: role, How: ent.How})
		}
	}
	return seat.May
}

// deciding says what filling a deciding seat of the present stage means.
func (b bench) deciding() act {
	if b.stage.Kind == policy.StageDecide {
		return actVote
	}
	return actRule
}

// plainSeats gives the seats without who may fill them.
func (b bench) plainSeats() []Seat {
	var out []Seat
	switch {
	case b.stage.Kind == policy.StageHold:
		out = b.holdSeats()
	case b.stage.Kind == policy.StageClassify:
		out = b.classifySeats()
	case b.stage.All:
		for _, role := range b.roles(actVote) {
			out = append(out, makeSeat(b.castFor(role, actVote), false, role))
		}
	default:
		out = b.quorumSeats()
	}
	for _, role := range b.roles(actAdvise) {
		out = append(out, makeSeat(b.castFor(role, actAdvise), true, role))
	}
	return out
}

func makeSeat(by *Cast, advice bool, roles ...workflows.Role) Seat {
	return Seat{Roles: roles, Advice: advice, Open: by == nil, By: by}
}

// casts gives the votes, advice or rulings of the present stage in this round, oldest first.
func (b bench) casts(a act) []Cast {
	var out []Cast
	keep := func(c Cast) {
		if c.in(b.r.Round, b.stage.Key) {
			out = append(out, c)
		}
	}
	switch a {
	case actVote:
		for _, v := range b.r.Votes {
			keep(v.Cast)
		}
	case actAdvise:
		for _, v := range b.r.Advices {
			keep(v.Cast)
		}
	case actRule:
		for _, v := range b.r.Rulings {
			keep(v.Cast)
		}
	}
	return out
}

// castFor gives the last cast that filled the role's seat; nil while it is open.
func (b bench) castFor(role workflows.Role, a act) *Cast {
	casts := b.casts(a)
	for i := len(casts) - 1; i >= 0; i-- {
		if slices.Contains(casts[i].Roles, role) {
			return &casts[i]
		}
	}
	return nil
}

// quorumSeats: so many different people, among them one for each role that must be included. A seat that only such a role
// can fill is not open to others, so that a quorum of two never ends up with three votes.
func (b bench) quorumSeats() []Seat {
	roles := b.roles(actVote)
	if len(roles) == 0 {
		return nil
	}
	var out []Seat
	casts := b.casts(actVote)
	for i := range casts {
		out = append(out, makeSeat(&casts[i], false, casts[i].Roles...))
	}
	open := max(b.stage.Quorum, 1) - len(casts)
	for _, must := range b.stage.MustInclude {
		if !slices.ContainsFunc(casts, func(c Cast) bool { return slices.Contains(c.Roles, must) }) {
			out = append(out, makeSeat(nil, false, must))
			open--
		}
	}
	for ; open > 0; open-- {
		out = append(out, makeSeat(nil, false, roles...))
	}
	return out
}

func (b bench) classifySeats() []Seat {
	roles := b.roles(actRule)
	if len(roles) == 0 {
		return nil
	}
	if casts := b.casts(actRule); len(casts) > 0 {
		last := casts[len(casts)-1]
		return []Seat{makeSeat(&last, false, last.Roles...)}
	}
	return []Seat{makeSeat(nil, false, roles...)}
}

// holdSeats: one for each role. Where all have ruled and do not agree, all are open again.
func (b bench) holdSeats() []Seat {
	var out []Seat
	for _, role := range b.roles(actRule) {
		out = append(out, makeSeat(b.castFor(role, actRule), false, role))
	}
	if _, agreed := b.agreement(); b.allRuled() && !agreed {
		for i := range out {
			out[i].Open = true
		}
	}
	return out
}

// complete says that nothing is missing in the present stage. A stage without members is never complete: silence does not
// approve.
func (b bench) complete() bool {
	seats := b.plainSeats()
	return len(seats) > 0 && !slices.ContainsFunc(seats, func(s Seat) bool { return s.Open })
}
