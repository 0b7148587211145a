package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"steward/workflows"
)

// Finding is one thing [CheckPeople] has to say about a pack and the people of an organisation.
type Finding struct {
	// Fatal says that nobody's request can pass there. Else somebody's request needs a person from outside the chain, named
	// by compliance lead, top management or administrator, with the reason on record.
	Fatal bool
	Text  string
}

// String gives "error: ..." or "warning: ...".
func (f Finding) String() string {
	if f.Fatal {
		return "error: " + f.Text
	}
	return "warning: " + f.Text
}

// CheckPeople says whether every stage of every tier can be filled by enough independent people, whoever asks and whoever
// is the owner: neither decides, and nobody fills two stages; and whether somebody can allow a use in an emergency. It looks
// first at each role by itself, then, for what is left, at each combination of stages that answers can bring about, with all
// members asked. Only active people count; absences are what delegates are for. Errors come first.
func CheckPeople(p *Pack, people []workflows.Person) []Finding {
	c := peopleCheck{pack: p, roster: workflows.NewRoster(people, nil), holders: map[workflows.Role][]workflows.PersonID{}}
	for _, one := range c.roster.All() {
		if !one.Active {
			continue
		}
		c.active = append(c.active, one)
		for _, role := range one.Roles {
			c.holders[role] = append(c.holders[role], one.ID)
		}
	}
	c.unknownRoles()
	c.roles()
	c.managers()
	c.emergencies()
	for _, f := range p.flows {
		for _, chain := range f.Chains {
			c.together(f, chain)
		}
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		switch {
		case a.Fatal == b.Fatal:
			return 0
		case a.Fatal:
			return -1
		}
		return 1
	})
	return c.found
}

type peopleCheck struct {
	pack    *Pack
	roster  workflows.Roster
	active  []workflows.Person // by id
	holders map[workflows.Role][]workflows.PersonID
	found   []Finding
}

func (c *peopleCheck) fatal(format string, args ...any) {
	c.found = append(c.found, Finding{Fatal: true, Text: fmt.Sprintf(format, args...)})
}

func (c *peopleCheck) warn(format string, args ...any) {
	c.found = append(c.found, Finding{Text: fmt.Sprintf(format, args...)})
}

// unknownRoles reports roles that people hold and the pack does not know: most often a slip of the pen.
func (c *peopleCheck) unknownRoles() {
	for _, role := range slices.Sorted(maps.Keys(c.holders)) {
		if info, ok := c.pack.Role(role); !ok || info.Relation {
			c.warn("The role %q, held by %s, is not one the pack knows as held by name.", string(role), c.names(c.holders[role], "and"))
		}
	}
}

// use is where a role is asked, and how many of its holders at once.
type use struct {
	need   int
	places []string // "New AI use: experts"
}

// uses gathers the roles of all stages of the pack, members that are switched off left out.
func (c *peopleCheck) uses() map[workflows.Role]*use {
	out := map[workflows.Role]*use{}
	for _, f := range c.pack.flows {
		for _, chain := range f.Chains {
			for _, s := range chain.Stages {
				gather(out, f.Title+": "+s.Stage.Key, s)
			}
		}
	}
	return out
}

// gather adds the roles of one stage. Where several roles share a quorum, one holder of each is what it needs.
func gather(out map[workflows.Role]*use, place string, s StageRule) {
	roles := s.asked()
	for _, role := range roles {
		if out[role] == nil {
			out[role] = &use{need: 1}
		}
		if !s.Stage.All && len(roles) == 1 {
			out[role].need = max(out[role].need, s.Stage.Quorum)
		}
		if !slices.Contains(out[role].places, place) {
			out[role].places = append(out[role].places, place)
		}
	}
}

// asked gives the roles of a stage that can be asked at all.
func (s StageRule) asked() []workflows.Role {
	var out []workflows.Role
	for _, m := range s.members {
		if m.off == "" {
			out = append(out, m.member.Role)
		}
	}
	return out
}

// roles looks at each role by itself. Two people can fall out of one request, the requester and the owner: a role is safe
// with two holders more than it needs.
func (c *peopleCheck) roles() {
	uses := c.uses()
	for _, role := range slices.Sorted(maps.Keys(uses)) {
		info, _ := c.pack.Role(role)
		if info.Relation {
			continue
		}
		u, held := uses[role], c.holders[role]
		where := strings.Join(u.places, "; ")
		switch spare := len(held) - u.need; {
		case spare < 0 && len(held) == 0:
			c.fatal("%s: no active person holds the role (%s).", info.Label, where)
		case spare < 0:
			c.fatal("%s: %d must decide together, and only %s can (%s).", info.Label, u.need, c.names(held, "and"), where)
		case spare == 0 && len(held) == 1:
			c.warn("%s: %s is the only one; a request they make or own needs somebody from outside (%s).", info.Label,
				c.names(held, "and"), where)
		case spare == 0:
			c.warn("%s: all of %s are needed; a request one of them makes or owns needs somebody from outside (%s).", info.Label,
				c.names(held, "and"), where)
		case spare == 1:
			c.warn("%s: only %s; a request that one of them makes and another owns needs somebody from outside (%s).", info.Label,
				c.names(held, "and"), where)
		}
	}
}

// managers looks at the line managers, of whom everybody has one at most.
func (c *peopleCheck) managers() {
	u := c.uses()[workflows.LineManager]
	if u == nil {
		return
	}
	where := strings.Join(u.places, "; ")
	var none []workflows.PersonID
	for _, p := range c.active {
		if _, ok := c.roster.ManagerOf(p.ID); !ok {
			none = append(none, p.ID)
		}
	}
	if len(none) == len(c.active) {
		c.fatal("Line manager: nobody has an active one (%s).", where)
		return
	}
	if len(none) > 0 {
		c.warn("Line manager: %s %s no active one; their requests need somebody from outside (%s).", c.names(none, "and"),
			verb(len(none), "has", "have"), where)
	}
	c.warn("Line manager: a request whose owner is the requester's line manager needs somebody from outside (%s).", where)
}

// emergencies looks at who may allow a use before it is decided on: neither who asks for it nor its owner, and nobody is named
// in their place.
func (c *peopleCheck) emergencies() {
	for _, f := range c.pack.flows {
		if f.Emergency == nil {
			continue
		}
		info, _ := c.pack.Role(f.Emergency.Approver)
		switch held := c.holders[f.Emergency.Approver]; {
		case info.Relation:
		case len(held) == 0:
			c.warn("%s: no active person holds the role, so nothing can be allowed in an emergency (%s).", info.Label, f.Title)
		case len(held) == 1:
			c.warn("%s: %s is the only one; what they ask for or own cannot be allowed in an emergency (%s).", info.Label,
				c.names(held, "and"), f.Title)
		}
	}
}

func (c *peopleCheck) names(ids []workflows.PersonID, last string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = c.roster.Name(id)
	}
	return some(out, ", ", " "+last+" ")
}

// some joins up to five texts and counts the others.
func some(list []string, between, last string) string {
	const most = 5
	if more := len(list) - most; more > 0 {
		return fmt.Sprintf("%s%sand %d more", strings.Join(list[:most], between), between, more)
	}
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], between) + last + list[n-1]
	}
	return strings.Join(list, "")
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
