package bot

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// submitPage takes one of the flow's pages.
func (d *Desk) submitPage(ctx context.Context, f *filling, s Submission) (Reply, error) {
	if f.form.IsPreview(f.draft.Page) {
		switch s.Go {
		case GoBack:
			return d.turn(ctx, f, -1)
		case GoSave:
			return d.show(ctx, f, view.Sheet{Note: view.TextSaved}, "")
		case GoNext:
		}
		return d.send(ctx, f)
	}
	if f.onLines() {
		return d.submitLines(ctx, f, s)
	}
	errs := f.take(s.Values)
	if err := d.refact(ctx, f); err != nil {
		return Reply{}, err
	}
	switch s.Go {
	case GoBack:
		return d.turn(ctx, f, -1)
	case GoSave:
		return d.stay(ctx, f, view.Sheet{Note: view.TextSaved, Typed: s.Values, Errors: errs}, "")
	case GoNext:
	}
	if no := f.form.Flow.Check(f.draft.Answers, f.flowPage(), f.form.Facts); no != nil {
		errs = merged(no.Fields, errs)
	}
	if len(errs) > 0 {
		return d.stay(ctx, f, view.Sheet{Typed: s.Values, Errors: errs}, workflows.CodeField)
	}
	return d.turn(ctx, f, +1)
}

// flowPage gives the page of the flow; a page of ours may stand before its first.
func (f *filling) flowPage() int { return f.draft.Page - f.form.Lead }

func (f *filling) onLines() bool {
	return f.form.Flow.Lines != nil && f.flowPage() == f.form.Flow.LinesPage()
}

// take puts what was typed into the answers of the draft: the questions of the page and no other key. A question without a
// value was left empty. What cannot be an answer comes back as an error of its field.
func (f *filling) take(v card.Values) map[string]string {
	errs := map[string]string{}
	f.draft.Answers = maps.Clone(f.draft.Answers)
	for _, q := range f.form.Flow.Asked(f.draft.Answers, f.flowPage(), f.form.Facts) {
		a, e := view.Read(q, v[q.Key])
		f.draft.Answers[q.Key] = a
		if e != "" {
			errs[q.Key] = e
		}
	}
	return errs
}

// refact loads the facts again: answers may name other people now.
func (d *Desk) refact(ctx context.Context, f *filling) error {
	facts, roster, err := d.facts(ctx, f.caller, f.form.Flow, f.draft)
	if err != nil {
		return err
	}
	facts.Requester, facts.Renews = f.form.Facts.Requester, f.form.Facts.Renews
	f.form.Facts, f.form.Names = facts, roster.Name
	return nil
}

// turn goes to the next or the last page that asks something, and keeps the draft there.
func (d *Desk) turn(ctx context.Context, f *filling, by int) (Reply, error) {
	first := 1
	page := f.draft.Page + by
	for page > first && !f.form.IsPreview(page) && !f.asks(page) {
		page += by
	}
	f.draft.Page = max(page, first)
	if by > 0 {
		f.prefill(f.flowPage())
	}
	f.draft.Policy = f.form.Flow.Policy()
	return d.stay(ctx, f, view.Sheet{}, "")
}

// asks says whether a page has anything to fill in.
func (f *filling) asks(page int) bool {
	p := page - f.form.Lead
	if p < 1 || f.form.Flow.Lines != nil && p == f.form.Flow.LinesPage() {
		return true
	}
	return len(f.form.Flow.Asked(f.draft.Answers, p, f.form.Facts)) > 0
}

// stay keeps the draft and shows the page it is at.
func (d *Desk) stay(ctx context.Context, f *filling, s view.Sheet, code workflows.Code) (Reply, error) {
	ok, err := d.save(ctx, f)
	if err != nil {
		return Reply{}, err
	}
	if !ok {
		return d.meanwhile(ctx, f)
	}
	return d.show(ctx, f, s, code)
}

// meanwhile shows a form that was sent from elsewhere at the same moment, as it is now.
func (d *Desk) meanwhile(ctx context.Context, f *filling) (Reply, error) {
	draft, ok, err := d.draft(ctx, f.caller, f.draft.ID)
	if err != nil || !ok {
		return unknown(""), err
	}
	return d.page(ctx, f.caller, draft, view.Sheet{Draft: draft, Note: view.TextElsewhere})
}

// late answers a page that was sent from an older state of the form: a second press, or a second window. What it brings
// that is new is kept; nothing is sent by it.
func (d *Desk) late(ctx context.Context, f *filling, s Submission) (Reply, error) {
	before := maps.Clone(f.draft.Answers)
	if f.v != nil {
		view.TakeVendor(&f.draft, f.v.Flow, s.Values, false)
	} else if f.isAct() || f.draft.Form == view.VerbRule {
		f.takeOwn(s.Values, false)
	}
	if f.e != nil {
		if err := d.acquaint(ctx, f); err != nil {
			return Reply{}, err
		}
	}
	if f.form.Flow != nil {
		f.takePresent(s.Values)
	}
	if reflect.DeepEqual(before, f.draft.Answers) {
		return d.show(ctx, f, view.Sheet{}, "")
	}
	return d.stay(ctx, f, view.Sheet{Note: view.TextElsewhere}, "")
}

// takePresent takes the values of any question that has one, whatever the page.
func (f *filling) takePresent(v card.Values) {
	answers := maps.Clone(f.draft.Answers)
	for _, q := range f.form.Flow.Questions {
		typed, there := v[q.Key]
		if a, e := view.Read(q, typed); there && e == "" && !reflect.DeepEqual(view.Typed(q, a), view.Typed(q, answers[q.Key])) {
			answers[q.Key] = a
		}
	}
	f.draft.Answers = answers
}

// send applies the form of the last page. The draft's revision is part of the event's key: a second press is the same event.
func (d *Desk) send(ctx context.Context, f *filling) (Reply, error) {
	flow := f.form.Flow
	if f.draft.Policy != flow.Policy() {
		f.draft.Policy = flow.Policy()
		return d.stay(ctx, f, view.Sheet{Note: view.TextNewPolicy}, workflows.CodeStale)
	}
	if no := flow.Check(f.draft.Answers, 0, f.form.Facts); no != nil {
		return d.backTo(ctx, f, no)
	}
	answers := flow.Clean(f.draft.Answers, f.form.Facts)
	ev := workflows.Event{
		Key: formKey(f.draft), Actor: f.Person, At: f.Now, Via: f.Via, Assured: f.Assured, About: f.draft.About, Seen: f.draft.Seen,
	}
	switch f.draft.Form {
	case view.VerbRequest:
		ev.About = workflows.Ref{Kind: workflows.KindRequest}
		ev.What = approval.Submitted{Flow: flow.Key, Answers: answers, Draft: f.draft.ID, Linked: f.draft.About.ID}
	case view.VerbEdit:
		ev.What = approval.Edited{Answers: answers, Draft: f.draft.ID}
	case view.VerbRenew:
		ev.About, ev.Seen = f.renewal(), workflows.Seen{Round: f.draft.Seen.Round}
		ev.What = approval.Renewed{Answers: answers, Draft: f.draft.ID}
	default:
		ev.What = approval.Ruled{Outcome: policy.OutcomeCorrect, Answers: answers, Reason: ownText(f.draft, view.KeyReason)}
	}
	return d.apply(ctx, f, ev)
}

// backTo shows the first page on which something has to be set right.
func (d *Desk) backTo(ctx context.Context, f *filling, no *workflows.Refusal) (Reply, error) {
	page := f.form.Flow.Pages()
	for key := range no.Fields {
		if q, ok := f.form.Flow.Question(key); ok {
			page = min(page, q.Page)
		}
	}
	f.draft.Page = max(page, 1) + f.form.Lead
	sheet := view.Sheet{Errors: no.Fields}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(no.Fields)), func(k string) bool { return f.has(k) }) {
		sheet.Error = view.Sentence(no)
	}
	return d.stay(ctx, f, sheet, workflows.CodeField)
}

// has says whether a field stands on the page the draft is at.
func (f *filling) has(key string) bool {
	if strings.HasPrefix(key, policy.LinesKey) {
		return f.onLines()
	}
	q, ok := f.form.Flow.Question(key)
	return ok && q.Page == f.flowPage()
}

// formKey makes a second press of the same page harmless.
func formKey(draft policy.Draft) string { return fmt.Sprintf("form/%s/%d", draft.ID, draft.Revision) }

func merged(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, b)
	return out
}
