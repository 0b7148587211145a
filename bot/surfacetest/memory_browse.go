package surfacetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"steward/workflows"
)

// page cuts what comes after the key of the page before to a page, and says whether more follows.
func page[T any](all []T, limit int) ([]T, bool) {
	if limit <= 0 {
		limit = 50
	}
	if len(all) > limit {
		return all[:limit], true
	}
	return all, false
}

// RecordRows gives a page of the records that the viewer may see.
func (m *Memory) RecordRows(_ context.Context, viewer workflows.Person, f workflows.RecordFilter) ([]workflows.RecordRow, workflows.RecordKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []workflows.RecordRow
	for _, rows := range m.records {
		for _, row := range rows {
			all = append(all, workflows.RecordRow{Sealed: true, Record: row.Record, Title: m.titleOf(row.Record.About), Hash: row.Hash})
		}
	}
	slices.SortFunc(all, func(a, b workflows.RecordRow) int {
		return cmp.Or(cmp.Compare(a.Record.At, b.Record.At), cmp.Compare(a.Record.About.ID, b.Record.About.ID), cmp.Compare(a.Record.N, b.Record.N))
	})
	for i := range all {
		all[i].Key = workflows.RecordKey{At: all[i].Record.At, ID: int64(i + 1)}
	}
	slices.Reverse(all)
	all = slices.DeleteFunc(all, func(r workflows.RecordRow) bool {
		return !m.reads(viewer, r.Record.About) || !recordFits(r, f)
	})
	rows, more := page(all, f.Limit)
	if !more {
		return rows, workflows.RecordKey{}, m.fault
	}
	return rows, rows[len(rows)-1].Key, m.fault
}

// titleOf gives the title of a request or of an entry.
func (m *Memory) titleOf(about workflows.Ref) string {
	if about.Kind == workflows.KindSystem {
		return m.systemOf(about.ID).Title
	}
	return m.requests[about.ID].Screening.Title
}

func recordFits(r workflows.RecordRow, f workflows.RecordFilter) bool {
	rec := r.Record
	return (f.Kind == "" || rec.About.Kind == f.Kind) && (f.About == workflows.Ref{} || rec.About == f.About) && (f.What == "" || rec.What == f.What) &&
		(f.Actor == "" || rec.Actor == f.Actor) && (f.From.IsZero() || !rec.Time().Before(f.From)) && (f.Until.IsZero() || rec.Time().Before(f.Until)) &&
		(f.Before == workflows.RecordKey{} || r.Key.At < f.Before.At || r.Key.At == f.Before.At && r.Key.ID < f.Before.ID)
}

// reads says whether the viewer sees the records of a thing.
func (m *Memory) reads(viewer workflows.Person, about workflows.Ref) bool {
	if about.Kind == workflows.KindRequest {
		return workflows.MaySee(viewer, m.requests[about.ID].Concerned())
	}
	if about.Kind == workflows.KindSystem && workflows.MaySee(viewer, m.systemOf(about.ID).Concerned()) {
		return true
	}
	return workflows.SeesRecordsOf(viewer, about.Kind)
}

// Record gives one record that the viewer may see.
func (m *Memory) Record(_ context.Context, viewer workflows.Person, about workflows.Ref, n int) (workflows.LogRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, row := range m.records[about.ID] {
		if row.Record.About == about && row.Record.N == n && m.reads(viewer, about) {
			return row, m.fault
		}
	}
	return workflows.LogRow{}, cmp.Or(m.fault, fmt.Errorf("record %d of %s: %w", n, about, workflows.ErrNotFound))
}

// PeopleRows gives a page of the people, by name.
func (m *Memory) PeopleRows(_ context.Context, f workflows.PeopleFilter) ([]workflows.Person, workflows.PersonID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Clone(m.people)
	slices.SortFunc(all, func(a, b workflows.Person) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	if i := slices.IndexFunc(all, func(p workflows.Person) bool { return p.ID == f.After }); i >= 0 {
		all = all[i+1:]
	}
	text := strings.ToLower(strings.TrimSpace(f.Text))
	all = slices.DeleteFunc(all, func(p workflows.Person) bool {
		words := p.Name + "\n" + string(p.ID)
		if f.Addresses {
			words += "\n" + p.Email
		}
		return p.Active == f.Left || f.Role != "" && !p.Has(f.Role) || f.Manager != "" && p.Manager != f.Manager ||
			!strings.Contains(strings.ToLower(words), text)
	})
	rows, more := page(all, f.Limit)
	if !more {
		return rows, "", m.fault
	}
	return rows, rows[len(rows)-1].ID, m.fault
}

// LinksOf gives no links: nobody has a chat here.
func (m *Memory) LinksOf(context.Context, workflows.PersonID) ([]workflows.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return nil, m.fault
}

func (q *queued) row() workflows.DeliveryRow {
	row := workflows.DeliveryRow{
		ID: q.d.ID, Mail: q.d.ID, About: q.d.Mail.About, Why: q.d.Mail.Why, Account: q.d.Account, State: q.state,
		Held: q.state == workflows.DeliverySending, Update: q.d.Receipt != nil, Reason: q.reason, Made: q.made,
	}
	if q.done {
		row.Attempts, row.Done = 1, q.made
	} else {
		row.Next = q.made
	}
	return row
}

// DeliveryRows gives a page of the deliveries.
func (m *Memory) DeliveryRows(_ context.Context, f workflows.DeliveryFilter) ([]workflows.DeliveryRow, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []workflows.DeliveryRow
	for _, q := range slices.Backward(m.queue) {
		d := q.row()
		if (f.State == "" || d.State == f.State) && (f.Surface == "" || d.Account.Surface == f.Surface) && (f.About == workflows.Ref{} || d.About == f.About) &&
			(len(f.People) == 0 || slices.Contains(f.People, d.Account.Person)) && (f.Mail == 0 || d.Mail == f.Mail) && (f.Before == 0 || d.ID < f.Before) {
			all = append(all, d)
		}
	}
	rows, more := page(all, f.Limit)
	if !more {
		return rows, 0, m.fault
	}
	return rows, rows[len(rows)-1].ID, m.fault
}

// Delivery gives one delivery.
func (m *Memory) Delivery(_ context.Context, id int64) (workflows.DeliveryRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id < 1 || id > int64(len(m.queue)) {
		return workflows.DeliveryRow{}, cmp.Or(m.fault, fmt.Errorf("delivery %d: %w", id, workflows.ErrNotFound))
	}
	return m.queue[id-1].row(), m.fault
}

// DeliveryCounts counts what is not delivered.
func (m *Memory) DeliveryCounts(context.Context) (workflows.DeliveryCounts, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var c workflows.DeliveryCounts
	for _, q := range m.queue {
		switch q.state {
		case workflows.DeliveryWaiting:
			c.Waiting, c.Oldest = c.Waiting+1, max(c.Oldest, m.now.Sub(q.made))
		case workflows.DeliverySending:
			c.Sending++
		case workflows.DeliveryDead:
			c.Dead++
		case workflows.DeliverySent, workflows.DeliveryMoot:
		}
	}
	return c, m.fault
}

// Unreached gives those of Chatless for whom something waits, in their order.
func (m *Memory) Unreached(ctx context.Context, _ bool, n int) ([]workflows.Unreached, error) {
	var out []workflows.Unreached
	for _, who := range m.Chatless {
		waits, err := m.Waits(ctx, who)
		if err != nil {
			return nil, err
		}
		if len(waits) > 0 && len(out) < n {
			out = append(out, workflows.Unreached{Person: who, Waits: len(waits), Since: waits[0].Since, Due: waits[0].Due})
		}
	}
	return out, nil
}

// ChangeDelivery retries a delivery or gives it up, with a record.
func (m *Memory) ChangeDelivery(_ context.Context, c workflows.DeliveryChange) (*workflows.Refusal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return nil, m.fault
	}
	if _, used := m.keys[c.Key]; used {
		return nil, nil //nolint:nilnil // done already
	}
	actor, _ := m.roster().Person(c.Actor)
	if c.ID < 1 || c.ID > int64(len(m.queue)) || !workflows.RunsDeliveries(actor) {
		return workflows.Refuse(workflows.CodeUnknown, "There is no such delivery for you."), nil
	}
	q := m.queue[c.ID-1]
	retries, ends := c.Do == workflows.DeliveryRetry && q.row().Retriable(), c.Do == workflows.DeliveryGiveUp && q.row().Endable()
	switch {
	case retries:
		q.state, q.done = workflows.DeliveryWaiting, false
	case ends:
		q.state, q.done, q.reason = workflows.DeliveryMoot, true, workflows.ReasonGivenUp
	default:
		return workflows.Refuse(workflows.CodeNotNow, "It has ended, or is being sent. Nothing was changed."), nil
	}
	m.keys[c.Key] = ""
	m.writes++
	ev := workflows.Event{Actor: c.Actor, At: m.now, Via: c.Via, About: workflows.DeliveryRef(c.ID)}
	_, err := m.record(ev, 0, 0, []workflows.Fact{{Kind: string(c.Do)}})
	return nil, err
}
