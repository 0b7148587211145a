package teams

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/surfacetest/faketeams"
)

func TestPace(t *testing.T) {
	start := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	build := func(l Limits) (*pace, *time.Time) {
		now := start
		return newPace(l, func() time.Time { return now }), &now
	}
	t.Run("a conversation gets what Teams lets it have, and the others do not wait for it", func(t *testing.T) {
		p, now := build(Limits{})
		for i, want := range []time.Duration{0, 0, 0, 0, 0, 0, 0, beat} {
			op := opSend
			if i%2 == 1 {
				op = opUpdate // they count together
			}
			if err := p.take(op, "a:1", false); (err == nil) != (want == 0) {
				t.Errorf("call %d: %v", i+1, err)
			} else if err != nil {
				if se := told(t, err); se.Reach != bot.ReachMessage || !se.Pause || se.After != want || se.Reason != reasonPaced {
					t.Errorf("%+v", se)
				}
			}
		}
		if err := p.take(opSend, "a:2", false); err != nil {
			t.Error(err)
		}
		*now = now.Add(beat)
		if err := p.take(opSend, "a:1", false); err != nil { // the eighth within 2 s
			t.Error(err)
		}
		if se := told(t, p.take(opSend, "a:1", false)); se.After != beat {
			t.Errorf("the ninth: %+v", se)
		}
	})
	t.Run("no span of time has more than the documented limits, whenever it begins", func(t *testing.T) {
		p, now := build(Limits{})
		var sent []time.Time
		for len(sent) < 2000 {
			err := p.take(opSend, "a:1", false)
			if err == nil {
				sent = append(sent, *now)
				continue
			}
			se := told(t, err)
			if se.Reach != bot.ReachMessage || se.After <= 0 || se.After > time.Hour {
				t.Fatalf("%+v", se)
			}
			*now = now.Add(se.After)
		}
		for _, l := range []struct {
			most int
			per  time.Duration
		}{{7, time.Second}, {8, 2 * time.Second}, {60, 30 * time.Second}, {1800, time.Hour}} {
			for i := l.most; i < len(sent); i++ {
				if span := sent[i].Sub(sent[i-l.most]); span < l.per {
					t.Fatalf("%d messages within %s", l.most+1, span)
				}
			}
		}
	})
	t.Run("reading members and beginning conversations have limits of their own", func(t *testing.T) {
		p, _ := build(Limits{Tenant: 100})
		for i := range 15 {
			if err := p.take(opMember, "a:1", false); (err == nil) != (i < 14) {
				t.Errorf("look %d: %v", i+1, err)
			}
		}
		for i := range 8 {
			if err := p.take(opCreate, "u", false); (err == nil) != (i < 7) {
				t.Errorf("conversation %d: %v", i+1, err)
			}
		}
		if err := p.take(opSend, "a:1", false); err != nil {
			t.Error(err)
		}
	})
	t.Run("reminders leave some to others, and their pause is their own", func(t *testing.T) {
		p, now := build(Limits{})
		for n := range 29 {
			if err := p.take(opSend, fmt.Sprint("a:", n), true); err != nil {
				t.Fatal(err)
			}
		}
		if se := told(t, p.take(opSend, "a:x", true)); se.Reach != bot.ReachBucket || se.After != beat {
			t.Errorf("%+v", se)
		}
		if err := p.take(opMember, "a:x", false); err != nil {
			t.Error(err)
		}
		if se := told(t, p.take(opSend, "a:y", false)); se.Reach != bot.ReachMethod || se.After != beat {
			t.Errorf("%+v", se)
		}
		*now = now.Add(beat)
		if err := p.take(opSend, "a:y", true); err != nil {
			t.Error(err)
		}
	})
	t.Run("a long pause is of the conversation that was told so, until a second one is", func(t *testing.T) {
		p, now := build(Limits{})
		if reach := p.limited(opSend, "a:1", 10*time.Second); reach != bot.ReachMessage {
			t.Errorf("it reaches %v", reach)
		}
		if se := told(t, p.take(opUpdate, "a:1", false)); se.Reach != bot.ReachMessage || se.After != 10*time.Second || se.Reason != reasonLimited {
			t.Errorf("%+v", se)
		}
		if err := p.take(opSend, "a:2", false); err != nil {
			t.Error(err)
		}
		if reach := p.limited(opSend, "a:1", 20*time.Second); reach != bot.ReachMessage {
			t.Errorf("told twice, it reaches %v", reach)
		}
		if reach := p.limited(opSend, "a:2", 5*time.Second); reach != bot.ReachMethod {
			t.Errorf("of another one it reaches %v", reach)
		}
		if se := told(t, p.take(opSend, "a:3", false)); se.Reach != bot.ReachMethod || se.After != 5*time.Second || se.Reason != reasonLimited {
			t.Errorf("%+v", se)
		}
		if err := p.take(opUpdate, "a:3", false); err != nil {
			t.Errorf("changes wait for new messages: %v", err)
		}
		*now = now.Add(time.Minute)
		if reach := p.limited(opSend, "a:3", 10*time.Second); reach != bot.ReachMessage {
			t.Errorf("later it reaches %v", reach)
		}
	})
	t.Run("a short one is of all, for the limit of all is one of a second", func(t *testing.T) {
		p, _ := build(Limits{})
		if reach := p.limited(opSend, "a:1", time.Second); reach != bot.ReachMethod {
			t.Errorf("it reaches %v", reach)
		}
		if se := told(t, p.take(opSend, "a:2", false)); se.Reach != bot.ReachMethod {
			t.Errorf("%+v", se)
		}
		p.pause(time.Hour)
		if se := told(t, p.take(opMember, "a:2", false)); se.Reach != bot.ReachSurface || se.After != time.Hour || se.Reason != "paused" {
			t.Errorf("%+v", se)
		}
	})
}

// waiting is a message in an outbox: from when it may be tried.
type waiting struct {
	user string
	at   time.Time
}

// TestThousand sends a thousand messages at once, with a row for each to wait in as the outbox has, whose pauses all
// processes keep. No call is made while one runs, everybody gets one message, and it takes as long as the limits of Teams make
// it take, and at most a twentieth more.
func TestThousand(t *testing.T) {
	for name, c := range map[string]struct {
		processes int
		patient   bool
	}{
		"messages":                        {1, false},
		"reminders, which leave a part":   {1, true},
		"reminders, of two processes":     {2, true},
		"messages, of several processes":  {3, false},
		"reminders, of several processes": {3, true},
	} {
		t.Run(name, func(t *testing.T) {
			const people = 1000
			begin := time.Now()
			now := begin
			w := newTown(t, faketeams.Options{Limits: true, Now: func() time.Time { return now }})
			clients := []*Client{w.Client}
			for range c.processes - 1 {
				clients = append(clients, w.client(t))
			}
			var rows []waiting
			for n := range people {
				u := w.teams.AddUser(faketeams.User{ID: fmt.Sprintf("99999999-0000-4000-9000-%012d", n), Name: "Somebody"})
				w.teams.Provide(u.ID, true)
				rows = append(rows, waiting{u.ID, begin})
			}
			var paused time.Time // what the outbox keeps for all
			for turn := 0; len(rows) > 0; turn++ {
				slices.SortStableFunc(rows, func(a, b waiting) int { return a.at.Compare(b.at) })
				row := &rows[0]
				if due := later(row.at, paused); due.After(now) {
					now = due
				}
				now = now.Add(time.Millisecond) // a call takes a moment
				at := w.at(row.user)
				m := cardSaying("Please decide")
				m.Patient = c.patient
				_, err := clients[turn%len(clients)].Send(t.Context(), at, m)
				if err == nil {
					rows = rows[1:]
					continue
				}
				switch se := told(t, err); {
				case !se.Pause:
					t.Fatal(err)
				case se.Reach == bot.ReachMessage:
					row.at = now.Add(se.After)
				default:
					paused = later(paused, now.Add(se.After))
				}
			}
			calls, refused := w.teams.Calls("send"), 0
			for _, call := range calls {
				if call.RetryAfter > 0 {
					refused++
				}
			}
			took, allowed := calls[len(calls)-1].At.Sub(begin), time.Duration((people-1)/30)*time.Second
			t.Logf("%d messages took %s, the limits allow %s: %.1f %% more; %d calls were too many",
				people, took.Round(time.Millisecond), allowed, 100*(took.Seconds()/allowed.Seconds()-1), refused)
			if early := w.teams.Early(); len(early) > 0 {
				t.Errorf("%d calls while a pause ran, the first at %s", len(early), early[0].At)
			}
			if took > allowed+allowed/20 {
				t.Errorf("it took %s, more than a twentieth above %s", took, allowed)
			}
			for n := range people {
				if got := w.teams.Personal(fmt.Sprintf("99999999-0000-4000-9000-%012d", n)); len(got) != 1 {
					t.Fatalf("somebody got %d messages", len(got))
				}
			}
		})
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// TestOneChat writes to one person more than Teams lets through, with another process that does the same.
func TestOneChat(t *testing.T) {
	begin := time.Now()
	now := begin
	w := newTown(t, faketeams.Options{Limits: true, Now: func() time.Time { return now }})
	clients := []*Client{w.Client, w.client(t)}
	due := [2]time.Time{begin, begin}
	for sent := 0; sent < 120; {
		turn := cmp.Compare(due[0].UnixNano(), due[1].UnixNano())
		i := max(turn, 0)
		now = later(now, due[i]).Add(time.Millisecond)
		_, err := clients[i].Send(t.Context(), w.at(townAna), cardSaying("Hello"))
		if err == nil {
			sent++
			continue
		}
		se := told(t, err)
		if !se.Pause {
			t.Fatal(err)
		}
		due[i] = now.Add(se.After)
	}
	// 60 within 30 s, and the pauses of one process are not the other's here: they are the outbox's to share.
	if took := now.Sub(begin); took < 30*time.Second || took > 45*time.Second {
		t.Errorf("it took %s", took)
	}
	if n := len(w.teams.Personal(townAna)); n != 120 {
		t.Errorf("Ana got %d messages", n)
	}
}
