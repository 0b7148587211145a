package bot_test

import (
	"strings"
	"testing"
	"time"

	"steward/bot/card/cardtest"
	"steward/workflows"
	"steward/workflows/register"
)

// asks makes Cleo ask to join a system that neither she nor Ben may read.
func asks(s *register.System) {
	s.Told = []workflows.PersonID{"P-1"}
	s.Asks = []register.Ask{{Who: "P-3", At: s.Since, State: register.AskOpen}}
	s.Waits = []workflows.Wait{{
		About: workflows.SystemRef(s.ID), Who: "P-2", Why: workflows.WhyJoin, Part: "P-3", Role: workflows.LineManager, Since: s.Since, Due: s.Since.AddDate(0, 1, 0),
	}}
}

// managed makes one person the manager of another, without any role.
func (h *house) managed(who, by workflows.PersonID) {
	p, manager := h.people[who], h.people[by]
	p.Manager, manager.Roles = by, nil
	h.people[who], h.people[by] = p, manager
}

func agreed(s *register.System) {
	s.Asks, s.Waits, s.Joined = nil, nil, []register.User{{Who: "P-3", At: s.Since, By: "P-2"}}
}

func suspended(s *register.System) {
	agreed(s)
	s.State, s.Turned = register.StateSuspended, register.Turn{Event: "suspended", By: "P-1", At: s.Since, Reason: "The merger is off."}
}

func refused(s *register.System) {
	s.Asks, s.Waits = []register.Ask{{Who: "P-3", At: s.Since, State: register.AskRefused, By: "P-2", EndedAt: s.Since, Reason: "She has another tool for that."}}, nil
}

// TestCourierTellsOfJoining: who answers, and who asked, are told what everybody may know and what they are asked.
func TestCourierTellsOfJoining(t *testing.T) {
	for _, tt := range []struct {
		name    string
		to      workflows.PersonID
		why     workflows.Why
		so      func(*register.System)
		refresh bool
		says    string // nothing where it is moot
		buttons string
		moot    string
	}{
		{name: "the manager is asked", to: "P-2", why: workflows.WhyJoin, so: asks, says: "Cleo Marsh asks to join it", buttons: "Agree, Do not agree…"},
		{name: "one who is asked for nothing is told nothing", to: "P-1", why: workflows.WhyJoin, so: asks, moot: "does not hold any more"},
		{name: "an answer that came first is no news to the manager", to: "P-2", why: workflows.WhyJoin, so: agreed, moot: "does not hold any more"},
		{name: "the manager's card says what they answered", to: "P-2", why: workflows.WhyJoin, so: agreed, refresh: true, says: "You agreed that Cleo Marsh joins", buttons: ""},
		{name: "and why they did not", to: "P-2", why: workflows.WhyJoin, so: refused, refresh: true, says: "She has another tool for that.", buttons: ""},
		{name: "who asked hears of it", to: "P-3", why: workflows.WhyJoined, so: agreed, says: "Ben Okafor agreed", buttons: "Leave"},
		{name: "and of a refusal, with the reason", to: "P-3", why: workflows.WhyJoined, so: refused, says: "Ben Okafor did not agree that you may join", buttons: ""},
		{name: "a user is told to stop, and not why", to: "P-3", why: workflows.WhyStop, so: suspended, says: "It must not be used until it is released.", buttons: ""},
		{name: "who has left again is told nothing", to: "P-3", why: workflows.WhyJoined, so: func(*register.System) {}, moot: "reader may not see it"},
		{name: "and their card is not left as it was", to: "P-3", why: workflows.WhyJoined, so: func(*register.System) {}, refresh: true, says: "In use since", buttons: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.house.requests = nil
			b.house.own("AIS-1")
			b.house.managed("P-3", "P-2")
			b.house.turn("AIS-1", tt.so)
			b.house.turn("AIS-1", func(s *register.System) { s.Told = []workflows.PersonID{"P-1"} })
			d := aboutSystem("AIS-1", tt.to, tt.why, "P-3")
			d.Mail.To, d.Account = tt.to, account(tt.to)
			if tt.moot != "" {
				b.mootAs(t, d, tt.moot)
				return
			}
			if tt.refresh {
				d = update(d, true)
			}
			b.queue.put(d)
			b.drain(t, 1)
			b.ended(t, 1, workflows.FinishSent)
			sent := append(b.chat.sent, b.chat.updated...)
			if len(sent) != 1 {
				t.Fatalf("%d messages", len(sent))
			}
			c := sent[0].Card
			text := cardtest.Text(c)
			if !strings.Contains(text, tt.says) || strings.Contains(text, "merger") || strings.Contains(text, "Minutes") || strings.Contains(text, "Try it with") {
				t.Errorf("told is:\n%s", text)
			}
			if got := strings.Join(labels(&c), ", "); !strings.HasPrefix(got, tt.buttons) {
				t.Errorf("buttons %q", got)
			}
		})
	}
	t.Run("a reminder names the tool and not the title", func(t *testing.T) {
		b := newBench(t, nil)
		b.house.requests = nil
		b.house.own("AIS-1")
		b.house.turn("AIS-1", asks)
		d := aboutSystem("AIS-1", "P-2", workflows.WhyRemind, "P-3")
		d.Mail.To, d.Account, d.Mail.At = "P-2", account("P-2"), b.house.now.Add(-time.Hour)
		b.queue.put(d)
		b.drain(t, 1)
		b.ended(t, 1, workflows.FinishSent)
		if text := cardtest.Text(b.chat.sent[0].Card); !strings.Contains(text, "AIS-1 Otter.ai: somebody asks to join; you say whether they may") || strings.Contains(text, "merger") {
			t.Errorf("told is:\n%s", text)
		}
	})
}
