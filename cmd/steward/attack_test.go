package main

import (
	"net/url"
	"testing"
	"time"

	"steward/bot"
)

// TestLinksStayAtHome: the path of a link comes back from a client with its button, and must not become part of the host.
func TestLinksStayAtHome(t *testing.T) {
	links := chatLinks{base: "https://steward.example.com", now: time.Now}
	for path, want := range map[string]string{
		"/requests/AIR-1": "https://steward.example.com/requests/AIR-1", "": "https://steward.example.com",
		"@evil.example/": "https://steward.example.com/", ".evil.example/": "https://steward.example.com/", "//evil.example": "https://steward.example.com/",
		":8443/": "https://steward.example.com/", "https://evil.example/": "https://steward.example.com/", "evil": "https://steward.example.com/",
	} {
		at, err := links.SignInURL(t.Context(), bot.Who{}, path)
		u, bad := url.Parse(at)
		if err != nil || bad != nil || at != want || u.Host != "steward.example.com" {
			t.Errorf("%q leads to %s, %v", path, at, err)
		}
	}
}
