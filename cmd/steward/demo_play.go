package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// historyBatch is how many deliveries are claimed at once while the history is made: all that one event leads to.
const historyBatch = 64

// historyAbreast is how many of them are delivered at once: more would wait for the one database, and need memory.
const historyAbreast = 2

// player acts the scenes of the demo on the running engine.
type player struct {
	*app

	now     time.Time         // when the demo was started
	ids     map[int]string    // of the requests, by scene
	named   map[string]string // ids of the requests that others are about, by the key of their scene
	seen    *momentary
	courier *bot.Courier // delivers what happened long ago
}

func newPlayer(a *app, now time.Time) *player {
	p := &player{app: a, now: now, ids: map[int]string{}, named: map[string]string{}, seen: newMomentary(a.sending.Read)}
	sending := a.sending
	sending.Read, sending.Workers, sending.Abreast = p.seen, historyBatch, historyAbreast
	p.courier = bot.NewCourier(sending)
	return p
}

// scene is one request with everything that happens to it.
type scene struct {
	key     string // where another scene is about it
	about   string // key of the scene that it is about
	asker   workflows.PersonID
	flow    string
	answers policy.Answers
	start   time.Duration // before the demo's start
	acts    []act
}

// act is something one person does.
type act struct {
	before time.Duration // before the demo's start
	who    workflows.PersonID
	what   func(r approval.Request) workflows.What
	use    register.What // where it is about the system that the request brought to the register
}

// moment is one act of one scene; act -1 is the sending.
type moment struct {
	at         time.Time
	scene, act int
}

// play acts all scenes in the order of time.
func (p *player) play(ctx context.Context, scenes []scene) error {
	moments, err := p.moments(ctx, scenes)
	if err != nil {
		return err
	}
	// Whoever ends the program now ends it between two moments: nothing is cut off in the middle and complained about.
	whole := context.WithoutCancel(ctx)
	for _, m := range moments {
		if err := errors.Join(ctx.Err(), p.travel(whole, m.at)); err != nil {
			return err
		}
		var err error
		if m.act < 0 {
			err = p.send(whole, m.scene, scenes[m.scene])
		} else {
			err = p.do(whole, p.ids[m.scene], scenes[m.scene].acts[m.act])
		}
		if err != nil {
			return fmt.Errorf("request %d, act %d: %w", m.scene+1, m.act+1, err)
		}
	}
	return nil
}

// moments gives the acts of all scenes in the order of time. On whatever day and hour the demo is started, people act in
// their own working hours: an act that would fall outside is moved back, and those before it with it.
func (p *player) moments(ctx context.Context, scenes []scene) ([]moment, error) {
	people, err := p.askers(ctx, scenes)
	if err != nil {
		return nil, err
	}
	var out []moment
	for i, s := range scenes {
		latest := p.now
		for j := len(s.acts) - 1; j >= -1; j-- {
			who, before := s.asker, s.start
			if j >= 0 {
				who, before = s.acts[j].who, s.acts[j].before
			}
			at := p.now.Add(-before)
			if at.After(latest) {
				at = latest
			}
			person, _ := people.Person(who)
			at = lastWorking(person.Hours, at, time.Duration(5+(i*17+j*29+29)%90)*time.Minute)
			out = append(out, moment{at, i, j})
			latest = at.Add(-betweenActs)
		}
	}
	slices.SortStableFunc(out, func(a, b moment) int { return a.at.Compare(b.at) })
	return out, nil
}

// betweenActs is the least time between two acts about one request.
const betweenActs = 10 * time.Minute

// askers gives everybody who does anything, with their working hours.
func (p *player) askers(ctx context.Context, scenes []scene) (workflows.Roster, error) {
	var who []workflows.PersonID
	for _, s := range scenes {
		who = append(who, s.asker)
		for _, a := range s.acts {
			who = append(who, a.who)
		}
	}
	return p.store.People(ctx, who, nil, p.clock.Now())
}

// lastWorking gives t where it lies in working hours, else a time shortly before the end of the last working day before it.
func lastWorking(h workflows.Hours, t time.Time, shortly time.Duration) time.Time {
	for day := t; t.Sub(day) < maxDaysOff; {
		start := h.Start(day)
		length := h.Between(start, start.Add(20*time.Hour)) // none on a day off
		switch end := start.Add(length); {
		case t.After(start) && t.Before(end):
			return t
		case length > 0 && !t.Before(end):
			return end.Add(-shortly)
		}
		day = start.Add(-12 * time.Hour) // the evening before
	}
	return t
}

// maxDaysOff is more than the longest row of days off.
const maxDaysOff = 30 * 24 * time.Hour

// travel moves the clock and lets happen what falls due on the way.
func (p *player) travel(ctx context.Context, until time.Time) error {
	return p.engine.Travel(ctx, p.clock, until, func(ctx context.Context) error {
		p.seen.forget()
		_, err := p.courier.Drain(ctx)
		return err
	})
}

func (p *player) send(ctx context.Context, n int, s scene) error {
	done, err := p.apply(ctx, workflows.Event{
		Actor: s.asker, About: workflows.Ref{Kind: workflows.KindRequest},
		What: approval.Submitted{Flow: s.flow, Answers: s.answers, Linked: p.named[s.about]},
	})
	p.ids[n] = done.About.ID
	if s.key != "" {
		p.named[s.key] = done.About.ID
	}
	return err
}

// do lets a person act on what they see at that moment.
func (p *player) do(ctx context.Context, id string, a act) error {
	if a.use != nil {
		return p.useSystem(ctx, id, a)
	}
	r, err := p.store.Request(ctx, id)
	if err != nil {
		return err
	}
	seen := workflows.Seen{Round: r.Round, Revision: r.Revision}
	if r.Stage < len(r.Screening.Plan.Stages) {
		seen.Stage = r.Screening.Plan.Stages[r.Stage].Key
	}
	_, err = p.apply(ctx, workflows.Event{Actor: a.who, About: workflows.RequestRef(id), Seen: seen, What: a.what(r)})
	return err
}

// useSystem lets a person act on the system that a request brought to the register.
func (p *player) useSystem(ctx context.Context, request string, a act) error {
	id, err := p.store.SystemOf(ctx, request)
	if err != nil {
		return err
	}
	s, err := p.store.System(ctx, id)
	if err != nil {
		return err
	}
	_, err = p.apply(ctx, workflows.Event{Actor: a.who, About: workflows.SystemRef(id), Seen: workflows.Seen{Round: s.Round, Revision: s.Revision}, What: a.use})
	return err
}

// errRefused says that a scene does something the policy forbids: a mistake in the scene.
var errRefused = errors.New("refused")

func (p *player) apply(ctx context.Context, ev workflows.Event) (workflows.Applied, error) {
	ev.Via = workflows.Via{Surface: "demo"}
	done, err := p.engine.Apply(ctx, ev)
	if err == nil && done.Refusal != nil {
		err = fmt.Errorf("%w: %s by %s: %s", errRefused, ev.What.Kind(), ev.Actor, done.Refusal.Sentence)
	}
	return done, err
}
