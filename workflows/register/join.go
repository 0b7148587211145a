package register

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// User is somebody who joined: they use the system under its approval, for its intended use and under its conditions.
type User struct {
	Who workflows.PersonID `json:"who"`
	At  time.Time          `json:"at"`
	// By agreed; empty where the approval covers the user's group.
	By workflows.PersonID `json:"by,omitempty"`
}

// AskState says where somebody's wish to join stands. Who may join has no ask any more, but is a user.
type AskState string

// The states of a wish to join.
const (
	AskOpen    AskState = "open"
	AskRefused AskState = "refused" // By said why not
	AskEnded   AskState = "ended"   // nobody answered in time, or the system could not be joined any more
)

// Ask is somebody's wish to join a system whose approval does not cover their group: their line manager answers it.
type Ask struct {
	Who   workflows.PersonID `json:"who"`
	At    time.Time          `json:"at"`
	State AskState           `json:"state"`
	// Reminded and Late say how far an open one has come: those who answer it were reminded; their own manager is asked, too.
	Reminded bool `json:"reminded,omitempty"`
	Late     bool `json:"late,omitempty"`

	By      workflows.PersonID `json:"by,omitempty"` // who refused
	EndedAt time.Time          `json:"ended_at,omitzero"`
	Reason  string             `json:"reason,omitempty"` // of a refusal
}

// How long a wish to join waits, in days: until it is brought to mind, until the next manager up is asked, too, and until it ends
// unanswered. Silence never lets anybody join.
const (
	askRemindDays = 2
	askLateDays   = 5
	askEndDays    = 14
)

// Due is until when an open ask is to be answered.
func (a Ask) Due() time.Time { return a.At.AddDate(0, 0, askLateDays) }

// Ends is when an ask that nobody answers ends.
func (a Ask) Ends() time.Time { return a.At.AddDate(0, 0, askEndDays) }

// User gives the user that somebody is.
func (s System) User(who workflows.PersonID) (User, bool) {
	i := slices.IndexFunc(s.Joined, func(u User) bool { return u.Who == who })
	if i < 0 {
		return User{}, false
	}
	return s.Joined[i], true
}

// Ask gives the last wish of somebody to join. There is none once they are a user.
func (s System) Ask(who workflows.PersonID) (Ask, bool) {
	i := slices.IndexFunc(s.Asks, func(a Ask) bool { return a.Who == who })
	if i < 0 {
		return Ask{}, false
	}
	return s.Asks[i], true
}

// Joinable says whether somebody could join at a moment: the approval stands, has not ended, is none for an emergency, and is not one that
// was suspended and is to be looked at before it is used again.
func (s System) Joinable(at time.Time) bool {
	return s.State.Live() && !s.Released() && !s.Emergency && (s.ValidUntil.IsZero() || at.Before(s.ValidUntil))
}

// CoversPerson says whether the approval covers somebody's group, so that they join without a word of their manager. The group is
// the one that was there when the system was decided on, whatever becomes of the requester.
func (s System) CoversPerson(p workflows.Person) bool {
	switch s.Covers {
	case policy.CoversEveryone:
		return true
	case policy.CoversDepartment:
		return s.Group != "" && p.Department == s.Group
	case policy.CoversTeam:
		manager := workflows.PersonID(s.Group)
		return p.Manager == s.Requester || manager != "" && (p.Manager == manager || p.ID == manager)
	case policy.CoversNobody:
	}
	return false
}

// group gives what names the group of a requester: their department, or the id of the manager of their team.
func group(covers policy.Coverage, requester workflows.Person) string {
	switch covers {
	case policy.CoversDepartment:
		return requester.Department
	case policy.CoversTeam:
		return string(requester.Manager)
	case policy.CoversEveryone, policy.CoversNobody:
	}
	return ""
}

// AnswersByLine says that it waits for somebody as a line manager, or for who stands in for one, whether another may join.
func (s System) AnswersByLine(who, asks workflows.PersonID) bool {
	return slices.ContainsFunc(s.Waits, func(w workflows.Wait) bool {
		return w.Who == who && w.Why == workflows.WhyJoin && w.Part == string(asks) && w.Role == workflows.LineManager
	})
}

// Part says that somebody has or had to do with a wish to join: as a user, as one who asked, or as one who answers or answered. They
// are told of it, and read by that no more than everybody.
func (s System) Part(who workflows.PersonID) bool {
	return slices.ContainsFunc(s.Joined, func(u User) bool { return u.Who == who || u.By == who }) ||
		slices.ContainsFunc(s.Asks, func(a Ask) bool { return a.Who == who || a.By == who }) ||
		slices.ContainsFunc(s.Waits, func(w workflows.Wait) bool { return w.Who == who && w.Why == workflows.WhyJoin })
}
