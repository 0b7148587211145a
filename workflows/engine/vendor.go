package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// vendors is the shape of what is kept of vendors.
type vendors struct{ e *Engine }

// vendorAfter is all that is kept of a vendor but what was written; verify compares it with the row.
type vendorAfter struct {
	Plan     string           `json:"plan,omitempty"`
	Flow     string           `json:"flow"`
	State    vendor.State     `json:"state"`
	Facts    []factAfter      `json:"facts,omitempty"`
	Keepers  []workflows.Role `json:"keepers"`
	Seq      int              `json:"seq"`
	Revision int              `json:"revision"`
}

type factAfter struct {
	Key    string             `json:"key"`
	Answer []string           `json:"answer,omitempty"`
	Seen   string             `json:"seen"`
	Until  string             `json:"until"`
	By     workflows.PersonID `json:"by"`
	At     int64              `json:"at"`
	Asked  int64              `json:"asked,omitempty"`
	Over   bool               `json:"over,omitempty"`
}

func vendorState(v vendor.Vendor) vendorAfter {
	s := vendorAfter{Plan: v.Plan, Flow: v.Flow, State: v.State, Keepers: v.Keepers, Seq: v.Seq, Revision: v.Revision}
	for _, f := range v.Facts {
		is := factAfter{Key: f.Key, Answer: f.Answer, Seen: f.Seen, Until: f.Until, By: f.By, At: f.At.UnixMilli(), Over: f.Over}
		if !f.Asked.IsZero() {
			is.Asked = f.Asked.UnixMilli()
		}
		s.Facts = append(s.Facts, is)
	}
	return s
}

func (s vendors) woken(w workflows.Woken) workflows.What { return vendor.Woken{Woken: w} }

func (s vendors) decode(kind string, _ []byte) (workflows.What, error) {
	if kind == (vendor.RosterChanged{}).Kind() {
		return vendor.RosterChanged{}, nil
	}
	return nil, fmt.Errorf("no event %q can be told to a vendor", kind)
}

func (s vendors) apply(ctx context.Context, tx Tx, ev workflows.Event) (workflows.Applied, error) {
	before, no, err := s.load(ctx, tx, &ev)
	if err != nil || no != nil {
		return workflows.Applied{About: ev.About, Refusal: no}, err
	}
	f, err := s.facts(ctx, tx, before, ev)
	if err != nil {
		return workflows.Applied{}, err
	}
	out := vendor.Step(before, ev, f)
	done := workflows.Applied{About: ev.About, Refusal: out.Refusal}
	if len(out.Records)+len(out.Effects) == 0 {
		return done, nil
	}
	if _, pressed := ev.What.(vendor.What); pressed {
		if done.Refusal, err = s.e.mayVia(ctx, tx, ev, true); err != nil || done.Refusal != nil {
			return done, err
		}
	}
	return done, s.save(ctx, tx, before, ev, out)
}

// load reads and locks what is kept. What is said of a vendor and a plan without an id is about what is kept of them, or else gets one.
func (s vendors) load(ctx context.Context, tx Tx, ev *workflows.Event) (vendor.Vendor, *workflows.Refusal, error) {
	kept, said := ev.What.(vendor.Kept)
	if said && ev.About.ID == "" {
		id, err := tx.NewVendorID(ctx) // held by whoever else begins one: of two with one name the second finds the first
		if err != nil {
			return vendor.Vendor{}, nil, err
		}
		there, err := tx.VendorNamed(ctx, kept.Name, kept.Plan)
		if errors.Is(err, workflows.ErrNotFound) {
			ev.About = workflows.VendorRef(id)
			return vendor.Vendor{}, nil, nil
		}
		if err != nil {
			return there, nil, err
		}
		ev.About = workflows.VendorRef(there.ID)
	}
	v, err := tx.LockVendor(ctx, ev.About.ID)
	if errors.Is(err, workflows.ErrNotFound) {
		return v, workflows.Refuse(workflows.CodeUnknown, "Nothing is kept of a vendor under this number."), nil
	}
	return v, nil, err
}

// facts loads what the step may know: the flow in force whose answers are kept, and the people who keep them.
func (s vendors) facts(ctx context.Context, tx Tx, v vendor.Vendor, ev workflows.Event) (vendor.Facts, error) {
	f := vendor.Facts{Zone: s.e.cfg.Zone}
	key := v.Flow
	if kept, ok := ev.What.(vendor.Kept); ok && key == "" {
		key = kept.Flow
	}
	need := Need{People: []workflows.PersonID{ev.Actor}, Roles: v.Keepers}
	flow, err := s.e.flowInForce(ctx, tx, key)
	switch {
	case errors.Is(err, workflows.ErrNotFound):
	case err != nil:
		return f, err
	default:
		f.Flow = flow
		if rule := flow.VendorFacts; rule != nil {
			need.Roles = append(slices.Clip(need.Roles), rule.KeptBy...)
		}
	}
	f.Roster, err = tx.Roster(ctx, need, ev.At)
	return f, err
}

// save stores a step that was done: row, records, effects.
func (s vendors) save(ctx context.Context, tx Tx, before vendor.Vendor, ev workflows.Event, out workflows.Outcome[vendor.Vendor]) error {
	v := out.State
	hash, err := tx.ActivePack(ctx)
	if err != nil {
		return err
	}
	if len(out.Records) == 0 { // every mail follows from a record
		out.Records = []workflows.Fact{{Kind: ev.What.Kind()}}
	}
	l := &ledger{
		rand: s.e.cfg.Rand, build: s.e.cfg.Build, event: ev, about: ev.About, last: before.Records, policy: hash, revision: v.Revision,
	}
	if err := l.write(out.Records, vendorState(v)); err != nil {
		return err
	}
	v.Records = l.last
	if err := tx.SaveVendor(ctx, before, v); err != nil {
		return err
	}
	if err := tx.Append(ctx, l.entries); err != nil {
		return err
	}
	return s.e.effects(ctx, tx, ev, l.last, false, out.Effects)
}

// keptOf gives what is kept of the vendor and the plan that answers name, as far as it counts on a day.
func keptOf(ctx context.Context, tx Tx, flow *policy.Flow, a policy.Answers, today time.Time) ([]policy.KeptFact, error) {
	rule := flow.VendorFacts
	if rule == nil || a[rule.Vendor].Text == "" {
		return nil, nil
	}
	v, err := tx.VendorNamed(ctx, a[rule.Vendor].Text, a[rule.Plan].Text)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil, nil
	}
	return v.Kept(today.Format(time.DateOnly)), err
}
