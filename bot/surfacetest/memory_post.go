package surfacetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"steward/workflows"
)

// queued is a delivery on its way. Leases never run out here, and nothing waits for another try.
type queued struct {
	d    workflows.Delivery
	key  string
	busy bool
	done bool
	// How it ended, for the list of deliveries.
	state  workflows.DeliveryState
	reason string
	made   time.Time
}

func (m *Memory) post(mail workflows.Mail) {
	d := workflows.Delivery{Mail: mail, Account: workflows.PortalAccount(mail.To), Bucket: workflows.SurfacePortal + workflows.BucketPost}
	if mail.Why.Update() {
		for _, r := range m.receipts {
			if r.About == mail.About && r.Account.ID == d.Account.ID && r.Why == mail.Why {
				d.Receipt = &r
			}
		}
	}
	m.enqueue(d, "")
}

func (m *Memory) refresh(mail workflows.Mail) {
	for _, r := range m.receipts {
		if r.About == mail.About {
			m.enqueue(workflows.Delivery{Mail: mail, Account: r.Account, Receipt: &r, Bucket: workflows.SurfacePortal + workflows.BucketUpdate}, fmt.Sprintf("refresh/%d", r.ID))
		}
	}
}

func (m *Memory) enqueue(d workflows.Delivery, key string) {
	for _, q := range m.queue {
		if key != "" && q.key == key && !q.busy && !q.done {
			return
		}
	}
	d.ID, d.Token = int64(len(m.queue)+1), "t"
	m.queue = append(m.queue, &queued{d: d, key: key, state: workflows.DeliveryWaiting, made: m.now})
}

// Claim implements [bot.Queue].
func (m *Memory) Claim(_ context.Context, surfaces []string, n int, _ time.Duration) ([]workflows.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []workflows.Delivery
	taken := map[string]bool{}
	for _, q := range m.queue {
		order := q.d.Account.ID + " " + q.d.Mail.About.String()
		if q.done || taken[order] || len(out) == n || !slices.Contains(surfaces, q.d.Account.Surface) {
			continue
		}
		taken[order] = true
		if q.busy {
			continue
		}
		q.busy, q.state = true, workflows.DeliverySending
		out = append(out, q.d)
	}
	return out, nil
}

// Extend implements [bot.Queue].
func (m *Memory) Extend(context.Context, workflows.Delivery, time.Duration) error { return nil }

// Finish implements [bot.Queue]. Anything but a passing fault ends the delivery.
func (m *Memory) Finish(_ context.Context, d workflows.Delivery, f workflows.Finish) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.queue[d.ID-1]
	q.busy, q.done, q.reason = false, true, f.Reason
	switch f.State {
	case workflows.FinishSent:
		q.state = workflows.DeliverySent
	case workflows.FinishRetry, workflows.FinishFailed:
		q.state = workflows.DeliveryDead
	case workflows.FinishMoot, workflows.FinishGone, workflows.FinishPause:
		q.state = workflows.DeliveryMoot
	}
	if f.State == workflows.FinishRetry || f.State == workflows.FinishFailed {
		return fmt.Errorf("delivery %d about %s (%s): %s", d.ID, d.Mail.About, d.Mail.Why, f.Reason)
	}
	if f.Receipt != nil && d.Receipt == nil {
		r := *f.Receipt
		r.ID = int64(len(m.receipts) + 1)
		m.receipts = append(m.receipts, r)
	}
	m.writes++
	return nil
}

// Prune implements [bot.Queue].
func (m *Memory) Prune(context.Context, time.Time) error { return nil }
