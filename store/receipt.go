package store

import (
	"context"

	"gorm.io/gorm/clause"

	"steward/workflows"
)

type receiptRow struct {
	ID        int64 `gorm:"primaryKey"`
	Delivery  int64
	AboutKind string
	AboutID   string
	Surface   string
	Account   string
	Person    string
	Tenant    string
	UserID    string
	Confirmed bool
	Why       string
	Part      string
	Place     string
	MessageID string
	TextHash  string
	At        int64
}

// TableName implements gorm's Tabler.
func (receiptRow) TableName() string { return "receipts" }

func newReceiptRow(r workflows.Receipt) receiptRow {
	a := r.Account
	return receiptRow{
		ID: r.ID, Delivery: r.Delivery, AboutKind: string(r.About.Kind), AboutID: r.About.ID, Surface: a.Surface, Account: a.ID,
		Person: string(a.Person), Tenant: a.Tenant, UserID: a.User, Confirmed: a.Confirmed, Why: string(r.Why), Part: r.Part,
		Place: r.Place, MessageID: r.MessageID, TextHash: r.TextHash, At: millis(r.At),
	}
}

func (r receiptRow) receipt() workflows.Receipt {
	return workflows.Receipt{
		ID: r.ID, Delivery: r.Delivery, About: ref(r.AboutKind, r.AboutID),
		Account: workflows.Account{
			ID: r.Account, Person: workflows.PersonID(r.Person), Surface: r.Surface, Tenant: r.Tenant, User: r.UserID, Confirmed: r.Confirmed,
		},
		Why: workflows.Why(r.Why), Part: r.Part, Place: r.Place, MessageID: r.MessageID, TextHash: r.TextHash, At: instant(r.At),
	}
}

// Receipts implements [engine.Post], ordered as the messages were sent.
func (t tx) Receipts(ctx context.Context, about workflows.Ref) ([]workflows.Receipt, error) {
	var rows []receiptRow
	err := t.on(ctx).Where("about_kind = ? AND about_id = ? AND NOT superseded", string(about.Kind), about.ID).Order("id").Find(&rows).Error
	if err != nil {
		return nil, failed(err, "read receipts of %s", about)
	}
	out := make([]workflows.Receipt, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.receipt())
	}
	return out, nil
}

// knows says whether there is a receipt of this very message.
func (t tx) knows(ctx context.Context, r receiptRow) (bool, error) {
	var n int64
	err := t.on(ctx).Model(&receiptRow{}).Where("delivery = ? AND surface = ? AND place = ? AND message_id = ?", r.Delivery, r.Surface, r.Place, r.MessageID).
		Count(&n).Error
	return n > 0, err
}

// PlaceOf gives the place of the newest message to an account; [workflows.ErrNotFound] where it had none. It looks through
// the receipts, newest first: it is asked after a crash, and not often.
func (s *Store) PlaceOf(ctx context.Context, a workflows.Account) (string, error) {
	var places []string
	err := s.read.WithContext(ctx).Model(&receiptRow{}).Where("surface = ? AND user_id = ?", a.Surface, a.User).Order("id DESC").Limit(1).
		Pluck("place", &places).Error
	if err == nil && len(places) == 0 {
		err = workflows.ErrNotFound
	}
	if err != nil {
		return "", failed(err, "find the place of account %s", a.ID)
	}
	return places[0], nil
}

// AdoptReceipt notes where the message of a delivery stands, as the message itself says when it is pressed: whoever sent it
// did not live to say so. The delivery must be known still, and must have been one to this account, about this thing, with
// news of this time: a number alone comes again in another database. Else nothing is noted. The delivery counts as sent from
// then on, and its message is kept up to date like every other.
func (s *Store) AdoptReceipt(ctx context.Context, r workflows.Receipt) error {
	err := s.do(ctx, func(t tx) error {
		var ids []int64
		// It holds the row, so that an attempt that goes on ends before or after, and not in between.
		err := t.on(ctx).Table("deliveries").Clauses(clause.Locking{Strength: "UPDATE"}).
			Where("id = ? AND surface = ? AND user_id = ? AND about_kind = ? AND about_id = ?", r.Delivery, r.Account.Surface, r.Account.User,
				string(r.About.Kind), r.About.ID).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		var d deliveryRow
		if err := t.on(ctx).Raw(deliveryQuery+" WHERE d.id = ?", r.Delivery).Scan(&d).Error; err != nil || d.Mail.At != millis(r.At) {
			return err
		}
		r.Account, r.Why, r.Part, r.At = d.delivery().Account, workflows.Why(d.Mail.Why), d.Mail.Part, instant(d.Mail.At)
		row := newReceiptRow(r)
		if known, err := t.knows(ctx, row); err != nil || known {
			return err
		}
		if err := t.on(ctx).Omit("ID").Create(&row).Error; err != nil {
			return err
		}
		return t.on(ctx).Exec("UPDATE deliveries SET state = 'sent', token = '', done_at = "+s.dialect.clock()+
			" WHERE id = ? AND state IN ('waiting', 'sending')", r.Delivery).Error
	})
	return failed(err, "adopt the message of delivery %d", r.Delivery)
}
