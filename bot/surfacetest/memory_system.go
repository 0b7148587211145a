package surfacetest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"steward/bot/card/cardtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
	"steward/workflows/register/enter"
)

// enter brings the end of a request into the register.
func (m *Memory) enter(what workflows.Registered, ev workflows.Event) {
	about := workflows.SystemRef(fmt.Sprintf("%s-%d", workflows.SystemPrefix, len(m.systems)+1))
	if i := slices.IndexFunc(m.systems, func(s register.System) bool { return s.Request == what.Request }); i >= 0 {
		about = workflows.SystemRef(m.systems[i].ID)
	} else if i := m.unasked(m.requests[what.Request]); i >= 0 {
		about = workflows.SystemRef(m.systems[i].ID)
	}
	if done, err := m.applySystem(workflows.Event{Actor: ev.Actor, At: ev.At, Via: ev.Via, About: about, What: what}); err != nil || done.Refusal != nil {
		panic(fmt.Sprintf("%s was not entered: %v %v", what.Request, err, done.Refusal)) // a fault of the machine
	}
}

// measured tells the entry of a request that another assessment speaks for it now.
func (m *Memory) measured(what workflows.Measured, ev workflows.Event) {
	i := slices.IndexFunc(m.systems, func(s register.System) bool { return s.Request == what.Request })
	if i < 0 {
		return
	}
	about := workflows.SystemRef(m.systems[i].ID)
	if done, err := m.applySystem(workflows.Event{Actor: ev.Actor, At: ev.At, Via: ev.Via, About: about, What: what}); err != nil || done.Refusal != nil {
		panic(fmt.Sprintf("%s was not told of %s: %v %v", about, what.Assessment, err, done.Refusal)) // a fault of the machine
	}
}

// entryOf gives what a request has brought into the register, as the engine reads it for a renewal.
func (m *Memory) entryOf(r approval.Request) *approval.Entry {
	for _, s := range m.systems {
		if s.Request == r.ID && r.ID != "" && s.State != register.StateDiscovered {
			e := enter.Entry(s)
			return &e
		}
	}
	return nil
}

func (m *Memory) applySystem(ev workflows.Event) (workflows.Applied, error) {
	at := slices.IndexFunc(m.systems, func(s register.System) bool { return s.ID == ev.About.ID })
	f := register.Facts{Roster: m.roster()}
	before := register.System{}
	if at >= 0 {
		before = m.systems[at]
		flow, _ := m.pack.Flow(before.Flow)
		f.Triggers = flow.Triggers
	}
	what, decided := ev.What.(workflows.Registered)
	_, shows := ev.What.(register.Seen)
	later, measured := ev.What.(workflows.Measured)
	switch {
	case shows:
		f.Found = m.found()
	case decided:
		r := m.requests[what.Request]
		d, _ := enter.Decides(r, what, m.with(r))
		f.Decision = &d
	case measured:
		is := enter.Measures(m.requests[later.Request], m.with(m.requests[later.Request]), ev.At)
		f.Measures = &is
	case at < 0:
		return workflows.Applied{About: ev.About, Refusal: workflows.Refuse(workflows.CodeUnknown, "There is no system with this number in the register.")}, nil
	}
	out := register.Step(before, ev, f)
	if out.Refusal != nil && !out.Refusal.Authority() {
		return workflows.Applied{About: ev.About, Refusal: out.Refusal}, nil
	}
	s := out.State
	n, err := m.record(ev, s.Round, s.Revision, out.Records)
	if err != nil {
		return workflows.Applied{}, err
	}
	s.Records = max(s.Records, n)
	if at < 0 {
		m.systems = append(m.systems, s)
	} else {
		m.systems[at] = s
	}
	if out.Refusal == nil {
		for _, e := range out.Effects {
			m.effect(e, ev, s.Records)
		}
	}
	return workflows.Applied{About: ev.About, Refusal: out.Refusal}, nil
}

// with gives what the end of a request is read with, as the engine does.
func (m *Memory) with(r approval.Request) enter.With {
	flow, _ := m.pack.Flow(r.Flow)
	out := enter.With{Flow: flow, Zone: flow.Location()}
	for _, id := range r.StandsOn() {
		out.On = append(out.On, m.requests[id])
	}
	return out
}

// System implements [bot.Systems].
func (m *Memory) System(_ context.Context, id string) (register.System, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.systems, func(s register.System) bool { return s.ID == id })
	if m.fault != nil || i < 0 {
		return register.System{}, orNotFound(m.fault, id)
	}
	return m.systems[i], nil
}

// SystemOf gives the id of the system that a request brought.
func (m *Memory) SystemOf(_ context.Context, request string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.systems, func(s register.System) bool { return s.Request == request })
	if m.fault != nil || i < 0 {
		return "", orNotFound(m.fault, request)
	}
	return m.systems[i].ID, nil
}

func orNotFound(fault error, id string) error {
	if fault != nil {
		return fault
	}
	return fmt.Errorf("system %q: %w", id, workflows.ErrNotFound)
}

// SystemRows implements [bot.Systems].
func (m *Memory) SystemRows(_ context.Context, f workflows.SystemFilter) ([]workflows.SystemRow, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	past := f.Before == ""
	var out []workflows.SystemRow
	for _, s := range slices.Backward(m.systems) {
		row := cardtest.SystemRow(s)
		switch {
		case !past:
			past = s.ID == f.Before
			continue
		case f.State != "" && f.State != row.State, f.Tier != "" && f.Tier != row.Tier, f.Owner != "" && f.Owner != row.Owner,
			f.User != "" && !used(s, f.User),
			f.Open && row.Open == 0,
			!f.Late.IsZero() && (row.Due.IsZero() || !row.Due.Before(f.Late)),
			!f.Ends.IsZero() && (row.ValidUntil.IsZero() || !row.ValidUntil.Before(f.Ends) || s.State.Over() || s.State == register.StateExpired),
			!strings.Contains(strings.ToLower(strings.Join([]string{row.ID, row.Tool, row.Vendor}, " ")), strings.ToLower(strings.TrimSpace(f.Text))):
			continue
		}
		if len(out) == limit {
			return out, out[limit-1].ID, m.fault
		}
		out = append(out, row)
	}
	return out, "", m.fault
}

func used(s register.System, by workflows.PersonID) bool {
	_, is := s.User(by)
	return is
}

// AlikeSystems implements [bot.Systems].
func (m *Memory) AlikeSystems(_ context.Context, tool, vendor string, at int64, n int) ([]workflows.SystemRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return cardtest.Alike(m.systems, tool, vendor, at, n), m.fault
}

// SystemPulses gives how many events each system has taken.
func (m *Memory) SystemPulses(_ context.Context, ids []string) (map[string]int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]int{}
	for _, s := range m.systems {
		if slices.Contains(ids, s.ID) {
			out[s.ID] = s.Seq
		}
	}
	return out, m.fault
}
