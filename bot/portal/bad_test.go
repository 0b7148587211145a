package portal_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// desks gives a house in which Ana's request waits for Ben, and both their browsers.
func desks(t *testing.T) (h *house, atAna, atBen *portaltest.Browser) {
	t.Helper()
	h = newHouse(t, nil)
	seed(t, h)
	var err error
	if atAna, err = h.client.Browser(t.Context(), ana); err != nil {
		t.Fatal(err)
	}
	if atBen, err = h.client.Browser(t.Context(), ben); err != nil {
		t.Fatal(err)
	}
	return h, atAna, atBen
}

// opens presses a button of a request that opens a form, and gives where the form is.
func opens(t *testing.T, b *portaltest.Browser, verb string) string {
	t.Helper()
	p := get(t, b, "/requests/AIR-1", 200)
	for _, f := range p.Root.Named("form") {
		send := url.Values{}
		for _, in := range f.Named("input") {
			send.Set(in.Attr["name"], in.Attr["value"])
		}
		if strings.HasPrefix(send.Get("action"), verb+"|") {
			return post(t, b, "/press", send, 200).Path
		}
	}
	t.Fatalf("no button %s:\n%s", verb, p.Root.Words())
	return ""
}

func (h *house) votes(t *testing.T) int {
	t.Helper()
	r, err := h.Request(t.Context(), "AIR-1")
	if err != nil {
		t.Fatal(err)
	}
	return len(r.Votes)
}

// boxed says whether a box of the page holds a text, as its value.
func boxed(p portaltest.Page, name, text string) bool {
	for _, n := range p.Root.Named("input", "textarea") {
		if n.Attr["name"] == name && strings.Contains(n.Attr["value"]+n.Raw(), text) {
			return true
		}
	}
	return false
}

const reason = "We have a note taker already; see the list of tools."

func TestStaleForms(t *testing.T) {
	t.Run("an edit meanwhile: nothing is decided, it says why, the text stays, the next press counts", func(t *testing.T) {
		h, _, b := desks(t)
		at := opens(t, b, view.VerbReject)
		old := url.Values{"revision": {revision(t, get(t, b, at, 200))}, "f." + view.KeyReason: {reason}}
		edited := answersOf(harmless())
		tool := edited["tool"]
		tool.Text = "DeepL Write Pro"
		edited["tool"] = tool
		ev := workflows.Event{Key: "edit", Actor: ana, At: h.Now(), About: workflows.RequestRef("AIR-1"), What: approval.Edited{Answers: edited}}
		if done, err := h.Apply(t.Context(), ev); err != nil || done.Refusal != nil {
			t.Fatalf("edit: %+v, %v", done.Refusal, err)
		}
		p := post(t, b, at, old, http.StatusConflict)
		if !strings.Contains(p.Root.Words(), "Ana Ruiz changed") || !boxed(p, "f."+view.KeyReason, reason) {
			t.Errorf("the page says:\n%s", p.Root.Words())
		}
		if n := h.votes(t); n != 0 {
			t.Errorf("%d votes on what nobody has seen", n)
		}
		send(t, b, at, url.Values{"f." + view.KeyReason: {reason}}, 200)
		if r, _ := h.Request(t.Context(), "AIR-1"); r.Status != approval.StatusRejected || r.Votes[0].Reason != reason {
			t.Errorf("%s after the press on what is there now", r.Status)
		}
	})
	t.Run("it ended meanwhile: the status says so, the text is shown again", func(t *testing.T) {
		h, _, b := desks(t)
		at := opens(t, b, view.VerbReject)
		old := url.Values{"revision": {revision(t, get(t, b, at, 200))}, "f." + view.KeyReason: {reason}}
		ev := workflows.Event{Key: "withdraw", Actor: ana, At: h.Now(), About: workflows.RequestRef("AIR-1"), What: approval.Withdrawn{}}
		if done, err := h.Apply(t.Context(), ev); err != nil || done.Refusal != nil {
			t.Fatalf("withdraw: %+v, %v", done.Refusal, err)
		}
		p := post(t, b, at, old, http.StatusConflict)
		if text := p.Root.Words(); !strings.Contains(text, "Withdrawn by Ana Ruiz") || !strings.Contains(text, reason) {
			t.Errorf("the page says:\n%s", text)
		}
		if n := h.votes(t); n != 0 {
			t.Errorf("%d votes after the end", n)
		}
	})
	t.Run("two windows: the older one sends nothing, and what it brings is kept", func(t *testing.T) {
		h, b, _ := desks(t)
		at := post(t, b, "/requests/new", url.Values{"flow": {"policy-exception"}}, 200).Path
		old := revision(t, get(t, b, at, 200))
		first := get(t, b, at, 200).Root.Named("textarea")
		if len(first) < 2 {
			t.Fatal("the form has fewer than two texts")
		}
		send(t, b, at, url.Values{"go": {"save"}, first[0].Attr["name"]: {"Typed in the first window."}}, 200)
		post(t, b, at, url.Values{"revision": {old}, "go": {"next"}, first[1].Attr["name"]: {"Typed in the second."}}, 200)
		p := get(t, b, at, 200)
		if !strings.Contains(p.Body, "Typed in the first window.") || !strings.Contains(p.Body, "Typed in the second.") {
			t.Errorf("something typed is gone:\n%s", p.Root.Words())
		}
		if rows, _, err := h.RequestRows(t.Context(), workflows.Person{ID: ana, Active: true}, workflows.RequestFilter{}); err != nil || len(rows) != 1 {
			t.Errorf("%d requests, %v", len(rows), err)
		}
	})
}

func TestLongText(t *testing.T) {
	t.Run("of an answer", func(t *testing.T) {
		h, b, _ := desks(t)
		at := post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
		values := harmless()[0]
		long := strings.Repeat("Every word of this was typed by hand. ", 60) + "The end."
		values["f.purpose"] = []string{long}
		p := send(t, b, at, values, http.StatusUnprocessableEntity)
		if !strings.Contains(p.Root.Words(), "Please shorten this to 1500 characters; it has 2288.") || !boxed(p, "f.purpose", long) {
			t.Errorf("not said at the field, or cut:\n%s", p.Root.Words())
		}
		if p := get(t, b, at, 200); !boxed(p, "f.purpose", long) {
			t.Error("the draft has lost it")
		}
		if rows, _, err := h.RequestRows(t.Context(), workflows.Person{ID: ana, Active: true}, workflows.RequestFilter{}); err != nil || len(rows) != 1 {
			t.Errorf("%d requests, %v", len(rows), err)
		}
	})
	for _, c := range []struct{ name, verb, key string }{
		{"of a reason", view.VerbReject, view.KeyReason}, {"of a question", view.VerbAsk, view.KeyQuestion},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _, b := desks(t)
			records := func() int {
				rows, err := h.History(t.Context(), workflows.RequestRef("AIR-1"))
				if err != nil {
					t.Fatal(err)
				}
				return len(rows)
			}
			before := records()
			at := opens(t, b, c.verb)
			long := strings.Repeat("word ", 500) + "The end."
			p := send(t, b, at, url.Values{"f." + c.key: {long}}, http.StatusUnprocessableEntity)
			if !strings.Contains(p.Root.Words(), "This has 2508 characters; at most 2000 fit.") || !boxed(p, "f."+c.key, long) {
				t.Errorf("not said, or cut:\n%s", p.Root.Words())
			}
			if n := records(); n != before {
				t.Errorf("%d records came of it", n-before)
			}
		})
	}
}

func TestUnknownIDs(t *testing.T) {
	h, b, _ := desks(t)
	before := h.Writes()
	for _, at := range []string{"/requests/AIR-99", "/requests/AIR-99/explain", "/requests/%3Cscript%3E", "/requests/AIR-1%00", "/forms/none", "/requests/" + strings.Repeat("9", 4000)} {
		get(t, b, at, http.StatusNotFound)
	}
	press := func(action string) url.Values { return url.Values{"nonce": {"0123456789abcdef"}, "action": {action}} }
	for _, action := range []string{"approve|request/AIR-99|manager|1|1|", "approve|people/directory|manager|1|1|", "explain|request/AIR-99||0|0|", "continue||||0|none"} {
		p, err := b.Post(t.Context(), "/press", press(action))
		if err != nil || p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
			t.Errorf("%s: status %d, %v", action, p.Status, err)
			continue
		}
		sane(t, p)
	}
	p := post(t, b, "/forms/none", url.Values{"revision": {"1"}, "f.reason": {reason}}, http.StatusNotFound)
	if !strings.Contains(p.Root.Words(), reason) {
		t.Errorf("what was typed into a form that is gone is not shown:\n%s", p.Root.Words())
	}
	post(t, b, "/requests/new", url.Values{"flow": {"ai-impact"}, "about": {"request/AIR-99"}}, http.StatusUnprocessableEntity)
	if n := h.Writes() - before; n != 0 {
		t.Errorf("%d writes", n)
	}
}

// Somebody who is signed in is led to another site, which sends forms in their name; or something is sent that no form of
// ours sends.
func TestForeignAndBroken(t *testing.T) {
	h, _, b := desks(t)
	at := opens(t, b, view.VerbReject)
	form := url.Values{"revision": {revision(t, get(t, b, at, 200))}, "go": {"next"}, "f." + view.KeyReason: {reason}}
	press := url.Values{"nonce": {"0123456789abcdef"}, "action": {"approve|request/AIR-1|manager|1|1|"}}
	before := h.Writes()
	try := func(target, body, kind, from string, want int) {
		t.Helper()
		res := do(h.handler, http.MethodPost, "http://localhost:8080"+target, func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Sec-Fetch-Site", from)
			r.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")}) //nolint:gosec // on its way to the server
		})
		if res.status != want {
			t.Errorf("%s %s from %s: status %d, want %d", kind, target, from, res.status, want)
		}
	}
	const plain = "application/x-www-form-urlencoded"
	for _, from := range []string{"cross-site", "same-site"} {
		try("/press", press.Encode(), plain, from, http.StatusForbidden)
		try(at, form.Encode(), plain, from, http.StatusForbidden)
	}
	large := form.Encode() + "&f.more=" + strings.Repeat("a", 65<<10)
	try(at, large, plain, "same-origin", http.StatusRequestEntityTooLarge)
	try("/press", press.Encode()+"&more="+strings.Repeat("a", 65<<10), plain, "same-origin", http.StatusRequestEntityTooLarge)
	for _, body := range []string{"revision=%zz", "revision=1;go=next", "{\"revision\":1}", "--x\r\n", "revision=" + strings.Repeat("9", 40)} {
		try(at, body, plain, "same-origin", http.StatusBadRequest)
	}
	try(at, `{"revision":1,"f.reason":"x"}`, "application/json", "same-origin", http.StatusBadRequest)
	try("/press", "<action>approve</action>", "text/xml", "same-origin", http.StatusBadRequest)
	if n := h.Writes() - before; n != 0 || h.votes(t) != 0 {
		t.Errorf("%d writes, %d votes", n, h.votes(t))
	}
	// The very same presses count when they come from a page of ours.
	try(at, form.Encode(), plain, "same-origin", http.StatusSeeOther)
	if n := h.votes(t); n != 1 {
		t.Errorf("%d votes: the test sent nothing that could count", n)
	}
}
