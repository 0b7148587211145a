package store

import (
	"context"

	"steward/workflows"
)

// PeopleRows gives one page of the people that the filter lets through, by name, and the id to go on from, empty at the
// end. What the caller shows of them is the caller's to ask: [workflows.SeesProfile].
func (s *Store) PeopleRows(ctx context.Context, f workflows.PeopleFilter) ([]workflows.Person, workflows.PersonID, error) {
	if !storable(f.Text, string(f.Role), string(f.Manager), string(f.After)) {
		return nil, "", nil
	}
	limit := pageLimit(f.Limit)
	query, args := "SELECT p.*, "+rolesOf+" AS roles FROM people p WHERE p.active", []any{}
	if f.Left {
		query = "SELECT p.*, " + rolesOf + " AS roles FROM people p WHERE NOT p.active"
	}
	add := func(condition string, values ...any) { query, args = query+" AND "+condition, append(args, values...) }
	if f.Text != "" {
		part := containing(f.Text)
		where, values := `p.name_key LIKE ? ESCAPE '\' OR lower(p.id) LIKE ? ESCAPE '\'`, []any{part, part}
		if f.Addresses {
			where, values = where+` OR p.email_key LIKE ? ESCAPE '\'`, append(values, part)
		}
		add("("+where+")", values...)
	}
	if f.Role != "" {
		add("EXISTS (SELECT 1 FROM person_roles h WHERE h.person = p.id AND h.role = ?)", string(f.Role))
	}
	if f.Manager != "" {
		add("p.manager = ?", string(f.Manager))
	}
	if f.After != "" {
		add("(p.name_key, p.id) > (SELECT a.name_key, a.id FROM people a WHERE a.id = ?)", string(f.After))
	}
	var rows []rosterRow
	err := s.read.WithContext(ctx).Raw(query+" ORDER BY p.name_key, p.id LIMIT ?", append(args, limit+1)...).Scan(&rows).Error
	if err != nil {
		return nil, "", failed(err, "list people")
	}
	next := workflows.PersonID("")
	if len(rows) > limit {
		rows = rows[:limit]
		next = workflows.PersonID(rows[limit-1].Person.ID)
	}
	out := make([]workflows.Person, 0, len(rows))
	for _, r := range rows {
		out = append(out, s.person(r))
	}
	return out, next, nil
}
