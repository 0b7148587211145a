package policy

import "slices"

// plan freezes how one round is decided: stages and members whose condition does not hold are gone, switches are applied.
func (f *Flow) plan(c Chain, s Screening, values map[string]any, facts Facts) Plan {
	p := Plan{
		Stages: f.freeze(c, s, values), Conditions: f.suggest(c.Tier, s, values), ConditionsMax: c.ConditionsMax,
		MinIndependent: c.MinIndependent, OwnerAccepts: c.OwnerAccepts, Notify: slices.Clone(c.Notify),
		ValidityMonths: c.ValidityMonths, MaxMonths: c.MaxMonths, RenewalLead: c.RenewalLead, Assurance: c.Assurance,
		Approve: c.Approve, Reject: c.Reject, Reviews: slices.Clone(c.Reviews), Registers: f.Register != nil, Ended: c.Ended,
		QuestionDays: QuestionDays{
			Remind: slices.Clone(f.pack.Organisation.Questions.Remind), Resume: f.pack.Organisation.Questions.Resume,
		},
	}
	if c.UntilQuestion != "" {
		p.ValidUntil = s.Answers[c.UntilQuestion].Text
	}
	p.OwnerIsAsker = facts.Requester != "" && f.Owner(s.Answers, facts) == facts.Requester
	if s.Renews != nil && s.Renews.Short {
		p.MinIndependent = f.Renewal.MinIndependent
	}
	if e := f.Emergency; e != nil && s.Renews == nil && slices.Contains(e.Tiers, c.Tier) {
		p.Emergency = &PlanEmergency{Approver: e.Approver, MaxDays: e.MaxDays, FollowUp: e.FollowUp}
	}
	if f.Override != nil && c.Tier != TierProhibited {
		p.Override = slices.Clone(f.Override.Roles)
	}
	if c.Tier != TierProhibited {
		p.Correctable = f.correctable(s.Answers, facts)
	}
	for _, pre := range c.Preconditions {
		if slices.ContainsFunc(p.Stages, func(s Stage) bool { return s.Key == pre.Before }) {
			pre.Refs = slices.Clone(pre.Refs)
			p.Preconditions = append(p.Preconditions, pre)
		}
	}
	return p
}

// freeze gives the stages that apply.
func (f *Flow) freeze(c Chain, s Screening, values map[string]any) []Stage {
	out := []Stage{}
	for _, rule := range c.Stages {
		if !rule.when.strictly(values) {
			continue
		}
		if s.Renews != nil && s.Renews.Short && !slices.Contains(f.Renewal.Stages[c.Tier], rule.Stage.Key) {
			continue
		}
		st := rule.Stage
		st.Members = nil
		for _, m := range rule.members {
			if m.off == "" && m.when.strictly(values) {
				st.Members = append(st.Members, m.member)
			}
		}
		if len(st.Members) == 0 {
			continue // only where skip_if_empty says so: Load refuses a stage that could be empty otherwise
		}
		st.MustInclude, st.Outcomes, st.EscalateTo = slices.Clone(st.MustInclude), slices.Clone(st.Outcomes), slices.Clone(st.EscalateTo)
		out = append(out, st)
	}
	return out
}

// suggest gives all conditions of the flow, marked for this tier and these answers. Under legal hold there is nothing to
// attach conditions to.
func (f *Flow) suggest(tier Tier, s Screening, values map[string]any) []Condition {
	out := []Condition{}
	if tier == TierProhibited {
		return out
	}
	for _, rule := range f.Conditions {
		c := rule.Condition
		c.Refs = slices.Clone(c.Refs)
		holds := rule.when.strictly(values)
		c.Required = slices.Contains(rule.RequiredFor, tier) || (holds && rule.Binding)
		c.Suggested = holds || c.Required
		if rule.EachLine != nil {
			out = append(out, f.measures(rule.EachLine, c, s)...)
			continue
		}
		out = append(out, c)
	}
	return out
}
