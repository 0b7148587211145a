package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// recordPage is the list of records, with what narrows it.
type recordPage struct {
	Head    pageHead
	Note    string
	Filters filterBar
	Choose  []link // who may have been meant
	Table   table
	Empty   emptyState
	Pager   pager
}

// record lists what was recorded of all that the visitor may see.
func (p *Portal) record(w http.ResponseWriter, r *http.Request, v visit) error {
	q := narrowing(r)
	f, err := p.recordFilter(v, q)
	if err != nil {
		return err
	}
	page := recordPage{Head: p.recordHead(v), Note: recordNote(v.Person), Filters: recordFilters(q), Empty: noRecords(q)}
	who, choose, err := p.meant(r, v, q.Get("who"), func(id workflows.PersonID) string { return recordPath(q, "who", string(id)) })
	if err != nil {
		return err
	}
	page.Choose = choose
	if q.Get("who") != "" && len(who) == 0 {
		return p.show(w, r, v, http.StatusOK, "record", page)
	}
	if len(who) == 1 {
		f.Actor = who[0]
	}
	rows, next, err := p.cfg.Records.RecordRows(r.Context(), v.Person, f)
	if err != nil {
		return err
	}
	if page.Table, err = p.recordTable(r, v, rows); err != nil {
		return err
	}
	if next != (workflows.RecordKey{}) {
		page.Pager.Next = recordPath(q, "before", recordKey(next))
	}
	if f.Before != (workflows.RecordKey{}) {
		page.Pager.First = recordPath(q, "before", "")
	}
	return p.show(w, r, v, http.StatusOK, "record", page)
}

func (p *Portal) recordHead(v visit) pageHead {
	head := pageHead{Title: "Record"}
	if p.cfg.Seals != nil && workflows.SeesRecordsOf(v.Person, workflows.KindRecord) {
		head.Does = append(head.Does, link{checkpointsPath, "Checkpoints"})
	}
	return head
}

// recordFilter reads what narrows the list from the address.
func (p *Portal) recordFilter(v visit, q url.Values) (workflows.RecordFilter, error) {
	unknown := noSuchList("records")
	f := workflows.RecordFilter{Kind: workflows.Kind(q.Get("kind")), What: q.Get("what"), Limit: pageSize}
	if !offered(kindOptions(), q.Get("kind")) || len(f.What) > 100 || len(q.Get("who")) > maxTyped {
		return f, unknown
	}
	if about := q.Get("about"); about != "" {
		ref, ok := workflows.ParseRef(about)
		if one, short := workflows.ShortRef(about); short {
			ref, ok = one, true
		}
		if !ok || len(about) > maxTyped {
			return f, unknown
		}
		f.About = ref
	}
	for name, at := range map[string]*time.Time{"from": &f.From, "until": &f.Until} {
		if q.Get(name) == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, q.Get(name), v.Person.Zone())
		if err != nil {
			return f, unknown
		}
		*at = day
	}
	if !f.Until.IsZero() { // the day itself is meant too
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	if before := q.Get("before"); before != "" {
		at, id, _ := strings.Cut(before, ".")
		var err1, err2 error
		f.Before.At, err1 = strconv.ParseInt(at, 10, 64)
		f.Before.ID, err2 = strconv.ParseInt(id, 10, 64)
		if err1 != nil || err2 != nil {
			return f, unknown
		}
	}
	return f, nil
}

func recordKey(k workflows.RecordKey) string {
	return strconv.FormatInt(k.At, 10) + "." + strconv.FormatInt(k.ID, 10)
}

// meant finds whom a visitor means by an id or a part of a name: nobody where there is none, and where there are several
// links to choose by.
func (p *Portal) meant(r *http.Request, v visit, text string, path func(workflows.PersonID) string) ([]workflows.PersonID, []link, error) {
	if text == "" {
		return nil, nil, nil
	}
	if id := workflows.PersonID(text); id == workflows.System || strings.EqualFold(text, "Steward") {
		return []workflows.PersonID{workflows.System}, nil, nil
	}
	exact, err := p.person(r.Context(), workflows.PersonID(text))
	if err != nil || exact.ID != "" {
		return []workflows.PersonID{exact.ID}, nil, err
	}
	found, err := p.findPeople(r, v, text, 10)
	if err != nil || len(found) == 0 {
		return nil, nil, err
	}
	if len(found) == 1 {
		return []workflows.PersonID{found[0].ID}, nil, nil
	}
	var choose []link
	for _, who := range found {
		choose = append(choose, link{Path: path(who.ID), Label: nameOf(who)})
	}
	return nil, choose, nil
}

// recordPath is the address of the same list with one thing changed; it begins at the newest unless that is what changes.
func recordPath(q url.Values, name, value string) string {
	return changedPath("/record", []string{"about", "kind", "what", "who", "from", "until"}, q, name, value)
}

// narrowing gives what narrows a list, as it may stand on a page: the address can come from anywhere.
func narrowing(r *http.Request) url.Values {
	q := r.URL.Query()
	for _, values := range q {
		for i, s := range values {
			values[i] = card.Clean(s)
		}
	}
	return q
}

// changedPath is the address of a list that keeps the named filters of another and has one parameter changed.
func changedPath(path string, keep []string, q url.Values, name, value string) string {
	next := url.Values{}
	for _, key := range keep {
		if s := q.Get(key); s != "" {
			next.Set(key, s)
		}
	}
	next.Del(name)
	if value != "" {
		next.Set(name, value)
	}
	if len(next) == 0 {
		return path
	}
	return path + "?" + next.Encode()
}

// offered says whether a value is one of the options.
func offered(options []option, value string) bool {
	return slices.ContainsFunc(options, func(o option) bool { return o.Value == value })
}

func recordFilters(q url.Values) filterBar {
	happened := happenedOptions()
	if what := q.Get("what"); !offered(happened, what) {
		happened = append(happened, option{what, sentence(words(what))})
	}
	bar := filterBar{Path: "/record", Label: "Find records", Fields: []filterField{
		{Kind: "search", Name: "about", Label: "Request or AI system", Value: q.Get("about")},
		{Kind: "search", Name: "who", Label: "Who", Value: q.Get("who")},
		{Kind: "select", Name: "kind", Label: "About", Value: q.Get("kind"), Options: kindOptions()},
		{Kind: "select", Name: "what", Label: "What happened", Value: q.Get("what"), Options: happened},
		{Kind: "date", Name: "from", Label: "From", Value: q.Get("from")},
		{Kind: "date", Name: "until", Label: "Until", Value: q.Get("until")},
	}}
	for _, field := range bar.Fields {
		if field.Value != "" {
			bar.Clear = "/record"
		}
	}
	return bar
}

func recordNote(who workflows.Person) string {
	switch {
	case workflows.SeesAll(who):
		return "Every change leaves a record that nobody can alter quietly. Newest first."
	case who.Has(workflows.Administrator):
		return "What was recorded of people, accounts, the policy and deliveries, and of the requests and AI systems that are yours to read. Newest first."
	}
	return "What was recorded of the requests and AI systems that are yours to read, and of your accounts. Newest first."
}

func noRecords(q url.Values) emptyState {
	if recordFilters(q).Clear != "" || q.Get("before") != "" {
		return emptyState{"No record fits.", &link{"/record", "Show all"}}
	}
	return emptyState{"No records yet. Each step of a request appears here, with who did it and when.", &link{"/requests/new", "Send a request"}}
}

// recordTable makes the lines of a list of records.
func (p *Portal) recordTable(r *http.Request, v visit, rows []workflows.RecordRow) (table, error) {
	records := make([]workflows.Record, 0, len(rows))
	for _, row := range rows {
		records = append(records, row.Record)
	}
	roster, err := p.actors(r, records)
	if err != nil {
		return table{}, err
	}
	out := table{Label: "Records", Columns: []column{
		{Label: "When", Kind: columnWhen}, {Label: "What happened", Kind: columnMain}, {Label: "About"}, {Label: "Record", Kind: columnNumber},
	}}
	part, err := p.partWords(r)
	if err != nil {
		return table{}, err
	}
	c := p.clock(v)
	for _, row := range rows {
		rec := row.Record
		about := recordedCell(v, rec.About)
		about.Note = row.Title
		out.Rows = append(out.Rows, tableRow{Cells: []cell{
			{When: c.at(rec.Time())}, {Text: recordSentence(rec, roster, part), Path: entryPath(rec.About, rec.N), Note: p.sealNote(row)}, about, {Text: strconv.Itoa(rec.N)},
		}})
	}
	return out, nil
}

// recordedCell names what a record is about, and leads there where the visitor has the page: deliveries are for those who run
// them, and the page of accounts shows one's own.
func recordedCell(v visit, about workflows.Ref) cell {
	c := cell{Text: thingWord(about), Path: pathTo(about)}
	if about.Kind == workflows.KindDelivery && !workflows.RunsDeliveries(v.Person) || about.Kind == workflows.KindAccount {
		c.Path = ""
	}
	return c
}

// actors gives a roster of those who did what was recorded, for whom, and to whom.
func (p *Portal) actors(r *http.Request, records []workflows.Record) (workflows.Roster, error) {
	var named []workflows.PersonID
	for _, rec := range records {
		named = append(named, rec.Actor, rec.For, detailOf(rec).Person)
	}
	return p.named(r, named)
}

// recordSentence tells a record in one sentence.
func recordSentence(rec workflows.Record, roster workflows.Roster, part func(string) string) string {
	if rec.V == 0 {
		return "This entry is not as Steward writes it"
	}
	d := deedOf(rec, part, roster.Name)
	if d.Itself {
		return d.Text
	}
	who := actorName(rec, roster)
	if rec.For != "" {
		who += " for " + roster.Name(rec.For)
	}
	return who + " " + d.Text
}

// onServer says that somebody did it by the command line on the server, where nobody signs in: the record has no name for them,
// and Steward itself it was not.
func onServer(rec workflows.Record) bool {
	return rec.Actor == workflows.System && rec.Via.Surface == byServer
}

// actorName names who did what was recorded, in a sentence.
func actorName(rec workflows.Record, roster workflows.Roster) string {
	if onServer(rec) {
		return sayOnServer
	}
	return roster.Name(rec.Actor)
}

// sealNote marks a record that is not sealed yet.
func (p *Portal) sealNote(row workflows.RecordRow) string {
	if p.cfg.Seals == nil || row.Sealed {
		return ""
	}
	return "not sealed yet"
}

// partWords names stages and conditions by their keys, as the first form of the policy in force calls them that has them.
func (p *Portal) partWords(r *http.Request) (func(key string) string, error) {
	flows, err := p.cfg.Flows.Flows(r.Context())
	return func(key string) string {
		plain := view.StageName(nil, "", key)
		for _, f := range flows {
			if name := view.StageName(f, "", key); name != plain {
				return name
			}
		}
		if label := conditionLabel(flows, key); label != "" {
			return label
		}
		return plain
	}, err
}

// entryPath is the address of one record.
func entryPath(about workflows.Ref, n int) string {
	return "/record/" + url.PathEscape(string(about.Kind)) + "/" + url.PathEscape(about.ID) + "/" + strconv.Itoa(n)
}
