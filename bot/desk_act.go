package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// ownFields are the fields of the short forms that hold one text.
func ownFields() []string {
	return []string{
		view.KeyReason, view.KeyQuestion, view.KeyAnswer, view.KeyOutcome, view.KeyTier, view.KeyRef, view.KeyPerson, view.KeyRole,
		view.KeyOwnText, view.KeyOwnDue, view.KeyTask, view.KeyProof, view.KeyUntil, view.KeyReport, view.KeyTrigger,
		view.KeyWithin, view.KeyAccept,
		view.KeyFrom, view.KeyTo, view.KeyDelegate, view.KeyHandOver,
	}
}

// takeOwn puts what was typed into a short form into the draft: its fields and no other key. all says that a field without
// a value was left empty; else only what is there counts.
func (f *filling) takeOwn(v card.Values, all bool) {
	for _, key := range ownFields() {
		if _, there := v[key]; there || all {
			view.SetOwn(&f.draft, key, policy.Answer{Text: card.CleanLines(v.First(key))})
		}
	}
	if f.draft.Form == view.VerbCorrect {
		view.TakeVendor(&f.draft, f.k.Flow, v, all)
	}
	choosing := f.draft.Form == view.VerbDecide || f.draft.Form == view.VerbEmergencyAllow
	if chosen := view.Chosen(v); choosing && (all || len(chosen) > 0) {
		view.SetOwn(&f.draft, view.KeyChosen, policy.Answer{List: chosen})
	}
}

func ownText(draft policy.Draft, key string) string { return view.Own(draft, key).Text }

// submitAct takes a short form about a request: a decision, a question, an answer and the like.
func (d *Desk) submitAct(ctx context.Context, f *filling, s Submission) (Reply, error) {
	f.takeOwn(s.Values, true)
	if f.e != nil {
		if err := d.acquaint(ctx, f); err != nil {
			return Reply{}, err
		}
	}
	if s.Go != GoNext {
		return d.stay(ctx, f, view.Sheet{Note: view.TextSaved}, "")
	}
	if f.draft.Form == view.VerbRule && ownText(f.draft, view.KeyOutcome) == policy.OutcomeCorrect {
		return d.turn(ctx, f, +1)
	}
	if text := f.barred(f.k, f.draft.Form); text != "" {
		return d.stay(ctx, f, view.Sheet{Error: text + " " + view.TextTypedKept}, workflows.CodeNotNow)
	}
	if s.FilesWrong != "" {
		return d.stay(ctx, f, view.Sheet{Errors: map[string]string{view.KeyFiles: s.FilesWrong}}, workflows.CodeField)
	}
	what, no := f.event()
	if no != nil {
		return filesAgain(s)(d.stay(ctx, f, view.Sheet{Errors: no.Fields}, no.Code))
	}
	if proved, ok := what.(register.Proved); ok {
		proved.Files = s.Files
		what = proved
	}
	return filesAgain(s)(d.apply(ctx, f, workflows.Event{
		Key: formKey(f.draft), Actor: f.Person, At: f.Now, Via: f.Via, Assured: f.Assured, About: f.draft.About, Seen: f.draft.Seen, What: what,
	}))
}

// filesAgain says in a form that comes back with its texts that the files which were sent with it have to be chosen again.
func filesAgain(s Submission) func(Reply, error) (Reply, error) {
	return func(r Reply, err error) (Reply, error) {
		if r.Form == nil || len(s.Files) == 0 {
			return r, err
		}
		for i, field := range r.Form.Fields {
			if field.Kind == card.FieldFiles && field.Error == "" {
				r.Form.Fields[i].Error = view.TextFilesAgain
			}
		}
		return r, err
	}
}

// event makes the event of a short form. Only what cannot become an event is refused here; the rest is the machine's to
// say.
func (f *filling) event() (workflows.What, *workflows.Refusal) {
	if f.e != nil {
		return view.SystemEvent(f.draft)
	}
	reason := ownText(f.draft, view.KeyReason)
	switch f.draft.Form {
	case view.VerbDecide:
		return approval.Decided{Approve: true, Reason: reason, Conditions: f.choices()}, nil
	case view.VerbReject:
		return approval.Decided{Reason: reason}, nil
	case view.VerbAsk:
		return approval.Asked{Text: ownText(f.draft, view.KeyQuestion)}, nil
	case view.VerbAnswer:
		n, _ := strconv.Atoi(ownText(f.draft, view.KeyArg))
		return approval.Answered{Question: n, Text: ownText(f.draft, view.KeyAnswer)}, nil
	case view.VerbObject:
		return approval.Advised{Objection: true, Reason: reason}, nil
	case view.VerbRule:
		if ownText(f.draft, view.KeyOutcome) == "" {
			return nil, workflows.RefuseField(view.KeyOutcome, view.TextChooseOne)
		}
		return approval.Ruled{
			Outcome: ownText(f.draft, view.KeyOutcome), Tier: policy.Tier(ownText(f.draft, view.KeyTier)), Reason: reason,
		}, nil
	case view.VerbOverride:
		return approval.Overridden{Tier: policy.Tier(ownText(f.draft, view.KeyTier)), Reason: reason}, nil
	case view.VerbCorrect:
		return view.Correction(f.draft, f.k), nil
	case view.VerbDecline:
		return approval.Declined{Reason: reason}, nil
	case view.VerbWithdraw:
		return approval.Withdrawn{Reason: reason}, nil
	case view.VerbEmergency:
		return approval.EmergencyAsked{Until: ownText(f.draft, view.KeyUntil), Reason: reason}, nil
	case view.VerbEmergencyAllow:
		return approval.EmergencyAllowed{Until: ownText(f.draft, view.KeyUntil), Reason: reason, Conditions: f.choices()}, nil
	case view.VerbEmergencyWait:
		return approval.EmergencyDeclined{Reason: reason}, nil
	case view.VerbLink:
		return approval.Linked{Key: ownText(f.draft, view.KeyArg), Ref: reference(ownText(f.draft, view.KeyRef))}, nil
	case view.VerbName:
		return approval.Named{
			Role: view.NamedRole(f.k, f.draft), Person: workflows.PersonID(ownText(f.draft, view.KeyPerson)), Reason: reason,
		}, nil
	}
	return nil, workflows.RefuseField(view.KeyReason, view.TextOldButton)
}

// choices gives the conditions somebody chose beside those that are always attached.
func (f *filling) choices() []approval.Choice {
	var out []approval.Choice
	for _, key := range view.Own(f.draft, view.KeyChosen).List {
		out = append(out, approval.Choice{Key: key})
	}
	text, due := ownText(f.draft, view.KeyOwnText), ownText(f.draft, view.KeyOwnDue)
	if text != "" || due != "" {
		out = append(out, approval.Choice{Text: card.Clean(text), Due: due})
	}
	return out
}

// reference writes an id in capitals, whatever case it was typed in; links stay as they are.
func reference(s string) string {
	if s = strings.TrimSpace(s); looksLikeID(s) {
		return strings.ToUpper(s)
	}
	return s
}

// apply applies the event of a form and answers with what became of it.
func (d *Desk) apply(ctx context.Context, f *filling, ev workflows.Event) (Reply, error) {
	done, err := d.engine.Apply(ctx, ev)
	if err != nil {
		if _, kept := d.save(ctx, f); kept != nil {
			return Reply{}, fmt.Errorf("apply %s: %w; the form was not kept: %w", f.draft.Form, err, kept)
		}
		return Reply{}, fmt.Errorf("apply %s: %w", f.draft.Form, err)
	}
	if done.Refusal != nil {
		return d.refusedForm(ctx, f, done.Refusal)
	}
	f.Now = d.engine.Now()
	ref, err := d.became(ctx, f, done)
	if err != nil {
		return Reply{}, err
	}
	if f.e != nil && f.isAct() {
		return d.endSystem(ctx, f.caller, ref, func(e view.Entry) string { return view.SystemFormDone(e, f.draft) }, chosen(f.draft)...)
	}
	k, ok, err := d.look(ctx, f.caller, ref)
	if err != nil {
		return Reply{}, err
	}
	if !ok {
		return unknown(ref.ID), nil
	}
	return notice("", view.Done(k, f.draft.Form), k), nil
}

// became gives the thing a form led to, and marks the draft as done where the engine has not.
func (d *Desk) became(ctx context.Context, f *filling, done workflows.Applied) (workflows.Ref, error) {
	switch f.draft.Form {
	case view.VerbRequest:
		if done.About.ID != "" {
			return done.About, nil
		}
		draft, _, err := d.draft(ctx, f.caller, f.draft.ID) // a repeat does not say which request it became
		return workflows.RequestRef(draft.Sent), err
	case view.VerbEdit:
		return f.draft.About, nil
	case view.VerbRenew:
		return f.renewal(), nil
	}
	view.SetOwn(&f.draft, doneKey, policy.Answer{Text: f.draft.About.ID})
	_, err := d.save(ctx, f)
	return f.draft.About, err
}

// refusedForm answers a form that was refused. What was typed stays: at its fields where they can be set right, and with
// the present state before the eyes where that has changed. Where nothing can be done any more, the form ends.
func (d *Desk) refusedForm(ctx context.Context, f *filling, no *workflows.Refusal) (Reply, error) {
	if no.Code == workflows.CodeField {
		return d.refusedFields(ctx, f, no)
	}
	if f.e != nil {
		return d.refusedSystem(ctx, f, no)
	}
	if no.Code == workflows.CodeStale {
		return d.refusedStale(ctx, f, no)
	}
	if _, err := d.save(ctx, f); err != nil {
		return Reply{}, err
	}
	k, ok, err := d.look(ctx, f.caller, f.draft.About)
	if err != nil {
		return Reply{}, err
	}
	if !ok {
		return Reply{Kind: ReplyNotice, Text: view.Sentence(no), Code: no.Code}, nil
	}
	return notice(no.Code, view.Sentence(no), k), nil
}

func (d *Desk) refusedFields(ctx context.Context, f *filling, no *workflows.Refusal) (Reply, error) {
	if !f.isAct() {
		return d.backTo(ctx, f, no)
	}
	sheet := view.Sheet{Errors: no.Fields}
	corrects := f.draft.Form == view.VerbCorrect && view.CorrectionField(f.k, no.Field)
	if !corrects && !slices.Contains(append(ownFields(), view.KeyChosen, view.KeyFiles, "key"), no.Field) {
		sheet.Error = view.Sentence(no)
	}
	return d.stay(ctx, f, sheet, workflows.CodeField)
}

// refusedStale shows the form again on what is so now, ticks and text kept, if the caller can still do it; the next press
// is on what they then have before their eyes.
func (d *Desk) refusedStale(ctx context.Context, f *filling, no *workflows.Refusal) (Reply, error) {
	seen := f.draft.Seen
	k, ok, err := d.look(ctx, f.caller, f.draft.About)
	if err != nil {
		return Reply{}, err
	}
	if !ok {
		return unknown(f.draft.About.ID), nil
	}
	text := view.Stale(k, no, seen)
	if _, can := view.Can(k, f.draft.Form, ownText(f.draft, view.KeyArg)); !can {
		if _, err := d.save(ctx, f); err != nil {
			return Reply{}, err
		}
		return notice(no.Code, text, k), nil
	}
	f.k, f.draft.Seen = k, seenNow(k)
	return d.stay(ctx, f, view.Sheet{Error: text}, workflows.CodeStale)
}
