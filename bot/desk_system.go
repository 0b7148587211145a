package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// entry loads a system of the register as the caller sees it; ok is false where there is none. Everybody who works here reads
// what it is approved for, and until when; the rest is for those who are part of it. named are others whose names a form shows.
func (d *Desk) entry(ctx context.Context, c caller, ref workflows.Ref, named ...workflows.PersonID) (e view.Entry, ok bool, err error) {
	e = view.Entry{Viewer: c.Viewer, Now: c.Now, Surface: c.Via.Surface}
	if e.System, err = d.read.System(ctx, ref.ID); errors.Is(err, workflows.ErrNotFound) {
		return e, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("read system %s: %w", ref.ID, err)
	}
	if e.Flow, err = d.engine.Flow(ctx, e.System.Policy, e.System.Flow); err != nil {
		return e, false, fmt.Errorf("flow of system %s: %w", ref.ID, err)
	}
	e.Zone = e.Flow.Location()
	people, roles := e.System.Concerns()
	if e.Rulings, err = d.ruled(ctx, e.System); err != nil {
		return e, false, err
	}
	for _, v := range e.Rulings {
		people = append(people, v.Person, v.For)
	}
	if u, is := e.System.User(c.Viewer.ID); is && u.By != "" {
		people = append(people, u.By)
	}
	if e.Roster, err = d.read.People(ctx, append(append(people, c.Viewer.ID), named...), roles, c.Now); err != nil {
		return e, false, fmt.Errorf("people of system %s: %w", ref.ID, err)
	}
	if p, known := e.Roster.Person(c.Viewer.ID); known {
		e.Viewer = p
	}
	e.Whole = c.whole(e.Viewer, e.System)
	if !e.Whole {
		e.Rulings = nil
	}
	if e.Whole && e.System.Request != "" {
		err = d.assessed(ctx, &e)
	}
	return e, err == nil, err
}

// assessed reads the last assessment about a system.
func (d *Desk) assessed(ctx context.Context, e *view.Entry) error {
	r, err := d.read.Request(ctx, e.System.Request)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read request %s: %w", e.System.Request, err)
	}
	n := len(r.Assessments)
	if n == 0 {
		return nil
	}
	e.Request = r
	e.Assessment, err = d.related(ctx, r.Assessments[n-1].ID)
	return err
}

// ruled gives what people said who stopped a system, or named another tier for it.
func (d *Desk) ruled(ctx context.Context, s register.System) ([]approval.Ruling, error) {
	if !view.Ruled(s) {
		return nil, nil
	}
	r, err := d.read.Request(ctx, s.Request)
	if err != nil {
		return nil, fmt.Errorf("read the request of system %s: %w", s.ID, err)
	}
	return view.RulingsOf(r, s), nil
}

// whole says whether the caller reads all of a system here, and not only what everybody does.
func (c caller) whole(viewer workflows.Person, s register.System) bool {
	return workflows.MaySee(viewer, s.Concerned()) && (!c.Limited || s.ByRelation(viewer.ID))
}

// barredSystem answers what somebody may see or do with a system, but not through the account they use; nil where the account
// is no obstacle. Whoever asked for a system reads all of it, and does nothing to it by that: only its owner acts by relation.
func (c caller) barredSystem(e view.Entry, a card.Action) *Reply {
	text := ""
	switch acts := view.Acts(a) || view.Opens(a); {
	case view.Joins(a.Verb):
		text = c.barredJoin(e, a)
	case c.Limited && !e.Whole && workflows.MaySee(e.Viewer, e.System.Concerned()):
		text = view.LimitedRead(c.Via.Surface)
	case c.Limited && acts && e.Viewer.ID != e.System.Owner && view.SystemMay(e, a.Verb, a.Arg):
		text = view.Limited(c.Via.Surface)
	case c.Unchecked && acts:
		text = view.TextOldFlags
	}
	if text == "" {
		return nil
	}
	return &Reply{Kind: ReplyLink, Text: text, Path: view.SystemPath(e.System.ID), Code: workflows.CodeNotNow}
}

// barredJoin says why the account is not good enough to join, or to answer who asks to; "" where it is. Everybody does that for
// themselves, and line managers by relation.
func (c caller) barredJoin(e view.Entry, a card.Action) string {
	switch {
	case c.Unchecked:
		return view.TextOldFlags
	case c.Limited && view.AnswersJoin(a.Verb) && view.JoinMay(e, a.Verb, a.Arg) && !view.JoinByLine(e, a.Arg):
		return view.Limited(c.Via.Surface)
	}
	return ""
}

// pressSystem answers a button on the card of a system.
func (d *Desk) pressSystem(ctx context.Context, c caller, ref workflows.Ref, a card.Action) (Reply, error) {
	e, ok, err := d.entry(ctx, c, ref)
	if err != nil || !ok {
		return unknown(ref.ID), err
	}
	if no := c.barredSystem(e, a); no != nil {
		return *no, nil
	}
	switch {
	case a.Verb == view.VerbVerify:
		return d.actSystem(ctx, c, ref, a, register.Verified{Task: a.Arg})
	case a.Verb == view.VerbAgree:
		return d.actSystem(ctx, c, ref, a, register.JoinAgreed{Who: workflows.PersonID(a.Arg)})
	case a.Verb == view.VerbLeave:
		return d.actSystem(ctx, c, ref, a, register.Left{})
	case a.Verb == view.VerbShow || a.Verb == view.VerbDetails || a.Verb == view.VerbExplain:
		return shownSystem(e, a.Verb), nil
	case view.Opens(a):
		return d.openSystem(ctx, c, e, a)
	}
	return Reply{Kind: ReplyCard, Card: entryCard(e), Text: view.TextOldButton, Code: workflows.CodeStale}, nil
}

// shownSystem gives a system as a card: short, in detail, or explained.
func shownSystem(e view.Entry, verb string) Reply {
	switch verb {
	case view.VerbDetails:
		return showCard(view.SystemDetails(e))
	case view.VerbExplain:
		return showCard(view.SystemExplain(e))
	}
	return showCard(view.System(e))
}

// actSystem applies a press that needs no form, and answers with the card as it is then.
func (d *Desk) actSystem(ctx context.Context, c caller, ref workflows.Ref, a card.Action, what register.What) (Reply, error) {
	done, err := d.engine.Apply(ctx, workflows.Event{
		Key: c.Key, Actor: c.Person, At: c.Now, Via: c.Via, Assured: c.Assured, About: ref, What: what,
		Seen: workflows.Seen{Round: a.Round, Revision: max(a.Revision, 1)},
	})
	if err != nil {
		return Reply{}, fmt.Errorf("apply %s: %w", a.Verb, err)
	}
	c.Now = d.engine.Now()
	var answered []workflows.PersonID
	if view.AnswersJoin(a.Verb) && a.Arg != "" {
		answered = append(answered, workflows.PersonID(a.Arg))
	}
	e, ok, err := d.entry(ctx, c, ref, answered...)
	if err != nil || !ok {
		return unknown(ref.ID), err
	}
	r := Reply{Kind: ReplyCard, Card: entryCard(e), Text: view.SystemDone(e, a.Verb, answered...), Path: view.SystemPath(ref.ID)}
	if no := done.Refusal; no != nil {
		r.Text, r.Code = view.Sentence(no), no.Code
	}
	return r, nil
}

// openSystem opens a form about a system, if the machine says now that the caller can do it.
func (d *Desk) openSystem(ctx context.Context, c caller, e view.Entry, a card.Action) (Reply, error) {
	if !view.SystemCan(e, a.Verb, a.Arg) {
		no := view.SystemCannot(e, a.Verb, a.Arg)
		if a.Revision != 0 && a.Revision < e.System.Revision && no.Code == workflows.CodeNotNow {
			no.Code = workflows.CodeStale // what the card offered is gone with what it showed
		}
		return Reply{Kind: ReplyCard, Card: entryCard(e), Text: view.Sentence(no), Code: no.Code, Path: view.SystemPath(e.System.ID)}, nil
	}
	draft := policy.Draft{
		Form: a.Verb, Flow: e.System.Flow, Policy: e.System.Policy, About: workflows.SystemRef(e.System.ID), Answers: policy.Answers{},
		Seen: entrySeen(e),
	}
	view.SetOwn(&draft, view.KeyArg, policy.Answer{Text: a.Arg})
	if a.Verb == view.VerbRenew {
		return d.openRenewal(ctx, c, e, draft)
	}
	return d.begin(ctx, c, draft)
}

// entrySeen is what somebody has before their eyes when a form about a system opens.
func entrySeen(e view.Entry) workflows.Seen {
	return workflows.Seen{Round: e.System.Round, Revision: e.System.Revision, Cut: view.System(e).Cut}
}

// fillSystem loads what a form about a system is made from. The reply is set where it cannot be filled in any more, or not here.
func (d *Desk) fillSystem(ctx context.Context, f *filling) (*filling, *Reply, error) {
	e, ok, err := d.entry(ctx, f.caller, f.draft.About, chosen(f.draft)...)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		r := unknown(f.draft.About.ID)
		return nil, &r, nil
	}
	f.e = &e
	if f.draft.Form == view.VerbRenew {
		if f.k, err = d.renewed(ctx, f.caller, e); err != nil {
			return nil, nil, err
		}
	}
	if no := f.barredSystem(e, card.Action{Verb: f.draft.Form, Arg: ownText(f.draft, view.KeyArg)}); no != nil {
		return f, no, nil
	}
	if !view.SystemCan(e, f.draft.Form, ownText(f.draft, view.KeyArg)) {
		no := view.SystemCannot(e, f.draft.Form, ownText(f.draft, view.KeyArg))
		r := noticeSystem(no.Code, view.Sentence(no), e)
		return nil, &r, nil
	}
	if f.isAct() {
		return f, nil, nil
	}
	refusal, err := d.ask(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	return f, refusal, nil
}

// chosen gives who was chosen in a form, to be shown by name.
func chosen(draft policy.Draft) []workflows.PersonID {
	ids := []workflows.PersonID{workflows.PersonID(ownText(draft, view.KeyPerson)), view.JoinAnswered(draft)}
	return slices.DeleteFunc(ids, func(id workflows.PersonID) bool { return id == "" })
}

// acquaint loads who was chosen in a form about a system just now: the form shows their name when it comes back.
func (d *Desk) acquaint(ctx context.Context, f *filling) error {
	for _, id := range chosen(f.draft) {
		if _, known := f.e.Roster.Person(id); known {
			continue
		}
		e, ok, err := d.entry(ctx, f.caller, f.draft.About, id)
		if err != nil || !ok {
			return err
		}
		f.e = &e
	}
	return nil
}

// refusedSystem answers a form about a system that was refused. What was typed stays where it can be set right; where nothing
// can be done any more, the form ends.
func (d *Desk) refusedSystem(ctx context.Context, f *filling, no *workflows.Refusal) (Reply, error) {
	e, ok, err := d.entry(ctx, f.caller, f.draft.About, chosen(f.draft)...)
	if err != nil || !ok {
		return unknown(f.draft.About.ID), err
	}
	f.e = &e
	if no.Code == workflows.CodeStale && f.isAct() && view.SystemCan(e, f.draft.Form, ownText(f.draft, view.KeyArg)) {
		f.draft.Seen = entrySeen(e) // the next press is on what they have before their eyes then
		return d.stay(ctx, f, view.Sheet{Error: view.Sentence(no)}, no.Code)
	}
	if _, err := d.save(ctx, f); err != nil {
		return Reply{}, err
	}
	return noticeSystem(no.Code, view.Sentence(no), e), nil
}

// endSystem ends a form about a system with what it says of itself and the card as it is now.
func (d *Desk) endSystem(ctx context.Context, c caller, ref workflows.Ref, says func(view.Entry) string, named ...workflows.PersonID) (Reply, error) {
	e, ok, err := d.entry(ctx, c, ref, named...)
	if err != nil || !ok {
		return unknown(ref.ID), err
	}
	return noticeSystem("", says(e), e), nil
}

func noticeSystem(code workflows.Code, text string, e view.Entry) Reply {
	return Reply{Kind: ReplyNotice, Text: text, Card: entryCard(e), Code: code, Path: view.SystemPath(e.System.ID)}
}

func entryCard(e view.Entry) *card.Card {
	c := view.System(e)
	return &c
}
