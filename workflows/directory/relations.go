package directory

import (
	"slices"
	"strings"

	"steward/workflows"
)

// unique checks what may be there once only, in the file and beside those of the directory who are not in the file.
func (f *peopleFile) unique() {
	lines := map[string]int{} // what -> line
	once := func(l line, column, key, shown string) {
		if key == "" {
			return
		}
		if first, twice := lines[column+"\x00"+key]; twice {
			f.bad(l.number, column, "%q stands in line %d already", shorten(shown), first)
			return
		}
		lines[column+"\x00"+key] = l.number
	}
	for i, l := range f.lines {
		once(l, "id", string(f.rows[i].ID), string(f.rows[i].ID))
		once(l, "email", emailKey(f.rows[i].Email), f.rows[i].Email)
		once(l, "slack_user_id", f.cell(l, "slack_user_id"), f.cell(l, "slack_user_id"))
		once(l, "entra_object_id", strings.ToLower(f.cell(l, "entra_object_id")), f.cell(l, "entra_object_id"))
	}
	f.uniqueBesideStored()
}

// uniqueBesideStored refuses an address or an account that belongs to somebody else: nobody takes over a person by a typo.
func (f *peopleFile) uniqueBesideStored() {
	inFile := f.inFile()
	emails, accounts := map[string]workflows.PersonID{}, map[string]workflows.PersonID{}
	keep := func(who workflows.PersonID, kept []workflows.Account) {
		for _, a := range kept {
			accounts[a.Surface+"\x00"+a.User] = who
		}
	}
	for _, r := range f.known.People {
		if !inFile[r.ID] {
			emails[emailKey(r.Email)] = r.ID
			keep(r.ID, r.Accounts)
		}
	}
	for i, l := range f.lines { // links of people in the file that their line does not name again
		keep(f.rows[i].ID, slices.DeleteFunc(slices.Clone(f.rows[i].Accounts), func(a workflows.Account) bool { return f.names(l, a) }))
	}
	for i, l := range f.lines {
		r := f.rows[i]
		if other, taken := emails[emailKey(r.Email)]; taken && r.Email != "" {
			f.bad(l.number, "email", "%q belongs to %s in the directory, who is not in this file", r.Email, other)
		}
		for _, a := range r.Accounts {
			if other, taken := accounts[a.Surface+"\x00"+a.User]; taken && other != r.ID && f.names(l, a) {
				f.bad(l.number, "", "the %s account %s belongs to %s in the directory; give %s their own one in the same file",
					a.Surface, a.User, other, other)
			}
		}
	}
}

// names says that the line itself gives the account.
func (f *peopleFile) names(l line, a workflows.Account) bool {
	return a.User != "" && (a.User == f.cell(l, "slack_user_id") || a.User == strings.ToLower(f.cell(l, "entra_object_id")))
}

func (f *peopleFile) inFile() map[workflows.PersonID]bool {
	out := make(map[workflows.PersonID]bool, len(f.rows))
	for _, r := range f.rows {
		out[r.ID] = true
	}
	return out
}

// managers turns addresses into people: of the file, or else of the directory.
func (f *peopleFile) managers() {
	if !f.has("manager_email") {
		return
	}
	byEmail := map[string]workflows.PersonID{}
	inFile := f.inFile()
	for _, r := range f.known.People {
		if !inFile[r.ID] {
			byEmail[emailKey(r.Email)] = r.ID
		}
	}
	for _, r := range f.rows {
		if r.Email != "" {
			byEmail[emailKey(r.Email)] = r.ID
		}
	}
	for i, l := range f.lines {
		email := f.email(l, "manager_email")
		f.rows[i].Manager = byEmail[emailKey(email)]
		switch {
		case email == "":
			f.rows[i].Manager = ""
		case f.rows[i].Manager == "":
			f.bad(l.number, "manager_email", "nobody has the address %q, in this file or in the directory", shorten(email))
		case f.rows[i].Manager == f.rows[i].ID:
			f.bad(l.number, "manager_email", "%s would be their own manager", f.rows[i].ID)
			f.rows[i].Manager = ""
		}
	}
	f.cycles()
}

// cycles reports each ring of managers once, at its first line in the file.
func (f *peopleFile) cycles() {
	manager := map[workflows.PersonID]workflows.PersonID{}
	for _, r := range f.known.People {
		manager[r.ID] = r.Manager
	}
	for _, r := range f.rows {
		manager[r.ID] = r.Manager
	}
	seen := map[workflows.PersonID]int{} // the walk that came by first
	for i, r := range f.rows {
		var path []workflows.PersonID
		for id := r.ID; id != "" && seen[id] == 0; id = manager[id] {
			seen[id] = i + 1
			path = append(path, id)
		}
		if len(path) == 0 {
			continue
		}
		next := manager[path[len(path)-1]]
		at := slices.Index(path, next)
		if at < 0 || seen[next] != i+1 {
			continue
		}
		ring := path[at:]
		names := make([]string, len(ring)+1)
		for j := range names {
			names[j] = string(ring[j%len(ring)])
		}
		f.bad(f.lines[f.firstOf(ring)].number, "manager_email", "managers go in a circle: %s", strings.Join(names, " reports to "))
	}
}

// firstOf gives the place of the first row of the file that is in the ring.
func (f *peopleFile) firstOf(ring []workflows.PersonID) int {
	return max(0, slices.IndexFunc(f.rows, func(r Row) bool { return slices.Contains(ring, r.ID) }))
}
