package vendor

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// State says whether anything is kept. The values are stored and never change.
type State string

// The states of a vendor.
const (
	StateKept  State = "kept"
	StateEmpty State = "empty" // all was withdrawn

	stateNew State = "new"
)

// Vendor is what is kept of one vendor and one plan.
type Vendor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Plan string `json:"plan,omitempty"` // the answer to the flow's question; empty where the flow asks none
	Flow string `json:"flow"`           // whose answers they are

	State   State            `json:"state"`
	Facts   []Fact           `json:"facts,omitempty"` // by key
	Keepers []workflows.Role `json:"keepers"`         // whose holders look after them
	// Waits are the facts that count not much longer, for each keeper.
	Waits    []workflows.Wait `json:"waits,omitempty"`
	Seq      int              `json:"seq"`
	Revision int              `json:"revision"`
	Records  int              `json:"records"`
}

// Fact is one answer that is kept.
type Fact struct {
	Key    string             `json:"key"`
	Answer []string           `json:"answer,omitempty"`
	Proof  string             `json:"proof"`
	Seen   string             `json:"seen"`  // the day on which the proof was seen
	Until  string             `json:"until"` // the last day on which it counts
	By     workflows.PersonID `json:"by"`
	At     time.Time          `json:"at"`             // when they said so
	Asked  time.Time          `json:"asked,omitzero"` // when its keepers were reminded
	Over   bool               `json:"over,omitempty"` // its last day is over
}

// Facts are what a step may know beside state and event, loaded in the same transaction.
type Facts struct {
	// Roster holds the actor and the holders of the roles that keep facts, by the flow and by the vendor.
	Roster workflows.Roster
	// Flow is the flow in force whose answers are kept; nil where there is none any more.
	Flow *policy.Flow
	// Zone is the organisation's, in which days begin and end.
	Zone *time.Location
}

// Fact gives what is kept under a question.
func (v Vendor) Fact(key string) (Fact, bool) {
	i := slices.IndexFunc(v.Facts, func(f Fact) bool { return f.Key == key })
	if i < 0 {
		return Fact{}, false
	}
	return v.Facts[i], true
}

// Counts says whether a fact counts on a day, 2006-01-02.
func (f Fact) Counts(day string) bool { return day <= f.Until }

// Kept gives the facts that count on a day, as a request takes them.
func (v Vendor) Kept(day string) (out []policy.KeptFact) {
	for _, f := range v.Facts {
		if f.Counts(day) {
			out = append(out, policy.KeptFact{
				Key: f.Key, Answer: slices.Clone(f.Answer), Vendor: v.ID, Revision: v.Revision, Proof: f.Proof, Seen: f.Seen, Until: f.Until, By: f.By, At: f.At,
			})
		}
	}
	return out
}

// Concerned says who may read all that is kept, for [workflows.MaySee].
func (v Vendor) Concerned() workflows.Concerned {
	return workflows.Concerned{About: workflows.VendorRef(v.ID), Roles: v.Keepers}
}

// Actions gives the kinds of what a person can do to the facts now.
func Actions(v Vendor, who workflows.Person) []string {
	if !who.Active || !who.HasAny(v.Keepers...) {
		return nil
	}
	return []string{Kept{}.Kind()}
}

// moves is the step table. The chart in doc.go says the same, and a test compares the two.
func moves() workflows.Moves[State] {
	return workflows.Moves[State]{
		{From: []State{stateNew}, Events: []string{"vendor_kept"}, To: []State{StateKept}},
		{From: []State{StateKept}, Events: []string{"vendor_kept"}, To: []State{StateKept, StateEmpty}},
		{From: []State{StateEmpty}, Events: []string{"vendor_kept"}, To: []State{StateKept}},
		{From: []State{StateKept}, Events: []string{"woken", "roster_changed"}},
	}
}

// place gives where the vendor stands; the zero vendor is new.
func (v Vendor) place() State {
	if v.State == "" {
		return stateNew
	}
	return v.State
}
