package engine

import (
	"context"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/away"
	"steward/workflows/directory"
	"steward/workflows/policy"
	"steward/workflows/register"
	"steward/workflows/vendor"
)

// Store runs transactions. Do commits when fn returns nil and rolls back otherwise; it never runs fn twice. On Postgres
// the level is read committed and rows are locked by the methods that say so; on SQLite one writer runs at a time.
type Store interface {
	Do(ctx context.Context, fn func(Tx) error) error
}

// Tx is what a step may read and write, made of one small interface a noun. A new workflow adds one.
type Tx interface {
	Inbox
	Requests
	Systems
	Absences
	Vendors
	Directory
	Accounts
	SignIns
	Packs
	Proposals
	Log
	Erasures
	Post
	Deliveries
	Timers
	Drafts
}

// Inbox makes repeated events harmless.
type Inbox interface {
	// Enter takes the key. Where it was taken before, first is false and code is the answer given then. A concurrent
	// transaction with the same key waits for the first one to end.
	Enter(ctx context.Context, key string, at time.Time) (code workflows.Code, first bool, err error)
	// Leave keeps the code of a refusal as the key's answer.
	Leave(ctx context.Context, key string, code workflows.Code) error
}

// Requests keeps approval requests: the head as one row, each round's screening once, votes and their like as rows.
type Requests interface {
	// NewRequestID gives the next id of the prefix: "AIR-42".
	NewRequestID(ctx context.Context, prefix string) (string, error)
	// LockRequest reads the request and holds its row until the transaction ends. [workflows.ErrNotFound] where there is none.
	LockRequest(ctx context.Context, id string) (approval.Request, error)
	// ReadRequest reads the request without holding it. [workflows.ErrNotFound] where there is none.
	ReadRequest(ctx context.Context, id string) (approval.Request, error)
	// SaveRequest writes what differs between before (zero for a new one) and after, waits and readers included.
	SaveRequest(ctx context.Context, before, after approval.Request) error
	// OpenRequests gives the ids of all open requests, ordered.
	OpenRequests(ctx context.Context) ([]string, error)
}

// Systems keeps the entries of the AI register: each as one row.
type Systems interface {
	// NewSystemID gives the next id: "AIS-7".
	NewSystemID(ctx context.Context) (string, error)
	// LockSystem reads the entry and holds its row until the transaction ends. [workflows.ErrNotFound] where there is none.
	LockSystem(ctx context.Context, id string) (register.System, error)
	// ReadSystem reads the entry without holding it. [workflows.ErrNotFound] where there is none.
	ReadSystem(ctx context.Context, id string) (register.System, error)
	// SystemOf gives the id of the entry that a request brought. [workflows.ErrNotFound] where it brought none.
	SystemOf(ctx context.Context, request string) (string, error)
	// SaveSystem writes what differs between before (zero for a new one) and after, waits and readers included.
	// [workflows.ErrConflict] where the stored entry is not before.
	SaveSystem(ctx context.Context, before, after register.System) error
	// NamedSystems gives the entries of the same tool and vendor, see [workflows.SameTool], whatever became of them, newest first.
	NamedSystems(ctx context.Context, tool, vendor string) ([]workflows.SystemRow, error)
	// LivingSystems gives the ids of all entries whose life is not over, in their natural order.
	LivingSystems(ctx context.Context) ([]string, error)
}

// Absences keeps who is away: each as one row, and beside it, while somebody stands in, the delegation that it lends. Whoever
// changes one holds it, or has taken its number, and then holds its person and the delegates: before others are read.
type Absences interface {
	// NewAbsenceID gives the next id: "AWAY-7".
	NewAbsenceID(ctx context.Context) (string, error)
	// LockAbsence reads the absence and holds its row until the transaction ends. [workflows.ErrNotFound] where there is none.
	LockAbsence(ctx context.Context, id string) (away.Absence, error)
	// SaveAbsence writes the absence (before is zero for a new one), its delegation and its readers. [workflows.ErrConflict] where
	// the stored one is not before.
	SaveAbsence(ctx context.Context, before, after away.Absence) error
	// OpenAbsences gives the open absences of these people and those that name one of them as delegate, or, of nobody, all that are
	// open; in their natural order.
	OpenAbsences(ctx context.Context, of ...workflows.PersonID) ([]away.Absence, error)
	// WaitingFor gives the requests and systems where something waits for the person, or for somebody who stands in for them.
	WaitingFor(ctx context.Context, who workflows.PersonID) ([]workflows.Ref, error)
}

// Vendors keeps what is kept of vendors: each vendor and plan as one row, found by the letters and digits of its name.
type Vendors interface {
	// NewVendorID gives the next id: "VEN-7".
	NewVendorID(ctx context.Context) (string, error)
	// LockVendor reads what is kept and holds its row until the transaction ends. [workflows.ErrNotFound] where there is none.
	LockVendor(ctx context.Context, id string) (vendor.Vendor, error)
	// VendorNamed reads what is kept of a vendor and a plan, whatever the case, the spaces and the marks of its name.
	// [workflows.ErrNotFound] where nothing is.
	VendorNamed(ctx context.Context, name, plan string) (vendor.Vendor, error)
	// SaveVendor writes what is kept (before is zero for a new one), waits and readers included. [workflows.ErrConflict] where the
	// stored one is not before, or where there is another one of that name and plan.
	SaveVendor(ctx context.Context, before, after vendor.Vendor) error
	// WaitingVendors gives the ids of those of which a fact counts not much longer, in their natural order.
	WaitingVendors(ctx context.Context) ([]string, error)
}

// Need names the people a step wants to know.
type Need struct {
	People []workflows.PersonID // each with three managers up
	Roles  []workflows.Role     // all active holders
}

// Directory keeps people, roles and delegations.
type Directory interface {
	// Roster gives the people of the need, with the delegations from and to them that have not ended.
	Roster(ctx context.Context, need Need, at time.Time) (workflows.Roster, error)
	// Everyone gives all people as stored, ordered by id.
	Everyone(ctx context.Context) ([]directory.Row, error)
	// PutPeople inserts or updates people, and links the accounts that the file names.
	PutPeople(ctx context.Context, changes []directory.Change) error
	// PutAssets replaces the systems, or the subjects of one kind, that the company owns (systems.csv and
	// subjects.csv) by the ones given, and says how many rows changed.
	PutAssets(ctx context.Context, assets []directory.Asset) (int, error)
	// PutDelegation stores a delegation that no absence lends: only tests have those.
	PutDelegation(ctx context.Context, d workflows.Delegation) error
}

// Accounts keeps the links of chat accounts to people. Whoever changes a link holds its person.
type Accounts interface {
	// Link gives a link in any state; [workflows.ErrNotFound] where there is none.
	Link(ctx context.Context, id string) (workflows.Link, error)
	// FindLinks gives the links of an account of a platform, in any state and any tenant.
	FindLinks(ctx context.Context, surface, user string) ([]workflows.Link, error)
	// LinksOf gives the links of a person in any state: the preferred one first, those that are limited last, else the last
	// used first. An account that somebody took for themselves never gets between a person and their mail.
	LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error)
	// LockPeople holds people until the transaction ends, against other changes of their links.
	LockPeople(ctx context.Context, who ...workflows.PersonID) error
	// SaveLink inserts or updates a link; a preferred one takes that from the person's others. [workflows.ErrConflict] where
	// the account has another link in that tenant.
	SaveLink(ctx context.Context, l workflows.Link) error
	// DropLink removes a link.
	DropLink(ctx context.Context, id string) error
	// MuteLink sees to it that nothing more is told to the account: what waits for it fails, no message there is updated.
	MuteLink(ctx context.Context, id string) error
	// EndSignIns ends the ways into the portal that an account opens: one-time links of its person that were not used yet, the
	// sessions that began by it and, where sessions says so, all of the person that began by a one-time link.
	EndSignIns(ctx context.Context, l workflows.Link, sessions bool) error
	// NoteUse notes when a link was used last.
	NoteUse(ctx context.Context, id string, at time.Time) error
	// Sharing gives everyone, active or not, whose address is the same but for case and form of writing.
	Sharing(ctx context.Context, email string) ([]workflows.Person, error)
	// Unreached gives up to n people for whom something waits and who have no confirmed account in any chat, due first; nor an
	// address, where mailed says that e-mails are written.
	Unreached(ctx context.Context, mailed bool, n int) ([]workflows.Unreached, error)
	// Tried gives the ids of the accounts to which a mail was on its way already.
	Tried(ctx context.Context, m workflows.Mail) ([]string, error)
}

// SignIns keeps the ways into the portal.
type SignIns interface {
	// PutSignInLink stores a one-time link.
	PutSignInLink(ctx context.Context, l workflows.SignInLink) error
	// EndSessions ends all sessions of a person, and their one-time links that were not used yet, and gives how many sessions
	// there were.
	EndSessions(ctx context.Context, who workflows.PersonID) (int, error)
	// WithHRID gives everyone, active or not, who has this id in the personnel system.
	WithHRID(ctx context.Context, id string) ([]workflows.Person, error)
}

// Packs keeps policy packs whole, by content hash, and which one is in force.
type Packs interface {
	// ActivePack gives the hash of the pack in force; empty before the first activation.
	ActivePack(ctx context.Context) (string, error)
	// Bundle gives a stored pack; [workflows.ErrNotFound] where there is none.
	Bundle(ctx context.Context, hash string) ([]byte, error)
	// PutBundle stores a pack; storing it again changes nothing.
	PutBundle(ctx context.Context, hash string, bundle []byte, at time.Time) error
	// Activate moves the pack in force from one hash to another; [workflows.ErrConflict] where from is not in force any more.
	Activate(ctx context.Context, from, to string, at time.Time) error
}

// Proposals keeps changes of Steward itself that wait for a second person. They come one after the other: whoever changes one,
// the pack in force or somebody's roles, holds the pack in force first, before anything else.
type Proposals interface {
	// HoldPack gives the hash of the pack in force, as ActivePack does, and holds it until the transaction ends.
	HoldPack(ctx context.Context) (string, error)
	// NewProposalID gives the next id: "7". The caller holds the pack.
	NewProposalID(ctx context.Context) (string, error)
	// Proposal reads a proposal; [workflows.ErrNotFound] where there is none.
	Proposal(ctx context.Context, id string) (workflows.Proposal, error)
	// OpenProposals gives those that wait, oldest first.
	OpenProposals(ctx context.Context) ([]workflows.Proposal, error)
	// SaveProposal inserts or updates a proposal.
	SaveProposal(ctx context.Context, p workflows.Proposal) error
	// SetRoles gives a person exactly these roles.
	SetRoles(ctx context.Context, who workflows.PersonID, roles []workflows.Role) error
}

// Entry is one record as it is stored: Bytes are hashed as they are.
type Entry struct {
	Record workflows.Record
	Bytes  []byte
	Texts  []Text
}

// Text is a text beside the log: SHA-256(Salt || Value) in hex is the Commitment in the entry.
type Text struct {
	Commitment string
	Name       string // "reason", "shown", ...
	Salt       []byte // 16 random bytes
	Value      []byte
	File       []byte // the content of the file whose name it is; empty for all other texts
}

// Sealed is how far the log is sealed, and how much of that was posted as a checkpoint before.
type Sealed struct {
	Size     int64     // records in the newest checkpoint; 0 where there is none
	Posted   int64     // records in the checkpoint that was posted last; 0 where none was
	PostedAt time.Time // business time
	News     bool      // other records than those of posted checkpoints were sealed since
}

// Log is the append-only log.
type Log interface {
	// LastRecord gives the number of the last record about the thing, 0 where there is none. The caller holds the thing.
	LastRecord(ctx context.Context, about workflows.Ref) (int, error)
	// Append adds entries. A number that exists already is [workflows.ErrConflict].
	Append(ctx context.Context, entries []Entry) error
	// Sealed says how far the log is sealed and what of it was posted.
	Sealed(ctx context.Context) (Sealed, error)
	// AddKey keeps the public key of checkpoints, and says whether it was unknown before.
	AddKey(ctx context.Context, verifier string) (added bool, err error)
}

// Erasures destroys what is kept about people, and what its time is over for. The log stays as it is; of the texts beside it
// those go that are named, and the rows that repeat them say nothing any more.
type Erasures interface {
	// Ties says what keeps a person from being erased. [workflows.ErrNotFound] where there is none.
	Ties(ctx context.Context, who workflows.PersonID) (workflows.Ties, error)
	// TextsOf gives the commitments of the texts about a person that are there: of records about them, their accounts,
	// their roles and their absences; with own those, too, that they wrote in requests that have
	// ended and of systems whose life is over.
	TextsOf(ctx context.Context, who workflows.PersonID, own bool) ([]string, error)
	// ErasePerson destroys those texts and everything else about a person, whose name and links are given as they were.
	ErasePerson(ctx context.Context, who workflows.PersonID, name string, texts []string, links []workflows.Link, own bool) (workflows.Erased, error)
	// Retirable gives up to n requests that have texts and were over before a business time, the oldest first; one that brought a
	// system into the register is not over before the life of that one is, or its approval has ended.
	Retirable(ctx context.Context, before time.Time, n int) ([]string, error)
	// RetireRequest destroys the texts of a request and of its system, and what rows repeat of them, and gives their commitments.
	RetireRequest(ctx context.Context, id string) (texts []string, err error)
	// RetirableSystems gives up to n systems that no request is of, that have texts and were over before a business time, the oldest first.
	RetirableSystems(ctx context.Context, before time.Time, n int) ([]string, error)
	// RetireSystem destroys the texts of such a system in the same way.
	RetireSystem(ctx context.Context, id string) (texts []string, err error)
	// RetireReasons destroys up to n reasons for changes of what is kept of vendors that were given before a business time, the oldest first.
	RetireReasons(ctx context.Context, before time.Time, n int) (texts []string, err error)
	// DropCopies destroys the copies of messages that were sent before a business time.
	DropCopies(ctx context.Context, before time.Time) error
}

// Post is the outbox: mails to be expanded, events for other things, and deliveries.
type Post interface {
	// PutMails stores mails; one with the same (About, Record, Item) is kept once.
	PutMails(ctx context.Context, mails []workflows.Mail) error
	// PutTell stores an event for another thing. Key is (record, n).
	PutTell(ctx context.Context, t Tell) error
	// TakeMails locks up to n mails that wait to be expanded, oldest first, passing over those another replica holds and those
	// that are held until after at, in business time.
	TakeMails(ctx context.Context, at time.Time, n int) ([]workflows.Mail, error)
	// HoldMail lets a mail wait until a business time.
	HoldMail(ctx context.Context, id int64, until time.Time) error
	// TakeTells locks up to n events that wait to be applied in the same way: of each thing the oldest, for they are applied
	// in order. One that was put off, and those after it, wait.
	TakeTells(ctx context.Context, n int) ([]Tell, error)
	// Receipts gives the messages that exist about a thing and were not superseded.
	Receipts(ctx context.Context, about workflows.Ref) ([]workflows.Receipt, error)
	// Expand stores the deliveries of a mail and marks the mail expanded. A delivery whose key exists and is still
	// waiting is kept once.
	Expand(ctx context.Context, m workflows.Mail, deliveries []Outgoing) error
	// DoneTell removes an event that was applied.
	DoneTell(ctx context.Context, id int64) error
	// PutOffTell counts an attempt that failed and keeps the event for a while of real time.
	PutOffTell(ctx context.Context, id int64, wait time.Duration) error
}

// Deliveries are what the courier carries, as those who run Steward change them. The courier has a queue of its own.
type Deliveries interface {
	// LockDelivery reads a delivery and holds it until the transaction ends: no courier claims it meanwhile, and an attempt
	// that ends waits. [workflows.ErrNotFound] where there is none.
	LockDelivery(ctx context.Context, id int64) (workflows.DeliveryRow, error)
	// RetryDelivery lets a dead delivery start anew; confirmed says that its account may carry content.
	// [workflows.ErrConflict] where it is not dead.
	RetryDelivery(ctx context.Context, id int64, confirmed bool) error
	// GiveUpDelivery ends a delivery that waits, is dead or whose lease has run out; [workflows.ErrConflict] for any other.
	GiveUpDelivery(ctx context.Context, id int64) error
}

// Outgoing is a delivery to be stored.
type Outgoing struct {
	Key       string // unique among deliveries that have not been sent: makes repeats and refreshes coalesce
	Once      bool   // the key is unique among those sent, too
	Account   workflows.Account
	Update    *workflows.Receipt // the message to update; nil for a new one
	Why       workflows.Why
	Lane      workflows.Lane
	Bucket    string
	NotBefore time.Time // real time; zero for at once
}

// Tell is an event on its way to another, existing thing.
type Tell struct {
	ID    int64
	Key   string
	About workflows.Ref
	What  string // kind
	Body  []byte // JSON
	At    time.Time
	// Attempts is how often it could not be applied.
	Attempts int
}

// Timer is a promise to wake a thing at a business time.
type Timer struct {
	About workflows.Ref
	Name  string
	At    time.Time
	// Attempts is how often it could not be applied. Setting a timer begins anew.
	Attempts int
}

// Timers keeps what is to wake when, in business time.
type Timers interface {
	// SetTimers stores or moves timers; a zero At removes one. Names are unique within a thing.
	SetTimers(ctx context.Context, timers []Timer) error
	// TakeTimer removes the timer and says whether it was still there at exactly that time.
	TakeTimer(ctx context.Context, t Timer) (bool, error)
	// DueTimers gives up to n timers due at the time, in the order they fall due, but for those put off. Nothing is locked.
	DueTimers(ctx context.Context, at time.Time, n int) ([]Timer, error)
	// PutOffTimer counts an attempt that failed and keeps the timer for a while of real time.
	PutOffTimer(ctx context.Context, t Timer, wait time.Duration) error
	// NextTimer gives the time of the next timer, or that until which the next mail is held, zero where there is none of both.
	NextTimer(ctx context.Context) (time.Time, error)
}

// Drafts keeps forms somebody has begun, for 30 days.
type Drafts interface {
	// Draft reads a draft; [workflows.ErrNotFound] where there is none.
	Draft(ctx context.Context, id string) (policy.Draft, error)
	// SaveDraft writes a draft if its revision is the stored one (0 for a new one) and raises it; [workflows.ErrConflict] otherwise.
	SaveDraft(ctx context.Context, d policy.Draft) (policy.Draft, error)
	// FinishDraft marks a draft as sent.
	FinishDraft(ctx context.Context, id, became string) error
	// DraftsOf gives a person's unfinished drafts of the form, newest first.
	DraftsOf(ctx context.Context, who workflows.PersonID, form string) ([]policy.Draft, error)
}
