package policy

import (
	"fmt"
	"strings"
	"time"
)

// chainThings is how a tier is decided: the chain as a whole, and each stage.
func chainThings(f *Flow, c Chain) []thing {
	tier := f.Display(c.Tier)
	keys := make([]string, len(c.Stages))
	var stages []thing
	for i, s := range c.Stages {
		keys[i] = s.Stage.Key
		stages = append(stages, stageThing(f, tier, c.Tier, s))
	}
	says := []saying{
		{"stages", list(keys)},
		{"different people who decide", fmt.Sprint(c.MinIndependent)},
		{"the owner accepts", yesNo(c.OwnerAccepts)},
		{"told", f.pack.roleNames(c.Notify)},
		{"valid for months", num(c.ValidityMonths)},
		{"valid until the answer to", c.UntilQuestion},
		{"months at most", num(c.MaxMonths)},
		{"conditions of one's own at most", fmt.Sprint(c.ConditionsMax)},
		{"renewal begins days before the end", num(c.RenewalLead)},
		{"decided in", assurance(c.Assurance)},
		{"words of the buttons", strings.Trim(c.Approve+", "+c.Reject, ", ")},
		{"said when an approval has ended", c.Ended},
		{"reviews that follow", list(c.Reviews)},
	}
	for _, p := range c.Preconditions {
		met := p.Flow
		if p.Elsewhere {
			met += " or a link"
		}
		says = append(says,
			saying{"before " + p.Before + " (" + p.Key + ")", strings.TrimSuffix(p.Text+"; "+list(p.Refs), "; ")},
			saying{"before " + p.Before + " (" + p.Key + ") met by", met},
		)
	}
	return append([]thing{{"chain " + string(c.Tier), "How " + tier + " is decided", says}}, stages...)
}

// assurance says how sure of the decider a tier wants to be.
func assurance(a string) string {
	switch a {
	case AssuranceChat:
		return "chat or portal"
	case AssurancePortal:
		return "the portal only"
	case AssuranceFresh:
		return "the portal after a fresh sign-in"
	}
	return a
}

func stageThing(f *Flow, tier string, key Tier, rule StageRule) thing {
	s := rule.Stage
	says := []saying{
		{"how many", quorum(s)},
		{"must include", f.pack.roleNames(s.MustInclude)},
		{"only when", sometimes(rule.when)},
		{"left out when nobody is asked", only(rule.SkipIfEmpty)},
		{"working time", hours(s.SLA)},
		{"when late, told", f.pack.roleNames(s.EscalateTo)},
		{"decides on", strings.ReplaceAll(string(s.Kind), "_", " ")},
		{"may end with", list(s.Outcomes)},
		{"one answer for two roles", only(s.Expert)},
	}
	for _, m := range rule.members {
		says = append(says, memberSaying(f.pack, m))
	}
	return thing{"stage " + string(key) + "/" + s.Key, fmt.Sprintf("Stage %s of %s", s.Key, tier), says}
}

// memberSaying says that a role is asked, and under which condition.
func memberSaying(p *Pack, m memberRule) saying {
	label, when := "asked: "+p.roleName(m.member.Role), "always"
	if m.member.Advice {
		label = "asked for advice: " + p.roleName(m.member.Role)
	}
	if text := sometimes(m.when); text != "" {
		when = "when " + text
	}
	if m.off != "" {
		when = "not, while the switch " + m.off + " is off; else " + when
	}
	return saying{label, when}
}

// sometimes is the condition under which something holds; empty where it always does.
func sometimes(e *expr) string {
	if e.always() {
		return ""
	}
	return e.text()
}

func quorum(s Stage) string {
	switch {
	case s.All:
		return "every role that decides"
	case s.Of > 0:
		return fmt.Sprintf("%d of %d", s.Quorum, s.Of)
	}
	return fmt.Sprint(s.Quorum)
}

func hours(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%g hours", d.Hours())
}
