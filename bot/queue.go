package bot

import (
	"context"
	"time"

	"steward/workflows"
)

// Queue is what the [Courier] needs of the outbox. The store implements it.
type Queue interface {
	// Claim takes up to n deliveries for the surfaces, most urgent lane first (with aging), at most one a (account, about)
	// and none whose bucket is paused, for the length of the lease on the database's clock.
	Claim(ctx context.Context, surfaces []string, n int, lease time.Duration) ([]workflows.Delivery, error)
	// Extend lengthens the lease; [workflows.ErrConflict] where somebody else has taken the delivery over.
	Extend(ctx context.Context, d workflows.Delivery, lease time.Duration) error
	// Finish ends the attempt. It is fenced: where the claim was taken over it changes nothing and gives ErrConflict.
	Finish(ctx context.Context, d workflows.Delivery, f workflows.Finish) error
	// Prune removes what is no longer needed: sent deliveries, inbox keys older than 7 days, drafts older than 30, ended
	// sessions. Receipts and notices stay.
	Prune(ctx context.Context, now time.Time) error
}
