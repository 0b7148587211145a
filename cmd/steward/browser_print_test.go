package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"steward/workflows"
)

// onPaper notes in the moment of printing what should not be on paper, what does not fit on it, and what cannot be read there.
const onPaper = `void (() => {
	window.paper = [];
	const shown = (e) => e.checkVisibility() && e.getClientRects().length > 0;
	const name = (e) => e.outerHTML.slice(0, 100);
	const dark = (c) => c.match(/[\d.]+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0) < 3 * 128;
	matchMedia("print").addEventListener("change", (event) => {
		if (!event.matches) return;
		const width = document.documentElement.clientWidth, say = (what) => window.paper.push(what);
		say("printed");
		const no = "nav, header, footer, button, summary.button, a.button, input, select, textarea, .toast, dialog, #demo, .skip";
		document.querySelectorAll(no).forEach((e) => { if (shown(e)) say("on paper: " + name(e)); });
		document.querySelectorAll("main *").forEach((e) => {
			if (!shown(e) || e.matches(".hidden, .hidden *")) return;
			const wider = e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible";
			if (wider || e.getBoundingClientRect().right > width + 1) say("cut off at " + width + ": " + name(e));
			if (e.childElementCount === 0 && e.textContent.trim() && !dark(getComputedStyle(e).color)) say("pale: " + name(e));
		});
		document.querySelectorAll("details.section").forEach((e) => {
			if (![...e.children].slice(1).every(shown)) say("folded: " + name(e));
		});
		if (dark(getComputedStyle(document.body).backgroundColor) && getComputedStyle(document.body).backgroundColor !== "rgba(0, 0, 0, 0)") say("dark paper");
	});
})()`

// TestBrowserPrint prints pages on A4, light and dark: what can only be pressed is not there, nothing is cut off at the edge,
// what is folded is unfolded, and all of it is dark on light.
func TestBrowserPrint(t *testing.T) {
	chrome := newChromium(t)
	a := startBrowsed(t)
	s := stagehand{t: t, a: a, surfers: map[workflows.PersonID]*surfer{}}
	dead, _ := s.deliveries()
	other := s.otherPolicy()
	like := s.examples()
	w := chrome.tab(t, a.url())
	for _, p := range []sight{
		{who: ben, path: "/"},
		{who: helen, path: "/requests"},
		{who: helen, path: like["approved with conditions"].path},
		{who: like["waits for the manager"].who, path: like["waits for the manager"].path},
		{who: helen, path: like["legal hold"].path + "/explain"},
		{who: helen, path: "/record"},
		{who: helen, path: "/record/request/AIR-1/1"},
		{who: helen, path: "/record/checkpoints"},
		{who: helen, path: "/people"},
		{who: helen, path: "/people/P-013"},
		{who: helen, path: "/deliveries"},
		{who: helen, path: dead},
		{who: arjun, path: "/settings"},
		{who: jonas, path: "/settings/policy/" + other},
		{who: arjun, path: "/settings/roles"},
		{who: arjun, path: "/settings/roles/P-020"},
		{who: ana, path: "/privacy"},
	} {
		w.as(p.who)
		for _, scheme := range []string{"light", "dark"} {
			w.scheme(scheme)
			w.open(p.path)
			w.js(onPaper, nil)
			w.run(chromedp.ActionFunc(func(ctx context.Context) error {
				_, _, err := page.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).WithPreferCSSPageSize(true).Do(ctx)
				return err
			}))
			var said []string
			w.js("window.paper", &said)
			if len(said) == 0 || said[0] != "printed" {
				t.Fatalf("%s was not printed: %q", p.path, said)
			}
			for i, one := range said[1:] {
				if i < 5 {
					t.Errorf("%s (%s), %s: %s", p.path, p.who, scheme, one)
				}
			}
			w.calm(fmt.Sprintf("%s, %s", p.path, scheme))
		}
	}
}
