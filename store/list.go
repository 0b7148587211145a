package store

import (
	"context"

	"steward/workflows"
	"steward/workflows/approval"
)

// The bounds of a page.
const (
	defaultPage = 50
	largestPage = 200
)

// pageLimit gives how many rows a page has for which so many were asked.
func pageLimit(asked int) int {
	if asked <= 0 {
		return defaultPage
	}
	return min(asked, largestPage)
}

// listedRow is a line of a list of requests.
type listedRow struct {
	ID, Flow, Title, Status, Tier, StageKey, Requester, Owner string
	SentAt, EndedAt, Due                                      int64
	Seq                                                       int
}

// dueFor is what [workflows.DueFor] says, of the request of a row and one person.
const dueFor = `SELECT COALESCE(min(CASE WHEN w.person = ? AND w.due > 0 THEN w.due END),
	NULLIF(max(CASE WHEN w.why IN ('decide', 'advise') THEN w.due END), 0), max(w.due), 0)
	FROM waits w WHERE w.about_kind = 'request' AND w.about_id = requests.id`

// Request reads one request, whole and of one moment; [workflows.ErrNotFound] where there is none. Who may see it is the
// caller's to ask.
func (s *Store) Request(ctx context.Context, id string) (r approval.Request, err error) {
	err = s.view(ctx, func(t tx) error {
		r, err = t.ReadRequest(ctx, id)
		return err
	})
	return r, err
}

// RequestRows gives one page of the requests that the viewer may see and the filter lets through, newest first or oldest
// first, and the id to go on from, empty at the end. It shows what [workflows.MaySee] allows.
func (s *Store) RequestRows(ctx context.Context, viewer workflows.Person, f workflows.RequestFilter) ([]workflows.RequestRow, string, error) {
	if !viewer.Active || viewer.ID == "" || !storable(f.Status, f.Flow, f.Text, f.Before, string(f.Owner)) {
		return nil, "", nil
	}
	limit := pageLimit(f.Limit)
	db := s.read.WithContext(ctx).Model(&requestRow{})
	if !workflows.SeesAll(viewer) {
		db = db.Where("EXISTS (SELECT 1 FROM readers r WHERE r.about_kind = 'request' AND r.about_id = requests.id AND r.person = ?)",
			string(viewer.ID))
	}
	if f.Status != "" {
		db = db.Where("status = ?", f.Status)
	}
	if f.Flow != "" {
		db = db.Where("flow = ?", f.Flow)
	}
	if f.Mine {
		db = db.Where("(requester = ? OR owner = ?)", string(viewer.ID), string(viewer.ID))
	}
	if f.Owner != "" {
		db = db.Where("owner = ?", string(f.Owner))
	}
	if f.Text != "" {
		db = db.Where(`search_key LIKE ? ESCAPE '\'`, containing(f.Text))
	}
	order, past := "sent_at DESC, number DESC, id DESC", "<"
	if f.Oldest {
		order, past = "sent_at, number, id", ">"
	}
	if f.Before != "" {
		db = db.Where("(sent_at, number, id) "+past+" (SELECT b.sent_at, b.number, b.id FROM requests b WHERE b.id = ?)", f.Before)
	}
	var rows []listedRow
	err := db.Select("id, flow, title, status, tier, stage_key, requester, owner, sent_at, ended_at, seq, ("+dueFor+") AS due", string(viewer.ID)).
		Order(order).Limit(limit + 1).Find(&rows).Error
	if err != nil {
		return nil, "", failed(err, "list requests")
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	out := make([]workflows.RequestRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, workflows.RequestRow{
			ID: r.ID, Flow: r.Flow, Title: r.Title, Status: r.Status, Tier: r.Tier, Stage: r.StageKey,
			Requester: workflows.PersonID(r.Requester), Owner: workflows.PersonID(r.Owner),
			SentAt: instant(r.SentAt), EndedAt: instant(r.EndedAt), Due: instant(r.Due), Seq: r.Seq,
		})
	}
	return out, next, nil
}
