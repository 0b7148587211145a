package surfacetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"steward/bot/card/cardtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// Register enters a decision into the AI register, as the engine does once a request has ended, and gives the id of the entry.
func (m *Memory) Register(d register.Decision) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	return m.register(d, workflows.Event{Actor: workflows.System, At: m.now, Via: workflows.Via{Surface: "timer"}})
}

// enter brings the end of a request into the register.
func (m *Memory) enter(what workflows.Registered, ev workflows.Event) {
	r := m.requests[what.Request]
	flow, _ := m.pack.Flow(r.Flow)
	if _, err := m.register(*cardtest.Decision(r, flow), ev); err != nil {
		panic(fmt.Sprintf("%s was not entered: %v", what.Request, err)) // a fault of the machine
	}
}

func (m *Memory) register(d register.Decision, ev workflows.Event) (string, error) {
	id := fmt.Sprintf("%s-%d", workflows.SystemPrefix, len(m.systems)+1)
	for _, s := range m.systems {
		if s.Request == d.Request {
			id = s.ID
		}
	}
	ev.About, ev.What = workflows.SystemRef(id), workflows.Registered{Request: d.Request, Round: d.Round}
	done, err := m.applySystem(ev, &d)
	if err == nil && done.Refusal != nil {
		err = done.Refusal
	}
	return id, err
}

// applySystem applies an event of an entry: step, records, effects.
func (m *Memory) applySystem(ev workflows.Event, d *register.Decision) (workflows.Applied, error) {
	before, there := m.systems[ev.About.ID]
	if !there && d == nil {
		return workflows.Applied{About: ev.About, Refusal: workflows.Refuse(workflows.CodeUnknown, "There is no system with this number in the register.")}, nil
	}
	f := register.Facts{Roster: m.roster(), Decision: d}
	if flow, ok := m.pack.Flow(before.Flow); ok {
		f.Triggers = flow.Triggers
	}
	out := register.Step(before, ev, f)
	s := out.State
	book := approval.Request{Round: s.Round, Revision: s.Revision}
	if out.Refusal == nil || out.Refusal.Authority() {
		if err := m.record(&book, ev, out.Records); err != nil {
			return workflows.Applied{}, err
		}
	}
	if out.Refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: out.Refusal}, nil
	}
	s.Records = book.Records
	m.systems[s.ID] = s
	for _, e := range out.Effects {
		m.effect(e, ev, book)
	}
	return workflows.Applied{About: ev.About}, nil
}

// System gives one entry of the AI register.
func (m *Memory) System(_ context.Context, id string) (register.System, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return register.System{}, m.fault
	}
	s, ok := m.systems[id]
	if !ok {
		return s, fmt.Errorf("system %q: %w", id, workflows.ErrNotFound)
	}
	return s, nil
}

// SystemOf gives the entry that a request brought.
func (m *Memory) SystemOf(_ context.Context, request string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.systems {
		if s.Request == request {
			return s.ID, m.fault
		}
	}
	return "", cmp.Or(m.fault, fmt.Errorf("system of %q: %w", request, workflows.ErrNotFound))
}

// SystemRows gives a page of the AI register, newest first.
func (m *Memory) SystemRows(_ context.Context, f workflows.SystemFilter) ([]workflows.SystemRow, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []workflows.SystemRow
	for n := len(m.systems); n > 0; n-- {
		all = append(all, cardtest.SystemRow(m.systems[fmt.Sprintf("%s-%d", workflows.SystemPrefix, n)]))
	}
	if i := slices.IndexFunc(all, func(r workflows.SystemRow) bool { return r.ID == f.Before }); i >= 0 {
		all = all[i+1:]
	}
	rows, more := page(slices.DeleteFunc(all, func(r workflows.SystemRow) bool { return !systemFits(r, f) }), f.Limit)
	if !more {
		return rows, "", m.fault
	}
	return rows, rows[len(rows)-1].ID, m.fault
}

func systemFits(r workflows.SystemRow, f workflows.SystemFilter) bool {
	text := strings.ToLower(r.ID + "\n" + r.Title + "\n" + r.Tool + "\n" + r.Vendor)
	return (f.State == "" || f.State == r.State) && (f.Tier == "" || f.Tier == r.Tier) && (f.Owner == "" || f.Owner == r.Owner) && (!f.Open || r.Open > 0) &&
		(f.Late.IsZero() || !r.Due.IsZero() && r.Due.Before(f.Late)) && (f.Ends.IsZero() || !r.ValidUntil.IsZero() && r.ValidUntil.Before(f.Ends)) &&
		strings.Contains(text, strings.ToLower(f.Text))
}

// SystemPulses gives how many events entries have taken.
func (m *Memory) SystemPulses(_ context.Context, ids []string) (map[string]int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]int{}
	for _, id := range ids {
		if s, ok := m.systems[id]; ok {
			out[id] = s.Seq
		}
	}
	return out, m.fault
}

// allWaits gives what waits of requests and of entries, in the order in which these came.
func (m *Memory) allWaits() (out []workflows.Wait) {
	for _, id := range m.order {
		out = append(out, m.requests[id].Waits...)
	}
	for n := range len(m.systems) {
		out = append(out, m.systems[fmt.Sprintf("%s-%d", workflows.SystemPrefix, n+1)].Waits...)
	}
	return out
}
