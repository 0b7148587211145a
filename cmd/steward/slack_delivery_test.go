package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"steward/bot/slack"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
)

// TestSlackLostAnswer loses the answer to a message that arrived: it counts as sent until Slack says otherwise.
func TestSlackLostAnswer(t *testing.T) {
	history := append(fakeslack.RequiredScopes(), "im:history", "im:write")
	for _, c := range []struct {
		name   string
		scopes []string
		why    workflows.Why
		how    fakeslack.How
		want   int
	}{
		{"after it stood, with im:history", history, workflows.WhyDecide, fakeslack.DropAfter(), 1},
		{"after it stood, a reminder with im:history", history, workflows.WhyRemind, fakeslack.DropAfter(), 1},
		{"after it stood, without", fakeslack.RequiredScopes(), workflows.WhyDecide, fakeslack.DropAfter(), 2},
		{"after it stood, a reminder without", fakeslack.RequiredScopes(), workflows.WhyRemind, fakeslack.DropAfter(), 1},
		{"before it stood, with im:history", history, workflows.WhyRemind, fakeslack.DropBefore(), 1},
		{"before it stood, a reminder without", fakeslack.RequiredScopes(), workflows.WhyRemind, fakeslack.DropBefore(), 0},
		{"a fault that says nothing, without", fakeslack.RequiredScopes(), workflows.WhyDecide, fakeslack.Status(http.StatusBadGateway), 1},
		{"a refusal that passes", fakeslack.RequiredScopes(), workflows.WhyRemind, fakeslack.TooMany(time.Second), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newSlackMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 1, fakeslack.Options{Scopes: c.scopes})
			m.slack.Fail("chat.postMessage", 1, c.how)
			m.tellOne(c.why)
			r := m.replica()
			m.drain(r)
			m.pass(time.Hour)
			m.drain(r)
			if got := m.slack.DM("U000000"); len(got) != c.want {
				t.Errorf("%d messages, want %d", len(got), c.want)
			}
			if n := m.number("SELECT count(*) FROM deliveries WHERE surface = 'slack' AND state IN ('waiting', 'sending', 'dead')"); n != 0 {
				t.Errorf("%d deliveries are not over", n)
			}
		})
	}
}

// TestSlackTokenRevoked: with a token that is of no use nothing is called, nothing is lost, and all goes out when it is back.
func TestSlackTokenRevoked(t *testing.T) {
	m := newSlackMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 5, fakeslack.Options{})
	m.slack.Fail("*", -1, fakeslack.Says("token_revoked"))
	m.remind()
	one, other := m.replica(), m.replica()
	for range 40 {
		m.drain(one)
		m.drain(other)
		m.pass(30 * time.Second)
	}
	if n := len(m.slack.Calls()); n > 10 { // one every five minutes, from whichever replica comes first
		t.Errorf("%d calls in 20 minutes", n)
	}
	m.slack.Mend()
	m.pass(5 * time.Minute)
	m.drain(one)
	for i := range m.people {
		if got := m.slack.DM(fmt.Sprintf("U%06d", i)); len(got) != 1 {
			t.Errorf("%s has %d messages", boss(i), len(got))
		}
	}
	if n := m.number("SELECT max(attempts) FROM deliveries"); n > 1 {
		t.Errorf("waiting counted as %d attempts", n)
	}
}

// TestSlackGovernanceChannel follows a request in the channel, and shares the channel with another company meanwhile.
func TestSlackGovernanceChannel(t *testing.T) {
	scopes := append(fakeslack.RequiredScopes(), "channels:read")
	m := newSlackMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 1, fakeslack.Options{Scopes: scopes, Limits: true})
	m.slack.AddUser(fakeslack.User{ID: "U0AUDIT"})
	channel := fakeslack.Channel{ID: governance, Name: "governance", Members: []string{fakeslack.BotUserID, "U0AUDIT"}}
	m.slack.AddChannel(channel)
	r := m.replicaWith(slack.SurfaceConfig{Channel: &slack.Channel{}})
	ask := func() string {
		t.Helper()
		id := m.ask(0)
		m.expand()
		return id
	}
	decide := func(id string) {
		t.Helper()
		m.decide(0, id)
	}
	later := func(d time.Duration) {
		m.pass(d)
		m.drain(r)
	}
	id := ask()
	later(time.Second)
	said := m.slack.Channel(governance)
	if len(said) != 1 || !strings.Contains(said[0].Words(), id) || !strings.Contains(said[0].Words(), "Line manager") {
		t.Fatalf("the channel reads %+v", said)
	}
	for _, secret := range []string{"P-asker-0", "P-boss-0", "Shorten public texts", "Example"} {
		if strings.Contains(said[0].Words()+said[0].Text, secret) {
			t.Errorf("the channel reads %q", secret)
		}
	}
	if len(said[0].Controls()) > 0 {
		t.Errorf("the channel can press %+v", said[0].Controls())
	}
	decide(id)
	later(2 * time.Second)
	if said = m.slack.Channel(governance); len(said) != 1 || !strings.Contains(said[0].Words(), "Approved") {
		t.Errorf("after the decision the channel reads %q in %d messages", said[0].Words(), len(said))
	}
	channel.ExtShared = true
	m.slack.AddChannel(channel)
	later(25 * time.Hour)
	second := ask()
	before := len(m.slack.Calls("chat.postMessage", "chat.update"))
	later(2 * time.Second)
	decide(second)
	for range 5 {
		later(20 * time.Minute)
	}
	for _, call := range m.slack.Calls("chat.postMessage", "chat.update")[before:] {
		if call.Channel == governance {
			t.Errorf("%s to a channel that is shared", call.Method)
		}
	}
	channel.ExtShared = false
	m.slack.AddChannel(channel)
	later(2 * time.Hour)
	if said = m.slack.Channel(governance); len(said) != 2 || !strings.Contains(said[0].Words(), second) || !strings.Contains(said[0].Words(), "Approved") {
		t.Errorf("when it is ours again the channel reads %+v", said)
	}
}
