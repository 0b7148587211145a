package policy

import (
	"time"

	"steward/workflows"
)

// Tier is a company tier of a flow, lowest first in [Flow.Tiers]. It is not a legal class.
type Tier string

// TierProhibited is the tier under legal hold: no approval exists there.
const TierProhibited Tier = "prohibited"

// Answers are the values of a form by question key. A question that was not asked, or not answered, has its zero value
// (an absent key means the same). Keys that belong to no question of the flow are dropped by [Flow.Clean].
type Answers map[string]Answer

// Answer is one value; which member counts follows from the question's type.
type Answer struct {
	Text   string   `json:"text,omitempty"` // short_text, long_text, select, user (a person id), date (2006-01-02)
	List   []string `json:"list,omitempty"` // multi_select, control_refs; in the order of the options
	Number int64    `json:"number,omitempty"`
	Yes    bool     `json:"yes,omitempty"`
	Lines  []Line   `json:"lines,omitempty"` // only under the key [LinesKey]
}

// Line is one risk line of a flow that has them: answers by field key.
type Line map[string]Answer

// LinesKey is the key under which a form keeps its risk lines.
const LinesKey = "lines"

// QuestionType is the type of a question.
type QuestionType string

// The types of questions.
const (
	ShortText   QuestionType = "short_text"
	LongText    QuestionType = "long_text"
	Select      QuestionType = "select"
	MultiSelect QuestionType = "multi_select"
	User        QuestionType = "user"
	Date        QuestionType = "date"
	Number      QuestionType = "number"
	Boolean     QuestionType = "boolean"
	ControlRefs QuestionType = "control_refs"
)

// Question is one question of a form. Texts are ours, plain, and kept within the limits of the chat platforms.
type Question struct {
	Key       string
	Page      int // 1, 2, ...
	Label     string
	Type      QuestionType
	Required  bool
	MaxLength int // runes; 0 where it does not apply
	Min, Max  int64
	MaxMonths int
	Help      string
	Preset    string // "requester", or "request.KEY": the value offered at first
	AskIf     string // CEL over earlier pages; empty means always
	Exclusive []string
	Options   []Option
	Serves    []string // control ids, "42001:A.4.4"
}

// Option is one choice.
type Option struct{ Value, Label string }

// Hit is a rule that held.
type Hit struct {
	Rule       string   `json:"rule"`
	Points     int      `json:"points"`
	Floor      Tier     `json:"floor,omitempty"`
	LegalClass string   `json:"legal_class,omitempty"`
	Category   string   `json:"category,omitempty"`
	View       string   `json:"view"` // "ai" or "infosec"
	Reason     string   `json:"reason"`
	Question   string   `json:"question,omitempty"` // put to the reviewer
	Refs       []string `json:"refs,omitempty"`
	Error      bool     `json:"error,omitempty"` // the rule could not be evaluated; the strictest route was taken
	Overridden bool     `json:"overridden,omitempty"`
}

// Assessment is what the rules say of a set of answers. It is stored with all its hits and never evaluated again.
type Assessment struct {
	Hits       []Hit  `json:"hits"`
	Points     int    `json:"points"`
	Tier       Tier   `json:"tier"`
	FromPoints Tier   `json:"from_points"` // the tier the points alone give
	LegalClass string `json:"legal_class"`
	// Computed is the tier the rules give, where people named another one.
	Computed Tier `json:"computed,omitempty"`
}

// StageKind says what a stage decides.
type StageKind string

// The kinds of stages.
const (
	StageDecide   StageKind = "decide"     // on the use
	StageClassify StageKind = "classify"   // legal classifies first: confirm or correct_answers
	StageHold     StageKind = "legal_hold" // confirm_stop or reclassify
)

// Outcomes of the stages that only name a tier, and of what is beside the stages.
const (
	OutcomeConfirm     = "confirm"
	OutcomeCorrect     = "correct_answers"
	OutcomeConfirmStop = "confirm_stop"
	OutcomeReclassify  = "reclassify"
	// OutcomeCorrectFact is of no stage: an expert corrected answers about the vendor.
	OutcomeCorrectFact = "correct_vendor_answer"
)

// Member is one seat group of a stage: a role that decides or advises.
type Member struct {
	Role   workflows.Role `json:"role"`
	Advice bool           `json:"advice,omitempty"`
}

// Stage is one step of a plan, frozen at submission: members whose condition did not hold are gone.
type Stage struct {
	Key         string           `json:"key"`
	Kind        StageKind        `json:"kind"`
	Members     []Member         `json:"members"`
	All         bool             `json:"all,omitempty"`    // every deciding role must be filled
	Quorum      int              `json:"quorum,omitempty"` // with All false: so many different people
	Of          int              `json:"of,omitempty"`     // out of a group of so many; 0 means any holder
	MustInclude []workflows.Role `json:"must_include,omitempty"`
	Outcomes    []string         `json:"outcomes,omitempty"`
	SLA         time.Duration    `json:"sla"` // working time of the approver
	EscalateTo  []workflows.Role `json:"escalate_to,omitempty"`
	Expert      bool             `json:"expert,omitempty"` // a holder of two of its roles answers both in one press
}

// Due says when a condition is due: before go-live, so many days after the approval, or on a day that a risk line names.
type Due struct {
	BeforeGoLive bool   `json:"before_go_live,omitempty"`
	Days         int    `json:"days,omitempty"`
	On           string `json:"on,omitempty"` // 2006-01-02
}

// Condition is a condition the plan attaches or suggests.
type Condition struct {
	Key       string         `json:"key"`
	Label     string         `json:"label"`
	Text      string         `json:"text"`
	Required  bool           `json:"required"`  // always attached
	Suggested bool           `json:"suggested"` // ticked at first
	Verifier  workflows.Role `json:"verifier"`
	Due       Due            `json:"due"`
	Evidence  string         `json:"evidence"`
	Refs      []string       `json:"refs,omitempty"`
	// Lines are the risk lines, counted from 1, of which it is the measure: its words are theirs. None for all others.
	Lines []int `json:"lines,omitempty"`
}

// Precondition must be met by a linked reference before a stage opens.
type Precondition struct {
	Key    string   `json:"key"`
	Text   string   `json:"text"`
	Before string   `json:"before"` // stage key
	Refs   []string `json:"refs,omitempty"`
	// Flow is the flow of which a request about this one meets it, once it is accepted and as long as it counts; empty where any
	// reference does.
	Flow string `json:"flow,omitempty"`
	// Elsewhere says that the link of a document made elsewhere meets it as well.
	Elsewhere bool `json:"elsewhere,omitempty"`
}

// Plan is how one round is decided. It is computed at submission and kept with the content hash of the policy.
type Plan struct {
	Stages         []Stage          `json:"stages"`
	Conditions     []Condition      `json:"conditions"`     // all that can be attached, in the order of the flow
	ConditionsMax  int              `json:"conditions_max"` // beside the required ones
	MinIndependent int              `json:"min_independent"`
	OwnerAccepts   bool             `json:"owner_accepts"`
	OwnerIsAsker   bool             `json:"owner_is_asker,omitempty"`
	Notify         []workflows.Role `json:"notify,omitempty"`
	ValidityMonths int              `json:"validity_months,omitempty"`
	ValidUntil     string           `json:"valid_until,omitempty"` // 2006-01-02, where an answer gives the end
	MaxMonths      int              `json:"max_months,omitempty"`
	Preconditions  []Precondition   `json:"preconditions,omitempty"`
	RenewalLead    int              `json:"renewal_lead_days,omitempty"`
	Assurance      string           `json:"assurance"` // "chat", "portal", "fresh"
	Approve        string           `json:"approve"`   // the word on the button: "Approve", "Accept"
	Reject         string           `json:"reject"`
	Reviews        []string         `json:"reviews,omitempty"`
	QuestionDays   QuestionDays     `json:"question_days"`
	// Registers says that the end of the request enters the AI register.
	Registers bool `json:"registers,omitempty"`
	// Ended is what the flow says when an approval has ended by itself.
	Ended string `json:"ended,omitempty"`
	// Override are the roles that together may name another tier while it is decided on; none where nobody may.
	Override []workflows.Role `json:"override,omitempty"`
	// Correctable are the questions about the vendor that were asked, whose answers experts can correct while it is decided on.
	Correctable []string `json:"correctable,omitempty"`
	// Emergency is the short way for what cannot wait; nil where there is none for this tier.
	Emergency *PlanEmergency `json:"emergency,omitempty"`
}

// PlanEmergency says who may allow a use before it is decided on, and for how long at most.
type PlanEmergency struct {
	Approver workflows.Role `json:"approver"`
	MaxDays  int            `json:"max_days"`
	FollowUp string         `json:"follow_up,omitempty"` // what the flow says has to follow
}

// QuestionDays are the working days after which an unanswered question reminds and at last lets the clock run again.
type QuestionDays struct {
	Remind []int `json:"remind"` // 3, 5
	Resume int   `json:"resume"` // 10
}

// Screening is what the policy says of one set of answers: the frozen base of a round.
type Screening struct {
	Policy  string `json:"policy"` // content hash of the pack
	Flow    string `json:"flow"`
	Version int    `json:"version"` // of the flow
	// Title names the request to people, made from the answers as the flow says ("Otter.ai", key title_from: [tool] in
	// the flow's file; else the first short text). At most 80 runes.
	Title      string      `json:"title"`
	Answers    Answers     `json:"answers"`
	Carried    Answers     `json:"carried,omitempty"` // what was seen of the linked request
	Assessment Assessment  `json:"assessment"`
	Lines      []LineScore `json:"lines,omitempty"` // one for each risk line, in their order
	Plan       Plan        `json:"plan"`
	Renews     *Renews     `json:"renews,omitempty"` // in a round that renews an approval
	Kept       []KeptFact  `json:"kept,omitempty"`   // of the vendor and the plan, when the round began
	// Corrected are the answers about the vendor that experts corrected, in the order in which they did.
	Corrected []Corrected `json:"corrected,omitempty"`
}

// LineScore is what the policy says of one risk line.
type LineScore struct {
	Score         int64          `json:"score"` // before treatment
	Level         string         `json:"level"`
	Residual      int64          `json:"residual"` // after treatment
	ResidualLevel string         `json:"residual_level"`
	Accept        workflows.Role `json:"accept"` // who accepts what is left; may be the owner
}
