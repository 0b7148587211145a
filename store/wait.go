package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"steward/workflows"
)

type waitRow struct {
	AboutKind string
	AboutID   string
	Person    string
	Why       string
	Part      string
	ForPerson string
	Role      string
	Since     int64
	Due       int64
}

// TableName implements gorm's Tabler.
func (waitRow) TableName() string { return "waits" }

// key is the row without its times: the primary key.
func (w waitRow) key() waitRow { w.Since, w.Due = 0, 0; return w }

func newWaitRow(w workflows.Wait) waitRow {
	return waitRow{
		AboutKind: string(w.About.Kind), AboutID: w.About.ID, Person: string(w.Who), Why: string(w.Why), Part: w.Part,
		ForPerson: string(w.For), Role: string(w.Role), Since: millis(w.Since), Due: millis(w.Due),
	}
}

func (w waitRow) wait() workflows.Wait {
	return workflows.Wait{
		About: ref(w.AboutKind, w.AboutID), Who: workflows.PersonID(w.Person), For: workflows.PersonID(w.ForPerson),
		Why: workflows.Why(w.Why), Part: w.Part, Role: workflows.Role(w.Role), Since: instant(w.Since), Due: instant(w.Due),
	}
}

// saveWaits writes the difference in what waits of one thing: at most one DELETE and one INSERT.
func (t tx) saveWaits(ctx context.Context, about workflows.Ref, before, after []workflows.Wait) error {
	was, is := waitRows(before), waitRows(after)
	var gone, come []waitRow
	for k, w := range was {
		if _, ok := is[k]; !ok {
			gone = append(gone, w)
		}
	}
	for k, w := range is {
		if old, ok := was[k]; !ok || old != w {
			come = append(come, w)
		}
	}
	if err := t.endWaits(ctx, about, gone, len(gone) == len(was)); err != nil {
		return err
	}
	if len(come) == 0 {
		return nil
	}
	slices.SortFunc(come, compareWaits) // one order of locks for all
	return t.on(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{
			{Name: "about_kind"}, {Name: "about_id"}, {Name: "person"}, {Name: "why"}, {Name: "part"}, {Name: "for_person"}, {Name: "role"},
		},
		DoUpdates: clause.AssignmentColumns([]string{"since", "due"}),
	}).Create(&come).Error
}

func (t tx) endWaits(ctx context.Context, about workflows.Ref, gone []waitRow, all bool) error {
	if len(gone) == 0 {
		return nil
	}
	query := "DELETE FROM waits WHERE about_kind = ? AND about_id = ?"
	args := []any{string(about.Kind), about.ID}
	if !all {
		slices.SortFunc(gone, compareWaits)
		query += " AND (person, why, part, for_person, role) IN (" + values(len(gone), 5) + ")"
		for _, w := range gone {
			args = append(args, w.Person, w.Why, w.Part, w.ForPerson, w.Role)
		}
	}
	return t.on(ctx).Exec(query, args...).Error
}

func waitRows(waits []workflows.Wait) map[waitRow]waitRow {
	out := make(map[waitRow]waitRow, len(waits))
	for _, w := range waits {
		row := newWaitRow(w)
		out[row.key()] = row
	}
	return out
}

func compareWaits(a, b waitRow) int {
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Part, b.Part),
		cmp.Compare(a.ForPerson, b.ForPerson), cmp.Compare(a.Role, b.Role))
}

// Unreached gives up to n people for whom something waits and who have no confirmed account in any chat, due first; nobody where
// no chat account is linked at all, for then the portal is the only surface. Where e-mail is on, who has an address is reached.
func (s *Store) Unreached(ctx context.Context, mailed bool, n int) ([]workflows.Unreached, error) {
	return s.reader().Unreached(ctx, mailed, n)
}

// Unreached implements [engine.Accounts].
func (t tx) Unreached(ctx context.Context, mailed bool, n int) ([]workflows.Unreached, error) {
	address := ""
	if mailed {
		address = "AND p.email = ''"
	}
	const linked = "a.active AND a.confirmed AND a.surface <> '" + workflows.SurfaceOIDC + "'"
	var rows []struct {
		Person            string
		Count, Since, Due int64
	}
	err := t.on(ctx).Raw(`SELECT w.person, count(*) AS count, min(w.since) AS since, COALESCE(min(CASE WHEN w.due > 0 THEN w.due END), 0) AS due
		FROM waits w JOIN people p ON p.id = w.person AND p.active `+address+`
		WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person = w.person AND `+linked+`)
			AND EXISTS (SELECT 1 FROM accounts a WHERE `+linked+`)
		GROUP BY w.person ORDER BY COALESCE(min(CASE WHEN w.due > 0 THEN w.due END), 0) = 0, 4, 3, w.person LIMIT ?`, max(0, min(n, largestPage))).Scan(&rows).Error
	if err != nil {
		return nil, failed(err, "list who is not reached")
	}
	out := make([]workflows.Unreached, 0, len(rows))
	for _, r := range rows {
		out = append(out, workflows.Unreached{Person: workflows.PersonID(r.Person), Waits: int(r.Count), Since: instant(r.Since), Due: instant(r.Due)})
	}
	return out, nil
}

// Waits gives what waits for the person, earliest due first, things without a due date last.
func (s *Store) Waits(ctx context.Context, who workflows.PersonID) ([]workflows.Wait, error) {
	var rows []waitRow
	err := s.read.WithContext(ctx).Where("person = ?", string(who)).
		Order("due = 0, due, since, about_kind, about_id, why, part, for_person, role").Find(&rows).Error
	if err != nil {
		return nil, failed(err, "read what waits for %s", who)
	}
	out := make([]workflows.Wait, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.wait())
	}
	return out, nil
}
