package policy

import (
	"slices"
)

// The ways beside the ordinary chain: another tier named by people, an unchanged renewal, an emergency.

func (f *flowReader) override() {
	if !f.top.has("override") {
		return
	}
	m := f.mapping(f.top.place("override"), "roles", "never_below")
	m.need("roles")
	o := &Override{Roles: f.roles(m, "roles")}
	for _, n := range m.items("never_below") {
		one := f.mapping(n, "tier", "when", "message")
		one.need("tier", "when", "message")
		f.tierAt(one.place("tier"), one.str("tier"))
		o.Limits = append(o.Limits, OverrideLimit{
			Tier: Tier(one.str("tier")), Message: one.str("message"), when: f.when(one, "when"),
		})
	}
	f.flow.Override = o
}

func (f *flowReader) renewal() {
	if !f.top.has("renewal") {
		return
	}
	m := f.mapping(f.top.place("renewal"), "stages", "min_independent")
	m.need("stages", "min_independent")
	r := &Renewal{Stages: map[Tier][]string{}, MinIndependent: m.num("min_independent")}
	for _, p := range m.entries("stages") {
		if f.tierAt(p.at, p.key) < 0 {
			continue
		}
		var known []string
		if c, ok := f.flow.Chain(Tier(p.key)); ok {
			known = c.stageKeys()
		}
		for _, n := range f.list(p.value) {
			r.Stages[Tier(p.key)] = append(r.Stages[Tier(p.key)], f.oneOf(n, "stage", known))
		}
	}
	f.flow.Renewal = r
}

func (f *flowReader) emergency() {
	if !f.top.has("emergency_path") {
		return
	}
	m := f.mapping(f.top.place("emergency_path"), "allowed_tiers", "approver", "max_days", "follow_up")
	m.need("allowed_tiers", "approver", "max_days")
	e := &Emergency{
		Tiers: f.tierList(m, "allowed_tiers"), Approver: f.roleOf(m, "approver"), MaxDays: m.num("max_days"), FollowUp: m.str("follow_up"),
	}
	if slices.Contains(e.Tiers, TierProhibited) {
		f.bad(m.place("allowed_tiers"), "", "nothing under legal hold can be an emergency")
	}
	if m.has("max_days") && (e.MaxDays < 1 || e.MaxDays > 31) {
		f.bad(m.place("max_days"), "", "an emergency approval lasts 1 to 31 days")
	}
	f.flow.Emergency = e
}
