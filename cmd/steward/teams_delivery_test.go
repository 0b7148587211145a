package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
	"steward/workflows"
	"steward/workflows/directory"
)

// sent counts the messages of the bot to a number's manager.
func (m *teamsMailing) sent(i int) int { return len(m.teams.Personal(objectID(i))) }

// waiting counts the deliveries to Teams that are not over.
func (m *teamsMailing) waiting() int64 {
	return m.number("SELECT count(*) FROM deliveries WHERE surface = 'teams' AND state IN ('waiting', 'sending')")
}

// TestTeamsLostAnswer loses the answer to a message that may have arrived. Teams cannot be asked whether it did: a reminder
// goes at most once then, and what is to be decided at least once.
func TestTeamsLostAnswer(t *testing.T) {
	for _, c := range []struct {
		name          string
		how           faketeams.How
		decide, daily int // messages in the end
	}{
		{"after it stood", faketeams.DropAfter(), 2, 1},
		{"before it stood", faketeams.DropBefore(), 1, 0},
		{"502, and it was taken", faketeams.Taken(http.StatusBadGateway), 2, 1},
		{"502, and it was not", faketeams.Status(http.StatusBadGateway), 1, 0},
		{"504, and it was taken", faketeams.Taken(http.StatusGatewayTimeout), 2, 1},
		{"503 with Teams' word", faketeams.Says(http.StatusServiceUnavailable, "ServiceUnavailable"), 1, 0},
		{"412", faketeams.Status(http.StatusPreconditionFailed), 1, 1},
		{"429", faketeams.TooMany(time.Second), 1, 1},
		{"429 that does not say how long", faketeams.TooMany(-1), 1, 1},
	} {
		for why, want := range map[workflows.Why]int{workflows.WhyDecide: c.decide, workflows.WhyRemind: c.daily} {
			t.Run(c.name+", "+string(why), func(t *testing.T) {
				t.Parallel()
				m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 1, faketeams.Options{})
				m.met()
				m.teams.Fail("send", 1, c.how)
				m.tellOne(why)
				r := m.replica()
				for range 5 {
					m.drain(r)
					m.pass(time.Hour)
				}
				if got := m.sent(0); got != want {
					t.Errorf("%d messages, want %d", got, want)
				}
				if n := m.waiting(); n != 0 {
					t.Errorf("%d deliveries are not over", n)
				}
			})
		}
	}
}

// TestTeamsRefused: what Teams will never take goes to the reader's next account, and is not tried again.
func TestTeamsRefused(t *testing.T) {
	for name, how := range map[string]faketeams.How{
		"413":                       faketeams.Says(http.StatusRequestEntityTooLarge, "MessageSizeTooBig"),
		"400":                       faketeams.Says(http.StatusBadRequest, "BadArgument"),
		"switched off for everyone": faketeams.Says(http.StatusForbidden, "BotDisabledByAdmin"),
		"blocked":                   faketeams.Says(http.StatusForbidden, "MessageWritesBlocked"),
		"not in the conversation":   faketeams.Says(http.StatusForbidden, "BotNotInConversationRoster"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 1, faketeams.Options{})
			m.met()
			m.teams.Fail("*", -1, how)
			m.tellOne(workflows.WhyDecide)
			r := m.replica()
			for range 3 {
				m.drain(r)
				m.pass(time.Hour)
			}
			if n := len(m.teams.Calls("send")); n != 1 {
				t.Errorf("%d calls, and the first said it all", n)
			}
			m.expand()
			if n := m.number("SELECT count(*) FROM deliveries WHERE surface = 'portal' AND state = 'waiting' AND why = 'decide'"); n != 1 || m.waiting() != 0 {
				t.Errorf("%d messages go elsewhere, and %d wait for Teams", n, m.waiting())
			}
		})
	}
}

// TestTeamsSecretEnded: with a secret that is of no use nothing is sent, nothing is lost, and all goes out when it is good again.
func TestTeamsSecretEnded(t *testing.T) {
	m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 5, faketeams.Options{})
	m.met()
	m.teams.Fail("token", -1, faketeams.Says(http.StatusUnauthorized, "invalid_client"))
	m.remind()
	one, other := m.replica(), m.replica()
	for range 40 {
		m.drain(one, other)
		m.pass(30 * time.Second)
	}
	if n := len(m.teams.Calls()); n > 10 { // one every five minutes, from whichever replica comes first
		t.Errorf("%d calls in 20 minutes", n)
	}
	m.teams.Mend()
	m.pass(5 * time.Minute)
	m.drain(one, other)
	for i := range m.people {
		if got := m.sent(i); got != 1 {
			t.Errorf("%s has %d messages", boss(i), got)
		}
	}
	if n := m.number("SELECT max(attempts) FROM deliveries"); n > 1 {
		t.Errorf("waiting counted as %d attempts", n)
	}
}

// TestTeamsTokenRevoked: a token that is not taken any more is replaced at once, and nobody waits for it.
func TestTeamsTokenRevoked(t *testing.T) {
	m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 2, faketeams.Options{})
	m.met()
	r := m.replica()
	m.tellOne(workflows.WhyDecide)
	m.drain(r)
	m.teams.Revoke()
	m.tell(1, workflows.WhyDecide)
	m.drain(r)
	if m.sent(0) != 1 || m.sent(1) != 1 || m.teams.TokensAsked() != 2 {
		t.Errorf("%d and %d messages with %d tokens", m.sent(0), m.sent(1), m.teams.TokensAsked())
	}
}

// TestTeamsFlake has Teams say of a card that is there that it is not, once or for good, when the card changes.
func TestTeamsFlake(t *testing.T) {
	for _, c := range []struct {
		name    string
		times   int
		want    int // messages in the end
		updates int // calls
	}{
		{"twice", 2, 1, 3},
		{"for good", -1, 2, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 1, faketeams.Options{})
			m.met()
			r := m.replica()
			m.tellOne(workflows.WhyDecide)
			m.drain(r)
			m.teams.Fail("update", c.times, faketeams.Flake())
			m.refresh(0)
			m.drain(r)
			if m.sent(0) != c.want || len(m.teams.Calls("update")) != c.updates || m.waiting() != 0 {
				t.Fatalf("%d messages after %d updates, and %d wait", m.sent(0), len(m.teams.Calls("update")), m.waiting())
			}
			all, superseded := m.number("SELECT count(*) FROM receipts"), m.number("SELECT count(*) FROM receipts WHERE superseded")
			if all != int64(c.want) || superseded != int64(c.want-1) {
				t.Errorf("%d receipts, %d of them superseded", all, superseded)
			}
			m.teams.Mend()
			m.decide(0, "AIR-1")
			m.drain(r)
			newest := m.teams.Personal(objectID(0))
			if !strings.Contains(newest[0].Words(), "Approved") || m.sent(0) != c.want {
				t.Errorf("the newest of %d reads %s", m.sent(0), newest[0].Words())
			}
			if c.want == 2 && strings.Contains(newest[1].Words(), "Approved") {
				t.Error("the one that was given up changes again")
			}
		})
	}
}

// TestTeamsMoved moves the service to another region: who is written to is found again where first contacts are made.
func TestTeamsMoved(t *testing.T) {
	m := newTeamsMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 1, faketeams.Options{})
	m.met()
	before := m.replica()
	m.tellOne(workflows.WhyDecide)
	m.drain(before)
	m.teams.Move(faketeams.Tenant, "amer")
	after := m.replica() // whose settings name the new region
	m.refresh(0)
	m.drain(after)
	m.put(workflows.Mail{
		About: workflows.RequestRef("AIR-1"), Record: 902, To: boss(0), Why: workflows.WhyRemind, Lane: workflows.LaneRemind, At: time.Now(),
	})
	m.drain(after)
	if m.sent(0) != 2 || m.waiting() != 0 {
		t.Errorf("%d messages, and %d wait", m.sent(0), m.waiting())
	}
	at, err := m.Conversation(t.Context(), "teams", faketeams.Tenant, objectID(0))
	if err != nil || at.Service != m.teams.ServiceURL("") || at.Dead {
		t.Errorf("%+v, %v", at, err)
	}
}

// told says whether somebody was told of a request in the portal.
func (h *teamsHouse) told(t *testing.T, who workflows.PersonID, id string) bool {
	t.Helper()
	notices, err := h.store.Notices(t.Context(), who, 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notices {
		if strings.Contains(fmt.Sprintf("%+v", n), id) {
			return true
		}
	}
	return false
}

// alsoKnown gives somebody another account, for when the first one fails them, and installs the app for it.
func (h *teamsHouse) alsoKnown(t *testing.T, who workflows.PersonID) (user string) {
	t.Helper()
	rows, err := h.engine.Everyone(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rows, func(r directory.Row) bool { return r.ID == who })
	user = h.fake.AddUser(faketeams.User{Name: rows[i].Name, Email: rows[i].Email}).ID
	h.fake.Provide(user, true)
	c := directory.Change{Row: rows[i], Before: &rows[i]}
	for id, user := range map[string]string{"teams:" + string(who): h.accounts[who], "teams:" + string(who) + ":2": user} {
		c.Accounts = append(c.Accounts, workflows.Account{
			ID: id, Person: who, Surface: "teams", User: user, Confirmed: true, Proof: workflows.ProofImport,
		})
	}
	plan := directory.Plan{Source: "test", Rows: 1, Changes: []directory.Change{c}}
	if err := h.engine.ImportPeople(t.Context(), plan, workflows.System, cliVia()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.fake.Say(t.Context(), h.accounts[who], "inbox"); err != nil { // the first one is used, and so it comes first
		t.Fatal(err)
	}
	return user
}

func isBen(p workflows.Person) bool { return p.ID == benOkafor }

// TestTeamsClosed closes Ben's chat in all the ways there are: he is told in the portal and by his next account, nothing is
// tried in that chat any more, and when he comes back he is told there again.
func TestTeamsClosed(t *testing.T) {
	for name, c := range map[string]struct {
		leave, back func(*faketeams.Server, string)
		tries       int  // calls in his chat until it is known
		nowhere     bool // his other account cannot be reached either
	}{
		"blocked": {
			func(f *faketeams.Server, u string) { f.Block(u, true) }, func(f *faketeams.Server, u string) { f.Block(u, false) }, 1, false,
		},
		"taken away without a word": {
			func(f *faketeams.Server, u string) { f.Provide(u, false) }, func(f *faketeams.Server, u string) { f.Provide(u, true) }, 1, false,
		},
		"uninstalled": {
			func(f *faketeams.Server, u string) { _, _ = f.Uninstall(t.Context(), u) },
			func(f *faketeams.Server, u string) { _, _ = f.Install(t.Context(), u, faketeams.ConversationFirst) }, 0, false,
		},
		"moved, and nobody knows where to": {
			func(f *faketeams.Server, _ string) { f.Move(faketeams.Tenant, "amer") }, func(*faketeams.Server, string) {}, 0, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			h := newTeamsHouse(t, storyApp(t, "sqlite:"+t.TempDir()+"/steward.db"), patient, nil)
			h.fake.Watch(t)
			ben := h.accounts[benOkafor]
			other := h.alsoKnown(t, benOkafor)
			first, on := h.asked(t)
			linked := len(h.fake.Personal(other)) // it was told there that another account is linked now
			c.leave(h.fake, ben)
			calls := func() int {
				n := 0
				for _, call := range h.fake.Calls("send") {
					if call.Conversation == on.Conversation {
						n++
					}
				}
				return n
			}
			for n := range 2 {
				before := calls()
				id := h.ask(t)
				h.settled(t)
				h.settled(t) // what came back goes on
				if want := c.tries * (1 - n); calls()-before != want {
					t.Errorf("%d calls for request %d after he left, want %d", calls()-before, n+1, want)
				}
				if !h.told(t, benOkafor, id) {
					t.Errorf("he is not told of %s in the portal", id)
				}
				if all := h.fake.Personal(other); !c.nowhere && (len(all) != linked+n+1 || !strings.Contains(all[0].Words(), id)) {
					t.Errorf("his other account is told %d things beside", len(all)-linked)
				}
			}
			at, err := h.store.Conversation(ctx, "teams", faketeams.Tenant, ben)
			if err != nil || !at.Dead {
				t.Errorf("the chat is not marked as dead: %+v, %v", at, err)
			}
			if without, err := h.store.WithoutConversation(ctx, "teams"); err != nil || c.nowhere != slices.ContainsFunc(without, isBen) {
				t.Errorf("the doctor sees %+v, %v", without, err)
			}
			c.back(h.fake, ben)
			r, err := h.fake.Say(ctx, ben, "inbox")
			if h.fake.Read(r.Sent, r.Ack); err != nil || !strings.Contains(h.fake.Personal(ben)[0].Words(), first) {
				t.Fatalf("his inbox does not come back: %v", err)
			}
			id := h.ask(t)
			h.settled(t)
			if all := h.fake.Personal(ben); !strings.Contains(all[0].Words(), id) {
				t.Errorf("he is not told in Teams again: %s", all[0].Words())
			}
		})
	}
}

// TestTeamsAdopts presses on a message whose receipt was lost with the process that sent it: its place is noted, it is changed
// from then on, and no second one is sent.
func TestTeamsAdopts(t *testing.T) {
	dsn := "sqlite:" + t.TempDir() + "/steward.db"
	h := newTeamsHouse(t, storyApp(t, dsn), patient, nil)
	h.fake.Watch(t)
	id, on := h.asked(t)
	raw := rawDatabase(t, dsn)
	for _, q := range []string{
		"UPDATE deliveries SET state = 'sending', token = 'gone', run_at = 0 WHERE surface = 'teams' AND about_id = '" + id + "'",
		"DELETE FROM receipts WHERE surface = 'teams' AND about_id = '" + id + "'",
	} {
		if _, err := raw.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	ben := h.accounts[benOkafor]
	before := len(h.fake.Personal(ben))
	h.says(t, h.held(t, ben, on, "approve"), "Approved by Ben Okafor")
	if err := h.surface.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	var place, message string
	row := raw.QueryRowContext(t.Context(), "SELECT place, message_id FROM receipts WHERE surface = 'teams' AND about_id = ?", id)
	if err := row.Scan(&place, &message); err != nil || place != on.Conversation || message != on.ID {
		t.Errorf("the place is %s, %s: %v", place, message, err)
	}
	h.settled(t)
	now, _ := h.fake.Message(on.Conversation, on.ID)
	if got := len(h.fake.Personal(ben)); got != before || !strings.Contains(now.Words(), "Approved by Ben Okafor") {
		t.Errorf("%d messages, where %d were; the card reads %s", got, before, now.Words())
	}
}
