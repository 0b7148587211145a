package store

import (
	"context"

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
