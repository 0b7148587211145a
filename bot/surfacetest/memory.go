package surfacetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/away"
	"steward/workflows/policy"
	"steward/workflows/register"
	"steward/workflows/vendor"
)

// Memory is engine and store in memory, under a clock that only the test moves. It implements what the desk, the courier and
// the portal ask for. It runs the real machine under the embedded policy; it keeps no salts and signs nothing. Every change
// of what a database would hold counts in [Memory.Writes].
type Memory struct {
	mu     sync.Mutex
	now    time.Time
	people []workflows.Person
	pack   *policy.Pack

	// Chatless are those who have no confirmed account in any chat, where the others have one.
	Chatless []workflows.PersonID

	requests map[string]approval.Request
	systems  []register.System
	lists    int // how many lists of tools were taken
	absences []away.Absence
	vendors  []vendor.Vendor
	order    []string // ids, as they came
	records  map[string][]workflows.LogRow
	files    map[string][]byte
	keys     map[string]workflows.Code
	drafts   map[string]policy.Draft
	timers   map[timerKey]time.Time
	queue    []*queued
	receipts []workflows.Receipt
	notices  []workflows.Notice
	sessions map[string]workflows.Session
	links    map[string]workflows.SignInLink
	writes   int
	fault    error

	proposals []workflows.Proposal
	packs     map[string]*policy.Pack // those that are not in force
}

type timerKey struct {
	about workflows.Ref
	name  string
}

// NewMemory makes an empty house with these people, at this business time.
func NewMemory(people []workflows.Person, now time.Time) *Memory {
	return &Memory{
		now: now.Truncate(time.Millisecond).UTC(), people: slices.Clone(people), pack: policy.Embedded(),
		requests: map[string]approval.Request{}, records: map[string][]workflows.LogRow{}, keys: map[string]workflows.Code{},
		drafts: map[string]policy.Draft{}, timers: map[timerKey]time.Time{}, sessions: map[string]workflows.Session{},
		links: map[string]workflows.SignInLink{}, packs: map[string]*policy.Pack{},
	}
}

// Now is business time.
func (m *Memory) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Writes counts the changes so far.
func (m *Memory) Writes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.writes
}

// Break makes everything fail with the error, until it is mended with nil.
func (m *Memory) Break(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = err
}

// Change changes what the policy wants of a request, as another policy would have.
func (m *Memory) Change(id string, change func(*policy.Plan)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.requests[id]
	change(&r.Screening.Plan)
	m.requests[id] = r
}

// Leave switches a person off.
func (m *Memory) Leave(who workflows.PersonID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.people {
		if m.people[i].ID == who {
			m.people[i].Active = false
		}
	}
}

// Flow implements [bot.Applier].
func (m *Memory) Flow(_ context.Context, hash, key string) (*policy.Flow, error) {
	f, ok := m.pack.Flow(key)
	if !ok || (hash != "" && hash != m.pack.Hash) {
		return nil, fmt.Errorf("flow %s: %w", key, workflows.ErrNotFound)
	}
	return f, nil
}

// Flows implements [bot.Applier].
func (m *Memory) Flows(context.Context) ([]*policy.Flow, error) { return m.pack.Flows(), nil }

// Request implements [bot.Reader].
func (m *Memory) Request(_ context.Context, id string) (approval.Request, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return approval.Request{}, m.fault
	}
	r, ok := m.requests[id]
	if !ok {
		return r, fmt.Errorf("request %q: %w", id, workflows.ErrNotFound)
	}
	return r, nil
}

// People implements [bot.Reader]; it gives everybody, which is more than was asked for.
func (m *Memory) People(context.Context, []workflows.PersonID, []workflows.Role, time.Time) (workflows.Roster, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.roster(), m.fault
}

// FindPeople finds active people by a part of name, address or id.
func (m *Memory) FindPeople(_ context.Context, text string, n int) ([]workflows.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []workflows.Person
	for _, p := range m.people {
		if p.Active && strings.Contains(strings.ToLower(p.Name+" "+p.Email+" "+string(p.ID)), strings.ToLower(strings.TrimSpace(text))) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b workflows.Person) int { return strings.Compare(a.Name, b.Name) })
	return out[:min(n, len(out))], m.fault
}

// Waits implements [bot.Reader].
func (m *Memory) Waits(_ context.Context, who workflows.PersonID) ([]workflows.Wait, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []workflows.Wait
	for _, w := range m.allWaits() {
		if w.Who == who {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b workflows.Wait) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return out, m.fault
}

// RequestRows implements [bot.Reader].
func (m *Memory) RequestRows(_ context.Context, viewer workflows.Person, f workflows.RequestFilter) ([]workflows.RequestRow, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	var out []workflows.RequestRow
	past := f.Before == ""
	order := slices.Clone(m.order)
	if !f.Oldest {
		slices.Reverse(order)
	}
	for _, id := range order {
		r := m.requests[id]
		if !past {
			past = id == f.Before
			continue
		}
		if !fits(r, viewer, f) {
			continue
		}
		if len(out) == limit {
			return out, out[limit-1].ID, m.fault
		}
		row := workflows.RequestRow{
			ID: r.ID, Flow: r.Flow, Title: r.Screening.Title, Status: string(r.Status), Tier: string(r.Screening.Assessment.Tier),
			Requester: r.Requester, Owner: r.Owner, SentAt: r.SentAt, EndedAt: r.EndedAt, Due: workflows.DueFor(viewer.ID, r.Waits), Seq: r.Seq,
		}
		if stages := r.Screening.Plan.Stages; r.Status == approval.StatusOpen && r.Stage < len(stages) {
			row.Stage = stages[r.Stage].Key
		}
		out = append(out, row)
	}
	return out, "", m.fault
}

func fits(r approval.Request, viewer workflows.Person, f workflows.RequestFilter) bool {
	text := strings.ToLower(r.ID + " " + r.Screening.Title)
	return workflows.MaySee(viewer, r.Concerned()) && (f.Status == "" || f.Status == string(r.Status)) && (f.Flow == "" || f.Flow == r.Flow) &&
		(!f.Mine || r.Requester == viewer.ID || r.Owner == viewer.ID) && (f.Owner == "" || f.Owner == r.Owner) && strings.Contains(text, strings.ToLower(f.Text))
}

// Draft implements [bot.Drafts].
func (m *Memory) Draft(_ context.Context, id string) (policy.Draft, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.drafts[id]
	if !ok {
		return d, fmt.Errorf("draft: %w", workflows.ErrNotFound)
	}
	return d, m.fault
}

// SaveDraft implements [bot.Drafts].
func (m *Memory) SaveDraft(_ context.Context, d policy.Draft) (policy.Draft, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return d, m.fault
	}
	if m.drafts[d.ID].Revision != d.Revision {
		return d, fmt.Errorf("draft: %w", workflows.ErrConflict)
	}
	d.Revision++
	m.drafts[d.ID] = d
	m.writes++
	return d, nil
}

// DraftsOf implements [bot.Drafts].
func (m *Memory) DraftsOf(_ context.Context, who workflows.PersonID, form string) ([]policy.Draft, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []policy.Draft
	for _, d := range m.drafts {
		if d.Person == who && d.Form == form && d.Sent == "" {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b policy.Draft) int {
		if c := b.SavedAt.Compare(a.SavedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, m.fault
}

// History gives the records of a thing.
func (m *Memory) History(_ context.Context, about workflows.Ref) ([]workflows.LogRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.records[about.ID]), m.fault
}

// errNoMachine is given for things that are no requests.
var errNoMachine = errors.New("no machine for this kind of thing")
