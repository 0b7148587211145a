package portal_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
)

const (
	ana   workflows.PersonID = "P-014"
	ben   workflows.PersonID = "P-013"
	helen workflows.PersonID = "P-004"
)

const origin = "https://steward.example.com"

// invite makes a one-time link and a browser that has not been here.
func invite(t *testing.T, h *house, token string) *portaltest.Browser {
	t.Helper()
	now := h.clock.Now()
	link := workflows.SignInLink{Hash: portal.Hashed(token), Person: ana, Made: now, Ends: now.Add(10 * time.Minute), By: "cli"}
	if err := h.PutSignInLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	return &portaltest.Browser{Handler: h.handler, Origin: origin}
}

func get(t *testing.T, b *portaltest.Browser, path string, status int) portaltest.Page {
	t.Helper()
	p, err := b.Get(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != status {
		t.Fatalf("GET %s: status %d, want %d:\n%s", path, p.Status, status, p.Root.Words())
	}
	sane(t, p)
	return p
}

func post(t *testing.T, b *portaltest.Browser, path string, form url.Values, status int) portaltest.Page {
	t.Helper()
	p, err := b.Post(t.Context(), path, form)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != status {
		t.Fatalf("POST %s: status %d, want %d:\n%s", path, p.Status, status, p.Root.Words())
	}
	sane(t, p)
	return p
}

func TestSignInLink(t *testing.T) {
	t.Run("looking uses nothing up, pressing signs in, once", func(t *testing.T) {
		h := newHouse(t, public)
		b := invite(t, h, "secret")
		for range 3 { // a scanner of links, then the person
			if p := get(t, b, "/sign-in/secret", 200); !strings.Contains(p.Root.Words(), "Sign in as Ana Ruiz?") {
				t.Errorf("the page does not say whose link it is:\n%s", p.Root.Words())
			}
		}
		if len(h.Sessions()) != 0 {
			t.Fatal("looking signed in")
		}
		if p := post(t, b, "/sign-in/secret", nil, 200); p.Path != "/" {
			t.Errorf("led to %s", p.Path)
		}
		token := b.Cookie("__Host-steward")
		if len(token) != 64 || !slices.Equal(h.Sessions(), []string{portal.Hashed(token)}) {
			t.Errorf("token %q, sessions %v: want the hash of a token of 256 bits", token, h.Sessions())
		}
		other := &portaltest.Browser{Handler: h.handler, Origin: origin}
		post(t, other, "/sign-in/secret", nil, 404)
		get(t, other, "/sign-in/secret", 404)
		if other.Cookie("__Host-steward") != "" {
			t.Error("a used link signed somebody in")
		}
	})
	t.Run("it ends after ten minutes", func(t *testing.T) {
		h := newHouse(t, public)
		b := invite(t, h, "secret")
		h.clock.pass(10 * time.Minute)
		get(t, b, "/sign-in/secret", 404)
		post(t, b, "/sign-in/secret", nil, 404)
	})
	t.Run("it is nothing for people who have left", func(t *testing.T) {
		h := newHouse(t, public)
		b := invite(t, h, "secret")
		h.Leave(ana)
		get(t, b, "/sign-in/secret", 404)
		post(t, b, "/sign-in/secret", nil, 404)
	})
	t.Run("the cookie is for this host, https and no script", func(t *testing.T) {
		h := newHouse(t, public)
		invite(t, h, "secret")
		res := do(h.handler, http.MethodPost, origin+"/sign-in/secret", nil)
		c := res.cookies[0]
		if c.Name != "__Host-steward" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %+v", c)
		}
	})
	t.Run("a second sign-in has a new token and ends the first", func(t *testing.T) {
		h := newHouse(t, public)
		b := invite(t, h, "one")
		post(t, b, "/sign-in/one", nil, 200)
		old := b.Cookie("__Host-steward")
		invite(t, h, "two")
		post(t, b, "/sign-in/two", nil, 200)
		if b.Cookie("__Host-steward") == old || len(h.Sessions()) != 1 {
			t.Errorf("%d sessions, same token: %v", len(h.Sessions()), b.Cookie("__Host-steward") == old)
		}
		b.SetCookie("__Host-steward", old)
		if p := get(t, b, "/", 200); p.Path != "/sign-in" {
			t.Errorf("the old token leads to %s", p.Path)
		}
	})
	t.Run("a token that somebody planted is not taken over", func(t *testing.T) {
		h := newHouse(t, public)
		b := invite(t, h, "one")
		b.SetCookie("__Host-steward", strings.Repeat("0", 64))
		post(t, b, "/sign-in/one", nil, 200)
		if b.Cookie("__Host-steward") == strings.Repeat("0", 64) {
			t.Error("the planted token is the session's")
		}
	})
}

func TestSessionEnds(t *testing.T) {
	signedIn := func(t *testing.T) (*house, *portaltest.Browser) {
		t.Helper()
		h := newHouse(t, public)
		b := invite(t, h, "secret")
		post(t, b, "/sign-in/secret", nil, 200)
		return h, b
	}
	t.Run("after eight hours without use", func(t *testing.T) {
		h, b := signedIn(t)
		h.clock.pass(8 * time.Hour)
		if p := get(t, b, "/requests", 200); p.Path != "/requests" {
			t.Fatalf("ended too early: %s", p.Path)
		}
		h.clock.pass(8*time.Hour + time.Minute)
		if p := get(t, b, "/requests?mine=1", 200); p.Path != "/sign-in?to=%2Frequests%3Fmine%3D1" {
			t.Errorf("led to %s", p.Path)
		}
		if len(h.Sessions()) != 0 {
			t.Error("the session is still stored")
		}
	})
	t.Run("after seven days in any case", func(t *testing.T) {
		h, b := signedIn(t)
		for range 23 {
			h.clock.pass(7 * time.Hour)
			if p := get(t, b, "/", 200); p.Path != "/" {
				t.Fatalf("ended too early: %s", p.Path)
			}
		}
		h.clock.pass(7 * time.Hour)
		if p := get(t, b, "/", 200); p.Path != "/sign-in" {
			t.Errorf("led to %s", p.Path)
		}
	})
	t.Run("when the person leaves", func(t *testing.T) {
		h, b := signedIn(t)
		h.Leave(ana)
		if p := get(t, b, "/", 200); p.Path != "/sign-in" {
			t.Errorf("led to %s", p.Path)
		}
	})
	t.Run("by signing out", func(t *testing.T) {
		h, b := signedIn(t)
		post(t, b, "/sign-out", nil, 200)
		if len(h.Sessions()) != 0 || b.Cookie("__Host-steward") != "" {
			t.Errorf("sessions %v, cookie %q", h.Sessions(), b.Cookie("__Host-steward"))
		}
	})
	t.Run("a form sent afterwards is not lost", func(t *testing.T) {
		_, b := signedIn(t)
		b.SetCookie("__Host-steward", "gone")
		p := post(t, b, "/forms/d1", url.Values{"revision": {"1"}, "f.purpose": {"A long text <b>I</b> typed"}}, 401)
		if !strings.Contains(p.Root.Words(), "A long text <b>I</b> typed") {
			t.Errorf("what was typed is gone:\n%s", p.Root.Words())
		}
	})
}

func TestDemoSignIn(t *testing.T) {
	t.Run("exists in the demo only", func(t *testing.T) {
		h := newHouse(t, public)
		b := &portaltest.Browser{Handler: h.handler, Origin: origin}
		p := post(t, b, "/sign-in", url.Values{"person": {string(ana)}}, 405)
		if p.Header.Get("Allow") == "" || len(h.Sessions()) != 0 {
			t.Errorf("allow %q, sessions %v", p.Header.Get("Allow"), h.Sessions())
		}
		if p := get(t, b, "/sign-in", 200); strings.Contains(p.Body, "Ana Ruiz") {
			t.Error("the page lists people")
		}
	})
	t.Run("knows active people only", func(t *testing.T) {
		h := newHouse(t, nil)
		b := &portaltest.Browser{Handler: h.handler}
		post(t, b, "/sign-in", url.Values{"person": {"P-024"}}, 404)
		post(t, b, "/sign-in", url.Values{"person": {"P-999"}}, 404)
		if p := post(t, b, "/sign-in", url.Values{"person": {string(ana)}, "to": {"/requests?mine=1"}}, 200); p.Path != "/requests?mine=1" {
			t.Errorf("led to %s", p.Path)
		}
	})
	t.Run("is not possible with a public address", func(t *testing.T) {
		h := newHouse(t, nil)
		h.config.PublicURL = origin
		if _, err := portal.New(h.config); err == nil {
			t.Error("a public demo was made")
		}
	})
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/": "/", "/requests?mine=1": "/requests?mine=1", "": "", "//evil.example": "", "https://evil.example": "", `/\evil.example`: "",
		"/sign-in/abc": "", "requests": "", "/a\nb": "", "/%zz": "", "javascript:alert(1)": "", "/" + strings.Repeat("a", 600): "",
	} {
		if got := portal.LocalPath(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}
