package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
)

type policyRow struct {
	Hash     string `gorm:"primaryKey"`
	Bundle   []byte
	StoredAt int64
}

// TableName implements gorm's Tabler.
func (policyRow) TableName() string { return "policies" }

// ActivePack implements [engine.Packs].
func (t tx) ActivePack(ctx context.Context) (string, error) {
	var hash string
	err := t.on(ctx).Raw("SELECT hash FROM policy_in_force WHERE one = 1").Scan(&hash).Error
	return hash, failed(err, "read policy in force")
}

// Bundle implements [engine.Packs].
func (t tx) Bundle(ctx context.Context, hash string) ([]byte, error) {
	if !storable(hash) {
		return nil, failed(workflows.ErrNotFound, "read policy")
	}
	var row policyRow
	err := t.on(ctx).Where("hash = ?", hash).Take(&row).Error
	return row.Bundle, failed(err, "read policy %s", hash)
}

// PutBundle implements [engine.Packs].
func (t tx) PutBundle(ctx context.Context, hash string, bundle []byte, at time.Time) error {
	row := policyRow{Hash: hash, Bundle: append([]byte{}, bundle...), StoredAt: millis(at)}
	err := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	return failed(err, "store policy %s", hash)
}

// Activate implements [engine.Packs]: a compare-and-set, so that of two activations one wins. [workflows.ErrNotFound] where
// the pack to activate is not stored.
func (t tx) Activate(ctx context.Context, from, to string, at time.Time) error {
	var db *gorm.DB
	if from == "" {
		db = t.on(ctx).Exec("INSERT INTO policy_in_force (one, hash, since) VALUES (1, ?, ?) ON CONFLICT (one) DO NOTHING", to, millis(at))
	} else {
		db = t.on(ctx).Exec("UPDATE policy_in_force SET hash = ?, since = ? WHERE one = 1 AND hash = ?", to, millis(at), from)
	}
	err := db.Error
	switch {
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		err = workflows.ErrNotFound
	case err == nil && db.RowsAffected == 0:
		err = workflows.ErrConflict
	}
	return failed(err, "activate policy %s", to)
}
