package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestIsHere(t *testing.T) {
	for _, c := range []struct {
		host, address string
		want          bool
	}{
		{"127.0.0.1:8080", "127.0.0.1:8080", true},
		{"localhost:8080", "127.0.0.1:8080", true},
		{"LocalHost:8080", "[::1]:8080", true},
		{"[::1]:8080", "[::1]:8080", true},
		{"127.0.0.1", "127.0.0.1:80", true},
		{"127.0.0.1:80", "127.0.0.1:80", true},
		{"localhost", "127.0.0.1:80", true},
		{"[::1]", "[::1]:80", true},
		{"127.0.0.1:8081", "127.0.0.1:8080", false},
		{"127.0.0.1", "127.0.0.1:8080", false},
		{"127.0.0.2:8080", "127.0.0.1:8080", false},
		{"[::1]:8080", "127.0.0.1:8080", false},
		{"evil.example:8080", "127.0.0.1:8080", false},
		{"evil.example", "127.0.0.1:80", false},
		{"localhost.evil.example:8080", "127.0.0.1:8080", false},
		{"127.0.0.1.evil.example:8080", "127.0.0.1:8080", false},
		{"2130706433:8080", "127.0.0.1:8080", false},
		{"", "127.0.0.1:8080", false},
		{"127.0.0.1:8080", "not an address", false},
	} {
		if got := isHere(c.host, c.address); got != c.want {
			t.Errorf("isHere(%q, %q) is %t", c.host, c.address, got)
		}
	}
}

// Whatever is asked for under a foreign name, the demo says nothing of itself.
func TestOnlyHere(t *testing.T) {
	seen := 0
	s := httptest.NewServer(onlyHere(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen++ })))
	defer s.Close()
	port := s.Listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // a test server listens on TCP
	for host, want := range map[string]int{
		s.Listener.Addr().String(): http.StatusOK, "evil.example": http.StatusMisdirectedRequest,
		"127.0.0.1": http.StatusMisdirectedRequest,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("Host %q at port %d: %d, want %d", host, port, res.StatusCode, want)
		}
	}
	if seen != 1 {
		t.Errorf("%d requests came through, want 1", seen)
	}
	// Without a listener nobody knows what address it is.
	w := httptest.NewRecorder()
	onlyHere(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("without a listener: %d", w.Code)
	}
}
