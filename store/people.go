package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/directory"
)

// batch bounds the rows of one statement: both databases limit its parameters.
const batch = 1000

type personRow struct {
	ID         string `gorm:"primaryKey"`
	Name       string
	NameKey    string
	Email      string
	EmailKey   string
	Manager    string
	Department string
	Locale     string
	Zone       string
	Calendar   string
	Active     bool
	JoinedOn   string
	LeftOn     string
	HRID       string `gorm:"column:hr_id"`
}

// TableName implements gorm's Tabler.
func (personRow) TableName() string { return "people" }

type roleRow struct {
	Person string
	Role   string
}

// TableName implements gorm's Tabler.
func (roleRow) TableName() string { return "person_roles" }

type delegationRow struct {
	ID         string `gorm:"primaryKey"`
	FromPerson string
	ToPerson   string
	Starts     int64
	Ends       int64
	NamedAt    int64
	Reason     string
	HandOver   bool
}

// TableName implements gorm's Tabler.
func (delegationRow) TableName() string { return "delegations" }

func newDelegationRow(d workflows.Delegation) delegationRow {
	return delegationRow{d.ID, string(d.From), string(d.To), millis(d.Starts), millis(d.Ends), millis(d.NamedAt), d.Reason, d.HandOver}
}

func (d delegationRow) delegation() workflows.Delegation {
	return workflows.Delegation{
		ID: d.ID, From: workflows.PersonID(d.FromPerson), To: workflows.PersonID(d.ToPerson), Starts: instant(d.Starts),
		Ends: instant(d.Ends), NamedAt: instant(d.NamedAt), Reason: d.Reason, HandOver: d.HandOver,
	}
}

// PutPeople implements [engine.Directory]. Of the accounts it stores those that the file names; others stay as they are. One
// that belongs to another person is [workflows.ErrConflict]. Whoever is switched off is signed out for good: being switched
// on again brings no old session back.
func (t tx) PutPeople(ctx context.Context, changes []directory.Change) error {
	if len(changes) == 0 {
		return nil
	}
	var people []personRow
	var roles []roleRow
	var accounts []accountRow
	var changed, gone []string
	for _, c := range changes {
		p := newPersonRow(c.Row)
		if !storable(p.ID, p.Name, p.Email, p.Manager, p.Department, p.Locale, p.Zone, p.Calendar, p.JoinedOn, p.LeftOn, p.HRID) {
			return failed(errText, "store people")
		}
		people = append(people, p)
		if !p.Active {
			gone = append(gone, p.ID)
		}
		if c.Before == nil || !slices.Equal(c.Before.Roles, c.Row.Roles) {
			changed = append(changed, p.ID)
			for _, r := range c.Row.Roles {
				roles = append(roles, roleRow{p.ID, string(r)})
			}
		}
		for _, a := range c.Accounts {
			if a.Proof == workflows.ProofImport {
				a.Person = c.Row.ID
				accounts = append(accounts, newAccountRow(a))
			}
		}
	}
	if err := t.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(people, batch).Error; err != nil {
		return failed(err, "store people")
	}
	if err := t.putRoles(ctx, changed, roles); err != nil {
		return failed(err, "store roles")
	}
	if err := t.signOut(ctx, gone); err != nil {
		return failed(err, "sign people out")
	}
	return failed(t.putAccounts(ctx, accounts), "store accounts")
}

// signOut ends the sessions of people, and the links that would begin one.
func (t tx) signOut(ctx context.Context, who []string) error {
	if len(who) == 0 {
		return nil
	}
	d := t.s.dialect
	for _, table := range []string{"sessions", "sign_in_links"} {
		if err := t.on(ctx).Exec("DELETE FROM "+table+" WHERE "+d.in("person"), d.list(who)).Error; err != nil {
			return err
		}
	}
	return nil
}

func newPersonRow(p directory.Row) personRow {
	return personRow{
		ID: string(p.ID), Name: p.Name, NameKey: fold(p.Name), Email: p.Email, EmailKey: fold(p.Email), Manager: string(p.Manager),
		Department: p.Department, Locale: p.Locale, Zone: p.ZoneName, Calendar: p.Calendar, Active: p.Active,
		JoinedOn: p.JoinedOn, LeftOn: p.LeftOn, HRID: p.HRID,
	}
}

func (t tx) putRoles(ctx context.Context, changed []string, roles []roleRow) error {
	if len(changed) == 0 {
		return nil
	}
	d := t.s.dialect
	if err := t.on(ctx).Exec("DELETE FROM person_roles WHERE "+d.in("person"), d.list(changed)).Error; err != nil {
		return err
	}
	if len(roles) == 0 {
		return nil
	}
	return t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(roles, batch).Error
}

// PutDelegation implements [engine.Directory]. The same id replaces the delegation: to end it early.
func (t tx) PutDelegation(ctx context.Context, d workflows.Delegation) error {
	return failed(t.putDelegation(ctx, newDelegationRow(d)), "store delegation %s", d.ID)
}

func (t tx) putDelegation(ctx context.Context, row delegationRow) error {
	if !storable(row.ID, row.FromPerson, row.ToPerson, row.Reason) {
		return errText
	}
	return t.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
}

// Everyone implements [engine.Directory].
func (t tx) Everyone(ctx context.Context) ([]directory.Row, error) {
	var rows []rosterRow
	err := t.on(ctx).Raw("SELECT p.*, " + rolesOf + " AS roles FROM people p ORDER BY p.id").Scan(&rows).Error
	if err != nil {
		return nil, failed(err, "read everyone")
	}
	var accounts []accountRow
	if err := t.on(ctx).Where("active AND confirmed").Order("id").Find(&accounts).Error; err != nil {
		return nil, failed(err, "read accounts")
	}
	of := make(map[string][]workflows.Account, len(accounts))
	for _, a := range accounts {
		of[a.Person] = append(of[a.Person], a.account())
	}
	erased, err := t.erasedPeople(ctx)
	if err != nil {
		return nil, failed(err, "read who was erased")
	}
	out := make([]directory.Row, 0, len(rows))
	for _, r := range rows {
		out = append(out, directory.Row{
			Person: t.s.person(r), ZoneName: r.Person.Zone, Calendar: r.Person.Calendar, HRID: r.Person.HRID,
			Accounts: of[r.Person.ID], Erased: slices.Contains(erased, r.Person.ID),
		})
	}
	return out, nil
}

// person makes a person of a row, with working hours in their zone.
func (s *Store) person(r rosterRow) workflows.Person {
	row := r.Person
	p := workflows.Person{
		ID: workflows.PersonID(row.ID), Name: row.Name, Email: row.Email, Manager: workflows.PersonID(row.Manager),
		Department: row.Department, Locale: row.Locale, Active: row.Active, JoinedOn: row.JoinedOn, LeftOn: row.LeftOn,
		Hours: s.opts.Calendars(row.Calendar, s.zone(row.Zone)),
	}
	for role := range strings.FieldsSeq(r.Roles) {
		p.Roles = append(p.Roles, workflows.Role(role))
	}
	slices.Sort(p.Roles)
	return p
}

// zone finds a zone by its name, and keeps it. Unknown names, and "Local", are the organisation's zone.
func (s *Store) zone(name string) *time.Location {
	if z, ok := s.zones.Load(name); ok {
		return z.(*time.Location)
	}
	z := s.opts.Zone
	if name != "" && name != "Local" {
		if found, err := time.LoadLocation(name); err == nil {
			z = found
		}
	}
	s.zones.Store(name, z)
	return z
}
