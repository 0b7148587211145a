package simulation_test

import (
	"context"
	"strconv"
	"sync"
	"time"

	"steward/bot"
	"steward/workflows"
)

// outbound is everything that reached the border to the surfaces.
type outbound struct {
	now func() time.Time // business time

	mu      sync.Mutex
	sent    []outgoing
	updates int
}

// outgoing is one new message.
type outgoing struct {
	surface  string
	to       workflows.PersonID
	delivery int64
	about    workflows.Ref
	why      workflows.Why
	at       time.Time
	lines    []string // what its card lists
}

// recorder is one surface that takes everything and keeps it.
type recorder struct {
	name string
	all  *outbound
}

var _ bot.Surface = recorder{}

// Name implements bot.Surface.
func (r recorder) Name() string { return r.name }

// Send implements bot.Surface.
func (r recorder) Send(_ context.Context, to workflows.Account, m bot.Message) (bot.Sent, error) {
	r.all.mu.Lock()
	defer r.all.mu.Unlock()
	var lines []string
	for _, s := range m.Card.Sections {
		lines = append(lines, s.Lines...)
	}
	r.all.sent = append(r.all.sent, outgoing{r.name, to.Person, m.Delivery, m.About, m.Why, r.all.now(), lines})
	return bot.Sent{Place: to.User, MessageID: strconv.Itoa(len(r.all.sent))}, nil
}

// Update implements bot.Surface.
func (r recorder) Update(context.Context, workflows.Receipt, bot.Message) error {
	r.all.mu.Lock()
	defer r.all.mu.Unlock()
	r.all.updates++
	return nil
}

// Find implements bot.Surface.
func (r recorder) Find(context.Context, workflows.Account, bot.Message) (bot.Sent, bool, error) {
	return bot.Sent{}, false, bot.ErrCannotAsk
}

// recorders are the three surfaces, all kept in one place.
func recorders(all *outbound) (out []bot.Surface) {
	for _, name := range []string{workflows.SurfacePortal, "slack", "teams"} {
		out = append(out, recorder{name, all})
	}
	return out
}
