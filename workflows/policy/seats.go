package policy

import (
	"fmt"
	"slices"

	"steward/workflows"
)

// seat is one place of a stage and the people who may take it.
type seat struct {
	stage      string
	expert     bool // one person may take several seats of such a stage
	apart      bool // naming a tier is no decision: its people may sit elsewhere too
	candidates []workflows.PersonID
}

// seats lists the places that must be filled when everybody who can be asked in these stages is asked.
func (c *peopleCheck) seats(stages []StageRule, requester workflows.Person, owner workflows.PersonID) []seat {
	var out []seat
	for _, s := range stages {
		free := func(roles ...workflows.Role) seat {
			return seat{
				stage: s.Stage.Key, expert: s.Stage.Expert, apart: s.Stage.Kind != StageDecide,
				candidates: c.candidates(roles, requester, owner),
			}
		}
		roles := s.asked()
		if s.Stage.All {
			for _, role := range roles {
				out = append(out, free(role))
			}
			continue
		}
		for i := range s.Stage.Quorum {
			if i < len(s.Stage.MustInclude) {
				out = append(out, free(s.Stage.MustInclude[i]))
			} else {
				out = append(out, free(roles...))
			}
		}
	}
	return out
}

// candidates gives the active people who hold one of the roles and are neither requester nor owner.
func (c *peopleCheck) candidates(roles []workflows.Role, requester workflows.Person, owner workflows.PersonID) []workflows.PersonID {
	var out []workflows.PersonID
	add := func(id workflows.PersonID) {
		if id != requester.ID && id != owner && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, role := range roles {
		if role == workflows.LineManager {
			if m, ok := c.roster.ManagerOf(requester.ID); ok {
				add(m.ID)
			}
			continue
		}
		for _, id := range c.holders[role] {
			add(id)
		}
	}
	return out
}

// fill says whether all seats can be taken at once, nobody sitting in two stages. A seat with at least as many candidates
// as there are seats can always be taken last, so the search is over the scarce ones only and stays small.
func fill(seats []seat) bool {
	var scarce []seat
	for _, s := range seats {
		if len(s.candidates) < len(seats) {
			scarce = append(scarce, s)
		}
	}
	slices.SortStableFunc(scarce, func(a, b seat) int { return len(a.candidates) - len(b.candidates) })
	return sit(scarce, nil)
}

// chair is a seat that is taken.
type chair struct {
	person workflows.PersonID
	at     seat
}

// sit places somebody on the first seat and tries the others, going back where that leads nowhere.
func sit(seats []seat, taken []chair) bool {
	if len(seats) == 0 {
		return true
	}
	for _, id := range seats[0].candidates {
		clash := func(c chair) bool { return c.person == id && c.at.excludes(seats[0]) }
		if !slices.ContainsFunc(taken, clash) && sit(seats[1:], append(slices.Clip(taken), chair{id, seats[0]})) {
			return true
		}
	}
	return false
}

// excludes says that nobody can sit on both.
func (s seat) excludes(other seat) bool {
	if s.stage == other.stage {
		return !s.expert
	}
	return !s.apart && !other.apart
}

// deciders gives how many different people decide at least, when only those who are always asked are asked.
func deciders(stages []StageRule) int {
	n := 0
	for _, s := range stages {
		switch {
		case s.Stage.Kind != StageDecide:
		case s.Stage.All:
			if slices.ContainsFunc(s.members, func(m memberRule) bool { return !m.member.Advice && m.always() }) {
				n++
			}
		default:
			n += s.Stage.Quorum
		}
	}
	return n
}

// comboMax bounds how many stages with a condition are looked at in all their combinations.
const comboMax = 8

// combinations gives the sets of stages that answers can bring about: stages with a condition are there or not, as far as
// pairs of them allow ("not ai" and "ai" never come together, and one of them always comes).
func (f *Flow) combinations(chain Chain) [][]StageRule {
	var maybe []int
	for i, s := range chain.Stages {
		if !s.when.always() {
			maybe = append(maybe, i)
		}
	}
	if len(maybe) > comboMax {
		return [][]StageRule{chain.Stages}
	}
	possible := f.pairs(chain, maybe)
	var out [][]StageRule
	for bits := range 1 << len(maybe) {
		on := map[int]bool{}
		for k, i := range maybe {
			on[i] = bits&(1<<k) != 0
		}
		if !slices.ContainsFunc(maybe, func(i int) bool {
			return slices.ContainsFunc(maybe, func(j int) bool { return i < j && !possible[pairKey(i, j, on[i], on[j])] })
		}) {
			out = append(out, f.with(chain, on))
		}
	}
	return out
}

func (f *Flow) with(chain Chain, on map[int]bool) []StageRule {
	var out []StageRule
	for i, s := range chain.Stages {
		if there, conditional := on[i]; !conditional || there {
			out = append(out, s)
		}
	}
	return out
}

func pairKey(i, j int, a, b bool) string { return fmt.Sprint(i, j, a, b) }

// pairs tries the answers that two conditions read and notes which outcomes come together.
func (f *Flow) pairs(chain Chain, maybe []int) map[string]bool {
	out := map[string]bool{}
	for _, i := range maybe {
		for _, j := range maybe {
			if i >= j {
				continue
			}
			f.tryPair(chain.Stages[i].when, chain.Stages[j].when, func(a, b bool) { out[pairKey(i, j, a, b)] = true })
		}
	}
	return out
}

// trialMax bounds the answers tried for one pair; above it every outcome counts as possible.
const trialMax = 5000

func (f *Flow) tryPair(a, b *expr, found func(a, b bool)) {
	values, _ := f.values(Answers{}, Facts{})
	var trials [][]any
	names := slices.Concat(a.reads, b.reads)
	slices.Sort(names)
	names = slices.Compact(names)
	n := 1
	for _, name := range names {
		options := f.trials(name)
		trials = append(trials, options)
		n *= max(len(options), 1)
	}
	if n > trialMax || slices.ContainsFunc(trials, func(t []any) bool { return len(t) == 0 }) {
		for _, x := range []bool{true, false} {
			found(x, true)
			found(x, false)
		}
		return
	}
	for trial := range n {
		rest := trial
		for k, name := range names {
			values[name] = trials[k][rest%len(trials[k])]
			rest /= len(trials[k])
		}
		found(a.strictly(values), b.strictly(values))
	}
}

// trials gives the values worth trying for a choice: each option, and for a list also none and all. Nothing for other
// variables.
func (f *Flow) trials(name string) []any {
	i := slices.IndexFunc(f.vars, func(v variable) bool { return v.name == name })
	if i < 0 || f.vars[i].options == nil {
		return nil
	}
	v := f.vars[i]
	var out []any
	if v.count == 0 {
		for _, o := range v.options {
			out = append(out, o)
		}
		return out
	}
	out = append(out, []string{}, v.options)
	for _, o := range v.options {
		out = append(out, []string{o})
	}
	return out
}
