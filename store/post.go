package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/engine"
)

type mailRow struct {
	ID        int64 `gorm:"primaryKey"`
	AboutKind string
	AboutID   string
	Record    int
	Item      int
	ToPerson  string
	Why       string
	Part      string
	Lane      int
	At        int64
	HeldUntil int64
}

// TableName implements gorm's Tabler.
func (mailRow) TableName() string { return "mails" }

func (m mailRow) mail() workflows.Mail {
	return workflows.Mail{
		ID: m.ID, About: ref(m.AboutKind, m.AboutID), Record: m.Record, Item: m.Item, To: workflows.PersonID(m.ToPerson),
		Why: workflows.Why(m.Why), Part: m.Part, Lane: workflows.Lane(m.Lane), At: instant(m.At),
	}
}

type tellRow struct {
	ID        int64 `gorm:"primaryKey"`
	Name      string
	AboutKind string
	AboutID   string
	What      string
	Body      []byte
	At        int64
	Attempts  int
}

// TableName implements gorm's Tabler.
func (tellRow) TableName() string { return "tells" }

// PutMails implements [engine.Post].
func (t tx) PutMails(ctx context.Context, mails []workflows.Mail) error {
	if len(mails) == 0 {
		return nil
	}
	rows := make([]mailRow, 0, len(mails))
	for _, m := range mails {
		rows = append(rows, mailRow{
			AboutKind: string(m.About.Kind), AboutID: m.About.ID, Record: m.Record, Item: m.Item, ToPerson: string(m.To),
			Why: string(m.Why), Part: m.Part, Lane: int(m.Lane), At: millis(m.At),
		})
	}
	err := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Omit("ID").CreateInBatches(rows, batch).Error
	return failed(err, "store mails of %s", mails[0].About)
}

// PutTell implements [engine.Post].
func (t tx) PutTell(ctx context.Context, tell engine.Tell) error {
	row := tellRow{
		Name: tell.Key, AboutKind: string(tell.About.Kind), AboutID: tell.About.ID, What: tell.What,
		Body: append([]byte{}, tell.Body...), At: millis(tell.At),
	}
	err := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Omit("ID").Create(&row).Error
	return failed(err, "store tell %s", tell.Key)
}

// unheld locks the rows that a query finds, but for those another replica holds.
func unheld(db *gorm.DB) *gorm.DB {
	return db.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
}

// TakeMails implements [engine.Post].
func (t tx) TakeMails(ctx context.Context, at time.Time, n int) ([]workflows.Mail, error) {
	var rows []mailRow
	if err := unheld(t.on(ctx)).Where("NOT expanded AND held_until <= ?", millis(at)).Order("id").Limit(n).Find(&rows).Error; err != nil {
		return nil, failed(err, "take mails")
	}
	out := make([]workflows.Mail, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.mail())
	}
	return out, nil
}

// HoldMail implements [engine.Post].
func (t tx) HoldMail(ctx context.Context, id int64, until time.Time) error {
	err := t.on(ctx).Exec("UPDATE mails SET held_until = ? WHERE id = ?", millis(until), id).Error
	return failed(err, "hold mail %d", id)
}

// TakeTells implements [engine.Post].
//
// An earlier event of the same thing that waits, or that another replica holds, keeps the later ones back.
func (t tx) TakeTells(ctx context.Context, n int) ([]engine.Tell, error) {
	var rows []tellRow
	first := `done_at = 0 AND not_before <= ` + t.s.dialect.clock() + ` AND NOT EXISTS (SELECT 1 FROM tells earlier
		WHERE earlier.done_at = 0 AND earlier.about_kind = tells.about_kind AND earlier.about_id = tells.about_id AND earlier.id < tells.id)`
	if err := unheld(t.on(ctx)).Where(first).Order("id").Limit(n).Find(&rows).Error; err != nil {
		return nil, failed(err, "take tells")
	}
	out := make([]engine.Tell, 0, len(rows))
	for _, r := range rows {
		out = append(out, engine.Tell{ID: r.ID, Key: r.Name, About: ref(r.AboutKind, r.AboutID), What: r.What, Body: r.Body, At: instant(r.At), Attempts: r.Attempts})
	}
	return out, nil
}

// DoneTell implements [engine.Post]. The row stays until it is pruned, so that its key keeps a repeat away.
func (t tx) DoneTell(ctx context.Context, id int64) error {
	err := t.on(ctx).Exec("UPDATE tells SET done_at = "+t.s.dialect.clock()+" WHERE id = ?", id).Error
	return failed(err, "finish tell %d", id)
}

// PutOffTell implements [engine.Post].
func (t tx) PutOffTell(ctx context.Context, id int64, wait time.Duration) error {
	err := t.on(ctx).Exec("UPDATE tells SET attempts = attempts + 1, not_before = "+t.s.dialect.clock()+" + ? WHERE id = ?",
		wait.Milliseconds(), id).Error
	return failed(err, "put off tell %d", id)
}

// Expand implements [engine.Post].
func (t tx) Expand(ctx context.Context, m workflows.Mail, deliveries []engine.Outgoing) error {
	if len(deliveries) > 0 {
		rows := make([]map[string]any, 0, len(deliveries))
		for _, o := range deliveries {
			rows = append(rows, t.newDelivery(m, o))
		}
		err := t.on(ctx).Table("deliveries").Clauses(clause.OnConflict{DoNothing: true}).Create(rows).Error
		if err != nil {
			return failed(err, "expand mail %d", m.ID)
		}
	}
	err := t.on(ctx).Exec("UPDATE mails SET expanded = true WHERE id = ?", m.ID).Error
	return failed(err, "expand mail %d", m.ID)
}

func (t tx) newDelivery(m workflows.Mail, o engine.Outgoing) map[string]any {
	a := o.Account
	row := map[string]any{
		"name": o.Key, "mail": m.ID, "about_kind": string(m.About.Kind), "about_id": m.About.ID,
		"order_key": orderKey(a, m.About), "surface": a.Surface, "account": a.ID, "person": string(a.Person),
		"tenant": a.Tenant, "user_id": a.User, "confirmed": a.Confirmed, "why": string(o.Why), "bucket": o.Bucket,
		"lane": int(o.Lane), "once": o.Once, "receipt": nil, "run_at": clause.Expr{SQL: t.s.dialect.clock()},
	}
	if o.Update != nil {
		row["receipt"] = o.Update.ID
	}
	if !o.NotBefore.IsZero() {
		row["run_at"] = millis(o.NotBefore)
	}
	return row
}

// orderKey names what is told in order: one account, one thing. The portal's account is the person.
func orderKey(a workflows.Account, about workflows.Ref) string {
	id := a.ID
	if id == "" {
		id = string(a.Person)
	}
	return a.Surface + " " + id + " " + about.String()
}
