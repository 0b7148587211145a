package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// role gives the label of a role: "Privacy officer".
func (c Case) role(r workflows.Role) string { return roleLabel(c.Flow, r) }

// roleLabel gives the policy's label of a role; the key in words where the policy has none.
func roleLabel(f *policy.Flow, r workflows.Role) string {
	if info, ok := f.Role(r); ok && info.Label != "" {
		return info.Label
	}
	return humanise(string(r))
}

// as gives a role as the reader has it in a stage: "their manager", "privacy officer".
func (c Case) as(roles ...workflows.Role) string {
	var out []string
	for _, r := range roles {
		if r == workflows.LineManager {
			out = append(out, "their manager")
			continue
		}
		out = append(out, mid(c.role(r)))
	}
	return and(out)
}

// stageLabel names a stage: by its role where one decides it, else by its key.
func (c Case) stageLabel(s policy.Stage) string { return stageLabel(s, c.role) }

func stageLabel(s policy.Stage, role func(workflows.Role) string) string {
	switch {
	case s.Kind == policy.StageHold:
		return "Legal hold"
	case s.Kind == policy.StageClassify:
		return "Classification"
	case len(s.Members) == 1:
		return role(s.Members[0].Role)
	}
	return humanise(s.Key)
}

// next names the stages after the present one, with the people where they are few: "privacy officer (Dan Wolf), then AI
// governance lead (Cleo Marsh)".
func (c Case) next() string {
	stages := c.plan().Stages
	var out []string
	for i := c.Request.Stage + 1; i < len(stages); i++ {
		label := mid(c.stageLabel(stages[i]))
		if people := c.fewHolders(stages[i]); people != "" {
			label += " (" + people + ")"
		}
		out = append(out, label)
	}
	return strings.Join(out, ", then ")
}

// fewHolders names who can fill a stage, where each of its roles has one holder.
func (c Case) fewHolders(s policy.Stage) string {
	var out []workflows.PersonID
	for _, m := range s.Members {
		if m.Role == workflows.LineManager {
			p, ok := c.Roster.ManagerOf(c.Request.Requester)
			if !ok {
				return ""
			}
			out = append(out, p.ID)
			continue
		}
		holders := c.Roster.Holders(m.Role)
		if len(holders) != 1 {
			return ""
		}
		out = append(out, holders[0].ID)
	}
	if len(out) > 3 {
		return ""
	}
	return c.names(out)
}

// legal gives the words of a legal class, which is another statement than the tier.
func legal(f *policy.Flow, class string) string {
	if name := f.LegalName(class); name != class && name != "" {
		return name
	}
	if class == "" || class == "none" {
		return textNoClass
	}
	return humanise(class)
}

// ranked says whether the flow tells legal classes apart at all.
func ranked(f *policy.Flow) bool { return len(f.LegalRanks) > 1 }

// voteLine gives a vote as a sentence: "Approved by Ben Okafor, Tue 25 Nov 10:14, with 2 conditions."
func (c Case) voteLine(v approval.Vote) string {
	word, with := c.plan().Reject, ""
	if v.Approve {
		word = c.plan().Approve
		if n := c.attachedBy(v); n > 0 {
			with = fmt.Sprintf(textWith, count(n, "condition"))
		}
	}
	by := c.caster(v.Cast)
	if past, ok := participle(word); ok {
		return fmt.Sprintf(textVote, past, by, c.Eyes().moment(v.At), with)
	}
	return fmt.Sprintf(textVoteQuoted, upper(by), word, c.Eyes().moment(v.At), with)
}

// caster names who decided, and for whom.
func (c Case) caster(v approval.Cast) string {
	by := c.who(v.Person)
	if v.For != "" {
		by += fmt.Sprintf(textFor, c.who(v.For))
	}
	return by
}

// attachedBy counts the conditions an approval carries: the required ones and those its giver chose.
func (c Case) attachedBy(v approval.Vote) int {
	n := len(v.Conditions)
	for _, one := range c.plan().Conditions {
		if one.Required {
			n++
		}
	}
	return n
}

// adviceLine gives advice as a sentence.
func (c Case) adviceLine(a approval.Advice) string {
	if !a.Objection {
		return fmt.Sprintf(textNoObjection, c.caster(a.Cast), c.Eyes().moment(a.At))
	}
	line := fmt.Sprintf(textObjection, c.caster(a.Cast), c.Eyes().moment(a.At), sentence(short(a.Reason, 400)))
	i := slices.IndexFunc(c.Request.Votes, func(v approval.Vote) bool { return v.ID == a.OverruledBy })
	if a.OverruledBy == 0 || i < 0 {
		return line
	}
	v := c.Request.Votes[i]
	return line + " " + fmt.Sprintf(textOverruled, c.caster(v.Cast), sentence(short(v.Reason, 400)))
}

// rulingLine gives a ruling as a sentence.
func (c Case) rulingLine(r approval.Ruling) string {
	by, at := c.caster(r.Cast), c.Eyes().moment(r.At)
	var line string
	switch r.Outcome {
	case policy.OutcomeConfirmStop:
		line = fmt.Sprintf(textRulingStop, by, at)
	case policy.OutcomeReclassify:
		line = fmt.Sprintf(textRulingTier, by, mid(c.tierName(r.Tier)), at)
	case policy.OutcomeCorrect:
		line = fmt.Sprintf(textRulingFix, by, at)
	case policy.OutcomeCorrectFact:
		line = fmt.Sprintf(textRulingFact, by, at)
	default:
		line = fmt.Sprintf(textRulingOK, by, at)
	}
	if r.Reason != "" {
		line += " " + fmt.Sprintf(textReason, sentence(short(r.Reason, 400)))
	}
	return line
}

func (c Case) tierName(t policy.Tier) string { return tierName(c.Flow, t) }

// tierName gives the flow's word for a tier; the key in words where the flow has no such tier, or none is in force (nil).
func tierName(f *policy.Flow, t policy.Tier) string {
	if f != nil {
		if info, ok := f.Tier(t); ok {
			return info.Display
		}
	}
	return humanise(string(t))
}
