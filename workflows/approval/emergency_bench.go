package approval

import (
	"time"

	"steward/workflows"
)

// mayAskEmergency says why the person cannot ask for an emergency approval now.
func (b bench) mayAskEmergency(p workflows.PersonID) *workflows.Refusal {
	plan, w := b.r.Screening.Plan.Emergency, b.words()
	switch {
	case !b.r.isParty(p):
		return w.notYours("ask for an emergency approval of", b.r.Requester, b.r.Owner)
	case b.r.Emergency != nil:
		return w.emergencyOnce()
	case plan == nil:
		return workflows.Refuse(workflows.CodeNotNow, "In this tier nothing is used before it is decided on. Nothing was changed.")
	case len(b.mayGive()) == 0:
		return workflows.Refuse(workflows.CodeNotNow, "Nobody independent holds the role "+plan.Approver.Words()+", so nobody could answer. Nothing was changed.")
	}
	return nil
}

// giver says by which right somebody answers whether the use may begin before the decision: they hold the role that the plan names,
// or stand in for somebody who does, and neither asks for the use nor is to own it. Nobody is named for it.
func (b bench) giver(p, forID workflows.PersonID) (Entitlement, *workflows.Refusal) {
	plan := b.r.Screening.Plan.Emergency
	if plan == nil {
		return Entitlement{}, b.words().notEntitled(nil)
	}
	wanted := []workflows.Role{plan.Approver}
	if no := b.apart(p, actRule); no != nil {
		return Entitlement{}, no
	}
	if how := b.right(p, plan.Approver); how != "" && forID == "" {
		return Entitlement{Roles: wanted, How: how}, nil
	}
	ent, no := b.delegated(p, forID, wanted, actRule)
	switch {
	case len(ent.Roles) > 0:
		return ent, nil
	case no != nil:
		return ent, no
	case forID != "":
		return ent, b.words().noDelegation(forID)
	}
	return ent, workflows.Refuse(workflows.CodeNotEntitled, "That is for the "+plan.Approver.Words()+". Nothing was changed.")
}

// givers gives who is asked whether the use may begin before the decision; nobody where it was answered.
func (b bench) givers() []Eligible {
	if e := b.r.Emergency; e == nil || e.State != EmergencyOpen || b.r.ended() {
		return nil
	}
	return b.mayGive()
}

// mayGive gives who may answer whether a use begins before the decision.
func (b bench) mayGive() (out []Eligible) {
	for _, p := range b.roster.All() {
		if ent, no := b.giver(p.ID, ""); no == nil {
			out = append(out, Eligible{Person: p.ID, For: ent.For, Role: ent.Roles[0], How: ent.How})
		}
	}
	return out
}

// giverActions: allow the use before the decision, or not.
func (b bench) giverActions(p workflows.PersonID) []Action {
	if e := b.r.Emergency; e == nil || e.State != EmergencyOpen {
		return nil
	}
	ent, no := b.giver(p, "")
	if no != nil {
		return nil
	}
	return []Action{
		{Kind: EmergencyAllowed{}.Kind(), For: ent.For, Roles: ent.Roles},
		{Kind: EmergencyDeclined{}.Kind(), For: ent.For, Roles: ent.Roles},
	}
}

// explainEmergency says what became of the wish to use it before the decision.
func (b bench) explainEmergency() []Reason {
	e := b.r.Emergency
	if e == nil {
		return nil
	}
	name := func(p workflows.PersonID) string { return b.roster.Name(p) }
	day := func(t time.Time) string { return t.UTC().Format("2 January 2006 15:04 MST") }
	text := name(e.By) + " asked that it may be used before the decision"
	switch {
	case e.Answered.IsZero() && e.State == EmergencyOpen:
		text += "; nobody has answered yet"
	case e.Answered.IsZero():
		text += "; nobody answered before that was over"
	case e.Until.IsZero():
		text += ", and " + name(e.Giver) + " declined"
	default:
		text += ", and " + name(e.Giver) + " allowed it until " + day(e.Until)
		if e.State == EmergencyOver {
			text += "; that ended on " + day(e.Over)
		}
	}
	return []Reason{{About: AboutWait, Key: PartEmergency, Who: e.Giver, Text: text + ". It counts for nothing in the decision."}}
}

// emergencyOnce refuses a second emergency approval.
func (w words) emergencyOnce() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDecided, "An emergency approval was asked for "+ago(w.r.Emergency.At, w.at)+" already. There is only one for a request.")
}

// emergencyAnswered refuses an answer that is none any more.
func (w words) emergencyAnswered() *workflows.Refusal {
	e := w.r.Emergency
	switch {
	case e == nil:
		return workflows.Refuse(workflows.CodeNotNow, "Nobody has asked for an emergency approval of this request. Nothing was changed.")
	case e.Answered.IsZero():
		return workflows.Refuse(workflows.CodeNotNow, "An emergency approval is not needed any more. Nothing was changed.")
	}
	return workflows.Refuse(workflows.CodeDecided, w.name(e.Giver)+" answered this "+ago(e.Answered, w.at)+". Nothing more is needed from you.")
}
