package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/away"
	"steward/workflows/policy"
)

// Absences is what desk and courier read of who is away.
type Absences interface {
	// Absence reads one absence; [workflows.ErrNotFound] where there is none. The caller asks MaySee.
	Absence(ctx context.Context, id string) (away.Absence, error)
	// AbsencesOf gives the absences of a person that are not over, and those in which they stand in, in their natural order.
	AbsencesOf(ctx context.Context, who workflows.PersonID) ([]away.Absence, error)
	// FindPeople gives up to n active people whose name, address or id contains the text, ordered by name.
	FindPeople(ctx context.Context, text string, n int) ([]workflows.Person, error)
}

// awayCommand answers the word "away": with what was said already, or with the form, filled in with what was typed.
func (d *Desk) awayCommand(ctx context.Context, c caller, typed string) (Reply, error) {
	all, err := d.absences(ctx, c)
	if err != nil {
		return Reply{}, err
	}
	if typed == "" && len(all) > 0 {
		return showCard(view.Absences(c.eyes(), all)), nil
	}
	return d.openAway(ctx, c, typed)
}

// absencesCard shows what somebody has said of when they are away. It changes nothing.
func (d *Desk) absencesCard(ctx context.Context, c caller) (Reply, error) {
	all, err := d.absences(ctx, c)
	if err != nil {
		return Reply{}, err
	}
	return showCard(view.Absences(c.eyes(), all)), nil
}

// absences gives the caller's absences that are not over, and those in which they stand in.
func (d *Desk) absences(ctx context.Context, c caller) ([]view.Absence, error) {
	all, err := d.read.AbsencesOf(ctx, c.Person)
	if err != nil {
		return nil, fmt.Errorf("absences: %w", err)
	}
	var out []view.Absence
	for _, a := range all {
		if a.Person != c.Person && a.Lost != "" {
			continue
		}
		x, err := d.absentee(ctx, c, a)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// absentee gives an absence as the caller sees it. named are others whose names a form shows.
func (d *Desk) absentee(ctx context.Context, c caller, a away.Absence, named ...workflows.PersonID) (view.Absence, error) {
	roster, err := d.read.People(ctx, append(named, a.Person, a.Delegate, c.Person), nil, c.Now)
	if err != nil {
		return view.Absence{}, fmt.Errorf("people of an absence: %w", err)
	}
	return view.Absence{Absence: a, Roster: roster, Viewer: c.Viewer, Now: c.Now}, nil
}

// absence reads an absence that the caller may see; ok is false where there is none.
func (d *Desk) absence(ctx context.Context, c caller, ref workflows.Ref, named ...workflows.PersonID) (a view.Absence, ok bool, err error) {
	found, err := d.read.Absence(ctx, ref.ID)
	if errors.Is(err, workflows.ErrNotFound) {
		return a, false, nil
	}
	if err != nil {
		return a, false, fmt.Errorf("read absence %s: %w", ref.ID, err)
	}
	if !workflows.MaySee(c.Viewer, found.Concerned()) {
		return a, false, nil
	}
	a, err = d.absentee(ctx, c, found, named...)
	return a, true, err
}

// pressAbsence answers a button on the card of an absence.
func (d *Desk) pressAbsence(ctx context.Context, c caller, ref workflows.Ref, a card.Action) (Reply, error) {
	x, ok, err := d.absence(ctx, c, ref)
	if err != nil || !ok {
		return say(workflows.CodeUnknown, view.TextNoAbsence), err
	}
	switch a.Verb {
	case view.VerbShow, view.VerbExplain:
		return showCard(view.AwayCard(x)), nil
	case view.VerbCameBack:
		return d.cameBack(ctx, c, ref, a)
	case view.VerbAwayChange:
		draft := policy.Draft{Form: a.Verb, About: ref, Answers: policy.Answers{}, Seen: workflows.Seen{Revision: x.Absence.Revision}}
		view.FillAway(&draft, x.Absence.Terms)
		return d.begin(ctx, c, draft)
	}
	now := view.AwayCard(x)
	return Reply{Kind: ReplyCard, Card: &now, Text: view.TextOldButton, Code: workflows.CodeStale}, nil
}

// cameBack ends an absence, or calls it off.
func (d *Desk) cameBack(ctx context.Context, c caller, ref workflows.Ref, a card.Action) (Reply, error) {
	done, err := d.engine.Apply(ctx, workflows.Event{
		Key: c.Key, Actor: c.Person, At: c.Now, Via: c.Via, Assured: c.Assured, About: ref, What: away.CameBack{},
		Seen: workflows.Seen{Revision: max(a.Revision, 1)},
	})
	if err != nil {
		return Reply{}, fmt.Errorf("apply %s: %w", a.Verb, err)
	}
	c.Now = d.engine.Now()
	x, ok, err := d.absence(ctx, c, ref)
	if err != nil || !ok {
		return say(workflows.CodeUnknown, view.TextNoAbsence), err
	}
	now := view.AwayCard(x)
	r := Reply{Kind: ReplyCard, Card: &now, Text: view.AwayDone(x), Path: view.AwayPath(ref.ID)}
	if no := done.Refusal; no != nil {
		r.Text, r.Code = view.Sentence(no), no.Code
	}
	return r, nil
}

// openAway opens the form of a new absence, filled in with what was typed.
func (d *Desk) openAway(ctx context.Context, c caller, typed string) (Reply, error) {
	draft := policy.Draft{Form: view.VerbAway, Answers: policy.Answers{}}
	today := c.Now.In(c.Viewer.Zone())
	note := ""
	if typed != "" {
		t := away.Parse(typed, today)
		delegate, found, err := d.standIn(ctx, c, t.Name)
		if err != nil {
			return Reply{}, err
		}
		note = view.AwayNoted(t.Name, found)
		view.FillAway(&draft, away.Terms{From: t.From, To: t.To, Delegate: delegate})
		// What was typed on another day means other days: it is a form of its own.
		view.SetOwn(&draft, view.KeyArg, policy.Answer{Text: today.Format(time.DateOnly) + " " + typed})
	}
	r, err := d.begin(ctx, c, draft)
	if err == nil && note != "" && r.Form != nil {
		r.Form.Intro = append([]string{note}, r.Form.Intro...)
	}
	return r, err
}

// mostNamesakes bounds how many people a typed name is compared with.
const mostNamesakes = 20

// standIn finds whom a typed name means among those who could stand in for the caller, and how many fit it.
func (d *Desk) standIn(ctx context.Context, c caller, name string) (workflows.PersonID, int, error) {
	if name == "" {
		return "", 0, nil
	}
	people, err := d.read.FindPeople(ctx, name, mostNamesakes)
	if err != nil {
		return "", 0, fmt.Errorf("find who stands in: %w", err)
	}
	ids := []workflows.PersonID{c.Person}
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	roster, err := d.read.People(ctx, ids, nil, c.Now)
	if err != nil {
		return "", 0, fmt.Errorf("find who stands in: %w", err)
	}
	var fit []workflows.PersonID
	for _, p := range people {
		if called(p.Name, name) && away.MayStandIn(roster, c.Person, p.ID) {
			fit = append(fit, p.ID)
		}
	}
	if len(fit) != 1 {
		return "", len(fit), nil
	}
	return fit[0], 1, nil
}

// called says whether each word that was typed begins a word of the name: "ana" is Ana Ruiz, and not Yuki Tanaka.
func called(name, typed string) bool {
	words := strings.Fields(strings.ToLower(name))
	for t := range strings.FieldsSeq(strings.ToLower(typed)) {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, t) }) {
			return false
		}
	}
	return true
}

// fillAway loads what the form of an absence is made from. The reply is set where it cannot be filled in any more.
func (d *Desk) fillAway(ctx context.Context, f *filling) (*filling, *Reply, error) {
	var x view.Absence
	var err error
	ok := true
	delegate := workflows.PersonID(ownText(f.draft, view.KeyDelegate))
	if f.draft.Form == view.VerbAway {
		x, err = d.absentee(ctx, f.caller, away.Absence{Person: f.Person}, delegate)
	} else {
		x, ok, err = d.absence(ctx, f.caller, f.draft.About, delegate)
	}
	if err != nil {
		return nil, nil, err
	}
	f.a = &x
	if !ok {
		r := say(workflows.CodeUnknown, view.TextNoAbsence)
		return nil, &r, nil
	}
	return f, nil, nil
}

// submitAway takes the form of an absence.
func (d *Desk) submitAway(ctx context.Context, f *filling, s Submission) (Reply, error) {
	f.takeOwn(s.Values, true)
	if _, gone, err := d.fillAway(ctx, f); err != nil || gone != nil { // somebody else may be named now
		return orZero(gone), err
	}
	if s.Go != GoNext {
		return d.stay(ctx, f, view.Sheet{Note: view.TextSaved}, "")
	}
	about, what := f.draft.About, workflows.What(away.Changed{Terms: view.AwayTerms(f.draft)})
	if f.draft.Form == view.VerbAway {
		about, what = workflows.Ref{Kind: workflows.KindAbsence}, away.Set{Terms: view.AwayTerms(f.draft)}
	}
	if no, err := d.sendThing(ctx, f, about, what, f.a.Absence.Revision); no != nil || err != nil {
		return orZero(no), err
	}
	return d.awayDone(ctx, f.caller, f.draft, view.AwayDone)
}

// awayDone ends the form of an absence with what it says of itself and the card as it is now.
func (d *Desk) awayDone(ctx context.Context, c caller, draft policy.Draft, says func(view.Absence) string) (Reply, error) {
	ref := draft.About
	if id := ownText(draft, doneKey); id != "" {
		ref = workflows.AbsenceRef(id)
	}
	x, ok, err := d.absence(ctx, c, ref)
	if err != nil || !ok {
		return say(workflows.CodeUnknown, view.TextNoAbsence), err
	}
	now := view.AwayCard(x)
	return Reply{Kind: ReplyNotice, Text: says(x), Card: &now, Path: view.AwayPath(ref.ID)}, nil
}

// isAway says that a draft is of the form of an absence.
func isAway(draft policy.Draft) bool {
	return draft.Form == view.VerbAway || draft.Form == view.VerbAwayChange
}
