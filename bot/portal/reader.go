package portal

import (
	"context"
	"net/url"
	"time"

	"steward/bot/portal/oidc"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// Requests is what the portal reads about requests. Lists take the viewer and show only what [workflows.MaySee] allows.
type Requests interface {
	// Request reads one request, whole; [workflows.ErrNotFound] where there is none. The caller asks MaySee.
	Request(ctx context.Context, id string) (approval.Request, error)
	// RequestRows gives one page, newest first, and the id to go on from ("" at the end).
	RequestRows(ctx context.Context, viewer workflows.Person, f workflows.RequestFilter) ([]workflows.RequestRow, string, error)
	// History gives all records about a thing in order, with the texts that exist.
	History(ctx context.Context, about workflows.Ref) ([]workflows.LogRow, error)
}

// Register is the AI register. Everybody who is active reads its rows: tool, vendor, state, tier, owner, validity and how many
// conditions are open. Of one entry the caller shows the rest to those whom [workflows.MaySee] allows it.
type Register interface {
	// System reads one entry, whole; [workflows.ErrNotFound] where there is none.
	System(ctx context.Context, id string) (register.System, error)
	// SystemOf gives the id of the entry that a request brought; [workflows.ErrNotFound] where it brought none.
	SystemOf(ctx context.Context, request string) (string, error)
	// SystemRows gives one page, newest first, and the id to go on from ("" at the end).
	SystemRows(ctx context.Context, f workflows.SystemFilter) ([]workflows.SystemRow, string, error)
}

// Files are those that people gave as proofs. The caller asks who may read the record that they are of.
type Files interface {
	// File finds a file of a record by its number, from 0, with the key by which FilePiece reads it; [workflows.ErrNotFound] where there is
	// none, or none any more.
	File(ctx context.Context, about workflows.Ref, n, i int) (f workflows.File, key string, err error)
	// FilePiece gives up to n bytes from an offset on, fewer at the end; [workflows.ErrNotFound] where the file is gone.
	FilePiece(ctx context.Context, key string, offset, n int) ([]byte, error)
}

// Inbox is what waits for a person and what they were told.
type Inbox interface {
	// Waits gives what waits for the person, earliest due first, things without a due date last.
	Waits(ctx context.Context, who workflows.PersonID) ([]workflows.Wait, error)
	// Notices gives the newest messages of the person in the portal.
	Notices(ctx context.Context, who workflows.PersonID, limit int) ([]workflows.Notice, error)
}

// Notices is where the portal, as a surface, leaves its messages.
type Notices interface {
	// PutNotice stores a message, once a delivery, and gives its id.
	PutNotice(ctx context.Context, n workflows.Notice) (int64, error)
	// UpdateNotice replaces the words of a message; ErrNotFound where it is gone.
	UpdateNotice(ctx context.Context, id int64, gist string, at time.Time) error
	// NoticeOf finds the message of a delivery; ErrNotFound where there is none.
	NoticeOf(ctx context.Context, delivery int64) (int64, error)
}

// Sessions keeps sign-ins. Times here are real time.
type Sessions interface {
	PutSession(ctx context.Context, s workflows.Session) error
	// TouchSession reads a session that has not ended, and was used within idle, and notes its use, at most once a minute.
	// ErrNotFound where there is none, and one that was idle too long is gone then: it must not be renewed by being looked at.
	TouchSession(ctx context.Context, hash string, now time.Time, idle time.Duration) (workflows.Session, error)
	EndSession(ctx context.Context, hash string) error
}

// SessionList is where somebody is signed in, for themselves. Times here are real time.
type SessionList interface {
	// SessionsOf gives the sessions of a person that have not ended and were used since then, the last used first.
	SessionsOf(ctx context.Context, who workflows.PersonID, now, since time.Time) ([]workflows.Session, error)
	// EndSessionOf ends the person's session with this id; one that is not theirs stays.
	EndSessionOf(ctx context.Context, who workflows.PersonID, id string) error
	// EndOtherSessions ends all of the person's sessions but the one with this hash.
	EndOtherSessions(ctx context.Context, who workflows.PersonID, hash string) error
}

// Provider is the company's identity provider; [oidc.Client] is one. Its errors have an [oidc.Reason].
type Provider interface {
	// Begin gives the address to send a browser to, and what that browser has to keep until it comes back.
	Begin(ctx context.Context, fresh bool) (oidc.Attempt, string, error)
	// Finish takes what it came back with.
	Finish(ctx context.Context, a oidc.Attempt, answer url.Values) (workflows.SignIn, error)
	// Issuer is the provider's address.
	Issuer() string
}

// SignIns finds the person behind a sign-in at the provider; the engine does. A refusal is no error.
type SignIns interface {
	SignIn(ctx context.Context, s workflows.SignIn) (workflows.Link, *workflows.Refusal, error)
}

// ChatNames tells how a chat account is called on its platform, as that says now. ok is false where it says nothing, or that
// the account is none of the organisation's members'.
type ChatNames interface {
	ChatName(ctx context.Context, a workflows.Account) (name, email string, ok bool)
}

// SignInLinks keeps one-time links.
type SignInLinks interface {
	PutSignInLink(ctx context.Context, l workflows.SignInLink) error
	// SignInLink looks at a link without using it; ErrNotFound where it was used, has ended or never was.
	SignInLink(ctx context.Context, hash string, now time.Time) (workflows.SignInLink, error)
	// UseSignInLink uses a link up, exactly once.
	UseSignInLink(ctx context.Context, hash string, now time.Time) (workflows.SignInLink, error)
}

// People is the directory as the portal shows it.
type People interface {
	// People gives a roster of the people named, three managers up, and the active holders of the roles.
	People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error)
}

// Drafts is what somebody has begun and not sent. It comes newest first.
type Drafts interface {
	DraftsOf(ctx context.Context, who workflows.PersonID, form string) ([]policy.Draft, error)
}

// Flows is what people can ask for.
type Flows interface {
	// Flows gives what can be asked for now, in the order of the policy pack in force.
	Flows(ctx context.Context) ([]*policy.Flow, error)
}

// Pulses tell cheaply that something has changed. They are read once a second, for all pages together that are open.
type Pulses interface {
	// InboxPulses gives the pulse of each of these people's inboxes.
	InboxPulses(ctx context.Context, people []workflows.PersonID) (map[workflows.PersonID]workflows.Pulse, error)
	// RequestPulses gives how many events each request has taken; what does not exist is left out.
	RequestPulses(ctx context.Context, ids []string) (map[string]int, error)
	// SystemPulses gives how many events each entry of the AI register has taken; what does not exist is left out.
	SystemPulses(ctx context.Context, ids []string) (map[string]int, error)
	// ReadableRequests gives those of the requests that the viewer may see.
	ReadableRequests(ctx context.Context, viewer workflows.Person, ids []string) ([]string, error)
}

// Records is the log across all things. Both methods take the viewer and show only what they may see.
type Records interface {
	// RecordRows gives one page, newest first, and where to go on (the zero key at the end).
	RecordRows(ctx context.Context, viewer workflows.Person, f workflows.RecordFilter) ([]workflows.RecordRow, workflows.RecordKey, error)
	// Record gives one record with its bytes and the texts that exist; [workflows.ErrNotFound] where there is none, or none
	// for the viewer's eyes.
	Record(ctx context.Context, viewer workflows.Person, about workflows.Ref, n int) (workflows.LogRow, error)
}

// Seals says how records are sealed. The caller asks who may see them.
type Seals interface {
	// Sealing gives the seal of a record, with its proof; [workflows.ErrNotFound] where it is not sealed yet.
	Sealing(ctx context.Context, about workflows.Ref, n int) (workflows.Sealing, error)
	SealState(ctx context.Context) (workflows.SealState, error)
}

// Directory is everybody, as a list, and what is known of one person. The caller asks [workflows.SeesProfile].
type Directory interface {
	// PeopleRows gives one page, by name, and the id to go on from ("" at the end).
	PeopleRows(ctx context.Context, f workflows.PeopleFilter) ([]workflows.Person, workflows.PersonID, error)
	// LinksOf gives the links of accounts to a person, in any state.
	LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error)
}

// Deliveries is what was sent to whom, and what was not, without a word of what it says. The caller asks
// [workflows.RunsDeliveries].
type Deliveries interface {
	// DeliveryRows gives one page, newest first, and the id to go on from (0 at the end).
	DeliveryRows(ctx context.Context, f workflows.DeliveryFilter) ([]workflows.DeliveryRow, int64, error)
	// Delivery gives one delivery; [workflows.ErrNotFound] where there is none, or none any more.
	Delivery(ctx context.Context, id int64) (workflows.DeliveryRow, error)
	// DeliveryCounts counts what is not delivered.
	DeliveryCounts(ctx context.Context) (workflows.DeliveryCounts, error)
	// Unreached gives up to n people for whom something waits and who have no confirmed account in any chat, due first; nor an
	// address, where Steward writes e-mails.
	Unreached(ctx context.Context, mailed bool, n int) ([]workflows.Unreached, error)
}

// Operator changes deliveries. Who may, it asks itself, in the transaction of the change.
type Operator interface {
	// ChangeDelivery retries a delivery or gives it up, with a record. A refusal is no error.
	ChangeDelivery(ctx context.Context, c workflows.DeliveryChange) (*workflows.Refusal, error)
}
