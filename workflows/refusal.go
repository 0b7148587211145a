package workflows

import (
	"maps"
	"slices"
)

// Code names a refusal. Codes are stored, counted and looked up; they never change.
type Code string

// The refusals of authority. Each is a record.
const (
	CodeOwnRequest   Code = "own_request"     // requester or owner deciding their own
	CodeTwoStages    Code = "two_stages"      // one person deciding two stages of one request
	CodeNotEntitled  Code = "not_entitled"    // no such role, relation, delegation or naming
	CodeProhibited   Code = "prohibited"      // approving under legal hold
	CodeDelegate     Code = "delegate"        // a delegation that may not act here
	CodeInactive     Code = "inactive"        // left or switched off
	CodeFewDeciders  Code = "few_deciders"    // approval without enough independent people
	CodeNotAccepted  Code = "not_accepted"    // last decision before the owner accepted
	CodePrecondition Code = "precondition"    // a linked assessment is missing
	CodeOnlyNaming   Code = "only_naming"     // escalation may name, not decide
	CodeNotIndep     Code = "not_independent" // an outsider who is not independent
)

// The refusals that store nothing: errors of fields, and presses on what is no longer so.
const (
	CodeField    Code = "field"     // one or more fields are wrong
	CodeStale    Code = "stale"     // what was decided on has changed; the current card is shown
	CodeDecided  Code = "decided"   // decided already, by you or a colleague
	CodeClosed   Code = "closed"    // the request has ended
	CodeUnknown  Code = "unknown"   // no such thing, or not for your eyes
	CodeNotYours Code = "not_yours" // an action that belongs to somebody else (withdraw, answer, accept)
	CodeNotNow   Code = "not_now"   // not possible at this point
	CodeTooMany  Code = "too_many"  // rate limit
)

// Refusal is the policy's "no": who hears it, hears why and what to do. Sentence is shown as it stands.
type Refusal struct {
	Code     Code
	Sentence string
	// Field is the form field at which the sentence stands; empty for the whole.
	Field string
	// Fields holds one sentence a field where several are wrong; Field and Sentence then repeat the first.
	Fields map[string]string
}

// Error makes a refusal usable as an error in the few places that need one.
func (r *Refusal) Error() string { return r.Sentence }

// Authority says that this refusal is one of authority: it commits, as a record.
func (r *Refusal) Authority() bool {
	switch r.Code {
	case CodeOwnRequest, CodeTwoStages, CodeNotEntitled, CodeProhibited, CodeDelegate, CodeInactive, CodeFewDeciders,
		CodeNotAccepted, CodePrecondition, CodeOnlyNaming, CodeNotIndep:
		return true
	case CodeField, CodeStale, CodeDecided, CodeClosed, CodeUnknown, CodeNotYours, CodeNotNow, CodeTooMany:
		return false
	}
	return false
}

// Refuse makes a refusal for the whole of what was asked.
func Refuse(code Code, sentence string) *Refusal { return &Refusal{Code: code, Sentence: sentence} }

// RefuseFields makes a refusal with a sentence for each field that is wrong.
func RefuseFields(wrong map[string]string) *Refusal {
	first := slices.Min(slices.Collect(maps.Keys(wrong)))
	return &Refusal{Code: CodeField, Field: first, Sentence: wrong[first], Fields: wrong}
}

// RefuseField makes a refusal that stands at one field.
func RefuseField(field, sentence string) *Refusal {
	return &Refusal{Code: CodeField, Field: field, Sentence: sentence, Fields: map[string]string{field: sentence}}
}
