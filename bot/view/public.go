package view

import (
	"fmt"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
)

// Words of the governance channel's card.
const (
	labelStage   = "Stage"
	labelOutcome = "Outcome"
	textStageOf  = "%d of %d: %s"
	textPublic   = "%s %s: %s."
)

// Public gives the card of a request for the governance channel: id, tool, tier, stage and outcome, the same for every
// reader. No person is named on it, nothing that was typed but the tool's name is on it, and nothing can be pressed: who may
// see more sees it in their own messages.
func Public(c Case) card.Card {
	out := card.Card{About: workflows.RequestRef(c.Request.ID).String(), Kicker: c.Request.ID, Title: c.publicTitle(), Mark: c.mark()}
	out.Facts = append(out.Facts, card.Fact{Label: labelTier, Value: c.tier().Display})
	says := ""
	if stage, ok := c.stage(); ok && c.open() {
		says = fmt.Sprintf(textStageOf, c.Request.Stage+1, len(c.plan().Stages), c.stageLabel(stage))
		out.Facts = append(out.Facts, card.Fact{Label: labelStage, Value: says})
		says = c.stageLabel(stage)
	}
	if !c.open() {
		says = c.publicOutcome()
		out.Facts = append(out.Facts, card.Fact{Label: labelOutcome, Value: says})
	}
	if tier := c.tier().Display; says == "" || says == tier {
		says = tier
	} else {
		says = tier + ", " + mid(says)
	}
	out.Gist = short(fmt.Sprintf(textPublic, out.Kicker, out.Title, says), card.MaxGist)
	return fit(out.Cleaned())
}

// publicTitle names the tool; where a flow asks for none, the flow.
func (c Case) publicTitle() string {
	if t := short(c.Request.Screening.Answers["tool"].Text, card.MaxTitle); t != "" {
		return t
	}
	return titleOr(c.Flow.Title)
}

func (c Case) publicOutcome() string {
	switch c.Request.Status {
	case approval.StatusApproved:
		return markApproved
	case approval.StatusExpired:
		return markExpired
	case approval.StatusRejected:
		return markRejected
	case approval.StatusWithdrawn:
		return markWithdrawn
	case approval.StatusStopped:
		return markStopped
	case approval.StatusOpen:
	}
	return ""
}
