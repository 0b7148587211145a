package slack

import (
	"maps"
	"sync"
	"time"

	"steward/bot"
)

// Limits say how often this process calls Slack of its own accord. Slack's own limits are a workspace's, for all processes
// together, and it tells them only when they are passed: so these keep within what its documentation promises, and a 429
// pauses all processes. Zero values take the defaults named here.
type Limits struct {
	Posts   int           // chat.postMessage a minute; 300 ("several hundred per minute" a workspace)
	Updates int           // chat.update a minute; 50 (tier 3)
	Spare   int           // posts a minute that reminders leave to messages somebody waits for; 12
	Channel time.Duration // between two posts to one conversation; 1 s
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		field *int
		value int
	}{{&l.Posts, 300}, {&l.Updates, 50}, {&l.Spare, 12}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if l.Channel <= 0 {
		l.Channel = time.Second
	}
	return l
}

// window is the length that limits are counted over: Slack's minute, and a little for calls that take longer on their way
// than later ones.
const window = time.Minute + 250*time.Millisecond

// pace keeps the calls of one process within the limits, and remembers the pauses that Slack asked for until the outbox has
// noted them for all processes. It never waits: it says how long to wait, for whoever asks has a row to wait in.
type pace struct {
	now    func() time.Time
	limits Limits

	mu      sync.Mutex
	paused  map[string]time.Time   // method -> until when
	begun   map[string][]time.Time // method -> when its calls of the last minute began, oldest first
	channel map[string]time.Time   // conversation -> when it was posted to last
}

func newPace(limits Limits, now func() time.Time) *pace {
	return &pace{
		now: now, limits: limits.withDefaults(),
		paused: map[string]time.Time{}, begun: map[string][]time.Time{}, channel: map[string]time.Time{},
	}
}

// pauseAll is the key of a pause of every method.
const pauseAll = "*"

// held says why a method must not be called now; nil where it may be.
func (p *pace) held(method string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heldLocked(method)
}

func (p *pace) heldLocked(method string) error {
	now := p.now()
	if rest := p.paused[pauseAll].Sub(now); rest > 0 {
		return &bot.SendError{Reason: "paused", Pause: true, Reach: bot.ReachSurface, After: rest}
	}
	if rest := p.paused[method].Sub(now); rest > 0 {
		return &bot.SendError{Reason: reasonLimited, Pause: true, Reach: bot.ReachMethod, After: rest}
	}
	return nil
}

// pause keeps a method from being called. A pause is only ever lengthened.
func (p *pace) pause(method string, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.now().Add(after); until.After(p.paused[method]) {
		p.paused[method] = until
	}
}

// post begins a post to a conversation, or says how long to wait for one: this message alone, where its conversation had
// one just now; reminders alone, where the rest of the minute is for others; or every post.
func (p *pace) post(channel string, patient bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.heldLocked(methodPost); err != nil {
		return err
	}
	now := p.now()
	if wait := p.channel[channel].Add(p.limits.Channel).Sub(now); wait > 0 {
		return &bot.SendError{Reason: reasonPaced, Pause: true, Reach: bot.ReachMessage, After: wait}
	}
	limit, reach := p.limits.Posts, bot.ReachMethod
	if patient {
		limit, reach = max(limit-p.limits.Spare, 1), bot.ReachBucket
	}
	if wait := p.takeLocked(methodPost, limit); wait > 0 {
		return &bot.SendError{Reason: reasonPaced, Pause: true, Reach: reach, After: wait}
	}
	if len(p.channel) > 10_000 {
		maps.DeleteFunc(p.channel, func(_ string, at time.Time) bool { return now.Sub(at) > p.limits.Channel })
	}
	p.channel[channel] = now
	return nil
}

// update begins an update of a message, or says how long all of them wait.
func (p *pace) update() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.heldLocked(methodUpdate); err != nil {
		return err
	}
	if wait := p.takeLocked(methodUpdate, p.limits.Updates); wait > 0 {
		return &bot.SendError{Reason: reasonPaced, Pause: true, Reach: bot.ReachMethod, After: wait}
	}
	return nil
}

// takeLocked begins a call that is counted, at most limit in any minute, or says how long to wait for one.
func (p *pace) takeLocked(method string, limit int) time.Duration {
	now := p.now()
	begun := p.begun[method]
	old := 0
	for old < len(begun) && now.Sub(begun[old]) >= window {
		old++
	}
	begun = begun[old:]
	p.begun[method] = begun
	if n := len(begun) - limit; n >= 0 {
		return begun[n].Add(window).Sub(now)
	}
	p.begun[method] = append(begun, now)
	return 0
}
