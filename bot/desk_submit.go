package bot

import (
	"context"
	"errors"
	"fmt"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// Submit takes a page of a form. Everything that was typed is kept in the draft, whatever comes of it; a page that was sent
// twice is recognised by the draft's revision and answered like the first time.
func (d *Desk) Submit(ctx context.Context, who Who, s Submission) (Reply, error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil {
		return orZero(refused), err
	}
	draft, ok, err := d.draft(ctx, c, s.Form)
	if err != nil || !ok {
		return unknown(""), err
	}
	if ended(draft) {
		return d.over(ctx, c, draft)
	}
	f, refusal, err := d.filling(ctx, c, draft)
	if err != nil {
		return Reply{}, err
	}
	if refusal != nil && refusal.Kind == ReplyLink {
		return d.keepTyped(ctx, f, s, *refusal)
	}
	if refusal != nil {
		return *refusal, nil
	}
	if s.Revision != draft.Revision {
		return d.late(ctx, f, s)
	}
	if f.a != nil {
		return d.submitAway(ctx, f, s)
	}
	if f.v != nil {
		return d.submitVendor(ctx, f, s)
	}
	if f.isAct() {
		return d.submitAct(ctx, f, s)
	}
	return d.submitPage(ctx, f, s)
}

// sendThing applies what a form says of a thing that is no request; about has no id where it is to be a new one. The reply is set where that was
// refused: the form again, with what was refused at its fields, or on top. revision is how the thing stands now.
func (d *Desk) sendThing(ctx context.Context, f *filling, about workflows.Ref, what workflows.What, revision int) (*Reply, error) {
	ev := workflows.Event{Key: formKey(f.draft), Actor: f.Person, At: f.Now, Via: f.Via, Assured: f.Assured, About: about, What: what}
	if about.ID != "" {
		ev.Seen = f.draft.Seen
	}
	done, err := d.engine.Apply(ctx, ev)
	if err != nil {
		return nil, fmt.Errorf("apply %s: %w", f.draft.Form, err)
	}
	f.Now = d.engine.Now()
	if no := done.Refusal; no != nil {
		sheet := view.Sheet{Errors: no.Fields}
		if no.Code != workflows.CodeField {
			sheet.Error = view.Sentence(no)
		}
		if no.Code == workflows.CodeStale {
			f.draft.Seen = workflows.Seen{Revision: revision}
		}
		r, err := d.stay(ctx, f, sheet, no.Code)
		return &r, err
	}
	view.SetOwn(&f.draft, doneKey, policy.Answer{Text: done.About.ID})
	_, err = d.save(ctx, f)
	return nil, err
}

// keepTyped keeps what was typed into a form that can be sent after another sign-in, and says so.
func (d *Desk) keepTyped(ctx context.Context, f *filling, s Submission, no Reply) (Reply, error) {
	if s.Revision != f.draft.Revision {
		return no, nil
	}
	if f.isAct() {
		f.takeOwn(s.Values, true)
	} else {
		gone, err := d.ask(ctx, f)
		if err != nil || gone != nil {
			return no, err
		}
		f.takePresent(s.Values)
	}
	kept, err := d.save(ctx, f)
	if kept {
		no.Text += " " + view.TextTypedKept
	}
	return no, err
}

// filling is a form that somebody fills in, with what it is about.
type filling struct {
	caller

	draft policy.Draft
	k     view.Case     // the request, for forms about one
	e     *view.Entry   // the system, for forms about one
	a     *view.Absence // the absence, for the forms of one
	v     *view.Vendor  // what is kept of a vendor, for the forms of that
	form  view.Form     // the flow's form, for forms with its questions
}

// isAct says that the page is one of the short forms about a request; else it is one of the flow's pages.
func (f *filling) isAct() bool {
	switch f.draft.Form {
	case view.VerbRequest, view.VerbEdit, view.VerbRenew:
		return false
	case view.VerbRule:
		return f.draft.Page == 1
	}
	return true
}

// filling loads what a form is made from. The reply is set where the form cannot be filled in any more, or not here; then
// there is only the draft and what it is about.
func (d *Desk) filling(ctx context.Context, c caller, draft policy.Draft) (*filling, *Reply, error) {
	f := &filling{caller: c, draft: draft}
	if isAway(draft) {
		return d.fillAway(ctx, f)
	}
	if isVendor(draft) {
		return d.fillVendor(ctx, f)
	}
	if draft.About.Kind == workflows.KindSystem {
		return d.fillSystem(ctx, f)
	}
	if draft.Form != view.VerbRequest {
		k, ok, err := d.look(ctx, c, draft.About)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			r := unknown(draft.About.ID)
			return nil, &r, nil
		}
		f.k = k
		if _, can := view.Can(k, draft.Form, view.Own(draft, view.KeyArg).Text); !can {
			if wantsPortal(k, draft.Form) {
				r := inPortal(k)
				return f, &r, nil
			}
			no := view.CannotNow(k, draft.Form)
			r := notice(no.Code, view.Sentence(no), k)
			return nil, &r, nil
		}
	}
	if f.isAct() && draft.Form != view.VerbRule {
		return f, nil, nil
	}
	refusal, err := d.ask(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	return f, refusal, nil
}

// ask loads the questions of the flow into a form that asks them. The reply is set where there are none any more.
func (d *Desk) ask(ctx context.Context, f *filling) (*Reply, error) {
	flow, err := d.engine.Flow(ctx, "", f.draft.Flow)
	if errors.Is(err, workflows.ErrNotFound) {
		return &Reply{Kind: ReplyNotice, Text: view.TextNoFlow, Code: workflows.CodeUnknown}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("flow %s: %w", f.draft.Flow, err)
	}
	facts, roster, err := d.facts(ctx, f.caller, flow, f.draft)
	if err != nil {
		return nil, err
	}
	if f.draft.Form != view.VerbRequest {
		facts.Requester = f.k.Request.Requester
	}
	facts.Renews = f.renews()
	f.form = view.Form{Eyes: f.eyes(), Flow: flow, Facts: facts, Names: roster.Name}
	switch f.draft.Form {
	case view.VerbEdit:
		f.form.Votes = view.Voids(f.k)
	case view.VerbRule:
		f.form.Lead = 1
	}
	return nil, nil
}

// page shows the page a draft is at.
func (d *Desk) page(ctx context.Context, c caller, draft policy.Draft, s view.Sheet) (Reply, error) {
	if ended(draft) {
		return d.over(ctx, c, draft)
	}
	f, refusal, err := d.filling(ctx, c, draft)
	if err != nil {
		return Reply{}, err
	}
	if refusal != nil {
		return *refusal, nil
	}
	return d.show(ctx, f, s, "")
}

// show makes the reply of the page the draft is at. A new request is shown what is approved already.
func (d *Desk) show(ctx context.Context, f *filling, s view.Sheet, code workflows.Code) (Reply, error) {
	s.Draft = f.draft
	if f.draft.Form == view.VerbRequest && f.form.Offers(f.draft.Page) {
		m := f.form.Flow.Fills()
		var err error
		if f.form.Alike, err = d.alike(ctx, f.caller, f.draft.Answers[m.Tool].Text, f.draft.Answers[m.Vendor].Text); err != nil {
			return Reply{}, err
		}
	}
	out := Reply{Kind: ReplyForm, Code: code}
	switch {
	case f.a != nil:
		form := view.AwayForm(*f.a, s)
		out.Form = &form
	case f.v != nil:
		form := view.VendorForm(*f.v, s)
		out.Form = &form
	case f.e != nil && f.isAct():
		form := view.SystemAct(*f.e, s)
		out.Form = &form
	case f.isAct():
		form := view.Act(f.k, s)
		out.Form = &form
	case f.form.IsPreview(f.draft.Page):
		sc, err := f.form.Flow.Screen(f.draft.Answers, f.form.Facts)
		if err != nil {
			return Reply{}, fmt.Errorf("screen the answers of a draft: %w", err)
		}
		form := view.Preview(f.form, s, sc)
		out.Form = &form
	default:
		form := view.Intake(f.form, s)
		out.Form = &form
	}
	return out, nil
}

// save stores the draft. ok is false where somebody was faster: then nothing was stored, and the caller shows what there is.
func (d *Desk) save(ctx context.Context, f *filling) (ok bool, err error) {
	f.draft.SavedAt = f.Now
	saved, err := d.drafts.SaveDraft(ctx, f.draft)
	if errors.Is(err, workflows.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("keep a form: %w", err)
	}
	f.draft = saved
	return true, nil
}

// over answers a form that did its work already: with what became of it.
func (d *Desk) over(ctx context.Context, c caller, draft policy.Draft) (Reply, error) {
	if isAway(draft) {
		return d.awayDone(ctx, c, draft, view.AwayAlready)
	}
	if isVendor(draft) {
		return d.vendorDone(ctx, c, draft, view.VendorAlready)
	}
	ref := draft.About
	if draft.Sent != "" {
		ref = workflows.RequestRef(draft.Sent)
	}
	if ref.Kind == workflows.KindSystem {
		return d.endSystem(ctx, c, ref, view.SystemAlready)
	}
	k, ok, err := d.look(ctx, c, ref)
	if err != nil {
		return Reply{}, err
	}
	if !ok {
		return unknown(ref.ID), nil
	}
	return notice("", view.AlreadySent(k, draft.Form), k), nil
}

// notice ends a form with a sentence and the card as it is now.
func notice(code workflows.Code, text string, k view.Case) Reply {
	return Reply{Kind: ReplyNotice, Text: text, Card: cardOf(k), Code: code, Path: view.Path(k.Request.ID)}
}
