package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// maxDrafts is how many drafts somebody is offered to go on with.
const maxDrafts = 3

// startByName starts a request by words: the key, prefix or title of a flow opens its form; anything else offers what there is, first
// what is approved already where it is the name of a tool.
func (d *Desk) startByName(ctx context.Context, c caller, name string) (Reply, error) {
	flows, err := d.engine.Flows(ctx)
	if err != nil {
		return Reply{}, fmt.Errorf("flows in force: %w", err)
	}
	for _, f := range flows {
		if name != "" && (strings.EqualFold(name, f.Key) || strings.EqualFold(name, f.Prefix) || strings.EqualFold(name, f.Title)) {
			return d.start(ctx, c, card.Action{Verb: view.VerbRequest, Arg: f.Key})
		}
	}
	alike, err := d.alike(ctx, c, name, "")
	if err != nil {
		return Reply{}, err
	}
	return d.offer(ctx, c, flows, alike)
}

// offer shows the kinds of requests, the drafts that were begun, and what is approved already and like what was named.
func (d *Desk) offer(ctx context.Context, c caller, flows []*policy.Flow, alike []view.Entry) (Reply, error) {
	drafts, err := d.unfinished(ctx, c)
	if err != nil {
		return Reply{}, err
	}
	return showCard(view.Start(c.eyes(), flows, drafts, alike)), nil
}

// unfinished gives the requests the caller has begun, newest first.
func (d *Desk) unfinished(ctx context.Context, c caller) ([]view.Unfinished, error) {
	drafts, err := d.drafts.DraftsOf(ctx, c.Person, view.VerbRequest)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	var out []view.Unfinished
	for _, draft := range drafts {
		if len(out) < maxDrafts && !ended(draft) && draft.Revision > 1 {
			out = append(out, view.Unfinished{ID: draft.ID, Flow: draft.Flow, SavedAt: draft.SavedAt})
		}
	}
	return out, nil
}

// start opens the form of a new request.
func (d *Desk) start(ctx context.Context, c caller, a card.Action) (Reply, error) {
	if a.Arg == "" {
		flows, err := d.engine.Flows(ctx)
		if err != nil {
			return Reply{}, fmt.Errorf("flows in force: %w", err)
		}
		return d.offer(ctx, c, flows, nil)
	}
	flow, err := d.engine.Flow(ctx, "", a.Arg)
	if errors.Is(err, workflows.ErrNotFound) {
		return say(workflows.CodeUnknown, view.TextNoFlow), nil
	}
	if err != nil {
		return Reply{}, fmt.Errorf("flow %s: %w", a.Arg, err)
	}
	draft := policy.Draft{Form: view.VerbRequest, Flow: flow.Key, Policy: flow.Policy(), Answers: policy.Answers{}}
	var linked view.Case
	last := policy.Answers{}
	if flow.About != "" {
		var ok bool
		ref, _ := workflows.ParseRef(a.About)
		if linked, ok, err = d.look(ctx, c, ref); err != nil {
			return Reply{}, err
		}
		switch {
		case !ok:
			return say(workflows.CodeField, view.TextNeedsAbout), nil
		case flow.RequesterIs == workflows.Owner && linked.Request.Owner != c.Person:
			return say(workflows.CodeNotYours, view.OnlyOwner(linked)), nil
		}
		if last, ok = again(linked, flow); !ok {
			return d.Show(ctx, c.Who, workflows.RequestRef(linked.Assessment.Request.ID))
		}
		if linked.Request.Over() {
			return say(workflows.CodeClosed, view.TextNothingToAssess), nil
		}
		draft.About = ref
	}
	if draft.Answers, err = d.namedIn(ctx, c, flow, a.About); err != nil {
		return Reply{}, err
	}
	for _, q := range flow.Questions {
		if v, ok := preset(q, c.Person, linked.Request.Screening.Answers); ok {
			draft.Answers[q.Key] = v
		}
	}
	maps.Copy(draft.Answers, last)
	return d.begin(ctx, c, draft)
}

// again gives the answers with which another version of an assessment begins: those of the last one, save what is taken from the request
// and has changed there since. ok is false where the last one is still being decided on: that is the one to edit.
func again(linked view.Case, flow *policy.Flow) (last policy.Answers, ok bool) {
	x := linked.Assessment
	if x == nil || x.Flow.Key != flow.Key {
		return policy.Answers{}, true
	}
	if x.Request.Status == approval.StatusOpen {
		return nil, false
	}
	last = maps.Clone(x.Request.Screening.Answers)
	changed := flow.Differs(x.Request.Screening.Carried, linked.Request.Screening.Answers)
	for _, q := range flow.Questions {
		if key, taken := strings.CutPrefix(q.Preset, "request."); taken && slices.Contains(changed, key) {
			delete(last, q.Key)
		}
	}
	return last, true
}

// namedIn gives the answers that an entry of the register has for a request that is begun from it: what it is called.
func (d *Desk) namedIn(ctx context.Context, c caller, flow *policy.Flow, about string) (policy.Answers, error) {
	ref, ok := workflows.ParseRef(about)
	if !ok || ref.Kind != workflows.KindSystem || flow.Register == nil {
		return policy.Answers{}, nil
	}
	e, there, err := d.entry(ctx, c, ref)
	if err != nil || !there {
		return policy.Answers{}, err
	}
	return view.Prefill(e, flow), nil
}

// preset gives the value a question is offered with at first: the requester, or an answer of the linked request.
func preset(q policy.Question, who workflows.PersonID, linked policy.Answers) (policy.Answer, bool) {
	if q.Preset == string(workflows.Requester) {
		return policy.Answer{Text: string(who)}, true
	}
	if key, ok := strings.CutPrefix(q.Preset, "request."); ok {
		v, found := linked[key]
		return v, found
	}
	return policy.Answer{}, false
}

// open opens a form about a request, if the machine says now that the caller can do it.
func (d *Desk) open(ctx context.Context, c caller, k view.Case, a card.Action) (Reply, error) {
	if _, can := view.Can(k, a.Verb, a.Arg); !can {
		no := view.CannotNow(k, a.Verb)
		if older := a.Round < k.Request.Round || a.Revision < k.Request.Revision; older && a.Round > 0 && no.Code == workflows.CodeNotNow {
			no = &workflows.Refusal{Code: workflows.CodeStale} // what the card offered is gone with the round it showed
		}
		return d.refusedPress(k, a, no), nil
	}
	draft := policy.Draft{
		Form: a.Verb, Flow: k.Request.Flow, Policy: k.Flow.Policy(), About: workflows.RequestRef(k.Request.ID), Answers: policy.Answers{},
	}
	if a.Verb == view.VerbEdit || a.Verb == view.VerbRule {
		draft.Answers = maps.Clone(k.Request.Screening.Answers)
	}
	if draft.Answers == nil {
		draft.Answers = policy.Answers{}
	}
	if a.Verb == view.VerbCorrect {
		view.FillCorrection(&draft, k)
	}
	view.SetOwn(&draft, view.KeyArg, policy.Answer{Text: a.Arg})
	draft.Seen = seenNow(k)
	return d.begin(ctx, c, draft)
}

// seenNow is what somebody has before their eyes when a form about the request opens.
func seenNow(k view.Case) workflows.Seen {
	s := workflows.Seen{Round: k.Request.Round, Revision: k.Request.Revision, Cut: view.Request(k).Cut}
	if stages := k.Request.Screening.Plan.Stages; k.Request.Stage < len(stages) {
		s.Stage = stages[k.Request.Stage].Key
	}
	return s
}

// begin stores a new draft and opens its form. A draft of the same form that was begun for the same thing and never ended
// is gone on with instead: what was typed there is not lost.
func (d *Desk) begin(ctx context.Context, c caller, draft policy.Draft) (Reply, error) {
	old, found, err := d.begun(ctx, c, draft)
	if err != nil {
		return Reply{}, err
	}
	if found {
		draft = old
	} else {
		draft.ID, draft.Person, draft.Page, draft.SavedAt = d.newID(), c.Person, 1, c.Now
		if draft, err = d.drafts.SaveDraft(ctx, draft); err != nil {
			return Reply{}, fmt.Errorf("begin a form: %w", err)
		}
	}
	r, err := d.page(ctx, c, draft, view.Sheet{Draft: draft})
	if err != nil {
		return Reply{}, err
	}
	if r.Kind == ReplyForm {
		r.Kind = ReplyOpen
	}
	return r, nil
}

// begun finds a draft to go on with: of the same form about the same thing as it is now, or a new request's in which
// nothing was sent yet.
func (d *Desk) begun(ctx context.Context, c caller, want policy.Draft) (policy.Draft, bool, error) {
	drafts, err := d.drafts.DraftsOf(ctx, c.Person, want.Form)
	if err != nil {
		return policy.Draft{}, false, fmt.Errorf("drafts: %w", err)
	}
	i := slices.IndexFunc(drafts, func(old policy.Draft) bool {
		same := !ended(old) && old.Flow == want.Flow && old.About == want.About && old.Policy == want.Policy &&
			view.Own(old, view.KeyArg).Text == view.Own(want, view.KeyArg).Text
		if want.Form == view.VerbRequest {
			return same && old.Revision == 1
		}
		return same && old.Seen.Round == want.Seen.Round && old.Seen.Revision == want.Seen.Revision && old.Seen.Stage == want.Seen.Stage
	})
	if i < 0 {
		return policy.Draft{}, false, nil
	}
	return drafts[i], true, nil
}

// continued opens a draft where it was left. It changes nothing.
func (d *Desk) continued(ctx context.Context, c caller, id string) (Reply, error) {
	draft, ok, err := d.draft(ctx, c, id)
	if err != nil || !ok {
		return unknown(""), err
	}
	r, err := d.page(ctx, c, draft, view.Sheet{Draft: draft})
	if err != nil {
		return Reply{}, err
	}
	if r.Kind == ReplyForm {
		r.Kind = ReplyOpen
	}
	return r, nil
}

// draft reads a draft of the caller; ok is false where there is none, or it is somebody else's.
func (d *Desk) draft(ctx context.Context, c caller, id string) (policy.Draft, bool, error) {
	draft, err := d.drafts.Draft(ctx, id)
	if errors.Is(err, workflows.ErrNotFound) {
		return draft, false, nil
	}
	if err != nil {
		return draft, false, fmt.Errorf("read a form: %w", err)
	}
	return draft, draft.Person == c.Person, nil
}

// doneKey marks a draft whose form did its work.
const doneKey = "done"

// ended says whether the form of a draft did its work.
func ended(draft policy.Draft) bool { return draft.Sent != "" || view.Own(draft, doneKey).Text != "" }
