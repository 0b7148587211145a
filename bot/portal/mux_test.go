package portal_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// visitor is a kind of person that comes to every address.
type visitor struct {
	name string
	who  workflows.PersonID // nobody where empty
	sees bool               // the request and the entry of the test, by MaySee
	left bool               // after signing in
}

// visitors are all kinds of people, as far as they differ in what they may see.
func visitors() []visitor {
	return []visitor{
		{name: "nobody"},
		{name: "requester", who: ana, sees: true},
		{name: "decider", who: ben, sees: true},
		{name: "colleague", who: "P-015"},
		{name: "expert", who: "P-006"}, // whom the stage has not reached
		{name: "top", who: "P-001"},
		{name: "auditor", who: ola, sees: true},
		{name: "compliance", who: helen, sees: true},
		{name: "admin", who: jonas},
		{name: "leaver", who: helen, left: true}, // who saw everything
	}
}

const (
	muxText  = "Kestrelwise"         // in the title of the request that not everybody may see
	muxDraft = "Not yet sent by Ana" // in what only Ana has typed
	wrote    = " w"                  // behind the status of what wrote something
)

// TestEveryAddressForEverybody walks the whole portal as every kind of person. What each is answered stands in a golden table,
// which is to be read when it changes; whatever is answered, nobody reads of a request, or of an entry of the register, what [workflows.MaySee] hides from them,
// and nobody but Ana reads Ana's draft. A new address has to get its lines.
func TestEveryAddressForEverybody(t *testing.T) {
	table := [][]string{{"address"}}
	for _, v := range visitors() {
		table[0] = append(table[0], v.name)
	}
	m, gone := newMux(t), newMux(t)
	in := map[string]*portaltest.Browser{} // by route, of who left after coming in
	for _, route := range gone.routes {
		in[route] = &portaltest.Browser{Handler: gone.handler}
		post(t, in[route], "/sign-in", url.Values{"person": {string(helen)}}, 200)
	}
	gone.Leave(helen)
	for _, route := range m.routes {
		row := []string{route}
		for _, v := range visitors() {
			if v.left {
				row = append(row, gone.answer(t, route, v, in[route]))
				continue
			}
			b := &portaltest.Browser{Handler: m.handler}
			if v.who != "" {
				b = m.as(t, v.who)
			}
			said := m.answer(t, route, v, b)
			if strings.HasSuffix(said, wrote) {
				m = newMux(t) // whatever changes something, changes it once
			}
			row = append(row, said)
		}
		table = append(table, row)
	}
	sameAs(t, filepath.Join("testdata", "mux.txt"), columns(table))

	// What a company has and the demo has not, TestOIDC and TestOIDCRefused walk.
	routes, err := portal.Routes(newCompany(t, nil).config)
	if err != nil {
		t.Fatal(err)
	}
	routes = slices.DeleteFunc(routes, func(r string) bool { return slices.Contains(m.routes, r) })
	if want := []string{"GET /sign-in/oidc", "GET " + portal.PathCallback}; !slices.Equal(routes, want) {
		t.Errorf("addresses that nobody walks: %q, want %q", routes, want)
	}
}

// mux is a house with one of everything that has an address.
type mux struct {
	*house

	routes  []string
	fill    *strings.Replacer
	approve string // what Ben's button says
}

func newMux(t *testing.T) *mux {
	t.Helper()
	d := &tour{}
	d.house = newHouse(t, func(c *portal.Config) {
		c.Tour = &portal.Tour{Stage: d, Asker: ana, Watcher: ben, Auditor: ola, Question: "AIR-1", Began: start}
		c.Signed = c.Sessions.(portal.SessionList)
		c.Accounts = &book{links: []workflows.Link{{Account: workflows.Account{ID: "acc-ana", Person: ana, Surface: "slack", User: "U1"}, State: workflows.LinkProposed}}}
	})
	h := d.house
	routes, err := portal.Routes(h.config)
	if err != nil {
		t.Fatal(err)
	}
	b := h.as(t, ana)
	at := post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
	pages := harmless()
	pages[0]["f.tool"] = []string{muxText}
	for _, p := range pages {
		at = send(t, b, at, p, 200).Path
	}
	h.PutSystem(entry(1, func(s *register.System) {
		s.Title, s.Use, s.Told, s.Tasks, s.Governors = muxText, muxText, []workflows.PersonID{ben}, []register.Task{proven(muxText)}, nil
	}))
	draft := post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
	send(t, b, draft, url.Values{"f.tool": {muxDraft}}, 422)
	if err := h.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.folder = changed(t, "On trial with a few people", "On trial")
	if _, no, err := h.Propose(t.Context(), workflows.ProposalAsk{
		What: workflows.ProposePolicy, From: policy.Embedded().Hash, To: h.folder.Hash, Reason: "Because.", Actor: arjun,
	}, h.folder); no != nil || err != nil {
		t.Fatal(no, err)
	}
	var approve string
	for _, in := range get(t, h.as(t, ben), at, 200).Root.Named("input", "button") {
		if v := in.Attr["value"]; strings.HasPrefix(v, view.VerbApprove+"|") {
			approve = v
		}
	}
	if approve == "" {
		t.Fatal("Ben has no button to approve")
	}
	return &mux{h, routes, strings.NewReplacer(
		"{$}", "", "{id}", strings.TrimPrefix(at, "/requests/"), "{draft}", strings.TrimPrefix(draft, "/forms/"), "{token}", strings.Repeat("0", 64),
		"{file}", "none.css", "{kind}", "request", "{n}", "1", "{person}", string(ana), "{delivery}", "1", "{link}", "acc-ana", "{hash}", h.folder.Hash,
	), approve}
}

// answer gives the status of an address for a visitor, and fails where it says what they may not read.
func (m *mux) answer(t *testing.T, route string, v visitor, b *portaltest.Browser) string {
	t.Helper()
	method, path, _ := strings.Cut(route, " ")
	if strings.HasPrefix(path, "/settings/proposals") {
		path = strings.ReplaceAll(path, "{id}", "1")
	}
	if strings.HasPrefix(path, "/register/") {
		path = strings.ReplaceAll(path, "{id}", "AIS-1")
	}
	path = m.fill.Replace(path)
	before := m.Writes()
	if v.left {
		before++ // at the first sight of who left their session ends
	}
	ctx := t.Context()
	if path == portal.EventsPath { // a stream ends with who looks
		var cancel func()
		ctx, cancel = context.WithCancel(ctx)
		cancel()
	}
	form := url.Values{
		"f.reason": {"Mine."}, "revision": {"1"}, "go": {"save"}, "flow": {"ai-use"}, "nonce": {strings.Repeat("0", 16)}, "person": {string(ana)},
		"action": {m.approve}, "seen": {"0"}, "end": {"others"}, "do": {"confirm"},
	}
	if strings.HasPrefix(path, "/demo/") { // which take nothing else
		form = url.Values{"advance": {"24h"}}
	}
	res := b.Once(ctx, method, path, form)
	status, body := strconv.Itoa(res.Code), res.Body.String()
	if strings.Contains(body, muxText) && !v.sees {
		t.Errorf("%s shows the request to %s", route, v.name)
	}
	if strings.Contains(body, muxDraft) && v.who != ana {
		t.Errorf("%s shows Ana's draft to %s", route, v.name)
	}
	if m.Writes() > before {
		if method == http.MethodGet || (v.who == "" || v.left) && path != "/sign-in" && path != "/sign-out" {
			t.Errorf("%s by %s wrote something", route, v.name)
		}
		status += wrote
	}
	return status
}

// columns sets a table with spaces.
func columns(rows [][]string) string {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			width[i] = max(width[i], len(c))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, c := range row {
			row[i] = fmt.Sprintf("%-*s", width[i], c)
		}
		b.WriteString(strings.TrimRight(strings.Join(row, "  "), " ") + "\n")
	}
	return b.String()
}
