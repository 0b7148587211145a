package slack

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
)

// How long a look at the governance channel counts, and how long nothing is posted after one that did not go well.
const (
	channelLife  = 24 * time.Hour
	channelPause = time.Hour
	channelAgain = 5 * time.Minute // where Slack did not answer
)

// Channel watches over the governance channel: what is posted there must not be read by another company. A channel of which
// it cannot be told is treated like one that is shared.
type Channel struct {
	api ChannelReader
	id  string
	now func() time.Time
	log *slog.Logger

	mu   sync.Mutex
	good time.Time // when it was last looked at and found in order
}

// ChannelReader reads one conversation; [Client] is one.
type ChannelReader interface {
	Channel(ctx context.Context, id string) (slackgo.Channel, error)
}

// NewChannel watches over the channel with this id.
func NewChannel(api ChannelReader, id string, now func() time.Time, log *slog.Logger) *Channel {
	return &Channel{api: api, id: id, now: now, log: log}
}

// Allowed says why nothing may be posted to the channel; nil where something may. It asks Slack once a day, and after an
// answer that was no.
func (c *Channel) Allowed(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.good.IsZero() && c.now().Sub(c.good) < channelLife {
		return nil
	}
	ch, err := c.api.Channel(ctx, c.id)
	if err != nil {
		return c.refuse(ctx, "channel_unchecked", err)
	}
	if code := refusedChannel(ch); code != "" {
		return c.refuse(ctx, code, nil)
	}
	c.good = c.now()
	return nil
}

func (c *Channel) refuse(ctx context.Context, code string, err error) error {
	c.good = time.Time{}
	after := channelPause
	if se, ok := errors.AsType[*bot.SendError](err); ok && (se.Retry || se.Pause) {
		after = channelAgain
	}
	c.log.ErrorContext(ctx, "nothing is posted to the governance channel", "reason", code, "answer", reason(err))
	return &bot.SendError{Reason: code, Pause: true, Reach: bot.ReachBucket, After: after, Err: err}
}

// refusedChannel says what is wrong with a channel as a place for what goes on in a company; "" where nothing is.
func refusedChannel(ch slackgo.Channel) string {
	switch {
	case ch.IsExtShared || ch.IsPendingExtShared || len(ch.PendingShared) > 0 || ch.IsShared && !ch.IsOrgShared:
		return "channel_shared"
	case ch.IsIM || ch.IsMpIM:
		return "channel_is_conversation"
	case ch.IsArchived:
		return "channel_archived"
	case !ch.IsMember:
		return "channel_not_joined"
	}
	return ""
}
