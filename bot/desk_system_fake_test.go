package bot_test

import (
	"slices"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// The keys of the conditions of [office.conditioned].
const (
	taskNotice = "recording_notice" // verified by Cleo
	taskTerm   = "no_training_term" // nobody holds its role, so that those who look after the system verify
	taskOwn    = "own-1"            // due in December, verified by Cleo
)

// simple enters a system into the register that is in use at once, without conditions.
func (o *office) simple(tool string) workflows.Ref {
	o.t.Helper()
	answers := cardtest.PublicText()
	answers["tool"], answers["vendor"] = policy.Answer{Text: tool}, policy.Answer{Text: "Vendor of " + tool}
	o.Do("ben", o.Send("ana", "ai-use", answers, ""), approval.Decided{Approve: true})
	return o.newest()
}

// conditioned enters a system with two conditions that are due before use, and one that is due later.
func (o *office) conditioned() workflows.Ref {
	o.t.Helper()
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	o.Do("ben", id, approval.Decided{Approve: true, Conditions: []approval.Choice{{Key: taskTerm}}})
	o.Do("dan", id, approval.Advised{})
	o.Do("cleo", id, approval.Decided{Approve: true, Conditions: []approval.Choice{
		{Key: taskNotice}, {Text: "Try it with three calls and report to me.", Due: "2025-12-19"},
	}})
	ref := o.newest()
	s := o.Systems[ref.ID]
	s.Title = "Minutes for the merger" // another one than the tool's, so that it can be told who reads it
	o.Systems[ref.ID] = s
	return ref
}

// proved enters a system with the proofs of both conditions that are due before use.
func (o *office) proved() workflows.Ref {
	o.t.Helper()
	ref := o.conditioned()
	for _, key := range []string{taskNotice, taskTerm} {
		o.Use("ana", ref.ID, register.Proved{Task: key, Proof: "See the contract, section 4."})
	}
	return ref
}

// used enters a system that is in use, with one condition left.
func (o *office) used() workflows.Ref {
	o.t.Helper()
	ref := o.proved()
	for _, key := range []string{taskNotice, taskTerm} {
		o.Use("cleo", ref.ID, register.Verified{Task: key})
	}
	return ref
}

func (o *office) newest() workflows.Ref {
	o.t.Helper()
	ids := o.SystemIDs()
	if len(ids) == 0 {
		o.t.Fatal("nothing is in the register")
	}
	return workflows.SystemRef(ids[len(ids)-1])
}

// entry gives a system's card as a person sees it.
func (o *office) entry(who workflows.PersonID, ref workflows.Ref) *card.Card {
	o.t.Helper()
	r, err := o.desk.Show(o.t.Context(), o.who(who), ref)
	return o.checked(r, err).Card
}

// task gives a condition as it is now.
func (o *office) task(ref workflows.Ref, key string) register.Task {
	o.t.Helper()
	t, ok := o.Systems[ref.ID].Task(key)
	if !ok {
		o.t.Fatalf("%s has no condition %s", ref.ID, key)
	}
	return t
}

// about makes a button's action on a system as it is now.
func (o *office) about(ref workflows.Ref, verb, arg string) card.Action {
	s := o.Systems[ref.ID]
	return card.Action{Verb: verb, About: ref.String(), Round: s.Round, Revision: s.Revision, Arg: arg}
}

// labels gives what can be pressed on a card.
func labels(c *card.Card) []string {
	var out []string
	for _, b := range slices.Concat(c.Buttons, c.More) {
		out = append(out, b.Label)
	}
	return out
}
