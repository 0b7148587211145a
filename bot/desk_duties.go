package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"steward/bot/view"
	"steward/workflows"
)

// explain says why: of a thing by its id, of the caller where nothing is typed, and of somebody else by name or address.
func (d *Desk) explain(ctx context.Context, c caller, typed string) (Reply, error) {
	if looksLikeID(typed) {
		return d.status(ctx, c, typed, view.VerbExplain)
	}
	if typed == "" || strings.EqualFold(typed, "me") || strings.EqualFold(typed, c.Viewer.Name) || strings.EqualFold(typed, c.Viewer.Email) {
		return d.explainPerson(ctx, c, c.Viewer)
	}
	if !workflows.SeesDuties(c.Viewer, "") {
		return say(workflows.CodeUnknown, view.TextDutiesOthers), nil
	}
	if c.Limited {
		return Reply{Kind: ReplyLink, Text: view.TextDutiesPortal, Path: "/people", Code: workflows.CodeNotNow}, nil
	}
	people, err := d.read.FindPeople(ctx, typed, mostNamesakes)
	if err != nil {
		return Reply{}, fmt.Errorf("find somebody to explain: %w", err)
	}
	people = slices.DeleteFunc(people, func(p workflows.Person) bool { return !called(p.Name, typed) && !strings.EqualFold(p.Email, typed) })
	other := func(p workflows.Person) bool { return !strings.EqualFold(p.Name, typed) }
	if same := slices.DeleteFunc(slices.Clone(people), other); len(same) > 0 {
		people = same
	}
	switch len(people) {
	case 0:
		return say(workflows.CodeUnknown, view.NobodyCalled(typed)), nil
	case 1:
		return d.explainPerson(ctx, c, people[0])
	}
	return say(workflows.CodeField, view.ManyCalled(people)), nil
}

func (d *Desk) explainPerson(ctx context.Context, c caller, of workflows.Person) (Reply, error) {
	duties, err := d.duties(ctx, c, of)
	if err != nil {
		return Reply{}, err
	}
	return showCard(view.ExplainDuties(duties)), nil
}

// Duties gives what waits for a person, and why, for whoever may ask; ok is false for everybody else. It changes nothing.
func (d *Desk) Duties(ctx context.Context, who Who, of workflows.PersonID) (duties view.Duties, ok bool, err error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil || !workflows.SeesDuties(c.Viewer, of) || c.Limited && of != c.Person {
		return view.Duties{}, false, err
	}
	roster, err := d.read.People(ctx, []workflows.PersonID{of}, nil, c.Now)
	if err != nil {
		return view.Duties{}, false, fmt.Errorf("look up who is explained: %w", err)
	}
	p, ok := roster.Person(of)
	if !ok {
		return view.Duties{}, false, nil
	}
	duties, err = d.duties(ctx, c, p)
	return duties, true, err
}

// duties loads what waits for a person. What the caller may not read is counted.
func (d *Desk) duties(ctx context.Context, c caller, of workflows.Person) (view.Duties, error) {
	out := view.Duties{Of: of, Viewer: c.Viewer, Now: c.Now}
	waits, err := d.read.Waits(ctx, of.ID)
	if err != nil {
		return out, fmt.Errorf("what waits for somebody: %w", err)
	}
	for _, w := range byDue(waits) {
		duty, shown, err := d.duty(ctx, c, w)
		switch {
		case errors.Is(err, workflows.ErrNotFound):
		case err != nil:
			return out, err
		case shown:
			out.Known = append(out.Known, duty)
		default:
			out.Hidden++
		}
	}
	open, err := d.read.AbsencesOf(ctx, of.ID)
	if err != nil {
		return out, fmt.Errorf("absences of somebody: %w", err)
	}
	for _, a := range open {
		if !workflows.MaySee(c.Viewer, a.Concerned()) {
			continue
		}
		x, err := d.absentee(ctx, c, a)
		if err != nil {
			return out, err
		}
		out.Away = append(out.Away, x)
	}
	return out, nil
}

// duty loads what one thing that waits is about. shown is false where it is not for the caller's eyes here.
func (d *Desk) duty(ctx context.Context, c caller, w workflows.Wait) (duty view.Duty, shown bool, err error) {
	duty.Wait = w
	if w.About.Kind == workflows.KindVendor {
		v, ok, err := d.vendor(ctx, c, w.About, w.Who)
		duty.About = v
		return duty, ok && !c.Limited, err
	}
	if w.About.Kind == workflows.KindSystem {
		named := []workflows.PersonID{w.Who}
		if w.For != "" {
			named = append(named, w.For)
		}
		if w.Why == workflows.WhyJoin {
			named = append(named, workflows.PersonID(w.Part))
		}
		e, ok, err := d.entry(ctx, c, w.About, named...)
		duty.About = e
		part := w.Who == c.Person && (!c.Limited || byRelation(w)) // who is asked something is told which tool it is about
		return duty, ok && (e.Whole || part), err
	}
	k, ok, err := d.look(ctx, c, w.About)
	duty.About = k
	return duty, ok, err
}
