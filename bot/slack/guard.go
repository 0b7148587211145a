package slack

import (
	"errors"
	"net/url"
	"strings"

	"steward/bot/egress"
)

// apiURL is where Slack's methods are.
const apiURL = "https://slack.com/api/"

// ParseAPIURL checks where Slack's methods are said to be and gives the address in full; empty means Slack itself. Other
// hosts than Slack's are taken on this machine only, and only where loopback allows it: they would be given the token.
func ParseAPIURL(text string, loopback bool) (string, error) {
	if text == "" {
		return apiURL, nil
	}
	u, err := url.Parse(strings.TrimSuffix(text, "/") + "/")
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return "", errors.New("it is not like https://slack.com/api/")
	case guard(loopback).Host(u.Hostname()) && u.Scheme == "https" && u.Port() == "":
		return u.String(), nil
	case !egress.Loopback(u.Hostname()):
		return "", errors.New("it is no host of Slack's, and would be given the token")
	case !loopback:
		return "", errors.New("it is on this machine; that needs allow_loopback_platforms, which is for tests")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", errors.New("it is not like https://slack.com/api/")
	}
	return u.String(), nil
}

// guard keeps what we are told to call within Slack. With loopback, this machine counts as Slack, for tests.
func guard(loopback bool) egress.Guard {
	return egress.Guard{Hosts: []string{"slack.com", "*.slack.com", "slack-gov.com", "*.slack-gov.com"}, Loopback: loopback}
}
