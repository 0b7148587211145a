package workflows

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// PersonID is our own id of a person; it outlives every account.
type PersonID string

// System is the actor of timers and of Steward itself.
const System PersonID = "system"

// Role is a policy role a person holds, or a relation worked out for each subject.
type Role string

// Roles that code and its tests refer to. The pack names these and all others.
const (
	LineManager Role = "line_manager" // a relation
	Owner       Role = "owner"        // a relation
	Requester   Role = "requester"    // a relation

	ComplianceLead  Role = "compliance_lead"
	TopManagement   Role = "top_management"
	Administrator   Role = "administrator"
	InternalAuditor Role = "internal_auditor"
	ExternalAuditor Role = "external_auditor"
	LegalCounsel    Role = "legal_counsel"
	AIGovernance    Role = "ai_governance_lead"
	SupplierManager Role = "supplier_manager"
)

// Person is one human, however many accounts.
type Person struct {
	ID         PersonID
	Name       string
	Email      string
	Manager    PersonID // empty for the top
	Department string
	Locale     string
	Roles      []Role // sorted
	Active     bool
	JoinedOn   string // 2006-01-02 or empty
	LeftOn     string // 2006-01-02 or empty
	Hours      Hours  // working hours in the person's zone and calendar
}

// PeopleFilter narrows a list of people. The zero value means all who are active.
type PeopleFilter struct {
	Text      string // in name or id, folded
	Addresses bool   // Text may be in the address as well: only for who may read addresses, for a part tells whose it is
	Role      Role
	Manager   PersonID // whom this person manages
	Left      bool     // those who have left or are switched off, instead of those who are active
	After     PersonID // keyset: id of the last row of the page before
	Limit     int      // 1 to 200; 0 means 50
}

// RolesWithout gives those of the roles that are not among the others, in their order.
func RolesWithout(roles, others []Role) []Role {
	var out []Role
	for _, r := range roles {
		if !slices.Contains(others, r) {
			out = append(out, r)
		}
	}
	return out
}

// Words gives the role in plain words, for where no policy is at hand that has a label for it: "AI governance lead".
func (r Role) Words() string {
	parts := strings.Split(string(r), "_")
	for i, p := range parts {
		switch p {
		case "ai", "bcm", "ciso", "dpo", "hr", "it":
			parts[i] = strings.ToUpper(p)
		}
	}
	return strings.Join(parts, " ")
}

// Has says whether the person holds the role.
func (p Person) Has(role Role) bool { return slices.Contains(p.Roles, role) }

// HasAny says whether the person holds one of the roles.
func (p Person) HasAny(roles ...Role) bool { return slices.ContainsFunc(roles, p.Has) }

// Zone is the person's time zone; UTC where none is known.
func (p Person) Zone() *time.Location {
	if p.Hours.Zone == nil {
		return time.UTC
	}
	return p.Hours.Zone
}

// Delegation says that To acts for From between two instants. Depth is one: a delegate's own delegation does not count.
type Delegation struct {
	ID       string
	From, To PersonID
	Starts   time.Time // inclusive
	Ends     time.Time // exclusive
	NamedAt  time.Time // a delegate must have been named before the request came in, unless open work was handed over
	Reason   string
	HandOver bool // open work is handed over too, not only what comes
}

// Covers says whether the delegation is in force at t.
func (d Delegation) Covers(t time.Time) bool { return !t.Before(d.Starts) && t.Before(d.Ends) }

// Roster is the people concerned at one moment: a slice of the directory, loaded in the transaction that uses it. It holds
// the people named in thing and event, three managers up from each, the holders of the roles concerned and their delegates.
// The zero value is empty and usable.
type Roster struct {
	people      map[PersonID]Person
	ids         []PersonID   // sorted
	delegations []Delegation // sorted by id
}

// NewRoster makes a roster; order does not matter, the last entry of an id counts.
func NewRoster(people []Person, delegations []Delegation) Roster {
	m := make(map[PersonID]Person, len(people))
	ids := make([]PersonID, 0, len(people))
	for _, p := range people {
		if _, twice := m[p.ID]; !twice {
			ids = append(ids, p.ID)
		}
		m[p.ID] = p
	}
	slices.Sort(ids)
	delegations = slices.Clone(delegations)
	slices.SortStableFunc(delegations, func(a, b Delegation) int { return cmp.Compare(a.ID, b.ID) })
	return Roster{people: m, ids: ids, delegations: delegations}
}

// Person gives a person of the roster.
func (r Roster) Person(id PersonID) (Person, bool) { p, ok := r.people[id]; return p, ok }

// Name gives the person's name, or the id where the roster does not have them or the name was erased.
func (r Roster) Name(id PersonID) string {
	if p, ok := r.people[id]; ok && p.Name != "" {
		return p.Name
	}
	if id == System {
		return "Steward"
	}
	return string(id)
}

// All gives everyone, ordered by id.
func (r Roster) All() []Person {
	out := make([]Person, 0, len(r.ids))
	for _, id := range r.ids {
		out = append(out, r.people[id])
	}
	return out
}

// Active says whether the person is known and active.
func (r Roster) Active(id PersonID) bool { p, ok := r.people[id]; return ok && p.Active }

// Holders gives the active holders of a policy role, ordered by id. Relations (line_manager, owner) have no holders here.
func (r Roster) Holders(role Role) []Person {
	var out []Person
	for _, id := range r.ids {
		if p := r.people[id]; p.Active && p.Has(role) {
			out = append(out, p)
		}
	}
	return out
}

// ManagerOf gives the nearest active manager above the person, at most three levels up: a manager who has left is passed
// over. ok is false where there is none.
func (r Roster) ManagerOf(id PersonID) (Person, bool) {
	p, ok := r.people[id]
	seen := map[PersonID]bool{id: true}
	for range 3 {
		if !ok || p.Manager == "" || seen[p.Manager] {
			return Person{}, false
		}
		seen[p.Manager] = true
		p, ok = r.people[p.Manager]
		if ok && p.Active {
			return p, true
		}
	}
	return Person{}, false
}

// DelegateOf gives the delegation in force at t for the person, if any; the first by id where there are several.
func (r Roster) DelegateOf(id PersonID, t time.Time) (Delegation, bool) {
	for _, d := range r.delegations {
		if d.From == id && d.Covers(t) {
			return d, true
		}
	}
	return Delegation{}, false
}

// DelegatorsOf gives the delegations in force at t that name the person as delegate, ordered by id.
func (r Roster) DelegatorsOf(id PersonID, t time.Time) []Delegation {
	var out []Delegation
	for _, d := range r.delegations {
		if d.To == id && d.Covers(t) {
			out = append(out, d)
		}
	}
	return out
}
