package slack

import (
	"errors"
	"testing"
	"time"

	"steward/bot/egress"
)

// TestGuardAddress shows which hosts are Slack's; package egress shows how addresses can lie.
func TestGuardAddress(t *testing.T) {
	for _, bad := range []string{
		"http://hooks.slack.com/actions/T/1/x", "https://hooks.slack.com.evil.example/x", "https://evilslack.com/x", "https://slack.com.co/x",
		"https://hooks-slack.com/x", "https://slack.co/x", "https://hooks.slack.com@evil.example/x", "https://hooks.slack.com:8443/x",
		"https://evilslack-gov.com/x", "https://localhost/x", "https://127.0.0.1/x",
	} {
		if u, err := guard(false).Address(bad); !errors.Is(err, egress.ErrForbidden) {
			t.Errorf("%q was taken, as %v: %v", bad, u, err)
		}
	}
	for _, good := range []string{
		"https://hooks.slack.com/actions/T1/2/x", "https://HOOKS.SLACK.COM/commands/x", "https://hooks.slack-gov.com/x", "https://slack.com/x",
	} {
		if _, err := guard(false).Address(good); err != nil {
			t.Errorf("%q was refused", good)
		}
	}
	if _, err := guard(true).Address("http://127.0.0.1:4711/hooks/x"); err != nil {
		t.Error("this machine was refused in a test")
	}
}

func TestParseAPIURL(t *testing.T) {
	for _, c := range []struct {
		text     string
		loopback bool
		want     string // "" where it is refused
	}{
		{"", false, "https://slack.com/api/"},
		{"https://slack.com/api", false, "https://slack.com/api/"},
		{"https://slack-gov.com/api/", false, "https://slack-gov.com/api/"},
		{"http://slack.com/api/", false, ""},
		{"https://slack.com:444/api/", false, ""},
		{"https://slack.com.evil/api/", true, ""},
		{"https://a:b@slack.com/api/", false, ""},
		{"https://slack.com/api/?x=1", false, ""},
		{"not a url", true, ""},
		{"http://10.1.2.3/api/", true, ""},
		{"http://127.0.0.1:99/api/", false, ""},
		{"http://127.0.0.1:99/api", true, "http://127.0.0.1:99/api/"},
		{"http://[::1]:99/api/", true, "http://[::1]:99/api/"},
		{"ws://127.0.0.1:99/api/", true, ""},
	} {
		got, err := ParseAPIURL(c.text, c.loopback)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q with loopback %v: %q, %v; want %q", c.text, c.loopback, got, err, c.want)
		}
	}
	if _, err := NewClient(ClientConfig{APIURL: "https://evil.example/", Now: time.Now}); err == nil {
		t.Error("a client was made that gives the token away")
	}
}
