package portal

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// profilePage is one person.
type profilePage struct {
	Head     pageHead
	Facts    []fact
	Open     bool // roles and accounts are for the visitor's eyes
	Own      bool
	Accounts table
	Manages  table
	Owns     table
	Systems  table
	Waits    *dutiesPage // nil where it is not for the visitor's eyes
	Record   string      // address of what the person did; empty where the visitor does not read it all
	Change   string      // the page where one changes one's own accounts
}

// profile shows a person: to everybody name, department and manager; to themself, administrators and compliance leads
// roles, accounts and what waits for them, too. What a person owns is shown as far as the visitor may see it.
func (p *Portal) profile(w http.ResponseWriter, r *http.Request, v visit) error {
	id := workflows.PersonID(r.PathValue("person"))
	if len(id) > maxTyped {
		return errUnknown
	}
	roster, err := p.cfg.People.People(r.Context(), []workflows.PersonID{id}, nil, p.cfg.Business())
	if err != nil {
		return err
	}
	who, ok := roster.Person(id)
	page := profilePage{Open: workflows.SeesProfile(v.Person, id), Own: v.Person.ID == id, Change: view.PathAccounts}
	if !ok || !who.Active && !page.Open {
		return errUnknown
	}
	page.Head = pageHead{Title: roster.Name(id)}
	if !who.Active {
		page.Head.Mark = &card.Mark{Text: "Has left"}
	}
	page.Facts = p.profileFacts(v, who, roster, page.Open)
	if workflows.SeesAll(v.Person) {
		page.Record = "/record?who=" + url.QueryEscape(string(id))
	}
	if err := p.profileLists(r, v, who, &page); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "profile", page)
}

func (p *Portal) profileFacts(v visit, who workflows.Person, roster workflows.Roster, open bool) []fact {
	var out []fact
	add := func(label string, c cell) {
		if !reflect.ValueOf(c).IsZero() {
			out = append(out, fact{Label: label, Cell: c})
		}
	}
	add("Department", cell{Text: who.Department})
	add("Manager", personCell(roster, who.Manager))
	if !open {
		return out
	}
	roles := rolesText(who.Roles)
	if roles == "" {
		roles = "None"
	}
	add("Roles", cell{Text: roles})
	add("E-mail", cell{Text: who.Email})
	c := p.clock(v)
	add("Joined", cell{Text: c.day(who.JoinedOn)})
	add("Left", cell{Text: c.day(who.LeftOn)})
	add("Time zone", cell{Text: zoneWord(who.Zone())})
	add("Id", cell{Code: string(who.ID)})
	return out
}

// profileLists fills the lists of a person's page.
func (p *Portal) profileLists(r *http.Request, v visit, who workflows.Person, page *profilePage) error {
	reports, _, err := p.cfg.Directory.PeopleRows(r.Context(), workflows.PeopleFilter{Manager: who.ID, Limit: maxReports})
	if err != nil {
		return err
	}
	page.Manages = table{Label: "Whom they manage", Columns: []column{{Label: "Name", Kind: columnMain}, {Label: "Department"}}}
	for _, one := range reports {
		page.Manages.Rows = append(page.Manages.Rows, tableRow{Cells: []cell{{Person: one.Name, Path: personPath(one.ID)}, {Text: one.Department}}})
	}
	owned, _, err := p.cfg.Requests.RequestRows(r.Context(), v.Person, workflows.RequestFilter{Owner: who.ID, Limit: maxHeld})
	if err != nil {
		return err
	}
	c := p.clock(v)
	page.Owns = table{Label: "What they own", Columns: []column{
		{Label: "Id", Kind: columnID}, {Label: "What", Kind: columnMain}, {Label: "State", Kind: columnMark}, {Label: "Sent", Kind: columnWhen},
	}}
	for _, row := range owned {
		path, mark := pathTo(workflows.RequestRef(row.ID)), statusMark(row.Status)
		page.Owns.Rows = append(page.Owns.Rows, tableRow{Cells: []cell{
			{Text: row.ID, Path: path}, {Text: row.Title, Path: path}, {Mark: &mark}, {When: c.at(row.SentAt)},
		}})
	}
	if page.Systems, err = p.systemsOf(r, v, who.ID); err != nil {
		return err
	}
	if page.Waits, err = p.dutiesOf(r, v, who.ID); err != nil || !page.Open {
		return err
	}
	page.Accounts, err = p.accountTable(r, v, who)
	return err
}

// systemsOf lists the entries of the AI register that a person owns, for those who may see the requests that brought them there.
func (p *Portal) systemsOf(r *http.Request, v visit, owner workflows.PersonID) (table, error) {
	rows, _, err := p.cfg.Register.SystemRows(r.Context(), workflows.SystemFilter{Owner: owner, Limit: maxHeld})
	if err != nil || len(rows) == 0 {
		return table{}, err
	}
	var requests []string
	for _, row := range rows {
		requests = append(requests, row.Request)
	}
	may, err := p.cfg.Watch.read.ReadableRequests(r.Context(), v.Person, requests)
	if err != nil {
		return table{}, err
	}
	rows = slices.DeleteFunc(rows, func(row workflows.SystemRow) bool { return !slices.Contains(may, row.Request) })
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return table{}, err
	}
	return p.systemTable(r, v, rows, flows)
}

// dutiesPage is what waits for a person and why, as far as the visitor may read it.
type dutiesPage struct {
	Lead []string
	List []dutyLine
	Away []string
}

// dutyLine is one thing that waits.
type dutyLine struct {
	ID, Path, Title string
	Due             when
	Lines           []string // what is asked, why of them, what comes next
}

// dutiesOf explains what waits for a person; nil where that is not for the visitor's eyes.
func (p *Portal) dutiesOf(r *http.Request, v visit, of workflows.PersonID) (*dutiesPage, error) {
	d, ok, err := p.cfg.Explain.Duties(r.Context(), v.who(""), of)
	if err != nil || !ok {
		return nil, err
	}
	c := p.clock(v)
	out := &dutiesPage{Lead: d.Lead(), Away: d.AwayLines()}
	for _, one := range d.Known[:min(len(d.Known), maxWaits)] {
		about := one.Wait.About
		out.List = append(out.List, dutyLine{ID: about.ID, Path: pathTo(about), Title: one.Title(), Due: c.due(one.Wait.Due), Lines: one.Lines()})
	}
	return out, nil
}

func (p *Portal) accountTable(r *http.Request, v visit, who workflows.Person) (table, error) {
	out := table{Label: "Accounts", Columns: []column{
		{Label: "Where", Kind: columnMain}, {Label: "State", Kind: columnMark}, {Label: "Account"}, {Label: "Last used", Kind: columnWhen},
	}}
	links, err := p.cfg.Directory.LinksOf(r.Context(), who.ID)
	if err != nil {
		return out, err
	}
	c := p.clock(v)
	for _, l := range links {
		mark, where := linkMark(l.State), cell{Text: surfaceWord(l.Surface)}
		if l.State == workflows.LinkLinked {
			where.Note = proofWord(l.Proof)
		}
		if l.Preferred {
			where.Text += ", first choice"
		}
		if administers(v.Person) && p.cfg.Accounts != nil {
			where.Path = accountPath(who.ID, l.ID)
		}
		out.Rows = append(out.Rows, tableRow{Cells: []cell{where, {Mark: &mark}, {Code: l.User}, {When: c.at(l.UsedAt)}}})
	}
	return out, nil
}

// zoneWord names a time zone as people read it.
func zoneWord(z *time.Location) string { return spaced(z.String()) }
