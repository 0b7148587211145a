package fakeslack

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// limits are Slack's rate limits: so many calls of a method in any minute, and a message a second in a conversation.
type limits struct {
	calls map[string][]time.Time // method -> when, within the last minute
	posts map[string]time.Time   // conversation -> when the last message went there
}

func newLimits() limits {
	return limits{calls: map[string][]time.Time{}, posts: map[string]time.Time{}}
}

// limited counts a call, and says how long to wait where it is one too many. The lock is held.
func (s *Server) limited(name string, m method, _ *request) time.Duration {
	if !s.opt.Limits {
		return 0
	}
	most := m.minute
	if n, ok := s.opt.Rates[name]; ok {
		most = n
	}
	now := s.opt.Now()
	recent := slices.DeleteFunc(s.limits.calls[name], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	s.limits.calls[name] = recent
	if len(recent) >= most {
		return time.Minute - now.Sub(recent[len(recent)-most])
	}
	s.limits.calls[name] = append(recent, now)
	return 0
}

// limitedChannel does so for a message into a conversation.
func (s *Server) limitedChannel(id string) time.Duration {
	now := s.opt.Now()
	last, ok := s.limits.posts[id]
	if s.opt.Limits && ok && now.Sub(last) < time.Second {
		return time.Second - now.Sub(last)
	}
	s.limits.posts[id] = now
	return 0
}

// Early gives the calls that were made although an earlier 429 had asked to wait: of the same method, or, for a message, into
// the same conversation where only that was too fast.
func (s *Server) Early() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	until := map[string]time.Time{}
	for _, c := range s.calls {
		if c.At.Before(until[c.Method]) || c.Channel != "" && c.At.Before(until[c.Method+" "+c.Channel]) {
			out = append(out, c)
		}
		if c.RetryAfter > 0 {
			key := c.Method
			if c.Channel != "" {
				key += " " + c.Channel
			}
			until[key] = c.At.Add(c.RetryAfter)
		}
	}
	return out
}

// seconds gives a Retry-After: whole seconds, never too few.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
