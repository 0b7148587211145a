package policy

import (
	"errors"
	"slices"

	"steward/workflows"
)

// errNoDay is a mistake of the caller.
var errNoDay = errors.New("screen: the day of sending is missing")

// ruleError is the reason of a hit whose rule could not be evaluated.
const ruleError = "rule error"

// Screen says what the policy makes of answers: the rules that hit, the tier, the legal class, and how the round is
// decided. The same answers and facts give the same screening. It does not refuse answers that are incomplete or wrong:
// that is [Flow.Check].
func (f *Flow) Screen(a Answers, facts Facts) (Screening, error) {
	if facts.Today.IsZero() {
		return Screening{}, errNoDay
	}
	s, values := f.screen(a, facts)
	if f.staysNamed(facts, s, values) {
		f.name(&s, facts.Renews.Tier)
	}
	chain, _ := f.Chain(s.Assessment.Tier)
	s.Renews = f.renews(facts, s.Answers, s.Assessment.Tier)
	s.Plan = f.plan(chain, s, values, facts)
	return s, nil
}

// ScreenAs screens the same answers under a tier that people named: after a legal hold, or as an override. All hits stay;
// those whose floor lies above the tier are marked overridden and no longer make the legal class. The error is a
// [workflows.Refusal] of the field "tier" where the policy forbids that tier for these answers.
func (f *Flow) ScreenAs(tier Tier, a Answers, facts Facts) (Screening, error) {
	if facts.Today.IsZero() {
		return Screening{}, errNoDay
	}
	info, ok := f.Tier(tier)
	if !ok {
		return Screening{}, workflows.RefuseField("tier", "Please choose one of the tiers.")
	}
	s, values := f.screen(a, facts)
	if says := f.tooLow(info.Tier, values); says != "" {
		return Screening{}, workflows.RefuseField("tier", says)
	}
	f.name(&s, tier)
	chain, _ := f.Chain(tier)
	if s.Renews = f.renews(facts, s.Answers, tier); s.Renews != nil {
		s.Renews.Short = false // people named the tier: the whole chain looks at it
	}
	s.Plan = f.plan(chain, s, values, facts)
	return s, nil
}

// tooLow gives the sentence of the limit below which these answers are never put; empty where there is none.
func (f *Flow) tooLow(tier Tier, values map[string]any) string {
	if f.Override == nil {
		return ""
	}
	for _, limit := range f.Override.Limits {
		if f.rank(tier) < f.rank(limit.Tier) && limit.when.strictly(values) {
			return limit.Message
		}
	}
	return ""
}

// name puts answers into a tier that people named: all hits stay, and those whose floor lies above it are marked.
func (f *Flow) name(s *Screening, tier Tier) {
	if computed := s.Assessment.Tier; computed != tier {
		s.Assessment.Computed = computed
	}
	for i, h := range s.Assessment.Hits {
		s.Assessment.Hits[i].Overridden = h.Floor != "" && f.rank(h.Floor) > f.rank(tier)
	}
	s.Assessment.Tier = tier
	s.Assessment.LegalClass = f.legalClass(s.Assessment.Hits)
}

// staysNamed says whether a renewal goes on with the tier that people named: nothing has changed, and the rules give none that is higher
// than both it and what they gave then.
func (f *Flow) staysNamed(facts Facts, s Screening, values map[string]any) bool {
	r := facts.Renews
	if r == nil || r.Computed == "" || r.Whole || f.rank(r.Tier) < 0 || len(f.changed(f.Clean(r.Before, facts), s.Answers)) > 0 {
		return false
	}
	return f.rank(s.Assessment.Tier) <= max(f.rank(r.Tier), f.rank(r.Computed)) && f.tooLow(r.Tier, values) == ""
}

// Judge gives the screening a new round begins with, or the refusal its sender hears. With a tier that people named only
// that tier can be refused: the answers passed [Flow.Check] when they were sent.
func (f *Flow) Judge(tier Tier, a Answers, facts Facts) (*Screening, *workflows.Refusal, error) {
	s, err := Screening{}, error(nil)
	if tier != "" {
		s, err = f.ScreenAs(tier, a, facts)
	} else {
		if no := f.Check(a, 0, facts); no != nil {
			return nil, no, nil
		}
		s, err = f.Screen(a, facts)
	}
	if no, ok := errors.AsType[*workflows.Refusal](err); ok {
		return nil, no, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return &s, nil, nil
}

// screen does everything but the plan.
func (f *Flow) screen(a Answers, facts Facts) (Screening, map[string]any) {
	facts.Carried = f.CarriedFrom(facts.Carried)
	a = f.Clean(a, facts)
	values, asked := f.values(a, facts)
	s := Screening{
		Policy: f.pack.Hash, Flow: f.Key, Version: f.Version, Title: f.title(a), Answers: a, Assessment: f.assess(values), Kept: f.kept(facts, asked),
	}
	if len(facts.Carried) > 0 {
		s.Carried = facts.Carried
	}
	if f.Lines != nil {
		s.Lines = f.Lines.rate(a[LinesKey].Lines, values)
	}
	return s, values
}

// assess evaluates all rules and draws tier and legal class from the hits.
func (f *Flow) assess(values map[string]any) Assessment {
	out := Assessment{Hits: []Hit{}}
	for _, r := range f.Rules {
		held, err := r.when.holds(values)
		switch {
		case err != nil:
			out.Hits = append(out.Hits, f.errorHit(r))
		case held:
			out.Hits = append(out.Hits, Hit{
				Rule: r.ID, Points: r.Points, Floor: r.Floor, LegalClass: r.LegalClass, Category: r.Category, View: r.View,
				Reason: r.Reason, Question: r.Question, Refs: slices.Clone(r.Refs),
			})
			out.Points += r.Points
		}
	}
	out.FromPoints = f.fromPoints(out.Points)
	out.Tier = out.FromPoints
	for _, h := range out.Hits {
		if h.Floor != "" {
			out.Tier = f.higher(out.Tier, h.Floor)
		}
	}
	out.LegalClass = f.legalClass(out.Hits)
	return out
}

// errorHit stands for a rule that could not be evaluated: never skipped, and nobody is told that it held.
func (f *Flow) errorHit(r Rule) Hit {
	h := Hit{
		Rule: r.ID, Floor: f.strictest(), Category: r.Category, View: r.View, Reason: ruleError, Refs: slices.Clone(r.Refs), Error: true,
	}
	if r.LegalClass != "" && r.LegalClass != legalNone && slices.Contains(f.LegalRanks, legalUnclear) {
		h.LegalClass = legalUnclear
	}
	return h
}

func (f *Flow) fromPoints(points int) Tier {
	var out Tier
	for _, t := range f.Tiers {
		if t.ByPoints && points >= t.MinPoints {
			out = t.Tier
		}
	}
	return out
}

// legalClass gives the highest class of the hits that were not overridden.
func (f *Flow) legalClass(hits []Hit) string {
	best := 0
	for _, h := range hits {
		if !h.Overridden {
			best = max(best, slices.Index(f.LegalRanks, h.LegalClass))
		}
	}
	return f.LegalRanks[best]
}

// rate says of each line how grave it is and who accepts what is left.
func (l *RiskLines) rate(lines []Line, values map[string]any) []LineScore {
	var out []LineScore
	for _, line := range lines {
		score, residual := l.scores(line)
		out = append(out, LineScore{
			Score: score, Level: l.Level(score), Residual: residual, ResidualLevel: l.Level(residual),
			Accept: l.acceptedBy(l.lineValues(values, line)),
		})
	}
	return out
}

// acceptedBy gives the role that accepts what is left of a line: the first rule that holds.
func (l *RiskLines) acceptedBy(values map[string]any) workflows.Role {
	for _, rule := range l.accept {
		if rule.when.strictly(values) {
			return rule.by
		}
	}
	return ""
}
