package pace

import (
	"sync"
	"time"
)

// Window lets at most so many calls begin in any span of a length.
type Window struct {
	Most int
	Per  time.Duration
}

// Rule is one thing that a call counts under. Without windows nothing is counted, and the call only waits for pauses.
type Rule struct {
	Key     string
	Windows []Window
}

// Verdict says whether a call may begin. The zero value says that it may; it counts from then on.
type Verdict struct {
	Wait   time.Duration // how long not; above zero
	Rule   int           // which of the rules says so
	Paused bool          // a pause runs; else the limit is used up
}

// Pace is safe for concurrent use.
type Pace struct {
	now func() time.Time

	mu     sync.Mutex
	paused map[string]time.Time // until when
	calls  map[string]*calls
	sweep  int // at so many keys the old ones are forgotten
}

// calls are the calls that count under a key.
type calls struct {
	begun []time.Time   // oldest first
	count time.Duration // how long each of them counts
}

// least is how many keys are kept whatever their age.
const least = 10_000

// New makes a pace of nothing.
func New(now func() time.Time) *Pace {
	return &Pace{now: now, paused: map[string]time.Time{}, calls: map[string]*calls{}, sweep: least}
}

// Pause lets nothing begin that has a rule of this key. A pause is only ever lengthened.
func (p *Pace) Pause(key string, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.now().Add(after); until.After(p.paused[key]) {
		p.paused[key] = until
	}
}

// Take begins a call, which counts under every rule, or says how long it has to wait and then counts under none. Of several
// rules that say so, the first one is named.
func (p *Pace) Take(rules ...Rule) Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for i, r := range rules {
		if wait := p.paused[r.Key].Sub(now); wait > 0 {
			return Verdict{Wait: wait, Rule: i, Paused: true}
		}
		if wait := p.full(r, now); wait > 0 {
			return Verdict{Wait: wait, Rule: i}
		}
	}
	for _, r := range rules {
		if len(r.Windows) > 0 {
			c := p.calls[r.Key]
			c.begun = append(c.begun, now)
		}
	}
	p.forget(now)
	return Verdict{}
}

// full says how long a rule has no room for another call.
func (p *Pace) full(r Rule, now time.Time) (wait time.Duration) {
	if len(r.Windows) == 0 {
		return 0
	}
	c := p.calls[r.Key]
	if c == nil {
		c = &calls{}
		p.calls[r.Key] = c
	}
	for _, w := range r.Windows {
		c.count = max(c.count, w.Per)
	}
	c.trim(now)
	for _, w := range r.Windows {
		if n := len(c.begun) - w.Most; n >= 0 {
			wait = max(wait, c.begun[n].Add(w.Per).Sub(now))
		}
	}
	return wait
}

// trim forgets what counts no more.
func (c *calls) trim(now time.Time) {
	old := 0
	for old < len(c.begun) && now.Sub(c.begun[old]) >= c.count {
		old++
	}
	c.begun = c.begun[old:]
}

// forget drops the keys under which nothing counts any more, when there are many; then not again before there are twice as
// many as were left.
func (p *Pace) forget(now time.Time) {
	if len(p.calls)+len(p.paused) <= p.sweep {
		return
	}
	for key, c := range p.calls {
		if c.trim(now); len(c.begun) == 0 {
			delete(p.calls, key)
		}
	}
	for key, until := range p.paused {
		if !until.After(now) {
			delete(p.paused, key)
		}
	}
	p.sweep = max(least, 2*(len(p.calls)+len(p.paused)))
}
