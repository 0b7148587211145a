package engine

import (
	"context"
	"errors"
	"fmt"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
	"steward/workflows/register/enter"
)

// systems is the shape of the entries of the AI register.
type systems struct{ e *Engine }

// systemAfter is the short form of an entry's state on its last record; verify compares it with the row.
type systemAfter struct {
	State    register.State     `json:"state"`
	Round    int                `json:"round"`
	Revision int                `json:"revision"`
	Seq      int                `json:"seq"`
	Owner    workflows.PersonID `json:"owner"`
}

func (s systems) woken(w workflows.Woken) workflows.What { return register.Woken{Woken: w} }

func (s systems) decode(kind string, body []byte) (workflows.What, error) {
	switch kind {
	case register.RosterChanged{}.Kind():
		return register.RosterChanged{}, nil
	case workflows.Registered{}.Kind():
		return decoded[workflows.Registered](body)
	case workflows.Requested{}.Kind():
		return decoded[workflows.Requested](body)
	case workflows.RequestFailed{}.Kind():
		return decoded[workflows.RequestFailed](body)
	case workflows.RenewalBegan{}.Kind():
		return decoded[workflows.RenewalBegan](body)
	case workflows.RenewalFailed{}.Kind():
		return decoded[workflows.RenewalFailed](body)
	case workflows.Measured{}.Kind():
		return decoded[workflows.Measured](body)
	case workflows.HoldBegan{}.Kind():
		return decoded[workflows.HoldBegan](body)
	case workflows.HoldLifted{}.Kind():
		return decoded[workflows.HoldLifted](body)
	case workflows.EmergencyEnded{}.Kind():
		return decoded[workflows.EmergencyEnded](body)
	}
	return nil, fmt.Errorf("no event %q can be told to a system", kind)
}

func (s systems) apply(ctx context.Context, tx Tx, ev workflows.Event) (workflows.Applied, error) {
	_, decided := ev.What.(workflows.Registered)
	if ev.About.ID == "" {
		about, known, err := s.find(ctx, tx, ev)
		if err != nil || known {
			return workflows.Applied{About: about}, err
		}
		ev.About = about
	}
	if asks, err := s.asks(ctx, tx, ev); err != nil || !asks {
		return workflows.Applied{About: ev.About}, err
	}
	before, refusal, err := s.load(ctx, tx, ev.About.ID, decided)
	if err != nil || refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: refusal}, err
	}
	f, err := s.facts(ctx, tx, before, ev)
	if err != nil {
		return workflows.Applied{}, err
	}
	out := register.Step(before, ev, f)
	done := workflows.Applied{About: ev.About, Refusal: out.Refusal}
	if out.Refusal != nil {
		if !out.Refusal.Authority() {
			return done, nil
		}
		return done, s.refused(ctx, tx, before, ev, out)
	}
	if len(out.Records) == 0 && len(out.Effects) == 0 {
		return done, nil
	}
	if _, pressed := ev.What.(register.What); pressed {
		if done.Refusal, err = s.e.mayVia(ctx, tx, ev, byRole(before, ev)); err != nil || done.Refusal != nil {
			return done, err
		}
	}
	return done, s.save(ctx, tx, before, ev, out)
}

// byRole says that what somebody does to an entry is for the holders of a role: not what its owner does, nor what everybody does for
// themselves, nor what line managers answer.
func byRole(sys register.System, ev workflows.Event) bool {
	switch what := ev.What.(type) {
	case register.Joined, register.Left:
		return false
	case register.JoinAgreed:
		return !sys.AnswersByLine(ev.Actor, what.Who)
	case register.JoinRefused:
		return !sys.AnswersByLine(ev.Actor, what.Who)
	}
	return ev.Actor != sys.Owner
}

// find gives an event of a request the entry of that; known is true where it is told to one that is there already, or to none.
func (s systems) find(ctx context.Context, tx Tx, ev workflows.Event) (about workflows.Ref, known bool, err error) {
	switch what := ev.What.(type) {
	case workflows.Registered:
		return s.enter(ctx, tx, ev, what)
	case workflows.Measured:
		return ev.About, true, s.tellMeasured(ctx, tx, ev, what)
	}
	return ev.About, false, nil
}

// enter gives a decision its entry: a new one for the first decision on a request. A later one is told to the entry that the
// first has made, so that no transaction holds two things that exist; known is true then.
func (s systems) enter(ctx context.Context, tx Tx, ev workflows.Event, what workflows.Registered) (about workflows.Ref, known bool, err error) {
	id, err := tx.SystemOf(ctx, what.Request)
	if errors.Is(err, workflows.ErrNotFound) {
		id, err = s.wasSeen(ctx, tx, what.Request)
	}
	if errors.Is(err, workflows.ErrNotFound) {
		id, err = tx.NewSystemID(ctx)
		return workflows.SystemRef(id), false, err
	}
	if err != nil {
		return about, false, err
	}
	raw, err := told(what)
	if err != nil {
		return about, false, err
	}
	about = workflows.SystemRef(id)
	key := fmt.Sprintf("%s/registered/%d", workflows.RequestRef(what.Request), what.Round)
	if what.Emergency { // the decision of the same round comes later, and may find this still waiting
		key += "/emergency"
	}
	return about, true, tx.PutTell(ctx, Tell{Key: key, About: about, What: what.Kind(), Body: raw, At: ev.At})
}

// tellMeasured tells the entry of a request that another assessment speaks for it now; a request without one needs nothing.
func (s systems) tellMeasured(ctx context.Context, tx Tx, ev workflows.Event, what workflows.Measured) error {
	id, err := tx.SystemOf(ctx, what.Request)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	raw, err := told(what)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("%s/measured/%s", workflows.RequestRef(what.Request), what.Assessment)
	return tx.PutTell(ctx, Tell{Key: key, About: workflows.SystemRef(id), What: what.Kind(), Body: raw, At: ev.At})
}

// load reads and holds an entry; a new one begins as nothing.
func (s systems) load(ctx context.Context, tx Tx, id string, decided bool) (register.System, *workflows.Refusal, error) {
	sys, err := tx.LockSystem(ctx, id)
	switch {
	case errors.Is(err, workflows.ErrNotFound) && decided:
		return register.System{}, nil, nil
	case errors.Is(err, workflows.ErrNotFound):
		return sys, workflows.Refuse(workflows.CodeUnknown, "There is no system with this number in the register."), nil
	}
	return sys, nil, err
}

// facts loads what the step may know: the decision, the changes that the policy knows, and the people concerned.
func (s systems) facts(ctx context.Context, tx Tx, sys register.System, ev workflows.Event) (register.Facts, error) {
	var f register.Facts
	if err := s.ofRequest(ctx, tx, ev, &f); err != nil {
		return f, err
	}
	if sys.Flow != "" {
		flow, err := s.e.flow(ctx, tx, sys.Policy, sys.Flow)
		if err != nil {
			return f, err
		}
		f.Triggers = flow.Triggers
	}
	need := s.need(sys, ev, f.Decision)
	if f.Measures != nil {
		for _, t := range f.Measures.Tasks {
			need.Roles = append(need.Roles, t.Verifier)
		}
	}
	var err error
	if _, seen := ev.What.(register.Seen); seen && sys.State == "" {
		if f.Found, err = s.found(ctx, tx); err != nil {
			return f, err
		}
		need.Roles = append(need.Roles, f.Found.Governors...)
	}
	f.Roster, err = tx.Roster(ctx, need, ev.At)
	return f, err
}

// ofRequest reads what the request brings with an event, and what the assessments ask for that it stands on.
func (s systems) ofRequest(ctx context.Context, tx Tx, ev workflows.Event, f *register.Facts) error {
	id := ""
	decided, isDecided := ev.What.(workflows.Registered)
	measured, isMeasured := ev.What.(workflows.Measured)
	switch {
	case isDecided:
		id = decided.Request
	case isMeasured:
		id = measured.Request
	default:
		return nil
	}
	r, err := tx.ReadRequest(ctx, id)
	if err != nil {
		return err
	}
	with, err := s.with(ctx, tx, r)
	if err != nil {
		return err
	}
	if isMeasured {
		m := enter.Measures(r, with, ev.At)
		f.Measures = &m
	} else if d, ok := enter.Decides(r, decided, with); ok {
		f.Decision = &d
	}
	return nil
}

// with reads the flow of a request and the assessments that it stands on. They are not held: what changes about one is told again.
func (s systems) with(ctx context.Context, tx Tx, r approval.Request) (enter.With, error) {
	flow, err := s.e.flow(ctx, tx, r.Screening.Policy, r.Flow)
	out := enter.With{Flow: flow, Zone: s.e.cfg.Zone}
	if err != nil {
		return out, err
	}
	for _, id := range r.StandsOn() {
		a, err := tx.ReadRequest(ctx, id)
		if err != nil {
			return out, err
		}
		out.On = append(out.On, a)
	}
	return out, nil
}

// need names the people a step about an entry may ask for.
func (s systems) need(sys register.System, ev workflows.Event, d *register.Decision) Need {
	people, roles := sys.Concerns()
	n := Need{People: append(people, ev.Actor, ev.For), Roles: roles}
	if d != nil {
		people, roles = d.Concerns()
		n.People, n.Roles = append(n.People, people...), append(n.Roles, roles...)
	}
	switch what := ev.What.(type) {
	case register.HandedOver:
		n.People = append(n.People, what.To)
	case register.JoinAgreed:
		n.People = append(n.People, what.Who)
	case register.JoinRefused:
		n.People = append(n.People, what.Who)
	case register.RosterChanged: // a user may be who has left
		for _, u := range sys.Joined {
			n.People = append(n.People, u.Who)
		}
	}
	return n
}

// save stores a step that was done: row, records, effects.
func (s systems) save(ctx context.Context, tx Tx, before register.System, ev workflows.Event, out workflows.Outcome[register.System]) error {
	sys := out.State
	if len(out.Records) == 0 { // every mail follows from a record
		out.Records = []workflows.Fact{{Kind: ev.What.Kind()}}
	}
	l := s.ledger(sys, before, ev)
	state := systemAfter{State: sys.State, Round: sys.Round, Revision: sys.Revision, Seq: sys.Seq, Owner: sys.Owner}
	if err := l.write(out.Records, state); err != nil {
		return err
	}
	sys.Records, sys.Shown = l.last, l.shown
	if err := tx.SaveSystem(ctx, before, sys); err != nil {
		return err
	}
	if err := tx.Append(ctx, l.entries); err != nil {
		return err
	}
	return s.e.effects(ctx, tx, ev, l.last, sys.State.Over(), out.Effects)
}

// refused records a refusal of authority, at most once an hour for the same person, thing and reason.
func (s systems) refused(ctx context.Context, tx Tx, before register.System, ev workflows.Event, out workflows.Outcome[register.System]) error {
	first, err := firstRefusal(ctx, tx, ev, out.Refusal.Code)
	if err != nil || !first {
		return err
	}
	l := s.ledger(before, before, ev)
	if err := l.write(out.Records, nil); err != nil {
		return err
	}
	sys := before
	sys.Records = l.last
	if err := tx.SaveSystem(ctx, before, sys); err != nil {
		return err
	}
	return tx.Append(ctx, l.entries)
}

func (s systems) ledger(sys, before register.System, ev workflows.Event) *ledger {
	return &ledger{
		rand: s.e.cfg.Rand, build: s.e.cfg.Build, event: ev, about: ev.About, last: before.Records,
		policy: sys.Policy, round: sys.Round, revision: sys.Revision, shown: before.Shown,
	}
}
