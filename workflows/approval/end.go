package approval

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// approve ends the request as approved, if everything an approval needs is there. It is checked again here, whatever the
// stages have checked: no owner, no acceptance, no link or too few people mean no approval.
func (s *step) approve() *workflows.Refusal {
	plan, w := s.r.Screening.Plan, s.words()
	switch {
	case s.r.Screening.Assessment.Tier == policy.TierProhibited:
		return w.prohibited()
	case !s.f.Roster.Active(s.r.Owner):
		return w.ownerLeft()
	case len(s.r.Owned) > 0 && !s.f.Roster.Active(s.f.Entry.Owner):
		return workflows.Refuse(workflows.CodeInactive, w.name(s.f.Entry.Owner)+", who owns "+s.f.Entry.ID+", has left. It has to be handed over before this can be approved.")
	case slices.ContainsFunc(s.r.Votes, func(v Vote) bool {
		return v.Round == s.r.Round && (slices.Contains(s.r.Owned, v.Person) || slices.Contains(s.r.Owned, v.For))
	}):
		return workflows.Refuse(workflows.CodeNotNow, "Somebody who has decided owns "+s.f.Entry.ID+" since. Let "+w.name(s.r.Asker())+" change the answers or withdraw it, so that others decide anew.")
	case s.overMeanwhile():
		return workflows.Refuse(workflows.CodeNotNow, s.f.Entry.ID+" was ended meanwhile, so its approval cannot be renewed. Reject this, or let "+w.name(s.r.Asker())+" withdraw it.")
	case plan.OwnerAccepts && s.r.Accepted.IsZero(), len(s.r.missing()) > 0:
		return w.notOpen()
	case len(s.r.standing()) > 0:
		return w.nobodyOverrules()
	case len(s.r.approvers()) < max(plan.MinIndependent, 1):
		return w.fewDeciders(len(s.r.approvers()), max(plan.MinIndependent, 1))
	}
	s.r.Attached = s.r.Attach(s.at, s.zone())
	s.r.ValidUntil = s.validUntil()
	s.end(StatusApproved)
	return nil
}

// approvers gives the different people who approved in the present round, by their presses.
func (r Request) approvers() []workflows.PersonID {
	var out []workflows.PersonID
	for _, v := range r.Votes {
		if v.Round == r.Round && v.Approve {
			out = insert(out, v.Person)
		}
	}
	return out
}

// validUntil gives the last second of the approval, in the organisation's zone: the asked date or so many months on, never
// later than the plan's limit. Zero where the plan sets no end.
func (s *step) validUntil() time.Time {
	plan, zone := s.r.Screening.Plan, s.zone()
	day := s.at.In(zone)
	var until time.Time
	if plan.ValidityMonths > 0 {
		until = endOfDay(workflows.AddMonths(day, plan.ValidityMonths), zone)
	}
	if asked, err := time.ParseInLocation(time.DateOnly, plan.ValidUntil, zone); err == nil {
		until = endOfDay(asked, zone)
	}
	if plan.MaxMonths > 0 {
		if most := endOfDay(workflows.AddMonths(day, plan.MaxMonths), zone); until.IsZero() || most.Before(until) {
			until = most
		}
	}
	return until
}

// end closes the request and tells everyone who waits for the outcome.
func (s *step) end(status Status) {
	s.r.Status, s.r.EndedAt = status, s.at
	s.r.HeldAt = zeroTime()
	s.endEmergency(EmergencyEnd(status))
	s.r.voidQuestions()
	if s.r.paused() {
		s.r.Pauses[len(s.r.Pauses)-1].To = s.at
	}
	d := Detail{Status: status, Stage: s.r.stage().Key}
	if !s.r.ValidUntil.IsZero() {
		d.ValidUntil = s.r.ValidUntil.UnixMilli()
	}
	for _, a := range s.r.Attached {
		d.Conditions = append(d.Conditions, a.Key)
	}
	s.fact(FactEnded, d, nil)
	s.tell(s.r.Requester, workflows.WhyOutcome, "")
	s.tell(s.r.Asker(), workflows.WhyOutcome, "")
	s.tell(s.r.Owner, workflows.WhyOutcome, "")
	if s.r.stage().Kind != policy.StageHold {
		s.inform("")
	}
	s.tellSubject()
	if s.r.Over() {
		s.endAssessments()
	}
	s.registers(status)
}

// registers brings the end of the round to the AI register. A renewal that was rejected or withdrawn takes nothing away: the approval
// goes on to its end.
func (s *step) registers(status Status) {
	if n := s.r.Screening.Renews; n != nil && (status == StatusRejected || status == StatusWithdrawn) {
		s.effects = append(s.effects, workflows.Tell{About: workflows.SystemRef(n.System), What: workflows.RenewalFailed{Round: s.r.Round}})
		return
	}
	if plan := s.r.Screening.Plan; plan.Registers && status != StatusWithdrawn {
		s.effects = append(s.effects, workflows.Open{
			About: workflows.Ref{Kind: workflows.KindSystem}, What: workflows.Registered{Request: s.r.ID, Round: s.r.Round},
		})
	}
}

// inform tells the roles of the plan for information: at the end, or at the opening of a legal hold. Who pressed the last
// button knows already, and so do requester and owner.
func (s *step) inform(part string) {
	for _, role := range s.r.Screening.Plan.Notify {
		for _, h := range s.f.Roster.Holders(role) {
			if h.ID != s.ev.Actor && !s.r.isParty(h.ID) {
				s.tell(h.ID, workflows.WhyInform, part)
			}
		}
	}
}

// withdraw ends the request at the requester's wish.
func (s *step) withdraw(what Withdrawn) *workflows.Refusal {
	if s.ev.Actor != s.r.Asker() {
		return s.words().notYours("withdraw", s.r.Asker())
	}
	reason, no := trimmed("reason", what.Reason)
	if no != nil {
		return no
	}
	s.fact(FactWithdrawn, Detail{Stage: s.r.stage().Key}, map[string]string{"reason": reason})
	s.end(StatusWithdrawn)
	return nil
}
