package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// lines collects what is printed while something runs.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// serve runs the command until ctx ends and gives its exit code by a channel.
func serve(ctx context.Context, t *testing.T, args ...string) (out, errs *lines, code chan int) {
	t.Helper()
	out, errs, code = &lines{}, &lines{}, make(chan int, 1)
	p := program{
		in: strings.NewReader(""), out: out, err: errs, now: time.Now,
		env: []string{"STEWARD_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "steward.db"), "STEWARD_LISTEN=127.0.0.1:0"},
	}
	go func() { code <- p.run(ctx, append([]string{"serve"}, args...)) }()
	return out, errs, code
}

func wait(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for range 400 {
		if holds() {
			return
		}
		time.Sleep(25 * time.Millisecond) // what it waits for is in loops of the program, which tell nobody
	}
	t.Fatalf("%s: not within 10 s", what)
}

func TestServeStopsInOrder(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, errs, code := serve(ctx, t)
	wait(t, "ready", func() bool { return strings.Contains(out.String(), "Steward is ready: http://127.0.0.1:") })
	url := strings.TrimSpace(strings.TrimPrefix(out.String(), "Steward is ready: "))
	if got := httpStatus(t, url+"/readyz"); got != http.StatusOK {
		t.Errorf("/readyz answers %d", got)
	}
	cancel()
	select {
	case got := <-code:
		if got != exitOK {
			t.Errorf("exit code %d\n%s", got, errs)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second); err == nil {
		t.Error("it still listens")
	}
}

func TestServeSaysThatThePortIsTaken(t *testing.T) {
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, errs, code := serve(t.Context(), t, "--listen", l.Addr().String())
	if got := <-code; got != exitUsage {
		t.Errorf("exit code %d", got)
	}
	want := fmt.Sprintf("steward: listen (--listen): %s is taken by another program; stop that one, or choose another port with --listen 127.0.0.1:PORT\n", l.Addr())
	if errs.String() != want {
		t.Errorf("says %q, want %q", errs, want)
	}
}

// Two processes on one SQLite file would undo each other's work.
func TestServeRefusesASecondProcess(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, _, code := serve(ctx, t, "--database-url", db)
	wait(t, "ready", func() bool { return out.String() != "" })
	_, errs, second := serve(ctx, t, "--database-url", db)
	if got := <-second; got != exitUsage || !strings.Contains(errs.String(), "another steward has this file open: stop it, or use Postgres") {
		t.Errorf("exit code %d, says %q", got, errs)
	}
	cancel()
	<-code
}

func TestMetricsListener(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	side := l.Addr().String()
	_ = l.Close()
	out, errs, code := serve(ctx, t, "--metrics-listen", side)
	wait(t, "ready", func() bool { return out.String() != "" || errs.String() != "" })
	for path, want := range map[string]int{"/metrics": 200, "/readyz": 200, "/livez": 200, "/": 404, "/sign-in": 404} {
		if got := httpStatus(t, "http://"+side+path); got != want {
			t.Errorf("%s answers %d, want %d", path, got, want)
		}
	}
	cancel()
	<-code
}

// While it starts, stops, or has lost its database it lives, but asks for no requests.
func TestReadiness(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen = "127.0.0.1:0"
	w, err := openWeb(t.Context(), l, false, newMeters(build{}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close(context.WithoutCancel(t.Context()), time.Second) }()
	url := "http://" + w.address
	expect := func(when string, ready, page int) {
		t.Helper()
		if got := httpStatus(t, url+"/livez"); got != 200 {
			t.Errorf("%s: /livez answers %d", when, got)
		}
		if got := httpStatus(t, url+"/readyz"); got != ready {
			t.Errorf("%s: /readyz answers %d, want %d", when, got, ready)
		}
		if got := httpStatus(t, url+"/"); got != page {
			t.Errorf("%s: / answers %d, want %d", when, got, page)
		}
	}
	expect("while starting", 503, 503)
	var away error
	w.ready(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(204) }), func(context.Context) error { return away })
	expect("when ready", 200, 204)
	away = net.ErrClosed
	expect("without a database", 503, 204)
	away = nil
	w.draining.Store(true)
	expect("while stopping", 503, 204)
}

func TestSlowAndLargeHeadersAreCut(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen = "127.0.0.1:0"
	w, err := openWeb(t.Context(), l, false, newMeters(build{}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close(context.WithoutCancel(t.Context()), time.Second) }()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+w.address+"/livez", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", maxHeader+8<<10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of %d bytes is answered with %d", maxHeader+8<<10, resp.StatusCode)
	}
	for _, s := range w.servers {
		if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 {
			t.Error("a server has a timeout missing")
		}
	}
}
