package portal

import (
	"sync"
	"time"
)

// limiter is a token bucket a key. It lives in memory: a replica counts for itself, which only makes the limit a few times
// wider, and a restart forgets, which harms nobody.
type limiter struct {
	burst int
	every time.Duration
	now   func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket
}

// bucket is full again at the time; each token taken moves that on by one interval.
type bucket struct{ full time.Time }

// maxBuckets is the number of keys after which full buckets are forgotten.
const maxBuckets = 10_000

func newLimiter(burst int, every time.Duration, now func() time.Time) *limiter {
	return &limiter{burst: burst, every: every, now: now, buckets: map[string]bucket{}}
}

// take takes a token and says how long to wait where there is none.
func (l *limiter) take(key string) (time.Duration, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.buckets) >= maxBuckets {
		for k, b := range l.buckets {
			if !b.full.After(now) {
				delete(l.buckets, k)
			}
		}
	}
	full := l.buckets[key].full
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.every)
	if wait := full.Sub(now) - time.Duration(l.burst)*l.every; wait > 0 {
		return wait, false
	}
	l.buckets[key] = bucket{full: full}
	return 0, true
}
