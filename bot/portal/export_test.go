package portal

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
)

// Routes gives every route of a portal as "METHOD /path", for tests that must not forget one.
func Routes(cfg Config) ([]string, error) {
	p, err := newPortal(cfg)
	if err != nil {
		return nil, err
	}
	return Site{routes: p.routes}.Routes(), nil
}

// NewWithBeat makes a portal whose streams show signs of life this often.
func NewWithBeat(cfg Config, beat time.Duration) (http.Handler, error) {
	p, err := newPortal(cfg)
	if err != nil {
		return nil, err
	}
	p.beat = beat
	return p.handler()
}

// Streams counts the open streams of a watch.
func (w *Watch) Streams() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.streams)
}

// Scripts gives the scripts by name.
func Scripts() (map[string][]byte, error) {
	a, err := readAssets()
	out := map[string][]byte{}
	for name, one := range a.byName {
		if strings.HasSuffix(name, ".js") {
			out[name] = one.body
		}
	}
	return out, err
}

// NavLabels gives the lines of the navigation for a person; the one the address belongs to has a star.
func NavLabels(cfg Config, who workflows.Person, at string) ([]string, error) {
	p, err := newPortal(cfg)
	var out []string
	for _, item := range p.navigation(visit{Person: who, Pulse: workflows.Pulse{Waits: 3}}, at) {
		label := item.Label
		if item.Here {
			label += "*"
		}
		if item.Count > 0 {
			label += " " + strconv.Itoa(item.Count)
		}
		out = append(out, label)
	}
	return out, err
}

// Parts draws one of each part of pages.
func (d Drawer) Parts() (string, error) {
	mark, at := card.Mark{Text: "Late", Tone: card.ToneBad}, when{Text: "Thu 27 Nov 17:00", Title: "exactly then", Exact: "2026-11-27T17:00:00Z"}
	due := when{Text: "in 3 hours", Title: "Due then", Exact: at.Exact, Tone: card.ToneWarn}
	var b strings.Builder
	for _, one := range []struct {
		name    string
		content any
	}{
		{"head", pageHead{Kicker: "P-7", Title: "Ana <Ruiz>", Note: "since May", Mark: &mark, Due: due, Does: []link{{"/people", "All"}}}},
		{"filters", filterBar{Path: "/record", Label: "Find records", Clear: "/record", Submit: "Find", Hidden: []option{{"sort", "oldest"}}, Fields: []filterField{
			{Kind: "search", Name: "text", Label: "Text", Value: `"><b>`},
			{Kind: "date", Name: "from", Label: "From"},
			{Kind: "select", Name: "kind", Label: "Kind", Value: "b", Options: []option{{"", "All"}, {"b", "Second"}}},
			{Kind: "check", Name: "mine", Label: "Mine", Value: "1"},
		}}},
		{"table", table{Label: "Things", Columns: []column{
			{Label: "Id", Kind: columnID},
			{Label: "What", Kind: columnMain, Sort: "/x?sort=what", Order: "ascending"},
			{Label: "Who"},
			{Label: "State", Kind: columnMark},
			{Label: "Sent", Kind: columnWhen, Sort: "/x", Order: "descending"},
			{Label: "Due", Kind: columnDue},
			{Label: "Key", Kind: columnQuiet},
			{Label: "Tries", Kind: columnNumber},
		}, Rows: []tableRow{{Cells: []cell{
			{Text: "AIR-1", Path: "/requests/AIR-1"},
			{Text: "Otter", Path: "/requests/AIR-1", Note: "New AI use"},
			{Person: "Ben Okafor", Path: "/people/P-1"},
			{Mark: &mark},
			{When: at},
			{Due: due},
			{Code: "00ff"},
			{Text: "3"},
		}}}}},
		{"facts", []fact{{"Manager", cell{Person: "Ben Okafor"}}, {"Address", cell{Text: "ana@example.com"}}}},
		{"facts", []fact(nil)},
		{"pager", pager{First: "/x", Next: "/x?after=7", NextLabel: "More"}},
		{"empty", emptyState{"Nothing yet.", &link{"/requests/new", "Begin"}}},
		{"timeline", []entry{{
			N: 2, Actor: "Ben", For: "Cleo", Deed: deed{Text: "approved it", Tone: card.ToneGood}, Texts: []kept{{"reason", "one\ntwo"}}, When: at, Hash: "aa",
			Via: "slack", Round: 1, Policy: "bb", Data: "{}",
		}, {N: 1, Deed: deed{Text: "Stage opened", Itself: true}, When: at, Hash: "cc"}}},
		{"timeline", []entry(nil)},
		{"diff", []change{{"Tier", "Low", "High"}, {"Gone", "this", ""}, {"New", "", "that"}}},
		{"post", postButton{Path: "/deliveries/7/retry", Label: "Retry", Fields: []option{{"seen", "3"}}}},
		{"post", postButton{Path: "/deliveries/7/end", Label: "Give up", Style: card.StyleDanger, Confirm: &card.Confirm{Title: "Give up?", Text: "It is not sent.", Yes: "Give up"}}},
	} {
		b.WriteString("== " + one.name + "\n")
		if err := d.p.pages.set.ExecuteTemplate(&b, one.name, one.content); err != nil {
			return "", err
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}

// LocalPath, Hashed and Agent are tested directly.
var (
	LocalPath = localPath
	Agent     = agent
	Hashed    = hashed
)

// Drawn is a card or a form as a page, and the part of the page that draws it.
type Drawn struct{ Page, Part string }

// Drawer draws cards and forms as the portal's pages do.
type Drawer struct{ p *Portal }

// NewDrawer makes a drawer.
func NewDrawer(cfg Config) (Drawer, error) {
	p, err := newPortal(cfg)
	return Drawer{p}, err
}

// Card draws a card the way an answer that only shows something is drawn.
func (d Drawer) Card(c card.Card) (Drawn, error) {
	return d.p.draw("card", "card", titled(1, strings.Repeat("0", nonceLength), c))
}

// Form draws a form.
func (d Drawer) Form(f card.Form) (Drawn, error) {
	content, err := d.p.formPage(httptest.NewRequest("GET", "/forms/x", nil), visit{}, bot.Reply{Form: &f})
	if err != nil {
		return Drawn{}, err
	}
	return d.p.draw("form", "form", content)
}

func (p *Portal) draw(page, part string, content any) (Drawn, error) {
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	v := visit{Person: workflows.Person{ID: "P-1", Name: "Ana Ruiz", Active: true}}
	if err := p.show(w, r, v, 200, page, content); err != nil {
		return Drawn{}, err
	}
	var b strings.Builder
	err := p.pages.set.ExecuteTemplate(&b, part, content)
	return Drawn{Page: w.Body.String(), Part: b.String()}, err
}

// Deed puts a record into words.
func Deed(rec workflows.Record) string {
	return deedOf(rec, func(key string) string { return key }, func(id workflows.PersonID) string { return string(id) }).Text
}

// Asked, StatusOf and Plot are tested directly.
var (
	Asked    = asked
	StatusOf = statusOf
	Plot     = plot
)

// The words of records, people and deliveries are tested directly.
var (
	DidElse         = didElse
	KindWord        = kindWord
	ThingWord       = thingWord
	TextWord        = textWord
	SurfaceWord     = surfaceWord
	ToldWhy         = toldWhy
	DeliveryMark    = deliveryMark
	DeliverySummary = deliverySummary
	Happened        = happenedOptions
)

// Option is a choice of a filter.
type Option = option

// Due gives the words of a due date.
func Due(zone *time.Location, now, due time.Time) string {
	return clock{zone: zone, now: now}.due(due).Text
}

// Input gives the parts of a field as its template sees it: choices, those that stand alone, whether it is a list.
func Input(f card.Field) (choices, lone int, list bool) {
	in := inputOf(f)
	return len(in.Choices), len(in.Lone), in.Select
}

// The words of the walk are tested directly.
var (
	TextWalkDecide = textWalkDecide
	TextWalkAnswer = textWalkAnswer
)

// CameFrom is tested directly: it must lead nowhere but to pages of ours.
func CameFrom(host, referer string) string {
	r := httptest.NewRequest("POST", "http://"+host+"/demo/clock", nil)
	r.Header.Set("Referer", referer)
	return cameFrom(r)
}

// Wakes gives how often a stream is woken once more after it took two pieces of news, the second of which was told while it was
// on its way to the first.
func Wakes() int {
	s := &stream{seen: map[string]string{}, news: make(chan struct{}, 1)}
	s.tell("AIR-1", "1")
	<-s.news
	s.tell("AIR-2", "1")
	(&Watch{}).take(s)
	return len(s.news)
}

// Exactly tells a moment as the pages of evidence do.
func Exactly(zone *time.Location, now, t time.Time) string {
	return clock{zone: zone, now: now}.exactly(t).Text
}

// ForTwo gives a record with its texts as somebody reads it.
func ForTwo(row workflows.LogRow, viewer workflows.PersonID) workflows.LogRow {
	return forTwo(row, viewer)
}
