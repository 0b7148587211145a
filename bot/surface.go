package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"steward/bot/card"
	"steward/workflows"
)

// Surface is one place where people see and press things, as the [Courier] needs it. A message is a card, already made for
// its reader. Errors are *[SendError] where the platform said something, anything else counts as worth another try.
type Surface interface {
	// Name is the stored name: "portal", "slack", "teams", "mail".
	Name() string
	// Send makes a new message.
	Send(ctx context.Context, to workflows.Account, m Message) (Sent, error)
	// Update replaces the content of a message. A [SendError] with Gone says that it cannot be updated any more.
	Update(ctx context.Context, r workflows.Receipt, m Message) error
	// Find looks for a message that may have been sent by a claim that died. It gives [ErrCannotAsk] where the platform has no
	// way to ask.
	Find(ctx context.Context, to workflows.Account, m Message) (Sent, bool, error)
}

// Message is what a surface sends.
type Message struct {
	Delivery int64
	About    workflows.Ref
	Why      workflows.Why
	Card     card.Card
	At       time.Time // business time of what it tells
	Note     string    // the signed checkpoint, where the message is one
}

// Sent says where a message went.
type Sent struct{ Place, MessageID string }

// ErrCannotAsk says that a platform cannot tell whether a message was sent.
var ErrCannotAsk = errors.New("the platform cannot be asked")

// SendError is a platform's answer to a message it did not take.
type SendError struct {
	Reason string        // the platform's code, never text of a person
	Retry  bool          // worth another try
	Pause  bool          // not this message's fault: everything within Reach has to wait for After, and no attempt is counted
	Reach  Reach         // how far the pause reaches
	After  time.Duration // how long; zero means the courier's own back-off
	Gone   bool          // the message to update does not exist any more
	Unsure bool          // the platform may have taken it all the same: it is asked before the next attempt
	Err    error
}

// Reach says what a pause keeps waiting, on all replicas.
type Reach int

// How far a pause reaches.
const (
	ReachBucket  Reach = iota // what has the same bucket
	ReachMessage              // this message alone
	ReachMethod               // all new messages to the surface, or all updates of messages there
	ReachSurface              // everything for the surface
)

// Error implements error.
func (e *SendError) Error() string { return fmt.Sprintf("not sent: %s", e.Reason) }

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.Err }
