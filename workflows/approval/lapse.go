package approval

import (
	"cmp"
	"slices"
	"time"

	"steward/workflows"
)

// endingLead is how many days before its end an approval is spoken of, where the flow does not say when a new one is to begin. One
// that lasts no longer than that ends without.
const endingLead = 7

// lapses says that the approval ends by itself: it has an end, and no entry of the AI register has it instead.
func (r Request) lapses() bool {
	return r.Status == StatusApproved && !r.ValidUntil.IsZero() && !r.Screening.Plan.Registers
}

// Approved says that the request was approved, whether or not that approval has ended since.
func (r Request) Approved() bool { return r.Status == StatusApproved || r.Status == StatusExpired }

// lapseTimers gives what is to wake an approval. Their names never change: a migration has set some.
func (r Request) lapseTimers() []Timer {
	if !r.lapses() {
		return nil
	}
	lead := cmp.Or(r.Screening.Plan.RenewalLead, endingLead)
	return []Timer{
		{Name: string(TimerEnding), At: r.ValidUntil.Add(time.Duration(-lead) * 24 * time.Hour), Does: TimerEnding},
		{Name: string(TimerExpire), At: r.ValidUntil, Does: TimerExpire},
	}
}

// Ends gives when an approval ends by itself, and when those concerned are told of it before; both zero where it does not, and word
// is zero where the approval is too short for it.
func (r Request) Ends() (word, end time.Time) {
	for _, t := range r.lapseTimers() {
		switch {
		case t.Does == TimerExpire:
			end = t.At
		case t.At.After(r.EndedAt):
			word = t.At
		}
	}
	return word, end
}

// ending tells requester and owner that the approval ends soon; where both have left, those who look after it.
func (s *step) ending(late bool) {
	var who []workflows.PersonID
	for _, p := range []workflows.PersonID{s.r.Requester, s.r.Owner} {
		if s.f.Roster.Active(p) {
			who = insert(who, p)
		}
	}
	if len(who) == 0 {
		who = s.keepers()
	}
	d := Detail{Timer: TimerEnding, People: who, ValidUntil: s.r.ValidUntil.UnixMilli()}
	if late {
		s.fact(FactSkipped, d, nil)
		return
	}
	s.fact(FactReminded, d, nil)
	for _, p := range who {
		s.tell(p, workflows.WhyEnding, "")
	}
}

// expire ends the approval and tells everybody who has to know that what it allowed is allowed no more.
func (s *step) expire() {
	s.r.Status, s.visible = StatusExpired, true
	s.fact(FactExpired, Detail{Status: StatusExpired, ValidUntil: s.r.ValidUntil.UnixMilli()}, nil)
	s.tellSubject()
	for _, p := range append([]workflows.PersonID{s.r.Requester, s.r.Owner}, s.keepers()...) {
		if s.f.Roster.Active(p) {
			s.tell(p, workflows.WhyExpired, "")
		}
	}
}

// keepers gives those who look after an approval beside its requester and its owner, sorted: who is told of its end by the plan,
// and who verifies its conditions. Where there are none, who approved it last.
func (s *step) keepers() []workflows.PersonID {
	roles := slices.Clone(s.r.Screening.Plan.Notify)
	for _, a := range s.r.Attached {
		roles = append(roles, a.Verifier)
	}
	var out []workflows.PersonID
	for _, role := range roles {
		for _, h := range s.f.Roster.Holders(role) {
			if !s.r.isParty(h.ID) {
				out = insert(out, h.ID)
			}
		}
	}
	for _, v := range s.r.Votes {
		if len(out) == 0 && v.Round == s.r.Round && v.Stage == s.r.stage().Key && s.f.Roster.Active(v.Person) {
			return []workflows.PersonID{v.Person}
		}
	}
	return out
}
