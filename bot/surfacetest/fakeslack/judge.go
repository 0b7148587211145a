package fakeslack

import (
	"context"
	"slices"
	"sync"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
)

// Desk is what a surface asks, as [Judge] listens to it.
type Desk interface {
	Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error)
	Home(ctx context.Context, who bot.Who) (card.Home, error)
	Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error)
	Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error)
}

// Judge stands between a surface and its desk, and remembers whether the last thing a person did was refused. It changes
// nothing.
type Judge struct {
	Desk

	mu   sync.Mutex
	last map[workflows.PersonID]bool
}

// NewJudge makes a judge before a desk.
func NewJudge(d Desk) *Judge { return &Judge{Desk: d, last: map[workflows.PersonID]bool{}} }

// Refused says whether the last thing a person did was refused.
func (j *Judge) Refused(who workflows.PersonID) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last[who]
}

// Command implements [Desk].
func (j *Judge) Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error) {
	r, err := j.Desk.Command(ctx, who, words)
	return j.heard(who, r), err
}

// Press implements [Desk].
func (j *Judge) Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error) {
	r, err := j.Desk.Press(ctx, who, a)
	return j.heard(who, r), err
}

// Submit implements [Desk].
func (j *Judge) Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error) {
	r, err := j.Desk.Submit(ctx, who, s)
	return j.heard(who, r), err
}

func (j *Judge) heard(who bot.Who, r bot.Reply) bot.Reply {
	wrong := r.Form != nil && (r.Form.Error != "" || slices.ContainsFunc(r.Form.Fields, func(f card.Field) bool { return f.Error != "" }))
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last[who.Person] = r.Code != "" || wrong
	return r
}
