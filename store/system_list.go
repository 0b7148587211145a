package store

import (
	"context"

	"steward/workflows"
	"steward/workflows/register"
)

// System reads one entry of the AI register; [workflows.ErrNotFound] where there is none. What of it is for whose eyes is the
// caller's to ask.
func (s *Store) System(ctx context.Context, id string) (register.System, error) {
	return s.reader().ReadSystem(ctx, id)
}

// SystemOf gives the id of the entry that a request brought; [workflows.ErrNotFound] where it brought none.
func (s *Store) SystemOf(ctx context.Context, request string) (string, error) {
	return s.reader().SystemOf(ctx, request)
}

// SystemRows gives one page of the AI register that the filter lets through, newest first, and the id to go on from, empty at the
// end. The register is for everybody to read.
func (s *Store) SystemRows(ctx context.Context, f workflows.SystemFilter) ([]workflows.SystemRow, string, error) {
	if !storable(f.State, f.Tier, string(f.Owner), string(f.User), f.Text, f.Before) {
		return nil, "", nil
	}
	limit := pageLimit(f.Limit)
	db := s.read.WithContext(ctx).Model(&systemRow{})
	for _, c := range []struct {
		asked     bool
		condition string
		values    []any
	}{
		{f.State != "", "state = ?", []any{f.State}},
		{f.Tier != "", "tier = ?", []any{f.Tier}},
		{f.Owner != "", "owner = ?", []any{string(f.Owner)}},
		{f.User != "", s.dialect.joinedBy(), []any{string(f.User)}},
		{f.Open, "open_tasks > 0", nil},
		{!f.Late.IsZero(), "next_due > 0 AND next_due < ?", []any{millis(f.Late)}},
		{!f.Ends.IsZero(), "valid_until > 0 AND valid_until < ? AND state NOT IN (?, ?, ?, ?)", append([]any{millis(f.Ends), string(register.StateExpired)}, overStates()...)},
		{f.Text != "", `search_key LIKE ? ESCAPE '\'`, []any{containing(f.Text)}},
		{f.Before != "", "number < (SELECT b.number FROM ai_systems b WHERE b.id = ?)", []any{f.Before}},
	} {
		if c.asked {
			db = db.Where(c.condition, c.values...)
		}
	}
	var rows []systemRow
	if err := db.Omit("head").Order("number DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failed(err, "list systems")
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	urgent, err := s.emergencies(ctx, rows)
	if err != nil {
		return nil, "", failed(err, "list systems")
	}
	out := make([]workflows.SystemRow, 0, len(rows))
	for _, r := range rows {
		line := r.line()
		line.Emergency = urgent[r.ID]
		out = append(out, line)
	}
	return out, next, nil
}

// emergencies gives those of the entries that are there by an emergency approval. Their heads say so: a quote in what people typed has
// a backslash there, and is not mistaken for it.
func (s *Store) emergencies(ctx context.Context, rows []systemRow) (map[string]bool, error) {
	all := make([]string, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.ID)
	}
	var ids []string
	err := s.read.WithContext(ctx).Raw("SELECT id FROM ai_systems WHERE "+s.dialect.in("id")+" AND "+s.dialect.has("head"),
		s.dialect.list(all), `"emergency":true`).Scan(&ids).Error
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// line is the row as a line of the register.
func (r systemRow) line() workflows.SystemRow {
	return workflows.SystemRow{
		ID: r.ID, Request: r.Request.String, Title: r.Title, Tool: r.Tool, Vendor: r.Vendor, Flow: r.Flow, State: r.State, Tier: r.Tier,
		LegalClass: r.LegalClass, Owner: workflows.PersonID(r.Owner.String), Since: instant(r.Since), ApprovedAt: instant(r.ApprovedAt),
		ValidUntil: instant(r.ValidUntil), Open: r.OpenTasks, Due: instant(r.NextDue), Seq: r.Seq,
	}
}

// SystemPulses gives how many events each of these entries of the register has taken; those that do not exist are left out.
func (s *Store) SystemPulses(ctx context.Context, ids []string) (map[string]int, error) {
	out, err := s.seqs(ctx, &systemRow{}, ids)
	return out, failed(err, "read the pulse of %d systems", len(ids))
}
