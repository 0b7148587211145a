package workflows

import "time"

// Applied is what became of an event.
type Applied struct {
	About   Ref      // the thing, with its new id where the event made it
	Refusal *Refusal // nil where it was done
	Repeat  bool     // the key had been used before; Refusal then has only its code
}

// Finish is the end of one attempt to deliver.
type Finish struct {
	State   FinishState
	Receipt *Receipt      // FinishSent: the place of the message, also after an update
	After   time.Duration // FinishRetry, FinishPause: how long to wait
	Bucket  string        // FinishPause: what waits, with every bucket below it; empty: this delivery alone
	Unsure  bool          // it may have been sent all the same: the next claim counts as one that takes over
	Reason  string        // why it was not sent; never names, addresses or text
}

// FinishState says how an attempt to deliver ended.
type FinishState string

// The ends of an attempt.
const (
	FinishSent   FinishState = "sent"
	FinishMoot   FinishState = "moot"   // nothing to tell any more: not entitled, gone, or overtaken
	FinishRetry  FinishState = "retry"  // try again after a while; gives up after a number of attempts
	FinishPause  FinishState = "pause"  // not the delivery's fault: a bucket waits, no attempt is counted
	FinishFailed FinishState = "failed" // for good
	FinishGone   FinishState = "gone"   // the message to update does not exist any more: its receipt is superseded
)

// RequestRow is one line of a list of requests.
type RequestRow struct {
	ID        string
	Flow      string
	Title     string
	Status    string
	Tier      string
	Stage     string // key of the present stage; empty when it has ended
	Requester PersonID
	Owner     PersonID
	SentAt    time.Time
	EndedAt   time.Time // zero while open
	Due       time.Time // see [DueFor]; zero where nothing is due
	Seq       int       // how many events it has taken
}

// DueFor says until when a thing waits, as one person sees it: for them the first of what they are to do; for everybody else
// the last of those who decide or advise, each by their own working hours, else whatever is due at all; zero where nothing is.
func DueFor(viewer PersonID, waits []Wait) time.Time {
	var own, stage, other time.Time
	for _, w := range waits {
		switch {
		case w.Who == viewer && !w.Due.IsZero():
			if own.IsZero() || w.Due.Before(own) {
				own = w.Due
			}
		case w.Why == WhyDecide || w.Why == WhyAdvise:
			stage = later(stage, w.Due)
		default:
			other = later(other, w.Due)
		}
	}
	switch {
	case !own.IsZero():
		return own
	case !stage.IsZero():
		return stage
	}
	return other
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// RequestFilter narrows a list of requests. The zero value means everything the viewer may see.
type RequestFilter struct {
	Status string
	Flow   string
	Mine   bool     // asked or owned by the viewer
	Owner  PersonID // owned by this person
	Text   string   // in id or title, folded
	Oldest bool     // the oldest first, instead of the newest
	Before string   // keyset: id of the last row of the page before
	Limit  int      // 1 to 200; 0 means 50
}

// Notice is a message in the portal: what a person was told there. Updating a message replaces its words.
type Notice struct {
	ID       int64
	Delivery int64
	Person   PersonID
	About    Ref
	Why      Why
	Gist     string // one plain sentence: who, what, until when
	At       time.Time
	Updated  time.Time // zero if never
}

// LogRow is a record with the texts that still exist beside it.
type LogRow struct {
	Record Record
	Texts  map[string]string // name -> text; destroyed ones are missing
	Hash   string            // hex of the RFC 6962 leaf hash of the entry
	Entry  []byte            // the bytes that were hashed
}

// Session is a sign-in to the portal. The token itself is never stored, only its hash.
type Session struct {
	Hash    string // hex SHA-256 of the token
	Person  PersonID
	Via     string // "link", "demo", "oidc"
	By      string // of a link: who made it, as in [SignInLink]
	Link    string // our id of the link of the account it began by: at the identity provider, or in the chat
	Agent   string // the browser, in a few words for its owner; empty where it did not say
	Started time.Time
	Seen    time.Time // last use
	Ends    time.Time // absolute end
	AuthAt  time.Time // when the identity provider last saw them prove who they are; zero where that is not known
}

// ID names a session to its owner. It is a part of the hash: nothing can be signed in with it.
func (s Session) ID() string { return s.Hash[:min(len(s.Hash), 16)] }

// SignInLink is a one-time way into the portal, bound to a person. Its token is never stored, only its hash.
type SignInLink struct {
	Hash   string
	Person PersonID
	Made   time.Time
	Ends   time.Time
	By     string // "cli", "slack", "teams"
	Link   string // our id of the link of the chat account that asked for it; empty for "cli"
}
