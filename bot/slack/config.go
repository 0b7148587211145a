package slack

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
	Home(ctx context.Context, who bot.Who) (card.Home, error)
	Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error)
	Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error)
}

// Door says why somebody may not even look around; zero where they may. What is asked beside the desk is asked here first.
type Door interface {
	Admit(ctx context.Context, who bot.Who) (bot.Reply, error)
}

// Profiles tells what Slack says of a user; [Users] is one. It never fails: of whom nothing is known, the profile's ReadAt
// is zero, and [Identity] lets nobody in then.
type Profiles interface {
	Profile(ctx context.Context, user string) bot.Profile
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

// Mode is how envelopes come in. Slack lets an app have one of the two.
type Mode string

// The modes.
const (
	ModeSocket Mode = "socket" // we dial out; needs an app token, and no public address
	ModeHTTP   Mode = "http"   // Slack calls us; needs the signing secret
)

// Config is what an [App] is made of.
type Config struct {
	API      API
	Identity turns.Identity
	Profiles Profiles
	Desk     Desk
	Links    Links
	People   People
	Receipts Receipts
	Log      *slog.Logger
	Now      func() time.Time // real time: signatures, triggers

	// Tenant gives our own tenant, "" while Slack has not told it; [Users.Tenant] is one.
	Tenant func() string
	// Self gives our own user id and bot id, whose events are ignored; "" while not known.
	Self func() (user, bot string)

	Mode Mode
	// Signing are the secrets Slack may sign with: the present one and, during a rotation, the one before.
	Signing []Secret
	Sockets Sockets // for ModeSocket
	// Connections is how many sockets this process keeps; zero means 2. All replicas together may have 10.
	Connections int
	// Turns bound how long an ack is held back and how much is done at once; the zero value is right.
	Turns turns.Limits
	// Command is the slash command, "/steward" where it is empty.
	Command string
}
