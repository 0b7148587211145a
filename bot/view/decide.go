package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// The fields of decision forms. Those that the machine refuses by name have its names.
const (
	KeyReason   = "reason"
	KeyQuestion = "question"
	KeyAnswer   = "answer"
	KeyOutcome  = "outcome"
	KeyTier     = "tier"
	KeyRef      = "ref"
	KeyPerson   = "person"
	KeyRole     = "role"
	KeyChosen   = "conditions" // the machine's name for all that was chosen
	KeyOwnText  = "own"
	KeyOwnDue   = "own_due"
	KeyArg      = "arg" // what the button that opened the form carried
	keyAlways   = "always"
	keySuggest  = "suggested"
	keyMore     = "more"
)

// Act gives the form of a decision, an answer or the like: the form of the draft about a request.
func Act(c Case, s Sheet) card.Form {
	var out card.Form
	switch s.Draft.Form {
	case VerbDecide:
		out = c.decideForm(s)
	case VerbReject:
		out = c.reasonForm(s, c.plan().Reject, "", textRejectHelp, true)
		out.Danger = true
	case VerbAsk:
		out = c.askForm(s)
	case VerbAnswer:
		out = c.answerForm(s)
	case VerbObject:
		out = c.reasonForm(s, titleObjection, "to", textObjectHelp, true)
	case VerbRule:
		out = c.ruleForm(s)
	case VerbOverride:
		out = c.overrideForm(s)
	case VerbCorrect:
		out = c.correctForm(s)
	case VerbDecline:
		out = c.reasonForm(s, titleDecline, "", textDeclineHelp, false)
	case VerbWithdraw:
		out = c.reasonForm(s, titleWithdraw, "", textWithdrawHelp, false)
		out.Intro = append(out.Intro, textWithdrawEnds)
		out.Danger = true
	case VerbLink:
		out = c.linkForm(s)
	case VerbName:
		out = c.nameForm(s)
	case VerbEmergency, VerbEmergencyAllow, VerbEmergencyWait:
		out = c.emergencyForm(s)
	}
	return out.Cleaned()
}

// aside is the card one decides on, without its buttons.
func (c Case) aside() *card.Card {
	out := Request(c)
	out.Buttons, out.More = nil, nil
	return &out
}

// titled gives a form's title with the short id, where both fit. link is the word between them; it may be empty.
func (c Case) titled(word, link string) string { return titled(word, link, c.Request.ID) }

func titled(word, link, id string) string {
	full := strings.Join(strings.Fields(word+" "+link+" "+id), " ")
	if len([]rune(full)) <= card.MaxFormTitle {
		return full
	}
	return word
}

// decideForm: conditions that are always attached, suggested ones ticked, more to tick, one of one's own, and the reason
// where an objection stands.
func (c Case) decideForm(s Sheet) card.Form {
	word := c.plan().Approve
	out := s.form(c.titled(word, ""), word)
	out.Aside = c.aside()
	a, _ := Can(c, VerbDecide, "")
	for _, d := range c.standingObjections() {
		out.Fields = append(out.Fields, card.Field{
			Key: fmt.Sprintf("note.objection.%d", d.ID), Kind: card.FieldNote, Label: titleObjected,
			Help: short(c.adviceLine(d), card.MaxNote),
		})
	}
	out.Fields = append(out.Fields, c.choiceFields(s)...)
	if e := s.Errors[KeyChosen]; e != "" && out.Error == "" {
		out.Error = e
	}
	out.Fields = append(out.Fields, s.text(card.FieldLong, KeyOwnText, textOwnLabel, textOwnHelp, approval.MaxCondition))
	due := s.text(card.FieldDate, KeyOwnDue, textOwnDueLabel, "", 0)
	out.Fields = append(out.Fields, due)
	reason := s.text(card.FieldLong, KeyReason, textReasonLabel, textReasonHelp, approval.MaxText)
	if a.Reason {
		reason.Label, reason.Help, reason.Required = textOverruleLabel, textOverruleHelp, true
	}
	out.Fields = append(out.Fields, reason)
	return out
}

// choiceFields makes the fields of the conditions: always attached, suggested and ticked, and more to tick.
func (c Case) choiceFields(s Sheet) []card.Field {
	var always, suggested, more []policy.Condition
	for _, one := range c.plan().Conditions {
		switch {
		case one.Required:
			always = append(always, one)
		case one.Suggested:
			suggested = append(suggested, one)
		default:
			more = append(more, one)
		}
	}
	always = append(always, c.measureChoices()...)
	out := s.conditions(keyAlways, textAlwaysLabel, "", always, always, c.dueNote)
	out = append(out, s.conditions(keySuggest, textSuggestLabel, textSuggestHelp, suggested, c.ticked(s, suggested), c.dueNote)...)
	return append(out, s.conditions(keyMore, textMoreLabel, "", more, c.ticked(s, more), c.dueNote)...)
}

// standingObjections gives the objections of the round that nobody overruled.
func (c Case) standingObjections() []approval.Advice {
	return slices.DeleteFunc(c.advices(""), func(a approval.Advice) bool { return !a.Objection || a.OverruledBy != 0 })
}

// ticked gives which conditions are ticked: what the draft keeps, or the suggested ones in a form that is new.
func (c Case) ticked(s Sheet, among []policy.Condition) []policy.Condition {
	kept, begun := s.Draft.Answers[ownPrefix+KeyChosen]
	var out []policy.Condition
	for _, one := range among {
		if begun && slices.Contains(kept.List, one.Key) || !begun && one.Suggested {
			out = append(out, one)
		}
	}
	return out
}

// conditions makes fields of at most ten ticks each.
func (s Sheet) conditions(key, label, help string, all, ticked []policy.Condition, note func(policy.Condition) string) []card.Field {
	var out []card.Field
	for i := 0; i < len(all); i += card.MaxOptions {
		f := card.Field{Key: key, Kind: card.FieldMany, Label: label, Help: help}
		if i > 0 {
			f.Key, f.Label = fmt.Sprintf("%s_%d", key, i/card.MaxOptions+1), fmt.Sprintf(textContinued, label, i/card.MaxOptions+1)
		}
		var values []string
		for _, one := range all[i:min(i+card.MaxOptions, len(all))] {
			f.Options = append(f.Options, card.Option{
				Value: one.Key, Label: short(one.Label, card.MaxOptionLabel), Note: note(one), Locked: key == keyAlways,
			})
			if slices.ContainsFunc(ticked, func(t policy.Condition) bool { return t.Key == one.Key }) {
				values = append(values, one.Key)
			}
		}
		s.fill(&f, values)
		out = append(out, f)
	}
	return out
}

// dueNote says when a condition is due, and who has chosen it already.
func (c Case) dueNote(one policy.Condition) string {
	out := upper(textBeforeUse)
	if !one.Due.BeforeGoLive && one.Due.Days > 0 {
		out = fmt.Sprintf(textWithinDays, count(one.Due.Days, "day"))
	}
	if one.Due.On != "" {
		out = fmt.Sprintf(textByDay, c.Eyes().date(one.Due.On))
	}
	for _, v := range c.votes("") {
		if slices.ContainsFunc(v.Conditions, func(ch approval.Choice) bool { return ch.Key == one.Key }) {
			return short(out+"; "+fmt.Sprintf(textChosenBy, c.name(v.Person)), card.MaxOptionLabel)
		}
	}
	return out
}

// Chosen reads which conditions were ticked beside those that are always attached.
func Chosen(v card.Values) []string {
	var out []string
	for _, key := range []string{keySuggest, keyMore} {
		for k, values := range v {
			if k != key && !strings.HasPrefix(k, key+"_") {
				continue
			}
			for _, one := range values {
				if one != "" && !slices.Contains(out, one) {
					out = append(out, one)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// ruleForm: which way it goes, in a stage that classifies or holds.
func (c Case) ruleForm(s Sheet) card.Form {
	title, link, help := titleClassify, "", textClassifyHelp
	if c.onHold() {
		title, link, help = titleHold, "of", textHoldHelp
	}
	out := s.form(c.titled(title, link), textSend)
	out.Aside = c.aside()
	outcome := s.text(card.FieldOne, KeyOutcome, textOutcomeLabel, help, 0)
	stage, _ := c.stage()
	for _, o := range stage.Outcomes {
		outcome.Options = append(outcome.Options, card.Option{Value: o, Label: outcomeLabel(o)})
	}
	outcome.Required = true
	s.fill(&outcome, []string{Own(s.Draft, KeyOutcome).Text})
	out.Fields = append(out.Fields, outcome)
	if slices.Contains(stage.Outcomes, policy.OutcomeReclassify) {
		tier := s.text(card.FieldOne, KeyTier, textTierLabel, textTierHelp, 0)
		for _, t := range c.Flow.Tiers {
			if t.Tier != policy.TierProhibited {
				tier.Options = append(tier.Options, tierOption(t))
			}
		}
		s.fill(&tier, []string{Own(s.Draft, KeyTier).Text})
		out.Fields = append(out.Fields, tier)
	}
	reason := s.text(card.FieldLong, KeyReason, textReasonLabel, textRuleReason, approval.MaxText)
	out.Fields = append(out.Fields, reason)
	return out
}

func outcomeLabel(o string) string {
	switch o {
	case policy.OutcomeConfirm:
		return "The classification stands"
	case policy.OutcomeCorrect:
		return "The answers have to be corrected; I set them right"
	case policy.OutcomeConfirmStop:
		return "Confirm the stop: it must not be used"
	case policy.OutcomeReclassify:
		return "It is not a banned practice: name another tier"
	}
	return humanise(o)
}

// roleOption names a role that somebody can be named for.
func (c Case) roleOption(r workflows.Role) card.Option {
	return card.Option{Value: string(r), Label: c.role(r)}
}
