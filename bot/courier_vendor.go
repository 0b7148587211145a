package bot

import (
	"context"
	"fmt"

	"steward/workflows"
)

// readVendor loads what a message about what is kept of a vendor tells, and says why it is moot, where it is.
func (c *Courier) readVendor(ctx context.Context, d workflows.Delivery, l letter) (letter, string, error) {
	reader, moot, err := c.readerOf(ctx, d, &l)
	if err != nil || moot != "" {
		return l, moot, err
	}
	v, ok, err := c.desk.vendor(ctx, reader, d.Mail.About)
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	if !ok {
		return l, mootHidden, nil
	}
	l.Kept = &v
	if l.Why.Daily() {
		if err := c.daily(ctx, &l, v.Eyes(), d.Mail); err != nil {
			return l, "", err
		}
	}
	if d.Receipt == nil && !l.holds() {
		return l, mootOver, nil
	}
	return l, "", nil
}
