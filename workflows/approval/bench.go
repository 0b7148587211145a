package approval

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// act is what somebody wants to do in a stage. Separation of duties differs a little between them.
type act int

const (
	actVote   act = iota // approve or reject
	actAdvise            // advice, which decides nothing
	actRule              // name an outcome of a stage that classifies or holds
)

// Entitlement says why a person may act in the present stage, and for which seats.
type Entitlement struct {
	Roles []workflows.Role   // the seats one press would fill
	How   string             // "holder", "line_manager", "delegate", "named", "outsider"
	For   workflows.PersonID // the person a delegate acts for
}

// The ways to be entitled. They are stored with each vote.
const (
	ByRole       = "holder"
	ByRelation   = "line_manager"
	ByDelegation = "delegate"
	ByNaming     = "named"
	ByOutsider   = "outsider"
)

// bench is the court of a request at one moment. Everything that asks "who may" asks it: presses, buttons, waits and
// explanations cannot differ.
type bench struct {
	r      Request
	roster workflows.Roster
	at     time.Time
	stage  policy.Stage
}

func newBench(r Request, roster workflows.Roster, at time.Time) bench {
	return bench{r: r, roster: roster, at: at, stage: r.stage()}
}

// may is the one answer to "may this person do this in the present stage, and why". forID names the person a delegate acts
// for; empty lets the person act for themselves or, where they have no right of their own, as a delegate.
func (b bench) may(p, forID workflows.PersonID, a act) (Entitlement, *workflows.Refusal) {
	ent, no := b.claim(p, forID, a)
	if no != nil {
		return Entitlement{}, no
	}
	if len(ent.Roles) == 0 {
		return Entitlement{}, b.noRight(p, forID, a)
	}
	roles := b.fill(ent, p, a)
	if len(roles) == 0 {
		if c := b.filler(ent.Roles, a); c != nil {
			return Entitlement{}, b.words().filled(*c, p)
		}
		return Entitlement{}, b.words().notEntitled(b.openRoles(a))
	}
	ent.Roles = roles
	return ent, nil
}

// claim gives all roles of the present stage the person may speak for, whether their seats are open or not. No roles and
// no refusal mean that they have no right of any kind here.
func (b bench) claim(p, forID workflows.PersonID, a act) (Entitlement, *workflows.Refusal) {
	if no := b.apart(p, a); no != nil {
		return Entitlement{}, no
	}
	if c := b.voted(p, a); c != nil {
		return Entitlement{}, b.words().filled(*c, p)
	}
	wanted := b.roles(a)
	if forID == "" {
		if ent := b.direct(p, wanted); len(ent.Roles) > 0 {
			return ent, nil
		}
	}
	return b.delegated(p, forID, wanted, a)
}

// noRight words the refusal of somebody who has no right in the present stage at all.
func (b bench) noRight(p, forID workflows.PersonID, a act) *workflows.Refusal {
	switch {
	case forID != "":
		return b.words().noDelegation(forID)
	case b.r.Escalated && b.escalationHolder(p), b.unblocks(p):
		return b.words().onlyNaming()
	}
	return b.words().notEntitled(b.roles(a))
}

// apart is separation of duties, in one place: requester and owner take no part in deciding, nobody votes in two stages of
// a round, nobody overrules their own objection. It holds for the person who presses, for the person they act for, and for
// whoever is named. Persons are compared, never accounts.
func (b bench) apart(p workflows.PersonID, a act) *workflows.Refusal {
	if b.r.hasStake(p) {
		return b.words().ownRequest(p)
	}
	if !b.roster.Active(p) {
		return b.words().inactive(p)
	}
	if a != actVote {
		return nil
	}
	for _, v := range b.r.Votes {
		if v.Round == b.r.Round && v.Stage != b.stage.Key && v.by(p) {
			return b.words().twoStages(p, v)
		}
	}
	for _, d := range b.r.standing() {
		if d.by(p) {
			return b.words().ownObjection()
		}
	}
	return nil
}

// voted finds the vote that was cast in the stage by or for the person: there is no second one. Advice is given once a
// seat, and rulings may be changed as long as the two do not agree.
func (b bench) voted(p workflows.PersonID, a act) *Cast {
	if a != actVote {
		return nil
	}
	for _, v := range b.r.Votes {
		if v.in(b.r.Round, b.stage.Key) && v.by(p) {
			return &v.Cast
		}
	}
	return nil
}

// roles gives the roles of the present stage for the act, in the order of the plan.
func (b bench) roles(a act) []workflows.Role {
	var out []workflows.Role
	for _, m := range b.stage.Members {
		if m.Advice == (a == actAdvise) {
			out = append(out, m.Role)
		}
	}
	return out
}

// direct gives what the person may do by their own right: a role, the relation, or a naming of this round and stage.
func (b bench) direct(p workflows.PersonID, wanted []workflows.Role) Entitlement {
	var ent Entitlement
	for _, role := range wanted {
		how := b.right(p, role)
		if how == "" {
			how = b.naming(p, role)
		}
		if how == "" {
			continue
		}
		ent.Roles = append(ent.Roles, role)
		if ent.How == "" {
			ent.How = how
		}
	}
	return ent
}

// beside gives the roles among these that somebody holds, or stands in for, whichever stage it is in; none where they have none. It is for
// what holders of roles do beside the votes, and not for who asks for the use or is to own it.
func (b bench) beside(p, forID workflows.PersonID, wanted []workflows.Role) (Entitlement, *workflows.Refusal) {
	if no := b.apart(p, actRule); no != nil {
		return Entitlement{}, no
	}
	var ent Entitlement
	for _, role := range wanted {
		if forID == "" && b.right(p, role) == ByRole {
			ent.Roles, ent.How = append(ent.Roles, role), ByRole
		}
	}
	if len(ent.Roles) > 0 {
		return ent, nil
	}
	return b.delegated(p, forID, wanted, actRule)
}

// right says by which standing right an active person fills the role; empty where they have none.
func (b bench) right(p workflows.PersonID, role workflows.Role) string {
	person, ok := b.roster.Person(p)
	switch {
	case !ok || !person.Active:
		return ""
	case role == workflows.LineManager:
		if m, found := b.roster.ManagerOf(b.r.Requester); found && m.ID == p {
			return ByRelation
		}
		return ""
	case role == workflows.Owner || role == workflows.Requester:
		return ""
	case person.Has(role):
		return ByRole
	}
	return ""
}

// naming says by which naming of this round and stage a person fills the role. Another holder must still hold it.
func (b bench) naming(p workflows.PersonID, role workflows.Role) string {
	for _, n := range b.r.Namings {
		if n.Round != b.r.Round || n.Stage != b.stage.Key || n.Role != role || n.Person != p {
			continue
		}
		if n.Outsider {
			return ByOutsider
		}
		if b.sameRole(p, role) {
			return ByNaming
		}
	}
	return ""
}

// sameRole says whether the person holds the role, or, for the line manager, stands above the requester.
func (b bench) sameRole(p workflows.PersonID, role workflows.Role) bool {
	person, ok := b.roster.Person(p)
	if !ok || !person.Active {
		return false
	}
	if role == workflows.LineManager {
		return slices.Contains(b.above(b.r.Requester), p)
	}
	return person.Has(role)
}

// above gives the managers above a person, nearest first, as far as the roster knows them.
func (b bench) above(p workflows.PersonID) []workflows.PersonID {
	var out []workflows.PersonID
	person, ok := b.roster.Person(p)
	for ok && person.Manager != "" && person.Manager != p && !slices.Contains(out, person.Manager) {
		out = append(out, person.Manager)
		person, ok = b.roster.Person(person.Manager)
	}
	return out
}

func (b bench) words() words { return words{r: b.r, roster: b.roster, at: b.at} }
