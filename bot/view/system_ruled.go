package view

import (
	"fmt"
	"slices"

	"steward/bot/card"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// Ruled says whether people stopped a system, or named another tier for it: what they said is in its request.
func Ruled(s register.System) bool { return s.Computed != "" || len(s.Hits) > 0 }

// RulingsOf gives what the two people said who stopped a system, or named its tier, out of the request that brought it there: the last
// word of each.
func RulingsOf(r approval.Request, s register.System) (out []approval.Ruling) {
	counts := func(v approval.Ruling) bool {
		if s.Computed == "" {
			return v.Outcome == policy.OutcomeConfirmStop && v.Round == s.Round
		}
		return v.Outcome == policy.OutcomeReclassify && v.Tier == s.Tier && v.Round < s.Round
	}
	for _, v := range slices.Backward(r.Rulings) {
		other := len(out) > 0 && v.Round != out[0].Round
		again := slices.ContainsFunc(out, func(o approval.Ruling) bool { return slices.Equal(o.Roles, v.Roles) })
		if counts(v) && !other && !again {
			out = append(out, v)
		}
	}
	slices.Reverse(out)
	return out
}

// ruled says which rules people have overridden, or which say that it is banned, and why they ruled so, to those who read all of it.
func (e Entry) ruled() []card.Section {
	if !e.Whole || !Ruled(e.System) {
		return nil
	}
	title := titleSystemStopped
	if e.System.Computed != "" {
		title = fmt.Sprintf(titleSystemTier, mid(tierName(e.Flow, e.System.Computed)))
	}
	var lines []string
	for _, id := range e.System.Hits {
		lines = append(lines, e.ruleLine(id))
	}
	for _, r := range e.Rulings {
		lines = append(lines, e.names().rulingLine(r))
	}
	if len(lines) == 0 { // the points alone gave another tier, and what was said was erased
		return nil
	}
	return []card.Section{{Title: title, Lines: lines}}
}

// ruleLine says what a rule of the policy says, by its reason.
func (e Entry) ruleLine(id string) string {
	for _, r := range e.Flow.Rules {
		if r.ID == id {
			return fmt.Sprintf(textSystemRule, id, sentence(r.Reason))
		}
	}
	return fmt.Sprintf(textSystemRule, id, textSystemRuleGone)
}

// tierFact gives the tier, with the one that the rules give where people named another one.
func (e Entry) tierFact() string {
	out := tierName(e.Flow, e.System.Tier)
	if was := e.System.Computed; was != "" {
		out += ". " + fmt.Sprintf(textComputed, tierName(e.Flow, was))
	}
	return out
}

// held says that a system is switched off because of a legal hold.
func (e Entry) held(since string) string {
	if e.System.Hold.Lifted {
		return fmt.Sprintf(textSysHeldTier, since, e.System.Request)
	}
	return fmt.Sprintf(textSysHeld, since, e.System.Request)
}

// asksAnew gives the button by which the owner asks for another decision on what has changed, before it is time to renew.
func (e Entry) asksAnew() []card.Button {
	s := e.System
	doubted := s.State == register.StateReEvaluation || s.State == register.StateSuspended
	if !doubted || s.Renewal != 0 || s.Hold.Round != 0 || s.Emergency || e.Viewer.ID != s.Owner || e.renews() {
		return nil
	}
	return []card.Button{e.form(VerbRenew, "", buttonAskAnew, card.StylePlain)}
}
