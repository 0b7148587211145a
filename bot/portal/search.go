package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// How much of each kind is found at once.
const (
	foundRequests = 10
	foundSystems  = 10
	foundPeople   = 10
	foundControls = 20
)

// searchPage is what was found, by kind.
type searchPage struct {
	Text     string
	Filters  filterBar
	Requests table
	All      string // address of the list with every request that fits; empty where all of them are here
	Systems  table
	Register string // address of the register with every entry that fits; empty where all of them are here
	People   table
	Controls table
	Empty    emptyState
}

// Found says whether anything was.
func (s searchPage) Found() bool {
	return len(s.Requests.Rows)+len(s.Systems.Rows)+len(s.People.Rows)+len(s.Controls.Rows) > 0
}

// search finds requests by id and title, which is the tool, AI systems by tool and vendor, people by name and id, and controls by their number. An id leads on to
// its page. Only what the visitor may see is found.
func (p *Portal) search(w http.ResponseWriter, r *http.Request, v visit) error {
	text := strings.TrimSpace(card.Clean(r.URL.Query().Get("q")))
	if len(text) > maxTyped {
		return refuse(http.StatusBadRequest, "This is too long to find", "Look for a few words, or for an id such as AIR-42.")
	}
	if path := p.meantByID(r, v, text); path != "" {
		return p.see(w, r, v, path, "")
	}
	page := searchPage{Text: text, Filters: filterBar{Path: "/search", Label: "What to find", Submit: "Find", Fields: []filterField{
		{Kind: "search", Name: "q", Label: "Id, tool, person or control", Value: text},
	}}, Empty: nothingFound(text)}
	if text == "" {
		return p.show(w, r, v, http.StatusOK, "search", page)
	}
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return err
	}
	if err := p.findRequests(r, v, flows, &page); err != nil {
		return err
	}
	if err := p.findSystems(r, v, flows, &page); err != nil {
		return err
	}
	people, err := p.findPeople(r, v, text, foundPeople)
	if err != nil {
		return err
	}
	page.People = peopleFound(people)
	page.Controls = controlsFound(flows, text)
	return p.show(w, r, v, http.StatusOK, "search", page)
}

func (p *Portal) findRequests(r *http.Request, v visit, flows []*policy.Flow, page *searchPage) error {
	rows, next, err := p.cfg.Requests.RequestRows(r.Context(), v.Person, workflows.RequestFilter{Text: page.Text, Limit: foundRequests})
	if err != nil {
		return err
	}
	if next != "" {
		page.All = "/requests?" + url.Values{"text": {page.Text}}.Encode()
	}
	page.Requests, err = p.requestTable(r, v, rows, flows)
	return err
}

func (p *Portal) findSystems(r *http.Request, v visit, flows []*policy.Flow, page *searchPage) error {
	rows, next, err := p.cfg.Register.SystemRows(r.Context(), workflows.SystemFilter{Text: page.Text, Limit: foundSystems})
	if err != nil {
		return err
	}
	if next != "" {
		page.Register = registerList(url.Values{}, "text", page.Text)
	}
	page.Systems, err = p.systemTable(r, v, rows, flows)
	return err
}

func peopleFound(people []workflows.Person) table {
	out := table{Label: "People", Columns: []column{{Label: "Name", Kind: columnMain}, {Label: "Department", Kind: columnQuiet}}}
	for _, who := range people {
		out.Rows = append(out.Rows, tableRow{Cells: []cell{{Person: who.Name, Path: personPath(who.ID)}, {Text: who.Department}}})
	}
	return out
}

// controlsFound gives the controls and clauses whose number contains the text, with what serves them in the policy in force.
func controlsFound(flows []*policy.Flow, text string) table {
	out := table{Label: "Controls", Columns: []column{{Label: "Control", Kind: columnID}, {Label: "Served by", Kind: columnMain}, {Label: "In", Kind: columnQuiet}}}
	if !strings.ContainsAny(text, "0123456789") {
		return out // words are no numbers of controls, and "a" would be in all of them
	}
	type use struct{ control, by, flow string }
	var found []use
	for _, f := range flows {
		for _, q := range f.Questions {
			for _, id := range q.Serves {
				found = append(found, use{id, q.Label, f.Title})
			}
		}
		for _, rule := range f.Rules {
			for _, id := range rule.Refs {
				found = append(found, use{id, rule.Reason, f.Title})
			}
		}
	}
	found = slices.DeleteFunc(found, func(u use) bool { return !strings.Contains(strings.ToLower(u.control), strings.ToLower(text)) })
	slices.SortStableFunc(found, func(a, b use) int { return strings.Compare(a.control, b.control) })
	found = slices.Compact(found)
	for _, u := range found[:min(len(found), foundControls)] {
		out.Rows = append(out.Rows, tableRow{Cells: []cell{{Text: u.control}, {Text: u.by}, {Text: u.flow}}})
	}
	return out
}
