package cardtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// Random gives a company with one request that went an accidental way: random answers to every question, hostile texts
// among them, random presses by people who can make them, time passing. The same seed gives the same company.
func Random(seed uint64) (*Company, string) {
	g := gamble{rand.New(rand.NewPCG(seed, 1)), NewCompany()} //nolint:gosec // chance for tests, not for secrets
	flow, who := "ai-use", workflows.PersonID("ana")
	if g.one(5) {
		flow, who = "policy-exception", "jack"
	}
	id := g.Send(who, flow, g.answers(g.Flow(flow), who), "")
	for range g.r.IntN(12) {
		g.step(id)
	}
	return g.Company, id
}

type gamble struct {
	r *rand.Rand
	*Company
}

func (g gamble) one(in int) bool { return g.r.IntN(in) == 0 }

// answers gives answers that can be sent. Choices are tried until the validations let them pass.
func (g gamble) answers(flow *policy.Flow, who workflows.PersonID) policy.Answers {
	for {
		a := policy.Answers{}
		for _, q := range flow.Questions {
			a[q.Key] = g.answer(q, who)
		}
		if flow.Check(a, 0, g.Facts(flow, who, "")) == nil {
			return a
		}
	}
}

func (g gamble) answer(q policy.Question, who workflows.PersonID) policy.Answer {
	switch q.Type {
	case policy.Select:
		return text(q.Options[g.r.IntN(len(q.Options))].Value)
	case policy.MultiSelect:
		return g.choice(q)
	case policy.User:
		return text(string([]workflows.PersonID{who, "mei", "jack", "dan"}[g.r.IntN(4)]))
	case policy.Date:
		return text(g.Now.AddDate(0, 0, 1+g.r.IntN(300)).Format(time.DateOnly))
	case policy.Number:
		return number(q.Min + g.r.Int64N(q.Max-q.Min+1))
	case policy.Boolean:
		return policy.Answer{Yes: g.one(2)}
	case policy.ShortText, policy.LongText, policy.ControlRefs:
	}
	return text(g.text(q.MaxLength))
}

// choice gives one exclusive option, or some of the others.
func (g gamble) choice(q policy.Question) policy.Answer {
	if len(q.Exclusive) > 0 && !g.one(3) {
		return many(q.Exclusive[g.r.IntN(len(q.Exclusive))])
	}
	var out []string
	for _, o := range q.Options {
		if !slices.Contains(q.Exclusive, o.Value) && g.one(3) {
			out = append(out, o.Value)
		}
	}
	return policy.Answer{List: out}
}

// text gives a text of at least 40 runes and at most so many, hostile as often as not.
func (g gamble) text(most int) string {
	all := Hostile()
	out := "A sentence that has forty characters or so: " + all[g.r.IntN(len(all))]
	out = strings.ToValidUTF8(out, "?")
	if r := []rune(out); len(r) > most {
		out = string(r[:most])
	}
	return out
}

// step lets time pass, or somebody press something they can.
func (g gamble) step(id string) {
	if g.one(3) {
		g.Until(g.Now.Add(time.Duration(1+g.r.IntN(60)) * time.Hour))
	}
	people := g.Roster().All()
	who := people[g.r.IntN(len(people))].ID
	if asked := g.Requests[id].Waits; len(asked) > 0 && !g.one(4) {
		who = asked[g.r.IntN(len(asked))].Who
	}
	actions := approval.Actions(g.Requests[id], who, g.Roster(), g.Now)
	if len(actions) == 0 {
		return
	}
	a := actions[g.r.IntN(len(actions))]
	if what := g.event(id, a); what != nil {
		g.Apply(workflows.Event{Actor: who, At: g.Now, About: workflows.RequestRef(id), What: what}) // may be refused
	}
}

func (g gamble) event(id string, a approval.Action) approval.What {
	reason := g.text(500)
	r := g.Requests[id]
	switch a.Kind {
	case approval.Decided{}.Kind():
		d := approval.Decided{Approve: !g.one(5), Reason: reason}
		for _, c := range r.Screening.Plan.Conditions {
			if g.one(5) {
				d.Conditions = append(d.Conditions, approval.Choice{Key: c.Key})
			}
		}
		return d
	case approval.Advised{}.Kind():
		return approval.Advised{Objection: g.one(2), Reason: reason}
	case approval.Ruled{}.Kind():
		return g.ruling(r, a)
	case approval.Asked{}.Kind():
		return approval.Asked{Text: g.text(1900)}
	case approval.Answered{}.Kind():
		n, err := strconv.Atoi(a.Part)
		if err != nil {
			panic(fmt.Sprintf("question %q", a.Part)) // ids are numbers
		}
		return approval.Answered{Question: n, Text: g.text(1900)}
	case approval.Accepted{}.Kind():
		return approval.Accepted{}
	case approval.Declined{}.Kind():
		return approval.Declined{Reason: reason}
	case approval.Linked{}.Kind():
		return approval.Linked{Key: a.Part, Ref: "https://wiki.example.com/impact/7"}
	case approval.Named{}.Kind():
		return approval.Named{Role: a.Roles[0], Person: "marek", Reason: reason}
	}
	return g.party(r, a, reason)
}

func (g gamble) ruling(r approval.Request, a approval.Action) approval.What {
	out := approval.Ruled{Outcome: a.Outcomes[g.r.IntN(len(a.Outcomes))], Reason: g.text(500)}
	if out.Outcome == policy.OutcomeReclassify {
		out.Tier = "high"
	}
	if out.Outcome == policy.OutcomeCorrect {
		out.Answers = g.answers(g.Flow(r.Flow), r.Requester)
	}
	return out
}

// party gives what requesters do to the whole of it, seldom.
func (g gamble) party(r approval.Request, a approval.Action, reason string) approval.What {
	switch {
	case a.Kind == approval.Edited{}.Kind() && g.one(3):
		return approval.Edited{Answers: g.answers(g.Flow(r.Flow), r.Requester)}
	case a.Kind == approval.Withdrawn{}.Kind() && g.one(6):
		return approval.Withdrawn{Reason: reason}
	}
	return nil
}
