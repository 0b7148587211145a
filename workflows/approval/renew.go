package approval

import (
	"maps"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Entry is what a request has to know of the entry that it brought into the AI register, to renew its approval.
type Entry struct {
	ID    string // "AIS-7"
	Owner workflows.PersonID
	// Owners have owned it before.
	Owners []workflows.PersonID
	From   time.Time // when a renewal may begin; zero where the approval has no end
	Until  time.Time // when the approval ends
	Over   bool      // revoked, retired, stopped or rejected: there is nothing to renew
	// Doubted says that a change was reported, or that it is suspended: a new decision can be asked for at once.
	Doubted bool
	// Trigger is the change that was reported last, and Reported when; zero where none was since it was decided on.
	Trigger  string
	Reported time.Time
}

// renewing says that the present round is to renew an approval.
func (r Request) renewing() bool { return r.Screening.Renews != nil }

// owned notes who has a stake in the entry that is decided on.
func (s *step) owned() {
	s.r.Owned = nil
	if e := s.f.Entry; e != nil && e.Owner != "" && (s.r.renewing() || s.r.InEmergency()) {
		s.r.Owned = append(slices.Clone(e.Owners), e.Owner)
	}
}

// begun gives when what is decided on now was asked for: a renewal begins with its round, however long ago the request was sent.
func (r Request) begun() time.Time {
	if r.renewing() {
		return r.RoundAt
	}
	return r.SentAt
}

// Asker gives whose the round is: who began the renewal, else the requester. They edit it, withdraw it and are asked about it.
func (r Request) Asker() workflows.PersonID {
	if n := r.Screening.Renews; n != nil {
		return n.By
	}
	return r.Requester
}

// Renewable gives what a renewal by that person starts from: the answers that were approved last, with the owner of today. Of a
// renewal that came to nothing those are the ones that it began with, too.
func (r Request) Renewable(e Entry, by workflows.PersonID) policy.Renews {
	sc := r.Screening
	out := policy.Renews{
		System: e.ID, By: by, Round: r.Round, Tier: sc.Assessment.Tier, Computed: sc.Assessment.Computed, Until: e.Until, Before: policy.Answers{}, Whole: e.Doubted,
	}
	before := sc.Answers
	if n := sc.Renews; n != nil && !r.Approved() {
		out.Round, out.Tier, out.Computed, before = n.Round, n.Tier, n.Computed, n.Before
	}
	maps.Copy(out.Before, before)
	if _, asked := out.Before[policy.OwnerKey]; asked {
		out.Before[policy.OwnerKey] = policy.Answer{Text: string(e.Owner)}
	}
	return out
}

// renew begins a round that is to renew the approval of the entry. Its owner says by it that the answers are so, and accepts.
func (s *step) renew(Renewed) *workflows.Refusal {
	if no := s.mayRenew(); no != nil {
		return no
	}
	if s.f.Next == nil || s.f.Next.Renews == nil {
		return s.words().noScreening()
	}
	s.acted, s.visible = true, true
	was := s.r.Screening.Policy
	s.r.Status, s.r.EndedAt, s.r.Attached, s.r.ValidUntil = StatusOpen, zeroTime(), nil, zeroTime()
	if no := s.begin(FactRenewed, was); no != nil {
		return no
	}
	s.effects = append(s.effects, workflows.Tell{About: workflows.SystemRef(s.f.Entry.ID), What: workflows.RenewalBegan{Round: s.r.Round}})
	return nil
}

// mayRenew says why the actor cannot renew now.
func (s *step) mayRenew() *workflows.Refusal {
	e, w := s.f.Entry, s.words()
	switch {
	case s.r.ID == "" || e == nil:
		return workflows.Refuse(workflows.CodeUnknown, "There is no approval here that could be renewed.")
	case !s.f.Roster.Active(s.ev.Actor):
		return w.inactive(s.ev.Actor)
	case s.ev.Actor != e.Owner:
		return workflows.Refuse(workflows.CodeNotYours, "Only "+w.name(e.Owner)+", who owns "+e.ID+", can renew its approval.")
	case e.Over:
		return workflows.Refuse(workflows.CodeClosed, e.ID+" is not to be used any more. A new use begins with a new request.")
	case !s.r.ended():
		return workflows.Refuse(workflows.CodeDecided, s.r.ID+" is being decided on already. Nothing more is needed from you.")
	case s.ev.Seen.Round != 0 && s.ev.Seen.Round != s.r.Round:
		return w.staleRound()
	case !e.Doubted && (e.From.IsZero() || s.at.Before(e.From)):
		return workflows.Refuse(workflows.CodeNotNow, "It is too early to renew this. You will be told when it is time.")
	}
	return nil
}

// overMeanwhile says that the entry whose approval the round renews was ended meanwhile: nothing brings it back by the way.
func (s *step) overMeanwhile() bool {
	return s.r.renewing() && s.f.Entry != nil && s.f.Entry.Over
}
