package policy

import (
	"fmt"
	"maps"
	"slices"

	"steward/workflows"
)

// together looks for requests where each stage by itself has somebody, but one person would have to sit in two, or too few
// people decide at all.
func (c *peopleCheck) together(f *Flow, chain Chain) {
	where := fmt.Sprintf("%s, %s", f.Title, f.Display(chain.Tier))
	combos := f.combinations(chain)
	for _, stages := range combos {
		if n := deciders(stages); n < chain.MinIndependent {
			c.fatal("%s: %d %s asked to decide, and min_independent asks for %d.", where, n, verb(n, "person is", "people are"),
				chain.MinIndependent)
			return
		}
	}
	if slices.ContainsFunc(chain.Stages, c.unheld) {
		return // said already, of the role
	}
	alone, passing := map[workflows.PersonID]bool{}, false
	var pairs []string
	for _, group := range c.requesters(chain) {
		if c.passes(combos, group.one) {
			passing = true
		}
		for _, owner := range c.owners(f, chain, group.one) {
			switch {
			case alone[group.one.ID] || !c.clash(combos, group.one, owner):
			case owner != group.one.ID:
				pairs = append(pairs, fmt.Sprintf("%s with owner %s", c.names(group.members, "or"), c.roster.Name(owner)))
			default:
				for _, id := range group.members {
					alone[id] = true
				}
			}
		}
	}
	switch {
	case !passing:
		c.fatal("%s: there are not enough different people for all stages, whoever asks.", where)
		return
	case len(alone) > 0:
		c.warn("%s: there are not enough different people for all stages when %s %s; somebody from outside is needed.", where,
			c.names(slices.Sorted(maps.Keys(alone)), "or"), verb(len(alone), "asks", "ask"))
	}
	if len(pairs) > 0 {
		c.warn("%s: there are not enough different people for all stages in these cases: %s.", where, some(pairs, "; ", "; "))
	}
}

// unheld says that a stage asks a role nobody holds.
func (c *peopleCheck) unheld(s StageRule) bool {
	return slices.ContainsFunc(s.asked(), func(role workflows.Role) bool {
		return role != workflows.LineManager && len(c.holders[role]) == 0
	})
}

// passes says that everything somebody asks for themselves can be decided.
func (c *peopleCheck) passes(combos [][]StageRule, requester workflows.Person) bool {
	return !slices.ContainsFunc(combos, func(stages []StageRule) bool {
		return !fill(c.seats(stages, requester, requester.ID))
	})
}

// clash says that some combination of stages cannot be filled although each of its stages could be.
func (c *peopleCheck) clash(combos [][]StageRule, requester workflows.Person, owner workflows.PersonID) bool {
	return slices.ContainsFunc(combos, func(stages []StageRule) bool {
		for _, s := range stages {
			if len(s.asked()) == 1 || s.Stage.All || len(s.Stage.MustInclude) == s.Stage.Quorum {
				if !fill(c.seats([]StageRule{s}, requester, owner)) {
					return false // said already, of the role
				}
			}
		}
		return !fill(c.seats(stages, requester, owner))
	})
}

// requesterGroup are people who are alike for a chain; one stands for all.
type requesterGroup struct {
	one     workflows.Person
	members []workflows.PersonID
}

// requesters groups the active people: those with the same manager and no role in the chain are alike.
func (c *peopleCheck) requesters(chain Chain) []requesterGroup {
	var out []requesterGroup
	at := map[string]int{}
	for _, p := range c.active {
		manager, _ := c.roster.ManagerOf(p.ID)
		key := "team " + string(manager.ID)
		if chain.seats(p) {
			key = "person " + string(p.ID)
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, requesterGroup{one: p})
		}
		out[i].members = append(out[i].members, p.ID)
	}
	return out
}

// seats says whether the person holds a role of the chain.
func (c Chain) seats(p workflows.Person) bool {
	return slices.ContainsFunc(c.Stages, func(s StageRule) bool { return p.HasAny(s.asked()...) })
}

// owners gives the owners that make a difference: the requester, and everybody with a role in the chain. That the manager
// may be the owner is said once, for all.
func (c *peopleCheck) owners(f *Flow, chain Chain, requester workflows.Person) []workflows.PersonID {
	out := []workflows.PersonID{requester.ID}
	if f.RequesterIs == workflows.Owner {
		return out
	}
	for _, p := range c.active {
		if chain.seats(p) && p.ID != requester.ID {
			out = append(out, p.ID)
		}
	}
	return out
}
