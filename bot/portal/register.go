package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// registerPath is the address of the AI register.
const registerPath = "/register"

// systemPath is the address of an entry.
func systemPath(id string) string { return view.SystemPath(url.PathEscape(id)) }

// registerPage is the AI register as a list, with what narrows it.
type registerPage struct {
	Head    pageHead
	Filters filterBar
	Choose  []link // whose entries may have been meant
	Table   table
	Joining joinable
	Empty   emptyState
	Pager   pager

	seqs map[string]int
}

func (r registerPage) watches() map[string]int { return r.seqs }

// register lists the AI register for everybody: tools and who answers for them, and nothing that a request says beside.
func (p *Portal) register(w http.ResponseWriter, r *http.Request, v visit) error {
	q := narrowing(r)
	if path := p.meantByID(r, v, q.Get("text")); within(path, registerPath) {
		return p.see(w, r, v, path, "")
	}
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return err
	}
	page := registerPage{Head: pageHead{Title: "AI register"}, Filters: registerFilters(q, flows), Empty: noSystems(q)}
	f, problem := p.registerFilter(v, q, flows)
	if problem != "" {
		page.Filters.Problem, page.Empty = problem, emptyState{}
		return p.show(w, r, v, http.StatusBadRequest, "register", page)
	}
	who, choose, err := p.meant(r, v, q.Get("owner"), func(id workflows.PersonID) string { return registerList(q, "owner", string(id)) })
	if err != nil {
		return err
	}
	if page.Choose = choose; q.Get("owner") != "" && len(who) == 0 {
		return p.show(w, r, v, http.StatusOK, "register", page)
	}
	if len(who) == 1 {
		f.Owner = who[0]
	}
	rows, next, err := p.cfg.Register.SystemRows(r.Context(), f)
	if err != nil {
		return err
	}
	if page.Table, err = p.systemTable(r, v, rows, flows); err != nil {
		return err
	}
	if page.Joining, err = p.joinables(r, v, q, rows); err != nil {
		return err
	}
	page.seqs = systemSeqs(rows)
	if next != "" {
		page.Pager.Next = registerList(q, "before", next)
	}
	if f.Before != "" {
		page.Pager.First = registerList(q, "before", "")
	}
	return p.show(w, r, v, http.StatusOK, "register", page)
}

// joinable says of the few entries that somebody looked for, for whom they are and how to join them.
type joinable struct {
	Lines   []string
	Buttons []pressing
}

// maxJoining is how many entries a search may have found for the page to say how to join them.
const maxJoining = 3

// joinables asks the desk, which answers the same words in a chat.
func (p *Portal) joinables(r *http.Request, v visit, q url.Values, rows []workflows.SystemRow) (joinable, error) {
	var out joinable
	if text := q.Get("text"); text == "" || len(rows) == 0 || len(rows) > maxJoining {
		return out, nil
	}
	reply, err := p.cfg.Desk.Command(r.Context(), v.who(""), "find "+q.Get("text"))
	if err != nil || reply.Card == nil {
		return out, err
	}
	for _, s := range reply.Card.Sections {
		out.Lines = append(out.Lines, s.Lines...)
	}
	nonce := p.nonce()
	for _, b := range reply.Card.Buttons {
		if view.Joins(b.Action.Verb) {
			out.Buttons = append(out.Buttons, withNonce(nonce, b))
		}
	}
	return out, nil
}

func systemSeqs(rows []workflows.SystemRow) map[string]int {
	out := map[string]int{}
	for _, row := range rows {
		out[row.ID] = row.Seq
	}
	return out
}

// endsSoon is how many days before the end of an approval the list calls it soon: when a renewal of the highest tier begins.
const endsSoon = 75

// registerFilter reads what narrows the list from the address. A problem is a sentence about a value that is none.
func (p *Portal) registerFilter(v visit, q url.Values, flows []*policy.Flow) (f workflows.SystemFilter, problem string) {
	f = workflows.SystemFilter{State: q.Get("state"), Tier: q.Get("tier"), Text: strings.TrimSpace(q.Get("text")), Before: q.Get("before"), Limit: pageSize}
	switch ref, ok := workflows.ShortRef(f.Before); {
	case f.State != "" && !offered(systemStates(), f.State):
		return f, problemState
	case f.Tier != "" && !offered(tierOptions(flows), f.Tier):
		return f, problemTier
	case len(f.Text) > maxTyped || len(q.Get("owner")) > maxTyped:
		return f, problemLong
	case f.Before != "" && (!ok || ref != workflows.SystemRef(f.Before)):
		return f, problemPage
	}
	now := p.cfg.Business()
	for _, one := range []struct {
		name string
		set  func()
	}{
		{"mine", func() { f.User = v.Person.ID }},
		{"open", func() { f.Open = true }},
		{"late", func() { f.Late = now }},
		{"ends", func() { f.Ends = now.AddDate(0, 0, endsSoon) }},
	} {
		switch q.Get(one.name) {
		case "":
		case "1":
			one.set()
		default:
			return f, problemTick
		}
	}
	return f, ""
}

func registerFilters(q url.Values, flows []*policy.Flow) filterBar {
	bar := filterBar{Path: registerPath, Label: "Find AI systems", Fields: []filterField{
		{Kind: "search", Name: "text", Label: "Id, tool or vendor", Value: q.Get("text")},
		{Kind: "search", Name: "owner", Label: "Owner", Value: q.Get("owner")},
		{Kind: "select", Name: "state", Label: "State", Value: q.Get("state"), Options: append([]option{{"", "All states"}}, systemStates()...)},
		{Kind: "select", Name: "tier", Label: "Tier", Value: q.Get("tier"), Options: append([]option{{"", "All tiers"}}, tierOptions(flows)...)},
		{Kind: "check", Name: "mine", Label: "Joined by me", Value: q.Get("mine")},
		{Kind: "check", Name: "open", Label: "Open conditions", Value: q.Get("open")},
		{Kind: "check", Name: "late", Label: "Overdue", Value: q.Get("late")},
		{Kind: "check", Name: "ends", Label: "Ends within " + strconv.Itoa(endsSoon) + " days", Value: q.Get("ends")},
	}}
	for _, field := range bar.Fields {
		if field.Value != "" {
			bar.Clear = registerPath
		}
	}
	return bar
}

// tierOptions are the tiers of all flows that bring something to the register.
func tierOptions(flows []*policy.Flow) []option {
	var out []option
	for _, f := range flows {
		if f.Register == nil {
			continue
		}
		for _, t := range f.Tiers {
			if !offered(out, string(t.Tier)) {
				out = append(out, option{string(t.Tier), t.Display})
			}
		}
	}
	return out
}

// registerList is the address of the same list with one thing changed; it begins at the newest unless that is what changes.
func registerList(q url.Values, name, value string) string {
	return changedPath(registerPath, []string{"text", "owner", "state", "tier", "mine", "open", "late", "ends"}, q, name, value)
}

// systemTable makes the lines of a list of entries.
func (p *Portal) systemTable(r *http.Request, v visit, rows []workflows.SystemRow, flows []*policy.Flow) (table, error) {
	var owners []workflows.PersonID
	for _, row := range rows {
		owners = append(owners, row.Owner)
	}
	roster, err := p.named(r, owners)
	if err != nil {
		return table{}, err
	}
	out := table{Label: "AI systems", Columns: []column{
		{Label: "Id", Kind: columnID},
		{Label: "Tool", Kind: columnMain},
		{Label: "State", Kind: columnMark},
		{Label: "Tier"},
		{Label: "Owner"},
		{Label: "Approved until"},
		{Label: "Conditions"},
	}}
	c := p.clock(v)
	for _, row := range rows {
		flow := flowIn(flows, row.Flow)
		path := systemPath(row.ID)
		line := []cell{
			{Text: row.ID, Path: path},
			{Text: systemName(row.Tool), Path: path, Note: card.Clean(row.Vendor)},
			{Mark: view.SystemMark(row.State)},
			{Text: tierName(flow, row.Tier)},
			personCell(roster, row.Owner),
			{Text: c.until(flow, row)},
			{},
		}
		if row.Open > 0 {
			line[6] = cell{Text: strconv.Itoa(row.Open) + " open", Due: c.due(row.Due)}
		} else if !row.Due.IsZero() {
			line[6] = cell{Text: "To be settled", Due: c.due(row.Due)}
		}
		out.Rows = append(out.Rows, tableRow{Cells: line})
	}
	return out, nil
}

// flowIn finds a flow by its key; nil where the policy in force has none of that.
func flowIn(flows []*policy.Flow, key string) *policy.Flow {
	if i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return f.Key == key }); i >= 0 {
		return flows[i]
	}
	return nil
}

func tierName(flow *policy.Flow, tier string) string {
	if flow != nil {
		if info, ok := flow.Tier(policy.Tier(tier)); ok {
			return info.Display
		}
	}
	return tier
}
