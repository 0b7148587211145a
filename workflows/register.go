package workflows

import (
	"time"
)

// SystemPrefix begins the ids of entries of the AI register: "AIS-7". No flow has it.
const SystemPrefix = "AIS"

// SystemRef points to the entry of the AI register with this id.
func SystemRef(id string) Ref { return Ref{Kind: KindSystem, ID: id} }

// Registered is what the end of a request brings to the AI register: a new entry, or another state of the entry that its last
// round brought there.
type Registered struct {
	Request string `json:"request"`
	Round   int    `json:"round"`
	// Emergency says that the request is still open, and that it was allowed for a short time all the same.
	Emergency bool `json:"emergency,omitempty"`
}

// Kind implements [What].
func (Registered) Kind() string { return "registered" }

// RenewalBegan tells an entry of the AI register that a round of its request is to renew its approval.
type RenewalBegan struct {
	Round int `json:"round"`
}

// Kind implements [What].
func (RenewalBegan) Kind() string { return "renewal_began" }

// RenewalFailed tells an entry of the AI register that a renewal ended without an approval. The one that it has goes on to its end.
type RenewalFailed struct {
	Round int `json:"round"`
}

// Kind implements [What].
func (RenewalFailed) Kind() string { return "renewal_failed" }

// Measured tells an entry of the AI register that its request, which was approved, stands on another assessment now: what that asks for
// is to be done.
type Measured struct {
	Request    string `json:"request"`
	Assessment string `json:"assessment"`
}

// Kind implements [What].
func (Measured) Kind() string { return "measured" }

// HoldBegan tells an entry of the AI register that the round which is to renew its approval is on legal hold.
type HoldBegan struct {
	Round int `json:"round"`
}

// Kind implements [What].
func (HoldBegan) Kind() string { return "hold_began" }

// HoldLifted tells an entry of the AI register that another tier was named for what was on legal hold: its chain decides.
type HoldLifted struct {
	Round int `json:"round"` // the new one
}

// Kind implements [What].
func (HoldLifted) Kind() string { return "hold_lifted" }

// EmergencyEnded tells an entry of the AI register that the emergency approval by which it is there has ended without a decision on its
// request.
type EmergencyEnded struct {
	Round int `json:"round"` // in which it was given
	// Withdrawn says that the request was withdrawn: no decision on it will come.
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// Kind implements [What].
func (EmergencyEnded) Kind() string { return "emergency_ended" }

// EmergencyRevoked tells a request that the entry which its emergency approval brought to the AI register was ended there.
type EmergencyRevoked struct {
	Round int `json:"round"` // in which the emergency approval was given
}

// Kind implements [What].
func (EmergencyRevoked) Kind() string { return "emergency_revoked" }

// Assessed tells a request where a request about it stands: that it was sent, accepted or not, withdrawn, or that it is out of date.
type Assessed struct {
	Request string `json:"request"` // the one that is about it
}

// Kind implements [What].
func (Assessed) Kind() string { return "assessed" }

// SubjectEnded tells a request about another one that the other one came to nothing.
type SubjectEnded struct {
	Request string `json:"request"` // the other one
}

// Kind implements [What].
func (SubjectEnded) Kind() string { return "subject_ended" }

// Requested tells an entry of the AI register of a tool that was only seen that approval of it is asked for.
type Requested struct {
	Request string `json:"request"`
}

// Kind implements [What].
func (Requested) Kind() string { return "requested" }

// RequestFailed tells it that this request was withdrawn.
type RequestFailed struct {
	Request string `json:"request"`
}

// Kind implements [What].
func (RequestFailed) Kind() string { return "request_failed" }

// SystemRow is one line of the AI register.
type SystemRow struct {
	ID         string
	Request    string // that brought it there
	Title      string // of the request
	Tool       string
	Vendor     string
	Flow       string
	State      string
	Tier       string
	LegalClass string
	Owner      PersonID
	Since      time.Time // when it came into its state
	ApprovedAt time.Time // zero where it was not approved
	ValidUntil time.Time // zero where the approval has no end
	Emergency  bool      // what it has is an emergency approval: the full decision is pending
	Open       int       // conditions that are not verified yet; none where the life of the system is over
	Due        time.Time // the earliest day by which one of those is due; zero where none has a date
	Seq        int       // how many events it has taken
}

// SystemFilter narrows the register. The zero value means everything.
type SystemFilter struct {
	State  string
	Tier   string
	Owner  PersonID  // owned by this person
	User   PersonID  // joined by this person
	Open   bool      // with conditions that are not verified yet
	Late   time.Time // with conditions that were due before; zero: all
	Ends   time.Time // still approved, and that ends before; zero: all
	Text   string    // in id, tool or vendor, folded: all of them for everybody to read
	Before string    // keyset: id of the last row of the page before
	Limit  int       // 1 to 200; 0 means 50
}
