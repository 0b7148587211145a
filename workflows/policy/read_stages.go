package policy

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"steward/workflows"
)

func (f *flowReader) stage(n *yaml.Node, tier Tier) StageRule {
	m := f.mapping(n, "key", "roles", "parallel", "members", "quorum", "of", "must_include", "skip_if_empty", "sla_hours",
		"escalate_to", "when", "outcomes")
	m.need("key", "quorum", "sla_hours", "escalate_to")
	s := StageRule{SkipIfEmpty: m.flag("skip_if_empty"), when: f.when(m, "when")}
	s.Stage = Stage{
		Key: m.str("key"), Kind: StageDecide, EscalateTo: f.roles(m, "escalate_to"), Outcomes: m.strs("outcomes"),
		MustInclude: f.roles(m, "must_include"), Of: m.num("of"), Expert: m.flag("parallel"),
		SLA: time.Duration(m.num("sla_hours")) * time.Hour,
	}
	if s.Stage.Key != "" && !keyPattern.MatchString(s.Stage.Key) {
		f.bad(m.place("key"), keyHint, "%q cannot be the key of a stage", s.Stage.Key)
	}
	if m.has("sla_hours") && s.Stage.SLA <= 0 {
		f.bad(m.place("sla_hours"), "", "a stage needs at least one working hour")
	}
	f.kind(m, &s, tier)
	f.members(m, &s)
	f.quorum(m, &s)
	return s
}

// kind follows from the outcomes: stages with outcomes only name a tier.
func (f *flowReader) kind(m mapping, s *StageRule, tier Tier) {
	switch {
	case len(s.Stage.Outcomes) == 0:
	case slices.Equal(s.Stage.Outcomes, []string{OutcomeConfirm, OutcomeCorrect}):
		s.Stage.Kind = StageClassify
	case slices.Equal(s.Stage.Outcomes, []string{OutcomeConfirmStop, OutcomeReclassify}):
		s.Stage.Kind = StageHold
	default:
		f.bad(m.place("outcomes"), "[confirm, correct_answers] or [confirm_stop, reclassify]", "unknown outcomes")
		return
	}
	if (s.Stage.Kind == StageHold) != (tier == TierProhibited) {
		f.bad(m.node, "outcomes: [confirm_stop, reclassify] belong to it and to nothing else",
			"tier %q and a stage of legal hold go together", string(TierProhibited))
	}
}

func (f *flowReader) members(m mapping, s *StageRule) {
	switch {
	case m.has("roles") == m.has("members"):
		f.bad(m.node, "", "a stage has either roles or members")
	case m.has("members") != s.Stage.Expert:
		f.bad(m.node, "", "members are asked in parallel: write parallel: true, and only with members")
	}
	for _, role := range f.roles(m, "roles") {
		s.members = append(s.members, memberRule{member: Member{Role: role}})
	}
	seen := map[string]bool{}
	for _, n := range m.items("members") {
		mm := f.mapping(n, "role", "kind", "when", "switch")
		mm.need("role")
		one := memberRule{
			member: Member{Role: f.roleOf(mm, "role"), Advice: mm.choice("kind", "kind", []string{"decide", "advice"}) == "advice"},
			when:   f.when(mm, "when"),
		}
		if key := mm.str("switch"); key != "" {
			on, ok := f.org.Switches[key]
			if !ok {
				f.bad(mm.place("switch"), "it must be named under switches in "+organisationFile, "unknown switch %q", key)
			}
			if !on {
				one.off = key
			}
		}
		if f.unique(seen, n, "member", string(one.member.Role)) {
			s.members = append(s.members, one)
		}
	}
	for _, one := range s.members {
		s.Stage.Members = append(s.Stage.Members, one.member)
	}
	f.present(m, s)
}

// present reports stages that could be opened with nobody to ask, and members nobody can be.
func (f *flowReader) present(m mapping, s *StageRule) {
	for _, one := range s.members {
		if one.member.Role == workflows.Owner || one.member.Role == workflows.Requester {
			f.bad(m.node, "", "the %s never decides", string(one.member.Role))
		}
	}
	if !m.has("members") || s.SkipIfEmpty || slices.ContainsFunc(s.members, memberRule.always) {
		return
	}
	f.bad(m.node, "write skip_if_empty: true, or let one member always be asked", "the stage could have nobody to ask")
}

// quorum reads a number or "all" and compares it with those who can answer.
func (f *flowReader) quorum(m mapping, s *StageRule) {
	if !m.has("quorum") {
		return
	}
	n := m.place("quorum")
	switch {
	case n.Value == "all":
		s.Stage.All = true
	case n.ShortTag() != "!!int" || f.number(n) < 1:
		f.bad(n, "", "a quorum is a number from 1, or all")
	default:
		s.Stage.Quorum = f.number(n)
	}
	if group := f.group(s.Stage); group > 0 && s.Stage.Quorum > group {
		f.bad(n, "ask for fewer, or give the stage more roles", "the quorum %d is larger than its group of %d", s.Stage.Quorum, group)
	}
	if !s.Stage.All && len(s.Stage.MustInclude) > s.Stage.Quorum {
		f.bad(m.place("must_include"), "", "must_include names more roles than the quorum has seats")
	}
	for i, role := range s.Stage.MustInclude {
		if !slices.ContainsFunc(s.Stage.Members, func(m Member) bool { return m.Role == role && !m.Advice }) {
			f.bad(m.items("must_include")[i], "", "%q does not decide in this stage", string(role))
		}
	}
}

// group gives how many people a stage can have at most; 0 where any number may hold its roles.
func (f *flowReader) group(s Stage) int {
	if s.Of > 0 {
		return s.Of
	}
	n := 0
	for _, m := range s.Members {
		info, _ := f.org.role(m.Role)
		if !info.Relation && !m.Advice {
			return 0
		}
		if !m.Advice {
			n++
		}
	}
	return n
}
