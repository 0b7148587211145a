package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card/cardtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// own enters a system of Ana's, in use, into the register of the house. It waits for nobody.
func (h *house) own(id string) {
	if h.systems == nil {
		h.systems = map[string]register.System{}
	}
	h.systems[id] = register.System{
		ID: id, State: register.StateInUse, Since: h.now.AddDate(0, -1, 0), Seq: 3, Revision: 2, Request: "AIR-7", Round: 1, Requester: "P-1",
		Owner: "P-1", Title: "Otter for the merger", Tool: "Otter.ai", Vendor: "Otter.ai, Inc.", Use: "Minutes of calls.", Tier: "medium", Flow: "ai-use",
		ApprovedAt: h.now.AddDate(0, -1, 0), ValidUntil: h.now.AddDate(0, 11, 0), Governors: []workflows.Role{"ai_governance_lead"},
		Told: []workflows.PersonID{"P-1", "P-2"},
		Tasks: []register.Task{
			{Key: "notice", Text: "Everyone recorded is told before.", GoLive: true, Verifier: "ai_governance_lead", State: register.TaskVerified, VerifiedBy: "P-2"},
			{Key: "calls", Text: "Try it with three calls.", Due: h.now.AddDate(0, 0, 1), Verifier: "ai_governance_lead", State: register.TaskOpen},
			{Key: "review", Text: "Look at it again in spring.", Due: h.now.AddDate(0, 5, 0), Verifier: "ai_governance_lead", State: register.TaskOpen},
		},
	}
}

// turn changes a system.
func (h *house) turn(id string, f func(*register.System)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.systems[id]
	s.Tasks, s.Waits = slices.Clone(s.Tasks), slices.Clone(s.Waits)
	f(&s)
	h.systems[id] = s
}

// waitsFor makes a system wait for somebody.
func waitsFor(who workflows.PersonID, why workflows.Why, part string, due time.Time) func(*register.System) {
	return func(s *register.System) {
		s.Waits = append(s.Waits, workflows.Wait{About: workflows.SystemRef(s.ID), Who: who, Why: why, Part: part, Since: s.Since, Due: due})
	}
}

func becomes(state register.State) func(*register.System) {
	return func(s *register.System) { s.State = state }
}

func aboutSystem(id string, to workflows.PersonID, why workflows.Why, part string) workflows.Delivery {
	d := delivery(id, to, why, part)
	d.Mail.About = workflows.SystemRef(id)
	return d
}

// systemMails lists every reason for which a message about a system is sent: what makes it hold, what it says, and what makes it
// moot.
func systemMails() []systemMail {
	none := func(s *register.System) { s.Waits = nil }
	proved := func(s *register.System) {
		s.Tasks[1].State, s.Tasks[1].Proof, s.Tasks[1].ProvedBy = register.TaskProved, "See the minutes.", "P-1"
	}
	turned := func(event string) func(*register.System) {
		return func(s *register.System) {
			s.Turned = register.Turn{Event: event, Trigger: "law_changed", By: "P-2", At: s.Since, Reason: "There is a new law about it."}
		}
	}
	return []systemMail{
		{
			why: workflows.WhyTask, part: "calls", to: "P-1", holds: []func(*register.System){waitsFor("P-1", workflows.WhyTask, "calls", time.Time{})},
			says: "AIS-1 Otter for the merger: A condition is yours to fulfil, by Thu 26 Nov: “Try it with three calls.”", over: none,
		},
		{
			why: workflows.WhyVerify, part: "calls", to: "P-2", holds: []func(*register.System){proved, waitsFor("P-2", workflows.WhyVerify, "calls", time.Time{})},
			says: "AIS-1 Otter for the merger: Ana Ruiz says that this is fulfilled: “Try it with three calls.” Proof: “See the minutes.”",
			over: func(s *register.System) { s.Tasks[1].State, s.Waits = register.TaskVerified, nil },
		},
		{
			why: workflows.WhyStop, to: "P-1", holds: []func(*register.System){turned("suspended"), becomes(register.StateSuspended)},
			says: "AIS-1 Otter for the merger: Suspended on Sun 25 Oct. It must not be used until it is released. Ben Okafor suspended it, Sun 25 Oct 09:00: There is a new law about it.",
			over: becomes(register.StateReEvaluation),
		},
		{
			why: workflows.WhyExpired, to: "P-1", holds: []func(*register.System){becomes(register.StateExpired)},
			says: "AIS-1 Otter for the merger: The approval ended on Mon 25 Oct 2027. It must not be used without another one.", over: becomes(register.StateInUse),
		},
		{
			why: workflows.WhyHandOver, to: "P-2", holds: []func(*register.System){waitsFor("P-2", workflows.WhyHandOver, "", time.Time{})},
			says: "AIS-1 Otter for the merger: Ana Ruiz, who owned it, has left. Please name somebody else", over: none,
		},
		{
			why: workflows.WhyHandedOver, to: "P-2", holds: []func(*register.System){func(s *register.System) { s.Owner = "P-2" }},
			says: "AIS-1 Otter for the merger: You own it now, and its conditions with it.", over: func(s *register.System) { s.Owner = "P-1" },
		},
		{
			why: workflows.WhyReEvaluate, to: "P-2",
			holds: []func(*register.System){turned("changed"), becomes(register.StateReEvaluation), waitsFor("P-2", workflows.WhyReEvaluate, "", time.Time{})},
			says:  "AIS-1 Otter for the merger: Please look at the approval again.", over: none,
		},
		{
			why: workflows.WhyRenew, to: "P-1", holds: []func(*register.System){waitsFor("P-1", workflows.WhyRenew, "", time.Time{})},
			says: "AIS-1 Otter for the merger: Its approval ends on Mon 25 Oct 2027. Please renew it: look at the answers", over: none,
		},
		{
			why: workflows.WhyEscalated, part: "calls", to: "P-2", says: "AIS-1 Otter for the merger: A condition was due on Thu 26 Nov and is still open: “Try it with three calls.”",
			over: func(s *register.System) { s.Tasks[1].State = register.TaskVerified },
		},
		{
			why: workflows.WhyRemind, part: "calls", to: "P-1", holds: []func(*register.System){waitsFor("P-1", workflows.WhyTask, "calls", time.Time{})},
			says: "1 thing waits for you.", over: none,
		},
	}
}

type systemMail struct {
	why   workflows.Why
	part  string
	to    workflows.PersonID
	holds []func(*register.System)
	says  string // how the gist begins
	over  func(*register.System)
}

// bench gives a bench with the system as it is when the message is written.
func (m systemMail) bench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, nil)
	b.house.requests = nil
	b.house.own("AIS-1")
	for _, f := range m.holds {
		b.house.turn("AIS-1", f)
	}
	return b
}

func (m systemMail) delivery() workflows.Delivery { return aboutSystem("AIS-1", m.to, m.why, m.part) }

func TestCourierDeliversAboutSystems(t *testing.T) {
	for _, m := range systemMails() {
		t.Run(string(m.why)+" is sent with what it is about", func(t *testing.T) {
			b := m.bench(t)
			b.queue.put(m.delivery())
			b.drain(t, 1)
			f := b.ended(t, 1, workflows.FinishSent)
			if len(b.chat.sent) != 1 || f.Receipt == nil || f.Receipt.Why != m.why || f.Receipt.Part != m.part {
				t.Fatalf("%d messages, %+v", len(b.chat.sent), f)
			}
			c := b.chat.sent[0].Card
			if !strings.HasPrefix(c.Gist, m.says) || b.chat.sent[0].About != workflows.SystemRef("AIS-1") {
				t.Errorf("gist %q", c.Gist)
			}
			if first := strings.TrimPrefix(m.says, "AIS-1 Otter for the merger: "); !strings.Contains(cardtest.Text(c), first) {
				t.Errorf("the card does not say it:\n%s", cardtest.Text(c))
			}
		})
		t.Run(string(m.why)+" is not sent when it does not hold any more", func(t *testing.T) {
			b := m.bench(t)
			b.house.turn("AIS-1", m.over)
			b.mootAs(t, m.delivery(), "does not hold any more")
		})
		t.Run(string(m.why)+" is not sent to somebody who has left", func(t *testing.T) {
			b := m.bench(t)
			p := b.house.people[m.to]
			p.Active = false
			b.house.people[m.to] = p
			b.mootAs(t, m.delivery(), "reader not active")
		})
		t.Run(string(m.why)+" is not sent to somebody who may not read it", func(t *testing.T) {
			b := m.bench(t)
			b.house.turn("AIS-1", waitsFor("P-3", m.why, m.part, time.Time{})) // whatever waits for them, they were never told
			d := m.delivery()
			d.Mail.To, d.Account = "P-3", account("P-3")
			b.mootAs(t, d, "reader may not see it")
		})
		t.Run(string(m.why)+" about a system that is not there is moot", func(t *testing.T) {
			b := m.bench(t)
			delete(b.house.systems, "AIS-1")
			b.mootAs(t, m.delivery(), "thing does not exist")
		})
		if m.why.Daily() {
			continue
		}
		t.Run(string(m.why)+" is refreshed when it is over", func(t *testing.T) {
			b := m.bench(t)
			b.house.turn("AIS-1", m.over)
			b.queue.put(update(m.delivery(), true))
			b.drain(t, 1)
			r := b.ended(t, 1, workflows.FinishSent).Receipt
			if len(b.chat.updated) != 1 || len(b.chat.sent) != 0 || r.Why != m.why || r.Part != m.part || r.MessageID != "m9" {
				t.Fatalf("%d updates, %d messages, receipt %+v", len(b.chat.updated), len(b.chat.sent), r)
			}
			if strings.HasPrefix(b.chat.updated[0].Card.Gist, m.says) {
				t.Errorf("it still says %q", b.chat.updated[0].Card.Gist)
			}
		})
		t.Run(string(m.why)+" is hidden from a message of somebody who may not read it any more", func(t *testing.T) {
			b := m.bench(t)
			b.house.turn("AIS-1", func(s *register.System) { s.Owner, s.Requester, s.Told = "P-3", "P-3", nil })
			b.mootAs(t, update(m.delivery(), true), "reader may not see it")
		})
	}
}

// mootAs delivers, and checks that nothing is sent for this reason.
func (b *bench) mootAs(t *testing.T, d workflows.Delivery, reason string) {
	t.Helper()
	b.queue.put(d)
	b.drain(t, 1)
	if f := b.ended(t, 1, workflows.FinishMoot); f.Reason != reason || f.Receipt != nil || len(b.chat.sent)+len(b.chat.updated) != 0 {
		t.Errorf("ended as %+v with %d messages; want %q", f, len(b.chat.sent)+len(b.chat.updated), reason)
	}
}

func TestCourierDailyNamesSystems(t *testing.T) {
	daily := func(t *testing.T, about workflows.Ref, part string, with func(*bench)) (string, *bench) {
		t.Helper()
		b := newBench(t, nil)
		b.house.own("AIS-1")
		due := b.house.now.AddDate(0, 0, 1)
		b.house.turn("AIS-1", waitsFor("P-2", workflows.WhyTask, "calls", due))
		b.house.turn("AIS-1", waitsFor("P-2", workflows.WhyTask, "review", b.house.now.AddDate(0, 5, 0)))
		b.house.turn("AIS-1", func(s *register.System) {
			for i := range s.Waits {
				s.Waits[i].Since = b.house.now
			}
		})
		if with != nil {
			with(b)
		}
		d := delivery("AIR-1", "P-2", workflows.WhyRemind, part)
		d.Mail.About = about
		b.queue.put(d)
		b.drain(t, 1)
		if len(b.chat.sent) == 0 {
			return "", b
		}
		return cardtest.Text(b.chat.sent[0].Card), b
	}
	t.Run("a condition that is due and requests are one message", func(t *testing.T) {
		text, b := daily(t, workflows.SystemRef("AIS-1"), "calls", nil)
		for _, want := range []string{"3 things wait for you.", "AIR-1 Otter.ai AIR-1: you decide", "AIR-2 Otter.ai AIR-2: you decide", "AIS-1 Otter for the merger: a condition is yours to fulfil by Thu 26 Nov 09:00."} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in it:\n%s", want, text)
			}
		}
		if strings.Contains(text, "Apr") {
			t.Errorf("a condition that is due in spring is in it:\n%s", text)
		}
		b.ended(t, 1, workflows.FinishSent)
	})
	t.Run("also when a request made us write", func(t *testing.T) {
		if text, _ := daily(t, workflows.RequestRef("AIR-1"), "", nil); !strings.Contains(text, "AIS-1 Otter for the merger: a condition is yours to fulfil by Thu 26 Nov 09:00.") {
			t.Errorf("got:\n%s", text)
		}
	})
	t.Run("a reminder of a condition that was proved meanwhile is moot, whatever is due in spring", func(t *testing.T) {
		_, b := daily(t, workflows.SystemRef("AIS-1"), "calls", func(b *bench) {
			b.house.requests = nil
			b.house.turn("AIS-1", func(s *register.System) { s.Waits = s.Waits[1:] })
		})
		b.ended(t, 1, workflows.FinishMoot)
	})
	t.Run("a system that is gone is left out", func(t *testing.T) {
		text, _ := daily(t, workflows.RequestRef("AIR-1"), "", func(b *bench) {
			b.house.change("AIR-1", func(r *approval.Request) {
				r.Waits = append(r.Waits, workflows.Wait{About: workflows.SystemRef("AIS-9"), Who: "P-2", Why: workflows.WhyTask, Due: b.house.now})
			})
		})
		if strings.Contains(text, "AIS-9") || !strings.Contains(text, "AIR-1") {
			t.Errorf("got:\n%s", text)
		}
	})
}

func TestCourierAndASystemThatCannotBeRead(t *testing.T) {
	for _, m := range systemMails() {
		b := m.bench(t)
		b.house.fault = errors.New("the database is away")
		b.queue.put(m.delivery())
		b.drain(t, 1)
		b.ended(t, 1, workflows.FinishRetry)
	}
	b := newBench(t, nil)
	b.house.own("AIS-1")
	b.house.turn("AIS-1", waitsFor("P-1", workflows.WhyTask, "calls", time.Time{}))
	gone := update(aboutSystem("AIS-1", "P-1", workflows.WhyTask, "calls"), true)
	b.chat.update = func(bot.Message) error { return &bot.SendError{Reason: "message_not_found", Gone: true} }
	b.queue.put(gone)
	b.drain(t, 1)
	if b.ended(t, 1, workflows.FinishSent); len(b.chat.sent) != 1 {
		t.Errorf("a message that is gone, and asks for something, was sent %d times", len(b.chat.sent))
	}
}
