package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// Assessment gives what the policy says of a set of answers, before they are sent: the tier and the legal class, apart;
// every rule that hit, by view; who decides; what is always attached.
func Assessment(f Form, sc policy.Screening) card.Card {
	a := sc.Assessment
	out := card.Card{Title: titleAssessment, Mark: tierMark(f.Flow, a.Tier), Foot: textScreening}
	info, _ := f.Flow.Tier(a.Tier)
	tier := info.Display
	out.Gist = fmt.Sprintf(textAssessed, mid(tier), count(a.Points, "point"))
	out.Lead = []string{out.Gist}
	if info.Meaning != "" {
		out.Lead = append(out.Lead, sentence(info.Meaning))
	}
	if a.Tier == policy.TierProhibited {
		out.Lead = append(out.Lead, textHoldAhead)
	}
	out.Facts = []card.Fact{{Label: labelTier, Value: fmt.Sprintf(textTierPoints, tier, count(a.Points, "point"))}}
	if ranked(f.Flow) {
		out.Facts = append(out.Facts, card.Fact{Label: labelLegal, Value: legal(f.Flow, a.LegalClass)})
	}
	if sc.Plan.ValidityMonths > 0 {
		out.Facts = append(out.Facts, card.Fact{Label: labelValidFor, Value: fmt.Sprintf(textValidFor, count(sc.Plan.ValidityMonths, "month"))})
	}
	out.Sections = f.views(a)
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			out.Sections = append(out.Sections, card.Section{Title: title, Lines: lines})
		}
	}
	add(titleWhoDecides, f.decides(sc.Plan))
	add(titleMissing, preconditions(sc.Plan))
	add(titleAlwaysApplies, required(sc.Plan))
	return fit(out.Cleaned())
}

// SoFar gives what the policy says of a form that is not filled in yet, to be read beside it: the tier, the rules that hit by
// now, who would decide. Before anything is answered it only says what will be there.
func SoFar(f Form, sc policy.Screening) card.Card {
	out := card.Card{Title: titleSoFar, Gist: textSoFarStart, Lead: []string{textSoFarStart}}
	if !slices.ContainsFunc(f.Flow.Questions, func(q policy.Question) bool { return q.Preset == "" && Typed(q, sc.Answers[q.Key]) != nil }) {
		return out
	}
	full := Assessment(f, sc)
	out.Mark, out.Gist, out.Facts, out.Foot = full.Mark, full.Gist, full.Facts, full.Foot
	out.Lead = []string{full.Gist, textSoFar}
	for _, v := range full.Sections {
		if len(v.Lines) != 1 || v.Lines[0] != textNoHitsView {
			out.Sections = append(out.Sections, v)
		}
	}
	return fit(out.Cleaned())
}

// views gives the hits of the AI view and of the security view, each on its own, and the rest.
func (f Form) views(a policy.Assessment) []card.Section {
	var out []card.Section
	left := a
	for _, v := range f.Flow.Views() {
		part := policy.Assessment{}
		left.Hits = nil
		for _, h := range a.Hits {
			if h.View == v.Key {
				part.Hits = append(part.Hits, h)
				part.Points += h.Points
			}
		}
		lines := hitLines(f.Flow, part, true)
		if len(lines) == 0 {
			lines = []string{textNoHitsView}
		}
		out = append(out, card.Section{Title: fmt.Sprintf(titleView, v.Label, count(part.Points, "point")), Lines: lines})
	}
	for _, h := range a.Hits {
		if !f.hasView(h.View) {
			left.Hits = append(left.Hits, h)
		}
	}
	if len(left.Hits) > 0 {
		out = append(out, card.Section{Title: titleOtherHits, Lines: hitLines(f.Flow, left, true)})
	}
	return out
}

func (f Form) hasView(key string) bool {
	for _, v := range f.Flow.Views() {
		if v.Key == key {
			return true
		}
	}
	return false
}

// decides gives the stages as sentences, in their order: "Line manager decides, within 1 working day."
func (f Form) decides(p policy.Plan) []string {
	var out []string
	for _, s := range p.Stages {
		out = append(out, stageSentence(s, f.role))
	}
	if p.OwnerAccepts && !p.OwnerIsAsker {
		out = append(out, textOwnerFirst)
	}
	return out
}

// stageSentence says what a stage needs, in words.
func stageSentence(s policy.Stage, role func(workflows.Role) string) string {
	var decide, advise []string
	for _, m := range s.Members {
		if m.Advice {
			advise = append(advise, mid(role(m.Role)))
		} else {
			decide = append(decide, mid(role(m.Role)))
		}
	}
	var parts []string
	switch {
	case len(decide) == 0:
	case s.Kind == policy.StageHold:
		parts = append(parts, fmt.Sprintf(textStageHold, and(decide)))
	case s.Kind == policy.StageClassify:
		parts = append(parts, fmt.Sprintf(textStageClassify, and(decide)))
	case len(decide) == 1 && (s.All || s.Quorum <= 1):
		parts = append(parts, fmt.Sprintf(textStageOne, decide[0]))
	case s.All:
		parts = append(parts, fmt.Sprintf(textStageAll, and(decide)))
	default:
		parts = append(parts, fmt.Sprintf(textStageQuorum, s.Quorum, strings.Join(decide, " or ")))
	}
	switch {
	case len(advise) == 1:
		parts = append(parts, fmt.Sprintf(textStageAdvice, advise[0]))
	case len(advise) > 1:
		parts = append(parts, fmt.Sprintf(textStageAdvise, and(advise)))
	}
	out := upper(strings.Join(parts, "; "))
	if s.SLA > 0 {
		out += ", " + fmt.Sprintf(textWithin, workingTime(s.SLA))
	}
	return sentence(out)
}

func preconditions(p policy.Plan) []string {
	var out []string
	for _, one := range p.Preconditions {
		out = append(out, sentence(one.Text))
	}
	return out
}

func required(p policy.Plan) []string {
	var out []string
	for _, one := range p.Conditions {
		if one.Required {
			out = append(out, sentence(one.Text))
		}
	}
	return out
}

func (f Form) role(r workflows.Role) string { return roleLabel(f.Flow, r) }

func (f Form) who(id workflows.PersonID) string {
	if f.Names == nil {
		return string(id)
	}
	return f.Names(id)
}
