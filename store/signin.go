package store

import (
	"context"

	"steward/workflows"
)

// PutSignInLink implements [engine.SignIns].
func (t tx) PutSignInLink(ctx context.Context, l workflows.SignInLink) error {
	row := newSignInLinkRow(l)
	return failed(t.on(ctx).Create(&row).Error, "store sign-in link")
}

// EndSessions implements [engine.SignIns].
func (t tx) EndSessions(ctx context.Context, who workflows.PersonID) (int, error) {
	if !storable(string(who)) {
		return 0, nil
	}
	var n int64
	err := t.on(ctx).Raw("SELECT count(*) FROM sessions WHERE person = ?", string(who)).Scan(&n).Error
	if err == nil {
		err = t.signOut(ctx, []string{string(who)})
	}
	return int(n), failed(err, "end sessions of %s", who)
}

// WithHRID implements [engine.SignIns].
func (t tx) WithHRID(ctx context.Context, id string) ([]workflows.Person, error) {
	if id == "" || !storable(id) {
		return nil, nil
	}
	out, err := t.persons(ctx, "p.hr_id = ? AND p.hr_id <> ''", id)
	return out, failed(err, "find who has an id in the personnel system")
}
