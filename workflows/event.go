package workflows

import (
	"strings"
	"time"
)

// Kind names a kind of thing. Kinds are stored; they never change.
type Kind string

// The kinds of things that exist so far.
const (
	KindRequest Kind = "request" // an approval request of any flow
	KindPolicy  Kind = "policy"  // the policy pack in force
	KindPeople  Kind = "people"  // the directory, imports and roles; or one person in it
	KindAccount Kind = "account" // the link of one account to a person
	// KindProposal is a change of Steward itself that one person proposes and another puts in force.
	KindProposal Kind = "proposal"
	// KindDelivery is a delivery that somebody retried or gave up; others leave no record.
	KindDelivery Kind = "delivery"
	// KindSystem is an entry of the AI register.
	KindSystem Kind = "system"
	// KindAbsence is one person who is away, and who stands in for them.
	KindAbsence Kind = "absence"
	// KindVendor is what is kept of one vendor and one plan.
	KindVendor Kind = "vendor"
	// KindRecord is the record itself: keys that sign it, checkpoints that were posted, exports.
	KindRecord Kind = "record"
)

// Kinds gives every kind of thing that has a log, in the order in which people are shown them.
func Kinds() []Kind {
	return []Kind{KindRequest, KindSystem, KindVendor, KindAbsence, KindPolicy, KindPeople, KindAccount, KindDelivery, KindProposal, KindRecord}
}

// Ref points to one thing.
type Ref struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// String gives "request/AIR-42", the form used in keys and logs.
func (r Ref) String() string { return string(r.Kind) + "/" + r.ID }

// ParseRef is the inverse of [Ref.String]; ok is false where s has no kind or no id.
func ParseRef(s string) (Ref, bool) {
	kind, id, ok := strings.Cut(s, "/")
	return Ref{Kind: Kind(kind), ID: id}, ok && kind != "" && id != ""
}

// RequestRef points to the request with this id.
func RequestRef(id string) Ref { return Ref{Kind: KindRequest, ID: id} }

// AbsencePrefix begins the ids of absences: "AWAY-7". No flow has it.
const AbsencePrefix = "AWAY"

// AbsenceRef points to the absence with this id.
func AbsenceRef(id string) Ref { return Ref{Kind: KindAbsence, ID: id} }

// VendorPrefix begins the ids of what is kept of vendors: "VEN-7". No flow has it.
const VendorPrefix = "VEN"

// VendorRef points to what is kept of a vendor under this id.
func VendorRef(id string) Ref { return Ref{Kind: KindVendor, ID: id} }

// RecordRef points to the record itself: there is one.
func RecordRef() Ref { return Ref{Kind: KindRecord, ID: "log"} }

// RequestID recognises the short id of a request as people type it, in any case, and gives it in capitals: "AIR-42".
func RequestID(typed string) (id string, ok bool) {
	id = strings.ToUpper(typed)
	prefix, number, ok := strings.Cut(id, "-")
	return id, ok && len(typed) <= 20 && prefix != "" && number != "" &&
		strings.Trim(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && strings.Trim(number, "0123456789") == ""
}

// ShortRef gives the thing that a short id names, as people type it, in any case: "ais-7" is an entry of the register,
// "away-3" an absence, "ven-2" what is kept of a vendor, "air-42" a request.
func ShortRef(typed string) (Ref, bool) {
	id, ok := RequestID(typed)
	switch {
	case strings.HasPrefix(id, SystemPrefix+"-"):
		return SystemRef(id), ok
	case strings.HasPrefix(id, AbsencePrefix+"-"):
		return AbsenceRef(id), ok
	case strings.HasPrefix(id, VendorPrefix+"-"):
		return VendorRef(id), ok
	}
	return RequestRef(id), ok
}

// Event is one thing that happened to one thing: a press, a form, a timer.
type Event struct {
	// Key makes a repeated delivery harmless: (surface, tenant, account, platform key), or draft id and draft revision for
	// a form. Empty only for events that the engine makes itself and that are harmless to repeat.
	Key string
	// Actor is the person who did it; [System] for timers.
	Actor PersonID
	// For names the person on whose behalf a delegate acts; empty otherwise.
	For PersonID
	// At is when it happened, business time. The engine truncates it to milliseconds, once.
	At  time.Time
	Via Via
	// Assured is how sure the surface is of the actor. It is not stored: the machine refuses what needs more.
	Assured Assurance
	About   Ref
	Seen    Seen
	What    What
}

// Via says through which surface and which linked account an event came.
type Via struct {
	Surface string `json:"surface"` // "portal", "slack", "teams", "cli", "timer", "demo"
	// Link is our own id of the account link, never the platform's id. In the portal it is the account by which the actor
	// signed in: at the identity provider, or in the chat that a one-time link was sent to; empty for other links.
	Link string `json:"link,omitempty"`
}

// Seen is what the actor had before their eyes: buttons carry it. A stale press decides nothing.
type Seen struct {
	Stage    string `json:"stage,omitempty"`
	Round    int    `json:"round,omitempty"`
	Revision int    `json:"revision,omitempty"`
	Cut      bool   `json:"cut,omitempty"` // the view had to leave something out
}

// What is the content of an event. Each machine seals its own sum type over it. Kind is stored and never changes.
type What interface{ Kind() string }

// Outcome is what a step gives back. When Refusal is set, State is the state as it was and only Records (of a refusal of
// authority) and no Effects are kept.
type Outcome[S any] struct {
	State   S
	Effects []Effect
	Records []Fact
	Refusal *Refusal
}
