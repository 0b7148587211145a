package workflows

import (
	"strconv"
	"time"
)

// DeliveryRef points to a delivery, by our own number of it.
func DeliveryRef(id int64) Ref { return Ref{Kind: KindDelivery, ID: strconv.FormatInt(id, 10)} }

// DeliveryState says where a delivery stands. States are stored; they never change.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting DeliveryState = "waiting" // to be tried, or to be tried again
	DeliverySending DeliveryState = "sending" // a courier has claimed it
	DeliverySent    DeliveryState = "sent"
	DeliveryMoot    DeliveryState = "moot" // nothing to tell any more, or given up
	DeliveryDead    DeliveryState = "dead" // failed for good, until somebody retries it
)

// ReasonGivenUp is the reason of a delivery that a person gave up.
const ReasonGivenUp = "given up"

// DeliveryRow is a delivery as those who run Steward see it: to whom, about what, why, and what became of it. It holds
// nothing of what the message says. Made, Next and Done are real time, by the database's clock.
type DeliveryRow struct {
	ID       int64
	Mail     int64 // deliveries of one mail are ways of telling one person one thing
	About    Ref
	Why      Why // empty: a message that exists is brought up to date
	Account  Account
	State    DeliveryState
	Held     bool // a courier holds it: its lease has not run out
	Update   bool // it updates a message, where it makes no new one
	Attempts int
	Reason   string // why it was not sent; never names, addresses or text
	Made     time.Time
	Next     time.Time // when it is tried, or when the lease ends; zero where it has ended
	Done     time.Time // zero until it has ended
}

// Retriable says whether [DeliveryRetry] is possible.
func (d DeliveryRow) Retriable() bool { return d.State == DeliveryDead }

// Endable says whether [DeliveryGiveUp] is possible. What a courier holds may be on its way: it is left alone until it
// ends, or until its lease does.
func (d DeliveryRow) Endable() bool {
	return d.State == DeliveryWaiting || d.State == DeliveryDead || d.State == DeliverySending && !d.Held
}

// DeliveryFilter narrows a list of deliveries. The zero value means all that are kept.
type DeliveryFilter struct {
	State   DeliveryState
	Surface string
	About   Ref        // zero: about anything
	People  []PersonID // empty: to anybody
	Mail    int64      // only the ways of one mail; 0: of any
	Before  int64      // keyset: id of the last row of the page before; 0 for the first page
	Limit   int        // 1 to 200; 0 means 50
}

// DeliveryCounts says what is not delivered.
type DeliveryCounts struct {
	Waiting, Sending, Dead int64
	Oldest                 time.Duration // how long the oldest that waits could have been tried
}

// Unreached is somebody for whom something waits and who has no confirmed account in any chat: they find it in the portal only.
type Unreached struct {
	Person PersonID
	Waits  int
	Since  time.Time // of what has waited longest
	Due    time.Time // of what is due first; zero where nothing is
}

// DeliveryDo is what a person does to a delivery. The names are those of the records.
type DeliveryDo string

// What can be done to a delivery.
const (
	DeliveryRetry  DeliveryDo = "delivery_retried"
	DeliveryGiveUp DeliveryDo = "delivery_given_up"
)

// DeliveryChange is a change of one delivery, asked for by somebody who runs Steward.
type DeliveryChange struct {
	Do    DeliveryDo
	Key   string // inbox key of the press
	ID    int64
	Actor PersonID
	Via   Via
}
