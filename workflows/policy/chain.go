package policy

import "steward/workflows"

// Chain says how a tier of a flow is decided.
type Chain struct {
	Tier           Tier
	Stages         []StageRule
	MinIndependent int // different people who decide, requester and owner apart
	OwnerAccepts   bool
	Notify         []workflows.Role
	ValidityMonths int
	UntilQuestion  string // the date question that gives the end, where there is one
	MaxMonths      int
	ConditionsMax  int // beside the required ones
	Preconditions  []Precondition
	RenewalLead    int // days before the end at which renewal begins
	Assurance      string
	Approve        string // the words on the buttons
	Reject         string
	Ended          string   // what is said when an approval has ended by itself; empty for the general words
	Reviews        []string // keys of the periodic reviews an approval brings
}

// StageRule is a stage with the conditions under which it and its members are part of a plan.
type StageRule struct {
	Stage       Stage // with all its members
	SkipIfEmpty bool
	members     []memberRule
	when        *expr
}

type memberRule struct {
	member Member
	off    string // a switch of the organisation that is off and takes the member out; empty otherwise
	when   *expr
}

// always says that the member is asked whatever the answers are.
func (m memberRule) always() bool { return m.off == "" && m.when.always() }

// The assurances a chain may ask of a decider.
const (
	AssuranceChat   = "chat"
	AssurancePortal = "portal"
	AssuranceFresh  = "fresh"
)
