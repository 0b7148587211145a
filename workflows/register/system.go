package register

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// State says where a system is in its life.
type State string

// The states of a system. Those before approved are passed on the way of its request, and recorded when it has been decided on.
const (
	StateDiscovered   State = "discovered" // seen in the company, asked for by nobody: never approved
	StateIdea         State = "idea"
	StateScreening    State = "screening"
	StateAssessment   State = "assessment"
	StateDesign       State = "design" // of what we build ourselves
	StateValidation   State = "validation"
	StateApproval     State = "approval"
	StateApproved     State = "approved" // not in use yet: conditions due before that are open
	StatePilot        State = "pilot"
	StateInUse        State = "in_use"
	StateReEvaluation State = "re_evaluation"
	StateSuspended    State = "suspended"
	StateRetired      State = "retired"
	StateRejected     State = "rejected"
	StateStopped      State = "stopped" // a legal hold was confirmed, or the approval was revoked
	StateExpired      State = "expired"
)

// Live says that the system may be in use, or come into use without another decision.
func (s State) Live() bool { return slices.Contains(live(), s) }

// Over says that nothing but another decision on its request can happen to the system, and to a retired one nothing at all.
func (s State) Over() bool { return s == StateRetired || s == StateRejected || s == StateStopped }

// System is an entry of the AI register: what was decided on, and what became of it. It is a value: [Step] returns a new one and
// leaves the old alone.
type System struct {
	ID    string    `json:"id"` // "AIS-7"
	State State     `json:"state"`
	Since time.Time `json:"since"` // when it came into that state
	Seq   int       `json:"seq"`   // rises with every event that changes something
	// Revision rises when what people decide on changes: content, owner, a proof, a reported change. A press on an older one
	// decides nothing.
	Revision int `json:"revision"`

	Request string `json:"request"` // that brought it here: "AIR-42"
	Round   int    `json:"round"`   // of that request
	// Renewal is the round of that request that is to renew the approval, while it is decided on; else 0.
	Renewal   int                `json:"renewal,omitempty"`
	Requester workflows.PersonID `json:"requester"`
	Owner     workflows.PersonID `json:"owner"`
	// Owners are those who owned it before, since it was decided on last: they clear nothing of it either.
	Owners []workflows.PersonID `json:"owners,omitempty"`

	Title      string      `json:"title"`
	Tool       string      `json:"tool,omitempty"`
	Vendor     string      `json:"vendor,omitempty"`
	Plan       string      `json:"plan,omitempty"` // option values, as in the policy; so are Role, Data, Hosting, Affected and Users
	Use        string      `json:"use,omitempty"`  // the intended use that was approved
	Role       string      `json:"role,omitempty"` // ours
	Data       []string    `json:"data,omitempty"`
	Hosting    string      `json:"hosting,omitempty"`
	Affected   []string    `json:"affected,omitempty"`
	Users      string      `json:"users,omitempty"`
	Tier       policy.Tier `json:"tier"`
	LegalClass string      `json:"legal_class"`
	// Computed is the tier that the rules give, where people named another one; Hits are the rules that were overridden by that, or, of
	// what was stopped, those that say that it is banned.
	Computed policy.Tier `json:"computed,omitempty"`
	Hits     []string    `json:"hits,omitempty"`
	Flow     string      `json:"flow"`
	Policy   string      `json:"policy"` // content hash of the pack
	Version  int         `json:"version"`

	ApprovedAt time.Time `json:"approved_at,omitzero"`
	ValidUntil time.Time `json:"valid_until,omitzero"`  // zero where the approval has no end
	RenewFrom  time.Time `json:"renew_from,omitzero"`   // when the renewal begins
	PilotUntil string    `json:"pilot_until,omitempty"` // 2006-01-02, where a pilot comes before use
	// Emergency says that what it has is an emergency approval: its request was not decided on when it was given.
	Emergency bool             `json:"emergency,omitempty"`
	Governors []workflows.Role `json:"governors"` // roles that look after it

	// Hold says that its renewal is on legal hold, or was until another tier was named and is decided on since; else it is zero.
	Hold Hold `json:"hold,omitzero"`
	// Turned is the last word of a person about where it stands, since it was decided on.
	Turned Turn   `json:"turned,omitzero"`
	Tasks  []Task `json:"tasks,omitempty"`
	// Sighting says where the tool was seen, where that was; zero where it never was.
	Sighting Sighting `json:"sighting,omitzero"`
	// Covers says whom the approval covers, and Group which group that is: a department, or the id of the manager of a team.
	Covers  policy.Coverage      `json:"covers,omitempty"`
	Group   string               `json:"group,omitempty"`
	Joined  []User               `json:"joined,omitempty"` // who uses it, in the order in which they joined
	Asks    []Ask                `json:"asks,omitempty"`   // wishes to join that wait, or were not fulfilled: the last of each person
	Waits   []workflows.Wait     `json:"waits,omitempty"`
	Told    []workflows.PersonID `json:"told,omitempty"` // everyone who was ever asked or told, sorted
	Timers  []string             `json:"timers,omitempty"`
	Fired   []string             `json:"fired,omitempty"` // timers that have done their work since the last decision
	Records int                  `json:"records"`         // number of the last record about it
	Shown   string               `json:"shown"`           // commitment of its content; the engine sets it
}

// Turn is somebody's word about where a system stands, with the reason: a change that they report, a stop, a release.
type Turn struct {
	Event   string             `json:"event"` // its kind
	Trigger string             `json:"trigger,omitempty"`
	By      workflows.PersonID `json:"by"`
	At      time.Time          `json:"at"`
	Reason  string             `json:"reason"`
}

// Hold is a legal hold of the round that is to renew an approval.
type Hold struct {
	Round  int       `json:"round"` // that is on hold, or that decides since
	Since  time.Time `json:"since"`
	Lifted bool      `json:"lifted,omitempty"` // another tier was named, whose chain decides
	// Switched says that the hold switched the system off. What was switched off before stays so, whatever is decided.
	Switched bool `json:"switched,omitempty"`
}

// TaskState says where a condition stands.
type TaskState string

// The states of a condition.
const (
	TaskOpen     TaskState = "open"
	TaskProved   TaskState = "proved" // the owner says that it is fulfilled, and how that can be seen
	TaskVerified TaskState = "verified"
	TaskMoot     TaskState = "moot" // a later version of its assessment does not name it any more
)

// Task is a condition of the approval: something that the owner does and somebody else verifies.
type Task struct {
	Key      string         `json:"key"`
	Text     string         `json:"text"`
	GoLive   bool           `json:"go_live,omitempty"` // due before the system is used
	Due      time.Time      `json:"due,omitzero"`      // zero for GoLive
	Verifier workflows.Role `json:"verifier"`
	Evidence string         `json:"evidence,omitempty"` // what proves it
	// By is who wrote it, where it is not of the policy but a decider's own.
	By   workflows.PersonID `json:"by,omitempty"`
	Refs []string           `json:"refs,omitempty"`
	From Origin             `json:"from,omitzero"` // the assessment that it comes with; zero where it is of the request itself

	State      TaskState          `json:"state"`
	Proof      string             `json:"proof,omitempty"`
	Files      []workflows.File   `json:"files,omitempty"` // of the proof, without their contents
	ProvedBy   workflows.PersonID `json:"proved_by,omitempty"`
	ProvedAt   time.Time          `json:"proved_at,omitzero"`
	VerifiedBy workflows.PersonID `json:"verified_by,omitempty"`
	VerifiedAt time.Time          `json:"verified_at,omitzero"`
	Returned   string             `json:"returned,omitempty"` // why the proof was sent back last
	ReturnedBy workflows.PersonID `json:"returned_by,omitempty"`
	MootBy     string             `json:"moot_by,omitempty"` // the assessment that does not name it any more
}

// Decision is the end of a request as the register takes it.
type Decision struct {
	Approved bool
	Stopped  bool // a legal hold was confirmed; else it was rejected
	Builder  bool // we build it, or a part of it
	At       time.Time
	Sent     time.Time // when the round was sent
	// Renewal says that the round was to renew the approval, and Same that nothing of the answers had changed.
	Renewal, Same bool
	Asker         workflows.PersonID // of a renewal: who owned the system when it was asked for
	Newer         map[string]string  // as in [Measures], whose conditions are among Tasks

	System // what the request says: ids, people, content, validity, governors, and Tasks as they begin
}

// Facts are what a step may know beside state and event, loaded in the same transaction.
type Facts struct {
	// Roster holds owner, requester, actor and whoever asks to join with three managers up, the holders of the governing roles and of
	// those that verify, and for [RosterChanged] all users.
	Roster workflows.Roster
	// Decision is set for [workflows.Registered].
	Decision *Decision
	// Measures is set for [workflows.Measured].
	Measures *Measures
	// Found is set for the first [Seen] of a tool: what an entry has without a decision.
	Found *Found
	// Triggers are the changes that make an approval be looked at again.
	Triggers []string
}

// Task gives a condition by key.
func (s System) Task(key string) (Task, bool) {
	i := slices.IndexFunc(s.Tasks, func(t Task) bool { return t.Key == key })
	if i < 0 {
		return Task{}, false
	}
	return s.Tasks[i], true
}

// Open counts the conditions that are to be verified yet, and gives the earliest day by which one of them is due; zero where none
// has a date. What was only seen has none, and is due when somebody has to have asked for approval. Nobody waits for those of a system
// whose life is over.
func (s System) Open() (n int, due time.Time) {
	if s.State.Over() {
		return 0, due
	}
	if s.unasked() {
		return 0, s.Sighting.Due
	}
	for _, t := range s.Tasks {
		if t.Settled() {
			continue
		}
		n++
		if !t.Due.IsZero() && (due.IsZero() || t.Due.Before(due)) {
			due = t.Due
		}
	}
	return n, due
}

// Held says that a condition is open which is due before use.
func (s System) Held() bool {
	return slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.GoLive && !t.Settled() })
}

// Released says that the system was suspended and is looked at before it is used again.
func (s System) Released() bool {
	return s.State == StateReEvaluation && s.Turned.Event == Released{}.Kind()
}

// Concerned says who is part of the system, for [workflows.MaySee].
func (s System) Concerned() workflows.Concerned {
	return workflows.Concerned{About: workflows.SystemRef(s.ID), Requester: s.Requester, Owner: s.Owner, Informed: s.Told, Roles: s.Governors}
}

// ByRelation says whether somebody reads the system as one who owns it or asked for it, and not by a role. What they do to it they
// do by relation only where they own it.
func (s System) ByRelation(who workflows.PersonID) bool { return who == s.Owner || who == s.Requester }

// Concerns names the people and the roles that a step about the system, or its card, may have to know.
func (s System) Concerns() (people []workflows.PersonID, roles []workflows.Role) {
	people = append([]workflows.PersonID{s.Requester, s.Owner}, s.Owners...)
	people, roles = append(people, s.Told...), slices.Clone(s.Governors)
	for _, a := range s.Asks {
		people = append(people, a.Who, a.By)
	}
	if s.Covers == policy.CoversTeam {
		people = append(people, workflows.PersonID(s.Group))
	}
	for _, t := range s.Tasks {
		people, roles = append(people, t.ProvedBy, t.VerifiedBy), append(roles, t.Verifier)
	}
	people = slices.DeleteFunc(people, func(id workflows.PersonID) bool { return id == "" || id == workflows.System })
	slices.Sort(people)
	slices.Sort(roles)
	return slices.Compact(people), slices.Compact(roles)
}

// clone copies everything that a step may change in place.
func (s System) clone() System {
	s.Tasks = slices.Clone(s.Tasks)
	s.Waits = slices.Clone(s.Waits)
	s.Told = slices.Clone(s.Told)
	s.Timers = slices.Clone(s.Timers)
	s.Fired = slices.Clone(s.Fired)
	s.Owners = slices.Clone(s.Owners)
	s.Joined = slices.Clone(s.Joined)
	s.Asks = slices.Clone(s.Asks)
	return s
}
