package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"steward/bot/slack"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
	"steward/workflows/engine"
)

// governance is the id of the governance channel.
const governance = "C0GOVERN"

// slackMailing is a mailing to people on Slack.
type slackMailing struct {
	*mailing

	slack *fakeslack.Server
}

// newSlackMailing makes so many managers, each with a request to decide on, and an account on Slack.
func newSlackMailing(t *testing.T, dsn string, people int, opt fakeslack.Options) *slackMailing {
	t.Helper()
	m := &slackMailing{mailing: newMailing(t, "slack", people)}
	opt.Now = m.now
	m.slack = fakeslack.New(opt)
	t.Cleanup(m.slack.Close)
	m.fill(dsn, func(i int) string {
		user := fmt.Sprintf("U%06d", i)
		m.slack.AddUser(fakeslack.User{ID: user})
		return user
	}, engine.ChannelAccount("slack", governance))
	return m
}

// replica is one process's courier, with a client of its own.
func (m *slackMailing) replica() *replica { return m.replicaWith(slack.SurfaceConfig{}) }

func (m *slackMailing) replicaWith(cfg slack.SurfaceConfig) *replica {
	m.t.Helper()
	client, err := slack.NewClient(slack.ClientConfig{Token: slack.NewSecret("xoxb-fake"), APIURL: m.slack.APIURL(), Loopback: true, Now: m.now})
	if err != nil {
		m.t.Fatal(err)
	}
	cfg.To, cfg.Places, cfg.Scopes = client, m.Store, func() []string { return m.slack.Options().Scopes }
	if cfg.Channel != nil {
		cfg.Channel = slack.NewChannel(client, governance, m.now, slog.New(slog.DiscardHandler))
	}
	return m.mailing.replica(slack.NewSurface(cfg))
}

// TestSlackReminders sends a thousand reminders at once. No call is made while a pause runs, everybody gets one, and all of
// it takes as long as the limits of Slack make it take, and at most a twentieth more.
func TestSlackReminders(t *testing.T) {
	for _, c := range []struct {
		name     string
		people   int
		minute   int // what the workspace lets through
		replicas int
	}{
		{"our limit is Slack's", 1000, 300, 1},
		{"Slack lets through less than we think", 400, 120, 1},
		{"two processes share the limit", 700, 300, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newSlackMailing(t, "sqlite:"+t.TempDir()+"/steward.db", c.people, fakeslack.Options{Limits: true, Rates: map[string]int{"chat.postMessage": c.minute}})
			m.remind()
			var replicas []*replica
			for range c.replicas {
				replicas = append(replicas, m.replica())
			}
			took := m.deliver(replicas...)
			allowed := time.Duration((m.people-1)/c.minute) * time.Minute // in any minute so many
			refused := 0
			for _, call := range m.slack.Calls("chat.postMessage") {
				if call.RetryAfter > 0 {
					refused++
				}
			}
			t.Logf("%d reminders took %s, the limits allow %s: %.1f %% more; %d calls were too many",
				m.people, took.Round(100*time.Millisecond), allowed, 100*(took.Seconds()/allowed.Seconds()-1), refused)
			if early := m.slack.Early(); len(early) > 0 {
				t.Errorf("%d calls while a pause ran, the first at %s", len(early), early[0].At)
			}
			if took > allowed+allowed/20 {
				t.Errorf("it took %s, more than a twentieth above %s", took, allowed)
			}
			for i := range m.people {
				if got := m.slack.DM(fmt.Sprintf("U%06d", i)); len(got) != 1 {
					t.Fatalf("%s got %d reminders", boss(i), len(got))
				}
			}
		})
	}
}

// TestSlackUrgent shows that a thousand reminders do not keep back what somebody waits for.
func TestSlackUrgent(t *testing.T) {
	m := newSlackMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 300, fakeslack.Options{Limits: true})
	m.remind()
	r := m.replica()
	m.drain(r) // until the reminders have used up their part of the minute
	before := len(m.slack.Calls("chat.postMessage"))
	m.put(workflows.Mail{
		About: workflows.RequestRef("AIR-300"), Record: 901, To: boss(299), Why: workflows.WhyDecide, Part: "manager", Lane: workflows.LaneDecide, At: time.Now(),
	})
	m.exec("DELETE FROM deliveries WHERE why = 'remind' AND person = '" + string(boss(299)) + "'")
	m.drain(r)
	if got := m.slack.Calls("chat.postMessage"); len(got) != before+1 || !strings.Contains(fmt.Sprint(m.slack.DM("U000299")), "AIR-300") {
		t.Errorf("%d calls before, %d after: the decision waits behind reminders", before, len(got))
	}
}
