package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/policy"
)

type draftRow struct {
	ID        string `gorm:"primaryKey"`
	Person    string
	Form      string
	Flow      string
	AboutKind string
	AboutID   string
	Seen      string
	Policy    string
	Answers   string
	Page      int
	Revision  int
	SavedAt   int64
	Sent      string
}

// TableName implements gorm's Tabler.
func (draftRow) TableName() string { return "drafts" }

// Draft implements [engine.Drafts].
func (t tx) Draft(ctx context.Context, id string) (policy.Draft, error) {
	if !storable(id) {
		return policy.Draft{}, failed(workflows.ErrNotFound, "read draft")
	}
	var row draftRow
	if err := t.on(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return policy.Draft{}, failed(err, "read draft %s", id)
	}
	return row.draft()
}

// SaveDraft implements [engine.Drafts]. A draft that was sent, or that is somebody else's, conflicts too.
func (t tx) SaveDraft(ctx context.Context, d policy.Draft) (policy.Draft, error) {
	row := newDraftRow(d)
	if !storable(d.ID, d.Form, d.Flow, d.About.ID, d.Policy) {
		return d, failed(errText, "save draft")
	}
	row.Revision++
	db := t.on(ctx)
	if d.Revision == 0 {
		db = db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	} else {
		db = db.Model(&draftRow{}).Where("id = ? AND revision = ? AND person = ? AND sent = ''", d.ID, d.Revision, row.Person).
			Select("form", "flow", "about_kind", "about_id", "seen", "policy", "answers", "page", "revision", "saved_at").Updates(&row)
	}
	err := db.Error
	if err == nil && db.RowsAffected == 0 {
		err = workflows.ErrConflict
	}
	if err != nil {
		return d, failed(err, "save draft %s", d.ID)
	}
	d.Revision, d.SavedAt = row.Revision, instant(row.SavedAt)
	return d, nil
}

// FinishDraft implements [engine.Drafts]. Finishing it for the same thing again changes nothing; ErrConflict where it became
// another thing.
func (t tx) FinishDraft(ctx context.Context, id, became string) error {
	db := t.on(ctx).Exec("UPDATE drafts SET sent = ? WHERE id = ? AND sent IN ('', ?)", became, id, became)
	if db.Error != nil || db.RowsAffected == 1 {
		return failed(db.Error, "finish draft %s", id)
	}
	if _, err := t.Draft(ctx, id); err != nil {
		return failed(err, "finish draft")
	}
	return failed(workflows.ErrConflict, "finish draft %s", id)
}

// DraftsOf implements [engine.Drafts].
func (t tx) DraftsOf(ctx context.Context, who workflows.PersonID, form string) ([]policy.Draft, error) {
	var rows []draftRow
	err := t.on(ctx).Where("person = ? AND form = ? AND sent = ''", string(who), form).Order("saved_at DESC, id DESC").Find(&rows).Error
	if err != nil {
		return nil, failed(err, "read drafts of %s", who)
	}
	out := make([]policy.Draft, 0, len(rows))
	for _, r := range rows {
		d, err := r.draft()
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func newDraftRow(d policy.Draft) draftRow {
	return draftRow{
		ID: d.ID, Person: string(d.Person), Form: d.Form, Flow: d.Flow,
		AboutKind: string(d.About.Kind), AboutID: d.About.ID, Seen: string(mustJSON(d.Seen)),
		Policy: d.Policy, Answers: string(mustJSON(d.Answers)), Page: d.Page, Revision: d.Revision,
		SavedAt: millis(d.SavedAt), Sent: d.Sent,
	}
}

func (r draftRow) draft() (policy.Draft, error) {
	d := policy.Draft{
		ID: r.ID, Person: workflows.PersonID(r.Person), Form: r.Form, Flow: r.Flow, About: ref(r.AboutKind, r.AboutID),
		Policy: r.Policy, Page: r.Page, Revision: r.Revision, SavedAt: instant(r.SavedAt), Sent: r.Sent,
	}
	if err := json.Unmarshal([]byte(r.Seen), &d.Seen); err != nil {
		return d, fmt.Errorf("read draft %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Answers), &d.Answers); err != nil {
		return d, fmt.Errorf("read draft %s: %w", r.ID, err)
	}
	return d, nil
}

// Draft reads a draft; [workflows.ErrNotFound] where there is none.
func (s *Store) Draft(ctx context.Context, id string) (policy.Draft, error) {
	return s.reader().Draft(ctx, id)
}

// DraftsOf gives a person's unfinished drafts of a form, newest first.
func (s *Store) DraftsOf(ctx context.Context, who workflows.PersonID, form string) ([]policy.Draft, error) {
	return s.reader().DraftsOf(ctx, who, form)
}

// SaveDraft saves a draft in a transaction of its own; [workflows.ErrConflict] where the stored revision is another.
func (s *Store) SaveDraft(ctx context.Context, d policy.Draft) (out policy.Draft, err error) {
	err = s.do(ctx, func(t tx) error {
		out, err = t.SaveDraft(ctx, d)
		return err
	})
	return out, err
}
