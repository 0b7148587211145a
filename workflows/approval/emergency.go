package approval

import (
	"fmt"
	"time"

	"steward/workflows"
)

// Emergency is the short way of a request that cannot wait: who asked for it, who answered, until when the use is allowed by it, and
// what became of it. A request has one at most.
type Emergency struct {
	State  EmergencyState     `json:"state"`
	By     workflows.PersonID `json:"by"`
	At     time.Time          `json:"at"`
	Reason string             `json:"reason"`
	Needed string             `json:"needed"` // the day until which it is needed; 2006-01-02

	// Giver is who answered; all up to Answer is of the answer, and empty while there is none.
	Giver    workflows.PersonID `json:"giver,omitempty"`
	For      workflows.PersonID `json:"for,omitempty"` // whom a delegate acted for
	Role     workflows.Role     `json:"role,omitempty"`
	Entitled string             `json:"why_entitled,omitempty"`
	Round    int                `json:"round,omitempty"`
	Answered time.Time          `json:"answered,omitzero"`
	Answer   string             `json:"answer,omitempty"` // the reason

	Until    time.Time  `json:"until,omitzero"`     // its last second; zero where it was not given
	Attached []Attached `json:"attached,omitempty"` // the conditions that hold already

	Over time.Time    `json:"over,omitzero"`
	End  EmergencyEnd `json:"end,omitempty"`
}

// EmergencyState says where an emergency approval stands.
type EmergencyState string

// The states of an emergency approval. Nothing follows on the last two.
const (
	EmergencyOpen  EmergencyState = "asked"
	EmergencyGiven EmergencyState = "allowed"
	EmergencyNo    EmergencyState = "declined"
	EmergencyOver  EmergencyState = "over"
)

// EmergencyEnd says why an emergency approval, or the wish for one, is over.
type EmergencyEnd string

// The ends of an emergency approval. Where its request has ended, the end is that one.
const (
	EmergencyApproved  = EmergencyEnd(StatusApproved)
	EmergencyRejected  = EmergencyEnd(StatusRejected)
	EmergencyWithdrawn = EmergencyEnd(StatusWithdrawn)
	EmergencyStopped   = EmergencyEnd(StatusStopped)
	EmergencyExpired   = EmergencyEnd(StatusExpired) // its time ran out before the decision
	EmergencyTier      = EmergencyEnd("tier")        // the request has come into a tier without that way
	EmergencyEntry     = EmergencyEnd("entry")       // its entry in the AI register was revoked or retired
)

// PartEmergency names the emergency approval where a wait or a message is about a part of the request.
const PartEmergency = "emergency"

// InEmergency says that the use is allowed for a short time, before it is decided on.
func (r Request) InEmergency() bool { return r.Emergency != nil && r.Emergency.State == EmergencyGiven }

// askEmergency takes the wish of requester or owner.
func (s *step) askEmergency(what EmergencyAsked) *workflows.Refusal {
	if no := s.bench().mayAskEmergency(s.ev.Actor); no != nil {
		return no
	}
	if _, no := s.emergencyEnd(what.Until); no != nil {
		return no
	}
	reason, no := s.emergencyReason(what.Reason, "Say in at least 20 characters why it cannot wait: whoever answers reads it.")
	if no != nil {
		return no
	}
	s.r.Emergency = &Emergency{State: EmergencyOpen, By: s.ev.Actor, At: s.at, Reason: reason, Needed: what.Until}
	s.fact(FactEmergencyAsked, Detail{Until: what.Until}, map[string]string{"reason": reason})
	return nil
}

// allowEmergency lets the use begin before it is decided on. The conditions that the policy requires and the giver chooses hold from then on.
func (s *step) allowEmergency(what EmergencyAllowed) *workflows.Refusal {
	ent, no := s.claimEmergency()
	if no != nil {
		return no
	}
	switch w := s.words(); {
	case !s.f.Roster.Active(s.r.Owner):
		return w.ownerLeft()
	case s.r.Screening.Plan.OwnerAccepts && s.r.Accepted.IsZero():
		return workflows.Refuse(workflows.CodeNotAccepted, w.name(s.r.Owner)+" has to accept being the owner first. Nothing was decided.")
	}
	until, no := s.emergencyEnd(what.Until)
	if no != nil {
		return no
	}
	reason, no := s.emergencyReason(what.Reason, "Say in at least 20 characters why it may be used before the decision: it stays in the record.")
	if no != nil {
		return no
	}
	chosen, no := s.chosenForNow(what.Conditions)
	if no != nil {
		return no
	}
	e := s.answerEmergency(EmergencyGiven, ent, reason)
	e.Until, e.Attached = until, s.r.ForNow(chosen, s.ev.Actor, s.at, s.zone())
	d := Detail{Roles: ent.Roles, Entitled: ent.How, For: ent.For, ValidUntil: until.UnixMilli()}
	for _, a := range e.Attached {
		d.Conditions = append(d.Conditions, a.Key)
	}
	s.fact(FactEmergencyAllowed, d, map[string]string{"reason": reason}).Saw = true
	if s.r.Screening.Plan.Registers {
		s.effects = append(s.effects, workflows.Open{
			About: workflows.Ref{Kind: workflows.KindSystem}, What: workflows.Registered{Request: s.r.ID, Round: s.r.Round, Emergency: true},
		})
	}
	return nil
}

// chosenForNow gives the keys of the conditions that the giver chose. None is in words of their own: the full decision has those.
func (s *step) chosenForNow(choices []Choice) ([]string, *workflows.Refusal) {
	if no := s.checkConditions(choices); no != nil {
		return nil, no
	}
	var keys []string
	for _, c := range s.r.chosen(choices) {
		if c.Key == "" {
			return nil, workflows.RefuseField("conditions", "Choose among the conditions of the policy.")
		}
		keys = append(keys, c.Key)
	}
	return keys, nil
}

// declineEmergency lets the use wait for the decision.
func (s *step) declineEmergency(what EmergencyDeclined) *workflows.Refusal {
	ent, no := s.claimEmergency()
	if no != nil {
		return no
	}
	reason, no := s.emergencyReason(what.Reason, "Say in at least 20 characters why it has to wait: whoever asked reads it.")
	if no != nil {
		return no
	}
	s.answerEmergency(EmergencyNo, ent, reason)
	d := Detail{Roles: ent.Roles, Entitled: ent.How, For: ent.For}
	s.fact(FactEmergencyDeclined, d, map[string]string{"reason": reason}).Saw = true
	return nil
}

// claimEmergency says by which right the actor answers, and refuses where nothing is left to answer.
func (s *step) claimEmergency() (Entitlement, *workflows.Refusal) {
	if e := s.r.Emergency; e == nil || e.State != EmergencyOpen {
		return Entitlement{}, s.words().emergencyAnswered()
	}
	ent, no := s.bench().giver(s.ev.Actor, s.ev.For)
	if no != nil {
		return Entitlement{}, no
	}
	return ent, s.assured()
}

// answerEmergency notes an answer and tells requester and owner of it.
func (s *step) answerEmergency(state EmergencyState, ent Entitlement, reason string) *Emergency {
	e := s.r.Emergency
	e.State, e.Giver, e.For, e.Role, e.Entitled = state, s.ev.Actor, ent.For, ent.Roles[0], ent.How
	e.Round, e.Answered, e.Answer = s.r.Round, s.at, reason
	s.tell(s.r.Requester, workflows.WhyEmergencyAnswer, PartEmergency)
	s.tell(s.r.Owner, workflows.WhyEmergencyAnswer, PartEmergency)
	return e
}

func (s *step) emergencyReason(reason, sentence string) (string, *workflows.Refusal) {
	reason, no := trimmed("reason", reason)
	if no != nil {
		return "", no
	}
	return reason, needReason(reason, sentence)
}

// emergencyEnd gives the last second of a day on which a use may end that begins now.
func (s *step) emergencyEnd(day string) (time.Time, *workflows.Refusal) {
	first := s.at.In(s.zone())
	last := endOfDay(first, s.zone())
	if e := s.r.Screening.Plan.Emergency; e != nil {
		last = endOfDay(first.AddDate(0, 0, e.MaxDays), s.zone())
	}
	until, err := time.ParseInLocation(time.DateOnly, day, s.zone())
	if err != nil || endOfDay(until, s.zone()).Before(s.at) || until.After(last) {
		return zeroTime(), workflows.RefuseField("until", fmt.Sprintf(
			"Give a day from %s to %s.", first.Format(time.DateOnly), last.Format(time.DateOnly)))
	}
	return endOfDay(until, s.zone()), nil
}
