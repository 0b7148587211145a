package portal_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/portal"
	"steward/workflows"
)

// listener is a page that somebody looks at: its stream, block by block.
type listener struct {
	t    *testing.T
	body *bufio.Scanner
	stop context.CancelFunc
	code int
}

// listen opens a stream at a real server as a person who is signed in.
func listen(t *testing.T, h *house, server *httptest.Server, who workflows.PersonID, query string) *listener {
	t.Helper()
	b, err := h.client.Browser(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+portal.EventsPath+"?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")}) //nolint:gosec // on its way to the server
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	l := &listener{t: t, body: bufio.NewScanner(res.Body), stop: stop, code: res.StatusCode}
	l.body.Split(blocks)
	if res.StatusCode == http.StatusOK {
		if res.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("headers %v", res.Header)
		}
		if got := l.next(); !strings.HasPrefix(got, "retry: ") {
			t.Errorf("the stream begins with %q", got)
		}
	}
	return l
}

func blocks(data []byte, end bool) (int, []byte, error) {
	if i := strings.Index(string(data), "\n\n"); i >= 0 {
		return i + 2, data[:i], nil
	}
	if end && len(data) > 0 {
		return len(data), data, io.ErrUnexpectedEOF
	}
	return 0, nil, nil
}

// next gives the next block, "" at the end.
func (l *listener) next() string {
	l.t.Helper()
	if l.body.Scan() {
		return l.body.Text()
	}
	if err := l.body.Err(); err != nil && !errors.Is(err, context.Canceled) {
		l.t.Errorf("the stream broke: %v", err)
	}
	return ""
}

// liveHouse is a house on a real server.
func liveHouse(t *testing.T) (*house, *httptest.Server) {
	t.Helper()
	h := newHouse(t, nil)
	seed(t, h)
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	t.Cleanup(h.config.Watch.Close)
	return h, server
}

// watchOf gives what a page says that it shows.
func watchOf(t *testing.T, h *house, who workflows.PersonID, at string) string {
	t.Helper()
	b, err := h.client.Browser(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	p := get(t, b, at, 200)
	body := p.Root.First("body")
	return body.Attr["data-watch"]
}

// withdraw changes what waits for Ben.
func withdraw(t *testing.T, h *house) {
	t.Helper()
	s, err := h.client.Open(t.Context(), ana, "AIR-1")
	if err != nil {
		t.Fatal(err)
	}
	if s, err = h.client.Press(t.Context(), s, "withdraw"); err != nil || s.Form == nil {
		t.Fatalf("%v\n%s", err, s.Text)
	}
	s, err = h.client.Fill(t.Context(), s, card.Values{"reason": {"We use another tool now, this one is not needed."}}, bot.GoNext)
	if err != nil || s.Refused {
		t.Fatalf("%v\n%s", err, s.Text)
	}
	if err := h.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, h *house) {
	t.Helper()
	if err := h.config.Watch.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestStream(t *testing.T) {
	t.Run("a page hears what changes of what it shows", func(t *testing.T) {
		h, server := liveHouse(t)
		at := watchOf(t, h, ben, "/requests/AIR-1")
		l := listen(t, h, server, ben, at)
		look(t, h) // nothing: the page has seen it all
		withdraw(t, h)
		look(t, h)
		got := l.next()
		if !strings.HasPrefix(got, "event: changed\ndata: {") || !strings.Contains(got, `"AIR-1":`) || !strings.Contains(got, `"inbox":"0.`) {
			t.Errorf("%q", got)
		}
		if again := listen(t, h, server, ben, at); true {
			look(t, h)
			if got := again.next(); !strings.Contains(got, `"AIR-1":`) {
				t.Errorf("what was missed meanwhile is not told: %q", got)
			}
		}
	})
	t.Run("a list watches its lines, and every page the inbox", func(t *testing.T) {
		h, _ := liveHouse(t)
		for at, want := range map[string]string{"/requests": "AIR-1=", "/": "inbox=1.", "/about": "inbox=1."} {
			if got := watchOf(t, h, ben, at); !strings.Contains(got, want) {
				t.Errorf("%s watches %q", at, got)
			}
		}
	})
	t.Run("nobody hears of what they may not see", func(t *testing.T) {
		h, server := liveHouse(t)
		for query, code := range map[string]int{
			"AIR-1=0&inbox=x": 404, "AIR-99=0": 404, "air-1=0": 400, "x=1": 400, "inbox=1&inbox=2": 400, "inbox=" + strings.Repeat("1", 101): 400,
			manyIDs(): 400,
		} {
			if l := listen(t, h, server, "P-015", query); l.code != code {
				t.Errorf("%.40s: status %d, want %d", query, l.code, code)
			}
		}
		res := do(h.handler, http.MethodGet, "http://localhost"+portal.EventsPath, nil)
		if res.status != http.StatusUnauthorized || res.header.Get("Location") != "" {
			t.Errorf("somebody who is not signed in: %d to %q", res.status, res.header.Get("Location"))
		}
	})
	t.Run("it ends with the sign-in", func(t *testing.T) {
		for name, end := range map[string]func(h *house, token string){
			"signed out": func(h *house, token string) { _ = h.EndSession(t.Context(), portal.Hashed(token)) },
			"left":       func(h *house, _ string) { h.Leave(ben) },
		} {
			h, server := liveHouse(t)
			l := listen(t, h, server, ben, watchOf(t, h, ben, "/requests/AIR-1"))
			b, err := h.client.Browser(t.Context(), ben)
			if err != nil {
				t.Fatal(err)
			}
			withdraw(t, h)
			end(h, b.Cookie("steward"))
			look(t, h)
			if got := l.next(); got != "event: over\ndata: {}" {
				t.Errorf("%s: %q", name, got)
			}
			if got := l.next(); got != "" {
				t.Errorf("%s: it goes on with %q", name, got)
			}
		}
	})
	t.Run("it is not woken for news that it has taken", func(t *testing.T) {
		if n := portal.Wakes(); n != 0 {
			t.Errorf("it is woken %d times", n)
		}
	})
	t.Run("a fault ends it and tells nothing", func(t *testing.T) {
		h, server := liveHouse(t)
		l := listen(t, h, server, ben, "AIR-1=0")
		look(t, h)
		if got := l.next(); !strings.Contains(got, "changed") {
			t.Fatalf("%q", got)
		}
		h.Break(errors.New("the database is away"))
		if err := h.config.Watch.Look(t.Context()); err == nil {
			t.Error("a look without a database")
		}
		h.Break(nil)
		withdraw(t, h)
		look(t, h)
		if got := l.next(); !strings.Contains(got, "changed") {
			t.Errorf("after the fault: %q", got)
		}
	})
}

func manyIDs() string {
	q := url.Values{}
	for i := range 70 {
		q.Set("AIR-"+strings.Repeat("1", 1+i%9)+string(rune('0'+i%10))+string(rune('0'+i/10)), "1")
	}
	return q.Encode()
}

func TestStreamLasts(t *testing.T) {
	h := newHouse(t, nil)
	handler, err := portal.NewWithBeat(h.config, 5*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 20*time.Millisecond, 20*time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	l := listen(t, h, server, ben, "inbox=x")
	begun := time.Now()
	for time.Since(begun) < 100*time.Millisecond { // longer than the server gives a page
		if got := l.next(); got != ": still here" {
			t.Fatalf("%q", got)
		}
	}
	if h.config.Watch.Streams() != 1 {
		t.Error("nothing is watched")
	}
	b, err := h.client.Browser(t.Context(), ben)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.EndSession(t.Context(), portal.Hashed(b.Cookie("steward"))); err != nil {
		t.Fatal(err)
	}
	for got := l.next(); got != "event: over\ndata: {}"; got = l.next() {
		if got != ": still here" {
			t.Fatalf("%q", got)
		}
	}
}

func TestStreamsEnd(t *testing.T) {
	t.Run("when the program stops", func(t *testing.T) {
		h, server := liveHouse(t)
		l := listen(t, h, server, ben, "inbox=x")
		h.config.Watch.Close()
		h.config.Watch.Close()
		if got := l.next(); got != "retry: 5000" {
			t.Errorf("%q", got)
		}
		if got := l.next(); got != "" {
			t.Errorf("it goes on with %q", got)
		}
		if l := listen(t, h, server, ben, "inbox=x"); l.code != http.StatusServiceUnavailable {
			t.Errorf("a new one: %d", l.code)
		}
	})
	t.Run("when there are too many of one person", func(t *testing.T) {
		h, server := liveHouse(t)
		for range 12 {
			if l := listen(t, h, server, ben, "inbox=x"); l.code != http.StatusOK {
				t.Fatalf("status %d", l.code)
			}
		}
		if l := listen(t, h, server, ben, "inbox=x"); l.code != http.StatusServiceUnavailable {
			t.Errorf("one more: %d", l.code)
		}
		if l := listen(t, h, server, ana, "inbox=x"); l.code != http.StatusOK {
			t.Errorf("another person: %d", l.code)
		}
	})
	t.Run("when the page is left", func(t *testing.T) {
		h, _ := liveHouse(t)
		ctx, leave := context.WithCancel(t.Context())
		b, err := h.client.Browser(ctx, ben)
		if err != nil {
			t.Fatal(err)
		}
		w := &timed{ResponseRecorder: httptest.NewRecorder(), wrote: make(chan struct{}, 1)}
		over := make(chan struct{})
		go func() {
			defer close(over)
			req := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost"+portal.EventsPath+"?inbox=x", nil)
			req.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")}) //nolint:gosec // on its way to the server
			h.handler.ServeHTTP(w, req)
		}()
		<-w.wrote
		leave()
		<-over
		if h.config.Watch.Streams() != 0 {
			t.Error("it is still watched")
		}
		if w.read == nil || !w.read.IsZero() || w.write == nil || time.Until(*w.write) > 10*time.Second || time.Until(*w.write) < 0 {
			t.Errorf("deadlines: read %v, write %v", w.read, w.write)
		}
	})
}

// timed notes the deadlines that are set.
type timed struct {
	*httptest.ResponseRecorder

	read, write *time.Time
	wrote       chan struct{}
}

func (w *timed) SetReadDeadline(t time.Time) error  { w.read = &t; return nil }
func (w *timed) SetWriteDeadline(t time.Time) error { w.write = &t; return nil }
func (w *timed) FlushError() error                  { w.wrote <- struct{}{}; return nil }

func TestWatchRuns(t *testing.T) {
	h, server := liveHouse(t)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { defer close(over); h.config.Watch.Run(ctx) }()
	l := listen(t, h, server, ben, "inbox=x")
	if got := l.next(); !strings.Contains(got, "event: changed") {
		t.Errorf("%q", got)
	}
	stop()
	<-over
	if got := l.next(); got != "retry: 5000" {
		t.Errorf("at the end: %q", got)
	}
}

func TestLookingIsNoUse(t *testing.T) {
	h := newHouse(t, nil)
	b, err := h.client.Browser(t.Context(), ben)
	if err != nil {
		t.Fatal(err)
	}
	open := func(live bool) int {
		return do(h.handler, http.MethodGet, "http://localhost/", func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")}) //nolint:gosec // on its way to the server
			if live {
				r.Header.Set("Steward-Live", "1")
			}
		}).status
	}
	h.clock.pass(5 * time.Hour)
	if got := open(true); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	h.clock.pass(4 * time.Hour)
	if got := open(true); got != http.StatusSeeOther {
		t.Errorf("9 hours after the last use: status %d", got)
	}
	if got := open(false); got != http.StatusSeeOther {
		t.Errorf("the script kept the sign-in alive: status %d", got)
	}
	t.Run("and takes no sentence away", func(t *testing.T) {
		h := newHouse(t, nil)
		b, err := h.client.Browser(t.Context(), ben)
		if err != nil {
			t.Fatal(err)
		}
		b.SetCookie("steward-said", "RG9uZS4")
		res := do(h.handler, http.MethodGet, "http://localhost/", func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")})           //nolint:gosec // on its way to the server
			r.AddCookie(&http.Cookie{Name: "steward-said", Value: b.Cookie("steward-said")}) //nolint:gosec // on its way to the server
			r.Header.Set("Steward-Live", "1")
		})
		if len(res.cookies) != 0 {
			t.Errorf("cookies %v", res.cookies)
		}
		if p := get(t, b, "/", 200); !strings.Contains(p.Root.Words(), "Done.") {
			t.Error("the sentence is gone")
		}
	})
}
