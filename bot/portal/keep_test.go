package portal_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
)

func TestKeep(t *testing.T) {
	begin := func(t *testing.T) (*house, *portaltest.Browser, string) {
		t.Helper()
		h := newHouse(t, nil)
		b, err := h.client.Browser(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		return h, b, post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
	}
	keep := func(t *testing.T, b *portaltest.Browser, at, revision string, values url.Values, status int) portaltest.Page {
		t.Helper()
		values.Set("revision", revision)
		p, err := b.Post(t.Context(), at+"/keep", values)
		if err != nil || p.Status != status {
			t.Fatalf("status %d, want %d, %v:\n%s", p.Status, status, err, p.Body)
		}
		return p
	}
	t.Run("what is typed is kept, and what follows from it comes back", func(t *testing.T) {
		_, b, at := begin(t)
		first := get(t, b, at, 200)
		if beside := byID(first, "beside"); beside == nil || !strings.Contains(beside.Words(), "appear here as you answer") {
			t.Fatalf("nothing stands beside the form:\n%s", first.Root.Words())
		}
		p := keep(t, b, at, revision(t, first), url.Values{"f.tool": {"Otter <b>"}, "f.data": {"personal"}, "f.purpose": {"short"}}, 200)
		piece := p.Root.First("div")
		if piece.Attr["data-revision"] != "2" || !strings.Contains(piece.Words(), "Personal data +12") || !strings.Contains(piece.Words(), "can still go down") {
			t.Errorf("it gives %s", p.Body)
		}
		if p.Root.First("h1") != nil || p.Root.First("html") != nil {
			t.Error("a whole page came back")
		}
		again := keep(t, b, at, "2", url.Values{"f.tool": {"Otter <b>"}, "f.data": {"public"}}, 200)
		if strings.Contains(again.Body, "Personal data +12") || again.Root.First("div").Attr["data-revision"] != "3" {
			t.Errorf("it gives %s", again.Body)
		}
		shown := get(t, b, at, 200)
		if !strings.Contains(shown.Body, "Otter &lt;b&gt;") || !strings.Contains(byID(shown, "beside").Words(), "This comes out as") {
			t.Errorf("the page has lost it:\n%s", shown.Root.Words())
		}
		if said := shown.Root.All(func(n *portaltest.Node) bool { return n.Class("said") }); len(said) != 0 {
			t.Error("the next page speaks of it")
		}
	})
	t.Run("a short form is kept too, and nothing is assessed", func(t *testing.T) {
		h := newHouse(t, nil)
		seed(t, h)
		s, err := h.client.Open(t.Context(), ana, "AIR-1")
		if err != nil {
			t.Fatal(err)
		}
		if s, err = h.client.Press(t.Context(), s, "withdraw"); err != nil {
			t.Fatal(err)
		}
		b, err := h.client.Browser(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		form := s.Page.(portaltest.Page)
		p := keep(t, b, form.Path, revision(t, form), url.Values{"f.reason": {"Because"}}, 200)
		if strings.TrimSpace(p.Root.Words()) != "" {
			t.Errorf("it gives %s", p.Body)
		}
		if now := get(t, b, form.Path, 200); !strings.Contains(now.Body, "Because") || strings.Contains(now.Body, "So far") {
			t.Errorf("the page has lost it, or assesses what is no set of answers:\n%s", now.Root.Words())
		}
	})
	t.Run("another window is told, and loses nothing", func(t *testing.T) {
		_, b, at := begin(t)
		keep(t, b, at, "1", url.Values{"f.tool": {"first"}}, 200)
		keep(t, b, at, "2", url.Values{"f.tool": {"second"}}, 200)
		p := keep(t, b, at, "1", url.Values{"f.tool": {"third"}}, 409)
		if p.Header.Get("Content-Type") != "text/plain; charset=utf-8" || !strings.Contains(p.Body, "another window") {
			t.Errorf("it says %q as %s", p.Body, p.Header.Get("Content-Type"))
		}
	})
	t.Run("what it cannot take is said with a status", func(t *testing.T) {
		h, b, at := begin(t)
		keep(t, b, at, "-1", url.Values{}, 400)
		keep(t, b, at, "1", url.Values{"f.tool": {"\xff"}}, 400)
		keep(t, b, at, "1", url.Values{"go": {"away"}}, 400)
		keep(t, b, "/forms/none", "1", url.Values{}, 404)
		other, err := h.client.Browser(t.Context(), ben)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, other, at, "1", url.Values{"f.tool": {"mine now"}}, 404)
		if p := get(t, b, at, 200); strings.Contains(p.Body, "mine now") {
			t.Error("somebody else wrote into the form")
		}
		keep(t, &portaltest.Browser{Handler: h.handler}, at, "1", url.Values{}, 401)
		h.Break(errors.New("the database is away"))
		keep(t, b, at, "1", url.Values{}, 500)
	})
}

// byID finds an element.
func byID(p portaltest.Page, id string) *portaltest.Node {
	for _, n := range p.Root.All(func(n *portaltest.Node) bool { return n.Attr["id"] == id }) {
		return n
	}
	return nil
}

func TestSearch(t *testing.T) {
	h := newHouse(t, nil)
	seed(t, h)
	as := func(who workflows.PersonID) *portaltest.Browser {
		b, err := h.client.Browser(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	t.Run("an id leads on to its page, for those who may see it", func(t *testing.T) {
		for _, q := range []string{"AIR-1", "air-1", " air-1 "} {
			if p := get(t, as(ben), "/search?q="+url.QueryEscape(q), 200); p.Path != "/requests/AIR-1" {
				t.Errorf("%q leads to %s", q, p.Path)
			}
		}
		for _, q := range []string{"AIR-1", "AIR-99"} {
			if p := get(t, as("P-015"), "/search?q="+q, 200); !strings.Contains(p.Root.Words(), "you may not see it") || strings.Contains(p.Root.Words(), "DeepL") {
				t.Errorf("%s:\n%s", q, p.Root.Words())
			}
		}
	})
	t.Run("tools, people and controls are found", func(t *testing.T) {
		for q, want := range map[string]string{"deepl": "DeepL Write", "okafor": "Ben Okafor", "A.5.34": "Which data goes in?"} {
			if p := get(t, as(ben), "/search?q="+q, 200); !strings.Contains(p.Root.Words(), want) {
				t.Errorf("%s finds no %q:\n%s", q, want, p.Root.Words())
			}
		}
		if p := get(t, as("P-015"), "/search?q=deepl", 200); strings.Contains(p.Root.Words(), "DeepL Write") {
			t.Error("Jack finds what is not for his eyes")
		}
		if p := get(t, as(ben), "/search?q=privacy", 200); strings.Contains(p.Root.Words(), "Controls") {
			t.Error("a word is no number of a control")
		}
	})
	t.Run("nothing to find says what can be found, and what is typed is text", func(t *testing.T) {
		if p := get(t, as(ben), "/search", 200); !strings.Contains(p.Root.Words(), "AIR-42") {
			t.Errorf("%s", p.Root.Words())
		}
		p := get(t, as(ben), "/search?q="+url.QueryEscape(`"><script>1</script>`), 200)
		inert(t, p, 0)
		get(t, as(ben), "/search?q="+strings.Repeat("a", 201), 400)
	})
	t.Run("many requests have a list of their own", func(t *testing.T) {
		for range 11 {
			at := post(t, as(ana), "/requests/new", url.Values{"flow": {"ai-use"}}, 200).Path
			for _, page := range harmless() {
				at = send(t, as(ana), at, page, 200).Path
			}
		}
		p := get(t, as(ana), "/search?q=deepl", 200)
		if !strings.Contains(p.Body, `href="/requests?text=deepl"`) || len(p.Root.Named("tr")) != 11 {
			t.Errorf("%d lines:\n%s", len(p.Root.Named("tr")), p.Root.Words())
		}
		oldest := get(t, as(ana), "/requests?sort=oldest&status=open", 200)
		first := oldest.Root.First("tbody").First("a")
		if first.Words() != "AIR-1" || !strings.Contains(oldest.Body, `aria-sort="ascending"><a href="/requests?status=open">`) ||
			!strings.Contains(oldest.Body, `<input type="hidden" name="sort" value="oldest">`) {
			t.Errorf("the oldest first:\n%s", oldest.Body)
		}
		if newest := get(t, as(ana), "/requests", 200); newest.Root.First("tbody").First("a").Words() != "AIR-12" {
			t.Error("not the newest first")
		}
	})
}
