package workflows

import "time"

// Proof says on whose word an account counts as a person's. Proofs are stored; they never change.
type Proof string

// The proofs of a link.
const (
	ProofNone   Proof = ""       // nobody's yet: a proposal, which carries no content
	ProofImport Proof = "import" // an administrator's file names the account
	ProofAdmin  Proof = "admin"  // an administrator confirmed it
	ProofDomain Proof = "domain" // the person's own, at an address of a domain that the policy trusts
	ProofPerson Proof = "person" // the person's own, and the platform's word for their address: see [Account.Limited]
)

// Limited says that only the person themself, and an address the platform does not verify, stand for the account. Such an
// account carries what the person has by relation (requester, owner, line manager) and nothing they have by a role.
func (a Account) Limited() bool { return a.Proof == ProofPerson }

// LinkState says where the link of an account stands. States are stored; they never change.
type LinkState string

// The states of a link.
const (
	LinkProposed LinkState = "proposed" // an address matches; the person has not said so
	LinkLinked   LinkState = "linked"
	LinkRefused  LinkState = "refused" // the person said that it is not them
	LinkEnded    LinkState = "ended"   // it was one; only an administrator makes it one again
)

// Link is an account with what is known of its being a person's.
type Link struct {
	Account

	State     LinkState
	New       bool      // this call made it
	Preferred bool      // messages go here first
	UsedAt    time.Time // business time, to the hour; zero where never
}

// LinkDo is what is done to a link. The names are those of the records.
type LinkDo string

// What can be done to a link.
const (
	LinkConfirm LinkDo = "account_confirmed" // by the person, or by an administrator
	LinkRefuse  LinkDo = "account_refused"   // "No, this is not me"
	LinkEnd     LinkDo = "account_unlinked"
	LinkPrefer  LinkDo = "account_preferred"
)

// LinkChange is a change of one link, asked for by somebody.
type LinkChange struct {
	Do    LinkDo
	Key   string // inbox key of the press; empty for commands of an administrator
	Link  string // our id of the link
	Actor PersonID
	Via   Via
	// Person is whom the actor had before their eyes. A link of somebody else is left alone.
	Person PersonID
	// Account and Email are what the platform says now, where the person confirms or refuses from that account. Empty where
	// an administrator does.
	Account Account
	Email   string
}
