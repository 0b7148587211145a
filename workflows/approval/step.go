package approval

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Step applies one event to one request. It is pure: the same arguments give the same outcome, and r stays as it was.
//
// r is the zero value for [Submitted], whose id comes from ev.About.ID. A refusal leaves the state alone; one of authority
// carries one fact "refused". Events that no longer mean anything (a timer of an old stage) give r back and nothing else.
func Step(r Request, ev workflows.Event, f Facts) workflows.Outcome[Request] {
	if ev.For == ev.Actor {
		ev.For = ""
	}
	s := &step{before: r, r: r.clone(), ev: ev, f: f, at: ev.At}
	s.owned()
	if no := s.apply(); no != nil {
		return s.refused(no)
	}
	if !s.acted {
		return workflows.Outcome[Request]{State: r}
	}
	if !moves().Has(r.place(), ev.What.Kind(), s.r.place()) {
		return s.refused(s.words().offChart())
	}
	s.settle()
	return workflows.Outcome[Request]{State: s.r, Effects: s.effects, Records: s.facts}
}

// step is one event on its way through the machine: r is the copy that changes, before is what it was.
type step struct {
	before  Request
	r       Request
	ev      workflows.Event
	f       Facts
	at      time.Time
	effects []workflows.Effect
	facts   []workflows.Fact
	acted   bool                 // something happened; false for events that mean nothing any more
	visible bool                 // cards show something else now
	toTell  []workflows.PersonID // of a correction that began a round
}

func (s *step) apply() *workflows.Refusal {
	switch what := s.ev.What.(type) {
	case Submitted:
		return s.submit(what)
	case Renewed:
		return s.renew(what)
	case Woken:
		return s.wake(what.Woken)
	case workflows.Woken:
		return s.wake(what)
	case workflows.EmergencyRevoked:
		s.revokeEmergency(what)
		return nil
	case workflows.Assessed:
		s.assessed(what)
		return nil
	case workflows.SubjectEnded:
		s.subjectEnded(what)
		return nil
	case RosterChanged:
		s.acted = s.r.Status == StatusOpen
		return nil
	case What:
		return s.press(what)
	}
	return workflows.Refuse(workflows.CodeUnknown, "Steward does not know this action.")
}

// press applies what a person does. What holds for all of it is checked here, once.
func (s *step) press(what What) *workflows.Refusal {
	switch s.r.Status {
	case StatusOpen:
	case StatusApproved, StatusRejected, StatusWithdrawn, StatusStopped, StatusExpired:
		return s.words().closed()
	default:
		return workflows.Refuse(workflows.CodeUnknown, "There is no such request.")
	}
	if no := s.fresh(what); no != nil {
		return no
	}
	if !s.f.Roster.Active(s.ev.Actor) {
		return s.words().inactive(s.ev.Actor)
	}
	s.acted, s.visible = true, true
	switch what := what.(type) {
	case Decided:
		return s.decide(what)
	case Advised:
		return s.advise(what)
	case Ruled:
		return s.rule(what)
	case Overridden:
		return s.override(what)
	case Corrected:
		return s.correct(what)
	case Asked:
		return s.ask(what)
	case Answered:
		return s.answer(what)
	case Named:
		return s.name(what)
	default:
		return s.pressAround(what)
	}
}

// pressAround is the part of press that decides nothing on the request: what requester and owner do, and what is beside the stages.
func (s *step) pressAround(what What) *workflows.Refusal {
	switch what := what.(type) {
	case Edited:
		return s.edit(what)
	case Accepted:
		return s.accept()
	case Declined:
		return s.decline(what)
	case Withdrawn:
		return s.withdraw(what)
	case Linked:
		return s.link(what)
	case EmergencyAsked:
		return s.askEmergency(what)
	case EmergencyAllowed:
		return s.allowEmergency(what)
	case EmergencyDeclined:
		return s.declineEmergency(what)
	}
	return workflows.Refuse(workflows.CodeUnknown, "Steward does not know this action.")
}

// fresh refuses a press on what is no longer so. What binds depends on what is pressed: a vote is on a stage and on a
// revision; an answer or a withdrawal only on the round, so that answering one of two questions keeps the other card alive.
func (s *step) fresh(what What) *workflows.Refusal {
	seen := s.ev.Seen
	if seen.Round != 0 && seen.Round != s.r.Round {
		return s.words().staleRound()
	}
	stage, revision := binds(what)
	if stage && seen.Stage != "" && seen.Stage != s.r.stage().Key {
		return s.words().staleStage(seen.Stage, s.ev.Actor)
	}
	if revision && seen.Revision != 0 && seen.Revision != s.r.Revision {
		return s.words().staleRevision()
	}
	return nil
}

// binds says whether a press is bound to the stage and to the revision it was made on. All are bound to the round.
func binds(what What) (stage, revision bool) {
	switch what.(type) {
	case Decided, Advised, Ruled, Asked:
		return true, true
	case Named:
		return true, false
	case Accepted, EmergencyAllowed, EmergencyDeclined, Overridden, Corrected:
		return false, true
	}
	return false, false
}

// bench gives the court of the present moment: who may do what now.
func (s *step) bench() bench { return newBench(s.r, s.f.Roster, s.at) }

func (s *step) words() words { return words{r: s.r, roster: s.f.Roster, at: s.at} }

// fact adds one record of what happened.
func (s *step) fact(kind string, d Detail, texts map[string]string) *workflows.Fact {
	d.Round, d.Revision = s.r.Round, s.r.Revision
	for name, text := range texts {
		if text == "" {
			delete(texts, name)
		}
	}
	if len(texts) == 0 {
		texts = nil
	}
	s.facts = append(s.facts, workflows.Fact{Kind: kind, For: d.For, Data: d, Texts: texts})
	return &s.facts[len(s.facts)-1]
}

// refused gives the outcome of a refusal: nothing changes, and one of authority is recorded.
func (s *step) refused(no *workflows.Refusal) workflows.Outcome[Request] {
	out := workflows.Outcome[Request]{State: s.before, Refusal: no}
	if no.Authority() {
		d := Detail{
			Code: no.Code, Event: s.ev.What.Kind(), Stage: s.before.stage().Key,
			Round: s.before.Round, Revision: s.before.Revision,
		}
		out.Records = []workflows.Fact{{Kind: FactRefused, Data: d}}
	}
	return out
}

// stage gives the present stage; the zero stage where the plan has none.
func (r Request) stage() policy.Stage {
	if stages := r.Screening.Plan.Stages; r.Stage >= 0 && r.Stage < len(stages) {
		return stages[r.Stage]
	}
	return policy.Stage{}
}

// lastDecide gives the index of the last stage that decides on the use; -1 where there is none.
func (r Request) lastDecide() int {
	for i, stage := range slices.Backward(r.Screening.Plan.Stages) {
		if stage.Kind == policy.StageDecide {
			return i
		}
	}
	return -1
}

// ended says that nothing can happen to the request any more.
func (r Request) ended() bool { return r.Status != StatusOpen && r.Status != "" }
