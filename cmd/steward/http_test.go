package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// get asks an address and wants a status: get URL STATUS
func (s *stage) get(ts *testscript.TestScript, args []string) error {
	return s.ask(ts, http.MethodGet, args[0], args[1])
}

// follow looks at the last sign-in link that was printed: follow stdout STATUS
func (s *stage) follow(ts *testscript.TestScript, args []string) error {
	return s.ask(ts, http.MethodGet, s.lastLink(ts), args[1])
}

// use presses the button of the last sign-in link that was printed: use stdout STATUS
func (s *stage) use(ts *testscript.TestScript, args []string) error {
	return s.ask(ts, http.MethodPost, s.lastLink(ts), args[1])
}

// lastLink keeps the link that a command has printed.
func (s *stage) lastLink(ts *testscript.TestScript) string {
	if text := strings.TrimSpace(ts.ReadFile("stdout")); strings.HasPrefix(text, "http://") {
		s.link = text
	}
	return s.link
}

func (s *stage) ask(ts *testscript.TestScript, method, address, want string) error {
	req, err := http.NewRequest(method, address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	client := &http.Client{
		Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprint(ts.Stdout(), string(body))
	if strconv.Itoa(resp.StatusCode) != want {
		return fmt.Errorf("%s %s answers %d", method, address, resp.StatusCode)
	}
	return nil
}
