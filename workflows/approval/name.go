package approval

import (
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// name makes a person eligible for a seat of the present stage. After an escalation the role it went to may name another
// holder of the same role; where nobody independent is left, one person may name an outsider. Neither gets the decision.
func (s *step) name(what Named) *workflows.Refusal {
	b, w := s.bench(), s.words()
	if s.r.StageAt.IsZero() {
		return w.notOpen()
	}
	if s.r.hasStake(s.ev.Actor) {
		return w.ownRequest(s.ev.Actor)
	}
	if !slices.ContainsFunc(b.stage.Members, func(m policy.Member) bool { return m.Role == what.Role }) {
		return workflows.RefuseField("role", "This stage does not ask for that role.")
	}
	outsider, no := b.mayName(s.ev.Actor, what.Role)
	if no != nil {
		return no
	}
	if no := s.assured(); no != nil {
		return no
	}
	reason := strings.TrimSpace(what.Reason)
	if no := capText("reason", reason); no != nil {
		return no
	}
	if outsider {
		if no := needReason(reason, "Say in at least 20 characters why this person: it stays in the record."); no != nil {
			return no
		}
	}
	if no := b.nameable(s.ev.Actor, what.Person, what.Role, outsider); no != nil {
		return no
	}
	s.r.Namings = append(s.r.Namings, Naming{
		Round: s.r.Round, Stage: b.stage.Key, Role: what.Role, Person: what.Person, By: s.ev.Actor,
		Outsider: outsider, Reason: reason, At: s.at,
	})
	s.fact(FactNamed, Detail{
		Stage: b.stage.Key, Roles: []workflows.Role{what.Role}, Person: what.Person, Outsider: outsider,
	}, map[string]string{"reason": reason})
	if _, told := s.r.notice(what.Person, workflows.WhyDecide, b.stage.Key); told {
		s.tell(what.Person, workflows.WhyRemind, b.stage.Key)
	}
	return nil
}

// mayName says whether the person may name somebody for the role: an outsider for a blocked seat, or, after escalation,
// another holder.
func (b bench) mayName(p workflows.PersonID, role workflows.Role) (outsider bool, no *workflows.Refusal) {
	switch {
	case b.unblocks(p) && slices.Contains(b.blocked(), role):
		return true, nil
	case b.r.Escalated && b.escalationHolder(p):
		return false, nil
	}
	return false, b.words().mayNotName()
}

// Nameable gives whom a person may name for a role of the present stage, as another holder of it, ordered by id; a manager
// who is asked already is not among them. [Action] says whether that person may name at all.
func Nameable(r Request, by workflows.PersonID, role workflows.Role, roster workflows.Roster, at time.Time) []workflows.PersonID {
	b := newBench(r, roster, at)
	var out []workflows.PersonID
	for _, p := range roster.All() {
		if b.nameable(by, p.ID, role, false) == nil && b.right(p.ID, role) != ByRelation {
			out = append(out, p.ID)
		}
	}
	return out
}

// nameable says whether a person can be named by another for the role.
func (b bench) nameable(by, p workflows.PersonID, role workflows.Role, outsider bool) *workflows.Refusal {
	switch {
	case p == "":
		return workflows.RefuseField("person", "Choose a person.")
	case p == by:
		return b.words().notIndependent(p, "Nobody names themselves.")
	case !b.roster.Active(p):
		return b.words().notIndependent(p, "Choose somebody who is active in the directory.")
	case b.apart(p, actVote) != nil, b.voted(p, actVote) != nil:
		return b.words().notIndependent(p, "Choose somebody who is neither asker nor owner and has not decided this request.")
	case outsider:
		return b.outside(p, role)
	case !b.sameRole(p, role):
		return workflows.RefuseField("person", b.words().name(p)+" does not hold this role. Choose another holder of it.")
	}
	return nil
}

// outside says whether somebody who is no party to the request can be named from outside: they stand in for no party to it, are
// not away themselves, and were not named before.
func (b bench) outside(p workflows.PersonID, role workflows.Role) *workflows.Refusal {
	for _, d := range b.roster.DelegatorsOf(p, b.at) {
		if b.r.hasStake(d.From) {
			return b.words().notIndependent(p, "They stand in for "+b.words().name(d.From)+", who asks for this or is to own it. Choose somebody else.")
		}
	}
	_, away := b.roster.DelegateOf(p, b.at)
	switch {
	case away:
		return b.words().notIndependent(p, "They are away now. Choose somebody who can decide.")
	case b.naming(p, role) == ByOutsider:
		return b.words().notIndependent(p, "They are asked already. Choose somebody else.")
	}
	return nil
}

// stuck says that an outsider was named who cannot be waited for any longer: they are away, or their time ran out. They may still
// decide; another one may be named.
func (b bench) stuck(e Eligible) bool {
	if e.How != ByOutsider {
		return false
	}
	if _, away := b.roster.DelegateOf(e.Person, b.at); away {
		return true
	}
	p, _ := b.roster.Person(e.Person)
	for _, n := range b.r.Namings {
		if n.Outsider && n.Person == e.Person && n.Round == b.r.Round && n.Stage == b.stage.Key {
			due := b.r.due(p, n.At)
			return !due.IsZero() && !b.at.Before(due)
		}
	}
	return false
}
