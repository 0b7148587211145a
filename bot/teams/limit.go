package teams

import (
	"sync"
	"time"

	"steward/bot"
	limits "steward/bot/pace"
)

// Limits say how often this process calls the Connector of its own accord. Microsoft's limits are the bot's, for all
// processes together: so these keep within what its documentation promises, and a 429 pauses all processes. What is limited
// in one conversation is not set here, see [inChat]. Zero values take the defaults named here.
type Limits struct {
	Tenant int // calls a second, of all kinds; 30
	Spare  int // calls a second that reminders leave to messages somebody waits for; 1
}

func (l Limits) withDefaults() Limits {
	if l.Tenant <= 0 {
		l.Tenant = 30
	}
	if l.Spare <= 0 {
		l.Spare = 1
	}
	return l
}

// beat is the second that limits are counted over, and a little for calls that take longer on their way than later ones.
const beat = time.Second + 5*time.Millisecond

// inChat is how much may be sent, or changed, in one conversation (rate-limit.md of the documentation), and how often one with
// the same person may be begun. It is said of sending; that a change of a message counts is the strict reading.
func inChat() []limits.Window {
	return []limits.Window{{Most: 7, Per: beat}, {Most: 8, Per: 2 * beat}, {Most: 60, Per: 30 * beat}, {Most: 1800, Per: time.Hour + beat}}
}

// ofMembers is how often the members of one conversation may be read.
func ofMembers() []limits.Window {
	return []limits.Window{{Most: 14, Per: beat}, {Most: 16, Per: 2 * beat}, {Most: 120, Per: 30 * beat}, {Most: 3600, Per: time.Hour + beat}}
}

// operation is a kind of call. Each has a pause of its own.
type operation string

// The kinds of calls.
const (
	opSend   operation = "send"
	opUpdate operation = "update"
	opCreate operation = "create"
	opMember operation = "member"
)

// pace keeps the calls of one process within the limits, and remembers the pauses that Teams asked for until the outbox has
// noted them for all processes. It never waits: it says how long to wait, for whoever asks has a row to wait in.
type pace struct {
	now    func() time.Time
	limits Limits
	calls  *limits.Pace

	mu    sync.Mutex
	last  string    // the counter of the conversation that was told to wait last
	until time.Time // how long
}

func newPace(l Limits, now func() time.Time) *pace {
	return &pace{now: now, limits: l.withDefaults(), calls: limits.New(now)}
}

// pauseAll is the key of a pause of every call.
const pauseAll = "*"

// counter is what the limits of a conversation are counted by. Messages and changes of messages count together.
func counter(op operation, at string) string {
	switch op {
	case opCreate:
		return "create " + at
	case opMember:
		return "members " + at
	case opSend, opUpdate:
	}
	return "in " + at
}

// take begins a call in a conversation, or says how long to wait for one: this message alone, where its conversation had
// enough; reminders alone, where the rest of the second is for others; or every call.
func (p *pace) take(op operation, at string, patient bool) error {
	windows, most, reach := inChat(), p.limits.Tenant, bot.ReachMethod
	if op == opMember {
		windows = ofMembers()
	}
	if patient {
		most, reach = max(most-p.limits.Spare, 1), bot.ReachBucket
	}
	v := p.calls.Take(
		limits.Rule{Key: pauseAll}, limits.Rule{Key: string(op)},
		limits.Rule{Key: counter(op, at), Windows: windows},
		limits.Rule{Key: "every call", Windows: []limits.Window{{Most: most, Per: beat}}},
	)
	if v.Wait <= 0 {
		return nil
	}
	se := &bot.SendError{
		Reason: reasonPaced, Pause: true, After: v.Wait, Reach: [...]bot.Reach{bot.ReachSurface, bot.ReachMethod, bot.ReachMessage, reach}[v.Rule],
	}
	switch {
	case v.Paused && v.Rule == 0:
		se.Reason = "paused"
	case v.Paused:
		se.Reason = reasonLimited
	}
	return se
}

// limited notes that Teams asked for a pause, and says how far it reaches. Teams does not say which limit was hit. That of
// the tenant is one of a second, so whoever is told to wait longer has hit one of the conversation's; but where another
// conversation is told the same meanwhile, it is no matter of one.
func (p *pace) limited(op operation, at string, after time.Duration) bot.Reach {
	key := counter(op, at)
	p.mu.Lock()
	now := p.now()
	alone := after > time.Second && (key == p.last || !p.until.After(now))
	p.last, p.until = key, now.Add(after)
	p.mu.Unlock()
	if alone {
		p.calls.Pause(key, after)
		return bot.ReachMessage
	}
	p.calls.Pause(string(op), after)
	return bot.ReachMethod
}

// pause lets nothing be called.
func (p *pace) pause(after time.Duration) { p.calls.Pause(pauseAll, after) }
