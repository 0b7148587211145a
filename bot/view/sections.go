package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// How much of each list a short card shows.
const (
	maxHitsShort       = 5
	maxConditionsShort = 6
)

// sections gives what belongs below the fold of the short card.
func (c Case) sections() []card.Section {
	var out []card.Section
	add := func(title string, lines []string, folded bool) {
		if len(lines) > 0 {
			out = append(out, card.Section{Title: title, Lines: lines, Folded: folded})
		}
	}
	deciding := c.deciding()
	if c.open() {
		add(titleRenewal, c.renewalLines(), false)
	}
	add(titleQuestions, c.questionLines(2), false)
	add(titleMissing, c.missingLines(), false)
	title, assessed := c.assessedLines(maxRisksShort)
	add(title, assessed, !deciding && !c.isOwner() && !c.isRequester())
	add(titleReferences, c.referenceLines(), !deciding)
	if carried, lines := c.carriedLines(); c.open() {
		add(carried, lines, !deciding)
	}
	if deciding && c.Flow.Lines != nil {
		add(titleRisks, few(gravest(c.Flow, c.Request.Screening), maxRisksShort+1), false)
	}
	add(titleObjections, c.objectionLines(), false)
	add(titleCorrected, c.correctedLines(), !c.open())
	if c.open() {
		add(titleNamedTier, c.namedLines(), false)
		add(whyTitle(c.Flow, c.Request.Screening.Assessment), c.hitLines(maxHitsShort), !deciding)
	}
	if c.Request.Approved() {
		add(titleConditions, c.attachedLines(), !c.isOwner())
	}
	if c.open() && deciding {
		always, suggested := c.conditionLabels()
		add(titleAlways, few(always, maxConditionsShort), false)
		add(titleSuggested, few(suggested, maxConditionsShort), false)
		add(titleChosen, c.chosenLines(), false)
		add(titleAskReview, c.reviewQuestions(), true)
	}
	return out
}

// deciding says that a decision or advice waits for the reader.
func (c Case) deciding() bool {
	return c.open() && (c.isAsked(workflows.WhyDecide) || c.isAsked(workflows.WhyAdvise))
}

// objectionLines gives the objections of the round; the track shows the other advice.
func (c Case) objectionLines() []string {
	var out []string
	for _, a := range c.advices("") {
		if a.Objection {
			out = append(out, c.adviceLine(a))
		}
	}
	return out
}

// chosenLines says which conditions those who decided before chose.
func (c Case) chosenLines() []string {
	var out []string
	for _, v := range c.votes("") {
		if chosen := c.chosen(v); chosen != "" {
			out = append(out, upper(c.name(v.Person))+": "+chosen)
		}
	}
	return out
}

// isAsked says that something of this kind waits for the reader.
func (c Case) isAsked(why workflows.Why) bool {
	return slices.ContainsFunc(c.mine(), func(w workflows.Wait) bool { return w.Why == why })
}

// few keeps the first n lines and says how many more there are.
func few(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	return append(lines[:n-1:n-1], fmt.Sprintf(textAndMore, len(lines)-n+1))
}

// whyTitle heads the rules that hit: "Why medium (27 points)".
func whyTitle(f *policy.Flow, a policy.Assessment) string {
	tier := tierName(f, a.Tier)
	if a.Points == 0 {
		return fmt.Sprintf(titleWhyTierNo, mid(tier))
	}
	return fmt.Sprintf(titleWhyTier, mid(tier), count(a.Points, "point"))
}

// hitLines gives the rules that hit, those that set the tier first, then by points.
func (c Case) hitLines(n int) []string {
	a := c.Request.Screening.Assessment
	if len(a.Hits) == 0 {
		return []string{textNoHits}
	}
	return few(hitLines(c.Flow, a, false), n)
}

func hitLines(f *policy.Flow, a policy.Assessment, refs bool) []string {
	hits := slices.Clone(a.Hits)
	slices.SortStableFunc(hits, func(x, y policy.Hit) int { return weight(f, y) - weight(f, x) })
	var out []string
	for _, h := range hits {
		out = append(out, hitLine(f, h, refs))
	}
	return out
}

// weight orders hits: a floor counts more than any points.
func weight(f *policy.Flow, h policy.Hit) int {
	rank := slices.IndexFunc(f.Tiers, func(t policy.TierInfo) bool { return t.Tier == h.Floor })
	return max(rank, 0)*1000 + h.Points
}

// hitLine gives one rule that hit: "Personal data +12", "At least medium: ...".
func hitLine(f *policy.Flow, h policy.Hit, refs bool) string {
	reason := strings.TrimSuffix(card.Clean(h.Reason), ".")
	if h.Error {
		reason = textRuleError
	}
	if h.Floor != "" {
		floor := tierName(f, h.Floor)
		if h.Floor == policy.TierProhibited {
			reason = floor + ": " + reason
		} else {
			reason = fmt.Sprintf(textAtLeast, mid(floor), reason)
		}
	}
	if h.Points != 0 {
		reason += fmt.Sprintf(" %+d", h.Points)
	}
	if h.Overridden {
		reason += textOverridden
	}
	if refs && len(h.Refs) > 0 {
		reason += " (" + strings.Join(h.Refs, ", ") + ")"
	}
	return short(reason, card.MaxLine)
}

// questionLines gives the questions of the round, open ones first; answered ones with their answer.
func (c Case) questionLines(n int) []string {
	var open, answered []string
	for _, q := range slices.Backward(c.Request.Questions) {
		if q.Round != c.Request.Round {
			continue
		}
		line := fmt.Sprintf(textQuestionLine, upper(c.name(q.Person)), c.Eyes().moment(q.At), quote(q.Text, 600))
		switch {
		case !q.Answered.IsZero():
			answered = append(answered, line+" "+fmt.Sprintf(textAnswerLine, upper(c.name(q.AnswerBy)), c.Eyes().moment(q.Answered), quote(q.Answer, 600)))
		case q.Void:
		default:
			open = append(open, line+" "+textNoAnswerYet)
		}
	}
	return append(open, answered[:min(len(answered), n)]...)
}

func (c Case) missingLines() []string {
	var out []string
	if !c.open() {
		return nil
	}
	for _, p := range c.unmet() {
		out = append(out, sentence(card.Clean(p.Text)))
	}
	return out
}

func (c Case) adviceLines() []string {
	var out []string
	for _, a := range c.advices("") {
		out = append(out, c.adviceLine(a))
	}
	return out
}

// conditionLabels gives the labels of required and of suggested conditions.
func (c Case) conditionLabels() (always, suggested []string) {
	for _, one := range c.plan().Conditions {
		switch {
		case one.Required:
			always = append(always, labelOf(one))
		case one.Suggested:
			suggested = append(suggested, labelOf(one))
		}
	}
	return append(always, c.measureLines()...), suggested
}

// attachedLines gives the conditions of an approval: what, until when, who verifies.
func (c Case) attachedLines() []string {
	var out []string
	for _, a := range c.allAttached() {
		due := textBeforeUse
		if !a.GoLive && !a.Due.IsZero() {
			due = "by " + c.lastDay(a.Due)
		}
		line := fmt.Sprintf(textAttached, strings.TrimSuffix(short(a.Text, 300), "."), due, mid(c.role(a.Verifier)))
		if a.Evidence != "" {
			line += " " + fmt.Sprintf(textProof, sentence(short(a.Evidence, 150)))
		}
		out = append(out, line)
	}
	return out
}

// reviewQuestions gives what the rules suggest to ask.
func (c Case) reviewQuestions() []string {
	var out []string
	for _, h := range c.Request.Screening.Assessment.Hits {
		if h.Question != "" && !slices.Contains(out, h.Question) {
			out = append(out, h.Question)
		}
	}
	return out
}
