package policy

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// common is what all chains of a flow share.
type common struct {
	minIndependent map[Tier]int
	renewalLead    map[Tier]int
	ownerAccepts   bool
	approve        string
	ended          string
	reject         string
	until          string
	maxMonths      int
	assurance      string
}

func (f *flowReader) chains() {
	if !f.top.has("approval_chains") {
		return
	}
	keys := append([]string{"common"}, f.tierNames()...)
	m := f.mapping(f.top.place("approval_chains"), keys...)
	m.need("common")
	var c common
	if m.has("common") {
		c = f.common(m.place("common"))
	}
	for _, t := range f.flow.Tiers {
		if !m.has(string(t.Tier)) {
			f.bad(m.node, "", "tier %q has no chain", string(t.Tier))
			continue
		}
		f.flow.Chains = append(f.flow.Chains, f.chain(m.place(string(t.Tier)), t.Tier, c))
		if _, ok := c.minIndependent[t.Tier]; !ok && t.Tier != TierProhibited && m.has("common") {
			f.bad(m.place("common"), "", "min_independent is missing for tier %q", string(t.Tier))
		}
	}
}

// common reads the common part. Separation of duties is no setting: its lines stand in the file so that it can be read
// there, and cannot be switched off.
func (f *flowReader) common(n *yaml.Node) common {
	m := f.mapping(n, "requester_never_approves", "owner_never_approves", "one_person_one_stage", "owner_accepts",
		"min_independent", "words", "validity", "renewal_lead_days", "assurance")
	m.need("requester_never_approves", "owner_never_approves", "one_person_one_stage", "min_independent")
	for _, key := range []string{"requester_never_approves", "owner_never_approves", "one_person_one_stage"} {
		if m.has(key) && !m.flag(key) {
			f.bad(m.place(key), "leave it true", "separation of duties cannot be switched off")
		}
	}
	c := common{
		ownerAccepts: m.flag("owner_accepts"), approve: "Approve", reject: "Reject", assurance: AssuranceChat,
		minIndependent: f.perTier(m, "min_independent", 1), renewalLead: f.perTier(m, "renewal_lead_days", 0),
	}
	if q, ok := f.flow.Question(OwnerKey); c.ownerAccepts && (!ok || q.Type != User) {
		f.bad(m.place("owner_accepts"), "add a question owner of type user", "nobody could accept: the form does not ask for the owner")
	}
	if m.has("assurance") {
		c.assurance = m.choice("assurance", "assurance", assurances())
	}
	if m.has("words") {
		f.words(f.mapping(m.place("words"), "approve", "reject", "ended"), &c)
	}
	if m.has("validity") {
		v := f.mapping(m.place("validity"), "until_question", "max_months")
		v.need("until_question", "max_months")
		c.until, c.maxMonths = v.choice("until_question", "question", f.flow.keys()), v.num("max_months")
		if q, ok := f.flow.Question(c.until); ok && q.Type != Date {
			f.bad(v.place("until_question"), "", "%q is no date", c.until)
		}
	}
	return c
}

// words reads what the flow calls its decision, and what it says when an approval has ended by itself. Where a flow brings it into
// the AI register, that says so.
func (f *flowReader) words(w mapping, c *common) {
	if w.has("approve") || w.has("reject") {
		w.need("approve", "reject")
		c.approve, c.reject = w.str("approve"), w.str("reject")
		f.within(w.place("approve"), "word", c.approve, titleMax)
		f.within(w.place("reject"), "word", c.reject, titleMax)
	}
	c.ended = w.str("ended")
	f.within(w.place("ended"), "sentence", c.ended, helpMax)
	if w.has("ended") && f.top.has("register") {
		f.bad(w.place("ended"), "leave it out", "what is in the AI register ends there, in its words")
	}
}

func assurances() []string { return []string{AssuranceChat, AssurancePortal, AssuranceFresh} }

func (f *flowReader) perTier(m mapping, key string, least int) map[Tier]int {
	out := map[Tier]int{}
	for _, p := range m.entries(key) {
		if f.tierAt(p.at, p.key) < 0 {
			continue
		}
		n := f.number(p.value)
		if n < least {
			f.bad(p.value, "", "%s is at least %d", key, least)
		}
		out[Tier(p.key)] = n
	}
	return out
}

func (f *flowReader) chain(n *yaml.Node, tier Tier, c common) Chain {
	m := f.mapping(n, "stages", "notify", "validity_months", "conditions_max", "preconditions", "reviews", "assurance")
	m.need("stages")
	out := Chain{
		Tier: tier, MinIndependent: c.minIndependent[tier], OwnerAccepts: c.ownerAccepts, Notify: f.roles(m, "notify"),
		ValidityMonths: m.num("validity_months"), UntilQuestion: c.until, MaxMonths: c.maxMonths,
		ConditionsMax: m.num("conditions_max"), RenewalLead: c.renewalLead[tier], Assurance: c.assurance,
		Approve: c.approve, Reject: c.reject, Ended: c.ended, Reviews: m.strs("reviews"),
	}
	if m.has("assurance") {
		out.Assurance = m.choice("assurance", "assurance", assurances())
	}
	seen := map[string]bool{}
	for _, s := range m.items("stages") {
		stage := f.stage(s, tier)
		if f.unique(seen, s, "stage", stage.Stage.Key) {
			out.Stages = append(out.Stages, stage)
		}
	}
	if m.has("stages") && len(out.Stages) == 0 {
		f.bad(m.place("stages"), "", "tier %q has no stage", string(tier))
	}
	f.preconditions(m, &out)
	if tier == TierProhibited {
		out.Approve, out.Reject, out.OwnerAccepts, out.MinIndependent = "", "", false, 0
		return out
	}
	f.validity(m, out)
	return out
}

// validity checks that an approval ends.
func (f *flowReader) validity(m mapping, c Chain) {
	if c.UntilQuestion == "" && (c.ValidityMonths < 1 || c.ValidityMonths > 60) {
		f.bad(m.place("validity_months"), "", "an approval is valid for 1 to 60 months")
	}
	if c.UntilQuestion != "" && m.has("validity_months") {
		f.bad(m.place("validity_months"), "", "the end is asked for already (validity)")
	}
	if len(c.Stages) > 0 && !slices.ContainsFunc(c.Stages, alwaysDecides) {
		f.bad(m.place("stages"), "one stage must always be asked", "an approval could come about without anybody deciding")
	}
}

// alwaysDecides says that a stage decides on the use whatever the answers are.
func alwaysDecides(s StageRule) bool {
	return s.Stage.Kind == StageDecide && s.when.always() &&
		slices.ContainsFunc(s.members, func(m memberRule) bool { return !m.member.Advice && m.always() })
}

func (f *flowReader) preconditions(m mapping, c *Chain) {
	for _, n := range m.items("preconditions") {
		one := f.mapping(n, "key", "text", "before", "refs", "flow", "elsewhere")
		one.need("key", "text", "before")
		p := Precondition{
			Key: one.str("key"), Text: one.str("text"), Before: one.choice("before", "stage", c.stageKeys()), Refs: f.refs(one, "refs"),
			Flow: one.choice("flow", "flow", f.about()), Elsewhere: one.flag("elsewhere"),
		}
		if p.Elsewhere && p.Flow == "" {
			f.bad(one.place("elsewhere"), "name the flow, or leave it out", "without a flow every link does")
		}
		c.Preconditions = append(c.Preconditions, p)
	}
}

// about gives the keys of the flows that are about requests of this one.
func (f *flowReader) about() []string {
	var out []string
	for _, one := range f.flow.pack.flows {
		if one.About != "" && one.Key != f.flow.Key {
			out = append(out, one.Key)
		}
	}
	return out
}

func (c Chain) stageKeys() []string {
	out := make([]string, len(c.Stages))
	for i, s := range c.Stages {
		out[i] = s.Stage.Key
	}
	return out
}
