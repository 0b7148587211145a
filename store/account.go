package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
)

// accountRow is the link of an account to a person. Two flags are its state: active says that it stands, confirmed that
// it is, or was, more than a proposal.
//
//	            confirmed   not confirmed
//	active      linked      proposed
//	not active  ended       refused
type accountRow struct {
	ID        string `gorm:"primaryKey"`
	Person    string
	Surface   string
	Tenant    string
	UserID    string
	Confirmed bool
	Active    bool
	Proof     string
	Preferred bool
	UsedAt    int64
	AskedAt   int64
}

// TableName implements gorm's Tabler.
func (accountRow) TableName() string { return "accounts" }

// newAccountRow is the row of an account that an administrator's file names.
func newAccountRow(a workflows.Account) accountRow {
	return accountRow{
		ID: a.ID, Person: string(a.Person), Surface: a.Surface, Tenant: a.Tenant, UserID: a.User, Confirmed: a.Confirmed,
		Active: true, Proof: string(a.Proof),
	}
}

func newLinkRow(l workflows.Link) accountRow {
	row := newAccountRow(l.Account)
	row.Active = l.State == workflows.LinkLinked || l.State == workflows.LinkProposed
	row.Confirmed = l.State == workflows.LinkLinked || l.State == workflows.LinkEnded
	row.Preferred, row.UsedAt, row.AskedAt = l.Preferred, millis(l.UsedAt), millis(l.AskedAt)
	return row
}

// account gives the account as the directory has it. Confirmed is what may carry content: a link that stands.
func (a accountRow) account() workflows.Account {
	return workflows.Account{
		ID: a.ID, Person: workflows.PersonID(a.Person), Surface: a.Surface, Tenant: a.Tenant, User: a.UserID,
		Confirmed: a.Confirmed && a.Active, Proof: workflows.Proof(a.Proof),
	}
}

func (a accountRow) state() workflows.LinkState {
	switch {
	case a.Active && a.Confirmed:
		return workflows.LinkLinked
	case a.Active:
		return workflows.LinkProposed
	case a.Confirmed:
		return workflows.LinkEnded
	}
	return workflows.LinkRefused
}

func (a accountRow) link() workflows.Link {
	return workflows.Link{
		Account: a.account(), State: a.state(), Preferred: a.Preferred, UsedAt: instant(a.UsedAt), AskedAt: instant(a.AskedAt),
	}
}

// putAccounts stores the accounts that a file names: they stand, whatever was before. What a file cannot know, the tenant of
// an account it named before, stays.
func (t tx) putAccounts(ctx context.Context, accounts []accountRow) error {
	if len(accounts) == 0 {
		return nil
	}
	updates := append(clause.AssignmentColumns([]string{"surface", "user_id", "confirmed", "active", "proof"}), clause.Assignment{
		Column: clause.Column{Name: "tenant"},
		Value:  gorm.Expr("CASE WHEN accounts.user_id = excluded.user_id THEN accounts.tenant ELSE excluded.tenant END"),
	})
	db := t.on(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: updates,
		Where: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "accounts.person = excluded.person"}}},
	}).CreateInBatches(accounts, batch)
	if db.Error == nil && db.RowsAffected < int64(len(accounts)) {
		return workflows.ErrConflict
	}
	return db.Error
}

// links reads links by a condition.
func (t tx) links(db *gorm.DB) ([]workflows.Link, error) {
	var rows []accountRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]workflows.Link, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.link())
	}
	return out, nil
}

// Link implements [engine.Accounts].
func (t tx) Link(ctx context.Context, id string) (workflows.Link, error) {
	if !storable(id) {
		return workflows.Link{}, failed(workflows.ErrNotFound, "read link")
	}
	var row accountRow
	err := t.on(ctx).Where("id = ?", id).Take(&row).Error
	return row.link(), failed(err, "read link %s", id)
}

// FindLinks implements [engine.Accounts], ordered by tenant: those without one first.
func (t tx) FindLinks(ctx context.Context, surface, user string) ([]workflows.Link, error) {
	if !storable(surface, user) {
		return nil, nil
	}
	out, err := t.links(t.on(ctx).Where("surface = ? AND user_id = ?", surface, user).Order("tenant, id"))
	return out, failed(err, "find links")
}

// LinksOf implements [engine.Accounts].
func (t tx) LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	if !storable(string(who)) {
		return nil, nil
	}
	out, err := t.links(t.on(ctx).Where("person = ?", string(who)).Order("preferred DESC, proof = 'person', used_at DESC, id"))
	return out, failed(err, "read links of %s", who)
}

// LockPeople implements [engine.Accounts].
func (t tx) LockPeople(ctx context.Context, who ...workflows.PersonID) error {
	ids := make([]string, 0, len(who))
	for _, p := range who {
		if storable(string(p)) {
			ids = append(ids, string(p))
		}
	}
	d := t.s.dialect
	var found []string
	err := t.on(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Model(&personRow{}).
		Where(d.in("id"), d.list(ids)).Order("id").Pluck("id", &found).Error
	return failed(err, "lock people")
}

// SaveLink implements [engine.Accounts].
func (t tx) SaveLink(ctx context.Context, l workflows.Link) error {
	row := newLinkRow(l)
	if !storable(row.ID, row.Person, row.Surface, row.Tenant, row.UserID) {
		return failed(errText, "store link")
	}
	if l.Preferred {
		err := t.on(ctx).Exec("UPDATE accounts SET preferred = false WHERE person = ? AND preferred AND id <> ?", row.Person, row.ID).Error
		if err != nil {
			return failed(err, "store link %s", l.ID)
		}
	}
	err := t.on(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error
	return failed(err, "store link %s", l.ID)
}

// DropLink implements [engine.Accounts].
func (t tx) DropLink(ctx context.Context, id string) error {
	return failed(t.on(ctx).Exec("DELETE FROM accounts WHERE id = ?", id).Error, "drop link %s", id)
}

// MuteLink implements [engine.Accounts]. A delivery that is on its way arrives; the next try, and everything that waits,
// fails, so that the person's next account gets it.
func (t tx) MuteLink(ctx context.Context, id string) error {
	err := t.on(ctx).Exec("UPDATE deliveries SET confirmed = false WHERE account = ? AND state IN ('waiting', 'sending')", id).Error
	if err == nil {
		err = t.on(ctx).Exec("UPDATE receipts SET superseded = true WHERE account = ? AND NOT superseded", id).Error
	}
	return failed(err, "mute link %s", id)
}

// EndSignIns implements [engine.Accounts]. Links that were made on the server, for the person, stay.
func (t tx) EndSignIns(ctx context.Context, l workflows.Link, sessions bool) error {
	who := string(l.Person)
	err := t.on(ctx).Exec("DELETE FROM sign_in_links WHERE person = ? AND used = 0 AND made_by <> 'cli'", who).Error
	if err == nil {
		err = t.on(ctx).Exec("DELETE FROM sessions WHERE link = ?", l.ID).Error
	}
	if err == nil && sessions {
		err = t.on(ctx).Exec("DELETE FROM sessions WHERE person = ? AND via = 'link'", who).Error
	}
	return failed(err, "end sign-ins of %s", who)
}

// NoteUse implements [engine.Accounts].
func (t tx) NoteUse(ctx context.Context, id string, at time.Time) error {
	return failed(t.on(ctx).Exec("UPDATE accounts SET used_at = ? WHERE id = ?", millis(at), id).Error, "note use of link %s", id)
}

// Sharing implements [engine.Accounts].
func (t tx) Sharing(ctx context.Context, email string) ([]workflows.Person, error) {
	key := fold(email)
	if key == "" || !storable(key) {
		return nil, nil
	}
	out, err := t.persons(ctx, "p.email_key = ?", key)
	return out, failed(err, "find who has an address")
}

// persons reads people by a condition, ordered by id.
func (t tx) persons(ctx context.Context, where string, args ...any) ([]workflows.Person, error) {
	var rows []rosterRow
	err := t.on(ctx).Raw("SELECT p.*, "+rolesOf+" AS roles FROM people p WHERE "+where+" ORDER BY p.id", args...).Scan(&rows).Error
	out := make([]workflows.Person, 0, len(rows))
	for _, r := range rows {
		out = append(out, t.s.person(r))
	}
	return out, err
}

// Tried implements [engine.Accounts].
func (t tx) Tried(ctx context.Context, m workflows.Mail) ([]string, error) {
	var ids []string
	err := t.on(ctx).Raw("SELECT DISTINCT account FROM deliveries WHERE mail = ? ORDER BY account", m.ID).Scan(&ids).Error
	return ids, failed(err, "read where mail %d went", m.ID)
}

// expandAgain gives the mail of a delivery that failed for good back to be expanded once more: its reader's next account gets
// what this one did not. A refresh is of one card and has no other place; the portal is beside the others, not before them.
func (t tx) expandAgain(ctx context.Context, d workflows.Delivery) error {
	if d.Account.Surface == workflows.SurfacePortal {
		return nil
	}
	return t.on(ctx).Exec("UPDATE mails SET expanded = false WHERE id = ? AND to_person <> ''", d.Mail.ID).Error
}

// Link gives the link with this id of ours; [workflows.ErrNotFound] where there is none.
func (s *Store) Link(ctx context.Context, id string) (workflows.Link, error) {
	return s.reader().Link(ctx, id)
}

// FindLinks gives the links of an account of a platform, in any state and any tenant.
func (s *Store) FindLinks(ctx context.Context, surface, user string) ([]workflows.Link, error) {
	return s.reader().FindLinks(ctx, surface, user)
}

// LinksOf gives the links of a person in any state: the preferred one first, those that are limited last, else the last used
// first.
func (s *Store) LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	return s.reader().LinksOf(ctx, who)
}

// Links gives all links in any state, ordered by person and surface.
func (s *Store) Links(ctx context.Context) ([]workflows.Link, error) {
	out, err := s.reader().links(s.read.WithContext(ctx).Order("person, surface, id"))
	return out, failed(err, "read links")
}
