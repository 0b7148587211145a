package workflows

import "time"

// Lane orders what is sent when not everything can be sent at once: lower lanes first, with aging so that none starves.
type Lane int

// The lanes, most urgent first.
const (
	LaneOutcome Lane = iota // outcomes, and the final state of cards
	LaneDecide              // somebody is asked to do something
	LaneRemind              // the daily message
	LaneDigest              // digests
	LaneRefresh             // other refreshes of cards
)

// Mail is a stored [Notify] or [Refresh] on its way. Its identity is (About, Record, Item): the record it follows from and
// its place among the effects of that step.
type Mail struct {
	ID     int64
	About  Ref
	Record int // number of the record within About
	Item   int
	To     PersonID // empty: a refresh of every card about the thing
	Why    Why      // empty for a refresh
	Part   string
	Lane   Lane
	At     time.Time // business time of the event
}

// Refreshes says that the mail is a refresh and not a message to one person.
func (m Mail) Refreshes() bool { return m.To == "" }

// Buckets name what has to wait together when a platform asks for it, from wide to narrow: "slack" holds all of them,
// "slack/post" the new messages and "slack/post/daily" those that wait for nobody's answer. A surface serves one workspace
// or organisation, so that no tenant is part of the name.
const (
	BucketPost   = "/post"
	BucketDaily  = "/post/daily"
	BucketUpdate = "/update"
	// BucketChannel comes after another one, for what goes to the governance channel.
	BucketChannel = "/channel"
)

// Channel stands in an [Account] where a person would: its user is a channel, read by whoever is in it, and what is told
// there is what everybody in the company may know. It is nobody's id.
const Channel PersonID = "channel"

// SurfacePortal is the surface that everybody has, with the account that is themselves. The name is stored.
const SurfacePortal = "portal"

// PortalAccount is the account everybody has: themselves, in the portal.
func PortalAccount(who PersonID) Account {
	return Account{ID: SurfacePortal + ":" + string(who), Person: who, Surface: SurfacePortal, User: string(who), Confirmed: true}
}

// SurfaceMail is the surface of those who have no chat account, or none that can be reached. The name is stored.
const SurfaceMail = "mail"

// MailAccount is the mailbox of somebody. It holds no address: what counts is the one that the directory has when something
// is sent.
func MailAccount(who PersonID) Account {
	return Account{ID: SurfaceMail + ":" + string(who), Person: who, Surface: SurfaceMail, User: string(who), Confirmed: true}
}

// Account is one account of a person on one surface. The portal needs none: its account is the person.
type Account struct {
	ID      string // our own id of the link
	Person  PersonID
	Surface string // "portal", "slack", "teams", "mail"
	Tenant  string // workspace, enterprise or tenant id; empty for the portal
	User    string // the platform's immutable user id
	// Confirmed links carry content; an unconfirmed one gets only a message asking to confirm it.
	Confirmed bool
	// Proof says on whose word; only the directory knows it, copies in deliveries and receipts do not.
	Proof Proof
}

// Delivery is one mail for one account: what the courier claims and sends. At most one delivery per (Account, About) is in
// flight, in the order of Seq.
type Delivery struct {
	ID       int64
	Mail     Mail
	Account  Account
	Receipt  *Receipt // what it updates; nil for a new message
	Bucket   string   // what it waits with, see [BucketPost]
	Attempts int
	Token    string // fences a claim that was taken over
	Takeover bool   // an earlier claim may have sent it: ask the platform first, where it can be asked
}

// Receipt says where a delivery ended up. TextHash is salted and stays outside the log.
type Receipt struct {
	ID        int64
	Delivery  int64
	Account   Account
	About     Ref
	Why       Why
	Part      string
	Place     string // channel, conversation, or the person for the portal
	MessageID string // the platform's id of the message
	TextHash  string
	At        time.Time
}

// Wait says that something waits for a person: one line of their inbox.
type Wait struct {
	About Ref       `json:"about"`
	Who   PersonID  `json:"who"`
	For   PersonID  `json:"for,omitempty"` // a delegate waits for somebody
	Why   Why       `json:"why"`
	Part  string    `json:"part,omitempty"` // stage or question
	Role  Role      `json:"role,omitempty"` // why them
	Since time.Time `json:"since"`
	Due   time.Time `json:"due,omitzero"` // the person's own working hours; zero where nothing is due
}
