package portal_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
	"steward/workflows/approval"
)

// from makes a request come from an address.
func from(address string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr = address }
}

func TestLimitsOfAll(t *testing.T) {
	const foreign = "https://evil.example"
	narrow := func(c *portal.Config) { public(c); c.Burst, c.Every = 3, time.Second }
	guess := func(h *house, address string) int {
		return do(h.handler, http.MethodPost, origin+"/sign-in/wrong", from(address)).status
	}
	t.Run("one address cannot guess without end, and others can", func(t *testing.T) {
		h := newHouse(t, narrow)
		for range 3 {
			if got := guess(h, "10.0.0.1:1"); got != http.StatusNotFound {
				t.Fatalf("status %d", got)
			}
		}
		for address, want := range map[string]int{
			"10.0.0.1:2": 429, "[::ffff:10.0.0.1]:3": 429, "10.0.0.2:1": 404, "[2001:db8::1]:1": 404, "": 404, "pipe:1": 404,
		} {
			if got := guess(h, address); got != want {
				t.Errorf("%s: status %d, want %d", address, got, want)
			}
		}
	})
	t.Run("a network of addresses is one", func(t *testing.T) {
		h := newHouse(t, narrow)
		for n := range 3 {
			guess(h, fmt.Sprintf("[2001:db8::%d%%eth0]:1", n))
		}
		if got := guess(h, "[2001:db8::ffff]:1"); got != http.StatusTooManyRequests {
			t.Errorf("status %d", got)
		}
	})
	t.Run("whoever floods keeps nobody from signing in, or from working", func(t *testing.T) {
		h := newHouse(t, narrow)
		b := invite(t, h, "secret")
		for n := range 60 {
			if got := guess(h, fmt.Sprintf("10.0.1.%d:1", n)); got != http.StatusNotFound {
				t.Fatalf("guess %d: status %d", n, got)
			}
		}
		if got := guess(h, "10.0.2.1:1"); got != http.StatusTooManyRequests {
			t.Errorf("all together are not bounded: status %d", got)
		}
		post(t, b, "/sign-in/secret", nil, 200)
		post(t, b, "/requests/new", url.Values{"flow": {"none"}}, 404)
	})
	t.Run("all who are signed in are bounded together", func(t *testing.T) {
		h := newHouse(t, func(c *portal.Config) { c.Burst, c.Every = 1, time.Second })
		for n := range 21 {
			token := fmt.Sprintf("session-%d", n)
			who := h.people[n].ID
			s := workflows.Session{Hash: portal.Hashed(token), Person: who, Started: start, Seen: start, Ends: start.Add(time.Hour)}
			if err := h.PutSession(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			got := do(h.handler, http.MethodPost, "http://localhost/press", func(r *http.Request) {
				r.AddCookie(&http.Cookie{Name: "steward", Value: token}) //nolint:gosec // a cookie on its way to the server has no flags
			}).status
			if want := map[bool]int{true: 400, false: 429}[n < 20]; got != want {
				t.Errorf("person %d: status %d, want %d", n, got, want)
			}
		}
	})
	t.Run("one person cannot read without end", func(t *testing.T) {
		h := newHouse(t, narrow)
		b := invite(t, h, "secret")
		post(t, b, "/sign-in/secret", nil, 200) // goes on to the inbox: one page
		for range 29 {
			get(t, b, "/requests?text=a", 200)
		}
		get(t, b, "/requests?text=a", 429)
		get(t, b, "/about", 200)
		h.clock.pass(100 * time.Millisecond)
		get(t, b, "/requests?text=a", 200)
	})
	t.Run("forms of other sites use nothing up", func(t *testing.T) {
		h := newHouse(t, narrow)
		for range 10 {
			res := do(h.handler, http.MethodPost, origin+"/sign-in/wrong", func(r *http.Request) { r.Header.Set("Origin", foreign) })
			if res.status != http.StatusForbidden {
				t.Fatalf("status %d", res.status)
			}
		}
		if got := guess(h, "192.0.2.1:1"); got != http.StatusNotFound {
			t.Errorf("status %d", got)
		}
	})
	t.Run("what a page of an error reads is bounded too", func(t *testing.T) {
		h := newHouse(t, func(c *portal.Config) { public(c); c.Sessions = noSessions{c.Sessions} })
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/press", strings.NewReader("f.a="+strings.Repeat("a", 1<<20)))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", foreign)
		req.AddCookie(&http.Cookie{Name: "__Host-steward", Value: "any"}) //nolint:gosec // a cookie on its way to the server has no flags
		rec := httptest.NewRecorder()
		h.handler.ServeHTTP(rec, req)
		if rec.Code != http.StatusInternalServerError || rec.Body.Len() > 64<<10 {
			t.Errorf("status %d, %d bytes", rec.Code, rec.Body.Len())
		}
	})
}

// noSessions is a database that is away.
type noSessions struct{ portal.Sessions }

func (noSessions) TouchSession(context.Context, string, time.Time, time.Duration) (workflows.Session, error) {
	return workflows.Session{}, errors.New("away")
}

// A portal that people reach as localhost, as in a container on their own machine, answers to no other name either.
func TestHostOfALocalPublicAddress(t *testing.T) {
	for public, want := range map[string]int{
		"http://localhost:8080": 421, "http://127.0.0.1:8080": 421, "https://[::1]": 421, "https://steward.example.com": 200,
	} {
		h := newHouse(t, func(c *portal.Config) { c.Demo, c.PublicURL = false, public })
		if res := do(h.handler, http.MethodGet, "http://evil.example:8080/about", nil); res.status != want {
			t.Errorf("%s: status %d, want %d", public, res.status, want)
		}
		if res := do(h.handler, http.MethodGet, "http://localhost:8080/about", nil); res.status != 200 {
			t.Errorf("%s: status %d on localhost", public, res.status)
		}
	}
}

func TestNothingIsToldOfHiddenRequests(t *testing.T) {
	const jack workflows.PersonID = "P-015"
	h := newHouse(t, func(c *portal.Config) { c.Inbox = wrongWaits{c.Inbox} })
	seed(t, h)
	b, err := h.client.Browser(t.Context(), jack)
	if err != nil {
		t.Fatal(err)
	}
	if hidden, missing := get(t, b, "/requests?before=AIR-1", 404), get(t, b, "/requests?before=AIR-99", 404); hidden.Root.Words() != missing.Root.Words() {
		t.Error("the list tells which requests exist")
	}
	for _, id := range []string{"%2f%2fevil.example", "..%2fabout", "AIR-1%0d%0aSet-Cookie:x", "AIR", "AIR-1%00", "%ff"} {
		for _, more := range []string{"", "/explain", "?show=details"} {
			if p, err := b.Get(t.Context(), "/requests/"+id+more); err != nil || p.Status != 404 {
				t.Errorf("%s%s: status %d, %v", id, more, p.Status, err)
			}
		}
	}
	if p := get(t, b, "/", 200); strings.Contains(p.Body, "DeepL") || strings.Contains(p.Body, "AIR-1") {
		t.Error("the inbox shows a request that is not for their eyes")
	}
	text := func(action string) string {
		return post(t, b, "/press", url.Values{"nonce": {"00000000000000aa"}, "action": {action}}, 404).Root.Words()
	}
	for _, verb := range []string{"show", "details", "explain", "approve", "decide", "reject", "ask", "answer", "edit", "withdraw", "name", "link", "rule", "accept"} {
		hidden, missing := text(verb+"|request/AIR-1|manager|1|1|1"), text(verb+"|request/AIR-9|manager|1|1|1")
		if strings.ReplaceAll(hidden, "AIR-1", "") != strings.ReplaceAll(missing, "AIR-9", "") {
			t.Errorf("%s tells the two apart:\n%s\n\n%s", verb, hidden, missing)
		}
	}
}

// wrongWaits lets a request wait for everybody.
type wrongWaits struct{ portal.Inbox }

func (wrongWaits) Waits(context.Context, workflows.PersonID) ([]workflows.Wait, error) {
	return []workflows.Wait{{About: workflows.RequestRef("AIR-1"), Why: workflows.WhyDecide}}, nil
}

// What a button carries is changed in every part: nothing but the one right press of the one right person decides.
func TestChangedButtons(t *testing.T) {
	h := newHouse(t, nil)
	seed(t, h)
	right := card.Action{Verb: "approve", About: "request/AIR-1", Stage: "manager", Round: 1, Revision: 1}
	changed := []card.Action{right}
	for _, change := range []func(*card.Action){
		func(a *card.Action) { a.Stage = "experts" }, func(a *card.Action) { a.Round = 2 },
		func(a *card.Action) { a.Revision = 2 }, func(a *card.Action) { a.Verb = "Approve" },
		func(a *card.Action) { a.Verb = "decided" }, func(a *card.Action) { a.About = "request/air-1" }, func(a *card.Action) { a.About = "policy/AIR-1" },
		func(a *card.Action) { a.About = "" },
	} {
		a := right
		change(&a)
		changed = append(changed, a)
	}
	for _, who := range []workflows.PersonID{ana, ben, helen, "P-015"} {
		b, err := h.client.Browser(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range changed {
			if who == ben && i == 0 {
				continue
			}
			a.Arg = string(ben)
			form := url.Values{
				"nonce": {fmt.Sprintf("%016x", i)}, "action": {a.String()}, "person": {string(ben)}, "actor": {string(ben)}, "for": {string(ben)},
			}
			p, err := b.Post(t.Context(), "/press?person="+string(ben), form)
			if err != nil || p.Status < 400 || p.Status >= 500 {
				t.Errorf("%s with %s: status %d, %v", who, a, p.Status, err)
			}
		}
	}
	r, err := h.Request(t.Context(), "AIR-1")
	if err != nil || r.Status != approval.StatusOpen || len(r.Votes) != 0 {
		t.Fatalf("%s with %d votes, %v", r.Status, len(r.Votes), err)
	}
	b, err := h.client.Browser(t.Context(), ben)
	if err != nil {
		t.Fatal(err)
	}
	post(t, b, "/press", url.Values{"nonce": {strings.Repeat("b", 16)}, "action": {right.String()}}, 200)
	if r, err = h.Request(t.Context(), "AIR-1"); err != nil || len(r.Votes) != 1 || r.Votes[0].Person != ben {
		t.Errorf("the right press: votes %+v, %v", r.Votes, err)
	}
}

// Fields that no page shows change nothing, in whatever form they come.
func TestFieldsNoPageShows(t *testing.T) {
	h := newHouse(t, nil)
	seed(t, h)
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	extra := url.Values{}
	for _, key := range []string{
		"person", "requester", "actor", "for", "owner_id", "tier", "stage", "round", "seen", "policy", "form", "flow", "about", "sent",
		"page", "saved_at", "id", "done", "arg", "screening", "key", "own.arg", "own.done", "act.arg", "_arg", "_done",
	} {
		extra.Set(key, string(ben))
		extra.Set("f."+key, string(ben))
	}
	at := post(t, b, "/requests/new", url.Values{"flow": {"ai-use"}, "person": {string(ben)}, "form": {"decide"}}, 200).Path
	for _, page := range harmless() {
		maps.Copy(page, extra)
		at = send(t, b, at+"?person="+string(ben), page, 200).Path
	}
	plain, err := h.Request(t.Context(), "AIR-1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Request(t.Context(), "AIR-2")
	if err != nil {
		t.Fatalf("it led to %s: %v", at, err)
	}
	if r.Requester != ana || r.Owner != plain.Owner || r.Status != plain.Status || r.Screening.Assessment.Tier != plain.Screening.Assessment.Tier ||
		len(r.Screening.Answers) != len(plain.Screening.Answers) {
		t.Errorf("it is %+v, want it like %+v", r, plain)
	}
}

func TestSentenceOfTheLastPage(t *testing.T) {
	h := newHouse(t, nil)
	b := &portaltest.Browser{Handler: h.handler}
	b.SetCookie("steward-said", "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PuKAriDigKtlZGlj4oCs") // <script>, then bidi controls
	p := get(t, b, "/about", 200)
	if strings.Contains(p.Body, "<script>") || strings.ContainsAny(p.Body, "\u202e\u202b\u202c") || !strings.Contains(p.Root.Words(), "<script>alert(1)</script>") {
		t.Errorf("a planted sentence is shown as %q", p.Root.Words())
	}
	if b.Cookie("steward-said") != "" {
		t.Error("it stays")
	}
	for _, bad := range []string{"%%%", "_w"} {
		b.SetCookie("steward-said", bad)
		get(t, b, "/about", 200)
	}
}
