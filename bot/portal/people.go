package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"steward/workflows"
)

// peoplePage is the list of people, with what narrows it.
type peoplePage struct {
	Head    pageHead
	Filters filterBar
	Table   table
	Empty   emptyState
	Pager   pager
}

// Bounds of the lists on a person's page.
const (
	maxReports = 50
	maxHeld    = 20
)

// people lists who is in the directory. Everybody sees who there is; roles, and who has left, are for those who
// administer it.
func (p *Portal) people(w http.ResponseWriter, r *http.Request, v visit) error {
	q := narrowing(r)
	open := workflows.SeesProfile(v.Person, "")
	f := workflows.PeopleFilter{Text: q.Get("text"), After: workflows.PersonID(q.Get("after")), Limit: pageSize}
	if open {
		f.Role, f.Left, f.Addresses = workflows.Role(q.Get("role")), q.Get("left") == "1", true
	}
	if len(f.Text) > maxTyped || len(f.Role) > 100 || len(f.After) > maxTyped {
		return noSuchList("people")
	}
	if f.After != "" && !open { // what comes after somebody who has left would tell who they were
		after, err := p.person(r.Context(), f.After)
		if err != nil {
			return err
		}
		if !after.Active {
			return errUnknown
		}
	}
	rows, next, err := p.cfg.Directory.PeopleRows(r.Context(), f)
	if err != nil {
		return err
	}
	keep := func(name, value string) string {
		return changedPath("/people", []string{"text", "role", "left"}, q, name, value)
	}
	page := peoplePage{Head: pageHead{Title: "People"}, Filters: peopleFilters(f, open)}
	page.Empty = emptyState{"Nobody fits.", &link{"/people", "Show all"}}
	if page.Table, err = p.peopleTable(r, rows, open); err != nil {
		return err
	}
	page.Pager = pager{FirstLabel: "From the start", NextLabel: "Go on"}
	if next != "" {
		page.Pager.Next = keep("after", string(next))
	}
	if f.After != "" {
		page.Pager.First = keep("after", "")
	}
	return p.show(w, r, v, http.StatusOK, "people", page)
}

func peopleFilters(f workflows.PeopleFilter, open bool) filterBar {
	bar := filterBar{Path: "/people", Label: "Find people", Fields: []filterField{
		{Kind: "search", Name: "text", Label: "Name or id", Value: f.Text},
	}}
	if open {
		bar.Fields[0].Label = "Name, address or id"
		roles := []option{{"", "Any role"}}
		for _, role := range namedRoles() {
			roles = append(roles, option{string(role), sentence(role.Words())})
		}
		if !offered(roles, string(f.Role)) {
			roles = append(roles, option{string(f.Role), sentence(f.Role.Words())})
		}
		left := filterField{Kind: "check", Name: "left", Label: "Those who have left"}
		if f.Left {
			left.Value = "1"
		}
		bar.Fields = append(bar.Fields, filterField{Kind: "select", Name: "role", Label: "Role", Value: string(f.Role), Options: roles}, left)
	}
	if f.Text != "" || f.Role != "" || f.Left {
		bar.Clear = "/people"
	}
	return bar
}

// namedRoles are the roles that a list of people can be narrowed to; others by their name in the address.
func namedRoles() []workflows.Role {
	return []workflows.Role{
		workflows.AIGovernance, workflows.Administrator, "ciso", workflows.ComplianceLead, "dpo", workflows.ExternalAuditor,
		workflows.InternalAuditor, workflows.LegalCounsel, workflows.TopManagement,
	}
}

func (p *Portal) peopleTable(r *http.Request, rows []workflows.Person, open bool) (table, error) {
	var managers []workflows.PersonID
	for _, who := range rows {
		managers = append(managers, who.Manager)
	}
	roster, err := p.named(r, managers)
	if err != nil {
		return table{}, err
	}
	out := table{Label: "People", Columns: []column{{Label: "Name", Kind: columnMain}, {Label: "Department"}, {Label: "Manager"}}}
	if open {
		out.Columns = append(out.Columns, column{Label: "Roles"})
	}
	for _, who := range rows {
		manager := personCell(roster, who.Manager)
		line := []cell{{Person: who.Name, Path: personPath(who.ID)}, {Text: who.Department}, {Text: manager.Person, Path: manager.Path}}
		if open {
			line = append(line, cell{Text: rolesText(who.Roles)})
		}
		out.Rows = append(out.Rows, tableRow{Cells: line})
	}
	return out, nil
}

func rolesText(roles []workflows.Role) string {
	out := make([]string, 0, len(roles))
	for _, role := range roles {
		out = append(out, role.Words())
	}
	slices.Sort(out)
	return sentence(strings.Join(out, ", "))
}

func personPath(id workflows.PersonID) string { return "/people/" + url.PathEscape(string(id)) }
