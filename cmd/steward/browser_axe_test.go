package main

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"steward/bot/portal"
	"steward/workflows"
)

// viewer looks at pages in one window.
type viewer struct {
	*tab
	axe     string
	login   func(workflows.PersonID) []*http.Cookie
	cookies map[workflows.PersonID][]*http.Cookie
	seen    *seenPages
}

// seenPages counts what was looked at.
type seenPages struct {
	mu            sync.Mutex
	paths         []string
	pages, checks int
}

// TestBrowserPages looks at every page of the portal in a browser: nothing moves by itself, nothing is wider than a small
// phone, no script fails, the content policy refuses nothing, and axe finds nothing, light and dark, on a desk and on a phone.
func TestBrowserPages(t *testing.T) {
	axe := axeSource(t)
	chrome := newChromium(t)
	a, company := startBrowsed(t), startCompany(t)
	sights, there := demoSights(t, a), companySights(t, company)
	seen := &seenPages{}
	t.Run("windows", func(t *testing.T) {
		for shard := range 2 {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				v := viewer{tab: chrome.tab(t, a.url()), axe: axe, cookies: map[workflows.PersonID][]*http.Cookie{}, seen: seen}
				v.login = v.enter
				for i, s := range sights {
					if i%2 == shard {
						v.look(s)
					}
				}
				if shard == 1 {
					return
				}
				v = viewer{tab: chrome.tab(t, company.url()), axe: axe, cookies: there.cookies, seen: seen}
				for _, s := range there.sights {
					v.look(s)
				}
			})
		}
	})
	t.Logf("%d pages, %d times axe", seen.pages, seen.checks)
	missed := unseen(t, seen.paths, a, company.app)
	for route := range missed {
		if os.Getenv("STEWARD_TEST_SIGHT") == "" {
			t.Errorf("nobody looked at %s", route)
		}
	}
}

// unseen gives the pages of the programs at whose addresses nobody looked.
func unseen(t *testing.T, paths []string, programs ...*app) map[string]bool {
	t.Helper()
	mux, missed := http.NewServeMux(), map[string]bool{}
	for _, a := range programs {
		for _, route := range a.routes(t) {
			if strings.HasPrefix(route, http.MethodGet) && !slices.Contains(noPages(), route) && !missed[route] {
				mux.HandleFunc(route, http.NotFound)
				missed[route] = true
			}
		}
	}
	for _, path := range paths {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, pattern := mux.Handler(req)
		delete(missed, pattern)
	}
	return missed
}

// routes gives all addresses of the portal.
func (a *app) routes(t *testing.T) []string {
	t.Helper()
	site, ok := (*a.web.portal.Load()).(portal.Site)
	if !ok {
		t.Fatal("the portal does not know its routes")
	}
	return site.Routes()
}

// noPages are the addresses that give files, plain text, streams, and nothing but the way to another page.
func noPages() []string {
	return []string{
		"GET /static/{file}", "GET /events", "GET /settings/policy/{hash}/difference.txt", "GET /record/checkpoints.txt", "GET /register/{id}/proofs/{n}/{file}", "GET " + portal.PathCallback,
	}
}

// look checks one page on both widths.
func (v viewer) look(s sight) {
	v.t.Helper()
	if only := os.Getenv("STEWARD_TEST_SIGHT"); only != "" && !strings.Contains(s.name+" "+s.path, only) {
		return
	}
	for _, width := range []int64{1280, 360} {
		what := fmt.Sprintf("%s (%s) %s at %d", s.name, s.who, s.path, width)
		v.size(width, 800)
		v.scheme("light")
		v.reach(s, what)
		if sum, moved := v.moved(); sum != 0 {
			v.t.Errorf("%s: it moves by %.4f:%s", what, sum, moved)
		}
		v.js(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`, nil)
		v.narrow(what)
		v.js(`document.querySelectorAll(".bar").forEach((b) => { b.style.position = "static"; })`, nil) // it covers what is scrolled under it
		v.js(v.axe, nil)
		v.check(what+", light", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
		v.scheme("dark")
		v.check(what+", dark", "color-contrast", "link-in-text-block") // all else is as it was
		if width == 360 {
			v.size(320, 800)
			v.narrow(what + ", 320 wide")
		}
		v.calm(what)
	}
	v.seen.mu.Lock()
	defer v.seen.mu.Unlock()
	v.seen.pages++
	v.seen.paths = append(v.seen.paths, v.at(), s.path)
}

// reach opens the page.
func (v viewer) reach(s sight, what string) {
	v.t.Helper()
	v.become(s.who)
	status := v.open(s.path)
	for _, words := range s.press {
		status = v.leads(v.pressing(words))
	}
	if want := int64(max(s.status, 200)); status != want && (s.status != 0 || status != 200) {
		v.t.Errorf("%s is answered with %d, want %d", what, status, want)
	}
}

// become signs somebody in, once for each window.
func (v viewer) become(who workflows.PersonID) {
	v.t.Helper()
	switch {
	case who == "":
		v.forget()
	case v.cookies[who] == nil:
		v.cookies[who] = v.login(who)
	default:
		v.carry(v.cookies[who])
	}
}

// pressing presses what has the words on it.
func (w *tab) pressing(words string) chromedp.Action {
	return evaluate(fmt.Sprintf(`(() => {
		const all = [...document.querySelectorAll("main button, main a, main summary")];
		const one = all.find((e) => e.textContent.trim().startsWith(%q) && e.offsetParent !== null);
		if (!one) throw new Error("nothing says " + %q + " but " + all.map((e) => e.textContent.trim()).join(" | "));
		one.click();
	})()`, words, words), nil)
}

// narrow fails where the page is wider than the window.
func (v viewer) narrow(what string) {
	v.t.Helper()
	v.settled()
	var wide []string
	v.js(`(() => {
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= width) return [];
		return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 0.5).map((e) => e.outerHTML.slice(0, 120)).slice(0, 5);
	})()`, &wide)
	for _, e := range wide {
		v.t.Errorf("%s: it is wider than the window: %s", what, e)
	}
}

// check asks axe about all rules with one of the tags, or about single rules.
func (v viewer) check(what string, rules ...string) {
	v.t.Helper()
	var found []struct {
		ID    string `json:"id"`
		Help  string `json:"help"`
		Nodes []struct {
			HTML    string `json:"html"`
			Summary string `json:"failureSummary"`
		} `json:"nodes"`
	}
	v.js(fmt.Sprintf(`axe.run(document, { preload: false, resultTypes: ["violations"], runOnly: %q.split(" ") }).then((r) => r.violations)`,
		strings.Join(rules, " ")), &found)
	for _, f := range found {
		for i, n := range f.Nodes {
			if i < 3 {
				v.t.Errorf("%s: axe says %s: %s\n\t%.300s\n\t%s", what, f.ID, f.Help, n.HTML, n.Summary)
			}
		}
	}
	v.seen.mu.Lock()
	defer v.seen.mu.Unlock()
	v.seen.checks++
}

// TestBrowserEyes: what the other tests look for is found where it is.
func TestBrowserEyes(t *testing.T) {
	axe := axeSource(t)
	w := newChromium(t).tab(t, startBrowsed(t).url())
	w.open("/about")
	w.js(`(() => {
		const wide = Object.assign(document.createElement("p"), { textContent: "wide" });
		wide.style.width = "5000px";
		document.querySelector("main").prepend(wide, Object.assign(document.createElement("input"), { type: "text" }));
		wide.insertAdjacentHTML("beforeend", "<b style='color: red'>inline</b>");
	})()`, nil)
	if sum, _ := w.moved(); sum == 0 {
		t.Error("nothing moved")
	}
	var wide, found bool
	w.js(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &wide)
	w.js(axe, nil)
	w.js(`axe.run(document, { preload: false }).then((r) => r.violations.some((v) => v.id === "label"))`, &found)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !wide || !found || !strings.Contains(strings.Join(w.troubles, "\n"), "content policy: style-src") {
		t.Errorf("too wide: %v, no label: %v, the console: %q", wide, found, w.troubles)
	}
}
