package directory

import (
	"fmt"
	"slices"
	"strings"

	"steward/workflows"
)

// Plan is what an import of people changes.
type Plan struct {
	Source  string // hex SHA-256 of the file
	Rows    int    // people in the file
	Changes []Change
	Diffs   []Diff // one a change, for the record

	Added     int // new people
	Changed   int // people who were there before and differ
	Left      int // of those, switched off by this import
	Remanaged int // of those, with another manager
}

// Diff says what changed about a person, in ids and codes only: names, addresses and account ids do not belong in the log.
type Diff struct {
	Person workflows.PersonID `json:"person"`
	New    bool               `json:"new,omitempty"`
	Fields []string           `json:"fields,omitempty"` // columns whose value differs, sorted
	// RolesAdded, RolesRemoved, Manager and Active give the new value where the column is among Fields.
	RolesAdded   []workflows.Role    `json:"roles_added,omitempty"`
	RolesRemoved []workflows.Role    `json:"roles_removed,omitempty"`
	Manager      *workflows.PersonID `json:"manager,omitempty"`
	Active       *bool               `json:"active,omitempty"`
}

// Options change how a plan is made.
type Options struct {
	Force bool // goes on where the brake would stop
}

// brakePercent is the share of the active people who may leave or change managers in one import.
const brakePercent = 20

// BrakeError stops an import that would switch off or re-manage an unlikely share of the company.
type BrakeError struct{ Left, Remanaged, Hit, Active int }

// Error says what would happen.
func (e *BrakeError) Error() string {
	return fmt.Sprintf("the file would switch off %d and give another manager to %d of %d active people; more than %d %% in one import usually means a wrong file",
		e.Left, e.Remanaged, e.Active, brakePercent)
}

// NewPlan works out what the people read change in the directory. Nothing differs, nothing changes. The error is a
// [BrakeError], and the plan is complete beside it, for being looked at.
func NewPlan(existing []Row, in People, opts Options) (Plan, error) {
	before := make(map[workflows.PersonID]Row, len(existing))
	active := 0
	for _, r := range existing {
		before[r.ID] = r
		if r.Active {
			active++
		}
	}
	p := Plan{Source: in.Source, Rows: len(in.Rows)}
	rows := slices.Clone(in.Rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return strings.Compare(string(a.ID), string(b.ID)) })
	hit := 0
	for _, r := range rows {
		old, was := before[r.ID]
		d, differs := diff(old, r, was)
		if !differs {
			continue
		}
		c := Change{Row: r, Accounts: r.Accounts}
		if was {
			c.Before = &old
			hit += p.count(old, r)
		} else {
			p.Added++
		}
		p.Changes, p.Diffs = append(p.Changes, c), append(p.Diffs, d)
	}
	if hit*100 > active*brakePercent && !opts.Force {
		return p, &BrakeError{Left: p.Left, Remanaged: p.Remanaged, Hit: hit, Active: active}
	}
	return p, nil
}

// count enters a changed person into the sums and gives 1 where the brake counts them.
func (p *Plan) count(old, r Row) int {
	p.Changed++
	left, remanaged := old.Active && !r.Active, old.Active && old.Manager != r.Manager
	if left {
		p.Left++
	}
	if remanaged {
		p.Remanaged++
	}
	if left || remanaged {
		return 1
	}
	return 0
}

// diff compares a person as stored with the same person as read.
func diff(old, r Row, was bool) (Diff, bool) {
	d := Diff{Person: r.ID, New: !was}
	if !was {
		d.RolesAdded, d.Active = slices.Clone(r.Roles), &r.Active
		if r.Manager != "" {
			d.Manager = &r.Manager
		}
		return d, true
	}
	field := func(name string, differs bool) {
		if differs {
			d.Fields = append(d.Fields, name)
		}
	}
	field("active", old.Active != r.Active)
	field("calendar", old.Calendar != r.Calendar)
	field("department", old.Department != r.Department)
	field("email", old.Email != r.Email)
	field("entra_object_id", user(old, "teams") != user(r, "teams"))
	field("hr_id", old.HRID != r.HRID)
	field("joined_on", old.JoinedOn != r.JoinedOn)
	field("left_on", old.LeftOn != r.LeftOn)
	field("locale", old.Locale != r.Locale)
	field("manager_email", old.Manager != r.Manager)
	field("name", old.Name != r.Name)
	d.RolesAdded, d.RolesRemoved = workflows.RolesWithout(r.Roles, old.Roles), workflows.RolesWithout(old.Roles, r.Roles)
	field("roles", len(d.RolesAdded)+len(d.RolesRemoved) > 0)
	field("slack_user_id", user(old, "slack") != user(r, "slack"))
	field("time_zone", old.ZoneName != r.ZoneName)
	if old.Manager != r.Manager {
		d.Manager = &r.Manager
	}
	if old.Active != r.Active {
		d.Active = &r.Active
	}
	return d, len(d.Fields) > 0
}

// user gives the platform's id of the link that an import makes on the surface.
func user(r Row, surface string) string {
	for _, a := range r.Accounts {
		if a.ID == surface+":"+string(r.ID) {
			return a.User
		}
	}
	return ""
}
