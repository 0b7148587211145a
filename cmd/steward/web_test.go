package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
)

// Every answer of a listener is guarded: health, metrics, what is said while starting, and what the mux says by itself.
func TestEveryAnswerIsGuarded(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen = "127.0.0.1:0"
	w, err := openWeb(t.Context(), l, true, newMeters(build{}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close(context.WithoutCancel(t.Context()), time.Second) }()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, route := range []string{"GET /livez", "GET /readyz", "GET /metrics", "GET /", "POST /livez", "GET //evil.example", "GET /a/../b"} {
		method, path, _ := strings.Cut(route, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, "http://"+w.address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Path = path
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", route, name, got, want)
			}
		}
	}
}

// What chat platforms call is answered by who was said to answer it, on both addresses and only once the program is ready.
func TestChatPaths(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen, l.HooksListen = "127.0.0.1:0", "127.0.0.1:0"
	w, err := openWeb(t.Context(), l, false, newMeters(build{}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close(context.WithoutCancel(t.Context()), time.Second) }()
	want := func(when string, status map[string]int) {
		t.Helper()
		for _, base := range []string{"http://" + w.address, "http://" + w.hooksAddress} {
			for path, want := range status {
				if got := posted(t.Context(), base+path); got != want {
					t.Errorf("%s, %s is answered with %d at %s, want %d", when, path, got, base, want)
				}
			}
		}
	}
	want("at the start", map[string]int{"/slack/events": 503, "/api/messages": 503})
	portal := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) })
	w.ready(portal, func(context.Context) error { return nil })
	want("on no platform", map[string]int{"/slack/events": 404, "/api/messages": 404})
	chat := http.NewServeMux()
	chat.HandleFunc("POST /api/messages", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusAccepted) })
	w.hooks(chat)
	want("on Teams", map[string]int{"/api/messages": 202, "/slack/events": 404, "/api/messages/": 404, "/api": 404, "/api/other": 404})
}

// Whatever the settings seem to say, the demo does not stay where others reach it.
func TestTheDemoListensOnThisMachineOnly(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen = "0.0.0.0:0"
	_, err := openWeb(t.Context(), l, true, newMeters(build{}), slog.New(slog.DiscardHandler))
	if err == nil || !strings.HasPrefix(err.Error(), "unsafe: --demo listens on ") {
		t.Errorf("says %v", err)
	}
}

// A link is for one person, or it is not made.
func TestFindPerson(t *testing.T) {
	rows := make([]directory.Row, 4)
	for i, who := range []struct{ id, email string }{
		{"P-1", "ana@example.com"}, {"P-2", "Shared@example.com"}, {"P-3", "shared@example.com"}, {"ana@example.com", ""},
	} {
		rows[i].ID, rows[i].Email, rows[i].Active = workflows.PersonID(who.id), who.email, true
	}
	for text, want := range map[string]string{"p-1": "P-1", "P-3": "P-3", "shared@example.com": "", "ana@example.com": "", "": ""} {
		if got, err := findPerson(rows, text); string(got.ID) != want || (err == nil) != (want != "") {
			t.Errorf("%q gives %q, %v; want %q", text, got.ID, err, want)
		}
	}
}
