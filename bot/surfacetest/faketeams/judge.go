package faketeams

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
)

// complain notes something that Teams would not take, or that would look bad there. The lock is held.
func (s *Server) complain(where, format string, args ...any) {
	s.complaints = append(s.complaints, where+": "+fmt.Sprintf(format, args...))
}

// Complaints lists all that was wrong with what the app did, oldest first. [Server.Forgive] empties it.
func (s *Server) Complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.complaints)
}

// Forgive takes back the complaints that hold a text, all where it is empty, and says how many they were: for what a test did
// on purpose.
func (s *Server) Forgive(holding string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	had := len(s.complaints)
	s.complaints = slices.DeleteFunc(s.complaints, func(c string) bool { return strings.Contains(c, holding) })
	return had - len(s.complaints)
}

// Watch makes a test fail at its end where there is a complaint.
func (s *Server) Watch(t testing.TB) {
	t.Helper()
	t.Cleanup(func() {
		for _, c := range s.Complaints() {
			t.Errorf("Teams complains: %s", c)
		}
	})
}

// Desk is what a surface asks, as [Judge] listens to it.
type Desk interface {
	Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error)
	Find(ctx context.Context, who bot.Who, text string) ([]card.Card, *bot.Reply, error)
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
