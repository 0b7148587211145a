package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// renewalLines says which approval a round is to renew, who decides it and why, and what has changed of it since.
func renewalLines(f *policy.Flow, sc policy.Screening, e Eyes, lastDay func(*policy.Renews) string, who func(workflows.PersonID) string) []string {
	r := sc.Renews
	if r == nil {
		return nil
	}
	out := []string{fmt.Sprintf(textRenews, r.System, lastDay(r))}
	switch {
	case r.Short:
		return append(out, textRenewsShort)
	case len(r.Changed) > 0:
		out = append(out, textRenewsChanged)
	case r.Whole:
		return append(out, textRenewsDoubted)
	default:
		return append(out, textRenewsWhole)
	}
	for _, key := range r.Changed {
		out = append(out, changedLine(f, key, r.Before, sc.Answers, e, who))
	}
	return out
}

// changedLine says how one answer was and how it is.
func changedLine(f *policy.Flow, key string, before, after policy.Answers, e Eyes, who func(workflows.PersonID) string) string {
	q, ok := f.Question(key)
	if !ok {
		return textChangedLines
	}
	word := func(a policy.Answer) string {
		if s := answer(q, a, changedLength, e, who); s != "" {
			return s
		}
		return textUnanswered
	}
	label := strings.TrimRight(card.Clean(q.Label), "?:. ")
	return short(fmt.Sprintf(textChangedAnswer, label, strings.TrimSuffix(word(before[key]), "."), sentence(word(after[key]))), card.MaxLine)
}

// changedLength is how much of each of two answers is shown side by side, in characters.
const changedLength = 240

// renewalLines says what the round is to renew; nothing where it renews nothing.
func (c Case) renewalLines() []string {
	last := func(r *policy.Renews) string { return c.lastDay(r.Until) }
	return renewalLines(c.Flow, c.Request.Screening, c.Eyes(), last, c.who)
}

// renews says that a wait for a renewal is the reader's.
func (e Entry) renews() bool {
	return slices.ContainsFunc(e.System.Waits, func(w workflows.Wait) bool { return w.Why == workflows.WhyRenew && w.Who == e.Viewer.ID })
}

// cannotRenew says why a reader cannot renew the approval of a system now.
func (e Entry) cannotRenew() *workflows.Refusal {
	switch {
	case e.System.State.Over():
		return e.cannot()
	case e.Viewer.ID != e.System.Owner:
		return workflows.Refuse(workflows.CodeNotYours, fmt.Sprintf(textOnlyOwnerRenews, upper(e.names().full(e.System.Owner))))
	case e.System.Renewal != 0:
		return workflows.Refuse(workflows.CodeDecided, fmt.Sprintf(textRenewalOpen, e.System.Request))
	case e.System.ValidUntil.IsZero():
		return e.cannot()
	}
	return workflows.Refuse(workflows.CodeNotNow, fmt.Sprintf(textRenewLater, e.names().lastDay(e.System.RenewFrom), e.names().lastDay(e.System.ValidUntil)))
}
