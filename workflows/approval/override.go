package approval

import (
	"slices"
	"strconv"
	"strings"

	"steward/workflows"
	"steward/workflows/policy"
)

// PartOverride stands where the key of a stage would: of rulings that name another tier while a request is decided on, and of what
// waits for them.
const PartOverride = "tier_override"

// override takes the word of one of those who name a tier together. It is no vote. Who names the present tier wants no other one.
func (s *step) override(what Overridden) *workflows.Refusal {
	ent, no := s.bench().overrider(s.ev.Actor, s.ev.For)
	if no != nil {
		return no
	}
	if no := s.assured(); no != nil {
		return no
	}
	reason := strings.TrimSpace(what.Reason)
	present := s.r.Screening.Assessment.Tier
	switch {
	case what.Tier == "":
		return workflows.RefuseField("tier", "Name the tier that fits.")
	case what.Tier == present && len(s.bench().named()) == 0:
		return workflows.RefuseField("tier", "It has this tier. Name another one.")
	case what.Tier != present && (s.f.Next == nil || s.f.Next.Assessment.Tier != what.Tier):
		return workflows.RefuseField("tier", "The policy does not know this tier. Choose another.")
	}
	if no := capText("reason", reason); no != nil {
		return no
	}
	if no := needReason(reason, "Say in at least 20 characters why this tier fits: it stays in the record."); no != nil {
		return no
	}
	v := Ruling{Cast: s.cast(ent, reason), Outcome: policy.OutcomeReclassify, Tier: what.Tier}
	v.Stage = PartOverride
	s.r.Rulings = append(s.r.Rulings, v)
	s.fact(FactRuled, Detail{
		Stage: v.Stage, ID: v.ID, Roles: v.Roles, Entitled: v.Entitled, For: v.For, Outcome: v.Outcome, Tier: v.Tier,
	}, map[string]string{"reason": reason}).Saw = true
	return s.settleOverride(v)
}

// settleOverride begins the chain of the tier that all have named. Where they do not agree, the others are told what was named.
func (s *step) settleOverride(last Ruling) *workflows.Refusal {
	named := s.bench().named()
	for _, v := range named {
		if v.Tier == last.Tier {
			continue
		}
		for _, who := range []workflows.PersonID{v.Person, v.For} {
			s.tell(who, workflows.WhyOverride, strconv.Itoa(last.ID))
		}
	}
	agreed := len(named) == len(s.r.Screening.Plan.Override) && !slices.ContainsFunc(named, func(v Ruling) bool { return v.Tier != last.Tier })
	if !agreed || last.Tier == s.r.Screening.Assessment.Tier {
		return nil
	}
	return s.restart(FactReclassified)
}

// overrider says by which right, and for which of the roles, somebody names a tier: a holder or who stands in for one, who neither asks
// for the use nor is to own it. The roles are always filled by different people.
func (b bench) overrider(p, forID workflows.PersonID) (Entitlement, *workflows.Refusal) {
	wanted := b.r.Screening.Plan.Override
	switch {
	case b.stage.Kind == policy.StageHold:
		return Entitlement{}, workflows.Refuse(workflows.CodeNotNow, "On legal hold another tier is named in the ruling on that. Nothing was changed.")
	case len(wanted) == 0:
		return Entitlement{}, workflows.Refuse(workflows.CodeNotNow, "The policy lets nobody name another tier here. Nothing was changed.")
	}
	ent, no := b.beside(p, forID, wanted)
	if no != nil {
		return Entitlement{}, no
	}
	role := b.overrideSeat(ent, p)
	if role == "" {
		return Entitlement{}, workflows.Refuse(workflows.CodeNotEntitled, "Another tier is named by "+roleNames(wanted, " and ")+" together. Nothing was changed.")
	}
	ent.Roles = []workflows.Role{role}
	return ent, nil
}

// overrideSeat gives the role for which somebody speaks: the one that they have spoken for, else one for which nobody has, else any.
func (b bench) overrideSeat(ent Entitlement, p workflows.PersonID) workflows.Role {
	taken := map[workflows.Role]bool{}
	for _, v := range b.named() {
		if v.by(p) || ent.For != "" && v.by(ent.For) {
			if slices.Contains(ent.Roles, v.Roles[0]) {
				return v.Roles[0]
			}
			return ""
		}
		taken[v.Roles[0]] = true
	}
	for _, role := range ent.Roles {
		if !taken[role] {
			return role
		}
	}
	if len(ent.Roles) > 0 {
		return ent.Roles[0]
	}
	return ""
}

// named gives the last word of each role in this round.
func (b bench) named() (out []Ruling) {
	for _, role := range b.r.Screening.Plan.Override {
		for _, v := range slices.Backward(b.r.Rulings) {
			if v.in(b.r.Round, PartOverride) && slices.Contains(v.Roles, role) {
				out = append(out, v)
				break
			}
		}
	}
	return out
}

// overriders gives who is asked to name a tier, too, because somebody has named another one.
func (b bench) overriders() (out []Eligible) {
	named := b.named()
	other := func(v Ruling) bool { return v.Tier != b.r.Screening.Assessment.Tier }
	if b.r.ended() || !slices.ContainsFunc(named, other) || slices.ContainsFunc(named, func(v Ruling) bool { return !other(v) }) {
		return nil
	}
	for _, p := range b.roster.All() {
		ent, no := b.overrider(p.ID, "")
		if no == nil && !slices.ContainsFunc(named, func(v Ruling) bool { return v.Roles[0] == ent.Roles[0] }) {
			out = append(out, Eligible{Person: p.ID, For: ent.For, Role: ent.Roles[0], How: ent.How})
		}
	}
	return out
}

// overrideActions: name another tier.
func (b bench) overrideActions(p workflows.PersonID) []Action {
	ent, no := b.overrider(p, "")
	if no != nil {
		return nil
	}
	return []Action{{Kind: Overridden{}.Kind(), For: ent.For, Roles: ent.Roles}}
}

// NamedTier gives the tier that somebody has named for the present round while it is decided on, and which not all have named; the last
// word of each role.
func (r Request) NamedTier() []Ruling { return newBench(r, workflows.Roster{}, r.RoundAt).named() }
