package portal

import (
	"net/http"
	"net/url"
	"strconv"

	"steward/workflows"
)

// deliveriesPage is the list of deliveries, with what narrows it.
type deliveriesPage struct {
	Head    pageHead
	Summary string
	Filters filterBar
	Choose  []link // who may have been meant
	// Unreached are those who find what waits for them in the portal only.
	Unreached table
	Table     table
	Empty     emptyState
	Pager     pager
}

// deliveries lists what was sent to whom, and what was not. It never holds a word of what a message says.
func (p *Portal) deliveries(w http.ResponseWriter, r *http.Request, v visit) error {
	if !workflows.RunsDeliveries(v.Person) {
		return errUnknown
	}
	q := narrowing(r)
	f, err := deliveryFilter(q)
	if err != nil {
		return err
	}
	counts, err := p.cfg.Deliveries.DeliveryCounts(r.Context())
	if err != nil {
		return err
	}
	page := deliveriesPage{
		Head: pageHead{Title: "Deliveries"}, Summary: deliverySummary(counts), Filters: deliveryFilters(q),
		Empty: emptyState{Text: "Nothing was sent yet. What Steward tells people appears here: to whom, about what, and what became of it."},
	}
	if page.Filters.Clear != "" || f.Before != 0 {
		page.Empty = emptyState{"No delivery fits.", &link{"/deliveries", "Show all"}}
	} else if page.Unreached, err = p.unreachedTable(r, v); err != nil {
		return err
	}
	if text := q.Get("text"); text != "" {
		who, choose, err := p.meant(r, v, text, func(id workflows.PersonID) string { return deliveryList(q, "text", string(id)) })
		if err != nil {
			return err
		}
		thing, ok := workflows.ShortRef(text) // an id of a person may look like one
		switch page.Choose = choose; {
		case len(who) > 0:
			f.People = who
		case ok:
			f.About, page.Choose = thing, nil
		default:
			return p.show(w, r, v, http.StatusOK, "deliveries", page)
		}
	}
	rows, next, err := p.cfg.Deliveries.DeliveryRows(r.Context(), f)
	if err != nil {
		return err
	}
	if page.Table, err = p.deliveryTable(r, v, rows); err != nil {
		return err
	}
	if next != 0 {
		page.Pager.Next = deliveryList(q, "before", strconv.FormatInt(next, 10))
	}
	if f.Before != 0 {
		page.Pager.First = deliveryList(q, "before", "")
	}
	return p.show(w, r, v, http.StatusOK, "deliveries", page)
}

func deliveryFilter(q url.Values) (workflows.DeliveryFilter, error) {
	f := workflows.DeliveryFilter{State: workflows.DeliveryState(q.Get("state")), Surface: q.Get("surface"), Limit: pageSize}
	unknown := noSuchList("deliveries")
	if !offered(deliveryStates(), q.Get("state")) || len(f.Surface) > 50 || len(q.Get("text")) > maxTyped {
		return f, unknown
	}
	if before := q.Get("before"); before != "" {
		id, ok := deliveryID(before)
		if !ok {
			return f, unknown
		}
		f.Before = id
	}
	return f, nil
}

func deliveryList(q url.Values, name, value string) string {
	return changedPath("/deliveries", []string{"text", "state", "surface"}, q, name, value)
}

func deliveryFilters(q url.Values) filterBar {
	surfaces := []option{{"", "Everywhere"}}
	for _, s := range []string{workflows.SurfacePortal, "slack", "teams", workflows.SurfaceMail} {
		surfaces = append(surfaces, option{s, surfaceWord(s)})
	}
	if s := q.Get("surface"); !offered(surfaces, s) {
		surfaces = append(surfaces, option{s, s})
	}
	bar := filterBar{Path: "/deliveries", Label: "Find deliveries", Fields: []filterField{
		{Kind: "search", Name: "text", Label: "Person or request", Value: q.Get("text")},
		{Kind: "select", Name: "state", Label: "State", Value: q.Get("state"), Options: deliveryStates()},
		{Kind: "select", Name: "surface", Label: "Where", Value: q.Get("surface"), Options: surfaces},
	}}
	for _, field := range bar.Fields {
		if field.Value != "" {
			bar.Clear = "/deliveries"
		}
	}
	return bar
}

// deliverySummary says in one line how it stands.
func deliverySummary(c workflows.DeliveryCounts) string {
	const kept = " What was sent, or was not needed, is listed for a week."
	switch {
	case c.Dead == 0 && c.Waiting+c.Sending == 0:
		return "Everything has arrived." + kept
	case c.Dead == 0:
		return sentence(count(int(c.Waiting+c.Sending), "message")) + " on the way, the oldest due for " + span(c.Oldest) + "." + kept
	case c.Waiting+c.Sending == 0:
		return sentence(count(int(c.Dead), "message")) + " failed, and none waits." + kept
	}
	return sentence(count(int(c.Dead), "message")) + " failed; " + strconv.FormatInt(c.Waiting+c.Sending, 10) + " on the way, the oldest due for " + span(c.Oldest) + "." + kept
}

// deliveryTable makes the lines of a list of deliveries. Their times are real time, whatever business time is.
func (p *Portal) deliveryTable(r *http.Request, v visit, rows []workflows.DeliveryRow) (table, error) {
	roster, err := p.receivers(r, rows)
	if err != nil {
		return table{}, err
	}
	out := table{Label: "Deliveries", Columns: []column{
		{Label: "Made", Kind: columnWhen},
		{Label: "To", Kind: columnMain},
		{Label: "Why"},
		{Label: "About", Kind: columnID},
		{Label: "Where"},
		{Label: "Attempts", Kind: columnNumber},
		{Label: "State", Kind: columnMark},
	}}
	c := p.realClock(v)
	for _, d := range rows {
		mark, to := deliveryMark(d), personCell(roster, d.Account.Person)
		to.Path = deliveryPath(strconv.FormatInt(d.ID, 10))
		out.Rows = append(out.Rows, tableRow{Cells: []cell{
			{When: c.at(d.Made)},
			to,
			{Text: toldWhy(d.Why)},
			aboutCell(v, d.About),
			{Text: surfaceWord(d.Account.Surface)},
			{Text: strconv.Itoa(d.Attempts)},
			{Mark: &mark},
		}})
	}
	return out, nil
}

// unreachedTable lists those who have no confirmed account in any chat, and for whom something waits.
func (p *Portal) unreachedTable(r *http.Request, v visit) (table, error) {
	rows, err := p.cfg.Deliveries.Unreached(r.Context(), p.cfg.Mailed, maxWaits)
	if err != nil {
		return table{}, err
	}
	var named []workflows.PersonID
	for _, one := range rows {
		named = append(named, one.Person)
	}
	roster, err := p.named(r, named)
	if err != nil {
		return table{}, err
	}
	out := table{Label: "Without a confirmed chat account", Columns: []column{
		{Label: "Who", Kind: columnMain}, {Label: "Waits", Kind: columnNumber}, {Label: "Longest since", Kind: columnWhen}, {Label: "Due first", Kind: columnDue},
	}}
	c := p.clock(v)
	for _, one := range rows {
		out.Rows = append(out.Rows, tableRow{Cells: []cell{
			personCell(roster, one.Person), {Text: strconv.Itoa(one.Waits)}, {When: c.at(one.Since)}, {Due: c.due(one.Due)},
		}})
	}
	return out, nil
}

func (p *Portal) receivers(r *http.Request, rows []workflows.DeliveryRow) (workflows.Roster, error) {
	var named []workflows.PersonID
	for _, d := range rows {
		named = append(named, d.Account.Person)
	}
	return p.named(r, named)
}

// realClock shows times of the outbox: they are real time also where business time was moved.
func (p *Portal) realClock(v visit) clock { return clock{zone: v.Person.Zone(), now: p.cfg.Now()} }

// aboutCell names what a delivery is about, and leads there where the visitor sees all requests: to others the page may
// not exist.
func aboutCell(v visit, about workflows.Ref) cell {
	c := cell{Text: thingWord(about)}
	if about.Kind == workflows.KindSystem || about.Kind == workflows.KindRequest && workflows.SeesAll(v.Person) {
		c.Path = pathTo(about)
	}
	return c
}

func deliveryID(s string) (int64, bool) {
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil && id > 0
}

func deliveryPath(id string) string { return "/deliveries/" + url.PathEscape(id) }
