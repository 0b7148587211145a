package bot

import (
	"context"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// Applier applies events; the engine is one.
type Applier interface {
	// Apply applies one event to one thing in one transaction. A refusal is no error.
	Apply(ctx context.Context, ev workflows.Event) (workflows.Applied, error)
	// Now is business time.
	Now() time.Time
	// Flow gives a flow of the pack with this hash, or of the pack in force where hash is empty. ErrNotFound where
	// there is none.
	Flow(ctx context.Context, hash, key string) (*policy.Flow, error)
	// Flows gives the flows of the pack in force that people can start, in the pack's order.
	Flows(ctx context.Context) ([]*policy.Flow, error)
}

// Reader is what the desk and the courier read.
type Reader interface {
	Request(ctx context.Context, id string) (approval.Request, error)
	// People gives a roster of the people named, three managers up, and the active holders of the roles.
	People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error)
	Waits(ctx context.Context, who workflows.PersonID) ([]workflows.Wait, error)
	RequestRows(ctx context.Context, viewer workflows.Person, f workflows.RequestFilter) ([]workflows.RequestRow, string, error)
	Systems
	Absences
	Vendors
}

// Systems is what they read of the AI register.
type Systems interface {
	// System reads one entry, whole; [workflows.ErrNotFound] where there is none. The caller asks MaySee.
	System(ctx context.Context, id string) (register.System, error)
	// SystemRows gives one page, newest first, and the id to go on from ("" at the end). Everybody may read what is in a row but
	// the title.
	SystemRows(ctx context.Context, f workflows.SystemFilter) ([]workflows.SystemRow, string, error)
	// AlikeSystems gives up to n entries whose approval stands at a moment, in Unix milliseconds, and whose tool and vendor are likely those
	// that somebody typed, newest first.
	AlikeSystems(ctx context.Context, tool, vendor string, at int64, n int) ([]workflows.SystemRow, error)
}

// Drafts keeps forms somebody has begun. SaveDraft gives ErrConflict where the stored revision is another.
type Drafts interface {
	Draft(ctx context.Context, id string) (policy.Draft, error)
	SaveDraft(ctx context.Context, d policy.Draft) (policy.Draft, error)
	DraftsOf(ctx context.Context, who workflows.PersonID, form string) ([]policy.Draft, error)
}

// Desk is where presses come in, on every surface alike.
type Desk struct {
	engine Applier
	read   Reader
	drafts Drafts
	newID  func() string // 128 random bits, for drafts

	accounts Accounts // nil where there are none
}

// NewDesk makes a desk. newID gives ids of drafts that nobody can guess.
func NewDesk(engine Applier, read Reader, drafts Drafts, newID func() string) *Desk {
	return &Desk{engine: engine, read: read, drafts: drafts, newID: newID}
}
