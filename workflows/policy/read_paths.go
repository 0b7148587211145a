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

// register reads how an entry of the AI register is filled.
func (f *flowReader) register() {
	if !f.top.has("register") {
		return
	}
	m := f.mapping(f.top.place("register"), "tool", "vendor", "plan", "use", "role", "data", "hosting", "affected", "users", "builders", "governed_by", "covers")
	m.need("tool", "use", "governed_by")
	r := &Register{Governors: f.roles(m, "governed_by")}
	for _, one := range []struct {
		key   string
		into  *string
		types []QuestionType
	}{
		{"tool", &r.Tool, []QuestionType{ShortText}},
		{"vendor", &r.Vendor, []QuestionType{ShortText}},
		{"plan", &r.Plan, []QuestionType{Select}},
		{"use", &r.Use, []QuestionType{LongText, ShortText}},
		{"role", &r.Role, []QuestionType{Select}},
		{"data", &r.Data, []QuestionType{MultiSelect}},
		{"hosting", &r.Hosting, []QuestionType{Select}},
		{"affected", &r.Affected, []QuestionType{MultiSelect}},
		{"users", &r.Users, []QuestionType{Select}},
	} {
		*one.into = f.answerOf(m, one.key, one.types)
	}
	if m.has("builders") {
		q, _ := f.flow.Question(r.Role)
		r.Builders = m.choices("builders", "answer of "+r.Role, q.values())
	}
	if m.has("covers") {
		r.Groups = f.covers(m, r.Users)
	}
	for _, role := range r.Governors {
		if info, ok := f.org.role(role); ok && info.Relation {
			f.bad(m.place("governed_by"), "name roles that people hold", "%s is a relation", role)
		}
	}
	f.flow.Register = r
}

// covers reads by which answers of the question about users an approval covers a group.
func (f *flowReader) covers(m mapping, users string) map[Coverage][]string {
	if users == "" {
		f.bad(m.place("covers"), "name the question under users", "nothing says who will use it")
		return nil
	}
	var keys []string
	for _, c := range Coverages() {
		keys = append(keys, string(c))
	}
	q, _ := f.flow.Question(users)
	by, out, seen := f.mapping(m.place("covers"), keys...), map[Coverage][]string{}, map[string]bool{}
	for _, c := range Coverages() {
		if !by.has(string(c)) {
			continue
		}
		out[c] = by.choices(string(c), "answer of "+users, q.values())
		for _, answer := range out[c] {
			f.unique(seen, by.place(string(c)), "answer", answer)
		}
	}
	return out
}

// answerOf reads the key of a question of one of the types.
func (f *flowReader) answerOf(m mapping, key string, types []QuestionType) string {
	if !m.has(key) {
		return ""
	}
	var known []string
	for _, q := range f.flow.Questions {
		if slices.Contains(types, q.Type) {
			known = append(known, q.Key)
		}
	}
	return m.choice(key, "question of that type", known)
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
