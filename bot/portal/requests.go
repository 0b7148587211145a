package portal

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// requestsPage is the list of requests, with what narrows it.
type requestsPage struct {
	Head    pageHead
	Filters filterBar
	Table   table
	Empty   emptyState
	Pager   pager

	seqs map[string]int
}

func (r requestsPage) watches() map[string]int { return r.seqs }

// The bounds of a list.
const (
	pageSize = 50  // lines on a page
	maxTyped = 200 // bytes of what is looked for, and of any id in an address: longer is none of ours
)

func (p *Portal) requests(w http.ResponseWriter, r *http.Request, v visit) error {
	q := r.URL.Query()
	f := workflows.RequestFilter{
		Status: q.Get("status"), Flow: q.Get("flow"), Mine: q.Get("mine") == "1", Text: card.Clean(q.Get("text")),
		Oldest: q.Get("sort") == "oldest", Before: q.Get("before"), Limit: pageSize,
	}
	if f.Status != "" && !offered(statusOptions(), f.Status) || len(f.Text) > maxTyped {
		return noSuchList("requests")
	}
	// What comes before a request that is not theirs would tell that it exists, and when it was sent.
	if err := p.readable(r, v, f.Before); f.Before != "" && err != nil {
		return err
	}
	if path := p.meantByID(r, v, f.Text); path != "" {
		return p.see(w, r, v, path, "")
	}
	rows, next, err := p.cfg.Requests.RequestRows(r.Context(), v.Person, f)
	if err != nil {
		return err
	}
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return err
	}
	page := requestsPage{Head: pageHead{Title: "Requests"}, Filters: requestFilters(f, flows), Empty: noRequests(f)}
	if page.Table, err = p.requestTable(r, v, rows, flows); err != nil {
		return err
	}
	page.sorted(q, f.Oldest)
	page.seqs = map[string]int{}
	for _, row := range rows {
		page.seqs[row.ID] = row.Seq
	}
	if next != "" {
		page.Pager.Next = listPath(q, next)
	}
	if f.Before != "" {
		page.Pager.First = listPath(q, "")
	}
	return p.show(w, r, v, http.StatusOK, "requests", page)
}

// sorted says in the head of the table how the list is sorted, and offers the other way.
func (r *requestsPage) sorted(q url.Values, oldest bool) {
	other := url.Values{}
	maps.Copy(other, q)
	sent := &r.Table.Columns[len(r.Table.Columns)-1]
	if oldest {
		other.Del("sort")
		sent.Order = "ascending"
		r.Pager.FirstLabel, r.Pager.NextLabel = "Oldest", "Newer"
		r.Filters.Hidden = []option{{"sort", "oldest"}}
	} else {
		other.Set("sort", "oldest")
		sent.Order = "descending"
	}
	sent.Sort = listPath(other, "")
}

func requestFilters(f workflows.RequestFilter, flows []*policy.Flow) filterBar {
	kinds := []option{{"", "All kinds"}}
	for _, flow := range flows {
		kinds = append(kinds, option{flow.Key, flow.Title})
	}
	bar := filterBar{Path: "/requests", Label: "Find requests", Fields: []filterField{
		{Kind: "search", Name: "text", Label: "Id or title", Value: f.Text},
		{Kind: "select", Name: "status", Label: "State", Value: f.Status, Options: append([]option{{"", "All states"}}, statusOptions()...)},
		{Kind: "select", Name: "flow", Label: "Kind", Value: f.Flow, Options: kinds},
		{Kind: "check", Name: "mine", Label: "Mine only"},
	}}
	if f.Mine {
		bar.Fields[3].Value = "1"
	}
	if narrowed(f) {
		bar.Clear = "/requests"
	}
	return bar
}

func narrowed(f workflows.RequestFilter) bool {
	return f.Status != "" || f.Flow != "" || f.Text != "" || f.Mine
}

// requestTable makes the lines of a list of requests.
func (p *Portal) requestTable(r *http.Request, v visit, rows []workflows.RequestRow, flows []*policy.Flow) (table, error) {
	var named []workflows.PersonID
	for _, row := range rows {
		named = append(named, row.Requester)
	}
	roster, err := p.named(r, named)
	if err != nil {
		return table{}, err
	}
	out := table{Label: "Requests", Columns: []column{
		{Label: "Id", Kind: columnID},
		{Label: "What", Kind: columnMain},
		{Label: "State", Kind: columnMark},
		{Label: "Waits at"},
		{Label: "Due", Kind: columnDue},
		{Label: "Tier"},
		{Label: "Asked by"},
		{Label: "Sent", Kind: columnWhen},
	}}
	c := p.clock(v)
	mixed := slices.ContainsFunc(rows, func(row workflows.RequestRow) bool { return row.Flow != rows[0].Flow })
	for _, row := range rows {
		kind, tier, stage := row.Flow, row.Tier, ""
		if i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return f.Key == row.Flow }); i >= 0 {
			kind = flows[i].Title
			if info, ok := flows[i].Tier(policy.Tier(row.Tier)); ok {
				tier = info.Display
			}
			if row.Stage != "" && row.EndedAt.IsZero() {
				stage = view.StageName(flows[i], policy.Tier(row.Tier), row.Stage)
			}
		}
		if !mixed {
			kind = "" // it says nothing where all are of one
		}
		mark, path := statusMark(row.Status), "/requests/"+row.ID
		out.Rows = append(out.Rows, tableRow{Cells: []cell{
			{Text: row.ID, Path: path},
			{Text: row.Title, Path: path, Note: kind},
			{Mark: &mark},
			{Text: stage},
			{Due: c.due(row.Due)},
			{Text: tier},
			{Text: roster.Name(row.Requester)},
			{When: c.at(row.SentAt)},
		}})
	}
	return out, nil
}

// readable says whether the visitor may see a request: [workflows.ErrNotFound] for one that does not exist or is not theirs.
func (p *Portal) readable(r *http.Request, v visit, id string) error {
	_, err := p.visible(r, v, id)
	return err
}

// meantByID gives the page of what an id names that somebody typed; empty where it names nothing that the visitor may see.
func (p *Portal) meantByID(r *http.Request, v visit, text string) string {
	ref, ok := workflows.ShortRef(strings.TrimSpace(text))
	if !ok {
		return ""
	}
	var err error
	if ref.Kind == workflows.KindAbsence || ref.Kind == workflows.KindVendor {
		return pathTo(ref) // the page itself says whether the visitor may see it
	}
	if ref.Kind == workflows.KindSystem {
		_, err = p.cfg.Register.System(r.Context(), ref.ID)
	} else {
		err = p.readable(r, v, ref.ID)
	}
	if err != nil {
		return ""
	}
	return pathTo(ref)
}

// visible reads a request that the visitor may see.
func (p *Portal) visible(r *http.Request, v visit, id string) (approval.Request, error) {
	req, err := p.cfg.Requests.Request(r.Context(), id)
	if err == nil && !workflows.MaySee(v.Person, req.Concerned()) {
		return approval.Request{}, workflows.ErrNotFound
	}
	return req, err
}

// listPath is the address of the same list from a row on.
func listPath(q url.Values, before string) string {
	next := url.Values{}
	for _, key := range []string{"status", "flow", "mine", "text", "sort"} {
		if s := q.Get(key); s != "" {
			next.Set(key, s)
		}
	}
	if before != "" {
		next.Set("before", before)
	}
	if len(next) == 0 {
		return "/requests"
	}
	return "/requests?" + next.Encode()
}

// shortID recognises an id somebody typed, in any case.
func shortID(s string) (string, bool) {
	prefix, number, ok := strings.Cut(strings.ToUpper(s), "-")
	good := ok && prefix != "" && number != "" && len(s) <= 20 &&
		strings.Trim(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && strings.Trim(number, "0123456789") == ""
	return prefix + "-" + number, good
}

// newPage offers what people can ask for, and what the visitor has begun.
type newPage struct {
	Flows  []*policy.Flow
	About  []*policy.Flow // those that are about a request, and begin at its page
	Drafts []draftLine
}

type draftLine struct {
	Path, Label string
	When        when
}

func (p *Portal) newRequest(w http.ResponseWriter, r *http.Request, v visit) error {
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return err
	}
	drafts, err := p.drafts(r, v)
	if err != nil {
		return err
	}
	page := newPage{Drafts: drafts}
	for _, f := range flows {
		if f.About == "" {
			page.Flows = append(page.Flows, f)
		} else {
			page.About = append(page.About, f)
		}
	}
	return p.show(w, r, v, http.StatusOK, "new", page)
}

// drafts lists the requests the visitor has begun and not sent.
func (p *Portal) drafts(r *http.Request, v visit) ([]draftLine, error) {
	drafts, err := p.cfg.Drafts.DraftsOf(r.Context(), v.Person.ID, draftForm)
	if err != nil && !errors.Is(err, workflows.ErrNotFound) {
		return nil, err
	}
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return nil, err
	}
	c := p.clock(v)
	var out []draftLine
	for _, d := range drafts {
		if d.Sent != "" || d.Revision < 2 {
			continue // nothing was ever sent in it
		}
		label := d.Flow
		if i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return f.Key == d.Flow }); i >= 0 {
			label = flows[i].Title
		}
		out = append(out, draftLine{Path: "/forms/" + d.ID, Label: label, When: c.at(d.SavedAt)})
	}
	return out, nil
}
