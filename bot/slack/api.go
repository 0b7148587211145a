package slack

import (
	"context"
	"encoding/json"
	"time"

	slackgo "github.com/slack-go/slack"
)

// Views are the modals and the Home of one person. The calls that take a trigger must come within 3 s of what made it, and
// none of them is tried again here: the trigger would be used up.
type Views interface {
	// OpenView opens a modal and gives its id with the hash of what it shows.
	OpenView(ctx context.Context, trigger string, v slackgo.ModalViewRequest) (id, hash string, err error)
	// PushView lays a modal over the one that is open; Slack takes three.
	PushView(ctx context.Context, trigger string, v slackgo.ModalViewRequest) (id, hash string, err error)
	// UpdateView replaces what a modal shows. With a hash, only where it still shows what the hash stands for.
	UpdateView(ctx context.Context, id, hash string, v slackgo.ModalViewRequest) (newHash string, err error)
	// PublishHome replaces the Home of a user.
	PublishHome(ctx context.Context, user string, v slackgo.HomeTabViewRequest) error
}

// Messages are what stands in conversations.
type Messages interface {
	// Post makes a message and says where it is: posted to a user id, the place is the id of the direct conversation.
	Post(ctx context.Context, channel string, m Outgoing) (place, ts string, err error)
	// Update replaces text and blocks of one of our messages.
	Update(ctx context.Context, place, ts string, m Outgoing) error
	// Respond answers a press or a command at its own address, which needs no scope and works where we are no member. It
	// goes only to Slack's hosts and never carries a token.
	Respond(ctx context.Context, responseURL string, m Outgoing, how Respond) error
	// History gives the newest messages of a conversation, newest first, that are not older than since. It needs im:history.
	History(ctx context.Context, place string, since time.Time, limit int) ([]Posted, error)
}

// Lookup reads what Slack knows of people and channels.
type Lookup interface {
	// User reads one user.
	User(ctx context.Context, id string) (slackgo.User, error)
	// Users reads a page of the user list, from "" on; next is "" at the end.
	Users(ctx context.Context, cursor string) (page []slackgo.User, next string, err error)
	// Channel reads one conversation.
	Channel(ctx context.Context, id string) (slackgo.Channel, error)
	// Whoami says whose token it is and what it may do.
	Whoami(ctx context.Context) (Whoami, error)
}

// API is what we call of Slack; [Client] is one. Where Slack answered, errors are *[bot.SendError] with its code as the
// reason; see [reason].
type API interface {
	Views
	Messages
	Lookup
}

// Sockets opens Socket Mode connections; [Client] is one where it has an app token.
type Sockets interface {
	// OpenSocket gives the address of one new connection, good for one dial.
	OpenSocket(ctx context.Context) (url string, err error)
}

// Outgoing is a message as it goes to Slack. Unfurling, parsing and linking of names are always off.
type Outgoing struct {
	// Text holds who, what and until when: screen readers and notifications read it instead of the blocks.
	Text   string
	Blocks []slackgo.Block
	// Plain, where set, is sent instead of Blocks if Slack refuses those: the same without a chart.
	Plain []slackgo.Block
	// Delivery, About and At mark the message as the one of a delivery, in its metadata, so that it can be found again: a
	// delivery's number alone may come again in a database that was begun anew. Zero sends no mark; an update never does.
	Delivery int64
	About    string
	At       time.Time // business time of what it tells
	// Patient messages leave a part of the limits to others.
	Patient bool
}

// Posted is one message of a conversation, as far as we look at it.
type Posted struct {
	TS       string
	Bot      string // bot id of its author
	Delivery int64  // this and the following from its metadata; 0 where it has none of ours
	About    string
	At       time.Time
}

// Respond says what an answer at a response address does.
type Respond string

// The ways to answer.
const (
	RespondNew     Respond = "new"     // a new message that only its asker sees
	RespondReplace Respond = "replace" // in place of the message that was pressed
	RespondDelete  Respond = "delete"  // the message that was pressed goes away; text and blocks are not sent
)

// Whoami is what Slack says of our bot token.
type Whoami struct {
	Team, Enterprise string // ids
	TeamName, URL    string
	OrgWide          bool   // installed on the whole Enterprise Grid organisation
	User, Bot        string // our user id and bot id
	Scopes           []string
}

// Tenant is what our accounts are keyed by: the organisation where the app is installed on all of it, else the workspace.
func (w Whoami) Tenant() string {
	if w.OrgWide && w.Enterprise != "" {
		return w.Enterprise
	}
	return w.Team
}

// Secret is a text that no formatting, encoding or logging shows.
type Secret struct{ text string }

// NewSecret makes a secret.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal gives the secret itself.
func (s Secret) Reveal() string { return s.text }

// Empty says that there is none.
func (s Secret) Empty() bool { return s.text == "" }

// String implements [fmt.Stringer].
func (s Secret) String() string { return "[redacted]" }

// GoString implements [fmt.GoStringer], for %#v.
func (s Secret) GoString() string { return "[redacted]" }

// MarshalJSON implements [json.Marshaler]; slog's JSON handler uses it, too.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }
