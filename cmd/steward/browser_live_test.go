package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"steward/workflows"
	"steward/workflows/approval"
)

// TestBrowserLive: what one person decides, others see on the pages that they have open, without loading them again; nothing
// outside of what changed moves.
func TestBrowserLive(t *testing.T) {
	chrome := newChromium(t)
	a := startBrowsed(t)
	r := a.sent(t)
	asker, decider, inbox := chrome.tab(t, a.url()), hand{tab: chrome.tab(t, a.url())}, chrome.tab(t, a.url())
	asker.as(ana)
	decider.as(ben)
	inbox.as(ben)
	asker.open("/requests/" + r)
	inbox.open("/")
	decider.open("/requests/" + r)
	line := fmt.Sprintf(`document.querySelector("#waiting a[href='/requests/%s']")`, r)
	for _, w := range []*tab{asker, inbox} {
		if sum, what := w.moved(); sum != 0 {
			t.Errorf("it moves by %f before anything happened:%s", sum, what)
		}
		w.js(`void (window.untouched = true)`, nil) // gone when the page is loaded again
	}
	inbox.await("it waits in the inbox", line)
	decider.unfold("Approve")
	decider.press("Approve")
	asker.await("the asker sees it", `document.querySelector("#request .mark").textContent.includes("Approved")`)
	inbox.await("it is gone from the inbox", "!"+line)
	for name, w := range map[string]*tab{"the request": asker, "the inbox": inbox} {
		w.js(`if (!window.untouched) throw new Error("it was loaded again")`, nil)
		w.await("it is said", `!document.getElementById("toast").hidden`)
		w.settled()
		var others []string
		w.js(`window.shifts.flatMap((s) => s.others)`, &others)
		for _, other := range others {
			t.Errorf("%s: it moves, and did not change: %s", name, other)
		}
		w.calm(name)
	}
}

// sent sends a harmless request of Ana's, which Ben decides on.
func (a *app) sent(t *testing.T) (id string) {
	t.Helper()
	done, err := a.engine.Apply(t.Context(), workflows.Event{
		Actor: ana, Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
		What: approval.Submitted{Flow: flowAIUse, Answers: harmlessUse()},
	})
	if err != nil || done.Refusal != nil {
		t.Fatal(done.Refusal, err)
	}
	return done.About.ID
}

// TestBrowserDrafts: what is typed is kept as it is typed, and what the policy makes of it stands beside.
func TestBrowserDrafts(t *testing.T) {
	chrome := newChromium(t)
	a := startBrowsed(t)
	h := hand{tab: chrome.tab(t, a.url())}
	h.as(ana)
	h.open("/requests/new")
	h.press("Begin")
	before := ""
	h.js(`document.getElementById("beside")?.textContent ?? ""`, &before)
	h.write("f.tool", "Whisper (openai.com)")
	h.choose("f.plan", "free_or_private_account")
	h.choose("f.data", "special_category")
	h.await("it is kept", `document.querySelector("[data-kept]").textContent === "Saved"`)
	h.await("the assessment follows", fmt.Sprintf(`document.getElementById("beside").textContent !== %q`, before))
	if sum, what := h.moved(); sum != 0 {
		t.Errorf("it moves by %f as it is typed:%s", sum, what)
	}
	h.open(h.at())
	var now string
	h.js(box("f.tool", "")+".value", &now)
	var chosen bool
	h.js(box("f.data", "special_category")+".checked", &chosen)
	if now != "Whisper (openai.com)" || !chosen {
		t.Errorf("after loading it again: %q, %v", now, chosen)
	}
	h.calm("the form")
}

// TestBrowserKeys: single keys walk lists, find and begin things, and none of them is taken away from a box.
func TestBrowserKeys(t *testing.T) {
	chrome := newChromium(t)
	a := startBrowsed(t)
	w := chrome.tab(t, a.url())
	w.as(helen)
	w.open("/requests")
	key := func(k string) { t.Helper(); w.run(typing(k)) }
	on := func(k, want string) {
		t.Helper()
		key(k)
		w.await("after "+k, want)
	}
	line := func(n int) string {
		return fmt.Sprintf(`document.querySelectorAll("tbody tr")[%d].contains(document.activeElement)`, n)
	}
	on("j", line(0))
	on("j", line(1))
	on("k", line(0))
	var path string
	w.js(`document.activeElement.getAttribute("href")`, &path)
	if w.leads(typing(kb.Enter)); w.at() != path || !strings.HasPrefix(path, "/requests/") {
		t.Errorf("Enter leads to %s, the line to %s", w.at(), path)
	}
	on("?", `document.getElementById("keys").open`)
	on(kb.Escape, `!document.getElementById("keys").open`)
	on("/", `document.activeElement.id === "find"`)
	on("j", `document.activeElement.value === "j"`)
	if w.leads(typing(kb.Enter)); w.at() != "/search?q=j" {
		t.Errorf("finding leads to %s", w.at())
	}
	key("g")
	if w.leads(typing("i")); w.at() != "/" {
		t.Errorf("g i leads to %s", w.at())
	}
	if w.leads(typing("n")); w.at() != "/requests/new" {
		t.Errorf("n leads to %s", w.at())
	}
	w.calm("the keys")
}

// TestBrowserLeaver: whoever leaves the company while a page is open is told that their sign-in has ended, and keeps what they
// typed; nothing more of it is stored.
func TestBrowserLeaver(t *testing.T) {
	chrome := newChromium(t)
	a := startBrowsed(t)
	h := hand{tab: chrome.tab(t, a.url())}
	h.as(ana)
	h.open("/requests/new")
	h.press("Begin")
	form := h.at()
	h.write("f.tool", "Whisper")
	h.await("it is kept", `document.querySelector("[data-kept]").textContent === "Saved"`)
	leaves(t, a, ana, false)
	h.await("the page says so", `document.getElementById("toast").textContent.includes("Your sign-in has ended.")`)
	h.write("f.tool", " of OpenAI")
	h.await("so does the form", `document.querySelector("[data-kept]").textContent.startsWith("Not saved: your sign-in has ended.")`)
	var typed string
	if h.js(box("f.tool", "")+".value", &typed); typed != "Whisper of OpenAI" {
		t.Errorf("of what was typed there is %q", typed)
	}
	h.calm("the form")
	if h.open(form); !strings.HasPrefix(h.at(), "/sign-in?") {
		t.Errorf("loading it again leads to %s", h.at())
	}
}
