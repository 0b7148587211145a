package fakeslack

import (
	"context"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
)

// Desk is what a surface asks, as [Judge] listens to it.
type Desk interface {
	Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error)
	Home(ctx context.Context, who bot.Who) (card.Home, error)
	Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error)
	Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error)
	Admit(ctx context.Context, who bot.Who) (bot.Reply, error)
}

// Judge stands between a surface and its desk, and remembers whether the last thing a person did was refused. It changes
// nothing.
type Judge struct {
	Desk
	surfacetest.Verdicts
}

// NewJudge makes a judge before a desk.
func NewJudge(d Desk) *Judge { return &Judge{Desk: d} }

// Command implements [Desk].
func (j *Judge) Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error) {
	r, err := j.Desk.Command(ctx, who, words)
	return j.Heard(who, r), err
}

// Press implements [Desk].
func (j *Judge) Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error) {
	r, err := j.Desk.Press(ctx, who, a)
	return j.Heard(who, r), err
}

// Submit implements [Desk].
func (j *Judge) Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error) {
	r, err := j.Desk.Submit(ctx, who, s)
	return j.Heard(who, r), err
}
