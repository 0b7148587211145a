package main

import (
	"context"
	"embed"
	"fmt"

	"steward/workflows"
	"steward/workflows/directory"
)

// sample is the small company of the demo.
//
//go:embed sample/*.csv
var sample embed.FS

// demoDays is how far back the demo's clock begins: 90 days of requests, and a week before them for a first one that is
// moved back over days off.
const demoDays = 97

// makeHistory fills an empty database with the company and with requests in every state. Nothing is written past the
// engine: the clock travels from event to event, timers fire and messages are delivered on the way.
func (a *app) makeHistory(ctx context.Context) error {
	now := a.opts.now()
	p := newPlayer(a, now)
	if err := p.company(ctx); err != nil {
		return err
	}
	p.seen.settled = true
	if err := p.play(ctx, demoScenes(now)); err != nil {
		return err
	}
	if err := p.travel(ctx, a.opts.now()); err != nil {
		return err
	}
	a.clock.Set(a.opts.now())
	a.stage.open(a, p.named[questionKey])
	return nil
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
