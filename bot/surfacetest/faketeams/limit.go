package faketeams

import (
	"net/http"
	"slices"
	"time"
)

// window is how often something may be done in a time.
type window struct {
	per  time.Duration
	most int
}

// The documented limits of a bot: in a conversation, and of all its calls for a tenant.
func sendWindows() []window {
	return []window{{time.Second, 7}, {2 * time.Second, 8}, {30 * time.Second, 60}, {time.Hour, 1800}}
}

func memberWindows() []window {
	return []window{{time.Second, 14}, {2 * time.Second, 16}, {30 * time.Second, 120}, {time.Hour, 3600}}
}

func tenantWindows() []window { return []window{{time.Second, 30}} }

// limits count what was done when, by a key.
type limits struct{ done map[string][]time.Time }

func newLimits() limits { return limits{done: map[string][]time.Time{}} }

// wait says how long something has to wait, 0 where it may be done now.
func (l *limits) wait(key string, now time.Time, windows []window) time.Duration {
	done := l.done[key]
	var out time.Duration
	for _, w := range windows {
		recent := 0
		for _, t := range slices.Backward(done) {
			if now.Sub(t) >= w.per {
				break
			}
			recent++
		}
		if recent >= w.most {
			out = max(out, w.per-now.Sub(done[len(done)-w.most]))
		}
	}
	return out
}

// count notes that something was done, and forgets what no window sees any more.
func (l *limits) count(key string, now time.Time, times int, windows []window) {
	longest := time.Duration(0)
	for _, w := range windows {
		longest = max(longest, w.per)
	}
	done := slices.DeleteFunc(l.done[key], func(t time.Time) bool { return now.Sub(t) >= longest })
	for range times {
		done = append(done, now)
	}
	l.done[key] = done
}

// limited counts a call, and refuses it where it is one too many. The lock is held.
func (s *Server) limited(req *request) *problem {
	if !s.opt.Limits {
		return nil
	}
	now, c := s.opt.Now(), req.call
	key, windows := "", []window(nil)
	switch c.Op {
	case "send", "reply", "update", "delete":
		key, windows = "send "+c.Conversation, sendWindows()
	case "create":
		key, windows = "create "+str(firstOf(c.Body["members"]), "id"), sendWindows()
	case "member", "members", "pagedmembers":
		key, windows = "members "+c.Conversation, memberWindows()
	}
	wait := max(s.limits.wait(key, now, windows), s.limits.wait("tenant "+req.tenant, now, tenantWindows()))
	if wait > 0 {
		p := no(http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
		p.retryAfter = wait
		return p
	}
	s.limits.count(key, now, 1, windows)
	s.limits.count("tenant "+req.tenant, now, 1, tenantWindows())
	return nil
}

func firstOf(v any) object {
	if all := list(v); len(all) > 0 {
		return all[0]
	}
	return object{}
}

// Early gives the calls that were made although an earlier 429 had asked to wait: for the same thing in the same conversation.
func (s *Server) Early() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	until := map[string]time.Time{}
	for _, c := range s.calls {
		key := c.Op + " " + c.Conversation
		if c.At.Before(until[key]) {
			out = append(out, c)
		}
		if c.RetryAfter > 0 {
			until[key] = c.At.Add(c.RetryAfter)
		}
	}
	return out
}
