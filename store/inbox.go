package store

import (
	"context"
	"time"

	"steward/workflows"
)

// Enter implements [engine.Inbox]. Where a running transaction has the key, the INSERT waits for it to end.
func (t tx) Enter(ctx context.Context, key string, at time.Time) (workflows.Code, bool, error) {
	if !storable(key) {
		return "", false, failed(errText, "enter inbox key")
	}
	db := t.on(ctx).Exec("INSERT INTO inbox_keys (name, at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", key, millis(at))
	if db.Error != nil {
		return "", false, failed(db.Error, "enter inbox key")
	}
	if db.RowsAffected == 1 {
		return "", true, nil
	}
	var code string
	err := t.on(ctx).Raw("SELECT code FROM inbox_keys WHERE name = ?", key).Scan(&code).Error
	return workflows.Code(code), false, failed(err, "read inbox key")
}

// Leave implements [engine.Inbox].
func (t tx) Leave(ctx context.Context, key string, code workflows.Code) error {
	err := t.on(ctx).Exec("UPDATE inbox_keys SET code = ? WHERE name = ?", string(code), key).Error
	return failed(err, "answer inbox key")
}
