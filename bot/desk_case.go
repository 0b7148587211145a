package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// caller is the person behind a press, as the directory knows them, at the moment of the press.
type caller struct {
	Who

	Viewer workflows.Person
	Now    time.Time
}

func (c caller) eyes() view.Eyes { return view.Eyes{Viewer: c.Viewer, Now: c.Now} }

// caller looks the person up. refused is set for somebody who is not active: they neither decide nor read.
func (d *Desk) caller(ctx context.Context, who Who) (c caller, refused *Reply, err error) {
	c = caller{Who: who, Now: d.engine.Now()}
	roster, err := d.read.People(ctx, []workflows.PersonID{who.Person}, nil, c.Now)
	if err != nil {
		return c, nil, fmt.Errorf("look up the person: %w", err)
	}
	c.Viewer, _ = roster.Person(who.Person)
	if !c.Viewer.Active || c.Viewer.ID == "" {
		r := say(workflows.CodeInactive, view.TextNotActive)
		return c, &r, nil
	}
	return c, nil, nil
}

// look loads a request as the caller sees it. ok is false where there is none, or none for their eyes: nobody can tell the
// two apart.
func (d *Desk) look(ctx context.Context, c caller, ref workflows.Ref) (k view.Case, ok bool, err error) {
	if ref.Kind != workflows.KindRequest {
		return k, false, nil
	}
	k, err = d.load(ctx, c, ref)
	if errors.Is(err, workflows.ErrNotFound) {
		return k, false, nil
	}
	if err != nil {
		return k, false, err
	}
	return k, c.sees(c.Viewer, k.Request), nil
}

func (d *Desk) load(ctx context.Context, c caller, ref workflows.Ref) (view.Case, error) {
	k := view.Case{Viewer: c.Viewer, Now: c.Now, Surface: c.Via.Surface, Assured: c.Assured}
	var err error
	if k.Request, err = d.read.Request(ctx, ref.ID); err != nil {
		return k, fmt.Errorf("read request %s: %w", ref.ID, err)
	}
	if k.Flow, err = d.engine.Flow(ctx, k.Request.Screening.Policy, k.Request.Flow); err != nil {
		return k, fmt.Errorf("flow of request %s: %w", ref.ID, err)
	}
	k.Zone = k.Flow.Location()
	people, roles := view.Concerns(k.Request, k.Flow)
	if k.Roster, err = d.read.People(ctx, append(people, c.Viewer.ID), roles, c.Now); err != nil {
		return k, fmt.Errorf("people of request %s: %w", ref.ID, err)
	}
	if p, ok := k.Roster.Person(c.Viewer.ID); ok {
		k.Viewer = p
	}
	if c.Viewer.ID == k.Request.Owner && len(k.Request.Screening.Plan.Preconditions) > 0 {
		if k.About, err = d.about(ctx, k.Request.Flow); err != nil {
			return k, err
		}
	}
	if n := len(k.Request.Assessments); n > 0 {
		if k.Assessment, err = d.related(ctx, k.Request.Assessments[n-1].ID); err != nil {
			return k, err
		}
	}
	if k.StandsOn, err = d.standsOn(ctx, k.Request, k.Assessment); err != nil {
		return k, err
	}
	if k.Request.Linked != "" {
		k.Subject, err = d.related(ctx, k.Request.Linked)
	}
	return k, err
}

// standsOn reads the assessments that a request is decided on with; last is the one that was read already.
func (d *Desk) standsOn(ctx context.Context, r approval.Request, last *view.Related) (out []*view.Related, err error) {
	for _, id := range r.StandsOn() {
		x := last
		if x == nil || x.Request.ID != id {
			if x, err = d.related(ctx, id); err != nil {
				return nil, err
			}
		}
		if x != nil {
			out = append(out, x)
		}
	}
	return out, nil
}

// related reads a request that another one is about, or that is about it.
func (d *Desk) related(ctx context.Context, id string) (*view.Related, error) {
	r, err := d.read.Request(ctx, id)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, fmt.Errorf("read request %s: %w", id, err)
	}
	flow, err := d.engine.Flow(ctx, r.Screening.Policy, r.Flow)
	if err != nil {
		return nil, fmt.Errorf("flow of request %s: %w", id, err)
	}
	return &view.Related{Request: r, Flow: flow}, nil
}

// about finds the flow that is about requests of another flow, and that their owner begins.
func (d *Desk) about(ctx context.Context, flow string) (string, error) {
	flows, err := d.engine.Flows(ctx)
	if err != nil {
		return "", fmt.Errorf("flows in force: %w", err)
	}
	for _, f := range flows {
		if f.About != "" && f.RequesterIs == workflows.Owner && f.Carried.From == flow {
			return f.Key, nil
		}
	}
	return "", nil
}

// facts gives what answers of a form are judged against: the day, the people named, the request it is about.
func (d *Desk) facts(ctx context.Context, c caller, flow *policy.Flow, draft policy.Draft) (policy.Facts, workflows.Roster, error) {
	f := policy.Facts{Today: today(flow, c.Now), Requester: c.Person}
	kept, err := d.keptOf(ctx, flow, draft.Answers, f.Today)
	if err != nil {
		return f, workflows.Roster{}, err
	}
	f.Kept = kept
	named := []workflows.PersonID{c.Person}
	for _, k := range kept {
		named = append(named, k.By)
	}
	for _, q := range flow.Questions {
		if id := draft.Answers[q.Key].Text; q.Type == policy.User && id != "" {
			named = append(named, workflows.PersonID(id))
		}
	}
	roster, err := d.read.People(ctx, named, nil, c.Now)
	if err != nil {
		return f, roster, fmt.Errorf("people named in a form: %w", err)
	}
	f.Known = roster.Active
	linked, err := d.linked(ctx, flow, draft)
	if err != nil || linked == "" {
		return f, roster, err
	}
	about, err := d.read.Request(ctx, linked)
	if err != nil {
		return f, roster, fmt.Errorf("read request %s: %w", linked, err)
	}
	f.Owner, f.Carried = about.Owner, flow.CarriedFrom(about.Screening.Answers)
	return f, roster, nil
}

// linked gives the id of the request a form is about, for flows that are about one; else nothing. Of a new one the draft
// names it, of one that is edited or renewed the request does.
func (d *Desk) linked(ctx context.Context, flow *policy.Flow, draft policy.Draft) (string, error) {
	if flow.About == "" {
		return "", nil
	}
	if draft.Form == view.VerbRequest {
		return draft.About.ID, nil
	}
	id := draft.About.ID
	if draft.About.Kind == workflows.KindSystem {
		s, err := d.read.System(ctx, id)
		if err != nil {
			return "", fmt.Errorf("read system %s: %w", id, err)
		}
		id = s.Request
	}
	r, err := d.read.Request(ctx, id)
	if err != nil {
		return "", fmt.Errorf("read request %s: %w", id, err)
	}
	return r.Linked, nil
}

// today gives the present day where the policy's days begin and end.
func today(flow *policy.Flow, now time.Time) time.Time {
	return now.In(flow.Location())
}

// refOf reads the id somebody typed, in any case: "air-42".
func refOf(id string) workflows.Ref {
	id = strings.ToUpper(strings.TrimSpace(id))
	if ref, ok := workflows.ShortRef(id); ok {
		return ref
	}
	return workflows.RequestRef(id)
}

// say makes a reply of one sentence.
func say(code workflows.Code, text string) Reply {
	return Reply{Kind: ReplySay, Text: text, Code: code}
}

// unknown is the reply for what does not exist or is not for the caller's eyes.
func unknown(id string) Reply { return say(workflows.CodeUnknown, view.NotFound(id)) }
