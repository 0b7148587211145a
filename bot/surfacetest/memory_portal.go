package surfacetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"steward/workflows"
)

// Notices gives the newest messages of a person in the portal.
func (m *Memory) Notices(_ context.Context, who workflows.PersonID, limit int) ([]workflows.Notice, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []workflows.Notice
	for _, n := range slices.Backward(m.notices) {
		if n.Person == who && len(out) < limit {
			out = append(out, n)
		}
	}
	return out, m.fault
}

// PutNotice stores a message of the portal, once a delivery.
func (m *Memory) PutNotice(_ context.Context, n workflows.Notice) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return 0, m.fault
	}
	for _, old := range m.notices {
		if old.Delivery == n.Delivery {
			return old.ID, nil
		}
	}
	n.ID = int64(len(m.notices) + 1)
	m.notices = append(m.notices, n)
	m.writes++
	return n.ID, nil
}

// UpdateNotice replaces the words of a message.
func (m *Memory) UpdateNotice(_ context.Context, id int64, gist string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id < 1 || id > int64(len(m.notices)) {
		return fmt.Errorf("notice %d: %w", id, workflows.ErrNotFound)
	}
	m.notices[id-1].Gist, m.notices[id-1].Updated = gist, at
	m.writes++
	return m.fault
}

// NoticeOf finds the message of a delivery.
func (m *Memory) NoticeOf(_ context.Context, delivery int64) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range m.notices {
		if n.Delivery == delivery {
			return n.ID, nil
		}
	}
	return 0, fmt.Errorf("notice of delivery %d: %w", delivery, workflows.ErrNotFound)
}

// PutSession stores a sign-in.
func (m *Memory) PutSession(_ context.Context, s workflows.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.Hash] = s
	m.writes++
	return m.fault
}

// TouchSession gives a sign-in as it was before this use, unless it was idle too long. Noting the use is no write that counts.
func (m *Memory) TouchSession(_ context.Context, hash string, now time.Time, idle time.Duration) (workflows.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[hash]
	if ok && now.Sub(s.Seen) > idle {
		ok = false
		delete(m.sessions, hash)
	}
	if !ok || !now.Before(s.Ends) {
		return workflows.Session{}, fmt.Errorf("session: %w", workflows.ErrNotFound)
	}
	touched := s
	if now.Sub(s.Seen) >= time.Minute {
		touched.Seen = now
	}
	m.sessions[hash] = touched
	return s, m.fault
}

// EndSession ends a sign-in.
func (m *Memory) EndSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, hash)
	m.writes++
	return m.fault
}

// SessionsOf gives where a person is signed in.
func (m *Memory) SessionsOf(_ context.Context, who workflows.PersonID, now, since time.Time) ([]workflows.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []workflows.Session
	for _, s := range m.sessions {
		if s.Person == who && now.Before(s.Ends) && !s.Seen.Before(since) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b workflows.Session) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.Hash, b.Hash)) })
	return out, m.fault
}

// EndSessionOf ends one sign-in of a person.
func (m *Memory) EndSessionOf(_ context.Context, who workflows.PersonID, id string) error {
	return m.endSessions(who, func(s workflows.Session) bool { return s.ID() == id })
}

// EndOtherSessions ends all of a person but one.
func (m *Memory) EndOtherSessions(_ context.Context, who workflows.PersonID, hash string) error {
	return m.endSessions(who, func(s workflows.Session) bool { return s.Hash != hash })
}

func (m *Memory) endSessions(who workflows.PersonID, these func(workflows.Session) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for hash, s := range m.sessions {
		if s.Person == who && these(s) {
			delete(m.sessions, hash)
		}
	}
	m.writes++
	return m.fault
}

// Sessions gives the hashes of all sign-ins.
func (m *Memory) Sessions() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for hash := range m.sessions {
		out = append(out, hash)
	}
	slices.Sort(out)
	return out
}

// PutSignInLink stores a one-time link.
func (m *Memory) PutSignInLink(_ context.Context, l workflows.SignInLink) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.links[l.Hash] = l
	m.writes++
	return m.fault
}

// SignInLink looks at a one-time link.
func (m *Memory) SignInLink(_ context.Context, hash string, now time.Time) (workflows.SignInLink, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.links[hash]
	if !ok || !now.Before(l.Ends) {
		return workflows.SignInLink{}, fmt.Errorf("sign-in link: %w", workflows.ErrNotFound)
	}
	return l, m.fault
}

// UseSignInLink uses a one-time link up.
func (m *Memory) UseSignInLink(ctx context.Context, hash string, now time.Time) (workflows.SignInLink, error) {
	l, err := m.SignInLink(ctx, hash, now)
	if err != nil {
		return l, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.links, hash)
	m.writes++
	return l, nil
}
