package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// Vendors is what desk and courier read of what is kept of vendors.
type Vendors interface {
	// Vendor reads what is kept of one; [workflows.ErrNotFound] where there is none. The caller asks MaySee.
	Vendor(ctx context.Context, id string) (vendor.Vendor, error)
	// VendorNamed reads what is kept of a vendor and a plan, whatever the case, the spaces and the marks of its name;
	// [workflows.ErrNotFound] where nothing is. What fills in a form is for everybody to read.
	VendorNamed(ctx context.Context, name, plan string) (vendor.Vendor, error)
	// Vendors gives up to n of those whose name contains the text, by name, from behind an id on: empty begins. The caller asks who may
	// read them.
	Vendors(ctx context.Context, text, after string, n int) ([]vendor.Vendor, error)
}

// vendorsCard lists what is kept of vendors whose name contains a text, for those who look after it. It changes nothing.
func (d *Desk) vendorsCard(ctx context.Context, c caller, text string) (Reply, error) {
	flows, err := d.engine.Flows(ctx)
	if err != nil {
		return Reply{}, fmt.Errorf("flows in force: %w", err)
	}
	if _, keeps := view.Keeps(flows, c.Viewer); !keeps && !workflows.SeesAll(c.Viewer) {
		return say(workflows.CodeNotYours, view.TextNoKeeper), nil
	}
	if no := c.keptElsewhere(view.PathVendors, false); no != nil {
		return *no, nil
	}
	rows, err := d.read.Vendors(ctx, text, "", view.MaxListed+1)
	if err != nil {
		return Reply{}, fmt.Errorf("list vendors: %w", err)
	}
	var all []view.Vendor
	for _, v := range rows[:min(len(rows), view.MaxListed)] {
		x, err := d.seenVendor(ctx, c, v)
		if err != nil {
			return Reply{}, err
		}
		all = append(all, x)
	}
	r := showCard(view.Vendors(c.eyes(), all, len(rows) > len(all)))
	if _, keeps := view.Keeps(flows, c.Viewer); !keeps {
		r.Card.Buttons = slices.DeleteFunc(r.Card.Buttons, func(b card.Button) bool { return b.Action.Verb == view.VerbVendor })
	}
	return r, nil
}

// seenVendor gives what is kept of a vendor as the caller sees it. named are others whose names are shown.
func (d *Desk) seenVendor(ctx context.Context, c caller, v vendor.Vendor, named ...workflows.PersonID) (view.Vendor, error) {
	out := view.Vendor{Vendor: v, Viewer: c.Viewer, Now: c.Now}
	flow, err := d.engine.Flow(ctx, "", v.Flow)
	if err != nil {
		return out, fmt.Errorf("flow %s: %w", v.Flow, err)
	}
	out.Flow = flow
	people := append(named, c.Person)
	for _, f := range v.Facts {
		people = append(people, f.By)
	}
	if out.Roster, err = d.read.People(ctx, people, nil, c.Now); err != nil {
		return out, fmt.Errorf("people who keep facts: %w", err)
	}
	return out, nil
}

// vendor reads what is kept of a vendor that the caller may see; ok is false where there is none.
func (d *Desk) vendor(ctx context.Context, c caller, ref workflows.Ref, named ...workflows.PersonID) (v view.Vendor, ok bool, err error) {
	found, err := d.read.Vendor(ctx, ref.ID)
	if errors.Is(err, workflows.ErrNotFound) {
		return v, false, nil
	}
	if err != nil {
		return v, false, fmt.Errorf("read vendor %s: %w", ref.ID, err)
	}
	if !workflows.MaySee(c.Viewer, found.Concerned()) {
		return v, false, nil
	}
	v, err = d.seenVendor(ctx, c, found, named...)
	return v, err == nil, err
}

// pressVendor answers a button on the card of what is kept of a vendor.
func (d *Desk) pressVendor(ctx context.Context, c caller, ref workflows.Ref, a card.Action) (Reply, error) {
	v, ok, err := d.vendor(ctx, c, ref)
	if err != nil || !ok {
		return say(workflows.CodeUnknown, view.TextNoVendor), err
	}
	if no := c.keptElsewhere(view.VendorPath(ref.ID), a.Verb != view.VerbShow && a.Verb != view.VerbExplain); no != nil {
		return *no, nil
	}
	switch {
	case a.Verb == view.VerbShow || a.Verb == view.VerbExplain:
		return showCard(view.VendorCard(v)), nil
	case a.Verb == view.VerbVendorChange && len(vendor.Actions(v.Vendor, c.Viewer)) > 0:
		return d.changeVendor(ctx, c, v)
	}
	now := view.VendorCard(v)
	return Reply{Kind: ReplyCard, Card: &now, Text: view.TextOldButton, Code: workflows.CodeStale}, nil
}

// changeVendor opens the form of what is kept already.
func (d *Desk) changeVendor(ctx context.Context, c caller, v view.Vendor) (Reply, error) {
	draft := policy.Draft{
		Form: view.VerbVendorChange, Flow: v.Flow.Key, About: workflows.VendorRef(v.Vendor.ID), Answers: policy.Answers{},
		Seen: workflows.Seen{Revision: v.Vendor.Revision},
	}
	view.FillVendor(&draft, v)
	return d.begin(ctx, c, draft)
}

// openVendor opens the form in which facts of a vendor are kept: of the vendor and the plan of an entry of the register, where one is
// named, and what is kept already where something is.
func (d *Desk) openVendor(ctx context.Context, c caller, about string) (Reply, error) {
	flows, err := d.engine.Flows(ctx)
	if err != nil {
		return Reply{}, fmt.Errorf("flows in force: %w", err)
	}
	flow, keeps := view.Keeps(flows, c.Viewer)
	if !keeps {
		return say(workflows.CodeNotYours, view.TextNoKeeper), nil
	}
	if no := c.keptElsewhere(view.PathVendors, true); no != nil {
		return *no, nil
	}
	draft := policy.Draft{Form: view.VerbVendor, Flow: flow.Key, Policy: flow.Policy(), Answers: policy.Answers{}}
	if ref, ok := workflows.ParseRef(about); ok && ref.Kind == workflows.KindSystem {
		sys, err := d.read.System(ctx, ref.ID)
		if errors.Is(err, workflows.ErrNotFound) {
			return unknown(ref.ID), nil
		}
		if err != nil {
			return Reply{}, fmt.Errorf("read system %s: %w", ref.ID, err)
		}
		there, err := d.read.VendorNamed(ctx, sys.Vendor, sys.Plan)
		switch {
		case err == nil:
			return d.pressVendor(ctx, c, workflows.VendorRef(there.ID), card.Action{Verb: view.VerbShow})
		case !errors.Is(err, workflows.ErrNotFound):
			return Reply{}, fmt.Errorf("read the vendor of %s: %w", ref.ID, err)
		}
		view.SetOwn(&draft, view.KeyArg, policy.Answer{Text: ref.ID}) // a form of its own
		view.SetOwn(&draft, view.KeyVendor, policy.Answer{Text: sys.Vendor})
		view.SetOwn(&draft, view.KeyPlan, policy.Answer{Text: sys.Plan})
	}
	return d.begin(ctx, c, draft)
}

// keptElsewhere answers whoever may read or keep facts by their role, but not through the account they use: with the reason, and the page
// of the portal. It is nil where the account is no obstacle.
func (c caller) keptElsewhere(path string, acts bool) *Reply {
	text := ""
	switch {
	case c.Limited:
		text = view.LimitedRead(c.Via.Surface)
	case c.Unchecked && acts:
		text = view.TextOldFlags
	default:
		return nil
	}
	return &Reply{Kind: ReplyLink, Text: text, Path: path, Code: workflows.CodeNotNow}
}

// isVendor says that a draft is of the form of what is kept of a vendor.
func isVendor(draft policy.Draft) bool {
	return draft.Form == view.VerbVendor || draft.Form == view.VerbVendorChange
}

// fillVendor loads what the form is made from. The reply is set where it cannot be filled in any more.
func (d *Desk) fillVendor(ctx context.Context, f *filling) (*filling, *Reply, error) {
	v, ok := view.Vendor{Vendor: vendor.Vendor{Flow: f.draft.Flow}}, true
	var err error
	if f.draft.Form == view.VerbVendor {
		v, err = d.seenVendor(ctx, f.caller, v.Vendor)
	} else {
		v, ok, err = d.vendor(ctx, f.caller, f.draft.About)
	}
	switch {
	case errors.Is(err, workflows.ErrNotFound):
		return nil, &Reply{Kind: ReplyNotice, Text: view.TextNoFlow, Code: workflows.CodeUnknown}, nil
	case err != nil:
		return nil, nil, err
	case !ok:
		r := say(workflows.CodeUnknown, view.TextNoVendor)
		return nil, &r, nil
	case v.Flow.VendorFacts == nil:
		return nil, &Reply{Kind: ReplyNotice, Text: view.TextNoFlow, Code: workflows.CodeUnknown}, nil
	}
	f.v = &v
	return f, f.keptElsewhere(view.PathVendors, true), nil
}

// submitVendor takes the form of what is kept of a vendor.
func (d *Desk) submitVendor(ctx context.Context, f *filling, s Submission) (Reply, error) {
	view.TakeVendor(&f.draft, f.v.Flow, s.Values, true)
	if s.Go != GoNext {
		return d.stay(ctx, f, view.Sheet{Note: view.TextSaved}, "")
	}
	about := f.draft.About
	if f.draft.Form == view.VerbVendor {
		about = workflows.Ref{Kind: workflows.KindVendor}
	}
	if f.v.Vendor.Revision != f.draft.Seen.Revision { // it will be refused, and shown again as it stands now but for what was typed
		view.FillVendor(&f.draft, *f.v)
	}
	no, err := d.sendThing(ctx, f, about, view.VendorKept(f.draft, f.v.Flow), f.v.Vendor.Revision)
	if no != nil || err != nil {
		return orZero(no), err
	}
	says := view.VendorDone
	if now, err := d.read.Vendor(ctx, ownText(f.draft, doneKey)); err == nil && now.Revision == f.draft.Seen.Revision {
		says = view.VendorSame
	}
	return d.vendorDone(ctx, f.caller, f.draft, says)
}

// vendorDone ends the form with what it says of itself and the card as it is now.
func (d *Desk) vendorDone(ctx context.Context, c caller, draft policy.Draft, says func(view.Vendor) string) (Reply, error) {
	ref := workflows.VendorRef(ownText(draft, doneKey))
	v, ok, err := d.vendor(ctx, c, ref)
	if err != nil || !ok {
		return say(workflows.CodeUnknown, view.TextNoVendor), err
	}
	now := view.VendorCard(v)
	return Reply{Kind: ReplyNotice, Text: says(v), Card: &now, Path: view.VendorPath(ref.ID)}, nil
}

// keptOf gives what is kept of the vendor and the plan that the answers of a form name, as far as it counts today.
func (d *Desk) keptOf(ctx context.Context, flow *policy.Flow, a policy.Answers, today time.Time) ([]policy.KeptFact, error) {
	rule := flow.VendorFacts
	if rule == nil || a[rule.Vendor].Text == "" {
		return nil, nil
	}
	v, err := d.read.VendorNamed(ctx, a[rule.Vendor].Text, a[rule.Plan].Text)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("what is kept of a vendor: %w", err)
	}
	return v.Kept(today.Format(time.DateOnly)), nil
}

// prefill fills in what is kept of the vendor: the answers of a page that nobody has looked at yet, and those that stand as they were
// filled in before the vendor or the plan was changed.
func (f *filling) prefill(page int) {
	rule := f.form.Flow.VendorFacts
	if rule == nil {
		return
	}
	for _, q := range f.form.Flow.Asked(f.draft.Answers, page, f.form.Facts) {
		if !slices.Contains(rule.Keys, q.Key) {
			continue
		}
		mark := policy.KeptFact{Answer: view.Own(f.draft, keptMark+q.Key).List}
		is, seen := f.draft.Answers[q.Key]
		if filled := len(mark.Answer) > 0; seen && (!filled || !mark.Is(is)) {
			continue
		}
		k, kept := policy.KeptOf(f.form.Facts.Kept, q.Key)
		if !kept && !seen {
			continue
		}
		view.SetOwn(&f.draft, keptMark+q.Key, policy.Answer{List: k.Answer})
		f.draft.Answers[q.Key] = q.AnswerOf(k.Answer)
	}
}

// keptMark begins the names of what a draft was filled in with.
const keptMark = "kept."
