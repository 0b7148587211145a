package portal_test

import (
	"errors"
	"maps"
	"net/url"
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
	"steward/workflows/policy"
)

// answers of a harmless use, as a person ticks them; page by page.
func harmless() []url.Values {
	return []url.Values{
		{
			"f.tool": {"DeepL Write (deepl.com)"}, "f.vendor": {"DeepL"}, "f.plan": {"free_or_private_account"},
			"f.purpose": {"Shorten public text for our newsletter, I read every line."}, "f.status": {"planned"}, "f.owner": {string(ana)},
			"f.users": {"only_me"}, "f.our_role": {"use_as_is"}, "f.affected": {"requester_only"}, "f.exposure": {"internal_draft"}, "f.data": {"public"},
		},
		{"f.practices": {"none"}, "f.areas": {"none"}, "f.autonomy": {"drafts"}, "f.system_access": {"nothing"}},
		{},
	}
}

// seed sends one request of Ana, which waits for Ben, and leaves a draft of hers.
func seed(t *testing.T, h *house) {
	t.Helper()
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	at := post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
	for _, page := range harmless() {
		at = send(t, b, at, page, 200).Path
	}
	if at != "/requests/AIR-1" {
		t.Fatalf("the request led to %s", at)
	}
	at = post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
	send(t, b, at, url.Values{"go": {"save"}, "f.tool": {"Second thought"}}, 200)
	if err := h.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// send posts a page of a form under its present revision.
func send(t *testing.T, b *portaltest.Browser, at string, values url.Values, status int) portaltest.Page {
	t.Helper()
	p := get(t, b, at, 200)
	form := url.Values{"revision": {revision(t, p)}, "go": {"next"}}
	maps.Copy(form, values)
	return post(t, b, at, form, status)
}

func revision(t *testing.T, p portaltest.Page) string {
	t.Helper()
	for _, in := range p.Root.Named("input") {
		if in.Attr["name"] == "revision" {
			return in.Attr["value"]
		}
	}
	t.Fatalf("no form on %s:\n%s", p.Path, p.Root.Words())
	return ""
}

func TestForms(t *testing.T) {
	begin := func(t *testing.T) (*house, *portaltest.Browser, string) {
		t.Helper()
		h := newHouse(t, nil)
		b, err := h.client.Browser(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		return h, b, post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
	}
	t.Run("errors stand at their fields and on top, and what was typed stays", func(t *testing.T) {
		_, b, at := begin(t)
		values := harmless()[0]
		values["f.purpose"] = []string{"Too <i>short</i>"}
		values["f.data"] = []string{"public", "unknown"}
		delete(values, "f.vendor")
		p := send(t, b, at, values, 422)
		text := p.Root.Words()
		if !strings.Contains(text, "3 answers need another look") || !strings.Contains(p.Root.First("title").Raw(), "Error") {
			t.Errorf("no list on top:\n%s", text)
		}
		for _, want := range []string{"40 characters", "say different things"} {
			if strings.Count(text, want) != 2 {
				t.Errorf("%q stands %d times, want at the field and on top", want, strings.Count(text, want))
			}
		}
		if !strings.Contains(p.Root.First("textarea").Raw(), "Too <i>short</i>") {
			t.Error("the purpose is gone")
		}
		checked := 0
		for _, in := range p.Root.Named("input") {
			if in.Attr["name"] == "f.data" && in.Has("checked") {
				checked++
			}
		}
		if checked != 2 {
			t.Errorf("%d ticks at the data, want the 2 that were set", checked)
		}
	})
	t.Run("back keeps what was typed and checks nothing", func(t *testing.T) {
		_, b, at := begin(t)
		send(t, b, at, harmless()[0], 200)
		send(t, b, at, url.Values{"go": {"back"}, "f.practices": {"none", "unsure"}}, 200)
		if p := get(t, b, at, 200); !strings.Contains(p.Body, "DeepL Write") || !strings.Contains(p.Body, "Page 1") {
			t.Error("not at the first page, or it is empty")
		}
	})
	t.Run("saving says so, and the draft is offered again", func(t *testing.T) {
		_, b, at := begin(t)
		p := send(t, b, at, url.Values{"go": {"save"}, "f.tool": {"Half a thought"}}, 200)
		if !strings.Contains(p.Root.Words(), "Kept as a draft") {
			t.Errorf("it does not say that it was saved:\n%s", p.Root.Words())
		}
		for _, page := range []string{"/requests/new", "/"} {
			if p := get(t, b, page, 200); !strings.Contains(p.Body, `href="`+at+`"`) {
				t.Errorf("%s does not offer the draft", page)
			}
		}
	})
	t.Run("sent twice it is one request", func(t *testing.T) {
		h, b, at := begin(t)
		for _, page := range harmless()[:2] {
			send(t, b, at, page, 200)
		}
		form := url.Values{"revision": {revision(t, get(t, b, at, 200))}, "go": {"next"}}
		post(t, b, at, form, 200)
		post(t, b, at, form, 200)
		rows, _, err := h.RequestRows(t.Context(), workflows.Person{ID: ana, Active: true}, workflows.RequestFilter{})
		if err != nil || len(rows) != 1 {
			t.Errorf("%d requests, %v", len(rows), err)
		}
	})
	t.Run("nobody else's", func(t *testing.T) {
		h, _, at := begin(t)
		other, err := h.client.Browser(t.Context(), ben)
		if err != nil {
			t.Fatal(err)
		}
		get(t, other, at, 404)
		post(t, other, at, url.Values{"revision": {"1"}, "f.tool": {"mine now"}}, 404)
	})
	t.Run("none that does not exist", func(t *testing.T) {
		_, b, _ := begin(t)
		get(t, b, "/forms/none", 404)
		post(t, b, "/requests/new", url.Values{"flow": {"none"}}, 404)
	})
}

func TestPages(t *testing.T) {
	h := newHouse(t, nil)
	seed(t, h)
	browser := func(who workflows.PersonID) *portaltest.Browser {
		b, err := h.client.Browser(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	t.Run("a request that is not for somebody's eyes does not exist for them", func(t *testing.T) {
		jack := browser("P-015")
		hidden := get(t, jack, "/requests/AIR-1", 404).Root.Words()
		if missing := get(t, jack, "/requests/AIR-99", 404).Root.Words(); missing != hidden {
			t.Errorf("the two can be told apart:\n%s\n\n%s", hidden, missing)
		}
		get(t, jack, "/requests/AIR-1/explain", 404)
		get(t, jack, "/requests/AIR-1?show=details", 404)
		if p := get(t, jack, "/requests", 200); strings.Contains(p.Body, "DeepL") {
			t.Error("the list shows it")
		}
		if p := get(t, jack, "/requests?text=AIR-1", 200); strings.Contains(p.Body, "DeepL") {
			t.Error("the search shows it")
		}
	})
	t.Run("ids work in any case, and a search for one leads there", func(t *testing.T) {
		if p := get(t, browser(ana), "/requests/air-1", 200); p.Path != "/requests/AIR-1" {
			t.Errorf("led to %s", p.Path)
		}
		if p := get(t, browser(ana), "/requests?text=air-1", 200); p.Path != "/requests/AIR-1" {
			t.Errorf("led to %s", p.Path)
		}
	})
	t.Run("the history shows number and hash of each record", func(t *testing.T) {
		rows, err := h.History(t.Context(), workflows.RequestRef("AIR-1"))
		if err != nil || len(rows) == 0 {
			t.Fatalf("%d records, %v", len(rows), err)
		}
		p := get(t, browser(ben), "/requests/AIR-1", 200)
		for _, row := range rows {
			if !strings.Contains(p.Body, row.Hash) {
				t.Errorf("the hash of record %d is not there", row.Record.N)
			}
		}
	})
	t.Run("explain and details are pages", func(t *testing.T) {
		get(t, browser(ben), "/requests/AIR-1/explain", 200)
		get(t, browser(ben), "/requests/AIR-1?show=details", 200)
	})
	t.Run("a filter that does not exist is said so", func(t *testing.T) {
		get(t, browser(ana), "/requests?status=sleeping", 400)
		if p := get(t, browser(ana), "/requests?status=rejected", 200); !strings.Contains(p.Root.Words(), "No request fits") {
			t.Error("no word about the empty list")
		}
	})
	t.Run("pressing twice from one page is one press", func(t *testing.T) {
		p := get(t, browser(ben), "/requests/AIR-1", 200)
		form := url.Values{}
		for _, f := range p.Root.Named("form") {
			for _, in := range f.Named("input") {
				if f.Attr["action"] == "/press" && (in.Attr["name"] == "nonce" || strings.HasPrefix(in.Attr["value"], "approve|")) {
					form.Set(in.Attr["name"], in.Attr["value"])
				}
			}
		}
		if first := post(t, browser(ben), "/press", form, 200); first.Path != "/requests/AIR-1" {
			t.Errorf("led to %s", first.Path)
		}
		before := h.Writes()
		post(t, browser(ben), "/press", form, 200)
		if n := h.Writes() - before; n != 0 {
			t.Errorf("the second press wrote %d times", n)
		}
		p = get(t, browser(ben), "/requests/AIR-1", 200)
		again := url.Values{"nonce": {"00000000000000ff"}, "action": form["action"]}
		if p = post(t, browser(ben), "/press", again, 409); !strings.Contains(p.Root.Words(), "AIR-1") {
			t.Errorf("a late press does not show the card:\n%s", p.Root.Words())
		}
	})
	t.Run("somebody who may not press is refused", func(t *testing.T) {
		action := card.Action{Verb: "approve", About: "request/AIR-1", Stage: "manager", Round: 1, Revision: 1}
		post(t, browser("P-015"), "/press", url.Values{"nonce": {"00000000000000fe"}, "action": {action.String()}}, 404)
	})
	t.Run("wrong methods and pages", func(t *testing.T) {
		res := do(h.handler, "DELETE", "http://localhost/requests", nil)
		if res.status != 405 || !strings.Contains(res.header.Get("Allow"), "GET") {
			t.Errorf("status %d, allow %q", res.status, res.header.Get("Allow"))
		}
		get(t, browser(ana), "/nowhere", 404)
	})
}

func TestOurFault(t *testing.T) {
	h := newHouse(t, nil)
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	h.Break(errors.New("dial tcp 10.1.2.3: secret words"))
	p := post(t, b, "/forms/d1", url.Values{"revision": {"1"}, "f.purpose": {"My long text"}}, 500)
	text := p.Root.Words()
	_, ref, ok := strings.Cut(text, "(ref ")
	if !ok || len(ref) < 5 || strings.Contains(p.Body, "secret words") || !strings.Contains(text, "My long text") {
		t.Fatalf("the page says:\n%s", text)
	}
	if !strings.Contains(h.log.String(), `"ref":"`+ref[:4]+`"`) || !strings.Contains(h.log.String(), "secret words") {
		t.Errorf("the log does not hold %s with the cause", ref[:4])
	}
	if strings.Contains(h.log.String(), "My long text") {
		t.Error("the log holds what was typed")
	}
}

func TestHostileText(t *testing.T) {
	h := newHouse(t, nil)
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	for i, evil := range hostile() {
		at := post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
		pages := harmless()
		pages[0]["f.tool"] = []string{evil + " tool"}
		pages[0]["f.purpose"] = []string{evil + strings.Repeat(" a purpose", 8)}
		send(t, b, at, pages[0], 200)
		p := send(t, b, at, pages[1], 200)
		inert(t, p, i)
		p = send(t, b, at, pages[2], 200)
		inert(t, p, i)
		about := p.Path
		for _, path := range []string{"/", "/requests", about, about + "/explain", about + "?show=details", "/record", strings.Replace(about, "/requests/", "/record/request/", 1) + "/1", "/people/" + string(ana)} {
			inert(t, get(t, b, path, 200), i)
		}
		if err := h.drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i, evil := range hostile() {
		for _, path := range []string{"/requests?text=", "/record?about=", "/record?who=", "/record?what=", "/people?text="} {
			p, err := b.Get(t.Context(), path+url.QueryEscape(evil))
			if err != nil {
				t.Fatal(err)
			}
			inert(t, p, i)
		}
		p, err := h.at(t, helen).Get(t.Context(), "/deliveries?text="+url.QueryEscape(evil)+"&surface="+url.QueryEscape(evil))
		if err != nil {
			t.Fatal(err)
		}
		inert(t, p, i)
	}
}

// inert fails where a text has become more than a text: an element, an attribute or a link that no template has.
func inert(t *testing.T, p portaltest.Page, n int) {
	t.Helper()
	for _, e := range p.Root.Named("img", "b", "marquee", "math", "video") {
		t.Errorf("%s: text %d became <%s>", p.Path, n, e.Name)
	}
	for _, e := range p.Root.ForeignScripts() {
		t.Errorf("%s: text %d became a script: %v %q", p.Path, n, e.Attr, e.Words())
	}
	for _, r := range p.Body {
		if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == 0 {
			t.Errorf("%s: text %d: control character %U is on the page", p.Path, n, r)
			return
		}
	}
}

func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' autofocus onfocus=alert(1) x='`, `</textarea><b>out</b>`,
		`</title><marquee>`, `javascript:alert(1)`, `{{.Secret}} ${7*7}`, "\u202Ereversed\u202C", "zero\u200Bwidth", `<!channel> <@U123> <https://evil.example|Approve>`,
		`=cmd|' /C calc'!A0`, `&lt;b&gt;`, "a\x00b", "line\r\nSet-Cookie: x=1", `<svg/onload=alert(1)>`, `<a href="//evil.example">x</a>`, strings.Repeat("Ẑ̸̢", 20),
	}
}

func TestSurface(t *testing.T) {
	surfacetest.Conform(t, func(t *testing.T) surfacetest.Half {
		t.Helper()
		h := newHouse(t, nil)
		return surfacetest.Half{
			Surface: h.surface(), Account: workflows.Account{ID: "portal:" + string(ana), Person: ana, Surface: "portal", User: string(ana), Confirmed: true},
			CanFind: true, Once: true,
			Messages: func() []string {
				notices, err := h.Notices(t.Context(), ana, 100)
				if err != nil {
					t.Fatal(err)
				}
				var out []string
				for _, n := range notices {
					out = append(out, n.Gist)
				}
				return out
			},
			Break: h.Break,
		}
	})
}

// answersOf turns what a person types into the answers of the form.
func answersOf(pages []url.Values) policy.Answers {
	flow, _ := policy.Embedded().Flow("ai-use")
	out := policy.Answers{}
	for _, page := range pages {
		for key, values := range page {
			q, ok := flow.Question(strings.TrimPrefix(key, "f."))
			switch {
			case !ok:
			case q.Type == policy.MultiSelect:
				out[q.Key] = policy.Answer{List: values}
			default:
				out[q.Key] = policy.Answer{Text: values[0]}
			}
		}
	}
	return out
}
