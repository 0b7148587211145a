package approval

import (
	"steward/workflows"
	"steward/workflows/policy"
)

// submit makes the request. The sender of a form whose policy could not be worked out hears so; nothing is stored.
func (s *step) submit(sub Submitted) *workflows.Refusal {
	if s.before.Status != "" {
		return workflows.Refuse(workflows.CodeNotNow, s.before.ID+" was sent already.")
	}
	if s.f.Next == nil {
		return s.words().noScreening()
	}
	if !s.f.Roster.Active(s.ev.Actor) {
		return workflows.Refuse(workflows.CodeNotNow, "Only people who work here can ask for approval.")
	}
	s.acted, s.visible = true, true
	s.r = Request{
		ID: s.ev.About.ID, Flow: s.f.Next.Flow, Status: StatusOpen, Requester: s.ev.Actor, Linked: sub.Linked, SentAt: s.at,
	}
	return s.begin(FactSubmitted, "")
}

// edit starts a new round with new answers under the policy now in force.
func (s *step) edit(_ Edited) *workflows.Refusal {
	if s.ev.Actor != s.r.Asker() {
		return s.words().notYours("change the answers of", s.r.Asker())
	}
	if s.r.stage().Kind == policy.StageHold {
		return s.words().onHold()
	}
	if s.f.Next == nil {
		return s.words().noScreening()
	}
	return s.begin(FactEdited, s.r.Screening.Policy)
}

// begin starts a round on the screening of the event. Votes, rulings and advice of the older round stay as rows and lose
// their effect; links survive; the owner accepts again, unless they are the one who sent it, who accepts by that.
func (s *step) begin(why, was string) *workflows.Refusal {
	next := *s.f.Next
	owner := ownerOf(next, s.r.Requester)
	_, found := s.ev.What.(Corrected)
	if why != FactReclassified && !found && !s.f.Roster.Active(owner) {
		return workflows.RefuseField(policy.OwnerKey, s.words().name(owner)+" does not work here any more. Choose somebody else.")
	}
	if next.Corrected == nil {
		next.Corrected = s.r.Screening.Corrected // what experts found stays with the request, whatever is answered now
	}
	voided, lifted := s.r.cast(), s.r.Status == StatusOpen && s.r.stage().Kind == policy.StageHold
	s.r.voidQuestions()
	s.r.Screening, s.r.Owner, s.r.Why, s.r.RoundAt = next, owner, why, s.at
	s.r.Round++
	s.r.Revision++
	s.r.Accepted, s.r.Declined, s.r.Notices = zeroTime(), false, nil
	if next.Plan.OwnerAccepts && owner == s.r.Asker() {
		s.r.Accepted = s.at
	}
	d := Detail{
		Flow: next.Flow, Version: next.Version, Policy: next.Policy, Was: was, Owner: owner, Linked: s.r.Linked,
		Tier: next.Assessment.Tier, LegalClass: next.Assessment.LegalClass, Voided: voided,
	}
	if n := next.Renews; n != nil {
		d.System, d.Person, d.Renews, d.Changed, d.Short = n.System, n.By, n.Round, n.Changed, n.Short
	}
	f := s.fact(why, d, nil)
	f.Shown = s.r.content()
	if next.Plan.Emergency == nil {
		s.endEmergency(EmergencyTier)
	}
	if lifted && s.r.renewing() {
		s.tellEntry(workflows.HoldLifted{Round: s.r.Round})
	}
	s.assess()
	s.tellSubject()
	s.enter(0)
	return nil
}

// ownerOf gives who is accountable: the person the answers name, or the requester where the flow asks for nobody else.
func ownerOf(sc policy.Screening, requester workflows.PersonID) workflows.PersonID {
	if named := sc.Answers[policy.OwnerKey].Text; named != "" && !sc.Plan.OwnerIsAsker {
		return workflows.PersonID(named)
	}
	return requester
}

// cast counts the votes, rulings and advice of the present round; a correction stays.
func (r Request) cast() int {
	n := 0
	for _, v := range r.Votes {
		n += one(v.Round == r.Round)
	}
	for _, v := range r.Rulings {
		n += one(v.Round == r.Round && v.Stage != PartCorrection)
	}
	for _, v := range r.Advices {
		n += one(v.Round == r.Round)
	}
	return n
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// voidQuestions makes all open questions moot.
func (r *Request) voidQuestions() {
	for i := range r.Questions {
		if r.Questions[i].Open() {
			r.Questions[i].Void = true
		}
	}
}

// Open says that the question still waits for an answer.
func (q Question) Open() bool { return q.Answered.IsZero() && !q.Void }

// enter moves to a stage of the plan; it opens at once, or when what it waits for is there.
func (s *step) enter(i int) {
	s.r.voidQuestions()
	s.r.Stage, s.r.StageAt, s.r.HeldAt = i, zeroTime(), zeroTime()
	s.r.Pauses, s.r.Escalated, s.r.Fired = nil, false, nil
	s.open()
}

// open opens the present stage if nothing holds it back.
func (s *step) open() {
	if !s.r.StageAt.IsZero() {
		return
	}
	if accept, missing := s.r.held(); accept || len(missing) > 0 {
		if s.r.HeldAt.IsZero() {
			s.r.HeldAt = s.at
		}
		return
	}
	stage := s.r.stage()
	s.r.StageAt, s.r.HeldAt = s.at, zeroTime()
	s.fact(FactStageOpened, Detail{Stage: stage.Key, Kind: stage.Kind}, nil)
	if stage.Kind == policy.StageHold {
		s.tell(s.r.Requester, workflows.WhyStop, stage.Key)
		s.tell(s.r.Asker(), workflows.WhyStop, stage.Key)
		s.tell(s.r.Owner, workflows.WhyStop, stage.Key)
		s.inform(stage.Key)
		if s.r.renewing() {
			s.tellEntry(workflows.HoldBegan{Round: s.r.Round})
		}
	}
}

// held says what keeps the present stage from opening: the owner's acceptance, before the last stage that decides, and
// preconditions that have no link yet.
func (r Request) held() (accept bool, missing []policy.Precondition) {
	accept = r.Screening.Plan.OwnerAccepts && r.Stage == r.lastDecide() && r.Accepted.IsZero()
	key := r.stage().Key
	for _, p := range r.missing() {
		if p.Before == key {
			missing = append(missing, p)
		}
	}
	return accept, missing
}

// missing gives all preconditions of the plan that have no link yet.
func (r Request) missing() []policy.Precondition {
	var out []policy.Precondition
	for _, p := range r.Screening.Plan.Preconditions {
		if !r.Meets(p) {
			out = append(out, p)
		}
	}
	return out
}

// advance goes on where the present stage is complete: to the next one that is not, or to the approval after the last. A later stage can be
// complete where a correction led back before it.
func (s *step) advance() *workflows.Refusal {
	for s.bench().complete() {
		if s.r.Stage+1 == len(s.r.Screening.Plan.Stages) {
			return s.approve()
		}
		s.enter(s.r.Stage + 1)
		if s.r.StageAt.IsZero() {
			return nil
		}
	}
	return nil
}
