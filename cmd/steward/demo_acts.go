package main

import (
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// ago is a time before the demo's start.
func ago(days, hours int) time.Duration {
	return time.Duration(days)*24*time.Hour + time.Duration(hours)*time.Hour
}

func always(w workflows.What) func(approval.Request) workflows.What {
	return func(approval.Request) workflows.What { return w }
}

// approve votes for the request, with conditions of the flow by key.
func approve(before time.Duration, who workflows.PersonID, conditions ...string) act {
	d := approval.Decided{Approve: true}
	for _, key := range conditions {
		d.Conditions = append(d.Conditions, approval.Choice{Key: key})
	}
	return act{before: before, who: who, what: always(d)}
}

func reject(before time.Duration, who workflows.PersonID, reason string) act {
	return act{before: before, who: who, what: always(approval.Decided{Reason: reason})}
}

func advise(before time.Duration, who workflows.PersonID, objection bool, reason string) act {
	return act{before: before, who: who, what: always(approval.Advised{Objection: objection, Reason: reason})}
}

func ask(before time.Duration, who workflows.PersonID, text string) act {
	return act{before: before, who: who, what: always(approval.Asked{Text: text})}
}

// answerLast answers the newest question.
func answerLast(before time.Duration, who workflows.PersonID, text string) act {
	return act{before: before, who: who, what: func(r approval.Request) workflows.What {
		return approval.Answered{Question: r.Questions[len(r.Questions)-1].ID, Text: text}
	}}
}

func accept(before time.Duration, who workflows.PersonID) act {
	return act{before: before, who: who, what: always(approval.Accepted{})}
}

func withdraw(before time.Duration, who workflows.PersonID, reason string) act {
	return act{before: before, who: who, what: always(approval.Withdrawn{Reason: reason})}
}

func edit(before time.Duration, who workflows.PersonID, answers policy.Answers) act {
	return act{before: before, who: who, what: always(approval.Edited{Answers: answers})}
}

// stop confirms a legal hold.
func stop(before time.Duration, who workflows.PersonID, reason string) act {
	return act{before: before, who: who, what: always(approval.Ruled{Outcome: policy.OutcomeConfirmStop, Reason: reason})}
}

// prove says that a condition is fulfilled, verify that the proof shows it, sendBack that it does not.
func prove(before time.Duration, who workflows.PersonID, task, proof string) act {
	return act{before: before, who: who, use: register.Proved{Task: task, Proof: proof}}
}

func verify(before time.Duration, who workflows.PersonID, task string) act {
	return act{before: before, who: who, use: register.Verified{Task: task}}
}

func sendBack(before time.Duration, who workflows.PersonID, task, reason string) act {
	return act{before: before, who: who, use: register.SentBack{Task: task, Reason: reason}}
}

// report reports a change, suspend switches a system off for now.
func report(before time.Duration, who workflows.PersonID, trigger, reason string) act {
	return act{before: before, who: who, use: register.Changed{Trigger: trigger, Reason: reason}}
}

func suspend(before time.Duration, who workflows.PersonID, reason string) act {
	return act{before: before, who: who, use: register.Suspended{Reason: reason}}
}

// aiUse are the answers of the form "New AI use", as a person would give them.
type aiUse struct {
	tool, vendor, plan, purpose, status string
	owner                               workflows.PersonID
	users, role                         string
	affected, exposure, data            []string
	practices, areas                    []string // none where left out
	autonomy                            string
	access                              []string // nothing where left out
	location                            string
	assurances, concerns                []string
}

// answers gives the form as it is sent.
func (u aiUse) answers() policy.Answers {
	text := func(s string) policy.Answer { return policy.Answer{Text: s} }
	list := func(given []string, other string) policy.Answer {
		if given == nil && other != "" {
			given = []string{other}
		}
		return policy.Answer{List: given}
	}
	return policy.Answers{
		"tool": text(u.tool), "vendor": text(u.vendor), "plan": text(u.plan), "purpose": text(u.purpose), "status": text(u.status),
		"owner": text(string(u.owner)), "users": text(u.users), "our_role": text(u.role), "affected": list(u.affected, ""),
		"exposure": list(u.exposure, ""), "data": list(u.data, ""), "practices": list(u.practices, "none"), "areas": list(u.areas, "none"),
		"autonomy": text(u.autonomy), "system_access": list(u.access, "nothing"), "data_location": text(u.location),
		"vendor_assurances": list(u.assurances, ""), "concerns": list(u.concerns, ""),
	}
}

// with gives the same answers with other data going in.
func (u aiUse) with(purpose string, data ...string) aiUse {
	u.purpose, u.data = purpose, data
	return u
}
