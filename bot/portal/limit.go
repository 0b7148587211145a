package portal

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// limits are the buckets that requests are paid from.
type limits struct {
	posts, reads *limiter // of a person; posts also of an address nobody has signed in at
	asks         *limiter // of the identity provider, of all
	known, rest  *limiter // of all who are signed in, and of all who are not: neither can use up what the other needs
}

// How much wider the other buckets are than that of one person's posts.
const (
	moreReads  = 10
	everybody  = 100
	everyBurst = 20 // at once
)

func newLimits(burst int, every time.Duration, now func() time.Time) limits {
	all := func() *limiter { return newLimiter(burst*everyBurst, every/everybody, now) }
	return limits{
		posts: newLimiter(burst, every, now), reads: newLimiter(burst*moreReads, every/moreReads, now), known: all(), rest: all(), asks: all(),
	}
}

// admit pays for a request, and says how long to wait where it cannot. Pages that are open to all cost nothing, nor does
// the press on a sign-in link that works: nobody can keep others from signing in. Nor can what other sites make browsers send
// to where the identity provider answers: it is no answer to an attempt of the browser, so the provider is not asked.
func (p *Portal) admit(r *http.Request, rt route, v visit) (time.Duration, bool) {
	switch post := r.Method == http.MethodPost; {
	case rt.asks && p.asked(r):
		return p.limits.asks.take("")
	case rt.asks:
		return takeBoth(p.limits.posts, address(r.RemoteAddr), p.limits.rest)
	case rt.free, !post && (rt.open || !v.signedIn()):
		return 0, true
	case !post:
		return p.limits.reads.take(string(v.Person.ID))
	case v.signedIn():
		return takeBoth(p.limits.posts, string(v.Person.ID), p.limits.known)
	case r.PathValue("token") != "" && p.liveLink(r):
		return 0, true
	}
	return takeBoth(p.limits.posts, address(r.RemoteAddr), p.limits.rest)
}

func (p *Portal) liveLink(r *http.Request) bool {
	_, err := p.cfg.Links.SignInLink(r.Context(), hashed(r.PathValue("token")), p.cfg.Now())
	return err == nil
}

// takeBoth takes from the bucket of one, then from the bucket of all.
func takeBoth(one *limiter, key string, all *limiter) (time.Duration, bool) {
	if wait, ok := one.take(key); !ok {
		return wait, false
	}
	return all.take("")
}

// address names where a request comes from: an IPv4 address, or the network of an IPv6 one. Behind a proxy it is the
// proxy's: what it says of the client is not believed.
func address(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return "address"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return "address"
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		network, _ := ip.Prefix(64) // it only fails for more bits than an address has
		return "address " + network.String()
	}
	return "address " + ip.String()
}

// limiter is a token bucket a key. It lives in memory: a replica counts for itself, which only makes the limit a few times
// wider, and a restart forgets, which harms nobody.
type limiter struct {
	burst int
	every time.Duration
	now   func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket
	pruned  time.Time
}

// bucket is full again at the time; each token taken moves that on by one interval.
type bucket struct{ full time.Time }

// From so many keys on, full buckets are forgotten, at most once in a while.
const (
	maxBuckets = 10_000
	pruneEvery = time.Second
)

func newLimiter(burst int, every time.Duration, now func() time.Time) *limiter {
	return &limiter{burst: burst, every: every, now: now, buckets: map[string]bucket{}}
}

// take takes a token and says how long to wait where there is none.
func (l *limiter) take(key string) (time.Duration, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.buckets) >= maxBuckets && now.Sub(l.pruned) >= pruneEvery {
		l.prune(now)
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

func (l *limiter) prune(now time.Time) {
	l.pruned = now
	for k, b := range l.buckets {
		if !b.full.After(now) {
			delete(l.buckets, k)
		}
	}
}
