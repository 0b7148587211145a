package approval

import (
	"slices"
	"strings"

	"steward/workflows"
	"steward/workflows/policy"
)

// rule takes an outcome in a stage that classifies or holds. It is not a vote on the use.
func (s *step) rule(what Ruled) *workflows.Refusal {
	b := s.bench()
	if b.stage.Kind == policy.StageDecide {
		return workflows.Refuse(workflows.CodeNotNow, "This stage decides on the use; there is no tier to name.")
	}
	ent, no := s.claimSeat(actRule)
	if no != nil {
		return no
	}
	if no := s.assured(); no != nil {
		return no
	}
	reason := strings.TrimSpace(what.Reason)
	if no := s.checkRuling(what, reason); no != nil {
		return no
	}
	v := Ruling{Cast: s.cast(ent, reason), Outcome: what.Outcome}
	if what.Outcome == policy.OutcomeReclassify {
		v.Tier = what.Tier
	}
	s.r.Rulings = append(s.r.Rulings, v)
	s.fact(FactRuled, Detail{
		Stage: v.Stage, ID: v.ID, Roles: v.Roles, Entitled: v.Entitled, For: v.For, Outcome: v.Outcome, Tier: v.Tier,
	}, map[string]string{"reason": reason}).Saw = true
	if b.stage.Kind == policy.StageHold {
		return s.settleHold()
	}
	if v.Outcome == policy.OutcomeCorrect {
		return s.restart(FactCorrected)
	}
	return s.advance()
}

// checkRuling checks what stands in the form of a ruling.
func (s *step) checkRuling(what Ruled, reason string) *workflows.Refusal {
	if no := capText("reason", reason); no != nil {
		return no
	}
	if !slices.Contains(s.r.stage().Outcomes, what.Outcome) {
		return workflows.RefuseField("outcome", "Choose one of the outcomes of this stage.")
	}
	if what.Outcome != policy.OutcomeReclassify {
		return nil
	}
	if what.Tier == "" || what.Tier == policy.TierProhibited {
		return workflows.RefuseField("tier", "Name the tier that fits instead of the legal hold.")
	}
	return needReason(reason, "Say in at least 20 characters why another tier fits: it stays in the record.")
}

// settleHold ends the hold where both agree. Where they have both ruled and differ, both are told again.
func (s *step) settleHold() *workflows.Refusal {
	b := s.bench()
	v, agreed := b.agreement()
	switch {
	case agreed && v.Outcome == policy.OutcomeReclassify:
		if next := s.f.Next; next != nil && next.Assessment.Tier != v.Tier {
			return workflows.RefuseField("tier", "The policy does not know this tier. Choose another.")
		}
		return s.restart(FactReclassified)
	case agreed:
		s.end(StatusStopped)
	case b.allRuled():
		for _, seat := range b.ruled() {
			s.effects = append(s.effects, workflows.Notify{
				To: seat.Person, About: s.about(), Why: workflows.WhyDecide, Part: b.stage.Key,
			})
		}
	}
	return nil
}

// restart begins a new round because of a ruling.
func (s *step) restart(why string) *workflows.Refusal {
	if s.f.Next == nil {
		return s.words().noScreening()
	}
	return s.begin(why, s.r.Screening.Policy)
}
