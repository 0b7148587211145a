package main

import (
	"net/http"
	"strings"

	"github.com/chromedp/cdproto/network"

	"steward/workflows"
)

// as signs somebody in in the demo.
func (w *tab) as(who workflows.PersonID) {
	w.t.Helper()
	w.enter(who)
}

// enter does so, and gives the cookies of that.
func (w *tab) enter(who workflows.PersonID) []*http.Cookie {
	w.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.base+"/sign-in", strings.NewReader("person="+string(who)))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = resp.Body.Close()
	w.carry(resp.Cookies())
	return resp.Cookies()
}

// forget takes all cookies away.
func (w *tab) forget() {
	w.t.Helper()
	w.run(network.ClearBrowserCookies())
}

// carry gives the window cookies, and takes those away that it had.
func (w *tab) carry(cookies []*http.Cookie) {
	w.t.Helper()
	if len(cookies) == 0 {
		w.t.Fatal("nobody was signed in")
	}
	w.forget()
	for _, c := range cookies {
		w.run(network.SetCookie(c.Name, c.Value).WithURL(w.base).WithHTTPOnly(true).WithSameSite(network.CookieSameSiteLax))
	}
}
