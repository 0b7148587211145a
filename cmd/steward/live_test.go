package main

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
)

// A page that is looked at hears what happens, and is let go in order when the program stops: it does not keep it waiting,
// and its stream ends with how long to wait before asking again.
func TestPagesAreToldAndLetGo(t *testing.T) {
	a := startDemo(t, time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC))
	base := a.url()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := strings.NewReader(url.Values{"person": {string(benOkafor)}}.Encode())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/sign-in", form)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) == 0 {
		t.Fatalf("signing in: %d", res.StatusCode)
	}

	req, err = http.NewRequestWithContext(t.Context(), http.MethodGet, base+portal.EventsPath+"?inbox=of-long-ago", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		req.AddCookie(c)
	}
	stream, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	if stream.StatusCode != http.StatusOK {
		t.Fatalf("the stream: %d", stream.StatusCode)
	}
	lines := bufio.NewScanner(stream.Body)
	for lines.Scan() && lines.Text() != "event: changed" {
		continue
	}
	stopped := make(chan error, 1)
	go func() { stopped <- a.stop(context.WithoutCancel(t.Context())) }()
	last := ""
	for lines.Scan() {
		if lines.Text() != "" {
			last = lines.Text()
		}
	}
	if err := lines.Err(); err != nil || last != "retry: 5000" {
		t.Errorf("the stream ends with %q, %v", last, err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
