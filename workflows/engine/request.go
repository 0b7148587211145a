package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register/enter"
)

// requests is the shape of approval requests.
type requests struct{ e *Engine }

// after is the short form of a request's state on its last record; verify compares it with the row.
type after struct {
	Status   approval.Status `json:"status"`
	Stage    int             `json:"stage"`
	Round    int             `json:"round"`
	Revision int             `json:"revision"`
	Seq      int             `json:"seq"`
}

func (s requests) woken(w workflows.Woken) workflows.What { return approval.Woken{Woken: w} }

func (s requests) decode(kind string, body []byte) (workflows.What, error) {
	switch kind {
	case approval.RosterChanged{}.Kind():
		return approval.RosterChanged{}, nil
	case workflows.EmergencyRevoked{}.Kind():
		return decoded[workflows.EmergencyRevoked](body)
	case workflows.Assessed{}.Kind():
		return decoded[workflows.Assessed](body)
	case workflows.SubjectEnded{}.Kind():
		return decoded[workflows.SubjectEnded](body)
	}
	return nil, fmt.Errorf("no event %q can be told to a request", kind)
}

func (s requests) apply(ctx context.Context, tx Tx, ev workflows.Event) (workflows.Applied, error) {
	before, refusal, err := s.load(ctx, tx, &ev)
	if err != nil || refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: refusal}, err
	}
	facts, refusal, err := s.facts(ctx, tx, before, ev)
	if err != nil || refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: refusal}, err
	}
	out := approval.Step(before, ev, facts)
	done := workflows.Applied{About: ev.About, Refusal: out.Refusal}
	if out.Refusal != nil {
		if !out.Refusal.Authority() {
			return done, nil
		}
		return done, s.refused(ctx, tx, before, ev, out)
	}
	if done.Refusal, err = s.e.mayVia(ctx, tx, ev, len(out.State.ByRole(before, ev.Actor)) > 0); err != nil || done.Refusal != nil {
		return done, err
	}
	if len(out.Records) == 0 && len(out.Effects) == 0 {
		return done, nil
	}
	return done, s.save(ctx, tx, before, ev, out)
}

// load reads and locks the request of an event, or gives a new one its id.
func (s requests) load(ctx context.Context, tx Tx, ev *workflows.Event) (approval.Request, *workflows.Refusal, error) {
	sub, isNew := ev.What.(approval.Submitted)
	if !isNew {
		r, err := tx.LockRequest(ctx, ev.About.ID)
		if errors.Is(err, workflows.ErrNotFound) {
			return r, workflows.Refuse(workflows.CodeUnknown, "There is no request with this number."), nil
		}
		return r, nil, err
	}
	flow, err := s.e.flowInForce(ctx, tx, sub.Flow)
	if errors.Is(err, workflows.ErrNotFound) {
		return approval.Request{}, workflows.Refuse(workflows.CodeUnknown, "This kind of request does not exist any more."), nil
	}
	if err != nil {
		return approval.Request{}, nil, err
	}
	id, err := tx.NewRequestID(ctx, flow.Prefix)
	if err != nil {
		return approval.Request{}, nil, err
	}
	ev.About = workflows.RequestRef(id)
	return approval.Request{}, nil, nil
}

// facts loads what the step may know: the new round's screening where one starts, and the people concerned.
func (s requests) facts(ctx context.Context, tx Tx, r approval.Request, ev workflows.Event) (approval.Facts, *workflows.Refusal, error) {
	f := approval.Facts{Zone: s.e.cfg.Zone}
	var err error
	if f.Entry, err = s.entry(ctx, tx, r, ev); err != nil {
		return f, nil, err
	}
	next, refusal, err := s.screen(ctx, tx, r, ev, f.Entry)
	if _, corrects := ev.What.(approval.Corrected); corrects && r.Status == approval.StatusOpen {
		f.Correction, refusal, err = s.corrected(ctx, tx, r, ev)
		if f.Correction != nil {
			next = &f.Correction.Screening
		}
	}
	if err != nil || refusal != nil {
		return f, refusal, err
	}
	f.Next = next
	if f.Made, err = s.made(ctx, tx, r, ev, next); err != nil {
		return f, nil, err
	}
	need := s.need(r, ev, next)
	if f.Entry != nil {
		need.People = append(need.People, f.Entry.Owner)
	}
	f.Roster, err = tx.Roster(ctx, need, ev.At)
	return f, nil, err
}

// entry reads the entry that a request has brought into the AI register, for events that begin a renewal or belong to one, and of a
// request that had an emergency approval; nil where there is none. It is not held: no transaction holds two things, and what is renewed
// is looked at again when it arrives there.
func (s requests) entry(ctx context.Context, tx Tx, r approval.Request, ev workflows.Event) (*approval.Entry, error) {
	if _, begins := ev.What.(approval.Renewed); !begins && r.Screening.Renews == nil && r.Emergency == nil {
		return nil, nil
	}
	id, err := tx.SystemOf(ctx, r.ID)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	sys, err := tx.ReadSystem(ctx, id)
	if err != nil {
		return nil, err
	}
	e := enter.Entry(sys)
	return &e, nil
}

// made reads the assessments about a request, for events that start a round and for those that say where one stands. They are not held:
// what changes about one is told again.
func (s requests) made(ctx context.Context, tx Tx, r approval.Request, ev workflows.Event, next *policy.Screening) ([]approval.Made, error) {
	var out []approval.Made
	for _, id := range approval.Assesses(r, ev, next) {
		about, err := tx.ReadRequest(ctx, id)
		if errors.Is(err, workflows.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		flow, err := s.e.flow(ctx, tx, about.Screening.Policy, about.Flow)
		if err != nil {
			return nil, err
		}
		out = append(out, approval.AsMade(about, flow, r, next))
	}
	return out, nil
}

// screen works out the policy's view of new answers, under the pack in force now; nil where the event keeps the round.
func (s requests) screen(ctx context.Context, tx Tx, r approval.Request, ev workflows.Event, e *approval.Entry) (*policy.Screening, *workflows.Refusal, error) {
	b, starts := approval.BasisOf(r, ev, e)
	if !starts {
		return nil, nil, nil
	}
	flow, err := s.e.flowInForce(ctx, tx, b.Flow)
	if err != nil {
		return nil, nil, err
	}
	facts, refusal, err := s.screenFacts(ctx, tx, flow, b, ev.At)
	if err != nil || refusal != nil {
		return nil, refusal, err
	}
	if b.Tier == "" {
		b.Answers = flow.Clean(b.Answers, facts)
	}
	next, refusal, err := flow.Judge(b.Tier, b.Answers, facts)
	if err != nil {
		return nil, nil, fmt.Errorf("screen the answers: %w", err)
	}
	return next, refusal, nil
}

// corrected works out the policy's view of answers that an expert corrects, under the pack and on the day of the round.
func (s requests) corrected(ctx context.Context, tx Tx, r approval.Request, ev workflows.Event) (*policy.Correction, *workflows.Refusal, error) {
	flow, err := s.e.flow(ctx, tx, r.Screening.Policy, r.Flow)
	if err != nil {
		return nil, nil, err
	}
	out, no, err := approval.Correct(r, ev, flow, s.e.cfg.Zone)
	if err != nil {
		return nil, nil, fmt.Errorf("screen corrected answers: %w", err)
	}
	return out, no, nil
}

// screenFacts loads what answers are judged against: the day, the people they name, the request they are about.
func (s requests) screenFacts(ctx context.Context, tx Tx, flow *policy.Flow, b approval.Basis, at time.Time) (policy.Facts, *workflows.Refusal, error) {
	facts := policy.Facts{Today: at.In(s.e.cfg.Zone), Requester: b.Requester, Renews: b.Renews}
	var named []workflows.PersonID
	for _, q := range flow.Questions {
		if q.Type == policy.User {
			named = append(named, workflows.PersonID(b.Answers[q.Key].Text))
		}
	}
	roster, err := tx.Roster(ctx, Need{People: named}, at)
	if err != nil {
		return facts, nil, err
	}
	facts.Known = roster.Active
	if facts.Kept, err = keptOf(ctx, tx, flow, b.Answers, facts.Today); err != nil {
		return facts, nil, err
	}
	if flow.About == "" {
		return facts, nil, nil
	}
	about, err := tx.ReadRequest(ctx, b.Linked)
	if errors.Is(err, workflows.ErrNotFound) {
		return facts, workflows.RefuseField("about", "Please choose the request it is about."), nil
	}
	if err != nil {
		return facts, nil, err
	}
	if flow.RequesterIs == workflows.Owner && facts.Requester != about.Owner {
		return facts, workflows.Refuse(workflows.CodeNotYours, "Only the owner of "+about.ID+" can send this."), nil
	}
	facts.Owner, facts.Carried = about.Owner, flow.CarriedFrom(about.Screening.Answers)
	return facts, nil, nil
}

// need names the people a step about a request may ask for.
func (s requests) need(r approval.Request, ev workflows.Event, next *policy.Screening) Need {
	n := Need{
		People: []workflows.PersonID{ev.Actor, ev.For, r.Requester, r.Owner},
		Roles:  approval.Unblockers(),
	}
	n.People = append(n.People, r.Told...)
	for _, v := range r.Votes {
		n.People = append(n.People, v.Person, v.For)
	}
	for _, m := range r.Namings {
		n.People = append(n.People, m.Person, m.By)
	}
	if named, ok := ev.What.(approval.Named); ok {
		n.People = append(n.People, named.Person)
	}
	if e := r.Emergency; e != nil {
		n.People = append(n.People, e.By, e.Giver, e.For)
		n.Roles = append(n.Roles, e.Role)
	}
	plans := []policy.Plan{r.Screening.Plan}
	if next != nil {
		plans = append(plans, next.Plan)
		n.People = append(n.People, workflows.PersonID(next.Answers[policy.OwnerKey].Text))
	}
	for _, a := range r.Attached {
		n.Roles = append(n.Roles, a.Verifier)
	}
	for _, p := range plans {
		n.Roles = append(append(n.Roles, p.Notify...), p.Override...)
		if p.Emergency != nil {
			n.Roles = append(n.Roles, p.Emergency.Approver)
		}
		for _, st := range p.Stages {
			n.Roles = append(n.Roles, st.EscalateTo...)
			for _, m := range st.Members {
				n.Roles = append(n.Roles, m.Role)
			}
		}
	}
	return n
}

// save stores a step that was done: rows, records, effects.
func (s requests) save(ctx context.Context, tx Tx, before approval.Request, ev workflows.Event, out workflows.Outcome[approval.Request]) error {
	r := out.State
	if len(out.Records) == 0 { // every mail follows from a record
		out.Records = []workflows.Fact{{Kind: ev.What.Kind(), Data: ev.What}}
	}
	l := s.ledger(r, before, ev)
	state := after{Status: r.Status, Stage: r.Stage, Round: r.Round, Revision: r.Revision, Seq: r.Seq}
	if err := l.write(out.Records, state); err != nil {
		return err
	}
	r.Records, r.Shown = l.last, l.shown
	if err := tx.SaveRequest(ctx, before, r); err != nil {
		return err
	}
	if err := tx.Append(ctx, l.entries); err != nil {
		return err
	}
	if draft := approval.DraftOf(ev.What); draft != "" {
		if err := tx.FinishDraft(ctx, draft, r.ID); err != nil {
			return err
		}
	}
	if err := s.askedFor(ctx, tx, before, r, ev); err != nil {
		return err
	}
	return s.e.effects(ctx, tx, ev, l.last, r.Status != approval.StatusOpen, out.Effects)
}

// refused records a refusal of authority, at most once an hour for the same person, thing and reason.
func (s requests) refused(ctx context.Context, tx Tx, before approval.Request, ev workflows.Event, out workflows.Outcome[approval.Request]) error {
	first, err := firstRefusal(ctx, tx, ev, out.Refusal.Code)
	if err != nil || !first || before.ID == "" {
		return err
	}
	l := s.ledger(before, before, ev)
	if err := l.write(out.Records, nil); err != nil {
		return err
	}
	r := before
	r.Records = l.last
	if err := tx.SaveRequest(ctx, before, r); err != nil {
		return err
	}
	return tx.Append(ctx, l.entries)
}

// firstRefusal says whether a refusal is the first of its hour for the same person, thing and reason: only that is recorded.
func firstRefusal(ctx context.Context, tx Tx, ev workflows.Event, code workflows.Code) (bool, error) {
	key := fmt.Sprintf("refused/%s/%s/%s/%d", ev.About, ev.Actor, code, ev.At.Truncate(time.Hour).Unix())
	_, first, err := tx.Enter(ctx, key, ev.At)
	return first, err
}

func (s requests) ledger(r, before approval.Request, ev workflows.Event) *ledger {
	return &ledger{
		rand: s.e.cfg.Rand, build: s.e.cfg.Build, event: ev, about: ev.About, last: before.Records,
		policy: r.Screening.Policy, round: r.Round, revision: r.Revision, shown: before.Shown,
	}
}

// decoded is an event from its stored form.
func decoded[T workflows.What](body []byte) (workflows.What, error) {
	var what T
	err := json.Unmarshal(body, &what)
	return what, err
}

// told is the stored form of an event for another thing.
func told(what workflows.What) ([]byte, error) {
	raw, err := json.Marshal(what)
	if err != nil {
		return nil, fmt.Errorf("tell %s: %w", what.Kind(), err)
	}
	return raw, nil
}
