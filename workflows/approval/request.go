package approval

import (
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Status says where a request stands as a whole.
type Status string

// The states of a request. All but StatusOpen are ends: nobody can press anything any more.
const (
	StatusOpen      Status = "open"
	StatusApproved  Status = "approved"
	StatusRejected  Status = "rejected"
	StatusWithdrawn Status = "withdrawn"
	StatusStopped   Status = "stopped" // legal hold confirmed
	StatusExpired   Status = "expired" // it was approved, and that approval has ended
)

// Request is one ask and everything that happened to it. It is a value: [Step] returns a new one and leaves the old alone.
type Request struct {
	ID        string             `json:"id"` // "AIR-42"
	Flow      string             `json:"flow"`
	Status    Status             `json:"status"`
	Seq       int                `json:"seq"`      // rises with every event
	Revision  int                `json:"revision"` // rises when what is decided on changes
	Round     int                `json:"round"`
	Requester workflows.PersonID `json:"requester"`
	Linked    string             `json:"linked,omitempty"` // id of the request it is about, for flows that are about one
	Owner     workflows.PersonID `json:"owner"`
	SentAt    time.Time          `json:"sent_at"`
	RoundAt   time.Time          `json:"round_at"`
	EndedAt   time.Time          `json:"ended_at,omitzero"` // when it was decided, withdrawn or stopped; also of one whose approval has ended since

	Stage     int       `json:"stage"`             // index into Screening.Plan.Stages of the present stage
	StageAt   time.Time `json:"stage_at,omitzero"` // when it opened; zero while it waits for the owner or a precondition
	Pauses    []Span    `json:"pauses,omitempty"`  // of the present stage's clock; the last may be open-ended
	Escalated bool      `json:"escalated,omitempty"`
	// HeldAt is since when the present stage waits to open, for the owner or a precondition; zero where it does not.
	HeldAt time.Time `json:"held_at,omitzero"`

	Accepted time.Time `json:"accepted,omitzero"` // when the owner accepted this round
	Declined bool      `json:"declined,omitempty"`
	Links    []Link    `json:"links,omitempty"`
	// Assessments are the requests about this one, in the order in which they were sent first.
	Assessments []Assessment         `json:"assessments,omitempty"`
	Moot        bool                 `json:"moot,omitempty"` // withdrawn, because what it was about came to nothing
	Namings     []Naming             `json:"namings,omitempty"`
	Emergency   *Emergency           `json:"emergency,omitempty"` // nil where nobody has asked for one
	Attached    []Attached           `json:"attached,omitempty"`  // conditions of the approval, filled when it is approved
	ValidUntil  time.Time            `json:"valid_until,omitzero"`
	Waits       []workflows.Wait     `json:"waits,omitempty"` // what waits for whom, now
	Told        []workflows.PersonID `json:"told,omitempty"`  // everyone who was ever asked or told, sorted: they may read it
	// Owned are those who own the entry of the AI register that a renewal, or the decision after an emergency approval, is about, or have owned
	// it: they decide nothing here.
	Owned   []workflows.PersonID `json:"owned,omitempty"`
	Notices []Notice             `json:"notices,omitempty"` // who was asked what in this round: nobody is asked twice
	Timers  []Timer              `json:"timers,omitempty"`  // what is to wake the request, by name
	Fired   []string             `json:"fired,omitempty"`   // timers of the present stage that have done their work

	Records int    `json:"records"`       // number of the last record of this request
	Shown   string `json:"shown"`         // commitment of what the present revision shows; the engine sets it
	Why     string `json:"why,omitempty"` // what started the round: submitted, edited, corrected, reclassified, renewed

	// Screening is the frozen base of the present round. It is stored once a round.
	Screening policy.Screening `json:"-"`
	// Votes, Rulings, Advices and Questions are rows of their own, of all rounds, in the order they were given.
	Votes     []Vote     `json:"-"`
	Rulings   []Ruling   `json:"-"`
	Advices   []Advice   `json:"-"`
	Questions []Question `json:"-"`
}

// Span is a stretch of time; To is zero while it lasts.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Cast is what votes, rulings and advice have in common: who, for whom, when, on what, and why they were entitled.
type Cast struct {
	ID       int                `json:"id"` // number within the request, over all four kinds
	Round    int                `json:"round"`
	Stage    string             `json:"stage"`
	Revision int                `json:"revision"`
	Person   workflows.PersonID `json:"person"`
	For      workflows.PersonID `json:"for,omitempty"`
	Roles    []workflows.Role   `json:"roles"`        // the seats it fills
	Entitled string             `json:"why_entitled"` // "holder", "line_manager", "delegate", "named", "outsider"
	At       time.Time          `json:"at"`
	Via      workflows.Via      `json:"via"`
	Reason   string             `json:"reason,omitempty"`
}

// Vote is one person's approval or rejection in a stage; one a person and round.
type Vote struct {
	Cast
	Approve    bool     `json:"approve"`
	Conditions []Choice `json:"conditions,omitempty"`
}

// Ruling names an outcome in a stage that classifies or holds. The last ruling of a person counts.
type Ruling struct {
	Cast
	Outcome string      `json:"outcome"`
	Tier    policy.Tier `json:"tier,omitempty"`
}

// Advice decides nothing; an objection is overruled only by the next stage, with a reason.
type Advice struct {
	Cast
	Objection   bool `json:"objection"`
	OverruledBy int  `json:"overruled_by,omitempty"` // id of the vote
}

// Question is asked by somebody who decides or advises, of the requester.
type Question struct {
	Cast                        // Reason stays empty
	Text     string             `json:"text"`
	Answer   string             `json:"answer,omitempty"`
	Answered time.Time          `json:"answered,omitzero"`
	AnswerBy workflows.PersonID `json:"answer_by,omitempty"`
	Resumed  bool               `json:"resumed,omitempty"` // too long without an answer: the clock runs again
	Void     bool               `json:"void,omitempty"`    // a new round or the end made it moot
}

// Choice is a condition as a decider chose it: a key of the plan, or one of their own with text and date.
type Choice struct {
	Key  string `json:"key,omitempty"`
	Text string `json:"text,omitempty"` // own conditions only; at most 300 runes
	Due  string `json:"due,omitempty"`  // own conditions only; 2006-01-02
}

// Attached is a condition of an approval: a task for the owner.
type Attached struct {
	Key      string               `json:"key"` // key of the plan, or "own-1"
	Text     string               `json:"text"`
	Required bool                 `json:"required,omitempty"`
	By       []workflows.PersonID `json:"by,omitempty"` // who chose it; empty for required ones
	Owner    workflows.PersonID   `json:"owner"`
	Verifier workflows.Role       `json:"verifier"`
	GoLive   bool                 `json:"go_live,omitempty"`
	Due      time.Time            `json:"due,omitzero"` // zero for GoLive
	Evidence string               `json:"evidence,omitempty"`
	Refs     []string             `json:"refs,omitempty"`
	Lines    []int                `json:"lines,omitempty"` // risk lines, counted from 1, of which it is the measure
}

// Link meets a precondition. Of an assessment the key is its flow.
type Link struct {
	Key string             `json:"key"`
	Ref string             `json:"ref"` // id or https link
	By  workflows.PersonID `json:"by"`
	At  time.Time          `json:"at"`
}

// Naming makes a person eligible for a seat of a stage: another holder of the role, named by whom the stage escalated to,
// or an outsider, named because nobody independent is left.
type Naming struct {
	Round    int                `json:"round"`
	Stage    string             `json:"stage"`
	Role     workflows.Role     `json:"role"`
	Person   workflows.PersonID `json:"person"`
	By       workflows.PersonID `json:"by"`
	Outsider bool               `json:"outsider,omitempty"`
	Reason   string             `json:"reason"`
	At       time.Time          `json:"at"`
}

// Notice says that a person was asked something in the present round, and when: their deadline counts from then.
type Notice struct {
	Who  workflows.PersonID `json:"who"`
	Why  workflows.Why      `json:"why"`
	Part string             `json:"part,omitempty"`
	At   time.Time          `json:"at"`
}

// Timer is a promise to wake the request. Its name holds round and stage, so that a late one is known as such.
type Timer struct {
	Name     string             `json:"name"`
	At       time.Time          `json:"at"`
	Does     TimerKind          `json:"does"`
	Who      workflows.PersonID `json:"who,omitempty"`
	Question int                `json:"question,omitempty"`
}

// TimerKind says what a timer does.
type TimerKind string

// The kinds of timers.
const (
	TimerRemind   TimerKind = "remind"          // one person, of a stage they decide or advise
	TimerHeld     TimerKind = "remind_held"     // whoever keeps the next stage from opening
	TimerAnswer   TimerKind = "remind_question" // the requester, of a question
	TimerResume   TimerKind = "resume"          // too long without an answer: the clock runs again
	TimerEscalate TimerKind = "escalate"        // the stage is late
	TimerEnding   TimerKind = "remind_ending"   // requester and owner, of an approval that ends soon
	TimerExpire   TimerKind = "expire"          // an approval ends

	TimerEmergency       TimerKind = "remind_emergency"        // one person, who answers whether it may be used before the decision
	TimerEmergencyEnding TimerKind = "remind_emergency_ending" // those concerned, of an emergency approval that ends soon
	TimerEmergencyEnd    TimerKind = "emergency_end"           // an emergency approval ends
)

// Facts are what a step may know beside state and event, loaded in the same transaction.
type Facts struct {
	// Roster holds the people named in request and event, three managers up from requester and owner, the holders of all
	// roles of the plan (present and next), of its escalations and of the roles that may name an outsider, and delegates.
	Roster workflows.Roster
	// Next is the screening of the new round, for events that start one; nil otherwise.
	Next *policy.Screening
	// Correction is what the policy says of answers that an expert corrects; nil for all else.
	Correction *policy.Correction
	// Entry is what the request has brought into the AI register, for a renewal and after an emergency approval; nil where there is
	// none.
	Entry *Entry
	// Made are the assessments about the request as they stand beside the answers of the event, for events that start a round and for
	// [workflows.Assessed].
	Made []Made
	// Zone is the organisation's zone, for dates without a person.
	Zone *time.Location
}

// Concerned says who is part of the request, for [workflows.MaySee].
func (r Request) Concerned() workflows.Concerned {
	c := workflows.Concerned{About: workflows.RequestRef(r.ID), Requester: r.Requester, Owner: r.Owner, Informed: r.Told}
	for _, v := range r.Votes {
		c.Deciders = append(c.Deciders, v.Person, v.For)
	}
	for _, v := range r.Rulings {
		c.Deciders = append(c.Deciders, v.Person, v.For)
	}
	for _, v := range r.Advices {
		c.Deciders = append(c.Deciders, v.Person, v.For)
	}
	for _, n := range r.Namings {
		c.Deciders = append(c.Deciders, n.Person)
	}
	if e := r.Emergency; e != nil {
		c.Deciders = append(c.Deciders, e.Giver, e.For)
	}
	return c
}
