package vendor

import "steward/workflows"

// What is the sum of what people do to the facts of a vendor. Kind names are stored and never change.
type What interface {
	workflows.What
	vendor()
}

// Said is one answer as its keeper gives it. Without a proof it is not kept.
type Said struct {
	Key    string   // of the question
	Answer []string // values; one of a question with one answer
	Proof  string   // a link, or where it stands
	Seen   string   // the day on which the proof was seen, 2006-01-02
}

// Kept says all that is to be kept of a vendor and a plan. A question that is not among the facts is left as it is.
type Kept struct {
	Flow string
	// Name and Plan say which vendor and plan is meant where there is none yet; else they count for nothing.
	Name, Plan string
	Facts      []Said
	Reason     string
}

// RosterChanged says that people or roles changed: whom a fact waits for is looked at anew.
type RosterChanged struct{}

// Woken is the timer: a fact counts not much longer, or no longer.
type Woken struct{ workflows.Woken }

// Kind implements [workflows.What].
func (Kept) Kind() string { return "vendor_kept" }

// Kind implements [workflows.What].
func (RosterChanged) Kind() string { return "roster_changed" }

func (Kept) vendor() {}

// The kinds of facts that the machine leaves in the record. They are stored and never change.
const (
	FactKept      = "vendor_fact_kept"
	FactChanged   = "vendor_fact_changed"
	FactWithdrawn = "vendor_fact_withdrawn"
	FactReminded  = "vendor_fact_reminded"
	FactOver      = "vendor_fact_over"
)

// Detail is the data of every record of a vendor; each kind fills what it has. It holds keys, values and days only.
type Detail struct {
	Flow   string   `json:"flow,omitempty"`
	Plan   string   `json:"plan,omitempty"`
	Key    string   `json:"key"` // of the question
	Answer []string `json:"answer,omitempty"`
	Seen   string   `json:"seen,omitempty"`
	Until  string   `json:"until,omitempty"`
	// Was and SeenBefore are what was kept before.
	Was        []string `json:"was,omitempty"`
	SeenBefore string   `json:"seen_before,omitempty"`
}

// The texts beside the records.
const (
	TextName   = "name" // of the vendor, on its first record
	TextProof  = "proof"
	TextReason = "reason"
)
