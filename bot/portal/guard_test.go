package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
)

// public makes a portal that is reached by https under a name.
func public(c *portal.Config) { c.Demo, c.PublicURL = false, "https://steward.example.com" }

// path fills in the wildcards of a route.
func path(route string) string {
	_, p, _ := strings.Cut(route, " ")
	return strings.NewReplacer("{$}", "", "{id}", "AIR-1", "{draft}", "d1", "{token}", "t1", "{file}", "steward.css", "{kind}", "request", "{n}", "1", "{person}", "P-001", "{delivery}", "1", "{link}", "acc-1").Replace(p)
}

// answer is what a single request got, without following it.
type answer struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
}

func do(h http.Handler, method, target string, change func(*http.Request)) answer {
	req := httptest.NewRequest(method, target, strings.NewReader("x=1"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(req)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	res := rec.Result()
	defer func() { _ = res.Body.Close() }()
	return answer{status: res.StatusCode, header: res.Header, cookies: res.Cookies()}
}

func TestHeaders(t *testing.T) {
	for _, mode := range []struct {
		name, origin string
		change       func(*portal.Config)
	}{{"demo", "http://localhost:8080", nil}, {"public", "https://steward.example.com", public}} {
		t.Run(mode.name, func(t *testing.T) {
			h := newHouse(t, mode.change)
			routes, err := portal.Routes(h.config)
			if err != nil {
				t.Fatal(err)
			}
			for _, route := range append(routes, "GET /nowhere", "DELETE /requests", "GET /requests/../about") {
				method, _, _ := strings.Cut(route, " ")
				res := do(h.handler, method, mode.origin+path(route), nil)
				want := map[string]string{
					"X-Content-Type-Options":     "nosniff",
					"Referrer-Policy":            "same-origin",
					"Cross-Origin-Opener-Policy": "same-origin",
					"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
						"form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
					"Cache-Control": "no-store",
				}
				if mode.change != nil {
					want["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
				}
				for name, value := range want {
					if got := res.header.Get(name); got != value {
						t.Errorf("%s: %s is %q, want %q", route, name, got, value)
					}
				}
				if res.header.Get("Permissions-Policy") == "" || (mode.change == nil && res.header.Get("Strict-Transport-Security") != "") {
					t.Errorf("%s: headers %v", route, res.header)
				}
			}
		})
	}
	t.Run("only the style sheet under its version may be kept", func(t *testing.T) {
		h := newHouse(t, nil)
		b := portaltest.Browser{Handler: h.handler}
		p, err := b.Get(t.Context(), "/about")
		if err != nil {
			t.Fatal(err)
		}
		style := p.Root.First("link").Attr["href"]
		if p, err = b.Get(t.Context(), style); err != nil || p.Status != http.StatusOK || !strings.Contains(p.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v %v", style, p.Status, p.Header, err)
		}
	})
}

func TestForeignSites(t *testing.T) {
	for _, mode := range []struct {
		name, origin string
		change       func(*portal.Config)
	}{{"demo", "http://localhost:8080", nil}, {"public", "https://steward.example.com", public}} {
		t.Run(mode.name, func(t *testing.T) {
			h := newHouse(t, mode.change)
			routes, err := portal.Routes(h.config)
			if err != nil {
				t.Fatal(err)
			}
			posts := 0
			for _, route := range routes {
				method, _, _ := strings.Cut(route, " ")
				if method == http.MethodGet {
					continue
				}
				posts++
				for name, change := range map[string]func(*http.Request){
					"cross-site": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
					"same-site":  func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
					"old":        func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
					"null":       func(r *http.Request) { r.Header.Set("Origin", "null") },
				} {
					if res := do(h.handler, method, mode.origin+path(route), change); res.status != http.StatusForbidden {
						t.Errorf("%s, %s: status %d, want 403", route, name, res.status)
					}
				}
			}
			if posts < 5 || h.Writes() != 0 {
				t.Errorf("%d routes that change something, %d writes", posts, h.Writes())
			}
		})
	}
	t.Run("behind a proxy that changes the host, our own origin passes", func(t *testing.T) {
		h := newHouse(t, public)
		res := do(h.handler, http.MethodPost, "http://10.0.0.7:8080/sign-out", func(r *http.Request) {
			r.Header.Set("Origin", "https://steward.example.com")
		})
		if res.status != http.StatusSeeOther {
			t.Errorf("status %d, want 303", res.status)
		}
	})
}

func TestHost(t *testing.T) {
	h := newHouse(t, nil)
	for host, want := range map[string]int{
		"localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "127.1.2.3": 200, "LOCALHOST": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:8080": 421, "10.0.0.1": 421, "": 421, "[::2]:80": 421,
	} {
		res := do(h.handler, http.MethodGet, "http://localhost/about", func(r *http.Request) { r.Host = host })
		if res.status != want {
			t.Errorf("host %q: status %d, want %d", host, res.status, want)
		}
	}
}

func TestCrawlLeavesNothing(t *testing.T) {
	h := newHouse(t, nil)
	ctx := t.Context()
	seed(t, h)
	link := workflows.SignInLink{Hash: portal.Hashed("t1"), Person: ana, Made: start, Ends: start.Add(10 * time.Minute), By: "cli"}
	if err := h.PutSignInLink(ctx, link); err != nil {
		t.Fatal(err)
	}
	for _, who := range []workflows.PersonID{ana, ben, helen} {
		b, err := h.client.Browser(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		before, seen := h.Writes(), 0
		for range 2 {
			seen += crawl(t, b)
		}
		if seen < 16 {
			t.Errorf("%s: only %d pages", who, seen)
		}
		if n := h.Writes() - before; n != 0 {
			t.Errorf("%s: crawling wrote %d times", who, n)
		}
	}
}

// crawl opens every address that can be reached by links, and the routes no link leads to.
func crawl(t *testing.T, b *portaltest.Browser) int {
	t.Helper()
	todo := []string{"/", "/sign-in", "/sign-in/t1", "/sign-in/wrong", "/about", "/requests?status=open", "/requests?text=air-1", "/nowhere", "/forms/none"}
	done := map[string]bool{}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		at, _, _ = strings.Cut(at, "#")
		if at == "" || done[at] {
			continue
		}
		done[at] = true
		p, err := b.Get(t.Context(), at)
		if err != nil {
			t.Errorf("%s: %v", at, err)
			continue
		}
		if p.Root == nil {
			continue
		}
		if p.Status >= http.StatusInternalServerError {
			t.Errorf("%s: status %d", at, p.Status)
		}
		sane(t, p)
		for _, a := range p.Root.Named("a") {
			todo = append(todo, a.Attr["href"])
		}
	}
	return len(done)
}

func TestLimits(t *testing.T) {
	t.Run("a form that is too large is refused", func(t *testing.T) {
		h := newHouse(t, nil)
		b, err := h.client.Browser(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		p, err := b.Post(t.Context(), "/forms/d1", url.Values{"revision": {"1"}, "f.purpose": {strings.Repeat("a", 65<<10)}})
		if err != nil || p.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d, %v", p.Status, err)
		}
		sane(t, p)
	})
	t.Run("one person cannot press without end, and others can", func(t *testing.T) {
		h := newHouse(t, func(c *portal.Config) { c.Burst, c.Every = 3, 2*time.Second })
		first, err := h.client.Browser(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		second, err := h.client.Browser(t.Context(), ben)
		if err != nil {
			t.Fatal(err)
		}
		post := func(b *portaltest.Browser) portaltest.Page {
			p, err := b.Post(t.Context(), "/requests/new", url.Values{"flow": {"none"}, "f.purpose": {"my long text"}})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		for range 3 {
			if p := post(first); p.Status != http.StatusNotFound {
				t.Fatalf("status %d", p.Status)
			}
		}
		p := post(first)
		if p.Status != http.StatusTooManyRequests || p.Header.Get("Retry-After") != "3" || !strings.Contains(p.Body, "my long text") {
			t.Errorf("status %d, retry after %q", p.Status, p.Header.Get("Retry-After"))
		}
		sane(t, p)
		if p := post(second); p.Status != http.StatusNotFound {
			t.Errorf("another person: status %d", p.Status)
		}
		h.clock.pass(2 * time.Second)
		if p := post(first); p.Status != http.StatusNotFound {
			t.Errorf("after a while: status %d", p.Status)
		}
	})
	t.Run("what is no form is refused", func(t *testing.T) {
		h := newHouse(t, nil)
		b, err := h.client.Browser(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		for name, form := range map[string]url.Values{
			"invalid text": {"revision": {"1"}, "f.tool": {"\xff\xfe"}}, "invalid key": {"revision": {"1"}, "f.\xff": {"a"}},
			"no revision": {"f.tool": {"a"}}, "negative revision": {"revision": {"-1"}}, "unknown way": {"revision": {"1"}, "go": {"away"}},
		} {
			p, err := b.Post(t.Context(), "/forms/d1", form)
			if err != nil || p.Status != http.StatusBadRequest {
				t.Errorf("%s: status %d, %v", name, p.Status, err)
			}
		}
		for _, form := range []url.Values{
			{},
			{"action": {"approve"}, "nonce": {"0123456789abcdef"}},
			{"action": {"approve|request/AIR-1|manager|1|1|"}},
			{"action": {"approve|request/AIR-1|manager|1|1|"}, "nonce": {"0123456789abcdeg"}},
			{"action": {"approve|request/AIR-1|manager|x|1|"}, "nonce": {"0123456789abcdef"}},
		} {
			p, err := b.Post(t.Context(), "/press", form)
			if err != nil || p.Status != http.StatusBadRequest {
				t.Errorf("press %v: status %d, %v", form, p.Status, err)
			}
		}
	})
}
