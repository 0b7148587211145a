package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

// sample is the small company of the demo.
//
//go:embed sample/*.csv
var sample embed.FS

// demoDays is how far back the demo's history begins.
const demoDays = 30

// makeHistory fills an empty database with the company and with requests in every state. Nothing is written past the
// engine: the clock travels from event to event, timers fire and messages are delivered on the way.
func (a *app) makeHistory(ctx context.Context) error {
	now := a.opts.now()
	p := &player{app: a, now: now, ids: map[int]string{}}
	if err := p.company(ctx); err != nil {
		return err
	}
	if err := p.play(ctx, demoScenes()); err != nil {
		return err
	}
	if err := p.travel(ctx, a.opts.now()); err != nil {
		return err
	}
	a.clock.Set(a.opts.now())
	return nil
}

// player acts the scenes of the demo on the running engine.
type player struct {
	*app
	now time.Time      // when the demo was started
	ids map[int]string // of the requests, by scene
}

// scene is one request with everything that happens to it.
type scene struct {
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
}

// company imports people, systems and subjects from the sample.
func (p *player) company(ctx context.Context) error {
	people, err := sample.ReadFile("sample/people.csv")
	if err != nil {
		return err
	}
	if err := p.firstPeople(ctx, "the sample", people); err != nil {
		return err
	}
	rows, err := p.engine.Everyone(ctx)
	if err != nil {
		return err
	}
	known := knownTo(p.hours.Load(), p.opts.config.Zone, rows)
	for file, read := range map[string]func([]byte, directory.Known) (directory.Assets, error){
		"sample/systems.csv": directory.ReadSystems, "sample/subjects.csv": directory.ReadSubjects,
	} {
		data, err := sample.ReadFile(file)
		if err != nil {
			return err
		}
		assets, err := read(data, known)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if _, err := p.engine.ImportAssets(ctx, assets.Rows, assets.Source, workflows.System, cliVia()); err != nil {
			return err
		}
	}
	return nil
}

// moment is one act of one scene; act -1 is the sending.
type moment struct {
	at         time.Time
	scene, act int
}

// play acts all scenes in the order of time.
func (p *player) play(ctx context.Context, scenes []scene) error {
	var moments []moment
	for i, s := range scenes {
		moments = append(moments, moment{p.now.Add(-s.start), i, -1})
		for j, one := range s.acts {
			moments = append(moments, moment{p.now.Add(-one.before), i, j})
		}
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
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

// travel moves the clock and lets happen what falls due on the way.
func (p *player) travel(ctx context.Context, until time.Time) error {
	return p.engine.Travel(ctx, p.clock, until, func(ctx context.Context) error {
		_, err := p.courier.Drain(ctx)
		return err
	})
}

func (p *player) send(ctx context.Context, n int, s scene) error {
	done, err := p.apply(ctx, workflows.Event{
		Actor: s.asker, About: workflows.Ref{Kind: workflows.KindRequest}, What: approval.Submitted{Flow: s.flow, Answers: s.answers},
	})
	p.ids[n] = done.About.ID
	return err
}

// do lets a person act on what they see at that moment.
func (p *player) do(ctx context.Context, id string, a act) error {
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
