package portal

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// requestsPage is the list of requests, with what narrows it.
type requestsPage struct {
	Rows     []requestLine
	Status   string
	Flow     string
	Text     string
	Mine     bool
	Flows    []*policy.Flow
	Statuses []option
	Next     string // address of the next page
	First    string // address of the first page, where this is another
	Narrowed bool
}

type option struct{ Value, Label string }

type requestLine struct {
	ID, Path, Title, Kind string
	Mark                  card.Mark
	Tier                  string
	Requester             string
	Sent, Ended           when
}

// pageSize is the number of lines on a page of a list.
const pageSize = 50

func (p *Portal) requests(w http.ResponseWriter, r *http.Request, v visit) error {
	q := r.URL.Query()
	f := workflows.RequestFilter{
		Status: q.Get("status"), Flow: q.Get("flow"), Mine: q.Get("mine") == "1", Text: card.Clean(q.Get("text")),
		Before: q.Get("before"), Limit: pageSize,
	}
	if !statusKnown(f.Status) || len(f.Text) > 200 {
		return refuse(http.StatusBadRequest, "This list does not exist", "The address holds a filter that there is none of. Start from the list of all requests.")
	}
	// What comes before a request that is not theirs would tell that it exists, and when it was sent.
	if err := p.readable(r, v, f.Before); f.Before != "" && err != nil {
		return err
	}
	if id, ok := shortID(f.Text); ok {
		if p.readable(r, v, id) == nil {
			return p.see(w, r, v, "/requests/"+id, "")
		}
	}
	rows, next, err := p.cfg.Requests.RequestRows(r.Context(), v.Person, f)
	if err != nil {
		return err
	}
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return err
	}
	page := requestsPage{
		Status: f.Status, Flow: f.Flow, Text: f.Text, Mine: f.Mine, Flows: flows, Statuses: statusOptions(),
		Narrowed: f.Status != "" || f.Flow != "" || f.Text != "" || f.Mine,
	}
	if page.Rows, err = p.requestLines(r, v, rows, flows); err != nil {
		return err
	}
	if next != "" {
		page.Next = listPath(q, next)
	}
	if f.Before != "" {
		page.First = listPath(q, "")
	}
	return p.show(w, r, v, http.StatusOK, "requests", page)
}

func (p *Portal) requestLines(r *http.Request, v visit, rows []workflows.RequestRow, flows []*policy.Flow) ([]requestLine, error) {
	var named []workflows.PersonID
	for _, row := range rows {
		named = append(named, row.Requester)
	}
	roster, err := p.cfg.People.People(r.Context(), named, nil, p.cfg.Business())
	if err != nil {
		return nil, err
	}
	c := p.clock(v)
	out := make([]requestLine, 0, len(rows))
	for _, row := range rows {
		line := requestLine{
			ID: row.ID, Path: "/requests/" + row.ID, Title: row.Title, Kind: row.Flow, Mark: statusMark(row.Status), Tier: row.Tier,
			Requester: roster.Name(row.Requester), Sent: c.at(row.SentAt), Ended: c.at(row.EndedAt),
		}
		if i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return f.Key == row.Flow }); i >= 0 {
			line.Kind = flows[i].Title
			if tier, ok := flows[i].Tier(policy.Tier(row.Tier)); ok {
				line.Tier = tier.Display
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// readable says whether the visitor may see a request: [workflows.ErrNotFound] for one that does not exist or is not theirs.
func (p *Portal) readable(r *http.Request, v visit, id string) error {
	_, err := p.visible(r, v, id)
	return err
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
	for _, key := range []string{"status", "flow", "mine", "text"} {
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
