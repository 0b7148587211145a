package surfacetest

import (
	"context"
	"fmt"
	"slices"

	"steward/workflows"
)

// InboxPulses gives the pulse of inboxes.
func (m *Memory) InboxPulses(_ context.Context, people []workflows.PersonID) (map[workflows.PersonID]workflows.Pulse, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[workflows.PersonID]workflows.Pulse{}
	for _, who := range people {
		waits, times, told := 0, int64(0), ""
		for _, w := range m.allWaits() {
			if w.Who == who {
				waits++
				times += w.Since.UnixMilli() + w.Due.UnixMilli()
			}
		}
		for _, n := range m.notices {
			if n.Person == who {
				told = fmt.Sprintf("%d.%d", n.ID, max(n.At.UnixMilli(), n.Updated.UnixMilli()))
			}
		}
		out[who] = workflows.Pulse{Waits: waits, Mark: fmt.Sprintf("%d.%d.%s", waits, times, told)}
	}
	return out, m.fault
}

// RequestPulses gives how many events requests have taken.
func (m *Memory) RequestPulses(_ context.Context, ids []string) (map[string]int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]int{}
	for _, id := range ids {
		if r, ok := m.requests[id]; ok {
			out[id] = r.Seq
		}
	}
	return out, m.fault
}

// ReadableRequests gives the requests among these that somebody may see.
func (m *Memory) ReadableRequests(_ context.Context, viewer workflows.Person, ids []string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, id := range ids {
		if r, ok := m.requests[id]; ok && workflows.MaySee(viewer, r.Concerned()) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out, m.fault
}
