package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"steward/workflows"
)

// Seals gives checkpoints of the record.
type Seals interface {
	// CheckpointAt gives the signed checkpoint of exactly so many records; [workflows.ErrNotFound] where there is none.
	CheckpointAt(ctx context.Context, size int64) (string, error)
}

// readAnchor loads the checkpoint that a message about the record posts.
func (c *Courier) readAnchor(ctx context.Context, l letter) (letter, string, error) {
	size, err := strconv.ParseInt(l.Part, 10, 64)
	if err != nil || l.Why != workflows.WhyAnchor || c.cfg.Seals == nil {
		return l, "", fmt.Errorf("deliver: no message %q about the record", l.Why)
	}
	l.Note, err = c.cfg.Seals.CheckpointAt(ctx, size)
	if errors.Is(err, workflows.ErrNotFound) {
		return l, mootGone, nil
	}
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	return l, "", nil
}
