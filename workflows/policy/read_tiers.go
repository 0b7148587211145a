package policy

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

func (f *flowReader) tiers() {
	if !f.top.has("tiers") {
		return
	}
	m := f.mapping(f.top.place("tiers"), "order", "display", "by_points", "meaning", "legal_rank", "legal_display")
	m.need("order", "display", "by_points", "legal_rank")
	seen := map[string]bool{}
	for _, n := range m.items("order") {
		name := f.text(n)
		if name != "" && !keyPattern.MatchString(name) {
			f.bad(n, keyHint, "%q cannot be a tier", name)
			continue
		}
		if f.unique(seen, n, "tier", name) {
			f.flow.Tiers = append(f.flow.Tiers, TierInfo{Tier: Tier(name)})
		}
	}
	if i := f.flow.rank(TierProhibited); i >= 0 && i != len(f.flow.Tiers)-1 {
		f.bad(m.place("order"), "", "%q must be the highest tier", string(TierProhibited))
	}
	for _, p := range m.entries("display") {
		if i := f.tierAt(p.at, p.key); i >= 0 {
			f.flow.Tiers[i].Display = f.text(p.value)
		}
	}
	for _, p := range m.entries("meaning") {
		if i := f.tierAt(p.at, p.key); i >= 0 {
			f.flow.Tiers[i].Meaning = f.text(p.value)
		}
	}
	for _, t := range f.flow.Tiers {
		if m.has("display") && t.Display == "" {
			f.bad(m.place("display"), "", "tier %q has no name for people", string(t.Tier))
		}
	}
	f.byPoints(m)
	f.legalRanks(m)
}

func (f *flowReader) byPoints(m mapping) {
	last := -1
	for i, n := range m.items("by_points") {
		one := f.mapping(n, "tier", "min")
		one.need("tier", "min")
		least := one.num("min")
		if i == 0 && least != 0 {
			f.bad(one.place("min"), "", "the lowest tier begins at 0 points")
		}
		if least <= last {
			f.bad(one.place("min"), "", "points must rise from tier to tier")
		}
		last = least
		at := f.tierAt(one.place("tier"), one.str("tier"))
		if at < 0 {
			continue
		}
		if f.flow.Tiers[at].Tier == TierProhibited {
			f.bad(one.place("tier"), "use a floor", "points alone never give %q", string(TierProhibited))
			continue
		}
		if at != i {
			f.bad(one.place("tier"), "give them in the order of the tiers, lowest first", "tier %q is out of order", one.str("tier"))
		}
		f.flow.Tiers[at].MinPoints, f.flow.Tiers[at].ByPoints = least, true
	}
}

func (f *flowReader) legalRanks(m mapping) {
	seen := map[string]bool{}
	for _, n := range m.items("legal_rank") {
		if c := f.text(n); f.unique(seen, n, "legal class", c) {
			f.flow.LegalRanks = append(f.flow.LegalRanks, c)
		}
	}
	if m.has("legal_rank") && (len(f.flow.LegalRanks) == 0 || f.flow.LegalRanks[0] != legalNone) {
		f.bad(m.place("legal_rank"), "", "the lowest legal class is %q", legalNone)
	}
	f.flow.legalNames = map[string]string{}
	for _, p := range m.entries("legal_display") {
		if !slices.Contains(f.flow.LegalRanks, p.key) {
			f.bad(p.at, didYouMean(p.key, f.flow.LegalRanks), "unknown legal class %q", p.key)
			continue
		}
		f.flow.legalNames[p.key] = f.text(p.value)
	}
	for _, c := range f.flow.LegalRanks {
		if len(f.flow.LegalRanks) > 1 && f.flow.legalNames[c] == "" {
			f.bad(m.place("legal_display"), "", "legal class %q has no name for people", c)
		}
	}
}

// legalNone is the class of what falls under no special duty, legalUnclear that of what nobody with knowledge has looked at.
const (
	legalNone    = "none"
	legalUnclear = "unclear"
)

// tierAt gives the place of a tier named in the file, or reports that there is none.
func (f *flowReader) tierAt(n *yaml.Node, name string) int {
	at := f.flow.rank(Tier(name))
	if at < 0 && name != "" {
		f.bad(n, didYouMean(name, f.tierNames()), "unknown tier %q", name)
	}
	return at
}

func (f *flowReader) tierNames() []string {
	out := make([]string, len(f.flow.Tiers))
	for i, t := range f.flow.Tiers {
		out[i] = string(t.Tier)
	}
	return out
}

func (f *flowReader) tierList(m mapping, key string) []Tier {
	var out []Tier
	for _, name := range m.choices(key, "tier", f.tierNames()) {
		out = append(out, Tier(name))
	}
	return out
}
