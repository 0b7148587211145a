package surfacetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/away"
	"steward/workflows/policy"
	"steward/workflows/register"
	"steward/workflows/vendor"
)

// Apply implements [bot.Applier], as the engine does it: key, step, records, effects. A refusal of authority is a record.
func (m *Memory) Apply(_ context.Context, ev workflows.Event) (workflows.Applied, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return workflows.Applied{}, m.fault
	}
	if ev.At.IsZero() {
		ev.At = m.now
	}
	if code, used := m.keys[ev.Key]; ev.Key != "" && used {
		done := workflows.Applied{About: ev.About, Repeat: true}
		if code != "" {
			done.Refusal = &workflows.Refusal{Code: code}
		}
		return done, nil
	}
	done, err := m.apply(ev)
	if err != nil || (done.Refusal != nil && !done.Refusal.Authority()) {
		return done, err
	}
	if ev.Key != "" {
		m.keys[ev.Key] = ""
		if done.Refusal != nil {
			m.keys[ev.Key] = done.Refusal.Code
		}
	}
	m.writes++
	return done, nil
}

func (m *Memory) apply(ev workflows.Event) (workflows.Applied, error) {
	switch ev.About.Kind {
	case workflows.KindRequest:
	case workflows.KindSystem:
		return m.applySystem(ev)
	case workflows.KindAbsence:
		return m.applyAbsence(ev)
	case workflows.KindVendor:
		return m.applyVendor(ev)
	case workflows.KindPolicy, workflows.KindPeople, workflows.KindAccount, workflows.KindProposal, workflows.KindDelivery, workflows.KindRecord:
		return workflows.Applied{}, errNoMachine
	default:
		return workflows.Applied{}, errNoMachine
	}
	before := m.requests[ev.About.ID]
	if sub, ok := ev.What.(approval.Submitted); ok {
		flow, found := m.pack.Flow(sub.Flow)
		if !found {
			return workflows.Applied{Refusal: workflows.Refuse(workflows.CodeUnknown, "This kind of request does not exist any more.")}, nil
		}
		before = approval.Request{}
		ev.About = workflows.RequestRef(fmt.Sprintf("%s-%d", flow.Prefix, m.count(flow.Key)+1))
	} else if before.ID == "" {
		return workflows.Applied{About: ev.About, Refusal: workflows.Refuse(workflows.CodeUnknown, "There is no request with this number.")}, nil
	}
	zone, err := time.LoadLocation(m.pack.Organisation.Zone)
	if err != nil {
		return workflows.Applied{}, err
	}
	entry := m.entryOf(before)
	next, refusal, err := m.screen(before, ev, zone, entry)
	if err != nil || refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: refusal}, err
	}
	f := approval.Facts{Roster: m.roster(), Next: next, Entry: entry, Zone: zone}
	if flow, ok := m.pack.Flow(before.Flow); ok {
		if f.Correction, refusal, err = approval.Correct(before, ev, flow, zone); err != nil || refusal != nil {
			return workflows.Applied{About: ev.About, Refusal: refusal}, err
		}
	}
	for _, id := range approval.Assesses(before, ev, next) {
		flow, _ := m.pack.Flow(m.requests[id].Flow)
		f.Made = append(f.Made, approval.AsMade(m.requests[id], flow, before, next))
	}
	out := approval.Step(before, ev, f)
	r := out.State
	if out.Refusal == nil || out.Refusal.Authority() {
		n, err := m.record(ev, r.Round, r.Revision, out.Records)
		if err != nil {
			return workflows.Applied{}, err
		}
		r.Records = max(r.Records, n)
	}
	if out.Refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: out.Refusal}, err
	}
	if before.ID == "" {
		m.order = append(m.order, r.ID)
	}
	m.requests[r.ID] = r
	m.finishDraft(ev.What, r.ID)
	if err := m.askedFor(r, ev); err != nil {
		return workflows.Applied{}, err
	}
	for _, e := range out.Effects {
		m.effect(e, ev, r.Records)
	}
	return workflows.Applied{About: ev.About}, nil
}

func (m *Memory) count(flow string) int {
	n := 0
	for _, r := range m.requests {
		if r.Flow == flow {
			n++
		}
	}
	return n
}

func (m *Memory) finishDraft(what workflows.What, became string) {
	id := approval.DraftOf(what)
	if d, ok := m.drafts[id]; ok {
		d.Sent = became
		m.drafts[id] = d
	}
}

// screen works out the policy's view of new answers; nil where the event keeps the round.
func (m *Memory) screen(r approval.Request, ev workflows.Event, zone *time.Location, e *approval.Entry) (*policy.Screening, *workflows.Refusal, error) {
	b, starts := approval.BasisOf(r, ev, e)
	if !starts {
		return nil, nil, nil
	}
	flow, _ := m.pack.Flow(b.Flow)
	facts := policy.Facts{Today: ev.At.In(zone), Requester: b.Requester, Known: m.roster().Active, Renews: b.Renews}
	facts.Kept = m.keptOf(flow, b.Answers, facts.Today)
	if flow.About != "" {
		about := m.requests[b.Linked]
		facts.Owner, facts.Carried = about.Owner, flow.CarriedFrom(about.Screening.Answers)
	}
	return flow.Judge(b.Tier, b.Answers, facts)
}

// record appends what a step reports. The hash is a real leaf hash; the commitments are left out.
func (m *Memory) record(ev workflows.Event, round, revision int, facts []workflows.Fact) (last int, err error) {
	for _, f := range facts {
		rows := m.records[ev.About.ID]
		rec := workflows.Record{
			V: 1, About: ev.About, N: len(rows) + 1, At: ev.At.UnixMilli(), Actor: ev.Actor, For: ev.For, Via: ev.Via, What: f.Kind,
			Round: round, Revision: revision, Build: "memory", Policy: m.pack.Hash,
		}
		if f.Data != nil {
			if rec.Data, err = json.Marshal(f.Data); err != nil {
				return last, err
			}
		}
		raw, err := json.Marshal(rec)
		if err != nil {
			return last, err
		}
		sum := sha256.Sum256(append([]byte{0}, raw...))
		m.keepFiles(rec, f.Contents)
		m.records[ev.About.ID] = append(rows, workflows.LogRow{Record: rec, Texts: f.Texts, Hash: hex.EncodeToString(sum[:]), Entry: raw})
		last = rec.N
	}
	return last, nil
}

func (m *Memory) effect(e workflows.Effect, ev workflows.Event, record int) {
	switch ef := e.(type) {
	case workflows.Notify:
		m.post(workflows.Mail{About: ef.About, Record: record, To: ef.To, Why: ef.Why, Part: ef.Part, Lane: workflows.LaneDecide, At: ev.At})
	case workflows.Refresh:
		m.refresh(workflows.Mail{About: ef.About, Record: record, Lane: workflows.LaneRefresh, At: ev.At})
	case workflows.Wake:
		if ef.At.IsZero() {
			delete(m.timers, timerKey{ef.About, ef.Name})
		} else {
			m.timers[timerKey{ef.About, ef.Name}] = ef.At
		}
	case workflows.Open:
		if what, ok := ef.What.(workflows.Registered); ok {
			m.enter(what, ev)
		}
		if what, ok := ef.What.(workflows.Measured); ok {
			m.measured(what, ev)
		}
	case workflows.Tell:
		if _, err := m.apply(workflows.Event{Actor: ev.Actor, At: ev.At, Via: ev.Via, About: ef.About, What: ef.What}); err != nil {
			panic(err) // a fault of the machine
		}
	}
}

// Depart switches a person off as the import of a file does: every request, system and absence looks anew at whom it
// waits for.
func (m *Memory) Depart(ctx context.Context, who workflows.PersonID) error {
	m.Leave(who)
	m.mu.Lock()
	about := map[workflows.Ref]workflows.What{}
	for id := range m.requests {
		about[workflows.RequestRef(id)] = approval.RosterChanged{}
	}
	for _, sys := range m.systems {
		about[workflows.SystemRef(sys.ID)] = register.RosterChanged{}
	}
	for _, a := range m.absences {
		about[workflows.AbsenceRef(a.ID)] = away.RosterChanged{}
	}
	for _, v := range m.vendors {
		about[workflows.VendorRef(v.ID)] = vendor.RosterChanged{}
	}
	ev := workflows.Event{Actor: workflows.System, At: m.now, Via: workflows.Via{Surface: "cli"}}
	m.mu.Unlock()
	for ev.About, ev.What = range about {
		if _, err := m.Apply(ctx, ev); err != nil {
			return err
		}
	}
	return nil
}

// Fire applies the next timer that is due and says whether there was one.
func (m *Memory) Fire(ctx context.Context) (bool, error) {
	m.mu.Lock()
	key, at := m.nextTimer()
	due := !at.IsZero() && !at.After(m.now)
	if due {
		delete(m.timers, key)
	}
	now := m.now
	m.mu.Unlock()
	if !due {
		return false, nil
	}
	woken := workflows.Woken{Name: key.name, Late: now.Sub(at)}
	ev := workflows.Event{Actor: workflows.System, At: now, Via: workflows.Via{Surface: "timer"}, About: key.about, What: approval.Woken{Woken: woken}}
	switch key.about.Kind {
	case workflows.KindSystem:
		ev.What = register.Woken{Woken: woken}
	case workflows.KindAbsence:
		ev.What = away.Woken{Woken: woken}
	case workflows.KindVendor:
		ev.What = vendor.Woken{Woken: woken}
	case workflows.KindRequest, workflows.KindPolicy, workflows.KindPeople, workflows.KindAccount, workflows.KindProposal, workflows.KindDelivery, workflows.KindRecord:
	}
	_, err := m.Apply(ctx, ev)
	return true, err
}

// nextTimer gives the earliest timer, by name where several are due at once; a zero time where there is none.
func (m *Memory) nextTimer() (timerKey, time.Time) {
	var best timerKey
	var at time.Time
	for k, t := range m.timers {
		if at.IsZero() || t.Before(at) || t.Equal(at) && k.about.String()+k.name < best.about.String()+best.name {
			best, at = k, t
		}
	}
	return best, at
}

// Settle carries out everything that waits: timers that are due, and what drain sends.
func (m *Memory) Settle(ctx context.Context, drain func(context.Context) error) error {
	for {
		fired, err := m.Fire(ctx)
		if err != nil {
			return err
		}
		if err := drain(ctx); err != nil {
			return err
		}
		if !fired {
			return nil
		}
	}
}

// Travel moves business time forward, from due time to due time.
func (m *Memory) Travel(ctx context.Context, until time.Time, drain func(context.Context) error) error {
	for {
		if err := m.Settle(ctx, drain); err != nil {
			return err
		}
		m.mu.Lock()
		_, at := m.nextTimer()
		more := !at.IsZero() && !at.After(until)
		switch {
		case more && at.After(m.now):
			m.now = at
		case !more && until.After(m.now):
			m.now = until
		}
		m.mu.Unlock()
		if !more {
			return m.Settle(ctx, drain)
		}
	}
}
