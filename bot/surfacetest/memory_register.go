package surfacetest

import (
	"slices"

	"steward/workflows"
	"steward/workflows/register"
)

// PutSystem puts an entry into the AI register as it stands, without any records; one with the same id is replaced.
func (m *Memory) PutSystem(s register.System) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	if i := slices.IndexFunc(m.systems, func(o register.System) bool { return o.ID == s.ID }); i >= 0 {
		m.systems[i] = s
		return
	}
	m.systems = append(m.systems, s)
}

func (m *Memory) systemOf(id string) register.System {
	if i := slices.IndexFunc(m.systems, func(s register.System) bool { return s.ID == id }); i >= 0 {
		return m.systems[i]
	}
	return register.System{}
}

// allWaits gives what waits of requests and of entries of the register, in the order in which these came.
func (m *Memory) allWaits() (out []workflows.Wait) {
	for _, id := range m.order {
		out = append(out, m.requests[id].Waits...)
	}
	for _, s := range m.systems {
		out = append(out, s.Waits...)
	}
	for _, v := range m.vendors {
		out = append(out, v.Waits...)
	}
	return out
}
