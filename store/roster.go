package store

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"steward/workflows"
	"steward/workflows/engine"
)

// rosterRow is a person with their roles, separated by spaces.
type rosterRow struct {
	Person   personRow `gorm:"embedded"`
	Roles    string
	Base     bool // asked for, not only the other end of a delegation
	Deputies int  // how many delegations concern the people asked for
}

const rolesOf = "COALESCE((SELECT string_agg(r.role, ' ') FROM person_roles r WHERE r.person = p.id), '')"

// rosterQuery finds the people named and three managers up, the holders of the roles, and the other ends of delegations
// from and to any of them. PEOPLE and ROLES stand for conditions on a list.
func rosterQuery(d dialect) string {
	return `WITH RECURSIVE up(id, level) AS (
	SELECT id, 0 FROM people WHERE ` + d.in("id") + `
	UNION SELECT p.manager, up.level + 1 FROM up JOIN people p ON p.id = up.id WHERE up.level < 3 AND p.manager <> ''
), base(id) AS (
	SELECT id FROM up
	UNION SELECT r.person FROM person_roles r JOIN people p ON p.id = r.person AND p.active WHERE ` + d.in("r.role") + `
), deputy(id) AS (
	SELECT d.to_person FROM delegations d WHERE d.ends > ? AND d.from_person IN (SELECT id FROM base)
	UNION ALL SELECT d.from_person FROM delegations d WHERE d.ends > ? AND d.to_person IN (SELECT id FROM base)
)
SELECT p.*, ` + rolesOf + ` AS roles, p.id IN (SELECT id FROM base) AS base, (SELECT count(*) FROM deputy) AS deputies
FROM people p WHERE p.id IN (SELECT id FROM base UNION SELECT id FROM deputy) ORDER BY p.id`
}

// Roster implements [engine.Directory].
func (t tx) Roster(ctx context.Context, need engine.Need, at time.Time) (workflows.Roster, error) {
	d := t.s.dialect
	named, roles := make([]string, 0, len(need.People)), make([]string, 0, len(need.Roles))
	for _, p := range need.People {
		if storable(string(p)) {
			named = append(named, string(p))
		}
	}
	for _, r := range need.Roles {
		roles = append(roles, string(r))
	}
	var rows []rosterRow
	err := t.on(ctx).Raw(rosterQuery(d), d.list(named), d.list(roles), millis(at), millis(at)).Scan(&rows).Error
	if err != nil {
		return workflows.Roster{}, failed(err, "read roster")
	}
	people, base := make([]workflows.Person, 0, len(rows)), make([]string, 0, len(rows))
	deputies := false
	for _, r := range rows {
		people = append(people, t.s.person(r))
		deputies = deputies || r.Deputies > 0
		if r.Base {
			base = append(base, r.Person.ID)
		}
	}
	if !deputies {
		return workflows.NewRoster(people, nil), nil
	}
	delegations, err := t.delegations(ctx, base, at)
	return workflows.NewRoster(people, delegations), failed(err, "read delegations")
}

// delegations gives those from and to the people that have not ended, ordered by id.
func (t tx) delegations(ctx context.Context, people []string, at time.Time) ([]workflows.Delegation, error) {
	d := t.s.dialect
	var rows []delegationRow
	err := t.on(ctx).Raw("SELECT * FROM delegations WHERE ends > ? AND ("+d.in("from_person")+" OR "+d.in("to_person")+") ORDER BY id",
		millis(at), d.list(people), d.list(people)).Scan(&rows).Error
	out := make([]workflows.Delegation, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.delegation())
	}
	return out, err
}

// People gives the people named with three managers up, and the active holders of the roles.
func (s *Store) People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error) {
	return s.reader().Roster(ctx, engine.Need{People: named, Roles: roles}, at)
}

// FindPeople gives up to n active people whose name, address or id contains the text, without regard to case, ordered by
// name; with an empty text the first n of all.
func (s *Store) FindPeople(ctx context.Context, text string, n int) ([]workflows.Person, error) {
	if !storable(text) {
		return nil, nil
	}
	part := containing(text)
	var rows []rosterRow
	err := s.read.WithContext(ctx).Raw("SELECT p.*, "+rolesOf+" AS roles FROM people p WHERE p.active"+
		` AND (p.name_key LIKE ? ESCAPE '\' OR p.email_key LIKE ? ESCAPE '\' OR lower(p.id) LIKE ? ESCAPE '\')`+
		" ORDER BY p.name_key, p.id LIMIT ?", part, part, part, max(0, min(n, largestPage))).Scan(&rows).Error
	if err != nil {
		return nil, failed(err, "find people")
	}
	out := make([]workflows.Person, 0, len(rows))
	for _, r := range rows {
		out = append(out, s.person(r))
	}
	return out, nil
}

// containing is a LIKE pattern for folded text that holds the text, with the escape character \.
func containing(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(fold(text))) + "%"
}

// fold makes text comparable without regard to case and form of writing. Databases fold in different ways, so none does.
func fold(s string) string { return cases.Fold().String(norm.NFKC.String(s)) }
