package approval

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"steward/workflows"
	"steward/workflows/policy"
)

// The limits of what people write, in characters.
const (
	MinReason    = 20   // of a rejection, an objection, an overruling
	MaxText      = 2000 // of reasons, questions and answers
	MaxCondition = 300  // of a condition of one's own
	MaxRef       = 300  // of a link
)

const sentenceAssurance = "The policy wants to be surer who decides this. Nothing was decided; you can decide it in the portal, after you have signed in there again."

// decide takes a vote.
func (s *step) decide(what Decided) *workflows.Refusal {
	b := s.bench()
	if s.r.Screening.Assessment.Tier == policy.TierProhibited || b.stage.Kind == policy.StageHold {
		return s.words().prohibited()
	}
	if b.stage.Kind != policy.StageDecide {
		return s.words().onlyClassifies()
	}
	ent, no := s.claimSeat(actVote)
	if no != nil {
		return no
	}
	if no := s.assured(); no != nil {
		return no
	}
	reason := strings.TrimSpace(what.Reason)
	overruled := s.r.standing()
	if no := s.checkVote(what, reason, overruled); no != nil {
		return no
	}
	v := Vote{Cast: s.cast(ent, reason), Approve: what.Approve}
	d := Detail{Stage: v.Stage, ID: v.ID, Roles: v.Roles, Entitled: v.Entitled, For: v.For, Approve: &what.Approve}
	texts := map[string]string{"reason": reason}
	if what.Approve {
		v.Conditions = s.r.chosen(what.Conditions)
		d.Conditions = choiceKeys(v.Conditions, texts)
		d.Overruled = s.overrule(overruled, v.ID)
	}
	s.r.Votes = append(s.r.Votes, v)
	s.fact(FactDecided, d, texts).Saw = true
	if !what.Approve {
		s.end(StatusRejected)
		return nil
	}
	return s.advance()
}

// assured refuses what decides, or says who decides, where the policy wants to be surer of who does that.
func (s *step) assured() *workflows.Refusal {
	if s.ev.Assured.Meets(s.r.Screening.Plan.Assurance) {
		return nil
	}
	return workflows.Refuse(workflows.CodeNotNow, sentenceAssurance)
}

// claimSeat answers the three questions every press in a stage has to pass: may they, is the stage open, is a seat left.
func (s *step) claimSeat(a act) (Entitlement, *workflows.Refusal) {
	b := s.bench()
	ent, no := b.may(s.ev.Actor, s.ev.For, a)
	if no != nil {
		return Entitlement{}, no
	}
	if s.r.StageAt.IsZero() {
		return Entitlement{}, s.words().notOpen()
	}
	return ent, nil
}

// cast makes the part that votes, rulings, advice and questions share.
func (s *step) cast(ent Entitlement, reason string) Cast {
	return Cast{
		ID: s.r.nextID(), Round: s.r.Round, Stage: s.r.stage().Key, Revision: s.r.Revision,
		Person: s.ev.Actor, For: ent.For, Roles: ent.Roles, Entitled: ent.How,
		At: s.at, Via: s.ev.Via, Reason: reason,
	}
}

// checkVote checks what stands in the form of a vote.
func (s *step) checkVote(what Decided, reason string, overruled []Advice) *workflows.Refusal {
	if no := capText("reason", reason); no != nil {
		return no
	}
	if !what.Approve {
		return needReason(reason, "Say why in at least 20 characters: the requester reads it.")
	}
	if b := s.bench(); s.r.Stage == s.r.lastDecide() {
		for _, seat := range b.plainSeats() {
			if seat.Advice && seat.Open {
				return s.words().adviceFirst(seat.Roles[0])
			}
		}
	}
	if len(overruled) > 0 {
		if no := needReason(reason, s.words().overruleReason(overruled)); no != nil {
			return no
		}
	}
	return s.checkConditions(what.Conditions)
}

func needReason(reason, sentence string) *workflows.Refusal {
	if utf8.RuneCountInString(reason) < MinReason {
		return workflows.RefuseField("reason", sentence)
	}
	return nil
}

// standing gives the objections of the round that nobody has overruled and that the present stage may overrule: those of
// earlier stages, and in the last stage, after which nobody comes, also its own.
func (r Request) standing() []Advice {
	var out []Advice
	for _, d := range r.Advices {
		if d.Round != r.Round || !d.Objection || d.OverruledBy != 0 {
			continue
		}
		if d.Stage != r.stage().Key || r.Stage == r.lastDecide() {
			out = append(out, d)
		}
	}
	return out
}

// overrule marks the objections as overruled by the vote and tells who gave them.
func (s *step) overrule(objections []Advice, vote int) []int {
	var ids []int
	for _, d := range objections {
		i := slices.IndexFunc(s.r.Advices, func(x Advice) bool { return x.ID == d.ID })
		s.r.Advices[i].OverruledBy = vote
		ids = append(ids, d.ID)
		s.tell(d.Person, workflows.WhyOverruled, d.Stage)
	}
	return ids
}

// advise takes advice. It decides nothing; the stage waits until every adviser has answered.
func (s *step) advise(what Advised) *workflows.Refusal {
	b := s.bench()
	if len(b.roles(actAdvise)) == 0 {
		return workflows.Refuse(workflows.CodeNotNow, "No advice is asked for in this stage.")
	}
	ent, no := s.claimSeat(actAdvise)
	if no != nil {
		return no
	}
	reason := strings.TrimSpace(what.Reason)
	if no := capText("reason", reason); no != nil {
		return no
	}
	if what.Objection {
		if no := needReason(reason, "Say what you object to in at least 20 characters: the next stage has to answer it."); no != nil {
			return no
		}
	}
	v := Advice{Cast: s.cast(ent, reason), Objection: what.Objection}
	s.r.Advices = append(s.r.Advices, v)
	d := Detail{Stage: v.Stage, ID: v.ID, Roles: v.Roles, Entitled: v.Entitled, For: v.For, Objection: &what.Objection}
	s.fact(FactAdvised, d, map[string]string{"reason": reason}).Saw = true
	return s.advance()
}

// capText refuses a text that is too long.
func capText(field, text string) *workflows.Refusal {
	if n := utf8.RuneCountInString(text); n > MaxText {
		return workflows.RefuseField(field, tooLong(n, MaxText))
	}
	return nil
}

func zeroTime() time.Time { return time.Time{} }
