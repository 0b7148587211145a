package slack

import (
	"time"

	"steward/bot"
	limits "steward/bot/pace"
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
	limits Limits
	calls  *limits.Pace
}

func newPace(l Limits, now func() time.Time) *pace {
	return &pace{limits: l.withDefaults(), calls: limits.New(now)}
}

// pauseAll is the key of a pause of every method.
const pauseAll = "*"

// held says why a method must not be called now; nil where it may be.
func (p *pace) held(method string) error {
	return paced(p.calls.Take(limits.Rule{Key: pauseAll}, limits.Rule{Key: method}), bot.ReachSurface, bot.ReachMethod)
}

// pause keeps a method from being called. A pause is only ever lengthened.
func (p *pace) pause(method string, after time.Duration) { p.calls.Pause(method, after) }

// post begins a post to a conversation, or says how long to wait for one: this message alone, where its conversation had
// one just now; reminders alone, where the rest of the minute is for others; or every post.
func (p *pace) post(channel string, patient bool) error {
	most, reach := p.limits.Posts, bot.ReachMethod
	if patient {
		most, reach = max(most-p.limits.Spare, 1), bot.ReachBucket
	}
	return paced(p.calls.Take(
		limits.Rule{Key: pauseAll}, limits.Rule{Key: methodPost},
		limits.Rule{Key: "in " + channel, Windows: []limits.Window{{Most: 1, Per: p.limits.Channel}}},
		limits.Rule{Key: "every post", Windows: []limits.Window{{Most: most, Per: window}}},
	), bot.ReachSurface, bot.ReachMethod, bot.ReachMessage, reach)
}

// update begins an update of a message, or says how long all of them wait.
func (p *pace) update() error {
	return paced(p.calls.Take(
		limits.Rule{Key: pauseAll}, limits.Rule{Key: methodUpdate},
		limits.Rule{Key: "every update", Windows: []limits.Window{{Most: p.limits.Updates, Per: window}}},
	), bot.ReachSurface, bot.ReachMethod, bot.ReachMethod)
}

// paced makes an error of what does not begin now; reach says of each rule how far it reaches.
func paced(v limits.Verdict, reach ...bot.Reach) error {
	if v.Wait <= 0 {
		return nil
	}
	se := &bot.SendError{Reason: reasonPaced, Pause: true, Reach: reach[v.Rule], After: v.Wait}
	switch {
	case v.Paused && se.Reach == bot.ReachSurface:
		se.Reason = "paused"
	case v.Paused:
		se.Reason = reasonLimited
	}
	return se
}
