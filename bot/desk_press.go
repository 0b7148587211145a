package bot

import (
	"context"
	"errors"
	"fmt"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// Press answers a button: it opens a form, acts at once, or shows something. What the button carries is trusted for
// nothing; who pressed is in who.
func (d *Desk) Press(ctx context.Context, who Who, a card.Action) (Reply, error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil {
		return orZero(refused), err
	}
	switch a.Verb {
	case view.VerbInbox:
		return d.inbox(ctx, c)
	case view.VerbMine:
		return d.mine(ctx, c)
	case view.VerbAbsences:
		return d.absencesCard(ctx, c)
	case view.VerbAway:
		return d.openAway(ctx, c, "")
	case view.VerbVendors:
		return d.vendorsCard(ctx, c, a.Arg)
	case view.VerbVendor:
		return d.openVendor(ctx, c, a.About)
	case view.VerbHelp:
		return showCard(view.Help("", "")), nil
	case view.VerbQuestions:
		return d.questions(ctx, a.Arg)
	case view.VerbRequest:
		return d.start(ctx, c, a)
	case view.VerbContinue:
		return d.continued(ctx, c, a.Arg)
	}
	ref, ok := workflows.ParseRef(a.About)
	if !ok {
		return unknown(""), nil
	}
	if ref.Kind == workflows.KindAccount {
		return d.changeAccount(ctx, c, ref, a.Verb)
	}
	return d.pressThing(ctx, c, ref, a)
}

// pressThing answers a button on the card of a thing, or shows it.
func (d *Desk) pressThing(ctx context.Context, c caller, ref workflows.Ref, a card.Action) (Reply, error) {
	switch ref.Kind {
	case workflows.KindSystem:
		return d.pressSystem(ctx, c, ref, a)
	case workflows.KindAbsence:
		return d.pressAbsence(ctx, c, ref, a)
	case workflows.KindVendor:
		return d.pressVendor(ctx, c, ref, a)
	case workflows.KindRequest, workflows.KindPolicy, workflows.KindPeople, workflows.KindProposal, workflows.KindDelivery, workflows.KindRecord,
		workflows.KindAccount:
	}
	return d.pressRequest(ctx, c, ref, a)
}

// pressRequest answers a button on the card of a request.
func (d *Desk) pressRequest(ctx context.Context, c caller, ref workflows.Ref, a card.Action) (Reply, error) {
	if no, err := d.withheld(ctx, c, ref, a.Verb); no != nil || err != nil {
		return orZero(no), err
	}
	switch a.Verb {
	case view.VerbApprove:
		return d.act(ctx, c, ref, a, approval.Decided{Approve: true})
	case view.VerbNoObjection:
		return d.act(ctx, c, ref, a, approval.Advised{})
	case view.VerbAccept:
		return d.act(ctx, c, ref, a, approval.Accepted{})
	}
	k, ok, err := d.look(ctx, c, ref)
	if err != nil {
		return Reply{}, err
	}
	if !ok {
		return unknown(ref.ID), nil
	}
	switch a.Verb {
	case view.VerbShow, view.VerbDetails, view.VerbExplain:
		return d.shown(k, a.Verb), nil
	case view.VerbDecide, view.VerbReject, view.VerbRule, view.VerbOverride, view.VerbCorrect, view.VerbName, view.VerbAsk, view.VerbAnswer, view.VerbObject,
		view.VerbDecline, view.VerbEdit, view.VerbWithdraw, view.VerbLink,
		view.VerbEmergency, view.VerbEmergencyAllow, view.VerbEmergencyWait:
		if wantsPortal(k, a.Verb) {
			return inPortal(k), nil
		}
		return d.open(ctx, c, k, a)
	}
	// A button of an older card whose verb is gone: its reader gets the card as it is now.
	return Reply{Kind: ReplyCard, Card: cardOf(k), Text: view.TextOldButton, Code: workflows.CodeStale}, nil
}

// act applies a press that needs no form, and answers with the card as it is then. Somebody who may not see the request is
// refused by the machine like anybody else, so that the attempt is recorded, and learns nothing from the answer.
func (d *Desk) act(ctx context.Context, c caller, ref workflows.Ref, a card.Action, what workflows.What) (Reply, error) {
	before, sees, err := d.look(ctx, c, ref)
	if err != nil {
		return Reply{}, err
	}
	if before.Request.ID == "" {
		return unknown(ref.ID), nil
	}
	a.Round, a.Revision = max(a.Round, 1), max(a.Revision, 1) // a button that names none is as old as can be
	if sees && wantsPortal(before, a.Verb) {
		return inPortal(before), nil
	}
	done, err := d.engine.Apply(ctx, workflows.Event{
		Key: c.Key, Actor: c.Person, At: c.Now, Via: c.Via, Assured: c.Assured, About: ref, What: what,
		Seen: workflows.Seen{Stage: a.Stage, Round: a.Round, Revision: a.Revision, Cut: sees && view.Request(before).Cut},
	})
	if err != nil {
		return Reply{}, fmt.Errorf("apply %s: %w", a.Verb, err)
	}
	c.Now = d.engine.Now()
	k, sees, err := d.look(ctx, c, ref)
	if err != nil {
		return Reply{}, err
	}
	if !sees {
		return unknown(ref.ID), nil
	}
	if no := done.Refusal; no != nil {
		return d.refusedPress(k, a, no), nil
	}
	return Reply{Kind: ReplyCard, Card: cardOf(k), Text: view.Done(k, a.Verb), Path: view.Path(ref.ID)}, nil
}

// refusedPress answers a press that was not done: the sentence, what has changed meanwhile, and the card as it is now.
func (d *Desk) refusedPress(k view.Case, a card.Action, no *workflows.Refusal) Reply {
	text := view.Sentence(no)
	if no.Code == workflows.CodeStale {
		text = view.Stale(k, no, workflows.Seen{Stage: a.Stage, Round: a.Round, Revision: a.Revision})
	}
	return Reply{Kind: ReplyCard, Card: cardOf(k), Text: text, Code: no.Code, Path: view.Path(k.Request.ID)}
}

// wantsPortal says whether what a verb does takes more than the surface knows of who pressed.
func wantsPortal(k view.Case, verb string) bool {
	switch decides(verb) {
	case approval.Decided{}.Kind(), approval.Ruled{}.Kind(), approval.Named{}.Kind(), approval.EmergencyAllowed{}.Kind(),
		approval.Overridden{}.Kind(), approval.Corrected{}.Kind():
		return view.InPortal(k)
	}
	return false
}

// inPortal sends somebody to the portal, where the policy wants the decision made; and in the portal, to sign in again.
func inPortal(k view.Case) Reply {
	r := Reply{Kind: ReplyLink, Text: view.TextInPortal, Path: view.Path(k.Request.ID), Code: workflows.CodeNotNow}
	if k.Surface == workflows.SurfacePortal {
		r.Text = view.TextSignInAgain
	}
	return r
}

// questions answers "Why these questions?".
func (d *Desk) questions(ctx context.Context, flow string) (Reply, error) {
	f, err := d.engine.Flow(ctx, "", flow)
	if errors.Is(err, workflows.ErrNotFound) {
		return say(workflows.CodeUnknown, view.TextNoFlow), nil
	}
	if err != nil {
		return Reply{}, fmt.Errorf("flow %s: %w", flow, err)
	}
	return showCard(view.Questions(f)), nil
}

func cardOf(k view.Case) *card.Card {
	c := view.Request(k)
	return &c
}
