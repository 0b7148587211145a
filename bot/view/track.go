package view

import (
	"fmt"
	"strings"

	"steward/bot/card"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// track gives the stages of the round: done, here, next.
func (c Case) track() []card.Step {
	var out []card.Step
	for i, s := range c.plan().Stages {
		state := c.stepState(i)
		out = append(out, card.Step{Label: c.stageLabel(s), Note: short(c.stepNote(s, state), card.MaxStepText), State: state})
	}
	if len(out) > card.MaxSteps {
		out = out[:card.MaxSteps]
	}
	return out
}

func (c Case) stepState(i int) card.StepState {
	r := c.Request
	switch {
	case i < r.Stage, i == r.Stage && r.Approved():
		return card.StepDone
	case i > r.Stage:
		return card.StepNext
	case r.Status == approval.StatusOpen:
		return card.StepHere
	}
	return card.StepBad
}

// stepNote says who and when.
func (c Case) stepNote(s policy.Stage, state card.StepState) string {
	var casts []string
	for _, v := range c.votes(s.Key) {
		word := c.plan().Reject
		if v.Approve {
			word = c.plan().Approve
		}
		if past, ok := participle(word); ok {
			word = strings.ToLower(past)
		} else {
			word = "said \u201c" + word + "\u201d"
		}
		casts = append(casts, c.caster(v.Cast)+" "+word+", "+c.Eyes().moment(v.At))
	}
	for _, v := range c.advices(s.Key) {
		word := "had no objection"
		if v.Objection {
			word = "objected"
		}
		casts = append(casts, c.caster(v.Cast)+" "+word+", "+c.Eyes().moment(v.At))
	}
	for _, v := range c.rulings(s.Key) {
		casts = append(casts, c.caster(v.Cast)+" "+c.rulingWord(v)+", "+c.Eyes().moment(v.At))
	}
	if state == card.StepHere {
		if w := c.openSeats(s); w != "" {
			casts = append(casts, w)
		}
	}
	if len(casts) == 0 && state == card.StepNext {
		return c.fewHolders(s)
	}
	return strings.Join(casts, "; ")
}

func (c Case) rulingWord(r approval.Ruling) string {
	switch r.Outcome {
	case policy.OutcomeConfirmStop:
		return "confirmed the stop"
	case policy.OutcomeReclassify:
		return "named " + mid(c.tierName(r.Tier))
	case policy.OutcomeCorrect:
		return "corrected the answers"
	case policy.OutcomeCorrectFact:
		return "corrected an answer about the vendor"
	}
	return "let the classification stand"
}

// openSeats names who is still waited for in the present stage.
func (c Case) openSeats(s policy.Stage) string {
	if c.Request.StageAt.IsZero() {
		if unmet := c.unmet(); len(unmet) > 0 && unmet[0].Before == s.Key {
			if id, making := c.making(); making {
				return fmt.Sprintf(textOpensFor, id)
			}
			return "opens when the reference is there"
		}
		return "opens when " + c.name(c.Request.Owner) + " has accepted"
	}
	people := c.asked(stageWaits)
	switch {
	case len(people) == 0:
		return "nobody independent is left"
	case c.standingAnswer(s) != "":
		return "waits for an answer, then for " + c.names(people)
	}
	return "waits for " + c.names(people)
}
