package portal_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/portal/oidc"
	"steward/bot/surfacetest/fakeoidc"
	"steward/workflows"
)

// company is a house whose people sign in at a provider, reached by https.
type company struct {
	*house

	t        *testing.T
	provider *fakeoidc.Server
	server   *httptest.Server
	jar      http.CookieJar

	mu    sync.Mutex
	known map[string]workflows.PersonID // by subject
	used  map[string]bool
	took  []workflows.SignIn
	names map[string]string // of chat accounts, by user
}

// SignIn implements portal.SignIns: who is known by the subject comes in, once a key.
func (c *company) SignIn(_ context.Context, s workflows.SignIn) (workflows.Link, *workflows.Refusal, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who, ok := c.known[s.Subject]
	switch {
	case s.Subject == "sub-broken":
		return workflows.Link{}, nil, errors.New("away")
	case c.used[s.Key]:
		return workflows.Link{}, workflows.Refuse(workflows.CodeStale, "This sign-in was used already."), nil
	case !ok:
		return workflows.Link{}, workflows.Refuse(workflows.CodeUnknown, "Steward does not know which person you are."), nil
	}
	c.used[s.Key] = true
	c.took = append(c.took, s)
	return workflows.Link{Account: workflows.Account{ID: "acc-oidc", Person: who}, State: workflows.LinkLinked}, nil, nil
}

// ChatName implements portal.ChatNames.
func (c *company) ChatName(_ context.Context, a workflows.Account) (name, email string, ok bool) {
	name, ok = c.names[a.User]
	return name, strings.ToLower(name) + "@chat.example.com", ok
}

func newCompany(t *testing.T, change func(*portal.Config)) *company {
	t.Helper()
	c := &company{
		t: t, known: map[string]workflows.PersonID{"sub-ana": ana, "sub-ben": ben, "sub-gone": "P-024"}, used: map[string]bool{}, names: map[string]string{},
	}
	c.server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(rw, r) }))
	base := "https://" + c.server.Listener.Addr().String()
	c.house = newHouse(t, func(cfg *portal.Config) {
		public(cfg)
		cfg.PublicURL = base
		c.provider = fakeoidc.New(func() time.Time { return cfg.Now() })
		t.Cleanup(c.provider.Close)
		client, err := oidc.New(oidc.Config{
			Issuer: c.provider.Issuer(), ClientID: fakeoidc.ClientID, Secret: func() string { return fakeoidc.Secret },
			Redirect: base + portal.PathCallback, Loopback: true, Now: cfg.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		cfg.Provider, cfg.SignIns, cfg.Signed, cfg.Names = client, c, c.memory(cfg), c
		if change != nil {
			change(cfg)
		}
	})
	c.server.StartTLS()
	t.Cleanup(c.server.Close)
	c.provider.Register(base + portal.PathCallback)
	c.as("sub-ana")
	c.forget()
	return c
}

func (*company) memory(cfg *portal.Config) portal.SessionList {
	return cfg.Sessions.(portal.SessionList)
}

// as says who is signed in at the provider.
func (c *company) as(subject string) {
	c.provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: subject}})
}

// forget gives the person another browser.
func (c *company) forget() { c.jar, _ = cookiejar.New(nil) }

// open goes where a browser goes that is sent there, through the provider and back.
func (c *company) open(at string) (status int, path, body string) {
	c.t.Helper()
	if strings.HasPrefix(at, "/") {
		at = c.server.URL + at
	}
	client := c.server.Client()
	client.Jar = c.jar
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, at, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	resp, err := client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, resp.Request.URL.RequestURI(), string(text)
}

// stops goes the way up to a hop that leads to a host, and gives that address.
func (c *company) stops(at, before string) *url.URL {
	c.t.Helper()
	client := *c.server.Client()
	client.Jar = c.jar
	var found *url.URL
	client.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
		if strings.Contains(req.URL.Path, before) {
			found = req.URL
			return http.ErrUseLastResponse
		}
		return nil
	}
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.server.URL+at, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if found == nil {
		c.t.Fatalf("%s does not lead to %s", at, before)
	}
	return found
}

func (c *company) cookies() map[string]string {
	u, err := url.Parse(c.server.URL)
	if err != nil {
		c.t.Fatal(err)
	}
	out := map[string]string{}
	for _, k := range c.jar.Cookies(u) {
		out[k.Name] = k.Value
	}
	return out
}

func TestOIDC(t *testing.T) {
	t.Run("whoever the company knows comes in, where they wanted to go", func(t *testing.T) {
		c := newCompany(t, nil)
		if status, path, body := c.open("/requests?mine=1"); status != 200 || path != "/sign-in?to=%2Frequests%3Fmine%3D1" ||
			!strings.Contains(body, `href="/sign-in/oidc?to=%2Frequests%3Fmine%3D1"`) {
			t.Fatalf("%d %s\n%s", status, path, body)
		}
		if status, path, body := c.open("/sign-in/oidc?to=%2Frequests%3Fmine%3D1"); status != 200 || path != "/requests?mine=1" || !strings.Contains(body, "Ana Ruiz") {
			t.Fatalf("%d %s\n%s", status, path, body)
		}
		all, err := c.SessionsOf(t.Context(), ana, c.clock.Now(), start)
		if err != nil || len(all) != 1 || all[0].Via != "oidc" || all[0].Link != "acc-oidc" || !all[0].AuthAt.Equal(start) || all[0].Agent != "Firefox on Linux" {
			t.Errorf("%+v, %v", all, err)
		}
		cookies := c.cookies()
		if len(cookies) != 1 || len(cookies["__Host-steward"]) != 64 {
			t.Errorf("cookies %v", cookies)
		}
	})
	t.Run("beginning stores nothing, and its cookie is for this host, https and no script", func(t *testing.T) {
		c := newCompany(t, nil)
		before := c.Writes()
		res := do(c.handler, http.MethodGet, c.server.URL+"/sign-in/oidc", nil)
		k := res.cookies[0]
		if res.status != http.StatusSeeOther || k.Name != "__Host-steward-way" || !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode ||
			k.Path != "/" || k.Domain != "" || k.MaxAge != 600 || c.Writes() != before {
			t.Errorf("status %d, cookie %+v, %d writes", res.status, k, c.Writes()-before)
		}
	})
	t.Run("it leads on to pages of ours only", func(t *testing.T) {
		for _, to := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/sign-in/x"} {
			c := newCompany(t, nil)
			if _, path, _ := c.open("/sign-in/oidc?to=" + url.QueryEscape(to)); path != "/" {
				t.Errorf("%s leads to %s", to, path)
			}
		}
	})
	t.Run("a session that somebody planted is not taken over, and the one before ends", func(t *testing.T) {
		c := newCompany(t, nil)
		c.open("/sign-in/oidc")
		first := c.cookies()["__Host-steward"]
		c.as("sub-ben")
		c.open("/sign-in/oidc")
		if second := c.cookies()["__Host-steward"]; second == first || !slices.Equal(c.Sessions(), []string{portal.Hashed(second)}) {
			t.Errorf("sessions %v", c.Sessions())
		}
	})
}

// TestOIDCRefused is what an attacker would try.
func TestOIDCRefused(t *testing.T) {
	refused := func(t *testing.T, c *company, name string, status int, body string, want int, says string) {
		t.Helper()
		if status != want || !strings.Contains(body, "You could not be signed in") || !strings.Contains(body, says) || len(c.Sessions()) != 0 {
			t.Errorf("%s: status %d, %d sessions:\n%s", name, status, len(c.Sessions()), body)
		}
		for _, secret := range []string{"<b>Prose</b>", fakeoidc.Secret, "code-"} {
			if strings.Contains(body+c.log.String(), secret) {
				t.Errorf("%s: %q is told", name, secret)
			}
		}
	}
	t.Run("an answer in a browser that did not begin", func(t *testing.T) {
		c := newCompany(t, nil)
		at := c.stops("/sign-in/oidc", portal.PathCallback)
		mine := c.jar
		c.forget() // somebody is sent the link: they must not be signed in as whoever sent it
		status, _, body := c.open(at.String())
		refused(t, c, "another browser", status, body, 400, "was not begun in this browser")
		c.jar = mine
		if status, path, _ := c.open(at.String()); status != 200 || path != "/" {
			t.Errorf("the browser that began: %d %s", status, path)
		}
	})
	t.Run("an answer twice", func(t *testing.T) {
		c := newCompany(t, nil)
		c.provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, Reuse: true})
		at := c.stops("/sign-in/oidc", portal.PathCallback)
		kept := c.cookies()["__Host-steward-way"]
		if status, _, _ := c.open(at.String()); status != 200 {
			t.Fatal(status)
		}
		c.forget()
		status, _, body := c.open(at.String())
		if status != 400 || !strings.Contains(body, "was used already") {
			t.Errorf("again: %d\n%s", status, body)
		}
		u, _ := url.Parse(c.server.URL)                                                                         // with a copy of the cookie, at a provider that does not look
		c.jar.SetCookies(u, []*http.Cookie{{Name: "__Host-steward-way", Value: kept, Secure: true, Path: "/"}}) //nolint:gosec // a cookie that is stolen has no flags
		if status, _, body := c.open(at.String()); status != 403 || !strings.Contains(body, "used already") || len(c.Sessions()) != 1 {
			t.Errorf("with the cookie: %d, %d sessions\n%s", status, len(c.Sessions()), body)
		}
	})
	t.Run("an answer after ten minutes", func(t *testing.T) {
		c := newCompany(t, nil)
		at := c.stops("/sign-in/oidc", portal.PathCallback)
		c.clock.pass(10*time.Minute + time.Second)
		status, _, body := c.open(at.String())
		refused(t, c, "late", status, body, 400, "longer than 10 minutes")
	})
	t.Run("a cookie that is none of ours", func(t *testing.T) {
		for _, value := range []string{"x", "e30", "bnVsbA", "W10"} { // {}, null and []
			c := newCompany(t, nil)
			u, _ := url.Parse(c.server.URL)
			c.jar.SetCookies(u, []*http.Cookie{{Name: "__Host-steward-way", Value: value, Secure: true, Path: "/"}}) //nolint:gosec // a cookie on its way to the server has no flags
			status, _, body := c.open(portal.PathCallback + "?state=&code=x")
			refused(t, c, value, status, body, 400, "was not begun in this browser")
		}
	})
	for name, k := range map[string]struct {
		how    fakeoidc.Behaviour
		status int
		says   string
	}{
		"another state":     {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, OtherState: true}, 400, "was not begun in this browser"},
		"an unknown person": {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-eve"}}, 403, "does not know which person"},
		"a leaver":          {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-gone"}}, 403, "You are not active"},
		"denied":            {fakeoidc.Behaviour{Deny: "access_denied"}, 403, "did not let you in"},
		"the provider is away": {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, Metadata: func(d map[string]any) {
			d["issuer"] = "x"
		}}, 503, "does not answer as it should"},
		"a token for somebody else": {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, Claims: func(m map[string]any) { m["aud"] = "x" }}, 400, "cannot be trusted"},
		"a token of the past":       {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, Claims: func(m map[string]any) { m["exp"] = 1 }}, 400, "Please begin again"},
		"a token signed by nobody":  {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, Sign: fakeoidc.SignNone}, 400, "cannot be trusted"},
		"another nonce":             {fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, Claims: func(m map[string]any) { m["nonce"] = "x" }}, 400, "Please begin again"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCompany(t, nil)
			c.provider.Behave(k.how)
			status, _, body := c.open("/sign-in/oidc")
			refused(t, c, name, status, body, k.status, k.says)
		})
	}
	t.Run("a fault of ours is told as one", func(t *testing.T) {
		c := newCompany(t, nil)
		c.as("sub-broken")
		if status, _, body := c.open("/sign-in/oidc"); status != 500 || !strings.Contains(body, "Something went wrong on our side") {
			t.Errorf("%d\n%s", status, body)
		}
	})
	t.Run("a sign-in that was asked to be fresh and is not", func(t *testing.T) {
		c := newCompany(t, nil)
		c.provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-ana"}, AuthAt: start.Add(-time.Hour), Lazy: true})
		status, _, body := c.open("/sign-in/oidc?fresh=1")
		refused(t, c, "lazy", status, body, 403, "did not ask you again")
	})
	t.Run("without a provider there is no such address", func(t *testing.T) {
		h := newHouse(t, public)
		for _, path := range []string{"/sign-in/oidc", portal.PathCallback} {
			if res := do(h.handler, http.MethodGet, origin+path, nil); res.status != http.StatusNotFound {
				t.Errorf("%s: %d", path, res.status)
			}
		}
	})
	t.Run("the provider is not asked without end, and answers to no attempt take nothing from those to one", func(t *testing.T) {
		c := newCompany(t, func(cfg *portal.Config) { cfg.Burst, cfg.Every = 1, time.Second })
		at := c.stops("/sign-in/oidc", portal.PathCallback)
		way := c.cookies()["__Host-steward-way"]
		flood := func(state, cookie string) (slowed int) {
			for range 40 {
				res := do(c.handler, http.MethodGet, c.server.URL+portal.PathCallback+"?code=x&state="+state, func(r *http.Request) {
					if cookie != "" {
						r.AddCookie(&http.Cookie{Name: "__Host-steward-way", Value: cookie}) //nolint:gosec // a cookie on its way to the server has no flags
					}
				})
				if res.status == http.StatusTooManyRequests {
					slowed++
				}
			}
			return slowed
		}
		state := at.Query().Get("state")
		for _, k := range []struct {
			state, cookie string
			slowed        int
		}{{"y", "", 39}, {"y", way, 40}, {state, "", 40}, {"", "x", 40}, {state, way, 20}} {
			if got := flood(k.state, k.cookie); got != k.slowed {
				t.Errorf("state %q, cookie %q: slowed down %d times, want %d", k.state, k.cookie, got, k.slowed)
			}
		}
	})
}

// Every answer on the way carries what every answer carries, that which sends the browser away as well, and nobody's referrer
// takes the code along.
func TestOIDCHeaders(t *testing.T) {
	c := newCompany(t, nil)
	for _, path := range []string{"/sign-in/oidc", portal.PathCallback + "?code=x&state=y", "/sign-in", "/sign-in/again"} {
		h := do(c.handler, http.MethodGet, c.server.URL+path, nil).header
		for name, want := range map[string]string{
			"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self';") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
}

func TestPortalNeedsBoth(t *testing.T) {
	h := newHouse(t, public)
	for name, change := range map[string]func(*portal.Config){
		"no provider": func(c *portal.Config) { c.SignIns = &company{} },
		"the demo": func(c *portal.Config) {
			c.SignIns, c.Provider, c.Demo, c.PublicURL = &company{}, &oidc.Client{}, true, ""
		},
	} {
		cfg := h.config
		change(&cfg)
		if _, err := portal.New(cfg); err == nil {
			t.Errorf("%s: made", name)
		}
	}
}
