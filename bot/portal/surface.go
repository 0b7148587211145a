package portal

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"steward/bot"
	"steward/workflows"
)

// Surface is the portal as the courier sees it: a message becomes a line of its reader's inbox, an update replaces its words.
// It can always be asked whether a message is there, so nothing is told twice.
type Surface struct {
	notices Notices
	now     func() time.Time // business time
}

// NewSurface makes the portal's surface. now is business time.
func NewSurface(notices Notices, now func() time.Time) *Surface {
	return &Surface{notices: notices, now: now}
}

// Name implements [bot.Surface].
func (s *Surface) Name() string { return workflows.SurfacePortal }

// Send implements [bot.Surface]. The same delivery again gives the message that exists.
func (s *Surface) Send(ctx context.Context, to workflows.Account, m bot.Message) (bot.Sent, error) {
	id, err := s.notices.PutNotice(ctx, workflows.Notice{
		Delivery: m.Delivery, Person: to.Person, About: m.About, Why: m.Why, Gist: m.Card.Gist, At: m.At,
	})
	if err != nil {
		return bot.Sent{}, fmt.Errorf("portal: notice of delivery %d: %w", m.Delivery, err)
	}
	return sentAs(to.Person, id), nil
}

// Update implements [bot.Surface].
func (s *Surface) Update(ctx context.Context, r workflows.Receipt, m bot.Message) error {
	id, err := strconv.ParseInt(r.MessageID, 10, 64)
	if err != nil {
		return &bot.SendError{Reason: "bad_message_id", Gone: true, Err: err}
	}
	err = s.notices.UpdateNotice(ctx, id, m.Card.Gist, s.now())
	if errors.Is(err, workflows.ErrNotFound) {
		return &bot.SendError{Reason: "notice_gone", Gone: true, Err: err}
	}
	if err != nil {
		return fmt.Errorf("portal: update notice %d: %w", id, err)
	}
	return nil
}

// Find implements [bot.Surface].
func (s *Surface) Find(ctx context.Context, to workflows.Account, m bot.Message) (bot.Sent, bool, error) {
	id, err := s.notices.NoticeOf(ctx, m.Delivery)
	if errors.Is(err, workflows.ErrNotFound) {
		return bot.Sent{}, false, nil
	}
	if err != nil {
		return bot.Sent{}, false, fmt.Errorf("portal: notice of delivery %d: %w", m.Delivery, err)
	}
	return sentAs(to.Person, id), true, nil
}

func sentAs(who workflows.PersonID, id int64) bot.Sent {
	return bot.Sent{Place: string(who), MessageID: strconv.FormatInt(id, 10)}
}
