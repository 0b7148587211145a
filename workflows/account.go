package workflows

import (
	"strconv"
	"strings"
	"time"
)

// Proof says on whose word an account counts as a person's. Proofs are stored; they never change.
type Proof string

// The proofs of a link.
const (
	ProofNone   Proof = ""       // nobody's yet: a proposal, which carries no content
	ProofImport Proof = "import" // an administrator's file names the account
	ProofAdmin  Proof = "admin"  // an administrator confirmed it
	ProofDomain Proof = "domain" // the person's own, at an address of a domain that the policy trusts
	ProofOIDC   Proof = "oidc"   // the company's identity provider: it signed the person in
	ProofPerson Proof = "person" // the person's own, and the platform's word for their address: see [Account.Limited]
)

// Limited says that only the person themself, and an address the platform does not verify, stand for the account. Such an
// account carries what the person has by relation (requester, owner, line manager) and nothing they have by a role.
func (a Account) Limited() bool { return a.Proof == ProofPerson }

// AccountRef points to the link of an account, by our own id of it.
func AccountRef(id string) Ref { return Ref{Kind: KindAccount, ID: id} }

// LinkState says where the link of an account stands. States are stored in records; they never change.
type LinkState string

// The states of a link.
const (
	LinkProposed LinkState = "proposed" // an address matches; the person has not said so
	LinkLinked   LinkState = "linked"
	LinkRefused  LinkState = "refused" // "this is not me": only an administrator makes it a link
	LinkEnded    LinkState = "ended"   // it was one: only an administrator makes it one again
	LinkGone     LinkState = "gone"    // its row was replaced by another link of the same account, or erased with its person; in records only
)

// Link is an account with what is known of its being a person's.
type Link struct {
	Account

	State     LinkState
	New       bool      // the call that gives it has made it
	Preferred bool      // messages go here first
	UsedAt    time.Time // business time, to the hour; zero where never
	AskedAt   time.Time // when the account was asked, in a message, whose it is; zero where never
}

// Serves says whether the link is one of the tenant: it names it, or an administrator's file made it and could not name one.
func (l Link) Serves(tenant string) bool { return l.Tenant == tenant || l.Tenant == "" }

// PickLink chooses among all links of one account of a platform the one that counts in the tenant: the one an
// administrator's file made, else the one of the tenant. settled is false where its tenant is to be filled in first.
func PickLink(found []Link, tenant string) (l Link, settled, ok bool) {
	for _, one := range found {
		switch {
		case one.Tenant == "" && one.State == LinkLinked:
			return one, false, true
		case one.Tenant == tenant, one.Tenant == "" && !ok:
			l, ok = one, true
		}
	}
	return l, ok, ok
}

// What more a message about a link tells, as the part of its mail. Parts are stored; they never change.
const (
	PartMoved = "moved" // the account stands in the place of another one of the person's
	PartTaken = "taken" // it is somebody else's now

	partPassed = "passed " // to those who answer for Steward: it passed from one person to another
)

// PassedPart is the part of a message that an account passed from one person to another, n of them at once.
func PassedPart(n int) string { return partPassed + strconv.Itoa(n) }

// Passed says whether such a part is one, and how many accounts passed at once.
func Passed(part string) (n int, ok bool) {
	text, ok := strings.CutPrefix(part, partPassed)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return max(n, 1), err == nil
}

// LinkDo is what is done to a link. The names are those of the records.
type LinkDo string

// What can be done to a link.
const (
	LinkPropose LinkDo = "account_proposed"
	LinkConfirm LinkDo = "account_confirmed" // by the person, or by an administrator
	LinkRefuse  LinkDo = "account_refused"   // "No, this is not me"
	LinkEnd     LinkDo = "account_unlinked"
	LinkPrefer  LinkDo = "account_preferred"
	LinkImport  LinkDo = "account_imported"      // an administrator's file changed it
	LinkTenant  LinkDo = "account_tenant_filled" // the first use named the tenant
	LinkReplace LinkDo = "account_replaced"      // by another link of the same account
	LinkSignIn  LinkDo = "account_signed_in"     // its holder signed in afresh, because the policy wants it
	LinkErase   LinkDo = "account_erased"        // with everything else about its person
)

// LinkChange is a change of one link, asked for by somebody.
type LinkChange struct {
	Do    LinkDo
	Key   string // inbox key of the press; empty for commands of an administrator
	Link  string // our id of the link; empty where Account says which
	Actor PersonID
	Via   Via
	// Person is whom the actor had before their eyes. A link of somebody else is left alone.
	Person PersonID
	// Account and Email are what the platform says now, where the press came from the account in question. Empty where an
	// administrator acts, or the person from another place.
	Account Account
	Email   string
}

// SameAddress says whether two e-mail addresses are the same, but for the case of ASCII letters. It is narrower than what
// finds people on purpose: full-width letters, the Kelvin sign and their like are other mailboxes, which somebody else
// may own.
func SameAddress(a, b string) bool { return a != "" && lowered(a) == lowered(b) }

// AddressDomain gives what stands after the last @ of an address, in small letters; empty where there is none.
func AddressDomain(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at <= 0 {
		return ""
	}
	return lowered(email[at+1:])
}

// lowered folds the case of ASCII letters and of nothing else, byte by byte.
func lowered(s string) string {
	out := []byte(s)
	for i, b := range out {
		if 'A' <= b && b <= 'Z' {
			out[i] = b + 'a' - 'A'
		}
	}
	return string(out)
}
