package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/workflows"
)

// hardened starts a server as a company runs it: people reach it by https, through a proxy.
func hardened(t *testing.T) *app {
	t.Helper()
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen, l.People, l.DatabaseURL = "127.0.0.1:0", "sample/people.csv", secret{"sqlite:" + t.TempDir() + "/steward.db"}
	l.PublicURL = "https://steward.example.com"
	a := startServer(t, l, io.Discard)
	t.Cleanup(func() { _ = a.stop(context.WithoutCancel(t.Context())) })
	return a
}

// headed is an answer without its body.
type headed struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
}

// request is one to the running server, as the proxy sends it on.
func (a *app) request(ctx context.Context, t *testing.T, method, path string, body io.Reader, cookies []*http.Cookie) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+a.web.address+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "steward.example.com"
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value}) //nolint:gosec // on its way to the server it has no flags
	}
	return req
}

// asks makes one request of the running server, as the proxy does. It waits for the head of the answer only: a stream has no end.
func (a *app) asks(t *testing.T, method, path string, body io.Reader, cookies []*http.Cookie) headed {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req := a.request(ctx, t, method, path, body, cookies)
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return headed{resp.StatusCode, resp.Header, resp.Cookies()}
}

// byLink signs somebody in by a one-time link and gives the cookies that the server set.
func (a *app) byLink(t *testing.T, who workflows.PersonID) []*http.Cookie {
	t.Helper()
	link, at := newSignInLink(who, "cli", "", time.Now())
	if err := a.store.PutSignInLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	resp := a.asks(t, http.MethodPost, at, nil, nil)
	if resp.status != http.StatusSeeOther || len(resp.cookies) == 0 {
		t.Fatalf("signing in is answered with %d", resp.status)
	}
	return resp.cookies
}

// addressOf fills in the wildcards of a route.
func addressOf(route string) (method, path string) {
	method, path, _ = strings.Cut(route, " ")
	return method, strings.NewReplacer("{$}", "", "{id}", "AIR-1", "{draft}", "d1", "{token}", "t1", "{file}", "steward.css", "{kind}", "request",
		"{n}", "1", "{person}", "P-001", "{delivery}", "1", "{link}", "acc-1", "{hash}", strings.Repeat("0", 64)).Replace(path)
}

// Every answer of the running server carries exactly the headers that are meant, whoever asks and whatever the answer is,
// the stream of events too. What is private is kept nowhere.
func TestEveryRouteIsHardened(t *testing.T) {
	a := hardened(t)
	administrator := a.byLink(t, arjun)
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
		"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000; includeSubDomains", "Cache-Control": "no-store",
	}
	seen := 0
	for _, route := range append(a.routes(t), "GET /nowhere", "PUT /requests", "DELETE /settings") {
		method, path := addressOf(route)
		if path == "/sign-out" {
			continue // it is looked at last
		}
		for who, cookies := range map[string][]*http.Cookie{"nobody": nil, "an administrator": administrator} {
			resp := a.asks(t, method, path, nil, cookies)
			seen++
			for name, value := range want {
				if got := strings.Join(resp.header.Values(name), " | "); got != value {
					t.Errorf("%s for %s: %s is %q, want %q", route, who, name, got, value)
				}
			}
			for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
				if got := resp.header.Get(name); got != "" {
					t.Errorf("%s for %s: %s is %q", route, who, name, got)
				}
			}
			if who == "nobody" && len(resp.cookies) > 0 {
				t.Errorf("%s gives a stranger cookies: %v", route, resp.cookies)
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d answers", seen)
	}
	stream := a.asks(t, http.MethodGet, "/events?inbox=of-long-ago", nil, administrator)
	if kind := stream.header.Get("Content-Type"); stream.status != http.StatusOK || !strings.HasPrefix(kind, "text/event-stream") {
		t.Errorf("the stream: %d %s", stream.status, kind)
	}
	out := a.asks(t, http.MethodPost, "/sign-out", nil, administrator)
	for name, value := range want {
		if got := out.header.Get(name); got != value {
			t.Errorf("signing out: %s is %q", name, got)
		}
	}
	if again := a.asks(t, http.MethodGet, "/", nil, administrator); again.status != http.StatusSeeOther {
		t.Errorf("after signing out the cookie opens the inbox: %d", again.status)
	}
}

// A cookie is for this host alone, for https alone, for no script, and comes along from no other site; a new sign-in is a new one.
func TestCookies(t *testing.T) {
	a := hardened(t)
	first, second := a.byLink(t, ana), a.byLink(t, ana)
	for _, c := range append(first, second...) {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("a cookie that goes too far: %s", strings.ReplaceAll(c.String(), c.Value, "…"))
		}
		if len(c.Value) < 64 {
			t.Errorf("%s has %d characters", c.Name, len(c.Value))
		}
	}
	if first[0].Value == second[0].Value {
		t.Error("two sign-ins have one cookie")
	}
	mine := a.asks(t, http.MethodGet, "/", nil, second)
	if _, known := strings.CutPrefix(mine.header.Get("Location"), "/sign-in"); mine.status != http.StatusOK || known {
		t.Errorf("the cookie opens nothing: %d", mine.status)
	}
	plain := []*http.Cookie{{Name: strings.TrimPrefix(second[0].Name, "__Host-"), Value: second[0].Value}} //nolint:gosec // as asks sends it
	if resp := a.asks(t, http.MethodGet, "/", nil, plain); resp.status != http.StatusSeeOther {
		t.Errorf("a cookie that any host of the domain may set lets somebody in: %d", resp.status)
	}
}

// Nothing larger than a form is read, whoever sends it and wherever to.
func TestBodiesAreBounded(t *testing.T) {
	a := hardened(t)
	who := a.byLink(t, ana)
	large := url.Values{"f.reason": {strings.Repeat("a", 80<<10)}, "revision": {"1"}}.Encode()
	posts := 0
	for _, route := range a.routes(t) {
		method, path := addressOf(route)
		if method != http.MethodPost || path == "/sign-out" { // that one reads nothing
			continue
		}
		posts++
		resp := a.asks(t, method, path, strings.NewReader(large), who)
		if resp.status < 400 || resp.status >= 500 {
			t.Errorf("%s takes %d bytes: %d", route, len(large), resp.status)
		}
	}
	if posts < 10 {
		t.Errorf("only %d posts", posts)
	}
}

// Clients that send a form byte by byte, or no more than a part of their headers, are let go in time, and keep nobody else waiting.
func TestSlowClients(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for the time limits of the server")
	}
	t.Parallel()
	a := hardened(t)
	begun := time.Now()
	ended := make(chan string)
	const each = 40
	for i := range 2 * each {
		go func() {
			head := "POST /sign-in/t1 HTTP/1.1\r\nHost: steward.example.com\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1000\r\nContent-Type: application/x-www-form-urlencoded\r\n"
			within := headerTimeout
			if i%2 == 0 {
				head, within = head+"\r\n", readTimeout
			}
			ended <- drip(t.Context(), a.web.address, head, within+10*time.Second)
		}()
	}
	for range 20 {
		if resp := a.asks(t, http.MethodGet, "/about", nil, nil); resp.status != http.StatusOK {
			t.Errorf("others are answered with %d", resp.status)
		}
	}
	if took := time.Since(begun); took > headerTimeout {
		t.Logf("20 pages for others took %s", took) // on a machine that is busy with other things
	}
	for range 2 * each {
		if trouble := <-ended; trouble != "" {
			t.Error(trouble)
		}
	}
}

// drip sends the head at once and then a byte now and then, until the server has had enough.
func drip(ctx context.Context, address, head string, most time.Duration) string {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close() }()
	begun := time.Now()
	if _, err := io.WriteString(conn, head); err != nil {
		return err.Error()
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, conn) // ends when the server closes the connection, in order or not
	}()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-gone:
			return ""
		case <-tick.C:
			_, _ = io.WriteString(conn, "x") // an error shows at the other end of the connection, too
			if time.Since(begun) > most {
				return fmt.Sprintf("a slow client is kept for more than %s", most)
			}
		}
	}
}
