package teams

import (
	"context"
	"log/slog"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
	"steward/workflows"
)

// Desk is where presses and forms go; [bot.Desk] is one.
type Desk interface {
	Door

	Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error)
	Find(ctx context.Context, who bot.Who, text string) ([]card.Card, *bot.Reply, error)
	Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error)
	Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error)
}

// Door says why somebody may not even look around; zero where they may. What is asked beside the desk is asked here first.
type Door interface {
	Admit(ctx context.Context, who bot.Who) (bot.Reply, error)
}

// Gate says whether Teams sent something, as far as it can be told without the body: [ErrToken], [ErrKeys].
type Gate interface {
	Signed(ctx context.Context, authorization []string) (Covering, error)
}

// Covering is what a good token stands for; [Token] is one.
type Covering interface {
	// Covers says whether that is what the body says of its origin: [ErrToken], [ErrTenant].
	Covers(c Claimed) error
}

// Profiles tells what Teams says of the person a conversation is with; [Users] is one. It never fails: of whom nothing is
// known, the profile's ReadAt is zero, and nobody is let in then.
type Profiles interface {
	Profile(ctx context.Context, at workflows.Conversation) bot.Profile
}

// Chats remembers where people can be written to; the store is one.
type Chats interface {
	SaveConversation(ctx context.Context, c workflows.Conversation) error
	// EndConversation notes that a conversation is of no use any more, unless it was heard of after that moment.
	EndConversation(ctx context.Context, surface, tenant, user, place string, at time.Time) error
}

// Writer writes to a chat; [Client] is one.
type Writer interface {
	Send(ctx context.Context, at workflows.Conversation, m Outgoing) (id string, err error)
	Update(ctx context.Context, at workflows.Conversation, id string, m Outgoing) error
}

// Links makes addresses of the portal that sign their presser in: bound to the person and to the account they use, one use, ten
// minutes. With an empty person they sign nobody in.
type Links interface {
	SignInURL(ctx context.Context, who bot.Who, path string) (string, error)
}

// People is the roster that persons are picked from.
type People interface {
	// FindPeople gives up to n active people whose name, address or id contains the text, ordered by name.
	FindPeople(ctx context.Context, text string, n int) ([]workflows.Person, error)
}

// Receipts remembers where messages are. A press from a message without a receipt has its place adopted.
type Receipts interface {
	// AdoptReceipt notes where the message of a delivery stands, unless that is known. The delivery, as the message names it,
	// must have been one to this account about this thing, with news of this time; else nothing is noted.
	AdoptReceipt(ctx context.Context, r workflows.Receipt) error
}

// Config is what an [App] is made of.
type Config struct {
	Gate     Gate
	Identity turns.Identity
	Profiles Profiles
	Desk     Desk
	Chats    Chats
	Writer   Writer
	Links    Links
	People   People
	Receipts Receipts
	Log      *slog.Logger
	Now      func() time.Time // real time

	// Met is told of an account that has installed the app, so that a link can be proposed; nil where nobody wants to know.
	Met func(ctx context.Context, p bot.Profile) error
	// Turns bound how long an answer is held back and how much is done at once; the zero value is right.
	Turns turns.Limits
}
