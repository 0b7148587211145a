package policy

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Diff says, in short lines, what a new pack changes: what two people look at before it is activated. Nothing to say means
// that the packs are the same, byte for byte.
func Diff(from, to *Pack) []string {
	if from.Hash == to.Hash {
		return nil
	}
	var out []string
	names := map[string]bool{}
	for _, p := range []*Pack{from, to} {
		for name := range p.files {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		_, before := from.files[name]
		_, after := to.files[name]
		switch {
		case !before:
			out = append(out, "file "+name+": new")
		case !after:
			out = append(out, "file "+name+": gone")
		case from.files[name] != to.files[name]:
			out = append(out, "file "+name+": changed")
		}
	}
	out = append(out, diffOrganisation(from, to)...)
	for _, f := range from.flows {
		if g, ok := to.Flow(f.Key); ok {
			out = append(out, diffFlow(f, g)...)
		} else {
			out = append(out, "flow "+f.Key+": gone")
		}
	}
	for _, g := range to.flows {
		if _, ok := from.Flow(g.Key); !ok {
			out = append(out, fmt.Sprintf("flow %s: new (%d questions, %d rules)", g.Key, len(g.Questions), len(g.Rules)))
		}
	}
	return out
}

func diffOrganisation(from, to *Pack) []string {
	return slices.Concat(
		changes("role", table(from.Organisation.Roles, func(r RoleInfo) (string, any) { return string(r.Key), r }),
			table(to.Organisation.Roles, func(r RoleInfo) (string, any) { return string(r.Key), r })),
		changes("switch", anyMap(from.Organisation.Switches), anyMap(to.Organisation.Switches)),
		changes("calendar", anyMap(from.Calendars), anyMap(to.Calendars)),
		changes("trusted e-mail domain", table(from.Organisation.Identity.TrustedDomains, itself), table(to.Organisation.Identity.TrustedDomains, itself)),
	)
}

func diffFlow(from, to *Flow) []string {
	prefix := "flow " + from.Key + ": "
	lines := slices.Concat(
		changes("tier", table(from.Tiers, tierRow), table(to.Tiers, tierRow)),
		changes("question", table(from.Questions, questionRow), table(to.Questions, questionRow)),
		changes("validation", table(from.Validations, validationRow), table(to.Validations, validationRow)),
		changes("rule", table(from.Rules, ruleRow), table(to.Rules, ruleRow)),
		changes("condition", table(from.Conditions, conditionRow), table(to.Conditions, conditionRow)),
		changes("chain", table(from.Chains, chainRow), table(to.Chains, chainRow)),
	)
	for i := range lines {
		lines[i] = prefix + lines[i]
	}
	if from.Version != to.Version {
		lines = append([]string{fmt.Sprintf("%sversion %d -> %d", prefix, from.Version, to.Version)}, lines...)
	}
	return lines
}

// The rows that are compared: values only, conditions by their source.
type (
	ruleText struct {
		Rule Rule
		When string
	}
	chainText struct {
		Chain  Chain
		Stages []stageText
	}
	stageText struct {
		Stage   Stage
		Skip    bool
		When    string
		Members []string
	}
)

func itself(s string) (string, any)        { return s, true }
func tierRow(t TierInfo) (string, any)     { return string(t.Tier), t }
func questionRow(q Question) (string, any) { return q.Key, q }
func validationRow(v Validation) (string, any) {
	return v.ID, [3]string{v.Field, v.Message, v.when.text()}
}

func ruleRow(r Rule) (string, any) {
	when := r.when.text()
	r.when = nil
	return r.ID, ruleText{Rule: r, When: when}
}

func conditionRow(c ConditionRule) (string, any) {
	return c.Condition.Key, []any{c.Condition, c.Binding, c.RequiredFor, c.when.text()}
}

func chainRow(c Chain) (string, any) {
	row := chainText{Chain: c}
	for _, s := range c.Stages {
		st := stageText{Stage: s.Stage, Skip: s.SkipIfEmpty, When: s.when.text()}
		for _, m := range s.members {
			st.Members = append(st.Members, fmt.Sprint(m.member, m.off, m.when.text()))
		}
		row.Stages = append(row.Stages, st)
	}
	row.Chain.Stages = nil
	return string(c.Tier), row
}

func table[T any](list []T, row func(T) (string, any)) map[string]any {
	out := map[string]any{}
	for _, one := range list {
		key, value := row(one)
		out[key] = value
	}
	return out
}

func anyMap[V any](m map[string]V) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// changes lists what is new, gone and changed, by name.
func changes(what string, from, to map[string]any) []string {
	all := maps.Clone(from)
	maps.Copy(all, to)
	var out []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		before, had := from[key]
		after, has := to[key]
		switch {
		case !had:
			out = append(out, what+" "+key+": new")
		case !has:
			out = append(out, what+" "+key+": gone")
		case !reflect.DeepEqual(before, after):
			out = append(out, what+" "+key+": changed")
		}
	}
	return out
}
