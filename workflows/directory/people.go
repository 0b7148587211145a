package directory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"steward/workflows"
)

// Known is what a file is checked against.
type Known struct {
	People    []Row            // the directory as it is
	Roles     []workflows.Role // the roles a person can hold, of the pack in force
	Calendars []string         // the calendars of the pack in force
	Zone      string           // the organisation's zone, for people without one
	Calendar  string           // the organisation's calendar, for people without one
}

// People is a file of people that was read without a mistake.
type People struct {
	Source string // hex SHA-256 of the file
	Rows   []Row  // in the order of the file, managers resolved
	Notes  []string
}

// peopleColumns are the columns of people.csv.
func peopleColumns() columns {
	return columns{
		required: []string{"id", "email", "name"},
		optional: []string{
			"manager_email", "department", "time_zone", "locale", "calendar", "active", "roles", "slack_user_id",
			"entra_object_id", "hr_id", "joined_on", "left_on",
		},
	}
}

// ReadPeople reads people.csv: UTF-8, with or without a byte order mark, columns in any order. The error is [Problems],
// with every mistake of the file.
func ReadPeople(data []byte, known Known) (People, error) {
	f := peopleFile{table: readTable(data, peopleColumns()), known: known, stored: map[workflows.PersonID]Row{}}
	for _, r := range known.People {
		f.stored[r.ID] = r
	}
	for _, l := range f.lines {
		f.rows = append(f.rows, f.row(l))
	}
	f.unique()
	f.managers()
	f.defaults()
	if len(f.lines) == 0 && len(f.problems) == 0 {
		f.bad(0, "", "the file names nobody")
	}
	return People{Source: f.source, Rows: f.rows, Notes: f.notes}, f.problems.err()
}

// peopleFile is a people.csv on its way to being understood.
type peopleFile struct {
	table
	known  Known
	stored map[workflows.PersonID]Row
	rows   []Row // same order as lines
}

// row reads one person. What the file does not say stays as it is stored.
func (f *peopleFile) row(l line) Row {
	id := workflows.PersonID(f.id(l, "id"))
	r, was := f.stored[id]
	r.ID, r.Email, r.Name = id, f.email(l, "email"), f.text(l, "name", maxName)
	for _, column := range []string{"email", "name"} {
		if f.cell(l, column) == "" {
			f.bad(l.number, column, "is empty")
		}
	}
	if r.Erased {
		f.bad(l.number, "id", "%s was erased; whoever comes now gets an id of their own", id)
	}
	if !was {
		r.Active, r.ZoneName, r.Calendar = true, f.known.Zone, f.known.Calendar
	}
	set := func(column string, read func(column string)) {
		if f.has(column) {
			read(column)
		}
	}
	set("department", func(c string) { r.Department = f.text(l, c, maxName) })
	set("time_zone", func(c string) { r.ZoneName = f.zone(l, c, f.known.Zone) })
	set("locale", func(c string) { r.Locale = f.shaped(l, c, f.shapes.locale, "write it as en-GB") })
	set("calendar", func(c string) { r.Calendar = f.calendar(l, c) })
	set("active", func(c string) { r.Active = f.yes(l, c) })
	set("roles", func(c string) { r.Roles = f.roles(l, c) })
	set("hr_id", func(c string) { r.HRID = f.text(l, c, maxShort) })
	set("joined_on", func(c string) { r.JoinedOn = f.date(l, c) })
	set("left_on", func(c string) { r.LeftOn = f.date(l, c) })
	if r.LeftOn != "" && r.LeftOn < r.JoinedOn {
		f.bad(l.number, "left_on", "%s is before joined_on %s", r.LeftOn, r.JoinedOn)
	}
	r.Accounts = f.accounts(l, r)
	return r
}

func (f *peopleFile) calendar(l line, column string) string {
	s := f.text(l, column, maxShort)
	if s == "" {
		return f.known.Calendar
	}
	return s
}

// roles reads role names separated by semicolons.
func (f *peopleFile) roles(l line, column string) []workflows.Role {
	var out []workflows.Role
	for _, name := range strings.FieldsFunc(f.cell(l, column), func(r rune) bool { return r == ';' || r == ' ' }) {
		role := workflows.Role(strings.ToLower(name))
		switch {
		case role == workflows.LineManager || role == workflows.Owner || role == workflows.Requester:
			f.bad(l.number, column, "%q is worked out for each request and held by nobody", name)
		case !slices.Contains(f.known.Roles, role):
			f.bad(l.number, column, "role %q is not in the policy; it knows %s", shorten(name), f.roleNames())
		default:
			out = append(out, role)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (f *peopleFile) roleNames() string {
	names := make([]string, len(f.known.Roles))
	for i, r := range f.known.Roles {
		names[i] = string(r)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// accounts gives the stored accounts with those the file names in their place.
func (f *peopleFile) accounts(l line, r Row) []workflows.Account {
	out := slices.Clone(r.Accounts)
	for _, a := range []workflows.Account{
		{Surface: "slack", User: f.shaped(l, "slack_user_id", f.shapes.slack, "it looks like U0QPQXEYBAK")},
		{Surface: "teams", User: f.entra(l, "entra_object_id")},
	} {
		if a.User == "" || r.ID == "" {
			continue
		}
		a.ID, a.Person, a.Confirmed, a.Proof = a.Surface+":"+string(r.ID), r.ID, true, workflows.ProofImport
		if i := slices.IndexFunc(out, func(b workflows.Account) bool { return b.ID == a.ID }); i >= 0 {
			if out[i].User == a.User {
				a.Tenant = out[i].Tenant // the surface has filled it in
			}
			out[i] = a
			continue
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b workflows.Account) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// entra gives an object id of Entra, whose letters may be written large or small.
func (f *peopleFile) entra(l line, column string) string {
	s := strings.ToLower(f.cell(l, column))
	if s != "" && !f.shapes.entra.MatchString(s) {
		f.bad(l.number, column, "%q is wrong; it looks like 53035275-6437-4edb-ba8a-ebeeefdcb474", shorten(s))
		return ""
	}
	return s
}

// defaults says what was filled in for people without zone or known calendar.
func (f *peopleFile) defaults() {
	zones, calendars := 0, map[string]int{}
	for i, l := range f.lines {
		if f.has("time_zone") && f.cell(l, "time_zone") == "" {
			zones++
		}
		if c := f.rows[i].Calendar; c != "" && len(f.known.Calendars) > 0 && !slices.Contains(f.known.Calendars, c) {
			calendars[c]++
		}
	}
	if zones > 0 {
		f.notes = append(f.notes, fmt.Sprintf("%d without time_zone: %s is used", zones, f.known.Zone))
	}
	for _, c := range slices.Sorted(maps.Keys(calendars)) {
		f.notes = append(f.notes, fmt.Sprintf("calendar %q is not in the policy: the default one is used (%d people)", c, calendars[c]))
	}
}
