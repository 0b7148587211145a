package main

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams"
	"steward/workflows"
)

// teamsMailing is a mailing to people on Teams.
type teamsMailing struct {
	*mailing

	teams *faketeams.Server
}

// objectID is the Entra object id of a number's manager.
func objectID(i int) string { return fmt.Sprintf("99999999-0000-4000-9000-%012d", i) }

// newTeamsMailing makes so many managers, each with a request to decide on, an account on Teams and the app installed for it.
func newTeamsMailing(t *testing.T, dsn string, people int, opt faketeams.Options) *teamsMailing {
	t.Helper()
	m := &teamsMailing{mailing: newMailing(t, "teams", people)}
	opt.Now = m.now
	m.teams = faketeams.New(opt)
	t.Cleanup(m.teams.Close)
	m.teams.Watch(t)
	m.fill(dsn, func(i int) string {
		u := m.teams.AddUser(faketeams.User{ID: objectID(i), Name: string(boss(i))})
		m.teams.Provide(u.ID, true)
		return u.ID
	})
	return m
}

// met notes the chat of every manager, as their installs would have.
func (m *teamsMailing) met() {
	m.t.Helper()
	for i := range m.people {
		u, _ := m.teams.User(objectID(i))
		err := m.SaveConversation(m.t.Context(), workflows.Conversation{
			Account: workflows.Account{Surface: "teams", Tenant: faketeams.Tenant, User: u.ID}, Place: m.teams.Chat(u.ID),
			Service: m.teams.ServiceURL(""), Member: u.MRI, Bot: m.teams.BotID(), SeenAt: m.now(),
		})
		if err != nil {
			m.t.Fatal(err)
		}
	}
}

// replica is one process's courier, with a client of its own.
func (m *teamsMailing) replica() *replica {
	m.t.Helper()
	l := teamsSettings(m.teams)
	tokens, err := newTeamsTokens(&l, m.now)
	if err != nil {
		m.t.Fatal(err)
	}
	client, err := newTeamsClient(&l, tokens, m.now)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.mailing.replica(teams.NewSurface(teams.SurfaceConfig{
		To: client, Contacts: m.Store, Tenant: l.TeamsTenantID, Service: l.TeamsServiceURL, Log: slog.New(slog.DiscardHandler), Now: m.now,
		After: func(d time.Duration) <-chan time.Time { // a wait for one message: the others go on meanwhile
			over := make(chan time.Time, 1)
			over <- m.now().Add(d)
			return over
		},
	}))
}

// TestTeamsReminders sends a thousand reminders at once. No call is made while a pause runs, everybody gets one, and all of
// it takes as long as the limits of Teams make it take, 30 a second in a tenant, and at most a twentieth more.
func TestTeamsReminders(t *testing.T) {
	for _, c := range []struct {
		name     string
		people   int
		known    bool // their chats are; else each is begun with a call of its own
		replicas int
	}{
		{"to people who were met", 1000, true, 1},
		{"to people who were not", 500, false, 1},
		{"two processes share the limit", 1000, true, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", c.people, faketeams.Options{Limits: true})
			calls := m.people
			if c.known {
				m.met()
			} else {
				calls *= 2
			}
			m.remind()
			var replicas []*replica
			for range c.replicas {
				replicas = append(replicas, m.replica())
			}
			took := m.deliver(replicas...)
			allowed := time.Duration((calls-1)/30) * time.Second // in any second so many
			refused := 0
			for _, call := range m.teams.Calls("send", "create") {
				if call.RetryAfter > 0 {
					refused++
				}
			}
			t.Logf("%d reminders took %s, the limits allow %s: %.1f %% more; %d calls were too many",
				m.people, took.Round(time.Millisecond), allowed, 100*(took.Seconds()/allowed.Seconds()-1), refused)
			if early := m.teams.Early(); len(early) > 0 {
				t.Errorf("%d calls while a pause ran, the first at %s", len(early), early[0].At)
			}
			if took > allowed+allowed/20 {
				t.Errorf("it took %s, more than a twentieth above %s", took, allowed)
			}
			for i := range m.people {
				if got := m.teams.Personal(objectID(i)); len(got) != 1 {
					t.Fatalf("%s got %d reminders", boss(i), len(got))
				}
			}
		})
	}
}

// TestTeamsUrgent shows that a thousand reminders do not keep back what somebody waits for.
func TestTeamsUrgent(t *testing.T) {
	m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 60, faketeams.Options{Limits: true})
	m.met()
	m.remind()
	r := m.replica()
	m.drain(r) // until the reminders have used up their part of the second
	before := len(m.teams.Calls("send"))
	m.put(workflows.Mail{
		About: workflows.RequestRef("AIR-60"), Record: 901, To: boss(59), Why: workflows.WhyDecide, Part: "manager", Lane: workflows.LaneDecide, At: time.Now(),
	})
	m.exec("DELETE FROM deliveries WHERE why = 'remind' AND person = '" + string(boss(59)) + "'")
	m.drain(r)
	if got := m.teams.Calls("send"); before >= 60 || len(got) != before+1 || got[before].Conversation != m.teams.Chat(objectID(59)) {
		t.Errorf("%d calls before, %d after: the decision waits behind reminders", before, len(got))
	}
}
